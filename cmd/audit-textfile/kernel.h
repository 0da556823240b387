/* SPDX-License-Identifier: MIT */
/*
 * kernel - what the kernel says of its audit system (audit_status in
 * linux/audit.h) and the keys of the rules that are loaded, over netlink. It needs
 * CAP_AUDIT_CONTROL, and the first user and process namespaces.
 *
 * What the kernel counts begins at 0 with each boot (and by auditctl
 * --reset-lost); here it counts on, from when counting began.
 */
#pragma once
#include "core/words.h"
#include <stdbool.h>
#include <stdint.h>

/* A figure of the kernel's that rises until a boot. */
struct kernel_figure {
	uint32_t seen; /* when last looked at */
	uint64_t sum;
};

struct kernel {
	bool known;       /* it has answered, with the next ones */
	bool knows_waits; /* since Linux 5.9 */
	uint32_t enabled, failure, pid, rate_limit, backlog_limit, backlog, lost,
		waited; /* waited: jiffies */
	uint64_t jiffies_per_s;
	struct buf boot; /* which boot of the machine this is (random(4)) */
	struct buf keys; /* of the rules: rules_next() */

	/* From run to run. */
	bool is_kept; /* there was a run that knew */
	struct buf kept_boot;
	struct kernel_figure lost_sum, waited_sum;
};

/*
 * Asks, until the clock has passed deadline_ns (monotonic). 0; -EPERM without the right; -ECONNREFUSED in a
 * namespace; -EPROTONOSUPPORT where the kernel has no audit; -ETIMEDOUT; another errno. What was answered
 * before an error stays.
 */
int kernel_ask(struct kernel *k, int root, uint64_t deadline_ns) MUST_CHECK;

/* Adds what the figures have risen by since the run before. The first time begins at 0. */
void kernel_count(struct kernel *k);

/* Forgets the sums; and takes or makes their line, "kernel ...". load: 1 taken, 0 not ours, -EINVAL. */
void kernel_reset(struct kernel *k);
int kernel_load(struct kernel *k, struct text key, struct words line) MUST_CHECK;
void kernel_save(const struct kernel *k, struct buf *out);
void kernel_done(struct kernel *k);
