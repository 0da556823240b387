/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "recent.h"

static void add(struct recent *s, const struct recent_item *item)
{
	if (s->n == RECENT_MAX) {
		s->first = (s->first + 1) % RECENT_MAX;
		s->n--;
	}
	s->ring[(s->first + s->n++) % RECENT_MAX] = *item;
}

/* From the newest to the oldest: most of the time the record before is the one. */
bool recent_is_new(struct recent *s, const struct recent_item *item)
{
	for (size_t i = s->n; i--;) {
		const struct recent_item *r = &s->ring[(s->first + i) % RECENT_MAX];

		if (r->pid == item->pid && r->type == item->type && r->detail == item->detail &&
		    r->ms + RECENT_LIFE_MS >= item->ms)
			return false;
	}
	add(s, item);
	return true;
}

void recent_save(const struct recent *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct recent_item *r = &s->ring[(s->first + i) % RECENT_MAX];

		words_key(out, "recent");
		words_u64(out, r->ms);
		words_u64(out, r->detail);
		words_u64(out, r->pid);
		words_u64(out, r->type);
		words_end(out);
	}
}

int recent_load(struct recent *s, struct words line)
{
	uint64_t ms, detail, pid, type;

	if (words_get_u64(&line, &ms) < 0 || words_get_u64(&line, &detail) < 0 ||
	    words_get_u64(&line, &pid) < 0 || words_get_u64(&line, &type) < 0 || !words_at_end(&line) ||
	    ms > UINT64_MAX / 2 || pid > UINT32_MAX || type > UINT32_MAX || s->n == RECENT_MAX)
		return -EINVAL;
	add(s, &(struct recent_item){
		       .ms = ms, .detail = detail, .pid = (uint32_t)pid, .type = (uint32_t)type });
	return 0;
}
