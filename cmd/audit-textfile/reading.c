/* SPDX-License-Identifier: MIT */
/* The reading of what sources.h chose, into the counters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "os/clock.h"

/* ---- files ---- */

static void audit_line(void *ctx, struct text line)
{
	struct audit *a = ctx;

	trail_line(&a->trail, line);
}

static void auth_line(void *ctx, struct text line)
{
	struct audit *a = ctx;

	logins_syslog(&a->logins, line);
}

static void own_line(void *ctx, struct text line)
{
	custom_line(ctx, line);
}

/* Settles what waits by the log's own time; by the clock, where all was read and nothing was written for as
 * long as a login may take: who has not logged in by then has gone. */
static uint64_t settled_ms(const struct run *run, uint64_t log_ms, uint64_t written_ns)
{
	uint64_t quiet_ms = run->now_ns > written_ns ? (run->now_ns - written_ns) / 1000000 : 0;
	bool read_all = clock_mono_ns() < run->deadline_ns;

	return read_all && written_ns && quiet_ms >= SSHD_LIFE_MS ? run->now_ns / 1000000 : log_ms;
}

static int read_log(struct sources *s, size_t i, struct run *run, struct audit *a)
{
	uint64_t written;
	int r;

	if (s->what[i].what == SOURCE_LOG)
		return logset_read(&s->logs, i, run, own_line, custom_log(a->custom, s->what[i].which));
	r = logset_read(&s->logs, i, run, s->what[i].what == SOURCE_AUDIT_LOG ? audit_line : auth_line, a);
	if (r < 0)
		return r;
	written = logfile_written_ns(s->logs.files[i].file);
	if (s->what[i].what == SOURCE_AUDIT_LOG)
		trail_settle(&a->trail, settled_ms(run, a->trail.now_ms, written));
	else
		logins_flush(&a->logins, settled_ms(run, a->logins.now_ms, written));
	return 0;
}

/* ---- the journal ---- */

static void hand_to_logins(struct logins *l, const struct journal_entry *e)
{
	const struct logins_entry entry = {
		.message = journal_get(e, "MESSAGE"),
		.identifier = journal_get(e, "SYSLOG_IDENTIFIER"),
		.transport = journal_get(e, "_TRANSPORT"),
		.exe = journal_get(e, "_EXE"),
		.uid = journal_get(e, "_UID"),
		.pid = journal_get(e, "_PID"),
		.syslog_pid = journal_get(e, "SYSLOG_PID"),
		.realtime_us = e->realtime_us,
	};

	logins_entry(l, &entry);
}

static void hand_to_trail(struct trail *t, const struct journal_entry *e)
{
	const struct trail_entry entry = {
		.type = journal_get(e, "_AUDIT_TYPE"),
		.id = journal_get(e, "_AUDIT_ID"),
		.realtime = journal_get(e, "_SOURCE_REALTIME_TIMESTAMP"),
		.message = journal_get(e, "MESSAGE"),
	};

	trail_entry(t, &entry);
}

static bool has_value(const struct journal_entry *e, const struct conf_pair *pair)
{
	for (size_t i = 0; i < e->n; i++)
		if (text_is(e->fields[i].name, pair->name) && text_is(e->fields[i].value, pair->value))
			return true;
	return false;
}

static bool is_of_log(const struct journal_entry *e, const struct custom_log_conf *log)
{
	const struct conf_pair *pairs = log->journal.items;

	for (size_t i = 0; i < log->journal.n; i++)
		if (!has_value(e, &pairs[i]))
			return false;
	return log->journal.n > 0;
}

static struct text entry_field(const void *entry, const char *name)
{
	return journal_get(entry, name);
}

static void take_entry(void *ctx, const struct journal_entry *e)
{
	struct audit *a = ctx;
	const struct custom_log_conf *logs = a->config.own.logs.items;
	bool is_audit = text_is(journal_get(e, "_TRANSPORT"), "audit");

	if (is_audit && a->sources.audit == SOURCE_JOURNAL_AUDIT)
		hand_to_trail(&a->trail, e);
	if (!is_audit && a->sources.logins == SOURCE_JOURNAL)
		hand_to_logins(&a->logins, e);
	for (size_t i = 0; i < a->config.own.logs.n; i++)
		if (is_of_log(e, &logs[i]))
			custom_entry(custom_log(a->custom, i), e, entry_field);
	if (e->realtime_us / 1000 > a->last_event_ms)
		a->last_event_ms = e->realtime_us / 1000;
}

/* The query's lists, whose strings are the configuration's. */
struct wanted {
	const struct journal_match **groups;
	struct journal_match *matches; /* those of the configuration's logs */
	const char **fields;
	size_t n_groups, n_matches, n_fields;
};

