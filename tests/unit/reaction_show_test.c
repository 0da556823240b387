/* SPDX-License-Identifier: MIT */
/* Tests of what `reaction show` tells, of values in commands, and of the exporter's families made from both. */
#include <errno.h>

#include "../../cmd/reaction-textfile/command.h"
#include "../../cmd/reaction-textfile/compat.h"
#include "test.h"

static void add_item(void *ctx, const struct show_item *i)
{
	buf_fmt(ctx, "%.*s/%.*s/%.*s/%.*s=%" PRIu64 "\n", (int)i->stream.n, i->stream.p, (int)i->filter.n, i->filter.p,
		(int)i->match.n, i->match.p, (int)i->action.n, i->action.p ? i->action.p : "", i->n);
}

static void check_show(const char *json, int want_r, const char *want)
{
	AUTO_BUF struct buf got = { 0 };

	CHECK_INT(show_read(json, strlen(json), add_item, &got), want_r);
	CHECK_STR(buf_cstr(&got), want);
}

static void check_shows(void)
{
	check_show("{\"ssh\":{\"f\":{\"192.0.2.1\":{\"matches\":3,\"actions\":{\"ban\":[\"2026-01-02 03:04:05\"],"
		   "\"unban\":[\"a\",\"b\"]}},\"192.0.2.2\":{\"matches\":2}}}}",
		   0, "ssh/f/192.0.2.1/ban=1\nssh/f/192.0.2.1/unban=2\nssh/f/192.0.2.2/=2\n");
	check_show("{}", 0, "");
	check_show("{\"a\":{\"b\":{\"c\":{\"matches\":2,\"actions\":{}}}}}", 0, "a/b/c/=2\n");
	check_show("{\"a\":{\"b\":{\"c\":{\"matches\":0},\"d\":{\"matches\":-1},\"e\":{\"matches\":\"9\"},\"f\":3}},\"g\":[],\"h\":1}", 0, "");
	check_show("{\"a\":{\"b\":{\"c\":{\"actions\":{\"x\":3,\"y\":null}}}}}", 0, "a/b/c/x=0\na/b/c/y=0\n");
	check_show("", -EBADMSG, "");
	check_show("[]", -EBADMSG, "");
	check_show("Error: could not connect", -EBADMSG, "");
	check_show("{\"a\":{}} more", -EBADMSG, "");
}

static void check_hostile_show(void)
{
	AUTO_BUF struct buf deep = { 0 }, big = { .max = 32 * 1024 * 1024 };

	for (int i = 0; i < 100000; i++)
		buf_str(&deep, "{\"a\":");
	CHECK_INT(show_read(buf_cstr(&deep), deep.len, add_item, &deep), -EBADMSG);
	while (big.len <= SHOW_BYTES_MAX)
		buf_str(&big, "                                                                ");
	CHECK_INT(show_read(buf_cstr(&big), big.len, add_item, &big), -E2BIG);
}

static void check_command(const char *words, const char *patterns, const char *list, const char *want)
{
	json_auto_t *w = json_loads(words, 0, NULL), *p = json_loads(patterns, 0, NULL);
	json_auto_t *values = command_values(w, p, text_from(list), list[1] == '"');
	AUTO_BUF struct buf got = { 0 };

	for (size_t i = 0; i < json_array_size(values); i++)
		buf_fmt(&got, "|%s", json_string_value(json_array_get(values, i)));
	CHECK_STR(values ? buf_cstr(&got) : "none", want);
}

static void check_commands(void)
{
	static const char ban[] = "[\"ip\", \"-s\", \"<ip>\", \"-j\"]", one[] = "[\"ip\"]";

	check_command(ban, one, "[ip -s 192.0.2.1 -j]", "|192.0.2.1");
	check_command(ban, one, "[\"ip\" \"-s\" \"192.0.2.1\" \"-j\"]", "|192.0.2.1");
	check_command(ban, one, "[ip -s 192.0.2.1 -j], code exit status 1", "|192.0.2.1");
	check_command(ban, one, "[ip -d 192.0.2.1 -j]", "none");
	check_command(ban, one, "[ip -s 192.0.2.1]", "none");
	check_command(ban, one, "[]", "none");
	check_command("[\"sh\", \"-c\", \"echo \\\"<a> <b>\\\" <a>\"]", "[\"a\", \"b\"]",
		      "[\"sh\" \"-c\" \"echo \\\"x y\\\" x\"]", "|x|y");
	check_command("[\"sh\", \"-c\", \"<a> <a>\"]", "[\"a\"]", "[sh -c x y]", "none"); /* not the same value */
	check_command("[\"<a><b>\"]", "[\"a\", \"b\"]", "[xy]", "none");                  /* where does a end? */
	check_command("[\"x\"]", "[\"a\"]", "[x]", "|");
	check_command("[\"<a>\"]", "[\"a\"]", "[\"q\\\"uo\\\\te\"]", "|q\"uo\\te");
	check_command("[\"<other>\"]", "[\"a\"]", "[<other>]", "|");
	check_command("[]", "[]", "[]", "");
}

/* ---- the exporter's families ---- */

