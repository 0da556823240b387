/* SPDX-License-Identifier: MIT */
/*
 * Tests of audit-textfile/logins: what each message counts as, from auth.log
 * and from the journal; names and lines that an attacker would choose; and any
 * division of a log into runs.
 */
#include <errno.h>

#include "../../cmd/audit-textfile/logins.h"
#include "login_counts.h"
#include "test.h"

struct fixture {
	struct counts counts;
	struct logins logins;
};

static void setup(struct fixture *f, enum logins_policy policy)
{
	memset(f, 0, sizeof(*f));
	counts_init(&f->counts, 100);
	logins_init(&f->logins, &f->counts, policy);
}

static void teardown(struct fixture *f)
{
	logins_done(&f->logins);
	counts_done(&f->counts);
}

static void feed(struct logins *l, const char *lines)
{
	for (const char *end; (end = strchr(lines, '\n')); lines = end + 1)
		logins_syslog(l, (struct text){ lines, (size_t)(end - lines) });
}

#define AT "Aug 30 12:02:00 h "
#define SSHD AT "sshd[7]: "
#define FROM " from 1.2.3.4 port 22 ssh2\n"
#define CLOSED(user) SSHD "Connection closed by " user " 1.2.3.4 port 22 [preauth]\n"

struct example {
	const char *what, *lines, *counted;
};

static void check_examples(const struct example *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_BUF struct buf got = { 0 };
		struct fixture f;

		setup(&f, LOGINS_FAILURES);
		feed(&f.logins, t[i].lines);
		logins_flush(&f.logins, UINT64_MAX);
		dump_counts(&f.counts, &got);
		OK_(strcmp(buf_cstr(&got), t[i].counted) == 0, t[i].what, "got <<%s>>, want <<%s>>", buf_cstr(&got),
		    t[i].counted);
		CHECK_INT(logins_error(&f.logins), 0);
		teardown(&f);
	}
}

#define FAILED(n, method, user) "failed_ssh_logins " n "\nssh_auth_failures " n " " method " " user "\n"
#define ENDED(reason) "ssh_preauth_disconnects 1 " reason "\n"

