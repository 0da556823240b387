/* SPDX-License-Identifier: MIT */
/* reaction - what one run of reaction-textfile holds, from its options to its facts. */
#pragma once
#include "ask.h"
#include "compat.h"
#include "config.h"
#include "counts.h"
#include "os/logset.h"

struct reaction {
	const char *input, *from_start,
		*compat_option; /* options: the argument, "" for a switch, NULL without */
	struct reaction_config config;

	/* Of reaction itself. */
	struct ask ask;
	bool up;
	struct buf version;
	struct series pending_actions, pending_matches; /* facts of this run, in the form that bounds them */

	/* Its log. */
	struct logset logs;     /* one */
	uint64_t now_s, last_s; /* of the run; when the log was last written to */

	struct rules rules;
	struct topology topology;
	struct flow flow;
	struct counts counts;
	struct compat compat;
	struct series *tables[COUNTS];
	struct prom_metric *metrics; /* in compat mode: reaction_metrics with this run's labels; owned */
	const char *own_version;
};

extern const struct prom_metric reaction_metrics[];
extern const size_t reaction_metrics_n;

/* Makes metrics (reaction_metrics_n of them) the table with this run's labels of the exporter's families. */
void metrics_label(struct prom_metric *metrics, const struct compat *c);

int reaction_start(struct run *run, void *self);
int reaction_reset(struct run *run, void *self);
int reaction_load(void *self, unsigned version, struct text key, struct words line);
void reaction_save(const void *self, struct buf *out);
int reaction_collect(struct run *run, void *self);
void reaction_done(void *self);
