/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "os/child.h"
#include "os/clock.h"
#include "os/fd.h"

enum { CHUNK = 64 * 1024 };
static const uint64_t GIVE_UP_NS = 5000000000;

/* ---- starting ---- */

static int open_pipe(int *r, int *w)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	*r = fds[0];
	*w = fds[1];
	return 0;
}

/* A file and not a pipe: nothing to feed while the program runs, no SIGPIPE when it does not read. */
static int open_input(const struct child *c)
{
	AUTO_FD int fd = memfd_create("input", MFD_CLOEXEC);
	int r = fd < 0 ? -errno : fd_write(fd, c->input, c->n_input);

	if (r < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return r < 0 ? r : -errno;
	r = fd;
	fd = -1;
	return r;
}

/* execve() takes its strings without const and leaves them alone. */
static char *const *without_const(const char *const *strings)
{
	union {
		const char *const *from;
		char *const *to;
	} u = { strings };

	return u.to;
}

/* Between fork() and execve(): async-signal-safe calls only. An error goes out through the pipe fail, which
 * the execve() that succeeds closes. */
_Noreturn static void become(const struct child *c, const int fds[static 3], int fail)
{
	sigset_t none;
	int r;

	(void)setpgid(0, 0);
	(void)close_range(3, ~0U, CLOSE_RANGE_CLOEXEC); /* those that we inherited ourselves; Linux 5.11 */
	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL); /* ignored ones would stay ignored */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			goto fail;
	if (c->cwd && chdir(c->cwd) < 0)
		goto fail;
	(void)execve(c->argv[0], without_const(c->argv), c->env ? without_const(c->env) : environ);
fail:
	r = -errno;
	(void)!write(fail, &r, sizeof(r));
	_exit(127);
}

