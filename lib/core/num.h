/* SPDX-License-Identifier: MIT */
/*
 * num - strict numbers out of bounded text, and numbers out of device pages.
 *
 * Text: the whole slice is the number; no blanks, no locale, no base prefix,
 * overflow is an error. Bytes: unaligned little- and big-endian loads.
 * On failure *ret is unchanged.
 */
#pragma once
#include "base.h"
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 u128;

/* 0; -EINVAL (empty, or any byte that is no digit); -ERANGE (does not fit). */
int num_u64(const char *s, size_t n, uint64_t *ret) MUST_CHECK;

/* As num_u64, with an optional leading '-'. */
int num_i64(const char *s, size_t n, int64_t *ret) MUST_CHECK;

/* Seconds as a decimal number with at most nine digits after the point ("2", "0.25"), in nanoseconds.
 * 0; -EINVAL; -ERANGE. */
int num_seconds_ns(const char *s, size_t n, uint64_t *ret) MUST_CHECK;

/* Decimal digits of v with a terminator. Returns the length. */
enum { NUM_U128_SIZE = 40 }; /* 2^128-1 has 39 digits */
size_t num_format_u128(char out[static NUM_U128_SIZE], u128 v);

/* Decimal digits of v x mul, which may need more than 128 bits. Returns the length. */
enum { NUM_PRODUCT_SIZE = NUM_U128_SIZE + 10 };
size_t num_format_product(char out[static NUM_PRODUCT_SIZE], u128 v, uint32_t mul);

/* Decimal text of 15 digits, or of 16 or 17 where it takes them to read back as the same double; d is finite.
 * Returns the length. */
enum { NUM_DOUBLE_SIZE = 32 };
size_t num_format_double(char out[static NUM_DOUBLE_SIZE], double d);

static inline uint16_t num_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint16_t num_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* n bytes, at most 16, least significant first. */
static inline u128 num_le(const uint8_t *p, size_t n)
{
	u128 v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

/* n bytes, at most 16, most significant first. */
static inline u128 num_be(const uint8_t *p, size_t n)
{
	u128 v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}
