/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the sketches' loaders: what is taken of any saved lines is saved and
 * loaded again as it was, and counting goes on within the bounds.
 */
#include <string.h>

#include "core/distinct.h"
#include "core/topk.h"

struct sketches {
	struct topk top;
	struct distinct distinct;
};

static void load(struct sketches *s, struct text payload)
{
	struct words all = { payload }, line;
	struct text key;

	while (words_line(&all, &line, &key)) {
		int r = topk_load(&s->top, key, line);

		if (r == 0)
			r = distinct_load(&s->distinct, key, line);
	}
}

static void save(const struct sketches *s, struct buf *out)
{
	topk_save(&s->top, out);
	distinct_save(&s->distinct, out);
	if (buf_error(out) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct sketches s = { { .name = "x", .m = 4 }, { .name = "x" } }, again = s;
	AUTO_BUF struct buf once = { 0 }, twice = { 0 };
	const struct topk_item *top[4];
	size_t items;

	if (n > 64 * 1024)
		return 0;
	load(&s, (struct text){ (const char *)data, n });
	for (size_t i = 0; i + 2 < n; i += 3) {
		topk_add(&s.top, (struct text){ (const char *)data + i, 2 }, 1);
		distinct_add(&s.distinct, (struct text){ (const char *)data + i, 2 });
	}
	items = topk_list(&s.top, 4, top);
	for (size_t i = 0; i < items; i++)
		if (top[i]->error > top[i]->count || (i > 0 && top[i]->count > top[i - 1]->count))
			abort();
	save(&s, &once);
	load(&again, (struct text){ buf_cstr(&once), once.len });
	save(&again, &twice);
	if (strcmp(buf_cstr(&once), buf_cstr(&twice)) != 0 || s.top.err || again.top.err)
		abort();
	topk_done(&s.top);
	topk_done(&again.top);
	return 0;
}
