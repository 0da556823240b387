/* SPDX-License-Identifier: MIT */
/*
 * ATA PASS-THROUGH (SAT-4 12.2) in front of an ATA device (ACS-4).
 *
 * Only what reads is carried out: IDENTIFY DEVICE, CHECK POWER MODE, READ LOG
 * (DMA) EXT and SMART READ DATA, READ THRESHOLDS, READ LOG, RETURN STATUS.
 */
#include <stdio.h>
#include <string.h>

#include "sim.h"

/* Operation codes (SAT-4 12.2.2 and 12.2.3). */
enum { PASS_16 = 0x85, PASS_12 = 0xa1 };

/* Commands (ACS-4 7) and SMART's features (ACS-3 7.48). */
enum {
	NOP = 0x00,
	READ_SECTORS = 0x20,
	READ_SECTORS_EXT = 0x24,
	READ_DMA_EXT = 0x25,
	READ_LOG_EXT = 0x2f,
	READ_VERIFY = 0x40,
	READ_VERIFY_EXT = 0x42,
	READ_LOG_DMA_EXT = 0x47,
	IDENTIFY_PACKET = 0xa1,
	SMART = 0xb0,
	READ_DMA = 0xc8,
	READ_BUFFER = 0xe4,
	CHECK_POWER = 0xe5,
	IDENTIFY = 0xec,
	SMART_READ_DATA = 0xd0,
	SMART_READ_THRESHOLDS = 0xd1,
	SMART_READ_LOG = 0xd5,
	SMART_WRITE_LOG = 0xd6,
	SMART_ENABLE = 0xd8,
	SMART_DISABLE = 0xd9,
	SMART_STATUS = 0xda,
};

/* Log addresses (ACS-3 table A.2). */
enum { LOG_DIRECTORY = 0x00, LOG_ERRORS = 0x01, LOG_STATISTICS = 0x04, LOG_SELF_TEST = 0x06 };

/* SMART's signature in LBA 23:8, and SMART RETURN STATUS's when a threshold is exceeded (ACS-3 7.48). */
enum { SIGNATURE = 0xc24f, SIGNATURE_FAILING = 0x2cf4 };

/* STATUS and ERROR fields (ACS-4 6.1, 6.2): ready and seek complete; with ERR the command was aborted. */
enum { STATUS_READY = 0x50, STATUS_ERR = 0x01, ERROR_ABRT = 0x04 };

/* PROTOCOL and T_LENGTH (SAT-4 12.2.2). */
enum { NON_DATA = 3, PIO_IN = 4, DMA = 6, LENGTH_FEATURES = 1, LENGTH_COUNT = 2, LENGTH_TPSIU = 3 };

/* The fields of an ATA command; after it, of its result. */
struct ata {
	uint16_t features;
	uint16_t count;
	uint64_t lba;
	uint8_t device;
	uint8_t command;
	uint8_t protocol;
	uint8_t length; /* T_LENGTH */
	bool extend;
	bool ck_cond;
	bool from_device; /* T_DIR */
	bool blocks;      /* BYT_BLOK */
	uint8_t error;
};

bool ata_is_passthrough(const uint8_t *cdb)
{
	return cdb[0] == PASS_16 || cdb[0] == PASS_12;
}

static struct ata decode(const uint8_t *c)
{
	struct ata t = {
		.protocol = (c[1] >> 1) & 0xf,
		.ck_cond = c[2] & 0x20,
		.from_device = c[2] & 0x08,
		.blocks = c[2] & 0x04,
		.length = c[2] & 0x03,
	};

