/* SPDX-License-Identifier: MIT */
/* Pages are built here byte by byte from the standards. */
#include "../../cmd/smart-textfile/logs.h"

#include "test.h"

enum { PAGE = 512, SELF_TEST_LOG = 564 };

typedef void decode_fn(struct drive *d, const struct pages *pages);

static void put_le(uint8_t *p, size_t n, u128 v)
{
	for (; n--; v >>= 8)
		*p++ = (uint8_t)v;
}

static void seal(uint8_t page[static PAGE])
{
	uint8_t sum = 0;

	for (size_t i = 0; i < PAGE - 1; i++)
		sum = (uint8_t)(sum + page[i]);
	page[PAGE - 1] = (uint8_t)-sum;
}

/* Decodes one page into d as it is; what a full decoder left there stays. */
static void decode_page(struct drive *d, decode_fn *decode, const char *tag, const void *page, size_t n)
{
	AUTO_BUF struct buf blob = { 0 };
	struct pages pages;

	pages_add(&blob, tag, page, n);
	(void)!pages_split(blob.data, blob.len, &pages);
	decode(d, &pages);
}

/* -1: not there. */
static intmax_t extra(const struct drive *d, const char *page, const char *name)
{
	for (size_t i = 0; i < d->n_extras; i++)
		if (strcmp(d->extras[i].page, page) == 0 && strcmp(d->extras[i].name, name) == 0)
			return (intmax_t)d->extras[i].n;
	return -1;
}

#define CHECK_VALUE(d, v, want) \
	do { \
		CHECK((d).values[v].known); \
		CHECK((d).values[v].n * (d).values[v].mul == (u128)(want)); \
	} while (0)
#define CHECK_UNKNOWN(d, v) CHECK(!(d).values[v].known)
#define CHECK_TEXT(got, want) CHECK_STR((got) ? (got) : "(none)", want)

/* ---- ATA device statistics ---- */

static void put_statistic(uint8_t *page, size_t at, u128 v, uint8_t flags)
{
	put_le(page + at, 7, v);
	page[at + 7] = flags;
}

static void test_general_statistics(void)
{
	uint8_t page[PAGE] = { 1, 0, 1 };
	struct drive d = { 0 };

	put_statistic(page, 8, 0xffffffff, 0xc0);
	put_statistic(page, 16, 0xabc00000064, 0xc8); /* 32 bits count; a monitored condition is met */
	put_statistic(page, 24, 0x77fedcba987654, 0xc0); /* 48 bits count */
	put_statistic(page, 32, 5, 0x80); /* supported, not valid */
	put_statistic(page, 40, 1000, 0xe0); /* normalized */
	put_statistic(page, 48, 5, 0x40); /* valid without being supported */
	put_statistic(page, 72, 0x1ffff, 0xc0);
	put_statistic(page, 80, 37, 0xc0);
	decode_page(&d, ata_logs_decode, "DS01", page, PAGE);
	CHECK_INT(d.n_extras, 6);
	CHECK_INT(extra(&d, "general", "lifetime_power_on_resets"), 0xffffffff);
	CHECK_INT(extra(&d, "general", "power_on_hours"), 100);
	CHECK_INT(extra(&d, "general", "logical_sectors_written"), 0xfedcba987654);
	CHECK_INT(extra(&d, "general", "write_commands"), -1);
	CHECK_INT(extra(&d, "general", "logical_sectors_read"), 1000);
	CHECK_INT(extra(&d, "general", "workload_utilization"), 0xffff);
	CHECK_INT(extra(&d, "general", "utilization_usage_rate_percent"), 37);
	CHECK_VALUE(d, V_POWER_ON_SECONDS, 360000);
	CHECK_VALUE(d, V_WRITTEN_BYTES, (u128)0xfedcba987654 * 512);
	CHECK_VALUE(d, V_READ_BYTES, 512000);

	/* The attribute's time stays, being finer; what was transferred does not. The rate is not valid now. */
	d = (struct drive){ 0 };
	drive_set(&d, V_BLOCK_LOGICAL, 4096);
	drive_set(&d, V_POWER_ON_SECONDS, 360060);
	drive_set(&d, V_READ_BYTES, 7);
	page[80 + 5] = 1;
	decode_page(&d, ata_logs_decode, "DS01", page, PAGE);
	CHECK_VALUE(d, V_POWER_ON_SECONDS, 360060);
	CHECK_VALUE(d, V_READ_BYTES, 4096000);
	CHECK_INT(extra(&d, "general", "utilization_usage_rate_percent"), -1);

	/* Another page than its tag says; a page that ends within a statistic. */
	d = (struct drive){ 0 };
	decode_page(&d, ata_logs_decode, "DS02", page, PAGE);
	CHECK_INT(d.n_extras, 0);
	decode_page(&d, ata_logs_decode, "DS01", page, 23);
	CHECK_INT(d.n_extras, 1);
}