static const struct example attempts[] = {
	{ "a password", SSHD "Failed password for al" FROM, FAILED("1", "password", "valid") },
	{ "by a name sshd does not know", SSHD "Failed password for invalid user x" FROM,
	  FAILED("1", "password", "invalid") },
	{ "root", SSHD "Failed password for root" FROM, FAILED("1", "password", "root") },
	{ "root where sshd may not let root in", SSHD "Failed password for invalid user root" FROM,
	  FAILED("1", "password", "root") },
	{ "an empty name", SSHD "Failed password for invalid user " FROM, FAILED("1", "password", "invalid") },
	{ "keyboard-interactive", SSHD "Failed keyboard-interactive/pam for al" FROM, FAILED("1", "kbdint", "valid") },
	{ "a key", SSHD "Failed publickey for al from ::1 port 1 ssh2: RSA SHA256:abc\n",
	  FAILED("1", "publickey", "valid") },
	{ "another method", SSHD "Failed hostbased for al" FROM, FAILED("1", "other", "valid") },
	{ "asking for the methods is no attempt", SSHD "Failed none for invalid user x" FROM, "" },
	{ "nor is a method out of two", SSHD "Partial publickey for al" FROM, "" },
	{ "each of three in one connection",
	  SSHD "Failed password for al" FROM SSHD "Failed password for al" FROM SSHD
	       "Failed password for al" FROM CLOSED("authenticating user al"),
	  FAILED("3", "password", "valid") ENDED("closed") },
	{ "all of a reduced line", SSHD "message repeated 5 times: [ Failed password for al from 1.2.3.4 port 22 ssh2]\n",
	  FAILED("5", "password", "valid") },
	{ "sshd-session", AT "sshd-session[7]: Failed password for al" FROM, FAILED("1", "password", "valid") },
	{ "RFC 3339", "2026-11-20T04:11:15.123456+00:00 h sshd-auth[7]: Failed password for al" FROM,
	  FAILED("1", "password", "valid") },
	{ "a silent one is known by the end", CLOSED("authenticating user al"),
	  FAILED("1", "other", "valid") ENDED("closed") },
	{ "by an invalid user too", CLOSED("invalid user x"), FAILED("1", "other", "invalid") ENDED("closed") },
	{ "and as root", CLOSED("invalid user root"), FAILED("1", "other", "root") ENDED("closed") },
	{ "none before it changes nothing", SSHD "Failed none for invalid user x" FROM CLOSED("invalid user x"),
	  FAILED("1", "other", "invalid") ENDED("closed") },
	{ "not of another process", SSHD "Failed password for al" FROM AT
	  "sshd[8]: Connection reset by authenticating user al ::1 port 1 [preauth]\n",
	  "failed_ssh_logins 2\nssh_auth_failures 1 password valid\nssh_auth_failures 1 other valid\n" ENDED("reset") },
	{ "a process number is used again", CLOSED("authenticating user al") CLOSED("authenticating user al"),
	  FAILED("2", "other", "valid") "ssh_preauth_disconnects 2 closed\n" },
	{ "after ten minutes another connection",
	  SSHD "Failed password for al" FROM
	       "Aug 30 12:12:00 h sshd[7]: Connection closed by authenticating user al 1.2.3.4 port 22 [preauth]\n",
	  "failed_ssh_logins 2\nssh_auth_failures 1 password valid\nssh_auth_failures 1 other valid\n" ENDED("closed") },
	{ "a year begins",
	  "Dec 31 23:59:59 h sshd[7]: Failed password for al" FROM
	  "Jan  1 00:00:01 h sshd[7]: Connection closed by authenticating user al 1.2.3.4 port 22 [preauth]\n",
	  "failed_ssh_logins 2\nssh_auth_failures 1 password valid\nssh_auth_failures 1 other valid\n" ENDED("closed") },
	{ "PAM's word for keyboard-interactive is not counted twice",
	  SSHD "error: PAM: Authentication failure for al from h.example\n" SSHD
	       "Failed keyboard-interactive/pam for al" FROM SSHD
	       "error: PAM: Authentication failure for al from h.example\n" CLOSED("authenticating user al"),
	  FAILED("2", "kbdint", "valid") ENDED("closed") },
	{ "PAM knows illegal users", SSHD "error: PAM: User not known to the underlying authentication module for illegal "
	  "user x for y from h from 9.9.9.9\n", FAILED("1", "kbdint", "invalid") },
	{ "a password after it counts", SSHD "error: PAM: Authentication failure for al from h\n" SSHD
	  "Failed password for al" FROM, "failed_ssh_logins 2\nssh_auth_failures 1 password valid\n"
	  "ssh_auth_failures 1 kbdint valid\n" },
	{ "a login", SSHD "Accepted publickey for al from 1.2.3.4 port 22 ssh2: ED25519 SHA256:abc\n",
	  "ssh_logins 1 publickey other\n" },
	{ "a login as root with a certificate",
	  SSHD "Accepted publickey for root from 1.2.3.4 port 22 ssh2: RSA-CERT SHA256:a ID k from home (serial 1) CA RSA b\n",
	  "ssh_logins 1 publickey root\n" },
	{ "a login settles its process",
	  SSHD "Failed password for al" FROM SSHD "Accepted password for al" FROM CLOSED("authenticating user al"),
	  "failed_ssh_logins 2\nssh_auth_failures 1 password valid\nssh_auth_failures 1 other valid\n"
	  "ssh_logins 1 password other\n" ENDED("closed") },
	{ "without a process number no end counts as an attempt",
	  AT "sshd: Connection closed by authenticating user al 1.2.3.4 port 22 [preauth]\n", ENDED("closed") },
	{ "talk", SSHD "Server listening on :: port 22.\n" SSHD "Invalid user x from 1.2.3.4 port 22\n" SSHD
	  "Postponed publickey for al" FROM, "" },
};

#define MAX_TRIES "maximum authentication attempts exceeded for al from 1.2.3.4 port 22 ssh2 [preauth]\n"

