/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/logfile: every kind of rotation between two runs, each as a
 * story: what is handed on, and which gap is counted.
 */
#include <errno.h>

#include "core/follow.h"
#include "files.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/logfile.h"

static int dir;
static struct follow_pos pos;
static struct logfile_stats stats;
static struct buf got;

static void take(void *ctx, struct text line)
{
	(void)ctx;
	buf_add(&got, line.p, line.n);
	buf_chr(&got, '|');
}

/* What one run hands on, its lines with a '|' behind each; the position goes through the state and back. */
static const char *run(enum logfile_begin begin, uint64_t deadline_ns)
{
	AUTO_BUF struct buf saved = { 0 };
	struct words all, line;
	struct text key;
	struct logfile *f;

	buf_clear(&got);
	stats = (struct logfile_stats){ 0 };
	if (logfile_open(dir, "log", &f) < 0)
		return "(none)";
	CHECK_INT(logfile_read(f, &pos, begin, deadline_ns, take, NULL, &stats), 0);
	logfile_close(f);
	words_key(&saved, "pos");
	follow_save(&pos, &saved);
	words_end(&saved);
	all.left = (struct text){ saved.data, saved.len };
	CHECK(words_line(&all, &line, &key) && follow_load(line, &pos) == 0);
	return buf_cstr(&got);
}

static const char *next(void)
{
	return run(LOGFILE_AT_END, 0);
}

/* "" or the gaps, as a letter each. */
static const char *gaps(void)
{
	static char s[64];
	size_t n = 0;

	for (size_t g = 0; g < FOLLOW_GAPS; g++)
		for (uint64_t i = 0; i < stats.gaps[g] && n < sizeof(s) - 1; i++)
			s[n++] = "TRU"[g];
	s[n] = '\0';
	return s;
}

static void append(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) < 0)
		files_die(name);
}

static void move(const char *from, const char *to)
{
	if (rename(from, to) < 0)
		files_die(from);
}

static void copy(const char *from, const char *to)
{
	const char *text = files_get(from);

	files_put(to, text, strlen(text));
}

static void shell(const char *command)
{
	if (system(command) != 0)
		files_die(command);
}

/* A line of 70 bytes: enough of them to know a file again. */
#define FILLER " 123456789 123456789 123456789 123456789 123456789 123456789 1234567 "
#define LONG(x) x FILLER x "\n"
#define LONG_(x) x FILLER x "|"

/* The story begins: a log of two lines, read. */
static void start(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	files_put("log", LONG("a") LONG("b"), 2 * strlen(LONG("a")));
	CHECK_STR(run(LOGFILE_AT_START, 0), LONG_("a") LONG_("b"));
	CHECK_STR(gaps(), "");
}

#define RUN_IS(lines, gap) \
	do { \
		CHECK_STR(next(), lines); \
		CHECK_STR(gaps(), gap); \
	} while (0)

/* ---- the beginning ---- */

static void first_run_begins_at_the_end(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log", "old\npart");
	RUN_IS("", "");
	append("log", "ial\nnew\n");
	RUN_IS("partial|new|", "");
	RUN_IS("", "");
}

static void first_run_begins_at_the_start_where_it_is_said(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log.1", "older\n");
	append("log", "old\n");
	CHECK_STR(run(LOGFILE_AT_START, 0), "old|");
	CHECK_INT(stats.bytes, 4);
	CHECK_INT(stats.lines, 1);
	RUN_IS("", "");
}

static void log_without_a_line_end(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log", "");
	RUN_IS("", "");
	append("log", "no");
	RUN_IS("", "");
	append("log", "w\n");
	RUN_IS("now|", "");
}