static void test_temperature_statistics(void)
{
	uint8_t page[PAGE] = { 1, 0, 5 };
	struct drive d = { 0 };

	put_statistic(page, 8, 35, 0xc0);
	put_statistic(page, 32, 0x80, 0xc0); /* no measurement */
	put_statistic(page, 40, 0xfb, 0xc0); /* -5 */
	put_statistic(page, 80, 70000, 0xc0);
	put_statistic(page, 88, 60, 0xc0);
	put_statistic(page, 104, 0, 0xc0);
	decode_page(&d, ata_logs_decode, "DS05", page, PAGE);
	CHECK_INT(extra(&d, "temperature", "current_celsius"), 35);
	CHECK_INT(extra(&d, "temperature", "highest_celsius"), -1);
	CHECK_INT(extra(&d, "temperature", "lowest_celsius"), -1);
	CHECK_INT(extra(&d, "temperature", "over_temperature_minutes"), 70000);
	CHECK_INT(extra(&d, "temperature", "specified_minimum_celsius"), 0);
	CHECK_INT(d.n_temperatures, 1);
	CHECK_INT(d.temperatures[0].celsius, 35);
	CHECK_TEXT(d.temperatures[0].sensor, "device");
	CHECK_VALUE(d, V_TEMP_LIMIT_CRITICAL, 60);

	put_statistic(page, 8, 0xf6, 0xc0);
	decode_page(&d, ata_logs_decode, "DS05", page, PAGE);
	CHECK_INT(d.n_temperatures, 1); /* known already */
	d = (struct drive){ 0 };
	decode_page(&d, ata_logs_decode, "DS05", page, PAGE);
	CHECK_INT(d.temperatures[0].celsius, -10);
	CHECK_INT(extra(&d, "temperature", "current_celsius"), -1);

	put_statistic(page, 8, 0x80, 0xc0);
	put_statistic(page, 88, 0x80, 0xc0);
	d = (struct drive){ 0 };
	decode_page(&d, ata_logs_decode, "DS05", page, PAGE);
	CHECK_INT(d.n_temperatures, 0);
	CHECK_UNKNOWN(d, V_TEMP_LIMIT_CRITICAL);
}

static void test_other_statistics(void)
{
	static const struct {
		uint8_t number, items;
		const char *page, *last;
	} t[] = {
		{ 1, 12, "general", "random_write_resources_used" },
		{ 2, 2, "free_fall", "overlimit_shock_events" },
		{ 3, 8, "rotating_media", "high_priority_unload_events" },
		{ 4, 3, "general_errors", "physical_element_status_changed" },
		{ 5, 13, "temperature", "specified_minimum_celsius" },
		{ 6, 3, "transport", "interface_crc_errors" },
		{ 7, 1, "solid_state", "percentage_used_endurance" },
	};
	struct drive d = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		uint8_t page[PAGE] = { 1, 0, t[i].number };
		char tag[8];

		(void)snprintf(tag, sizeof(tag), "DS%02X", t[i].number);
		for (size_t at = 8; at < PAGE; at += 8)
			put_statistic(page, at, at / 8, 0xc0);
		d = (struct drive){ 0 };
		decode_page(&d, ata_logs_decode, tag, page, PAGE);
		CHECK_INT(d.n_extras, t[i].items);
		CHECK_INT(extra(&d, t[i].page, t[i].last), t[i].items);
	}
	CHECK_VALUE(d, V_ENDURANCE_USED, 1);
	CHECK_INT(d.values[V_ENDURANCE_USED].div, 100);
}

static void test_known_endurance_stays(void)
{
	uint8_t page[PAGE] = { 1, 0, 7 };
	struct drive d = { 0 };

	put_statistic(page, 8, 9, 0xc0);
	drive_set_ratio(&d, V_ENDURANCE_USED, 4, 100);
	decode_page(&d, ata_logs_decode, "DS07", page, PAGE);
	CHECK_VALUE(d, V_ENDURANCE_USED, 4);
	CHECK_INT(extra(&d, "solid_state", "percentage_used_endurance"), 9);
}

