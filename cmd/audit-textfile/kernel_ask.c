/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include "kernel_ask.h"
#include "os/clock.h"
#include "os/fd.h"

/* A message is one rule at most, whose strings the kernel bounds by PATH_MAX each (audit_unpack_string() in
 * kernel/auditfilter.c). */
enum { ANSWER_MAX = (AUDIT_MAX_FIELDS + 1) * PATH_MAX };

static int send_question(int fd, const struct kernel_question *q)
{
	const struct nlmsghdr h = {
		.nlmsg_len = sizeof(h),
		.nlmsg_type = q->type,
		.nlmsg_flags = NLM_F_REQUEST,
		.nlmsg_seq = q->seq,
	};
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(fd, &h, sizeof(h), 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0 ? -errno
												  : 0;
}

static int wait_readable(int fd, uint64_t deadline_ns)
{
	struct pollfd p = { fd, POLLIN, 0 };
	uint64_t now = clock_mono_ns();
	int r;

	if (now >= deadline_ns)
		return -ETIMEDOUT;
	r = poll(&p, 1, (int)((deadline_ns - now) / 1000000) + 1);
	return r < 0 ? -errno : r == 0 ? -ETIMEDOUT : 0;
}

/* Anybody may send to a netlink socket: only the kernel (port 0) is heard. */
static int hear(struct kernel *k, const struct kernel_question *q, int fd, char *bytes)
{
	struct sockaddr_nl from = { 0 };
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(fd, bytes, ANSWER_MAX, MSG_DONTWAIT, (struct sockaddr *)&from, &len);

	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	return from.nl_pid ? 0 : kernel_answer(k, q, bytes, (size_t)n);
}

static int ask(struct kernel *k, struct kernel_question q, int fd, char *bytes, uint64_t deadline_ns)
{
	int r = send_question(fd, &q);

	while (r == 0) {
		r = wait_readable(fd, deadline_ns);
		if (r == 0)
			r = hear(k, &q, fd, bytes);
		if (r == -EINTR)
			r = 0;
	}
	return r < 0 ? r : 0;
}

/* The resolution of the clock that ticks is one jiffy. */
static uint64_t jiffies_per_s(void)
{
	struct timespec t;

	return clock_getres(CLOCK_MONOTONIC_COARSE, &t) == 0 && t.tv_nsec > 0
		       ? CLOCK_NS_PER_S / (uint64_t)t.tv_nsec
		       : 100;
}

static int read_boot(struct kernel *k, int root)
{
	AUTO_BUF struct buf text = { .max = 64 };
	int r = fd_slurp(root, "proc/sys/kernel/random/boot_id", &text);
	struct text id = text_trim((struct text){ text.data, text.len });

	buf_add(&k->boot, id.p, id.n);
	return r < 0 ? r : buf_error(&k->boot);
}

static int ask_all(struct kernel *k, int fd, uint64_t deadline_ns)
{
	AUTO_FREE char *bytes = malloc(ANSWER_MAX);
	int r;

	if (!bytes)
		return -ENOMEM;
	r = ask(k, (struct kernel_question){ AUDIT_GET, 1 }, fd, bytes, deadline_ns);
	if (r == 0)
		r = ask(k, (struct kernel_question){ AUDIT_LIST_RULES, 2 }, fd, bytes, deadline_ns);
	return r < 0 ? r : buf_error(&k->keys);
}

int kernel_ask(struct kernel *k, int root, uint64_t deadline_ns)
{
	AUTO_FD int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	const uint64_t limit = clock_mono_ns() + CLOCK_NS_PER_S; /* the logs are to have the rest */
	int r;

	if (fd < 0)
		return -errno;
	k->jiffies_per_s = jiffies_per_s();
	r = read_boot(k, root);
	if (r < 0 && r != -ENOENT) /* with ProcSubset=pid; then figures that fell tell a new boot */
		return r;
	return ask_all(k, fd, limit < deadline_ns ? limit : deadline_ns);
}
