/* SPDX-License-Identifier: MIT */
/* metrics - what smart-textfile publishes, from drives. Pure. */
#pragma once
#include "core/prom.h"
#include "drive.h"

/* What the emit functions get. */
struct smart_facts {
	const struct drive *drives;
	size_t n;
	/* Whether an attribute's rows are wanted (configuration: attributes); NULL: all. */
	bool (*wants)(const void *ctx, const struct drive *d, const struct ata_attribute *a);
	const void *ctx;
};

extern const struct prom_metric smart_metrics[];
extern const size_t smart_metrics_n;
