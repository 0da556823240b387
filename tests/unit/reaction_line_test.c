/* SPDX-License-Identifier: MIT */
/* Tests of reaction-textfile's lines: every form of both versions, and what foreign values cannot do. */
#include "../../cmd/reaction-textfile/line.h"
#include "test.h"

static const char *const kinds[] = { "unknown", "match", "action", "command", "stream", "stop", "note" };

/* "level kind name list quoted/failed code event time" */
static void describe(struct text t, struct buf *out)
{
	struct line l;

	line_parse(t, &l);
	buf_fmt(out, "%s %s", line_level_names[l.level], kinds[l.kind]);
	if (l.name.p)
		buf_fmt(out, " %.*s", (int)l.name.n, l.name.p);
	if (l.kind == LINE_STREAM)
		buf_fmt(out, " %s", line_event_names[l.event]);
	if (l.list.p)
		buf_fmt(out, " %.*s%s%s", (int)l.list.n, l.list.p, l.quoted ? " quoted" : "", l.failed ? " failed" : "");
	if (l.kind == LINE_COMMAND)
		buf_fmt(out, " <%.*s>", (int)l.code.n, l.code.p);
	if (l.time_s)
		buf_fmt(out, " @%" PRIu64, l.time_s);
}

static void check_forms(void)
{
	static const struct {
		const char *line, *says;
	} t[] = {
		/* version 1 */
		{ "2024/04/28 12:00:01 INFO  ssh.failedlogin: match [192.0.2.1]",
		  "info match ssh.failedlogin [192.0.2.1] @1714305601" },
		{ "2024/02/29 23:59:60 INFO  a.b: match [.]", "info match a.b [.] @1709251200" },
		{ "2024/04/28 12:00:01 INFO  ssh.failedlogin.ban: run [ip46tables -s 192.0.2.1 -j DROP]",
		  "info action ssh.failedlogin.ban [ip46tables -s 192.0.2.1 -j DROP] @1714305601" },
		{ "2024/04/28 12:00:01 ERROR ssh.failedlogin.ban: run [false], code exit status 1",
		  "error action ssh.failedlogin.ban [false], code exit status 1 failed @1714305601" },
		{ "INFO  start command: run [ip46tables -w -N reaction]",
		  "info command start [ip46tables -w -N reaction] <0>" },
		{ "ERROR start command: run [x y]: exit status 12", "error command start [x y]: exit status 12 failed <12>" },
		{ "INFO  ssh: start [journalctl -n0 -fu sshd.service]", "info stream ssh start" },
		{ "ERROR ssh stream finished", "error stream ssh exit" },
		{ "INFO  Received SIGINT/SIGTERM, exiting", "info stop" },
		{ "INFO  Waiting for Streams to finish...", "info note" },
		{ "INFO  Waiting for Actions to finish...", "info note" },
		/* version 2 */
		{ " INFO ssh.failedlogin: match [\"192.0.2.1\"]", "info match ssh.failedlogin [\"192.0.2.1\"] quoted" },
		{ "INFO a.b: match []", "info match a.b [] quoted" },
		{ " INFO ssh.f.ban: run [\"ip\" \"-s\" \"192.0.2.1\"]", "info action ssh.f.ban [\"ip\" \"-s\" \"192.0.2.1\"] quoted" },
		{ "ERROR ssh.f.ban: run [\"ip\"]: exit code: 1", "error action ssh.f.ban [\"ip\"]: exit code: 1 quoted failed" },
		{ "INFO start command: run [\"a\", \"b\"]", "info command start [\"a\", \"b\"] quoted <0>" },
		{ "INFO stop command: run [\"a\"]", "info command stop [\"a\"] quoted <0>" },
		{ "ERROR start command: run [\"a\"]: exit code: 1", "error command start [\"a\"]: exit code: 1 quoted failed <1>" },
		{ "ERROR stop command: run [\"a\"]: no such file", "error command stop [\"a\"]: no such file quoted failed <>" },
		{ "ERROR start command: run [\"a\"]: exit code: 12345",
		  "error command start [\"a\"]: exit code: 12345 quoted failed <>" },
		{ "INFO ssh: start [\"journalctl\"]", "info stream ssh start" },
		{ "ERROR stream ssh exited: exit status: 1", "error stream ssh exit" },
		{ "ERROR could not execute stream ssh cmd: no such file", "error stream ssh exec" },
		{ "ERROR child process of stream ssh did not terminate", "error stream ssh timeout" },
		{ "ERROR impossible to read output from stream ssh: broken", "error stream ssh read" },
		{ "INFO received SIGTERM, closing streams...", "info stop" },
		/* values that hold what ends a list */
		{ "INFO a.b: match [[2001:db8::1]]", "info match a.b [[2001:db8::1]]" },
		{ "INFO a.b: match [\"[::1]\", \"{\\\"x\\\": [1, 2]}\"]",
		  "info match a.b [\"[::1]\", \"{\\\"x\\\": [1, 2]}\"] quoted" },
		{ "INFO a.b: match [x] y] z]", "info match a.b [x] y] z]" },
		{ "INFO a.b: match [\"a\" \"b\"]", "info match a.b [\"a\" \"b\"]" }, /* version 1, a value in quotes */
		{ "INFO a.b: match [\"a\",]", "info match a.b [\"a\",]" },
		{ "INFO a.b: match [\"a\\\"]", "info match a.b [\"a\\\"]" },
		/* values that look like another line */
		{ "INFO a.b: match [x: run [y]]", "info match a.b [x: run [y]]" },
		{ "INFO a.b: match [1 ERROR a.b.c: run [x]]", "info match a.b [1 ERROR a.b.c: run [x]]" },
		{ "INFO a.b.c: run [echo a.b: match [x]]", "info action a.b.c [echo a.b: match [x]]" },
		/* known by no form */
		{ "", "none unknown" },
		{ "INFO", "none unknown" },
		{ "INFO ", "none unknown" },
		{ "iptables: Chain already exists.", "none unknown" },
		{ "2024/04/28 12:00:01 hello", "none unknown @1714305601" },
		{ "2024/13/28 12:00:01 INFO a.b: match [x]", "none unknown" },
		{ "DEBUG a.b: match [x]", "debug unknown" },
		{ "WARN something new", "warn unknown" },
		{ "ERROR a.b: match [x]", "error unknown" },
		{ "INFO ab: match [x]", "info unknown" },
		{ "INFO a.b: run [x]", "info unknown" },
		{ "INFO a.b: match [x", "info unknown" },
		{ "INFO a.b: match x]", "info unknown" },
		{ "INFO a.b: match [x] and more", "info unknown" },
		{ "INFO a.b.c: run [x] and more", "info unknown" },
		{ "ERROR a.b.c: run [x", "error unknown" },
		{ "INFO : match [x]", "info unknown" },
		{ "INFO stream ssh exited: x", "info unknown" },
		{ "ERROR stream  exited: x", "error unknown" },
		{ "INFO plugin x: trigger [y]", "info unknown" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf says = { 0 };

		describe(text_from(t[i].line), &says);
		OK_(strcmp(buf_cstr(&says), t[i].says) == 0, t[i].line, "got <<%s>>, want <<%s>>", buf_cstr(&says), t[i].says);
	}
}

/* Every day of a long time has the number that counting gives. */
static void check_days(void)
{
	static const unsigned lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t want = 0;
	int wrong = 0;

	for (unsigned y = 1970; y < 2110; y++)
		for (unsigned m = 1; m <= 12; m++) {
			bool leap = m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);

			for (unsigned d = 1; d <= lengths[m - 1] + leap; d++, want += 86400) {
				AUTO_BUF struct buf text = { 0 };
				struct line l;

				buf_fmt(&text, "%04u/%02u/%02u 00:00:00 INFO x", y, m, d);
				line_parse((struct text){ buf_cstr(&text), text.len }, &l);
				wrong += l.time_s != want;
			}
		}
	CHECK_INT(wrong, 0);
}

