/* SPDX-License-Identifier: MIT */
/*
 * pages - the raw pages that one disk returned: what a reader sends over its
 * pipe, what --dump saves and what --replay reads. Pure.
 *
 * The layout is libatasmart's blob (skdump --save): records of a 4-byte tag, a
 * big-endian 32-bit length and the payload; unknown tags are skipped. A page is
 * a slice of the text it was found in, which must outlive it.
 *
 *   IDFY 512  ATA IDENTIFY DEVICE data (ACS-4 7.13)
 *   SMDT 512  SMART READ DATA (ATA8-ACS 7.53.6)      SMTH 512  SMART READ THRESHOLDS (SFF-8035i)
 *   SMST 4    SMART RETURN STATUS, big-endian: 1 threshold not exceeded, 0 exceeded
 *   PMOD 1    ATA CHECK POWER MODE: the count register (ACS-4 7.3.2)
 *   DSxx 512  ATA device statistics, page xx in hex (ACS-4 9.5)
 *   STLG 512  SMART self-test log (06h)              ERLG 512  summary SMART error log (01h)
 *   NVID 4096 NVMe Identify Controller               NVSL 512  SMART / Health log (02h)
 *   NVST 564  NVMe device self-test log (06h)        NVC0 512  OCP SMART extended log (C0h)
 *   INQR      SCSI standard INQUIRY data             LPxx      SCSI log page xx in hex, whole
 *   RCAP 32   SCSI READ CAPACITY (16) data           VPxx      SCSI vital product data page xx
 *   RSEN      SCSI REQUEST SENSE data
 *   RDEF 4    READ DEFECT DATA (10) header            RD12 8    READ DEFECT DATA (12) header
 *   DISK 28   the pages that follow are of another disk, behind a RAID controller (mfi.h)
 *   FAIL 8    what went wrong: big-endian 32-bit step (enum page_step) and errno
 */
#pragma once
#include "base.h"
#include "core/buf.h"
#include <stdint.h>

enum {
	PAGES_MAX = 64,                 /* records of one disk */
	PAGE_BYTES_MAX = 64 * 1024,     /* a SCSI log page's length field has 16 bits */
	PAGES_BYTES_MAX = 512 * 1024,   /* all records of one disk */
	PAGES_STREAM_MAX = 4096 * 1024, /* of all disks of a controller */
};

enum page_step {
	STEP_OPEN, STEP_POWER, STEP_IDENTIFY, STEP_SMART_DATA, STEP_THRESHOLDS, STEP_STATUS, STEP_LOG, STEP_LOCK,
	STEP_CONTROLLER,
};

struct page {
	char tag[5];
	const uint8_t *p;
	size_t n;
};

struct pages {
	struct page items[PAGES_MAX];
	size_t n;
};

/* Splits the text. 0; -EBADMSG (a record is cut off or longer than PAGE_BYTES_MAX); -E2BIG (more than PAGES_MAX
 * records). On failure ret holds the whole records before the fault. */
int pages_split(const void *bytes, size_t n, struct pages *ret) MUST_CHECK;

/* How many bytes the first disk's records take: up to the next DISK record; n where there is none. */
size_t pages_first_disk(const void *bytes, size_t n);

/* The first page of that tag with at least min bytes, NULL if there is none. */
const struct page *pages_find(const struct pages *pages, const char *tag, size_t min);

/* Appends one record. */
void pages_add(struct buf *out, const char tag[static 4], const void *payload, size_t n);
