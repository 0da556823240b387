/* SPDX-License-Identifier: MIT */
/*
 * types - the types of audit records: their numbers (linux/audit.h for the
 * kernel's, libaudit's audit-records.h for those of user space) and their
 * names (libaudit's, as auditd writes them; ausearch(8), --message).
 */
#pragma once
#include "core/text.h"

enum { TYPES = 206, TYPES_NAME_SIZE = 29, TYPES_SLOTS = 1024 };

/* The numbers that are known by name here. */
enum {
	TYPE_USER = 1005,
	TYPE_USER_AUTH = 1100,
	TYPE_USER_ACCT = 1101,
	TYPE_USER_MGMT = 1102,
	TYPE_USER_START = 1105,
	TYPE_USER_END = 1106,
	TYPE_USER_AVC = 1107,
	TYPE_USER_CHAUTHTOK = 1108,
	TYPE_USER_ERR = 1109,
	TYPE_USER_LOGIN = 1112,
	TYPE_ADD_USER = 1114,
	TYPE_DEL_USER = 1115,
	TYPE_ADD_GROUP = 1116,
	TYPE_DEL_GROUP = 1117,
	TYPE_USER_CMD = 1123,
	TYPE_SERVICE_START = 1130,
	TYPE_SERVICE_STOP = 1131,
	TYPE_GRP_MGMT = 1132,
	TYPE_GRP_CHAUTHTOK = 1133,
	TYPE_ACCT_LOCK = 1135,
	TYPE_ACCT_UNLOCK = 1136,
	TYPE_SYSCALL = 1300,
	TYPE_CONFIG_CHANGE = 1305,
	TYPE_EXECVE = 1309,
	TYPE_URINGOP = 1336,
	TYPE_AVC = 1400,
	TYPE_APPARMOR_DENIED = 1503,
	TYPE_ROLE_ASSIGN = 2301,
	TYPE_ROLE_REMOVE = 2302,
	TYPE_ROLE_MODIFY = 2311,
};

struct type {
	uint16_t number;
	uint8_t n;
	char name[TYPES_NAME_SIZE];
};

/* By number. The first one, of number 0, is `unknown`: what is not in the table. */
extern const struct type types_table[TYPES];

/* An index by name. */
struct types {
	uint8_t slots[TYPES_SLOTS];
};

void types_init(struct types *t);

/* The type of a name, and its number: "UNKNOWN[n]" has one even where the table has not; a name that is not
 * known has 0. False for what can be no type's name. */
bool types_find(const struct types *t, struct text name, const struct type **ret, uint32_t *number);
const struct type *types_by_number(uint32_t number);

/* It tells about a system call, whose result and keys another record of the event has: nothing is looked for
 * in it. */
bool types_is_part(uint32_t number);

/* auditd's own records: their serials are auditd's, not the kernel's. */
static inline bool types_is_daemon(uint32_t number)
{
	return number >= 1200 && number <= 1299;
}

/* One record is the whole event: what user space sends, and auditd. */
static inline bool types_is_single(uint32_t number)
{
	return number == TYPE_USER || (number >= 1100 && number <= 1299) ||
	       (number >= 2000 && number <= 2999);
}

/* Anomalies: those that the kernel finds, and those that user space does. */
static inline bool types_is_anomaly(uint32_t number)
{
	return (number >= 1700 && number <= 1799) || (number >= 2100 && number <= 2199);
}
