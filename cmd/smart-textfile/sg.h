/* SPDX-License-Identifier: MIT */
/* sg - one SCSI command through the kernel's SG_IO, version 3 interface (scsi/sg.h). */
#pragma once
#include "base.h"
#include "sense.h"

/* Longer than any spin-up: a time-out makes the kernel reset the link, which disturbs the disk and its neighbours. */
enum { SG_TIMEOUT_MS = 60000 };

/*
 * Sends cdb and reads up to size bytes into data (NULL with 0 for a command without data). Returns the bytes that
 * came; -EIO when the adapter or the disk failed the command (sense tells why, if anybody does); or SG_IO's errno.
 * Sense data that only reports (recovered error, no sense) is success.
 */
int sg_command(int fd, const uint8_t *cdb, uint8_t cdb_len, void *data, size_t size, struct sense *sense) MUST_CHECK;
