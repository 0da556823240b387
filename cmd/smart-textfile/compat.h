/* SPDX-License-Identifier: MIT */
/*
 * compat - what prometheus_smart_exporter would show: its families, names, HELP,
 * labels and numbers, line for line (as prometheus_client 0.16 prints them, with
 * the lines sorted). The families are made at run time, so they are a
 * prom_group of their own.
 *
 *   smart_system_error                          1 when the disks cannot be listed; then nothing else
 *   smart_access_error{port}                    0 or 1 for each disk
 *   smart_metric_error{port}                    1 where the database lacks a mapped attribute; never 0
 *   smart_NAME{family,model,port,serial}        an attribute that drive, database and mapping know (attrmap.h)
 *
 * Without fallback the database decides alone (DB_EXACT) and only SCSI-layer
 * disks count, as there; an attribute whose smartctl name holds a '-', such as
 * End-to-End_Error, is not seen, since the original's parser skips its row. With
 * fallback drives are looked up by DB_BEST, one that is still unknown shows all
 * mapped attributes by number (wear indicators by value), NVMe disks have their
 * smart_access_error, and names with '-' count.
 *
 * Never shown: a number that smartctl does not print as bare digits (negative
 * degrees, hours as 12h+34m). What differs, knowingly: families without a sample
 * have no HELP and TYPE; of two attributes mapped to one family on one disk the
 * first counts; a disk asleep, excluded, virtual or seen twice has no
 * smart_access_error, since nobody tried; names are smartctl's defaults, without
 * its per-model names; Seagate's attribute 188 is the low word, where smartctl
 * may print the three words highest first. Pure.
 */
#pragma once
#include "attrmap.h"
#include "core/prom.h"
#include "db.h"

struct compat;

struct compat_input {
	const struct drive *drives;
	size_t n;
	const struct db *db; /* may be NULL: knows no drive */
	const struct attrmap *map;
	bool fallback;
	bool failed; /* smart_system_error */
};

/* 0 and the families; drives and map must outlive them. -ENOMEM. */
int compat_new(const struct compat_input *in, struct compat **ret) MUST_CHECK;
void compat_free(struct compat *c); /* accepts NULL */

struct prom_group compat_group(const struct compat *c);

/* As prometheus_client prints a number: a float with a point up to 999999.0, then 1e+06. v is below 2^53 (raw
 * values have 48 bits): above, a float is not the integer any more. Returns the length. */
size_t compat_format(char out[static NUM_DOUBLE_SIZE], uint64_t v);
