/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "ata.h"
#include "ata_models.h"

enum { PAGE = 512, TABLE_AT = 2, ROW = 12, SELF_TEST_AT = 363, FLAG_PREFAIL = 1 };

const char *const ata_overall_states[] = {
	"good", "bad_attribute_in_the_past", "bad_sector", "bad_attribute_now", "bad_sector_many", "bad_status", NULL
};
enum { GOOD, BAD_ATTRIBUTE_IN_THE_PAST, BAD_SECTOR, BAD_ATTRIBUTE_NOW, BAD_SECTOR_MANY, BAD_STATUS };

/* ATA8-ACS table 51: self-test execution status, upper four bits. */
const char *const ata_self_test_results[] = {
	[0x0] = "completed",	     [0x1] = "aborted_by_host", [0x2] = "interrupted",
	[0x3] = "fatal_error",	     [0x4] = "failed_unknown",	[0x5] = "failed_electrical",
	[0x6] = "failed_servo",	     [0x7] = "failed_read",	[0x8] = "failed_handling",
	[0xf] = "in_progress",
};

const char *ata_power_state(uint8_t count)
{
	switch (count) {
	case 0x00: /* standby_z */
	case 0x01: /* standby_y */
		return "standby";
	case 0x80: /* idle */
	case 0x81: /* idle_a */
	case 0x82: /* idle_b */
	case 0x83: /* idle_c */
		return "idle";
	case 0x40: /* NV cache power mode, spindle down */
		return "standby";
	case 0x41: /* NV cache power mode, spindle up */
	case 0xff: /* active or idle */
		return "active";
	default:
		return NULL;
	}
}

/* ---- IDENTIFY DEVICE ---- */

static uint16_t word(const uint8_t *page, unsigned n)
{
	return num_le16(page + (size_t)2 * n);
}

/* Words 83, 84, 87 and 106 hold something only with bit 14 set and bit 15 clear. */
static bool is_valid(uint16_t w)
{
	return (w & 0xc000) == 0x4000;
}

/* Strings are stored with the two bytes of each word swapped. */
static void set_string(char **field, const uint8_t *page, unsigned first, unsigned words)
{
	uint8_t text[40];

	for (unsigned i = 0; i < words; i++) {
		text[2 * i] = page[2 * (first + i) + 1];
		text[2 * i + 1] = page[2 * (first + i)];
	}
	drive_set_text(field, text, (size_t)2 * words);
}

static void set_geometry(struct drive *d, const uint8_t *page)
{
	uint16_t size = word(page, 106);
	uint32_t logical = 512, words = (uint32_t)num_le(page + 234, 4); /* 117-118: at least 256, says the standard */
	u128 sectors = num_le(page + 120, 4); /* words 60-61 */

	if (is_valid(word(page, 83)) && word(page, 83) & 1 << 10 && num_le(page + 200, 8)) /* 48-bit: words 100-103 */
		sectors = num_le(page + 200, 8);
	if (is_valid(size) && size & 1 << 12 && words >= 256 && words <= UINT32_MAX / 2)
		logical = words * 2;
	if (sectors)
		drive_set_times(d, V_CAPACITY_BYTES, sectors, logical);
	drive_set(d, V_BLOCK_LOGICAL, logical);
	drive_set(d, V_BLOCK_PHYSICAL, is_valid(size) && size & 1 << 13 ? (u128)logical << (size & 15) : logical);
}

static void set_rotation(struct drive *d, const uint8_t *page)
{
	uint16_t rpm = word(page, 217); /* 1: non-rotating; 0401h-FFFEh: revolutions a minute; the rest reserved */

	if (rpm == 1)
		drive_set(d, V_ROTATION_RPM, 0);
	else if (rpm > 0x400 && rpm < 0xffff)
		drive_set(d, V_ROTATION_RPM, rpm);
}

/* Word 77 bits 3:1: the negotiated signalling speed, generations of 1.5, 3 and 6 Gbit/s. */
static void set_speed(struct drive *d, const uint8_t *page)
{
	unsigned generation = word(page, 77) >> 1 & 7;

	if (generation >= 1 && generation <= 3 && word(page, 77) != 0xffff)
		drive_set(d, V_SPEED_BYTES_PER_SECOND, (u128)(1500000000u / 8) << (generation - 1));
}

