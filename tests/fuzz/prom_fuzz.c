/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes core/prom: any bytes as label values, HELP, names and spelled numbers.
 * What the writer does not refuse must have the shape that node_exporter's
 * parser takes: HELP, TYPE, then samples in strictly ascending order, each with
 * its two labels, escaped and capped, one blank, one number.
 *
 * The input is cut at NUL bytes: HELP, family, label, spelled number, then
 * pairs of label values, a sample each.
 */
#include <string.h>

#include "core/prom.h"

struct input {
	const char *at, *end;
	const char *help, *name, *label, *number;
};

static void require(int cond)
{
	if (!cond)
		abort();
}

static const char *next(struct input *in)
{
	const char *s = in->at;

	if (s >= in->end)
		return "";
	in->at += strlen(s) + 1;
	return s;
}

static void emit(struct prom *w, const void *facts, const struct prom_metric *self)
{
	struct input in = *(const struct input *)facts;

	(void)self;
	while (in.at < in.end) {
		const char *a = next(&in), *b = next(&in);

		if (*in.number)
			prom_text(w, PROM_LABELS(a, b), in.number);
		else
			prom_double(w, PROM_LABELS(a, b), 1.5);
	}
}

static const char *literal(const char *p, const char *s)
{
	require(strncmp(p, s, strlen(s)) == 0);
	return p + strlen(s);
}

/* A quoted label value at p; returns what is behind its closing quote. */
static const char *value(const char *p)
{
	const char *start = p;

	for (; *p != '"'; p++) {
		require((unsigned char)*p >= 0x20 && *p != 0x7f);
		if (*p == '\\') {
			p++;
			require(*p == '\\' || *p == '"' || *p == 'n');
		}
	}
	require(p - start <= PROM_VALUE_MAX);
	return p + 1;
}

static const char *sample(const char *p, const struct input *in)
{
	p = literal(p, in->name);
	p = value(literal(literal(literal(p, "{"), in->label), "=\""));
	p = value(literal(p, ",b=\""));
	p = literal(p, "} ");
	p = literal(p, *in->number ? in->number : "1.5");
	return literal(p, "\n");
}

static void check_shape(const char *p, const struct input *in)
{
	const char *last = NULL;

	p = literal(literal(literal(p, "# HELP "), in->name), " ");
	for (; *p != '\n'; p++) {
		require((unsigned char)*p >= 0x20 && *p != 0x7f);
		if (*p == '\\') {
			p++;
			require(*p == '\\' || *p == 'n');
		}
	}
	p = literal(literal(literal(p, "\n# TYPE "), in->name), " gauge\n");
	while (*p) {
		size_t n = strcspn(p, "\n");

		require(!last || strncmp(last, p, n) < 0);
		last = p;
		p = sample(p, in);
	}
}

static int to_buf(void *ctx, const void *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_BUF struct buf copy = { 0 }, out = { 0 }, labels = { 0 };
	CLEANUP(prom_done) struct prom w = { .sink = to_buf, .ctx = &out };
	struct prom_metric m = { .type = PROM_GAUGE, .emit = emit };
	struct input in;
	struct prom_group g = { &m, 1, &in };

	buf_add(&copy, data, n);
	if (buf_error(&copy) < 0)
		return 0;
	in = (struct input){ .at = buf_cstr(&copy), .end = buf_cstr(&copy) + n };
	in.help = m.help = next(&in);
	in.name = m.name = next(&in);
	in.label = next(&in);
	in.number = next(&in);
	buf_fmt(&labels, "%s,b", in.label);
	m.labels = buf_cstr(&labels);
	if (prom_write(&w, &g, 1) == 0 && out.len)
		check_shape(buf_cstr(&out), &in);
	return 0;
}
