/* SPDX-License-Identifier: MIT */
/* counter - what custom.h keeps, for custom.c, which counts, and custom_compile.c, which makes it. */
#pragma once
#include "custom.h"

struct counter_match {
	const struct custom_match_conf *conf;
	struct regex *regex; /* NULL: one of the plain ones */
};

struct counter {
	const struct custom_counter_conf *conf;
	struct series series;
	struct buf labels; /* their names, as in prom_metric */

	/* Where their values come from. A record: */
	struct counter_match *matches;
	size_t n_matches;
	const char *fields[SERIES_LABELS_MAX];
	/* A line: */
	struct regex *regex;
	size_t groups[SERIES_LABELS_MAX];
	size_t top_group, distinct_group;

	struct topk *top; /* NULL: none is wanted */
	struct distinct *distinct;
	/* Of both sketches: the family's name, its HELP, and what its lines in the state are called. */
	struct buf top_name, top_help, top_key, distinct_name, distinct_help, distinct_key;
};

/* A list of counters by number: nodes until next is 0, which is no node. */
struct counter_node {
	uint16_t counter, next;
};

struct custom_log {
	struct custom *owner;
	size_t first, n; /* counters */
};

struct custom {
	struct counter *counters;
	size_t n;
	struct counter_node *nodes;
	size_t n_nodes;
	uint16_t by_type[CUSTOM_TYPES]; /* the list of each record type */
	uint16_t any_type;
	struct custom_log *logs;
	struct prom_metric *metrics;
	size_t n_metrics;
	struct buf values, clean; /* of the record or line at hand */
	uint64_t regex_limits;
};

/* The families' emit functions; arg is the counter's number. */
void counter_emit(struct prom *out, const void *facts, const struct prom_metric *self);
void counter_emit_top(struct prom *out, const void *facts, const struct prom_metric *self);
void counter_emit_distinct(struct prom *out, const void *facts, const struct prom_metric *self);
