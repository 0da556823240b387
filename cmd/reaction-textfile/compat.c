/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "command.h"
#include "compat.h"

static const struct family {
	const char *name, *labels;
	size_t n; /* of them */
	bool patterns;
} families[COMPATS] = {
	[COMPAT_ACTIONS] = { "reaction_action_count", "stream,filter,action", 3, true },
	[COMPAT_COMMANDS] = { "reaction_commands_count", "moment,status,exit_code", 3, false },
	[COMPAT_MATCHES] = { "reaction_match_count", "stream,filter", 2, true },
	[COMPAT_PENDING] = { "reaction_pending_count", "stream,filter,action", 3, true },
	[COMPAT_STREAMS] = { "reaction_stream_event_count", "stream,event", 2, false },
};

/* ---- labels ---- */

static bool is_label(const char *name)
{
	return !prom_check_label_name(name) && strcmp(name, "stream") != 0 && strcmp(name, "filter") != 0 &&
	       strcmp(name, "action") != 0;
}

static size_t index_of(const json_t *names, const char *name)
{
	size_t i = 0;

	while (i < json_array_size(names) && strcmp(json_string_value(json_array_get(names, i)), name) != 0)
		i++;
	return i;
}

/* Adds a filter's patterns that are shown, while there is room for labels. */
static int add_patterns(struct compat *c, const char *stream, const char *filter, const json_t *f)
{
	json_t *patterns = json_object_get(f, "patterns");

	for (size_t i = 0; i < json_array_size(patterns); i++) {
		const char *name = json_string_value(json_array_get(patterns, i));

		if (!name || !is_label(name) || !rules_show(c->rules, stream, filter, name) ||
		    index_of(c->patterns, name) < json_array_size(c->patterns) ||
		    json_array_size(c->patterns) == SERIES_LABELS_MAX - 3)
			continue;
		if (json_array_append_new(c->patterns, json_string(name)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int name_labels(struct compat *c, size_t which)
{
	const struct family *f = &families[which];
	struct series *s = &c->table[which];

	buf_clear(&c->labels[which]);
	buf_str(&c->labels[which], f->labels);
	s->family = f->name;
	s->n_labels = f->n;
	s->fold_from = f->patterns ? f->n : 0;
	for (size_t i = 0; f->patterns && c->extra[which] && i < json_array_size(c->patterns); i++) {
		buf_chr(&c->labels[which], ',');
		buf_str(&c->labels[which], json_string_value(json_array_get(c->patterns, i)));
		s->n_labels++;
	}
	if (s->n_labels == f->n)
		s->fold_from = 0;
	return buf_error(&c->labels[which]);
}

int compat_begin(struct compat *c, size_t max_series)
{
	const char *stream, *filter;
	json_t *filters, *f;
	int r = 0;

	json_decref(c->patterns);
	c->patterns = json_array();
	json_object_foreach (c->topology->streams, stream, filters)
		json_object_foreach (filters, filter, f)
			r = r < 0 ? r : add_patterns(c, stream, filter, f);
	for (size_t i = 0; r == 0 && i < COMPATS; i++) {
		series_clear(&c->table[i]);
		c->table[i].max = max_series;
		r = name_labels(c, i);
	}
	return c->patterns ? r : -ENOMEM;
}

/* ---- samples ---- */

/* The label values of one sample: n names, then a value for each pattern. */
struct sample {
	struct text values[SERIES_LABELS_MAX];
	struct buf shown[SERIES_LABELS_MAX]; /* what the values of patterns point at */
};

static void sample_done(struct sample *s)
{
	for (size_t i = 0; i < SERIES_LABELS_MAX; i++)
		buf_done(&s->shown[i]);
}

/* The filter of the first two names; NULL where it is not known. */
static const json_t *filter_of(const struct compat *c, const struct text *names, struct buf *stream,
			       struct buf *filter)
{
	buf_add(stream, names[0].p, names[0].n);
	buf_add(filter, names[1].p, names[1].n);
	return topology_filter(c->topology, buf_cstr(stream), buf_cstr(filter));
}

/* Counts n for the names in s and the filter's values, NULL where they are not known. */
static void add(struct compat *c, size_t which, struct sample *s, const json_t *values, uint64_t n)
{
	AUTO_BUF struct buf stream = { 0 }, filter = { 0 };
	const json_t *patterns = json_object_get(filter_of(c, s->values, &stream, &filter), "patterns");
	size_t names = families[which].n;

	for (size_t i = 0; i < json_array_size(values) && c->extra[which]; i++) {
		const char *pattern = json_string_value(json_array_get(patterns, i));
		const json_t *v = json_array_get(values, i);
		size_t at = pattern ? index_of(c->patterns, pattern) : SIZE_MAX;

		if (at >= json_array_size(c->patterns) ||
		    !rules_show(c->rules, buf_cstr(&stream), buf_cstr(&filter), pattern) ||
		    rules_value(c->rules, buf_cstr(&stream), buf_cstr(&filter), pattern,
				(struct text){ json_string_value(v), json_string_length(v) },
				&s->shown[at]) < 0)
			continue;
		s->values[names + at] = (struct text){ buf_cstr(&s->shown[at]), s->shown[at].len };
	}
	series_add(&c->table[which], s->values, n);
}

static void add_match(struct compat *c, const struct flow_event *e)
{
	CLEANUP(sample_done) struct sample s = { 0 };
	AUTO_BUF struct buf stream = { 0 }, filter = { 0 };
	const struct line line = { .list = e->list, .quoted = e->quoted };
	json_auto_t *values = NULL;

	if (!topology_split(c->topology, e->name, 2, s.values))
		return;
	values = line_values(&line, json_array_size(json_object_get(filter_of(c, s.values, &stream, &filter),
								    "patterns")));
	add(c, COMPAT_MATCHES, &s, values, 1);
}

static void add_action(struct compat *c, const struct flow_event *e)
{
	CLEANUP(sample_done) struct sample s = { 0 };
	AUTO_BUF struct buf stream = { 0 }, filter = { 0 }, action = { 0 };
	json_auto_t *values = NULL;
	const json_t *f;

	if (e->replay || !topology_split(c->topology, e->name, 3, s.values))
		return;
	f = filter_of(c, s.values, &stream, &filter);
	buf_add(&action, s.values[2].p, s.values[2].n);
	values = command_values(json_object_get(json_object_get(f, "actions"), buf_cstr(&action)),
				json_object_get(f, "patterns"), e->list, e->quoted);
	add(c, COMPAT_ACTIONS, &s, values, 1);
}

void compat_event(struct compat *c, const struct flow_event *e)
{
	switch (e->what) {
	case FLOW_MATCH:
		add_match(c, e);
		break;
	case FLOW_ACTION:
		add_action(c, e);
		break;
	case FLOW_COMMAND:
		series_add(&c->table[COMPAT_COMMANDS],
			   (const struct text[]){ e->name, text_from(e->failed ? "False" : "True"), e->code },
			   1);
		break;
	case FLOW_STREAM:
		series_add(&c->table[COMPAT_STREAMS],
			   (const struct text[]){ e->name, text_from(line_event_names[e->event]) }, 1);
		break;
	case FLOW_START:
		break;
	}
}

void compat_show(struct compat *c, const struct show_item *i)
{
	CLEANUP(sample_done) struct sample s = { .values = { i->stream, i->filter, i->action } };
	AUTO_BUF struct buf stream = { 0 }, filter = { 0 };
	json_auto_t *values = NULL;

	if (!i->action.p)
		return;
	values = line_split(i->match, json_array_size(json_object_get(
					      filter_of(c, s.values, &stream, &filter), "patterns")));
	add(c, COMPAT_PENDING, &s, values, i->n);
}

void compat_done(struct compat *c)
{
	json_decref(c->patterns);
	c->patterns = NULL;
	for (size_t i = 0; i < COMPATS; i++) {
		series_done(&c->table[i]);
		buf_done(&c->labels[i]);
	}
}