static void wanted_done(struct wanted *w)
{
	free(w->groups);
	free(w->matches);
	free(w->fields);
}

static void want_own(struct wanted *w, const struct custom_log_conf *log)
{
	const struct conf_pair *pairs = log->journal.items;
	const struct custom_counter_conf *counters = log->counters.items;

	if (log->journal.n == 0)
		return;
	w->groups[w->n_groups++] = &w->matches[w->n_matches];
	for (size_t i = 0; i < log->journal.n; i++) {
		w->matches[w->n_matches++] = (struct journal_match){ pairs[i].name, pairs[i].value };
		w->fields[w->n_fields++] = pairs[i].name;
	}
	w->n_matches++; /* a zeroed one ends the group */
	for (size_t i = 0; i < log->counters.n; i++)
		w->fields[w->n_fields++] = counters[i].field;
}

static int want(struct wanted *w, const struct sources *s, const struct audit_config *c)
{
	static const struct journal_match audit[] = { { "_TRANSPORT", "audit" }, { 0 } };
	static const struct journal_match logins[] = {
		{ "SYSLOG_IDENTIFIER", "sshd" },      { "SYSLOG_IDENTIFIER", "sshd-session" },
		{ "SYSLOG_IDENTIFIER", "sshd-auth" }, { "SYSLOG_IDENTIFIER", "sudo" },
		{ "SYSLOG_IDENTIFIER", "sudo-rs" },   { "SYSLOG_IDENTIFIER", "su" },
		{ "SYSLOG_IDENTIFIER", "su-l" },      { 0 },
	};
	static const char *const fields[] = {
		"MESSAGE", "SYSLOG_IDENTIFIER", "_TRANSPORT",  "_EXE",      "_UID",
		"_PID",    "SYSLOG_PID",        "_AUDIT_TYPE", "_AUDIT_ID", "_SOURCE_REALTIME_TIMESTAMP",
	};
	const struct custom_log_conf *logs = c->own.logs.items;
	size_t n_pairs = 0, n_counters = 0;

	for (size_t i = 0; i < c->own.logs.n; i++) {
		n_pairs += logs[i].journal.n + 1;
		n_counters += logs[i].counters.n;
	}
	w->groups = calloc(c->own.logs.n + 2, sizeof(struct journal_match *));
	w->matches = calloc(n_pairs + 1, sizeof(*w->matches));
	w->fields = calloc(ARRAY_LEN(fields) + n_pairs + n_counters + 1, sizeof(*w->fields));
	if (!w->groups || !w->matches || !w->fields)
		return -ENOMEM;
	if (s->audit == SOURCE_JOURNAL_AUDIT)
		w->groups[w->n_groups++] = audit;
	if (s->logins == SOURCE_JOURNAL)
		w->groups[w->n_groups++] = logins;
	memcpy(w->fields, fields, sizeof(fields));
	w->n_fields = ARRAY_LEN(fields);
	for (size_t i = 0; i < c->own.logs.n; i++)
		want_own(w, &logs[i]);
	return 0;
}

static int read_journal(struct sources *s, struct run *run, struct audit *a)
{
	CLEANUP(wanted_done) struct wanted w = { 0 };
	struct journal_query q = { 0 };
	uint64_t written;
	int r = want(&w, s, &a->config);

	if (r < 0)
		return r;
	q = (struct journal_query){ .groups = w.groups, .n_groups = w.n_groups, .fields = w.fields };
	r = logset_read_journal(&s->logs, run, &q, take_entry, a);
	if (r < 0)
		return r;
	written = journal_written_ns(s->logs.journal);
	if (s->audit == SOURCE_JOURNAL_AUDIT)
		trail_settle(&a->trail, settled_ms(run, a->trail.now_ms, written));
	if (s->logins == SOURCE_JOURNAL)
		logins_flush(&a->logins, settled_ms(run, a->logins.now_ms, written));
	return 0;
}

/* ---- all ---- */

int sources_read(struct sources *s, struct run *run, struct audit *a)
{
	bool needs_journal = s->audit == SOURCE_JOURNAL_AUDIT || s->logins == SOURCE_JOURNAL;
	int failed = 0;

	for (size_t i = 0; i < s->logs.n; i++) {
		int r = read_log(s, i, run, a);

		if (r < 0 && s->what[i].what != SOURCE_LOG)
			failed = r;
	}
	if (needs_journal || s->n_journal) {
		int r = read_journal(s, run, a);

		if (r < 0 && needs_journal)
			failed = r;
	}
	return failed;
}
