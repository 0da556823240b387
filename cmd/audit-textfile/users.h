/* SPDX-License-Identifier: MIT */
/*
 * users - what is done with accounts, out of user space's records: sudo, su,
 * failed authentications, changed accounts.
 *
 * - One sudo is one USER_CMD; where sudo can neither ask nor permit it writes two of the same
 *   process in the same millisecond. RHEL 6 and 7 name no program in them.
 * - One operation on an account is one count, whatever number of records a
 *   program writes about it (groupadd three, userdel two a group), told apart by
 *   process and type; a password that PAM changed, by its user too, since chpasswd(8) changes many. Only
 *   what succeeded counts: nothing else has changed anything.
 */
#pragma once
#include "counts.h"
#include "message.h"
#include "recent.h"

struct users {
	struct counts *counts; /* the caller's */
	struct recent recent;
};

/* Whether records of that type tell a change of accounts. */
bool users_is_account(uint32_t type);

/* Whether records of that type count here; and takes one. pid is the message's, or the node's and the
 * message's in one. */
bool users_wants(uint32_t type);
void users_record(struct users *u, const struct record *r, const struct message *m, uint32_t pid);
