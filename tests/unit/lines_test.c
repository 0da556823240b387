/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/lines: lines as a slow reader finds them, whatever the blocks
 * are that they come in.
 */
#include "core/lines.h"
#include "test.h"

enum { MAX = 8 };

static void take(void *ctx, struct text line)
{
	buf_add(ctx, line.p, line.n);
	buf_chr(ctx, '|');
}

/* Hands the text over in blocks of at most block bytes, as a reader does. */
static void read_blocks(struct lines *l, const char *text, size_t n, size_t block)
{
	char held[256];
	size_t left = 0;

	for (size_t at = 0; at < n; at += block) {
		size_t more = n - at < block ? n - at : block, used;

		memcpy(held + left, text + at, more);
		used = lines_take(l, held, left + more);
		left = left + more - used;
		memmove(held, held + used, left);
		if (left > MAX)
			OK_(false, "left", "%zu bytes are left", left);
	}
	lines_end(l, held, left);
}

static void lines_of_a_text(void)
{
	static const struct {
		const char *text, *lines;
		unsigned n, too_long;
	} t[] = {
		{ "", "", 0, 0 },
		{ "\n", "|", 1, 0 },
		{ "a\nb\n", "a|b|", 2, 0 },
		{ "a\n\n\nb", "a|||b|", 4, 0 },
		{ "a\r\n\r\n", "a\r|\r|", 2, 0 },
		{ "12345678\n", "12345678|", 1, 0 },
		{ "12345678", "12345678|", 1, 0 },
		{ "123456789\n", "", 1, 1 },
		{ "123456789", "", 1, 1 },
		{ "123456789\na\n123456789012345678901\nb", "a|b|", 4, 2 },
		{ "a\n123456789012345678901", "a|", 2, 1 },
		{ "123456789\n\n", "|", 2, 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		for (size_t block = 1; block < 40; block++) {
			AUTO_BUF struct buf got = { 0 };
			struct lines l = { .line = take, .ctx = &got, .max = MAX };

			read_blocks(&l, t[i].text, strlen(t[i].text), block);
			OK_(strcmp(buf_cstr(&got), t[i].lines) == 0 && l.n == t[i].n && l.too_long == t[i].too_long &&
				    !l.skipping,
			    t[i].text, "blocks of %zu: <<%s>>", block, buf_cstr(&got));
		}
}

static void nul_is_a_byte_like_any(void)
{
	AUTO_BUF struct buf got = { 0 };
	struct lines l = { .line = take, .ctx = &got, .max = MAX };

	CHECK_INT(lines_take(&l, "a\0b\n\0", 5), 4);
	CHECK(got.len == 4 && memcmp(got.data, "a\0b|", 4) == 0);
}

static void skipping_goes_on_from_the_run_before(void)
{
	AUTO_BUF struct buf got = { 0 };
	struct lines l = { .line = take, .ctx = &got, .max = MAX, .skipping = true };

	CHECK_INT(lines_take(&l, "the rest", 8), 8);
	CHECK(l.skipping);
	CHECK_INT(lines_take(&l, "of it\nnew\nne", 12), 10);
	CHECK_STR(buf_cstr(&got), "new|");
	CHECK_INT(l.n, 1);
	CHECK_INT(l.too_long, 0);
	l.skipping = true;
	lines_end(&l, "", 0);
	CHECK(!l.skipping);
	CHECK_INT(l.n, 1);
}

int main(void)
{
	lines_of_a_text();
	nul_is_a_byte_like_any();
	skipping_goes_on_from_the_run_before();
	return TEST_END();
}
