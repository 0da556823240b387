/* SPDX-License-Identifier: MIT */
/*
 * MegaRAID: the frames byte by byte, which of them the list of allowed commands
 * lets pass, and what is made of a controller's list of disks, whatever it says.
 */
#include "../../cmd/smart-textfile/allow.h"
#include "../../cmd/smart-textfile/decode.h"
#include "../../cmd/smart-textfile/mfi.h"
#include "../../cmd/smart-textfile/select.h"
#include "test.h"

static const uint8_t inquiry[6] = { 0x12, 0, 0, 0, 36 };

/* ---- frames ---- */

static struct mfi_packet list_packet(void *data, size_t size)
{
	struct mfi_packet p;

	mfi_get_list(&p, 0x0102);
	mfi_set_data(&p, data, size);
	return p;
}

static struct mfi_packet scsi_packet(const uint8_t *cdb, uint8_t n, void *data, size_t size, uint8_t *sense)
{
	struct mfi_packet p;

	mfi_scsi(&p, 3, 0xfe, cdb, n);
	mfi_set_data(&p, data, size);
	mfi_set_sense(&p, sense, 64);
	return p;
}

static void check_frames(void)
{
	static const uint8_t get_list[44] = { 0x05, 0, 0xff, [0x07] = 1, [0x10] = 0x10, [0x14] = 0x08, 0x18,
					      [0x1a] = 0x01, 0x02 };
	static const uint8_t pass[0x40] = { 0x04, 64, 0xff, 0, 0xfe, 0, 6, 1, [0x10] = 0x10, [0x14] = 36,
					    [0x20] = 0x12, [0x24] = 36 };
	uint8_t data[MFI_LIST_BYTES], sense[64], frame[0x40];
	struct mfi_packet p = list_packet(data, MFI_LIST_BYTES);

	CHECK_INT(p.host, 0x0102);
	CHECK_INT(p.sgl_off, 0x28);
	CHECK_INT(p.sge_count, 1);
	CHECK_INT(p.sense_len, 0);
	CHECK(p.data[0].iov_base == data && p.data[0].iov_len == MFI_LIST_BYTES);
	CHECK(memcmp(p.frame, get_list, sizeof(get_list)) == 0);

	p = scsi_packet(inquiry, sizeof(inquiry), data, 36, sense);
	CHECK_INT(p.sgl_off, 0x30);
	CHECK_INT(p.sense_off, 0x18);
	CHECK_INT(p.sense_len, 64);
	memcpy(frame, p.frame, sizeof(frame));
	CHECK(memcmp(frame + 0x18, &(void *){ sense }, sizeof(void *)) == 0);
	memset(frame + 0x18, 0, sizeof(void *));
	CHECK(memcmp(frame, pass, sizeof(pass)) == 0);

	p = scsi_packet(inquiry, sizeof(inquiry), NULL, 0, sense);
	CHECK_INT(p.sge_count, 0);
	CHECK_INT(p.frame[MFI_FLAGS], 0);
}

/* The ioctl's number has the packet's size in it, which the driver compares: 404 bytes, 276 for a 32-bit program. */
static void check_size(void)
{
	CHECK_INT(sizeof(struct mfi_packet), sizeof(void *) == 8 ? 404 : 276);
	CHECK_INT(_IOC_SIZE(MFI_IOCTL), sizeof(struct mfi_packet));
}

/* ---- what is allowed ---- */

/* Every value of one byte of a packet that is allowed: how many still are. */
static size_t allowed_with(const struct mfi_packet *packet, size_t at)
{
	size_t n = 0;

	for (unsigned v = 0; v < 256; v++) {
		struct mfi_packet p = *packet;

		p.frame[at] = (uint8_t)v;
		n += allow_mfi(&p);
	}
	return n;
}

