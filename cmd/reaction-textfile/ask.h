/* SPDX-License-Identifier: MIT */
/*
 * ask - runs reaction itself: its version, its pending actions, its
 * configuration. All at the same time, each with a deadline, their outputs
 * bounded; what they say is looked at later, without privilege. Whatever goes
 * wrong is data.
 *
 *   reaction -V
 *   reaction show --socket SOCKET -f json
 *   reaction test-config -c CONFIG
 */
#pragma once
#include "core/text.h"
#include "os/child.h"

enum ask_what { ASK_CONFIG, ASK_SHOW, ASK_VERSION, ASKS };

struct ask {
	struct child children[ASKS];
	bool asked[ASKS];
};

/*
 * program: a path below root_path, "" for the first in the usual directories. daemon: the two that need it
 * are run too. 0; -ENOENT: there is no program; -ENOMEM.
 */
struct ask_options {
	const char *root_path, *program, *config, *socket;
	bool daemon;
	uint64_t timeout_ns, deadline_ns;
};
int ask_run(struct ask *a, const struct ask_options *o) MUST_CHECK;

/* What one printed; p NULL where it was not asked, failed, was too slow, or printed too much. */
struct text ask_output(const struct ask *a, enum ask_what what);

/* Why there is no output, one line; false where there is. */
bool ask_trouble(const struct ask *a, enum ask_what what, struct buf *out);

void ask_done(struct ask *a);
