/* SPDX-License-Identifier: MIT */
/*
 * journal - new entries of the systemd journal, each once, by cursor.
 *
 * libsystemd is loaded when a journal is opened and not before: a run over
 * files does not pay for it. Opening needs the right to read the journal
 * (group systemd-journal); reading then runs without privilege.
 *
 * The position is the cursor of the last entry that is known to be dealt with,
 * matching or not, so that a rare match does not mean to read everything again.
 * A cursor that is not there any more (vacuumed, another machine's journal) is
 * a counted gap: reading goes on with the oldest entry after it.
 */
#pragma once
#include "core/text.h"
#include <stdbool.h>
#include <stdint.h>

struct journal; /* opaque */

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
	bool truncated; /* a field was longer than JOURNAL_FIELD_MAX and is cut */
};

enum { JOURNAL_FIELD_MAX = 64 * 1024, JOURNAL_FIELDS_MAX = 256 };

struct journal_stats {
	uint64_t entries; /* handed on */
	uint64_t cursor_lost; /* gaps */
	uint64_t corrupt; /* entries that could not be read */
};

/*
 * Opens the local system's journal, or the files in a directory below root (NULL: the local one, which only the
 * real root has). 0; -ENOENT where there is none; -EOPNOTSUPP without libsystemd; -EACCES; or another errno.
 */
int journal_open(int root, const char *directory, struct journal **ret) MUST_CHECK;

/*
 * Calls entry() for each new entry that has, for each group, one of the group's matches: groups are
 * OR-ed, as are equal fields in a group; different fields in a group are AND-ed (sd_journal_add_match(3)). No group:
 * every entry. cursor (empty: none yet, then begins at the end, or with from_start at the oldest) is replaced by
 * the new position. fields names those that entry() needs; others may be left out of the entry. Stops once the clock
 * has passed deadline_ns (monotonic; 0: never). 0 or a negative errno value, cursor behind what was handed on.
 */
struct journal_query {
	const struct journal_match *const *groups; /* each ends with a zeroed match */
	size_t n_groups;
	const char *const *fields; /* ends with NULL */
	bool from_start;
	uint64_t deadline_ns;
};
int journal_read(struct journal *j, const struct journal_query *q, struct buf *cursor,
		 void (*entry)(void *ctx, const struct journal_entry *e), void *ctx,
		 struct journal_stats *stats) MUST_CHECK;

/* The value of the first field of that name; p NULL where there is none. */
struct text journal_get(const struct journal_entry *e, const char *name);

/* When the last entry was written, wall clock, nanoseconds; 0 where there is none. */
uint64_t journal_written_ns(struct journal *j);

void journal_close(struct journal *j); /* accepts NULL */
