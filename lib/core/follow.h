/* SPDX-License-Identifier: MIT */
/*
 * follow - where the reading of a log that grows and rotates stands. Pure: the
 * edge (os/logfile.h) opens and reads.
 *
 * A position is a file (inode, first bytes) and an offset in it (the bytes
 * before). The offset is the end of a complete line: what follows the last line
 * end is not consumed. Inode numbers are used again and files are copied, so it
 * is the bytes that tell whether a file is the one. The device is not kept: it
 * may have another number after each start of the machine.
 */
#pragma once
#include "core/words.h"
#include <stdbool.h>
#include <stdint.h>

enum {
	FOLLOW_HEAD_MAX = 256,
	FOLLOW_TAIL_MAX = 64,
	FOLLOW_SURE = 64, /* fewer bytes than these could be any file's: then the inode decides */
};

struct follow_print {
	uint64_t hash; /* of n bytes (core/hash.h) */
	uint64_t n;
};

struct follow_pos {
	bool known;      /* false: reading has not begun */
	uint64_t ino;    /* 0: the log was not there yet; the next one is read from its first byte */
	uint64_t offset; /* bytes consumed, of what the file holds uncompressed */
	struct follow_print head; /* the first bytes, at most FOLLOW_HEAD_MAX, none beyond offset */
	struct follow_print tail; /* the last bytes before offset, at most FOLLOW_TAIL_MAX */
	bool skipping;   /* inside a line that is too long: what comes up to its end belongs to it */
	bool first;      /* nothing was consumed, and no older file held a byte: all that is found next is new */
	bool ended;      /* the file is packed and was read to its end: it need not be unpacked again */
};

/* The bytes behind the two prints, kept while a file is read. */
struct follow_bytes {
	uint8_t head[FOLLOW_HEAD_MAX], tail[FOLLOW_TAIL_MAX];
	size_t n_head, n_tail;
};

/* Moves pos behind n more bytes of its file, of which these are all; b holds what came before them. */
void follow_consume(struct follow_pos *pos, struct follow_bytes *b, const void *bytes, size_t n);

/* Makes pos' prints those of the bytes: once, when reading stops. */
void follow_print(struct follow_pos *pos, const struct follow_bytes *b);

/* Whether these are the bytes that pos has seen: n_head first bytes of a file and n_tail before pos->offset in it. */
bool follow_matches(const struct follow_pos *pos, const struct follow_bytes *b);

/* Whether the file begins as the one that pos has seen. */
bool follow_has_head(const struct follow_pos *pos, const struct follow_bytes *b);

/*
 * What rotation made of a log's name: NAME.3 (0 or 1 is the newest), NAME-20260102, NAME.2026-01-02_15 and the like,
 * or, of NAME.EXT, NAME.3.EXT and NAME-20260102.EXT; and behind each of them .gz and the like. False for any other
 * name. auditd(8) makes the first; logrotate(8) and its start, dateext, dateformat, extension and compress all.
 */
struct follow_name {
	struct text date; /* in the name; n == 0: a number */
	uint64_t number;
	bool packed;      /* by its ending */
};
bool follow_parse_name(const char *log, const char *name, struct follow_name *ret);

/* The order of two rotated files, the older first: negative, 0 (one is the other, packed) or positive. Dates come
 * before numbers. */
int follow_compare_names(const struct follow_name *a, const struct follow_name *b);

/* Appends the position as words of a line; and back: 0 or -EINVAL (then *ret is as before). */
void follow_save(const struct follow_pos *pos, struct buf *out);
int follow_load(struct words line, struct follow_pos *ret) MUST_CHECK;

/* Why bytes of a log may have been missed. */
enum follow_gap {
	FOLLOW_TRUNCATED,    /* the file was emptied or holds other bytes, and no copy of it is there */
	FOLLOW_ROTATED_AWAY, /* the file is not there any more, or several could be it */
	FOLLOW_UNREADABLE,   /* a rotated file cannot be opened, or unpacked to its end */
	FOLLOW_GAPS
};
extern const char *const follow_gap_names[FOLLOW_GAPS]; /* "truncated", "rotated_away", "unreadable" */