/* ---- ATA self-test and error logs ---- */

static void make_self_tests(uint8_t page[static PAGE], uint8_t index, uint8_t type, uint8_t status, uint16_t hours)
{
	uint8_t *entry = page + 2 + 24 * ((index + 20) % 21);

	memset(page, 0, PAGE);
	page[0] = 1;
	page[508] = index;
	for (size_t i = 0; i < 21; i++)
		page[2 + 24 * i] = 0x7f;
	entry[0] = type;
	entry[1] = status;
	put_le(entry + 2, 2, hours);
	seal(page);
}

static void test_ata_self_tests(void)
{
	static const struct {
		uint8_t index, type, status;
		uint16_t hours;
		uint64_t on, want; /* hours; on 0: unknown */
		const char *name, *result;
	} t[] = {
		{ 1, 0x01, 0x00, 100, 0, 100, "short", "completed" },
		{ 21, 0x82, 0x79, 5, 10, 5, "extended", "failed_read" },
		{ 7, 0x03, 0xf4, 10, 10, 10, "conveyance", "in_progress" },
		{ 7, 0x04, 0x19, 65535, 65536, 65535, "selective", "aborted_by_host" },
		{ 7, 0x00, 0x20, 3, 70000, 65539, "offline", "interrupted" },
		{ 7, 0x40, 0x30, 4465, 70000, 70001, "vendor", "fatal_error" }, /* an hour ahead */
		{ 7, 0x7f, 0x40, 4466, 70000, 4466, "aborting", "failed_unknown" },
		{ 7, 0x01, 0x50, 2000, 1000, 2000, "short", "failed_electrical" }, /* older than the drive */
		{ 7, 0x01, 0x60, 0, 0, 0, "short", "failed_servo" },
		{ 7, 0x01, 0x80, 0, 131072, 131072, "short", "failed_handling" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		uint8_t page[PAGE];
		struct drive d = { 0 };

		if (t[i].on)
			drive_set(&d, V_POWER_ON_SECONDS, t[i].on * 3600 + 59);
		make_self_tests(page, t[i].index, t[i].type, t[i].status, t[i].hours);
		decode_page(&d, ata_logs_decode, "STLG", page, PAGE);
		CHECK_VALUE(d, V_ATA_CHECKSUM_SELF_TEST, 0);
		CHECK_VALUE(d, V_SELF_TEST_LAST_SECONDS, t[i].want * 3600);
		CHECK(d.last_self_test.power_on_seconds == t[i].want * 3600);
		CHECK_TEXT(d.last_self_test.type, t[i].name);
		CHECK_TEXT(d.last_self_test.result, t[i].result);
	}
}

static void test_ata_self_test_faults(void)
{
	static const struct {
		uint8_t index, status;
	} t[] = { { 0, 0x00 }, { 22, 0x00 }, { 255, 0x00 }, { 3, 0x90 }, { 3, 0xe0 } };
	uint8_t page[PAGE];
	struct drive d;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		d = (struct drive){ 0 };
		make_self_tests(page, t[i].index, 1, t[i].status, 100);
		decode_page(&d, ata_logs_decode, "STLG", page, PAGE);
		CHECK_VALUE(d, V_ATA_CHECKSUM_SELF_TEST, 0);
		CHECK(!d.last_self_test.type);
		CHECK_UNKNOWN(d, V_SELF_TEST_LAST_SECONDS);
	}
	d = (struct drive){ 0 };
	make_self_tests(page, 1, 1, 0, 100);
	decode_page(&d, ata_logs_decode, "STLG", page, PAGE - 1);
	CHECK_UNKNOWN(d, V_ATA_CHECKSUM_SELF_TEST);
	page[511]++;
	decode_page(&d, ata_logs_decode, "STLG", page, PAGE);
	CHECK_VALUE(d, V_ATA_CHECKSUM_SELF_TEST, 1);
	CHECK(!d.last_self_test.type);
}

