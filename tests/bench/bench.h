/* SPDX-License-Identifier: MIT */
/* bench - repeats a block until it has run long enough, and prints the best of five rounds in nanoseconds. */
#pragma once
#include <stdio.h>
#include <time.h>

static inline double bench_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Calls f(ctx) for at least 50 ms a round. */
static inline void bench(const char *name, void (*f)(void *ctx), void *ctx)
{
	double best = 0;

	for (int round = 0; round < 5; round++) {
		double start = bench_seconds(), took;
		long n = 0;

		do {
			for (int i = 0; i < 100; i++)
				f(ctx);
			n += 100;
			took = bench_seconds() - start;
		} while (took < 0.05);
		if (round == 0 || took / (double)n < best)
			best = took / (double)n;
	}
	printf("%s\t%.0f\n", name, best * 1e9);
}
