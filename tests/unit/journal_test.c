/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/journal: what is handed on from real journal files, run by run,
 * which gap is counted, and what is kept of an entry.
 */
#include <errno.h>

#include "journals.h"
#include "os/fd.h"
#include "os/journal.h"

static int dir;
static struct buf text, cursor, got;
static struct journal_stats stats;

static const char *const message[] = { "MESSAGE", NULL };
static const struct journal_query from_end = { .fields = message };
static const struct journal_query from_start = { .fields = message, .from_start = true };

static void take(void *ctx, const struct journal_entry *e)
{
	(void)ctx;
	for (size_t i = 0; i < e->n; i++) {
		buf_add(&got, e->fields[i].value.p, e->fields[i].value.n);
		buf_chr(&got, '|');
	}
}

/* Reads once; got has the values of each entry's fields, a '|' behind each. */
static int read_once(const struct journal_query *q)
{
	struct journal *j;
	int r = journal_open(dir, "/", &j);

	buf_clear(&got);
	stats = (struct journal_stats){ 0 };
	if (r < 0)
		return r;
	r = journal_read(j, q, &cursor, take, NULL, &stats);
	journal_close(j);
	return r;
}

#define READ_IS(q, want, gaps) \
	do { \
		CHECK_INT(read_once(q), 0); \
		CHECK_STR(buf_cstr(&got), want); \
		CHECK_INT(stats.cursor_lost, gaps); \
	} while (0)

static void clear(void)
{
	files_clear();
	buf_clear(&cursor);
}

/* One field beside the message. */
static void add(uint64_t us, const char *name, const char *value, const char *said)
{
	journals_begin(&text, us);
	journals_field(&text, name, text_from(value));
	journals_field(&text, "MESSAGE", text_from(said));
	journals_end(&text);
}

static void write_one(const char *file, uint64_t us, const char *said)
{
	add(us, "UNIT", "x", said);
	journals_write(file, &text);
}

/* ---- where reading begins and goes on ---- */

static void a_first_run_begins_at_the_end(void)
{
	clear();
	write_one("a.journal", 1, "old");
	READ_IS(&from_end, "", 0);
	READ_IS(&from_end, "", 0);
	write_one("a.journal", 2, "new");
	READ_IS(&from_end, "new|", 0);
	READ_IS(&from_end, "", 0);
	CHECK_INT(stats.entries, 0);
}

static void a_first_run_begins_at_the_start_where_it_is_said(void)
{
	clear();
	add(1, "UNIT", "x", "one");
	add(2, "UNIT", "x", "two");
	journals_write("a.journal", &text);
	READ_IS(&from_start, "one|two|", 0);
	CHECK_INT(stats.entries, 2);
	READ_IS(&from_start, "", 0);
	write_one("a.journal", 3, "three");
	READ_IS(&from_start, "three|", 0);
}

/* A run that has no time left gets on all the same. */
static void a_late_run_reads_a_part(void)
{
	struct journal_query q = from_start;

	q.deadline_ns = 1;
	clear();
	for (uint64_t i = 0; i < 600; i++)
		add(i, "UNIT", "x", "");
	journals_write("a.journal", &text);
	CHECK_INT(read_once(&q), 0);
	CHECK_INT(stats.entries, 256);
	CHECK_INT(read_once(&q), 0);
	CHECK_INT(stats.entries, 255); /* and the one at the cursor */
	CHECK_INT(read_once(&q), 0);
	CHECK_INT(stats.entries, 600 - 256 - 255);
	READ_IS(&q, "", 0);
}

static void files_are_read_in_the_order_of_time(void)
{
	clear();
	for (uint64_t i = 0; i < 3; i++)
		add(10 * i, "UNIT", "x", (const char *[]){ "a0", "a10", "a20" }[i]);
	journals_write("a.journal", &text);
	for (uint64_t i = 0; i < 3; i++)
		add(10 * i + 5, "UNIT", "x", (const char *[]){ "b5", "b15", "b25" }[i]);
	journals_write("b.journal", &text);
	READ_IS(&from_start, "a0|b5|a10|b15|a20|b25|", 0);
	write_one("a.journal", 30, "a30");
	write_one("b.journal", 31, "b31");
	READ_IS(&from_start, "a30|b31|", 0);
}

