/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../cmd/smart-textfile/db.h"
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

static struct db *load_text(const char *text, bool overrides, struct conf_errors *warnings)
{
	AUTO_BUF struct buf b = { 0 };
	json_t *tree;
	struct db *db;

	buf_str(&b, text);
	tree = pyliteral_load(&b, warnings);
	db = overrides ? db_new_overrides(tree, warnings) : db_new(tree, warnings);
	json_decref(tree);
	return db;
}

static struct db *load_file(const char *name, bool overrides)
{
	struct conf_errors warnings = { 0 };
	AUTO_BUF struct buf b = { 0 };
	struct db *db;

	read_file(name, &b);
	db = load_text(buf_cstr(&b), overrides, &warnings);
	CHECK_INT(warnings.n, 0);
	conf_errors_done(&warnings);
	return db;
}

/* ---- pyliteral ---- */

static void test_literals(void)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
	} t[] = {
		{ "{\"a\": [1, 2.5, true, null]}", "{\"a\":[1,2.5,true,null]}" },
		{ "{'a': True, 'b': False, 'c': None}", "{\"a\":true,\"b\":false,\"c\":null}" },
		{ "# one\n['x', # two\n 'y',\n]", "[\"x\",\"y\"]" },
		{ "['a' 'b' # c\n \"d\", '']", "[\"abd\",\"\"]" },
		{ "['\\'\"\\\\ \\d \\t \\x41 \\u00e9']", "[\"'\\\"\\\\ \\\\d \\t A \xc3\xa9\"]" },
		{ "['a\\\nb']", "[\"ab\"]" },
		{ "['#', \"it's\", 'tab\there']", "[\"#\",\"it's\",\"tab\\there\"]" },
		{ "{'a': 1, 'a': 2}", "{\"a\":2}" },
		{ "", NULL },
		{ "['a'", NULL },
		{ "['a", NULL },
		{ "['a\n']", NULL },
		{ "[1,,2]", NULL },
		{ "(1, 2)", NULL },
		{ "[r'x']", NULL },
		{ "['''x''']", NULL },
		{ "['\\0']", NULL },
		{ "['\\x4']", NULL },
		{ "[0x10]", NULL },
		{ "[Truely]", NULL },
		{ "[__import__('os')]", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct conf_errors errors = { 0 };
		AUTO_BUF struct buf b = { 0 };
		json_t *tree;
		char *out;

		buf_str(&b, t[i].in);
		tree = pyliteral_load(&b, &errors);
		out = tree ? json_dumps(tree, JSON_COMPACT) : NULL;
		printf("# %s\n", t[i].in[0] ? "literal" : "nothing");
		CHECK_STR(out ? out : "refused", t[i].out ? t[i].out : "refused");
		CHECK_INT(errors.n, t[i].out ? 0 : 1);
		free(out);
		json_decref(tree);
		conf_errors_done(&errors);
	}
}

