/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/text: every class of Unicode's table 3-7 by every code point
 * and by random bytes against a decoder that works the other way round, and
 * what cleaning leaves of hostile text.
 */
#include "core/text.h"
#include "test.h"

static void check_slices(void)
{
	static const struct {
		const char *in;
		size_t n;
		const char *out;
	} t[] = {
		{ "", 0, "" },
		{ "a", 1, "a" },
		{ "  a b\t", 6, "a b" },
		{ "\r\n \t\0", 5, "" },
		{ "WDC WD40   \0\0\0", 14, "WDC WD40" },
		{ "\0\0SN  1 ", 8, "SN  1" },
		{ "\v a", 3, "\v a" }, /* no padding anybody uses: cleaning shows it */
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct text got = text_trim((struct text){ t[i].in, t[i].n });

		OK_(text_is(got, t[i].out), t[i].out, "got <<%.*s>>", (int)got.n, got.p);
	}
	CHECK(text_trim((struct text){ NULL, 0 }).n == 0);
	CHECK(text_is((struct text){ NULL, 0 }, ""));
	CHECK(!text_is((struct text){ "ab", 1 }, "ab"));
	CHECK(!text_is((struct text){ "ab", 2 }, "a"));
	CHECK(text_is((struct text){ "abc", 2 }, "ab"));
	CHECK(text_is(text_from("abc"), "abc"));
}

