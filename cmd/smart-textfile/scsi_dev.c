/* SPDX-License-Identifier: MIT */
/*
 * scsi_dev - what is asked of a SCSI or SAS disk: REQUEST SENSE, which tells
 * a sleeping disk's power condition and wakes nothing; then INQUIRY, READ
 * CAPACITY's and the defect list's header, and those log pages of the list
 * below that the disk says it has (SPC-5 6.10, 7.3). A sleeping disk is asked
 * nothing after REQUEST SENSE.
 */
#include <errno.h>
#include <stdio.h>

#include "reader.h"
#include "sg.h"

/* Log pages longer than this are cut: what is wanted of them stands at their start. */
enum { LOG_BYTES = 4096, SHORT_BYTES = 252 };
enum { OP_REQUEST_SENSE = 0x03, OP_INQUIRY = 0x12, OP_READ_DEFECT = 0x37, OP_LOG_SENSE = 0x4d };
enum { ASC_LOW_POWER = 0x5e, LOG_SUPPORTED = 0x00, LOG_SELF_TESTS = 0x10 };

/* 1 when the disk is in a standby condition: ASC 5Eh "low power condition" with the qualifiers of SPC-5 annex F for
 * standby (02h, 04h by timer or command; 09h, 0Ah standby_y) or for the stopped state (41h-43h power state change). */
static bool sleeps(const uint8_t *p, int n)
{
	struct sense s;

	sense_parse(p, n > 0 ? (size_t)n : 0, &s);
	return s.asc == ASC_LOW_POWER &&
	       (s.ascq == 0x00 || s.ascq == 0x02 || s.ascq == 0x04 || s.ascq == 0x09 || s.ascq == 0x0a || s.ascq >= 0x43);
}

/* Sends the answer to a command as a page. Its length or a negative errno value. */
static int ask(const struct reader *r, const uint8_t *cdb, uint8_t cdb_len, void *data, size_t size, const char *tag)
{
	struct sense sense;
	int n = sg_command(r->fd, cdb, cdb_len, data, size, &sense);

	if (n > 0)
		reader_send(tag, data, (size_t)n);
	return n;
}

static int ask_log(const struct reader *r, uint8_t page, uint8_t data[static LOG_BYTES])
{
	/* PC 01b: the cumulative values */
	const uint8_t cdb[10] = { OP_LOG_SENSE, 0, (uint8_t)(0x40 | page), [7] = LOG_BYTES >> 8, [8] = LOG_BYTES & 0xff };
	char tag[8];

	(void)snprintf(tag, sizeof(tag), "LP%02X", page);
	return ask(r, cdb, sizeof(cdb), data, LOG_BYTES, tag);
}

static bool lists(const uint8_t *supported, int n, uint8_t page)
{
	for (int i = 4; i < n && i < 4 + supported[3]; i++)
		if (supported[i] == page)
			return true;
	return false;
}

static void read_logs(const struct reader *r)
{
	static const uint8_t pages[] = { 0x02, 0x03, 0x05, 0x06, 0x0d, 0x0e, 0x11, 0x15, 0x2f };
	uint8_t supported[LOG_BYTES], data[LOG_BYTES];
	int n = ask_log(r, LOG_SUPPORTED, supported);

	if (n < 4) {
		reader_fail(STEP_LOG, n < 0 ? -n : EIO);
		return;
	}
	for (size_t i = 0; i < sizeof(pages); i++)
		if (lists(supported, n, pages[i]))
			(void)!ask_log(r, pages[i], data);
	if (r->plan & PLAN_SELF_TESTS && lists(supported, n, LOG_SELF_TESTS))
		(void)!ask_log(r, LOG_SELF_TESTS, data);
}

int reader_scsi(const struct reader *r)
{
	const uint8_t sense[6] = { OP_REQUEST_SENSE, [4] = SHORT_BYTES };
	const uint8_t inquiry[6] = { OP_INQUIRY, [4] = 96 };
	/* Grown list only, in physical sector format; the header alone is wanted */
	const uint8_t defects[10] = { OP_READ_DEFECT, 0, 0x08 | 0x05, [8] = 4 };
	uint8_t data[SHORT_BYTES];
	int n = ask(r, sense, sizeof(sense), data, SHORT_BYTES, "RSEN");

	if (n < 0) {
		reader_fail(STEP_POWER, -n);
		return 0;
	}
	if (sleeps(data, n))
		return 0;
	(void)!ask(r, inquiry, sizeof(inquiry), data, 96, "INQR");
	(void)!ask(r, defects, sizeof(defects), data, 4, "RDEF");
	read_logs(r);
	return 0;
}
