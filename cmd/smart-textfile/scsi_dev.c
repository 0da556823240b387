/* SPDX-License-Identifier: MIT */
/*
 * scsi_dev - what is asked of a SCSI or SAS disk: REQUEST SENSE, which tells
 * a sleeping disk's power condition and wakes nothing; then INQUIRY, those log
 * pages of the list below that the disk says it has (SPC-5, LOG SENSE) and the
 * defect list's header (SBC-4). A sleeping disk is asked nothing after REQUEST
 * SENSE. Serial number, WWN and capacity are known from sysfs, but not of a
 * disk behind a controller, which is asked for them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "scsi.h"

/* Log pages longer than this are cut: what is wanted of them stands at their start. */
enum { LOG_BYTES = 4096, SHORT_BYTES = 252 };
enum { OP_REQUEST_SENSE = 0x03, OP_INQUIRY = 0x12, OP_READ_DEFECT_10 = 0x37, OP_LOG_SENSE = 0x4d, OP_READ_DEFECT_12 = 0xb7 };
enum { OP_SERVICE_IN = 0x9e, READ_CAPACITY_16 = 0x10 };
enum { UNIT_ATTENTION = 6, LOG_SUPPORTED = 0x00, LOG_SELF_TESTS = 0x10, LOG_BACKGROUND_SCAN = 0x15, LOG_SEAGATE = 0x3e };

/* Sends the answer to a command as a page. Its length or a negative errno value. */
static int ask(const struct reader *r, const uint8_t *cdb, uint8_t cdb_len, void *data, size_t size, const char *tag)
{
	struct sense sense;
	int n = r->send(r, cdb, cdb_len, data, size, &sense);

	if (cdb[0] == OP_LOG_SENSE && n > 4 && n > 4 + num_be16((uint8_t *)data + 2))
		n = 4 + num_be16((uint8_t *)data + 2); /* a carrier need not know how much came */
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
	int end = 4 + num_be16(supported + 2);

	for (int i = 4; i < n && i < end; i++)
		if (supported[i] == page)
			return true;
	return false;
}

/* What matters most first: a disk may yet stop answering. */
static void read_logs(const struct reader *r)
{
	static const uint8_t pages[] = { 0x2f, 0x0d, 0x03, 0x02, 0x05, LOG_BACKGROUND_SCAN, 0x0e, 0x06, 0x11 };
	uint8_t supported[LOG_BYTES], data[LOG_BYTES];
	int n = ask_log(r, LOG_SUPPORTED, supported);

	if (n < 4) {
		reader_fail(STEP_LOG, n < 0 ? -n : EIO);
		return;
	}
	for (size_t i = 0; i < sizeof(pages); i++)
		if (lists(supported, n, pages[i]))
			(void)!ask_log(r, pages[i], data);
	/* Seagate's own page has the power-on time of disks without the standard one. */
	if (!lists(supported, n, LOG_BACKGROUND_SCAN) && lists(supported, n, LOG_SEAGATE))
		(void)!ask_log(r, LOG_SEAGATE, data);
	if (r->plan & PLAN_SELF_TESTS && lists(supported, n, LOG_SELF_TESTS))
		(void)!ask_log(r, LOG_SELF_TESTS, data);
}

/* The grown list's header alone, in physical sector format; by the 12-byte command where the other is refused. */
static void read_defects(const struct reader *r)
{
	const uint8_t cdb10[10] = { OP_READ_DEFECT_10, 0, 0x08 | 0x05, [8] = 4 };
	const uint8_t cdb12[12] = { OP_READ_DEFECT_12, 0x08 | 0x05, [9] = 8 };
	uint8_t header[8];

	if (ask(r, cdb10, sizeof(cdb10), header, 4, "RDEF") < 4)
		(void)!ask(r, cdb12, sizeof(cdb12), header, 8, "RD12");
}

/* The sense data of the moment; a unit attention, which only reports something past, is taken away by asking. */
static int ask_sense(const struct reader *r, uint8_t data[static SHORT_BYTES])
{
	const uint8_t cdb[6] = { OP_REQUEST_SENSE, [4] = SHORT_BYTES };
	struct sense sense, ignored;
	int n = r->send(r, cdb, sizeof(cdb), data, SHORT_BYTES, &ignored);

	sense_parse(data, n > 0 ? (size_t)n : 0, &sense);
	if (sense.key == UNIT_ATTENTION)
		n = r->send(r, cdb, sizeof(cdb), data, SHORT_BYTES, &ignored);
	if (n > 0)
		reader_send("RSEN", data, (size_t)n);
	return n;
}

static bool sleeps(const uint8_t *sense, int n)
{
	const char *state = scsi_power_state(sense, n > 0 ? (size_t)n : 0);

	return state && (strcmp(state, "standby") == 0 || strcmp(state, "sleep") == 0);
}

static void ask_identity(const struct reader *r)
{
	static const struct {
		uint8_t page;
		char tag[5];
	} vpd[] = { { 0x80, "VP80" }, { 0x83, "VP83" }, { 0xb1, "VPB1" } };
	const uint8_t capacity[16] = { OP_SERVICE_IN, READ_CAPACITY_16, [13] = 32 };
	uint8_t data[SHORT_BYTES];

	for (size_t i = 0; i < ARRAY_LEN(vpd); i++) {
		const uint8_t cdb[6] = { OP_INQUIRY, 1, vpd[i].page, [4] = SHORT_BYTES };

		(void)!ask(r, cdb, sizeof(cdb), data, SHORT_BYTES, vpd[i].tag);
	}
	(void)!ask(r, capacity, sizeof(capacity), data, 32, "RCAP");
}

int reader_scsi(const struct reader *r)
{
	const uint8_t inquiry[6] = { OP_INQUIRY, [4] = 96 };
	uint8_t data[SHORT_BYTES];
	int n = ask_sense(r, data);

	if (n < 0) {
		reader_fail(STEP_POWER, -n);
		return 0;
	}
	if (sleeps(data, n))
		return 0;
	(void)!ask(r, inquiry, sizeof(inquiry), data, 96, "INQR");
	if (plan_is_megaraid(r->plan))
		ask_identity(r);
	read_logs(r);
	read_defects(r);
	return 0;
}