	if (c[0] == PASS_12) {
		t.features = c[3];
		t.count = c[4];
		t.lba = (uint64_t)c[7] << 16 | (uint64_t)c[6] << 8 | c[5];
		t.device = c[8];
		t.command = c[9];
		return t;
	}
	t.extend = c[1] & 1;
	t.features = c[4];
	t.count = c[6];
	t.lba = (uint64_t)c[12] << 16 | (uint64_t)c[10] << 8 | c[8];
	if (t.extend) {
		t.features = (uint16_t)(c[3] << 8 | c[4]);
		t.count = (uint16_t)(c[5] << 8 | c[6]);
		t.lba |= (uint64_t)c[11] << 40 | (uint64_t)c[9] << 32 | (uint64_t)c[7] << 24;
	}
	t.device = c[13];
	t.command = c[14];
	return t;
}

/* Everything that is not known to only read is taken for a change. */
static bool changes(const struct ata *t)
{
	static const uint8_t reads[] = {
		NOP,         READ_SECTORS,    READ_SECTORS_EXT, READ_DMA_EXT,    READ_LOG_EXT,
		READ_VERIFY, READ_VERIFY_EXT, READ_LOG_DMA_EXT, IDENTIFY_PACKET, READ_DMA,
		READ_BUFFER, CHECK_POWER,     IDENTIFY,
	};

	if (t->command == SMART)
		return t->features != SMART_READ_DATA && t->features != SMART_READ_THRESHOLDS &&
		       t->features != SMART_READ_LOG && t->features != SMART_STATUS;
	return !memchr(reads, t->command, sizeof(reads));
}

void ata_log(struct request *q)
{
	struct ata t = decode(q->sg.cdb);
	int size = q->sg.cdb[0] == PASS_16 ? 16 : 12;
	unsigned address = t.lba & 0xff, page = (t.lba >> 8) & 0xff;

	q->refuse = changes(&t) && !q->knobs.allow_changes;
	if (t.command == READ_LOG_EXT || t.command == READ_LOG_DMA_EXT)
		device_log(q, "ata %02x/%02x/%02x %d", t.command, address, page, size);
	else if (t.command == SMART && (t.features == SMART_READ_LOG || t.features == SMART_WRITE_LOG))
		device_log(q, "ata %02x/%02x/%02x %d", t.command, t.features & 0xffu, address, size);
	else if (t.command == SMART || t.command == 0xef) /* SET FEATURES */
		device_log(q, "ata %02x/%02x %d", t.command, t.features & 0xffu, size);
	else
		device_log(q, "ata %02x %d", t.command, size);
}

static bool smart_is_off(const struct request *q)
{
	return q->dev->smart_disabled || (q->knobs.smart_off && !q->dev->smart_enabled);
}

/* Words 85 and 255 of IDENTIFY DEVICE: bit 0 off; the sum of all bytes is 0 where A5h says so. */
static void identify_smart_off(uint8_t *page)
{
	uint8_t sum = 0;

	page[2 * 85] &= 0xfe;
	if (page[510] != 0xa5)
		return;
	for (size_t i = 0; i < SECTOR - 1; i++)
		sum = (uint8_t)(sum + page[i]);
	page[511] = (uint8_t)-sum;
}

/* Consecutive pages of a general purpose log. */
static bool read_log(const struct request *q, const struct ata *t, struct answer *a)
{
	unsigned page = (unsigned)(t->lba >> 24 & 0xff00) | (t->lba >> 8 & 0xff);
	size_t len = 0;
	char tag[5];

	if ((t->lba & 0xff) == LOG_DIRECTORY)
		return t->count == 1 && page == 0 && answer_record(q, "LGDR", a);
	if ((t->lba & 0xff) != LOG_STATISTICS || t->count == 0 || page + t->count > PAGE_MAX / SECTOR)
		return false;
	for (unsigned i = 0; i < t->count; i++) {
		struct answer one;

		(void)snprintf(tag, sizeof(tag), "DS%02x", (page + i) & 0xff);
		if (!answer_record(q, tag, &one) || one.len != SECTOR)
			return false;
		memcpy(a->data + len, one.data, SECTOR);
		len += SECTOR;
	}
	a->len = len;
	return true;
}

