/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/topk against exact counts: the bounds of Space-Saving hold for
 * every value of streams of several shapes, and saving changes nothing.
 */
#include <errno.h>

#include "core/topk.h"
#include "test.h"

#define T(s) ((struct text){ s, sizeof(s) - 1 })

enum { VALUES = 5000 };

static struct text name_of(uint64_t v, char room[static 16])
{
	return (struct text){ room, (size_t)snprintf(room, 16, "10.0.%u.%u", (unsigned)v / 256, (unsigned)v % 256) };
}

/* Skewed (squared), uniform, or all once and again in turn, which is the worst. */
static uint64_t draw(int shape, uint64_t i, uint64_t *seed)
{
	uint64_t r = test_random(seed) % VALUES;

	return shape == 0 ? r * r / VALUES * r / VALUES : shape == 1 ? r : i % VALUES;
}

static const struct topk_item *item_of(const struct topk *t, struct text value)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].value.len == value.n && memcmp(t->items[i].value.data, value.p, value.n) == 0)
			return &t->items[i];
	return NULL;
}

/* What the paper promises, for each value that came. Returns how many promises are broken. */
static int broken(const struct topk *t, const uint64_t *exact, uint64_t total)
{
	uint64_t sum = 0;
	int wrong = 0;
	char room[16];

	for (size_t i = 0; i < t->n; i++)
		sum += t->items[i].count;
	wrong += sum != total || t->n > t->m || t->floor > total / t->m;
	for (uint64_t v = 0; v < VALUES; v++) {
		const struct topk_item *item = item_of(t, name_of(v, room));

		if (!item) {
			wrong += exact[v] > t->floor;
			continue;
		}
		wrong += item->count < exact[v] || item->count - item->error > exact[v];
		wrong += item->error > total / t->m;
	}
	return wrong;
}

static void check_bounds(uint64_t seed)
{
	for (int shape = 0; shape < 3; shape++) {
		struct topk t = { .name = "x", .m = 100 };
		static uint64_t exact[VALUES];
		uint64_t total = 0;
		char room[16];

		memset(exact, 0, sizeof(exact));
		for (uint64_t i = 0; i < 100000; i++) {
			uint64_t v = draw(shape, i, &seed), n = 1 + test_random(&seed) % 3;

			topk_add(&t, name_of(v, room), n);
			exact[v] += n;
			total += n;
		}
		OK_(broken(&t, exact, total) == 0, "the bounds hold", "shape %d: %d broken", shape, broken(&t, exact, total));
		CHECK_INT(t.err, 0);
		topk_done(&t);
	}
}

/* As many values as counters: nothing is estimated. */
static void check_exact(void)
{
	struct topk t = { .name = "x", .m = 3 };
	const struct topk_item *top[4];

	topk_add(&t, T("b"), 2);
	topk_add(&t, T("a"), 2);
	topk_add(&t, (struct text){ NULL, 0 }, 1);
	topk_add(&t, T(""), 4);
	CHECK_INT(topk_list(&t, 4, top), 3);
	CHECK_INT(top[0]->count, 5);
	CHECK_INT(top[0]->value.len, 0);
	CHECK_STR(top[1]->value.data, "a"); /* of equal ones, by value */
	CHECK_STR(top[2]->value.data, "b");
	CHECK_INT(top[2]->error, 0);
	CHECK_INT(topk_list(&t, 2, top), 2);
	CHECK_STR(top[1]->value.data, "a");
	CHECK_INT(topk_list(&t, 0, top), 0);
	topk_add(&t, T("c"), 1); /* b was made first and stands lowest */
	CHECK(!item_of(&t, T("b")));
	CHECK_INT(item_of(&t, T("c"))->count, 3);
	CHECK_INT(item_of(&t, T("c"))->error, 2);
	topk_done(&t);
	CHECK_INT(t.m, 3);
	CHECK_INT(topk_list(&t, 4, top), 0);
}

