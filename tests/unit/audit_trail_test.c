/* SPDX-License-Identifier: MIT */
/*
 * Tests of audit-textfile/trail: what counts, rule by rule, on small logs in
 * the words of Debian, RHEL and NixOS; who tries to make it count wrong; and that it does not matter how a
 * log is cut into runs.
 */
#include <errno.h>

#include "../../cmd/audit-textfile/trail.h"
#include "login_counts.h"
#include "test.h"

/* ---- logs ---- */

struct world {
	struct counts counts;
	struct trail trail;
};

static void open_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	counts_init(&w->counts, 1000);
	trail_init(&w->trail, &w->counts);
}

static void close_world(struct world *w)
{
	trail_done(&w->trail);
	counts_done(&w->counts);
}

/* A record of user space: its time in milliseconds since a moment, also its serial; process; the program's
 * words. */
static void user_at(struct world *w, const char *node, const char *type, unsigned ms, unsigned pid,
		    const char *words)
{
	AUTO_BUF struct buf b = { 0 };

	buf_fmt(&b,
		"%stype=%s msg=audit(%u.%03u:%u): pid=%u uid=0 auid=4294967295 ses=4294967295 msg='%s'"
		"\x1dUID=\"root\" AUID=\"unset\" res=failed",
		node, type, 1795147700 + ms / 1000, ms % 1000, ms, pid, words);
	trail_line(&w->trail, (struct text){ b.data, b.len });
}

static void user(struct world *w, const char *type, unsigned ms, unsigned pid, const char *words)
{
	user_at(w, "", type, ms, pid, words);
}

static void kernel(struct world *w, const char *type, unsigned ms, unsigned serial, const char *body)
{
	AUTO_BUF struct buf b = { 0 };

	buf_fmt(&b, "type=%s msg=audit(%u.%03u:%u): %s", type, 1795147700 + ms / 1000, ms % 1000, serial,
		body);
	trail_line(&w->trail, (struct text){ b.data, b.len });
}

/* The counts of one family, as "N VALUE..." lines in the tables' order. */
static void family(struct world *w, const char *name, struct buf *out)
{
	AUTO_BUF struct buf all = { 0 };
	size_t n = strlen(name);

	dump_counts(&w->counts, &all);
	for (const char *p = buf_cstr(&all), *end; (end = strchr(p, '\n')); p = end + 1)
		if (strncmp(p, name, n) == 0 && p[n] == ' ')
			buf_add(out, p + n + 1, (size_t)(end - p) - n);
}

#define EXPECT(w, name, want) \
	do { \
		AUTO_BUF struct buf got_ = { 0 }; \
		family(w, name, &got_); \
		CHECK_STR(buf_cstr(&got_), want); \
	} while (0)

#define PAM(op, acct, exe, res) \
	"op=PAM:" op " grantors=? acct=" acct " exe=\"" exe \
	"\" hostname=192.0.2.1 addr=192.0.2.1 terminal=ssh res=" res
#define SSHD "/usr/sbin/sshd"
#define LOGIN(acct, res) \
	"op=login acct=" acct " exe=\"" SSHD "\" hostname=? addr=192.0.2.1 terminal=sshd res=" res
#define INVALID "28696E76616C6964207573657229"  /* (invalid user) */
#define UNKNOWN_ "28756E6B6E6F776E207573657229" /* (unknown user) */
#define BAD_IDENT PAM("bad_ident", "\"?\"", SSHD, "failed")

/* ---- ssh ---- */

static void check_one_attempt_is_one_count(void)
{
	struct world w;

	open_world(&w);
	/* Debian: a valid user; one that is none, whose USER_LOGIN come three times, two of them before. */
	user(&w, "USER_AUTH", 1, 10, PAM("authentication", "\"alice\"", SSHD, "failed"));
	user(&w, "USER_LOGIN", 2, 10, LOGIN("\"alice\"", "failed"));
	user(&w, "USER_LOGIN", 3, 11, LOGIN(INVALID, "failed"));
	user(&w, "USER_LOGIN", 4, 11, LOGIN(INVALID, "failed"));
	user(&w, "USER_AUTH", 5, 11, PAM("authentication", "\"nosuch\"", SSHD, "failed"));
	user(&w, "USER_LOGIN", 6, 11, LOGIN(INVALID, "failed"));
	/* Several in one connection; root; nobody named. */
	user(&w, "USER_AUTH", 7, 12, PAM("authentication", "\"root\"", SSHD, "failed"));
	user(&w, "USER_AUTH", 8, 12, PAM("authentication", "\"root\"", SSHD, "failed"));
	user(&w, "USER_AUTH", 9, 13, PAM("authentication", "\"?\"", SSHD, "failed"));
	EXPECT(&w, "failed_ssh_logins", "5\n"); /* at once */
	trail_flush(&w.trail);
	EXPECT(&w, "failed_ssh_logins", "5\n");
	EXPECT(&w, "ssh_auth_failures",
	       "2 password root\n1 password valid\n1 password invalid\n1 password unknown\n");
	EXPECT(&w, "auth_failures", "5 sshd\n");
	EXPECT(&w, "ssh_preauth_disconnects", "");
	close_world(&w);
}

static void check_programs_of_every_distribution(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_AUTH", 1, 1,
	     PAM("authentication", "\"a\"", "/usr/lib/openssh/sshd-session", "failed"));
	user(&w, "USER_AUTH", 2, 2,
	     PAM("authentication", "\"a\"", "/usr/libexec/openssh/sshd-auth", "failed"));
	user(&w, "USER_AUTH", 3, 3,
	     PAM("authentication", "\"a\"", "/nix/store/0abc-openssh-9.9p2/bin/sshd", "failed"));
	/* "/usr/sbin/sshd (deleted)": upgraded while it ran */
	user(&w, "USER_AUTH", 4, 4,
	     "op=PAM:authentication acct=\"a\" exe=2F7573722F7362696E2F73736864202864656C6574656429 "
	     "res=failed");
	EXPECT(&w, "failed_ssh_logins", "4\n");
	user(&w, "USER_AUTH", 5, 5, PAM("authentication", "\"a\"", "/usr/sbin/notsshd", "failed"));
	user(&w, "USER_AUTH", 6, 6, PAM("authentication", "\"a\"", "/usr/sbin/sshd2", "failed"));
	EXPECT(&w, "failed_ssh_logins", "4\n");
	EXPECT(&w, "auth_failures", "4 sshd\n2 other\n");
	close_world(&w);
}

