/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes core/num: what parses prints as the same digits, refused text leaves
 * the result alone, a finite double of any bits reads back as itself, and a
 * product ends in the digits that 64-bit arithmetic gives it.
 */
#include <math.h>
#include <string.h>

#include "core/num.h"

static void require(int cond)
{
	if (!cond)
		abort();
}

static void check_text(const char *s, size_t n)
{
	uint64_t u = 7, ns = 7;
	int64_t i = 7;
	size_t sign = n > 0 && s[0] == '-';
	char text[NUM_U128_SIZE];

	if (num_u64(s, n, &u) == 0) {
		size_t len = num_format_u128(text, u);

		require(n >= len && memcmp(s + n - len, text, len) == 0); /* leading zeros may stand before */
		require(num_seconds_ns(s, n, &ns) < 0 ? u > UINT64_MAX / 1000000000 : ns == u * 1000000000);
	} else {
		require(u == 7);
	}
	if (num_i64(s, n, &i) == 0) {
		size_t len = num_format_u128(text, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);

		require(n - sign >= len && memcmp(s + n - len, text, len) == 0 && (sign || i >= 0));
	} else {
		require(i == 7);
	}
	ns = 7;
	require(num_seconds_ns(s, n, &ns) == 0 || ns == 7);
}

static void check_bits(const uint8_t bytes[static 24])
{
	char text[NUM_DOUBLE_SIZE], product[NUM_PRODUCT_SIZE];
	u128 v = num_le(bytes, 16);
	uint32_t mul = (uint32_t)num_be(bytes + 16, 4);
	double d, back;
	size_t n;

	memcpy(&d, bytes, sizeof(d));
	if (isfinite(d)) {
		require(num_format_double(text, d) == strlen(text));
		back = strtod(text, NULL);
		require(memcmp(&d, &back, sizeof(d)) == 0);
	}
	n = num_format_product(product, v, mul);
	require(n == strlen(product) && n < NUM_PRODUCT_SIZE && (n == 1 || product[0] != '0'));
	require(product[n - 1] - '0' == (int)((uint64_t)(v % 10) * (mul % 10) % 10));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	check_text((const char *)data, n);
	if (n >= 24)
		check_bits(data);
	return 0;
}
