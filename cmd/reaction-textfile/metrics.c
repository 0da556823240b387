/* SPDX-License-Identifier: MIT */
/* The families of reaction-textfile. Pure. */
#include <string.h>

#include "reaction.h"

/* ---- counters ---- */

/* Whether the configuration wants a family. */
static bool is_wanted(const struct reaction_config *c, size_t count)
{
	switch (count) {
	case COUNT_MATCHES:
		return c->matches;
	case COUNT_VALUES:
		return c->matches && c->matches_extra && c->values;
	case COUNT_ACTIONS:
		return c->actions;
	case COUNT_COMMANDS:
		return c->commands;
	case COUNT_STREAMS:
		return c->streams;
	default:
		return true;
	}
}

static void emit_count(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	if (is_wanted(&r->config, self->arg))
		series_emit(out, &r->counts.table[self->arg]);
}

static void emit_level(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	prom_u64(out, PROM_NO_LABELS, counts_level_insufficient(&r->counts));
}

/* ---- reaction itself ---- */

static void emit_pending_actions(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	if (r->up && r->config.pending)
		series_emit(out, &r->pending_actions);
}

static void emit_pending_matches(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	if (r->up && r->config.pending)
		series_emit(out, &r->pending_matches);
}

static bool is_asked(const struct reaction *r)
{
	return !r->input && strcmp(r->config.program, "none") != 0;
}

static void emit_up(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	if (is_asked(r))
		prom_u64(out, PROM_NO_LABELS, r->up);
}

static void emit_status(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	if (is_asked(r))
		prom_u64(out, PROM_LABELS(buf_cstr(&r->version), r->up ? "1" : "0"), 1);
}

/* ---- the run ---- */

static void emit_source(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;
	bool file = *r->config.file;

	(void)self;
	if (!r->input)
		prom_u64(out,
			 PROM_LABELS(file ? "file" : "journal", file ? r->config.file : r->config.systemd),
			 1);
}

static void emit_held(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	prom_u64(out, PROM_NO_LABELS, r->flow.n_held);
}

static void emit_last(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	if (r->last_s)
		prom_u64(out, PROM_NO_LABELS, r->last_s);
}

static void emit_unread(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	if (*r->config.file && !r->input)
		prom_u64(out, PROM_NO_LABELS, r->logs.unread);
}

/* ---- the exporter's ---- */

static bool is_wanted_compat(const struct reaction_config *c, size_t family)
{
	const bool wanted[COMPATS] = {
		[COMPAT_ACTIONS] = c->actions, [COMPAT_COMMANDS] = c->commands, [COMPAT_MATCHES] = c->matches,
		[COMPAT_PENDING] = c->pending, [COMPAT_STREAMS] = c->streams,
	};

	return c->compat && wanted[family];
}

static void emit_compat(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	if (is_wanted_compat(&r->config, self->arg) && r->compat.labels[self->arg].len)
		series_emit(out, &r->compat.table[self->arg]);
}

static void emit_build(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct reaction *r = facts;

	(void)self;
	if (r->config.compat)
		prom_u64(out, PROM_LABELS(r->own_version), 1);
}

#define G PROM_GAUGE
#define C PROM_COUNTER

const struct prom_metric reaction_metrics[] = {
	{ "reaction_action_count", G, "stream,filter,action",
	  "Actions since the run before, and a label for each pattern (compatibility; not summable).",
	  emit_compat, COMPAT_ACTIONS },
	{ "reaction_actions_total", C, "result,phase,stream,filter,action",
	  "Actions that reaction ran, by whether they failed; phase replay: repeated because reaction had "
	  "started.",
	  emit_count, COUNT_ACTIONS },
	{ "reaction_commands_count", G, "moment,status,exit_code",
	  "Start and stop commands since the run before (compatibility; not summable).", emit_compat,
	  COMPAT_COMMANDS },
	{ "reaction_commands_total", C, "moment,result,exit_code",
	  "Start and stop commands that reaction ran.", emit_count, COUNT_COMMANDS },
	{ "reaction_exporter_build_info", G, "version",
	  "Version of the tool that wrote this file (compatibility).", emit_build, 0 },
	{ "reaction_log_level_insufficient", G, "",
	  "Whether reaction's log level hides INFO lines, so that matches and actions are not logged: WARN "
	  "or ERROR lines "
	  "alone so far, or ten in a row.",
	  emit_level, 0 },
	{ "reaction_log_lines_total", C, "level",
	  "Lines of reaction's log; none: lines that begin with no level.", emit_count, COUNT_LINES },
	{ "reaction_log_lines_unparsed_total", C, "", "Lines of reaction's log that say nothing known.",
	  emit_count, COUNT_UNPARSED },
	{ "reaction_match_count", G, "stream,filter",
	  "Matches since the run before, and a label for each pattern (compatibility; not summable).",
	  emit_compat, COMPAT_MATCHES },
	{ "reaction_match_values_total", C, "stream,filter,pattern,value",
	  "Matches by the value of a pattern (opt-in).", emit_count, COUNT_VALUES },
	{ "reaction_matches_total", C, "stream,filter", "Matches.", emit_count, COUNT_MATCHES },
	{ "reaction_pending_actions", G, "stream,filter,action", "Actions that are due later.",
	  emit_pending_actions, 0 },
	{ "reaction_pending_count", G, "stream,filter,action",
	  "Actions that are due later, and a label for each pattern (compatibility).", emit_compat,
	  COMPAT_PENDING },
	{ "reaction_pending_matches", G, "stream,filter", "Matches that have triggered nothing yet.",
	  emit_pending_matches, 0 },
	{ "reaction_starts_total", C, "", "Starts of reaction seen in its log.", emit_count, COUNT_STARTS },
	{ "reaction_status_info", G, "version,status",
	  "Version of reaction and whether it answers (status 1) or not (0), always 1.", emit_status, 0 },
	{ "reaction_stream_event_count", G, "stream,event",
	  "What happened to streams since the run before (compatibility; not summable).", emit_compat,
	  COMPAT_STREAMS },
	{ "reaction_stream_events_total", C, "event,stream", "What happened to streams.", emit_count,
	  COUNT_STREAMS },
	{ "reaction_textfile_gaps_total", C, "reason",
	  "Times that a part of reaction's log was missed, and why.", emit_count, COUNT_GAPS },
	{ "reaction_textfile_held_actions", G, "",
	  "Actions and commands that are not counted yet, since they may still fail.", emit_held, 0 },
	{ "reaction_textfile_last_line_timestamp_seconds", G, "",
	  "When reaction's log was last written to, in seconds since the epoch.", emit_last, 0 },
	{ "reaction_textfile_read_bytes_total", C, "", "Bytes of reaction's log that were read.", emit_count,
	  COUNT_BYTES },
	{ "reaction_textfile_source_info", G, "source,path", "Where reaction's log is read, always 1.",
	  emit_source, 0 },
	{ "reaction_textfile_unread_bytes", G, "",
	  "Bytes of reaction's log file that are there and not read yet.", emit_unread, 0 },
	{ "reaction_up", G, "", "Whether reaction answered (1) or not (0).", emit_up, 0 },
};
const size_t reaction_metrics_n = ARRAY_LEN(reaction_metrics);

void metrics_label(struct prom_metric *metrics, const struct compat *c)
{
	memcpy(metrics, reaction_metrics, sizeof(reaction_metrics));
	for (size_t i = 0; i < reaction_metrics_n; i++)
		if (metrics[i].emit == emit_compat && c->labels[metrics[i].arg].len)
			metrics[i].labels = buf_cstr(&c->labels[metrics[i].arg]);
}
