/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "os/clock.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/lock.h"
#include "os/log.h"
#include "os/publish.h"
#include "os/sandbox.h"
#include "os/tool_options.h"
#include "os/tool_state.h"

/* ---- before the privilege goes ---- */

/* Splits the output's path; the directory stays open, so that nobody can swap it later. */
static int open_output(const char *path, struct run *run)
{
	const char *slash = strrchr(path, '/');
	AUTO_FREE char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int r;

	if (!dir)
		return -ENOMEM;
	run->out_name = slash ? slash + 1 : path;
	if (!*run->out_name || strcmp(run->out_name, ".") == 0 || strcmp(run->out_name, "..") == 0)
		return -EISDIR;
	run->out_dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->out_dir < 0)
		return -errno;
	r = publish_check_target(run->out_dir, run->out_name);
	return r;
}

/* Only the bytes: they are parsed after the privilege is gone. -ENOENT of the default file, whose name goes into path,
 * is no error. */
static int read_config(const struct tool *t, const struct tool_args *a, int root, struct config_file *f,
		       struct buf *path)
{
	int r;

	f->text.max = CONFIG_MAX_BYTES;
	if (!t->conf)
		return 0;
	if (a->config) {
		f->name = a->config;
		f->yaml = config_is_yaml(a->config);
		r = fd_slurp(AT_FDCWD, a->config, &f->text);
		return r < 0 ? log_errno(r, "cannot read %s", a->config) : 0;
	}
	buf_fmt(path, "/etc/promshot/%s.json", t->name);
	r = buf_error(path) < 0 ? buf_error(path) : fd_slurp(root, path->data + 1, &f->text);
	if (r == -ENOENT)
		return 0;
	f->name = buf_cstr(path);
	return r < 0 ? log_errno(r, "cannot read %s", f->name) : 0;
}

/* ---- giving up ---- */

static int confine(const struct run *run, int state_dir)
{
	int dirs[RUN_WRITABLE_MAX + 2];
	size_t n = 0;
	int r;

	if (run->out_dir >= 0)
		dirs[n++] = run->out_dir;
	if (state_dir >= 0)
		dirs[n++] = state_dir;
	for (size_t i = 0; i < run->n_writable; i++)
		dirs[n++] = run->writable[i];
	r = sandbox_become_owner(n ? dirs[0] : -1);
	if (r == 0)
		r = sandbox_keep_caps(0);
	if (r < 0)
		return log_errno(r, "cannot give up privileges");
	r = sandbox_limit_files(dirs, n);
	if (r < 0)
		log_line(LOG_LVL_DEBUG, "no Landlock: %s", strerror(-r));
	r = sandbox_limit_calls(SANDBOX_PARSE);
	if (r < 0)
		log_line(LOG_LVL_DEBUG, "no seccomp: %s", strerror(-r));
	return 0;
}

/* ---- configuration ---- */

static int report_errors(const struct config_file *f, const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++) {
		AUTO_BUF struct buf line = { 0 };

		config_error_text(f, &errors->items[i], &line);
		log_line(LOG_LVL_ERR, "%s", buf_cstr(&line));
	}
	return -EINVAL;
}

/* Defaults where there is no file. -EINVAL after every error was told. */
static int parse_config(const struct tool *t, struct config_file *f, void *self)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	int r = 0;

	if (!t->conf)
		return 0;
	if (f->name)
		r = config_parse(f, &errors);
	if (r == 0)
		r = conf_read(t->conf, f->tree, (char *)self + t->conf_offset, &errors);
	if (r == 0 && t->check)
		r = t->check(self, &errors);
	if (r == -EINVAL)
		return report_errors(f, &errors);
	return r < 0 ? log_errno(r, "cannot read the configuration") : 0;
}

static int print(const struct buf *text)
{
	int r = buf_error(text);

	if (r == 0)
		r = fd_write(STDOUT_FILENO, text->data, text->len);
	if (r < 0)
		(void)log_errno(r, "cannot write to standard output");
	return r < 0 ? TOOL_EXIT_FAILED : TOOL_EXIT_OK;
}

static int print_config(const struct tool *t, struct config_file *f, void *self)
{
	AUTO_BUF struct buf text = { 0 };
	json_t *tree;
	AUTO_FREE char *json = NULL;

	if (parse_config(t, f, self) < 0)
		return TOOL_EXIT_USAGE;
	tree = t->conf ? conf_dump(t->conf, (char *)self + t->conf_offset) : json_object();
	json = tree ? json_dumps(tree, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) : NULL;
	json_decref(tree);
	if (!json)
		return TOOL_EXIT_FAILED;
	buf_fmt(&text, "%s\n", json);
	return print(&text);
}

/* ---- writing ---- */