/* Its inode is that of log.2's bytes then, or of anything else. */
static void empty_at_first_and_rotated_away_since(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log", "");
	RUN_IS("", "");
	append("log", LONG("a"));
	shell("gzip -c log > log.3.gz");
	append("log.2", LONG("b"));
	append("log.1", "");
	append("log.1", "c");
	files_put("log", LONG("d"), strlen(LONG("d")));
	RUN_IS(LONG_("a") LONG_("b") "c|" LONG_("d"), "");
	RUN_IS("", "");
}

/* Of what was there before nothing is new. */
static void empty_at_first_beside_a_brother(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log.1", "old");
	append("log", "");
	RUN_IS("", "");
	append("log", "new\n");
	RUN_IS("new|", "");
}

static void absent_log_is_read_from_its_first_byte_once_it_is_there(void)
{
	struct logfile *f;

	files_clear();
	pos = (struct follow_pos){ 0 };
	CHECK_INT(logfile_open(dir, "log", &f), -ENOENT);
	CHECK_INT(logfile_open(dir, "no/such/log", &f), -ENOENT);
	append("log.1", LONG("old"));
	RUN_IS("", "");
	CHECK(pos.known);
	append("log", "new\n");
	RUN_IS("new|", "");
	CHECK(unlink("log") == 0 && unlink("log.1") == 0);
	CHECK_STR(next(), "(none)");
	append("log", "other\n");
	RUN_IS("other|", "R");
}

static void absent_beside_a_packed_brother(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log.1", LONG("old"));
	shell("gzip log.1");
	RUN_IS("", "");
	append("log", "new\n");
	RUN_IS("new|", "");
}

static void first_run_beside_what_cannot_be_read(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log.1.gz", "this is not gzip\n");
	RUN_IS("", "");
	append("log", "new\n");
	RUN_IS("new|", "");
}

static void what_is_no_file_is_no_log(void)
{
	struct logfile *f = NULL;

	files_clear();
	CHECK(mkdir("log", 0755) == 0);
	CHECK_INT(logfile_open(dir, "log", &f), -EISDIR);
	CHECK(rmdir("log") == 0 && mkfifo("log", 0644) == 0);
	CHECK_INT(logfile_open(dir, "log", &f), -EOPNOTSUPP);
	CHECK(!f);
}

static void link_to_the_log_of_today(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log-20260101", LONG("a"));
	CHECK(symlink("log-20260101", "log") == 0);
	RUN_IS("", "");
	append("log-20260101", "b\n");
	append("log-20260102", "c\n");
	CHECK(unlink("log") == 0 && symlink("log-20260102", "log") == 0);
	RUN_IS("b|c|", "");
}

static void link_into_another_directory(void)
{
	struct logfile *f;

	files_clear();
	pos = (struct follow_pos){ 0 };
	CHECK(mkdir("app", 0755) == 0);
	append("app/today", LONG("a"));
	CHECK(symlink("app/link", "log") == 0 && symlink("../app/today", "app/link") == 0);
	RUN_IS("", "");
	append("app/today", "b\n");
	move("app/today", "app/today.1");
	append("app/today", "c\n");
	RUN_IS("b|c|", "");
	CHECK(unlink("app/link") == 0 && symlink("../log", "app/link") == 0);
	CHECK_INT(logfile_open(dir, "log", &f), -ELOOP);
	CHECK(unlink("app/link") == 0 && unlink("app/today") == 0 && unlink("app/today.1") == 0);
}

/* ---- growing ---- */

static void partial_line_waits_for_its_end(void)
{
	start();
	append("log", "c");
	RUN_IS("", "");
	append("log", "d\ne");
	RUN_IS("cd|", "");
	append("log", "\n\n\n");
	RUN_IS("e|||", "");
}

static void nul_and_cr_are_part_of_a_line(void)
{
	static const char text[] = "a\0b\r\n\r\n\0\n";

	files_clear();
	pos = (struct follow_pos){ 0 };
	files_put("log", text, sizeof(text) - 1);
	(void)run(LOGFILE_AT_START, 0);
	CHECK_INT(got.len, 9);
	CHECK(got.len == 9 && memcmp(got.data, "a\0b\r|\r|\0|", 9) == 0);
}

