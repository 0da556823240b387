/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "counts.h"

static const struct family {
	const char *name;
	size_t n_labels, fold_from;
} families[COUNTS] = {
	[COUNT_MATCHES] = { "reaction_matches_total", 2, 0 },
	[COUNT_VALUES] = { "reaction_match_values_total", 4, 3 },
	[COUNT_ACTIONS] = { "reaction_actions_total", 5, 2 },
	[COUNT_COMMANDS] = { "reaction_commands_total", 3, 2 },
	[COUNT_STREAMS] = { "reaction_stream_events_total", 2, 1 },
	[COUNT_STARTS] = { "reaction_starts_total", 0, 0 },
	[COUNT_LINES] = { "reaction_log_lines_total", 1, 0 },
	[COUNT_UNPARSED] = { "reaction_log_lines_unparsed_total", 0, 0 },
	[COUNT_BYTES] = { "reaction_textfile_read_bytes_total", 0, 0 },
	[COUNT_GAPS] = { "reaction_textfile_gaps_total", 1, 0 },
};

static const char *const gaps[] = { "truncated",   "rotated_away", "unreadable",
				    "cursor_lost", "corrupt",      "too_long" };
static const char *const results[] = { "ok", "error" };
static const char *const phases[] = { "live", "replay" };

void counts_init(struct counts *c)
{
	for (size_t i = 0; i < COUNTS; i++) {
		struct series *s = &c->table[i];

		s->family = families[i].name;
		s->n_labels = families[i].n_labels;
		s->fold_from = families[i].fold_from;
		s->max = 0;
		series_clear(s);
	}
	c->silent = 0;
	c->heard = false;
}

/* ---- what is there at 0 ---- */

static void touch(struct counts *c, enum count which, const struct text *values)
{
	series_add(&c->table[which], values, 0);
}

static void touch_filter(struct counts *c, const char *stream, const char *filter, const json_t *f)
{
	struct text values[5] = { { 0 }, { 0 }, text_from(stream), text_from(filter), { 0 } };
	const char *action;
	json_t *words;

	touch(c, COUNT_MATCHES, values + 2);
	json_object_foreach (json_object_get(f, "actions"), action, words) {
		values[4] = text_from(action);
		for (size_t i = 0; i < 4; i++) {
			values[0] = text_from(results[i / 2]);
			values[1] = text_from(phases[i % 2]);
			touch(c, COUNT_ACTIONS, values);
		}
	}
}

static void touch_stream(struct counts *c, const char *stream, json_t *filters)
{
	struct text values[2] = { { 0 }, text_from(stream) };
	const char *filter;
	json_t *f;

	for (size_t i = 0; i < LINE_EVENTS; i++) {
		values[0] = text_from(line_event_names[i]);
		touch(c, COUNT_STREAMS, values);
	}
	json_object_foreach (filters, filter, f)
		touch_filter(c, stream, filter, f);
}

static void touch_fixed(struct counts *c)
{
	struct text values[3] = { text_from("start"), text_from("ok"), text_from("0") };

	touch(c, COUNT_COMMANDS, values);
	values[0] = text_from("stop");
	touch(c, COUNT_COMMANDS, values);
	for (size_t i = 0; i < LINE_LEVELS; i++) {
		values[0] = text_from(line_level_names[i]);
		touch(c, COUNT_LINES, values);
	}
	for (size_t i = 0; i < ARRAY_LEN(gaps); i++)
		counts_gap(c, gaps[i], 0);
	touch(c, COUNT_STARTS, values);
	touch(c, COUNT_UNPARSED, values);
	touch(c, COUNT_BYTES, values);
}

void counts_begin(struct counts *c, size_t max_series)
{
	const char *stream;
	json_t *filters;

	touch_fixed(c);
	json_object_foreach (c->topology->streams, stream, filters)
		touch_stream(c, stream, filters);
	for (size_t i = COUNT_MATCHES; i <= COUNT_STREAMS; i++)
		c->table[i].max = max_series;
}

/* ---- what happens ---- */

