/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "scsi.h"
#include "scsi_log.h"
#include "sense.h"

/*
 * What sense data tells of the power condition (SPC-5 5.12 and annex F). 5Eh/00h is a low power condition entered
 * for a reason that the disk forgot: idle or standby, and taken for standby so that it is not woken. 41h and above
 * are a bridge's. A disk stopped by START STOP UNIT waits for a command (04h/02h), one that has not been allowed to
 * spin up yet for NOTIFY (ENABLE SPINUP) (04h/11h).
 */
static const struct {
	uint8_t asc, ascq;
	const char *state;
} conditions[] = {
	{ 0x00, 0x00, "active" },  { 0x04, 0x01, "active" }, /* becoming ready */
	{ 0x04, 0x04, "active" }, /* formatting */
	{ 0x04, 0x09, "active" }, /* self-test */
	{ 0x04, 0x1b, "active" }, /* sanitizing */
	{ 0x04, 0x02, "standby" }, { 0x04, 0x11, "standby" }, { 0x5e, 0x00, "standby" }, { 0x5e, 0x01, "idle" },
	{ 0x5e, 0x02, "standby" }, { 0x5e, 0x03, "idle" },    { 0x5e, 0x04, "standby" }, { 0x5e, 0x05, "idle" },
	{ 0x5e, 0x06, "idle" },	   { 0x5e, 0x07, "idle" },    { 0x5e, 0x08, "idle" },	 { 0x5e, 0x09, "standby" },
	{ 0x5e, 0x0a, "standby" }, { 0x5e, 0x41, "active" },  { 0x5e, 0x42, "idle" },	 { 0x5e, 0x43, "standby" },
	{ 0x5e, 0x45, "sleep" },
};

const char *scsi_power_state(const uint8_t *sense, size_t n)
{
	struct sense s;

	sense_parse(sense, n, &s);
	for (size_t i = 0; s.known && i < ARRAY_LEN(conditions); i++)
		if (conditions[i].asc == s.asc && conditions[i].ascq == s.ascq)
			return conditions[i].state;
	return NULL;
}

/* ---- INQUIRY and vital product data ---- */

/* Direct access, simplified direct access, and host managed zoned block devices are disks; a peripheral qualifier
 * other than 0 means that there is no device at that address. */
static bool is_disk(uint8_t peripheral)
{
	return peripheral == 0x00 || peripheral == 0x0e || peripheral == 0x14;
}

/* "VENDOR PRODUCT", as people know the disk. */
static void set_model(struct drive *d, const uint8_t *inquiry)
{
	struct text vendor = text_trim((struct text){ (const char *)inquiry + 8, 8 });
	struct text product = text_trim((struct text){ (const char *)inquiry + 16, 16 });
	char model[8 + 1 + 16];
	size_t n = vendor.n;

	memcpy(model, vendor.p, n);
	model[n++] = ' ';
	memcpy(model + n, product.p, product.n);
	drive_set_text(&d->model, model, n + product.n);
}

/* The body of a vital product data page; empty when the disk returned another page, as those do that know none. */
struct vpd {
	const uint8_t *p;
	size_t n;
};

static struct vpd find_vpd(const struct pages *pages, const char *tag, uint8_t code)
{
	const struct page *page = pages_find(pages, tag, 4);
	size_t n;

	if (!page || page->p[1] != code)
		return (struct vpd){ NULL, 0 };
	n = num_be16(page->p + 2);
	return (struct vpd){ page->p + 4, n < page->n - 4 ? n : page->n - 4 };
}

/* Of the designators that name the logical unit (association 0) in binary (code set 1): NAA (type 3) in a format
 * that is unique in the world, 2 and 5 with 8 bytes, 6 with 16. */
static bool is_world_wide(const uint8_t *designator, size_t n)
{
	const uint8_t *naa = designator + 4;

	if ((designator[0] & 15) != 1 || (designator[1] & 0x3f) != 3)
		return false;
	return (n == 8 && (naa[0] >> 4 == 2 || naa[0] >> 4 == 5)) || (n == 16 && naa[0] >> 4 == 6);
}

