/* SPDX-License-Identifier: MIT */
/*
 * logfile - new lines of a log file, each once, whatever happens to the file
 * between two runs: it grows, it is renamed once or several times (and
 * compressed: gzip, xz, zstd), it is copied and truncated, its inode is used
 * again. What cannot be found any more is a counted gap.
 *
 * logfile_open() runs with privilege and only opens: the log and what its name
 * and its rotated brothers' names (NAME.1, NAME-20260102, NAME.2.gz ...) lead
 * to. logfile_read() runs without, knows the position, decides and reads. No
 * file is mapped: a log may be truncated at any instant.
 *
 * Where reading goes on (in this order):
 * - in the file of the position's inode, if its bytes before the position are
 *   those that were read; else in the newest file that has these bytes, whatever
 *   its inode: a copy, a packed one. Fewer than FOLLOW_SURE bytes could be any
 *   file's: then the inode alone decides. If several have them, that is a gap too.
 * - then in every newer file, and last in the log. A file is left, and its last
 *   line is final without a line end, once a newer one holds a line: until then
 *   its writer may still be at it.
 * - in the oldest file, if there was nothing yet when the position was taken.
 * - nowhere: one gap, and the log from its first byte. The brothers are left out:
 *   they may have been read, and nothing is counted twice. Neither is a log read
 *   again that begins as it did but was cut or changed behind that (a crash of the
 *   machine, an editor): it is read from the position on, or from its end.
 *
 * The gap's reason is truncated where the log has the position's inode,
 * unreadable where a file that may be the one cannot be read, and else
 * rotated_away. A brother that is damaged, or cannot be opened, is unreadable
 * once reading has gone past it.
 *
 * What nobody can see from outside is not counted: a file that came and went
 * between two runs, a copy of a file that was emptied before FOLLOW_SURE bytes of
 * it were read, lines that copytruncate itself loses between its copy and
 * its truncation, or what is written to a file after a newer one was begun.
 *
 * Only '\n' ends a line: '\r' and NUL bytes are handed on as part of it.
 */
#pragma once
#include "core/follow.h"
#include "core/text.h"
#include <stdbool.h>
#include <stdint.h>

enum { LOGFILE_LINE_MAX = 64 * 1024 }; /* longer lines are skipped and counted */

struct logfile; /* opaque, owned by whoever opened it */

/* What one logfile_read() did; added to, so that it can be a tool's running total. */
struct logfile_stats {
	uint64_t bytes, lines; /* consumed; lines over the cap included */
	uint64_t too_long;
	uint64_t gaps[FOLLOW_GAPS];
};

/* Where to begin when there is no position yet: behind the last complete line, or at the first byte of the log (what
 * was rotated away before is left out). */
enum logfile_begin { LOGFILE_AT_END, LOGFILE_AT_START };

/*
 * Opens path, below the directory root. 0; -ENOENT where neither the log nor a brother is there; or the errno of
 * opening the log itself, or what rotation_open() says (a brother that cannot be opened is a gap later, if it is
 * needed).
 */
int logfile_open(int root, const char *path, struct logfile **ret) MUST_CHECK;

/*
 * Calls line() for each new complete line, without its line end, in order, and moves pos (zeroed: none yet)
 * behind what was consumed. Stops before the next block of lines once the clock has passed deadline_ns
 * (monotonic; 0: never); the next call goes on there. line() must not keep the text. 0 or a negative errno value
 * of reading the log: pos is then behind what was consumed.
 */
int logfile_read(struct logfile *f, struct follow_pos *pos, enum logfile_begin begin, uint64_t deadline_ns,
		 void (*line)(void *ctx, struct text line), void *ctx, struct logfile_stats *stats) MUST_CHECK;

/* After reading: bytes that are there but not consumed (a partial last line, or what the deadline left). Of a packed
 * file that was not read to its end, its size. */
uint64_t logfile_unread(const struct logfile *f, const struct follow_pos *pos);

/* When the newest file was last written, wall clock, nanoseconds; 0 where there is none. */
uint64_t logfile_written_ns(const struct logfile *f);

void logfile_close(struct logfile *f); /* accepts NULL */

/* Reads a file of any kind, compressed too, from where fd stands to its last byte (a last line without its line end
 * counts here): --input. 0, or what unpack_open() and unpack_read() say. */
int logfile_read_whole(int fd, void (*line)(void *ctx, struct text line), void *ctx,
		       struct logfile_stats *stats) MUST_CHECK;
