/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"

/* The distributions' names of the file that sshd, sudo and su write to by way of syslog. */
static const char *const auth_logs[] = { "/var/log/auth.log", "/var/log/secure" };

/* ---- opening ---- */

/* The error of opening; -ENOMEM: not added. */
static int add_log(struct sources *s, const struct run *run, enum source what, const char *path, size_t which)
{
	struct source_log *list = reallocarray(s->what, s->logs.n + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	s->what = list;
	list[s->logs.n] = (struct source_log){ what, which };
	return logset_add(&s->logs, run, source_names[what], path);
}

static bool journal_has_audit(struct sources *s, const char *field, const char *value)
{
	const struct journal_match match[] = { { "_TRANSPORT", "audit" }, { field, value }, { 0 } };

	return journal_has(s->logs.journal, match);
}

static int pick_audit(struct sources *s, const struct run *run, const struct audit_config *c)
{
	int choice = c->audit.source;

	if (choice == AUDIT_NONE)
		return 0;
	if (choice != AUDIT_JOURNAL) {
		int r = add_log(s, run, SOURCE_AUDIT_LOG, c->audit.path, 0);

		if (r == -ENOMEM)
			return r;
		if (choice == AUDIT_FILE || r != -ENOENT) {
			s->audit = SOURCE_AUDIT_LOG;
			return 0;
		}
		logset_drop(&s->logs);
	}
	if (logset_add_journal(&s->logs, run, c->journal) == -ENOMEM)
		return -ENOMEM;
	if (choice == AUDIT_JOURNAL || (s->logs.journal && journal_has_audit(s, NULL, NULL)))
		s->audit = SOURCE_JOURNAL_AUDIT;
	return 0;
}

/* The configured file, or the first of the usual ones that is there. */
static int pick_auth_log(struct sources *s, const struct run *run, const struct audit_config *c)
{
	bool must = c->logins.source == LOGINS_FROM_FILE;
	const char *configured[] = { c->logins.path };
	const char *const *paths = *c->logins.path ? configured : auth_logs;
	size_t n = *c->logins.path ? 1 : ARRAY_LEN(auth_logs);

	for (size_t i = 0; i < n; i++) {
		int r = add_log(s, run, SOURCE_AUTH_LOG, paths[i], 0);

		if (r == -ENOMEM)
			return r;
		if (r != -ENOENT || (must && i == n - 1)) {
			s->logins = SOURCE_AUTH_LOG;
			return 0;
		}
		logset_drop(&s->logs);
	}
	return 0;
}

/* Audit records where somebody writes those of logins: without auditd's own log, that is not sure. */
static bool audit_tells_logins(struct sources *s)
{
	return s->audit == SOURCE_AUDIT_LOG || (s->audit == SOURCE_JOURNAL_AUDIT && s->logs.journal &&
						journal_has_audit(s, "_AUDIT_TYPE", "1100"));
}

static int pick_logins(struct sources *s, const struct run *run, const struct audit_config *c)
{
	int choice = c->logins.source, r;

	if (choice == LOGINS_FROM_NONE)
		return 0;
	if (choice == LOGINS_FROM_FILE)
		return pick_auth_log(s, run, c);
	if (choice == LOGINS_FROM_AUDIT || (choice == LOGINS_FROM_AUTO && audit_tells_logins(s))) {
		s->logins = s->audit;
		return 0;
	}
	r = logset_add_journal(&s->logs, run, c->journal);
	if (r == -ENOMEM)
		return r;
	if (choice == LOGINS_FROM_JOURNAL || r == 0) {
		s->logins = SOURCE_JOURNAL;
		return 0;
	}
	return pick_auth_log(s, run, c);
}

static int open_own(struct sources *s, const struct run *run, const struct audit_config *c)
{
	const struct custom_log_conf *logs = c->own.logs.items;

	for (size_t i = 0; i < c->own.logs.n; i++) {
		bool is_journal = logs[i].journal.n > 0;
		int r = is_journal ? logset_add_journal(&s->logs, run, c->journal)
				   : add_log(s, run, SOURCE_LOG, logs[i].path, i);

		if (r == -ENOMEM)
			return r;
		s->n_journal += is_journal;
	}
	return 0;
}

int sources_open(struct sources *s, const struct run *run, const struct audit_config *c)
{
	int r = pick_audit(s, run, c);

	if (r == 0)
		r = pick_logins(s, run, c);
	return r == 0 ? open_own(s, run, c) : r;
}

void sources_done(struct sources *s)
{
	logset_done(&s->logs);
	free(s->what);
}
