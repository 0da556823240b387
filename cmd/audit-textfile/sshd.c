/* SPDX-License-Identifier: MIT */
#include "sshd.h"
#include "core/cut.h"

enum {
	INVALID = 1, /* the user does not exist, or may not log in */
	SILENT = 2,  /* it failed, and PAM did not say so */
	BY_KEY = 4,  /* with a key */
	TRIED = 8,   /* PAM was asked */
	IN = 16,     /* somebody is allowed in */
	LOGGED_IN = 32,
	PASSWORD = 64, /* PAM took the password */
	KEY = 128,     /* sshd took the key */
	ROOT = 256,    /* the user of what failed silently */
	NAMED = 512,
	ENDED = 1024, /* only sshd's own last word is still to come */
};

/* ---- what counts ---- */

static void count_attempt(struct sshd *s, size_t method, size_t user)
{
	counts_at(s->counts, COUNT_SSH_FAILED, 0);
	counts_at(s->counts, COUNT_SSH_FAILURES, method * COUNT_USERS + user);
}

static size_t user_of(uint32_t flags, bool root, bool named)
{
	return root ? COUNT_ROOT : flags & INVALID ? COUNT_INVALID : named ? COUNT_VALID : COUNT_UNKNOWN;
}

static bool is_silent_failure(uint32_t flags)
{
	return flags & SILENT && !(flags & (TRIED | IN));
}

/* The connection is over. */
static void settle(struct sshd *s, uint32_t flags)
{
	if (is_silent_failure(flags))
		count_attempt(s, flags & BY_KEY ? COUNT_PUBLICKEY : COUNT_OTHER_METHOD,
			      user_of(flags, flags & ROOT, flags & NAMED));
}

static void leave(void *ctx, const struct pid_entry *e)
{
	settle(ctx, e->flags);
}

/* ---- records ---- */

static bool is_root(const struct message *m)
{
	return field_is(m->acct, "root");
}

/* PAM writes "?" where no user was named. */
static bool is_named(const struct message *m)
{
	return m->acct.n && !field_is(m->acct, "?") && !field_is(m->acct, "");
}

static void failed_silently(struct pid_entry *e, const struct message *m)
{
	e->flags |= SILENT;
	if (field_is(m->acct, "(invalid user)") || field_is(m->acct, "(unknown user)"))
		e->flags |= INVALID;
	else
		e->flags |= is_root(m) ? ROOT | NAMED : is_named(m) ? NAMED : 0;
}

static void pam_authentication(struct sshd *s, struct pid_entry *e, const struct message *m)
{
	e->flags |= TRIED;
	if (m->result == FIELD_FAILED)
		count_attempt(s, COUNT_PASSWORD, user_of(e->flags, is_root(m), is_named(m)));
	else if (m->result == FIELD_SUCCESS)
		e->flags |= PASSWORD;
}

/* RHEL's sshd writes pubkey_auth, later pubkey. Its challenge-response stands beside PAM's record, which has
 * another pid: sshd asks PAM in a process of its own then. */
static void user_auth(struct sshd *s, struct pid_entry *e, const struct message *m)
{
	struct text op = m->op;

	if (message_op_is(m, "PAM:authentication")) {
		pam_authentication(s, e, m);
	} else if (message_op_is(m, "challenge-response")) {
		e->flags |= TRIED;
	} else if (cut_head(&op, "pubkey")) {
		if (m->result == FIELD_SUCCESS)
			e->flags |= KEY | IN;
		if (m->result == FIELD_FAILED) {
			failed_silently(e, m);
			e->flags |= BY_KEY;
		}
	}
}

static void session_opened(struct sshd *s, struct pid_entry *e, const struct message *m)
{
	size_t method = e->flags & PASSWORD ? COUNT_PASSWORD
			: e->flags & KEY    ? COUNT_PUBLICKEY
					    : COUNT_OTHER_METHOD;

	if (!(e->flags & LOGGED_IN))
		counts_at(s->counts, COUNT_SSH_LOGINS, method * 2 + !is_root(m));
	e->flags |= IN | LOGGED_IN;
}

