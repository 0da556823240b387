/* SPDX-License-Identifier: MIT */
/*
 * distinct - how many different values a stream had, in 4 KiB: HyperLogLog
 * (Flajolet, Fusy, Gandouet, Meunier, AofA 2007) with 2^12 registers over a
 * hash of 64 bits, and Ertl's improved estimator ("New cardinality estimation
 * algorithms for HyperLogLog sketches", 2017, algorithm 6), which needs no
 * correction for small numbers.
 *
 * The standard error is 1.04 / sqrt(4096) = 1.6 %: two of three estimates are
 * as near as that, 997 of 1,000 within 4.9 %; the first hundred values are
 * counted nearly exactly. The hash is no secret: who can choose the values can
 * choose them so that the estimate is wrong.
 */
#pragma once
#include "core/words.h"
#include <stdint.h>

enum { DISTINCT_BITS = 12, DISTINCT_REGISTERS = 1 << DISTINCT_BITS };

struct distinct {
	const char *name; /* of its line in the state; the caller's */
	uint8_t registers[DISTINCT_REGISTERS]; /* 0..64 - DISTINCT_BITS + 1 */
};

void distinct_add(struct distinct *d, struct text value);

/* The number of different values so far, an estimate; 0 only when there was none. */
uint64_t distinct_estimate(const struct distinct *d);

/*
 * "distinct NAME REGISTERS"; nothing when all registers are 0. REGISTERS is one word, a character a register: '0' + its
 * value; a run of zeros is the powers of two that add up to its length, the largest first: 'g' + exponent each.
 */
void distinct_save(const struct distinct *d, struct buf *out);

/* Takes such a line, its key given, if it is this sketch's. 1 taken; 0 not its line; -EINVAL; -ENOMEM. */
int distinct_load(struct distinct *d, struct text key, struct words line) MUST_CHECK;