static void a_journal_without_entries_is_none(void)
{
	struct journal *j = NULL;

	clear();
	CHECK_INT(journal_open(dir, "/", &j), -ENOENT);
	CHECK_INT(journal_open(dir, "no/such", &j), -ENOENT);
	files_put("a.journal", "this is not a journal", 21);
	CHECK_INT(journal_open(dir, "/", &j), -ENOENT);
	CHECK(!j);
}

static int open_as_nobody(void *expected)
{
	struct journal *j;

	if (geteuid() == 0 && setuid(65534) < 0)
		return 1;
	return journal_open(dir, "/", &j) == *(int *)expected ? 0 : 2;
}

static void a_journal_that_may_not_be_read_is_told(void)
{
	int denied = -EACCES;

	clear();
	write_one("user-1000.journal", 1, "mine");
	write_one("system.journal", 1, "the system's");
	CHECK(chmod("user-1000.journal", 0644) == 0 && chmod("system.journal", 0) == 0);
	CHECK_INT(in_child(open_as_nobody, &denied), 0);
	CHECK(chmod("system.journal", 0644) == 0);
	CHECK_INT(in_child(open_as_nobody, &(int){ 0 }), 0);
}

/* ---- what matches ---- */

static const struct journal_match unit_a[] = { { "UNIT", "a" }, { 0 } };
static const struct journal_match unit_b[] = { { "UNIT", "b" }, { 0 } };
static const struct journal_match a_and_one[] = { { "UNIT", "a" }, { "NUMBER", "1" }, { 0 } };
static const struct journal_match a_or_b[] = { { "UNIT", "a" }, { "UNIT", "b" }, { 0 } };

#define GROUPS(...) ((const struct journal_match *const[]){ __VA_ARGS__ })
#define QUERY(n, ...) \
	(&(struct journal_query){ \
		.groups = GROUPS(__VA_ARGS__), .n_groups = (n), .fields = message, .from_start = true })

static void groups_are_alternatives_and_fields_of_a_group_all(void)
{
	static const char units[] = "abc";

	clear();
	for (uint64_t i = 0; i < 6; i++) {
		char unit[2] = { units[i % 3], '\0' }, said[3] = { units[i % 3], (char)('0' + i / 3), '\0' };

		journals_begin(&text, i);
		journals_field(&text, "UNIT", text_from(unit));
		journals_field(&text, "NUMBER", text_from(said + 1));
		journals_field(&text, "MESSAGE", text_from(said));
		journals_end(&text);
	}
	journals_write("a.journal", &text);
	READ_IS(QUERY(1, unit_a), "a0|a1|", 0);
	buf_clear(&cursor);
	READ_IS(QUERY(2, unit_a, unit_b), "a0|b0|a1|b1|", 0);
	buf_clear(&cursor);
	READ_IS(QUERY(1, a_or_b), "a0|b0|a1|b1|", 0);
	buf_clear(&cursor);
	READ_IS(QUERY(1, a_and_one), "a1|", 0);
	buf_clear(&cursor);
	READ_IS(QUERY(2, a_and_one, unit_b), "b0|a1|b1|", 0);
	buf_clear(&cursor);
	READ_IS(&from_start, "a0|b0|c0|a1|b1|c1|", 0);
}

static void has_looks_among_all_entries(void)
{
	static const struct journal_match both[] = { { "UNIT", "a" }, { "MESSAGE", "said" }, { 0 } };
	struct journal *j;

	clear();
	add(1, "UNIT", "a", "said");
	add(2, "UNIT", "c", "other");
	journals_write("a.journal", &text);
	CHECK_INT(journal_open(dir, "/", &j), 0);
	CHECK_INT(journal_written_ns(j), 0);
	CHECK(journal_has(j, unit_a) && journal_has(j, both));
	CHECK(!journal_has(j, unit_b) && !journal_has(j, a_and_one));
	CHECK_INT(journal_read(j, &from_start, &cursor, take, NULL, &stats), 0);
	CHECK_INT(journal_written_ns(j), 1700000000000002000);
	journal_close(j);
	journal_close(NULL);
}