static void set_wwn(struct drive *d, const uint8_t *page)
{
	char text[20];
	int n;

	if (!is_valid(word(page, 87)) || !(word(page, 87) & 1 << 8) || d->wwn)
		return;
	n = snprintf(text, sizeof(text), "%04x%04x%04x%04x", word(page, 108), word(page, 109), word(page, 110),
		     word(page, 111));
	drive_set_text(&d->wwn, text, (size_t)n);
}

static bool sums_to_zero(const uint8_t *page)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < PAGE; i++)
		sum = (uint8_t)(sum + page[i]);
	return sum == 0;
}

void ata_decode_identify(struct drive *d, const uint8_t page[static 512])
{
	if (page[510] == 0xa5) /* word 255: the signature says that a checksum follows */
		drive_set(d, V_ATA_CHECKSUM_IDENTIFY, !sums_to_zero(page));
	if (page[510] == 0xa5 && !sums_to_zero(page))
		return;
	set_string(&d->serial, page, 10, 10);
	set_string(&d->firmware, page, 23, 4);
	set_string(&d->model, page, 27, 20);
	set_geometry(d, page);
	set_rotation(d, page);
	set_speed(d, page);
	set_wwn(d, page);
	/* 83 tells whether word 82 holds something, 87 whether 85 does. */
	if (is_valid(word(page, 83)) && (is_valid(word(page, 87)) || !(word(page, 82) & 1)))
		drive_set(d, V_SMART_ENABLED, word(page, 82) & word(page, 85) & 1);
}

/* ---- SMART data and thresholds ---- */

static bool is_empty(const uint8_t *page)
{
	for (size_t i = 0; i < PAGE; i++)
		if (page[i])
			return false;
	return true;
}

/* A page of zeros sums to zero too: what a bridge answers that did not understand. */
static const uint8_t *checked(struct drive *d, const struct pages *pages, const char *tag, enum drive_value fault)
{
	const struct page *page = pages_find(pages, tag, PAGE);

	if (!page)
		return NULL;
	drive_set(d, fault, !sums_to_zero(page->p));
	return sums_to_zero(page->p) && !is_empty(page->p) ? page->p : NULL;
}

static bool has_attribute(const struct drive *d, uint8_t id)
{
	for (size_t i = 0; i < d->n_attributes; i++)
		if (d->attributes[i].id == id)
			return true;
	return false;
}

static void decode_rows(struct drive *d, const uint8_t *page)
{
	for (size_t i = 0; i < ATA_ATTRIBUTES_MAX; i++) {
		const uint8_t *row = page + TABLE_AT + i * ROW;
		struct ata_attribute *a = &d->attributes[d->n_attributes];

		if (row[0] == 0 || has_attribute(d, row[0])) /* 0: unused row */
			continue;
		*a = (struct ata_attribute){ .id = row[0], .flags = num_le16(row + 1), .value = row[3], .worst = row[4] };
		memcpy(a->raw, row + 5, sizeof(a->raw));
		a->number = ata_model_number(d->model, a->id, a->raw);
		d->n_attributes++;
	}
}

static void decode_thresholds(struct drive *d, const uint8_t *page)
{
	for (size_t i = 0; i < d->n_attributes; i++)
		for (size_t k = 0; k < ATA_ATTRIBUTES_MAX && !d->attributes[i].has_threshold; k++) {
			const uint8_t *row = page + TABLE_AT + k * ROW;

			if (row[0] != d->attributes[i].id)
				continue;
			d->attributes[i].threshold = row[1];
			d->attributes[i].has_threshold = true;
		}
}

/* ---- judgement ---- */

/* SFF-8035i: 0 never fails, FEh and FFh are for tests; normalised values are 1 to 253. */
static bool is_at(uint8_t value, const struct ata_attribute *a)
{
	return a->has_threshold && a->threshold > 0 && a->threshold < 0xfe && value > 0 && value < 0xfe &&
	       value <= a->threshold;
}

