/* SPDX-License-Identifier: MIT */
/*
 * logs - the opt-in logs of ATA and NVMe drives to facts. Pure.
 *
 *   STLG  SMART self-test log, ERLG summary SMART error log (ATA8-ACS annex A)
 *   NVST  device self-test log (NVM Express 1.4, 5.14.1.6)
 *   DSxx  ATA device statistics: devstat.h
 *   NVC0  OCP health log: ocp.h
 *
 * Called after ata_decode() and nvme_decode(): self-test times are set right by the power-on time.
 */
#pragma once
#include "drive.h"
#include "pages.h"

void ata_logs_decode(struct drive *d, const struct pages *pages);
void nvme_logs_decode(struct drive *d, const struct pages *pages);

/* The newest self-test of any drive: hours is its power-on time where that is known. type and result are literals. */
void logs_set_self_test(struct drive *d, const char *type, const char *result, uint64_t hours, bool known);
