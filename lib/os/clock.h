/* SPDX-License-Identifier: MIT */
/* clock - the two clocks, in nanoseconds. Pure code gets time as a value and never includes this. */
#pragma once
#include <stdint.h>
#include <time.h>

static const uint64_t CLOCK_NS_PER_S = 1000000000;

static inline uint64_t clock_read(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t); /* cannot fail for the clocks below */
	return (uint64_t)t.tv_sec * CLOCK_NS_PER_S + (uint64_t)t.tv_nsec;
}

/* Since the epoch. Jumps when the administrator or NTP sets it. */
static inline uint64_t clock_wall_ns(void)
{
	return clock_read(CLOCK_REALTIME);
}

/* Since some start; for deadlines and durations. */
static inline uint64_t clock_mono_ns(void)
{
	return clock_read(CLOCK_MONOTONIC);
}