static void count_failing(struct drive *d)
{
	static const enum drive_value where[2][2] = {
		{ V_ATA_FAILING_NOW_OLDAGE, V_ATA_FAILING_NOW_PREFAIL },
		{ V_ATA_FAILING_PAST_OLDAGE, V_ATA_FAILING_PAST_PREFAIL },
	};
	unsigned count[2][2] = { { 0 } };

	for (size_t i = 0; i < d->n_attributes; i++) {
		const struct ata_attribute *a = &d->attributes[i];

		if (is_at(a->value, a) || is_at(a->worst, a))
			count[!is_at(a->value, a)][a->flags & FLAG_PREFAIL]++;
	}
	for (size_t past = 0; past < 2; past++)
		for (size_t class = 0; class < 2; class++)
			drive_set(d, where[past][class], count[past][class]);
}

static bool is_above_zero(const struct drive *d, enum drive_value v)
{
	return d->values[v].known && d->values[v].n > 0;
}

/* More bad sectors than this many are "many": libatasmart's measure, 1024 a binary order of the disk's size. */
static u128 many_bad_sectors(const struct drive *d)
{
	const struct value *capacity = &d->values[V_CAPACITY_BYTES];
	u128 sectors = capacity->known ? capacity->n * capacity->mul / 512 : 0;
	unsigned order = 0;

	while (sectors >>= 1)
		order++;
	return (u128)1024 * (order ? order : 1);
}

static const char *judge(const struct drive *d)
{
	const struct value *v = d->values;
	u128 bad = (v[V_ATA_BAD_REALLOCATED].known ? v[V_ATA_BAD_REALLOCATED].n : 0) +
		   (v[V_ATA_BAD_PENDING].known ? v[V_ATA_BAD_PENDING].n : 0);

	if (v[V_HEALTHY].known && !v[V_HEALTHY].n)
		return ata_overall_states[BAD_STATUS];
	if (bad >= many_bad_sectors(d))
		return ata_overall_states[BAD_SECTOR_MANY];
	if (is_above_zero(d, V_ATA_FAILING_NOW_PREFAIL))
		return ata_overall_states[BAD_ATTRIBUTE_NOW];
	if (bad)
		return ata_overall_states[BAD_SECTOR];
	if (is_above_zero(d, V_ATA_FAILING_PAST_PREFAIL))
		return ata_overall_states[BAD_ATTRIBUTE_IN_THE_PAST];
	return ata_overall_states[GOOD];
}

static void decode_self_test(struct drive *d, uint8_t status)
{
	d->ata_self_test = ata_self_test_results[status >> 4];
	if (status >> 4 != 0xf)
		drive_set_ratio(d, V_ATA_SELF_TEST_REMAINING, 0, 10);
	else if ((status & 15) <= 10) /* tenths; the rest is reserved */
		drive_set_ratio(d, V_ATA_SELF_TEST_REMAINING, status & 15, 10);
}

void ata_decode(struct drive *d, const struct pages *pages)
{
	const struct page *identify = pages_find(pages, "IDFY", PAGE), *status = pages_find(pages, "SMST", 4);
	const struct page *power = pages_find(pages, "PMOD", 1);
	const uint8_t *data, *thresholds;

	d->kind = DRIVE_ATA;
	if (power)
		d->power_state = ata_power_state(power->p[0]);
	if (identify)
		ata_decode_identify(d, identify->p);
	data = checked(d, pages, "SMDT", V_ATA_CHECKSUM_DATA);
	thresholds = checked(d, pages, "SMTH", V_ATA_CHECKSUM_THRESHOLDS);
	if (status)
		drive_set(d, V_HEALTHY, num_be(status->p, 4) != 0);
	if (!data)
		return;
	d->up = true;
	decode_rows(d, data);
	if (thresholds)
		decode_thresholds(d, thresholds);
	decode_self_test(d, data[SELF_TEST_AT]);
	count_failing(d);
	ata_model_derive(d);
	d->ata_overall = judge(d);
}