/* sshd's own last word, RHEL's "connection abandoned", comes behind PAM's: it must not begin a new
 * connection. */
static void bad_ident(struct sshd *s, struct pid_entry *e, const struct record *r)
{
	uint32_t pid = e->pid;

	if (!(e->flags & (SILENT | TRIED | IN)))
		counts_add(s->counts, COUNT_SSH_DISCONNECTS, 1, "no_attempt", NULL);
	settle(s, e->flags);
	pids_remove(&s->connections, e);
	e = pids_add(&s->connections, pid, r->ms);
	if (e)
		e->flags = ENDED;
}

/* ---- connections ---- */

/* The connection's entry. One that has ended gives way to a new one, unless sshd's last word is the record.
 */
static struct pid_entry *connection(struct sshd *s, const struct record *r, uint32_t pid)
{
	struct pid_entry *e = pids_find(&s->connections, pid);

	if (e && e->flags & ENDED) {
		if (r->number == TYPE_USER_LOGIN && r->ms <= e->time_ms + SSHD_ENDED_MS)
			return NULL;
		pids_remove(&s->connections, e);
	}
	return pids_add(&s->connections, pid, r->ms);
}

static void take(struct sshd *s, struct pid_entry *e, const struct record *r, const struct message *m)
{
	switch (r->number) {
	case TYPE_USER_AUTH:
		user_auth(s, e, m);
		break;
	case TYPE_USER_LOGIN:
		if (m->result == FIELD_FAILED)
			failed_silently(e, m);
		else if (m->result == FIELD_SUCCESS)
			e->flags |= IN;
		break;
	case TYPE_USER_ACCT:
		if (message_op_is(m, "PAM:accounting") && m->result == FIELD_SUCCESS)
			e->flags |= IN;
		break;
	case TYPE_USER_START:
		if (message_op_is(m, "PAM:session_open") && m->result == FIELD_SUCCESS)
			session_opened(s, e, m);
		break;
	case TYPE_USER_ERR:
		if (message_op_is(m, "PAM:bad_ident"))
			bad_ident(s, e, r);
		break;
	default:
		break;
	}
}

bool sshd_wants(uint32_t type)
{
	return type == TYPE_USER_AUTH || type == TYPE_USER_LOGIN || type == TYPE_USER_ACCT ||
	       type == TYPE_USER_START || type == TYPE_USER_END || type == TYPE_USER_ERR;
}

void sshd_record(struct sshd *s, const struct record *r, const struct message *m, uint32_t pid)
{
	struct pid_entry nobody = { 0 }, *e;

	if (!sshd_wants(r->number))
		return;
	pids_expire(&s->connections, r->ms);
	if (pid == 0) { /* it counts, but nothing can be known of it */
		if (r->number != TYPE_USER_ERR)
			take(s, &nobody, r, m);
		return;
	}
	if (r->number == TYPE_USER_END) {
		/* somebody was in, whatever else was seen */
		e = message_op_is(m, "PAM:session_close") ? pids_find(&s->connections, pid) : NULL;
		if (e)
			pids_remove(&s->connections, e);
		return;
	}
	e = connection(s, r, pid);
	if (e)
		take(s, e, r, m);
}

void sshd_flush(struct sshd *s, uint64_t now_ms)
{
	pids_expire(&s->connections, now_ms);
}

void sshd_init(struct sshd *s, struct counts *counts)
{
	*s = (struct sshd){ .counts = counts };
	s->connections = (struct pids){ .key = "sshd", .life_ms = SSHD_LIFE_MS, .leave = leave, .ctx = s };
}

void sshd_done(struct sshd *s)
{
	pids_done(&s->connections);
}
