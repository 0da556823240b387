/* SPDX-License-Identifier: MIT */
/*
 * child - runs programs, several at a time, each with a deadline and with its
 * output collected up to a cap.
 *
 * A program runs in a process group of its own, without a shell, with all
 * signals at their defaults and no descriptor but 0 to 2. It is over when its
 * first process ends: what is left of the group is then killed, so that a
 * forgotten background process can neither keep the pipes open nor stay. At
 * the deadline the group gets SIGTERM and, after the grace, SIGKILL. Output
 * above the cap is read, dropped and counted, so that the program never blocks
 * on it.
 *
 * A process is reaped last: until then its zombie keeps its number, and no
 * signal can reach a stranger. The one that not even SIGKILL ends (its disk
 * hangs, or it runs as somebody else) is given up after five more seconds.
 *
 * While child_run() works, SIGCHLD is its own; the process has one thread and
 * its descriptors 0 to 2 are open.
 */
#pragma once
#include "base.h"
#include "core/buf.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { CHILD_AT_ONCE_MAX = 64 };

struct child_output {
	struct buf text;
	uint64_t dropped; /* bytes above the cap */
	int fd;           /* child_run()'s own */
};

struct child {
	/* What to run; the caller's. The rest starts from zero. */
	const char *const *argv; /* ends with NULL; argv[0] is a path and not looked up */
	const char *const *env;  /* ends with NULL; NULL: the caller's environment */
	const char *cwd;         /* NULL: the caller's */
	const void *input;       /* what its standard input holds */
	size_t n_input;
	uint64_t timeout_ns; /* from its start; 0: none but the run's */

	/* What came of it. */
	int error;      /* 0, or a negative errno value: it did not start (-ETIME: its turn never came) */
	int status;     /* exit status; -1 when a signal ended it, it did not start or was given up */
	int signal;     /* that ended it, or 0 */
	bool timed_out; /* was told to end at its deadline; status or signal say what it made of that */
	struct child_output out, err;
	struct rusage usage; /* its own and that of the processes it waited for */
	uint64_t duration_ns;

	/* child_run()'s own. */
	pid_t pid;
	uint64_t start_ns, end_ns;
	int told; /* signals sent since the deadline */
};

struct child_limits {
	size_t at_once;       /* 1 to CHILD_AT_ONCE_MAX */
	size_t output_max;    /* bytes of each of the two outputs */
	uint64_t grace_ns;    /* between SIGTERM and SIGKILL */
	uint64_t deadline_ns; /* of the whole, monotonic; 0: none */
};

/* Runs all n, in order, and returns when the last is over. */
void child_run(struct child *children, size_t n, const struct child_limits *limits);

/* Releases what child_run() collected. Accepts a zeroed struct. */
void child_done(struct child *c);
