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

/* Where to begin when there is no position yet. */
enum logfile_begin { LOGFILE_AT_END, LOGFILE_AT_START };

/*
 * Opens path, below the directory root. 0; -ENOENT where neither the log nor a brother is there; or the errno of
 * opening the log itself (a brother that cannot be opened is a gap later, if it is needed).
 */
int logfile_open(int root, const char *path, struct logfile **ret) MUST_CHECK;

/*
 * Calls line() for each new complete line, without its line end, in order, and moves pos (zeroed: none yet)
 * behind what was consumed. Stops before the next block of lines once the clock has passed deadline_ns
 * (monotonic; 0: never); the next call goes on there. line() must not keep the text. 0 or a negative errno value
 * of reading: pos is then behind what was consumed.
 */
int logfile_read(struct logfile *f, struct follow_pos *pos, enum logfile_begin begin, uint64_t deadline_ns,
		 void (*line)(void *ctx, struct text line), void *ctx, struct logfile_stats *stats) MUST_CHECK;

/* After reading: bytes that are there but not consumed (a partial last line, or what the deadline left). */
uint64_t logfile_unread(const struct logfile *f, const struct follow_pos *pos);

/* When the newest file was last written, wall clock, nanoseconds; 0 where there is none. */
uint64_t logfile_written_ns(const struct logfile *f);

void logfile_close(struct logfile *f); /* accepts NULL */

/* Reads a file of any kind, compressed too, from its first byte to its last (a last line without its line end
 * counts here): --input. A dash is standard input. */
int logfile_read_whole(int dirfd, const char *path, void (*line)(void *ctx, struct text line), void *ctx,
		       struct logfile_stats *stats) MUST_CHECK;
