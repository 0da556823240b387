/* SPDX-License-Identifier: MIT */
/*
 * ata_dev - what is asked of an ATA disk, in this order:
 *
 *   E5h CHECK POWER MODE; a sleeping disk is asked nothing more
 *   then through libatasmart, which sends ECh, D1h, D0h, DAh and keeps them in its blob; or, where it cannot
 *   (fixed-format sense data, a bridge that takes 12-byte commands only, a disk that is just spinning up and would
 *   outlast its time-out of 2 s), the same commands by ourselves
 *   then the opt-in logs
 *
 * SMART is never switched on: where it is off, libatasmart's attempt ends at gate.c, and we stop at IDENTIFY.
 */
#include <errno.h>
#include <stddef.h> /* atasmart.h uses size_t and does not include it */

#include <atasmart.h>
#include <stdio.h>
#include <string.h>

#include "ata.h"
#include "os/clock.h"
#include "os/fd.h"
#include "reader.h"

enum { PAGE = 512, SLOW_NS = 500000000 };
enum { CHECK_POWER_MODE = 0xe5, IDENTIFY = 0xec, SMART = 0xb0, READ_LOG_EXT = 0x2f };
enum { SMART_DATA = 0xd0, SMART_THRESHOLDS = 0xd1, SMART_LOG = 0xd5, SMART_STATUS = 0xda };
enum { LOG_ERRORS = 0x01, LOG_STATISTICS = 0x04, LOG_SELF_TESTS = 0x06, STATISTICS_PAGES = 8 };

struct link {
	const struct reader *reader;
	bool cdb12; /* the bridge takes ATA PASS-THROUGH (12) only */
};

struct ata_request {
	uint8_t command, feature, count, lba_low, lba_mid, lba_high;
	bool extended; /* a 48-bit command */
};

/* SAT-4 12.2.2: PIO data-in with the length in the count field in blocks, or no data with the registers back. */
static int ata_command(const struct link *l, const struct ata_request *q, void *data, struct sense *sense)
{
	uint8_t protocol = (uint8_t)((data ? 4 : 3) << 1 | (q->extended ? 1 : 0)), flags = data ? 0x0e : 0x20;
	const uint8_t cdb16[16] = { 0x85,	protocol,   flags, 0, q->feature, 0, q->count, 0, q->lba_low, 0,
				    q->lba_mid, 0,	    q->lba_high, 0, q->command, 0 };
	const uint8_t cdb12[12] = { 0xa1, protocol,    flags,	    q->feature, q->count, q->lba_low,
				    q->lba_mid, q->lba_high, 0, q->command, 0, 0 };
	int n;

	if (l->cdb12 && q->extended)
		return -ENOTSUP;
	n = l->reader->send(l->reader, l->cdb12 ? cdb12 : cdb16, l->cdb12 ? sizeof(cdb12) : sizeof(cdb16), data,
		       data ? PAGE : 0, sense);
	if (n < 0)
		return n;
	return data && n < PAGE ? -EIO : 0;
}

/* SMART commands carry a signature in the LBA (ACS-4 7.48). */
static int smart_command(const struct link *l, uint8_t feature, uint8_t log, void *data, struct sense *sense)
{
	const struct ata_request q = { SMART, feature, data ? 1 : 0, log, 0x4f, 0xc2, false };

	return ata_command(l, &q, data, sense);
}

static bool refuses_cdb(int r, const struct sense *s)
{
	return r == -EIO && s->key == 5; /* ILLEGAL REQUEST: the command itself, not what the disk made of it */
}

/*
 * The power mode, as the page PMOD. 1: asleep; 0: awake, or nobody knows (bridges that return no registers);
 * -ENOTSUP: no ATA pass-through; or a negative errno value. *gentle tells whether libatasmart may take over.
 */
static int check_power(struct link *l, bool *gentle)
{
	const struct ata_request q = { .command = CHECK_POWER_MODE };
	uint64_t start = clock_mono_ns();
	struct sense sense;
	const char *state;
	int r = ata_command(l, &q, NULL, &sense);

	if (refuses_cdb(r, &sense)) {
		l->cdb12 = true;
		r = ata_command(l, &q, NULL, &sense);
	}
	if (refuses_cdb(r, &sense))
		return -ENOTSUP;
	if (r < 0 && r != -EIO)
		return r;
	*gentle = !l->cdb12 && sense.has_registers && !sense.fixed && clock_mono_ns() - start < SLOW_NS;
	if (!sense.has_registers || r < 0)
		return 0;
	reader_send("PMOD", &sense.count, 1);
	state = ata_power_state(sense.count);
	return state && strcmp(state, "standby") == 0;
}