static void test_literal_lines(void)
{
	static const struct {
		const char *in;
		unsigned line;
		const char *what;
	} t[] = {
		{ "{\n# c\n'a': r'x'}", 3, "a string with a prefix" },
		{ "{\n'a': ('x',)}", 2, "a tuple" },
		{ "['a'\n'b\n']", 2, "a string without end" },
		{ "['a' # x\n 'b',\n 0x1]", 3, "near" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct conf_errors errors = { 0 };
		AUTO_BUF struct buf b = { 0 };
		json_t *tree;

		buf_str(&b, t[i].in);
		tree = pyliteral_load(&b, &errors);
		CHECK(!tree);
		CHECK_STR(buf_cstr(&b), t[i].in); /* as it was */
		CHECK_INT(errors.items[0].line, t[i].line);
		CHECK(strstr(errors.items[0].what, t[i].what) != NULL);
		conf_errors_done(&errors);
	}
}

static void test_literal_becomes_json_of_the_same_lines(void)
{
	struct conf_errors errors = { 0 };
	AUTO_BUF struct buf b = { 0 };
	json_t *tree;

	buf_str(&b, "{ # one\n'x': 'a' # two\n'b',\n'y': [1,\n2,],\n}\n");
	tree = pyliteral_load(&b, &errors);
	CHECK(tree != NULL);
	CHECK_INT(conf_json_line(b.data, b.len, "x"), 2);
	CHECK_INT(conf_json_line(b.data, b.len, "y[1]"), 5);
	json_decref(tree);
}

/* ---- drives ---- */

static void test_finding(void)
{
	static const struct {
		enum drive_kind kind;
		const char *model, *family;
		enum db_rule rule;
		const char *found; /* the family in the database, NULL for none */
	} t[] = {
		{ DRIVE_ATA, "ACME SSD 100", NULL, DB_EXACT, "Acme SSD" },
		{ DRIVE_ATA, "ACME HDD 4T", NULL, DB_EXACT, "Acme disk" },
		{ DRIVE_ATA, "Acme Red (AF)", NULL, DB_BEST, "Acme disk" },
		{ DRIVE_ATA, "acme ssd 100", NULL, DB_BEST, NULL },
		{ DRIVE_ATA, "ACME", NULL, DB_BEST, NULL },
		{ DRIVE_ATA, NULL, NULL, DB_BEST, NULL },
		{ DRIVE_ATA, NULL, NULL, DB_EXACT, NULL },
		{ DRIVE_ATA, "OEM ACME SSD 100", NULL, DB_EXACT, NULL },
		{ DRIVE_ATA, "OEM ACME SSD 100", NULL, DB_BEST, "Acme SSD" },
		{ DRIVE_ATA, "OTHER SSD 100", NULL, DB_BEST, "Any SSD" },
		{ DRIVE_ATA, "ACME SSD 100-X", NULL, DB_BEST, NULL },
		{ DRIVE_ATA, "ANOTHER", "The Acme Red (AF)", DB_BEST, "Acme disk" },
		{ DRIVE_ATA, "ACME X15 HDD", NULL, DB_BEST, "Acme disk" },
		{ DRIVE_ATA, "ACME X HDD", NULL, DB_BEST, NULL },
		{ DRIVE_ATA, "ACME X15 HDD", NULL, DB_EXACT, NULL },
		{ DRIVE_NVME, "ACME N1", NULL, DB_BEST, "Generic NVMe" },
		{ DRIVE_NVME, "ACME N1", NULL, DB_EXACT, NULL },
		{ DRIVE_NVME, "ACME SSD 100", NULL, DB_BEST, "Acme SSD" },
		{ DRIVE_NVME, "OEM ACME SSD 100", NULL, DB_BEST, "Generic NVMe" },
		{ DRIVE_SCSI, NULL, NULL, DB_BEST, "Generic SAS" },
	};
	struct db *db = load_file(FIXTURES "devices.json", false);

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char model[64], family[64];
		struct drive d = { .kind = t[i].kind,
				   .model = t[i].model ? model : NULL,
				   .family = t[i].family ? family : NULL };
		struct db_entry e;

		snprintf(model, sizeof(model), "%s", t[i].model ? t[i].model : "");
		snprintf(family, sizeof(family), "%s", t[i].family ? t[i].family : "");
		CHECK_INT(db_find(db, &d, t[i].rule, &e), t[i].found != NULL);
		CHECK_STR(e.family ? e.family : "none", t[i].found ? t[i].found : "none");
		db_entry_done(&e);
		CHECK_INT(db_find(NULL, &d, t[i].rule, &e), 0);
		CHECK(!e.family && !e.ids);
	}
	db_free(db);
}

