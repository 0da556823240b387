/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes audit-textfile/trail: the input is lines of audit.log, each also given
 * as an entry of the journal; lines of a saved state among them are loaded first. Each line is one
 * record or one fault; counters only grow; each event counts once; sums of breakdowns are their totals; what
 * is saved loads to the same bytes; slices of a record lie in its line.
 */
#include <string.h>

#include "../../cmd/audit-textfile/trail.h"

enum { STATE_MAX = 1 << 20 };

static uint64_t sum(const struct counts *c, enum count which)
{
	AUTO_BUF struct buf lines = { 0 };
	uint64_t total = 0;

	series_save(&c->table[which], &lines);
	for (const char *p = buf_cstr(&lines), *end; (end = strchr(p, '\n')); p = end + 1) {
		struct words line = { { p, (size_t)(end - p) } };
		AUTO_BUF struct buf word = { 0 };
		uint64_t n;

		if (words_get_text(&line, &word) == 0 && strcmp(buf_cstr(&word), "folded") != 0 &&
		    words_get_text(&line, &word) == 0 && words_get_u64(&line, &n) == 0)
			total += n;
	}
	return total;
}

static void check_sums(const struct counts *c, const struct trail *t)
{
	if (sum(c, COUNT_SSH_FAILURES) != sum(c, COUNT_SSH_FAILED) ||
	    sum(c, COUNT_SUDO_COMMANDS) != sum(c, COUNT_SUDO))
		abort();
	if (t->events.n > EVENTS_MAX || t->events.pending > t->events.n || t->events.n_done > t->events.n)
		abort();
}

static void check_state(const struct trail *t)
{
	AUTO_BUF struct buf state = { .max = STATE_MAX }, again = { .max = STATE_MAX };
	struct words payload, line;
	struct text key;
	struct trail next;

	trail_save(t, &state);
	payload.left = (struct text){ state.data, state.len };
	trail_init(&next, t->counts);
	while (words_line(&payload, &line, &key))
		if (trail_load(&next, key, line) != 1)
			abort();
	trail_save(&next, &again);
	if (state.len != again.len || (state.len && memcmp(state.data, again.data, state.len) != 0))
		abort();
	if (trail_pending(t) != trail_pending(&next))
		abort();
	trail_done(&next);
}

static bool is_inside(struct text part, struct text all)
{
	return part.n == 0 || (part.p >= all.p && part.p + part.n <= all.p + all.n);
}

/* A reader that remembers says the same as one that does not; no field reaches beyond the line. */
static void check_record(struct record_reader *reader, struct text line)
{
	static struct record_reader fresh;
	struct record a, b;
	enum record_fault fault = record_parse(reader, line, &a);
	struct text body, name, value;

	fresh = (struct record_reader){ .types = reader->types };
	if (record_parse(&fresh, line, &b) != fault)
		abort();
	if (fault != RECORD_FINE)
		return;
	if (a.ms != b.ms || a.serial != b.serial || a.type != b.type || a.number != b.number)
		abort();
	body = record_body(&a);
	if (!is_inside(a.node, line) || !is_inside(body, line) || !is_inside(field_message(body), body))
		abort();
	while (field_next(&body, &name, &value))
		if (!is_inside(name, line) || !is_inside(value, line) || !is_inside(body, line))
			abort();
}

static void give(struct trail *t, struct text line)
{
	static const char *const types[] = { "1100", "1112", "1109", "1123", "1300", "1305", "9", "x" };
	unsigned char choice = line.n ? (unsigned char)line.p[0] : 0;
	const struct trail_entry e = { text_from(types[choice & 7]), text_from(choice & 8 ? "1" : "2"),
				       text_from(choice & 16 ? "1795147712817000" : "1795147712818000"),
				       line };
	uint64_t before = sum(t->counts, COUNT_RECORDS) + sum(t->counts, COUNT_PARSE_ERRORS);

	check_record(&t->reader, line);
	trail_line(t, line);
	trail_entry(t, &e);
	if (sum(t->counts, COUNT_RECORDS) + sum(t->counts, COUNT_PARSE_ERRORS) != before + 2)
		abort();
	check_sums(t->counts, t);
}

static void load_foreign(struct trail *t, struct text all)
{
	struct words payload = { all }, line;
	struct text key;

	while (words_line(&payload, &line, &key))
		(void)!trail_load(t, key, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct text all = { (const char *)data, n };
	struct counts c = { 0 };
	struct trail t;
	uint64_t events;

	if (n > 16384)
		return 0;
	counts_init(&c, 10);
	trail_init(&t, &c);
	load_foreign(&t, all);
	for (const char *end; all.n && (end = memchr(all.p, '\n', all.n));) {
		struct text line = { all.p, (size_t)(end - all.p) };

		give(&t, line);
		all = (struct text){ end + 1, all.n - line.n - 1 };
	}
	check_state(&t);
	events = sum(&c, COUNT_EVENTS) + trail_pending(&t);
	trail_flush(&t);
	check_sums(&c, &t);
	if (trail_pending(&t) || sum(&c, COUNT_EVENTS) != events || trail_error(&t) < 0)
		abort();
	check_state(&t);
	trail_done(&t);
	counts_done(&c);
	return 0;
}
