/* SPDX-License-Identifier: MIT */
/* nvme - NVMe pages to facts: Identify Controller and the SMART / Health log (NVM Express Base 2.0, 5.17.2.1 figure
 * 275 and 5.16.1.3 figure 207). Pure. */
#pragma once
#include "drive.h"
#include "pages.h"

/* Fills d from NVID and NVSL; d->up becomes true with a health log that is not all zeros. */
void nvme_decode(struct drive *d, const struct pages *pages);
