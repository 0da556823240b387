/* SPDX-License-Identifier: MIT */
/*
 * flow - what happened, out of lines: which actions failed, which were repeated
 * because reaction had started, and when it starts. Pure.
 *
 * A command that fails is logged twice: INFO when it is run, ERROR when it has
 * failed. It is one action. The first line is therefore held until it can be
 * told: an ERROR line of the same name and the same command settles it (the
 * oldest such) as failed, and it is settled as well
 *   - once the log's own time has gone grace_s on,
 *   - at the end of a run that left nothing unread, once grace_s has passed since
 *     the run that read it (flow_settle()): an ERROR line that comes later is
 *     later than grace_s in the log's time too,
 *   - once FLOW_HELD_MAX others are held.
 * So the sums depend on the log and not on where runs cut it. An ERROR line that
 * comes later than that is an action of its own. Lines without a time (version
 * 2 in a plain file) take that of the run that read them.
 *
 * A start of reaction is the first of its start commands, or of its streams where
 * it has none. Two starts differ by a line that only its end makes, or by the
 * first command or stream coming again.
 *
 * Actions within hold_s of log time after the last line of a start are replays
 * of what reaction's database knew. Where lines have no time a replay lasts until
 * the first match.
 */
#pragma once
#include "core/words.h"
#include "line.h"

enum { FLOW_HELD_MAX = 256, FLOW_COMMAND_MAX = 4096 };

enum flow_what { FLOW_MATCH, FLOW_ACTION, FLOW_COMMAND, FLOW_STREAM, FLOW_START };

struct flow_event {
	enum flow_what what;
	struct text name; /* as struct line has it */
	struct text list; /* MATCH, ACTION: at most FLOW_COMMAND_MAX bytes of an action's */
	bool quoted;      /* the list is version 2's */
	bool failed, replay;
	struct text code;
	enum line_event event;
};

struct flow {
	/* The caller's. */
	uint64_t hold_s, grace_s;
	void (*event)(void *ctx, const struct flow_event *e); /* must not keep the slices */
	void *ctx;

	/* flow's own. */
	struct flow_held *held; /* oldest first */
	size_t n_held;
	uint64_t start_s; /* when the last start's last line was written; 0: not known */
	uint64_t first;   /* hash of the first command or stream of the last start */
	int stage;        /* of a start: enum stage */
	bool untimed_replay;
	int err; /* -ENOMEM once an action could not be held; it was counted as it was */
};

/* One line, written at time_s (0: not known), read by the run of now_s (both since some epoch, not the same
 * one). */
void flow_line(struct flow *f, const struct line *l, uint64_t time_s, uint64_t now_s);

/* A run at now_s read all there is. */
void flow_settle(struct flow *f, uint64_t now_s);

/* No line will come any more. */
void flow_finish(struct flow *f);

void flow_save(const struct flow *f, struct buf *out);

/* 1: a line of flow_save(), taken; 0: not one; -EINVAL; -ENOMEM. */
int flow_load(struct flow *f, struct text key, struct words line) MUST_CHECK;

/* Forgets everything but what is the caller's. */
void flow_done(struct flow *f);
