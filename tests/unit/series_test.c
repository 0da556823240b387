/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/series: counters under foreign label values keep their bound,
 * never move between a name and `other`, and are the same after any number of
 * savings and loadings.
 */
#include <errno.h>

#include "core/series.h"
#include "test.h"

#define V(...) ((const struct text[]){ __VA_ARGS__ })
#define T(s) ((struct text){ s, sizeof(s) - 1 })

static void finish(struct series *s)
{
	CHECK_INT(s->err, 0);
	series_done(s);
}

/* Loads what was saved; the sum of what series_load() said, or the first error. */
static int load(struct series *s, const char *payload, size_t n)
{
	struct words all = { { payload, n } }, line;
	struct text key;
	int sum = 0;

	while (words_line(&all, &line, &key)) {
		int r = series_load(&s, 1, key, line);

		if (r < 0)
			return r;
		sum += r;
	}
	return sum;
}

static void emit(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	series_emit(out, facts);
}

static int to_buf(void *ctx, const void *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return buf_error(ctx);
}

static void print(const struct series *s, const char *labels, struct buf *out)
{
	const struct prom_metric m = { s->family, PROM_COUNTER, labels, "Help.", emit, 0 };
	const struct prom_group g = { &m, 1, s };
	struct prom w = { .sink = to_buf, .ctx = out };

	buf_clear(out);
	CHECK_INT(prom_write(&w, &g, 1), 0);
	prom_done(&w);
}

static void check_counting(void)
{
	struct series s = { .family = "x_total", .n_labels = 2 };
	AUTO_BUF struct buf out = { 0 };
	size_t i;

	i = series_index(&s, V(T("a"), T("b")));
	CHECK_INT(series_get(&s, V(T("a"), T("b"))), 0);
	CHECK_INT(s.n, 1);
	series_count(&s, i, 3);
	series_add(&s, V(T("a"), T("b")), 2);
	series_add(&s, V(T("ab"), T("")), 1); /* the same bytes, put together */
	series_count(&s, SIZE_MAX, 100);
	CHECK_INT(series_get(&s, V(T("a"), T("b"))), 5);
	CHECK_INT(series_get(&s, V(T("ab"), T(""))), 1);
	CHECK_INT(series_get(&s, V(T("never"), T("seen"))), 0);
	CHECK_INT(s.n, 2); /* a question makes nothing */
	print(&s, "p,q", &out);
	CHECK_STR(buf_cstr(&out), "# HELP x_total Help.\n# TYPE x_total counter\n"
				  "x_total{p=\"a\",q=\"b\"} 5\nx_total{p=\"ab\",q=\"\"} 1\n");
	series_clear(&s);
	CHECK_INT(series_get(&s, V(T("a"), T("b"))), 0);
	CHECK_INT(s.n, 0);
	finish(&s);
	CHECK_STR(s.family, "x_total");
	CHECK_INT(s.n_labels, 2);
}

static void check_no_labels(void)
{
	struct series s = { .family = "x_total", .max = 1 };
	AUTO_BUF struct buf out = { 0 };

	print(&s, "", &out);
	CHECK_STR(buf_cstr(&out), "");
	series_add(&s, NULL, 0);
	print(&s, "", &out);
	CHECK_STR(buf_cstr(&out), "# HELP x_total Help.\n# TYPE x_total counter\nx_total 0\n");
	series_add(&s, NULL, UINT64_MAX);
	CHECK(series_get(&s, NULL) == UINT64_MAX);
	finish(&s);
}

static void check_folding(void)
{
	struct series s = { .family = "x_total", .n_labels = 2, .max = 2, .fold_from = 1 };

	series_add(&s, V(T("p"), T("a")), 1);
	series_add(&s, V(T("p"), T("b")), 1);
	series_add(&s, V(T("p"), T("c")), 4);
	series_add(&s, V(T("q"), T("a")), 5);
	series_add(&s, V(T("p"), T("a")), 2); /* who has a place keeps it */
	CHECK_INT(series_get(&s, V(T("p"), T("a"))), 3);
	CHECK_INT(series_get(&s, V(T("p"), T("c"))), 0);
	CHECK_INT(series_get(&s, V(T("p"), T("other"))), 4);
	CHECK_INT(series_get(&s, V(T("q"), T("other"))), 5);
	CHECK_INT(s.folded, 9);
	CHECK_INT(s.n, 4);
	finish(&s);
}

