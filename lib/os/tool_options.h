/* SPDX-License-Identifier: MIT */
/* tool_options - the command line that all tools share, and each tool's own options beside it. */
#pragma once
#include "os/tool.h"

enum tool_action { ACTION_RUN, ACTION_HELP, ACTION_VERSION, ACTION_METRICS, ACTION_CHECK, ACTION_DEFAULTS };

struct tool_args {
	enum tool_action action;
	const char *output; /* NULL: standard output */
	const char *config; /* NULL: the default place */
	const char *state;  /* the same */
	const char *root;
	const char *instance;
	uint64_t timeout_ns;
	uint64_t now_ns;
	bool now_fixed;
	int verbosity; /* -1 quiet, 0, 1 verbose */
	char **args;
	size_t n_args;
};

/* 0, or -EINVAL after one line on stderr that names the mistake. */
int tool_parse_options(const struct tool *t, void *self, int argc, char *argv[], struct tool_args *ret) MUST_CHECK;

/* The text of --help. */
void tool_help(const struct tool *t, struct buf *out);