/* RHEL's sshd writes records of its own beside PAM's. */
static void check_rhel_writes_more(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_LOGIN", 1, 1, LOGIN(UNKNOWN_, "failed"));
	user(&w, "USER_AUTH", 2, 2,
	     PAM("authentication", "\"x\"", SSHD, "failed")); /* asked in another process */
	user(&w, "USER_AUTH", 3, 1, "op=challenge-response acct=" UNKNOWN_ " exe=\"" SSHD "\" res=failed");
	user(&w, "USER_AUTH", 4, 1, "op=maxtries exceeded acct=" UNKNOWN_ " exe=\"" SSHD "\" res=failed");
	user(&w, "USER_AUTH", 5, 1, "op=gssapi acct=" UNKNOWN_ " exe=\"" SSHD "\" res=failed");
	trail_flush(&w.trail);
	EXPECT(&w, "failed_ssh_logins", "1\n");
	EXPECT(&w, "ssh_auth_failures", "1 password valid\n");
	close_world(&w);
}

static void check_keys_count_once_a_connection(void)
{
	struct world w;

	open_world(&w);
	/* Debian tells the end with bad_ident. */
	user(&w, "USER_LOGIN", 1, 1, LOGIN("\"alice\"", "failed"));
	user(&w, "USER_LOGIN", 2, 2, LOGIN(INVALID, "failed"));
	user(&w, "USER_LOGIN", 3, 2, LOGIN(INVALID, "failed"));
	EXPECT(&w, "failed_ssh_logins", "");
	user(&w, "USER_ERR", 4, 1, BAD_IDENT);
	user(&w, "USER_ERR", 5, 2, BAD_IDENT);
	EXPECT(&w, "ssh_auth_failures", "1 other valid\n1 other invalid\n");
	/* RHEL says that it was keys; its last word comes behind. */
	user(&w, "USER_AUTH", 6, 3, "op=pubkey acct=\"root\" exe=\"" SSHD "\" res=failed");
	user(&w, "USER_AUTH", 7, 3, "op=pubkey acct=\"root\" exe=\"" SSHD "\" res=failed");
	user(&w, "USER_ERR", 8, 3, BAD_IDENT);
	user(&w, "USER_LOGIN", 9, 3, LOGIN("\"root\"", "failed"));
	EXPECT(&w, "ssh_auth_failures", "1 publickey root\n1 other valid\n1 other invalid\n");
	trail_flush(&w.trail);
	EXPECT(&w, "failed_ssh_logins", "3\n");
	EXPECT(&w, "ssh_preauth_disconnects", "");
	close_world(&w);
}

static void check_silent_failure_settles_in_time(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_LOGIN", 1000, 1, LOGIN("\"alice\"", "failed"));
	user(&w, "USER_ACCT", 120999, 2, PAM("accounting", "\"bob\"", SSHD, "success"));
	EXPECT(&w, "failed_ssh_logins", "");
	user(&w, "USER_ACCT", 121000, 3, PAM("accounting", "\"bob\"", SSHD, "success"));
	EXPECT(&w, "failed_ssh_logins", "1\n");
	user(&w, "USER_LOGIN", 121001, 1, LOGIN("\"alice\"", "failed")); /* the process number again */
	trail_settle(&w.trail, 1795147700000 + 241000);
	EXPECT(&w, "failed_ssh_logins", "1\n");
	trail_settle(&w.trail, 1795147700000 + 241001); /* by the clock on the wall */
	EXPECT(&w, "failed_ssh_logins", "2\n");
	close_world(&w);
}

static void check_success_cancels(void)
{
	static const struct {
		const char *type, *words;
	} t[] = {
		{ "USER_ACCT", PAM("accounting", "\"alice\"", SSHD, "success") },
		{ "USER_START", PAM("session_open", "\"alice\"", SSHD, "success") },
		{ "USER_AUTH", "op=pubkey acct=\"alice\" exe=\"" SSHD "\" res=success" },
		{ "USER_AUTH", "op=pubkey_auth rport=1 acct=\"alice\" exe=\"" SSHD "\" res=success" },
		{ "USER_AUTH", PAM("authentication", "\"alice\"", SSHD, "success") },
		{ "USER_LOGIN", "op=login id=1000 exe=\"" SSHD "\" res=success" },
		{ "USER_END", PAM("session_close", "\"alice\"", SSHD, "success") },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct world w;

		open_world(&w);
		user(&w, "USER_AUTH", 1, 1, "op=pubkey acct=\"alice\" exe=\"" SSHD "\" res=failed");
		user(&w, t[i].type, 2, 1, t[i].words);
		trail_flush(&w.trail);
		EXPECT(&w, "failed_ssh_logins", "");
		close_world(&w);
	}
}

static void check_nothing_tried(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_ERR", 1, 1, BAD_IDENT);
	EXPECT(&w, "ssh_preauth_disconnects", "1 no_attempt\n");
	user(&w, "USER_AUTH", 2, 2, PAM("authentication", "\"alice\"", SSHD, "failed"));
	user(&w, "USER_ERR", 3, 2, BAD_IDENT);
	EXPECT(&w, "ssh_preauth_disconnects", "1 no_attempt\n");
	user(&w, "USER_ERR", 4, 3, PAM("bad_ident", "\"?\"", "/usr/bin/su", "failed"));
	EXPECT(&w, "ssh_preauth_disconnects", "1 no_attempt\n");
	trail_flush(&w.trail);
	EXPECT(&w, "failed_ssh_logins", "1\n");
	close_world(&w);
}

/* The connection's number is used again at once: what was before does not hide what comes. */
static void check_process_numbers_again(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_ERR", 1, 1, BAD_IDENT);
	user(&w, "USER_LOGIN", 2500, 1, LOGIN("\"alice\"", "failed"));
	user(&w, "USER_ERR", 2501, 1, BAD_IDENT);
	user(&w, "USER_AUTH", 2502, 1, PAM("authentication", "\"alice\"", SSHD, "success"));
	user(&w, "USER_START", 2503, 1, PAM("session_open", "\"alice\"", SSHD, "success"));
	user(&w, "USER_END", 2504, 1, PAM("session_close", "\"alice\"", SSHD, "success"));
	user(&w, "USER_START", 2505, 1, PAM("session_open", "\"root\"", SSHD, "success"));
	EXPECT(&w, "failed_ssh_logins", "1\n");
	EXPECT(&w, "ssh_logins", "1 password other\n1 other root\n");
	close_world(&w);
}

