/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/tool with a tool that keeps state: what is counted goes on from run to run, is committed before it is
 * shown, and neither a failed run nor a damaged file loses or doubles anything.
 */
#include <errno.h>

#include "files.h"
#include "os/fd.h"
#include "os/lock.h"
#include "os/log.h"
#include "os/state.h"
#include "os/tool.h"

/* ---- a tool that counts its runs ---- */

struct counter {
	const char *how;
	struct series runs;
	struct series *tables[1];
	uint64_t position;
};

static int counter_start(struct run *run, void *self)
{
	const struct counter *c = self;

	run->no_state = c->how && strcmp(c->how, "input") == 0;
	return 0;
}

static int counter_reset(struct run *run, void *self)
{
	struct counter *c = self;

	c->runs.family = "counter_runs_total";
	c->runs.n_labels = 1;
	c->runs.max = 2;
	series_clear(&c->runs);
	c->position = 0;
	c->tables[0] = &c->runs;
	run->series = c->tables;
	run->n_series = 1;
	return 0;
}

static int counter_load(void *self, unsigned version, struct text key, struct words line)
{
	struct counter *c = self;

	return version == 1 && text_is(key, "position") ? words_get_u64(&line, &c->position) : -EINVAL;
}

static void counter_save(const void *self, struct buf *out)
{
	const struct counter *c = self;

	words_key(out, "position");
	words_u64(out, c->position);
	words_end(out);
}

static int counter_collect(struct run *run, void *self)
{
	struct counter *c = self;
	const char *how = c->how ? c->how : "a";
	struct text value = text_from(how);

	if (strcmp(how, "first?") == 0)
		log_line(LOG_LVL_ERR, "first %d, position %d", run->first, (int)c->position);
	if (strcmp(how, "nothing") == 0)
		return TOOL_PUBLISH;
	c->position++;
	series_add(&c->runs, &value, 1);
	return strcmp(how, "fails") == 0 ? log_errno(-EIO, "cannot read the source") : TOOL_PUBLISH;
}

static void counter_done(void *self)
{
	struct counter *c = self;

	series_done(&c->runs);
}

static void emit_runs(struct prom *w, const void *facts, const struct prom_metric *self)
{
	const struct counter *c = facts;

	(void)self;
	series_emit(w, &c->runs);
}

static const struct tool_option options[] = {
	{ "how", "WORD", "what to count", offsetof(struct counter, how) },
};
static const struct prom_metric metrics[] = {
	{ "counter_runs_total", PROM_COUNTER, "how", "Runs.", emit_runs, 0 },
};
static const struct tool tool = {
	.name = "counter-textfile",
	.summary = "Count.",
	.timeout_s = 60,
	.options = options,
	.n_options = ARRAY_LEN(options),
	.metrics = metrics,
	.n_metrics = ARRAY_LEN(metrics),
	.state_version = 1,
	.start = counter_start,
	.reset = counter_reset,
	.load = counter_load,
	.save = counter_save,
	.collect = counter_collect,
	.done = counter_done,
};

/* ---- running it ---- */

