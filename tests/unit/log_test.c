/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/log in forked children whose stderr is a file: the line as a
 * whole, levels, the journal's mark only where stderr is the journal, and
 * foreign text that cannot make a second line.
 */
#include <errno.h>
#include <stdbool.h>

#include "files.h"
#include "os/log.h"

struct call {
	enum log_level max;
	void (*fn)(void);
};

/* With stderr in the file "log". */
static int log_to_file(void *arg)
{
	const struct call *c = arg;
	int fd = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		return 1;
	log_init("demo", c->max);
	c->fn();
	return 0;
}

static const char *logged(enum log_level max, void (*fn)(void))
{
	struct call c = { max, fn };

	files_put("log", "", 0);
	if (in_child(log_to_file, &c) != 0)
		return "(failed)";
	return files_get("log");
}

static void one_of_each(void)
{
	log_line(LOG_LVL_ERR, "error %d", 1);
	log_line(LOG_LVL_WARN, "warning");
	log_line(LOG_LVL_INFO, "info");
	log_line(LOG_LVL_DEBUG, "debug");
}

static void check_levels(void)
{
	CHECK_STR(logged(LOG_LVL_ERR, one_of_each), "demo: error 1\n");
	CHECK_STR(logged(LOG_LVL_WARN, one_of_each), "demo: error 1\ndemo: warning\n");
	CHECK_STR(logged(LOG_LVL_INFO, one_of_each), "demo: error 1\ndemo: warning\ndemo: info\n");
	CHECK_STR(logged(LOG_LVL_DEBUG, one_of_each),
		  "demo: error 1\ndemo: warning\ndemo: info\ndemo: debug\n");
}

static void check_journal(void)
{
	static const struct {
		const char *before, *between, *after;
		bool marked;
	} t[] = {
		{ "", ":", "", true },   { "9", ":", "", false }, { "", ":", "9", false },
		{ "", ":", " ", false }, { " ", ":", "", false }, { "", ":-", "", false },
		{ "", " ", "", false },  { "", "", "", false },   { "x", ":", "", false },
		{ "", "::", "", false },
	};
	static const char *const other[] = { "", ":", "8:", ":12", "18446744073709551616:1" };
	struct stat st;

	files_put("log", "", 0);
	CHECK(stat("log", &st) == 0);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char value[64];

		(void)snprintf(value, sizeof(value), "%s%ju%s%ju%s", t[i].before, (uintmax_t)st.st_dev,
			       t[i].between, (uintmax_t)st.st_ino, t[i].after);
		(void)setenv("JOURNAL_STREAM", value, 1);
		CHECK_STR(logged(LOG_LVL_WARN, one_of_each), t[i].marked
								     ? "<3>demo: error 1\n<4>demo: warning\n"
								     : "demo: error 1\ndemo: warning\n");
	}
	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		(void)setenv("JOURNAL_STREAM", other[i], 1);
		CHECK_STR(logged(LOG_LVL_ERR, one_of_each), "demo: error 1\n");
	}
	(void)unsetenv("JOURNAL_STREAM");
}

#define R "\xef\xbf\xbd" /* U+FFFD */

static void hostile(void)
{
	log_line(LOG_LVL_ERR, "model '%s'", "a\n<0>kernel: forged\r\x1b[2J\x7f\xc2\x9b\xff\xc3\xa9\t.");
	log_line(LOG_LVL_ERR, "%s", "\n\n");
	log_line(LOG_LVL_ERR, "%s", "%n %s");
}

static void with_errno(void)
{
	errno = EPERM; /* does not count */
	if (log_errno(-ENOENT, "cannot read %s", "x") != -ENOENT)
		log_line(LOG_LVL_ERR, "not handed back");
	if (log_errno(0, "nothing wrong") != 0)
		log_line(LOG_LVL_ERR, "not handed back");
}

static char very_long[10000];

static void long_line(void)
{
	log_line(LOG_LVL_ERR, "%s", very_long);
}

static void check_text(void)
{
	const char *got;

	CHECK_STR(logged(LOG_LVL_ERR, hostile), "demo: model 'a <0>kernel: forged" R R "[2J" R R R
						"\xc3\xa9" R ".'\ndemo:   \ndemo: %n %s\n");
	CHECK_STR(logged(LOG_LVL_ERR, with_errno),
		  "demo: cannot read x: No such file or directory\ndemo: nothing wrong\n");
	memset(very_long, 'x', sizeof(very_long) - 1);
	got = logged(LOG_LVL_ERR, long_line);
	CHECK_INT(strlen(got), strlen("demo: ") + 4095 + 1);
	CHECK_INT(strchr(got, '\n') - got, (intmax_t)strlen(got) - 1);
}

int main(void)
{
	int dir = files_open();

	(void)unsetenv("JOURNAL_STREAM");
	check_levels();
	check_journal();
	check_text();
	files_close(dir);
	return TEST_END();
}
