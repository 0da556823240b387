/* SPDX-License-Identifier: MIT */
/* reaction-textfile - what reaction matches and does, as counters. */
#include "reaction.h"

#define OPTION(name, arg, help, field) \
	{ \
		name, arg, help, offsetof(struct reaction, field) \
	}

static const struct tool_option options[] = {
	OPTION("input", "FILE", "read FILE whole, keep no state; - is standard input", input),
	OPTION("from-start", NULL, "a first run reads what is in the log already", from_start),
	OPTION("compat", NULL, "print reaction-metrics-exporter's families as well", compat_option),
};

int main(int argc, char *argv[])
{
	const struct tool tool = {
		.name = "reaction-textfile",
		.summary = "Count what reaction matches and does.",
		.timeout_s = 20,
		.options = options,
		.n_options = ARRAY_LEN(options),
		.conf = reaction_conf,
		.conf_offset = offsetof(struct reaction, config),
		.conf_first = true,
		.metrics = reaction_metrics,
		.n_metrics = reaction_metrics_n,
		.state_version = 1,
		.reset = reaction_reset,
		.load = reaction_load,
		.save = reaction_save,
		.start = reaction_start,
		.collect = reaction_collect,
		.done = reaction_done,
	};
	struct reaction reaction = { 0 };

	return tool_main(&tool, &reaction, argc, argv);
}
