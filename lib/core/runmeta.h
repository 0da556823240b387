/* SPDX-License-Identifier: MIT */
/*
 * runmeta - the families that every file carries about the run that wrote it.
 *
 * node_exporter drops a family whose HELP differs between two files, so these
 * are spelled once, here, for all tools.
 */
#pragma once
#include "core/prom.h"
#include "core/series.h"

enum run_result { RUN_OK, RUN_FAILED, RUN_SKIPPED, RUN_RESULTS };

struct runmeta {
	const char *tool; /* name, or name@instance */
	const char *version;
	uint64_t now_s;       /* when the run ended, since the epoch */
	uint64_t duration_ns;
	uint64_t timeout_ns;
	bool success;
	uint64_t targets[RUN_RESULTS];

	/* Of a tool that keeps state. */
	uint64_t created_s; /* when counting began, since the epoch */
	struct series *const *series;
	size_t n_series;
};

/* The table for prom_write(); m must outlive its use. */
struct prom_group runmeta_group(const struct runmeta *m);
struct prom_group runmeta_state_group(const struct runmeta *m);
