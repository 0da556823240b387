/* SPDX-License-Identifier: MIT */
/*
 * NVMe pages, made here field by field: the SMART / Health log after NVM
 * Express Base 2.0 figure 207, Identify Controller after figure 275.
 */
#include "../../cmd/smart-textfile/nvme.h"
#include "../fixtures/smart/build.h"
#include "test.h"

#define MAX_128 "340282366920938463463374607431768211455"

struct nvme {
	uint8_t identify[4096], health[512];
	size_t n_identify, n_health; /* bytes of each that are there; 0: no page */
};

static void decode(struct drive *d, const struct nvme *s)
{
	AUTO_BUF struct buf blob = { 0 };
	struct pages pages;

	if (s->n_identify)
		pages_add(&blob, "NVID", s->identify, s->n_identify);
	if (s->n_health)
		pages_add(&blob, "NVSL", s->health, s->n_health);
	CHECK_INT(pages_split(buf_cstr(&blob), blob.len, &pages), 0);
	nvme_decode(d, &pages);
}

/* Every number of the log, each at its place with a value of its own. */
static const struct {
	size_t at, bytes;
	enum drive_value v;
	uint32_t mul, div;
	const char *largest; /* as printed when all its bytes are ones */
} fields[] = {
	{ 3, 1, V_NVME_SPARE, 1, 100, "2.55" },
	{ 4, 1, V_NVME_SPARE_THRESHOLD, 1, 100, "2.55" },
	{ 5, 1, V_ENDURANCE_USED, 1, 100, "2.55" },
	{ 32, 16, V_READ_BYTES, 512000, 1, "174224571863520493293247799005065324264960000" },
	{ 48, 16, V_WRITTEN_BYTES, 512000, 1, "174224571863520493293247799005065324264960000" },
	{ 64, 16, V_NVME_HOST_READS, 1, 1, MAX_128 },
	{ 80, 16, V_NVME_HOST_WRITES, 1, 1, MAX_128 },
	{ 96, 16, V_NVME_BUSY_SECONDS, 60, 1, "20416942015256307807802476445906092687300" },
	{ 112, 16, V_POWER_CYCLES, 1, 1, MAX_128 },
	{ 128, 16, V_POWER_ON_SECONDS, 3600, 1, "1225016520915378468468148586754365561238000" },
	{ 144, 16, V_NVME_UNSAFE_SHUTDOWNS, 1, 1, MAX_128 },
	{ 160, 16, V_NVME_MEDIA_ERRORS, 1, 1, MAX_128 },
	{ 176, 16, V_NVME_ERROR_LOG_ENTRIES, 1, 1, MAX_128 },
	{ 192, 4, V_NVME_WARN_TEMP_SECONDS, 60, 1, "257698037700" },
	{ 196, 4, V_NVME_CRIT_TEMP_SECONDS, 60, 1, "257698037700" },
	{ 216, 4, V_NVME_THERMAL_TRANSITIONS_1, 1, 1, "4294967295" },
	{ 220, 4, V_NVME_THERMAL_TRANSITIONS_2, 1, 1, "4294967295" },
	{ 224, 4, V_NVME_THERMAL_SECONDS_1, 1, 1, "4294967295" },
	{ 228, 4, V_NVME_THERMAL_SECONDS_2, 1, 1, "4294967295" },
};

static void check_fields(void)
{
	AUTO_DRIVE struct drive d = { 0 };
	struct nvme s = { .n_health = 512 };

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		put_le(s.health + fields[i].at, fields[i].bytes, i + 11);
	decode(&d, &s);
	CHECK(d.up);
	CHECK_INT(d.kind, DRIVE_NVME);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		CHECK_INT(d.values[fields[i].v].n, i + 11);
		CHECK_INT(d.values[fields[i].v].mul, fields[i].mul);
		CHECK_INT(d.values[fields[i].v].div, fields[i].div);
	}
}

