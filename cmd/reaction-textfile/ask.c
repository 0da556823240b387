/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "os/clock.h"
#include "show.h"

static const uint64_t GRACE_NS = 200000000;
static const char *const words[ASKS] = { "test-config", "show", "-V" };

/* ---- the program ---- */

/* Where distributions, NixOS and people put it. The caller's PATH does not count: it is not the unit's. */
static int find_program(const struct ask_options *o, struct buf *path)
{
	static const char *const dirs[] = { "/usr/local/bin",  "/usr/bin",  "/bin",
					    "/usr/local/sbin", "/usr/sbin", "/run/current-system/sw/bin" };
	const char *root = strcmp(o->root_path, "/") == 0 ? "" : o->root_path;

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		buf_clear(path);
		if (*o->program)
			buf_str(path, o->program);
		else
			buf_fmt(path, "%s%s/reaction", root, dirs[i]);
		if (buf_error(path) < 0)
			return -ENOMEM;
		if (access(buf_cstr(path), X_OK) == 0)
			return 0;
	}
	return -ENOENT;
}

int ask_run(struct ask *a, const struct ask_options *o)
{
	static const char *const env[] = { "LC_ALL=C", "PATH=/usr/local/bin:/usr/bin:/bin", NULL };
	AUTO_BUF struct buf path = { 0 };
	int r = find_program(o, &path);
	const char *argv[ASKS][7] = {
		[ASK_CONFIG] = { path.data, "test-config", "-c", o->config, NULL },
		[ASK_SHOW] = { path.data, "show", "--socket", o->socket, "-f", "json", NULL },
		[ASK_VERSION] = { path.data, "-V", NULL },
	};
	const struct child_limits limits = {
		.at_once = ASKS,
		.output_max = SHOW_BYTES_MAX,
		.grace_ns = GRACE_NS,
		.deadline_ns = o->deadline_ns,
	};
	size_t n = o->daemon ? ASKS : ASK_CONFIG + 1;

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		a->children[i] = (struct child){
			.argv = argv[i], .env = env, .cwd = "/", .timeout_ns = o->timeout_ns
		};
		a->asked[i] = true;
	}
	child_run(a->children, n, &limits);
	for (size_t i = 0; i < n; i++)
		a->children[i].argv = NULL; /* they end here */
	return 0;
}

/* ---- what came of it ---- */

static bool is_good(const struct child *c)
{
	return c->error == 0 && c->status == 0 && !c->timed_out && c->out.dropped == 0;
}

struct text ask_output(const struct ask *a, enum ask_what what)
{
	const struct child *c = &a->children[what];

	return a->asked[what] && is_good(c) ? (struct text){ buf_cstr(&c->out.text), c->out.text.len }
					    : (struct text){ 0 };
}

/* The first line of what it said on standard error. */
static struct text complaint(const struct child *c)
{
	struct text t = text_trim((struct text){ buf_cstr(&c->err.text), c->err.text.len });
	const char *end = t.n ? memchr(t.p, '\n', t.n) : NULL;

	if (end)
		t.n = (size_t)(end - t.p);
	if (t.n > 200)
		t.n = 200;
	return t;
}

bool ask_trouble(const struct ask *a, enum ask_what what, struct buf *out)
{
	const struct child *c = &a->children[what];
	struct text said = complaint(c);

	if (!a->asked[what] || is_good(c))
		return false;
	buf_fmt(out, "reaction %s: ", words[what]);
	if (c->error)
		buf_str(out, strerror(-c->error));
	else if (c->timed_out)
		buf_fmt(out, "no answer after %.1f seconds", (double)c->duration_ns / 1e9);
	else if (c->out.dropped)
		buf_fmt(out, "more than %d bytes of output", SHOW_BYTES_MAX);
	else if (c->signal)
		buf_fmt(out, "ended by signal %d", c->signal);
	else
		buf_fmt(out, "exit status %d%s%.*s", c->status, said.n ? ": " : "", (int)said.n, said.p);
	return true;
}

void ask_done(struct ask *a)
{
	for (size_t i = 0; i < ASKS; i++)
		child_done(&a->children[i]);
}
