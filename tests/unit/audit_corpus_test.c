/* SPDX-License-Identifier: MIT */
/*
 * Tests of audit-textfile/logins with logs of real machines, whose counts were
 * found by hand: $PROMSHOT_CORPUS/audit. Skipped without it.
 */
#include <stdio.h>

#include "../../cmd/audit-textfile/logins.h"
#include "core/num.h"
#include "login_counts.h"
#include "test.h"

static bool slurp(const char *name, struct buf *ret)
{
	const char *corpus = getenv("PROMSHOT_CORPUS");
	AUTO_BUF struct buf path = { 0 };
	FILE *f;
	size_t n;

	buf_fmt(&path, "%s/audit/%s", corpus ? corpus : "/nonexistent", name);
	f = corpus ? fopen(buf_cstr(&path), "rb") : NULL;
	if (!f)
		return false;
	do {
		char *room = buf_room(ret, 65536);

		n = room ? fread(room, 1, 65536, f) : 0;
		ret->len += n;
	} while (n);
	fclose(f);
	return true;
}

static void each_line(struct text all, void (*line)(struct logins *l, struct text line), struct logins *l)
{
	for (const char *end; all.n && (end = memchr(all.p, '\n', all.n));) {
		struct text t = { all.p, (size_t)(end - all.p) };

		line(l, t);
		all = (struct text){ end + 1, all.n - t.n - 1 };
	}
}

/* The journal's export format (systemd's JOURNAL_EXPORT_FORMATS): NAME=value, or a name, a length and bytes. */
static bool next_field(struct text *all, struct text *name, struct text *value)
{
	const char *end = all->n ? memchr(all->p, '\n', all->n) : NULL, *equals;
	size_t n, used;

	if (!end)
		return false;
	n = (size_t)(end - all->p);
	used = n + 1;
	equals = memchr(all->p, '=', n);
	*name = (struct text){ all->p, equals ? (size_t)(equals - all->p) : n };
	*value = equals ? (struct text){ equals + 1, n - name->n - 1 } : (struct text){ 0 };
	if (n && !equals) {
		value->n = (size_t)num_le((const uint8_t *)end + 1, 8);
		value->p = end + 9;
		used = n + 1 + 8 + value->n + 1;
	}
	*all = (struct text){ all->p + used, all->n - used };
	return true;
}

static void set_field(struct logins_entry *e, struct text name, struct text value)
{
	const struct {
		const char *name;
		struct text *to;
	} t[] = {
		{ "MESSAGE", &e->message }, { "SYSLOG_IDENTIFIER", &e->identifier }, { "_TRANSPORT", &e->transport },
		{ "_EXE", &e->exe },	    { "_UID", &e->uid },		     { "_PID", &e->pid },
		{ "SYSLOG_PID", &e->syslog_pid },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		if (text_is(name, t[i].name))
			*t[i].to = value;
	if (text_is(name, "__REALTIME_TIMESTAMP"))
		CHECK_INT(num_u64(value.p, value.n, &e->realtime_us), 0);
}

static int feed_export(struct logins *l, struct text all)
{
	struct logins_entry e = { 0 };
	struct text name, value;
	int n = 0;

	while (next_field(&all, &name, &value)) {
		if (name.n) {
			set_field(&e, name, value);
		} else if (e.realtime_us) {
			logins_entry(l, &e);
			e = (struct logins_entry){ 0 };
			n++;
		}
	}
	if (e.realtime_us)
		logins_entry(l, &e);
	return n + (e.realtime_us != 0);
}

static void check_journal(void)
{
	AUTO_BUF struct buf all = { 0 }, got = { 0 };
	struct counts c = { 0 };
	struct logins l;

	if (!slurp("debian12.journal.export", &all)) {
		printf("ok %d - a real journal # skip no $PROMSHOT_CORPUS\n", ++test_count);
		return;
	}
	counts_init(&c, 100);
	logins_init(&l, &c, LOGINS_FAILURES);
	CHECK_INT(feed_export(&l, (struct text){ all.data, all.len }), 372);
	logins_flush(&l, UINT64_MAX);
	dump_counts(&c, &got);
	/* 17 wrong passwords, 2 connections with a wrong key and one without an attempt, which looks the same; sudo was
	 * called 12 times. */
	CHECK_STR(buf_cstr(&got), "failed_ssh_logins 20\n"
				  "sudo_attempts 12\n"
				  "ssh_auth_failures 11 password valid\n"
				  "ssh_auth_failures 6 password invalid\n"
				  "ssh_auth_failures 2 other valid\n"
				  "ssh_auth_failures 1 other invalid\n"
				  "ssh_logins 1 password other\n"
				  "ssh_preauth_disconnects 12 closed\n"
				  "ssh_preauth_disconnects 1 bad_protocol\n"
				  "ssh_preauth_disconnects 1 max_attempts\n"
				  "sudo_commands 3 success\n"
				  "sudo_commands 9 failed\n"
				  "su_attempts 9 success\n"
				  "su_attempts 1 failed\n"
				  "auth_failures 17 sshd\n"
				  "auth_failures 2 sudo\n"
				  "auth_failures 1 su\n"
				  "unverified_log_messages 4 sudo\n"
				  "rejected_log_messages 1 sshd\n"
				  "rejected_log_messages 1 sudo\n");
	logins_done(&l);
	counts_done(&c);
}

static void check_auth_log(void)
{
	AUTO_BUF struct buf all = { 0 }, got = { 0 };
	struct counts c = { 0 };
	struct logins l;

	if (!slurp("authlog.log", &all)) {
		printf("ok %d - a real auth.log # skip no $PROMSHOT_CORPUS\n", ++test_count);
		return;
	}
	buf_chr(&all, '\n'); /* it ends without one, maybe */
	counts_init(&c, 100);
	logins_init(&l, &c, LOGINS_FAILURES);
	each_line((struct text){ all.data, all.len - (all.data[all.len - 2] == '\n') }, logins_syslog, &l);
	logins_flush(&l, UINT64_MAX);
	dump_counts(&c, &got);
	/* "Failed" 2, and 12 connections that tried something else */
	CHECK_STR(buf_cstr(&got), "failed_ssh_logins 14\n"
				  "sudo_attempts 6\n"
				  "ssh_auth_failures 2 password root\n"
				  "ssh_auth_failures 7 other root\n"
				  "ssh_auth_failures 1 other valid\n"
				  "ssh_auth_failures 4 other invalid\n"
				  "ssh_logins 2 publickey other\n"
				  "ssh_preauth_disconnects 6 closed\n"
				  "ssh_preauth_disconnects 7 disconnected\n"
				  "ssh_preauth_disconnects 2 no_identification\n"
				  "sudo_commands 4 success\n"
				  "sudo_commands 2 failed\n"
				  "su_attempts 2 success\n"
				  "su_attempts 1 failed\n"
				  "auth_failures 2 sshd\n"
				  "auth_failures 1 sudo\n"
				  "auth_failures 1 su\n");
	logins_done(&l);
	counts_done(&c);
}

int main(void)
{
	check_journal();
	check_auth_log();
	return TEST_END();
}
