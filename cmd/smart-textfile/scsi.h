/* SPDX-License-Identifier: MIT */
/*
 * scsi - SCSI and SAS disks' pages to facts: identity, capacity, power
 * condition, grown defects; the log pages are scsi_log's.
 *
 *   INQR  standard INQUIRY data, RSEN REQUEST SENSE data (SPC-5 6)
 *   VP80  Unit Serial Number, VP83 Device Identification (SPC-5 7.7)
 *   VPB1  Block Device Characteristics (SBC-4 6.6)
 *   RCAP  READ CAPACITY (16) data (SBC-4 5)
 *   RDEF  READ DEFECT DATA (10) data, the header of 4 bytes at least (SBC-4 5)
 *   RD12  READ DEFECT DATA (12) data, the header of 8 bytes at least (SBC-4 5)
 *
 * What is absent, cut off or malformed stays unknown. Pure.
 */
#pragma once
#include "drive.h"
#include "pages.h"

/* All pages of a drive. d->up becomes true with a log page; d->skip says so when the device is no disk. */
void scsi_decode(struct drive *d, const struct pages *pages);

/* REQUEST SENSE's parameter data as one of drive_power_states, NULL where it does not say. */
const char *scsi_power_state(const uint8_t *sense, size_t n);
