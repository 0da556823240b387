/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <string.h>

#include "kernel.h"
#include "rules.h"

/* ---- answers ---- */

/* Kernels send as much of the struct as they know. */
static int take_status(struct kernel *k, struct text payload)
{
	struct audit_status s = { 0 };

	memcpy(&s, payload.p, payload.n < sizeof(s) ? payload.n : sizeof(s));
	k->known = true;
	k->knows_waits = payload.n >= offsetof(struct audit_status, backlog_wait_time_actual) +
					      sizeof(s.backlog_wait_time_actual);
	k->enabled = s.enabled;
	k->failure = s.failure;
	k->pid = s.pid;
	k->rate_limit = s.rate_limit;
	k->backlog_limit = s.backlog_limit;
	k->backlog = s.backlog;
	k->lost = s.lost;
	k->waited = s.backlog_wait_time_actual;
	return 1;
}

static int take_error(struct text payload)
{
	struct nlmsgerr e;

	if (payload.n < sizeof(e))
		return -EBADMSG;
	memcpy(&e, payload.p, sizeof(e));
	return e.error < 0 ? e.error : -EBADMSG;
}

/* Each message is a datagram of its own (audit_send_reply() in kernel/audit.c), and its own length is of no
 * use. */
int kernel_answer(struct kernel *k, const struct kernel_question *q, const void *bytes, size_t n)
{
	struct nlmsghdr h;
	struct text payload;

	if (n < sizeof(h))
		return -EBADMSG;
	memcpy(&h, bytes, sizeof(h));
	payload = (struct text){ (const char *)bytes + sizeof(h), n - sizeof(h) };
	if (h.nlmsg_seq != q->seq)
		return 0; /* of an earlier question */
	if (h.nlmsg_type == NLMSG_ERROR)
		return take_error(payload);
	if (h.nlmsg_type == NLMSG_DONE)
		return 1;
	if (h.nlmsg_type != q->type)
		return 0;
	return q->type == AUDIT_GET ? take_status(k, payload) : rules_listed(payload.p, payload.n, &k->keys);
}

/* ---- sums ---- */

static void count(struct kernel_figure *f, uint32_t now, uint32_t from)
{
	f->sum += now >= from ? now - from : now;
	f->seen = now;
}

void kernel_count(struct kernel *k)
{
	bool same_boot = strcmp(buf_cstr(&k->boot), buf_cstr(&k->kept_boot)) == 0;

	if (!k->known)
		return;
	count(&k->lost_sum, k->lost, !k->is_kept ? k->lost : same_boot ? k->lost_sum.seen : 0);
	count(&k->waited_sum, k->waited, !k->is_kept ? k->waited : same_boot ? k->waited_sum.seen : 0);
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

static void save_figure(const struct kernel_figure *f, struct buf *out)
{
	words_u64(out, f->seen);
	words_u64(out, f->sum);
}

void kernel_save(const struct kernel *k, struct buf *out)
{
	if (!k->is_kept)
		return;
	words_key(out, "kernel");
	words_text(out, (struct text){ buf_cstr(&k->kept_boot), k->kept_boot.len });
	save_figure(&k->lost_sum, out);
	save_figure(&k->waited_sum, out);
	words_end(out);
}

void kernel_done(struct kernel *k)
{
	buf_done(&k->boot);
	buf_done(&k->keys);
	buf_done(&k->kept_boot);
}
