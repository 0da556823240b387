/* SPDX-License-Identifier: MIT */
/* The simulated program: its seccomp filter and how the simulator comes by the notifications. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sim.h"

/* Exit statuses of what could not run CMD, as env(1) and timeout(1) have them. */
enum { FAILED = 125, NOT_RUNNABLE = 126, NOT_FOUND = 127, INSTRUCTIONS_MAX = 256 };

/* The filter as instructions; how many, or a negative errno value. */
static int filter_build(struct sock_filter *out, size_t max)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);
	int file = memfd_create("filter", MFD_CLOEXEC), r = c && file >= 0 ? 0 : -ENOMEM;
	ssize_t n;

	/* Programs for another machine word run unfiltered rather than be killed. Callers may extend the sign
	 * of the 32-bit code, so that only its low half counts. */
	if (r == 0)
		r = seccomp_attr_set(c, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
	for (size_t i = 0; r == 0 && request_code(i); i++)
		r = seccomp_rule_add(c, SCMP_ACT_NOTIFY, SCMP_SYS(ioctl), 1,
				     SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, request_code(i)));
	if (r == 0)
		r = seccomp_export_bpf(c, file);
	n = r == 0 ? pread(file, out, max * sizeof(*out), 0) : 0;
	if ((size_t)n == max * sizeof(*out))
		r = -E2BIG;
	seccomp_release(c);
	(void)close(file);
	return r < 0 ? r : (int)((size_t)n / sizeof(*out));
}

/*
 * Installs the filter; its notification descriptor or a negative errno value.
 * Not by seccomp_load(): it cannot ask for callers that only a deadly signal
 * wakes (Linux 5.19; on an older kernel any signal does).
 */
static int filter_load(void)
{
	struct sock_filter instructions[INSTRUCTIONS_MAX];
	struct sock_fprog program = { .filter = instructions };
	unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	int n = filter_build(instructions, ARRAY_LEN(instructions));
	long fd;

	if (n < 0)
		return n;
	program.len = (unsigned short)n;
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	if (fd < 0 && errno == EACCES) { /* without CAP_SYS_ADMIN a filter costs set-user-ID programs */
		(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	}
	if (fd < 0 && errno == EINVAL)
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			     &program);
	return fd < 0 ? -errno : (int)fd;
}

/* Becomes CMD once the parent has been told the notification descriptor's number and has a copy. */
static _Noreturn void run_child(int socket, const sigset_t *mask, char **argv)
{
	int fd, r;
	char go;

	/* A simulator that is killed leaves no program without answers. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = filter_load();
	if (write(socket, &fd, sizeof(fd)) != sizeof(fd) || fd < 0 || read(socket, &go, 1) != 1)
		_exit(FAILED);
	(void)close(fd);
	(void)close(socket);
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	r = errno;
	fprintf(stderr, "ioctlsim: %s: %s\n", argv[0], strerror(r));
	_exit(r == ENOENT ? NOT_FOUND : NOT_RUNNABLE);
}

/* Fetches the child's notification descriptor; it or a negative errno value. */
static int fetch_listener(int socket, pid_t child)
{
	int theirs, ours, pidfd = (int)syscall(SYS_pidfd_open, child, 0);

	if (pidfd < 0)
		return -errno;
	if (read(socket, &theirs, sizeof(theirs)) != sizeof(theirs))
		theirs = -EPIPE;
	ours = theirs < 0 ? theirs : (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
	if (ours < 0 && theirs >= 0)
		ours = -errno;
	(void)close(pidfd);
	if (ours >= 0 && write(socket, "", 1) != 1) {
		(void)close(ours);
		ours = -EPIPE;
	}
	return ours;
}

int child_start(char **argv, const sigset_t *mask, pid_t *ret)
{
	int pair[2], notify;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	*ret = fork();
	if (*ret == 0)
		run_child(pair[1], mask, argv);
	(void)close(pair[1]);
	notify = *ret < 0 ? -errno : fetch_listener(pair[0], *ret);
	(void)close(pair[0]);
	return notify;
}
