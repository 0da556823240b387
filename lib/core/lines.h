/* SPDX-License-Identifier: MIT */
/*
 * lines - a stream of bytes, which comes in blocks, cut into lines.
 *
 * Only '\n' ends a line: '\r' and NUL bytes are part of it. A line of more than
 * max bytes is not handed on but counted, once. How the stream is cut into
 * blocks changes nothing.
 */
#pragma once
#include "core/text.h"
#include <stdint.h>

struct lines {
	void (*line)(void *ctx, struct text line); /* without its end; must not keep the text */
	void *ctx;
	size_t max;
	bool skipping;        /* inside a line that is too long and counted: what comes up to its end belongs to it */
	uint64_t n, too_long; /* seen; those that were too long are among them */
};

/*
 * Takes from the front of bytes[n] what can be taken, and returns how much that is: whole lines, and all where the
 * rest is too long for a line. What is left, at most max bytes, comes again with what follows it.
 */
size_t lines_take(struct lines *l, const char *bytes, size_t n);

/* The stream ends: what lines_take() left is its last line, if it is anything. */
void lines_end(struct lines *l, const char *bytes, size_t n);
