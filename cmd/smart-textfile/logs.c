/* SPDX-License-Identifier: MIT */
#include "ata.h"
#include "devstat.h"
#include "logs.h"
#include "ocp.h"

enum { HOUR = 3600 };

void logs_set_self_test(struct drive *d, const char *type, const char *result, uint64_t hours, bool known)
{
	known = known && hours <= UINT64_MAX / HOUR;
	d->last_self_test = (struct self_test){ type, result, known ? hours * HOUR : 0 };
	if (known)
		drive_set(d, V_SELF_TEST_LAST_SECONDS, hours * HOUR);
}

/* ---- ATA ---- */

enum { PAGE = 512, ENTRIES = 21, ENTRY = 24, INDEX_AT = 508, ERROR_COUNT_AT = 452 };

/* A page whose 512 bytes sum to zero; sets whether they do. NULL as well for a page of zeros, which is what a bridge
 * answers that did not understand: real logs begin with a version. */
static const uint8_t *sealed(struct drive *d, const struct pages *pages, const char *tag, enum drive_value fault)
{
	const struct page *page = pages_find(pages, tag, PAGE);
	uint8_t sum = 0, any = 0;

	if (!page)
		return NULL;
	for (size_t i = 0; i < PAGE; i++) {
		sum = (uint8_t)(sum + page->p[i]);
		any |= page->p[i];
	}
	drive_set(d, fault, sum != 0);
	return sum == 0 && any ? page->p : NULL;
}

/* The subcommand of SMART EXECUTE OFF-LINE IMMEDIATE that started the test; bit 7 means captive. */
static const char *ata_test_type(uint8_t subcommand)
{
	static const char *const types[] = { "offline", "short", "extended", "conveyance", "selective" };

	if ((subcommand & 0x7f) < ARRAY_LEN(types))
		return types[subcommand & 0x7f];
	return subcommand == 0x7f ? "aborting" : "vendor";
}

/*
 * The log's hours have 16 bits and start anew after 65535: the test was in the last 65536 hours of power-on time. One
 * hour more is allowed for, since the two numbers may be rounded differently. A drive younger than its own log keeps
 * the log's word.
 */
static uint64_t unwrap_hours(const struct drive *d, uint16_t hours)
{
	const struct value *on = &d->values[V_POWER_ON_SECONDS];
	uint64_t now = on->known ? (uint64_t)(on->n * on->mul / HOUR) + 1 : 0;
	uint16_t age = (uint16_t)(now - hours);

	return now >= age && now ? now - age : hours;
}

/* 21 entries in a ring from byte 2 on; byte 508 is the newest one's number, 0 with none. */
static void decode_ata_self_tests(struct drive *d, const uint8_t *page)
{
	uint8_t index = page[INDEX_AT];
	const uint8_t *entry;

	if (index == 0 || index > ENTRIES)
		return;
	entry = page + 2 + ENTRY * (index - 1);
	if (!ata_self_test_results[entry[1] >> 4])
		return;
	logs_set_self_test(d, ata_test_type(entry[0]), ata_self_test_results[entry[1] >> 4],
			   unwrap_hours(d, num_le16(entry + 2)), true);
}

void ata_logs_decode(struct drive *d, const struct pages *pages)
{
	const uint8_t *page;

	devstat_decode(d, pages);
	page = sealed(d, pages, "STLG", V_ATA_CHECKSUM_SELF_TEST);
	if (page)
		decode_ata_self_tests(d, page);
	page = sealed(d, pages, "ERLG", V_ATA_CHECKSUM_ERROR_LOG);
	if (page)
		drive_set(d, V_ATA_ERROR_LOG_ENTRIES, num_le16(page + ERROR_COUNT_AT));
}

/* ---- NVMe ---- */

/* Byte 0 what runs now, byte 1 its progress; from byte 4 on the results of 28 bytes, newest first. */
static void decode_nvme_self_tests(struct drive *d, const uint8_t *p)
{
	static const char *const types[16] = { [1] = "short", [2] = "extended", [14] = "vendor" };
	/* 2 controller reset, 3 namespace removed, 4 Format NVM, 8 unknown, 9 sanitize; 15 is an unused entry */
	static const char *const results[16] = {
		"completed",   "aborted_by_host", "interrupted",    "interrupted", "interrupted",
		"fatal_error", "failed_unknown",  "failed_segment", "interrupted", "interrupted",
	};
	const uint8_t *newest = p + 4;
	const char *type = types[newest[0] >> 4], *result = results[newest[0] & 15];

	if (p[0] & 15)
		drive_add_extra(d, "self_test", "completion_percent", p[1] & 0x7f);
	if (result && newest[0] >> 4)
		logs_set_self_test(d, type ? type : "other", result, (uint64_t)num_le(newest + 4, 8), true);
}

void nvme_logs_decode(struct drive *d, const struct pages *pages)
{
	const struct page *page = pages_find(pages, "NVST", 4 + 28);

	if (page)
		decode_nvme_self_tests(d, page->p);
	page = pages_find(pages, "NVC0", OCP_LOG);
	if (page)
		ocp_decode(d, page->p);
}
