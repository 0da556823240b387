/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "core/prom.h"
#include "core/prom_name.h"
#include "core/text.h"

enum { FLUSH_BYTES = 64 * 1024 };

struct prom_sample {
	size_t at;    /* start of the line in prom.lines */
	size_t key;   /* length of name and labels */
	size_t len;   /* length of the line */
	const char *line; /* set when the family is complete */
};

static const char *const type_names[] = { [PROM_GAUGE] = "gauge", [PROM_COUNTER] = "counter" };

static void fail(struct prom *w, int r)
{
	if (!w->err)
		w->err = r;
}

/* ---- one sample ---- */

/* The longest prefix of s[n] that ends neither inside a UTF-8 sequence nor inside an escape. */
static size_t cut_at(const char *s, size_t n)
{
	size_t backslashes = 0;

	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	while (backslashes < n && s[n - 1 - backslashes] == '\\')
		backslashes++;
	return n - backslashes % 2;
}

/* Appends t cleaned, with a backslash before each of the special bytes; of a line end an n is left. */
static void add_escaped(struct prom *w, struct buf *out, struct text t, const char *special)
{
	AUTO_BUF struct buf clean = { 0 };

	text_clean(&clean, t);
	for (const char *p = buf_cstr(&clean); *p;) {
		size_t n = strcspn(p, special);

		buf_add(out, p, n);
		p += n;
		if (*p) {
			buf_chr(out, '\\');
			buf_chr(out, *p == '\n' ? 'n' : *p);
			p++;
		}
	}
	if (buf_error(&clean) < 0)
		fail(w, buf_error(&clean));
}

/* Nearly every value is of these characters, which stand for themselves. */
static bool is_plain(const char *s, size_t *n)
{
	const char *p = s;

	while (*p >= ' ' && *p <= '~' && *p != '\\' && *p != '"')
		p++;
	*n = (size_t)(p - s);
	return *p == '\0' && *n <= PROM_VALUE_MAX;
}

static void add_foreign_value(struct prom *w, const char *value)
{
	size_t start = w->lines.len;
	struct text t = text_from(value);

	/* Cleaning and escaping only add, so what is behind is cut in any case; a sequence that this breaks is too. */
	if (t.n > PROM_VALUE_MAX + 4)
		t.n = PROM_VALUE_MAX + 4;
	add_escaped(w, &w->lines, t, "\n\\\"");
	if (w->lines.len - start > PROM_VALUE_MAX) {
		w->lines.len = start + cut_at(w->lines.data + start, PROM_VALUE_MAX);
		w->cut++;
	} else if (value[t.n]) {
		w->cut++;
	}
}

static void add_value(struct prom *w, const char *value)
{
	size_t n;

	if (is_plain(value, &n))
		buf_add(&w->lines, value, n);
	else
		add_foreign_value(w, value);
}

/* name{a="x",b="y"}; false when the number of values is not the number of labels. */
static bool add_key(struct prom *w, const char *const *values)
{
	const char *p = w->metric->labels;
	size_t i = 0;

	buf_str(&w->lines, w->metric->name);
	while (*p) {
		size_t n = strcspn(p, ",");

		if (!values || !values[i])
			return false;
		buf_chr(&w->lines, i ? ',' : '{');
		buf_add(&w->lines, p, n);
		buf_str(&w->lines, "=\"");
		add_value(w, values[i++]);
		buf_chr(&w->lines, '"');
		p += n + (p[n] == ',');
	}
	if (i)
		buf_chr(&w->lines, '}');
	return !values || !values[i];
}

static struct prom_sample *new_sample(struct prom *w)
{
	if (w->n_samples == w->cap_samples) {
		size_t cap = w->cap_samples ? w->cap_samples * 2 : 64;
		struct prom_sample *p = reallocarray(w->samples, cap, sizeof(*p));

		if (!p) {
			fail(w, -ENOMEM);
			return NULL;
		}
		w->samples = p;
		w->cap_samples = cap;
	}
	return &w->samples[w->n_samples];
}