/* One field at a time is all ones and the others are zero: each number is exact, and nothing spills. */
static void check_largest(void)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		AUTO_DRIVE struct drive d = { .name = "n" };
		AUTO_BUF struct buf text = { 0 }, line = { 0 };
		struct nvme s = { .n_health = 512 };
		size_t others = 0;

		memset(s.health + fields[i].at, 0xff, fields[i].bytes);
		decode(&d, &s);
		for (size_t k = 0; k < ARRAY_LEN(fields); k++)
			others += k != i && d.values[fields[k].v].n != 0;
		CHECK_INT(others, 0);
		CHECK(print_drives(&text, &d, 1));
		buf_fmt(&line, " %s\n", fields[i].largest);
		OK_(strstr(buf_cstr(&text), buf_cstr(&line)) != NULL, fields[i].largest, "%s", buf_cstr(&text));
	}
}

static void check_warnings(void)
{
	size_t wrong = 0;

	for (unsigned bits = 0; bits < 256; bits++) {
		AUTO_DRIVE struct drive d = { 0 };
		struct nvme s = { .n_health = 512 };

		s.health[0] = (uint8_t)bits;
		s.health[4] = 10; /* a log of zeros would not count */
		decode(&d, &s);
		wrong += fact(&d, V_NVME_WARN_SPARE) != (int)(bits & 1);
		wrong += fact(&d, V_NVME_WARN_TEMPERATURE) != (int)(bits >> 1 & 1);
		wrong += fact(&d, V_NVME_WARN_RELIABILITY) != (int)(bits >> 2 & 1);
		wrong += fact(&d, V_NVME_WARN_READ_ONLY) != (int)(bits >> 3 & 1);
		wrong += fact(&d, V_NVME_WARN_VOLATILE_BACKUP) != (int)(bits >> 4 & 1);
		wrong += fact(&d, V_NVME_WARN_PMR) != (int)(bits >> 5 & 1);
		wrong += fact(&d, V_HEALTHY) != (bits == 0);
		wrong += fact(&d, V_NVME_GROUP_SPARE) != 0;
	}
	for (unsigned bits = 0; bits < 256; bits++) {
		AUTO_DRIVE struct drive d = { 0 };
		struct nvme s = { .n_health = 512 };

		s.health[4] = 10;
		s.health[6] = (uint8_t)bits;
		decode(&d, &s);
		wrong += fact(&d, V_NVME_GROUP_SPARE) != (int)(bits & 1);
		wrong += fact(&d, V_NVME_GROUP_RELIABILITY) != (int)(bits >> 2 & 1);
		wrong += fact(&d, V_NVME_GROUP_READ_ONLY) != (int)(bits >> 3 & 1);
		wrong += fact(&d, V_HEALTHY) != 1; /* the summary is of the groups, byte 0 of the drive */
	}
	CHECK_INT(wrong, 0);
}

