/* SPDX-License-Identifier: MIT */
/*
 * ata - ATA pages to facts: IDENTIFY DEVICE, SMART data, thresholds, status.
 *
 * Sources: ACS-4 (T13/BSR INCITS 529) 7.13 for IDENTIFY DEVICE, ATA8-ACS
 * 7.53.6 for the SMART data page and its checksum, SFF-8035i revision 2 for the
 * attribute and threshold tables, which later standards call vendor specific.
 * Nothing is taken from a page whose checksum is wrong. Pure.
 */
#pragma once
#include "drive.h"
#include "pages.h"

/* IDFY: names, capacity, rotation, speed, whether SMART is there and on. */
void ata_decode_identify(struct drive *d, const uint8_t page[static 512]);

/* All ATA pages of a drive; d->up becomes true with a good SMART data page. */
void ata_decode(struct drive *d, const struct pages *pages);

/* ATA CHECK POWER MODE's count register (ACS-4 7.3.2) as one of drive_power_states, NULL if it is no such value. */
const char *ata_power_state(uint8_t count);

extern const char *const ata_overall_states[];    /* end with NULL */
extern const char *const ata_self_test_results[]; /* by the upper four bits of the status byte; NULL gaps; 16 */