static int compare_keys(const char *a, size_t na, const char *b, size_t nb)
{
	int c = memcmp(a, b, na < nb ? na : nb);

	return c ? c : (na > nb) - (na < nb);
}

static void add_sample(struct prom *w, const char *const *labels, const char *value)
{
	struct prom_sample *s = w->err ? NULL : new_sample(w);

	if (!s)
		return;
	s->at = w->lines.len;
	if (!add_key(w, labels)) {
		fail(w, -EINVAL);
		return;
	}
	s->key = w->lines.len - s->at;
	buf_chr(&w->lines, ' ');
	buf_str(&w->lines, value);
	buf_chr(&w->lines, '\n');
	s->len = w->lines.len - s->at;
	if (buf_error(&w->lines) < 0) {
		fail(w, buf_error(&w->lines));
		return;
	}
	if (w->n_samples > 0) {
		const char *text = w->lines.data;

		w->unsorted |= compare_keys(text + s[-1].at, s[-1].key, text + s->at, s->key) >= 0;
	}
	w->n_samples++;
}

/* Whether the parser of the text format takes it: what strtod() reads whole, less hexadecimal, NaN and infinities. */
static bool is_number(const char *s)
{
	char *end;
	double d;

	if (!*s || s[strspn(s, "0123456789+-.eE")])
		return false;
	d = strtod(s, &end);
	return *end == '\0' && isfinite(d);
}

void prom_text(struct prom *w, const char *const *labels, const char *value)
{
	if (is_number(value))
		add_sample(w, labels, value);
	else
		fail(w, -EINVAL);
}

void prom_product(struct prom *w, const char *const *labels, u128 v, uint32_t mul)
{
	char text[NUM_PRODUCT_SIZE];

	(void)num_format_product(text, v, mul);
	add_sample(w, labels, text);
}

void prom_u128(struct prom *w, const char *const *labels, u128 v)
{
	char text[NUM_U128_SIZE];

	(void)num_format_u128(text, v);
	add_sample(w, labels, text);
}

void prom_u64(struct prom *w, const char *const *labels, uint64_t v)
{
	prom_u128(w, labels, v);
}

