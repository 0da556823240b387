/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "counter.h"

/* ---- counting ---- */

static bool has_match(struct custom *c, struct regex *re, struct text subject)
{
	int r = regex_match(re, subject);

	c->regex_limits += r < 0;
	return r == 1;
}

static void count(struct custom *c, struct counter *k, const struct text *values, struct text top, struct text distinct)
{
	series_add(&k->series, values, 1);
	if (k->top && top.p) {
		buf_clear(&c->clean);
		(void)text_label(&c->clean, top, SERIES_VALUE_MAX);
		topk_add(k->top, (struct text){ buf_cstr(&c->clean), c->clean.len }, 1);
	}
	if (k->distinct && distinct.p)
		distinct_add(k->distinct, distinct);
}

static bool is_one_of(struct text value, const struct conf_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (text_is(value, ((char *const *)list->items)[i]))
			return true;
	return false;
}

static bool matches(struct custom *c, const struct counter_match *m, const void *record, custom_field get)
{
	size_t n = strlen(m->conf->prefix);
	struct text value;

	buf_clear(&c->values);
	if (!get(record, m->conf->field, &c->values))
		return false;
	value = (struct text){ buf_cstr(&c->values), c->values.len };
	if (m->regex)
		return has_match(c, m->regex, value);
	if (m->conf->in.n)
		return is_one_of(value, &m->conf->in);
	return n ? value.n >= n && memcmp(value.p, m->conf->prefix, n) == 0 : text_is(value, m->conf->is);
}

/* The field's bytes lie behind those of the fields before; the buffer may move until all are there. */
struct span {
	size_t at, n;
	bool given;
};

static struct span fetch(struct custom *c, const char *field, const void *record, custom_field get)
{
	struct span s = { .at = c->values.len };

	s.given = *field && get(record, field, &c->values);
	s.n = s.given ? c->values.len - s.at : 0;
	return s;
}

static struct text text_of(const struct custom *c, struct span s)
{
	return s.given ? (struct text){ buf_cstr(&c->values) + s.at, s.n } : (struct text){ 0 };
}

static void count_record(struct custom *c, struct counter *k, const void *record, custom_field get)
{
	struct span spans[SERIES_LABELS_MAX], top, distinct;
	struct text values[SERIES_LABELS_MAX];

	for (size_t i = 0; i < k->n_matches; i++)
		if (!matches(c, &k->matches[i], record, get))
			return;
	buf_clear(&c->values);
	for (size_t i = 0; i < k->series.n_labels; i++)
		spans[i] = fetch(c, k->fields[i], record, get);
	top = fetch(c, k->conf->top_of, record, get);
	distinct = fetch(c, k->conf->distinct_of, record, get);
	for (size_t i = 0; i < k->series.n_labels; i++)
		values[i] = text_of(c, spans[i]);
	count(c, k, values, text_of(c, top), text_of(c, distinct));
}

static void count_list(struct custom *c, uint16_t node, const void *record, custom_field get)
{
	for (; node; node = c->nodes[node].next)
		count_record(c, &c->counters[c->nodes[node].counter], record, get);
}

void custom_record(struct custom *c, unsigned type, const void *record, custom_field get)
{
	if (type < CUSTOM_TYPES)
		count_list(c, c->by_type[type], record, get);
	count_list(c, c->any_type, record, get);
}

bool custom_wants(const struct custom *c, unsigned type)
{
	return c->any_type || (type < CUSTOM_TYPES && c->by_type[type]);
}

static void count_line(struct custom *c, struct counter *k, struct text line)
{
	struct text values[SERIES_LABELS_MAX];

	if (!has_match(c, k->regex, line))
		return;
	for (size_t i = 0; i < k->series.n_labels; i++)
		values[i] = regex_text(k->regex, k->groups[i]);
	count(c, k, values, regex_text(k->regex, k->top_group), regex_text(k->regex, k->distinct_group));
}

struct custom_log *custom_log(struct custom *c, size_t i)
{
	return &c->logs[i];
}

void custom_line(struct custom_log *log, struct text line)
{
	for (size_t i = log->first; i < log->first + log->n; i++)
		count_line(log->owner, &log->owner->counters[i], line);
}

void custom_entry(struct custom_log *log, const void *entry, custom_entry_field get)
{
	for (size_t i = log->first; i < log->first + log->n; i++) {
		struct counter *k = &log->owner->counters[i];
		struct text value = get(entry, k->conf->field);

		if (value.p)
			count_line(log->owner, k, value);
	}
}

uint64_t custom_regex_limits(const struct custom *c)
{
	return c->regex_limits;
}

void custom_clear(struct custom *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct counter *k = &c->counters[i];

		series_clear(&k->series);
		if (k->series.n_labels == 0)
			series_add(&k->series, NULL, 0);
		if (k->top)
			topk_done(k->top);
		if (k->distinct)
			memset(k->distinct->registers, 0, sizeof(k->distinct->registers));
	}
}

int custom_error(const struct custom *c)
{
	int r = buf_error(&c->values) ? buf_error(&c->values) : buf_error(&c->clean);

	for (size_t i = 0; r == 0 && i < c->n; i++) {
		const struct counter *k = &c->counters[i];

		r = k->series.err ? k->series.err : k->top ? k->top->err : 0;
	}
	return r;
}

/* ---- in and out ---- */

size_t custom_tables(struct custom *c, struct series **ret)
{
	for (size_t i = 0; i < c->n; i++)
		ret[i] = &c->counters[i].series;
	return c->n;
}

void custom_save(const struct custom *c, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->counters[i].top)
			topk_save(c->counters[i].top, out);
		if (c->counters[i].distinct)
			distinct_save(c->counters[i].distinct, out);
	}
}

int custom_load(struct custom *c, struct text key, struct words line)
{
	if (!text_is(key, "top") && !text_is(key, "distinct"))
		return 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct counter *k = &c->counters[i];
		int r = k->top ? topk_load(k->top, key, line) : 0;

		if (r == 0 && k->distinct)
			r = distinct_load(k->distinct, key, line);
		if (r != 0)
			return r;
	}
	return 1;
}

void counter_emit(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct custom *c = facts;

	series_emit(out, &c->counters[self->arg].series);
}

void counter_emit_top(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct custom *c = facts;
	const struct counter *k = &c->counters[self->arg];
	const struct topk_item *top[CUSTOM_TOP_MAX];
	size_t n = topk_list(k->top, (size_t)k->conf->top, top);

	for (size_t i = 0; i < n; i++)
		prom_u64(out, PROM_LABELS(top[i]->value.data), top[i]->count);
}

void counter_emit_distinct(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct custom *c = facts;

	prom_u64(out, PROM_NO_LABELS, distinct_estimate(c->counters[self->arg].distinct));
}

struct prom_group custom_group(const struct custom *c)
{
	return (struct prom_group){ c->metrics, c->n_metrics, c };
}
