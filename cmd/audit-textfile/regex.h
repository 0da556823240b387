/* SPDX-License-Identifier: MIT */
/*
 * regex - the regular expressions of a configuration over foreign text: PCRE2
 * (pcre2api(3)), compiled once, with JIT where the system allows it.
 *
 * A subject is any bytes; a pattern that begins with (*UTF) matches characters,
 * and what is no UTF-8 in the subject matches nothing. Neither a careless
 * pattern nor a hostile subject makes a match take long: the steps of one
 * subject are limited to about REGEX_STEPS, and what comes to that is no match
 * but -E2BIG. Before the engine is asked, the subject must hold the bytes that
 * every match has (literal.h).
 */
#pragma once
#include "core/text.h"
#include <stdint.h>

enum {
	/* Of all starting places of one subject: 0.1 s with JIT, some tenths without, where the usual subject takes
	 * 1 us. Enough for a step back over each of 10,000 bytes: an audit record has 8,970 (linux/audit.h). */
	REGEX_STEPS = 100000000,
	REGEX_STEPS_START = 100000, /* of one starting place */
	REGEX_PATTERN_MAX = 4096,
};

struct regex; /* opaque, owned by whoever compiled it */

/* 0; -EINVAL with what is wrong appended to why ("missing closing parenthesis at offset 7"); -ENOMEM. */
int regex_compile(const char *pattern, struct regex **ret, struct buf *why) MUST_CHECK;
void regex_free(struct regex *re); /* accepts NULL */

/* Its named groups, i < regex_names(), in the order of their numbers. */
size_t regex_names(const struct regex *re);
const char *regex_name(const struct regex *re, size_t i);
size_t regex_group_at(const struct regex *re, size_t i);

/* The number of the group of that name; 0 where there is none. */
size_t regex_group(const struct regex *re, const char *name);

/* Whether the subject has a match: 1 or 0; -E2BIG where the limits were reached first; -ENOMEM. */
int regex_match(struct regex *re, struct text subject) MUST_CHECK;

/* What a group matched in the last subject that had a match; p NULL where it took no part. It lies in the subject. */
struct text regex_text(const struct regex *re, size_t group);

/* For tests: without the literal, whose bytes these are. */
struct text regex_literal(const struct regex *re);
int regex_match_slow(struct regex *re, struct text subject) MUST_CHECK;