static int to_stdout(void *ctx, const void *bytes, size_t n)
{
	(void)ctx;
	return fd_write(STDOUT_FILENO, bytes, n);
}

static int to_file(void *ctx, const void *bytes, size_t n)
{
	return publish_write(ctx, bytes, n);
}

static struct runmeta run_facts(const struct run *run, bool success)
{
	uint64_t took = run->now_fixed ? 0 : clock_mono_ns() - run->start_ns;
	struct runmeta m = {
		.tool = run->label,
		.version = VERSION,
		.now_s = (run->now_ns + took) / CLOCK_NS_PER_S,
		.duration_ns = took,
		.timeout_ns = run->timeout_ns,
		.success = success,
		.created_s = run->created_s,
		.series = run->series,
		.n_series = run->n_series,
	};

	memcpy(m.targets, run->targets, sizeof(m.targets));
	return m;
}

/* What there is to say: of a run that failed, and of which nothing is known from before, only that. */
enum facts { FACTS_NONE, FACTS_OLD, FACTS_NEW };

static int write_facts(struct prom *w, const struct run *run, const void *self, enum facts which)
{
	struct prom_group groups[RUN_GROUPS_MAX + 3];
	struct runmeta m = run_facts(run, which == FACTS_NEW);
	size_t n = 0;
	int r;

	groups[n++] = runmeta_group(&m);
	if (which != FACTS_NONE) {
		if (run->tool->state_version)
			groups[n++] = runmeta_state_group(&m);
		if (!run->replaces_metrics)
			groups[n++] = (struct prom_group){ run->tool->metrics, run->tool->n_metrics, self };
		for (size_t i = 0; i < run->n_groups; i++)
			groups[n++] = run->groups[i];
	}
	r = prom_write(w, groups, n);
	if (w->dropped)
		log_line(LOG_LVL_WARN, "%llu samples left out: their series was there already",
			 (unsigned long long)w->dropped);
	if (w->cut)
		log_line(LOG_LVL_WARN, "%llu label values cut at %d bytes", (unsigned long long)w->cut, PROM_VALUE_MAX);
	return r;
}

static int publish(const struct run *run, const void *self, enum facts which)
{
	AUTO_PUBLISH struct publish p = PUBLISH_NONE;
	CLEANUP(prom_done) struct prom w = { .sink = to_stdout };
	int r;

	if (run->out_dir < 0)
		return write_facts(&w, run, self, which);
	w = (struct prom){ .sink = to_file, .ctx = &p };
	r = publish_open(&p, run->out_dir, run->out_name);
	if (r == 0)
		r = write_facts(&w, run, self, which);
	return r < 0 ? r : publish_commit(&p, 0644, false);
}

/* ---- the life ---- */

static int take_lock(const struct run *run)
{
	pid_t holder = 0;
	int fd;

	if (run->out_dir < 0)
		return -1;
	fd = lock_take(run->out_dir, run->out_name, &holder);
	if (fd == -EBUSY)
		log_line(LOG_LVL_ERR, "process %d holds the lock of %s: another run is under way", (int)holder,
			 run->out_name);
	else if (fd < 0)
		(void)log_errno(fd, "cannot take the lock of %s", run->out_name);
	return fd;
}

/* The outcome of a collection, kept before it is shown. A failed one may have counted half of something: what was read is
 * loaded again. */
static enum facts keep(struct run *run, void *self, struct tool_state *s, int *r)
{
	if (*r >= 0 && run->tool->state_version && !run->no_state)
		*r = tool_state_commit(s, run, self);
	if (*r >= 0)
		return FACTS_NEW;
	return run->tool->state_version && tool_state_load(s, run, self) == 0 ? FACTS_OLD : FACTS_NONE;
}

static int collect_and_publish(struct run *run, void *self, struct tool_state *s)
{
	bool keeps_state = run->tool->state_version > 0;
	enum facts which = FACTS_NONE;
	int r = keeps_state ? tool_state_read(s, run) : 0, p;

	if (r == -EBUSY)
		return TOOL_EXIT_FAILED;
	if (r == 0 && keeps_state)
		r = tool_state_load(s, run, self);
	if (r == 0) {
		r = run->tool->collect(run, self);
		if (r == TOOL_DONE)
			return TOOL_EXIT_OK;
		if (r == -EINVAL)
			return TOOL_EXIT_USAGE;
		which = keep(run, self, s, &r);
	}
	p = publish(run, self, which);
	if (p < 0)
		(void)log_errno(p, "cannot publish %s", run->out_dir < 0 ? "to standard output" : run->out_name);
	return r < 0 || p < 0 ? TOOL_EXIT_FAILED : TOOL_EXIT_OK;
}

/* Opens what the command line names and runs start(): the part with privilege. An exit status, TOOL_EXIT_OK to go on. */
static int begin(const struct tool *t, const struct tool_args *a, struct run *run, void *self, struct config_file *f,
		 struct tool_state *s)
{
	int r = a->output ? open_output(a->output, run) : 0;