static void check_logins(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_AUTH", 1, 1, PAM("authentication", "\"alice\"", SSHD, "success"));
	user(&w, "USER_ACCT", 2, 1, PAM("accounting", "\"alice\"", SSHD, "success"));
	EXPECT(&w, "ssh_logins", "");
	user(&w, "USER_START", 3, 1, PAM("session_open", "\"alice\"", SSHD, "success"));
	user(&w, "USER_START", 4, 1,
	     PAM("session_open", "\"alice\"", SSHD, "success")); /* a second one in the same connection */
	user(&w, "USER_START", 5, 1, "op=login id=1000 exe=\"" SSHD "\" res=success");
	user(&w, "USER_AUTH", 6, 2, "op=pubkey acct=\"root\" exe=\"" SSHD "\" res=success");
	user(&w, "USER_START", 7, 2, PAM("session_open", "\"root\"", SSHD, "success"));
	user(&w, "USER_START", 8, 3, PAM("session_open", "\"root\"", SSHD, "success"));
	user(&w, "USER_START", 9, 4, PAM("session_open", "\"root\"", SSHD, "failed"));
	user(&w, "USER_START", 10, 5, PAM("session_open", "\"root\"", "/usr/sbin/cron", "success"));
	EXPECT(&w, "ssh_logins", "1 password other\n1 publickey root\n1 other root\n");
	close_world(&w);
}

/* Two machines' processes of one number are two. */
static void check_nodes(void)
{
	struct world w;

	open_world(&w);
	user_at(&w, "node=a ", "USER_LOGIN", 1, 1, LOGIN("\"alice\"", "failed"));
	user_at(&w, "node=b ", "USER_AUTH", 1, 1, PAM("authentication", "\"alice\"", SSHD, "success"));
	user_at(&w, "node=a ", "USER_CMD", 2, 1, "cmd=\"x\" exe=\"/usr/bin/sudo\" res=success");
	user_at(&w, "node=b ", "USER_CMD", 2, 1, "cmd=\"x\" exe=\"/usr/bin/sudo\" res=success");
	trail_flush(&w.trail);
	EXPECT(&w, "failed_ssh_logins", "1\n");
	EXPECT(&w, "sudo_attempts", "2\n");
	EXPECT(&w, "audit_events", "3 success\n1 failed\n");
	close_world(&w);
}

/* ---- sudo, su, accounts ---- */

#define CMD(exe, res) "cwd=\"/tmp\" cmd=2F62696E2F6C73202F726F6F74 " exe "terminal=pts/0 res=" res

static void check_sudo(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_CMD", 1, 1, CMD("exe=\"/usr/bin/sudo\" ", "success"));
	user(&w, "USER_CMD", 2, 2, CMD("", "failed")); /* RHEL 7 names no program */
	user(&w, "USER_CMD", 3, 3, CMD("exe=\"/usr/bin/sudo-rs\" ", "success"));
	user(&w, "USER_CMD", 4, 3, CMD("exe=\"/usr/bin/sudoedit\" ", "success"));
	user(&w, "USER_CMD", 5, 4, CMD("exe=\"/usr/sbin/userhelper\" ", "success"));
	EXPECT(&w, "sudo_attempts", "4\n");
	EXPECT(&w, "sudo_commands", "3 success\n1 failed\n");
	close_world(&w);
}

/* Neither a terminal to ask on nor a line in sudoers: two records in one millisecond. */
static void check_sudo_twice_denied(void)
{
	struct world w;
	AUTO_BUF struct buf line = { 0 };

	open_world(&w);
	for (unsigned serial = 107; serial < 110; serial++) {
		buf_clear(&line);
		buf_fmt(&line, "type=USER_CMD msg=audit(1795147870.%03u:%u): pid=3702 uid=1002 msg='%s'",
			serial == 109 ? 638 : 637, serial, CMD("exe=\"/usr/bin/sudo\" ", "failed"));
		trail_line(&w.trail, (struct text){ line.data, line.len });
	}
	EXPECT(&w, "sudo_attempts", "2\n");
	EXPECT(&w, "audit_records", "3 USER_CMD\n");
	close_world(&w);
}

static void check_su(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_AUTH", 1, 1, PAM("authentication", "\"root\"", "/usr/bin/su", "success"));
	user(&w, "USER_AUTH", 2, 2, PAM("authentication", "\"root\"", "/bin/su", "failed"));
	user(&w, "USER_AUTH", 3, 3, PAM("authentication", "\"a\"", "/usr/bin/sudo", "failed"));
	user(&w, "USER_AUTH", 4, 4, PAM("authentication", "\"a\"", "/bin/login", "failed"));
	user(&w, "USER_AUTH", 5, 5, PAM("authentication", "\"a\"", "/usr/sbin/lightdm", "failed"));
	user(&w, "USER_AUTH", 6, 6, PAM("authentication", "\"a\"", "/usr/sbin/lightdm", "success"));
	EXPECT(&w, "su_attempts", "1 success\n1 failed\n");
	EXPECT(&w, "auth_failures", "1 sudo\n1 su\n1 login\n1 other\n");
	EXPECT(&w, "failed_ssh_logins", "");
	close_world(&w);
}

#define OP(op, who, exe, res) \
	"op=" op " " who " exe=\"/usr/sbin/" exe "\" hostname=? addr=? terminal=? res=" res

