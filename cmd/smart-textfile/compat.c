/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "ata_names.h"
#include "compat.h"

struct series {
	size_t family; /* prom_metric.arg */
	const struct drive *drive;
	uint64_t v;
};

struct compat {
	const struct compat_input *in; /* while it is built */
	bool failed;
	struct prom_metric *metrics; /* by name when done; arg is the order of birth */
	char **helps;                /* by that arg; NULL for the fixed ones */
	size_t n_metrics;
	struct series *series;
	size_t n_series;
};

enum { SYSTEM_ERROR, ACCESS_ERROR, METRIC_ERROR, FIXED };

static const char *or_unknown(const char *s)
{
	return s ? s : "unknown";
}

size_t compat_format(char out[static NUM_DOUBLE_SIZE], uint64_t v)
{
	char digits[NUM_U128_SIZE];
	size_t n = num_format_u128(digits, v), keep;

	if (n <= 6)
		return (size_t)snprintf(out, NUM_DOUBLE_SIZE, "%s.0", digits);
	for (keep = n; keep > 1 && digits[keep - 1] == '0';)
		keep--;
	/* e+0N, with N of two digits too: so it is there */
	return (size_t)snprintf(out, NUM_DOUBLE_SIZE, "%c%s%.*se+0%zu", digits[0], keep > 1 ? "." : "",
				(int)keep - 1, digits + 1, n - 1);
}

/* ---- what is printed ---- */

static void emit(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct compat *c = facts;

	for (size_t i = 0; i < c->n_series; i++) {
		const struct series *s = &c->series[i];
		const struct drive *d = s->drive;
		char text[NUM_DOUBLE_SIZE];

		if (s->family != self->arg)
			continue;
		(void)compat_format(text, s->v);
		if (self->arg < FIXED)
			prom_text(out, PROM_LABELS(d->port), text);
		else
			prom_text(out,
				  PROM_LABELS(or_unknown(d->family), or_unknown(d->model), d->port,
					      or_unknown(d->serial)),
				  text);
	}
}

static void emit_system_error(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct compat *c = facts;

	(void)self;
	prom_text(out, PROM_NO_LABELS, c->failed ? "1.0" : "0.0");
}

static const struct prom_metric fixed[FIXED] = {
	[SYSTEM_ERROR] = { "smart_system_error", PROM_GAUGE, "",
			   "flag indicating that there is a problem with the helper daemon",
			   emit_system_error, SYSTEM_ERROR },
	[ACCESS_ERROR] = { "smart_access_error", PROM_GAUGE, "port",
			   "flag indicating that there is a problem accessing the device", emit,
			   ACCESS_ERROR },
	[METRIC_ERROR] = { "smart_metric_error", PROM_GAUGE, "port",
			   "flag indicating that there is a problem converting metrics from the device", emit,
			   METRIC_ERROR },
};

/* ---- what there is ---- */

/* The family of that rule, made on first sight with the attribute's name in its HELP. -ENOMEM. */
static int get_family(struct compat *c, const struct attr_rule *rule, const char *attribute, size_t *ret)
{
	AUTO_BUF struct buf help = { 0 };
	size_t n = c->n_metrics;

	for (size_t i = FIXED; i < n; i++)
		if (strcmp(c->metrics[i].name, rule->family) == 0) {
			*ret = i;
			return 0;
		}
	buf_fmt(&help, "S.M.A.R.T. metric based on attribute %s", attribute);
	if (buf_error(&help) < 0)
		return -ENOMEM;
	c->helps[n] = help.data;
	help.data = NULL;
	c->metrics[n] = (struct prom_metric){ rule->family, rule->type, "family,model,port,serial",
					      c->helps[n],  emit,       n };
	*ret = c->n_metrics++;
	return 0;
}

static void add(struct compat *c, size_t family, const struct drive *d, uint64_t v)
{
	c->series[c->n_series++] = (struct series){ family, d, v };
}

/* Wear and spare in percent, whose raw value is the vendor's business. */
static bool is_wear(uint8_t id)
{
	static const uint8_t ids[] = { 169, 177, 202, 231, 232, 233 };

	return memchr(ids, id, sizeof(ids)) != NULL;
}

