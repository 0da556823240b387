/* SPDX-License-Identifier: MIT */
/*
 * attrmap - which family an ATA attribute is published as in compatibility
 * mode: prometheus_smart_exporter's attribute mapping.
 *
 *   {"generic": [{"id": 241, "match": "Total_LBAs_.+", "name": "written_lbas_total", "type": "counter"}]}
 *
 * Of the rules with an attribute's id the first whose match fits smartctl's name
 * of it wins; a rule without match always fits. match is a pattern of Python's
 * re.match (ere.h): anchored at the start alone, case-sensitive. The family is
 * smart_NAME, of a counter always with _total. "per-device" is accepted and has
 * no effect, as there. An unknown key is a warning; all else that is wrong is an
 * error: a rule that silently does nothing would be missed too late. Pure.
 */
#pragma once
#include "core/conf_error.h"
#include "core/prom.h"
#include <jansson.h>
#include <stdbool.h>

struct attrmap;

struct attr_rule {
	char *family; /* the map's own */
	enum prom_type type;
};

/* From the parsed file, which is only read and need not outlive it; without a tree the built-in mapping.
 * is_taken says that a family's name is this tool's own (may be NULL). 0 and the map; -EINVAL with errors
 * added; -ENOMEM. */
int attrmap_new(json_t *tree, bool (*is_taken)(const char *family), struct conf_errors *errors,
		struct conf_errors *warnings, struct attrmap **ret) MUST_CHECK;
void attrmap_free(struct attrmap *map); /* accepts NULL */

/* Of its rules: no more families than that can come of it. */
size_t attrmap_size(const struct attrmap *map);

/* NULL when no rule fits. */
const struct attr_rule *attrmap_find(const struct attrmap *map, uint8_t id, const char *name);