	if (r < 0) {
		(void)log_errno(r, "cannot publish to %s", a->output);
		return TOOL_EXIT_FAILED;
	}
	if (t->conf_first && parse_config(t, f, self) < 0)
		return TOOL_EXIT_USAGE;
	r = t->start ? t->start(run, self) : 0;
	if (r < 0)
		return r == -EINVAL ? TOOL_EXIT_USAGE : TOOL_EXIT_FAILED;
	if (t->state_version && !run->no_state && tool_state_open(s, run, a->state) < 0)
		return TOOL_EXIT_FAILED;
	return confine(run, s->dir) < 0 ? TOOL_EXIT_FAILED : TOOL_EXIT_OK;
}

static int run_tool(const struct tool *t, const struct tool_args *a, struct run *run, void *self)
{
	CLEANUP(config_file_done) struct config_file f = { 0 };
	CLEANUP(tool_state_done) struct tool_state state = TOOL_STATE_NONE;
	AUTO_BUF struct buf config_path = { 0 };
	AUTO_FD int lock = -1;
	int r;

	run->root = open(a->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->root < 0) {
		(void)log_errno(-errno, "--root: cannot open %s", a->root);
		return TOOL_EXIT_USAGE;
	}
	if (a->action != ACTION_DEFAULTS && read_config(t, a, run->root, &f, &config_path) < 0)
		return TOOL_EXIT_USAGE;
	if (a->action != ACTION_RUN)
		return confine(run, -1) < 0 ? TOOL_EXIT_FAILED : print_config(t, &f, self);
	r = begin(t, a, run, self, &f, &state);
	if (r != TOOL_EXIT_OK)
		return r;
	if (!t->conf_first && parse_config(t, &f, self) < 0)
		return TOOL_EXIT_USAGE;
	lock = take_lock(run);
	if (run->out_dir >= 0 && lock < 0)
		return TOOL_EXIT_FAILED;
	return collect_and_publish(run, self, &state);
}

static void run_done(struct run *run)
{
	close_fd(&run->root);
	close_fd(&run->out_dir);
	for (size_t i = 0; i < run->n_writable; i++)
		close_fd(&run->writable[i]);
}

static int print_metrics(const struct tool *t)
{
	const struct prom_group groups[] = {
		runmeta_group(NULL),
		{ t->metrics, t->n_metrics, NULL },
		runmeta_state_group(NULL),
	};
	AUTO_BUF struct buf text = { 0 };

	return prom_list(&text, groups, ARRAY_LEN(groups) - (t->state_version == 0)) < 0 ? TOOL_EXIT_FAILED : print(&text);
}

static int print_words(const struct tool *t, enum tool_action action)
{
	AUTO_BUF struct buf text = { 0 };

	if (action == ACTION_HELP)
		tool_help(t, &text);
	else
		buf_fmt(&text, "%s (promshot) %s\n", t->name, VERSION);
	return print(&text);
}

/* A caller that closed one of the first three descriptors would find our output's bytes, or a disk, in its place. */
static void open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close_fd(&fd);
}

int tool_main(const struct tool *t, void *self, int argc, char *argv[])
{
	CLEANUP(run_done) struct run run = { .tool = t, .root = -1, .out_dir = -1, .start_ns = clock_mono_ns() };
	AUTO_BUF struct buf label = { 0 };
	struct tool_args a;
	int r;

	open_standard();
	log_init(t->name, LOG_LVL_WARN);
	if (tool_parse_options(t, self, argc, argv, &a) < 0)
		return TOOL_EXIT_USAGE;
	if (a.action == ACTION_METRICS)
		return print_metrics(t);
	if (a.action == ACTION_HELP || a.action == ACTION_VERSION)
		return print_words(t, a.action);
	log_init(t->name, a.verbosity > 0 ? LOG_LVL_DEBUG : a.verbosity < 0 ? LOG_LVL_ERR : LOG_LVL_WARN);
	buf_fmt(&label, a.instance ? "%s@%s" : "%s", t->name, a.instance);
	run.label = buf_cstr(&label);
	run.version = VERSION;
	run.instance = a.instance;
	run.timeout_ns = a.timeout_ns;
	run.deadline_ns = run.start_ns + a.timeout_ns;
	run.now_fixed = a.now_fixed;
	run.now_ns = a.now_fixed ? a.now_ns : clock_wall_ns();
	run.root_path = a.root;
	run.args = a.args;
	run.n_args = a.n_args;
	r = run_tool(t, &a, &run, self);
	if (t->done)
		t->done(self);
	if (t->conf)
		conf_done(t->conf, (char *)self + t->conf_offset);
	return r;
}