/* A match that comes after a thousand others is found from where reading stood, and what was passed is not
 * gone through again though it is vacuumed: that is no gap. */
static void the_cursor_moves_on_though_nothing_matches(void)
{
	clear();
	write_one("a.journal", 1, "first");
	READ_IS(QUERY(1, unit_a), "", 0);
	for (uint64_t i = 10; i < 14; i++)
		add(i, "UNIT", "x", "new");
	journals_write("b.journal", &text);
	READ_IS(QUERY(1, unit_a), "", 0);
	CHECK(unlink("a.journal") == 0);
	add(20, "UNIT", "a", "match");
	journals_write("b.journal", &text);
	READ_IS(QUERY(1, unit_a), "match|", 0);
	READ_IS(QUERY(1, unit_a), "", 0);
}

/* The data object of a field, in the file's bytes (systemd's JOURNAL_FILE_FORMAT): its payload is at its end,
 * behind 64 bytes, or in compact mode (16 in the header's incompatible flags) behind 72. */
static char *object_of(struct buf *file, const char *field)
{
	char *payload = memmem(file->data, file->len, field, strlen(field));

	return payload ? payload - (file->data[12] & 16 ? 72 : 64) : NULL;
}

enum { OBJECT_FLAGS = 1, OBJECT_N_ENTRIES = 56, OBJECT_COMPRESSED_XZ = 1 };

/* As journald leaves a file while it appends: the entry is there, and not yet to be found by its fields. */
static void an_entry_that_is_half_written_is_not_passed(void)
{
	AUTO_BUF struct buf file = { .max = 64 * 1024 * 1024 };
	char *object;

	clear();
	write_one("a.journal", 1, "first");
	READ_IS(QUERY(1, unit_a), "", 0);
	write_one("a.journal", 2, "second");
	add(3, "UNIT", "a", "match");
	journals_write("a.journal", &text);
	CHECK_INT(fd_slurp(dir, "a.journal", &file), 0);
	object = object_of(&file, "UNIT=a");
	CHECK(object && object[OBJECT_N_ENTRIES] == 1);
	if (!object)
		return;
	object[OBJECT_N_ENTRIES] = 0;
	files_put("a.journal", file.data, file.len);
	READ_IS(QUERY(1, unit_a), "", 0);
	object[OBJECT_N_ENTRIES] = 1;
	files_put("a.journal", file.data, file.len);
	READ_IS(QUERY(1, unit_a), "match|", 0);
	READ_IS(QUERY(1, unit_a), "", 0);
}

/* libsystemd says of text that passes for a packed value that it wants memory. A libsystemd that cannot
 * unpack it leaves the field out. */
static void a_damaged_entry_is_passed(void)
{
	AUTO_BUF struct buf file = { .max = 64 * 1024 * 1024 };
	char *object;

	clear();
	add(1, "UNIT", "x", "one");
	add(2, "UNIT", "x", "two");
	add(3, "UNIT", "x", "three");
	journals_write("a.journal", &text);
	CHECK_INT(fd_slurp(dir, "a.journal", &file), 0);
	object = object_of(&file, "MESSAGE=two");
	CHECK(object && object[OBJECT_FLAGS] == 0);
	if (!object)
		return;
	object[OBJECT_FLAGS] = OBJECT_COMPRESSED_XZ;
	files_put("a.journal", file.data, file.len);
	READ_IS(&from_start, "one|three|", 0);
	CHECK_INT(stats.entries + stats.corrupt, 3);
	READ_IS(&from_start, "", 0);
}

/* ---- gaps ---- */

static void a_vacuumed_cursor_is_one_gap(void)
{
	clear();
	write_one("a.journal", 1, "a1");
	READ_IS(&from_start, "a1|", 0);
	write_one("a.journal", 2, "a2");
	add(10, "UNIT", "x", "b10");
	add(11, "UNIT", "x", "b11");
	journals_write("b.journal", &text);
	CHECK(unlink("a.journal") == 0);
	READ_IS(&from_start, "b10|b11|", 1);
	READ_IS(&from_start, "", 0);
	write_one("b.journal", 12, "b12");
	READ_IS(&from_start, "b12|", 0);
}

