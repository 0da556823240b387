/* SPDX-License-Identifier: MIT */
/*
 * custom - the counters that a configuration defines: over audit records (by
 * type and fields), and over the lines of text logs and entries of the journal
 * (by a regular expression, whose named groups are the labels).
 *
 * Each is a core/series.h, bounded by its max_series; one without labels is
 * there at 0 from the start. Beside it there may be two gauges: NAME_top{FIELD},
 * the most frequent values of a field or group (core/topk.h, ten counters for
 * each that is shown), and NAME_distinct, how many different ones there were
 * (core/distinct.h). A group that one of these is made of is no label of the
 * counter: it is what has too many values for one.
 *
 * custom_compile() keeps pointers into the configuration, which must outlive it.
 */
#pragma once
#include "core/conf.h"
#include "core/distinct.h"
#include "core/series.h"
#include "core/topk.h"
#include "regex.h"

enum {
	CUSTOM_MAX = 256,         /* counters */
	CUSTOM_TYPES = 4096,      /* record types: the kernel's and user space's are below 3000 (linux/audit.h) */
	CUSTOM_TOP_MAX = 100,
	CUSTOM_TOP_COUNTERS = 10, /* for each that is shown */
};

/* ---- the configuration ---- */

/* One of the four is given: not empty. */
struct custom_match_conf {
	char *field, *is, *prefix, *regex;
	struct conf_list in;
};

struct custom_counter_conf {
	char *name, *help;
	struct conf_list types, match, labels; /* records: strings, custom_match_conf, pairs of label and field */
	char *regex, *field;                   /* logs */
	int64_t max_series, top;
	char *top_of, *distinct_of;
};

struct custom_log_conf {
	char *path;                /* this or journal */
	struct conf_list journal;  /* pairs of field and value */
	struct conf_list counters; /* custom_counter_conf */
};

struct custom_config {
	struct conf_list counters; /* over records: items as custom_record_conf says */
	struct conf_list logs;     /* struct custom_log_conf: custom_log_conf[] */
};

extern const struct conf_key custom_record_conf[], custom_log_conf[];

/* ---- counting ---- */

/* Appends the value of a record's field; false where it has none. */
typedef bool (*custom_field)(const void *record, const char *name, struct buf *value);

/* The value of a journal entry's field, p NULL where it has none. */
typedef struct text (*custom_entry_field)(const void *entry, const char *name);

/* The number of a record type's name ("USER_CMD"); false where there is none. */
typedef bool (*custom_type)(const char *name, unsigned *ret);

struct custom;     /* opaque */
struct custom_log; /* the counters of one log, its owner's */

/*
 * Makes the counters of a configuration that conf_read() took. What its table cannot see is checked here: errors are
 * added with the paths of their keys, "counters" and "logs" being the lists' names. 0; -EINVAL with errors; -ENOMEM.
 */
int custom_compile(const struct custom_config *conf, custom_type type, struct conf_errors *errors,
		   struct custom **ret) MUST_CHECK;
void custom_free(struct custom *c); /* accepts NULL */

/* Counts an audit record. One of a type that no counter asks for costs a look at an array. */
void custom_record(struct custom *c, unsigned type, const void *record, custom_field get);

/* Whether some counter asks for records of that type. */
bool custom_wants(const struct custom *c, unsigned type);

/* The counters of logs[i]; then what is counted of a line, or of an entry of the journal. */
struct custom_log *custom_log(struct custom *c, size_t i);
void custom_line(struct custom_log *log, struct text line);
void custom_entry(struct custom_log *log, const void *entry, custom_entry_field get);

/* Subjects so far on which a regular expression reached its limits: not counted. */
uint64_t custom_regex_limits(const struct custom *c);

/* Forgets all that was counted. */
void custom_clear(struct custom *c);

/* 0, or the error that keeps some counter from being right: -ENOMEM. */
int custom_error(const struct custom *c) MUST_CHECK;

/* ---- in and out ---- */

/* The tables, to be saved and loaded with all others by core/series.h: ret has room for CUSTOM_MAX. */
size_t custom_tables(struct custom *c, struct series **ret);

/* The sketches' lines. Loading: 1 taken (dropped, where the configuration has no such sketch any more); 0 no line of a
 * sketch; -EINVAL; -ENOMEM. */
void custom_save(const struct custom *c, struct buf *out);
int custom_load(struct custom *c, struct text key, struct words line) MUST_CHECK;

/* The families, for run->groups. Valid as long as c is. */
struct prom_group custom_group(const struct custom *c);
