/* SPDX-License-Identifier: MIT */
/*
 * journal - new entries of the systemd journal, each once, by cursor.
 *
 * libsystemd is loaded when a journal is opened and not before: a run over
 * files does not pay for it. Opening needs the right to read the journal
 * (group systemd-journal); reading then runs without privilege: files that
 * journald makes in the meantime are for the next run.
 *
 * The position is the cursor of the last entry that was handed on; where nothing
 * matched, of the last but one of all: the last may be half written still. So a rare match
 * does not mean to read everything again, and what comes while reading is for the next
 * run. An entry comes after another in the order in which journald numbered them; among
 * journals of several machines, by time: what arrives from a machine later than
 * another's newer entry is not seen any more.
 *
 * A cursor that is not there any more (vacuumed, another machine's journal) is
 * a counted gap: reading goes on with the oldest entry after it, or, where there is
 * none, with what comes from now on. libsystemd passes over most of what is damaged in a
 * file without a word: what it does tell is counted.
 */
#pragma once
#include "core/buf.h"
#include "core/text.h"
#include <stdbool.h>
#include <stdint.h>

struct journal; /* opaque */

/* A list of these ends with a zeroed one. */
struct journal_match {
	const char *field; /* "_TRANSPORT" */
	const char *value; /* "audit" */
};

/* One field of the current entry, its value any bytes. */
struct journal_field {
	struct text name, value;
};

struct journal_entry {
	const struct journal_field *fields; /* in the journal's order; of a name given twice both are there */
	size_t n;
	uint64_t realtime_us;
};

/* Longer values are cut; of a name given more often, the first are there. No sender can so push out other
 * fields. */
enum { JOURNAL_FIELD_MAX = 64 * 1024, JOURNAL_SAME_MAX = 8 };

struct journal_stats {
	uint64_t entries;     /* handed on */
	uint64_t cursor_lost; /* gaps */
	uint64_t corrupt;     /* entries, or all up to the journal's end, that could not be read */
};

/*
 * Opens the local system's journal, or the files in a directory below root (NULL: the local one, which only
 * the real root has). 0; -ENOENT where there is none; -EOPNOTSUPP without libsystemd; -EACCES where the
 * system's entries may not be read; or another errno.
 */
int journal_open(int root, const char *directory, struct journal **ret) MUST_CHECK;

/*
 * Which entries, and of them which fields: those with all matches of a group, for one of the groups at least;
 * matches of equal fields in a group are alternatives (sd_journal_add_match(3)). No group: every entry.
 */
struct journal_query {
	const struct journal_match *const *groups;
	size_t n_groups;
	const char *const *fields; /* ends with NULL */
	bool from_start;           /* where there is no cursor: from the oldest entry; else from the end */
	uint64_t deadline_ns;      /* monotonic; 0: never */
};

/*
 * Calls entry() for each new entry, and replaces cursor (empty: none yet) by the new position. Stops once the
 * clock has passed the deadline. 0 or a negative errno value.
 */
int journal_read(struct journal *j, const struct journal_query *q, struct buf *cursor,
		 void (*entry)(void *ctx, const struct journal_entry *e), void *ctx,
		 struct journal_stats *stats) MUST_CHECK;

/* Whether there is any entry with these matches. */
bool journal_has(struct journal *j, const struct journal_match *group);

/* The value of the first field of that name; p NULL where there is none. */
struct text journal_get(const struct journal_entry *e, const char *name);

/* When the last entry was written, wall clock, nanoseconds, as of the last journal_read(); 0 where there is
 * none. */
uint64_t journal_written_ns(const struct journal *j);

void journal_close(struct journal *j); /* accepts NULL */
