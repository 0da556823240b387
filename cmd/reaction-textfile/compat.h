/* SPDX-License-Identifier: MIT */
/*
 * compat - the families of reaction-metrics-exporter, as it means them: gauges
 * of what happened since the run before, with a label for each pattern. Pure.
 *
 * They cannot be summed: a file is scraped several times for each run, or not
 * at all. They are here for dashboards that move.
 *
 * A family has one list of labels: the patterns of all filters, those that a
 * filter has not are empty, which is the same to Prometheus. Counted anew each
 * run; nothing is kept.
 */
#pragma once
#include "core/series.h"
#include "flow.h"
#include "rules.h"
#include "show.h"
#include "topology.h"

enum compat_family {
	COMPAT_ACTIONS,  /* reaction_action_count{stream,filter,action,PATTERN...} */
	COMPAT_COMMANDS, /* reaction_commands_count{moment,status,exit_code} */
	COMPAT_MATCHES,  /* reaction_match_count{stream,filter,PATTERN...} */
	COMPAT_PENDING,  /* reaction_pending_count{stream,filter,action,PATTERN...} */
	COMPAT_STREAMS,  /* reaction_stream_event_count{stream,event} */
	COMPATS
};

struct compat {
	/* The caller's; what they point at outlives the struct. */
	const struct topology *topology;
	const struct rules *rules;
	bool extra[COMPATS]; /* with the patterns' values */

	json_t *patterns;           /* names, those that are labels; owned */
	struct buf labels[COMPATS]; /* "stream,filter,ip", for struct prom_metric */
	struct series table[COMPATS];
};

/* Names the families' labels. 0 or -ENOMEM. */
int compat_begin(struct compat *c, size_t max_series) MUST_CHECK;

void compat_event(struct compat *c, const struct flow_event *e);
void compat_show(struct compat *c, const struct show_item *i);
void compat_done(struct compat *c);
