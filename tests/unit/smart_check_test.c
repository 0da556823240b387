/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "../../cmd/smart-textfile/check.h"
#include "test.h"

static void test_ranges(void)
{
	static const struct {
		const char *range;
		double v;
		bool alarm;
	} t[] = {
		{ "10", 0, false },       { "10", 10, false },    { "10", 11, true },
		{ "10", -1, true },       { "0", 0, false },      { "0", 1, true },
		{ "10:", 10, false },     { "10:", 9, true },     { "10:", 1e30, false },
		{ "~:10", -1e30, false }, { "~:10", 10, false },  { "~:10", 10.5, true },
		{ "5:10", 4, true },      { "5:10", 5, false },   { "5:10", 10, false },
		{ "5:10", 11, true },     { "@5:10", 4, false },  { "@5:10", 5, true },
		{ "@5:10", 10, true },    { "@5:10", 11, false }, { "@10", 0, true },
		{ "@10", 11, false },     { ":10", 11, true },    { ":", 1e30, false },
		{ "-5:5", -6, true },     { "-5:5", -5, false },  { "1.5", 1.6, true },
		{ "1.5", 1.5, false },    { "~:", -1e30, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		json_t *j = json_pack("[s, s]", t[i].range, "~:");
		struct thresholds th;

		printf("# %s\n", t[i].range);
		CHECK(threshold_parse(j, &th) == NULL);
		CHECK_INT(threshold_state(&th, t[i].v), t[i].alarm);
		json_decref(j);
		j = json_pack("[s, s]", "0", t[i].range); /* critical wins over whatever the warning says */
		CHECK(threshold_parse(j, &th) == NULL);
		CHECK_INT(threshold_state(&th, t[i].v) == 2, t[i].alarm);
		json_decref(j);
	}
}

static void test_malformed_thresholds_change_nothing(void)
{
	static const char *const t[] = {
		"[]",
		"[\"1\"]",
		"{}",
		"1",
		"[\"1\", \"2\", \"r1\", \"x\"]",
		"[\"\", \"1\"]",
		"[\"x\", \"1\"]",
		"[\"1\", \"1:x\"]",
		"[\"1x:2\", \"1\"]",
		"[\"2:1\", \"1\"]",
		"[\"~\", \"1\"]",
		"[\"1:2:3\", \"1\"]",
		"[\"@\", \"1\"]",
		"[\"--1:\", \"1\"]",
		"[\" 1\", \"1\"]",
		"[\"1e3\", \"1\"]",
		"[\"nan\", \"1\"]",
		"[\"inf\", \"1\"]",
		"[-1, 1]",
		"[1.5, 1]",
		"[null, 1]",
		"[\"1\", \"2\", \"8\"]",
		"[\"1\", \"2\", \"r\"]",
		"[\"1\", \"2\", \"r64\"]",
		"[\"1\", \"2\", \"x8\"]",
		"[\"1\", \"2\", 8]",
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		json_t *j = json_loads(t[i], JSON_DECODE_ANY, NULL);
		struct thresholds th = { .shift = 77 };

		printf("# %s\n", t[i]);
		CHECK(j && threshold_parse(j, &th) != NULL);
		CHECK_INT(th.shift, 77);
		json_decref(j);
	}
}

static void test_shifts(void)
{
	static const struct {
		const char *entry;
		double v;
		unsigned state;
	} t[] = {
		{ "[\"85\", \"95\", \"r8\"]", 85 * 256 + 255, 0 },
		{ "[\"85\", \"95\", \"r8\"]", 86 * 256, 1 },
		{ "[\"85\", \"95\", \"r8\"]", 96 * 256, 2 },
		{ "[\"85\", \"95\", \"r63\"]", 1e18, 0 },
		{ "[\"85\", \"95\", \"l3\"]", 10, 0 },
		{ "[\"85\", \"95\", \"l3\"]", 11, 1 },
		{ "[\"85\", \"95\", \"l63\"]", 1, 2 },
		{ "[\"85\", \"95\", \"r0\"]", 86, 1 },
		{ "[\"~:85\", \"95\", \"r8\"]", -1, 2 },
		{ "[85, 95, \"r8\"]", 86 * 256, 1 },
		{ "[\"85\", \"95\", \"r8\"]", 1e30, 2 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		json_t *j = json_loads(t[i].entry, 0, NULL);
		struct thresholds th;

		printf("# %s\n", t[i].entry);
		CHECK(threshold_parse(j, &th) == NULL);
		CHECK_INT(threshold_state(&th, t[i].v), t[i].state);
		json_decref(j);
	}
}

/* ---- drives ---- */

static struct db *load(const char *path, bool overrides)
{
	struct conf_errors warnings = { 0 };
	json_t *tree = json_load_file(path, 0, NULL);
	struct db *db = overrides ? db_new_overrides(tree, &warnings) : db_new(tree, &warnings);

	CHECK(tree != NULL);
	CHECK_INT(warnings.n, 0);
	json_decref(tree);
	return db;
}

static void check(const struct db *db, const struct db *overrides, struct drive *d)
{
	CLEANUP(db_entry_done) struct db_entry e = { 0 };

	CHECK(db_find(db, d, DB_BEST, &e) >= 0);
	CHECK_INT(db_override(overrides, d, &e), 0);
	check_drive(&e, d);
}

static int state_of(const struct drive *d, unsigned id)
{
	for (size_t i = 0; i < d->n_checks; i++)
		if (d->checks[i].id == id)
			return (int)d->checks[i].state;
	return -1;
}

static const char *name_of(const struct drive *d, unsigned id)
{
	for (size_t i = 0; i < d->n_checks; i++)
		if (d->checks[i].id == id)
			return d->checks[i].name;
	return "none";
}

static void test_ata(const struct db *db, const struct db *overrides)
{
	char model[] = "ACME SSD 100";
	struct drive d = { .name = "sdb",
			   .kind = DRIVE_ATA,
			   .model = model,
			   .n_attributes = 5,
			   .attributes = {
				   { .id = 5, .value = 1, .number = 21 },
				   { .id = 187, .value = 1, .number = 1 },
				   { .id = 194, .value = 64, .number = 36 },
				   { .id = 230, .value = 1, .number = 96 << 8 },
				   { .id = 233, .value = 5, .number = 0 },
			   } };

	check(db, NULL, &d);
	CHECK_INT(d.n_checks, 4);
	CHECK_INT(state_of(&d, 5), 1);
	CHECK_INT(state_of(&d, 187), -1); /* has thresholds, but is not in ID# */
	CHECK_INT(state_of(&d, 194), 1);
	CHECK_INT(state_of(&d, 230), 2);
	CHECK_INT(state_of(&d, 233), 2); /* the value, not the number */
	CHECK_STR(name_of(&d, 5), "Reallocated_Sector_Ct");

	d.values[V_ATA_ERROR_LOG_ENTRIES] = (struct value){ .known = true, .mul = 1, .div = 1, .n = 10 };
	d.values[V_HEALTHY] = (struct value){ .known = true, .mul = 1, .div = 1, .n = 0 };
	snprintf(d.name, sizeof(d.name), "sda");
	check(db, overrides, &d);
	CHECK_INT(d.n_checks, 6);
	CHECK_INT(state_of(&d, 5), 2);
	CHECK_INT(state_of(&d, 1024), 1);
	CHECK_INT(state_of(&d, 1025), 2);
	CHECK_STR(name_of(&d, 1024), "ATA_Error_Count");
	CHECK_STR(name_of(&d, 1025), "Overall_Health_Test_Result");
	d.values[V_HEALTHY].n = 1;
	check(db, NULL, &d);
	CHECK_INT(state_of(&d, 1025), 0);

	model[0] = 'X';
	check(db, overrides, &d);
	CHECK_INT(d.n_checks, 0); /* unknown: nothing of an earlier run stays */
}

static void test_nvme(const struct db *db, const struct db *overrides)
{
	struct drive d = { .name = "nvme0", .kind = DRIVE_NVME };

	check(db, NULL, &d);
	CHECK_INT(d.n_checks, 0); /* known, but nothing is reported */
	for (unsigned bit = 0; bit < 6; bit++)
		drive_set(&d, (enum drive_value)(V_NVME_WARN_SPARE + bit), bit == 3);
	drive_add_temperature(&d, "1", 99);
	drive_add_temperature(&d, "composite", 60);
	drive_set_ratio(&d, V_NVME_SPARE, 15, 100);
	drive_set_ratio(&d, V_ENDURANCE_USED, 91, 100);
	drive_set_times(&d, V_READ_BYTES, 1000000, 512000); /* 512 GB */
	drive_set_times(&d, V_NVME_BUSY_SECONDS, 31, 60);
	drive_set_times(&d, V_POWER_ON_SECONDS, 101, 3600);
	drive_set(&d, V_HEALTHY, 0);
	check(db, NULL, &d);
	CHECK_INT(d.n_checks, 8);
	CHECK_INT(state_of(&d, 0), 2);
	CHECK_INT(state_of(&d, 1), 1);
	CHECK_INT(state_of(&d, 2), 1);
	CHECK_INT(state_of(&d, 4), 2);
	CHECK_INT(state_of(&d, 5), 1);
	CHECK_INT(state_of(&d, 9), 1);
	CHECK_INT(state_of(&d, 11), 2);
	CHECK_INT(state_of(&d, 1025), 2);
	CHECK_STR(name_of(&d, 4), "Percentage_Used");
	for (size_t i = 1; i < d.n_checks; i++)
		CHECK(d.checks[i - 1].id < d.checks[i].id);
	d.namespaces[d.n_namespaces++] = strdup("nvme0n1");
	check(db, overrides, &d);
	CHECK_INT(state_of(&d, 1), 0);
	drive_done(&d);
}

static void test_scsi(const struct db *db)
{
	struct drive d = { .name = "sdc", .kind = DRIVE_SCSI };

	drive_set(&d, V_SCSI_GROWN_DEFECTS, 21);
	drive_set(&d, V_SCSI_PROCESSED, (u128)1001 * 1000000000);
	drive_set(&d, V_SCSI_PROCESSED + 1, 0);
	drive_set(&d, V_SCSI_UNCORRECTED, 0);
	drive_set(&d, V_SCSI_UNCORRECTED + 1, 1);
	check(db, NULL, &d);
	CHECK_INT(d.n_checks, 4);
	CHECK_INT(state_of(&d, 0), 1);
	CHECK_INT(state_of(&d, 6), 2);
	CHECK_INT(state_of(&d, 7), 0);
	CHECK_INT(state_of(&d, 14), 2);
	CHECK_STR(name_of(&d, 14), "Total_uncorrected_write_errors");
}

int main(void)
{
	struct db *db = load("tests/fixtures/smart/db/devices.json", false);
	struct db *overrides = load("tests/fixtures/smart/db/overrides.json", true);

	test_ranges();
	test_malformed_thresholds_change_nothing();
	test_shifts();
	test_ata(db, overrides);
	test_nvme(db, overrides);
	test_scsi(db);
	db_free(db);
	db_free(overrides);
	return TEST_END();
}
