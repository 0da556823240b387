/* SPDX-License-Identifier: MIT */
/*
 * Tests of reaction-textfile's counting: pairs of lines that are one action, replays, starts, names, bounds; and that
 * the sums do not depend on where runs cut a log.
 */
#include <errno.h>

#include "../../cmd/reaction-textfile/counts.h"
#include "test.h"

struct tool {
	struct topology topology;
	struct rules rules;
	struct flow flow;
	struct counts counts;
};

static void take_event(void *ctx, const struct flow_event *e)
{
	struct tool *t = ctx;

	counts_event(&t->counts, e);
}

static void tool_done(struct tool *t)
{
	flow_done(&t->flow);
	counts_done(&t->counts);
	topology_done(&t->topology);
}
#define AUTO_TOOL CLEANUP(tool_done)

static const char config[] =
	"{\"patterns\": {\"ip\": {}, \"agent\": {}, \"unused\": {}},"
	" \"streams\": {\"ssh\": {\"filters\": {\"f\": {\"regex\": [\"from <ip>$\"], \"actions\": {"
	"   \"ban\": {\"cmd\": [\"ipset\", \"add\", \"<ip>\"]}, \"un.ban\": {\"cmd\": [\"x\"]}}}}},"
	"  \"my.web\": {\"filters\": {\"a.b\": {\"regex\": [\"<ip>\", \"<ip> <agent>\"], \"actions\": {\"c.d\": {}}},"
	"   \"actions\": {\"regex\": [], \"actions\": {\"ban\": {}}}}}}}";

static void begin(struct tool *t)
{
	t->flow.hold_s = 60;
	t->flow.grace_s = 10;
	t->flow.event = take_event;
	t->flow.ctx = t;
	t->counts.topology = &t->topology;
	t->counts.rules = &t->rules;
	counts_init(&t->counts);
}

static void know_names(struct tool *t)
{
	json_auto_t *tree = json_loads(config, 0, NULL);

	if (topology_take(&t->topology, tree) < 0)
		abort();
}

static void line_at(struct tool *t, const char *text, uint64_t time_s, uint64_t now_s)
{
	struct line l;

	line_parse(text_from(text), &l);
	counts_line(&t->counts, &l);
	flow_line(&t->flow, &l, time_s ? time_s : l.time_s, now_s);
}

/* All counters that are not 0, one "FAMILY N VALUE..." after the other. */
static void check_counts(struct tool *t, const char *want)
{
	AUTO_BUF struct buf saved = { 0 }, got = { 0 };
	struct words payload, line;
	struct text key;

	for (size_t i = 0; i < COUNTS; i++)
		if (i != COUNT_LINES)
			series_save(&t->counts.table[i], &saved);
	payload.left = (struct text){ buf_cstr(&saved), saved.len };
	while (words_line(&payload, &line, &key)) {
		static const size_t skip = sizeof(" reaction_") - 1;
		const char *n = memchr(line.left.p + 1, ' ', line.left.n - 1);

		if (n[1] != '0')
			buf_fmt(&got, "%.*s; ", (int)(line.left.n - skip), line.left.p + skip);
	}
	CHECK_STR(buf_cstr(&got), want);
}

static const char run[] = "INFO ssh.f.ban: run [\"a\" \"1\"]", failed[] = "ERROR ssh.f.ban: run [\"a\" \"1\"]: exit code: 1";

