/* SPDX-License-Identifier: MIT */
/*
 * sources - what one run of audit-textfile reads: which logs, chosen by the
 * configuration and by what is there, and the reading.
 *
 * The choice does not depend on what was read before. Each of the two feeds
 * (audit.h) has one source a run, and what feeds both is read once.
 */
#pragma once
#include "os/logset.h"

struct audit;
struct audit_config;

enum source {
	SOURCE_NONE,
	SOURCE_AUDIT_LOG,
	SOURCE_JOURNAL_AUDIT,
	SOURCE_JOURNAL,
	SOURCE_AUTH_LOG,
	SOURCE_LOG,
	SOURCES
};
extern const char *const source_names[SOURCES]; /* as labels have them */

struct sources {
	enum source audit, logins; /* what feeds which families */
	struct logset logs;
	struct source_log {
		enum source what;
		size_t which; /* SOURCE_LOG: of the configuration's logs */
	} * what;             /* of each of logs.files; owned */
	size_t n_journal;     /* of the configuration's logs */
};

/* Picks and opens. What cannot be opened is told by the reading. 0 or -ENOMEM. */
int sources_open(struct sources *s, const struct run *run, const struct audit_config *c) MUST_CHECK;

/* Reads what is new in all of them. 0; a negative errno value (logged) where one that feeds audit or logins
 * fails. */
int sources_read(struct sources *s, struct run *run, struct audit *a) MUST_CHECK;

void sources_done(struct sources *s);