static void test_ata_error_log(void)
{
	uint8_t page[PAGE] = { 1 };
	struct drive d = { 0 };

	put_le(page + 452, 2, 0x1234);
	page[460] = 0x55;
	seal(page);
	decode_page(&d, ata_logs_decode, "ERLG", page, PAGE);
	CHECK_VALUE(d, V_ATA_CHECKSUM_ERROR_LOG, 0);
	CHECK_VALUE(d, V_ATA_ERROR_LOG_ENTRIES, 0x1234);

	d = (struct drive){ 0 };
	page[3] ^= 1;
	decode_page(&d, ata_logs_decode, "ERLG", page, PAGE);
	CHECK_VALUE(d, V_ATA_CHECKSUM_ERROR_LOG, 1);
	CHECK_UNKNOWN(d, V_ATA_ERROR_LOG_ENTRIES);

	d = (struct drive){ 0 };
	memset(page, 0, PAGE);
	decode_page(&d, ata_logs_decode, "ERLG", page, PAGE);
	CHECK_VALUE(d, V_ATA_CHECKSUM_ERROR_LOG, 0);
	CHECK_UNKNOWN(d, V_ATA_ERROR_LOG_ENTRIES);
}

/* ---- NVMe ---- */

static void test_nvme_self_tests(void)
{
	static const struct {
		uint8_t status;
		uint64_t hours;
		const char *type, *result;
	} t[] = {
		{ 0x10, 0, "short", "completed" }, { 0x21, 1000, "extended", "aborted_by_host" },
		{ 0xe5, 70000, "vendor", "fatal_error" }, { 0x37, 9, "other", "failed_segment" },
		{ 0x29, 9, "extended", "interrupted" }, { 0x16, 9, "short", "failed_unknown" },
		{ 0x1f, 9, "(none)", "(none)" }, { 0x1a, 9, "(none)", "(none)" }, { 0x00, 9, "(none)", "(none)" },
		{ 0x10, UINT64_MAX, "short", "completed" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		uint8_t page[SELF_TEST_LOG] = { 0, 50, [4] = t[i].status };
		struct drive d = { 0 };

		put_le(page + 8, 8, t[i].hours);
		decode_page(&d, nvme_logs_decode, "NVST", page, sizeof(page));
		CHECK_TEXT(d.last_self_test.type, t[i].type);
		CHECK_TEXT(d.last_self_test.result, t[i].result);
		CHECK(d.values[V_SELF_TEST_LAST_SECONDS].known == (d.last_self_test.type && t[i].hours != UINT64_MAX));
		if (d.values[V_SELF_TEST_LAST_SECONDS].known)
			CHECK_VALUE(d, V_SELF_TEST_LAST_SECONDS, t[i].hours * 3600);
		CHECK_INT(d.n_extras, 0);

		page[0] = 2;
		page[1] = 0x80 | 42;
		decode_page(&d, nvme_logs_decode, "NVST", page, sizeof(page));
		CHECK_INT(extra(&d, "self_test", "completion_percent"), 42);
	}
}

static void make_ocp(uint8_t page[static PAGE], uint16_t version)
{
	static const uint8_t guid[16] = { 0xc5, 0xaf, 0x10, 0x28, 0xea, 0xbf, 0xf2, 0xa4,
					  0x9c, 0x4f, 0x6f, 0x7c, 0xc9, 0x14, 0xd5, 0xaf };

	for (size_t i = 0; i < PAGE; i++)
		page[i] = (uint8_t)i;
	memset(page, 0xff, 32);
	page[16] = 0xfe;
	put_le(page + 494, 2, version);
	memcpy(page + 496, guid, sizeof(guid));
}

static void test_ocp(void)
{
	uint8_t page[PAGE];
	struct drive d = { 0 };

	make_ocp(page, 4);
	decode_page(&d, nvme_logs_decode, "NVC0", page, PAGE);
	CHECK_INT(d.n_extras, 35);
	CHECK(d.extras[0].n == ~(u128)0);
	CHECK(d.extras[1].n == ~(u128)0 - 1);
	CHECK_INT(extra(&d, "ocp", "bad_user_nand_blocks_raw"), 0x252423222120);
	CHECK_INT(extra(&d, "ocp", "bad_user_nand_blocks_normalized"), 0x2726);
	CHECK_INT(extra(&d, "ocp", "bad_system_nand_blocks_normalized"), 0x2f2e);
	CHECK_INT(extra(&d, "ocp", "uncorrectable_read_errors"), 0x3f3e3d3c3b3a3938);
	CHECK_INT(extra(&d, "ocp", "end_to_end_corrected_errors"), 0x4f4e4d4c);
	CHECK_INT(extra(&d, "ocp", "system_data_percent_used"), 0x50);
	CHECK_INT(extra(&d, "ocp", "refresh_count"), 0x57565554535251);
	CHECK_INT(extra(&d, "ocp", "max_user_data_erase_count"), 0x5b5a5958);
	CHECK_INT(extra(&d, "ocp", "thermal_throttling_status"), 0x61);
	CHECK_INT(extra(&d, "ocp", "specification_major_version"), 0x67);
	CHECK_INT(extra(&d, "ocp", "incomplete_shutdowns"), 0x73727170);
	CHECK_INT(extra(&d, "ocp", "capacitor_health"), 0x8180);
	CHECK_INT(extra(&d, "ocp", "log_page_version"), 4);

	d = (struct drive){ 0 };
	make_ocp(page, 2);
	decode_page(&d, nvme_logs_decode, "NVC0", page, PAGE);
	CHECK_INT(extra(&d, "ocp", "log_page_version"), 2);
	CHECK_INT(extra(&d, "ocp", "power_state_changes"), -1);
	CHECK_INT(d.n_extras, 27);

	d = (struct drive){ 0 };
	decode_page(&d, nvme_logs_decode, "NVC0", page, PAGE - 1);
	for (size_t i = 0; i < 16; i++) {
		page[496 + i] ^= 1;
		decode_page(&d, nvme_logs_decode, "NVC0", page, PAGE);
		page[496 + i] ^= 1;
	}
	CHECK_INT(d.n_extras, 0);
}

/* ---- hostile pages ---- */

static const struct {
	const char *tag;
	decode_fn *decode;
	size_t n;
} kinds[] = {
	{ "DS01", ata_logs_decode, PAGE }, { "DS05", ata_logs_decode, PAGE }, { "DS07", ata_logs_decode, PAGE },
	{ "STLG", ata_logs_decode, PAGE }, { "ERLG", ata_logs_decode, PAGE },
	{ "NVST", nvme_logs_decode, SELF_TEST_LOG }, { "NVC0", nvme_logs_decode, PAGE },
};

static void make_good(uint8_t page[static SELF_TEST_LOG], size_t kind)
{
	memset(page, 0, SELF_TEST_LOG);
	if (kind < 3) {
		page[2] = (uint8_t)(kinds[kind].tag[3] - '0');
		for (size_t at = 8; at < PAGE; at += 8)
			put_statistic(page, at, 0x123456 + at, 0xc0);
	} else if (kind < 5) {
		make_self_tests(page, 3, 1, 0, 100);
	} else if (kind == 5) {
		page[4] = 0x10;
	} else {
		make_ocp(page, 4);
	}
}

/* Decodes from a block of exactly n bytes, so that a sanitizer sees one byte too many. */
static bool is_sane_in_block(size_t kind, const uint8_t *page, size_t n)
{
	AUTO_FREE uint8_t *block = malloc(n + !n);
	struct drive d = { 0 };
	struct pages pages = { .n = 1 };
	bool sane = true;

	if (!block)
		abort();
	memcpy(block, page, n);
	memcpy(pages.items[0].tag, kinds[kind].tag, sizeof(pages.items[0].tag));
	pages.items[0].p = block;
	pages.items[0].n = n;
	drive_set(&d, V_POWER_ON_SECONDS, 3600 * 70000);
	kinds[kind].decode(&d, &pages);
	if (d.n_temperatures)
		sane = d.n_temperatures == 1 && d.temperatures[0].celsius > -128 && d.temperatures[0].celsius < 128;
	return sane && d.n_extras <= EXTRAS_MAX && !d.last_self_test.type == !d.last_self_test.result;
}

static void test_truncation_and_mutation(void)
{
	uint8_t page[SELF_TEST_LOG];
	uint64_t seed = test_seed();
	bool sane = true;

	for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++) {
		make_good(page, kind);
		for (size_t n = 0; n <= kinds[kind].n; n++)
			sane = is_sane_in_block(kind, page, n) && sane;
		for (int round = 0; round < 5000; round++) {
			make_good(page, kind);
			for (int k = 0; k < 6; k++)
				page[test_random(&seed) % kinds[kind].n] = (uint8_t)test_random(&seed);
			if (round % 2) /* so that what lies behind the checksum is reached */
				seal(page);
			sane = is_sane_in_block(kind, page, kinds[kind].n) && sane;
		}
		memset(page, 0xff, sizeof(page));
		sane = is_sane_in_block(kind, page, kinds[kind].n) && sane;
	}
	CHECK(sane);
}

int main(void)
{
	test_general_statistics();
	test_temperature_statistics();
	test_other_statistics();
	test_known_endurance_stays();
	test_ata_self_tests();
	test_ata_self_test_faults();
	test_ata_error_log();
	test_nvme_self_tests();
	test_ocp();
	test_truncation_and_mutation();
	return TEST_END();
}