/* A foreign value that is spelled `other` neither takes a place nor gives one back when it is loaded. */
static void check_foreign_other(void)
{
	struct series s = { .family = "x_total", .n_labels = 1, .max = 1 }, again = s;
	AUTO_BUF struct buf saved = { 0 };

	series_add(&s, V(T("other")), 1);
	series_add(&s, V(T("a")), 1);
	series_add(&s, V(T("b")), 1);
	CHECK_INT(series_get(&s, V(T("a"))), 1);
	CHECK_INT(series_get(&s, V(T("other"))), 2);
	CHECK_INT(s.folded, 1);
	series_save(&s, &saved);
	CHECK_INT(load(&again, saved.data, saved.len), 3);
	series_add(&again, V(T("c")), 1);
	series_add(&again, V(T("a")), 1);
	CHECK_INT(series_get(&again, V(T("a"))), 2);
	CHECK_INT(series_get(&again, V(T("other"))), 3);
	CHECK_INT(again.folded, 2);
	finish(&s);
	finish(&again);
}

static void check_values(void)
{
	struct series s = { .family = "x_total", .n_labels = 1, .value_max = 8 };
	AUTO_BUF struct buf out = { 0 };

	series_add(&s, V(T("12345678")), 1);
	CHECK_INT(s.cut, 0);
	series_add(&s, V(T("123456789")), 1); /* shares its series from here on */
	series_add(&s, V(T("12345678 and much more")), 1);
	CHECK_INT(s.cut, 2);
	CHECK_INT(series_get(&s, V(T("12345678"))), 3);
	series_add(&s, V(T("a\nb\0\x1b")), 1); /* 1 + 1 + 1 + 3 + 3 bytes */
	series_add(&s, V(T("\"\"\"\"")), 1);
	CHECK_INT(s.cut, 3);
	series_add(&s, V(T("\"\"\"\"\"")), 1);
	series_add(&s, V(T("1234567\xc3\xa9")), 1); /* no half of a character */
	print(&s, "v", &out);
	CHECK_STR(buf_cstr(&out), "# HELP x_total Help.\n# TYPE x_total counter\nx_total{v=\"1234567\"} 1\n"
				  "x_total{v=\"12345678\"} 3\nx_total{v=\"\\\"\\\"\\\"\\\"\"} 2\n"
				  "x_total{v=\"a b\xef\xbf\xbd\"} 1\n");
	finish(&s);
}

static void check_saved_lines(void)
{
	struct series s = { .family = "x_total", .n_labels = 1, .max = 1 }, again = s;
	AUTO_BUF struct buf saved = { 0 }, twice = { 0 };

	series_add(&s, V(T("a b")), 1);
	series_add(&s, V(T("")), 7);
	series_save(&s, &saved);
	CHECK_STR(buf_cstr(&saved), "count x_total 1 a%20b\nother x_total 7 other\nfolded x_total 7 0\n");
	CHECK_INT(load(&again, saved.data, saved.len), 3);
	series_save(&again, &twice);
	CHECK_STR(buf_cstr(&twice), buf_cstr(&saved));
	finish(&s);
	finish(&again);
}

static void check_other_labels(void)
{
	struct series s = { .family = "x_total", .labels = "user", .n_labels = 1 };
	struct series addr = { .family = "x_total", .labels = "addr", .n_labels = 1 };
	struct series two = { .family = "x_total", .labels = "user,addr", .n_labels = 2 }, none = { .family = "x_total" };
	struct series *const others[] = { &addr, &two, &none };
	AUTO_BUF struct buf saved = { 0 };

	series_add(&s, V(T("root")), 3);
	series_save(&s, &saved);
	CHECK_STR(buf_cstr(&saved), "count x_total{user} 3 root\n");
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		CHECK_INT(load(others[i], saved.data, saved.len), 1);
		CHECK_INT(others[i]->n, 0);
		finish(others[i]);
	}
	series_clear(&s);
	CHECK_INT(load(&s, saved.data, saved.len), 1);
	CHECK_INT(series_get(&s, V(T("root"))), 3);
	finish(&s);
}