static void check_allowed(void)
{
	static const uint8_t write[10] = { 0x2a }, enable[16] = { 0x85, 6, 0x20, 0, 0xd8, [14] = 0xb0 };
	static const uint8_t power[16] = { 0x85, 6, 0x20, [14] = 0xe5 };
	uint8_t data[64], sense[64];
	struct mfi_packet list = list_packet(data, sizeof(data));
	struct mfi_packet pass = scsi_packet(inquiry, sizeof(inquiry), data, 36, sense), p;

	CHECK(allow_mfi(&list));
	CHECK(allow_mfi(&pass));
	p = scsi_packet(power, sizeof(power), NULL, 0, sense);
	CHECK(allow_mfi(&p));
	p = scsi_packet(write, sizeof(write), data, 36, sense);
	CHECK(!allow_mfi(&p));
	p = scsi_packet(enable, sizeof(enable), NULL, 0, sense);
	CHECK(!allow_mfi(&p));

	/* One command, one opcode, one direction. */
	CHECK_INT(allowed_with(&list, MFI_COMMAND), 1);
	for (size_t i = 0; i < 4; i++)
		CHECK_INT(allowed_with(&list, MFI_OPCODE + i), 1);
	CHECK_INT(allowed_with(&list, MFI_FLAGS), 1);
	CHECK_INT(allowed_with(&list, MFI_FLAGS + 1), 1);
	CHECK_INT(allowed_with(&pass, MFI_COMMAND), 1);
	CHECK_INT(allowed_with(&pass, MFI_FLAGS), 1);
	CHECK_INT(allowed_with(&pass, MFI_SGE_COUNT), 1);
	CHECK_INT(allowed_with(&pass, MFI_TARGET), 256);
	CHECK_INT(allowed_with(&pass, MFI_CDB_LEN), 16 - 5);
	CHECK_INT(allowed_with(&pass, MFI_CDB), 3); /* of six bytes: TEST UNIT READY, REQUEST SENSE, INQUIRY */
}

/* Where the driver is to write addresses: no other place than theirs. */
static void check_offsets(void)
{
	uint8_t data[64], sense[64];
	struct mfi_packet list = list_packet(data, sizeof(data)), p;
	size_t wrong = 0;

	for (uint32_t at = 0; at < 256; at++) {
		p = list;
		p.sgl_off = at;
		wrong += allow_mfi(&p) != (at == MFI_DCMD_SGL);
		p = scsi_packet(inquiry, sizeof(inquiry), data, 36, sense);
		p.sgl_off = at;
		wrong += allow_mfi(&p) != (at == MFI_PASS_SGL);
		p = scsi_packet(inquiry, sizeof(inquiry), data, 36, sense);
		p.sense_off = at;
		wrong += allow_mfi(&p) != (at == MFI_SENSE);
	}
	CHECK_INT(wrong, 0);
	p = list;
	p.sense_len = 1;
	CHECK(!allow_mfi(&p));
	p = list;
	p.sge_count = p.frame[MFI_SGE_COUNT] = 2;
	CHECK(!allow_mfi(&p));
}

/* ---- the list and the records ---- */

static void check_list(void)
{
	uint8_t list[MFI_LIST_HEAD + 2 * MFI_ENTRY] = { [4] = 2 };
	uint8_t *entry = list + MFI_LIST_HEAD + MFI_ENTRY;

	CHECK_INT(mfi_list_count(list, sizeof(list)), 2);
	CHECK_INT(mfi_list_count(list, sizeof(list) - 1), 1);
	CHECK_INT(mfi_list_count(list, MFI_LIST_HEAD), 0);
	CHECK_INT(mfi_list_count(list, 3), 0);
	memset(list + 4, 0xff, 4);
	CHECK_INT(mfi_list_count(list, sizeof(list)), 2);
	memcpy(entry, "\x34\x12\xfc\x00\x00\x07\x00", 7);
	CHECK_INT(mfi_device_id(entry), 0x1234);
	CHECK(mfi_is_disk(entry));
	entry[6] = 0x0d; /* an enclosure */
	CHECK(!mfi_is_disk(entry));
}

static void add_disk(struct buf *out, uint16_t host, uint8_t id, uint16_t enclosure)
{
	const uint8_t entry[MFI_ENTRY] = { id, 0, (uint8_t)enclosure, (uint8_t)(enclosure >> 8), 0, 7 };
	uint8_t record[MFI_RECORD];

	mfi_record(record, host, entry);
	pages_add(out, "DISK", record, sizeof(record));
}

