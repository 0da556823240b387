/* SPDX-License-Identifier: MIT */
/*
 * scsi_log - SCSI log pages (LPxx) to facts: those of SPC-5 7.3, and Solid State
 * Media and Background Scan of SBC-4 6.4.
 *
 * A page is a header of 4 bytes and parameters, each with a code and a length
 * of its own. Counters have as many bytes as the disk likes; up to 16 are
 * taken. Parameters that are there whole are used, one that is cut off by the
 * page's end or the reader's buffer is not, and nothing behind it. A counter
 * of all ones has stopped counting and is unknown. Pure.
 */
#pragma once
#include "drive.h"
#include "pages.h"

/* d->up becomes true with a page that says something of the disk's health. */
void scsi_log_decode(struct drive *d, const struct pages *pages);
