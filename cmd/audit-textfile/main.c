/* SPDX-License-Identifier: MIT */
/* audit-textfile - the audit trail, logins, sudo and su, and any other log, as counters. */
#include "audit.h"

#define OPTION(name, arg, help, field) \
	{ \
		name, arg, help, offsetof(struct audit, field) \
	}

static const struct tool_option options[] = {
	OPTION("input", "FILE", "read FILE whole, keep no state; - is standard input", input),
	OPTION("from-start", NULL, "a first run reads what is in the logs already", from_start),
};

int main(int argc, char *argv[])
{
	const struct tool tool = {
		.name = "audit-textfile",
		.summary = "Count audit events, logins, sudo and su, and what else logs tell.",
		.timeout_s = 20,
		.options = options,
		.n_options = ARRAY_LEN(options),
		.conf = audit_conf,
		.conf_offset = offsetof(struct audit, config),
		.conf_first = true,
		.check = audit_check,
		.metrics = audit_metrics,
		.n_metrics = audit_metrics_n,
		.state_version = 1,
		.reset = audit_reset,
		.load = audit_load,
		.save = audit_save,
		.start = audit_start,
		.collect = audit_collect,
		.done = audit_done,
	};
	static struct audit audit; /* too large for a stack of any size */

	return tool_main(&tool, &audit, argc, argv);
}
