/* SPDX-License-Identifier: MIT */
/*
 * buf - a growable byte buffer with a hard cap and a sticky error.
 *
 * Appends never fail loudly: the first failure (no memory, cap reached) is
 * remembered and every later append does nothing. Callers build a whole text
 * without a check per line and ask once, with buf_error(), at the end.
 *
 * Invariant: once anything was appended, data[len] is '\0', so data is a C
 * string unless the caller appended NUL bytes; data is NULL before that (use
 * buf_cstr() where an empty buffer must read as ""). A zeroed struct is a
 * valid empty buffer; the owner releases it with buf_done().
 */
#pragma once
#include "base.h"
#include <stddef.h>

struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t max; /* bytes, terminator included; 0 means BUF_MAX_DEFAULT */
	int err;    /* 0 or a negative errno value, sticky */
};

enum { BUF_MAX_DEFAULT = 4 * 1024 * 1024 };

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_chr(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Makes room for n more bytes and returns where they go, for a caller that
 * reads into the buffer and then adds to len; NULL once in error. */
char *buf_room(struct buf *b, size_t n);

/* Bytes that may still be appended. */
size_t buf_left(const struct buf *b);

/* Empties the buffer and keeps its storage and its error. */
void buf_clear(struct buf *b);

/* The text so far, "" when nothing was appended. Valid until the next append. */
const char *buf_cstr(const struct buf *b);

/* 0, -ENOMEM, -E2BIG, or -EINVAL (buf_fmt() was handed what cannot be printed). */
int buf_error(const struct buf *b) MUST_CHECK;

/* Releases the storage and leaves an empty buffer with the same cap. Accepts a zeroed struct. */
void buf_done(struct buf *b);
#define AUTO_BUF CLEANUP(buf_done)
