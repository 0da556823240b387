/* SPDX-License-Identifier: MIT */
/*
 * audit - what one run of audit-textfile holds, from its options to its facts.
 *
 * Two feeds: `audit` (records of the audit system: audit.log, or the journal's
 * copy of them) gives the audit_ families and the changes of accounts; `logins`
 * (the same records, or the lines of sshd, sudo and su in the journal or in
 * auth.log) gives the other security_ families. Each has one source a run; two are never summed.
 */
#pragma once
#include "counts.h"
#include "custom.h"
#include "kernel.h"
#include "logins.h"
#include "os/tool.h"
#include "sources.h"
#include "trail.h"

enum audit_choice { AUDIT_AUTO, AUDIT_FILE, AUDIT_JOURNAL, AUDIT_NONE };
enum logins_choice {
	LOGINS_FROM_AUTO,
	LOGINS_FROM_AUDIT,
	LOGINS_FROM_JOURNAL,
	LOGINS_FROM_FILE,
	LOGINS_FROM_NONE
};

struct audit_config {
	struct {
		int source; /* enum audit_choice */
		char *path;
		char *rules;           /* a rules file; "": none */
		struct conf_list keys; /* of audit rules, beside those that are loaded */
		bool kernel;
	} audit;
	struct {
		int source;     /* enum logins_choice */
		char *path;     /* "": the distribution's */
		int unverified; /* enum logins_policy */
	} logins;
	char *journal; /* directory; "": this machine's */
	int64_t max_series;
	struct custom_config own;
};

extern const struct conf_key audit_conf[];
extern const struct prom_metric audit_metrics[];
extern const size_t audit_metrics_n;

struct audit {
	const char *input, *from_start; /* options: the argument, "" for a switch, NULL without */
	struct audit_config config;
	struct sources sources;
	struct kernel kernel;
	struct counts counts;
	struct trail trail;
	struct logins logins;
	struct custom *custom;
	struct series *tables[COUNTS + CUSTOM_MAX]; /* all that count */
	uint64_t last_event_ms;                     /* the newest one's */
};

int audit_check(void *self, struct conf_errors *errors);
int audit_start(struct run *run, void *self);
int audit_reset(struct run *run, void *self);
int audit_load(void *self, unsigned version, struct text key, struct words line);
void audit_save(const void *self, struct buf *out);
int audit_collect(struct run *run, void *self);
void audit_done(void *self);