static void check_pairs(void)
{
	AUTO_TOOL struct tool t = { 0 };

	begin(&t);
	line_at(&t, run, 1000, 1);
	check_counts(&t, "");
	line_at(&t, failed, 1009, 1);
	check_counts(&t, "actions_total 1 error live ssh f ban; ");
	line_at(&t, run, 1020, 1);
	line_at(&t, run, 1021, 1); /* twice the same: one of them fails */
	line_at(&t, "INFO ssh.f.ban: run [\"a\" \"2\"]", 1022, 1);
	line_at(&t, failed, 1023, 1);
	line_at(&t, "WARN x", 1031, 1); /* 1021 has failed? No: the older one had */
	check_counts(&t, "actions_total 2 error live ssh f ban; actions_total 1 ok live ssh f ban; log_lines_unparsed_total 1; ");
	line_at(&t, failed, 1040, 1); /* too late for anything: an action of its own */
	check_counts(&t, "actions_total 3 error live ssh f ban; actions_total 2 ok live ssh f ban; log_lines_unparsed_total 1; ");
	line_at(&t, run, 1050, 100);
	flow_settle(&t.flow, 110);
	CHECK_INT(t.flow.n_held, 1);
	flow_settle(&t.flow, 111);
	CHECK_INT(t.flow.n_held, 0);
	line_at(&t, run, 1060, 100);
	line_at(&t, "WARN x", 500, 100); /* the clock was set back: not near any more */
	CHECK_INT(t.flow.n_held, 0);
	line_at(&t, run, 500, 100);
	flow_finish(&t.flow);
	check_counts(&t, "actions_total 3 error live ssh f ban; actions_total 5 ok live ssh f ban; log_lines_unparsed_total 2; ");
}

/* A prefix of another command, another name, or a command of another kind is not the same. */
static void check_no_pairs(void)
{
	AUTO_TOOL struct tool t = { 0 };

	begin(&t);
	line_at(&t, "INFO ssh.f.ban: run [a b]", 1000, 1);
	line_at(&t, "ERROR ssh.f.ban: run [a c], code exit status 1", 1001, 1);
	line_at(&t, "ERROR ssh.g.ban: run [a b], code exit status 1", 1001, 1);
	line_at(&t, "INFO start command: run [a b]", 1002, 1);
	line_at(&t, "ERROR stop command: run [a b]: exit status 1", 1003, 1);
	CHECK_INT(t.flow.n_held, 2);
	line_at(&t, "ERROR start command: run [a b]: exit status 1", 1004, 1);
	CHECK_INT(t.flow.n_held, 1);
	check_counts(&t, "actions_total 1 error live ssh f ban; actions_total 1 error live ssh g ban; "
			 "commands_total 1 stop error 1; commands_total 1 start error 1; starts_total 1; ");
}

static void check_held_bound(void)
{
	AUTO_TOOL struct tool t = { 0 };

	begin(&t);
	for (int i = 0; i < FLOW_HELD_MAX + 5; i++)
		line_at(&t, run, 0, 1);
	CHECK_INT(t.flow.n_held, FLOW_HELD_MAX);
	check_counts(&t, "actions_total 5 ok live ssh f ban; ");
}

static void check_replay(void)
{
	AUTO_TOOL struct tool t = { 0 };

	begin(&t);
	line_at(&t, run, 900, 1); /* what was before is not known */
	line_at(&t, "INFO ssh: start [x]", 1000, 1);
	line_at(&t, run, 1000, 1);
	line_at(&t, "INFO ssh.f: match [x]", 1001, 1); /* where lines have times a match ends nothing */
	line_at(&t, run, 1059, 1);
	line_at(&t, run, 1060, 1);
	line_at(&t, run, 800, 1);
	flow_finish(&t.flow);
	check_counts(&t, "matches_total 1 ssh f; actions_total 3 ok live ssh f ban; actions_total 2 ok replay ssh f ban; "
			 "stream_events_total 1 start ssh; starts_total 1; ");
}

static void check_untimed_replay(void)
{
	AUTO_TOOL struct tool t = { 0 };

	begin(&t);
	line_at(&t, "INFO ssh: start [x]", 0, 1);
	line_at(&t, run, 0, 1);
	line_at(&t, "INFO ssh.f: match [x]", 0, 1);
	line_at(&t, run, 0, 1);
	flow_finish(&t.flow);
	check_counts(&t, "matches_total 1 ssh f; actions_total 1 ok replay ssh f ban; actions_total 1 ok live ssh f ban; "
			 "stream_events_total 1 start ssh; starts_total 1; ");
}