static void check_account_operations(void)
{
	struct world w;

	open_world(&w);
	user(&w, "ADD_GROUP", 1, 1, OP("adding group to /etc/group", "id=1004", "groupadd", "success"));
	user(&w, "ADD_GROUP", 2, 1, OP("adding group to /etc/gshadow", "id=1004", "groupadd", "success"));
	user(&w, "ADD_GROUP", 3, 1, OP("", "id=1004", "groupadd", "success"));
	user(&w, "DEL_USER", 4, 2, OP("deleting user entries", "id=1003", "userdel", "success"));
	user(&w, "DEL_GROUP", 5, 2, OP("deleting group", "acct=\"x\"", "userdel", "success"));
	user(&w, "DEL_GROUP", 6, 2, OP("deleting shadow group", "acct=\"x\"", "userdel", "success"));
	user(&w, "ADD_USER", 7, 3,
	     OP("adding user", "acct=\"x\"", "useradd", "failed")); /* changed nothing */
	user(&w, "ADD_USER", 8, 3, OP("adding user", "id=7", "useradd", "success"));
	user(&w, "USER_MGMT", 9, 3, OP("add-home-dir", "id=7", "useradd", "success"));
	user(&w, "ACCT_LOCK", 10, 4, OP("locked-password", "id=7", "passwd", "success"));
	user(&w, "ROLE_ASSIGN", 11, 5, OP("login-sename", "acct=\"x\"", "semanage", "success"));
	user(&w, "USER_ROLE_CHANGE", 12, 6,
	     "pam: default-context=x exe=\"" SSHD "\" res=success"); /* each login has one */
	user(&w, "ADD_GROUP", 70000, 1,
	     OP("adding group", "id=1005", "groupadd", "success")); /* the number again */
	EXPECT(&w, "account_changes",
	       "1 add_user\n1 del_user\n1 user_mgmt\n2 add_group\n1 del_group\n1 account_lock\n1 "
	       "role_assign\n");
	close_world(&w);
}

/* chpasswd changes many, one by one; RHEL's passwd tells one change twice. */
static void check_passwords(void)
{
	struct world w;

	open_world(&w);
	user(&w, "USER_CHAUTHTOK", 1, 1, PAM("chauthtok", "\"alice\"", "/usr/sbin/chpasswd", "success"));
	user(&w, "USER_CHAUTHTOK", 2, 1, PAM("chauthtok", "\"bob\"", "/usr/sbin/chpasswd", "success"));
	user(&w, "USER_CHAUTHTOK", 3, 2, PAM("chauthtok", "\"bob\"", "/usr/bin/passwd", "success"));
	user(&w, "USER_CHAUTHTOK", 4, 2, OP("changing password", "id=1001", "passwd", "success"));
	user(&w, "USER_CHAUTHTOK", 5, 3, PAM("chauthtok", "\"bob\"", "/usr/bin/passwd", "failed"));
	EXPECT(&w, "account_changes", "3 password_change\n");
	close_world(&w);
}

/* ---- events ---- */

#define CALL(success, key) \
	"arch=c000003e syscall=59 success=" success \
	" exit=0 a0=1 items=2 ppid=1 pid=2 comm=\"ls\" exe=\"/bin/ls\" subj=x key=" key

static void check_events_end_by_their_call(void)
{
	struct world w;

	open_world(&w);
	kernel(&w, "CONFIG_CHANGE", 1, 1, "op=set audit_enabled=0 old=1 auid=0 ses=1 res=1");
	CHECK_INT(trail_pending(&w.trail), 1);
	kernel(&w, "SYSCALL", 1, 1, CALL("no", "(null)"));
	CHECK_INT(trail_pending(&w.trail), 0);
	kernel(&w, "PROCTITLE", 1, 1, "proctitle=6C73");
	kernel(&w, "SYSCALL", 2, 2, CALL("yes", "(null)"));
	kernel(&w, "PATH", 2, 2, "item=0 name=\"/bin/ls\" res=0");
	EXPECT(&w, "audit_events", "1 success\n1 failed\n");
	EXPECT(&w, "audit_failed_syscalls", "1\n");
	close_world(&w);
}

static void check_events_without_a_call(void)
{
	struct world w;

	open_world(&w);
	kernel(&w, "ANOM_ABEND", 1, 1,
	       "auid=0 uid=0 gid=0 ses=1 pid=7 comm=\"x\" exe=\"/bin/x\" sig=11 res=1");
	kernel(&w, "SECCOMP", 2, 2, "auid=0 uid=0 comm=\"x\" exe=\"/bin/x\" sig=31 code=0x0");
	kernel(&w, "MAC_STATUS", 3, 3, "enforcing=0 res=0");
	kernel(&w, "PATH", 4, 4, "name=\"x\" res=1"); /* it tells no result */
	CHECK_INT(trail_pending(&w.trail), 4);
	kernel(&w, "SYSCALL", 2003, 5, CALL("yes", "(null)"));
	CHECK_INT(trail_pending(&w.trail), 2); /* 2 s later, not before */
	EXPECT(&w, "audit_events", "2 success\n1 none\n");
	trail_settle(&w.trail, 1795147700000 + 2003);
	EXPECT(&w, "audit_events", "2 success\n1 none\n");
	trail_settle(&w.trail, 1795147700000 + 2005);
	EXPECT(&w, "audit_events", "2 success\n1 failed\n2 none\n");
	CHECK_INT(trail_pending(&w.trail), 0);
	EXPECT(&w, "audit_anomalies", "1 ANOM_ABEND\n");
	close_world(&w);
}

static void check_records_interleave_and_come_late(void)
{
	struct world w;

	open_world(&w);
	kernel(&w, "SYSCALL", 1, 1, CALL("yes", "\"a\""));
	kernel(&w, "SYSCALL", 1, 2, CALL("yes", "\"b\""));
	kernel(&w, "CWD", 1, 1, "cwd=\"/\"");
	kernel(&w, "CWD", 1, 2, "cwd=\"/\"");
	kernel(&w, "SYSCALL", 7000, 3, CALL("no", "(null)"));
	kernel(&w, "PATH", 1, 2, "item=0 name=\"late\"");
	kernel(&w, "SYSCALL", 1, 1, CALL("no", "\"a\"")); /* once more */
	kernel(&w, "PATH", 7000, 3, "item=0");
	trail_flush(&w.trail);
	EXPECT(&w, "audit_events", "2 success\n1 failed\n");
	EXPECT(&w, "audit_key_events", "1 a\n1 b\n");
	close_world(&w);
}

