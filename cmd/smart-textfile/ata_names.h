/* SPDX-License-Identifier: MIT */
/* ata_names - what SMART attributes are called: the names that smartctl prints by default. Pure. */
#pragma once
#include <stdint.h>

/* "Reallocated_Sector_Ct" for 5; NULL where there is no common name. */
const char *ata_name(uint8_t id);
