/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/num: what is a number and what is none, with the result left
 * alone on failure; printing of 128 bits and beyond against long arithmetic
 * done another way; doubles by reading back every bit.
 */
#include <errno.h>
#include <float.h>
#include <math.h>

#include "core/num.h"
#include "test.h"

#define U128_MAX (~(u128)0)

static void check_u64(void)
{
	static const struct {
		const char *in;
		uint64_t v; /* 7: unchanged */
		int r;
	} t[] = {
		{ "0", 0, 0 },
		{ "1", 1, 0 },
		{ "0012", 12, 0 },
		{ "18446744073709551615", UINT64_MAX, 0 },
		{ "18446744073709551616", 7, -ERANGE },
		{ "18446744073709551620", 7, -ERANGE },
		{ "99999999999999999999", 7, -ERANGE },
		{ "100000000000000000000000000000000000000000", 7, -ERANGE },
		{ "", 7, -EINVAL },
		{ " 1", 7, -EINVAL },
		{ "1 ", 7, -EINVAL },
		{ "1\n", 7, -EINVAL },
		{ "+1", 7, -EINVAL },
		{ "-1", 7, -EINVAL },
		{ "-0", 7, -EINVAL },
		{ "0x1", 7, -EINVAL },
		{ "1_000", 7, -EINVAL },
		{ "1,000", 7, -EINVAL },
		{ "1.0", 7, -EINVAL },
		{ "1e3", 7, -EINVAL },
		{ "\xd9\xa1", 7, -EINVAL }, /* U+0661, a digit elsewhere */
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		uint64_t v = 7;

		CHECK_INT(num_u64(t[i].in, strlen(t[i].in), &v), t[i].r);
		OK_(v == t[i].v, t[i].in, "got %" PRIu64, v);
	}
}

/* The slice is the number: neither a terminator nor what lies behind counts. */
static void check_slices(void)
{
	uint64_t u = 7;
	int64_t i = 7;

	CHECK_INT(num_u64("123456", 3, &u), 0);
	CHECK_INT(u, 123);
	CHECK_INT(num_u64("1\0002", 3, &u), -EINVAL);
	CHECK_INT(num_u64(NULL, 0, &u), -EINVAL);
	CHECK_INT(u, 123);
	CHECK_INT(num_i64("-45", 2, &i), 0);
	CHECK_INT(i, -4);
	CHECK_INT(num_i64(NULL, 0, &i), -EINVAL);
	CHECK_INT(i, -4);
}

static void check_every_byte(void)
{
	int wrong = 0;

	for (int c = 0; c < 256; c++) {
		char s[2] = { '1', (char)c };
		uint64_t v = 7;
		int r = num_u64(s, 2, &v);

		if (c >= '0' && c <= '9')
			wrong += r != 0 || v != 10 + (uint64_t)c - '0';
		else
			wrong += r != -EINVAL || v != 7;
	}
	CHECK_INT(wrong, 0);
}

