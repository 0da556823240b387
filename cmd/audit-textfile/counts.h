/* SPDX-License-Identifier: MIT */
/*
 * counts - every counter of audit-textfile that is not the user's own: a table
 * of families, each a core/series.h. Label values that are known beforehand are
 * there at 0 from the start, so that a rule sees their first increment.
 */
#pragma once
#include "core/series.h"

/* The places of values that are known beforehand, in each label's list. */
enum { COUNT_PASSWORD, COUNT_KBDINT, COUNT_PUBLICKEY, COUNT_OTHER_METHOD, COUNT_METHODS };
enum { COUNT_ROOT, COUNT_VALID, COUNT_INVALID, COUNT_UNKNOWN, COUNT_USERS };
enum { COUNT_SUCCESS, COUNT_FAILURE, COUNT_NO_RESULT, COUNT_RESULTS = 2 };
enum { COUNT_SELINUX, COUNT_APPARMOR };
enum { COUNT_START, COUNT_STOP };

enum count {
	COUNT_SSH_FAILED,         /* security_failed_ssh_logins_total */
	COUNT_SUDO,               /* security_sudo_attempts_total */
	COUNT_SSH_FAILURES,       /* security_ssh_auth_failures_total{method,user} */
	COUNT_SSH_LOGINS,         /* security_ssh_logins_total{method,user} */
	COUNT_SSH_DISCONNECTS,    /* security_ssh_preauth_disconnects_total{reason} */
	COUNT_SUDO_COMMANDS,      /* security_sudo_commands_total{result} */
	COUNT_SU,                 /* security_su_attempts_total{result} */
	COUNT_AUTH_FAILURES,      /* security_auth_failures_total{service} */
	COUNT_ACCOUNT_CHANGES,    /* security_account_changes_total{op} */
	COUNT_UNVERIFIED,         /* security_unverified_log_messages_total{program} */
	COUNT_REJECTED,           /* security_rejected_log_messages_total{program} */
	COUNT_RECORDS,            /* audit_records_total{type} */
	COUNT_EVENTS,             /* audit_events_total{result} */
	COUNT_KEYS,               /* audit_key_events_total{key} */
	COUNT_AVC,                /* audit_avc_denials_total{lsm} */
	COUNT_ANOMALIES,          /* audit_anomalies_total{type} */
	COUNT_SERVICES,           /* audit_service_events_total{action,result} */
	COUNT_CONFIG_CHANGES,     /* audit_config_changes_total{op} */
	COUNT_FAILED_SYSCALLS,    /* audit_failed_syscalls_total */
	COUNT_SERIAL_GAPS,        /* audit_textfile_serial_gaps_total */
	COUNT_PARSE_ERRORS,       /* audit_textfile_parse_errors_total{reason} */
	COUNT_GAPS,               /* audit_textfile_gaps_total{reason} */
	COUNT_READ_BYTES,         /* audit_textfile_read_bytes_total */
	COUNTS
};

struct counts {
	struct series table[COUNTS];
};

/* Names the families and puts the sets that are known beforehand there. max_series bounds those that foreign text can
 * widen. */
void counts_init(struct counts *c, size_t max_series);
void counts_done(struct counts *c);

/* Counts n. The values of the family's labels follow, NULL at the end: counts_add(c, COUNT_SU, 1, "success", NULL). */
void counts_add(struct counts *c, enum count which, uint64_t n, ...) __attribute__((sentinel));
uint64_t counts_get(struct counts *c, enum count which, ...) __attribute__((sentinel));

/* The same for values that are slices of foreign text. */
void counts_text(struct counts *c, enum count which, uint64_t n, struct text value);

/* The same for a set that is known beforehand, by its place: that of its value, or that of the first label's times the
 * second's number of values plus the second's place. It costs no look-up. */
static inline void counts_at(struct counts *c, enum count which, size_t place)
{
	series_count(&c->table[which], place, 1);
}
