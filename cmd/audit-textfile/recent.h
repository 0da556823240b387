/* SPDX-License-Identifier: MIT */
/*
 * recent - what was counted lately, so that one operation that is told in
 * several records counts once: a process and what it did. The last RECENT_MAX
 * are remembered, for RECENT_LIFE_MS of the log's time.
 */
#pragma once
#include "core/words.h"

enum { RECENT_MAX = 64, RECENT_LIFE_MS = 60 * 1000 };

struct recent_item {
	uint64_t ms;
	uint64_t detail; /* what tells the operations of one process apart */
	uint32_t pid, type;
};

/* Starts from zero. */
struct recent {
	struct recent_item ring[RECENT_MAX]; /* the oldest at first, once it is full */
	size_t first, n;
};

/* Whether it is new; it is remembered from now on. */
bool recent_is_new(struct recent *s, const struct recent_item *item);

void recent_save(const struct recent *s, struct buf *out);       /* "recent MS DETAIL PID TYPE" */
int recent_load(struct recent *s, struct words line) MUST_CHECK; /* 0, -EINVAL */
