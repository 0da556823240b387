/* SPDX-License-Identifier: MIT */
/* The families of audit-textfile. Pure. */
#include "audit.h"

#define G PROM_GAUGE
#define C PROM_COUNTER

const char *const source_names[SOURCES] = {
	[SOURCE_NONE] = "none",
	[SOURCE_AUDIT_LOG] = "audit.log",
	[SOURCE_JOURNAL_AUDIT] = "journal-audit",
	[SOURCE_JOURNAL] = "journal",
	[SOURCE_AUTH_LOG] = "auth.log",
	[SOURCE_LOG] = "log",
};

/* A feed without a source has no families: 0 would say that nothing happened. */
static bool is_fed(const struct audit *a, size_t count)
{
	switch (count) {
	case COUNT_PARSE_ERRORS:
	case COUNT_GAPS:
	case COUNT_READ_BYTES:
		return true;
	case COUNT_UNVERIFIED:
	case COUNT_REJECTED:
		return a->sources.logins == SOURCE_JOURNAL;
	default:
		return (count <= COUNT_AUTH_FAILURES ? a->sources.logins : a->sources.audit) != SOURCE_NONE;
	}
}

static void emit_count(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct audit *a = facts;

	if (is_fed(a, self->arg))
		series_emit(out, &a->counts.table[self->arg]);
}

/* ---- the kernel's status ---- */

enum { K_ENABLED, K_BACKLOG, K_BACKLOG_LIMIT, K_RATE_LIMIT, K_FAILURE, K_DAEMON };

static void emit_kernel(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct kernel *k = &((const struct audit *)facts)->kernel;
	const uint64_t values[] = {
		[K_ENABLED] = k->enabled,
		[K_BACKLOG] = k->backlog,
		[K_BACKLOG_LIMIT] = k->backlog_limit,
		[K_RATE_LIMIT] = k->rate_limit,
		[K_FAILURE] = k->failure,
		[K_DAEMON] = k->pid != 0,
	};

	if (k->known)
		prom_u64(out, PROM_NO_LABELS, values[self->arg]);
}

static void emit_lost(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct kernel *k = &((const struct audit *)facts)->kernel;

	(void)self;
	if (k->known)
		prom_u64(out, PROM_NO_LABELS, k->lost_sum.sum);
}

static void emit_waited(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct kernel *k = &((const struct audit *)facts)->kernel;

	(void)self;
	if (k->known && k->knows_waits)
		prom_double(out, PROM_NO_LABELS, (double)k->waited_sum.sum / (double)k->jiffies_per_s);
}

/* ---- the run's sources ---- */

static void emit_sources(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct audit *a = facts;
	const struct sources *s = &a->sources;
	const char *journal = *a->config.journal ? a->config.journal : "journal";

	(void)self;
	for (size_t i = 0; i < s->logs.n; i++)
		prom_u64(out, PROM_LABELS(source_names[s->what[i].what], s->logs.files[i].path), 1);
	if (s->audit == SOURCE_JOURNAL_AUDIT)
		prom_u64(out, PROM_LABELS(source_names[SOURCE_JOURNAL_AUDIT], journal), 1);
	if (s->logins == SOURCE_JOURNAL || s->n_journal)
		prom_u64(out, PROM_LABELS(source_names[SOURCE_JOURNAL], journal), 1);
}

static void emit_feeds(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct sources *s = &((const struct audit *)facts)->sources;

	(void)self;
	prom_u64(out, PROM_LABELS("audit", source_names[s->audit]), 1);
	prom_u64(out, PROM_LABELS("logins", source_names[s->logins]), 1);
}

static void emit_last_event(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct audit *a = facts;

	(void)self;
	if (a->last_event_ms)
		prom_double(out, PROM_NO_LABELS, (double)a->last_event_ms / 1e3);
}

static void emit_pending(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct audit *a = facts;

	(void)self;
	prom_u64(out, PROM_NO_LABELS, trail_pending(&a->trail));
}

static void emit_unread(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct audit *a = facts;

	(void)self;
	prom_u64(out, PROM_NO_LABELS, a->sources.logs.unread);
}

