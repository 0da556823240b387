/* SPDX-License-Identifier: MIT */
/*
 * allow - the commands that may be sent to a disk. All of them read; none
 * changes what the disk does or keeps. Whatever is not in the list is refused,
 * whichever library asks for it (gate.c). Pure.
 *
 *   ATA (ACS-4), through ATA PASS-THROUGH 12 or 16 (SAT-4 12.2): CHECK POWER MODE E5h, IDENTIFY DEVICE ECh,
 *     SMART B0h READ DATA D0h, READ THRESHOLDS D1h, READ LOG D5h, RETURN STATUS DAh, READ LOG EXT 2Fh
 *   SCSI (SPC-5, SBC-4): TEST UNIT READY, REQUEST SENSE, INQUIRY, LOG SENSE, READ DEFECT DATA, READ CAPACITY
 *   MegaRAID firmware interface: the list of physical disks, and one of the SCSI commands above to one of them
 *   NVMe (NVM Express Base 2.0): Get Log Page, Identify
 */
#pragma once
#include "base.h"
#include <stdbool.h>
#include <stdint.h>
#include "mfi.h"

bool allow_cdb(const uint8_t *cdb, size_t n);
bool allow_nvme_admin(uint8_t opcode);
bool allow_mfi(const struct mfi_packet *p);
