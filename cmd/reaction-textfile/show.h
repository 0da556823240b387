/* SPDX-License-Identifier: MIT */
/*
 * show - what `reaction show -f json` prints: which matches reaction keeps, and
 * when their actions are due. Pure.
 *
 *   {STREAM: {FILTER: {MATCH: {"matches": N, "actions": {ACTION: [TIME...]}}}}}
 *
 * MATCH is the values of the filter's patterns, joined. Empty objects are left
 * out by reaction. Both reaction 1 and 2 print this; what else is there is
 * ignored.
 */
#pragma once
#include "core/text.h"

enum { SHOW_BYTES_MAX = 10 * 1024 * 1024 };

struct show_item {
	struct text stream, filter, match;
	struct text action; /* p NULL: the matches that have triggered nothing yet */
	uint64_t n;         /* actions that are due, or such matches */
};

/* Calls each() for all items of the text. 0; -EBADMSG: not such an object; -ENOMEM; -E2BIG. */
int show_read(const char *text, size_t n, void (*each)(void *ctx, const struct show_item *i),
	      void *ctx) MUST_CHECK;
