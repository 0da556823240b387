/* SPDX-License-Identifier: MIT */
/*
 * trail - the audit trail: records, from audit.log or from the journal's audit
 * transport, into counters.
 *
 * The same records give the same counts, however they are divided into runs, if
 * the state is saved and loaded between them. Time is the log's: that of the record
 * read last (not the latest one: a clock that was wrong once must not decide for ever).
 */
#pragma once
#include "event.h"
#include "keys.h"
#include "serial.h"
#include "sshd.h"
#include "users.h"

enum { TRAIL_NODES = 16 }; /* of more machines in one log, the serials are not watched */

struct trail {
	struct counts *counts; /* the caller's */
	struct record_reader reader;
	struct events events;
	struct keys keys;
	struct sshd sshd;
	struct users users;
	struct serials serials[TRAIL_NODES];
	size_t n_nodes;
	uint64_t now_ms;        /* of the last record */
	size_t counters[TYPES]; /* place + 1 in audit_records_total */
	bool heard[TYPES];      /* types that users.h and sshd.h want */
	bool watched[TYPES];
	void (*watcher)(void *ctx, const struct record *r);
	void *watcher_ctx;
};

/* What is needed of an entry of the journal's audit transport; p NULL where it has none
 * (systemd.journal-fields(7), and systemd's journald-audit.c for those it does not list). */
struct trail_entry {
	struct text type, id; /* _AUDIT_TYPE: the number; _AUDIT_ID: the serial */
	struct text realtime; /* _SOURCE_REALTIME_TIMESTAMP: microseconds, to the millisecond */
	struct text message;  /* MESSAGE: the type's name, a blank, the body */
};

/* t must stay where it is until trail_done(). */
void trail_init(struct trail *t, struct counts *counts);
void trail_done(struct trail *t);

/* Leaves logins, sudo and su to another source of the same. */
void trail_leave_logins(struct trail *t);

/* Has watcher() called for each record of these types, after it was counted. */
void trail_watch(struct trail *t, const struct type *type);

void trail_line(struct trail *t, struct text line); /* of audit.log, without its line end */
void trail_entry(struct trail *t, const struct trail_entry *e);
void trail_record(struct trail *t, const struct record *r); /* what both come to */

/* Settles what has waited long enough at that time; UINT64_MAX: all, at the end of a complete log. */
void trail_settle(struct trail *t, uint64_t now_ms);
static inline void trail_flush(struct trail *t)
{
	trail_settle(t, UINT64_MAX);
}

/* Events whose result is open. */
static inline size_t trail_pending(const struct trail *t)
{
	return t->events.pending;
}

/* 0, or -ENOMEM: something was left out. The counters have errors of their own. */
int trail_error(const struct trail *t) MUST_CHECK;

/* Lines of core/words.h. Loading takes a line whose key is one of these: 1; 0 not ours; -EINVAL; -ENOMEM. */
void trail_save(const struct trail *t, struct buf *out);
int trail_load(struct trail *t, struct text key, struct words line) MUST_CHECK;