static void a_vacuumed_cursor_is_one_gap_though_nothing_matches(void)
{
	const struct journal_query q = { .groups = GROUPS(unit_a), .n_groups = 1, .fields = message };

	clear();
	write_one("a.journal", 1, "a1");
	READ_IS(&from_start, "a1|", 0);
	write_one("b.journal", 10, "b10");
	CHECK(unlink("a.journal") == 0);
	READ_IS(&q, "", 1);
	add(11, "UNIT", "a", "b11");
	journals_write("b.journal", &text);
	READ_IS(&q, "b11|", 0);
}

static void what_was_read_is_not_read_again_behind_a_gap(void)
{
	clear();
	add(10, "UNIT", "x", "b10");
	add(11, "UNIT", "x", "b11");
	journals_write("b.journal", &text);
	add(12, "UNIT", "x", "a12");
	journals_write("a.journal", &text);
	READ_IS(&from_start, "b10|b11|a12|", 0);
	CHECK(unlink("a.journal") == 0);
	READ_IS(&from_start, "", 1);
	write_one("b.journal", 13, "b13");
	READ_IS(&from_start, "b13|", 0);
}

static void the_journal_of_another_machine_is_read_from_now_on(void)
{
	clear();
	write_one("a.journal", 1000, "a");
	READ_IS(&from_start, "a|", 0);
	files_clear();
	write_one("b.journal", 1, "older");
	READ_IS(&from_start, "", 1);
	READ_IS(&from_start, "", 0);
	write_one("b.journal", 2, "newer");
	READ_IS(&from_start, "newer|", 0);
}

static void a_cursor_that_is_none_is_a_gap(void)
{
	clear();
	write_one("a.journal", 1, "a");
	buf_str(&cursor, "no cursor");
	READ_IS(&from_start, "", 1);
	write_one("a.journal", 2, "b");
	READ_IS(&from_start, "b|", 0);
}

/* ---- what is kept of an entry ---- */

static const char *const some[] = { "MESSAGE", "UNIT", "_EXE", NULL };
static const struct journal_query some_fields = { .fields = some, .from_start = true };

static void fields_that_are_not_wanted_are_left_out(void)
{
	clear();
	journals_begin(&text, 1);
	journals_field(&text, "MESSAGE_ID", text_from("longer name"));
	journals_field(&text, "MESSAG", text_from("shorter name"));
	journals_field(&text, "UNIT", text_from("="));
	journals_field(&text, "MESSAGE", text_from("said=so"));
	journals_end(&text);
	journals_write("a.journal", &text);
	READ_IS(&from_start, "said=so|", 0);
	buf_clear(&cursor);
	CHECK_INT(read_once(&some_fields), 0);
	CHECK_STR(buf_cstr(&got), "=|said=so|");
	buf_clear(&cursor);
	READ_IS((&(struct journal_query){ .fields = (const char *const[]){ NULL }, .from_start = true }), "",
		0);
	CHECK_INT(stats.entries, 1);
}

static void values_are_any_bytes(void)
{
	static const char bytes[] = "two\nlines\0\xff\x01";

	clear();
	journals_begin(&text, 1);
	journals_field(&text, "MESSAGE", (struct text){ bytes, sizeof(bytes) - 1 });
	journals_end(&text);
	journals_write("a.journal", &text);
	CHECK_INT(read_once(&from_start), 0);
	CHECK(got.len == sizeof(bytes) && memcmp(got.data, bytes, sizeof(bytes) - 1) == 0);
}

/* Compressible and not: libsystemd cuts the first, we the second. */
static void long_values_are_cut(void)
{
	enum { LONG = JOURNAL_FIELD_MAX + 100 };
	AUTO_FREE char *value = calloc(1, LONG);
	uint64_t seed = 1;

	for (int noise = 0; value && noise < 2; noise++) {
		for (size_t i = 0; i < LONG; i++)
			value[i] = noise ? (char)test_random(&seed) : (char)('a' + i / 1000 % 26);
		for (size_t n = JOURNAL_FIELD_MAX - 1; n <= LONG; n += n < JOURNAL_FIELD_MAX + 1 ? 1 : 99) {
			size_t kept = n < JOURNAL_FIELD_MAX ? n : JOURNAL_FIELD_MAX;

			clear();
			journals_begin(&text, 1);
			journals_field(&text, "MESSAGE", (struct text){ value, n });
			journals_end(&text);
			journals_write("a.journal", &text);
			CHECK_INT(read_once(&from_start), 0);
			CHECK_INT(got.len, kept + 1);
			CHECK(got.len == kept + 1 && memcmp(got.data, value, kept) == 0);
		}
	}
}

