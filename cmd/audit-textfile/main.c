/* SPDX-License-Identifier: MIT */
/* audit-textfile - logins, sudo and audit events of this machine as counters. */
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
		.name = "audit-textfile",
		.summary = "Count logins, sudo and audit events of this machine.",
		.timeout_s = 30,
		.collect = collect,
	};

	return tool_main(&tool, NULL, argc, argv);
}