static bool read_smart_log(const struct request *q, const struct ata *t, struct answer *a)
{
	if (t->count != 1)
		return false;
	switch (t->lba & 0xff) {
	case LOG_DIRECTORY:
		return answer_record(q, "LGDR", a);
	case LOG_ERRORS:
		return answer_record(q, "ERLG", a);
	case LOG_SELF_TEST:
		return answer_record(q, "STLG", a);
	default:
		return false;
	}
}

static bool smart_status(const struct request *q, struct ata *t)
{
	size_t len;
	const uint8_t *good = blob_find(&q->blob, "SMST", &len);

	if (!good || len != 4)
		return false;
	if (be32(good) == 0)
		t->lba = (t->lba & 0xff) | (uint64_t)SIGNATURE_FAILING << 8;
	return true;
}

static bool smart(const struct request *q, struct ata *t, struct answer *a)
{
	bool ok;

	if ((t->lba >> 8 & 0xffff) != SIGNATURE || (smart_is_off(q) && t->features != SMART_ENABLE))
		return false;
	switch (t->features) {
	case SMART_READ_DATA:
		ok = answer_record(q, "SMDT", a);
		if (ok && q->knobs.bad_sum && a->len > 7)
			a->data[7] ^= 0xff; /* the first attribute's raw value */
		return ok;
	case SMART_READ_THRESHOLDS:
		return answer_record(q, "SMTH", a);
	case SMART_READ_LOG:
		return read_smart_log(q, t, a);
	case SMART_STATUS:
		return smart_status(q, t);
	case SMART_ENABLE:
	case SMART_DISABLE:
		q->dev->smart_enabled = t->features == SMART_ENABLE;
		q->dev->smart_disabled = !q->dev->smart_enabled;
		return true;
	default:
		return true; /* a change that is allowed and has no effect */
	}
}

/* Carries the command out; false when the device aborts it. */
static bool execute(const struct request *q, struct ata *t, struct answer *a)
{
	if (q->refuse)
		return false;
	switch (t->command) {
	case IDENTIFY:
		if (!answer_record(q, "IDFY", a))
			return false;
		if (smart_is_off(q) && a->len == SECTOR)
			identify_smart_off(a->data);
		return true;
	case CHECK_POWER:
		t->count = (uint16_t)q->knobs.power;
		return true;
	case READ_LOG_EXT:
	case READ_LOG_DMA_EXT:
		return read_log(q, t, a);
	case SMART:
		return smart(q, t, a);
	default:
		return changes(t); /* a read of nothing that the blob holds aborts */
	}
}

/* ATA Status Return descriptor in descriptor format sense data (SAT-3 12.2.5, SPC-5 4.4.2). */
static void sense_descriptor(const struct ata *t, uint8_t status, struct answer *a)
{
	const uint8_t registers[] = { 0x09,
				      12,
				      t->extend,
				      t->error,
				      (uint8_t)(t->count >> 8),
				      (uint8_t)t->count,
				      (uint8_t)(t->lba >> 24),
				      (uint8_t)t->lba,
				      (uint8_t)(t->lba >> 32),
				      (uint8_t)(t->lba >> 8),
				      (uint8_t)(t->lba >> 40),
				      (uint8_t)(t->lba >> 16),
				      t->device,
				      status };
	uint8_t key = a->sense[2], asc = a->sense[12], ascq = a->sense[13];

	a->sense_len = SENSE_MAX;
	memset(a->sense, 0, sizeof(a->sense));
	a->sense[0] = 0x72;
	a->sense[1] = key;
	a->sense[2] = asc;
	a->sense[3] = ascq;
	a->sense[7] = sizeof(registers);
	memcpy(a->sense + 8, registers, sizeof(registers));
}