static void free_disk(SkDisk **d)
{
	if (*d)
		sk_disk_free(*d);
}

/* Its blob is our page format. The prefix picks the 16-byte commands without asking udev. */
static int read_by_libatasmart(const char *device)
{
	CLEANUP(free_disk) SkDisk *disk = NULL;
	char name[600];
	const void *blob;
	size_t n;

	(void)snprintf(name, sizeof(name), "sat16:%.512s", device);
	if (sk_disk_open(name, &disk) < 0 || sk_disk_smart_read_data(disk) < 0 || sk_disk_get_blob(disk, &blob, &n) < 0)
		return -EIO;
	reader_send_raw(blob, n);
	return 0;
}

/* IDENTIFY words 82 and 85, bit 0: SMART is there, and on. */
static bool has_smart(const uint8_t *identify)
{
	return identify[2 * 82] & identify[2 * 85] & 1;
}

static void read_status(const struct link *l)
{
	uint8_t good[4] = { 0, 0, 0, 1 };
	struct sense sense;
	int r = smart_command(l, SMART_STATUS, 0, NULL, &sense);

	if (r < 0 || !sense.has_registers)
		return; /* the verdict stays unknown */
	if (sense.lba_mid == 0xf4 && sense.lba_high == 0x2c)
		good[3] = 0;
	else if (sense.lba_mid != 0x4f || sense.lba_high != 0xc2)
		return;
	reader_send("SMST", good, sizeof(good));
}

/* -ENOTSUP when not even IDENTIFY is understood. */
static int read_by_ourselves(const struct link *l)
{
	const struct ata_request identify = { .command = IDENTIFY, .count = 1 };
	uint8_t page[PAGE];
	struct sense sense;
	int r = ata_command(l, &identify, page, &sense);

	if (refuses_cdb(r, &sense))
		return -ENOTSUP;
	if (r < 0) {
		reader_fail(STEP_IDENTIFY, -r);
		return 0;
	}
	reader_send("IDFY", page, PAGE);
	if (!has_smart(page))
		return 0;
	r = smart_command(l, SMART_DATA, 0, page, &sense);
	if (r < 0) {
		reader_fail(STEP_SMART_DATA, -r);
		return 0;
	}
	reader_send("SMDT", page, PAGE);
	if (smart_command(l, SMART_THRESHOLDS, 0, page, &sense) == 0)
		reader_send("SMTH", page, PAGE);
	read_status(l);
	return 0;
}

static void read_log(const struct link *l, uint8_t log, const char *tag)
{
	uint8_t page[PAGE];
	struct sense sense;

	if (smart_command(l, SMART_LOG, log, page, &sense) == 0)
		reader_send(tag, page, PAGE);
}

/* ACS-4 9.5: page 0 lists the pages that there are, their number at byte 8. */
static void read_statistics(const struct link *l)
{
	uint8_t list[PAGE], page[PAGE];
	struct sense sense;
	struct ata_request q = { READ_LOG_EXT, 0, 1, LOG_STATISTICS, 0, 0, true };
	char tag[8];

	if (ata_command(l, &q, list, &sense) < 0)
		return;
	for (size_t i = 0; i < list[8] && 9 + i < PAGE; i++) {
		q.lba_mid = list[9 + i];
		if (q.lba_mid == 0 || q.lba_mid >= STATISTICS_PAGES || ata_command(l, &q, page, &sense) < 0)
			continue;
		(void)snprintf(tag, sizeof(tag), "DS%02X", q.lba_mid);
		reader_send(tag, page, PAGE);
	}
}

int reader_ata(const struct reader *r)
{
	struct link l = { .reader = r };
	bool gentle = false;
	int result = check_power(&l, &gentle);

	if (result == -ENOTSUP)
		return result;
	if (result < 0)
		reader_fail(STEP_POWER, -result);
	if (result != 0)
		return 0;
	/* A bridge's disk is left to ourselves: what it makes of the plain commands is known least there. */
	if (!gentle || r->plan & PLAN_SCSI || read_by_libatasmart(r->device) < 0)
		result = read_by_ourselves(&l);
	if (result < 0)
		return result;
	if (r->plan & PLAN_SELF_TESTS)
		read_log(&l, LOG_SELF_TESTS, "STLG");
	if (r->plan & PLAN_ERROR_LOG)
		read_log(&l, LOG_ERRORS, "ERLG");
	if (r->plan & PLAN_STATISTICS)
		read_statistics(&l);
	return 0;
}