/* The 256 latest ids are known. */
static void check_window(void)
{
	struct world w;

	open_world(&w);
	for (unsigned i = 1; i <= 256; i++)
		kernel(&w, "SECCOMP", 1, i, "sig=0");
	CHECK_INT(trail_pending(&w.trail), 256);
	kernel(&w, "SYSCALL", 1, 1, CALL("yes", "(null)")); /* the oldest one is still open */
	EXPECT(&w, "audit_events", "1 success\n");
	kernel(&w, "SECCOMP", 1, 257, "sig=0");
	kernel(&w, "SECCOMP", 1, 258, "sig=0");
	EXPECT(&w, "audit_events", "1 success\n1 none\n");
	kernel(&w, "PATH", 1, 1, "item=0"); /* not known any more */
	trail_flush(&w.trail);
	EXPECT(&w, "audit_events", "1 success\n258 none\n");
	close_world(&w);
}

/* auditd's serials are its own: one equal to the kernel's in the same millisecond is another event. */
static void check_daemon_serials(void)
{
	struct world w;

	open_world(&w);
	kernel(&w, "SYSCALL", 1, 7, CALL("yes", "(null)"));
	kernel(&w, "DAEMON_ROTATE", 1, 7, "op=rotate-logs auid=0 res=success");
	kernel(&w, "DAEMON_ROTATE", 2, 6000, "op=rotate-logs auid=0 res=success");
	kernel(&w, "SYSCALL", 2, 8, CALL("yes", "(null)"));
	trail_flush(&w.trail);
	EXPECT(&w, "audit_events", "4 success\n");
	EXPECT(&w, "audit_textfile_serial_gaps", "");
	close_world(&w);
}

static void check_keys(void)
{
	struct world w;

	open_world(&w);
	kernel(&w, "SYSCALL", 1, 1, CALL("yes", "\"exec_calls\""));
	kernel(&w, "SYSCALL", 2, 2,
	       CALL("yes", "657865635F63616C6C730161"
			   "01657865635F63616C6C73")); /* exec_calls, a, exec_calls */
	kernel(&w, "SYSCALL", 3, 3, CALL("yes", "(null)"));
	kernel(&w, "SYSCALL", 4, 4,
	       CALL("yes", "exec_calls") "\x1d"
					 "ARCH=x86_64 key=\"forged\"");
	kernel(&w, "SYSCALL", 5, 5, "arch=c000003e syscall=59 success=yes exit=0 key=\"early\" comm=\"x\"");
	kernel(&w, "URINGOP", 6, 6, "uring_op=18 success=yes exit=0 items=0 key=\"ring\"");
	kernel(&w, "CONFIG_CHANGE", 7, 7, "op=add_rule key=\"rule\" list=4 res=1");
	kernel(&w, "SYSCALL", 8, 8, CALL("yes", "0101"));
	kernel(&w, "SYSCALL", 9, 9, CALL("yes", "61202264"));
	EXPECT(&w, "audit_key_events", "3 exec_calls\n1 a\n1 early\n1 ring\n1 a%20\"d\n");
	close_world(&w);
}

static void check_config_changes(void)
{
	struct world w;

	open_world(&w);
	kernel(&w, "CONFIG_CHANGE", 1, 1, "auid=0 ses=1 op=add_rule key=\"x\" list=4 res=1");
	kernel(&w, "CONFIG_CHANGE", 2, 2, "auid=0 ses=1 subj=x op=\"add_rule\" key=(null) list=4 res=1");
	kernel(&w, "CONFIG_CHANGE", 3, 3, "op=set audit_enabled=0 old=1 res=1");
	kernel(&w, "CONFIG_CHANGE", 4, 4, "audit_backlog_limit=320 old=64 auid=0 ses=1 res=1"); /* RHEL 7 */
	EXPECT(&w, "audit_config_changes", "2 add_rule\n2 set\n");
	close_world(&w);
}

static void check_denials(void)
{
	struct world w;

	open_world(&w);
	kernel(&w, "AVC", 1, 1, "avc:  denied  { read } for  pid=1 comm=\"x\" permissive=1");
	kernel(&w, "AVC", 2, 2, "avc:  granted  { read } for  pid=1");
	kernel(&w, "AVC", 3, 3,
	       "apparmor=\"DENIED\" operation=\"open\" profile=\"/usr/sbin/x\" name=\"/etc/y\"");
	kernel(&w, "AVC", 4, 4, "apparmor=\"ALLOWED\" operation=\"open\" info=\"avc:  denied\"");
	kernel(&w, "APPARMOR_DENIED", 5, 5, "operation=\"open\" profile=\"x\"");
	user(&w, "USER_AVC", 6, 1,
	     "avc:  denied  { send_msg } for msgtype=method_call exe=\"/usr/bin/dbus-daemon\" sauid=81");
	user(&w, "USER_AVC", 7, 1,
	     "avc:  received setenforce notice (enforcing=1) exe=\"/usr/bin/dbus-daemon\"");
	EXPECT(&w, "audit_avc_denials", "2 selinux\n2 apparmor\n");
	close_world(&w);
}

static void check_services(void)
{
	struct world w;

	open_world(&w);
	user(&w, "SERVICE_START", 1, 1,
	     "unit=cron comm=\"systemd\" exe=\"/usr/lib/systemd/systemd\" res=success");
	user(&w, "SERVICE_START", 2, 1,
	     "unit=cron comm=\"systemd\" exe=\"/usr/lib/systemd/systemd\" res=failed");
	user(&w, "SERVICE_STOP", 3, 1,
	     "unit=cron comm=\"systemd\" exe=\"/usr/lib/systemd/systemd\" res=success");
	EXPECT(&w, "audit_service_events", "1 start success\n1 start failed\n1 stop success\n");
	EXPECT(&w, "audit_events", "2 success\n1 failed\n");
	close_world(&w);
}

static void check_types_and_faults(void)
{
	struct world w;

	open_world(&w);
	kernel(&w, "UNKNOWN[1999]", 1, 1, "x=1");
	kernel(&w, "UNKNOWN[1300]", 2, 2,
	       CALL("yes", "\"k\"")); /* better known here than to whoever wrote it */
	kernel(&w, "CKADDR", 3, 3, "saddr=01");
	trail_line(&w.trail, text_from("type=UNKNOWN[1329] msg=?"));
	trail_line(&w.trail, text_from("not a record"));
	trail_line(&w.trail, text_from("type=!! msg=audit(1.000:1): "));
	EXPECT(&w, "audit_records", "2 unknown\n1 SYSCALL\n");
	EXPECT(&w, "audit_key_events", "1 k\n");
	EXPECT(&w, "audit_textfile_parse_errors", "1 not_a_record\n1 type\n1 no_id\n");
	close_world(&w);
}