static void log_is_text_whatever_it_begins_with(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log", "\x1f\x8b\x08 a\n");
	CHECK_STR(run(LOGFILE_AT_START, 0), "\x1f\x8b\x08 a|");
	append("log", "b\n");
	RUN_IS("b|", "");
}

static void fill(const char *name, size_t n)
{
	AUTO_FREE char *text = malloc(n + 1);

	memset(text, 'x', n);
	text[n] = '\0';
	append(name, text);
}

static void line_over_the_cap_is_counted_once_across_runs(void)
{
	start();
	fill("log", LOGFILE_LINE_MAX);
	RUN_IS("", "");
	append("log", "x");
	RUN_IS("", "");
	CHECK_INT(stats.too_long, 1);
	fill("log", 1000000);
	RUN_IS("", "");
	CHECK_INT(stats.too_long, 0);
	CHECK_INT(stats.bytes, 1000000);
	append("log", "\nc\n");
	RUN_IS("c|", "");
	CHECK_INT(stats.too_long, 0);
	fill("log", 300000);
	append("log", "\nd\n");
	RUN_IS("d|", "");
	CHECK_INT(stats.too_long, 1);
	CHECK_INT(stats.lines, 2);
}

static void longest_line_is_handed_on(void)
{
	start();
	fill("log", LOGFILE_LINE_MAX);
	append("log", "\n");
	(void)next();
	CHECK_INT(got.len, LOGFILE_LINE_MAX + 1);
	CHECK_INT(stats.too_long, 0);
}

static void first_run_in_a_line_over_the_cap(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log", "a\n");
	fill("log", 200000);
	RUN_IS("", "");
	append("log", "yz\nb\n");
	RUN_IS("b|", "");
}

static void deadline_stops_and_the_next_run_goes_on(void)
{
	start();
	append("log", "c\n");
	CHECK_STR(run(LOGFILE_AT_END, 1), "");
	RUN_IS("c|", "");
}

static void two_reads_of_one_opening(void)
{
	struct logfile *f;

	start();
	append("log", "c\n");
	CHECK_INT(logfile_open(dir, "log", &f), 0);
	buf_clear(&got);
	CHECK_INT(logfile_read(f, &pos, LOGFILE_AT_END, 0, take, NULL, &stats), 0);
	append("log", "d\nmore");
	CHECK_INT(logfile_unread(f, &pos), 6);
	CHECK_INT(logfile_read(f, &pos, LOGFILE_AT_END, 0, take, NULL, &stats), 0);
	CHECK_STR(buf_cstr(&got), "c|d|");
	CHECK_INT(logfile_unread(f, &pos), 4);
	CHECK(clock_wall_ns() - logfile_written_ns(f) < 3600 * CLOCK_NS_PER_S);
	logfile_close(f);
	logfile_close(NULL);
}

/* ---- renamed ---- */

static void renamed(void)
{
	start();
	append("log", "c\n");
	move("log", "log.1");
	append("log", "d\n");
	RUN_IS("c|d|", "");
	RUN_IS("", "");
	append("log", "e\n");
	RUN_IS("e|", "");
}

static void renamed_twice_between_two_runs(void)
{
	start();
	append("log", "c\n");
	move("log", "log.2");
	append("log.1", "d\n");
	append("log", "e\n");
	RUN_IS("c|d|e|", "");
}

static void renamed_and_the_new_one_is_not_there_yet(void)
{
	start();
	append("log", "c\n");
	move("log", "log.1");
	RUN_IS("c|", "");
	append("log.1", "d\n"); /* until the writer opens the new one */
	RUN_IS("d|", "");
	append("log", "");
	append("log.1", "e\nf");
	RUN_IS("e|", "");
	append("log", "g");
	RUN_IS("", "");
	append("log", "\n");
	RUN_IS("f|g|", "");
}

