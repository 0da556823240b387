/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/follow: prints of what was read are those of the file, however
 * it was read; names of rotated files and their order; positions as words.
 */
#include <errno.h>

#include "core/follow.h"
#include "test.h"

/* ---- positions ---- */

/* The prints' bytes, taken from the whole. */
static struct follow_bytes bytes_at(const char *file, size_t offset)
{
	struct follow_bytes b = { 0 };

	b.n_head = offset < FOLLOW_HEAD_MAX ? offset : FOLLOW_HEAD_MAX;
	b.n_tail = offset < FOLLOW_TAIL_MAX ? offset : FOLLOW_TAIL_MAX;
	memcpy(b.head, file, b.n_head);
	memcpy(b.tail, file + offset - b.n_tail, b.n_tail);
	return b;
}

static void prints_do_not_depend_on_how_it_was_read(uint64_t seed)
{
	char file[2000];
	int wrong = 0;

	for (size_t i = 0; i < sizeof(file); i++)
		file[i] = (char)(test_random(&seed) >> 40);
	for (int round = 0; round < 5000; round++) {
		struct follow_pos pos = { .known = true };
		struct follow_bytes b = { 0 }, want;
		size_t max = round % 3 ? 90 : 700, left = test_random(&seed) % sizeof(file);

		while (left) {
			size_t n = test_random(&seed) % max;

			n = n < left ? n : left;
			follow_consume(&pos, &b, file + pos.offset, n);
			left -= n;
		}
		want = bytes_at(file, pos.offset);
		wrong += b.n_head != want.n_head || memcmp(b.head, want.head, want.n_head) != 0;
		wrong += b.n_tail != want.n_tail || memcmp(b.tail, want.tail, want.n_tail) != 0;
		follow_print(&pos, &b);
		wrong += pos.head.n != want.n_head || pos.tail.n != want.n_tail || !follow_matches(&pos, &want);
	}
	CHECK_INT(wrong, 0);
}

static void file_is_told_by_its_bytes(void)
{
	char file[600];
	struct follow_pos pos = { .known = true };
	struct follow_bytes b = { 0 };

	for (size_t i = 0; i < sizeof(file); i++)
		file[i] = (char)i;
	follow_consume(&pos, &b, file, 500);
	follow_print(&pos, &b);
	CHECK(follow_matches(&pos, &b) && follow_has_head(&pos, &b));
	for (size_t i = 0; i < 500; i++) { /* the first 256 count, and the last 64 */
		struct follow_bytes other;
		bool is_same = i >= FOLLOW_HEAD_MAX && i < 500 - FOLLOW_TAIL_MAX;

		file[i] ^= 1;
		other = bytes_at(file, 500);
		if (follow_matches(&pos, &other) != is_same || follow_has_head(&pos, &other) != (i >= FOLLOW_HEAD_MAX))
			OK_(false, "file is told by its bytes", "byte %zu", i);
		file[i] ^= 1;
	}
	b = bytes_at(file, 499);
	CHECK(!follow_matches(&pos, &b));
	b = bytes_at(file, 100); /* a shorter file */
	CHECK(!follow_matches(&pos, &b) && !follow_has_head(&pos, &b));
}

static void longer_file_may_begin_as_a_short_one_did(void)
{
	struct follow_pos pos = { .known = true };
	struct follow_bytes b = { 0 }, longer = bytes_at("abc\ndef\n", 8);

	follow_consume(&pos, &b, "abc\n", 4);
	follow_print(&pos, &b);
	CHECK(follow_has_head(&pos, &longer));
	CHECK(!follow_matches(&pos, &longer)); /* not at its offset */
}

static void nothing_matches_anything(void)
{
	struct follow_pos pos = { .known = true };
	struct follow_bytes b = { 0 };

	follow_consume(&pos, &b, NULL, 0);
	follow_print(&pos, &b);
	CHECK_INT(pos.offset, 0);
	CHECK(follow_matches(&pos, &b));
}

/* ---- names ---- */

static void names_of_rotated_files(void)
{
	static const struct {
		const char *log, *name, *date;
		uint64_t number;
		bool packed;
	} t[] = {
		{ "log", "log.1", "", 1, false },
		{ "log", "log.0", "", 0, false },
		{ "log", "log.12.gz", "", 12, true },
		{ "log", "log.9999999", "", 9999999, false },
		{ "log", "log.3.xz", "", 3, true },
		{ "log", "log.3.zst", "", 3, true },
		{ "log", "log.3.bz2", "", 3, true },
		{ "log", "log-20260102", "20260102", 0, false },
		{ "log", "log.20260102", "20260102", 0, false },
		{ "log", "log_20260102.gz", "20260102", 0, true },
		{ "log", "log-2026010215", "2026010215", 0, false },
		{ "log", "log-20260102-1767312000.xz", "20260102-1767312000", 0, true },
		{ "log", "log.2026-01-02", "2026-01-02", 0, false },
		{ "log", "log.2026-01-02_15-04", "2026-01-02_15-04", 0, false },
		{ "log", "log-2026-01-02T15:04:05.000.gz", "2026-01-02T15:04:05.000", 0, true },
		{ "audit.log", "audit.log.1", "", 1, false },
		{ "app.log", "app.1.log", "", 1, false },
		{ "app.log", "app-20260102.log.gz", "20260102", 0, true },
		{ "a.b.log", "a.b.2.log", "", 2, false },
	};
	struct follow_name got;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		bool is = follow_parse_name(t[i].log, t[i].name, &got);

		OK_(is && got.number == t[i].number && text_is(got.date, t[i].date) && got.packed == t[i].packed,
		    t[i].name, "%d, number %" PRIu64 ", date %.*s", is, got.number, (int)got.date.n, got.date.p);
	}
}