/* The number that smartctl's column RAW_VALUE starts with; false when it is not digits alone. */
static bool read_raw(const struct drive *d, const struct ata_attribute *a, uint64_t *ret)
{
	const struct value *hours = &d->values[V_POWER_ON_SECONDS];

	if (a->number < 0)
		return false;
	if (a->id == 9 && hours->known && hours->mul != 3600) /* counted finer: 12h+34m */
		return false;
	if (a->id == 240 && d->model && fnmatch("ST[0-9]*", d->model, 0) == 0) /* 12h+34m+56.789s */
		return false;
	*ret = (uint64_t)a->number;
	return true;
}

/* One attribute; *missing when the database lacks it. 0 or -ENOMEM. */
static int add_attribute(struct compat *c, const struct drive *d, const struct db_entry *e,
			 const struct ata_attribute *a, bool *missing)
{
	const char *name = ata_name(a->id) ? ata_name(a->id) : "Unknown_Attribute";
	const struct attr_rule *rule = attrmap_find(c->in->map, a->id, name);
	const struct db_id *id = db_entry_id(e, a->id);
	uint64_t v = a->value;
	size_t family = 0;

	if (!rule || (!c->in->fallback && strchr(name, '-')))
		return 0;
	if ((e->family || !c->in->fallback) && !(id && id->listed)) {
		*missing = true;
		return 0;
	}
	if (get_family(c, rule, name, &family) < 0)
		return -ENOMEM;
	if ((id ? id->is_raw : !is_wear(a->id)) && !read_raw(d, a, &v))
		return 0;
	add(c, family, d, v);
	return 0;
}

/* Whether the original would have tried: 0 or 1 is then what came of it, -1 that it would not. */
static int access_error(const struct drive *d, bool fallback)
{
	if (!d->port || (d->kind == DRIVE_NVME && !fallback))
		return -1;
	switch (d->skip) {
	case SKIP_STANDBY:
	case SKIP_SUSPENDED:
	case SKIP_VIRTUAL:
	case SKIP_DUPLICATE:
	case SKIP_EXCLUDED:
		return -1;
	default:
		return !d->up;
	}
}

static int add_drive(struct compat *c, const struct drive *d)
{
	CLEANUP(db_entry_done) struct db_entry e = { 0 };
	int error = access_error(d, c->in->fallback);
	bool missing = false;

	if (error < 0)
		return 0;
	add(c, ACCESS_ERROR, d, (uint64_t)error);
	if (error)
		return 0;
	if (db_find(c->in->db, d, c->in->fallback ? DB_BEST : DB_EXACT, &e) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_attributes; i++)
		if (add_attribute(c, d, &e, &d->attributes[i], &missing) < 0)
			return -ENOMEM;
	if (missing)
		add(c, METRIC_ERROR, d, 1);
	return 0;
}

static int by_name(const void *pa, const void *pb)
{
	const struct prom_metric *a = pa, *b = pb;

	return strcmp(a->name, b->name);
}

static int build(struct compat *c, const struct compat_input *in)
{
	size_t families = FIXED + attrmap_size(in->map);
	size_t series = in->n * (2 + ATA_ATTRIBUTES_MAX); /* at most two beside the attributes */

	c->metrics = calloc(families, sizeof(*c->metrics));
	c->helps = calloc(families, sizeof(*c->helps));
	c->series = calloc(series + 1, sizeof(*c->series));
	if (!c->metrics || !c->helps || !c->series)
		return -ENOMEM;
	memcpy(c->metrics, fixed, sizeof(fixed));
	c->n_metrics = FIXED;
	c->failed = in->failed;
	c->in = in;
	for (size_t i = 0; i < in->n && !in->failed; i++)
		if (add_drive(c, &in->drives[i]) < 0)
			return -ENOMEM;
	c->in = NULL;
	qsort(c->metrics, c->n_metrics, sizeof(*c->metrics), by_name);
	return 0;
}

int compat_new(const struct compat_input *in, struct compat **ret)
{
	struct compat *c = calloc(1, sizeof(*c));
	int r = c ? build(c, in) : -ENOMEM;

	if (r < 0)
		compat_free(c);
	else
		*ret = c;
	return r;
}

void compat_free(struct compat *c)
{
	if (!c)
		return;
	for (size_t i = FIXED; i < c->n_metrics; i++)
		free(c->helps[i]);
	free(c->helps);
	free(c->metrics);
	free(c->series);
	free(c);
}

struct prom_group compat_group(const struct compat *c)
{
	return (struct prom_group){ .metrics = c->metrics, .n = c->n_metrics, .facts = c };
}
