/* SPDX-License-Identifier: MIT */
/*
 * event - which records belong to one event, and how it ended.
 *
 * Records of an event have the same id: node, time in milliseconds, serial; auditd's own
 * serials are another space. Records of different events interleave and may come late, so the
 * EVENTS_MAX latest ids are remembered. An event counts once, when it is settled: by a record
 * that tells its result, or with what is known once another event is EVENT_LIFE_MS younger
 * (auditd.conf(5): end_of_event_timeout).
 */
#pragma once
#include "core/words.h"
#include "counts.h"
#include "field.h"

enum { EVENTS_MAX = 256, EVENT_LIFE_MS = 2000, EVENT_CHAINS = 512 };

enum {
	EVENT_SETTLED = 1,
	EVENT_KEYED = 2,   /* its keys were counted */
	EVENT_SUCCESS = 4, /* what it counts as, unless a system call's result comes */
	EVENT_FAILURE = 8,
	EVENT_DAEMON = 16, /* auditd's */
	EVENT_FLAGS = 32,
};

struct event {
	uint64_t node; /* a hash of its name; 0: none */
	uint64_t ms;
	uint32_t serial;
	uint16_t flags;       /* EVENT_DAEMON belongs to the id */
	uint16_t chain, next; /* the chain it is in; what comes there: place + 1 */
};

/* Starts from zero but for counts. */
struct events {
	struct counts *counts;         /* the caller's */
	struct event ring[EVENTS_MAX]; /* the oldest at first */
	uint16_t chains[EVENT_CHAINS]; /* place + 1 */
	size_t first, n, last;
	size_t n_done;  /* of the oldest ones, so many are known to be settled */
	size_t pending; /* not settled */
};

/* The event with that id, made if it is new. Valid until the next call. */
struct event *events_look_up(struct events *s, const struct event *id, bool *is_new);

static inline bool event_is_same(const struct event *a, const struct event *b)
{
	return a->serial == b->serial && a->ms == b->ms && a->node == b->node &&
	       !((a->flags ^ b->flags) & EVENT_DAEMON);
}

/* Most records belong to the event of the one before. */
static inline struct event *events_of(struct events *s, const struct event *id, bool *is_new)
{
	*is_new = false;
	if (s->n && event_is_same(&s->ring[s->last], id))
		return &s->ring[s->last];
	return events_look_up(s, id, is_new);
}

/* Counts the event, once. */
void events_settle(struct events *s, struct event *e, enum field_result result);

/* Settles all that are older than that; UINT64_MAX: all. Their ids stay. */
void events_flush(struct events *s, uint64_t now_ms);

void events_save(const struct events *s, struct buf *out); /* "event NODE MS SERIAL FLAGS", oldest first */
int events_load(struct events *s, struct words line) MUST_CHECK; /* 0, -EINVAL */
