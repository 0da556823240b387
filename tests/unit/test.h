/* SPDX-License-Identifier: MIT */
/*
 * test - the smallest harness that prints TAP. One binary a module; a check
 * that fails names file, line and both values, and the binary goes on.
 *
 * Random tests take their seed from $TEST_SEED (default 1) and print it, so
 * that a failure can be repeated.
 */
#pragma once
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int test_count, test_failed;

#define OK_(cond, text, ...) \
	do { \
		int ok_ = (cond); \
		printf("%sok %d - %s\n", ok_ ? "" : "not ", ++test_count, text); \
		if (!ok_) { \
			test_failed++; \
			printf("#   %s:%d: ", __FILE__, __LINE__); \
			printf(__VA_ARGS__); \
			putchar('\n'); \
		} \
	} while (0)

#define CHECK(c) OK_((c), #c, "false")
#define CHECK_INT(got, want) \
	do { \
		intmax_t g_ = (intmax_t)(got), w_ = (intmax_t)(want); \
		OK_(g_ == w_, #got, "got %jd, want %jd", g_, w_); \
	} while (0)
#define CHECK_STR(got, want) \
	do { \
		const char *g_ = (got), *w_ = (want); \
		OK_(strcmp(g_, w_) == 0, #got, "got <<%s>>, want <<%s>>", g_, w_); \
	} while (0)
#define TEST_END() (printf("1..%d\n", test_count), test_failed != 0)

/* xorshift64*: repeatable everywhere, which rand() is not. */
static inline uint64_t test_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

static inline uint64_t test_seed(void)
{
	const char *s = getenv("TEST_SEED");
	uint64_t seed = s ? strtoull(s, NULL, 0) : 1;

	printf("# TEST_SEED=%" PRIu64 "\n", seed);
	return seed ? seed : 1;
}