static void check_starts(const char *const *lines, uint64_t want)
{
	AUTO_TOOL struct tool t = { 0 };

	begin(&t);
	for (; *lines; lines++)
		line_at(&t, *lines, 0, 1);
	CHECK_INT(series_get(&t.counts.table[COUNT_STARTS], NULL), want);
}

#define START_A "INFO start command: run [a]"
#define START_B "INFO start command: run [b]"
#define STREAM_X "INFO x: start [tail]"
#define STREAM_Y "INFO y: start [tail]"
#define END_OF_IT "INFO received SIGTERM, closing streams..."
#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void check_all_starts(void)
{
	check_starts(LINES("INFO a.b: match [x]"), 0);
	check_starts(LINES(START_A, START_B, STREAM_X, STREAM_Y), 1);
	check_starts(LINES(STREAM_X, STREAM_Y), 1);
	check_starts(LINES(START_A, "ERROR start command: run [a]: exit status 1", START_B, STREAM_X), 1);
	check_starts(LINES(START_A, STREAM_X, END_OF_IT, START_A, STREAM_X), 2);
	check_starts(LINES(STREAM_X, "INFO stop command: run [z]", STREAM_X), 2);
	check_starts(LINES(STREAM_X, STREAM_Y, "INFO a.b: match [x]", STREAM_Y, STREAM_X), 2); /* killed */
	check_starts(LINES(START_A, START_B, STREAM_X, START_A, START_B, STREAM_X), 2);        /* killed */
	check_starts(LINES(START_A, START_A, START_A), 3); /* a start command fails: none goes further */
	check_starts(LINES(STREAM_X, "ERROR stream x exited: y", STREAM_Y), 1);
}

static void check_names(void)
{
	static const struct {
		const char *name;
		size_t n;
		const char *parts;
	} t[] = {
		{ "ssh.f", 2, "ssh|f|" },
		{ "ssh.f.ban", 3, "ssh|f|ban|" },
		{ "ssh.f.un.ban", 3, "ssh|f|un.ban|" },
		{ "my.web.a.b", 2, "my.web|a.b|" },
		{ "my.web.a.b.c.d", 3, "my.web|a.b|c.d|" },
		{ "my.web.actions.ban", 3, "my.web|actions|ban|" },
		{ "my.web.actions", 2, "my.web|actions|" },
		{ "my.web.x", 2, "my|web.x|" },
		{ "a.b.c.d", 3, "a|b|c.d|" },
		{ "a.", 2, "a||" },
		{ "a", 2, "none" },
		{ "a.b", 3, "none" },
	};
	AUTO_TOOL struct tool tool = { 0 };

	know_names(&tool);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf got = { 0 };
		struct text parts[3];

		if (!topology_split(&tool.topology, text_from(t[i].name), t[i].n, parts))
			buf_str(&got, "none");
		else
			for (size_t p = 0; p < t[i].n; p++)
				buf_fmt(&got, "%.*s|", (int)parts[p].n, parts[p].p);
		CHECK_STR(buf_cstr(&got), t[i].parts);
	}
}

/* What is in the configuration is there at 0; what is not folds, and keeps whether it failed. */
static void check_bounds(void)
{
	AUTO_TOOL struct tool t = { 0 };
	AUTO_BUF struct buf saved = { 0 };

	begin(&t);
	know_names(&t);
	counts_begin(&t.counts, 4);
	series_save(&t.counts.table[COUNT_MATCHES], &saved);
	CHECK_STR(buf_cstr(&saved), "count reaction_matches_total 0 ssh f\ncount reaction_matches_total 0 my.web a.b\n"
				    "count reaction_matches_total 0 my.web actions\n");
	CHECK_INT(t.counts.table[COUNT_ACTIONS].n, 4 * 4);
	CHECK_INT(t.counts.table[COUNT_STREAMS].n, 2 * LINE_EVENTS);
	for (int i = 0; i < 100; i++) {
		AUTO_BUF struct buf line = { 0 };

		buf_fmt(&line, "INFO s%d.f: match [x]", i);
		line_at(&t, buf_cstr(&line), 0, 1);
		buf_clear(&line);
		buf_fmt(&line, "ERROR s%d.f.ban: run [x]", i);
		line_at(&t, buf_cstr(&line), 0, 1);
	}
	line_at(&t, "INFO ssh.f: match [x]", 0, 1);
	check_counts(&t, "matches_total 1 ssh f; matches_total 1 s0 f; matches_total 99 other other; matches_total 99 0; "
			 "actions_total 100 error live other other other; actions_total 100 0; ");
}