static void test_merging(const char *file)
{
	struct db *db = load_file(file, false);
	char model[] = "ACME HDD 4T";
	struct drive d = { .kind = DRIVE_ATA, .model = model };
	struct db_entry e;

	printf("# %s\n", file);
	CHECK_INT(db_find(db, &d, DB_EXACT, &e), 1);
	CHECK_INT(e.n, 9);
	for (size_t i = 1; i < e.n; i++)
		CHECK(e.ids[i - 1].id < e.ids[i].id);
	CHECK(db_entry_id(&e, 198)->is_raw); /* the later family's */
	CHECK(!db_entry_id(&e, 201)->is_raw);
	CHECK(db_entry_id(&e, 9)->listed);                       /* only the later one has it */
	CHECK(db_entry_id(&e, 5)->listed);                       /* from the earlier one */
	CHECK(db_entry_id(&e, 5)->thresholds.critical.end > 19); /* from the later one */
	CHECK(db_entry_id(&e, 194)->is_perf);
	CHECK(!db_entry_id(&e, 1));
	CHECK(!db_entry_id(&e, 256 + 5));
	CHECK(db_wants_attribute(&e, DB_ALL, 1));
	CHECK(db_wants_attribute(&e, DB_LISTED, 9));
	CHECK(!db_wants_attribute(&e, DB_LISTED, 1));
	CHECK(db_wants_attribute(&e, DB_THRESHS, 5));
	CHECK(!db_wants_attribute(&e, DB_THRESHS, 194));
	CHECK(db_wants_attribute(&e, DB_PERFS, 194));
	CHECK(!db_wants_attribute(&e, DB_PERFS, 5));
	db_entry_done(&e);
	CHECK(db_wants_attribute(&e, DB_ALL, 5));
	CHECK(!db_wants_attribute(&e, DB_LISTED, 5));
	CHECK(!db_wants_attribute(&e, DB_THRESHS, 5));
	CHECK(!db_wants_attribute(&e, DB_PERFS, 5));
	db_free(db);
}

static void test_overrides(void)
{
	struct db *db = load_file(FIXTURES "devices.json", false),
		  *o = load_file(FIXTURES "overrides.json", true);
	char model[] = "ACME SSD 100", namespace[] = "nvme0n1";
	struct drive sda = { .name = "sda", .kind = DRIVE_ATA, .model = model }, sdb = sda;
	struct drive nvme = {
		.name = "nvme0", .kind = DRIVE_NVME, .namespaces = { namespace }, .n_namespaces = 1
	};
	struct drive unknown = { .name = "sda", .kind = DRIVE_ATA };
	struct db_entry e;

	snprintf(sdb.name, sizeof(sdb.name), "sdb");
	CHECK_INT(db_find(db, &sda, DB_BEST, &e), 1);
	CHECK_INT(db_override(o, &sda, &e), 0);
	CHECK(db_entry_id(&e, 5)->thresholds.critical.end < 5);
	CHECK(db_entry_id(&e, 5)->listed && db_entry_id(&e, 5)->is_raw);
	CHECK(db_entry_id(&e, 9)->has_thresholds);
	CHECK(db_entry_id(&e, 233)->thresholds.warning.start > 15); /* untouched */
	CHECK(db_entry_id(&e, 194)->is_perf);
	CHECK(!db_entry_id(&e, 241)->is_perf); /* Perfs are replaced as a whole */
	db_entry_done(&e);

	CHECK_INT(db_find(db, &sdb, DB_BEST, &e), 1);
	CHECK_INT(db_override(o, &sdb, &e), 0);
	CHECK(db_entry_id(&e, 5)->thresholds.critical.end > 39);
	CHECK(db_entry_id(&e, 242)->is_perf);
	CHECK_INT(db_override(NULL, &sdb, &e), 0);
	db_entry_done(&e);

	CHECK_INT(db_find(db, &nvme, DB_BEST, &e), 1);
	CHECK_INT(db_override(o, &nvme, &e), 0);
	CHECK(db_entry_id(&e, 1)->thresholds.warning.end > 69);
	CHECK(db_entry_id(&e, 2)->is_perf); /* without Perfs those of the database stay */
	db_entry_done(&e);

	CHECK_INT(db_find(db, &unknown, DB_BEST, &e), 0);
	CHECK_INT(db_override(o, &unknown, &e), 0);
	CHECK_INT(e.n, 0);
	db_free(db);
	db_free(o);
}

