/* SPDX-License-Identifier: MIT */
/*
 * config - reads a configuration file, JSON or YAML by its ending, into one
 * kind of tree, and words every error with file, line and key.
 *
 * A key given twice is an error, and so is nesting deeper than CONF_DEPTH_MAX.
 */
#pragma once
#include "base.h"
#include "core/buf.h"
#include "core/conf_error.h"
#include <jansson.h>
#include <stdbool.h>

enum { CONFIG_MAX_BYTES = 4 * 1024 * 1024 };

/* A configuration file in memory: its text stays, so that lines can be told later. */
struct config_file {
	const char *name; /* as the user wrote it; not owned */
	bool yaml;
	bool allow_duplicates; /* the last of equal keys counts: for JSON that others write */
	struct buf text;
	json_t *tree; /* NULL until parsed */
};

/*
 * Reads and parses the file at path (relative to dirfd) into f, which is zeroed but for allow_duplicates; on
 * failure, too, the caller releases it. As config_parse(), -E2BIG, or the errno of opening and reading.
 */
int config_load(int dirfd, const char *path, struct config_file *f, struct conf_errors *errors) MUST_CHECK;

/* Parses f->text. 0; -EINVAL with errors added, each with its line where one is known; -ENOMEM. */
int config_parse(struct config_file *f, struct conf_errors *errors) MUST_CHECK;

void config_file_done(struct config_file *f);

/* Whether the name ends in .yaml or .yml. */
bool config_is_yaml(const char *name);

/* One error as a person reads it: "FILE:LINE: PATH: WHAT", without the parts that are not known. */
void config_error_text(const struct config_file *f, const struct conf_error *e, struct buf *out);
