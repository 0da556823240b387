/* SPDX-License-Identifier: MIT */
/*
 * rules - what of a pattern's values is shown: metrics.all and metrics.for of
 * reaction-metrics-exporter's configuration. Pure.
 *
 * metrics.all: PATTERN -> false (not shown), true or null (as it is), or a
 * template (template.h). metrics.for: STREAM -> FILTER -> PATTERN -> the same,
 * and comes first.
 */
#pragma once
#include "core/conf_error.h"
#include "core/text.h"
#include <jansson.h>

struct rules {
	const json_t *all, *for_; /* the configuration's; NULL: none */
};

/* For struct conf_key.check_tree. */
void rules_check_all(json_t *v, struct buf *path, struct conf_errors *errors);
void rules_check_for(json_t *v, struct buf *path, struct conf_errors *errors);

/* Whether the pattern is shown at all. */
bool rules_show(const struct rules *r, const char *stream, const char *filter, const char *pattern);

/* Appends a value as it is shown. 0; or what template_eval() returns. */
int rules_value(const struct rules *r, const char *stream, const char *filter, const char *pattern,
		struct text value, struct buf *out) MUST_CHECK;
