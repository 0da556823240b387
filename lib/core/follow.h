/* SPDX-License-Identifier: MIT */
/*
 * follow - where the reading of a log that grows and rotates stands, and how it
 * goes on. Pure: the edge (os/logfile.h) says what lies there now.
 *
 * A position is a file (device, inode, fingerprint of its first bytes) and an
 * offset in it (fingerprint of the bytes before). The offset is always the end
 * of a complete line: what follows a last line without its line end is not
 * consumed.
 */
#pragma once
#include "core/words.h"
#include <stdbool.h>
#include <stdint.h>

enum { FOLLOW_HEAD_MAX = 256, FOLLOW_TAIL_MAX = 64 };

struct follow_print {
	uint64_t hash; /* of the n bytes */
	uint32_t n;
};

struct follow_pos {
	uint64_t dev, ino;
	uint64_t offset; /* bytes of the (uncompressed) file consumed */
	struct follow_print head; /* the first bytes of the file, at most FOLLOW_HEAD_MAX, none beyond offset */
	struct follow_print tail; /* the last bytes before offset, at most FOLLOW_TAIL_MAX */
	bool skipping; /* inside a line over the cap: what comes up to the next line end belongs to it */
};

/* Why bytes of a log may have been missed. */
enum follow_gap { FOLLOW_TRUNCATED, FOLLOW_ROTATED_AWAY, FOLLOW_UNREADABLE, FOLLOW_GAPS };
extern const char *const follow_gap_names[FOLLOW_GAPS]; /* "truncated", "rotated_away", "unreadable" */

/* "KEY dev ino offset head.hash head.n tail.hash tail.n skipping", and back: 0 or -EINVAL. */
void follow_save(const char *key, const struct follow_pos *pos, struct buf *out);
int follow_load(struct words line, struct follow_pos *pos) MUST_CHECK;