static void any_other_names(void)
{
	static const struct {
		const char *log, *name;
	} t[] = {
		{ "log", "log" },
		{ "log", "log." },
		{ "log", "log-" },
		{ "log", "lo.1" },
		{ "log", "log1" },
		{ "log", "log.1x" },
		{ "log", "log.x1" },
		{ "log", "log.1.tmp" },
		{ "log", "log.1.gz.tmp" },
		{ "log", "log.1.gz.gz" },
		{ "log", "log.1-" },
		{ "log", "log.1-2" },
		{ "log", "log..1" },
		{ "log", "log.-1" },
		{ "log", "log.gz" },
		{ "log", "log-1" },
		{ "log", "log-2026010" },
		{ "log", "log-20260102x" },
		{ "log", "log-20260102--15" },
		{ "log", "log.old" },
		{ "log", "logs.1" },
		{ "log", "" },
		{ "app.log", "app.1" },
		{ "app.log", "app.1.txt" },
		{ "app.log", "app.log" },
		{ ".log", ".1.log" },
	};
	struct follow_name got = { .number = 77 };

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		OK_(!follow_parse_name(t[i].log, t[i].name, &got) && got.number == 77, t[i].name, "taken");
}

/* The oldest first. */
static void order_of_rotated_files(void)
{
	static const char *const names[] = {
		"log-20251231", "log-20260102", "log-20260102-1767312000", "log-2026010215",
		"log.100",	"log.10",	"log.9",		   "log.2",
		"log.1",	"log.0",
	};
	struct follow_name a, b;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		for (size_t j = 0; j < ARRAY_LEN(names); j++) {
			int c;

			if (!follow_parse_name("log", names[i], &a) || !follow_parse_name("log", names[j], &b))
				exit(99);
			c = follow_compare_names(&a, &b);
			OK_(i < j ? c < 0 : i > j ? c > 0 : c == 0, names[i], "and %s: %d", names[j], c);
		}
	CHECK(follow_parse_name("log", "log.3", &a) && follow_parse_name("log", "log.3.gz", &b));
	CHECK_INT(follow_compare_names(&a, &b), 0);
	CHECK(follow_parse_name("log", "log-20260102.xz", &a) && follow_parse_name("log", "log-20260102", &b));
	CHECK_INT(follow_compare_names(&a, &b), 0);
}

/* ---- in the state ---- */

static int load(const char *words, struct follow_pos *pos)
{
	return follow_load((struct words){ text_from(words) }, pos);
}

static void positions_are_saved_and_loaded(void)
{
	const struct follow_pos pos = { true, 12, 300, { 1, 256 }, { UINT64_MAX, 64 }, true, true, true };
	struct follow_pos back = { 0 };
	AUTO_BUF struct buf out = { 0 }, again = { 0 };

	follow_save(&pos, &out);
	CHECK_STR(buf_cstr(&out), " 1 12 300 1 256 18446744073709551615 64 1 1 1");
	CHECK_INT(load(buf_cstr(&out), &back), 0);
	follow_save(&back, &again);
	CHECK_STR(buf_cstr(&again), buf_cstr(&out));
}

static void no_other_words_are_a_position(void)
{
	static const char *const t[] = {
		"",
		" 1 12 300 1 256 2 64 1 0",
		" 1 12 300 1 256 2 64 1 0 0 ",
		" 1 12 300 1 256 2 64 1 0 0 0",
		" 2 12 300 1 256 2 64 1 0 0",
		" 1 12 300 1 256 2 64 2 0 0",
		" 1 12 300 1 256 2 64 1 2 0",
		" 1 12 300 1 256 2 64 1 0 2",
		" 1 12 300 1 255 2 64 1 0 0",
		" 1 12 300 1 256 2 63 1 0 0",
		" 1 12 30 1 256 2 30 1 0 0",
		" 1 12 30 1 30 2 64 1 0 0",
		" 1 12 9223372036854775808 1 256 2 64 1 0 0",
		" 1 12 x 1 256 2 64 1 0 0",
		" 1 12 0300 1 256 2 64 1 0 0",
	};
	struct follow_pos pos = { .offset = 77 };

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		OK_(load(t[i], &pos) == -EINVAL && pos.offset == 77, t[i], "taken");
	CHECK_INT(load(" 1 12 9223372036854775807 1 256 2 64 1 0 0", &pos), 0);
	CHECK_INT(load(" 0 0 0 0 0 0 0 0 0 0", &pos), 0);
}

static void gaps_have_names(void)
{
	CHECK_STR(follow_gap_names[FOLLOW_TRUNCATED], "truncated");
	CHECK_STR(follow_gap_names[FOLLOW_ROTATED_AWAY], "rotated_away");
	CHECK_STR(follow_gap_names[FOLLOW_UNREADABLE], "unreadable");
}

int main(void)
{
	uint64_t seed = test_seed();

	prints_do_not_depend_on_how_it_was_read(seed);
	file_is_told_by_its_bytes();
	longer_file_may_begin_as_a_short_one_did();
	nothing_matches_anything();
	names_of_rotated_files();
	any_other_names();
	order_of_rotated_files();
	positions_are_saved_and_loaded();
	no_other_words_are_a_position();
	gaps_have_names();
	return TEST_END();
}