static void check_long_values(void)
{
	struct topk t = { .name = "x", .m = 4 };
	char a[TOPK_VALUE_MAX + 2];

	memset(a, 'a', sizeof(a));
	topk_add(&t, (struct text){ a, TOPK_VALUE_MAX }, 1);
	topk_add(&t, (struct text){ a, sizeof(a) }, 1);
	topk_add(&t, (struct text){ a, TOPK_VALUE_MAX - 1 }, 1);
	CHECK_INT(t.n, 2);
	topk_done(&t);
}

static int load(struct topk *t, const char *payload)
{
	struct words all = { text_from(payload) }, line;
	struct text key;
	int sum = 0;

	while (words_line(&all, &line, &key)) {
		int r = topk_load(t, key, line);

		if (r < 0)
			return r;
		sum += r;
	}
	return sum;
}

static void check_lines(void)
{
	static const struct {
		const char *payload;
		int r;
	} t[] = {
		{ "top x 3 1 a\ntop x 3\ntop y 1 1 b\ncount x 1\n", 2 },
		{ "top\n", -EINVAL },
		{ "top x\n", -EINVAL },
		{ "top x 3 1\n", -EINVAL },
		{ "top x 3 1 a b\n", -EINVAL },
		{ "top x 3 4 a\n", -EINVAL },
		{ "top x 0 0 a\n", -EINVAL },
		{ "top x 3 1 a\ntop x 4 1 a\n", -EINVAL },
		{ "top x -3 1 a\n", -EINVAL },
	};
	struct topk s = { .name = "x y", .m = 2 };
	AUTO_BUF struct buf saved = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct topk x = { .name = "x", .m = 2 };

		OK_(load(&x, t[i].payload) == t[i].r, t[i].payload, "not %d", t[i].r);
		topk_done(&x);
	}
	topk_add(&s, T("a b"), 1);
	topk_add(&s, T(""), 2);
	topk_add(&s, T("c"), 1);
	topk_save(&s, &saved);
	CHECK_STR(buf_cstr(&saved), "top x%20y 1\ntop x%20y 2 1 c\ntop x%20y 2 0 %\n");
	topk_done(&s);
}

/* Saved and loaded at random moments, it is what it would be without. */
static void check_runs(uint64_t seed)
{
	struct topk one = { .name = "x", .m = 20 }, many = one;
	AUTO_BUF struct buf a = { 0 }, b = { 0 };
	int wrong = 0;
	char room[16];

	for (uint64_t i = 0; i < 20000; i++) {
		struct text v = name_of(draw(0, i, &seed), room);

		topk_add(&one, v, 1);
		topk_add(&many, v, 1);
		if (test_random(&seed) % 100 == 0) {
			AUTO_BUF struct buf saved = { 0 };

			topk_save(&many, &saved);
			topk_done(&many);
			wrong += load(&many, buf_cstr(&saved)) < 1;
		}
	}
	topk_save(&one, &a);
	topk_save(&many, &b);
	CHECK_INT(wrong, 0);
	CHECK_STR(buf_cstr(&b), buf_cstr(&a));
	topk_done(&one);
	topk_done(&many);
}

/* m changes with the configuration: an item's bounds hold with the new one too. */
static void check_other_m(uint64_t seed)
{
	static const size_t sizes[] = { 40, 10, 60, 3, 100 };
	struct topk t = { .name = "x", .m = 40 };
	static uint64_t exact[VALUES];
	int wrong = 0;
	char room[16];

	for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
		AUTO_BUF struct buf saved = { 0 };

		topk_save(&t, &saved);
		topk_done(&t);
		t.m = sizes[s];
		wrong += load(&t, buf_cstr(&saved)) < 0;
		for (uint64_t i = 0; i < 5000; i++) {
			uint64_t v = draw(0, i, &seed);

			topk_add(&t, name_of(v, room), 1);
			exact[v]++;
		}
		for (uint64_t v = 0; v < VALUES; v++) {
			const struct topk_item *item = item_of(&t, name_of(v, room));

			wrong += item ? item->count < exact[v] || item->count - item->error > exact[v] : exact[v] > t.floor;
		}
	}
	CHECK_INT(wrong, 0);
	topk_done(&t);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_exact();
	check_bounds(seed);
	check_long_values();
	check_lines();
	check_runs(seed);
	check_other_m(seed);
	return TEST_END();
}
