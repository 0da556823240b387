/* SPDX-License-Identifier: MIT */
/*
 * topk - the most frequent values of a stream in bounded memory: Space-Saving
 * (Metwally, Agrawal, El Abbadi: "Efficient computation of frequent and top-k
 * elements in data streams", ICDT 2005).
 *
 * m counters watch m values. A value that is not watched takes the counter that
 * stands lowest and what it shows. So a count is never too low, and too high by
 * at most its item's error, which is at most N/m of N counted in all; every
 * value that came more than N/m times is watched.
 *
 * What it does depends on the stream alone, not on when it was saved: among the
 * lowest the one made first gives way. With another m than yesterday's the
 * bounds of items hold on: floor is the most that an unwatched value may have.
 * Each operation takes O(log m).
 *
 * A zeroed struct with the first members set is empty; topk_done() releases it.
 * Memory that runs out sticks in err.
 */
#pragma once
#include "core/words.h"
#include <stdbool.h>
#include <stdint.h>

enum { TOPK_COUNTERS_MAX = 10000, TOPK_VALUE_MAX = 256 };

struct topk_item {
	uint64_t count;
	uint64_t error; /* count - error <= true count <= count */
	struct buf value;
	uint64_t hash;
	uint16_t next; /* of its bucket: slot + 1 */
	uint16_t place; /* in the heap */
};

struct topk {
	/* The caller's; constant. */
	const char *name; /* of its lines in the state */
	size_t m;         /* 1..TOPK_COUNTERS_MAX */

	/* The sketch's own. */
	uint64_t floor;
	int err;
	size_t n;
	struct topk_item *items; /* m, by slot */
	uint16_t *heap;          /* slots, the lowest count first */
	uint16_t *buckets;       /* slot + 1 of the first */
	size_t n_buckets;
};

/* Counts n > 0 for a value of any bytes; those behind TOPK_VALUE_MAX do not count. */
void topk_add(struct topk *t, struct text value, uint64_t n);

/* The k items with the highest counts, highest first, equal ones by value. Returns how many there are, at most k. */
size_t topk_list(const struct topk *t, size_t k, const struct topk_item **ret);

/* One line an item, "top NAME COUNT ERROR VALUE", and "top NAME FLOOR" where that is not 0. */
void topk_save(const struct topk *t, struct buf *out);

/* Takes such a line, its key given, if it is this sketch's. 1 taken; 0 not its line; -EINVAL; -ENOMEM. */
int topk_load(struct topk *t, struct text key, struct words line) MUST_CHECK;

void topk_done(struct topk *t);
