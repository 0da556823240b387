/* SPDX-License-Identifier: MIT */
/*
 * line - what one line of reaction's log says. Pure; nothing is copied, all
 * slices lie in the line.
 *
 * Version 1 (Go) writes "2024/04/28 12:00:01 INFO  ssh.failedlogin: match
 * [192.0.2.1]", its lists as Go's %v prints them: words separated by blanks,
 * not quoted. Version 2 (Rust) writes no time, the level first, perhaps a
 * blank before it, and quotes: a match is a JSON array of strings, one for
 * each pattern of the filter in the order of their names; a run command is
 * quoted words with blanks between ("a" "b") or commas.
 *
 * The head, before the first ": ", is reaction's own; what somebody else chose
 * comes after it, so that no value can forge another line's kind. A list ends
 * at the line's last ']', whatever its values hold.
 *
 * Forms: reaction 1.4 (app/daemon.go, logger/log.go), reaction 2.0 to 2.1.2.
 */
#pragma once
#include "core/text.h"
#include <jansson.h>

enum line_level { LINE_NO_LEVEL, LINE_DEBUG, LINE_INFO, LINE_WARN, LINE_ERROR, LINE_LEVELS };
extern const char *const line_level_names[LINE_LEVELS]; /* "none", "debug", "info", "warn", "error" */

enum line_kind {
	LINE_UNKNOWN,
	LINE_MATCH,   /* name: STREAM.FILTER; list */
	LINE_ACTION,  /* name: STREAM.FILTER.ACTION; list */
	LINE_COMMAND, /* name: start or stop; list; code */
	LINE_STREAM,  /* name: STREAM; event */
	LINE_STOP,    /* reaction ends */
	LINE_NOTE,    /* known, and nothing to count */
};

enum line_event { LINE_EV_START, LINE_EV_EXIT, LINE_EV_TIMEOUT, LINE_EV_READ, LINE_EV_EXEC, LINE_EVENTS };
extern const char *const line_event_names[LINE_EVENTS]; /* "start", "exit", "timeout", "read", "exec" */

struct line {
	enum line_level level;
	enum line_kind kind;
	enum line_event event;
	uint64_t time_s; /* version 1: local time of its host, as if it were UTC, since the epoch; 0: none */
	struct text name;
	struct text list; /* from '['; of a failed command what follows it too */
	bool quoted;      /* the list is version 2's */
	bool failed;      /* ACTION, COMMAND: the line says that it failed */
	struct text code; /* of a failed command, "" where it is not known */
};

void line_parse(struct text t, struct line *ret);

/* The values of a match for a filter with n patterns, as an array of n strings that the caller owns. NULL
 * where they cannot be told apart (version 1, several patterns, a value with a blank; another number than n),
 * or without memory. */
json_t *line_values(const struct line *l, size_t n) MUST_CHECK;

/* Values that are joined with single blanks, as version 1's log and `reaction show` do. As line_values(). */
json_t *line_split(struct text t, size_t n) MUST_CHECK;