const struct prom_metric audit_metrics[] = {
	{ "audit_anomalies_total", C, "type", "Anomalies that the kernel or a program told (ANOM_* records).",
	  emit_count, COUNT_ANOMALIES },
	{ "audit_avc_denials_total", C, "lsm", "Accesses denied by SELinux or AppArmor.", emit_count,
	  COUNT_AVC },
	{ "audit_backlog", G, "", "Records that wait in the kernel for the audit daemon.", emit_kernel,
	  K_BACKLOG },
	{ "audit_backlog_limit", G, "", "Records that may wait in the kernel before some are lost.",
	  emit_kernel, K_BACKLOG_LIMIT },
	{ "audit_backlog_wait_seconds_total", C, "",
	  "Time that processes had to wait for room in the kernel's backlog.", emit_waited, 0 },
	{ "audit_config_changes_total", C, "op", "Changes of the audit configuration and rules.", emit_count,
	  COUNT_CONFIG_CHANGES },
	{ "audit_daemon_present", G, "", "Whether an audit daemon takes the kernel's records.", emit_kernel,
	  K_DAEMON },
	{ "audit_enabled", G, "",
	  "Whether the kernel audits: 0 off, 1 on, 2 on and locked until the next boot.", emit_kernel,
	  K_ENABLED },
	{ "audit_events_total", C, "result",
	  "Audit events by result; none where no record of the event tells one.", emit_count, COUNT_EVENTS },
	{ "audit_failed_syscalls_total", C, "", "Audited system calls that failed.", emit_count,
	  COUNT_FAILED_SYSCALLS },
	{ "audit_failure_mode", G, "",
	  "What the kernel does when it cannot audit: 0 nothing, 1 a message, 2 panic.", emit_kernel,
	  K_FAILURE },
	{ "audit_key_events_total", C, "key", "Audit events by key of the rule that made them.", emit_count,
	  COUNT_KEYS },
	{ "audit_lost_total", C, "", "Records that the kernel lost since counting began.", emit_lost, 0 },
	{ "audit_rate_limit", G, "", "Records a second that the kernel passes on at most; 0 is no limit.",
	  emit_kernel, K_RATE_LIMIT },
	{ "audit_records_total", C, "type", "Audit records by type.", emit_count, COUNT_RECORDS },
	{ "audit_service_events_total", C, "action,result", "Starts and stops of services that systemd told.",
	  emit_count, COUNT_SERVICES },
	{ "audit_textfile_feed_info", G, "feed,source",
	  "Which source the audit_ families (feed audit) and the security_ families (feed logins) come from, "
	  "always 1.",
	  emit_feeds, 0 },
	{ "audit_textfile_gaps_total", C, "reason", "Times that part of a source could not be read any more.",
	  emit_count, COUNT_GAPS },
	{ "audit_textfile_last_event_timestamp_seconds", G, "",
	  "Time of the newest record or line that was read, in seconds since the epoch.", emit_last_event,
	  0 },
	{ "audit_textfile_parse_errors_total", C, "reason",
	  "Lines that are no record or no log line, or too long.", emit_count, COUNT_PARSE_ERRORS },
	{ "audit_textfile_pending_events", G, "",
	  "Events of which more records may come, so that their result is open.", emit_pending, 0 },
	{ "audit_textfile_read_bytes_total", C, "", "Bytes of log files that were read.", emit_count,
	  COUNT_READ_BYTES },
	{ "audit_textfile_serial_gaps_total", C, "", "Serial numbers of events that are missing in the log.",
	  emit_count, COUNT_SERIAL_GAPS },
	{ "audit_textfile_source_info", G, "source,path", "A source that is read, always 1.", emit_sources,
	  0 },
	{ "audit_textfile_unread_bytes", G, "", "Bytes of log files that are there and not read yet.",
	  emit_unread, 0 },
	{ "security_account_changes_total", C, "op", "Changes of users and groups, one an operation.",
	  emit_count, COUNT_ACCOUNT_CHANGES },
	{ "security_auth_failures_total", C, "service", "Failed authentications by service.", emit_count,
	  COUNT_AUTH_FAILURES },
	{ "security_failed_ssh_logins_total", C, "", "Failed SSH authentication attempts, one an attempt.",
	  emit_count, COUNT_SSH_FAILED },
	{ "security_rejected_log_messages_total", C, "program",
	  "Messages in the name of a program that another program wrote.", emit_count, COUNT_REJECTED },
	{ "security_ssh_auth_failures_total", C, "method,user",
	  "Failed SSH authentication attempts by method and kind of user.", emit_count, COUNT_SSH_FAILURES },
	{ "security_ssh_logins_total", C, "method,user", "Accepted SSH logins by method and kind of user.",
	  emit_count, COUNT_SSH_LOGINS },
	{ "security_ssh_preauth_disconnects_total", C, "reason",
	  "SSH connections that ended before anybody logged in.", emit_count, COUNT_SSH_DISCONNECTS },
	{ "security_su_attempts_total", C, "result", "Uses of su, allowed or denied.", emit_count, COUNT_SU },
	{ "security_sudo_attempts_total", C, "", "Uses of sudo, allowed or denied.", emit_count, COUNT_SUDO },
	{ "security_sudo_commands_total", C, "result", "Uses of sudo by outcome.", emit_count,
	  COUNT_SUDO_COMMANDS },
	{ "security_unverified_log_messages_total", C, "program",
	  "Messages in the name of a program whose origin the journal does not tell.", emit_count,
	  COUNT_UNVERIFIED },
};
const size_t audit_metrics_n = ARRAY_LEN(audit_metrics);
