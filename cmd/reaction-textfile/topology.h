/* SPDX-License-Identifier: MIT */
/*
 * topology - the names in reaction's own configuration, as `reaction
 * test-config` prints it: streams, their filters, and of each filter the actions
 * and the patterns. Pure.
 *
 * A filter's patterns are those of the configuration whose <name> stands in one
 * of its regexes, in the order of their names: so reaction orders a match's
 * values.
 */
#pragma once
#include "core/words.h"
#include <jansson.h>

enum { TOPOLOGY_FILTERS_MAX = 4096 };

struct topology {
	/* {STREAM: {FILTER: {"patterns": [NAME...], "actions": {ACTION: [WORD...]}}}}, owned; NULL: nothing
	 * is known. A WORD is one of the action's command, with <name> for a pattern's value. */
	json_t *streams;
};

/* Takes what it finds in a configuration, whatever else is there. 0; -EBADMSG (no streams, or too many
 * filters); -ENOMEM. On success it replaces t. */
int topology_take(struct topology *t, const json_t *config) MUST_CHECK;

/* The filter's object; NULL where it is not known. */
const json_t *topology_filter(const struct topology *t, const char *stream, const char *filter);

/*
 * Takes STREAM.FILTER (n == 2) or STREAM.FILTER.ACTION (n == 3) apart. Names that are known may hold dots; of
 * others the first dots count. True unless there are too few.
 */
bool topology_split(const struct topology *t, struct text name, size_t n, struct text *parts);

/* Saved as one line of state, "topology JSON", nothing where nothing is known; 1 taken, 0 not such a line,
 * -EINVAL, -ENOMEM. */
void topology_save(const struct topology *t, struct buf *out);
int topology_load(struct topology *t, struct text key, struct words line) MUST_CHECK;

void topology_done(struct topology *t);
