/* SPDX-License-Identifier: MIT */
/*
 * pids - what is known about processes that the log has spoken of lately: a
 * bounded table from process number to a few flags. An entry leaves it when it
 * is removed, when it is older than the table's life, or when the table is full
 * (the oldest first); the caller is told, so that it can settle what is open.
 *
 * Age counts in the time of the log, from the entry's making: process numbers
 * are used again. Every operation takes constant time, amortised; saving writes
 * entries from the oldest to the newest.
 */
#pragma once
#include "core/words.h"
#include <stdbool.h>
#include <stdint.h>

enum { PIDS_MAX = 4096 };

struct pid_entry {
	uint64_t time_ms; /* of its making */
	uint32_t pid;
	uint32_t flags; /* the caller's */
	bool used;
};

struct pids {
	const char *key;  /* of its lines in the state */
	uint64_t life_ms;
	void (*leave)(void *ctx, const struct pid_entry *e); /* by age or for want of room; may be NULL */
	void *ctx;

	/* The table's own; start from zero. */
	struct pid_entry *ring; /* oldest at first; removed entries keep their places for a while */
	uint16_t *slots;        /* of a hash table: position in the ring + 1 */
	size_t first, n, n_used; /* places; entries in them, at most PIDS_MAX */
	int err;
};

/* The entry of a process; NULL where there is none. Valid until the next pids_add() or pids_expire(). */
struct pid_entry *pids_find(struct pids *p, uint32_t pid);

/* The same, made if it is not there; NULL without memory (sticky). */
struct pid_entry *pids_add(struct pids *p, uint32_t pid, uint64_t now_ms);

void pids_remove(struct pids *p, struct pid_entry *e);

/* Lets all leave that are older than the table's life. */
void pids_expire(struct pids *p, uint64_t now_ms);

void pids_save(const struct pids *p, struct buf *out);
int pids_load(struct pids *p, struct words line) MUST_CHECK; /* 0, -EINVAL, -ENOMEM */
void pids_done(struct pids *p);
