/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "pids.h"

/* Twice the places, so that those left by removed entries are closed up once in PIDS_MAX additions at most. */
enum { RING = 2 * PIDS_MAX, SLOTS = 4 * PIDS_MAX };

static size_t place_of(uint32_t pid)
{
	return (size_t)(pid * 2654435761u) / (UINT32_MAX / SLOTS + 1);
}

static struct pid_entry *at(const struct pids *p, size_t i)
{
	return &p->ring[(p->first + i) % RING];
}

/* The slot of a pid: where it is, or the free one where it belongs. At most a quarter of the slots is taken. */
static size_t slot_of(const struct pids *p, uint32_t pid)
{
	size_t i = place_of(pid);

	while (p->slots[i] && p->ring[p->slots[i] - 1].pid != pid)
		i = (i + 1) % SLOTS;
	return i;
}

/* Frees a slot and moves those up that had to give way to it. */
static void free_slot(struct pids *p, size_t gap)
{
	p->slots[gap] = 0;
	for (size_t i = (gap + 1) % SLOTS; p->slots[i]; i = (i + 1) % SLOTS) {
		size_t home = place_of(p->ring[p->slots[i] - 1].pid);

		if ((i - home + SLOTS) % SLOTS >= (i - gap + SLOTS) % SLOTS) {
			p->slots[gap] = p->slots[i];
			p->slots[i] = 0;
			gap = i;
		}
	}
}

struct pid_entry *pids_find(struct pids *p, uint32_t pid)
{
	size_t i;

	if (p->n == 0)
		return NULL;
	i = slot_of(p, pid);
	return p->slots[i] ? &p->ring[p->slots[i] - 1] : NULL;
}

/* The oldest goes; entries that were removed in the middle wait here for their turn. */
static void drop_first(struct pids *p)
{
	struct pid_entry gone = *at(p, 0);

	if (gone.used)
		free_slot(p, slot_of(p, gone.pid));
	at(p, 0)->used = false;
	p->first = (p->first + 1) % RING;
	p->n--;
	p->n_used -= gone.used;
	if (gone.used && p->leave)
		p->leave(p->ctx, &gone);
}

/* Moves the entries together at the front. A place is overwritten only once its entry has moved or is gone. */
static void close_up(struct pids *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct pid_entry e = *at(p, i);
		size_t slot = e.used ? slot_of(p, e.pid) : 0;

		if (!e.used)
			continue;
		*at(p, kept) = e;
		p->slots[slot] = (uint16_t)(at(p, kept++) - p->ring + 1);
	}
	p->n = kept;
}

/* What was removed takes no room: whether a table was saved in between makes no difference. */
static int make_room(struct pids *p)
{
	if (!p->ring)
		p->ring = calloc(RING, sizeof(*p->ring));
	if (!p->slots)
		p->slots = calloc(SLOTS, sizeof(*p->slots));
	if (!p->ring || !p->slots)
		return p->err = -ENOMEM;
	while (p->n_used == PIDS_MAX)
		drop_first(p);
	if (p->n == RING)
		close_up(p);
	return 0;
}

struct pid_entry *pids_add(struct pids *p, uint32_t pid, uint64_t now_ms)
{
	struct pid_entry *e = pids_find(p, pid);

	if (e)
		return e;
	if (make_room(p) < 0)
		return NULL;
	e = at(p, p->n++);
	p->n_used++;
	*e = (struct pid_entry){ .time_ms = now_ms, .pid = pid, .used = true };
	p->slots[slot_of(p, pid)] = (uint16_t)(e - p->ring + 1);
	return e;
}

void pids_remove(struct pids *p, struct pid_entry *e)
{
	free_slot(p, slot_of(p, e->pid));
	e->used = false;
	p->n_used--;
}

void pids_expire(struct pids *p, uint64_t now_ms)
{
	while (p->n && (!at(p, 0)->used || at(p, 0)->time_ms + p->life_ms <= now_ms))
		drop_first(p);
}

void pids_save(const struct pids *p, struct buf *out)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct pid_entry *e = at(p, i);

		if (!e->used)
			continue;
		words_key(out, p->key);
		words_u64(out, e->pid);
		words_u64(out, e->time_ms);
		words_u64(out, e->flags);
		words_end(out);
	}
}

int pids_load(struct pids *p, struct words line)
{
	uint64_t pid, time_ms, flags;
	struct pid_entry *e;

	if (words_get_u64(&line, &pid) < 0 || words_get_u64(&line, &time_ms) < 0 || words_get_u64(&line, &flags) < 0 ||
	    !words_at_end(&line) || pid > UINT32_MAX || flags > UINT32_MAX)
		return -EINVAL;
	e = pids_add(p, (uint32_t)pid, time_ms);
	if (!e)
		return -ENOMEM;
	e->flags = (uint32_t)flags;
	return 0;
}

void pids_done(struct pids *p)
{
	free(p->ring);
	free(p->slots);
	p->ring = NULL;
	p->slots = NULL;
	p->first = p->n = p->n_used = 0;
}
