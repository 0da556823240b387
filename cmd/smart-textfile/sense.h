/* SPDX-License-Identifier: MIT */
/*
 * sense - SCSI sense data to what it says: key, code and qualifier (SPC-5
 * 4.4), and the ATA registers that a translation layer returns in it (SAT-4
 * 12.2.2.7 for descriptor format, 12.2.2.8 for fixed format). Pure.
 */
#pragma once
#include "base.h"
#include <stdbool.h>
#include <stdint.h>

struct sense {
	bool known;           /* there was sense data in a format of the standard */
	bool fixed;           /* in fixed format */
	uint8_t key, asc, ascq;
	bool has_registers;   /* ATA registers came along */
	uint8_t error, status, count, lba_low, lba_mid, lba_high;
};

/* Any bytes; what is not there stays zero. */
void sense_parse(const uint8_t *p, size_t n, struct sense *ret);