/* Kelvin; 0 is no sensor. */
static void check_temperatures(void)
{
	static const struct {
		uint16_t composite, sensors[8];
		const char *want;
	} t[] = {
		{ 314, { 0 }, "composite 41;" },
		{ 0, { 0 }, "" },
		{ 273, { 0 }, "composite 0;" },
		{ 272, { 0 }, "composite -1;" },
		{ 1, { 0 }, "composite -272;" },
		{ 65535, { 0 }, "composite 65262;" },
		{ 0x0139, { 0 }, "composite 40;" }, /* low byte first */
		{ 300, { 301, 0, 302 }, "composite 27;1 28;3 29;" },
		{ 0, { 301, 302, 303, 304, 305, 306, 307, 258 }, "1 28;2 29;3 30;4 31;5 32;6 33;7 34;8 -15;" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_DRIVE struct drive d = { 0 };
		AUTO_BUF struct buf text = { 0 };
		struct nvme s = { .n_health = 512 };

		s.health[4] = 10;
		put_le(s.health + 1, 2, t[i].composite);
		for (size_t k = 0; k < 8; k++)
			put_le(s.health + 200 + 2 * k, 2, t[i].sensors[k]);
		decode(&d, &s);
		for (size_t k = 0; k < d.n_temperatures; k++)
			buf_fmt(&text, "%s %d;", d.temperatures[k].sensor, d.temperatures[k].celsius);
		CHECK_STR(buf_cstr(&text), t[i].want);
	}
}

/* A log that is absent, too short or all zeros tells nothing, not even that all is well. */
static void check_no_log(void)
{
	for (size_t n = 0; n <= 512; n += 256) {
		AUTO_DRIVE struct drive d = { .name = "n" };
		AUTO_BUF struct buf text = { 0 };
		struct nvme s = { .n_health = n, .n_identify = 4096 };

		if (n == 256)
			memset(s.health, 1, sizeof(s.health));
		decode(&d, &s);
		CHECK(!d.up);
		CHECK(!d.power_state);
		for (size_t v = 0; v < V_COUNT; v++)
			if (d.values[v].known)
				CHECK_INT(v, -1);
		CHECK(print_drives(&text, &d, 1));
		CHECK(!strstr(buf_cstr(&text), "smart_nvme"));
		CHECK(!strstr(buf_cstr(&text), "healthy"));
	}
}

/* One bit anywhere makes it a log: the last byte of the reserved part will do. */
static void check_nearly_empty(void)
{
	AUTO_DRIVE struct drive d = { 0 };
	struct nvme s = { .n_health = 512 };

	s.health[511] = 0x80;
	decode(&d, &s);
	CHECK(d.up);
	CHECK_INT(fact(&d, V_HEALTHY), 1);
	CHECK_INT(d.n_temperatures, 0);
}

static void check_identify(void)
{
	AUTO_DRIVE struct drive d = { 0 };
	struct nvme s = { .n_identify = 4096 };
	char text[NUM_U128_SIZE];

	memset(s.identify, 'Z', sizeof(s.identify));
	memcpy(s.identify + 4, "  S0123456789       ", 20);
	memcpy(s.identify + 24, "MODEL of forty characters, exactly so ++", 40);
	memcpy(s.identify + 64, "FW 1.0\0 ", 8);
	put_le(s.identify + 266, 2, 273 + 82);
	put_le(s.identify + 268, 2, 273 + 85);
	memset(s.identify + 280, 0xff, 16);
	decode(&d, &s);
	CHECK_STR(d.serial, "S0123456789");
	CHECK_STR(d.model, "MODEL of forty characters, exactly so ++");
	CHECK_STR(d.firmware, "FW 1.0");
	CHECK_INT(fact(&d, V_TEMP_LIMIT_WARNING), 82);
	CHECK_INT(fact(&d, V_TEMP_LIMIT_CRITICAL), 85);
	(void)num_format_u128(text, d.values[V_CAPACITY_BYTES].n);
	CHECK_STR(text, MAX_128);
	CHECK(!d.up);
}

/* Zero limits and capacity are not reported; what the kernel says of the capacity stays. */
static void check_identify_absent(void)
{
	AUTO_DRIVE struct drive d = { 0 }, known = { 0 };
	struct nvme s = { .n_identify = 4096 };

	decode(&d, &s);
	CHECK_INT(fact(&d, V_TEMP_LIMIT_WARNING), -1);
	CHECK_INT(fact(&d, V_TEMP_LIMIT_CRITICAL), -1);
	CHECK_INT(fact(&d, V_CAPACITY_BYTES), -1);
	CHECK(!d.serial && !d.model && !d.firmware);

	drive_set(&known, V_CAPACITY_BYTES, 1000);
	put_le(s.identify + 280, 16, 2000);
	s.n_identify = 4095;
	memset(s.identify + 24, 'M', 40);
	decode(&known, &s); /* cut off: not a page */
	CHECK(!known.model);
	s.n_identify = 4096;
	decode(&known, &s);
	CHECK(known.model != NULL);
	CHECK_INT(fact(&known, V_CAPACITY_BYTES), 1000);
}

int main(void)
{
	check_fields();
	check_largest();
	check_warnings();
	check_temperatures();
	check_no_log();
	check_nearly_empty();
	check_identify();
	check_identify_absent();
	return TEST_END();
}
