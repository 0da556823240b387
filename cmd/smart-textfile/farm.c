/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "farm.h"
#include "os/clock.h"
#include "os/fd.h"
#include "reader.h"

enum { FDS_PER_READER = 2, FDS_BESIDE = 64 };

/* Two pipes a reader may be more descriptors than the soft limit, which is low for the sake of select(2). */
static void raise_limit(size_t readers)
{
	rlim_t want = readers * FDS_PER_READER + FDS_BESIDE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= want)
		return;
	limit.rlim_cur = want < limit.rlim_max ? want : limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int start_one(struct reader_child *c, struct reader_task *task)
{
	int plan[2], pages[2];
	pid_t pid;

	if (pipe2(plan, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(pages, O_CLOEXEC) < 0) {
		int r = -errno;

		(void)close(plan[0]);
		(void)close(plan[1]);
		return r;
	}
	task->plan_fd = plan[0];
	task->pages_fd = pages[1];
	pid = fork();
	if (pid == 0)
		reader_main(task);
	(void)close(plan[0]);
	(void)close(pages[1]);
	c->plan_fd = plan[1];
	c->pages_fd = pages[0];
	return pid < 0 ? -EAGAIN : 0;
}

int farm_start(struct farm *f, const struct run *run, const char *root_path, const struct names *names)
{
	uint64_t margin = run->timeout_ns / 5;
	struct reader_task task = { .lock_dir = run->out_dir };
	int r = 0, n;

	/* A fifth of the run, at most two seconds, is kept for writing what came. */
	f->deadline_ns = run->deadline_ns - (margin < 2 * CLOCK_NS_PER_S ? margin : 2 * CLOCK_NS_PER_S);
	/* The alarm comes after the deadline, so that whoever is not back by then is known to be late. */
	task.deadline_ns = f->deadline_ns + CLOCK_NS_PER_S / 10;
	f->children = calloc(names->n ? names->n : 1, sizeof(*f->children));
	if (!f->children)
		return -ENOMEM;
	raise_limit(names->n);
	(void)signal(SIGPIPE, SIG_IGN); /* a plan for a reader that died */
	for (; r == 0 && f->n < names->n; f->n++) {
		struct reader_child *c = &f->children[f->n];

		*c = (struct reader_child){ .plan_fd = -1, .pages_fd = -1, .pages = { .max = PAGES_BYTES_MAX } };
		memcpy(c->name, names->items[f->n], sizeof(c->name));
		memcpy(task.name, c->name, sizeof(task.name));
		n = snprintf(task.device, sizeof(task.device), "%s%sdev/%s", root_path,
			     root_path[strlen(root_path) - 1] == '/' ? "" : "/", c->name);
		r = n < 0 || (size_t)n >= sizeof(task.device) ? -ENAMETOOLONG : start_one(c, &task);
	}
	return r;
}

const struct reader_child *farm_find(const struct farm *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->children[i].name, name) == 0)
			return &f->children[i];
	return NULL;
}

static void close_end(int *fd)
{
	close_fd(fd);
	*fd = -1;
}

void farm_plan(struct farm *f, const char *name, uint8_t plan)
{
	for (size_t i = 0; i < f->n; i++) {
		struct reader_child *c = &f->children[i];

		if (strcmp(c->name, name) != 0 || c->plan_fd < 0)
			continue;
		c->started_ns = clock_mono_ns();
		if (plan_is_megaraid(plan))
			c->pages.max = PAGES_STREAM_MAX;
		if (plan)
			(void)!write(c->plan_fd, &plan, 1); /* a reader that died shows as the end of its pages */
		else
			close_end(&c->pages_fd);
		close_end(&c->plan_fd);
	}
}

/* False at the end of the pages. */
static bool take(struct reader_child *c)
{
	char chunk[16384];
	ssize_t n = read(c->pages_fd, chunk, sizeof(chunk));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n > 0)
		buf_add(&c->pages, chunk, (size_t)n);
	return n > 0;
}

static int wait_ms(uint64_t deadline_ns)
{
	uint64_t now = clock_mono_ns();

	return now >= deadline_ns ? -1 : (int)((deadline_ns - now) / 1000000) + 1;
}

void farm_collect(struct farm *f)
{
	AUTO_FREE struct pollfd *fds = calloc(f->n ? f->n : 1, sizeof(*fds));
	size_t open = 0;
	int ms;

	for (size_t i = 0; fds && i < f->n; i++) {
		fds[i] = (struct pollfd){ .fd = f->children[i].pages_fd, .events = POLLIN };
		open += fds[i].fd >= 0;
	}
	while (fds && open && (ms = wait_ms(f->deadline_ns)) >= 0) {
		if (poll(fds, f->n, ms) < 0 && errno != EINTR)
			return;
		for (size_t i = 0; i < f->n; i++) {
			struct reader_child *c = &f->children[i];

			if (fds[i].fd < 0 || !fds[i].revents || take(c))
				continue;
			c->ended_ns = clock_mono_ns();
			close_end(&c->pages_fd);
			fds[i].fd = -1;
			open--;
		}
	}
}

void farm_done(struct farm *f)
{
	for (size_t i = 0; i < f->n; i++) {
		close_end(&f->children[i].plan_fd);
		close_end(&f->children[i].pages_fd);
		buf_done(&f->children[i].pages);
	}
	/* Those that have ended; one that is stuck is left to init, which is waited for by nobody. */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	free(f->children);
	*f = (struct farm){ 0 };
}
