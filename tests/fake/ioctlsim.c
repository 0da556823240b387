/* SPDX-License-Identifier: MIT */
/*
 * ioctlsim - runs a program whose disks are simulated.
 *
 *	ioctlsim DIR -- CMD [ARG...]
 *
 * CMD and all that it starts see the devices of DIR (sim.h) behind every node
 * of the same name: the ioctls in sim_request.c, and no other system call, go
 * to the simulator by seccomp's user notification. An ioctl on anything else
 * runs as if there were no simulator.
 *
 * A device that hangs keeps its caller in the ioctl: no signal that it handles
 * wakes it, one that ends it does. When CMD has ended, the simulator waits for
 * what CMD left behind, but not for callers that hang: once all that is left
 * hangs, it kills them. The exit status is CMD's, 128 + N when signal N ended
 * it, 125 when the simulator failed, 126 or 127 when CMD could not be run.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"

enum {
	FAILED = 125,
	LEFT_CHECK_MS = 100,
	NOTIF_MAX = 512, /* a newer kernel's structures may be longer than the headers' */
};

struct sim {
	int dir;
	int notify;
	int signals;
	pid_t cmd; /* 0 once it has ended */
	int status;
	bool quit; /* told to end while waiting for descendants */
	struct device *devices;
	struct request *delayed;
	struct request *hung;
};

static int64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* ---- requests ---- */

/* "nvme0n1", "ng0n1" and "nvme0" are one folder, nvme0; any other name is its own. */
static void folder_of(const char *name, char ret[static NAME_MAX + 1], struct request *q)
{
	size_t prefix = strncmp(name, "nvme", 4) == 0 ? 4 : strncmp(name, "ng", 2) == 0 ? 2 : 0;
	size_t digits = strspn(name + prefix, "0123456789");

	q->is_nvme = prefix && digits;
	if (!q->is_nvme) {
		(void)snprintf(ret, NAME_MAX + 1, "%s", name);
		return;
	}
	(void)snprintf(ret, NAME_MAX + 1, "nvme%.*s", (int)digits, name + prefix);
	if (name[prefix + digits] == 'n')
		q->nsid = (uint32_t)strtoul(name + prefix + digits + 1, NULL, 10);
}

static struct device *device_get(struct sim *s, const char *name)
{
	struct device *d = s->devices;

	while (d && strcmp(d->name, name) != 0)
		d = d->next;
	if (!d && (d = calloc(1, sizeof(*d)))) {
		(void)snprintf(d->name, sizeof(d->name), "%s", name);
		d->next = s->devices;
		s->devices = d;
	}
	return d;
}

/* Which of our devices the caller's descriptor is; false when none. */
static bool identify_device(struct sim *s, struct request *q, int fd)
{
	char link[64], path[PATH_MAX], name[NAME_MAX + 1];
	ssize_t n;
	char *slash;

	(void)snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)q->pid, fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash || !slash[1])
		return false;
	folder_of(slash + 1, name, q);
	if (!device_exists(s->dir, name))
		return false;
	q->dev = device_get(s, name);
	return q->dev;
}

static bool is_alive(const struct sim *s, const struct request *q)
{
	return ioctl(s->notify, SECCOMP_IOCTL_NOTIF_ID_VALID, &q->id) == 0;
}

/* A caller that was killed meanwhile has no use for an answer: ENOENT is no fault. */
static void respond(struct sim *s, uint64_t id, int result, unsigned flags)
{
	union {
		struct seccomp_notif_resp r;
		char room[NOTIF_MAX];
	} answer = { .r = { .id = id, .flags = flags } };

	if (result < 0)
		answer.r.error = result;
	else
		answer.r.val = result;
	if (ioctl(s->notify, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0 && errno != ENOENT)
		fprintf(stderr, "ioctlsim: cannot answer: %s\n", strerror(errno));
}

static void request_free(struct request *q)
{
	if (q->mem >= 0)
		(void)close(q->mem);
	free(q);
}

static void finish(struct sim *s, struct request *q)
{
	if (is_alive(s, q))
		respond(s, q->id, request_answer(q), 0);
	request_free(q);
}

/*
 * One ioctl of a device of ours. Its memory is opened before the caller is
 * known to be alive: the descriptor then is that process's for good, even when
 * its number is given away while the answer waits (seccomp_unotify(2)).
 */
static void accept_request(struct sim *s, struct request *q)
{
	char path[64];
	int r;

	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)q->pid);
	q->mem = open(path, O_RDWR | O_CLOEXEC);
	if (!is_alive(s, q)) {
		request_free(q);
		return;
	}
	knobs_load(q->dir, q->dev->name, &q->knobs);
	r = q->mem < 0 ? -EPERM : request_receive(q);
	if (r < 0) {
		respond(s, q->id, r, 0);
		request_free(q);
	} else if (q->is_command && q->knobs.hang) {
		q->process = process_of(q->pid);
		q->next = s->hung;
		s->hung = q;
	} else if (q->is_command && q->knobs.delay_ms) {
		q->due_ns = now_ns() + q->knobs.delay_ms * 1000000;
		q->next = s->delayed;
		s->delayed = q;
	} else
		finish(s, q);
}

