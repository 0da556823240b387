/* SPDX-License-Identifier: MIT */
/*
 * ere - the patterns of Python and Perl configuration files as POSIX extended
 * regular expressions, where both mean the same; anything else is refused by
 * name, never matched differently.
 *
 * Understood: literals . ^ $ | ( ) (?: ) [ ] * + ? {m} {m,} {m,n} \d \w \s \D
 * \W \S and escaped punctuation. Refused: lazy and possessive repetition,
 * look-around, named groups, back-references, a backslash or [ inside [ ],
 * bytes that are no printable ASCII. Pure.
 */
#pragma once
#include "base.h"
#include <regex.h>
#include <stdbool.h>

enum ere_anchor { ERE_START, ERE_END }; /* Python's re.match; Perl's /...$/ */

/* NULL, or what is wrong with the pattern, a literal. The caller releases *ret with regfree(). */
const char *ere_compile(const char *pattern, enum ere_anchor anchor, regex_t *ret) MUST_CHECK;

bool ere_matches(const regex_t *re, const char *s);
