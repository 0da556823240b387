/* SPDX-License-Identifier: MIT */
/*
 * The list of commands that a disk may be sent, tried with every opcode, every
 * ATA command and feature, every protocol, service action and length: what is
 * allowed is exactly what is written down here a second time.
 */
#include "../../cmd/smart-textfile/allow.h"
#include "test.h"

enum { CDB_MAX = 20 };

/* Length of the commands that need nothing but an opcode. */
static const struct {
	uint8_t opcode;
	size_t n;
} plain[] = {
	{ 0x00, 6 },  /* TEST UNIT READY */
	{ 0x03, 6 },  /* REQUEST SENSE */
	{ 0x12, 6 },  /* INQUIRY */
	{ 0x25, 10 }, /* READ CAPACITY (10) */
	{ 0x37, 10 }, /* READ DEFECT DATA (10) */
	{ 0x4d, 10 }, /* LOG SENSE */
	{ 0xb7, 12 }, /* READ DEFECT DATA (12) */
};

static size_t plain_length(unsigned opcode)
{
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (plain[i].opcode == opcode)
			return plain[i].n;
	return CDB_MAX + 1;
}

/* With zeros behind the opcode, and any length; what is cut off lies in no memory that is ours. */
static void check_opcodes(void)
{
	size_t wrong = 0, allowed = 0;

	for (unsigned opcode = 0; opcode < 256; opcode++)
		for (size_t n = 0; n <= CDB_MAX; n++) {
			AUTO_FREE uint8_t *cdb = calloc(1, n ? n : 1);
			bool got;

			cdb[0] = (uint8_t)opcode;
			got = allow_cdb(cdb, n);
			wrong += got != (n >= plain_length(opcode));
			allowed += got && n == CDB_MAX;
		}
	CHECK_INT(wrong, 0);
	CHECK_INT(allowed, ARRAY_LEN(plain));
}

/* One byte of a command with every value. */
static size_t count_allowed(const uint8_t *cdb, size_t n, size_t at, bool ret_allowed[static 256])
{
	uint8_t copy[CDB_MAX];
	size_t count = 0;

	memcpy(copy, cdb, n);
	for (unsigned v = 0; v < 256; v++) {
		copy[at] = (uint8_t)v;
		ret_allowed[v] = allow_cdb(copy, n);
		count += ret_allowed[v];
	}
	return count;
}

static void check_fields(void)
{
	static const uint8_t log_sense[10] = { 0x4d, 0, 0x6f, [8] = 0xff };
	static const uint8_t action[16] = { 0x9e, 0x10, [13] = 32 };
	bool ok[256];
	size_t wrong = 0;

	/* SP, bit 0 of byte 1, writes the parameters to the disk. */
	CHECK_INT(count_allowed(log_sense, sizeof(log_sense), 1, ok), 128);
	for (unsigned v = 0; v < 256; v++)
		wrong += ok[v] != !(v & 1);
	CHECK_INT(count_allowed(log_sense, sizeof(log_sense), 2, ok), 256);

	/* SERVICE ACTION IN (16): READ CAPACITY (16) alone, in the low five bits. */
	CHECK_INT(count_allowed(action, sizeof(action), 1, ok), 8);
	for (unsigned v = 0; v < 256; v++)
		wrong += ok[v] != ((v & 0x1f) == 0x10);
	CHECK_INT(wrong, 0);
	CHECK(!allow_cdb(action, 15));
}

/* ---- ATA PASS-THROUGH ---- */

static bool is_ata_allowed(unsigned command, unsigned feature)
{
	switch (command) {
	case 0xe5: /* CHECK POWER MODE */
	case 0xec: /* IDENTIFY DEVICE */
	case 0x2f: /* READ LOG EXT */
		return true;
	case 0xb0: /* SMART READ DATA, THRESHOLDS, LOG, RETURN STATUS; no ENABLE (D8), WRITE LOG (D6) ... */
		return feature == 0xd0 || feature == 0xd1 || feature == 0xd5 || feature == 0xda;
	default:
		return false;
	}
}

static void fill_ata(uint8_t *cdb, size_t n, unsigned protocol, unsigned command, unsigned feature)
{
	memset(cdb, 0, n);
	cdb[0] = n == 16 ? 0x85 : 0xa1;
	cdb[1] = (uint8_t)(protocol << 1);
	cdb[n == 16 ? 4 : 3] = (uint8_t)feature;
	cdb[n == 16 ? 14 : 9] = (uint8_t)command;
}

static void check_ata(size_t n)
{
	uint8_t cdb[16];
	size_t wrong = 0, allowed = 0;

	for (unsigned command = 0; command < 256; command++)
		for (unsigned feature = 0; feature < 256; feature++)
			for (unsigned protocol = 0; protocol < 16; protocol++) {
				bool want = is_ata_allowed(command, feature) && (protocol == 3 || protocol == 4), got;

				fill_ata(cdb, n, protocol, command, feature);
				got = allow_cdb(cdb, n);
				wrong += got != want || allow_cdb(cdb, n - 1);
				allowed += got;
			}
	CHECK_INT(wrong, 0);
	CHECK_INT(allowed, (3 * 256 + 4) * 2);
	/* MULTIPLE_COUNT above the protocol and EXTEND below it change nothing. */
	fill_ata(cdb, n, 4, 0x2f, 0);
	cdb[1] |= 0xe1;
	CHECK(allow_cdb(cdb, n));
	fill_ata(cdb, n, 5, 0x2f, 0); /* PIO data-out */
	cdb[1] |= 0xe1;
	CHECK(!allow_cdb(cdb, n));
}

/* The one command's fields must not be read at the other's places. */
static void check_ata_places(void)
{
	uint8_t cdb[16];

	fill_ata(cdb, 16, 4, 0xb0, 0xd8); /* SMART ENABLE OPERATIONS */
	cdb[3] = 0xd0;                    /* the high byte of the feature here, the feature there */
	cdb[9] = 0xec;
	CHECK(!allow_cdb(cdb, 16));
	fill_ata(cdb, 12, 4, 0xb0, 0xd8);
	cdb[4] = 0xd0;
	CHECK(!allow_cdb(cdb, 12));
	cdb[14] = 0xec;
	CHECK(!allow_cdb(cdb, 16));
}

static void check_nvme(void)
{
	size_t wrong = 0;

	for (unsigned opcode = 0; opcode < 256; opcode++)
		wrong += allow_nvme_admin((uint8_t)opcode) != (opcode == 0x02 || opcode == 0x06);
	CHECK_INT(wrong, 0);
}

int main(void)
{
	check_opcodes();
	check_fields();
	check_ata(16);
	check_ata(12);
	check_ata_places();
	check_nvme();
	return TEST_END();
}
