/* SPDX-License-Identifier: MIT */
/*
 * prom - the exposition: Prometheus text format 0.0.4 as node_exporter's
 * textfile collector takes it whole.
 *
 * A tool describes its families in a table of struct prom_metric, sorted by
 * name, each with the function that prints its samples from the tool's facts.
 * prom_write() merges such tables and calls those functions, so that every
 * family stands once, in order, with its HELP and TYPE, and --print-metrics
 * (prom_list) can never disagree with what is written.
 *
 * What the writer takes care of, whatever it is handed: label values and HELP
 * become valid UTF-8 without control characters, escaped, values capped;
 * samples of a family are sorted and a second sample of the same series is
 * dropped and counted; NaN and infinities are left out (unknown is absent).
 * What it refuses with a sticky -EINVAL is a mistake of the program: a bad
 * name, a label name twice, families out of order, a wrong number of label
 * values, a spelled value that is no finite decimal number.
 *
 * Memory: one family at a time; finished families leave through the sink.
 */
#pragma once
#include "core/buf.h"
#include "core/num.h"
#include <stdbool.h>
#include <stdint.h>

enum prom_type { PROM_GAUGE, PROM_COUNTER };

enum {
	PROM_VALUE_MAX = 1024,              /* bytes of one label value after escaping */
	PROM_FAMILY_MAX = 64 * 1024 * 1024, /* bytes of one family; more is -E2BIG */
};

struct prom;

struct prom_metric {
	const char *name;
	enum prom_type type;
	const char *labels; /* names in printed order, "device,id,name"; "" for none */
	const char *help;
	/* Prints the family's samples with prom_u64() and its like; may print none. */
	void (*emit)(struct prom *out, const void *facts, const struct prom_metric *self);
	size_t arg; /* for an emit function that serves several families */
};

/* A table, sorted by name, and the facts that its emit functions get. */
struct prom_group {
	const struct prom_metric *metrics;
	size_t n;
	const void *facts;
};

struct prom_sample; /* where one line of the current family lies */

struct prom {
	/* Takes finished text; a negative errno value stops the writing. */
	int (*sink)(void *ctx, const void *bytes, size_t n);
	void *ctx;

	/* The rest is the writer's own; start from zero. */
	const struct prom_metric *metric;
	struct buf out, lines;
	struct prom_sample *samples;
	size_t n_samples, cap_samples;
	bool unsorted;
	int err;
	uint64_t dropped; /* samples of a series that was there already */
	uint64_t cut;     /* label values cut at PROM_VALUE_MAX */
};

/* Writes all families of the groups that have samples. 0 or a negative errno value (sticky). */
int prom_write(struct prom *w, const struct prom_group *groups, size_t n) MUST_CHECK;
void prom_done(struct prom *w);

/* Label values of one sample, in the order of prom_metric.labels; a NULL value ends the list. */
#define PROM_LABELS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define PROM_NO_LABELS NULL

void prom_u64(struct prom *w, const char *const *labels, uint64_t v);
void prom_i64(struct prom *w, const char *const *labels, int64_t v);
void prom_u128(struct prom *w, const char *const *labels, u128 v);
void prom_product(struct prom *w, const char *const *labels, u128 v, uint32_t mul);
void prom_double(struct prom *w, const char *const *labels, double v);
/* A finite decimal number that is spelled already, by somebody else's rules (compatibility output). */
void prom_text(struct prom *w, const char *const *labels, const char *value);

/* One "name TAB type TAB labels TAB unit TAB help" line a family, merged as prom_write() does. 0 or negative. */
int prom_list(struct buf *out, const struct prom_group *groups, size_t n) MUST_CHECK;

/* NULL, or what is wrong with a name that a configuration chose for a family or a label, a literal. */
const char *prom_check_metric_name(const char *name);
const char *prom_check_label_name(const char *name);