static const struct example ends[] = {
	{ "nothing tried", SSHD "Connection closed by 1.2.3.4 port 22 [preauth]\n", ENDED("closed") },
	{ "reset", SSHD "Connection reset by 1.2.3.4 port 22 [preauth]\n", ENDED("reset") },
	{ "a goodbye has two lines",
	  SSHD "Received disconnect from 1.2.3.4 port 22:11: Bye Bye [preauth]\n" SSHD
	       "Disconnected from invalid user x 1.2.3.4 port 22 [preauth]\n",
	  FAILED("1", "other", "invalid") ENDED("disconnected") },
	{ "or one", SSHD "Received disconnect from 1.2.3.4: 11: Bye Bye [preauth]\n", ENDED("disconnected") },
	{ "a goodbye after a login is none",
	  SSHD "Received disconnect from 1.2.3.4 port 22:11: disconnected by user\n" SSHD
	       "Disconnected from user al 1.2.3.4 port 22\n" SSHD "Connection closed by 1.2.3.4 port 22\n",
	  "" },
	{ "and hides no later one of that process number",
	  SSHD "Received disconnect from 1.2.3.4 port 22:11: disconnected by user\n" CLOSED("invalid user x"),
	  FAILED("1", "other", "invalid") ENDED("closed") },
	{ "a scan", SSHD "Did not receive identification string from 1.2.3.4 port 22\n", ENDED("no_identification") },
	{ "a scan since 8.2",
	  SSHD "error: kex_exchange_identification: Connection closed by remote host\n" SSHD
	       "Connection closed by 1.2.3.4 port 22\n" SSHD "Connection closed by 1.2.3.4 port 23 [preauth]\n",
	  "ssh_preauth_disconnects 1 closed\nssh_preauth_disconnects 1 no_identification\n" },
	{ "another protocol",
	  SSHD "error: kex_exchange_identification: client sent invalid protocol identifier \"GET / [preauth]\"\n" SSHD
	       "banner exchange: Connection from 1.2.3.4 port 22: invalid format\n",
	  ENDED("bad_protocol") },
	{ "another protocol, once", SSHD "Bad protocol version identification 'GET' from 1.2.3.4 port 22\n",
	  ENDED("bad_protocol") },
	{ "no common cipher",
	  SSHD "Unable to negotiate with 1.2.3.4 port 22: no matching key exchange method found. Their offer: a [preauth]\n",
	  ENDED("kex") },
	{ "too many attempts",
	  SSHD "error: " MAX_TRIES SSHD
	       "Disconnecting authenticating user al 1.2.3.4 port 22: Too many authentication failures [preauth]\n",
	  FAILED("1", "other", "valid") ENDED("max_attempts") },
	{ "too many attempts in OpenSSH 6", SSHD "Disconnecting: Too many authentication failures for root [preauth]\n",
	  ENDED("max_attempts") },
	{ "the server's other reasons",
	  SSHD "Disconnecting invalid user x 1.2.3.4 port 22: Change of username or service not allowed: (x,ssh) -> (y,ssh) "
	       "[preauth]\n",
	  FAILED("1", "other", "invalid") ENDED("other") },
	{ "too slow", SSHD "fatal: Timeout before authentication for 1.2.3.4 port 22\n", ENDED("timeout") },
	{ "too slow, told by the listener",
	  AT "sshd[9]: Failed password for al" FROM SSHD
	     "Timeout before authentication for connection from 1.2.3.4 to 5.6.7.8, pid = 9\n" AT
	     "sshd[9]: Connection closed by authenticating user al 1.2.3.4 port 22 [preauth]\n",
	  "failed_ssh_logins 2\nssh_auth_failures 1 password valid\nssh_auth_failures 1 other valid\n"
	  "ssh_preauth_disconnects 1 closed\nssh_preauth_disconnects 1 timeout\n" },
	{ "turned away",
	  SSHD "drop connection #10 from [1.2.3.4]:22 on [5.6.7.8]:22 past MaxStartups\n" SSHD
	       "drop connection #0 from [1.2.3.4]:23 on [5.6.7.8]:22 penalty: failed authentication\n",
	  "ssh_preauth_disconnects 2 throttled\n" },
};

