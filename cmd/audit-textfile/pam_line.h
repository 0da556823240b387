/* SPDX-License-Identifier: MIT */
/*
 * pam_line - what pam_unix(8) says about a failed authentication, in the log of
 * the program that called it:
 *
 *   "pam_unix(SERVICE:auth): authentication failure; ..."            one
 *   "pam_unix(SERVICE:auth): N more authentication failures; ..."    N
 *   "PAM N more authentication failures; ..."                        N, libpam itself
 *   "pam_unix(SERVICE:auth): conversation failed"                    could not ask
 *   "authentication failure; ..."                  Linux-PAM before 1.0, of program(pam_unix)
 *
 * Other modules of a stack (pam_sss ...) are asked about the same attempt, so
 * they count nothing. What follows the first words may be the attacker's.
 */
#pragma once
#include "core/text.h"

struct pam_line {
	struct text service; /* empty: that of the program */
	uint64_t failures;
	bool unasked; /* the password could not be asked for */
};

/* module: the one that stands in parentheses behind the program's name, or empty. */
bool pam_line(struct text module, struct text message, struct pam_line *ret);