static void renamed_by_date(void)
{
	start();
	append("log", "c\n");
	move("log", "log-20260101");
	append("log-20260102", "d\n");
	append("log-20260102-1767312000", "e\n");
	append("log", "f\n");
	RUN_IS("c|d|e|f|", "");
}

static void many_files_and_the_oldest_are_left_out(void)
{
	start();
	append("log", "c\n");
	move("log", "log.60");
	for (int i = 1; i < 200; i++) {
		char name[32], text[32];

		if (i == 60)
			continue;
		(void)snprintf(name, sizeof(name), "log.%d", i);
		(void)snprintf(text, sizeof(text), "%d\n", i);
		append(name, i < 3 || i > 60 ? text : "");
	}
	append("log", "d\n");
	RUN_IS("c|2|1|d|", "");
}

static void packed_with(const char *program)
{
	char command[64];

	start();
	append("log", "c\n");
	move("log", "log.2");
	append("log.1", "d\n");
	(void)snprintf(command, sizeof(command), "%s log.2 log.1", program);
	shell(command);
	append("log", "e\n");
	RUN_IS("c|d|e|", "");
	RUN_IS("", "");
}

static void packed_while_both_are_there(void)
{
	start();
	append("log", "c\n");
	move("log", "log.1");
	shell("gzip -k log.1");
	append("log", "d\n");
	RUN_IS("c|d|", "");
	CHECK(unlink("log.1") == 0);
	RUN_IS("", "");
}

static void packed_file_is_not_unpacked_again(void)
{
	start();
	append("log", "c\n");
	shell("head -c 150000 /dev/urandom | tr -d '\\n' > noise && { cat noise; echo; } >> log");
	move("log", "log.1");
	shell("gzip log.1");
	RUN_IS("c|", "");
	CHECK(stats.too_long == 1);
	shell("printf damaged | dd of=log.1.gz bs=1 seek=100000 conv=notrunc status=none");
	RUN_IS("", "");
	append("log", "");
	RUN_IS("", "");
	append("log", "d\n");
	RUN_IS("d|", "");
}

static void packed_again_in_another_way(void)
{
	start();
	append("log", LONG("c") LONG("d") LONG("e"));
	move("log", "log.1");
	shell("gzip log.1");
	RUN_IS(LONG_("c") LONG_("d") LONG_("e"), "");
	RUN_IS("", "");
	shell("gunzip log.1.gz && touch takes-its-inode && xz log.1");
	append("log", "f\n");
	RUN_IS("f|", "");
}

static void last_line_of_a_packed_file_waits_too(void)
{
	start();
	append("log", "c\nd");
	move("log", "log.1");
	shell("gzip log.1");
	RUN_IS("c|", "");
	RUN_IS("", "");
	append("log", "e\n");
	RUN_IS("d|e|", "");
}

static void packed_only_in_part_yet(void)
{
	start();
	append("log", "c\n");
	move("log", "log.1");
	append("log.1.gz", "\x1f\x8b\x08");
	append("log", "d\n");
	RUN_IS("c|d|", "");
}

static void last_line_without_its_end_is_final_once_renamed(void)
{
	start();
	append("log", "c");
	move("log", "log.1");
	append("log", "d\n");
	RUN_IS("c|d|", "");
	CHECK_INT(stats.bytes, 3);
}

static void line_over_the_cap_ends_with_its_file(void)
{
	start();
	fill("log", 100000);
	RUN_IS("", "");
	move("log", "log.1");
	append("log", "d\n");
	RUN_IS("d|", "");
	CHECK_INT(stats.too_long, 0);
}

static void inode_used_again(void)
{
	start();
	append("log", "c\n");
	shell("cp log log.1"); /* as if it had been renamed, packed and unpacked: another inode */
	files_put("log", LONG("other") LONG("bytes") LONG("d"), strlen(LONG("other") LONG("bytes") LONG("d")));
	RUN_IS("c|" LONG_("other") LONG_("bytes") LONG_("d"), "");
}