void prom_i64(struct prom *w, const char *const *labels, int64_t v)
{
	char text[NUM_U128_SIZE + 1] = "-";

	(void)num_format_u128(text + 1, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	add_sample(w, labels, v < 0 ? text : text + 1);
}

void prom_double(struct prom *w, const char *const *labels, double v)
{
	char text[NUM_DOUBLE_SIZE];

	if (!isfinite(v))
		return;
	(void)num_format_double(text, v);
	add_sample(w, labels, text);
}

/* ---- one family ---- */

static int by_key(const void *pa, const void *pb)
{
	const struct prom_sample *a = pa, *b = pb;
	int c = compare_keys(a->line, a->key, b->line, b->key);

	return c ? c : (a->at > b->at) - (a->at < b->at); /* of equal ones the first printed stays the first */
}

static void flush(struct prom *w)
{
	if (!w->err && buf_error(&w->out) < 0)
		fail(w, buf_error(&w->out));
	if (!w->err && w->out.len) {
		int r = w->sink(w->ctx, w->out.data, w->out.len);

		if (r < 0)
			fail(w, r);
	}
	buf_clear(&w->out);
}

static void add_header(struct prom *w)
{
	const struct prom_metric *m = w->metric;

	buf_str(&w->out, "# HELP ");
	buf_str(&w->out, m->name);
	buf_chr(&w->out, ' ');
	add_escaped(w, &w->out, text_from(m->help), "\n\\");
	buf_str(&w->out, "\n# TYPE ");
	buf_str(&w->out, m->name);
	buf_chr(&w->out, ' ');
	buf_str(&w->out, type_names[m->type]);
	buf_chr(&w->out, '\n');
}

static void end_family(struct prom *w)
{
	const struct prom_sample *last = NULL;

	if (w->err || w->n_samples == 0)
		return;
	add_header(w);
	for (size_t i = 0; i < w->n_samples; i++)
		w->samples[i].line = w->lines.data + w->samples[i].at;
	if (w->unsorted)
		qsort(w->samples, w->n_samples, sizeof(*w->samples), by_key);
	for (size_t i = 0; i < w->n_samples; i++) {
		const struct prom_sample *s = &w->samples[i];

		if (last && compare_keys(last->line, last->key, s->line, s->key) == 0) {
			w->dropped++;
			continue;
		}
		buf_add(&w->out, s->line, s->len);
		if (w->out.len >= FLUSH_BYTES)
			flush(w);
		last = s;
	}
}

/* Whether the name at p[n], which a comma or the end follows, comes again behind it. */
static bool is_repeated(const char *p, size_t n)
{
	for (const char *q = p + n; *q; q += strcspn(q, ",")) {
		q++;
		if (strcspn(q, ",") == n && strncmp(p, q, n) == 0)
			return true;
	}
	return false;
}

static bool is_wellformed(const struct prom_metric *m)
{
	const char *p = m->labels;

	if (!prom_is_name(m->name, strlen(m->name), true))
		return false;
	for (size_t n; *p; p += n + (p[n] == ',')) {
		n = strcspn(p, ",");
		if (!prom_is_name(p, n, false) || strncmp(p, "__", 2) == 0 || is_repeated(p, n))
			return false;
	}
	return true;
}

static void write_family(struct prom *w, const struct prom_metric *m, const void *facts)
{
	if (!is_wellformed(m)) {
		fail(w, -EINVAL);
		return;
	}
	w->metric = m;
	w->n_samples = 0;
	w->unsorted = false;
	w->lines.max = PROM_FAMILY_MAX;
	buf_clear(&w->lines);
	m->emit(w, facts, m);
	end_family(w);
}

/* ---- all families ---- */

/* The group whose next family comes first, NULL at the end; at[] holds each group's position. */
static const struct prom_group *next_group(const struct prom_group *groups, size_t n, const size_t *at, size_t *which)
{
	const struct prom_group *best = NULL;

	for (size_t i = 0; i < n; i++) {
		if (at[i] >= groups[i].n)
			continue;
		if (!best || strcmp(groups[i].metrics[at[i]].name, best->metrics[at[*which]].name) < 0) {
			best = &groups[i];
			*which = i;
		}
	}
	return best;
}

/* Calls each() for every family of all groups in ascending order; -EINVAL where a name does not ascend. */
static int merge(const struct prom_group *groups, size_t n, void *ctx,
		 void (*each)(void *ctx, const struct prom_metric *m, const void *facts))
{
	AUTO_FREE size_t *at = calloc(n ? n : 1, sizeof(*at));
	const struct prom_group *g;
	const char *last = NULL;
	size_t which = 0;

	if (!at)
		return -ENOMEM;
	while ((g = next_group(groups, n, at, &which))) {
		const struct prom_metric *m = &g->metrics[at[which]++];

		if (last && strcmp(last, m->name) >= 0)
			return -EINVAL;
		last = m->name;
		each(ctx, m, g->facts);
	}
	return 0;
}

static void each_write(void *ctx, const struct prom_metric *m, const void *facts)
{
	write_family(ctx, m, facts);
}

int prom_write(struct prom *w, const struct prom_group *groups, size_t n)
{
	int r = merge(groups, n, w, each_write);

	if (r < 0)
		fail(w, r);
	flush(w);
	return w->err;
}

void prom_done(struct prom *w)
{
	buf_done(&w->out);
	buf_done(&w->lines);
	free(w->samples);
	*w = (struct prom){ 0 };
}

static void each_list(void *ctx, const struct prom_metric *m, const void *facts)
{
	(void)facts;
	buf_fmt(ctx, "%s\t%s\t%s\t%s\t%s\n", m->name, type_names[m->type], m->labels, prom_unit_of(m->name), m->help);
}

int prom_list(struct buf *out, const struct prom_group *groups, size_t n)
{
	int r = merge(groups, n, out, each_list);

	return r < 0 ? r : buf_error(out);
}
