/* SPDX-License-Identifier: MIT */
/*
 * logins - counts logins, failed attempts, sudo and su from the messages of
 * sshd, sudo, su and PAM, in auth.log or in the journal.
 *
 * What counts as what:
 *
 * - A failed ssh attempt is one "Failed METHOD for" (not METHOD none). So is one
 *   "error: PAM: ... for", where the "Failed keyboard-interactive" of the same
 *   attempt is not counted again. A connection that ends before a login, for a
 *   user, and of which no attempt was seen, counts one of method `other`: sshd
 *   is silent about keys that it did not take. (A client that asks for the
 *   methods and goes, method none, cannot be told from that in the text.)
 * - A disconnect before a login is counted once a connection, under its first
 *   line's reason, whether attempts of it were counted or not. sshd writes
 *   `throttled` for a sample of what it drops: at least so many.
 * - A sudo invocation is one message of its own (sudo_line.h). Where sudo cannot
 *   ask for a password it may say nothing but PAM's "conversation failed": that is a
 *   failed invocation if no message follows from the same process in 10 seconds
 *   of the log's time. With `log_exit_status` sudo writes two messages for one
 *   command, and both count: an argument can look the same. JSON messages are not read.
 * - A PAM failure is one that pam_unix tells, by service, beside all that.
 *
 * What needs the process (pid) is left out for lines that name none.
 *
 * Whom to believe. A line of auth.log says nothing about its origin: all count.
 * A journal entry has trusted fields (systemd.journal-fields(7)):
 *
 * - _EXE is another program's, or one of that name in a directory that is
 *   not the system's: rejected.
 * - _EXE is the program's, or is missing while _UID is 0: verified. The user id
 *   comes with the message itself, and what root writes nobody has forged.
 * - sshd tells about attempts as root only. What comes from sshd's own file
 *   under another user id is talk of a session, or a server of that user's: nothing.
 * - _EXE is missing (the writer exited before journald looked at it, as a sudo that denies
 *   does) and _UID is a user's, as sudo's and su's is: unverified. What then counts is policy.
 *   By default those failures of sudo and su do: leaving them out
 *   loses true ones, and a forger gains nothing, since anybody can cause a failure by
 *   calling sudo. A success or a login could not be caused, and does not count.
 *
 * Totals do not depend on how a log is divided into runs, if the state is saved
 * and loaded between them.
 */
#pragma once
#include "counts.h"
#include "pids.h"

/* What an unverified journal entry counts, beside security_unverified_log_messages_total. */
enum logins_policy {
	LOGINS_FAILURES, /* failures of sudo and su */
	LOGINS_COUNT,    /* as if it were verified */
	LOGINS_SEPARATE, /* nothing */
	LOGINS_REJECT,   /* nothing, and it is told as rejected instead */
};

struct logins {
	struct counts *counts; /* the caller's */
	enum logins_policy policy;
	struct pids connections; /* of sshd, before a login */
	struct pids prompts;     /* sudos that could not ask for a password */
	uint64_t now_ms;         /* of the last message of ours */
};

/* The fields of a journal entry that are needed, p NULL where it has none. */
struct logins_entry {
	struct text message, identifier, transport, exe, uid, pid, syslog_pid;
	uint64_t realtime_us;
};

/* l must stay where it is until logins_done(). */
void logins_init(struct logins *l, struct counts *counts, enum logins_policy policy);
void logins_done(struct logins *l);

void logins_syslog(struct logins *l, struct text line);
void logins_entry(struct logins *l, const struct logins_entry *e);

/* Settles what has waited long enough at that time of the log; with UINT64_MAX all: at the end of a complete log. */
void logins_flush(struct logins *l, uint64_t now_ms);

/* 0, or -ENOMEM: something was left out. */
int logins_error(const struct logins *l) MUST_CHECK;

/* Lines of core/words.h. Loading takes a line whose key is one of these: 1; 0 not ours; -EINVAL; -ENOMEM. */
void logins_save(const struct logins *l, struct buf *out);
int logins_load(struct logins *l, struct text key, struct words line) MUST_CHECK;