/* Table 3-7 and what is just outside of each of its rows. */
static void check_utf8_rows(void)
{
	static const struct {
		const char *in;
		size_t len;
	} t[] = {
		{ "\x01", 1 },
		{ "\x7f", 1 },
		{ "\x80", 0 },
		{ "\xbf", 0 },
		{ "\xc0\x80", 0 },
		{ "\xc1\xbf", 0 }, /* overlong */
		{ "\xc2\x80", 2 },
		{ "\xdf\xbf", 2 },
		{ "\xc2\x7f", 0 },
		{ "\xc2\xc0", 0 },
		{ "\xe0\x9f\xbf", 0 },
		{ "\xe0\xa0\x80", 3 }, /* overlong below A0 */
		{ "\xe0\xbf\xbf", 3 },
		{ "\xe1\x80\x80", 3 },
		{ "\xec\xbf\xbf", 3 },
		{ "\xed\x80\x80", 3 },
		{ "\xed\x9f\xbf", 3 },
		{ "\xed\xa0\x80", 0 }, /* surrogates above 9F */
		{ "\xed\xbf\xbf", 0 },
		{ "\xee\x80\x80", 3 },
		{ "\xef\xbf\xbf", 3 },
		{ "\xe1\x80\x7f", 0 },
		{ "\xe1\x80\xc0", 0 },
		{ "\xe1\xc0\x80", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xf0\x90\x80\x80", 4 }, /* overlong below 90 */
		{ "\xf1\x80\x80\x80", 4 },
		{ "\xf3\xbf\xbf\xbf", 4 },
		{ "\xf4\x80\x80\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 }, /* beyond U+10FFFF */
		{ "\xf8\x88\x80\x80", 0 },
		{ "\xff", 0 },
		{ "\xf1\x80\x80", 0 },
		{ "\xf1\x80", 0 }, /* cut short */
		{ "\xe1\x80", 0 },
		{ "\xc2", 0 },
		{ "\xf1\x80\x80\xc0", 0 },
		{ "\xf1\x80\x7f\x80", 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		CHECK_INT(text_utf8_len(t[i].in, strlen(t[i].in)), t[i].len);
	CHECK_INT(text_utf8_len("\xc3\xa9", 1), 0); /* the rest lies behind the slice */
	CHECK_INT(text_utf8_len("", 1), 1);         /* NUL */
}

static size_t encode(uint32_t c, char out[static 4])
{
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(first[n] | c);
	return n;
}

static bool is_scalar(uint32_t c)
{
	return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

static void check_every_code_point(void)
{
	int wrong = 0;

	for (uint32_t c = 0; c < 0x120000; c++) {
		char s[4];
		size_t n = encode(c, s);

		wrong += text_utf8_len(s, n) != (is_scalar(c) ? n : 0);
		for (size_t cut = 1; cut < n; cut++)
			wrong += text_utf8_len(s, cut) != 0;
	}
	CHECK_INT(wrong, 0);
}

/* A sequence is valid if it is what encoding the code point in it gives. */
static size_t decoded_len(const unsigned char *s, size_t n)
{
	uint32_t c;
	char again[4];

	for (size_t len = 1; len <= 4 && len <= n; len++) {
		c = len == 1 ? s[0] : s[0] & (0x7fu >> len);
		for (size_t i = 1; i < len; i++)
			c = c << 6 | (s[i] & 0x3f);
		if (is_scalar(c) && encode(c, again) == len && memcmp(again, s, len) == 0)
			return len;
	}
	return 0;
}

static void check_random_bytes(uint64_t seed)
{
	int wrong = 0;

	for (int i = 0; i < 300000; i++) {
		uint64_t bits = test_random(&seed);
		unsigned char s[4];

		memcpy(s, &bits, 4);
		if (bits >> 63) /* mostly continuation bytes, or hardly one is valid */
			for (int j = 1; j < 4; j++)
				s[j] = (unsigned char)(0x80 | (s[j] & 0x3f));
		for (size_t n = 1; n <= 4; n++)
			wrong += text_utf8_len((const char *)s, n) != decoded_len(s, n);
	}
	CHECK_INT(wrong, 0);
}

#define R "\xef\xbf\xbd" /* U+FFFD */

static void check_clean(void)
{
	static const struct {
		const char *in;
		size_t n;
		const char *out;
	} t[] = {
		{ "", 0, "" },
		{ "plain \"text\" \\n", 15, "plain \"text\" \\n" },
		{ "gr\xc3\xbc\xc3\x9f", 6, "gr\xc3\xbc\xc3\x9f" },
		{ "a\nb", 3, "a\nb" },
		{ "a\rb\tc\0d", 7, "a" R "b" R "c" R "d" },
		{ "\x1b[31m", 5, R "[31m" },
		{ "\x7f", 1, R },
		{ "\xc2\x80\xc2\x9b"
		  "31m\xc2\x9f",
		  9, R R "31m" R }, /* C1: one terminal's CSI */
		{ "\xc2\xa0", 2, "\xc2\xa0" },
		{ "\xff\xfe", 2, R R },
		{ "a\xc3", 2, "a" R },
		{ "\xe2\x82", 2, R R }, /* the euro's first two bytes */
		{ "\xed\xa0\x80", 3, R R R },
		{ "\xc0\xaf", 2, R R },
		{ "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80" },
		{ "\xc3(", 2, R "(" }, /* the byte after the bad one is kept */
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf b = { 0 };

		text_clean(&b, (struct text){ t[i].in, t[i].n });
		CHECK_STR(buf_cstr(&b), t[i].out);
	}
}

static void check_padded(void)
{
	AUTO_BUF struct buf b = { 0 };

	text_padded(&b, (const uint8_t *)"  ST4000  VN\x01 \0", 15);
	CHECK_STR(buf_cstr(&b), "ST4000  VN" R);
	buf_clear(&b);
	text_padded(&b, (const uint8_t *)"\0\0\0\0    ", 8);
	CHECK_STR(buf_cstr(&b), "");
}

static void check_label(void)
{
	static const struct {
		const char *in, *out;
		bool cut;
	} t[] = {
		{ "", "", false },
		{ "12345678", "12345678", false },
		{ "123456789", "12345678", true },
		{ "1234567890123456", "12345678", true },
		{ "a\nb\n", "a b ", false },
		{ "\\\\\\\\", "\\\\\\\\", false }, /* 8 bytes when escaped */
		{ "\"\"\"\"\"", "\"\"\"\"", true },
		{ "1234567\xc3\xa9", "1234567", true },
		{ "123456\xc3\xa9", "123456\xc3\xa9", false },
		{ "\x1b\x1b\x1b", R R, true },
		{ "12345678901\xe2\x82\xac", "12345678", true }, /* broken where it is cut first */
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf b = { 0 };
		bool cut;

		buf_str(&b, "before");
		cut = text_label(&b, text_from(t[i].in), 8);
		CHECK_STR(buf_cstr(&b) + 6, t[i].out);
		CHECK_INT(cut, t[i].cut);
		CHECK_INT(b.len, 6 + strlen(t[i].out));
	}
}

/* Whatever comes in: what goes out is valid, holds no control character but '\n', and is clean already. */
static void check_random_text(uint64_t seed)
{
	int wrong = 0;

	for (int round = 0; round < 20000; round++) {
		AUTO_BUF struct buf once = { 0 }, twice = { 0 };
		char raw[64];
		size_t n = test_random(&seed) % sizeof(raw);

		for (size_t i = 0; i < n; i++)
			raw[i] = (char)(test_random(&seed) >> 40);
		text_clean(&once, (struct text){ raw, n });
		text_clean(&twice, (struct text){ buf_cstr(&once), once.len });
		wrong += once.len > 3 * n || strcmp(buf_cstr(&once), buf_cstr(&twice)) != 0;
		wrong += strlen(buf_cstr(&once)) != once.len; /* no NUL left */
		for (size_t i = 0; i < once.len;) {
			size_t len = decoded_len((unsigned char *)once.data + i, once.len - i);
			unsigned char c = (unsigned char)once.data[i];

			wrong += len == 0 || (c < 0x20 && c != '\n') || c == 0x7f;
			i += len ? len : 1;
		}
	}
	CHECK_INT(wrong, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_slices();
	check_utf8_rows();
	check_every_code_point();
	check_random_bytes(seed);
	check_clean();
	check_padded();
	check_label();
	check_random_text(seed);
	return TEST_END();
}
