/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "core/hash.h"
#include "event.h"

static uint16_t chain_of(const struct event *id)
{
	return (uint16_t)(hash_end(id->node + id->ms * 31 + id->serial) % EVENT_CHAINS);
}

void events_settle(struct events *s, struct event *e, enum field_result result)
{
	if (e->flags & EVENT_SETTLED)
		return;
	e->flags |= EVENT_SETTLED;
	s->pending--;
	counts_at(s->counts, COUNT_EVENTS,
		  result == FIELD_SUCCESS  ? COUNT_SUCCESS
		  : result == FIELD_FAILED ? COUNT_FAILURE
					   : COUNT_NO_RESULT);
}

static void settle_as_is(struct events *s, struct event *e)
{
	events_settle(s, e,
		      e->flags & EVENT_SUCCESS   ? FIELD_SUCCESS
		      : e->flags & EVENT_FAILURE ? FIELD_FAILED
						 : FIELD_NO_RESULT);
}

static void drop_first(struct events *s)
{
	struct event *e = &s->ring[s->first];
	uint16_t *link = &s->chains[e->chain];

	settle_as_is(s, e);
	while (*link != s->first + 1)
		link = &s->ring[*link - 1].next;
	*link = e->next;
	s->first = (s->first + 1) % EVENTS_MAX;
	s->n--;
	s->n_done -= s->n_done > 0;
}

static struct event *at(struct events *s, size_t i)
{
	return &s->ring[(s->first + i) % EVENTS_MAX];
}

/* Settles the oldest ones, so far as that time lets. */
static void settle_old(struct events *s, uint64_t ms)
{
	for (; s->n_done < s->n; s->n_done++) {
		struct event *e = at(s, s->n_done);

		if (!(e->flags & EVENT_SETTLED) && e->ms + EVENT_LIFE_MS >= ms)
			return;
		settle_as_is(s, e);
	}
}

static struct event *add(struct events *s, const struct event *id, uint16_t chain)
{
	struct event *e;

	s->last = (s->first + s->n++) % EVENTS_MAX;
	e = &s->ring[s->last];
	*e = *id;
	e->chain = chain;
	e->next = s->chains[chain];
	s->chains[chain] = (uint16_t)(s->last + 1);
	s->pending += !(e->flags & EVENT_SETTLED);
	return e;
}

struct event *events_look_up(struct events *s, const struct event *id, bool *is_new)
{
	uint16_t chain = chain_of(id);

	for (size_t place = s->chains[chain]; place; place = s->ring[place - 1].next)
		if (event_is_same(&s->ring[place - 1], id)) {
			s->last = place - 1;
			return &s->ring[place - 1];
		}
	*is_new = true;
	settle_old(s, id->ms);
	if (s->n == EVENTS_MAX)
		drop_first(s);
	return add(s, id, chain);
}

void events_flush(struct events *s, uint64_t now_ms)
{
	for (size_t i = 0; i < s->n && s->pending; i++)
		if (at(s, i)->ms + EVENT_LIFE_MS < now_ms)
			settle_as_is(s, at(s, i));
}

void events_save(const struct events *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct event *e = &s->ring[(s->first + i) % EVENTS_MAX];

		words_key(out, "event");
		words_u64(out, e->node);
		words_u64(out, e->ms);
		words_u64(out, e->serial);
		words_u64(out, e->flags);
		words_end(out);
	}
}

int events_load(struct events *s, struct words line)
{
	struct event e = { 0 };
	uint64_t serial, flags;

	if (words_get_u64(&line, &e.node) < 0 || words_get_u64(&line, &e.ms) < 0 ||
	    words_get_u64(&line, &serial) < 0 || words_get_u64(&line, &flags) < 0 || !words_at_end(&line) ||
	    e.ms > UINT64_MAX / 2 || serial > UINT32_MAX || flags >= EVENT_FLAGS || s->n == EVENTS_MAX)
		return -EINVAL;
	e.serial = (uint32_t)serial;
	e.flags = (uint16_t)flags;
	(void)add(s, &e, chain_of(&e));
	return 0;
}
