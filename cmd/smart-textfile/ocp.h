/* SPDX-License-Identifier: MIT */
/* ocp - the health log that data centre NVMe drives have beside NVMe's own (OCP Datacenter NVMe SSD Specification 2.0
 * and 2.5, 4.8: SMART / Health Information Extended, log C0h) to facts. Pure. */
#pragma once
#include "drive.h"

enum { OCP_LOG = 512 };

/* Every field becomes an extra of the page "ocp". Nothing does without the log's GUID: C0h is any vendor's. */
void ocp_decode(struct drive *d, const uint8_t log[static OCP_LOG]);
