/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "../fixtures/config/table.h"
#include "core/conf.h"
#include "test.h"

#define AUTO_ERRORS CLEANUP(conf_errors_done)

/* Reads text by a table; the caller releases dst. */
static int read_text(const struct conf_key *keys, const char *text, void *dst, struct buf *errors_out)
{
	AUTO_ERRORS struct conf_errors errors = { 0 };
	json_auto_t *tree = json_loads(text, JSON_DECODE_ANY, NULL);
	int r = conf_read(keys, tree, dst, &errors);

	if (!tree)
		buf_str(errors_out, "not JSON");
	list_errors(&errors, text, errors_out);
	return r;
}

static void check_errors(void)
{
	static const struct {
		const char *json, *errors;
	} t[] = {
		{ "{}", "" },
		{ "\n[1]", "2 : must be an object, not an array\n" },
		{ "3", "1 : must be an object, not an integer\n" },
		/* names */
		{ "{\n\"timeot\": 1}", "2 timeot: unknown key (did you mean \"timeout\"?)\n" },
		{ "{\n\"timeouts\": 1}", "2 timeouts: unknown key (did you mean \"timeout\"?)\n" },
		{ "{\n\"zebra\": 1}", "2 zebra: unknown key\n" },
		{ "{\"\": 1}", "1 [\"\"]: unknown key\n" },
		{ "{\"a.b\": 1, \"\\\"\\\\\\n\": 2}",
		  "1 [\"a.b\"]: unknown key\n1 [\"\\\"\\\\\\u000a\"]: unknown key\n" },
		{ "{\"limits\":\n {\"serie\":\n 1}}",
		  "2 limits.serie: unknown key (did you mean \"series\"?)\n" },
		/* types */
		{ "{\"enabled\": \"true\"}", "1 enabled: must be a boolean, not a string\n" },
		{ "{\"enabled\": \"yes\"}", "1 enabled: must be a boolean (write true or false)\n" },
		{ "{\"enabled\": \"Off\"}", "1 enabled: must be a boolean (write true or false)\n" },
		{ "{\"enabled\": 1}", "1 enabled: must be a boolean, not an integer\n" },
		{ "{\"enabled\": {}}", "1 enabled: must be a boolean, not an object\n" },
		{ "{\"count\": 1.0}", "1 count: must be an integer, not a decimal number\n" },
		{ "{\"count\": true}", "1 count: must be an integer, not a boolean\n" },
		{ "{\"timeout\": \"10s\"}", "1 timeout: must be a number of seconds, not a string\n" },
		{ "{\"label\": 1}", "1 label: must be a string, not an integer\n" },
		{ "{\"label\": []}", "1 label: must be a string, not an array\n" },
		{ "{\"source\": 1}", "1 source: must be one of: auto, file, journal\n" },
		{ "{\"source\": \"fil\"}", "1 source: must be one of: auto, file, journal\n" },
		{ "{\"paths\": \"/a\"}", "1 paths: must be an array, not a string\n" },
		{ "{\"paths\": [\"/a\",\n null]}", "2 paths[1]: must be a string, not null\n" },
		{ "{\"limits\": 1}", "1 limits: must be an object, not an integer\n" },
		{ "{\"servers\": {}}", "1 servers: must be an array, not an object\n" },
		{ "{\"servers\": [null]}", "1 servers[0]: must be an object, not null\n" },
		{ "{\"disks\": []}", "1 disks: must be an object, not an array\n" },
		{ "{\"disks\": {\"a\":\n[]}}", "1 disks.a: must be an object, not an array\n" },
		/* ranges */
		{ "{\"count\": 1, \"timeout\": 3600}", "" },
		{ "{\"count\": 3600, \"timeout\": 1}", "" },
		{ "{\"count\": 0}", "1 count: must be between 1 and 3600\n" },
		{ "{\"count\": 3601}", "1 count: must be between 1 and 3600\n" },
		{ "{\"any\": -9223372036854775808}", "" },
		{ "{\"timeout\": 0.999999}", "1 timeout: must be between 1 and 3600\n" },
		{ "{\"timeout\": 3600.000001}", "1 timeout: must be between 1 and 3600\n" },
		{ "{\"interval\": -1e-9}", "1 interval: must be between 0 and 1000000000\n" },
		{ "{\"interval\": 1000000000}", "" },
		{ "{\"interval\": 1e300}", "1 interval: must be between 0 and 1000000000\n" },
		{ "{\"label\": \"1234567890123456\"}", "" },
		{ "{\"label\": \"12345678901234567\"}", "1 label: must have between 0 and 16 bytes\n" },
		{ "{\"paths\": [\"/a\", \"b\"]}", "1 paths[1]: must begin with /\n" },
		{ "{\"disks\": {\"a/b\": {}}}", "1 disks[\"a/b\"]: must be a name without /\n" },
		/* missing */
		{ "{\"servers\": [{\"name\": \"a\"},\n{}]}", "2 servers[1].name: is required\n" },
		{ "{\"servers\": [\n{\"name\":\nnull}]}", "2 servers[0].name: is required\n" },
		/* several */
		{ "{\"count\": 0,\n\"x\": 1,\n\"servers\": [{\"name\": 1,\n\"login\": {\"tries\": \"a\"}}]}",
		  "1 count: must be between 1 and 3600\n2 x: unknown key\n"
		  "3 servers[0].name: must be a string, not an integer\n"
		  "4 servers[0].login.tries: must be an integer, not a string\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		CLEANUP(sample_done) struct sample s = { 0 };
		AUTO_BUF struct buf errors = { 0 };

		CHECK_INT(read_text(sample_keys, t[i].json, &s, &errors), *t[i].errors ? -EINVAL : 0);
		CHECK_STR(buf_cstr(&errors), t[i].errors);
	}
}

static char *dump(const struct conf_key *keys, const void *src)
{
	json_auto_t *tree = conf_dump(keys, src);

	return json_dumps(tree, JSON_COMPACT | JSON_REAL_PRECISION(15));
}

static void check_defaults(void)
{
	CLEANUP(sample_done) struct sample s = { 0 };
	AUTO_ERRORS struct conf_errors errors = { 0 };
	AUTO_FREE char *text = NULL;

	CHECK_INT(conf_read(sample_keys, NULL, &s, &errors), 0);
	text = dump(sample_keys, &s);
	CHECK_STR(text,
		  "{\"enabled\":true,\"count\":10,\"any\":0,\"timeout\":10,\"interval\":1e-6,\"label\":\"x\","
		  "\"title\":\"\",\"source\":\"auto\",\"paths\":[\"/var/log\"],"
		  "\"limits\":{\"series\":200,\"fold\":true},\"servers\":[],\"disks\":{}}");
	CHECK_STR(s.title, "");
	CHECK_INT(s.timeout_ns, 10000000000);
	CHECK_INT(s.interval_ns, 1000);
}

static void check_values(void)
{
	static const char json[] =
		"{\"enabled\":false,\"count\":7,\"any\":-5,\"timeout\":2.5,\"interval\":0.0000014,\"label\":"
		"null,"
		"\"title\":\"\\u00e4\",\"source\":\"journal\",\"paths\":[],\"limits\":{\"fold\":false},"
		"\"servers\":[{\"name\":\"a\",\"login\":{\"user\":\"u\"}},{\"name\":\"b\",\"tags\":[\"t\"]}],"
		"\"disks\":{\"z\":null,\"a\":{\"max_celsius\":-40,\"attributes\":[\"1\",\"\"]}}}";
	CLEANUP(sample_done) struct sample s = { 0 };
	AUTO_BUF struct buf errors = { 0 };
	AUTO_FREE char *text = NULL;
	const struct server *servers;
	const struct disk *disks;

	CHECK_INT(read_text(sample_keys, json, &s, &errors), 0);
	CHECK_STR(buf_cstr(&errors), "");
	servers = s.servers.items;
	disks = s.disks.items;
	CHECK(!s.enabled && s.count == 7 && s.any == -5 && s.source == 2);
	CHECK_INT(s.timeout_ns, 2500000000);
	CHECK_INT(s.interval_ns, 1000);
	CHECK_STR(s.label, "x");
	CHECK_STR(s.title, "\xc3\xa4");
	CHECK(s.paths.n == 0 && s.limits.series == 200 && !s.limits.fold);
	CHECK(s.servers.n == 2 && servers[0].port == 22 && servers[0].verify &&
	      servers[0].timeout_ns == 500000000);
	CHECK(servers[0].tags.n == 2 && servers[1].tags.n == 1);
	CHECK_STR(((char **)servers[0].tags.items)[1], "b");
	CHECK_STR(servers[0].login.user, "u");
	CHECK_STR(servers[1].login.user, "nobody");
	CHECK(s.disks.n == 2 && disks[0].max_celsius == 60 && disks[1].max_celsius == -40);
	CHECK_STR(disks[0].name, "z");
	CHECK_STR(disks[1].name, "a");
	text = dump(sample_keys, &s);
	CHECK(strstr(text,
		     "\"disks\":{\"z\":{\"ignore\":false,\"max_celsius\":60,\"attributes\":[]},\"a\":") !=
	      NULL);
	CHECK(strstr(text, "\"timeout\":2.5,") != NULL);
}

/* A table whose top level requires keys, and one with a default that its own range forbids. */
static void check_tables(void)
{
	struct own {
		char *host;
		int64_t port;
	};
	static const struct conf_key required[] = {
		{ "host", CONF_STRING, .offset = offsetof(struct own, host) },
		{ "port", CONF_INT, .offset = offsetof(struct own, port) },
		{ 0 },
	};
	static const struct conf_key bad[] = {
		{ "host", CONF_STRING, offsetof(struct own, host), .def = "x" },
		{ "port", CONF_INT, offsetof(struct own, port), "0", .min = 1, .max = 2 },
		{ 0 },
	};
	struct own o = { 0 };
	AUTO_ERRORS struct conf_errors errors = { 0 };
	AUTO_BUF struct buf all = { 0 };

	CHECK_INT(conf_read(required, NULL, &o, &errors), -EINVAL);
	conf_done(required, &o);
	CHECK_INT(conf_read(bad, NULL, &o, &errors), -EINVAL);
	conf_done(bad, &o);
	CHECK(o.host == NULL);
	list_errors(&errors, "{}", &all);
	CHECK_STR(buf_cstr(&all),
		  "1 host: is required\n1 port: is required\n"
		  "1 host: has a default that is not JSON\n1 port: must be between 1 and 2\n");
	conf_done(required, &o);
}

static void check_error_list(void)
{
	AUTO_ERRORS struct conf_errors errors = { 0 };
	AUTO_BUF struct buf text = { 0 };
	CLEANUP(sample_done) struct sample s = { 0 };
	json_auto_t *tree = NULL;

	CHECK_INT(conf_errors_code(&errors), 0);
	for (int i = 0; i < 150; i++)
		buf_fmt(&text, "%c\"key%d\": 1", i ? ',' : '{', i);
	buf_chr(&text, '}');
	tree = json_loads(buf_cstr(&text), 0, NULL);
	CHECK_INT(conf_read(sample_keys, tree, &s, &errors), -EINVAL);
	CHECK_INT(errors.n, CONF_ERRORS_MAX);
	CHECK_STR(errors.items[98].path, "key98");
	CHECK_STR(errors.items[99].what, "has an error, as have others that are not told");
	conf_errors_done(&errors);
	conf_errors_done(&errors);
	conf_error_add(&errors, "a", "%d", 1);
	conf_error_at(&errors, 7, "", "%s", "x");
	CHECK(errors.n == 2 && errors.items[0].line == 0 && errors.items[1].line == 7);
	CHECK_STR(errors.items[0].what, "1");
	CHECK_INT(conf_errors_code(&errors), -EINVAL);
	errors.err = -ENOMEM;
	CHECK_INT(conf_errors_code(&errors), -ENOMEM);
}

static void check_paths(void)
{
	static const char long_key[] = "0123456789012345678901234567890123456789012345678901234567890123";
	AUTO_BUF struct buf path = { 0 };
	AUTO_BUF struct buf key = { 0 };

	conf_path_key(&path, "a-b_1");
	conf_path_index(&path, 12);
	conf_path_key(&path, "x");
	conf_path_key(&path, "a b");
	conf_path_key(&path, "\xc3\xa4\x01\x7f\xff");
	CHECK_STR(buf_cstr(&path), "a-b_1[12].x[\"a b\"][\"\xc3\xa4\\u0001\\u007f\\u00ff\"]");
	CHECK(conf_path_covers(&path, buf_cstr(&path)));
	conf_path_cut(&path, 9);
	CHECK_STR(buf_cstr(&path), "a-b_1[12]");
	CHECK(conf_path_covers(&path, "a-b_1[12].x"));
	CHECK(conf_path_covers(&path, "a-b_1[12][3]"));
	CHECK(!conf_path_covers(&path, "a-b_1[1]"));
	conf_path_cut(&path, 5);
	CHECK(conf_path_covers(&path, "a-b_1[12]"));
	CHECK(!conf_path_covers(&path, "a-b_11"));
	conf_path_cut(&path, 0);
	CHECK(conf_path_covers(&path, ""));
	CHECK(conf_path_covers(&path, "[\"x\"]"));
	conf_path_key(&path, long_key);
	CHECK_STR(buf_cstr(&path), long_key);
	conf_path_cut(&path, 0);
	buf_fmt(&key, "%s\xc3\xa4", long_key + 1);
	conf_path_key(&path,
		      buf_cstr(&key)); /* 65 bytes: the last character begins at the 64th and stays whole */
	CHECK_INT(path.len, 65 + strlen("[\"\"]"));
	buf_chr(&key, 'x');
	conf_path_cut(&path, 0);
	conf_path_key(&path, buf_cstr(&key));
	CHECK_STR(buf_cstr(&path) + 65 + 2, "...\"]");
}

static void check_distance(void)
{
	char longest[64] = { 0 };

	CHECK_INT(conf_distance("", ""), 0);
	CHECK_INT(conf_distance("abc", ""), 3);
	CHECK_INT(conf_distance("", "abc"), 3);
	CHECK_INT(conf_distance("kitten", "sitting"), 3);
	CHECK_INT(conf_distance("timeout", "timeuot"), 2);
	memset(longest, 'x', 63);
	CHECK_INT(conf_distance(longest, ""), 63);
	CHECK_INT(conf_distance("", longest), 63);
	CHECK(conf_distance("", "0123456789012345678901234567890123456789012345678901234567890123") ==
	      SIZE_MAX);
	CHECK(conf_distance("0123456789012345678901234567890123456789012345678901234567890123", "") ==
	      SIZE_MAX);
}

static void check_lines(void)
{
	static const char json[] =
		"\n{ \"a\": {\"x}\": \"]\\\"\",\n\"b\":\n[1, [\n2,\n3], {\n\"c\": null}]},\n"
		"\"\\u0061\\ud83d\\ude00\": 1,\n\"same\": 1,\n\"same\": 2, \"same\": {\n\"y\": 1}\n, "
		"\"z\\\\\":\n5 }";
	static const struct {
		const char *path;
		unsigned line;
	} t[] = {
		{ "", 2 },
		{ "a", 2 },
		{ "a[\"x}\"]", 2 },
		{ "a.b", 3 },
		{ "a.b[0]", 4 },
		{ "a.b[1]", 4 },
		{ "a.b[1][0]", 5 },
		{ "a.b[1][1]", 6 },
		{ "a.b[2]", 6 },
		{ "a.b[2].c", 7 },
		{ "[\"a\xf0\x9f\x98\x80\"]", 8 },
		{ "same", 10 },
		{ "same.y", 11 },
		{ "[\"z\\\\\"]", 12 },
		/* not there: the nearest that would hold it */
		{ "b", 2 },
		{ "a.c", 2 },
		{ "a.b[3]", 3 },
		{ "a.b[2].d", 6 },
		{ "same.x.y", 10 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		CHECK_INT(conf_json_line(json, sizeof(json) - 1, t[i].path), t[i].line);
	CHECK_INT(conf_json_line("", 0, "a"), 0);
	CHECK_INT(conf_json_line(" \n", 2, ""), 0);
}

static void check_duplicates(void)
{
	static const char json[] =
		"{\"a\": [{\"b\": 1,\n\"\\u0062\": 1}, {\"b\": 1}],\n\"a\": {},\n\"c\": 1, \"a\": 2}";
	AUTO_ERRORS struct conf_errors errors = { 0 };

	conf_json_duplicates(json, sizeof(json) - 1, &errors);
	CHECK_INT(errors.n, 3);
	CHECK_STR(errors.items[0].path, "a[0].b");
	CHECK_STR(errors.items[0].what, "is given twice");
	CHECK_INT(errors.items[0].line, 2);
	CHECK_STR(errors.items[1].path, "a");
	CHECK_INT(errors.items[1].line, 3);
	CHECK_INT(errors.items[2].line, 4);
}

/* Names with strings as values. */
static void check_pairs(void)
{
	static const struct conf_key keys[] = {
		{ "labels", CONF_PAIRS, .offset = 0, .max = 4, .check = check_device },
		{ 0 },
	};
	static const char text[] = "{\"labels\": {\"a\": \"1\", \"\": \"\"}}";
	static const char bad[] = "{\"labels\": {\"a/b\": \"1\", \"c\": \"12345\", \"d\": 1, \"e\": null}}";
	json_auto_t *tree = json_loads(text, 0, NULL), *wrong = json_loads(bad, 0, NULL), *dumped = NULL;
	struct conf_errors errors = { 0 };
	struct conf_list l = { 0 };
	AUTO_BUF struct buf got = { 0 };

	CHECK_INT(conf_read(keys, tree, &l, &errors), 0);
	CHECK_INT(l.n, 2);
	CHECK_STR(((struct conf_pair *)l.items)[0].value, "1");
	CHECK_STR(((struct conf_pair *)l.items)[1].name, "");
	dumped = conf_dump(keys, &l);
	CHECK(json_equal(dumped, tree));
	conf_done(keys, &l);
	CHECK(l.items == NULL && l.n == 0);
	CHECK_INT(conf_read(keys, wrong, &l, &errors), -EINVAL);
	list_errors(&errors, bad, &got);
	CHECK_STR(buf_cstr(&got), "1 labels[\"a/b\"]: must be a name without /\n1 labels.c: must have between 0 and 4 bytes\n"
				  "1 labels.d: must be a string, not an integer\n1 labels.e: must be a string, not null\n");
	conf_done(keys, &l);
	conf_errors_done(&errors);
}

int main(void)
{
	check_errors();
	check_defaults();
	check_values();
	check_tables();
	check_error_list();
	check_paths();
	check_distance();
	check_lines();
	check_duplicates();
	check_pairs();
	return TEST_END();
}