/* ---- copied and truncated ---- */

static void copied_and_truncated(void)
{
	start();
	append("log", "c\n");
	copy("log", "log.1");
	files_put("log", "d\n", 2);
	RUN_IS("c|d|", "");
}

static void copied_truncated_and_packed(void)
{
	start();
	append("log", "c\n");
	copy("log", "log.1");
	shell("xz log.1");
	files_put("log", "", 0);
	RUN_IS("c|", "");
	append("log", "d\n");
	RUN_IS("d|", "");
}

static void copied_and_not_truncated_yet(void)
{
	start();
	append("log", "c\n");
	copy("log", "log.1");
	RUN_IS("c|", "");
	files_put("log", "d\n", 2);
	RUN_IS("d|", "");
}

static void copied_and_truncated_after_it_was_opened(void)
{
	struct logfile *f;

	start();
	append("log", "c\n");
	CHECK_INT(logfile_open(dir, "log", &f), 0);
	copy("log", "log.1");
	files_put("log", "d\n", 2);
	buf_clear(&got);
	CHECK_INT(logfile_read(f, &pos, LOGFILE_AT_END, 0, take, NULL, &stats), 0);
	CHECK_STR(buf_cstr(&got), "");
	logfile_close(f);
	RUN_IS("c|d|", "");
}

static void truncated_without_a_copy(void)
{
	start();
	append("log", "c\n");
	files_put("log", "d\n", 2);
	RUN_IS("d|", "T");
	RUN_IS("", "");
}

static void truncated_and_grown_beyond_where_reading_stood(void)
{
	start();
	files_put("log", LONG("c") LONG("d") LONG("e"), 3 * strlen(LONG("c")));
	RUN_IS(LONG_("c") LONG_("d") LONG_("e"), "T");
}

static void truncated_and_empty(void)
{
	start();
	files_put("log", "", 0);
	RUN_IS("", "T");
	append("log", "d\n");
	RUN_IS("d|", "");
}

static void last_bytes_gone_in_a_crash(void)
{
	start();
	append("log", LONG("c") LONG("d") LONG("e"));
	RUN_IS(LONG_("c") LONG_("d") LONG_("e"), "");
	CHECK(truncate("log", (off_t)(4 * strlen(LONG("a")) + 2)) == 0);
	RUN_IS("", "T");
	append("log", "f\n");
	RUN_IS("e f|", "");
	CHECK(truncate("log", (off_t)(4 * strlen(LONG("a")))) == 0);
	append("log", LONG("n") "o\np\n");
	RUN_IS("o|p|", "T"); /* from where reading stood, from the next line on */
}

/* ---- gone ---- */

static void file_is_gone(void)
{
	start();
	append("log", "c\n");
	CHECK(unlink("log") == 0);
	append("log.1", LONG("1"));
	append("log", LONG("2"));
	RUN_IS(LONG_("2"), "R"); /* what was in log.1 may have been read: nothing counts twice */
	RUN_IS("", "");
}

static void file_is_gone_and_nothing_new_is_there(void)
{
	start();
	CHECK(unlink("log") == 0);
	append("log.1", LONG("1"));
	RUN_IS("", "R");
	append("log", "2\n");
	RUN_IS("2|", "");
}

static void few_bytes_are_any_files(void)
{
	files_clear();
	pos = (struct follow_pos){ 0 };
	append("log", "same\n");
	CHECK_STR(run(LOGFILE_AT_START, 0), "same|");
	append("log.3", "same\nold\n");
	append("new", "new\n");
	move("new", "log");
	RUN_IS("new|", "R");
}

static void two_files_that_may_be_it(void)
{
	start();
	append("log", "c\n");
	copy("log", "log.2");
	copy("log", "log.1");
	CHECK(unlink("log") == 0);
	append("log", "d\n");
	RUN_IS("c|d|", "R");
}