static void check_i64(void)
{
	static const struct {
		const char *in;
		int64_t v; /* 7: unchanged */
		int r;
	} t[] = {
		{ "0", 0, 0 },
		{ "-0", 0, 0 },
		{ "-1", -1, 0 },
		{ "9223372036854775807", INT64_MAX, 0 },
		{ "9223372036854775808", 7, -ERANGE },
		{ "-9223372036854775808", INT64_MIN, 0 },
		{ "-9223372036854775809", 7, -ERANGE },
		{ "-18446744073709551616", 7, -ERANGE },
		{ "", 7, -EINVAL },
		{ "-", 7, -EINVAL },
		{ "--1", 7, -EINVAL },
		{ "+1", 7, -EINVAL },
		{ "- 1", 7, -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		int64_t v = 7;

		CHECK_INT(num_i64(t[i].in, strlen(t[i].in), &v), t[i].r);
		OK_(v == t[i].v, t[i].in, "got %" PRId64, v);
	}
}

static void check_seconds(void)
{
	static const struct {
		const char *in;
		uint64_t v; /* 7: unchanged */
		int r;
	} t[] = {
		{ "0", 0, 0 },
		{ "2", 2000000000, 0 },
		{ "0.25", 250000000, 0 },
		{ "1.000000001", 1000000001, 0 },
		{ "0.1", 100000000, 0 },
		{ "1700000000.5", 1700000000500000000, 0 },
		{ "18446744073.709551615", UINT64_MAX, 0 },
		{ "18446744073.709551616", 7, -ERANGE },
		{ "18446744074", 7, -ERANGE },
		{ "18446744073709551616", 7, -ERANGE },
		{ "", 7, -EINVAL },
		{ ".", 7, -EINVAL },
		{ ".5", 7, -EINVAL },
		{ "5.", 7, -EINVAL },
		{ "1.2.3", 7, -EINVAL },
		{ "1.0000000001", 7, -EINVAL },
		{ "1.-5", 7, -EINVAL },
		{ "-1", 7, -EINVAL },
		{ "1e3", 7, -EINVAL },
		{ "1s", 7, -EINVAL },
		{ "nan", 7, -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		uint64_t v = 7;

		CHECK_INT(num_seconds_ns(t[i].in, strlen(t[i].in), &v), t[i].r);
		OK_(v == t[i].v, t[i].in, "got %" PRIu64, v);
	}
}

/* v x mul in 32-bit limbs, divided down nine digits at a time. */
static void long_product(u128 v, uint32_t mul, char out[static 64])
{
	uint32_t limbs[5];
	char digits[64] = "";
	uint64_t carry = 0;
	size_t n = 0;

	for (int i = 0; i < 5; i++) {
		carry += (uint64_t)(uint32_t)(i < 4 ? v >> (32 * i) : 0) * mul;
		limbs[i] = (uint32_t)carry;
		carry >>= 32;
	}
	for (int round = 0; round < 6; round++) {
		uint64_t rest = 0;

		for (int i = 4; i >= 0; i--) {
			rest = rest << 32 | limbs[i];
			limbs[i] = (uint32_t)(rest / 1000000000);
			rest %= 1000000000;
		}
		for (int i = 0; i < 9; i++, rest /= 10)
			digits[n++] = (char)('0' + rest % 10);
	}
	while (n > 1 && digits[n - 1] == '0')
		n--;
	for (size_t i = 0; i < n; i++)
		out[i] = digits[n - 1 - i];
	out[n] = '\0';
}

static void check_product(void)
{
	static const struct {
		u128 v;
		uint32_t mul;
		const char *text;
	} t[] = {
		{ 0, 0, "0" },
		{ 0, 512, "0" },
		{ U128_MAX, 0, "0" },
		{ 1, 1, "1" },
		{ 3, 512000, "1536000" },
		{ 42949672979, UINT32_MAX,
		  "184467440775750221805" }, /* its carry on top of the largest word */
		{ UINT64_MAX, 1, "18446744073709551615" },
		{ UINT64_MAX, 512000, "9444732965739290426880000" },
		{ U128_MAX, 1, "340282366920938463463374607431768211455" },
		{ U128_MAX, 512000, "174224571863520493293247799005065324264960000" },
		{ U128_MAX, UINT32_MAX, "1461501636990620551282746369252908412219869364225" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char out[NUM_PRODUCT_SIZE];

		CHECK_INT(num_format_product(out, t[i].v, t[i].mul), strlen(t[i].text));
		CHECK_STR(out, t[i].text);
	}
}

static u128 random_u128(uint64_t *seed)
{
	u128 v = (u128)test_random(seed) << 64 | test_random(seed);

	return v >> test_random(seed) % 128; /* every length */
}

static void check_random_products(uint64_t seed)
{
	int wrong = 0;

	for (int i = 0; i < 20000; i++) {
		u128 v = random_u128(&seed);
		uint32_t mul = (uint32_t)(test_random(&seed) >> (test_random(&seed) % 32)), one = 1;
		char got[NUM_PRODUCT_SIZE], plain[NUM_U128_SIZE], want[64];

		long_product(v, mul, want);
		wrong += num_format_product(got, v, mul) != strlen(want) || strcmp(got, want) != 0;
		long_product(v, one, want);
		wrong += num_format_u128(plain, v) != strlen(want) || strcmp(plain, want) != 0;
	}
	CHECK_INT(wrong, 0);
}

static void check_round_trip(uint64_t seed)
{
	int wrong = 0;

	for (int i = 0; i < 20000; i++) {
		uint64_t v = (uint64_t)random_u128(&seed), got = ~v;
		int64_t s = (int64_t)v, got_s = ~s;
		char text[NUM_U128_SIZE];

		wrong += num_u64(text, num_format_u128(text, v), &got) != 0 || got != v;
		(void)snprintf(text, sizeof(text), "%" PRId64, s);
		wrong += num_i64(text, strlen(text), &got_s) != 0 || got_s != s;
	}
	CHECK_INT(wrong, 0);
}

static void check_double(void)
{
	static const struct {
		double d;
		const char *text;
	} t[] = {
		{ 0, "0" },
		{ -0.0, "-0" },
		{ 1, "1" },
		{ -1.5, "-1.5" },
		{ 0.1, "0.1" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 100000, "100000" },
		{ 123456789012345, "123456789012345" },
		{ 9007199254740992, "9007199254740992" },
		{ 1e22, "1e+22" },
		{ DBL_MAX, "1.7976931348623157e+308" },
		{ DBL_MIN, "2.2250738585072014e-308" },
		{ -DBL_MIN, "-2.2250738585072014e-308" },
		{ 5e-324, "4.94065645841247e-324" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char out[NUM_DOUBLE_SIZE];

		CHECK_INT(num_format_double(out, t[i].d), strlen(t[i].text));
		CHECK_STR(out, t[i].text);
	}
}

static void check_random_doubles(uint64_t seed)
{
	int wrong = 0;

	for (int i = 0; i < 100000; i++) {
		uint64_t bits = test_random(&seed);
		char out[NUM_DOUBLE_SIZE];
		double d, back;

		memcpy(&d, &bits, sizeof(d));
		if (!isfinite(d))
			continue;
		(void)num_format_double(out, d);
		back = strtod(out, NULL);
		wrong += memcmp(&d, &back, sizeof(d)) != 0 || strspn(out, "0123456789+-.e") != strlen(out);
	}
	CHECK_INT(wrong, 0);
}

static void check_bytes(void)
{
	static const uint8_t b[] = { 0xff, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
				     0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0xf0 };
	u128 high = (u128)0xf00f0e0d0c0b0a09 << 64, low = (u128)0x0102030405060708 << 64;

	/* From an odd address: no alignment is asked for. */
	CHECK_INT(num_le16(b + 1), 0x0201);
	CHECK_INT(num_be16(b + 1), 0x0102);
	CHECK_INT(num_le16(b), 0x01ff);
	CHECK_INT(num_be16(b), 0xff01);
	CHECK_INT(num_le(b + 1, 0), 0);
	CHECK_INT(num_le(b, 1), 0xff);
	CHECK_INT(num_le(b + 1, 3), 0x030201);
	CHECK_INT(num_be(b + 1, 3), 0x010203);
	CHECK_INT(num_le(b + 1, 6), 0x060504030201);
	CHECK(num_le(b + 1, 16) == (high | 0x0807060504030201));
	CHECK(num_be(b + 1, 16) == (low | 0x090a0b0c0d0e0ff0));
}

int main(void)
{
	uint64_t seed = test_seed();

	check_u64();
	check_slices();
	check_every_byte();
	check_i64();
	check_seconds();
	check_product();
	check_random_products(seed);
	check_round_trip(seed);
	check_double();
	check_random_doubles(seed);
	check_bytes();
	return TEST_END();
}
