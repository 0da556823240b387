/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/lock.h"
#include "os/log.h"
#include "os/state.h"
#include "os/tool_state.h"

/* ---- where it lies ---- */

/* Of --state FILE its directory and name, else the unit's directory (the first, where it has several). */
static void place(const struct run *run, const char *path, struct buf *dir, struct buf *name)
{
	const char *slash = path ? strrchr(path, '/') : NULL, *unit = getenv("STATE_DIRECTORY");

	if (path) {
		buf_str(name, slash ? slash + 1 : path);
		if (slash)
			buf_add(dir, path, slash == path ? 1 : (size_t)(slash - path));
		else
			buf_chr(dir, '.');
		return;
	}
	buf_fmt(name, "%s.state", run->label);
	if (unit && *unit)
		buf_add(dir, unit, strcspn(unit, ":"));
	else
		buf_fmt(dir, "/var/lib/promshot/%s", run->tool->name);
}

int tool_state_open(struct tool_state *s, const struct run *run, const char *path)
{
	AUTO_BUF struct buf dir = { 0 };

	s->keeps = run->out_dir >= 0;
	place(run, path, &dir, &s->name);
	if (buf_error(&dir) < 0 || buf_error(&s->name) < 0)
		return -ENOMEM;
	s->dir = open(buf_cstr(&dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir >= 0 || (!s->keeps && !path && (errno == ENOENT || errno == EACCES)))
		return 0;
	return log_errno(-errno, "cannot open the directory %s of the state (--state FILE says where it is)",
			 buf_cstr(&dir));
}

/* ---- reading ---- */

static int take_lock(struct tool_state *s)
{
	pid_t holder = 0;

	if (!s->keeps)
		return 0;
	s->lock = lock_take(s->dir, buf_cstr(&s->name), &holder);
	if (s->lock == -EBUSY)
		log_line(LOG_LVL_ERR, "process %d holds the lock of %s: another run is under way", (int)holder,
			 buf_cstr(&s->name));
	else if (s->lock < 0)
		(void)log_errno(s->lock, "cannot take the lock of %s", buf_cstr(&s->name));
	return s->lock < 0 ? s->lock : 0;
}

/* What is in the file makes no sense: it stays for somebody to look at, and counting begins anew. */
static int set_aside(struct tool_state *s)
{
	char aside[NAME_MAX + 1];
	int r;

	buf_clear(&s->payload);
	if (!s->keeps) {
		log_line(LOG_LVL_WARN, "%s is damaged: counting begins at nothing", buf_cstr(&s->name));
		return 0;
	}
	r = state_set_aside(s->dir, buf_cstr(&s->name), aside);
	if (r < 0)
		return log_errno(r, "%s is damaged and cannot be set aside", buf_cstr(&s->name));
	log_line(LOG_LVL_WARN, "%s is damaged: kept as %s; counting begins at nothing", buf_cstr(&s->name), aside);
	return 0;
}

int tool_state_read(struct tool_state *s, const struct run *run)
{
	int r;

	if (s->dir < 0)
		return 0;
	r = take_lock(s);
	if (r < 0)
		return r;
	r = state_read(s->dir, buf_cstr(&s->name), run->label, run->tool->state_version, &s->version, &s->payload);
	if (r == -ENOENT)
		return 0;
	if (r == -EBADMSG)
		return set_aside(s);
	if (r == -EPROTO)
		log_line(LOG_LVL_ERR, "%s was written by a newer version of %s: left as it is", buf_cstr(&s->name),
			 run->tool->name);
	else if (r < 0)
		(void)log_errno(r, "cannot read the state %s", buf_cstr(&s->name));
	return r;
}

/* ---- the payload ---- */

static int load_line(const struct tool_state *s, struct run *run, void *self, struct text key, struct words line)
{
	int r = series_load(run->series, run->n_series, key, line);

	if (r != 0)
		return r < 0 ? r : 0;
	if (text_is(key, "created"))
		return words_get_u64(&line, &run->created_s);
	return run->tool->load(self, s->version, key, line);
}

static int load_payload(const struct tool_state *s, struct run *run, void *self)
{
	struct words payload = { { buf_cstr(&s->payload), s->payload.len } }, line;
	struct text key;
	int r = run->tool->reset(run, self);

	run->first = s->payload.len == 0;
	run->created_s = run->now_ns / CLOCK_NS_PER_S;
	while (r == 0 && words_line(&payload, &line, &key))
		r = load_line(s, run, self, key, line);
	return r;
}

int tool_state_load(struct tool_state *s, struct run *run, void *self)
{
	int r = load_payload(s, run, self);

	if (r == -EINVAL) {
		r = set_aside(s);
		if (r == 0)
			r = load_payload(s, run, self);
	}
	return r < 0 ? log_errno(r, "cannot go on from the state %s", buf_cstr(&s->name)) : 0;
}

int tool_state_commit(const struct tool_state *s, const struct run *run, const void *self)
{
	AUTO_BUF struct buf payload = { .max = STATE_MAX };
	int r;

	if (!s->keeps || s->dir < 0)
		return 0;
	words_key(&payload, "created");
	words_u64(&payload, run->created_s);
	words_end(&payload);
	for (size_t i = 0; i < run->n_series; i++)
		series_save(run->series[i], &payload);
	run->tool->save(self, &payload);
	r = buf_error(&payload);
	if (r == 0 && s->version == run->tool->state_version && payload.len == s->payload.len &&
	    memcmp(payload.data, s->payload.data, payload.len) == 0)
		return 0;
	if (r == 0)
		r = state_commit(s->dir, buf_cstr(&s->name), run->label, run->tool->state_version, payload.data,
				 payload.len);
	return r < 0 ? log_errno(r, "cannot keep the state %s", buf_cstr(&s->name)) : 0;
}

void tool_state_done(struct tool_state *s)
{
	close_fd(&s->dir);
	close_fd(&s->lock);
	buf_done(&s->name);
	buf_done(&s->payload);
}
