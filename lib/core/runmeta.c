/* SPDX-License-Identifier: MIT */
#include "core/runmeta.h"

static void emit_build(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct runmeta *m = facts;

	(void)self;
	prom_u64(out, PROM_LABELS(m->tool, m->version), 1);
}

static void emit_duration(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct runmeta *m = facts;

	(void)self;
	prom_double(out, PROM_LABELS(m->tool), (double)m->duration_ns / 1e9);
}

static void emit_success(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct runmeta *m = facts;

	(void)self;
	prom_u64(out, PROM_LABELS(m->tool), m->success);
}

static void emit_targets(struct prom *out, const void *facts, const struct prom_metric *self)
{
	static const char *const results[] = { [RUN_OK] = "ok", [RUN_FAILED] = "failed", [RUN_SKIPPED] = "skipped" };
	const struct runmeta *m = facts;

	(void)self;
	for (size_t i = 0; i < RUN_RESULTS; i++)
		prom_u64(out, PROM_LABELS(m->tool, results[i]), m->targets[i]);
}

static void emit_timestamp(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct runmeta *m = facts;

	(void)self;
	prom_u64(out, PROM_LABELS(m->tool), m->now_s);
}

static void emit_timeout(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct runmeta *m = facts;

	(void)self;
	prom_double(out, PROM_LABELS(m->tool), (double)m->timeout_ns / 1e9);
}

static const struct prom_metric metrics[] = {
	{ "promshot_build_info", PROM_GAUGE, "tool,version", "Version of the tool that wrote this file.", emit_build, 0 },
	{ "promshot_last_run_duration_seconds", PROM_GAUGE, "tool", "How long the last run of the tool took.",
	  emit_duration, 0 },
	{ "promshot_last_run_success", PROM_GAUGE, "tool",
	  "Whether the last run could read its source as a whole (1) or not (0).", emit_success, 0 },
	{ "promshot_last_run_targets", PROM_GAUGE, "tool,result",
	  "Things that the last run looked at, by what came of it.", emit_targets, 0 },
	{ "promshot_last_run_timestamp_seconds", PROM_GAUGE, "tool",
	  "When the last run of the tool ended, in seconds since the epoch.", emit_timestamp, 0 },
	{ "promshot_run_timeout_seconds", PROM_GAUGE, "tool", "The deadline of a run of the tool.", emit_timeout, 0 },
};

struct prom_group runmeta_group(const struct runmeta *m)
{
	return (struct prom_group){ metrics, ARRAY_LEN(metrics), m };
}

/* ---- tools that keep state ---- */

static void emit_created(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct runmeta *m = facts;

	(void)self;
	prom_u64(out, PROM_LABELS(m->tool), m->created_s);
}

/* Of the families that foreign text can widen, those alone. */
static void emit_bounded(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct runmeta *m = facts;

	for (size_t i = 0; i < m->n_series; i++) {
		const struct series *s = m->series[i];

		if (s->max)
			prom_u64(out, PROM_LABELS(m->tool, s->family), self->arg ? s->cut : s->folded);
	}
}

static const struct prom_metric state_metrics[] = {
	{ "promshot_series_folded_total", PROM_COUNTER, "tool,family",
	  "Increments that went to the series named other, since its family has as many as it may.", emit_bounded, 0 },
	{ "promshot_state_created_timestamp_seconds", PROM_GAUGE, "tool",
	  "When the tool began to count, in seconds since the epoch; a change is a reset of its counters.",
	  emit_created, 0 },
	{ "promshot_values_cut_total", PROM_COUNTER, "tool,family", "Label values that were too long and are cut.",
	  emit_bounded, 1 },
};

struct prom_group runmeta_state_group(const struct runmeta *m)
{
	return (struct prom_group){ state_metrics, ARRAY_LEN(state_metrics), m };
}
