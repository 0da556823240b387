/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>
#include <string.h>

#include "ata_models.h"

static bool is_model(const char *model, const char *pattern)
{
	return model && fnmatch(pattern, model, 0) == 0;
}

static int64_t words(const uint8_t *raw, size_t n)
{
	return (int64_t)num_le(raw, n);
}

/* ---- hours ---- */

enum { HOUR = 3600, MINUTE = 60, HALF_MINUTE = 30, SECOND = 1 };

/* Drives that count attribute 9 in something else than hours; some do so with one firmware and not with another. */
static const struct {
	const char *pattern;
	uint32_t seconds;
	const char *firmware; /* NULL: any */
} hour_units[] = {
	{ "FUJITSU MH[WXYZ]2*", MINUTE, "0085*" },
	{ "FUJITSU MH[GHJKLMNRSTUV]*", SECOND, NULL },
	{ "FUJITSU MP[A-G]3*", SECOND, NULL },
	{ "FUJITSU MHZ2*BJ*", MINUTE, NULL },
	{ "Maxtor 2[BF]0*", MINUTE, NULL },
	{ "Maxtor [39][0-9]*", MINUTE, NULL },
	{ "Maxtor 4[ADGRW]*", MINUTE, NULL },
	{ "Maxtor 5[A0-9T]*", MINUTE, NULL },
	{ "Maxtor 6[BEKLY]*", MINUTE, NULL },
	{ "Maxtor 7[LY]*", MINUTE, NULL },
	{ "Maxtor 8[0-9]*", MINUTE, NULL },
	{ "HITACHI_DK*", MINUTE, NULL },
	{ "HTA4220*", MINUTE, NULL },
	{ "HTC4260*", MINUTE, NULL },
	{ "HE[JN]4230*", MINUTE, NULL },
	{ "TOSHIBA MK*5[16]GSY*", MINUTE, NULL },
	{ "TOSHIBA MK*61GSY*", MINUTE, NULL },
	{ "TOSHIBA MK*76GSX*", MINUTE, NULL },
	{ "SAMSUNG SV[0-9]*[HN]", HALF_MINUTE, NULL },
	{ "SAMSUNG SP[0-9]*[ACNH]", HALF_MINUTE, NULL },
	{ "SAMSUNG SP[48]0A[24]H", HALF_MINUTE, NULL },
	{ "SAMSUNG HM0[468]0H[CI]", HALF_MINUTE, NULL },
	{ "SAMSUNG HM120I[CI]", HALF_MINUTE, NULL },
	{ "SAMSUNG HM1[026]0J[CI]", HALF_MINUTE, NULL },
	{ "SAMSUNG MP0[3468]0[234]H", HALF_MINUTE, NULL },
};

static uint32_t hour_unit(const char *model, const char *firmware)
{
	for (size_t i = 0; i < ARRAY_LEN(hour_units); i++)
		if (is_model(model, hour_units[i].pattern) &&
		    (!hour_units[i].firmware || is_model(firmware, hour_units[i].firmware)))
			return hour_units[i].seconds;
	return HOUR;
}

/* ---- packed raw values ---- */

/* Degrees lie in the low byte, signed; the lowest and highest so far may be packed above it. Some old Samsung
 * drives count tenths in the low word, which no packed minimum can be mistaken for. */
static int64_t degrees(const char *model, const uint8_t *raw)
{
	int64_t word = words(raw, 2);

	if (is_model(model, "SAMSUNG S[PV][0-9]*") && word > 100 && word < 1000 && words(raw, 6) == word)
		return word / 10;
	return (int8_t)raw[0];
}

int64_t ata_model_number(const char *model, uint8_t id, const uint8_t raw[static 7])
{
	switch (id) {
	case 3:   /* spin-up time of the last start; the average lies above */
	case 5:   /* count; a second count lies above */
	case 196:
		return words(raw, 2);
	case 9:   /* hours; fractions of an hour lie above */
		return hour_unit(model, NULL) == HOUR ? words(raw, 3) : words(raw, 6);
	case 240:
		return words(raw, 3);
	case 188: /* Seagate: all time-outs, then those over 5 and over 7.5 seconds */
		return is_model(model, "ST[0-9]*") ? words(raw, 2) : words(raw, 6);
	case 190:
	case 194:
		return degrees(model, raw);
	default:
		return words(raw, 6);
	}
}

/* ---- transfers ---- */

/* What one unit of a transfer counter is. 0 bytes: a logical block. */
static const struct {
	const char *pattern;
	uint8_t written, read; /* attribute ids, 0 for none */
	uint32_t bytes;
} transfers[] = {
	{ "INTEL SSDS*", 241, 242, 32u << 20 },
	{ "PLEXTOR *PX-*", 241, 242, 32u << 20 },
	{ "TS[0-9]*GMTS*", 241, 242, 32u << 20 },
	{ "TS[0-9]*GSSD[23]*", 241, 242, 32u << 20 },
	{ "ADATA S[PU][5-9]*", 241, 242, 32u << 20 },
	{ "CT[0-9]*BX[12]00SSD1", 241, 242, 32u << 20 },
	{ "KINGSTON S[AEKU]*", 241, 242, 1u << 30 },
	{ "WDC*WDS[0-9]*", 241, 242, 1u << 30 },
	{ "SanDisk SD*", 241, 242, 1u << 30 },
	{ "OCZ-VE*", 241, 242, 1u << 30 },
	{ "OCZ-ARC100*", 241, 242, 1u << 30 },
	{ "SuperMicro SSD*", 241, 242, 1u << 30 },
	{ "HFS*", 241, 242, 1u << 30 },
	{ "SHGS31-*", 241, 242, 1u << 30 },
	{ "Samsung SSD *", 241, 242, 0 },
	{ "SAMSUNG *MZ7*", 241, 242, 0 },
	{ "SAMSUNG SSD *", 241, 242, 0 },
	{ "MZ7*", 241, 242, 0 },
	{ "ST[0-9]*", 241, 242, 0 },
	{ "*Micron_[15][1-4]*", 246, 0, 0 },
	{ "MTFDDA*", 246, 0, 0 },
	{ "Crucial_CT*", 246, 0, 0 },
	{ "CT[0-9]*MX*", 246, 0, 0 },
	{ "CT[0-9]*BX[35]00*", 246, 0, 0 },
};