/* The values as one text, "|" before each; "none". */
static void check_values(const char *line, size_t n, const char *want)
{
	AUTO_BUF struct buf got = { 0 };
	json_auto_t *values = NULL;
	struct line l;

	line_parse(text_from(line), &l);
	values = line_values(&l, n);
	for (size_t i = 0; i < json_array_size(values); i++)
		buf_fmt(&got, "|%s", json_string_value(json_array_get(values, i)));
	CHECK_STR(values ? buf_cstr(&got) : "none", want);
}

int main(void)
{
	check_forms();
	check_days();
	check_values("INFO a.b: match [192.0.2.1]", 1, "|192.0.2.1");
	check_values("INFO a.b: match [a b c]", 1, "|a b c");
	check_values("INFO a.b: match [a b]", 2, "|a|b");
	check_values("INFO a.b: match [a b c]", 2, "none"); /* one of them holds a blank: which? */
	check_values("INFO a.b: match [a]", 2, "none");
	check_values("INFO a.b: match [.]", 0, "");
	check_values("INFO a.b: match [x\xff]", 1, "|x\xef\xbf\xbd");
	check_values("INFO a.b: match [\"a b\", \"c]\\\"\\u00e9\\n\"]", 2, "|a b|c]\"\xc3\xa9\n");
	check_values("INFO a.b: match [\"a\"]", 2, "none");
	check_values("INFO a.b: match [\"a\", \"b\"]", 1, "none");
	check_values("INFO a.b: match [\"a\\q\"]", 1, "none"); /* the form of version 2, but no JSON */
	check_values("INFO a.b: match []", 0, "");
	return TEST_END();
}
