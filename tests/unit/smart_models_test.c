/* SPDX-License-Identifier: MIT */
/*
 * Raw values as drives of those models are known to report them, and the
 * numbers, hours, bytes, degrees and wear that a person reads out of them.
 */
#include "../../cmd/smart-textfile/ata_models.h"
#include "../../cmd/smart-textfile/ata_names.h"
#include "../fixtures/smart/build.h"
#include "test.h"

static void check_numbers(void)
{
	static const struct {
		const char *model;
		uint8_t id;
		uint64_t raw; /* seven bytes */
		int64_t want;
	} t[] = {
		/* 194, 190: degrees in the low byte; lowest, highest, a count above */
		{ "WDC WD40EFRX", 194, 31, 31 },
		{ "ST3000DM001", 194, 0x0000000e00000026, 38 },
		{ "Hitachi HUA722020ALA330", 194, 0x0029000e0020, 32 },
		{ "ST3000DM001", 190, 0x00022926001f, 31 },
		{ "TOSHIBA MQ01ABD100", 194, 0x0032000b0000, 0 },
		{ NULL, 194, 40, 40 },
		/* below zero: a byte, a sign-extended word, a sign-extended 48-bit number */
		{ "WDC WD40EFRX", 194, 0xf8, -8 },
		{ "WDC WD40EFRX", 194, 0xfff8, -8 },
		{ "WDC WD40EFRX", 194, 0xffffffffffff, -1 },
		{ "WDC WD40EFRX", 194, 0x0028fff600f6, -10 },
		/* tenths of degrees of old Samsung drives: 28.8 */
		{ "SAMSUNG SP1614N", 194, 288, 28 },
		{ "SAMSUNG SV1604N", 194, 355, 35 },
		{ "SAMSUNG HD501LJ", 194, 0x0126001c, 28 }, /* packed all the same */
		{ "SAMSUNG SP2504C", 194, 0x002e001c, 28 },
		{ "WDC WD2500JB", 194, 288, 32 },
		/* 9, 240: hours in 24 bits, a fraction of an hour above */
		{ "WDC WD40EFRX", 9, 18644, 18644 },
		{ "INTEL SSDSA2CW120G3", 9, 0x000eb8c800042b, 0x42b },
		{ "ST3000DM001", 9, 0x5c190000b724, 0xb724 },
		{ "ST3000DM001", 240, 0x1c2000000000b040, 0xb040 },
		{ "ST3000DM001", 240, 0xffffff00b040, 0xb040 },
		/* minutes, half-minutes and seconds need more than 24 bits */
		{ "TOSHIBA MK1651GSY", 9, 0x01000000, 0x01000000 },
		{ "SAMSUNG SP1614N", 9, 0x01000001, 0x01000001 },
		{ "FUJITSU MHT2060AH", 9, 0x0102030405, 0x0102030405 },
		/* 5, 196: reallocated sectors, and as many events or spares above */
		{ "Hitachi HUA722020ALA330", 5, 0x002b002b, 43 },
		{ "IC35L060AVVA07-0", 5, 0x00040016, 22 },
		{ "Hitachi HUA722020ALA330", 196, 0x002b002b, 43 },
		{ "WDC WD40EFRX", 5, 65535, 65535 },
		/* 3: this start, and the average above */
		{ "Hitachi HUA722020ALA330", 3, 0x000c01a70221, 0x221 },
		/* 188: Seagate's three counters of 16 bits; one of 48 elsewhere */
		{ "ST3000DM001", 188, 0x000c000d0011, 17 },
		{ "ST9500325AS", 188, 0x000100010001, 1 },
		{ "Micron_1100_MTFDDAK256TBN", 188, 0x000c000d0011, 0x000c000d0011 },
		{ "STEC MACH16", 188, 0x000c000d0011, 0x000c000d0011 },
		{ NULL, 188, 0x10000, 0x10000 },
		/* all others: 48 bits; the seventh byte is never part of it */
		{ "ST3000DM001", 1, 0x00000c989118, 211325208 },
		{ "ST3000DM001", 241, 0x002289380d38, 0x2289380d38 },
		{ "Any", 197, 0xabffffffffffff, 0xffffffffffff },
		{ "Any", 255, 0xffffffffffffff, 0xffffffffffff },
		{ "Any", 0, 1, 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		uint8_t raw[7];

		put_le(raw, sizeof(raw), t[i].raw);
		CHECK_INT(ata_model_number(t[i].model, t[i].id, raw), t[i].want);
	}
}

/* A drive of a model and firmware with up to three attributes. */
struct example {
	const char *model, *firmware;
	struct {
		uint8_t id, value;
		uint64_t raw;
	} rows[3];
};

static void derive(struct drive *d, const struct example *e)
{
	if (e->model)
		drive_set_text(&d->model, e->model, strlen(e->model));
	if (e->firmware)
		drive_set_text(&d->firmware, e->firmware, strlen(e->firmware));
	for (size_t i = 0; i < ARRAY_LEN(e->rows) && e->rows[i].id; i++) {
		struct ata_attribute *a = &d->attributes[d->n_attributes++];

		a->id = e->rows[i].id;
		a->value = e->rows[i].value;
		put_le(a->raw, sizeof(a->raw), e->rows[i].raw);
		a->number = ata_model_number(d->model, a->id, a->raw);
	}
	ata_model_derive(d);
}

static void check_facts(void)
{
	static const struct {
		struct example e;
		enum drive_value v;
		intmax_t want;
	} t[] = {
		/* what attribute 9 counts */
		{ { "WDC WD40EFRX", "82.00A82", { { 9, 75, 18644 } } }, V_POWER_ON_SECONDS, 18644 * 3600LL },
		{ { "ST3000DM001", NULL, { { 9, 47, 0x5c190000b724 } } }, V_POWER_ON_SECONDS, 0xb724 * 3600LL },
		{ { NULL, NULL, { { 9, 1, 5 } } }, V_POWER_ON_SECONDS, 18000 },
		{ { "TOSHIBA MK1651GSY", "LJ001D", { { 9, 1, 378645 } } }, V_POWER_ON_SECONDS, 378645 * 60LL },
		{ { "Maxtor 96147H8", "BAC51KJ0", { { 9, 1, 1000 } } }, V_POWER_ON_SECONDS, 60000 },
		{ { "Maxtor 6Y080L0", NULL, { { 9, 1, 1000 } } }, V_POWER_ON_SECONDS, 60000 },
		{ { "SAMSUNG SP1614N", "TM100-24", { { 9, 1, 557429 } } }, V_POWER_ON_SECONDS, 557429 * 30LL },
		{ { "SAMSUNG MP0804H", "UE100-14", { { 9, 1, 557429 } } }, V_POWER_ON_SECONDS, 557429 * 30LL },
		{ { "SAMSUNG HD501LJ", "CR100-12", { { 9, 1, 10000 } } }, V_POWER_ON_SECONDS, 36000000 },
		{ { "FUJITSU MHT2060AH", "006C", { { 9, 1, 7654321 } } }, V_POWER_ON_SECONDS, 7654321 },
		/* the same drive with two firmwares, two units */
		{ { "FUJITSU MHY2120BH", "0084000D", { { 9, 1, 1000 } } }, V_POWER_ON_SECONDS, 3600000 },
		{ { "FUJITSU MHY2120BH", "0085000B", { { 9, 1, 1000 } } }, V_POWER_ON_SECONDS, 60000 },
		{ { "FUJITSU MHY2120BH", NULL, { { 9, 1, 1000 } } }, V_POWER_ON_SECONDS, 3600000 },
		{ { "WDC WD40EFRX", NULL, { { 5, 1, 1 } } }, V_POWER_ON_SECONDS, -1 },
		{ { "WDC WD40EFRX", NULL, { { 12, 1, 52 } } }, V_POWER_CYCLES, 52 },
		/* transfers: 32 MiB, GiB or logical blocks by vendor, nothing where nobody says */
		{ { "INTEL SSDSC2BB480G4", NULL, { { 241, 1, 100 } } }, V_WRITTEN_BYTES, 100LL << 25 },
		{ { "INTEL SSDSC2BB480G4", NULL, { { 242, 1, 7 } } }, V_READ_BYTES, 7LL << 25 },
		{ { "KINGSTON SA400S37240G", NULL, { { 241, 1, 100 } } }, V_WRITTEN_BYTES, 100LL << 30 },
		{ { "WDC WDS500G2B0A-00SM50", NULL, { { 242, 1, 3 } } }, V_READ_BYTES, 3LL << 30 },
		{ { "Samsung SSD 860 EVO 500GB", NULL, { { 241, 1, 1000 } } }, V_WRITTEN_BYTES, 512000 },
		{ { "Crucial_CT525MX300SSD1", NULL, { { 246, 1, 1000 } } }, V_WRITTEN_BYTES, 512000 },
		{ { "Crucial_CT525MX300SSD1", NULL, { { 241, 1, 1000 } } }, V_WRITTEN_BYTES, -1 },
		{ { "ST3000DM001", NULL, { { 242, 1, 0xffffffffffff } } }, V_READ_BYTES, 0xffffffffffff * 512 },
		{ { "WDC WD40EFRX", NULL, { { 241, 1, 1000 } } }, V_WRITTEN_BYTES, -1 },
		{ { NULL, NULL, { { 241, 1, 1000 } } }, V_WRITTEN_BYTES, -1 },
		/* wear, in percent: 100 less the normalised value of the model's own attribute */
		{ { "Samsung SSD 860 EVO 500GB", NULL, { { 177, 7, 1864 } } }, V_ENDURANCE_USED, 93 },
		{ { "Samsung SSD 860 EVO 500GB", NULL, { { 177, 100, 0 } } }, V_ENDURANCE_USED, 0 },
		{ { "Samsung SSD 860 EVO 500GB", NULL, { { 177, 0, 0 } } }, V_ENDURANCE_USED, 100 },
		{ { "Samsung SSD 860 EVO 500GB", NULL, { { 177, 101, 0 } } }, V_ENDURANCE_USED, -1 },
		{ { "Samsung SSD 860 EVO 500GB", NULL, { { 233, 7, 0 } } }, V_ENDURANCE_USED, -1 },
		{ { "INTEL SSDSC2BB480G4", NULL, { { 233, 98, 0 } } }, V_ENDURANCE_USED, 2 },
		{ { "Micron_5200_MTFDDAK960TDD", NULL, { { 202, 97, 3 } } }, V_ENDURANCE_USED, 3 },
		{ { "KINGSTON SA400S37240G", NULL, { { 231, 88, 88 } } }, V_ENDURANCE_USED, 12 },
		{ { "WDC WD40EFRX", NULL, { { 202, 50, 0 } } }, V_ENDURANCE_USED, -1 }, /* no SSD */
		/* bad sectors; a second number above 32 bits is none of them */
		{ { "Hitachi HUA722020ALA330", NULL, { { 5, 1, 0x002b002b } } }, V_ATA_BAD_REALLOCATED, 43 },
		{ { "Any", NULL, { { 197, 1, 70000 } } }, V_ATA_BAD_PENDING, 70000 },
		{ { "Any", NULL, { { 197, 1, 0xffffffff } } }, V_ATA_BAD_PENDING, 0xffffffff },
		{ { "Any", NULL, { { 197, 1, 0x00030000002b } } }, V_ATA_BAD_PENDING, 43 },
		{ { "Any", NULL, { { 198, 1, 2 } } }, V_ATA_BAD_UNCORRECTABLE, 2 },
		{ { "Any", NULL, { { 196, 1, 2 } } }, V_ATA_BAD_REALLOCATED, -1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_DRIVE struct drive d = { 0 };

		derive(&d, &t[i].e);
		CHECK_INT(fact(&d, t[i].v), t[i].want);
	}
}

/* A logical block is what the disk says it is. */
static void check_blocks(void)
{
	static const struct example e = { "ST4000NM000A", NULL, { { 241, 1, 10 } } };
	AUTO_DRIVE struct drive d = { 0 };

	drive_set(&d, V_BLOCK_LOGICAL, 4096);
	derive(&d, &e);
	CHECK_INT(fact(&d, V_WRITTEN_BYTES), 40960);
}

/* "sensor degrees" of each temperature. */
static void check_temperatures(void)
{
	static const struct {
		struct example e;
		const char *want;
	} t[] = {
		{ { "WDC WD40EFRX", NULL, { { 194, 1, 31 } } }, "device 31;" },
		{ { "Samsung SSD 860 EVO 500GB", NULL, { { 190, 1, 33 } } }, "device 33;" },
		{ { "ST3000DM001", NULL, { { 190, 1, 0x29180026 }, { 194, 1, 39 } } }, "device 39;airflow 38;" },
		{ { "WDC WD40EFRX", NULL, { { 194, 1, 0xf8 } } }, "device -8;" },
		{ { "WDC WD40EFRX", NULL, { { 194, 1, 0 } } }, "" },             /* nothing measured */
		{ { "WDC WD40EFRX", NULL, { { 194, 1, 0x00200000 << 4 } } }, "device 0;" }, /* zero, and a maximum */
		{ { "WDC WD40EFRX", NULL, { { 194, 1, 120 } } }, "" },           /* no disk lives at 120 degrees */
		{ { "WDC WD40EFRX", NULL, { { 194, 1, 0x80 } } }, "" },
		{ { "WDC WD40EFRX", NULL, { { 194, 1, 120 }, { 190, 1, 30 } } }, "device 30;" },
		{ { "Phison SSD", NULL, { { 231, 95, 95 } } }, "" },             /* life left, in spite of its name */
		{ { "SanDisk SDSSDH3", NULL, { { 190, 1, 30 } } }, "" },
		{ { "Any", NULL, { { 9, 1, 30 } } }, "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_DRIVE struct drive d = { 0 };
		AUTO_BUF struct buf text = { 0 };

		derive(&d, &t[i].e);
		for (size_t k = 0; k < d.n_temperatures; k++)
			buf_fmt(&text, "%s %d;", d.temperatures[k].sensor, d.temperatures[k].celsius);
		CHECK_STR(buf_cstr(&text), t[i].want);
	}
}

/* smartctl's default names; mappings of other tools match them. */
static void check_names(void)
{
	static const struct {
		uint8_t id;
		const char *name;
	} t[] = {
		{ 1, "Raw_Read_Error_Rate" },	  { 5, "Reallocated_Sector_Ct" },  { 9, "Power_On_Hours" },
		{ 10, "Spin_Retry_Count" },	  { 12, "Power_Cycle_Count" },	   { 183, "Runtime_Bad_Block" },
		{ 184, "End-to-End_Error" },	  { 187, "Reported_Uncorrect" },   { 188, "Command_Timeout" },
		{ 190, "Airflow_Temperature_Cel" }, { 194, "Temperature_Celsius" }, { 196, "Reallocated_Event_Count" },
		{ 197, "Current_Pending_Sector" }, { 198, "Offline_Uncorrectable" }, { 199, "UDMA_CRC_Error_Count" },
		{ 233, "Media_Wearout_Indicator" }, { 240, "Head_Flying_Hours" }, { 241, "Total_LBAs_Written" },
		{ 242, "Total_LBAs_Read" },	  { 254, "Free_Fall_Sensor" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		CHECK_STR(ata_name(t[i].id) ? ata_name(t[i].id) : "-", t[i].name);
	CHECK(!ata_name(0));
	CHECK(!ata_name(255));
}

/* Whatever is in the bytes, the number has at most 48 bits, and degrees are a byte's. */
static void check_random(uint64_t *seed)
{
	static const char *const models[] = { NULL, "", "ST3000DM001", "SAMSUNG SP1614N", "FUJITSU MHT2060AH" };
	size_t wrong = 0;

	for (int i = 0; i < 200000; i++) {
		const char *model = models[test_random(seed) % ARRAY_LEN(models)];
		uint8_t id = (uint8_t)test_random(seed), raw[7];
		int64_t n;

		put_le(raw, sizeof(raw), test_random(seed) >> test_random(seed) % 64);
		n = ata_model_number(model, id, raw);
		wrong += n > 0xffffffffffff || n < (id == 190 || id == 194 ? -128 : 0);
	}
	CHECK_INT(wrong, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_numbers();
	check_facts();
	check_blocks();
	check_temperatures();
	check_names();
	check_random(&seed);
	return TEST_END();
}
