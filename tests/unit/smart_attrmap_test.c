/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "../../cmd/smart-textfile/attrmap.h"
#include "../../cmd/smart-textfile/ere.h"
#include "../../cmd/smart-textfile/pyliteral.h"
#include "test.h"

/* ---- patterns ---- */

static void test_patterns(void)
{
	static const struct {
		const char *pattern, *s;
		enum ere_anchor anchor;
		bool matches; /* checked with Python's re.match, and with re.search(p + "$") */
	} t[] = {
		{ "^.+Bad.+$", "Runtime_Bad_Block", ERE_START, true },
		{ "^.+Bad.+$", "Bad_Block", ERE_START, false },
		{ "^.+life.+$", "Drive_Life_Protect_Stat", ERE_START, false },
		{ "Total_LBAs_Read", "Total_LBAs_Read_2", ERE_START, true },
		{ "Total_LBAs_Read", "The_Total_LBAs_Read", ERE_START, false },
		{ "a|b", "b", ERE_START, true },
		{ "a|b", "cb", ERE_START, false },
		{ "(?:ab)+c", "ababc", ERE_START, true },
		{ "a{2,3}b", "ab", ERE_START, false },
		{ "a{2,}b", "aaaab", ERE_START, true },
		{ "a{2}b", "aab", ERE_START, true },
		{ "[]x]+$", "x]", ERE_START, true },
		{ "[^a-c]$", "b", ERE_START, false },
		{ "\\d\\D\\w\\W\\s\\S", "1a_- x", ERE_START, true },
		{ "\\.\\<\\-\\/", ".<-/", ERE_START, true },
		{ "a}]", "a}]", ERE_START, true },
		{ "", "anything", ERE_START, true },
		{ "X[0-9]+", "ACME X15", ERE_END, true },
		{ "X[0-9]+", "ACME X15 2", ERE_END, false },
		{ "a|b", "ca", ERE_END, true },
		{ "Red (AF)", "Red (AF)", ERE_END, false },
		{ "Red (AF)", "Red AF", ERE_END, true },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const char *wrong;
		regex_t re;

		printf("# %s\n", t[i].pattern);
		wrong = ere_compile(t[i].pattern, t[i].anchor, &re);
		CHECK_STR(wrong ? wrong : "none", "none");
		if (wrong)
			continue;
		CHECK_INT(ere_matches(&re, t[i].s), t[i].matches);
		regfree(&re);
	}
}

static void test_refused_patterns(void)
{
	static const char *const t[] = {
		"a*?",
		"a+?",
		"a??",
		"a*+",
		"a**",
		"*a",
		"(*a)",
		"a|*",
		"^*",
		"a{2}{3}",
		"(?i)a",
		"(?=a)",
		"(?P<x>a)",
		"(a)\\1",
		"\\bword",
		"\\Aa",
		"a\\",
		"[\\d]",
		"[[:alpha:]]",
		"[a",
		"[]",
		"(a",
		"a)",
		"a)(b",
		"a{",
		"a{x}",
		"a{,3}",
		"a{3,2}",
		"((a{100}){100}){100}",
		"a{4000}",
		"caf\xc3\xa9",
		"a\tb",
		"[z-a]",
	};
	char longest[400];
	regex_t re;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		printf("# %s\n", i < ARRAY_LEN(t) - 3 ? t[i] : "bytes");
		CHECK(ere_compile(t[i], ERE_START, &re) != NULL);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CHECK(ere_compile(longest, ERE_START, &re) != NULL);
	longest[256] = '\0';
	CHECK(ere_compile(longest, ERE_START, &re) == NULL);
	regfree(&re);
}

/* ---- maps ---- */

static bool is_taken(const char *family)
{
	return strcmp(family, "smart_device_up") == 0 ||
	       strcmp(family, "smart_device_power_cycles_total") == 0;
}

static int load(const char *text, struct conf_errors *errors, struct conf_errors *warnings,
		struct attrmap **ret)
{
	AUTO_BUF struct buf b = { 0 };
	json_t *tree;
	int r;

	buf_str(&b, text);
	tree = pyliteral_load(&b, errors);
	if (!tree)
		return -EINVAL;
	r = attrmap_new(tree, is_taken, errors, warnings, ret);
	json_decref(tree);
	return r;
}

static const char *family_of(const struct attrmap *map, uint8_t id, const char *name)
{
	const struct attr_rule *r = attrmap_find(map, id, name);

	return r ? r->family : "none";
}

static void test_builtin(void)
{
	struct conf_errors errors = { 0 }, warnings = { 0 };
	struct attrmap *map = NULL;

	CHECK_INT(attrmap_new(NULL, is_taken, &errors, &warnings, &map), 0);
	CHECK_STR(family_of(map, 5, "Reallocated_Sector_Ct"), "smart_reallocated_sectors_total");
	CHECK_INT(attrmap_find(map, 5, "x")->type, PROM_COUNTER);
	CHECK_STR(family_of(map, 194, "Temperature_Celsius"), "smart_temperature_celsius");
	CHECK_INT(attrmap_find(map, 194, "x")->type, PROM_GAUGE);
	CHECK_STR(family_of(map, 183, "Runtime_Bad_Block"), "smart_runtime_bad_blocks_total");
	CHECK_STR(family_of(map, 183, "SATA_Iface_Downshift"), "none");
	CHECK_STR(family_of(map, 241, "Total_LBAs_Written"), "smart_written_lbas_total");
	CHECK_STR(family_of(map, 241, "Host_Writes_32MiB"), "none");
	CHECK_STR(family_of(map, 242, "Total_LBAs_Read"), "smart_read_lbas_total");
	CHECK_STR(family_of(map, 9, "Power_On_Hours"), "none");
	CHECK_INT(errors.n + warnings.n, 0);
	attrmap_free(map);
}

