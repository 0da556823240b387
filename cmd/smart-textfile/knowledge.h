/* SPDX-License-Identifier: MIT */
/*
 * knowledge - what the administrator's files say of disks: the device database,
 * its per-device overrides and the attribute mapping, from reading them to what
 * they make of the drives of a run.
 *
 * Files that the command line names are read with the rights of whoever named
 * them, those that the configuration names without; all are parsed without.
 */
#pragma once
#include "compat.h"
#include "metrics.h"
#include "os/config.h"

enum knowledge_file { FILE_DEVICE_DB, FILE_DEVICE_CONFIG, FILE_ATTR_MAPPING, FILES };

struct knowledge {
	struct config_file files[FILES]; /* name NULL: not given */
	struct db *db, *overrides;
	struct attrmap *map;
	struct db_entry *entries; /* one a drive */
	size_t n_entries;
	enum db_attributes attributes;
	const struct drive *drives; /* the first, for the entry's index */
	struct compat *compat;
};

/* The bytes of one file. 0, or -EINVAL after one line on standard error. */
int knowledge_read(struct knowledge *k, enum knowledge_file which, const char *path) MUST_CHECK;

/* Parses what was read; with_map: the mapping, built-in where no file is given. 0, or -EINVAL after every fault was
 * told; what is only odd is a warning, and the rest of the file is used. */
int knowledge_parse(struct knowledge *k, bool with_map) MUST_CHECK;

/* Thresholds applied: fills each drive's checks and family. 0 or -ENOMEM. */
int knowledge_apply(struct knowledge *k, struct drive *drives, size_t n) MUST_CHECK;

/* Whether an attribute's rows are wanted; for struct smart_facts. ctx: the knowledge. */
bool knowledge_wants(const void *ctx, const struct drive *d, const struct ata_attribute *a);

void knowledge_done(struct knowledge *k);