static void check_values(void)
{
	AUTO_TOOL struct tool t = { 0 };
	json_auto_t *all = json_loads("{\"ip\": \"{{ ip.split('.')[0] }}\"}", 0, NULL);
	json_auto_t *for_ = json_loads("{\"ssh\": {\"f\": {\"ip\": true}}, \"my.web\": {\"a.b\": {\"agent\": false}}}", 0, NULL);

	begin(&t);
	t.counts.values = true;
	t.rules = (struct rules){ all, for_ };
	know_names(&t);
	counts_begin(&t.counts, 4);
	line_at(&t, "INFO ssh.f: match [192.0.2.1]", 0, 1);
	line_at(&t, "INFO ssh.f: match [\"192.0.2.1\"]", 0, 1);
	line_at(&t, "INFO ssh.f: match [\"a\", \"b\"]", 0, 1);
	line_at(&t, "INFO my.web.a.b: match [\"bot\", \"192.0.2.1\"]", 0, 1); /* agent comes before ip */
	for (int i = 0; i < 5; i++)
		line_at(&t, (const char *const[]){ "INFO ssh.f: match [1]", "INFO ssh.f: match [2]", "INFO ssh.f: match [3]",
						   "INFO ssh.f: match [4]", "INFO nobody.f: match [4]" }[i], 0, 1);
	check_counts(&t, "matches_total 7 ssh f; matches_total 1 my.web a.b; matches_total 1 nobody f; "
			 "match_values_total 2 ssh f ip 192.0.2.1; match_values_total 1 my.web a.b ip 192; "
			 "match_values_total 1 ssh f ip 1; match_values_total 1 ssh f ip 2; "
			 "match_values_total 2 ssh f ip other; match_values_total 2 0; ");
}

static void check_level(void)
{
	AUTO_TOOL struct tool t = { 0 };

	begin(&t);
	CHECK(!counts_level_insufficient(&t.counts));
	line_at(&t, "no level", 0, 1);
	CHECK(!counts_level_insufficient(&t.counts));
	line_at(&t, "ERROR x", 0, 1);
	CHECK(counts_level_insufficient(&t.counts));
	line_at(&t, "DEBUG x", 0, 1);
	CHECK(!counts_level_insufficient(&t.counts));
	for (int i = 0; i < COUNTS_SILENT - 1; i++)
		line_at(&t, "WARN x", 0, 1);
	CHECK(!counts_level_insufficient(&t.counts));
	line_at(&t, "ERROR x", 0, 1);
	CHECK(counts_level_insufficient(&t.counts));
	line_at(&t, "INFO x", 0, 1);
	CHECK(!counts_level_insufficient(&t.counts));
}

/* ---- cuts ---- */

/* What a run leaves is what the next begins with. */
static void save(const struct tool *t, struct buf *out)
{
	for (size_t i = 0; i < COUNTS; i++)
		series_save(&t->counts.table[i], out);
	flow_save(&t->flow, out);
	topology_save(&t->topology, out);
	counts_save(&t->counts, out);
}

static int load(struct tool *t, const struct buf *saved)
{
	struct series *tables[COUNTS];
	struct words payload = { { buf_cstr(saved), saved->len } }, line;
	struct text key;
	int r = 1;

	for (size_t i = 0; i < COUNTS; i++)
		tables[i] = &t->counts.table[i];
	while (r > 0 && words_line(&payload, &line, &key)) {
		r = series_load(tables, COUNTS, key, line);
		if (r == 0)
			r = flow_load(&t->flow, key, line);
		if (r == 0)
			r = topology_load(&t->topology, key, line);
		if (r == 0)
			r = counts_load(&t->counts, key, line);
	}
	return r;
}

