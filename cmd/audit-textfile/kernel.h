/* SPDX-License-Identifier: MIT */
/*
 * kernel - what the kernel says of its audit system (struct audit_status in
 * linux/audit.h) and the keys of the rules that are loaded: its answers taken
 * apart, and its figures summed from run to run. Pure; kernel_ask.h asks.
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
	uint32_t enabled, failure, pid, rate_limit, backlog_limit, backlog, lost;
	uint32_t waited; /* jiffies */
	uint64_t jiffies_per_s;
	struct buf boot; /* which boot of the machine this is (random(4)) */
	struct buf keys; /* of the rules: rules_next() */

	/* From run to run. */
	bool is_kept; /* there was a run that knew */
	struct buf kept_boot;
	struct kernel_figure lost_sum, waited_sum;
};

/* A question that was sent. */
struct kernel_question {
	uint16_t type; /* AUDIT_GET, AUDIT_LIST_RULES */
	uint32_t seq;
};

/*
 * Takes one datagram of the kernel's. 1: the question is answered; 0: more is to come; the kernel's error;
 * -EBADMSG: what came is no answer.
 */
int kernel_answer(struct kernel *k, const struct kernel_question *q, const void *bytes, size_t n) MUST_CHECK;

/* Adds what the figures have risen by since the run before. The first time begins at 0. */
void kernel_count(struct kernel *k);

/* Forgets the sums; and takes or makes their line, "kernel ...". load: 1 taken, 0 not ours, -EINVAL. */
void kernel_reset(struct kernel *k);
int kernel_load(struct kernel *k, struct text key, struct words line) MUST_CHECK;
void kernel_save(const struct kernel *k, struct buf *out);
void kernel_done(struct kernel *k);