static const char config[] =
	"{\"patterns\": {\"ip\": {}, \"agent\": {}, \"stream\": {}},"
	" \"streams\": {\"ssh\": {\"filters\": {\"f\": {\"regex\": [\"from <ip>$\"], \"actions\": {"
	"   \"ban\": {\"cmd\": [\"ipset\", \"add\", \"<ip>\"]}}}}},"
	"  \"web\": {\"filters\": {\"g\": {\"regex\": [\"<ip> <agent> <stream>\"]}}}}}";

static void add_line(struct compat *c, const char *text, enum flow_what what)
{
	struct flow_event e = { .what = what };
	struct line l;

	line_parse(text_from(text), &l);
	e.name = l.name;
	e.list = l.list;
	e.quoted = l.quoted;
	e.failed = l.failed;
	e.code = l.code;
	e.event = l.event;
	compat_event(c, &e);
}

static void pass_item(void *ctx, const struct show_item *i)
{
	compat_show(ctx, i);
}

static void check_table(const struct compat *c, enum compat_family which, const char *labels, const char *want)
{
	AUTO_BUF struct buf got = { 0 };

	series_save(&c->table[which], &got);
	CHECK_STR(buf_cstr(&c->labels[which]), labels);
	CHECK_STR(buf_cstr(&got), want);
}

static void check_compat(void)
{
	static const char shown[] = "{\"ssh\":{\"f\":{\"192.0.2.1\":{\"actions\":{\"ban\":[\"a\",\"b\"]}}}}}";
	json_auto_t *tree = json_loads(config, 0, NULL), *all = json_loads("{\"agent\": \"{{ agent | lower }}\"}", 0, NULL);
	struct topology topology = { 0 };
	struct rules rules = { all, NULL };
	struct compat c = { .topology = &topology, .rules = &rules, .extra = { true, true, true, true, true } };

	CHECK_INT(topology_take(&topology, tree), 0);
	CHECK_INT(compat_begin(&c, 10), 0);
	add_line(&c, "INFO ssh.f: match [192.0.2.1]", FLOW_MATCH);
	add_line(&c, "INFO ssh.f: match [192.0.2.1]", FLOW_MATCH);
	add_line(&c, "INFO web.g: match [\"BOT\", \"192.0.2.2\", \"s\"]", FLOW_MATCH);
	add_line(&c, "INFO web.h: match [x]", FLOW_MATCH);
	add_line(&c, "INFO ssh.f.ban: run [ipset add 192.0.2.1]", FLOW_ACTION);
	add_line(&c, "INFO ssh.f.ban: run [something else]", FLOW_ACTION);
	add_line(&c, "ERROR start command: run [\"x\"]: exit code: 3", FLOW_COMMAND);
	add_line(&c, "INFO ssh: start [x]", FLOW_STREAM);
	CHECK_INT(show_read(shown, strlen(shown), pass_item, &c), 0);
	check_table(&c, COMPAT_MATCHES, "stream,filter,ip,agent",
		    "count reaction_match_count 2 ssh f 192.0.2.1 %\n"
		    "count reaction_match_count 1 web g 192.0.2.2 bot\n"
		    "count reaction_match_count 1 web h % %\n");
	check_table(&c, COMPAT_ACTIONS, "stream,filter,action,ip,agent",
		    "count reaction_action_count 1 ssh f ban 192.0.2.1 %\ncount reaction_action_count 1 ssh f ban % %\n");
	check_table(&c, COMPAT_PENDING, "stream,filter,action,ip,agent",
		    "count reaction_pending_count 2 ssh f ban 192.0.2.1 %\n");
	check_table(&c, COMPAT_COMMANDS, "moment,status,exit_code", "count reaction_commands_count 1 start False 3\n");
	check_table(&c, COMPAT_STREAMS, "stream,event", "count reaction_stream_event_count 1 ssh start\n");
	c.extra[COMPAT_MATCHES] = false;
	CHECK_INT(compat_begin(&c, 10), 0);
	add_line(&c, "INFO ssh.f: match [192.0.2.1]", FLOW_MATCH);
	check_table(&c, COMPAT_MATCHES, "stream,filter", "count reaction_match_count 1 ssh f\n");
	compat_done(&c);
	topology_done(&topology);
}

static void check_bad_topology(void)
{
	static const char *const bad[] = { "{}", "[]", "3", "{\"streams\": []}" };
	static const char *const empty[] = { "{\"streams\": {}}", "{\"streams\": {\"a\": null}}", "{\"streams\": {\"a\": {\"filters\": 3}}}",
					     "{\"streams\": {\"a\": {\"filters\": {\"b\": {\"regex\": 3, \"actions\": []}}}}}" };
	struct topology t = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		json_auto_t *tree = json_loads(bad[i], JSON_DECODE_ANY, NULL);

		CHECK_INT(topology_take(&t, tree), -EBADMSG);
	}
	CHECK(t.streams == NULL);
	for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
		json_auto_t *tree = json_loads(empty[i], JSON_DECODE_ANY, NULL);

		CHECK_INT(topology_take(&t, tree), 0);
	}
	topology_done(&t);
}

int main(void)
{
	check_shows();
	check_hostile_show();
	check_commands();
	check_compat();
	check_bad_topology();
	return TEST_END();
}