static void test_rules(void)
{
	struct conf_errors errors = { 0 }, warnings = { 0 };
	struct attrmap *map = NULL;

	CHECK_INT(load("{'generic': ["
		       "{'id': 1, 'match': 'A', 'name': 'first', 'type': 'gauge'},"
		       "{'id': '1', 'match': 'AB', 'name': 'second', 'type': 'gauge'},"
		       "{'id': 1, 'name': 'rest', 'type': 'counter'},"
		       "{'id': 1, 'name': 'never', 'type': 'gauge'},"
		       "{'id': 2, 'match': '', 'name': 'empty', 'type': 'gauge', 'unit': 'x'},"
		       "{'id': 300, 'name': 'beyond', 'type': 'gauge'},"
		       "], 'per-device': [{'Devices': [], 'rules': 5}], 'other': 1}",
		       &errors, &warnings, &map),
		  0);
	CHECK_STR(family_of(map, 1, "AB"), "smart_first");
	CHECK_STR(family_of(map, 1, "BA"), "smart_rest_total");
	CHECK_STR(family_of(map, 2, "x"), "smart_empty");
	CHECK_STR(family_of(map, 3, "x"), "none");
	CHECK_STR(family_of(map, 300 - 256, "x"), "none");
	CHECK_INT(warnings.n, 2);
	CHECK_STR(warnings.items[0].path, "other");
	CHECK_STR(warnings.items[1].path, "generic[4].unit");
	attrmap_free(map);
	conf_errors_done(&warnings);

	CHECK_INT(load("{}", &errors, &warnings, &map), 0);
	CHECK_STR(family_of(map, 5, "Reallocated_Sector_Ct"), "none");
	attrmap_free(map);
}

static void test_errors(void)
{
#define RULE(x) "{'generic': [" x "]}"
	static const struct {
		const char *text, *path;
		size_t n;
	} t[] = {
		{ "[]", "", 1 },
		{ "{'generic': {}}", "generic", 1 },
		{ RULE("5"), "generic[0]", 1 },
		{ RULE("{}"), "generic[0].id", 3 },
		{ RULE("{'id': 1, 'name': 'a'}"), "generic[0].type", 1 },
		{ RULE("{'id': 1, 'type': 'gauge'}"), "generic[0].name", 1 },
		{ RULE("{'id': -1, 'name': 'a', 'type': 'gauge'}"), "generic[0].id", 1 },
		{ RULE("{'id': 65536, 'name': 'a', 'type': 'gauge'}"), "generic[0].id", 1 },
		{ RULE("{'id': '1x', 'name': 'a', 'type': 'gauge'}"), "generic[0].id", 1 },
		{ RULE("{'id': None, 'name': 'a', 'type': 'gauge'}"), "generic[0].id", 1 },
		{ RULE("{'id': 1.5, 'name': 'a', 'type': 'gauge'}"), "generic[0].id", 1 },
		{ RULE("{'id': 1, 'name': 'a', 'type': 'histogram'}"), "generic[0].type", 1 },
		{ RULE("{'id': 1, 'name': 'a b', 'type': 'gauge'}"), "generic[0].name", 1 },
		{ RULE("{'id': 1, 'name': 5, 'type': 'gauge'}"), "generic[0].name", 1 },
		{ RULE("{'id': 1, 'name': 'access_error', 'type': 'gauge'}"), "generic[0].name", 1 },
		{ RULE("{'id': 1, 'name': 'device_up', 'type': 'gauge'}"), "generic[0].name", 1 },
		{ RULE("{'id': 1, 'name': 'device_power_cycles', 'type': 'counter'}"), "generic[0].name", 1 },
		{ RULE("{'id': 1, 'name': 'a', 'type': 'gauge', 'match': '(?i)x'}"), "generic[0].match", 1 },
		{ RULE("{'id': 1, 'name': 'a', 'type': 'gauge', 'match': 1}"), "generic[0].match", 1 },
		{ RULE("{'id': 1, 'name': 'a', 'type': 'gauge', 'match': 'a'}, {}"), "generic[1].id", 3 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct conf_errors errors = { 0 }, warnings = { 0 };
		struct attrmap *map = NULL;

		printf("# %s\n", t[i].text);
		CHECK_INT(load(t[i].text, &errors, &warnings, &map), -EINVAL);
		CHECK(!map);
		CHECK_INT(errors.n, t[i].n);
		CHECK_STR(errors.n ? errors.items[0].path : "none", t[i].path);
		conf_errors_done(&errors);
		conf_errors_done(&warnings);
	}
}

static void test_limits(void)
{
	struct conf_errors errors = { 0 }, warnings = { 0 };
	AUTO_BUF struct buf b = { 0 };
	struct attrmap *map = NULL;

	buf_str(&b, "{'generic': [");
	for (int i = 0; i < 1001; i++)
		buf_str(&b, "{'id': 1, 'name': 'a', 'type': 'gauge'},");
	buf_str(&b, "]}");
	CHECK_INT(load(b.data, &errors, &warnings, &map), -EINVAL);
	CHECK_STR(errors.items[0].path, "generic");
	conf_errors_done(&errors);

	buf_clear(&b);
	buf_str(&b, "{'generic': [{'id': 1, 'type': 'gauge', 'name': '");
	for (int i = 0; i < 300; i++)
		buf_chr(&b, 'a');
	buf_str(&b, "'}]}");
	CHECK_INT(load(b.data, &errors, &warnings, &map), -EINVAL);
	CHECK_STR(errors.items[0].what, "is too long");
	conf_errors_done(&errors);
}

int main(void)
{
	test_patterns();
	test_refused_patterns();
	test_builtin();
	test_rules();
	test_errors();
	test_limits();
	return TEST_END();
}
