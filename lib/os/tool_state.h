/* SPDX-License-Identifier: MIT */
/*
 * tool_state - the part of a run that is kept for the next one: where it lies,
 * its lock, its reading and its commit. The payload (os/state.h) is lines of
 * words (core/words.h): "created SECONDS", the tool's series, then what the
 * tool itself saves.
 */
#pragma once
#include "os/tool.h"

struct tool_state {
	int dir; /* -1: there is none, and nothing is kept */
	struct buf name;
	struct buf payload; /* as it was read; empty: a first run */
	unsigned version;   /* of that payload */
	int lock;
	bool keeps;         /* the run publishes, so it commits */
};
#define TOOL_STATE_NONE { .dir = -1, .lock = -1 }

/*
 * Opens the directory: of path (--state FILE) if it is given, else $STATE_DIRECTORY, else /var/lib/promshot/TOOL. 0, or a
 * negative errno value, logged. A run that only prints does without a directory that is not there.
 */
int tool_state_open(struct tool_state *s, const struct run *run, const char *path) MUST_CHECK;

/* Takes the lock and reads the file. A damaged one is set aside, said, and counts as none. 0 or a negative errno value,
 * logged. */
int tool_state_read(struct tool_state *s, const struct run *run) MUST_CHECK;

/* Hands the payload to the tool, which counts from nothing first. 0 or a negative errno value, logged. */
int tool_state_load(struct tool_state *s, struct run *run, void *self) MUST_CHECK;

/* Keeps what the tool has now, if that differs from what was read. 0 or a negative errno value, logged. */
int tool_state_commit(const struct tool_state *s, const struct run *run, const void *self) MUST_CHECK;

void tool_state_done(struct tool_state *s);