/* Lower-case hex without a prefix, as for ATA disks: /sys says naa.5000c500..., lsblk 0x5000c500... . */
static void set_wwn(struct drive *d, const uint8_t *p, size_t n)
{
	char text[2 * 16 + 1];

	while (n >= 4 && n - 4 >= p[3]) {
		if (is_world_wide(p, p[3])) {
			for (size_t i = 0; i < p[3]; i++)
				(void)snprintf(text + 2 * i, 3, "%02x", p[4 + i]);
			drive_set_text(&d->wwn, text, (size_t)2 * p[3]);
			return;
		}
		n -= (size_t)4 + p[3];
		p += 4 + p[3];
	}
}

/* As in ATA IDENTIFY: 1 is non-rotating, 0401h to FFFEh are revolutions a minute, the rest says nothing. */
static void set_rotation(struct drive *d, uint16_t rate)
{
	if (rate == 1)
		drive_set(d, V_ROTATION_RPM, 0);
	else if (rate > 0x400 && rate < 0xffff)
		drive_set(d, V_ROTATION_RPM, rate);
}

static void decode_vpd(struct drive *d, const struct pages *pages)
{
	struct vpd serial = find_vpd(pages, "VP80", 0x80), names = find_vpd(pages, "VP83", 0x83);
	struct vpd block = find_vpd(pages, "VPB1", 0xb1);

	drive_set_text(&d->serial, serial.p, serial.n);
	if (!d->wwn)
		set_wwn(d, names.p, names.n);
	if (block.n >= 2)
		set_rotation(d, num_be16(block.p));
}

/* ---- capacity, defects ---- */

static void decode_capacity(struct drive *d, const uint8_t *p)
{
	uint32_t block = (uint32_t)num_be(p + 8, 4);

	if (!block)
		return;
	drive_set_times(d, V_CAPACITY_BYTES, num_be(p, 8) + 1, block); /* the address of the last block */
	drive_set(d, V_BLOCK_LOGICAL, block);
	drive_set(d, V_BLOCK_PHYSICAL, (u128)block << (p[13] & 15));
}

/*
 * The header names the list's length in bytes, however little of it was asked for. It may hold the grown list (bit
 * 3) and the primary one (bit 4): with both the grown defects cannot be told apart. A descriptor has 4 bytes in short
 * block format (0) and 8 in all others but the vendor's (6). The largest length stands for any larger.
 */
static void decode_defects(struct drive *d, uint8_t flags, const uint8_t *length, size_t size)
{
	static const uint8_t descriptors[8] = { 4, 8, 8, 8, 8, 8, 0, 0 };
	uint8_t descriptor = descriptors[flags & 7];
	u128 bytes = num_be(length, size);

	if ((flags & 0x18) == 0x08 && descriptor && bytes + 1 < (u128)1 << 8 * size)
		drive_set(d, V_SCSI_GROWN_DEFECTS, bytes / descriptor);
}

void scsi_decode(struct drive *d, const struct pages *pages)
{
	const struct page *sense = pages_find(pages, "RSEN", 1), *inquiry = pages_find(pages, "INQR", 36);
	const struct page *capacity = pages_find(pages, "RCAP", 14);
	const struct page *defects = pages_find(pages, "RDEF", 4), *defects12 = pages_find(pages, "RD12", 8);

	d->kind = DRIVE_SCSI;
	if (sense)
		d->power_state = scsi_power_state(sense->p, sense->n);
	if (inquiry) {
		set_model(d, inquiry->p);
		drive_set_text(&d->firmware, inquiry->p + 32, 4);
	}
	if (inquiry && !is_disk(inquiry->p[0])) {
		d->skip = SKIP_UNSUPPORTED;
		return;
	}
	decode_vpd(d, pages);
	if (capacity)
		decode_capacity(d, capacity->p);
	if (defects)
		decode_defects(d, defects->p[1], defects->p + 2, 2);
	if (defects12)
		decode_defects(d, defects12->p[1], defects12->p + 4, 4);
	scsi_log_decode(d, pages);
}