static void receive(struct sim *s)
{
	union {
		struct seccomp_notif n;
		char room[NOTIF_MAX];
	} got;
	struct request *q;

	memset(&got, 0, sizeof(got));
	if (ioctl(s->notify, SECCOMP_IOCTL_NOTIF_RECV, &got) < 0)
		return; /* the caller is gone already */
	q = calloc(1, sizeof(*q));
	if (!q) {
		respond(s, got.n.id, -ENOMEM, 0);
		return;
	}
	*q = (struct request){
		.id = got.n.id,
		.pid = (pid_t)got.n.pid,
		.code = (uint32_t)got.n.data.args[1],
		.arg = got.n.data.args[2],
		.mem = -1,
		.dir = s->dir,
	};
	if (identify_device(s, q, (int)got.n.data.args[0])) {
		accept_request(s, q);
		return;
	}
	respond(s, q->id, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
	request_free(q);
}

/* Answers what is due; the milliseconds until the next, -1 for none. */
static int answer_due(struct sim *s)
{
	struct request **at = &s->delayed, *q;
	int64_t now = now_ns(), next = INT64_MAX;

	while ((q = *at)) {
		if (q->due_ns <= now) {
			*at = q->next;
			finish(s, q);
			continue;
		}
		if (q->due_ns < next)
			next = q->due_ns;
		at = &q->next;
	}
	return next == INT64_MAX ? -1 : (int)((next - now + 999999) / 1000000);
}

/* ---- the end ---- */

/* Reaps what has ended; false when nothing is left of CMD and its descendants. */
static bool reap(struct sim *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != s->cmd)
			continue;
		s->cmd = 0;
		s->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return pid == 0;
}

/* Passes a signal on to CMD; what the terminal sends (SI_KERNEL) reaches CMD anyway. Without CMD it ends us.
 */
static void take_signal(struct sim *s)
{
	struct signalfd_siginfo got;

	if (read(s->signals, &got, sizeof(got)) != sizeof(got) || got.ssi_signo == SIGCHLD)
		return;
	if (!s->cmd)
		s->quit = true;
	else if (got.ssi_code <= 0)
		(void)kill(s->cmd, (int)got.ssi_signo);
}

static void forget_dead(struct sim *s)
{
	struct request **at = &s->hung, *q;

	while ((q = *at)) {
		if (is_alive(s, q)) {
			at = &q->next;
			continue;
		}
		*at = q->next;
		request_free(q);
	}
}

/* CMD has ended: once all that is left of it hangs, nothing but a kill ends that. */
static void end_hung(struct sim *s)
{
	forget_dead(s);
	if (!s->quit && left_running(getpid(), s->hung))
		return;
	for (struct request *q = s->hung; q; q = q->next) {
		int pidfd = (int)syscall(SYS_pidfd_open, q->process, 0);

		if (pidfd >= 0 && is_alive(s, q)) /* alive after the open: the descriptor is the caller's */
			(void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
		if (pidfd >= 0)
			(void)close(pidfd);
	}
}

static void loop(struct sim *s)
{
	struct pollfd p[] = { { s->notify, POLLIN, 0 }, { s->signals, POLLIN, 0 } };

	while (reap(s) && !s->quit) {
		int wait = answer_due(s);

		if (!s->cmd && s->hung) {
			end_hung(s);
			if (wait < 0 || wait > LEFT_CHECK_MS) /* a grandchild's end is told to nobody */
				wait = LEFT_CHECK_MS;
		}
		if (poll(p, ARRAY_LEN(p), wait) <= 0)
			continue;
		if (p[1].revents)
			take_signal(s);
		if (p[0].revents & POLLIN)
			receive(s);
		else if (p[0].revents)
			p[0].fd = -1; /* nobody has the filter any more */
	}
}

static void done(struct sim *s)
{
	struct request *q;
	struct device *d;

	if (s->quit)
		end_hung(s);
	while ((q = s->hung ? s->hung : s->delayed)) {
		*(s->hung ? &s->hung : &s->delayed) = q->next;
		request_free(q);
	}
	while ((d = s->devices)) {
		s->devices = d->next;
		free(d);
	}
	(void)close(s->notify);
	(void)close(s->signals);
	(void)close(s->dir);
}

/* Signals come by descriptor from here on; the mask that CMD starts with is the old one. */
static int block_signals(sigset_t *old)
{
	static const int ours[] = { SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 };
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		(void)sigaddset(&set, ours[i]);
	if (sigprocmask(SIG_BLOCK, &set, old) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int main(int argc, char *argv[])
{
	struct sim s = { 0 };
	sigset_t mask;

	if (argc < 4 || strcmp(argv[2], "--") != 0) {
		fputs("usage: ioctlsim DIR -- CMD [ARG...]\n", stderr);
		return 2;
	}
	s.dir = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	s.signals = block_signals(&mask);
	if (s.dir < 0 || s.signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) {
		fprintf(stderr, "ioctlsim: %s: %s\n", argv[1], strerror(errno));
		return FAILED;
	}
	s.notify = child_start(argv + 3, &mask, &s.cmd);
	if (s.notify < 0) {
		fprintf(stderr, "ioctlsim: cannot simulate: %s\n", strerror(-s.notify));
		return FAILED;
	}
	loop(&s);
	done(&s);
	return s.status;
}
