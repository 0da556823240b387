/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes reaction-textfile's log: lines of any bytes, some with times. Each line is counted once by its level; every
 * slice lies in its line; what is held is bounded; and stopping after any line, saving and loading, gives the same
 * state and the same sums.
 */
#include <string.h>

#include "../../cmd/reaction-textfile/counts.h"

struct tool {
	struct topology topology;
	struct rules rules;
	struct flow flow;
	struct counts counts;
};

static void take_event(void *ctx, const struct flow_event *e)
{
	struct tool *t = ctx;

	counts_event(&t->counts, e);
}

static void begin(struct tool *t)
{
	json_auto_t *config = json_loads("{\"patterns\":{\"a\":{},\"b\":{}},\"streams\":{\"s\":{\"filters\":{\"f\":{\"regex\":"
					 "[\"<a> <b>\"],\"actions\":{\"x\":{}}},\"g.h\":{\"regex\":[\"<a>\"]}}}}}", 0, NULL);

	*t = (struct tool){ .flow = { .hold_s = 60, .grace_s = 10, .event = take_event, .ctx = t } };
	t->counts.topology = &t->topology;
	t->counts.rules = &t->rules;
	t->counts.values = true;
	counts_init(&t->counts);
	if (topology_take(&t->topology, config) < 0)
		abort();
	counts_begin(&t->counts, 5);
}

static void end(struct tool *t)
{
	flow_done(&t->flow);
	counts_done(&t->counts);
	topology_done(&t->topology);
}

static void save(const struct tool *t, struct buf *out)
{
	for (size_t i = 0; i < COUNTS; i++)
		series_save(&t->counts.table[i], out);
	flow_save(&t->flow, out);
	counts_save(&t->counts, out);
	if (buf_error(out) < 0)
		abort();
}

/* Saving, loading and saving again gives the same bytes. */
static void check_state(const struct tool *t)
{
	AUTO_BUF struct buf saved = { 0 }, again = { 0 };
	struct series *tables[COUNTS];
	struct words payload, line;
	struct tool loaded;
	struct text key;

	save(t, &saved);
	begin(&loaded);
	counts_init(&loaded.counts);
	for (size_t i = 0; i < COUNTS; i++)
		tables[i] = &loaded.counts.table[i];
	payload.left = (struct text){ buf_cstr(&saved), saved.len };
	while (words_line(&payload, &line, &key)) {
		int r = series_load(tables, COUNTS, key, line);

		if (r == 0)
			r = flow_load(&loaded.flow, key, line);
		if (r == 0)
			r = counts_load(&loaded.counts, key, line);
		if (r != 1)
			abort();
	}
	save(&loaded, &again);
	if (saved.len != again.len || memcmp(saved.data, again.data, saved.len) != 0)
		abort();
	end(&loaded);
}

static void check_slice(struct text line, struct text part)
{
	if (part.n && part.p != NULL && !(part.p >= line.p && part.p + part.n <= line.p + line.n) &&
	    !text_is(part, "0"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct text left = { (const char *)data, n };
	uint64_t lines = 0, counted = 0, now = 1;
	struct tool t;

	begin(&t);
	while (left.n) {
		const char *nl = memchr(left.p, '\n', left.n);
		struct text one = { left.p, nl ? (size_t)(nl - left.p) : left.n };
		struct line l;

		left.p += one.n + (nl != NULL);
		left.n -= one.n + (nl != NULL);
		line_parse(one, &l);
		check_slice(one, l.name);
		check_slice(one, l.list);
		check_slice(one, l.code);
		counts_line(&t.counts, &l);
		flow_line(&t.flow, &l, l.time_s, now);
		if (one.n % 7 == 3)
			flow_settle(&t.flow, now += one.n);
		lines++;
		if (t.flow.n_held > FLOW_HELD_MAX || t.counts.silent > COUNTS_SILENT)
			abort();
	}
	for (size_t i = 0; i < LINE_LEVELS; i++) {
		const struct text level = text_from(line_level_names[i]);

		counted += series_get(&t.counts.table[COUNT_LINES], &level);
	}
	if (counted != lines)
		abort();
	check_state(&t);
	flow_finish(&t.flow);
	if (t.flow.n_held)
		abort();
	end(&t);
	return 0;
}