/* Names that sshd would print as they are. */
static const struct example injections[] = {
	{ "an end of line in the name", SSHD "Failed password for invalid user root from 9.9.9.9 port 22 ssh2" FROM,
	  FAILED("1", "password", "invalid") },
	{ "and a key's", SSHD "Failed password for invalid user root from 9.9.9.9 port 22 ssh2: RSA SHA256:x" FROM,
	  FAILED("1", "password", "invalid") },
	{ "quotes and fields", SSHD "Failed password for invalid user root\" res=success \\033[31m" FROM,
	  FAILED("1", "password", "invalid") },
	{ "a whole line", SSHD "Failed password for invalid user x\\nAug 30 12:02:00 h sshd[7]: Failed none for y" FROM,
	  FAILED("1", "password", "invalid") },
	{ "another verb", SSHD "Failed password for invalid user Accepted password for root" FROM,
	  FAILED("1", "password", "invalid") },
	{ "the words of an invalid user", SSHD "Failed password for invalid user invalid user root" FROM,
	  FAILED("1", "password", "invalid") },
	{ "no end of line at all", SSHD "Failed password for root from 1.2.3.4 port 22 ssh2x\n" SSHD
	  "Failed password for root from 1.2.3.4 port 65536 ssh2\n" SSHD "Failed password for root\n" SSHD "Failed \n", "" },
	{ "a reduced line in the name", SSHD "Failed password for invalid user message repeated 9 times: [ Failed]" FROM,
	  FAILED("1", "password", "invalid") },
	{ "brackets in brackets", SSHD "message repeated 2 times: [ Failed password for invalid user ]] [ from 1.2.3.4 port "
	  "22 ssh2]\n", FAILED("2", "password", "invalid") },
	{ "too many repetitions", SSHD "message repeated 999999999999 times: [ Failed password for al from 1.2.3.4 port 22 "
	  "ssh2]\n", "" },
	{ "repetitions of repetitions", SSHD "message repeated 2 times: [ message repeated 2 times: [ Failed password for al "
	  "from 1.2.3.4 port 22 ssh2]]\n", "" },
	{ "an end in a name", SSHD "Connection closed by invalid user root 9.9.9.9 port 22 [preauth] 1.2.3.4 port 22 "
	  "[preauth]\n", FAILED("1", "other", "invalid") ENDED("closed") },
	{ "a reason in a name", SSHD "Disconnecting invalid user x: Too many authentication failures 1.2.3.4 port 22: bye "
	  "[preauth]\n", FAILED("1", "other", "invalid") ENDED("other") },
	{ "the mark in a version string",
	  SSHD "error: kex_exchange_identification: client sent invalid protocol identifier \"Failed password for root"
	       " from 1.2.3.4 port 22 ssh2\"\n", ENDED("bad_protocol") },
	{ "parting words", SSHD "Received disconnect from 1.2.3.4 port 22:11: Accepted password for root from 1.2.3.4 port 1 "
	  "ssh2 [preauth]\n", ENDED("disconnected") },
	{ "a name for PAM", SSHD "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=h  "
	  "user=x: 9 more authentication failures;\n", "auth_failures 1 sshd\n" },
	{ "another program", AT "evil[1]: Failed password for root" FROM AT "sshd2[1]: Failed password for root" FROM AT
	  "x sshd[1]: Failed password for root" FROM, "" },
	{ "no syslog line", "Failed password for root" FROM, "audit_textfile_parse_errors 1 syslog\n" },
};

#define SUDO AT "sudo: "
#define SUDO_OK(n) "sudo_attempts " n "\nsudo_commands " n " success\n"
#define SUDO_NO(n) "sudo_attempts " n "\nsudo_commands " n " failed\n"
#define ROOT "TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/true\n"

