/* SPDX-License-Identifier: MIT */
/*
 * literal - bytes that every match of a regular expression holds, so that a
 * line without them is passed over without asking the engine.
 *
 * The pattern (pcre2pattern(3)) is walked with more caution than cleverness:
 * only characters that stand for themselves outside of groups, classes and
 * optional parts count; with an alternative at the top, an option setting
 * ((?i), (*UTF)), a quotation, or whatever is not known here, there is none.
 */
#pragma once
#include "core/text.h"

/* Appends the longest run of such bytes in a pattern that PCRE2 has accepted without compile options that change its
 * meaning; nothing where none is sure. */
void literal_of(const char *pattern, struct buf *ret);

struct literal {
	struct text bytes;
	size_t rare; /* where in it the byte is that logs hold least often */
};

struct literal literal_prepare(struct text bytes);

/* Whether the subject holds the literal's bytes; an empty literal is in any. */
bool literal_is_in(const struct literal *l, struct text subject);
