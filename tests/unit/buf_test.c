/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/buf: appending of every kind, the cap to the byte, the sticky
 * error, a refused allocation, and random appends against a plain array.
 */
#include <errno.h>
#include <stdbool.h>
#include <wchar.h>

#include "core/buf.h"
#include "test.h"

/* The sanitizer's allocator then answers as malloc() does when it is asked for too much. */
const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void check_appending(void)
{
	AUTO_BUF struct buf b = { 0 };

	CHECK_STR(buf_cstr(&b), "");
	CHECK_INT(buf_error(&b), 0);
	CHECK(b.data == NULL);
	buf_add(&b, NULL, 0);
	CHECK_STR(buf_cstr(&b), "");
	buf_str(&b, "one");
	buf_chr(&b, ' ');
	buf_add(&b, "two three", 3);
	buf_fmt(&b, " %d%s", 3, "!");
	CHECK_STR(buf_cstr(&b), "one two 3!");
	CHECK_INT(b.len, 10);
	buf_add(&b, "\0x", 2);
	CHECK(b.len == 12 && memcmp(b.data, "one two 3!\0x", 13) == 0);
	buf_clear(&b);
	CHECK(b.len == 0 && b.cap > 0);
	CHECK_STR(buf_cstr(&b), "");
}

static void check_long_format(void)
{
	AUTO_BUF struct buf b = { 0 };

	buf_fmt(&b, "%5000d", 7);
	CHECK(b.len == 5000 && b.data[4999] == '7' && b.data[0] == ' ');
}

static void check_cap(void)
{
	static const struct {
		size_t max;
		const char *first, *second, *text;
		int r;
	} t[] = {
		{ 8, "1234567", "", "1234567", 0 }, /* the terminator is the eighth byte */
		{ 8, "12345678", "", "", -E2BIG },  /* all or nothing */
		{ 8, "1234", "567", "1234567", 0 },
		{ 8, "1234", "5678", "1234", -E2BIG },
		{ 1, "", "", "", 0 },
		{ 1, "1", "", "", -E2BIG },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf b = { .max = t[i].max };

		CHECK_INT(buf_left(&b), t[i].max - 1);
		buf_str(&b, t[i].first);
		buf_str(&b, t[i].second);
		CHECK_STR(buf_cstr(&b), t[i].text);
		CHECK_INT(buf_error(&b), t[i].r);
		CHECK_INT(buf_left(&b), t[i].max - 1 - strlen(t[i].text));
	}
}

static void check_default_cap(void)
{
	static char bytes[BUF_MAX_DEFAULT];
	AUTO_BUF struct buf b = { 0 };

	buf_add(&b, bytes, sizeof(bytes) - 1);
	CHECK_INT(buf_error(&b), 0);
	CHECK_INT(buf_left(&b), 0);
	buf_chr(&b, 'x');
	CHECK_INT(buf_error(&b), -E2BIG);
	CHECK_INT(b.len, sizeof(bytes) - 1);
}

static void check_sticky(void)
{
	AUTO_BUF struct buf b = { .max = 4 };

	buf_str(&b, "ab");
	buf_str(&b, "too long");
	buf_chr(&b, 'c'); /* would fit */
	buf_fmt(&b, "%s", "d");
	CHECK(buf_room(&b, 0) == NULL);
	CHECK_STR(buf_cstr(&b), "ab");
	CHECK_INT(buf_error(&b), -E2BIG);
	buf_clear(&b);
	CHECK_INT(buf_error(&b), -E2BIG);
	buf_done(&b);
	CHECK_INT(buf_error(&b), 0);
	CHECK_INT(b.max, 4);
	buf_str(&b, "abc");
	CHECK_STR(buf_cstr(&b), "abc");
}

static void check_failures(void)
{
	AUTO_BUF struct buf huge = { .max = (size_t)1 << 62 }, wide = { 0 }, wrap = { 0 };

	buf_str(&huge, "kept");
	CHECK(buf_room(&huge, (size_t)1 << 60) == NULL);
	CHECK_INT(buf_error(&huge), -ENOMEM);
	CHECK_STR(buf_cstr(&huge), "kept");
	CHECK(buf_room(&wrap, SIZE_MAX) == NULL);
	CHECK_INT(buf_error(&wrap), -E2BIG);
	buf_fmt(&wide, "a%lcb", (wint_t)0x110000); /* no such character: nothing can be printed */
	CHECK(buf_error(&wide) < 0);
	CHECK_STR(buf_cstr(&wide), "");
}

static void check_room(void)
{
	AUTO_BUF struct buf b = { .max = 6 };
	char *p = buf_room(&b, 5);

	CHECK(p != NULL);
	CHECK_STR(buf_cstr(&b), "");
	memcpy(p, "abc", 3);
	b.len += 3;
	b.data[b.len] = '\0';
	CHECK_STR(buf_cstr(&b), "abc");
	CHECK_INT(buf_left(&b), 2);
}

/* Whatever is appended in whatever pieces: the bytes are those, and never more than the cap allows. */
static void check_random(void)
{
	uint64_t seed = test_seed();
	bool same = true, capped = true;

	for (int round = 0; round < 300; round++) {
		char want[4096];
		size_t n = 0;
		int err = 0;
		AUTO_BUF struct buf b = { .max = 1 + test_random(&seed) % sizeof(want) };

		for (int i = 0; i < 40; i++) {
			char piece[200];
			size_t len = test_random(&seed) % sizeof(piece);

			memset(piece, (int)(test_random(&seed) % 256), sizeof(piece));
			buf_add(&b, piece, len);
			if (!err && len > b.max - n - 1)
				err = -E2BIG;
			if (err)
				continue;
			memcpy(want + n, piece, len);
			n += len;
		}
		same = same && b.len == n && memcmp(b.data ? b.data : "", want, n) == 0 && b.err == err;
		capped = capped && b.len < b.max && buf_cstr(&b)[b.len] == '\0';
	}
	CHECK(same);
	CHECK(capped);
}

int main(void)
{
	check_appending();
	check_long_format();
	check_cap();
	check_default_cap();
	check_sticky();
	check_failures();
	check_room();
	check_random();
	return TEST_END();
}
