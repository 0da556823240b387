/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes core/text: what cleaning leaves of any bytes is valid UTF-8 without
 * control characters but '\n', is clean already, and no longer than three
 * bytes for each that came in.
 */
#include "core/text.h"

static void check(const struct buf *b, size_t n)
{
	AUTO_BUF struct buf again = { 0 };

	if (buf_error(b) < 0 || b->len > 3 * n)
		abort();
	for (size_t i = 0; i < b->len;) {
		size_t len = text_utf8_len(b->data + i, b->len - i);
		unsigned char c = (unsigned char)b->data[i];

		if (len == 0 || (c < 0x20 && c != '\n') || c == 0x7f)
			abort();
		i += len;
	}
	text_clean(&again, (struct text){ buf_cstr(b), b->len });
	if (!text_is((struct text){ buf_cstr(&again), again.len }, buf_cstr(b)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_BUF struct buf clean = { 0 }, padded = { 0 };

	if (n > BUF_MAX_DEFAULT / 4)
		return 0;
	text_clean(&clean, (struct text){ (const char *)data, n });
	check(&clean, n);
	text_padded(&padded, data, n);
	check(&padded, n);
	if (padded.len > clean.len)
		abort();
	return 0;
}
