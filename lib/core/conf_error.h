/* SPDX-License-Identifier: MIT */
/*
 * conf_error - what is wrong with a configuration, and where.
 *
 * A path names a key as a person would: servers[3].verify, with a key that is
 * not made of letters, digits, '_' and '-' in quotes: servers["a.b"].x. Only
 * the start of a very long key is kept. Who looks for a path makes the path of
 * each place and compares, so paths are never parsed.
 */
#pragma once
#include "base.h"
#include "core/buf.h"
#include <stdbool.h>
#include <stddef.h>

struct conf_error {
	unsigned line; /* from 1; 0: to be found by the path */
	char *path;    /* "servers[3].verify", "" for the document itself; owned */
	char *what;    /* "must be a string", ... owned */
};

enum { CONF_ERRORS_MAX = 100, CONF_DEPTH_MAX = 32 };

struct conf_errors {
	struct conf_error items[CONF_ERRORS_MAX];
	size_t n;
	int err; /* -ENOMEM once an error could not be kept, or reading ran out of memory */
};

/* Adds one error. The last that fits says that more were found. */
void conf_error_at(struct conf_errors *errors, unsigned line, const char *path, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* The same where the line is to be found by the path; also for checks between keys that a tool makes after
 * conf_read(). */
#define conf_error_add(errors, path, ...) conf_error_at(errors, 0, path, __VA_ARGS__)
void conf_errors_done(struct conf_errors *errors);

/* 0 without errors; -EINVAL with some; -ENOMEM. */
int conf_errors_code(const struct conf_errors *errors) MUST_CHECK;

/* Changes of one character that make a into b (Levenshtein); SIZE_MAX if one is longer than any key should
 * be. */
size_t conf_distance(const char *a, const char *b);

void conf_path_key(struct buf *path, const char *key);
void conf_path_index(struct buf *path, size_t i);

/* Back to the first len bytes. */
void conf_path_cut(struct buf *path, size_t len);

/* Whether the place at path is the one at target or holds it. */
bool conf_path_covers(const struct buf *path, const char *target);

/*
 * Places in JSON text (conf_json.c). jansson keeps no positions, so the text is walked again, only to report
 * an error. It should be text that jansson has accepted; any bytes are safe.
 */

/* Line (from 1) of the key or item at path; if it is not there (a missing key), of the nearest place that
 * would hold it. The last of equal keys counts, as jansson keeps the last. 0 in text without any value. */
unsigned conf_json_line(const char *text, size_t n, const char *path);

/* Adds an error for each key that its object already has. */
void conf_json_duplicates(const char *text, size_t n, struct conf_errors *errors);