/* The same in fixed format: INFORMATION and COMMAND-SPECIFIC INFORMATION (SAT-5 tables 212 and 213). */
static void sense_registers(const struct ata *t, uint8_t status, struct answer *a)
{
	a->sense[0] |= 0x80; /* VALID: there is INFORMATION */
	a->sense[3] = t->error;
	a->sense[4] = status;
	a->sense[5] = t->device;
	a->sense[6] = (uint8_t)t->count;
	a->sense[8] = (uint8_t)(t->extend << 7 | (t->count > 0xff) << 6 | (t->lba > 0xffffff) << 5);
	a->sense[9] = (uint8_t)t->lba;
	a->sense[10] = (uint8_t)(t->lba >> 8);
	a->sense[11] = (uint8_t)(t->lba >> 16);
}

/* The bytes that the CDB asks for (SAT-4 12.2.2, T_LENGTH and BYT_BLOK), with blocks of 512 bytes. */
static size_t wanted(const struct request *q, const struct ata *t)
{
	size_t unit = t->blocks ? SECTOR : 1;

	switch (t->length) {
	case LENGTH_FEATURES:
		return t->features * unit;
	case LENGTH_COUNT:
		return t->count * unit;
	case LENGTH_TPSIU:
		return q->sg.hdr.dxfer_len;
	default:
		return 0;
	}
}

/* Would the transfer that the CDB announces fit what the command does? */
static bool transfer_fits(const struct ata *t, bool data)
{
	if (data)
		return (t->protocol == PIO_IN || t->protocol == DMA) && t->from_device && t->length;
	return t->protocol == NON_DATA;
}

void ata_answer(struct request *q, struct answer *a)
{
	struct ata t = decode(q->sg.cdb), sent = t;
	const struct knobs *k = &q->knobs;
	bool ok;
	uint8_t status;

	if (!(q->sg.cdb[0] == PASS_16 ? k->sat16 : k->sat12)) {
		answer_check(a, 0x05, 0x20, 0x00); /* ILLEGAL REQUEST, INVALID COMMAND OPERATION CODE */
		return;
	}
	ok = execute(q, &t, a);
	if (ok && !changes(&t) && !transfer_fits(&t, a->len > 0)) {
		a->len = 0;
		answer_check(a, 0x05, 0x24, 0x00); /* ILLEGAL REQUEST, INVALID FIELD IN CDB */
		return;
	}
	if (a->len > wanted(q, &sent))
		a->len = wanted(q, &sent);
	if (ok && !t.ck_cond)
		return;
	t.error = ok ? 0 : ERROR_ABRT;
	status = ok ? STATUS_READY : STATUS_READY | STATUS_ERR;
	if (ok) /* RECOVERED ERROR, ATA PASS THROUGH INFORMATION AVAILABLE */
		answer_check(a, 0x01, 0x00, 0x1d);
	else /* ABORTED COMMAND */
		answer_check(a, 0x0b, 0x00, 0x00);
	if (k->sense_fixed)
		sense_registers(&t, status, a);
	else
		sense_descriptor(&t, status, a);
}

uint64_t ata_geometry(const struct blob *b, uint32_t *logical, uint32_t *physical)
{
	size_t len;
	const uint8_t *id = blob_find(b, "IDFY", &len);
	uint32_t sizes;

	*logical = *physical = SECTOR;
	if (!id || len != SECTOR)
		return 0;
	/* Word 106: valid with bit 14 set and 15 clear; bit 12: words 117-118 are the words of a logical
	 * sector; bit 13: a physical one has 2 to the power of bits 3:0 logical ones. */
	sizes = le16(id + 212);
	if ((sizes & 0xd000) == 0x5000)
		*logical = 2 * (le16(id + 234) | le16(id + 236) << 16);
	*physical = *logical;
	if ((sizes & 0xe000) == 0x6000)
		*physical <<= sizes & 0x0f;
	/* Word 83 bit 10: 48-bit addresses, their number in words 100-103; else in words 60-61. */
	return *logical * (le16(id + 166) & 0x0400 ? le64(id + 200) : le16(id + 120) | le16(id + 122) << 16);
}

void ata_string(uint8_t *out, const uint8_t *identify, size_t word, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		out[i] = identify[2 * word + (i ^ 1)];
}