static void check_hostile_lines(void)
{
	static const struct {
		const char *payload;
		int r;
	} t[] = {
		{ "count x_total 1 a\n", 1 },
		{ "count y_total nonsense\n", 1 }, /* no such counter any more */
		{ "place /var/log 1 2\n", 0 },
		{ "count\n", -EINVAL },
		{ "count x_total\n", -EINVAL },
		{ "count x_total 1\n", -EINVAL },
		{ "count x_total 1 a b\n", -EINVAL },
		{ "count x_total 1 a \n", -EINVAL },
		{ "count x_total -1 a\n", -EINVAL },
		{ "count x_total 99999999999999999999 a\n", -EINVAL },
		{ "count x_total 1 %zz\n", -EINVAL },
		{ "count x_total%00y 1 a\n", 1 }, /* another name */
		{ "other x_total 1 a\n", -EINVAL },
		{ "folded x_total 1\n", -EINVAL },
		{ "folded x_total 1 2 3\n", -EINVAL },
		{ "folded x_total 1 2\n", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct series s = { .family = "x_total", .n_labels = 1 };

		OK_(load(&s, t[i].payload, strlen(t[i].payload)) == t[i].r, t[i].payload, "not %d", t[i].r);
		CHECK(t[i].r >= 0 || s.n == 0);
		finish(&s);
	}
}

/* A smaller max than yesterday's: the names behind it fold, and none is lost. */
static void check_smaller_max(void)
{
	struct series s = { .family = "x_total", .n_labels = 1, .max = 3 }, again = { .family = "x_total", .n_labels = 1, .max = 1 };
	AUTO_BUF struct buf saved = { 0 };

	series_add(&s, V(T("a")), 1);
	series_add(&s, V(T("b")), 2);
	series_add(&s, V(T("c")), 3);
	series_save(&s, &saved);
	CHECK_INT(load(&again, saved.data, saved.len), 3);
	CHECK_INT(series_get(&again, V(T("a"))), 1);
	CHECK_INT(series_get(&again, V(T("other"))), 5);
	finish(&s);
	finish(&again);
}

static size_t memory_of(const struct series *s)
{
	return s->text.cap + s->scratch.cap + s->cap * 64 + s->n_slots * sizeof(*s->slots);
}

static void check_million_values(void)
{
	struct series s = { .family = "x_total", .n_labels = 1, .max = 200 };
	char value[32];

	for (uint64_t i = 0; i < 1000000; i++) {
		int n = snprintf(value, sizeof(value), "10.%u.%u.%u", (unsigned)(i >> 16), (unsigned)(i >> 8 & 255), (unsigned)(i & 255));

		series_add(&s, V({ value, (size_t)n }), 1);
	}
	CHECK_INT(s.n, 201);
	CHECK_INT(s.folded, 1000000 - 200);
	CHECK_INT(series_get(&s, V(T("other"))), 1000000 - 200);
	CHECK(memory_of(&s) < 64 * 1024);
	finish(&s);
}

/* Indexes stay while the table grows, and sets that begin alike do not mix. */
static void check_growth(void)
{
	struct series s = { .family = "x_total", .n_labels = 2 };
	size_t first[64], wrong = 0;
	char a[16], b[16];

	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; i < 20000; i++) {
			int n = snprintf(a, sizeof(a), "%zu", i / 100), m = snprintf(b, sizeof(b), "%zu", i % 100);
			size_t at = series_index(&s, V({ a, (size_t)n }, { b, (size_t)m }));

			if (round == 0 && i < 64)
				first[i] = at;
			wrong += i < 64 && first[i] != at;
			series_count(&s, at, i);
		}
	CHECK_INT(wrong, 0);
	CHECK_INT(s.n, 20000);
	CHECK_INT(series_get(&s, V(T("12"), T("34"))), 2 * 1234);
	finish(&s);
}

/*
 * The model: names in the order of their coming, the first max of them with a place. A table that is saved and loaded
 * at random moments must agree with it and with one that never was.
 */
static void check_random_runs(uint64_t seed)
{
	int wrong = 0;

	for (int round = 0; round < 300; round++) {
		struct series one = { .family = "x_total", .n_labels = 1, .max = 1 + test_random(&seed) % 8 }, many = one;
		AUTO_BUF struct buf a = { 0 }, b = { 0 };

		for (int i = 0; i < 200; i++) {
			uint64_t which = test_random(&seed) % 16, n = test_random(&seed) % 3;
			char name[8];
			int len = which ? snprintf(name, sizeof(name), "v%u", (unsigned)which) : snprintf(name, sizeof(name), "other");

			series_add(&one, V({ name, (size_t)len }), n);
			series_add(&many, V({ name, (size_t)len }), n);
			if (test_random(&seed) % 16 == 0) {
				AUTO_BUF struct buf saved = { 0 };

				series_save(&many, &saved);
				series_clear(&many);
				wrong += load(&many, buf_cstr(&saved), saved.len) < 0;
			}
		}
		series_save(&one, &a);
		series_save(&many, &b);
		wrong += strcmp(buf_cstr(&a), buf_cstr(&b)) != 0 || one.err || many.err;
		series_done(&one);
		series_done(&many);
	}
	CHECK_INT(wrong, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_counting();
	check_no_labels();
	check_folding();
	check_foreign_other();
	check_values();
	check_saved_lines();
	check_other_labels();
	check_hostile_lines();
	check_smaller_max();
	check_million_values();
	check_growth();
	check_random_runs(seed);
	return TEST_END();
}
