/* SPDX-License-Identifier: MIT */
/*
 * words - what a tool keeps from run to run, as lines of words: "KEY WORD WORD"
 * and a line end. It is the payload that os/state.h commits.
 *
 * A word is any bytes: those but '!'..'~', and '%' itself, are written %XX, and
 * the empty word is a single '%'. So every line can be read by a person, and no
 * foreign text can forge another line or word. Writing is canonical: the same
 * words give the same bytes, and reading takes nothing else.
 */
#pragma once
#include "core/buf.h"
#include "core/text.h"
#include <stdint.h>

/* Writing: words_key(), words of the line, words_end(). Errors stick in the buffer. */
void words_key(struct buf *out, const char *key); /* itself of '!'..'~' without '%' */
void words_text(struct buf *out, struct text t);
void words_u64(struct buf *out, uint64_t v);
void words_end(struct buf *out);

/* Reading: what is left of a payload, or of one line. The bytes are the caller's. */
struct words {
	struct text left;
};

/* The payload's next line and its key. False at the end. A line without its end is no line: 0 lines are lost by a
 * complete payload, which os/state.h's checksum vouches for. */
bool words_line(struct words *payload, struct words *line, struct text *key);

/* Whether the line has no words left. */
bool words_at_end(const struct words *line);

/* The line's next word. 0; -ENODATA at the end of the line; -EINVAL where the word is no number, or not written
 * canonically; -ERANGE. words_get_text() replaces what ret holds; it may hold NUL bytes. */
int words_get_text(struct words *line, struct buf *ret) MUST_CHECK;
int words_get_u64(struct words *line, uint64_t *ret) MUST_CHECK;
