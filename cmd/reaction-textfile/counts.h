/* SPDX-License-Identifier: MIT */
/*
 * counts - the counters of reaction-textfile: a table of families, each a
 * core/series.h, and what each event adds to them. Names that reaction's
 * configuration has are there at 0. Pure.
 *
 * Labels that the program knows come first, so that only names fold into
 * `other`, never whether something failed.
 */
#pragma once
#include "core/series.h"
#include "flow.h"
#include "rules.h"
#include "topology.h"

enum count {
	COUNT_MATCHES,  /* reaction_matches_total{stream,filter} */
	COUNT_VALUES,   /* reaction_match_values_total{stream,filter,pattern,value} */
	COUNT_ACTIONS,  /* reaction_actions_total{result,phase,stream,filter,action} */
	COUNT_COMMANDS, /* reaction_commands_total{moment,result,exit_code} */
	COUNT_STREAMS,  /* reaction_stream_events_total{event,stream} */
	COUNT_STARTS,   /* reaction_starts_total */
	COUNT_LINES,    /* reaction_log_lines_total{level} */
	COUNT_UNPARSED, /* reaction_log_lines_unparsed_total */
	COUNT_BYTES,    /* reaction_textfile_read_bytes_total */
	COUNT_GAPS,     /* reaction_textfile_gaps_total{reason} */
	COUNTS
};

struct counts {
	/* The caller's; what they point at outlives the struct. */
	const struct topology *topology;
	const struct rules *rules;
	bool values; /* count the values of matches */

	struct series table[COUNTS];
	uint64_t
		silent; /* WARN and ERROR lines since the last that is INFO or DEBUG, at most COUNTS_SILENT */
	bool heard;     /* there was such a line ever */
};

/* Names the families. */
void counts_init(struct counts *c);

/* Puts what the configuration names there, and bounds what foreign text can add: after the state was loaded,
 * since what was counted under a name stays there. */
void counts_begin(struct counts *c, size_t max_series);

void counts_line(struct counts *c, const struct line *l);
void counts_event(struct counts *c, const struct flow_event *e);
void counts_gap(struct counts *c, const char *reason, uint64_t n);

/*
 * Whether reaction's log level seems to hide INFO lines, so that matches and actions are not logged: there
 * were WARN or ERROR lines and no other ever, or the last COUNTS_SILENT lines with a level were all of these.
 */
enum { COUNTS_SILENT = 10 };
bool counts_level_insufficient(const struct counts *c);

void counts_save(const struct counts *c, struct buf *out);
int counts_load(struct counts *c, struct text key, struct words line) MUST_CHECK; /* as flow_load() */
void counts_done(struct counts *c);