static void log_that_is_it_in_spite_of_its_inode(void)
{
	start();
	append("log", "c\n");
	copy("log", "log.1");
	copy("log", "restored");
	move("restored", "log");
	RUN_IS("c|", "");
	append("log", "d\n");
	RUN_IS("d|", "");
}

static void brother_that_cannot_be_read(void)
{
	start();
	append("log", "c\n");
	move("log", "log.2");
	CHECK(mkdir("log.1", 0755) == 0);
	RUN_IS("c|", "");
	append("log", "d\n");
	RUN_IS("d|", "U");
	RUN_IS("", "");
}

/* A child without root's rights, which may not read log.1 (or list the directory, where that is what is asked). */
static int run_as_nobody(void *hides_all)
{
	const bool hides = *(const bool *)hides_all;

	if (chmod("log", 0644) < 0 || chmod("log.1", 0) < 0 || chmod(".", hides ? 0711 : 0755) < 0 ||
	    setgid(65534) < 0 || setuid(65534) < 0)
		return 1;
	if (strcmp(next(), "") != 0 || strcmp(gaps(), hides ? "U" : "") != 0)
		return 2;
	return 0;
}

static void what_may_not_be_read(void)
{
	if (geteuid() != 0) {
		SKIP("what may not be read", "not root");
		return;
	}
	for (int hides = 0; hides < 2; hides++) {
		start();
		move("log", hides ? "log.3" : "log.2");
		append("log.1", "c\n");
		append("log", "");
		CHECK_INT(in_child(run_as_nobody, (bool[]){ hides }), 0);
		CHECK(chmod(".", 0755) == 0);
	}
}

static void damaged_brother(void)
{
	start();
	append("log", "c\n");
	move("log", "log.1");
	shell("gzip log.1 && truncate -s -4 log.1.gz");
	RUN_IS("c|", "");
	RUN_IS("", "");
	append("log", "d\n");
	RUN_IS("d|", "U"); /* all its lines were there, but nobody knows whether they are all */
	RUN_IS("", "");
}

static void brother_that_is_damaged_from_its_beginning(void)
{
	static const char *const texts[] = { "\x1f\x8b\x08 and no more", "no gzip\n" };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		start();
		move("log", "log.2");
		append("log.1.gz", texts[i]);
		append("log", "d\n");
		RUN_IS("d|", "U");
	}
}

static void brother_that_is_damaged_and_may_be_it(void)
{
	start();
	append("log.1.gz", "\x1f\x8b\x08 and no more");
	append("new", "");
	move("new", "log");
	RUN_IS("", "U");
	RUN_IS("", "");
	append("log", "d\n");
	RUN_IS("d|", "");
}

static void brother_that_is_damaged_in_a_line_over_the_cap(void)
{
	start();
	fill("log", 300000);
	move("log", "log.1");
	shell("gzip log.1 && truncate -s -4 log.1.gz");
	append("log", "d\n");
	RUN_IS("d|", "U");
	CHECK_INT(stats.too_long, 1);
}

static void nothing_of_a_link_is_read_as_a_brother(void)
{
	start();
	append("secret", LONG("a") LONG("b") "secret\n");
	CHECK(unlink("log") == 0 && symlink("secret", "log.1") == 0);
	append("log", "d\n");
	RUN_IS("d|", "U");
}

/* ---- whole files ---- */

static int read_whole(const char *name)
{
	AUTO_FD int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	return logfile_read_whole(fd, take, NULL, &stats);
}

static const char *whole(const char *name)
{
	buf_clear(&got);
	stats = (struct logfile_stats){ 0 };
	CHECK_INT(read_whole(name), 0);
	return buf_cstr(&got);
}

