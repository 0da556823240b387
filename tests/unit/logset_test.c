/* SPDX-License-Identifier: MIT */
/* Tests of os/logset: the positions of several logs from run to run, as lines, and what is summed over them.
 */
#include <errno.h>

#include "journals.h"
#include "os/log.h"
#include "os/logset.h"

static struct run run;
static struct buf state, got;

static void take(void *ctx, struct text line)
{
	(void)ctx;
	buf_add(&got, line.p, line.n);
	buf_chr(&got, '|');
}

static void take_entry(void *ctx, const struct journal_entry *e)
{
	take(ctx, journal_get(e, "MESSAGE"));
}

static void append(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) < 0)
		files_die(name);
}

/* Nothing is there, nothing is known. */
static void begin(void)
{
	files_clear();
	buf_clear(&state);
}

/* A run's beginning: what is lost is lost with the set. */
static void load(struct logset *s)
{
	struct words all = { .left = { state.data, state.len } }, line;
	struct text key;

	buf_clear(&got);
	memset(run.targets, 0, sizeof(run.targets));
	logset_reset(s);
	while (words_line(&all, &line, &key))
		CHECK_INT(logset_load(s, key, line), 1);
}

static int load_line(struct logset *s, const char *text)
{
	struct words all = { .left = text_from(text) }, line;
	struct text key;

	return words_line(&all, &line, &key) ? logset_load(s, key, line) : -1;
}

/* Its end. */
static void save(struct logset *s)
{
	buf_clear(&state);
	logset_save(s, &state);
	logset_done(s);
	CHECK(s->n == 0 && !s->files);
}

struct use_path {
	const char *use, *path;
};

/* A run over logs, the list ending with a zeroed one. */
static struct logset follow(const struct use_path *logs, bool from_start)
{
	struct logset s = { .from_start = from_start }, kept;

	for (; logs->use; logs++)
		(void)!logset_add(&s, &run, logs->use, logs->path);
	load(&s);
	for (size_t i = 0; i < s.n; i++)
		(void)!logset_read(&s, i, &run, take, NULL);
	kept = s;
	save(&s);
	return kept; /* its figures are of interest; its pointers are gone */
}

#define LOGS(...) ((const struct use_path[]){ __VA_ARGS__, { 0 } })

static void positions_go_by_use_and_path(void)
{
	begin();
	append("a", "a1\n");
	append("b b", "b1\n");
	(void)follow(LOGS({ "x", "/a" }, { "x", "/b b" }, { "y", "/a" }), true);
	CHECK_STR(buf_cstr(&got), "a1|b1|a1|");
	append("a", "a2\n");
	(void)follow(LOGS({ "x", "/a" }, { "x", "/b b" }), true);
	CHECK_STR(buf_cstr(&got), "a2|");
	append("b b", "b2\n");
	(void)follow(LOGS({ "x", "/b b" }, { "x", "/a" }), true); /* in any order */
	CHECK_STR(buf_cstr(&got), "b2|");
	CHECK_INT(run.targets[RUN_OK], 2);
}

static void another_use_of_a_log_has_its_own_position(void)
{
	begin();
	append("a", "a1\n");
	(void)follow(LOGS({ "x", "/a" }), true);
	(void)follow(LOGS({ "y", "/a" }), true);
	CHECK_STR(buf_cstr(&got), "a1|");
}

static void nothing_is_left_of_what_was_reset(void)
{
	AUTO_BUF struct buf saved = { 0 };
	struct logset s = { .from_start = true, .has_journal = true };

	begin();
	append("a", "a1\npart");
	CHECK_INT(logset_add(&s, &run, "x", "/a"), 0);
	load(&s);
	logset_save(&s, &saved);
	CHECK_INT(load_line(&s, "cursor c\n"), 1);
	CHECK_INT(logset_read(&s, 0, &run, take, NULL), 0);
	CHECK(s.bytes > 0 && s.unread > 0);
	s.gaps[LOGSET_CORRUPT] = s.too_long = 1;
	logset_reset(&s);
	CHECK_INT(s.bytes + s.unread + s.too_long + s.gaps[LOGSET_CORRUPT], 0);
	save(&s);
	CHECK_STR(buf_cstr(&state), buf_cstr(&saved));
}

static void a_log_that_was_left_out_begins_anew(void)
{
	begin();
	append("a", "a1\n");
	append("b", "b1\n");
	(void)follow(LOGS({ "x", "/a" }, { "x", "/b" }), true);
	(void)follow(LOGS({ "x", "/b" }), true);
	CHECK(!strstr(buf_cstr(&state), "/a"));
	append("a", "a2\n");
	(void)follow(LOGS({ "x", "/a" }, { "x", "/b" }), false);
	CHECK_STR(buf_cstr(&got), "");
	append("a", "a3\n");
	(void)follow(LOGS({ "x", "/a" }, { "x", "/b" }), false);
	CHECK_STR(buf_cstr(&got), "a3|");
}