/* ---- serials ---- */

static void call_at(struct world *w, unsigned ms, unsigned serial)
{
	kernel(w, "SYSCALL", ms, serial, CALL("yes", "(null)"));
}

static void check_serial_holes(void)
{
	struct world w;

	open_world(&w);
	call_at(&w, 1, 100);
	call_at(&w, 1, 101);
	call_at(&w, 1, 104); /* 102 and 103 are missing */
	call_at(&w, 1, 103); /* late */
	call_at(&w, 1, 102);
	call_at(&w, 2, 107); /* 105 and 106: one hole */
	EXPECT(&w, "audit_textfile_serial_gaps", "");
	call_at(&w, 2003, 108);
	EXPECT(&w, "audit_textfile_serial_gaps", "1\n");
	call_at(&w, 2003, 1000000);
	trail_flush(&w.trail);
	trail_flush(&w.trail);
	EXPECT(&w, "audit_textfile_serial_gaps", "2\n");
	close_world(&w);
}

static void check_serials_wrap_and_restart(void)
{
	struct world w;

	open_world(&w);
	call_at(&w, 1, 4294967294);
	call_at(&w, 1, 4294967295);
	call_at(&w, 1, 0);
	call_at(&w, 1, 1);
	call_at(&w, 60000, 1); /* the kernel was started again: after a minute, from 1 */
	call_at(&w, 60000, 2);
	call_at(&w, 60000, 3);
	call_at(&w, 120000, 2);
	trail_flush(&w.trail);
	EXPECT(&w, "audit_textfile_serial_gaps", "");
	for (unsigned i = 3; i < 1000; i += 2) /* every second one is missing: many holes */
		call_at(&w, 120000, i + 1);
	trail_flush(&w.trail);
	EXPECT(&w, "audit_textfile_serial_gaps", "499\n");
	close_world(&w);
}

/* ---- hostile ---- */

static void check_injection(void)
{
	struct world w;

	open_world(&w);
	/* A user name that is a failed login; one with a line end; one that ends the message. All are
	 * encoded. */
	user(&w, "USER_AUTH", 1, 1,
	     PAM("authentication", "726F6F7422207265733D73756363657373", SSHD, "failed"));
	user(&w, "USER_AUTH", 2, 2, PAM("authentication", "780A747970653D55534552", SSHD, "failed"));
	user(&w, "USER_AUTH", 3, 3,
	     PAM("authentication", "611D415549443D22726F6F74222062E9", SSHD, "failed"));
	/* A command that is a success. */
	user(&w, "USER_CMD", 4, 4,
	     CMD("exe=\"/usr/bin/sudo\" ", "success") " cmd=\"res=success\" res=failed");
	user(&w, "USER_CMD", 5, 5,
	     "cwd=\"/tmp/'res=success'\" cmd=\"'\" exe=\"/usr/bin/sudo\" terminal=? res=failed");
	/* Text of a program that may send text, in a record that is none of a login. */
	user(&w, "USER", 6, 6,
	     "text=hello test 'msg' res=failed op=PAM:authentication exe=\"" SSHD
	     "\" hostname=? res=success");
	/* The title of a process, the name of a file, the key of nothing. */
	kernel(&w, "PROCTITLE", 7, 7, "proctitle=\"success=no\"");
	kernel(&w, "PATH", 7, 7, "name=\"key=forged\" success=no key=\"forged\"");
	kernel(&w, "SYSCALL", 7, 7,
	       "arch=c000003e syscall=59 success=yes exit=0 comm=737563636573733D6E6F exe=\"/success=no\" "
	       "key=\"real\"");
	EXPECT(&w, "failed_ssh_logins", "3\n");
	EXPECT(&w, "sudo_commands", "2 failed\n");
	EXPECT(&w, "audit_events", "2 success\n5 failed\n");
	EXPECT(&w, "audit_key_events", "1 real\n");
	EXPECT(&w, "audit_failed_syscalls", "");
	close_world(&w);
}

/* ---- the journal ---- */

static void entry(struct world *w, const char *type, const char *id, const char *us, const char *message)
{
	const struct trail_entry e = { text_from(type), text_from(id), text_from(us), text_from(message) };

	trail_entry(&w->trail, &e);
}

static void check_journal_entries(void)
{
	struct world w;

	open_world(&w);
	entry(&w, "1100", "13", "1795147712817000",
	      "USER_AUTH pid=7 uid=0 msg='" PAM("authentication", "\"root\"", SSHD, "failed") "'");
	entry(&w, "1300", "14", "1795147712818000", "SYSCALL " CALL("no", "\"k\""));
	entry(&w, "1307", "14", "1795147712818000", "CWD cwd=\"/\"");
	entry(&w, "1999", "15", "1795147712818000", "UNKNOWN[1999] x=1");
	entry(&w, "1400", "16", "1795147712818000", "AVC  avc:  denied  { read } for pid=1");
	entry(&w, "", "15", "1795147712818000", "SYSCALL x=1");
	entry(&w, "1300", "", "1795147712818000", "SYSCALL x=1");
	entry(&w, "1300", "15", "", "SYSCALL x=1");
	entry(&w, "1300", "15", "1795147712818000", "");
	trail_flush(&w.trail);
	EXPECT(&w, "ssh_auth_failures", "1 password root\n");
	EXPECT(&w, "audit_records", "1 USER_AUTH\n1 SYSCALL\n1 CWD\n1 unknown\n1 AVC\n");
	EXPECT(&w, "audit_events", "2 failed\n2 none\n");
	EXPECT(&w, "audit_avc_denials", "1 selinux\n");
	EXPECT(&w, "audit_textfile_parse_errors", "1 not_a_record\n1 type\n2 no_id\n");
	close_world(&w);
}

/* ---- who looks on ---- */

static void watcher(void *ctx, const struct record *r)
{
	AUTO_BUF struct buf value = { 0 };

	CHECK(record_field(r, "cmd", &value));
	buf_str(ctx, buf_cstr(&value));
	buf_chr(ctx, '\n');
}

