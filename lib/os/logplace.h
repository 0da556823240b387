/* SPDX-License-Identifier: MIT */
/*
 * logplace - where reading stands in the files of a log: which one, and where in
 * it. Found again from a position of the run before, or begun anew. os/logfile.h
 * says what is decided.
 */
#pragma once
#include "os/logfile.h"
#include "os/logpart.h"
#include "os/rotation.h"

struct logplace {
	const struct rotation *all;
	char *room;                /* the caller's, of LOGFILE_LINE_MAX + 1 bytes; overwritten */
	uint64_t deadline_ns;

	size_t at;                 /* in all->files */
	struct logpart part;       /* of that file, read on from pos */
	struct follow_pos pos;
	struct follow_bytes bytes; /* before pos */
};

/* Of the log itself. */
static inline size_t logplace_last(const struct logplace *p)
{
	return p->all->n - 1;
}

bool logplace_is_late(const struct logplace *p);

/* Whether files[i] can be read and holds anything; and whether that is a line, or the beginning of one that is too
 * long. */
bool logplace_has_bytes(const struct logplace *p, size_t i);
bool logplace_has_line(struct logplace *p, size_t i);

/* Whether nothing was consumed, of this file or, for all that can be seen, of another one. */
bool logplace_is_first(const struct logplace *p);

/* Goes to the first byte of files[i]. 0; or a negative errno value: then it is there but cannot be read. */
int logplace_enter(struct logplace *p, size_t i);

/* Goes where reading begins. 0 or a negative errno value (-ETIME: the deadline). */
int logplace_begin(struct logplace *p, enum logfile_begin where) MUST_CHECK;

/* Goes where p->pos is, and says which gap that makes (FOLLOW_GAPS: none). 0 or a negative errno value (-ETIME;
 * -EAGAIN: the log was truncated just now, and the next run will know more). */
int logplace_find(struct logplace *p, enum follow_gap *gap) MUST_CHECK;