static const char *const vocabulary[] = {
	"INFO start command: run [a]", "ERROR start command: run [a]: exit code: 2", "INFO ssh: start [x]",
	"INFO my.web: start [x]",      "INFO ssh.f: match [1.2.3.4]",                 "INFO my.web.a.b: match [\"a\", \"b\"]",
	"INFO ssh.f.ban: run [a 1]",   "INFO ssh.f.ban: run [a 2]",                   "ERROR ssh.f.ban: run [a 1], code exit status 1",
	"ERROR ssh.f.ban: run [a 2], code exit status 1", "INFO received SIGTERM, closing streams...",
	"INFO stop command: run [z]",  "WARN x",                                      "nothing",
};

/* A log of n lines with times, cut anywhere, each part read as soon as it is written, with idle runs between. */
static int run_cut(uint64_t seed, size_t n, bool timed, bool cut, struct buf *ret)
{
	struct tool t = { 0 };
	uint64_t cuts = seed * 7 + 1, now = 5000;
	int wrong = 0;

	begin(&t);
	t.counts.values = true;
	know_names(&t);
	counts_begin(&t.counts, 200);
	for (size_t i = 0; i < n; i++) {
		uint64_t random = test_random(&seed);

		now += random % 5 ? random >> 60 : 40 + (random >> 58);
		line_at(&t, vocabulary[(random >> 16) % ARRAY_LEN(vocabulary)], timed ? now : 0, now);
		if (cut && test_random(&cuts) % 3 == 0) {
			AUTO_BUF struct buf saved = { 0 };

			if (timed)
				flow_settle(&t.flow, now + test_random(&cuts) % 2);
			save(&t, &saved);
			tool_done(&t);
			begin(&t);
			wrong += load(&t, &saved) != 1;
			counts_begin(&t.counts, 200);
		}
	}
	flow_finish(&t.flow);
	save(&t, ret);
	tool_done(&t);
	return wrong;
}

static void check_cuts(uint64_t seed)
{
	int wrong = 0;

	for (int round = 0; round < 300; round++) {
		AUTO_BUF struct buf whole = { 0 }, parts = { 0 };
		uint64_t s = test_random(&seed);

		wrong += run_cut(s, 60, round % 2, false, &whole);
		wrong += run_cut(s, 60, round % 2, true, &parts);
		/* The order in which label sets were born may differ; their lines do not. */
		wrong += whole.len != parts.len;
		for (const char *p = buf_cstr(&whole); *p; p += strcspn(p, "\n") + 1) {
			AUTO_FREE char *line = strndup(p, strcspn(p, "\n") + 1);

			wrong += strstr(buf_cstr(&parts), line) == NULL;
		}
	}
	CHECK_INT(wrong, 0);
}

/* What is not canonical is refused. */
static void check_bad_state(void)
{
	static const char *const bad[] = {
		"flow 1 2 3 0", "flow 1 2 0 2", "flow 1 2 0", "flow 1 2 0 0 0", "flow x 2 0 0", "held 8 1 1 a b",
		"held 0 1 1 a", "held 0 1 1 a b c", "held 0 x 1 a b", "silent 1", "silent 1 2", "silent 1 1 1",
		"topology 3", "topology %7b%7d x", "topology",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO_TOOL struct tool t = { 0 };
		AUTO_BUF struct buf saved = { 0 };

		begin(&t);
		buf_fmt(&saved, "%s\n", bad[i]);
		OK_(load(&t, &saved) == -EINVAL, bad[i], "taken");
	}
}

int main(void)
{
	check_pairs();
	check_no_pairs();
	check_held_bound();
	check_replay();
	check_untimed_replay();
	check_all_starts();
	check_names();
	check_bounds();
	check_values();
	check_level();
	check_cuts(test_seed());
	check_bad_state();
	return TEST_END();
}