static void test_warnings(void)
{
	static const struct {
		const char *text, *path; /* path NULL: no warning */
	} t[] = {
		{ "{'Devices': {}}", NULL },
		{ "{'Devices': {'F': {'Device': ['M'], 'ID#': {}}}}", NULL },
		{ "[]", "" },
		{ "{}", "Devices" },
		{ "{'Devices': []}", "Devices" },
		{ "{'Devices': {'F': []}}", "Devices.F" },
		{ "{'Devices': {'F': {'Device': ['M']}}}", "Devices.F[\"ID#\"]" },
		{ "{'Devices': {'F': {'ID#': {}}}}", "Devices.F.Device" },
		{ "{'Devices': {'F': {'Device': 'M', 'ID#': {}}}}", "Devices.F.Device" },
		{ "{'Devices': {'F': {'Device': ['M', ''], 'ID#': {}}}}", "Devices.F.Device[1]" },
		{ "{'Devices': {'F': {'Device': [5], 'ID#': {}}}}", "Devices.F.Device[0]" },
		{ "{'Devices': {'F': {'Device': [], 'ID#': {'5': 'RAW'}}}}", "Devices.F[\"ID#\"].5" },
		{ "{'Devices': {'F': {'Device': [], 'ID#': {'5': {}}}}}", "Devices.F[\"ID#\"].5" },
		{ "{'Devices': {'F': {'Device': [], 'ID#': {'x': 'VALUE'}}}}", "Devices.F[\"ID#\"].x" },
		{ "{'Devices': {'F': {'Device': [], 'ID#': {'65536': 'VALUE'}}}}",
		  "Devices.F[\"ID#\"].65536" },
		{ "{'Devices': {'F': {'Device': [], 'ID#': {}, 'Threshs': {'5': ['x', '1']}}}}",
		  "Devices.F.Threshs.5" },
		{ "{'Devices': {'F': {'Device': [], 'ID#': {}, 'Threshs': {'5': 1}}}}",
		  "Devices.F.Threshs.5" },
		{ "{'Devices': {'F': {'Device': [], 'ID#': {}, 'Perfs': [-1]}}}", "Devices.F.Perfs[0]" },
		{ "{'Devices': {'F': {'Device': [], 'ID#': {}, 'Perfs': ['1', 'a']}}}",
		  "Devices.F.Perfs[1]" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct conf_errors warnings = { 0 };
		struct db *db = load_text(t[i].text, false, &warnings);

		CHECK(db != NULL);
		CHECK_INT(warnings.n, t[i].path ? 1 : 0);
		CHECK_STR(warnings.n ? warnings.items[0].path : "none", t[i].path ? t[i].path : "none");
		db_free(db);
		conf_errors_done(&warnings);
	}
}

static void test_what_is_left_of_a_broken_file_is_used(void)
{
	struct conf_errors warnings = { 0 };
	struct db *db =
		load_text("{'Devices': {'A': 1, 'F': {'Device': [1, 'M'], 'ID#': {'5': 'VALUE', '6': 0}, "
			  "'Threshs': {'5': ['1:', '2:', 'x1'], '6': ['1', '2']}, 'Perfs': {}}}}",
			  false, &warnings);
	char model[] = "M";
	struct drive d = { .kind = DRIVE_ATA, .model = model };
	struct db_entry e;

	CHECK_INT(warnings.n, 5);
	CHECK_INT(db_find(db, &d, DB_BEST, &e), 1);
	CHECK(db_entry_id(&e, 5)->listed && !db_entry_id(&e, 5)->has_thresholds);
	CHECK(!db_entry_id(&e, 6)->listed && db_entry_id(&e, 6)->has_thresholds);
	db_entry_done(&e);
	db_free(db);
	conf_errors_done(&warnings);
}

int main(void)
{
	test_literals();
	test_literal_lines();
	test_literal_becomes_json_of_the_same_lines();
	test_finding();
	test_merging(FIXTURES "devices.json");
	test_merging(FIXTURES "devices-old.txt");
	test_overrides();
	test_warnings();
	test_what_is_left_of_a_broken_file_is_used();
	return TEST_END();
}
