/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "ata.h"
#include "decode.h"
#include "logs.h"
#include "mfi.h"
#include "nvme.h"
#include "scsi.h"

const char *decode_step_text(enum page_step step)
{
	static const char *const texts[] = {
		[STEP_OPEN] = "opening the device",
		[STEP_POWER] = "asking its power state",
		[STEP_IDENTIFY] = "identifying it",
		[STEP_SMART_DATA] = "reading its SMART data",
		[STEP_THRESHOLDS] = "reading its thresholds",
		[STEP_STATUS] = "reading its status",
		[STEP_LOG] = "reading its log pages",
		[STEP_LOCK] = "taking its lock",
		[STEP_CONTROLLER] = "asking its controller for its disks",
	};

	return step < ARRAY_LEN(texts) ? texts[step] : "reading it";
}

static bool has_tag(const struct pages *pages, const char *const *tags)
{
	for (; *tags; tags++)
		if (pages_find(pages, *tags, 0))
			return true;
	return false;
}

/* Other than the list of those that there are, LP00. */
static bool has_log_page(const struct pages *pages)
{
	for (size_t i = 0; i < pages->n; i++)
		if (strncmp(pages->items[i].tag, "LP", 2) == 0 && strcmp(pages->items[i].tag, "LP00") != 0)
			return true;
	return false;
}

static void decode_by_protocol(struct drive *d, const struct pages *pages)
{
	static const char *const nvme[] = { "NVSL", "NVID", NULL }, *const ata[] = { "SMDT", "IDFY", "PMOD", NULL };
	static const char *const scsi[] = { "INQR", "RSEN", NULL };

	if (has_tag(pages, nvme)) {
		nvme_decode(d, pages);
		nvme_logs_decode(d, pages);
	} else if (has_tag(pages, ata)) {
		ata_decode(d, pages);
		ata_logs_decode(d, pages);
	} else if (has_tag(pages, scsi) || has_log_page(pages)) {
		scsi_decode(d, pages);
	}
}

/* The reason in the reader's own words, where it gave one. */
static enum drive_skip skip_by_fault(const struct drive *d, const struct page *fail)
{
	unsigned step = fail ? (unsigned)num_be(fail->p, 4) : 0;

	if (!fail)
		return SKIP_NONE;
	if (step == STEP_LOCK && (d->failed_errno == EBUSY || d->failed_errno == EAGAIN))
		return SKIP_STUCK;
	if (step == STEP_LOCK)
		return SKIP_NONE;
	if (d->failed_errno == EACCES || d->failed_errno == EPERM)
		return SKIP_PERMISSION;
	if (d->failed_errno == ENOTSUP || d->failed_errno == ENOMEDIUM || step == STEP_LOG)
		return SKIP_UNSUPPORTED;
	return SKIP_NONE;
}

/* The answers came, and they say that there is nothing to read: SMART is off, or not one log page is listed. */
static bool has_nothing(const struct drive *d, const struct pages *pages)
{
	return (d->values[V_SMART_ENABLED].known && !d->values[V_SMART_ENABLED].n) ||
	       (pages_find(pages, "LP00", 0) && !has_log_page(pages));
}

static enum drive_skip skip_of(const struct drive *d, const struct pages *pages, bool complete)
{
	const struct page *fail = pages_find(pages, "FAIL", 8);

	if (d->power_state && (strcmp(d->power_state, "standby") == 0 || strcmp(d->power_state, "sleep") == 0))
		return SKIP_STANDBY;
	if (skip_by_fault(d, fail) != SKIP_NONE)
		return skip_by_fault(d, fail);
	if (!complete)
		return SKIP_STUCK;
	return !fail && has_nothing(d, pages) ? SKIP_UNSUPPORTED : SKIP_NONE;
}

void decode_pages(struct drive *d, const void *bytes, size_t n, bool complete)
{
	struct pages pages;
	const struct page *fail;
	int r = pages_split(bytes, n, &pages);

	decode_by_protocol(d, &pages);
	mfi_decode(d, &pages);
	if (d->up || d->skip != SKIP_NONE)
		return;
	fail = pages_find(&pages, "FAIL", 8);
	d->failed_step = "its answer";
	d->failed_errno = r < 0 ? -r : EBADMSG;
	if (fail) {
		d->failed_step = decode_step_text((enum page_step)num_be(fail->p, 4));
		d->failed_errno = (int)num_be(fail->p + 4, 4);
	}
	d->skip = skip_of(d, &pages, complete);
}
