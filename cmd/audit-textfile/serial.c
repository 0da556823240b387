/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "serial.h"

enum { WORD = 64 };

static bool has(const struct serials *s, uint32_t serial)
{
	return s->seen[serial % SERIALS_WINDOW / WORD] >> serial % WORD & 1;
}

static void mark(struct serials *s, uint32_t serial, bool seen)
{
	uint64_t *word = &s->seen[serial % SERIALS_WINDOW / WORD], bit = (uint64_t)1 << serial % WORD;

	*word = seen ? *word | bit : *word & ~bit;
}

/* One serial leaves the window. */
static unsigned leave(struct serials *s, bool seen)
{
	unsigned hole = !seen && !s->in_hole;

	s->in_hole = !seen;
	return hole;
}

static void begin(struct serials *s, uint32_t serial, uint64_t ms)
{
	memset(s->seen, 0xff, sizeof(s->seen)); /* what was before is not missing */
	s->newest = serial;
	s->ms = ms;
	s->used = true;
	s->in_hole = false;
}

/* All that is in the window leaves it. */
static unsigned settle(struct serials *s)
{
	unsigned holes = 0;

	if (~(s->seen[0] & s->seen[1] & s->seen[2] & s->seen[3]) == 0) {
		s->in_hole = false;
		return 0;
	}
	for (uint32_t i = SERIALS_WINDOW; i--;)
		holes += leave(s, has(s, s->newest - i));
	memset(s->seen, 0xff, sizeof(s->seen));
	return holes;
}

static unsigned advance(struct serials *s, uint32_t serial)
{
	uint32_t step = serial - s->newest;
	unsigned holes = 0;

	if (step > SERIALS_WINDOW) {
		holes = settle(s);
		holes += leave(s, false); /* what lies between never was in the window */
		s->newest = serial - SERIALS_WINDOW;
		step = SERIALS_WINDOW;
		memset(s->seen, 0, sizeof(s->seen));
	} else {
		for (uint32_t i = 1; i < step; i++) {
			holes += leave(s, has(s, s->newest + i));
			mark(s, s->newest + i, false);
		}
		holes += leave(s, has(s, serial));
	}
	mark(s, serial, true);
	s->newest = serial;
	return holes;
}

unsigned serials_add(struct serials *s, uint32_t serial, uint64_t ms)
{
	uint32_t back = s->newest - serial;
	unsigned holes;

	if (!s->used) {
		begin(s, serial, ms);
		return 0;
	}
	holes = serials_flush(s, ms);
	if (back > UINT32_MAX / 2) {
		holes += advance(s, serial);
		s->ms = ms;
	} else if (back < SERIALS_WINDOW && ms <= s->ms + SERIALS_LATE_MS) {
		mark(s, serial, true);
	} else if (ms > s->ms) {
		holes += settle(s);
		begin(s, serial, ms);
	}
	return holes;
}

unsigned serials_flush(struct serials *s, uint64_t now_ms)
{
	return s->used && now_ms > s->ms + SERIALS_LATE_MS ? settle(s) : 0;
}

void serials_save(const struct serials *s, struct buf *out)
{
	words_key(out, "serials");
	words_u64(out, s->node);
	words_u64(out, s->ms);
	words_u64(out, s->newest);
	words_u64(out, s->in_hole);
	for (size_t i = 0; i < ARRAY_LEN(s->seen); i++)
		words_u64(out, s->seen[i]);
	words_end(out);
}

int serials_load(struct serials *s, struct words line)
{
	struct serials new = { .used = true };
	uint64_t newest, in_hole;

	if (words_get_u64(&line, &new.node) < 0 || words_get_u64(&line, &new.ms) < 0 ||
	    words_get_u64(&line, &newest) < 0 || words_get_u64(&line, &in_hole) < 0)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(new.seen); i++)
		if (words_get_u64(&line, &new.seen[i]) < 0)
			return -EINVAL;
	if (!words_at_end(&line) || new.ms > UINT64_MAX / 2 || newest > UINT32_MAX || in_hole > 1)
		return -EINVAL;
	new.newest = (uint32_t)newest;
	new.in_hole = in_hole;
	*s = new;
	return 0;
}