static void check_watching(void)
{
	struct world w;
	AUTO_BUF struct buf seen = { 0 };

	open_world(&w);
	w.trail.watcher = watcher;
	w.trail.watcher_ctx = &seen;
	trail_watch(&w.trail, types_by_number(TYPE_USER_CMD));
	user(&w, "USER_CMD", 1, 1, CMD("exe=\"/usr/bin/sudo\" ", "success"));
	user(&w, "USER_AUTH", 2, 1, PAM("authentication", "\"root\"", SSHD, "failed"));
	CHECK_STR(buf_cstr(&seen), "/bin/ls /root\n");
	close_world(&w);
}

/* ---- state ---- */

static void save(const struct world *w, struct buf *out)
{
	for (size_t i = 0; i < COUNTS; i++)
		series_save(&w->counts.table[i], out);
	trail_save(&w->trail, out);
}

static int load(struct world *w, const struct buf *state)
{
	struct words payload = { { buf_cstr(state), state->len } }, line;
	struct series *tables[COUNTS];
	struct text key;

	for (size_t i = 0; i < COUNTS; i++)
		tables[i] = &w->counts.table[i];
	while (words_line(&payload, &line, &key)) {
		int r = trail_load(&w->trail, key, line);

		if (r == 0)
			r = series_load(tables, COUNTS, key, line);
		if (r != 1)
			return r < 0 ? r : -EINVAL;
	}
	return 0;
}

/* Ends the run and begins another one. */
static void next_run(struct world *w)
{
	AUTO_BUF struct buf before = { 0 }, after = { 0 };

	save(w, &before);
	close_world(w);
	open_world(w);
	if (load(w, &before) < 0)
		CHECK_STR("it does not load", "it loads");
	save(w, &after);
	if (strcmp(buf_cstr(&before), buf_cstr(&after)) != 0)
		CHECK_STR(buf_cstr(&after), buf_cstr(&before));
}

static void each_line(struct world *w, struct text log, size_t cut, uint64_t *random)
{
	size_t i = 0;

	for (; log.n; i++) {
		const char *end = memchr(log.p, '\n', log.n);
		size_t n = end ? (size_t)(end - log.p) : log.n;

		if (i == cut || (random && test_random(random) % 20 == 0))
			next_run(w);
		trail_line(&w->trail, (struct text){ log.p, n });
		log = (struct text){ log.p + n + (end != NULL), log.n - n - (end != NULL) };
	}
}

/* What one run makes of a log, at its end; then with a cut before each line, then with many. */
static void check_cuts(struct text log, size_t lines, uint64_t seed)
{
	AUTO_BUF struct buf whole = { 0 };
	struct world w;
	int wrong = 0;

	open_world(&w);
	each_line(&w, log, SIZE_MAX, NULL);
	save(&w, &whole);
	close_world(&w);
	for (size_t cut = 0; cut < lines + 5; cut++) {
		AUTO_BUF struct buf parts = { 0 };

		open_world(&w);
		each_line(&w, log, cut, cut < lines ? NULL : &seed);
		save(&w, &parts);
		close_world(&w);
		wrong += strcmp(buf_cstr(&whole), buf_cstr(&parts)) != 0;
	}
	CHECK_INT(wrong, 0);
}

/* Records of few processes, users and moments. */
static void random_log(struct buf *out, uint64_t *seed)
{
	static const char *const words[] = {
		PAM("authentication", "\"root\"", SSHD, "failed"),
		PAM("authentication", "\"alice\"", SSHD, "success"),
		PAM("bad_ident", "\"?\"", SSHD, "failed"),
		PAM("session_open", "\"alice\"", SSHD, "success"),
		LOGIN(INVALID, "failed"),
		LOGIN("\"bob\"", "failed"),
		PAM("chauthtok", "\"bob\"", "/bin/passwd", "success"),
		CMD("", "failed"),
		PAM("session_close", "\"alice\"", SSHD, "success"),
		OP("adding", "id=1", "useradd", "success"),
	};
	static const char *const types[] = { "USER_AUTH", "USER_LOGIN", "USER_ERR",       "USER_START",
					     "USER_CMD",  "USER_END",   "USER_CHAUTHTOK", "ADD_USER" };
	static const char *const calls[] = { CALL("yes", "\"k\""), CALL("no", "6B0161"), "item=0 name=\"x\"",
					     "op=set res=1" };
	static const char *const kernels[] = { "SYSCALL", "PATH", "CONFIG_CHANGE", "DAEMON_ROTATE" };
	uint64_t ms = 1795147700000, serial = 4294967200;

	for (int i = 0; i < 150; i++) {
		uint64_t r = test_random(seed) >> 8;

		ms += r % 7 == 0 ? r / 8 % 5000 : r % 11 == 0 ? 60000 : 0;
		serial += r / 64 % 3 + (r / 64 % 41 == 0 ? 300 : 0);
		buf_fmt(out, "%stype=%s msg=audit(%" PRIu64 ".%03" PRIu64 ":%" PRIu32 "): ",
			r / 128 % 9 == 0 ? "node=n " : "",
			r % 2 ? types[r / 256 % ARRAY_LEN(types)] : kernels[r / 256 % ARRAY_LEN(kernels)],
			ms / 1000, ms % 1000, (uint32_t)serial);
		if (r % 2)
			buf_fmt(out, "pid=%u msg='%s'\n", (unsigned)(r / 4096 % 5),
				words[r / 65536 % ARRAY_LEN(words)]);
		else
			buf_fmt(out, "%s\n", calls[r / 65536 % ARRAY_LEN(calls)]);
	}
}

static void check_random_cuts(uint64_t seed)
{
	for (int i = 0; i < 20; i++) {
		AUTO_BUF struct buf log = { 0 };

		random_log(&log, &seed);
		check_cuts((struct text){ log.data, log.len }, 150, seed | 1);
	}
}

static void check_bad_state(void)
{
	static const char *const bad[] = {
		"event 0 1 2",
		"event 0 1 2 32",
		"event 0 1 4294967296 0",
		"event 0 1 2 0 0",
		"event 0 18446744073709551615 2 0",
		"serials 0 1 2 2 0 0 0 0",
		"serials 0 1 2 0 0 0 0",
		"recent 1 2 3",
		"recent 1 2 4294967296 1",
		"sshd 1",
		"audit_time x",
		"audit_time 1 2",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO_BUF struct buf state = { 0 };
		struct world w;

		buf_fmt(&state, "%s\n", bad[i]);
		open_world(&w);
		OK_(load(&w, &state) == -EINVAL, bad[i], "taken");
		close_world(&w);
	}
}

