/* SPDX-License-Identifier: MIT */
/*
 * rules - the keys of audit rules, from what the kernel lists (struct
 * audit_rule_data, linux/audit.h) and from rules files (audit.rules(7)).
 */
#pragma once
#include "core/buf.h"
#include "core/text.h"

/*
 * Appends the keys of one listed rule, each with a NUL behind it; none where it has none. A rule with several
 * keys has them in one string with \x01 between (AUDIT_KEY_SEPARATOR of libaudit). 0, or -EBADMSG: no rule,
 * nothing is appended.
 */
int rules_listed(const void *rule, size_t n, struct buf *keys) MUST_CHECK;

/* The same of the lines of a rules file: -k KEY and -F key=KEY of each line that adds a rule. */
void rules_text(struct text file, struct buf *keys);

/* Takes the first of such keys. False at the end. */
bool rules_next(struct text *keys, struct text *ret);
