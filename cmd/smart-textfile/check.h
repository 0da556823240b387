/* SPDX-License-Identifier: MIT */
/*
 * check - the device database's thresholds applied to a drive: what
 * smart_check_state says.
 *
 * An ATA attribute is compared by its number (RAW_VALUE) or its normalised value
 * (VALUE). Beyond those the format has ids of its own:
 *   1024 ATA error count, 1025 overall health: 0 passed, 1 failed;
 *   NVMe 0..16, the health log: critical warning (the byte), temperature,
 *     spare, spare threshold, percentage used, GB read, GB written, read and
 *     write commands, busy minutes, power cycles, power-on hours, unsafe
 *     shutdowns, media errors, error log entries, minutes above the warning and
 *     above the critical temperature;
 *   SCSI 0 grown defects, 1..7 read and 8..14 write: corrected fast, delayed,
 *     by rereading, in total, invocations, GB processed, uncorrected.
 * What the drive does not report is not checked. Pure.
 */
#pragma once
#include "db.h"

/* Fills d->checks, by ascending id; the names are literals. An entry of an unknown drive leaves none. */
void check_drive(const struct db_entry *e, struct drive *d);