static int run_counter(void *arg)
{
	const char *const *words = arg;
	struct counter counter = { 0 };
	char *argv[16] = { strdup("counter-textfile") };
	int argc = 1, out = open("../out", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
	    err = open("../err", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), r;

	if (out < 0 || err < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		return 99;
	for (; words[argc - 1]; argc++)
		argv[argc] = strdup(words[argc - 1]);
	r = tool_main(&tool, &counter, argc, argv);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return r;
}

static char *err_text;

static int run_with(const char *const *words)
{
	int r = in_child(run_counter, (void *)(uintptr_t)words);

	free(err_text);
	err_text = strdup(files_get("../err"));
	return r;
}

#define RUN(...) run_with((const char *const[]){ __VA_ARGS__, NULL })
#define KEPT "--state", "c.state"
#define PUBLISHED "-o", "c.prom", KEPT
#define CHECK_HAS(text, part) OK_(strstr(text, part) != NULL, part, "<<%s>>", text)
#define CHECK_LACKS(text, part) OK_(strstr(text, part) == NULL, part, "<<%s>>", text)

static void write_state(const char *payload, unsigned version)
{
	AUTO_FD int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK_INT(state_commit(dir, "c.state", "counter-textfile", version, payload, strlen(payload)), 0);
}

/* ---- the behaviours ---- */

static void check_counting_goes_on(void)
{
	CHECK_INT(RUN(PUBLISHED, "--now", "1000"), 0);
	CHECK_STR(err_text, "");
	CHECK_HAS(files_get("c.prom"), "counter_runs_total{how=\"a\"} 1\n");
	CHECK_HAS(files_get("c.prom"), "promshot_state_created_timestamp_seconds{tool=\"counter-textfile\"} 1000\n");
	CHECK_INT(files_mode("c.state"), S_IFREG | 0600);
	CHECK_STR(files_list(), ".c.prom.lock .c.state.lock c.prom c.state ");
	CHECK_INT(RUN(PUBLISHED, "--now", "2000"), 0);
	CHECK_HAS(files_get("c.prom"), "counter_runs_total{how=\"a\"} 2\n");
	CHECK_HAS(files_get("c.prom"), "promshot_state_created_timestamp_seconds{tool=\"counter-textfile\"} 1000\n");
	CHECK_HAS(files_get("c.state"), "created 1000\ncount counter_runs_total 2 a\nposition 2\n");
	files_clear();
}

static void check_bounds_are_told(void)
{
	CHECK_INT(RUN(PUBLISHED, "--how", "a"), 0);
	CHECK_INT(RUN(PUBLISHED, "--how", "b"), 0);
	CHECK_INT(RUN(PUBLISHED, "--how", "c"), 0);
	CHECK_INT(RUN(PUBLISHED, "--how", "d"), 0);
	CHECK_HAS(files_get("c.prom"), "counter_runs_total{how=\"other\"} 2\n");
	CHECK_HAS(files_get("c.prom"),
		  "promshot_series_folded_total{tool=\"counter-textfile\",family=\"counter_runs_total\"} 2\n");
	CHECK_HAS(files_get("c.prom"),
		  "promshot_values_cut_total{tool=\"counter-textfile\",family=\"counter_runs_total\"} 0\n");
	files_clear();
}

static void check_failed_run_repeats(void)
{
	AUTO_FREE char *before = NULL;

	CHECK_INT(RUN(PUBLISHED), 0);
	before = strdup(files_get("c.state"));
	CHECK_INT(RUN(PUBLISHED, "--how", "fails"), 1);
	CHECK_HAS(files_get("c.prom"), "counter_runs_total{how=\"a\"} 1\n");
	CHECK_LACKS(files_get("c.prom"), "fails");
	CHECK_HAS(files_get("c.prom"), "promshot_last_run_success{tool=\"counter-textfile\"} 0\n");
	CHECK_STR(files_get("c.state"), before);
	files_clear();
}

static void check_printing_keeps_nothing(void)
{
	CHECK_INT(RUN(PUBLISHED), 0);
	CHECK_INT(RUN(KEPT), 0);
	CHECK_HAS(files_get("../out"), "counter_runs_total{how=\"a\"} 2\n");
	CHECK_HAS(files_get("c.state"), " counter_runs_total 1 a\n");
	files_clear();
	CHECK_INT(RUN(KEPT), 0);
	CHECK_STR(files_list(), "");
	CHECK_INT(RUN("--how", "a"), 0); /* the default place is not there, which only a run that publishes minds */
	CHECK_INT(RUN("-o", "c.prom"), 1);
	CHECK_HAS(err_text, "--state FILE");
	CHECK_STR(files_list(), "");
	files_clear();
}

static void check_input_has_no_state(void)
{
	CHECK_INT(RUN(PUBLISHED), 0);
	CHECK_INT(RUN(PUBLISHED, "--how", "input"), 0);
	CHECK_HAS(files_get("c.prom"), "counter_runs_total{how=\"input\"} 1\n");
	CHECK_LACKS(files_get("c.prom"), "how=\"a\"");
	CHECK_LACKS(files_get("c.state"), "input");
	files_clear();
}

static void check_nothing_new_writes_nothing(void)
{
	struct stat before, after;

	CHECK_INT(RUN(PUBLISHED), 0);
	CHECK(stat("c.state", &before) == 0);
	CHECK_INT(RUN(PUBLISHED, "--how", "nothing"), 0);
	CHECK(stat("c.state", &after) == 0 && before.st_ino == after.st_ino);
	CHECK_HAS(files_get("c.prom"), "counter_runs_total{how=\"a\"} 1\n");
	files_clear();
}

static void check_damage(void)
{
	CHECK_INT(RUN(PUBLISHED, "--now", "1000"), 0);
	files_put("c.state", "rubbish", 7);
	CHECK_INT(RUN(PUBLISHED, "--now", "2000", "--how", "first?"), 0);
	CHECK_HAS(err_text, "c.state is damaged: kept as c.state.damaged; counting begins at nothing\n");
	CHECK_HAS(err_text, "first 1, position 0\n");
	CHECK_STR(files_get("c.state.damaged"), "rubbish");
	CHECK_HAS(files_get("c.prom"), "created_timestamp_seconds{tool=\"counter-textfile\"} 2000\n");
	write_state("created 5\nnonsense 1\n", 1); /* intact, but nothing that we write */
	CHECK_INT(RUN(PUBLISHED, "--how", "first?"), 0);
	CHECK_HAS(err_text, "kept as c.state.damaged-1");
	CHECK_HAS(err_text, "first 1, position 0\n");
	files_clear();
}

static void check_newer_version(void)
{
	AUTO_FREE char *before = NULL;

	write_state("created 5\n", 2);
	before = strdup(files_get("c.state"));
	CHECK_INT(RUN(PUBLISHED), 1);
	CHECK_HAS(err_text, "written by a newer version");
	CHECK_STR(files_get("c.state"), before);
	CHECK_HAS(files_get("c.prom"), "promshot_last_run_success{tool=\"counter-textfile\"} 0\n");
	CHECK_LACKS(files_get("c.prom"), "counter_runs_total");
	files_clear();
}

static void check_two_runs_on_one_state(void)
{
	AUTO_FD int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD int lock = lock_take(dir, "c.state", NULL);

	CHECK(lock >= 0);
	CHECK_INT(RUN(PUBLISHED), 1);
	CHECK_HAS(err_text, "holds the lock of c.state: another run is under way");
	CHECK(access("c.prom", F_OK) < 0);
	CHECK_INT(RUN(KEPT), 0); /* printing takes none */
	files_clear();
}

static void check_default_place(void)
{
	CHECK(setenv("STATE_DIRECTORY", files_path, 1) == 0);
	CHECK_INT(RUN("-o", "c.prom", "--instance", "b"), 0);
	CHECK_HAS(files_list(), "counter-textfile@b.state");
	CHECK(unsetenv("STATE_DIRECTORY") == 0);
	files_clear();
}

static void check_state_that_cannot_be_kept(void)
{
	CHECK_INT(RUN(PUBLISHED), 0);
	CHECK(unlink("c.state") == 0 && mkdir("c.state", 0755) == 0);
	CHECK_INT(RUN(PUBLISHED), 1);
	CHECK_HAS(files_get("c.prom"), "promshot_last_run_success{tool=\"counter-textfile\"} 0\n");
	CHECK(rmdir("c.state") == 0);
	files_clear();
}

int main(void)
{
	int outer = files_open(), dir;

	/* The tool runs in a directory within, so that ../out and ../err are on no list. */
	if (mkdir("in", 0755) < 0 || chdir("in") < 0)
		files_die("in");
	strcat(files_path, "/in");
	dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)unsetenv("JOURNAL_STREAM");
	(void)unsetenv("STATE_DIRECTORY");
	check_counting_goes_on();
	check_bounds_are_told();
	check_failed_run_repeats();
	check_printing_keeps_nothing();
	check_input_has_no_state();
	check_nothing_new_writes_nothing();
	check_damage();
	check_newer_version();
	check_two_runs_on_one_state();
	check_default_place();
	check_state_that_cannot_be_kept();
	free(err_text);
	files_close(dir);
	*strrchr(files_path, '/') = '\0';
	if (chdir(files_path) < 0)
		files_die(files_path);
	files_close(outer);
	return TEST_END();
}
