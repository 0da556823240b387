/* SPDX-License-Identifier: MIT */
/*
 * serial - holes in the kernel's serials: events that the log should have and
 * has not (lost for want of room in the kernel's queue, left out by auditd, or
 * taken out by the `exclude` filter).
 *
 * The kernel counts 32 bits from its start and wraps. Events come late, so the
 * last SERIALS_WINDOW serials are watched; a hole counts once, when its first
 * serial leaves the window, or once the log has gone on for SERIALS_LATE_MS. A
 * step backwards with time going on is a restart of the kernel, and no hole.
 */
#pragma once
#include "core/words.h"

enum { SERIALS_WINDOW = 256, SERIALS_LATE_MS = 2000 };

/* Starts from zero. */
struct serials {
	uint64_t node;
	uint64_t ms;                        /* of the newest serial */
	uint64_t seen[SERIALS_WINDOW / 64]; /* by serial modulo SERIALS_WINDOW */
	uint32_t newest;
	bool used, in_hole; /* the last serial that left was missing */
};

/* Takes a serial. Returns the holes that are certain now. */
unsigned serials_add(struct serials *s, uint32_t serial, uint64_t ms);

/* Holes that no late event will fill, at that time of the log. */
unsigned serials_flush(struct serials *s, uint64_t now_ms);

void serials_save(const struct serials *s, struct buf *out); /* "serials NODE MS NEWEST IN_HOLE SEEN..." */
int serials_load(struct serials *s, struct words line) MUST_CHECK; /* 0, -EINVAL */
