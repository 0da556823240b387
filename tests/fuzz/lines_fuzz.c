/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes core/lines: the first two bytes say how long a line may be and how the
 * rest is cut into blocks. What comes of them is what comes of the whole.
 */
#include <string.h>

#include "core/lines.h"

static void take(void *ctx, struct text line)
{
	buf_add(ctx, line.p, line.n);
	buf_add(ctx, "\n", 1);
}

/* A block after the other, each behind what the one before left. */
static void read_blocks(struct lines *l, const char *bytes, size_t n, size_t block)
{
	size_t start = 0, end = 0;

	while (end < n) {
		end = n - end < block ? n : end + block;
		start += lines_take(l, bytes + start, end - start);
		if (start > end || end - start > l->max || (l->skipping && start != end))
			abort();
	}
	lines_end(l, bytes + start, end - start);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_BUF struct buf whole = { 0 }, cut = { 0 };
	struct lines a = { .line = take, .ctx = &whole }, b = { .line = take, .ctx = &cut };
	const char *bytes = (const char *)data + 2;

	if (n < 2 || n > 65536)
		return 0;
	a.max = b.max = data[0];
	read_blocks(&a, bytes, n - 2, n);
	read_blocks(&b, bytes, n - 2, data[1] + 1U);
	if (a.n != b.n || a.too_long != b.too_long || whole.len != cut.len ||
	    memcmp(buf_cstr(&whole), buf_cstr(&cut), cut.len) != 0)
		abort();
	if (a.n < a.too_long || whole.len > n - 1)
		abort();
	return 0;
}
