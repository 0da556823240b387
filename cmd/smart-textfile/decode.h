/* SPDX-License-Identifier: MIT */
/* decode - from a reader's pages to a drive: which protocol they are of, and what it means that some are missing.
 * Pure. */
#pragma once
#include "drive.h"
#include "pages.h"

/*
 * Fills d (name and what sysfs knows may be set already). bytes may be anything. complete: the reader came back by
 * its deadline; without that, and without data, the disk counts as stuck.
 */
void decode_pages(struct drive *d, const void *bytes, size_t n, bool complete);

/* What failed of a drive that is neither up nor skipped, for the log: "reading SMART data". */
const char *decode_step_text(enum page_step step);
