/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "../../cmd/smart-textfile/compat.h"
#include "../../cmd/smart-textfile/pyliteral.h"
#include "test.h"

#define FIXTURES "tests/fixtures/smart/db/"

static void read_file(const char *path, struct buf *out)
{
	char part[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	CHECK(f != NULL);
	while (f && (n = fread(part, 1, sizeof(part), f)))
		buf_add(out, part, n);
	if (f)
		fclose(f);
}

static json_t *load(const char *path)
{
	struct conf_errors errors = { 0 };
	AUTO_BUF struct buf b = { 0 };
	json_t *tree;

	read_file(path, &b);
	tree = pyliteral_load(&b, &errors);
	CHECK(tree != NULL);
	return tree;
}

static int sink(void *ctx, const void *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return 0;
}

static void print(const struct compat_input *in, struct buf *out)
{
	struct prom w = { .sink = sink, .ctx = out };
	struct prom_group group;
	struct compat *c = NULL;

	CHECK_INT(compat_new(in, &c), 0);
	group = compat_group(c);
	CHECK_INT(prom_write(&w, &group, 1), 0);
	CHECK_INT(w.dropped, 0);
	prom_done(&w);
	compat_free(c);
}

static bool has_line(const struct buf *out, const char *line)
{
	size_t n = strlen(line);

	for (const char *p = buf_cstr(out); (p = strstr(p, line)); p++)
		if ((p == out->data || p[-1] == '\n') && p[n] == '\n')
			return true;
	return false;
}

static void test_numbers(void)
{
	static const struct {
		uint64_t v;
		const char *text; /* prometheus_client 0.16's floatToGoString(float(v)) */
	} t[] = {
		{ 0, "0.0" },
		{ 7, "7.0" },
		{ 100, "100.0" },
		{ 999999, "999999.0" },
		{ 1000000, "1e+06" },
		{ 1230000, "1.23e+06" },
		{ 1234567, "1.234567e+06" },
		{ 10000000, "1e+07" },
		{ 1234567890, "1.23456789e+09" },
		{ 10000000000, "1e+010" },
		{ 281474976710655, "2.81474976710655e+014" },
		{ 4503599627370496, "4.503599627370496e+015" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char text[NUM_DOUBLE_SIZE];
		size_t n = compat_format(text, t[i].v);

		CHECK_STR(text, t[i].text);
		CHECK_INT(n, strlen(text));
	}
}

/* ---- drives ---- */

enum { SSD, HDD, DEAD, UNLISTED, RED, N_DRIVES };

struct texts {
	char port[N_DRIVES][8], ssd[16], hdd[16], unlisted[16], red[16], ssd_family[16], red_family[8],
		serial[N_DRIVES][8];
};

/* The disks whose smartctl output prometheus_smart_exporter was given for compat.prom. */
static void make_drives(struct drive d[static N_DRIVES], struct texts *t)
{
	static const struct texts texts = {
		.port = { "0:0:0:0", "1:0:0:0", "2:0:0:0", "3:0:0:0", "4:0:0:0" },
		.ssd = "ACME SSD 100",
		.hdd = "ACME HDD 4T",
		.unlisted = "Unlisted",
		.red = "Acme Red (AF)",
		.ssd_family = "Acme \"S\" SSDs",
		.red_family = "Acme",
		.serial = { "S\\1\"", "S2", "", "S4", "S5" },
	};

	*t = texts;
	for (size_t i = 0; i < N_DRIVES; i++)
		d[i] = (struct drive){
			.kind = DRIVE_ATA, .up = i != DEAD, .port = t->port[i], .serial = t->serial[i]
		};
	d[SSD].model = t->ssd;
	d[SSD].family = t->ssd_family;
	d[HDD].model = t->hdd;
	d[UNLISTED].model = t->unlisted;
	d[RED].model = t->red;
	d[RED].family = t->red_family;
	drive_set_times(&d[SSD], V_POWER_ON_SECONDS, 12523, 3600);
	drive_set_times(&d[HDD], V_POWER_ON_SECONDS, 12523 * 60 + 17, 60); /* smartctl: 12523h+17m */
}

static void add(struct drive *d, uint8_t id, uint8_t value, int64_t number)
{
	d->attributes[d->n_attributes++] =
		(struct ata_attribute){ .id = id, .value = value, .number = number };
}

static void add_attributes(struct drive d[static N_DRIVES])
{
	add(&d[SSD], 5, 100, 0);
	add(&d[SSD], 9, 99, 12523);
	add(&d[SSD], 183, 100, 2);
	add(&d[SSD], 187, 100, 7); /* mapped, not in the database */
	add(&d[SSD], 194, 64, 36);
	add(&d[SSD], 199, 100, 3); /* in the database, not mapped */
	add(&d[SSD], 230, 100, 1000000);
	add(&d[SSD], 233, 97, 12345); /* VALUE */
	add(&d[SSD], 241, 100, 1234567890);
	add(&d[SSD], 242, 100, 10000000); /* its match is not at the start of the name */
	add(&d[HDD], 5, 90, 65535);
	add(&d[HDD], 9, 80, 12523 * 60 + 17);
	add(&d[HDD], 10, 100, 999999);
	add(&d[HDD], 184, 99, 4); /* End-to-End_Error */
	add(&d[HDD], 194, 64, -5);
	add(&d[HDD], 196, 100, 1000000);
	add(&d[HDD], 197, 100, 281474976710655);
	add(&d[HDD], 198, 100, 1230000);
	add(&d[HDD], 201, 253, 0);
	add(&d[UNLISTED], 5, 100, 1);
	add(&d[UNLISTED], 254, 1, 0);
	add(&d[RED], 5, 100, 1);
	add(&d[RED], 10, 1, 100000000000);
	add(&d[RED], 254, 1, 0);
}

static void test_same_as_the_original(const struct compat_input *in)
{
	AUTO_BUF struct buf got = { 0 }, want = { 0 };

	read_file(FIXTURES "compat.prom", &want);
	print(in, &got);
	CHECK_STR(buf_cstr(&got), buf_cstr(&want));
}

#define LABELS(family, model, port, serial) \
	"{family=\"" family "\",model=\"" model "\",port=\"" port "\",serial=\"" serial "\"} "

static void test_fallback(struct compat_input in)
{
	AUTO_BUF struct buf out = { 0 };

	in.fallback = true;
	print(&in, &out);
	CHECK(has_line(&out, "smart_reallocated_sectors_total" LABELS("unknown", "Unlisted", "3:0:0:0",
								      "S4") "1.0"));
	CHECK(has_line(&out, "smart_end_to_end_errors_total" LABELS("unknown", "ACME HDD 4T", "1:0:0:0",
								    "S2") "99.0"));
	CHECK(has_line(&out, "smart_metric_error{port=\"0:0:0:0\"} 1.0")); /* a known drive stays as it is */
	CHECK(!has_line(&out, "smart_metric_error{port=\"3:0:0:0\"} 1.0"));

	in.db = NULL;
	buf_clear(&out);
	print(&in, &out);
	CHECK(has_line(&out, "smart_wearout_percent" LABELS("Acme \\\"S\\\" SSDs", "ACME SSD 100", "0:0:0:0",
							    "S\\\\1\\\"") "97.0"));
	CHECK(has_line(&out, "smart_uncorrectable_errors_total" LABELS("Acme \\\"S\\\" SSDs", "ACME SSD 100",
								       "0:0:0:0", "S\\\\1\\\"") "7.0"));
	CHECK(!strstr(out.data, "smart_metric_error"));
}

static void test_without_database(struct compat_input in)
{
	AUTO_BUF struct buf out = { 0 };

	in.db = NULL;
	print(&in, &out);
	CHECK(has_line(&out, "smart_metric_error{port=\"4:0:0:0\"} 1.0"));
	CHECK(!strstr(out.data, "smart_reallocated"));
}

static void test_failure(struct compat_input in)
{
	AUTO_BUF struct buf out = { 0 };

	in.failed = true;
	print(&in, &out);
	CHECK_STR(out.data,
		  "# HELP smart_system_error flag indicating that there is a problem with the helper daemon\n"
		  "# TYPE smart_system_error gauge\nsmart_system_error 1.0\n");
}

static void test_which_disks_have_an_access_error(const struct attrmap *map)
{
	static const struct {
		enum drive_kind kind;
		enum drive_skip skip;
		bool up, fallback;
		const char *line; /* NULL: none */
	} t[] = {
		{ DRIVE_ATA, SKIP_NONE, true, false, "smart_access_error{port=\"9:0:0:0\"} 0.0" },
		{ DRIVE_SCSI, SKIP_NONE, true, false, "smart_access_error{port=\"9:0:0:0\"} 0.0" },
		{ DRIVE_ATA, SKIP_NONE, false, false, "smart_access_error{port=\"9:0:0:0\"} 1.0" },
		{ DRIVE_UNKNOWN, SKIP_STUCK, false, false, "smart_access_error{port=\"9:0:0:0\"} 1.0" },
		{ DRIVE_UNKNOWN, SKIP_PERMISSION, false, false, "smart_access_error{port=\"9:0:0:0\"} 1.0" },
		{ DRIVE_ATA, SKIP_STANDBY, false, false, NULL },
		{ DRIVE_ATA, SKIP_EXCLUDED, false, true, NULL },
		{ DRIVE_NVME, SKIP_NONE, true, false, NULL },
		{ DRIVE_NVME, SKIP_NONE, true, true, "smart_access_error{port=\"9:0:0:0\"} 0.0" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char port[] = "9:0:0:0";
		struct drive d = { .kind = t[i].kind, .skip = t[i].skip, .up = t[i].up, .port = port };
		AUTO_BUF struct buf out = { 0 };

		print(&(struct compat_input){ .drives = &d, .n = 1, .map = map, .fallback = t[i].fallback },
		      &out);
		CHECK(t[i].line ? has_line(&out, t[i].line) : !strstr(buf_cstr(&out), "smart_access_error"));
		d.port = NULL;
		buf_clear(&out);
		print(&(struct compat_input){ .drives = &d, .n = 1, .map = map, .fallback = t[i].fallback },
		      &out);
		CHECK(!strstr(buf_cstr(&out), "smart_access_error"));
	}
}

static void test_with_fallback_a_model_may_end_with_a_device(struct compat_input in)
{
	char port[] = "0:0:0:0", model[] = "OEM ACME SSD 100";
	struct drive d = { .kind = DRIVE_ATA, .up = true, .port = port, .model = model };
	AUTO_BUF struct buf out = { 0 };

	add(&d, 187, 100, 3); /* mapped, and missing in the entry: an unknown drive would show it */
	in.drives = &d;
	in.n = 1;
	in.fallback = true;
	print(&in, &out);
	CHECK(has_line(&out, "smart_metric_error{port=\"0:0:0:0\"} 1.0"));
	CHECK(!strstr(out.data, "smart_uncorrectable_errors_total"));
}

static void test_seagate_hours_are_no_digits(const struct attrmap *map)
{
	char port[] = "0:0:0:0", model[] = "ST4000NM0033";
	struct drive d = { .kind = DRIVE_ATA, .up = true, .port = port, .model = model };
	AUTO_BUF struct buf out = { 0 };

	add(&d, 240, 100, 12523);
	add(&d, 5, 100, 3);
	print(&(struct compat_input){ .drives = &d, .n = 1, .map = map, .fallback = true }, &out);
	CHECK(!strstr(buf_cstr(&out), "smart_flying"));
	CHECK(strstr(buf_cstr(&out), "smart_reallocated") != NULL);
	model[0] = 'X';
	buf_clear(&out);
	print(&(struct compat_input){ .drives = &d, .n = 1, .map = map, .fallback = true }, &out);
	CHECK(strstr(buf_cstr(&out), "smart_flying_hours") != NULL);
}

static struct attrmap *flying_map(struct conf_errors *errors)
{
	json_t *tree =
		json_pack("{s: [{s: i, s: s, s: s}, {s: i, s: s, s: s}]}", "generic", "id", 240, "name",
			  "flying_hours", "type", "gauge", "id", 5, "name", "reallocated", "type", "gauge");
	struct attrmap *map = NULL;

	CHECK_INT(attrmap_new(tree, NULL, errors, errors, &map), 0);
	json_decref(tree);
	return map;
}

int main(void)
{
	json_t *db_tree = load(FIXTURES "devices-old.txt"), *map_tree = load(FIXTURES "attrmap.txt");
	struct conf_errors errors = { 0 };
	struct db *db = db_new(db_tree, &errors);
	struct attrmap *map = NULL, *flying = flying_map(&errors);
	struct drive drives[N_DRIVES];
	struct texts texts;
	struct compat_input in = { .drives = drives, .n = N_DRIVES, .db = db };

	CHECK_INT(attrmap_new(map_tree, NULL, &errors, &errors, &map), 0);
	CHECK_INT(errors.n, 0);
	in.map = map;
	make_drives(drives, &texts);
	add_attributes(drives);

	test_numbers();
	test_same_as_the_original(&in);
	test_fallback(in);
	test_with_fallback_a_model_may_end_with_a_device(in);
	test_without_database(in);
	test_failure(in);
	test_which_disks_have_an_access_error(map);
	test_seagate_hours_are_no_digits(flying);

	db_free(db);
	attrmap_free(map);
	attrmap_free(flying);
	json_decref(db_tree);
	json_decref(map_tree);
	return TEST_END();
}
