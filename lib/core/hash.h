/* SPDX-License-Identifier: MIT */
/*
 * hash - FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv-17, section 5),
 * and a finisher that spreads its bits (MurmurHash3's fmix64).
 *
 * For tables whose size is bounded by us, and for telling files apart. No
 * defence against somebody who looks for collisions: a table must stay correct,
 * and its look-ups bounded, when all hashes are equal.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

static const uint64_t HASH_START = 0xcbf29ce484222325;

static inline uint64_t hash_add(uint64_t h, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3;
	return h;
}

static inline uint64_t hash_end(uint64_t h)
{
	h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
	return h ^ h >> 33;
}
