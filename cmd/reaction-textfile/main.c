/* SPDX-License-Identifier: MIT */
/* reaction-textfile - what reaction matches and does, as counters. */
#include "os/tool.h"

static int collect(struct run *run, void *self)
{
	(void)run;
	(void)self;
	return 0;
}

int main(int argc, char *argv[])
{
	const struct tool tool = {
		.name = "reaction-textfile",
		.summary = "Count what reaction matches and does.",
		.timeout_s = 30,
		.collect = collect,
	};

	return tool_main(&tool, NULL, argc, argv);
}
