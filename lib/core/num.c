/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/num.h"

static const uint64_t NS_PER_S = 1000000000;

int num_u64(const char *s, size_t n, uint64_t *ret)
{
	uint64_t v = 0;

	if (n == 0)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		unsigned d = (unsigned char)s[i] - (unsigned)'0';

		if (d > 9)
			return -EINVAL;
		if (__builtin_mul_overflow(v, (uint64_t)10, &v) || __builtin_add_overflow(v, d, &v))
			return -ERANGE;
	}
	*ret = v;
	return 0;
}

int num_i64(const char *s, size_t n, int64_t *ret)
{
	size_t sign = n > 0 && s[0] == '-';
	uint64_t v;
	int r = num_u64(sign ? s + 1 : s, n - sign, &v); /* s may be NULL, to which C lets nobody add even 0 */

	if (r < 0)
		return r;
	if (v > (uint64_t)INT64_MAX + sign)
		return -ERANGE;
	*ret = sign ? (int64_t)(0 - v) : (int64_t)v;
	return 0;
}

int num_seconds_ns(const char *s, size_t n, uint64_t *ret)
{
	const char *dot = n ? memchr(s, '.', n) : NULL;
	size_t whole = dot ? (size_t)(dot - s) : n, digits = dot ? n - whole - 1 : 0;
	uint64_t seconds, fraction = 0;
	int r = num_u64(s, whole, &seconds);

	if (r < 0)
		return r;
	if (dot && (digits == 0 || digits > 9 || num_u64(dot + 1, digits, &fraction) < 0))
		return -EINVAL;
	for (; digits < 9; digits++)
		fraction *= 10;
	if (__builtin_mul_overflow(seconds, NS_PER_S, &seconds) ||
	    __builtin_add_overflow(seconds, fraction, &seconds))
		return -ERANGE;
	*ret = seconds;
	return 0;
}

size_t num_format_product(char out[static NUM_PRODUCT_SIZE], u128 v, uint32_t mul)
{
	char *p = out + NUM_PRODUCT_SIZE - 1;
	uint64_t carry = 0;
	size_t n;

	*p = '\0';
	/* Schoolbook, one decimal digit of v at a time; the carry stays below mul. */
	for (v = mul ? v : 0; v > UINT32_MAX; v /= 10) {
		carry += (uint64_t)(v % 10) * mul;
		*--p = (char)('0' + (int)(carry % 10));
		carry /= 10;
	}
	/* What remains, and so nearly every number from the start, is one machine word. */
	carry += (uint64_t)v * mul;
	do
		*--p = (char)('0' + (int)(carry % 10));
	while (carry /= 10);
	n = (size_t)(out + NUM_PRODUCT_SIZE - 1 - p);
	memmove(out, p, n + 1);
	return n;
}

size_t num_format_u128(char out[static NUM_U128_SIZE], u128 v)
{
	char wide[NUM_PRODUCT_SIZE];
	size_t n = num_format_product(wide, v, 1);

	memcpy(out, wide, n + 1);
	return n;
}

size_t num_format_double(char out[static NUM_DOUBLE_SIZE], double d)
{
	int n = 0;

	/* 15 digits always survive decimal -> double -> decimal, 17 always double -> decimal -> double. */
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(out, NUM_DOUBLE_SIZE, "%.*g", digits, d);
		if (strtod(out, NULL) == d)
			break;
	}
	return (size_t)n;
}