static void a_new_log_begins_at_its_end_or_start(void)
{
	begin();
	append("a", "a1\n");
	(void)follow(LOGS({ "x", "/a" }), false);
	CHECK_STR(buf_cstr(&got), "");
	begin();
	append("a", "a1\n");
	(void)follow(LOGS({ "x", "/a" }), true);
	CHECK_STR(buf_cstr(&got), "a1|");
}

static void a_log_that_is_not_there_yet_is_read_from_its_first_byte(void)
{
	begin();
	(void)follow(LOGS({ "x", "/a" }), false);
	CHECK_INT(run.targets[RUN_FAILED], 1);
	CHECK_INT(run.targets[RUN_OK], 0);
	append("a", "a1\n");
	(void)follow(LOGS({ "x", "/a" }), false);
	CHECK_STR(buf_cstr(&got), "a1|");
	CHECK_INT(run.targets[RUN_OK], 1);
}

static void a_log_that_cannot_be_opened_keeps_its_position(void)
{
	begin();
	append("a", "a1\n");
	(void)follow(LOGS({ "x", "/a" }), true);
	CHECK(rename("a", "kept") == 0 && mkdir("a", 0755) == 0);
	(void)follow(LOGS({ "x", "/a" }), true);
	CHECK_INT(run.targets[RUN_FAILED], 1);
	CHECK(rmdir("a") == 0 && rename("kept", "a") == 0);
	append("a", "a2\n");
	(void)follow(LOGS({ "x", "/a" }), true);
	CHECK_STR(buf_cstr(&got), "a2|");
}

static void what_was_asked_and_dropped_is_not_in_the_set(void)
{
	struct logset s = { 0 };

	begin();
	append("b", "b1\n");
	CHECK_INT(logset_add(&s, &run, "x", "/a"), -ENOENT);
	logset_drop(&s);
	CHECK_INT(logset_add(&s, &run, "x", "/b"), 0);
	logset_drop(&s);
	CHECK_INT(logset_add(&s, &run, "y", "/b"), 0);
	CHECK_INT(s.n, 1);
	load(&s);
	save(&s);
	CHECK(strncmp(buf_cstr(&state), "position y /b ", 14) == 0);
	CHECK_STR(strchr(buf_cstr(&state), '\n'), "\n");
}

static void figures_are_summed(void)
{
	AUTO_BUF struct buf line = { 0 };
	struct logset s;

	begin();
	for (size_t i = 0; i < LOGFILE_LINE_MAX + 1; i++)
		buf_chr(&line, 'x');
	append("a", "12345\npart");
	append("b", "123\n");
	append("c", buf_cstr(&line));
	append("c", "\nshort\n");
	s = follow(LOGS({ "x", "/a" }, { "x", "/b" }, { "x", "/c" }), true);
	CHECK_STR(buf_cstr(&got), "12345|123|short|");
	CHECK_INT(s.bytes, 6 + 4 + LOGFILE_LINE_MAX + 2 + 6);
	CHECK_INT(s.too_long, 1);
	CHECK_INT(s.unread, 4);
	CHECK(unlink("a") == 0 && unlink("b") == 0);
	append("a", "other\n");
	append("b", "other\n");
	s = follow(LOGS({ "x", "/a" }, { "x", "/b" }, { "x", "/c" }), true);
	CHECK_INT(s.gaps[FOLLOW_ROTATED_AWAY] + s.gaps[FOLLOW_TRUNCATED], 2);
	CHECK_INT(s.bytes, 12);
	CHECK_INT(s.unread, 0);
}

static void a_whole_file_is_summed_too(void)
{
	struct logset s = { 0 };

	begin();
	append("a", "one\ntwo");
	load(&s);
	CHECK_INT(logset_read_input(&s, "a", &run, take, NULL), 0);
	CHECK_INT(logset_read_input(&s, "none", &run, take, NULL), -ENOENT);
	CHECK_STR(buf_cstr(&got), "one|two|");
	CHECK_INT(s.bytes, 7);
	CHECK_INT(run.targets[RUN_OK], 1);
	CHECK_INT(run.targets[RUN_FAILED], 1);
	save(&s);
	CHECK_STR(buf_cstr(&state), "");
}

