/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes core/series: the first half of the input is loaded as saved lines, the
 * words of the second are counted. The table keeps its bound, every count is
 * somewhere, and saving and loading change nothing any more.
 */
#include <string.h>

#include "core/series.h"

enum { SETS = 4 };

static void load(struct series *s, struct text payload)
{
	struct words all = { payload }, line;
	struct text key;

	while (words_line(&all, &line, &key)) {
		int r = series_load(&s, 1, key, line);

		(void)r; /* refused lines are no matter here */
	}
}

static uint64_t sum(const struct series *s)
{
	AUTO_BUF struct buf saved = { 0 };
	struct words all, line;
	struct text key;
	uint64_t total = 0;

	series_save(s, &saved);
	all = (struct words){ { buf_cstr(&saved), saved.len } };
	while (words_line(&all, &line, &key)) {
		AUTO_BUF struct buf name = { 0 };
		uint64_t n = 0;

		if (words_get_text(&line, &name) < 0 || words_get_u64(&line, &n) < 0)
			abort();
		total += text_is(key, "folded") ? 0 : n;
	}
	return total;
}

static void count_words(struct series *s, struct text t)
{
	uint64_t before = sum(s), counted = 0;

	while (t.n > 0) {
		const char *end = memchr(t.p, ' ', t.n);
		struct text word = { t.p, end ? (size_t)(end - t.p) : t.n };

		series_add(s, (const struct text[]){ word, { word.p, word.n / 2 } }, 1);
		counted++;
		t.n -= word.n + (end != NULL);
		t.p += word.n + (end != NULL);
	}
	if (sum(s) != before + counted)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct series s = { .family = "x_total", .n_labels = 2, .max = SETS, .value_max = 16 }, again = s;
	AUTO_BUF struct buf once = { 0 }, twice = { 0 };

	if (n > 64 * 1024)
		return 0;
	load(&s, (struct text){ (const char *)data, n / 2 });
	count_words(&s, (struct text){ (const char *)data + n / 2, n - n / 2 });
	if (s.err || s.n_named > SETS)
		abort();
	series_save(&s, &once);
	load(&again, (struct text){ buf_cstr(&once), once.len });
	series_save(&again, &twice);
	if (once.len != twice.len || strcmp(buf_cstr(&once), buf_cstr(&twice)) != 0)
		abort();
	series_done(&s);
	series_done(&again);
	return 0;
}