static int start(struct child *c)
{
	AUTO_FD int in = open_input(c);
	AUTO_FD int out_r = -1, out_w = -1, err_r = -1, err_w = -1, fail_r = -1, fail_w = -1;
	int r = in < 0 ? in : open_pipe(&out_r, &out_w);
	ssize_t n;

	if (r == 0)
		r = open_pipe(&err_r, &err_w);
	if (r == 0)
		r = open_pipe(&fail_r, &fail_w);
	if (r < 0)
		return r;
	if (fcntl(out_r, F_SETFL, O_NONBLOCK) < 0 || fcntl(err_r, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	c->pid = fork();
	if (c->pid < 0)
		return -errno;
	if (c->pid == 0)
		become(c, (int[]){ in, out_w, err_w }, fail_w);
	close_fd(&fail_w);
	fail_w = -1;
	while ((n = read(fail_r, &r, sizeof(r))) < 0 && errno == EINTR)
		;
	if (n == sizeof(r)) {
		(void)waitpid(c->pid, NULL, 0);
		return r;
	}
	c->out.fd = out_r;
	c->err.fd = err_r;
	out_r = err_r = -1;
	return 0;
}

/* Whether it runs now. */
static bool begin(struct child *c, const struct child_limits *l)
{
	c->status = c->out.fd = c->err.fd = -1;
	c->out.text.max = c->err.text.max = l->output_max + 1;
	c->start_ns = clock_mono_ns();
	c->end_ns = c->timeout_ns ? c->start_ns + c->timeout_ns : UINT64_MAX;
	if (l->deadline_ns && c->end_ns > l->deadline_ns)
		c->end_ns = l->deadline_ns;
	c->error = c->start_ns >= c->end_ns ? -ETIME : start(c);
	return c->error == 0;
}

/* ---- running ---- */

/* False at the end of the output and when there is nothing just now. */
static bool read_some(struct child_output *o)
{
	char bytes[CHUNK];
	ssize_t n = o->fd < 0 ? 0 : read(o->fd, bytes, sizeof(bytes));
	size_t keep = n > 0 ? (size_t)n : 0;

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		close_fd(&o->fd);
		o->fd = -1;
		return false;
	}
	if (keep > buf_left(&o->text))
		keep = buf_left(&o->text);
	buf_add(&o->text, bytes, keep);
	if (buf_error(&o->text) < 0)
		keep = 0; /* no memory: dropped as well */
	o->dropped += (size_t)n - keep;
	return true;
}

/* What the ended program wrote is in the pipe; a process that left its group may go on writing for ever. */
static void drain(struct child_output *o)
{
	int left = o->fd < 0 ? 0 : fcntl(o->fd, F_GETPIPE_SZ);

	for (; left > 0 && read_some(o); left -= CHUNK)
		;
	close_fd(&o->fd);
	o->fd = -1;
}

static void finish(struct child *c, bool reap)
{
	int status = 0;

	(void)kill(-c->pid, SIGKILL);
	drain(&c->out);
	drain(&c->err);
	c->duration_ns = clock_mono_ns() - c->start_ns;
	if (!reap || wait4(c->pid, &status, 0, &c->usage) < 0)
		return;
	if (WIFEXITED(status))
		c->status = WEXITSTATUS(status);
	else
		c->signal = WTERMSIG(status);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Whether it still runs. */
static bool step(struct child *c, const struct child_limits *l, uint64_t now)
{
	bool ended = has_ended(c->pid);

	(void)read_some(&c->out);
	(void)read_some(&c->err);
	if (ended || (now >= c->end_ns && c->told == 2)) {
		finish(c, ended);
		return false;
	}
	if (now >= c->end_ns) {
		c->timed_out = true;
		(void)kill(-c->pid, c->told ? SIGKILL : SIGTERM);
		c->end_ns = now + (c->told ? GIVE_UP_NS : l->grace_ns);
		c->told++;
	}
	return true;
}

/* Until there is output, a process ended, or the next deadline. mask lets SIGCHLD through, and nothing else
 * does: one that comes earlier is pending and ends the wait at once. A closed output's -1 is passed over. */
static void wait_for_news(struct child *const *live, size_t n, const sigset_t *mask)
{
	struct pollfd fds[2 * CHILD_AT_ONCE_MAX];
	uint64_t end = UINT64_MAX, now = clock_mono_ns(), left;
	struct timespec timeout;

	for (size_t i = 0; i < n; i++) {
		fds[2 * i] = (struct pollfd){ .fd = live[i]->out.fd, .events = POLLIN };
		fds[2 * i + 1] = (struct pollfd){ .fd = live[i]->err.fd, .events = POLLIN };
		if (live[i]->end_ns < end)
			end = live[i]->end_ns;
	}
	left = end > now ? end - now : 0;
	timeout.tv_sec = (time_t)(left / CLOCK_NS_PER_S);
	timeout.tv_nsec = (long)(left % CLOCK_NS_PER_S);
	(void)ppoll(fds, 2 * n, end == UINT64_MAX ? NULL : &timeout, mask);
}

static void on_sigchld(int sig)
{
	(void)sig; /* being caught is what ends ppoll() */
}

void child_run(struct child *children, size_t n, const struct child_limits *l)
{
	struct sigaction action = { .sa_handler = on_sigchld }, old_action;
	struct child *live[CHILD_AT_ONCE_MAX];
	size_t n_live = 0, next = 0;
	sigset_t chld, old_mask, mask;

	(void)sigemptyset(&chld);
	(void)sigaddset(&chld, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &chld, &old_mask);
	(void)sigaction(SIGCHLD, &action, &old_action);
	mask = old_mask;
	(void)sigdelset(&mask, SIGCHLD);
	while (next < n || n_live) {
		if (next < n && (n_live == 0 || (n_live < l->at_once && n_live < CHILD_AT_ONCE_MAX))) {
			if (begin(&children[next], l))
				live[n_live++] = &children[next];
			next++;
			continue;
		}
		wait_for_news(live, n_live, &mask);
		for (size_t i = 0; i < n_live;)
			if (step(live[i], l, clock_mono_ns()))
				i++;
			else
				live[i] = live[--n_live];
	}
	(void)sigaction(SIGCHLD, &old_action, NULL);
	(void)sigprocmask(SIG_SETMASK, &old_mask, NULL);
}

void child_done(struct child *c)
{
	buf_done(&c->out.text);
	buf_done(&c->err.text);
}
