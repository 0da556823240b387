/* SPDX-License-Identifier: MIT */
/* Tests of audit-textfile/syslog: every form of a line's head, and what is none. */
#include <errno.h>

#include "../../cmd/audit-textfile/syslog.h"
#include "test.h"

#define DAY 86400000ULL
#define NOON (12 * 3600 * 1000ULL)

static void check_lines(void)
{
	static const struct {
		const char *line;
		uint64_t time_ms;
		const char *program, *module;
		uint32_t pid;
		const char *message;
		uint64_t times;
	} t[] = {
		{ "Jan  1 00:00:00 h sshd[1]: m", 0, "sshd", "", 1, "m", 1 },
		{ "Jan 1 12:00:00 h sshd[1]: m", NOON, "sshd", "", 1, "m", 1 },
		{ "Jan 01 12:00:01 h sshd[1]: m", NOON + 1000, "sshd", "", 1, "m", 1 },
		{ "Mar  1 00:00:00 h sudo:    al : x", 60 * DAY, "sudo", "", 0, "   al : x", 1 },
		{ "Dec 31 12:00:00 h sshd[4294967295]: ", 365 * DAY + NOON, "sshd", "", UINT32_MAX, "", 1 },
		{ "<38>Jan  2 00:00:00 h su[9]: m", DAY, "su", "", 9, "m", 1 },
		{ "Jan  2 00:00:60 h sshd(pam_unix)[19]: a; b", DAY + 60000, "sshd", "pam_unix", 19, "a; b", 1 },
		{ "Jan  2 00:00:00 h login(pam_unix): a", DAY, "login", "pam_unix", 0, "a", 1 },
		{ "1970-01-01T00:00:00Z", 0, NULL, NULL, 0, NULL, 0 },
		{ "2026-11-20T04:11:15.123456+00:00 h sshd[1]: m", 1795147875123, "sshd", "", 1, "m", 1 },
		{ "2026-11-20T05:11:15.9+01:00 h sshd[1]: m", 1795147875900, "sshd", "", 1, "m", 1 },
		{ "2026-11-19T22:41:15-05:30 h sshd-session[1]: m", 1795147875000, "sshd-session", "", 1, "m", 1 },
		{ "2000-02-29T00:00:00Z h su: m", 951782400000, "su", "", 0, "m", 1 },
		{ "2100-03-01T00:00:00Z h su: m", 4107542400000, "su", "", 0, "m", 1 },
		{ "Jan  1 00:00:00 h gdm-password][77]: m", 0, "gdm-password]", "", 77, "m", 1 },
		{ "Jan  1 00:00:00 h a[b]: m", 0, "a[b]", "", 0, "m", 1 },
		{ "Jan  1 00:00:00 h a[4294967296]: m", 0, "a[4294967296]", "", 0, "m", 1 },
		{ "Jan  1 00:00:00 h a[]: m", 0, "a[]", "", 0, "m", 1 },
		{ "Jan  1 00:00:00 h last message repeated 2 times", 0, "", "", 0, "last message repeated 2 times", 1 },
		{ "Jan  1 00:00:00 h x", 0, "", "", 0, "x", 1 },
		{ "Jan  1 00:00:00 h sshd[1]: message repeated 5 times: [ Failed x]", 0, "sshd", "", 1, "Failed x", 5 },
		{ "Jan  1 00:00:00 h sshd[1]: message repeated 2 times: [Failed [x]]", 0, "sshd", "", 1, "Failed [x]", 2 },
		{ "Jan  1 00:00:00 h sshd[1]: message repeated 2147483647 times: [ a]", 0, "sshd", "", 1, "a", 2147483647 },
		{ "Jan  1 00:00:00 h s: message repeated 2147483648 times: [ a]", 0, "s", "", 0,
		  "message repeated 2147483648 times: [ a]", 1 },
		{ "Jan  1 00:00:00 h s: message repeated 999999999999999999999999 times: [ a]", 0, "s", "", 0,
		  "message repeated 999999999999999999999999 times: [ a]", 1 },
		{ "Jan  1 00:00:00 h s: message repeated 0 times: [ a]", 0, "s", "", 0, "message repeated 0 times: [ a]", 1 },
		{ "Jan  1 00:00:00 h s: message repeated 3 times: [ a", 0, "s", "", 0, "message repeated 3 times: [ a", 1 },
		{ "", 0, NULL, NULL, 0, NULL, 0 },
		{ "sshd[1]: Failed", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan  0 00:00:00 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan 32 00:00:00 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jam  1 00:00:00 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan  1 24:00:00 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan  1 00:60:00 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan  1 00:00:61 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan  1 0:00:00 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan  1 00:00:00", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan  1 00:00:00 ", 0, NULL, NULL, 0, NULL, 0 },
		{ "Jan  1 00:00:00  x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "<38Jan  1 00:00:00 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "<192>Jan  1 00:00:00 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "2026-13-20T04:11:15Z h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "2026-00-20T04:11:15Z h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "2026-11-20 04:11:15Z h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "2026-11-20T04:11:15. h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "2026-11-20T04:11:15+0100 h x: m", 0, NULL, NULL, 0, NULL, 0 },
		{ "2026-11-20T04:11:15 h x: m", 0, NULL, NULL, 0, NULL, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct syslog_line l = { .times = 77 };
		int r = syslog_line(text_from(t[i].line), &l);

		if (!t[i].program) {
			OK_(r == -EINVAL && l.times == 77, t[i].line, "got %d", r);
			continue;
		}
		OK_(r == 0 && l.time_ms == t[i].time_ms && text_is(l.program, t[i].program) &&
			    text_is(l.module, t[i].module) && l.pid == t[i].pid && text_is(l.message, t[i].message) &&
			    l.times == t[i].times,
		    t[i].line, "got %d, %" PRIu64 " ms <<%.*s>> <<%.*s>> %u <<%.*s>> x %" PRIu64, r, l.time_ms,
		    (int)l.program.n, l.program.p, (int)l.module.n, l.module.p, l.pid, (int)l.message.n, l.message.p,
		    l.times);
	}
}

int main(void)
{
	check_lines();
	return TEST_END();
}