static const struct example sudos[] = {
	{ "allowed", SUDO "   alice : " ROOT, SUDO_OK("1") },
	{ "without a terminal", SUDO "   alice : PWD=/ ; USER=root ; COMMAND=/bin/true\n", SUDO_OK("1") },
	{ "on a host", SUDO "alice : HOST=h ; " ROOT, SUDO_OK("1") },
	{ "with a process number, twice", AT "sudo[3]:    alice : " ROOT AT "sudo[3]:    alice : " ROOT, SUDO_OK("2") },
	{ "three wrong passwords", SUDO "alice : 3 incorrect password attempts ; " ROOT, SUDO_NO("1") },
	{ "one", SUDO "alice : 1 incorrect password attempt ; " ROOT, SUDO_NO("1") },
	{ "not in sudoers", SUDO "alice : user NOT in sudoers ; " ROOT, SUDO_NO("1") },
	{ "not asked", SUDO "alice : a password is required ; " ROOT, SUDO_NO("1") },
	{ "not that command", SUDO "alice : command not allowed ; " ROOT, SUDO_NO("1") },
	{ "no terminal", SUDO "alice : no tty present and no askpass program specified ; " ROOT SUDO "alice : no tty ; " ROOT,
	  SUDO_NO("2") },
	{ "not that variable", SUDO "alice : sorry, you are not allowed to set the following environment variables: A "
	  "; TTY=x\n",
	  SUDO_NO("1") },
	{ "an account that is over", SUDO "alice : Account expired or PAM config lacks an \"account\" section for "
	  "sudo, contact "
	  "your system administrator ; " ROOT, SUDO_NO("1") },
	{ "a complaint beside it",
	  SUDO "alice : unable to resolve host h: Name or service not known ; " ROOT SUDO "alice : problem with "
	  "defaults entries ; "
	       "TTY=pts/0 ; PWD=/ ; USER=root ; \n" SUDO "alice : /etc/sudoers:3:1: syntax error ; " ROOT SUDO "alice : " ROOT,
	  SUDO_OK("1") },
	{ "a long one", SUDO "alice : TTY=pts/0 ; PWD=/very/long\n" SUDO "alice : (command continued) ; "
	  "COMMAND=/bin/true\n" SUDO
	  "alice : (command continued) a : TTY=pts/0 ; COMMAND=/bin/true\n", SUDO_OK("1") },
	{ "a directory's name", SUDO "alice : TTY=pts/0 ; PWD=/tmp/ : user NOT in sudoers ; COMMAND=x ; USER=root ; "
	  "COMMAND=y\n",
	  SUDO_OK("1") },
	{ "an argument's", SUDO "alice : user NOT in sudoers ; PWD=/ ; USER=root ; COMMAND=/bin/echo 'a#012Aug 30 12:02:00 h "
	  "sudo: eve : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/x'\n", SUDO_NO("1") },
	{ "a user with odd bytes", SUDO "DOM\\j \xff\"o' : " ROOT, SUDO_OK("1") },
	{ "no user", SUDO " : " ROOT SUDO "   " ROOT, "" },
	{ "PAM talks of a user", SUDO "pam_unix(sudo:auth): auth could not identify password for [a : TTY=x]\n" SUDO
	  "pam_unix(sudo:session): session opened for user root(uid=0) by x : TTY=1\n", "" },
	{ "could not ask", AT "sudo[3]: pam_unix(sudo:auth): conversation failed\n" AT
	  "sudo[3]: pam_unix(sudo:auth): auth could not identify password for [al]\n", SUDO_NO("1") },
	{ "could not ask, three times", AT "sudo[3]: pam_unix(sudo:auth): conversation failed\n" AT
	  "sudo[3]: pam_unix(sudo:auth): conversation failed\n", SUDO_NO("1") },
	{ "could not ask, and said so", AT "sudo[3]: pam_unix(sudo:auth): conversation failed\n" AT
	  "sudo[3]:   bob : user NOT in sudoers ; " ROOT, SUDO_NO("1") },
	{ "could not ask, but another module could", AT "sudo[3]: pam_unix(sudo:auth): conversation failed\n" AT
	  "sudo[3]:   bob : " ROOT, SUDO_OK("1") },
	{ "could not ask, ten seconds ago", AT "sudo[3]: pam_unix(sudo:auth): conversation failed\n"
	  "Aug 30 12:02:10 h sudo[3]:   bob : " ROOT,
	  "sudo_attempts 2\nsudo_commands 1 success\nsudo_commands 1 failed\n" },
	{ "could not ask, of no process", SUDO "pam_unix(sudo:auth): conversation failed\n", "" },
};

static const struct example others[] = {
	{ "su of util-linux", AT "su: (to root) al on pts/0\n" AT "su[2]: FAILED SU (to root) al on pts/0\n",
	  "su_attempts 1 success\nsu_attempts 1 failed\n" },
	{ "su of shadow", AT "su[2]: Successful su for root by al\n" AT "su[2]: + /dev/pts/0 al:root\n" AT
	  "su[2]: FAILED su for root by al\n" AT "su[2]: - /dev/pts/0 al:root\n",
	  "su_attempts 1 success\nsu_attempts 1 failed\n" },
	{ "su - l", AT "su-l: (to root) al on pts/0\n", "su_attempts 1 success\n" },
	{ "su to an odd name", AT "su: FAILED SU (to x) (to root) al on pts/1) al on pts/0\n", "su_attempts 1 failed\n" },
	{ "PAM by service",
	  AT "sshd[1]: pam_unix(sshd:auth): authentication failure; logname=\n" AT
	     "sudo: pam_unix(sudo-i:auth): authentication failure; logname=\n" AT
	     "su: pam_unix(su-l:auth): authentication failure; logname=\n" AT
	     "login[1]: pam_unix(login:auth): authentication failure; logname=\n" AT
	     "polkit-agent-helper-1: pam_unix(polkit-1:auth): authentication failure; logname=\n",
	  "auth_failures 1 sshd\nauth_failures 1 sudo\nauth_failures 1 su\nauth_failures 1 login\nauth_failures 1 other\n" },
	{ "PAM's sums",
	  AT "sshd-session[1]: PAM 2 more authentication failures; logname= uid=0\n" AT
	     "sshd[1]: PAM 1 more authentication failure; logname= uid=0\n" AT
	     "su: pam_unix(su:auth): 4 more authentication failures; logname=\n" AT
	     "sshd[1]: PAM 99999999999 more authentication failures;\n",
	  "auth_failures 3 sshd\nauth_failures 4 su\n" },
	{ "PAM's old form", AT "sshd(pam_unix)[19939]: authentication failure; logname= uid=0\n" AT
	  "sshd(pam_unix)[19939]: check pass; user unknown\n" AT "login(pam_unix)[1]: 2 more authentication failures; x\n",
	  "auth_failures 1 sshd\nauth_failures 2 login\n" },
	{ "PAM's other types and modules",
	  AT "sshd[1]: pam_unix(sshd:session): session opened for user al\n" AT
	     "sshd[1]: pam_sss(sshd:auth): authentication failure; logname=\n" AT
	     "sshd[1]: pam_unix(sshd:account): authentication failure;\n" AT "x: authentication failure;\n",
	  "" },
};