static void lines_that_are_none_are_refused(void)
{
	struct logset s = { 0 };

	CHECK_INT(load_line(&s, "count x 1\n"), 0);
	CHECK_INT(load_line(&s, "position x\n"), -EINVAL);
	CHECK_INT(load_line(&s, "position x /a\n"), -EINVAL);
	CHECK_INT(load_line(&s, "position x /a 1 2 3 word\n"), -EINVAL);
	CHECK_INT(load_line(&s, "cursor\n"), -EINVAL);
	CHECK_INT(load_line(&s, "cursor a b\n"), -EINVAL);
	logset_done(&s);
}

static void every_gap_has_a_name(void)
{
	for (size_t i = 0; i < LOGSET_GAPS; i++)
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(logset_gap_names[i], logset_gap_names[k]) != 0);
	for (size_t i = 0; i < FOLLOW_GAPS; i++)
		CHECK_STR(logset_gap_names[i], follow_gap_names[i]);
}

/* ---- the journal ---- */

/* A run over the journal in the directory; whether it worked. */
static struct logset follow_journal(bool from_start)
{
	static const char *const message[] = { "MESSAGE", NULL };
	struct journal_query q = { .fields = message };
	struct logset s = { .from_start = from_start }, kept;
	int r = logset_add_journal(&s, &run, "/");

	CHECK_INT(logset_add_journal(&s, &run, "/elsewhere"), r); /* there is one */
	load(&s);
	CHECK_INT(logset_read_journal(&s, &run, &q, take_entry, NULL), r);
	kept = s;
	save(&s);
	return kept;
}

static void write_entry(const char *file, uint64_t us, const char *said)
{
	AUTO_BUF struct buf text = { 0 };

	journals_begin(&text, us);
	journals_field(&text, "MESSAGE", text_from(said));
	journals_end(&text);
	journals_write(file, &text);
}

static void the_cursor_is_kept(void)
{
	struct logset s;

	begin();
	write_entry("a.journal", 1, "one");
	(void)follow_journal(true);
	CHECK_STR(buf_cstr(&got), "one|");
	CHECK(strncmp(buf_cstr(&state), "cursor s=", 9) == 0);
	write_entry("a.journal", 2, "two");
	s = follow_journal(false);
	CHECK_STR(buf_cstr(&got), "two|");
	CHECK_INT(run.targets[RUN_OK], 1);
	CHECK_INT(s.gaps[LOGSET_CURSOR_LOST], 0);
	CHECK(unlink("a.journal") == 0);
	write_entry("b.journal", 3, "three");
	s = follow_journal(false);
	CHECK_STR(buf_cstr(&got), "three|");
	CHECK_INT(s.gaps[LOGSET_CURSOR_LOST], 1);
	CHECK_INT(s.gaps[LOGSET_CORRUPT], 0);
}

static void the_cursor_outlives_a_run_without_the_journal(void)
{
	begin();
	write_entry("a.journal", 1, "one");
	(void)follow_journal(true);
	CHECK(rename("a.journal", "kept") == 0);
	(void)follow_journal(true);
	CHECK_INT(run.targets[RUN_FAILED], 1);
	CHECK(rename("kept", "a.journal") == 0);
	write_entry("a.journal", 2, "two");
	(void)follow_journal(true);
	CHECK_STR(buf_cstr(&got), "two|");
}

static void a_set_without_the_journal_forgets_the_cursor(void)
{
	begin();
	append("a", "");
	write_entry("a.journal", 1, "one");
	(void)follow_journal(true);
	(void)follow(LOGS({ "x", "/a" }), true);
	CHECK(!strstr(buf_cstr(&state), "cursor"));
}

int main(void)
{
	run.root = files_open();
	run.root_path = "below";
	log_init("logset", (enum log_level)0); /* it says nothing */
	positions_go_by_use_and_path();
	another_use_of_a_log_has_its_own_position();
	nothing_is_left_of_what_was_reset();
	a_log_that_was_left_out_begins_anew();
	a_new_log_begins_at_its_end_or_start();
	a_log_that_is_not_there_yet_is_read_from_its_first_byte();
	a_log_that_cannot_be_opened_keeps_its_position();
	what_was_asked_and_dropped_is_not_in_the_set();
	figures_are_summed();
	a_whole_file_is_summed_too();
	lines_that_are_none_are_refused();
	every_gap_has_a_name();
	if (journals_writer()) {
		the_cursor_is_kept();
		the_cursor_outlives_a_run_without_the_journal();
		a_set_without_the_journal_forgets_the_cursor();
	} else {
		SKIP("the journal", "systemd-journal-remote is not installed");
	}
	files_close(run.root);
	buf_done(&state);
	buf_done(&got);
	return TEST_END();
}