static void check_stream(void)
{
	AUTO_BUF struct buf b = { 0 };
	size_t first, second, outside = 0;
	char name[32] = "as it was";

	CHECK_INT(pages_first_disk("", 0), 0);
	pages_add(&b, "FAIL", "\0\0\0\x08\0\0\0\x05", 8);
	CHECK_INT(pages_first_disk(b.data, b.len), b.len);
	CHECK(!mfi_name(b.data, b.len, name));
	CHECK_STR(name, "as it was");
	first = b.len;
	add_disk(&b, 300, 4, 252);
	pages_add(&b, "PMOD", "\xff", 1);
	second = b.len;
	add_disk(&b, 300, 5, 0xffff);
	CHECK_INT(pages_first_disk(b.data, b.len), first);
	CHECK_INT(pages_first_disk(b.data + first, b.len - first), second - first);
	CHECK_INT(pages_first_disk(b.data + second, b.len - second), b.len - second);
	CHECK(mfi_name(b.data + first, second - first, name));
	CHECK_STR(name, "host300_megaraid_4");
	CHECK(mfi_name(b.data + second, b.len - second, name));
	CHECK_STR(name, "host300_megaraid_5");
	/* Cut off anywhere: never more than there is, and always on. */
	for (size_t n = 1; n < b.len; n++) {
		AUTO_FREE char *cut = malloc(n);

		memcpy(cut, b.data, n);
		for (size_t at = 0, len; at < n; at += len) {
			len = pages_first_disk(cut + at, n - at);
			outside += len == 0 || len > n - at;
			if (outside)
				break;
			(void)mfi_name(cut + at, len, name);
		}
	}
	CHECK_INT(outside, 0);
}

static void check_drive(void)
{
	AUTO_BUF struct buf b = { 0 };
	CLEANUP(drive_done) struct drive a = { 0 }, direct = { 0 };

	add_disk(&b, 0, 4, 252);
	pages_add(&b, "PMOD", "", 1);
	decode_pages(&a, b.data, b.len, true);
	CHECK_STR(a.port, "252:7");
	CHECK_STR(a.transport, "sata");
	CHECK_INT(a.skip, SKIP_STANDBY);
	buf_clear(&b);
	add_disk(&b, 0, 4, 0xffff);
	pages_add(&b, "FAIL", "\0\0\0\x02\0\0\0\x05", 8);
	decode_pages(&direct, b.data, b.len, true);
	CHECK_STR(direct.port, ":7");
	CHECK(!direct.transport && !direct.up && direct.skip == SKIP_NONE);
}

/* ---- volumes ---- */

static void check_controller(void)
{
	static const struct {
		const char *port, *driver;
		enum drive_skip skip;
		bool first;
	} t[] = {
		{ "0:2:0:0", "megaraid_sas", SKIP_EXCLUDED, false },
		{ "0:2:1:0", "megaraid_sas", SKIP_RAID, true },
		{ "0:2:2:0", "megaraid_sas", SKIP_RAID, false },
		{ "0:0:5:0", "megaraid_sas", SKIP_NONE, false },
		{ "10:2:0:0", "megaraid_sas", SKIP_RAID, true },
		{ "1:2:0:0", "megaraid_sas", SKIP_RAID, true },
		{ "1:3:0:0", "megaraid_sas", SKIP_RAID, false },
		{ "2:0:0:0", "hpsa", SKIP_RAID, false },
	};
	struct node nodes[ARRAY_LEN(t)] = { 0 };
	static struct drive drives[ARRAY_LEN(t)];

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		memcpy(nodes[i].port, t[i].port, strlen(t[i].port) + 1);
		memcpy(nodes[i].host_driver, t[i].driver, strlen(t[i].driver) + 1);
		drives[i].skip = t[i].skip;
	}
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		CHECK_INT(select_controller(nodes, drives, i), t[i].first);
}

/* Volumes are known by their channel, whatever their maker calls them; a disk on the first channels is one. */
static void check_volume(void)
{
	struct node n = { .name = "sda", .vendor = "WHO", .model = "KNOWS", .host_driver = "megaraid_sas",
			  .port = "0:2:0:0" };
	CLEANUP(drive_done) struct drive volume = { 0 }, disk = { 0 };

	(void)select_plan(&n, 0, &volume);
	CHECK_INT(volume.skip, SKIP_RAID);
	memcpy(n.port, "0:1:9:0", 8);
	(void)select_plan(&n, 0, &disk);
	CHECK_INT(disk.skip, SKIP_NONE);
}

int main(void)
{
	check_frames();
	check_size();
	check_allowed();
	check_offsets();
	check_list();
	check_stream();
	check_drive();
	check_controller();
	check_volume();
	return TEST_END();
}