/* ---- the journal ---- */

#define USR_SUDO "/usr/bin/sudo"

static struct text text_or_none(const char *s)
{
	return s ? text_from(s) : (struct text){ 0 };
}

static void check_origin(void)
{
	static const char fail[] = "al : user NOT in sudoers ; " ROOT, ok[] = "al : " ROOT;
	static const char failed[] = "Failed password for root from 1.2.3.4 port 22 ssh2";
#define REJECTED(p) "rejected_log_messages 1 " p "\n"
#define UNVERIFIED(p) "unverified_log_messages 1 " p "\n"
	static const struct {
		enum logins_policy policy;
		const char *transport, *identifier, *exe, *uid, *message, *counted;
	} t[] = {
		{ 0, "syslog", "sshd", "/usr/sbin/sshd", "0", failed, FAILED("1", "password", "root") },
		{ 0, "journal", "sshd-session", "/nix/store/x-openssh/libexec/sshd-session", "0", failed,
		  FAILED("1", "password", "root") },
		{ 0, "stdout", "sshd", "/usr/sbin/sshd (deleted)", "0", failed, FAILED("1", "password", "root") },
		{ 0, "syslog", "sshd", "/srv/ssh/sshd", "0", failed, FAILED("1", "password", "root") },
		{ 0, "syslog", "sshd", NULL, "0", failed, FAILED("1", "password", "root") },
		{ 0, "kernel", "sshd", "/usr/sbin/sshd", "0", failed, "" },
		{ 0, "audit", "sshd", "/usr/sbin/sshd", "0", failed, "" },
		{ 0, "syslog", "sshd", "/usr/bin/logger", "1002", failed, REJECTED("sshd") },
		{ 0, "syslog", "sshd", "/usr/bin/logger", "0", failed, REJECTED("sshd") },
		{ 0, "syslog", "sshd", "/usr/bin/sudo", "0", failed, REJECTED("sshd") },
		{ 0, "syslog", "sshd", "sshd", "0", failed, REJECTED("sshd") },
		{ 0, "syslog", "sshd", "/home/eve/sshd", "1002", failed, REJECTED("sshd") },
		{ 0, "syslog", "sshd", "/usr/sbin/sshd", "1002", failed, "" }, /* a server of hers */
		{ 0, "syslog", "sshd", NULL, "1002", failed, UNVERIFIED("sshd") },
		{ 0, "syslog", "sshd", NULL, NULL, failed, UNVERIFIED("sshd") },
		{ LOGINS_COUNT, "syslog", "sshd", NULL, "1002", failed, FAILED("1", "password", "root") UNVERIFIED("sshd") },
		{ 0, "syslog", "sudo", USR_SUDO, "1002", fail, SUDO_NO("1") },
		{ 0, "syslog", "sudo", USR_SUDO, "1002", ok, SUDO_OK("1") },
		{ 0, "syslog", "sudo", "/tmp/sudo", "1002", fail, REJECTED("sudo") },
		{ 0, "syslog", "sudo", "/usr/bin/logger", "1002", fail, REJECTED("sudo") },
		{ 0, "syslog", "sudo", NULL, "1002", fail, SUDO_NO("1") UNVERIFIED("sudo") },
		{ 0, "syslog", "sudo", NULL, "1002", ok, UNVERIFIED("sudo") },
		{ LOGINS_COUNT, "syslog", "sudo", NULL, "1002", ok, SUDO_OK("1") UNVERIFIED("sudo") },
		{ LOGINS_SEPARATE, "syslog", "sudo", NULL, "1002", fail, UNVERIFIED("sudo") },
		{ LOGINS_REJECT, "syslog", "sudo", NULL, "1002", fail, REJECTED("sudo") },
		{ LOGINS_REJECT, "syslog", "sudo", USR_SUDO, "1002", fail, SUDO_NO("1") },
		{ 0, "syslog", "su", "/usr/bin/su", "1002", "FAILED SU (to al) eve on pts/0", "su_attempts 1 failed\n" },
		{ 0, "syslog", "su", NULL, "1002", "FAILED SU (to al) eve on pts/0", "su_attempts 1 failed\n" UNVERIFIED("su") },
		{ 0, "syslog", "su", NULL, "1002", "(to al) eve on pts/0", UNVERIFIED("su") },
		{ 0, "syslog", "login", "/usr/bin/login", "0", "pam_unix(login:auth): authentication failure; x",
		  "auth_failures 1 login\n" },
		{ 0, "syslog", "login", "/usr/bin/logger", "1002", "pam_unix(login:auth): authentication failure; x", "" },
		{ 0, "syslog", "sudo", USR_SUDO, "1", "x\nal : " ROOT, "" }, /* one entry is one message */
		{ 0, "syslog", "sshd", "/usr/sbin/sshd", "0", "x\nFailed password for root" FROM, "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf got = { 0 };
		struct fixture f;
		struct logins_entry e = { text_from(t[i].message), text_from(t[i].identifier), text_from(t[i].transport),
					  text_or_none(t[i].exe),  text_or_none(t[i].uid),     text_from("7"),
					  { 0 },		   1795147875123456 };

		setup(&f, t[i].policy);
		logins_entry(&f.logins, &e);
		dump_counts(&f.counts, &got);
		OK_(strcmp(buf_cstr(&got), t[i].counted) == 0, t[i].message, "row %zu: got <<%s>>, want <<%s>>", i,
		    buf_cstr(&got), t[i].counted);
		teardown(&f);
	}
}

/* A service's standard output is one process, whatever connection it speaks of. */
static void check_stdout_has_no_process(void)
{
	AUTO_BUF struct buf got = { 0 };
	struct fixture f;
	struct logins_entry e = { .message = text_from("Connection closed by authenticating user al ::1 port 1 [preauth]"),
				  .identifier = text_from("sshd"),
				  .transport = text_from("stdout"),
				  .uid = text_from("0"),
				  .pid = text_from("7") };

	setup(&f, LOGINS_FAILURES);
	logins_entry(&f.logins, &e);
	e.transport = text_from("syslog");
	logins_entry(&f.logins, &e);
	dump_counts(&f.counts, &got);
	CHECK_STR(buf_cstr(&got), FAILED("1", "other", "valid") "ssh_preauth_disconnects 2 closed\n");
	teardown(&f);
}

static void check_fixed_series(void)
{
	static const char *const reasons[] = { "closed", "reset", "disconnected", "timeout", "no_identification", "kex",
					       "bad_protocol", "max_attempts", "throttled", "no_attempt", "other" };
	struct fixture f;
	size_t n;

	setup(&f, LOGINS_FAILURES);
	n = f.counts.table[COUNT_SSH_DISCONNECTS].n;
	CHECK_INT(n, ARRAY_LEN(reasons));
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		counts_add(&f.counts, COUNT_SSH_DISCONNECTS, 0, reasons[i], NULL);
	CHECK_INT(f.counts.table[COUNT_SSH_DISCONNECTS].n, n);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		feed(&f.logins, ends[i].lines);
	CHECK_INT(f.counts.table[COUNT_SSH_DISCONNECTS].n, n);
	teardown(&f);
}

/* ---- from run to run ---- */

/* The next run: what was kept goes through text. */
static int next_run(struct fixture *f)
{
	AUTO_BUF struct buf state = { .max = 1 << 20 }, again = { .max = 1 << 20 };
	struct words payload, line;
	struct text key;
	int wrong = 0;

	logins_save(&f->logins, &state);
	logins_done(&f->logins);
	logins_init(&f->logins, &f->counts, LOGINS_FAILURES);
	payload.left = (struct text){ state.data, state.len };
	while (words_line(&payload, &line, &key))
		wrong += logins_load(&f->logins, key, line) != 1;
	logins_save(&f->logins, &again);
	return wrong || strcmp(buf_cstr(&state), buf_cstr(&again)) != 0;
}

static const char *const phrases[] = {
	"sshd[%u]: Failed password for al from 1.2.3.4 port 22 ssh2",
	"sshd[%u]: Failed keyboard-interactive/pam for root from 1.2.3.4 port 22 ssh2",
	"sshd[%u]: error: PAM: Authentication failure for root from h",
	"sshd[%u]: Accepted password for al from 1.2.3.4 port 22 ssh2",
	"sshd[%u]: Connection closed by authenticating user al 1.2.3.4 port 22 [preauth]",
	"sshd[%u]: Disconnected from invalid user al 1.2.3.4 port 22 [preauth]",
	"sshd[%u]: Received disconnect from 1.2.3.4 port 22:11: Bye [preauth]",
	"sshd[%u]: error: kex_exchange_identification: Connection closed by remote host",
	"sshd[%u]: Connection closed by 1.2.3.4 port 22",
	"sudo[%u]: pam_unix(sudo:auth): conversation failed",
	"sudo[%u]: al : user NOT in sudoers ; TTY=x",
	"sudo[%u]: al : TTY=x",
	"CRON[%u]: nothing",
};

/* slow: time passes between lines, or else many processes are open at once. */
static void random_log(uint64_t seed, bool slow, size_t n, struct buf *out)
{
	uint64_t s = 0, pids = slow ? 5 + seed % 40 : 20000;

	for (size_t i = 0; i < n; i++) {
		unsigned pid = 1 + (unsigned)(test_random(&seed) % pids);
		const char *phrase = phrases[test_random(&seed) % ARRAY_LEN(phrases)], *at = strstr(phrase, "%u");

		s += !slow || test_random(&seed) % 4 ? 0 : test_random(&seed) % 40;
		buf_fmt(out, "Aug 30 %02u:%02u:%02u h %.*s%u%s\n", (unsigned)(s / 3600 % 24), (unsigned)(s / 60 % 60),
			(unsigned)(s % 60), (int)(at - phrase), phrase, pid, at + 2);
	}
}

static void run(const char *log, uint64_t seed, unsigned one_in, struct buf *counted, int *wrong)
{
	struct fixture f;

	setup(&f, LOGINS_FAILURES);
	for (const char *end; (end = strchr(log, '\n')); log = end + 1) {
		logins_syslog(&f.logins, (struct text){ log, (size_t)(end - log) });
		if (one_in && test_random(&seed) % one_in == 0)
			*wrong += next_run(&f);
	}
	logins_flush(&f.logins, UINT64_MAX);
	dump_counts(&f.counts, counted);
	teardown(&f);
}

static void check_any_division(uint64_t seed)
{
	int wrong = 0;

	for (unsigned round = 0; round < 40; round++) {
		AUTO_BUF struct buf log = { .max = 1 << 24 }, once = { 0 }, often = { 0 };
		bool slow = round % 8 != 0;

		random_log(seed + round, slow, slow ? 300 : 30000, &log);
		run(buf_cstr(&log), seed, 0, &once, &wrong);
		run(buf_cstr(&log), seed, slow ? 1 + round : 2000, &often, &wrong);
		wrong += once.len == 0 || strcmp(buf_cstr(&once), buf_cstr(&often)) != 0;
	}
	CHECK_INT(wrong, 0);
}

static void check_bad_state(void)
{
	static const struct {
		const char *line;
		int r;
	} t[] = {
		{ "logins_time 1\n", 1 },     { "logins_time\n", -EINVAL },	{ "logins_time x\n", -EINVAL },
		{ "logins_time 1 2\n", -EINVAL }, { "ssh_connection 1 2 1\n", 1 }, { "ssh_connection 1 2\n", -EINVAL },
		{ "sudo_prompt 1 2 0\n", 1 }, { "sudo_prompt -1 2 0\n", -EINVAL }, { "other 1\n", 0 },
	};
	struct fixture f;

	setup(&f, LOGINS_FAILURES);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct words payload = { text_from(t[i].line) }, line;
		struct text key;

		CHECK(words_line(&payload, &line, &key));
		OK_(logins_load(&f.logins, key, line) == t[i].r, t[i].line, "not %d", t[i].r);
	}
	teardown(&f);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_examples(attempts, ARRAY_LEN(attempts));
	check_examples(ends, ARRAY_LEN(ends));
	check_examples(injections, ARRAY_LEN(injections));
	check_examples(sudos, ARRAY_LEN(sudos));
	check_examples(others, ARRAY_LEN(others));
	check_origin();
	check_stdout_has_no_process();
	check_fixed_series();
	check_any_division(seed);
	check_bad_state();
	return TEST_END();
}