static void check_too_much_state(void)
{
	static const char *const lines[] = { "event", "recent", "serials" };
	static const unsigned max[] = { EVENTS_MAX, RECENT_MAX, TRAIL_NODES };

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		for (unsigned extra = 0; extra < 2; extra++) {
			AUTO_BUF struct buf state = { 0 };
			struct world w;

			for (unsigned n = 0; n < max[i] + extra; n++)
				if (i == 0)
					buf_fmt(&state, "event 0 1 %u 0\n", n);
				else if (i == 1)
					buf_fmt(&state, "recent 1 %u 1 1\n", n);
				else
					buf_fmt(&state, "serials %u 1 2 0 0 0 0 0\n", n);
			open_world(&w);
			OK_(load(&w, &state) == (extra ? -EINVAL : 0), lines[i], "%u more", extra);
			close_world(&w);
		}
}

/* The places that are counted without a look-up are those of the names. */
static void check_places(void)
{
	struct world w;

	open_world(&w);
	counts_at(&w.counts, COUNT_SSH_FAILURES, COUNT_PUBLICKEY * COUNT_USERS + COUNT_INVALID);
	CHECK_INT(counts_get(&w.counts, COUNT_SSH_FAILURES, "publickey", "invalid", NULL), 1);
	counts_at(&w.counts, COUNT_EVENTS, COUNT_NO_RESULT);
	CHECK_INT(counts_get(&w.counts, COUNT_EVENTS, "none", NULL), 1);
	counts_at(&w.counts, COUNT_SERVICES, COUNT_STOP * COUNT_RESULTS + COUNT_FAILURE);
	CHECK_INT(counts_get(&w.counts, COUNT_SERVICES, "stop", "failed", NULL), 1);
	close_world(&w);
}

/* ---- real logs ---- */

static void slurp(const char *name, struct buf *out)
{
	const char *corpus = getenv("PROMSHOT_CORPUS");
	AUTO_BUF struct buf path = { 0 };
	FILE *f;
	char *room;

	buf_fmt(&path, "%s/audit/%s", corpus ? corpus : "/nonexistent", name);
	f = fopen(buf_cstr(&path), "rb");
	if (!f) {
		printf("# skip: no %s\n", buf_cstr(&path));
		return;
	}
	room = buf_room(out, 1 << 20);
	if (room)
		out->len += fread(room, 1, 1 << 20, f);
	fclose(f);
}

static void check_debian_log(uint64_t seed)
{
	AUTO_BUF struct buf log = { 0 };
	struct world w;

	slurp("debian12-audit.log", &log);
	if (log.len == 0)
		return;
	open_world(&w);
	each_line(&w, (struct text){ log.data, log.len }, SIZE_MAX, NULL);
	trail_flush(&w.trail);
	EXPECT(&w, "failed_ssh_logins", "19\n");
	EXPECT(&w, "ssh_auth_failures",
	       "11 password valid\n6 password invalid\n1 other valid\n1 other invalid\n");
	EXPECT(&w, "ssh_logins", "1 password other\n");
	EXPECT(&w, "ssh_preauth_disconnects", "1 no_attempt\n");
	EXPECT(&w, "sudo_attempts", "12\n");
	EXPECT(&w, "sudo_commands", "3 success\n9 failed\n");
	EXPECT(&w, "auth_failures", "17 sshd\n10 sudo\n1 su\n");
	EXPECT(&w, "account_changes",
	       "3 add_user\n1 del_user\n4 add_group\n2 del_group\n3 password_change\n");
	EXPECT(&w, "audit_events", "110 success\n73 failed\n");
	EXPECT(&w, "audit_textfile_serial_gaps", "");
	EXPECT(&w, "audit_textfile_parse_errors", "");
	close_world(&w);
	check_cuts((struct text){ log.data, log.len }, 189, seed);
}

static void check_other_logs(void)
{
	static const struct {
		const char *name, *events, *gaps, *errors;
	} t[] = {
		{ "normal.log", "4 success\n1 failed\n", "", "" },
		{ "out_of_order.log", "4 success\n1 failed\n", "", "" },
		{ "lost_messages.log", "4 success\n1 failed\n", "1\n", "" },
		{ "rollover.log", "4 success\n1 failed\n", "", "" },
		{ "audit-rhel7.log", "30 success\n2 failed\n14 none\n", "6\n", "1 no_id\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf log = { 0 };
		struct world w;

		slurp(t[i].name, &log);
		if (log.len == 0)
			continue;
		open_world(&w);
		each_line(&w, (struct text){ log.data, log.len }, SIZE_MAX, NULL);
		trail_flush(&w.trail);
		EXPECT(&w, "audit_events", t[i].events);
		EXPECT(&w, "audit_textfile_serial_gaps", t[i].gaps);
		EXPECT(&w, "audit_textfile_parse_errors", t[i].errors);
		close_world(&w);
	}
}

int main(void)
{
	uint64_t seed = test_seed();

	check_one_attempt_is_one_count();
	check_programs_of_every_distribution();
	check_rhel_writes_more();
	check_keys_count_once_a_connection();
	check_silent_failure_settles_in_time();
	check_success_cancels();
	check_nothing_tried();
	check_process_numbers_again();
	check_logins();
	check_nodes();
	check_sudo();
	check_sudo_twice_denied();
	check_su();
	check_account_operations();
	check_passwords();
	check_events_end_by_their_call();
	check_events_without_a_call();
	check_records_interleave_and_come_late();
	check_window();
	check_daemon_serials();
	check_keys();
	check_config_changes();
	check_denials();
	check_services();
	check_types_and_faults();
	check_serial_holes();
	check_serials_wrap_and_restart();
	check_injection();
	check_journal_entries();
	check_watching();
	check_random_cuts(seed);
	check_bad_state();
	check_too_much_state();
	check_places();
	check_debian_log(seed);
	check_other_logs();
	return TEST_END();
}
