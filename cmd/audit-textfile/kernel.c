/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "core/words.h"
#include "kernel.h"
#include "os/clock.h"
#include "os/fd.h"
#include "rules.h"

/* A message is one rule at most, whose strings the kernel bounds by a page each (audit_unpack_string()). */
enum { ANSWER_MAX = 64 * 1024 };

/* What one netlink socket gives, and where it goes. */
struct talk {
	struct kernel *k;
	int fd;
	uint64_t deadline_ns;
	uint16_t asked;
	uint32_t seq;
	bool done;
};

static int ask(struct talk *t, uint16_t what)
{
	const struct nlmsghdr h = {
		.nlmsg_len = sizeof(h),
		.nlmsg_type = what,
		.nlmsg_flags = NLM_F_REQUEST,
		.nlmsg_seq = ++t->seq,
	};
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	t->asked = what;
	t->done = false;
	return sendto(t->fd, &h, sizeof(h), 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0 ? -errno
												     : 0;
}

/* Kernels send as much of the struct as they know. */
static void take_status(struct kernel *k, const void *bytes, size_t n)
{
	struct audit_status s = { 0 };

	memcpy(&s, bytes, n < sizeof(s) ? n : sizeof(s));
	k->known = true;
	k->knows_waits = n >= offsetof(struct audit_status, backlog_wait_time_actual) + sizeof(uint32_t);
	k->enabled = s.enabled;
	k->failure = s.failure;
	k->pid = s.pid;
	k->rate_limit = s.rate_limit;
	k->backlog_limit = s.backlog_limit;
	k->backlog = s.backlog;
	k->lost = s.lost;
	k->waited = s.backlog_wait_time_actual;
}

static int take_error(const void *bytes, size_t n)
{
	struct nlmsgerr e;

	if (n < sizeof(e))
		return -EBADMSG;
	memcpy(&e, bytes, sizeof(e));
	return e.error > 0 ? -EBADMSG : e.error;
}

static int take_message(struct talk *t, const struct nlmsghdr *h, const void *bytes, size_t n)
{
	if (h->nlmsg_seq != t->seq)
		return 0;
	if (h->nlmsg_type == NLMSG_ERROR)
		return take_error(bytes, n);
	if (h->nlmsg_type == NLMSG_DONE) {
		t->done = true;
	} else if (h->nlmsg_type == t->asked && t->asked == AUDIT_GET) {
		take_status(t->k, bytes, n);
		t->done = true;
	} else if (h->nlmsg_type == t->asked) {
		return rules_listed(bytes, n, &t->k->keys);
	}
	return 0;
}

/* A datagram is one message or several. Some kernels give a length of one that is without its header: all of
 * what came is the message then. */
static int take_datagram(struct talk *t, const char *bytes, size_t n)
{
	while (n >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr h;
		size_t len, past;
		int r;

		memcpy(&h, bytes, sizeof(h));
		len = h.nlmsg_len < sizeof(h) || h.nlmsg_len > n ? n : h.nlmsg_len;
		r = take_message(t, &h, bytes + sizeof(h), len - sizeof(h));
		if (r < 0)
			return r;
		past = NLMSG_ALIGN(len) < n ? NLMSG_ALIGN(len) : n;
		bytes += past;
		n -= past;
	}
	return 0;
}

static int wait_readable(const struct talk *t)
{
	struct pollfd p = { t->fd, POLLIN, 0 };
	uint64_t now = clock_mono_ns();
	int r;

	if (now >= t->deadline_ns)
		return -ETIMEDOUT;
	r = poll(&p, 1, (int)((t->deadline_ns - now) / 1000000) + 1);
	return r < 0 ? -errno : r == 0 ? -ETIMEDOUT : 0;
}

/* Anybody may send to a netlink socket: only the kernel (port 0) is heard. */
static int hear(struct talk *t, char *bytes)
{
	struct sockaddr_nl from = { 0 };
	socklen_t len = sizeof(from);
	ssize_t n;
	int r = wait_readable(t);

	if (r < 0)
		return r;
	n = recvfrom(t->fd, bytes, ANSWER_MAX, 0, (struct sockaddr *)&from, &len);
	if (n < 0)
		return -errno;
	return from.nl_pid ? 0 : take_datagram(t, bytes, (size_t)n);
}

static int ask_and_hear(struct talk *t, uint16_t what, char *bytes)
{
	int r = ask(t, what);

	while (r == 0 && !t->done) {
		r = hear(t, bytes);
		if (r == -EINTR)
			r = 0;
	}
	return r;
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

int kernel_ask(struct kernel *k, int root, uint64_t deadline_ns)
{
	AUTO_FD int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	AUTO_FREE char *bytes = malloc(ANSWER_MAX);
	struct talk t = { .k = k, .fd = fd, .deadline_ns = deadline_ns };
	int r;

	if (fd < 0)
		return -errno;
	if (!bytes)
		return -ENOMEM;
	k->jiffies_per_s = jiffies_per_s();
	r = read_boot(k, root);
	if (r == 0 || r == -ENOENT) /* with ProcSubset=pid; then figures that fell tell a new boot */
		r = ask_and_hear(&t, AUDIT_GET, bytes);
	if (r == 0)
		r = ask_and_hear(&t, AUDIT_LIST_RULES, bytes);
	return r < 0 ? r : buf_error(&k->keys);
}

/* ---- sums ---- */

static void count(struct kernel_figure *f, uint32_t now, bool same_boot)
{
	f->sum += same_boot && now >= f->seen ? now - f->seen : now;
	f->seen = now;
}

void kernel_count(struct kernel *k)
{
	bool same_boot = strcmp(buf_cstr(&k->boot), buf_cstr(&k->kept_boot)) == 0;

	if (!k->known)
		return;
	if (!k->is_kept) {
		k->lost_sum.seen = k->lost;
		k->waited_sum.seen = k->waited;
	}
	count(&k->lost_sum, k->lost, same_boot || !k->is_kept);
	count(&k->waited_sum, k->waited, same_boot || !k->is_kept);
	k->is_kept = true;
	buf_clear(&k->kept_boot);
	buf_add(&k->kept_boot, k->boot.data, k->boot.len);
}

void kernel_reset(struct kernel *k)
{
	k->is_kept = false;
	buf_clear(&k->kept_boot);
	k->lost_sum = k->waited_sum = (struct kernel_figure){ 0 };
}

static int load_figure(struct words *line, struct kernel_figure *f)
{
	uint64_t seen;

	if (words_get_u64(line, &seen) < 0 || seen > UINT32_MAX || words_get_u64(line, &f->sum) < 0)
		return -EINVAL;
	f->seen = (uint32_t)seen;
	return 0;
}

int kernel_load(struct kernel *k, struct text key, struct words line)
{
	if (!text_is(key, "kernel"))
		return 0;
	if (words_get_text(&line, &k->kept_boot) < 0 || load_figure(&line, &k->lost_sum) < 0 ||
	    load_figure(&line, &k->waited_sum) < 0 || !words_at_end(&line))
		return -EINVAL;
	k->is_kept = true;
	return 1;
}

void kernel_save(const struct kernel *k, struct buf *out)
{
	if (!k->is_kept)
		return;
	words_key(out, "kernel");
	words_text(out, (struct text){ buf_cstr(&k->kept_boot), k->kept_boot.len });
	words_u64(out, k->lost_sum.seen);
	words_u64(out, k->lost_sum.sum);
	words_u64(out, k->waited_sum.seen);
	words_u64(out, k->waited_sum.sum);
	words_end(out);
}

void kernel_done(struct kernel *k)
{
	buf_done(&k->boot);
	buf_done(&k->keys);
	buf_done(&k->kept_boot);
}