void counts_line(struct counts *c, const struct line *l)
{
	const struct text level = text_from(line_level_names[l->level]);

	series_add(&c->table[COUNT_LINES], &level, 1);
	if (l->kind == LINE_UNKNOWN)
		series_add(&c->table[COUNT_UNPARSED], NULL, 1);
	if (l->level == LINE_WARN || l->level == LINE_ERROR)
		c->silent += c->silent < COUNTS_SILENT;
	else if (l->level != LINE_NO_LEVEL)
		c->silent = 0;
	c->heard |= l->level == LINE_INFO || l->level == LINE_DEBUG;
}

void counts_gap(struct counts *c, const char *reason, uint64_t n)
{
	const struct text value = text_from(reason);

	series_add(&c->table[COUNT_GAPS], &value, n);
}

/* A slice of a name, as the C string that jansson's look-ups take. */
static const char *name_of(struct buf *b, struct text t)
{
	buf_clear(b);
	buf_add(b, t.p, t.n);
	return buf_cstr(b);
}

/* The values of a match, if the filter is known and they can be told apart. */
static void count_values(struct counts *c, const struct flow_event *e, const struct text *names)
{
	AUTO_BUF struct buf stream = { 0 }, filter = { 0 }, shown = { 0 };
	const char *s = name_of(&stream, names[0]), *f = name_of(&filter, names[1]);
	const json_t *patterns = json_object_get(topology_filter(c->topology, s, f), "patterns");
	const struct line line = { .list = e->list, .quoted = e->quoted };
	json_auto_t *values =
		json_array_size(patterns) ? line_values(&line, json_array_size(patterns)) : NULL;

	for (size_t i = 0; i < json_array_size(values); i++) {
		const char *pattern = json_string_value(json_array_get(patterns, i));
		const json_t *v = json_array_get(values, i);
		struct text value = { json_string_value(v), json_string_length(v) };

		buf_clear(&shown);
		if (!pattern || !rules_show(c->rules, s, f, pattern) ||
		    rules_value(c->rules, s, f, pattern, value, &shown) < 0)
			continue;
		series_add(&c->table[COUNT_VALUES],
			   (const struct text[]){
				   names[0], names[1], text_from(pattern), { buf_cstr(&shown), shown.len } },
			   1);
	}
}

static void count_match(struct counts *c, const struct flow_event *e)
{
	struct text names[2];

	if (!topology_split(c->topology, e->name, 2, names))
		return;
	series_add(&c->table[COUNT_MATCHES], names, 1);
	if (c->values)
		count_values(c, e, names);
}

static void count_action(struct counts *c, const struct flow_event *e)
{
	struct text values[5] = { text_from(results[e->failed]), text_from(phases[e->replay]) };

	if (topology_split(c->topology, e->name, 3, values + 2))
		series_add(&c->table[COUNT_ACTIONS], values, 1);
}

void counts_event(struct counts *c, const struct flow_event *e)
{
	switch (e->what) {
	case FLOW_MATCH:
		count_match(c, e);
		break;
	case FLOW_ACTION:
		count_action(c, e);
		break;
	case FLOW_COMMAND:
		series_add(&c->table[COUNT_COMMANDS],
			   (const struct text[]){ e->name, text_from(results[e->failed]), e->code }, 1);
		break;
	case FLOW_STREAM:
		series_add(&c->table[COUNT_STREAMS],
			   (const struct text[]){ text_from(line_event_names[e->event]), e->name }, 1);
		break;
	case FLOW_START:
		series_add(&c->table[COUNT_STARTS], NULL, 1);
		break;
	}
}

bool counts_level_insufficient(const struct counts *c)
{
	return c->silent >= (c->heard ? COUNTS_SILENT : 1);
}

/* ---- the state ---- */

void counts_save(const struct counts *c, struct buf *out)
{
	words_key(out, "silent");
	words_u64(out, c->silent);
	words_u64(out, c->heard);
	words_end(out);
}

int counts_load(struct counts *c, struct text key, struct words line)
{
	uint64_t silent, heard;

	if (!text_is(key, "silent"))
		return 0;
	if (words_get_u64(&line, &silent) < 0 || words_get_u64(&line, &heard) < 0 || heard > 1 ||
	    !words_at_end(&line))
		return -EINVAL;
	c->silent = silent;
	c->heard = heard;
	return 1;
}

void counts_done(struct counts *c)
{
	for (size_t i = 0; i < COUNTS; i++)
		series_done(&c->table[i]);
}
