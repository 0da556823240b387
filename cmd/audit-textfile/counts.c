/* SPDX-License-Identifier: MIT */
#include <stdarg.h>

#include "counts.h"

enum { KEYS_MAX = 64, KEY_BYTES = 64 };

/* The sets that exist from the start, their values separated by blanks; two lists for two labels. */
struct family {
	const char *name;
	size_t n_labels;
	const char *first, *second; /* every pair of them is there at 0 */
	bool foreign;               /* foreign text can make more sets */
};

#define METHODS "password kbdint publickey other"
#define RESULTS "success failed"
#define ACCOUNT_OPS \
	"add_user del_user user_mgmt add_group del_group group_mgmt password_change group_password_change " \
	"account_lock account_unlock role_assign role_remove role_modify"
#define DISCONNECTS \
	"closed reset disconnected timeout no_identification bad_protocol kex max_attempts throttled no_attempt other"

static const struct family families[COUNTS] = {
	[COUNT_SSH_FAILED] = { "security_failed_ssh_logins_total", 0, "", "", false },
	[COUNT_SUDO] = { "security_sudo_attempts_total", 0, "", "", false },
	[COUNT_SSH_FAILURES] = { "security_ssh_auth_failures_total", 2, METHODS, "root valid invalid unknown", false },
	[COUNT_SSH_LOGINS] = { "security_ssh_logins_total", 2, METHODS, "root other", false },
	[COUNT_SSH_DISCONNECTS] = { "security_ssh_preauth_disconnects_total", 1, DISCONNECTS, "", false },
	[COUNT_SUDO_COMMANDS] = { "security_sudo_commands_total", 1, RESULTS, "", false },
	[COUNT_SU] = { "security_su_attempts_total", 1, RESULTS, "", false },
	[COUNT_AUTH_FAILURES] = { "security_auth_failures_total", 1, "sshd sudo su login other", "", false },
	[COUNT_ACCOUNT_CHANGES] = { "security_account_changes_total", 1, ACCOUNT_OPS, "", false },
	[COUNT_UNVERIFIED] = { "security_unverified_log_messages_total", 1, "sshd sudo su", "", false },
	[COUNT_REJECTED] = { "security_rejected_log_messages_total", 1, "sshd sudo su", "", false },
	[COUNT_RECORDS] = { "audit_records_total", 1, "", "", true },
	[COUNT_EVENTS] = { "audit_events_total", 1, "success failed none", "", false },
	[COUNT_KEYS] = { "audit_key_events_total", 1, "", "", true },
	[COUNT_AVC] = { "audit_avc_denials_total", 1, "selinux apparmor", "", false },
	[COUNT_ANOMALIES] = { "audit_anomalies_total", 1, "", "", true },
	[COUNT_SERVICES] = { "audit_service_events_total", 2, "start stop", RESULTS, false },
	[COUNT_CONFIG_CHANGES] = { "audit_config_changes_total", 1, "", "", true },
	[COUNT_FAILED_SYSCALLS] = { "audit_failed_syscalls_total", 0, "", "", false },
	[COUNT_SERIAL_GAPS] = { "audit_textfile_serial_gaps_total", 0, "", "", false },
	[COUNT_PARSE_ERRORS] = { "audit_textfile_parse_errors_total", 1, "not_a_record type no_id syslog too_long regex_limit", "",
				 false },
	[COUNT_GAPS] = { "audit_textfile_gaps_total", 1, "truncated rotated_away unreadable cursor_lost corrupt", "", false },
	[COUNT_READ_BYTES] = { "audit_textfile_read_bytes_total", 0, "", "", false },
};

/* The next word of a list; false at its end. */
static bool next_word(const char **list, struct text *word)
{
	size_t n = 0;

	while ((*list)[n] && (*list)[n] != ' ')
		n++;
	if (n == 0)
		return false;
	*word = (struct text){ *list, n };
	*list += n + ((*list)[n] == ' ');
	return true;
}

static void touch(struct series *s, const struct family *f)
{
	const char *firsts = f->first;
	struct text values[2] = { 0 };

	if (f->n_labels == 0)
		series_add(s, values, 0);
	while (next_word(&firsts, &values[0])) {
		const char *seconds = f->second;

		if (f->n_labels == 1)
			series_add(s, values, 0);
		while (next_word(&seconds, &values[1]))
			series_add(s, values, 0);
	}
}

void counts_init(struct counts *c, size_t max_series)
{
	for (size_t i = 0; i < COUNTS; i++) {
		struct series *s = &c->table[i];

		s->family = families[i].name;
		s->n_labels = families[i].n_labels;
		s->max = families[i].foreign ? max_series : 0;
		touch(s, &families[i]);
	}
	c->table[COUNT_KEYS].max = max_series < KEYS_MAX ? max_series : KEYS_MAX;
	c->table[COUNT_KEYS].value_max = KEY_BYTES;
}

void counts_done(struct counts *c)
{
	for (size_t i = 0; i < COUNTS; i++)
		series_done(&c->table[i]);
}

static void take_values(const struct series *s, struct text *values, va_list ap)
{
	const char *v;

	for (size_t i = 0; (v = va_arg(ap, const char *)) && i < s->n_labels; i++)
		values[i] = text_from(v);
}

void counts_add(struct counts *c, enum count which, uint64_t n, ...)
{
	struct text values[SERIES_LABELS_MAX] = { 0 };
	va_list ap;

	va_start(ap, n);
	take_values(&c->table[which], values, ap);
	va_end(ap);
	series_add(&c->table[which], values, n);
}

uint64_t counts_get(struct counts *c, enum count which, ...)
{
	struct text values[SERIES_LABELS_MAX] = { 0 };
	va_list ap;

	va_start(ap, which);
	take_values(&c->table[which], values, ap);
	va_end(ap);
	return series_get(&c->table[which], values);
}

void counts_text(struct counts *c, enum count which, uint64_t n, struct text value)
{
	series_add(&c->table[which], &value, n);
}