static void whole_file_of_any_kind(void)
{
	static const char *const programs[] = { "gzip", "xz", "zstd -q" };

	files_clear();
	append("f", "a\nb\nlast");
	CHECK_STR(whole("f"), "a|b|last|");
	CHECK_INT(stats.bytes, 8);
	CHECK_INT(stats.lines, 3);
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		char command[64];

		(void)snprintf(command, sizeof(command), "%s -c < f > packed", programs[i]);
		shell(command);
		CHECK_STR(whole("packed"), "a|b|last|");
	}
	append("empty", "");
	CHECK_STR(whole("empty"), "");
	CHECK_INT(read_whole("."), -EISDIR);
}

/* The file comes in through a pipe, a few bytes at a time. */
static int read_stdin(void *name)
{
	const char *text = files_get(name);
	struct stat st;
	int fd[2];

	if (stat(name, &st) < 0 || pipe(fd) < 0 || dup2(fd[0], 0) < 0)
		return 1;
	for (off_t i = 0; i < st.st_size; i++)
		if (write(fd[1], text + i, 1) != 1)
			return 1;
	(void)close(fd[1]);
	buf_clear(&got);
	return logfile_read_whole(STDIN_FILENO, take, NULL, &stats) < 0 || strcmp(buf_cstr(&got), "a|b|last|") != 0;
}

static void whole_standard_input(void)
{
	files_clear();
	append("f", "a\nb\nlast");
	shell("gzip -k f");
	CHECK_INT(in_child(read_stdin, (char[]){ "f" }), 0);
	CHECK_INT(in_child(read_stdin, (char[]){ "f.gz" }), 0);
}

int main(void)
{
	dir = files_open();
	first_run_begins_at_the_end();
	first_run_begins_at_the_start_where_it_is_said();
	log_without_a_line_end();
	empty_at_first_and_rotated_away_since();
	empty_at_first_beside_a_brother();
	absent_log_is_read_from_its_first_byte_once_it_is_there();
	absent_beside_a_packed_brother();
	first_run_beside_what_cannot_be_read();
	what_is_no_file_is_no_log();
	link_to_the_log_of_today();
	link_into_another_directory();
	partial_line_waits_for_its_end();
	nul_and_cr_are_part_of_a_line();
	log_is_text_whatever_it_begins_with();
	line_over_the_cap_is_counted_once_across_runs();
	longest_line_is_handed_on();
	first_run_in_a_line_over_the_cap();
	deadline_stops_and_the_next_run_goes_on();
	two_reads_of_one_opening();
	renamed();
	renamed_twice_between_two_runs();
	renamed_and_the_new_one_is_not_there_yet();
	renamed_by_date();
	many_files_and_the_oldest_are_left_out();
	packed_with("gzip");
	packed_with("xz");
	packed_with("zstd -q --rm");
	packed_while_both_are_there();
	packed_file_is_not_unpacked_again();
	packed_again_in_another_way();
	last_line_of_a_packed_file_waits_too();
	packed_only_in_part_yet();
	last_line_without_its_end_is_final_once_renamed();
	line_over_the_cap_ends_with_its_file();
	inode_used_again();
	copied_and_truncated();
	copied_truncated_and_packed();
	copied_and_not_truncated_yet();
	copied_and_truncated_after_it_was_opened();
	truncated_without_a_copy();
	truncated_and_grown_beyond_where_reading_stood();
	truncated_and_empty();
	last_bytes_gone_in_a_crash();
	file_is_gone();
	file_is_gone_and_nothing_new_is_there();
	few_bytes_are_any_files();
	two_files_that_may_be_it();
	log_that_is_it_in_spite_of_its_inode();
	brother_that_cannot_be_read();
	what_may_not_be_read();
	damaged_brother();
	brother_that_is_damaged_from_its_beginning();
	brother_that_is_damaged_and_may_be_it();
	brother_that_is_damaged_in_a_line_over_the_cap();
	nothing_of_a_link_is_read_as_a_brother();
	whole_file_of_any_kind();
	whole_standard_input();
	buf_done(&got);
	files_close(dir);
	return TEST_END();
}
