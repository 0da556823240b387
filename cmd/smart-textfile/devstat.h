/* SPDX-License-Identifier: MIT */
/*
 * devstat - ATA device statistics (log 04h, ACS-4 9.5) to facts. Pure.
 *
 * A page (DSxx) has a header of 8 bytes with its number, then statistics of 8
 * bytes: a little-endian value, and flags in the last byte. A statistic that
 * the device does not support, or has no value for now, is left out.
 */
#pragma once
#include "drive.h"
#include "pages.h"

/*
 * Every statistic of pages 01h to 07h becomes an extra; negative temperatures, which an extra cannot hold, do not.
 * What is written and read is taken over whatever an attribute said, being the standard's; power-on time, endurance
 * and temperature only where nothing is known: an attribute's time can be finer than an hour.
 */
void devstat_decode(struct drive *d, const struct pages *pages);
