/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/distinct: the error over the whole range of numbers is what
 * the papers say, order and repetition do not matter, and what is saved is
 * small and read back as it was.
 */
#include <errno.h>
#include <math.h>

#include "core/distinct.h"
#include "test.h"

static void add_number(struct distinct *d, uint64_t v)
{
	char room[32];

	distinct_add(d, (struct text){ room, (size_t)snprintf(room, sizeof(room), "2001:db8::%jx", (uintmax_t)v) });
}

/* The relative standard error over streams of n different values, and the worst of them. */
static void measure(uint64_t n, int rounds, uint64_t *seed, double *rms, double *worst)
{
	double sum = 0;

	*worst = 0;
	for (int i = 0; i < rounds; i++) {
		struct distinct d = { 0 };
		uint64_t start = test_random(seed) >> 1;
		double e;

		for (uint64_t v = 0; v < n; v++)
			add_number(&d, start + v);
		e = fabs((double)distinct_estimate(&d) / (double)n - 1);
		sum += e * e;
		*worst = e > *worst ? e : *worst;
	}
	*rms = sqrt(sum / rounds);
}

static void check_error(uint64_t seed)
{
	static const struct {
		uint64_t n;
		int rounds;
		double rms, worst; /* for small numbers the papers' 1.04/sqrt(m) is far too much */
	} t[] = {
		{ 1, 50, 0, 0 },	      { 10, 50, 0.06, 0.11 },	       { 100, 50, 0.015, 0.05 },
		{ 1000, 50, 0.0163, 0.049 },  { 4096, 50, 0.0200, 0.065 },     { 10000, 30, 0.0200, 0.065 },
		{ 20000, 20, 0.0200, 0.065 }, { 100000, 10, 0.0220, 0.065 }, { 1000000, 1, 0.065, 0.065 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		double rms, worst;

		measure(t[i].n, t[i].rounds, &seed, &rms, &worst);
		OK_(rms <= t[i].rms && worst <= t[i].worst, "the error is as documented", "%ju values: %.4f, at worst %.4f",
		    (uintmax_t)t[i].n, rms, worst);
	}
}

static void check_small(void)
{
	struct distinct d = { 0 }, again = { 0 };

	CHECK_INT(distinct_estimate(&d), 0);
	distinct_add(&d, (struct text){ NULL, 0 });
	CHECK_INT(distinct_estimate(&d), 1);
	for (int i = 0; i < 1000; i++) {
		add_number(&d, (uint64_t)i % 3);
		add_number(&again, (uint64_t)(i + 2) % 3);
	}
	distinct_add(&again, (struct text){ "", 0 });
	CHECK_INT(distinct_estimate(&d), 4);
	CHECK(memcmp(d.registers, again.registers, sizeof(d.registers)) == 0);
}

/* Registers that no stream fills must not break the arithmetic. */
static void check_full(void)
{
	struct distinct d = { 0 };

	memset(d.registers, 53, sizeof(d.registers));
	CHECK(distinct_estimate(&d) > UINT64_C(1) << 60);
}

static int load(struct distinct *d, const char *payload)
{
	struct words all = { text_from(payload) }, line;
	struct text key;

	return words_line(&all, &line, &key) ? distinct_load(d, key, line) : 2;
}

static void check_saved(uint64_t seed)
{
	struct distinct d = { .name = "x" };
	size_t longest = 0;
	int wrong = 0;

	for (uint64_t i = 0; i < 20000; i++) {
		AUTO_BUF struct buf saved = { 0 }, twice = { 0 };
		struct distinct again = { .name = "x" };

		add_number(&d, test_random(&seed));
		if (i > 100 && i % 97)
			continue;
		distinct_save(&d, &saved);
		wrong += load(&again, buf_cstr(&saved)) != 1 || memcmp(&again, &d, sizeof(d)) != 0;
		distinct_save(&again, &twice);
		wrong += strcmp(buf_cstr(&saved), buf_cstr(&twice)) != 0;
		longest = saved.len > longest ? saved.len : longest;
		wrong += i < 10 && saved.len > 150;
	}
	CHECK_INT(wrong, 0);
	CHECK(longest <= DISTINCT_REGISTERS + 16);
}

static void check_lines(void)
{
	static const struct {
		const char *payload;
		int r;
	} t[] = {
		{ "distinct x s\n", 1 },  /* empty: 2^12 zeros */
		{ "distinct x 1rqponmlkjihg\n", 1 },
		{ "distinct y s\n", 0 },  { "count x 1\n", 0 },
		{ "distinct\n", -EINVAL }, { "distinct x\n", -EINVAL },
		{ "distinct x s s\n", -EINVAL }, { "distinct x r\n", -EINVAL },
		{ "distinct x rr\n", -EINVAL }, /* not as it would be written */
		{ "distinct x s1\n", -EINVAL }, { "distinct x sg\n", -EINVAL },
		{ "distinct x 1ghijklmnopqr\n", -EINVAL }, { "distinct x 0rqponmlkjihg\n", -EINVAL },
		{ "distinct x frqponmlkjihg\n", -EINVAL }, { "distinct x %\n", -EINVAL },
		{ "distinct x t\n", -EINVAL },
	};
	struct distinct d = { .name = "x" };
	AUTO_BUF struct buf saved = { 0 };

	distinct_save(&d, &saved);
	CHECK_STR(buf_cstr(&saved), "");
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct distinct x = { .name = "x", .registers = { 3 } };

		OK_(load(&x, t[i].payload) == t[i].r, t[i].payload, "got %d", load(&x, t[i].payload));
		CHECK(t[i].r == 1 || x.registers[0] == 3);
	}
}

int main(void)
{
	uint64_t seed = test_seed();

	check_small();
	check_error(seed);
	check_full();
	check_saved(seed);
	check_lines();
	return TEST_END();
}
