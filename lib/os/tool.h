/* SPDX-License-Identifier: MIT */
/*
 * tool - the life of a oneshot: options, privilege, configuration, one
 * collection, one published file, one exit status. A command supplies a
 * struct tool and nothing else; DESIGN's contract with users is kept here.
 *
 * Order: options are parsed; files that the command line names are opened;
 * start() runs (the only code with privilege: it may fork readers, open sockets
 * or logs); everything is given up (os/sandbox.h); only then the configuration
 * is parsed and collect() runs; what it gathered is written and published.
 * Where the configuration says what is to be opened it is parsed before start():
 * it is the administrator's own file (conf_first).
 *
 * A tool that keeps state counts on from the run before: reset(), load() of what
 * was saved, collect(), save(), and the state is committed before the file is
 * published from it. A kill before the commit: the input is read again. After:
 * the next run publishes. A failed collect() publishes what was counted before.
 */
#pragma once
#include "core/conf.h"
#include "core/prom.h"
#include "core/runmeta.h"
#include "core/series.h"

enum { TOOL_EXIT_OK = 0, TOOL_EXIT_FAILED = 1, TOOL_EXIT_USAGE = 2 };
enum { RUN_GROUPS_MAX = 4, RUN_WRITABLE_MAX = 4 };

struct run {
	const struct tool *tool;
	const char *label;    /* tool name, with @INSTANCE where one is given */
	const char *version;
	const char *instance; /* NULL without --instance; for the names of what the tool itself keeps */
	int root;             /* directory descriptor of --root, "/" by default */
	const char *root_path;
	int out_dir;          /* directory of the output; -1 when it is printed */
	const char *out_name;

	uint64_t start_ns;    /* monotonic, when the run began */
	uint64_t deadline_ns; /* monotonic, when it must end */
	uint64_t timeout_ns;
	uint64_t now_ns;      /* wall time of the run, or --now */
	bool now_fixed;       /* --now was given: durations count as 0, so that output repeats */

	char **args; /* operands */
	size_t n_args;

	/* Tools that keep state. */
	bool first;               /* nothing is known of an earlier run */
	bool no_state;            /* start() may ask for it: neither read nor kept (--input) */
	uint64_t created_s;       /* when counting began, since the epoch */
	struct series *const *series; /* for reset() to fill: the tables that are kept and counted as folded or cut */
	size_t n_series;

	/* For collect() to fill (a tool with state: reset()). */
	uint64_t targets[RUN_RESULTS];
	struct prom_group groups[RUN_GROUPS_MAX]; /* beside the tool's own table */
	size_t n_groups;
	bool replaces_metrics; /* the groups stand in for the tool's own table */

	/* For start() to fill: directories, beside the output's, that stay writable. Owned by the run. */
	int writable[RUN_WRITABLE_MAX];
	size_t n_writable;
};

struct tool_option {
	const char *name;
	const char *arg; /* NULL: a switch */
	const char *help;
	size_t offset; /* in the tool's own struct, of a const char * that is set to the argument ("" for a switch) */
};

enum tool_result {
	TOOL_PUBLISH = 0, /* write the facts */
	TOOL_DONE = 1,    /* collect() printed what was asked for; nothing is published */
};

struct tool {
	const char *name;
	const char *summary;  /* one line */
	const char *operands; /* for the usage line ("[PATH...]"); NULL: none are taken */
	unsigned timeout_s;   /* default of --timeout */

	const struct tool_option *options;
	size_t n_options;
	const struct conf_key *conf; /* NULL: no configuration */
	size_t conf_offset;          /* of its struct in the tool's own struct */
	bool conf_first;             /* parsed before start() */
	/* Adds what is wrong with it beyond what the table can see, at --check-config too. 0; -EINVAL with errors; another
	 * negative errno value. May be NULL. */
	int (*check)(void *self, struct conf_errors *errors);
	const struct prom_metric *metrics;
	size_t n_metrics;

	/* State. The version of what save() writes; 0: none is kept, and the three are NULL. */
	unsigned state_version;
	/* Begins at nothing counted, and fills run->series and run->groups; may be called twice. 0 or a negative errno
	 * value. */
	int (*reset)(struct run *run, void *self);
	/* Takes one line that is no series' own; unknown ones are -EINVAL. */
	int (*load)(void *self, unsigned version, struct text key, struct words line);
	void (*save)(const void *self, struct buf *out);

	/* With privilege, before any configuration. 0 or a negative errno value, logged; -EINVAL: wrong usage, exit
	 * status 2. May be NULL. */
	int (*start)(struct run *run, void *self);
	/* Without. enum tool_result, or a negative errno value (logged): the source as a whole cannot be read.
	 * -EINVAL after config errors: exit status 2. */
	int (*collect)(struct run *run, void *self);
	void (*done)(void *self); /* releases what start() and collect() made; may be NULL */
};

/* self is the tool's own zeroed struct, handed to its functions; its facts are what metrics' emit functions get. */
int tool_main(const struct tool *t, void *self, int argc, char *argv[]);
