/* SPDX-License-Identifier: MIT */
/*
 * db - the device database in check_smart_attributes' format
 * (check_smartdb.json): which drives it knows, whether an attribute's raw or
 * normalised value is the one that counts, and its thresholds.
 *
 *   {"Devices": {"Family": {"Device":  ["model", ...],
 *                           "ID#":     {"5": {"value": "RAW_VALUE", "comment": "..."}},
 *                           "Threshs": {"5": ["20", "40"]},
 *                           "Perfs":   ["241"]}}}
 *
 * Until 2020 an entry of ID# was the bare string. Threshs and Perfs may be
 * missing. What is not of the format costs one warning and is left out; the
 * rest is used. check_smartcfg.json, the overrides for single drives, is read by
 * the same code: its names are "/dev/sda" or "sda", Device and ID# play no part.
 *
 * How a drive finds its entry, DB_BEST:
 *   1. a Device that is the drive's model;
 *   2. ATA: the longest Device that its model, else its family, ends with;
 *   3. ATA: a Device that, taken as a pattern (ere.h), matches the end of either;
 *      of several the first in ASCII order. A Device that is no pattern, like
 *      "Red (AF)", is text alone;
 *   4. NVMe and SCSI: the Device "Generic NVMe", "Generic SAS".
 * DB_EXACT, as prometheus_smart_exporter does, stops after 1. Families that list
 * the same Device are merged, the later ones in the file winning for each id.
 * The result depends on the file's order alone. Pure.
 */
#pragma once
#include "core/conf_error.h"
#include "drive.h"
#include "threshold.h"

struct db;

enum { DB_ID_ATA_ERRORS = 1024, DB_ID_HEALTH = 1025, DB_ID_MAX = 65535 };

/* What the database says of one attribute of one drive. */
struct db_id {
	uint16_t id;
	bool listed;         /* in ID#; without it neither threshold nor value mean anything */
	bool is_raw;         /* RAW_VALUE, not VALUE */
	bool has_thresholds; /* in Threshs */
	bool is_perf;        /* in Perfs */
	struct thresholds thresholds;
	uint32_t order; /* for merging */
};

/* Of one drive: ids ascending and unique. */
struct db_entry {
	const char *family; /* the first that lists it, NULL when unknown; the database's */
	struct db_id *ids;  /* owned */
	size_t n;
};

/* The names of the configuration's "attributes": all, db, threshs, perfs. */
enum db_attributes { DB_ALL, DB_LISTED, DB_THRESHS, DB_PERFS };
enum db_rule { DB_BEST, DB_EXACT };

/* From the parsed file, which is only read and need not outlive it. NULL without memory. */
struct db *db_new(json_t *tree, struct conf_errors *warnings) MUST_CHECK;
struct db *db_new_overrides(json_t *tree, struct conf_errors *warnings) MUST_CHECK;
void db_free(struct db *db); /* accepts NULL */

/* Whether the drive is known: 1 and the entry, 0 and an empty one; -ENOMEM. db may be NULL. */
int db_find(const struct db *db, const struct drive *d, enum db_rule rule, struct db_entry *ret) MUST_CHECK;

/* Applies what the overrides (may be NULL) say of this drive, by its name or a namespace's: thresholds id by
 * id, Perfs as a whole. An unknown drive stays unknown. 0 or -ENOMEM. */
int db_override(const struct db *overrides, const struct drive *d, struct db_entry *e) MUST_CHECK;

void db_entry_done(struct db_entry *e);

/* NULL when the entry says nothing of it. */
const struct db_id *db_entry_id(const struct db_entry *e, unsigned id);

/* Whether rows of that ATA attribute are wanted. Of an unknown drive only DB_ALL wants any. */
bool db_wants_attribute(const struct db_entry *e, enum db_attributes which, uint8_t id);