/* ---- wear ---- */

/* The attribute whose normalised value is what remains of an SSD's rated life, 100 down to 1. */
static const struct {
	const char *pattern;
	uint8_t id;
} endurance[] = {
	{ "INTEL SSDS*", 233 },
	{ "SSDSC*", 202 }, /* Intel's with an OEM's firmware */
	{ "Samsung SSD *", 177 },
	{ "SAMSUNG *MZ7*", 177 },
	{ "SAMSUNG SSD *", 177 },
	{ "MZ7*", 177 },
	{ "*Micron_*", 202 },
	{ "MTFDDA*", 202 },
	{ "*Crucial_CT*", 202 },
	{ "CT[0-9]*SSD*", 202 },
	{ "C[34]00-MTFDDA*", 202 },
	{ "M4-CT*", 202 },
	{ "KINGSTON S*", 231 },
	{ "Corsair Force*", 231 },
	{ "OCZ-VERTEX[23]*", 231 },
	{ "OCZ-AGILITY[23]*", 231 },
	{ "OCZ-VE*", 233 },
	{ "OCZ-ARC100*", 233 },
	{ "TS[0-9]*GMTS*", 169 },
	{ "TS[0-9]*GSSD[23]*", 169 },
	{ "ADATA S[PU][5-9]*", 169 },
	{ "HFS*", 231 },
	{ "SHGS31-*", 231 },
};

/* ---- deriving ---- */

static const struct ata_attribute *find(const struct drive *d, uint8_t id)
{
	for (size_t i = 0; id && i < d->n_attributes; i++)
		if (d->attributes[i].id == id)
			return &d->attributes[i];
	return NULL;
}

static void derive(struct drive *d, enum drive_value v, uint8_t id, uint32_t mul)
{
	const struct ata_attribute *a = find(d, id);

	if (a)
		drive_set_times(d, v, (u128)a->number, mul);
}

/* A count that needs more than 32 bits is more than one number: the count lies in the low word. */
static void derive_count(struct drive *d, enum drive_value v, uint8_t id)
{
	const struct ata_attribute *a = find(d, id);

	if (a)
		drive_set(d, v, (u128)(a->number > UINT32_MAX ? a->number & 0xffff : a->number));
}

static void derive_transfers(struct drive *d)
{
	const struct value *block = &d->values[V_BLOCK_LOGICAL];
	uint32_t bytes;

	for (size_t i = 0; i < ARRAY_LEN(transfers); i++) {
		if (!is_model(d->model, transfers[i].pattern))
			continue;
		bytes = transfers[i].bytes ? transfers[i].bytes : block->known ? (uint32_t)block->n : 512;
		derive(d, V_WRITTEN_BYTES, transfers[i].written, bytes);
		derive(d, V_READ_BYTES, transfers[i].read, bytes);
		return;
	}
}

static void derive_endurance(struct drive *d)
{
	for (size_t i = 0; i < ARRAY_LEN(endurance); i++) {
		const struct ata_attribute *a;

		if (!is_model(d->model, endurance[i].pattern))
			continue;
		a = find(d, endurance[i].id);
		if (a && a->value <= 100)
			drive_set_ratio(d, V_ENDURANCE_USED, 100u - a->value, 100);
		return;
	}
}

/* Models whose attribute of that number is no temperature. */
static bool is_thermometer(const char *model, uint8_t id)
{
	if (id == 190)
		return !is_model(model, "XF1230-*") && !is_model(model, "SanDisk SD*");
	return !is_model(model, "Maxtor 2B0*") && !is_model(model, "Maxtor 4[DG]*");
}

/* False when the attribute is not there, is none for that model, or holds nothing that a disk could have. */
static bool add_temperature(struct drive *d, uint8_t id, const char *sensor)
{
	const struct ata_attribute *a = find(d, id);
	int t = a ? (int)a->number : 0;

	if (!a || !is_thermometer(d->model, id) || words(a->raw, 6) == 0 || t < -40 || t > 110)
		return false;
	drive_add_temperature(d, sensor, t);
	return true;
}

void ata_model_derive(struct drive *d)
{
	derive(d, V_POWER_ON_SECONDS, 9, hour_unit(d->model, d->firmware));
	derive(d, V_POWER_CYCLES, 12, 1);
	derive_count(d, V_ATA_BAD_REALLOCATED, 5);
	derive_count(d, V_ATA_BAD_PENDING, 197);
	derive_count(d, V_ATA_BAD_UNCORRECTABLE, 198);
	derive_transfers(d);
	derive_endurance(d);
	/* 194 is the drive's own sensor; 190, by its name the air flow's, stands in where it is alone. */
	if (add_temperature(d, 194, "device"))
		(void)add_temperature(d, 190, "airflow");
	else
		(void)add_temperature(d, 190, "device");
}