enum { NAMES = 10 };

static void take_counted(void *ctx, const struct journal_entry *e)
{
	size_t *n = ctx;

	CHECK(text_is(journal_get(e, "_EXE"), "/bin/x"));
	CHECK(!journal_get(e, "_EX").p && !journal_get(e, "MESSAGE").p);
	CHECK_INT(e->realtime_us, 1700000000000001);
	for (size_t i = 0; i < e->n; i++)
		n[e->fields[i].name.p[1] - '0'] += e->fields[i].name.n == 2;
}

/* Whoever may write to the journal can give each name often and at length. */
static void many_fields_push_no_others_out(void)
{
	static const char *const names[] = { "F0", "F1", "F2", "F3", "F4",   "F5",
					     "F6", "F7", "F8", "F9", "_EXE", NULL };
	const struct journal_query q = { .fields = names, .from_start = true };
	AUTO_FREE char *value = calloc(1, JOURNAL_FIELD_MAX);
	size_t n[NAMES + 1] = { 0 };
	struct journal *j;

	clear();
	stats = (struct journal_stats){ 0 };
	text.max = 64 * 1024 * 1024;
	journals_begin(&text, 1);
	for (int i = 0; value && i < 200; i++) {
		(void)snprintf(value, JOURNAL_FIELD_MAX, "%d", i);
		journals_field(&text, names[i % NAMES], (struct text){ value, JOURNAL_FIELD_MAX });
	}
	journals_field(&text, "_EXE", text_from("/bin/x"));
	journals_end(&text);
	journals_write("a.journal", &text);
	CHECK_INT(journal_open(dir, "/", &j), 0);
	CHECK_INT(journal_read(j, &q, &cursor, take_counted, n, &stats), 0);
	CHECK_INT(stats.entries, 1);
	journal_close(j);
	for (size_t i = 0; i < NAMES; i++)
		CHECK_INT(n[i], JOURNAL_SAME_MAX);
}

static void a_name_given_twice_has_both_values(void)
{
	clear();
	journals_begin(&text, 1);
	journals_field(&text, "MESSAGE", text_from("one"));
	journals_field(&text, "MESSAGE", text_from("two"));
	journals_end(&text);
	journals_write("a.journal", &text);
	CHECK_INT(read_once(&from_start), 0);
	CHECK(strcmp(buf_cstr(&got), "one|two|") == 0 || strcmp(buf_cstr(&got), "two|one|") == 0);
}

int main(void)
{
	if (!journals_writer()) {
		SKIP("journals", "systemd-journal-remote is not installed");
		return TEST_END();
	}
	dir = files_open();
	a_first_run_begins_at_the_end();
	a_first_run_begins_at_the_start_where_it_is_said();
	a_late_run_reads_a_part();
	files_are_read_in_the_order_of_time();
	a_journal_without_entries_is_none();
	a_journal_that_may_not_be_read_is_told();
	groups_are_alternatives_and_fields_of_a_group_all();
	has_looks_among_all_entries();
	the_cursor_moves_on_though_nothing_matches();
	an_entry_that_is_half_written_is_not_passed();
	a_damaged_entry_is_passed();
	a_vacuumed_cursor_is_one_gap();
	a_vacuumed_cursor_is_one_gap_though_nothing_matches();
	what_was_read_is_not_read_again_behind_a_gap();
	the_journal_of_another_machine_is_read_from_now_on();
	a_cursor_that_is_none_is_a_gap();
	fields_that_are_not_wanted_are_left_out();
	values_are_any_bytes();
	long_values_are_cut();
	many_fields_push_no_others_out();
	a_name_given_twice_has_both_values();
	files_close(dir);
	buf_done(&text);
	buf_done(&cursor);
	buf_done(&got);
	return TEST_END();
}
