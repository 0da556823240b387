/* SPDX-License-Identifier: MIT */
/*
 * keys - the rules' keys that a system call's record carries (auditctl(8), -k): several
 * are written into one field with \x01 between, and then in hexadecimal digits.
 */
#pragma once
#include "counts.h"

enum { KEYS_BYTES = 256 }; /* AUDIT_MAX_KEY_LEN (linux/audit.h): what is behind no kernel wrote */
enum { KEYS_CACHE = 64, KEYS_CACHED = 40 };

/* Starts from zero but for counts. */
struct keys {
	struct counts *counts; /* the caller's */
	struct keys_cached {
		size_t index; /* of the key's counter */
		size_t n;
		char value[KEYS_CACHED];
	} cache[KEYS_CACHE]; /* what look-ups of plain keys gave */
	struct buf scratch;
};

/* Counts each key of a field once. Whether there was one. */
bool keys_count(struct keys *k, struct text value);
void keys_done(struct keys *k);
