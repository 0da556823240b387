/* SPDX-License-Identifier: MIT */
/*
 * series - the counters of one family, bounded: at most max label sets; what
 * would be one more counts under `other`, for good (a counter never moves
 * between a name and `other`), and folded says how much.
 *
 * Every counter of the tools that keep state is one of these, with or without
 * labels: it is counted, saved, restored and printed in one way. A label set,
 * once there, has an index that never changes in a run, so that a hot loop
 * looks a label up once and counts by index from then on.
 *
 * Where labels names the labels, they are saved with the family, and what was
 * counted under other labels is dropped on loading: the counter begins anew.
 *
 * Values are any bytes. They are kept clean (valid UTF-8, no control character
 * and no line end) and of at most value_max bytes after escaping; what is cut
 * is counted, and values that differ behind the cut share a series.
 *
 * A zeroed struct with the first members set is an empty table; series_done()
 * releases it. Memory that runs out sticks in err.
 */
#pragma once
#include "core/prom.h"
#include "core/words.h"
#include <stdbool.h>

enum { SERIES_LABELS_MAX = 12, SERIES_VALUE_MAX = 128 };

struct series {
	/* The caller's; constant. */
	const char *family;
	const char *labels; /* their names, "user,addr", where a configuration chooses them; NULL otherwise */
	size_t n_labels;
	size_t max;       /* label sets, those of `other` aside; 0: no limit (the program knows all values) */
	size_t fold_from; /* the first label that becomes `other`; those before it are bounded by the caller */
	size_t value_max; /* 0: SERIES_VALUE_MAX */

	/* The table's own. */
	uint64_t folded, cut; /* increments that went to `other`; values that were cut */
	int err;
	size_t n, n_named; /* label sets; those that max counts */
	size_t cap;
	struct series_item *items;
	uint32_t *slots; /* of a hash table with open addressing: index + 1, 0 for a free one */
	size_t n_slots;
	struct buf text;    /* the values of all sets, each with its NUL */
	struct buf scratch; /* those of the set that is looked up */
};

/* The index of a label set, made at 0 if it is new, or of the one that it folds into. values has n_labels items.
 * SIZE_MAX in error. */
size_t series_index(struct series *s, const struct text *values);

/* Counts n under an index that series_index() gave (SIZE_MAX too: nothing happens). */
void series_count(struct series *s, size_t index, uint64_t n);

/* Both in one: counts n for a label set; with 0 it is only there from now on. */
void series_add(struct series *s, const struct text *values, uint64_t n);

/* The count of a label set; 0 where it is not there. For tests and for sums. */
uint64_t series_get(struct series *s, const struct text *values);

/* Prints all. */
void series_emit(struct prom *out, const struct series *s);

/* One line a label set, "count FAMILY N VALUE..." ("other" where sets folded into it), and "folded FAMILY FOLDED CUT"
 * where that is not 0; FAMILY{LABELS} where they are named. */
void series_save(const struct series *s, struct buf *out);

/* Takes such a line, its key given, if it is one of these n tables' (an unknown family is a counter that the
 * configuration no longer has, or has with other labels: taken and dropped). 1 taken; 0 not a line of series; -EINVAL;
 * -ENOMEM. */
int series_load(struct series *const *tables, size_t n, struct text key, struct words line) MUST_CHECK;

/* Forgets all counts and label sets. */
void series_clear(struct series *s);
void series_done(struct series *s);
