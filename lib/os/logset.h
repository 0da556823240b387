/* SPDX-License-Identifier: MIT */
/*
 * logset - the logs that a tool follows: text files and the journal, with where
 * reading stands in each, as lines of the tool's state.
 *
 * start() adds and thereby opens them; collect() reads. What could not be opened
 * is told when it is read. A log that the state does not name begins at its end
 * (or, with from_start, at its first line), and the position in one that is not
 * in the set any more is forgotten: something else may have counted it since.
 */
#pragma once
#include "core/follow.h"
#include "os/journal.h"
#include "os/logfile.h"
#include "os/tool.h"

/* Why something may be missing: those of files (core/follow.h) and of the journal. */
enum { LOGSET_CURSOR_LOST = FOLLOW_GAPS, LOGSET_CORRUPT, LOGSET_GAPS };
extern const char *const logset_gap_names[LOGSET_GAPS]; /* "cursor_lost", "corrupt" */

struct logset_file {
	const char *use, *path; /* what it is to the tool, a word; the two name its position. The caller's */
	struct logfile *file;
	int error; /* of opening */
	struct follow_pos pos;
};

struct logset {
	bool from_start;           /* the caller's wish */
	struct logset_file *files; /* owned */
	size_t n;
	bool has_journal; /* somebody wants it */
	struct journal *journal;
	int journal_error; /* of opening */
	struct buf cursor;
	int input; /* --input: its descriptor, or the negative errno value of opening */

	/* What was read in this run. */
	uint64_t bytes, too_long, gaps[LOGSET_GAPS];
	uint64_t unread; /* bytes that are there still */
};

/* Adds a text log. What logfile_open() says of it, which is remembered; or -ENOMEM, and then it is not added.
 */
int logset_add(struct logset *s, const struct run *run, const char *use, const char *path) MUST_CHECK;

/* Takes the last one out again: it was a question whether it is there. */
void logset_drop(struct logset *s);

/* Adds the journal, once however often: directory "" is this machine's. What journal_open() says. */
int logset_add_journal(struct logset *s, const struct run *run, const char *directory) MUST_CHECK;

/* Hands on what is new in files[i]; and in the journal, where q says what is wanted (deadline and from_start
 * are filled in). 0; or a negative errno value, logged. Counts run->targets. */
int logset_read(struct logset *s, size_t i, struct run *run, void (*line)(void *ctx, struct text line),
		void *ctx) MUST_CHECK;
int logset_read_journal(struct logset *s, struct run *run, struct journal_query *q,
			void (*entry)(void *ctx, const struct journal_entry *e), void *ctx) MUST_CHECK;

/* --input: opens the file (a dash: standard input), waiting for a pipe's writer; and reads it whole, logged
 * and counted in the same way. */
void logset_open_input(struct logset *s, const char *path);
int logset_read_input(struct logset *s, const char *path, struct run *run,
		      void (*line)(void *ctx, struct text line), void *ctx) MUST_CHECK;

/* Nothing is known of any position, nothing was read. */
void logset_reset(struct logset *s);

/* "position USE PATH ..." of a file, "cursor TEXT" of the journal. Loading: 1 taken, 0 not ours, -EINVAL. */
void logset_save(const struct logset *s, struct buf *out);
int logset_load(struct logset *s, struct text key, struct words line) MUST_CHECK;

void logset_done(struct logset *s);
