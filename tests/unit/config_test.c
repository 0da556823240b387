/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../fixtures/config/random.h"
#include "../fixtures/config/table.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/yaml.h"
#include "test.h"

#define FIXTURES "tests/fixtures/config"
#define AUTO_ERRORS CLEANUP(conf_errors_done)
#define AUTO_CONFIG CLEANUP(config_file_done)

static void file_errors(const struct config_file *f, const struct conf_errors *errors, struct buf *out)
{
	for (size_t i = 0; i < errors->n; i++) {
		config_error_text(f, &errors->items[i], out);
		buf_chr(out, '\n');
	}
}

/* ---- fixtures: NAME.json or NAME.yaml, and NAME.json.expected with its errors or, where it has none, its
 * dump ---- */

static void read_fixture(int dir, const char *name, struct buf *out)
{
	AUTO_CONFIG struct config_file f = { 0 };
	AUTO_ERRORS struct conf_errors errors = { 0 };
	CLEANUP(sample_done) struct sample s = { 0 };
	json_auto_t *tree = NULL;
	AUTO_FREE char *text = NULL;
	int r = config_load(dir, name, &f, &errors);

	if (r == 0)
		r = conf_read(sample_keys, f.tree, &s, &errors);
	if (r == 0) {
		tree = conf_dump(sample_keys, &s);
		text = json_dumps(tree, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
		buf_fmt(out, "%s\n", text);
	}
	file_errors(&f, &errors, out);
}

static void check_fixtures(void)
{
	DIR *dir = opendir(FIXTURES);
	size_t n = 0;

	CHECK(dir != NULL);
	for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
		AUTO_BUF struct buf got = { 0 }, want = { 0 }, name = { 0 };
		const char *dot = strrchr(e->d_name, '.');

		if (!dot || (strcmp(dot, ".json") != 0 && !config_is_yaml(e->d_name)))
			continue;
		buf_fmt(&name, "%s.expected", e->d_name);
		CHECK_INT(fd_slurp(dirfd(dir), buf_cstr(&name), &want), 0);
		read_fixture(dirfd(dir), e->d_name, &got);
		CHECK_STR(buf_cstr(&got), buf_cstr(&want));
		n++;
	}
	CHECK(n > 10);
	if (dir)
		closedir(dir);
}

/* ---- text in memory ---- */

/* The tree as compact JSON, or the errors, or the number that config_parse() returned without any. */
static void parse(const char *name, const char *bytes, size_t n, struct buf *out)
{
	AUTO_CONFIG struct config_file f = { .name = name, .yaml = config_is_yaml(name) };
	AUTO_ERRORS struct conf_errors errors = { 0 };
	int r;

	buf_add(&f.text, bytes, n);
	r = config_parse(&f, &errors);
	if (r == 0) {
		AUTO_FREE char *text =
			json_dumps(f.tree, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

		buf_str(out, text);
	} else if (errors.n == 0) {
		buf_fmt(out, "%d", r);
	}
	file_errors(&f, &errors, out);
}

struct text_case {
	const char *in, *out;
};

static void check_texts(const char *name, const struct text_case *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_BUF struct buf got = { 0 };

		parse(name, t[i].in, strlen(t[i].in), &got);
		CHECK_STR(buf_cstr(&got), t[i].out);
	}
}

static void check_yaml_values(void)
{
	static const struct text_case t[] = {
		{ "", "{}" },
		{ "# nothing\n", "{}" },
		{ "---\n", "{}" },
		{ "---\n...\n", "{}" },
		{ "~", "{}" },
		{ "%YAML 1.2\n---\na: 1\n", "{\"a\":1}" },
		{ "\xef\xbb\xbf"
		  "a: 1\n",
		  "{\"a\":1}" },
		{ "a: 1\r\nb: 2\r\n", "{\"a\":1,\"b\":2}" },
		/* the core schema */
		{ "[null, Null, NULL, ~, nULL]", "[null,null,null,null,\"nULL\"]" },
		{ "[true, True, TRUE, false, False, FALSE, tRUE]",
		  "[true,true,true,false,false,false,\"tRUE\"]" },
		{ "[yes, no, on, off, y, n]", "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"n\"]" },
		{ "[0, -0, +12, 007, 0o17, 0xfF, 0x, 0o8, 0b1, 1_000, 12:30:45, +, -, +-1, 0X1]",
		  "[0,0,12,7,15,255,\"0x\",\"0o8\",\"0b1\",\"1_000\",\"12:30:45\",\"+\",\"-\",\"+-1\","
		  "\"0X1\"]" },
		{ "[9223372036854775807, -9223372036854775808, 0x7fffffffffffffff]",
		  "[9223372036854775807,-9223372036854775808,9223372036854775807]" },
		{ "[1.5, -.5, +1., 1e3, 1E-3, 1.e1]", "[1.5,-0.5,1.0,1000.0,0.001,10.0]" },
		{ "[., .e1, 1e, 1e+, 1.2.3, .inf., 99999999999999999999a, 1 2]",
		  "[\".\",\".e1\",\"1e\",\"1e+\",\"1.2.3\",\".inf.\",\"99999999999999999999a\",\"1 2\"]" },
		{ "['1', \"true\", \"\\u00e4\\n\", '']", "[\"1\",\"true\",\"\xc3\xa4\\n\",\"\"]" },
		{ "a: |\n  1\nb: >\n  x\n  y\n", "{\"a\":\"1\\n\",\"b\":\"x y\\n\"}" },
		/* structure */
		{ "a:\nb:\n  - 1\n  -\n  - c: 2\n    d: [x, {y: z}]\n",
		  "{\"a\":null,\"b\":[1,null,{\"c\":2,\"d\":[\"x\",{\"y\":\"z\"}]}]}" },
		{ "1: a\ntrue: b\n~: c\n1.50: d\n? e\n",
		  "{\"1\":\"a\",\"true\":\"b\",\"~\":\"c\",\"1.50\":\"d\",\"e\":null}" },
		{ "\"<<\": 1", "{\"<<\":1}" },
		{ "'': 1", "{\"\":1}" },
		/* anchors */
		{ "a: &x {b: 1}\nc: *x\nd: [*x, *x]\n",
		  "{\"a\":{\"b\":1},\"c\":{\"b\":1},\"d\":[{\"b\":1},{\"b\":1}]}" },
		{ "[&x 1, &x 2, *x]", "[1,2,2]" },
		/* tags */
		{ "[!!str 1, !!str , !!int 1, !!int '2', !!float 1, !!float 1.5, !!bool true, !!null ~]",
		  "[\"1\",\"\",1,2,1,1.5,true,null]" },
		{ "!!map {a: !!seq [1]}", "{\"a\":[1]}" },
		{ "!<tag:yaml.org,2002:str> 1", "\"1\"" },
	};

	check_texts("f.yaml", t, ARRAY_LEN(t));
}

static void check_yaml_errors(void)
{
	static const struct text_case t[] = {
		{ "a: 1\nb: [\n  x: {c: 1,\n   c: 2}]\na: 3\n",
		  "f.yaml:4: b[0].x.c: is given twice\nf.yaml:5: a: is given twice\n" },
		{ "a: 1\n---\nb: 1\n", "f.yaml:2: a second document begins here; only one is read\n" },
		{ "a: 9223372036854775808\n", "f.yaml:1: a: is an integer that does not fit in 64 bits\n" },
		{ "a: -0x1\nb: 0x8000000000000000\n",
		  "f.yaml:2: b: is an integer that does not fit in 64 bits\n" },
		{ "- 1\n- .inf\n- -.INF\n- .NaN\n- 1e999\n",
		  "f.yaml:2: [1]: must be a finite number\nf.yaml:3: [2]: must be a finite number\n"
		  "f.yaml:4: [3]: must be a finite number\nf.yaml:5: [4]: must be a finite number\n" },
		{ "a: \"\\0\"\n\"b\\0c\": 1\n", "f.yaml:1: a: must not contain a NUL character\nf.yaml:2: b: "
						"must not contain a NUL character\n" },
		{ "a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n",
		  "f.yaml:3: c[\"<<\"]: merge keys are not supported\n" },
		{ "a:\n  ? [1]\n  : 2\n", "f.yaml:2: a: has a key that is a list, an object or an alias\n" },
		{ "&k a: 1\n!!str b: 1\n", "f.yaml:1: a: must not have an anchor or a tag, being a key\n"
					   "f.yaml:2: b: must not have an anchor or a tag, being a key\n" },
		{ "a: *x\n", "f.yaml:1: a: refers to &x, which is not defined before it\n" },
		{ "a: &x 1\nb: &x [*x]\n",
		  "f.yaml:2: b[0]: refers to &x, which is not defined before it\n" },
		{ "a: !foo 1\n", "f.yaml:1: a: has a tag that does not fit or is not supported: !foo\n" },
		{ "a: !!set {b}\n", "f.yaml:1: a: has a tag that does not fit or is not supported: !!set\n" },
		{ "a: !!int x\n", "f.yaml:1: a: has a tag that does not fit or is not supported: !!int\n" },
		{ "a: !!map []\n", "f.yaml:1: a: has a tag that does not fit or is not supported: !!map\n" },
		/* syntax */
		{ "a: b: c\n", "f.yaml:1: mapping values are not allowed in this context (column 5)\n" },
		{ "a:\n\t- b\n",
		  "f.yaml:2: found character that cannot start any token while scanning for the next token "
		  "(column 1)\n" },
		{ "a: [1\nb: 2\n",
		  "f.yaml:2: did not find expected ',' or ']' while parsing a flow sequence (column 2)\n" },
		{ "a: 'x\n",
		  "f.yaml:2: found unexpected end of stream while scanning a quoted scalar (column 1)\n" },
		{ "a: 1\nb: \x01\n", "f.yaml:1: control characters are not allowed (byte 9 of the file)\n" },
		{ "a: \xff\n", "f.yaml:1: invalid leading UTF-8 octet (byte 4 of the file)\n" },
	};

	check_texts("f.yaml", t, ARRAY_LEN(t));
}

static void check_json(void)
{
	static const struct text_case t[] = {
		{ "{}", "{}" },
		{ "[1, {\"a\": null}]", "[1,{\"a\":null}]" },
		{ "{\"a\": 1,\n\"b\": {\"x y\": 1, \n\"x y\": 2},\n\"a\": 1}",
		  "f.json:3: b[\"x y\"]: is given twice\nf.json:4: a: is given twice\n" },
		{ "{\"a\": 1,\n\"a\": 2,\n}", "f.json:3: string or '}' expected near '}' (column 1)\n" },
		{ "", "f.json:1: '[' or '{' expected near end of file (column 0)\n" },
		{ "3", "f.json:1: '[' or '{' expected near '3' (column 1)\n" },
		{ "{\n  \"a\": tru\n}", "f.json:2: invalid token near 'tru' (column 10)\n" },
		{ "{} x", "f.json:1: end of file expected near 'x' (column 4)\n" },
		{ "{\"a\": \"b\\u0000\"}",
		  "f.json:1: a NUL character (\\u0000) is not allowed (column 15)\n" },
		{ "{\"a\": 9223372036854775808}",
		  "f.json:1: too big integer near '9223372036854775808' (column 25)\n" },
		{ "\xef\xbb\xbf{}", "f.json:1: begins with a byte order mark; save it as plain UTF-8\n" },
		{ "{\"a\": \"\xff\"}", "f.json:1: unable to decode byte 0xff near '\"' (column 7)\n" },
	};

	check_texts("f.json", t, ARRAY_LEN(t));
}

static void check_raw_nul(void)
{
	AUTO_BUF struct buf json = { 0 }, yaml = { 0 };

	parse("f.json", "{}\0", 3, &json);
	CHECK_STR(buf_cstr(&json), "f.json:1: end of file expected near end of file (column 3)\n");
	parse("f.yaml", "a: 1\n\0", 6, &yaml);
	CHECK_STR(buf_cstr(&yaml), "f.yaml:1: control characters are not allowed (byte 6 of the file)\n");
}

/* Foreign databases repeat keys: the last counts, and the line is its own. */
static void check_allowed_duplicates(void)
{
	static const char json[] = "{\"a\": 1,\n\"a\": 2}";
	AUTO_CONFIG struct config_file f = { .name = "f.json", .allow_duplicates = true };
	AUTO_ERRORS struct conf_errors errors = { 0 };
	AUTO_BUF struct buf text = { 0 };

	buf_str(&f.text, json);
	CHECK_INT(config_parse(&f, &errors), 0);
	CHECK_INT(json_integer_value(json_object_get(f.tree, "a")), 2);
	conf_error_add(&errors, "a", "x");
	config_error_text(&f, &errors.items[0], &text);
	CHECK_STR(buf_cstr(&text), "f.json:2: a: x");
	buf_clear(&text);
	f.name = NULL;
	config_error_text(&f, &errors.items[0], &text);
	CHECK_STR(buf_cstr(&text), "a: x");
}

/* ---- caps ---- */

static void nested(struct buf *out, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		buf_chr(out, '[');
	for (size_t i = 0; i < depth; i++)
		buf_chr(out, ']');
}

static void check_depth(void)
{
	static const char *const names[] = { "f.json", "f.yaml" };
	AUTO_BUF struct buf aliased = { 0 }, got = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		AUTO_BUF struct buf most = { 0 }, over = { 0 }, same = { 0 }, error = { 0 };

		nested(&most, CONF_DEPTH_MAX);
		parse(names[i], most.data, most.len, &same);
		CHECK_STR(buf_cstr(&same), buf_cstr(&most));
		nested(&over, CONF_DEPTH_MAX + 1);
		parse(names[i], over.data, over.len, &error);
		CHECK(strstr(buf_cstr(&error), "is nested more than 32 levels deep\n") != NULL);
	}
	buf_str(&aliased, "- &a ");
	nested(&aliased, 20);
	buf_str(&aliased, "\n- [[[[[[[[[[[[*a]]]]]]]]]]]]\n");
	parse("f.yaml", aliased.data, aliased.len, &got);
	CHECK_STR(buf_cstr(&got), "f.yaml:1: is nested more than 32 levels deep\n");
}

/* Ten to the ninth "lol" out of ten lines. */
static void check_laughs(void)
{
	AUTO_BUF struct buf text = { 0 }, got = { 0 };

	buf_str(&text, "a0: &a0 lol\n");
	for (int i = 1; i < 10; i++) {
		buf_fmt(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buf_fmt(&text, "*a%d,", i - 1);
		buf_str(&text, "]\n");
	}
	parse("f.yaml", text.data, text.len, &got);
	CHECK_STR(
		buf_cstr(&got),
		"f.yaml:7: a6[7]: is one node too many (1000000, aliases counted as what they stand for)\n");
}

/* ---- files ---- */

static int load(int dir, const char *name)
{
	AUTO_CONFIG struct config_file f = { 0 };
	AUTO_ERRORS struct conf_errors errors = { 0 };

	return config_load(dir, name, &f, &errors);
}

static void check_files(void)
{
	char path[] = "/tmp/config_test.XXXXXX";
	AUTO_FD int dir = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	AUTO_FD int big = openat(dir, "big.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	CHECK_INT(load(dir, "none.json"), -ENOENT);
	CHECK_INT(mkdirat(dir, "dir.yaml", 0700), 0);
	CHECK_INT(load(dir, "dir.yaml"), -EISDIR);
	CHECK_INT(ftruncate(big, CONFIG_MAX_BYTES - 1), 0);
	CHECK_INT(load(dir, "big.json"), -EINVAL);
	CHECK_INT(ftruncate(big, CONFIG_MAX_BYTES), 0);
	CHECK_INT(load(dir, "big.json"), -E2BIG);
	CHECK_INT(unlinkat(dir, "big.json", 0) + unlinkat(dir, "dir.yaml", AT_REMOVEDIR) + rmdir(path), 0);
}

static void check_names(void)
{
	CHECK(config_is_yaml("a.yaml") && config_is_yaml("/a.b/c.yml"));
	CHECK(!config_is_yaml("yaml") && !config_is_yaml("a.json") && !config_is_yaml("a.yaml/b") &&
	      !config_is_yaml(""));
}

/* ---- random: JSON is YAML, so the two readers must agree ---- */

struct lines {
	const char *text;
	size_t wrong;
};

static void check_line(const struct buf *path, unsigned line, void *ctx)
{
	struct lines *l = ctx;

	l->wrong += yaml_line(l->text, strlen(l->text), buf_cstr(path)) != line;
}

static void check_random_trees(uint64_t *seed)
{
	size_t differ = 0, wrong = 0;

	for (int i = 0; i < 300; i++) {
		json_auto_t *tree = random_tree(seed, 0), *again = NULL;
		AUTO_FREE char *text = json_dumps(tree, JSON_INDENT(1));
		AUTO_ERRORS struct conf_errors errors = { 0 };
		AUTO_BUF struct buf path = { 0 };
		struct lines l = { .text = text };
		unsigned line = 1;

		differ += yaml_tree(text, strlen(text), &again, &errors) < 0 || !json_equal(tree, again);
		each_path(tree, &path, &line, check_line, &l);
		wrong += l.wrong;
	}
	CHECK_INT(differ, 0);
	CHECK_INT(wrong, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_fixtures();
	check_yaml_values();
	check_yaml_errors();
	check_json();
	check_raw_nul();
	check_allowed_duplicates();
	check_depth();
	check_laughs();
	check_files();
	check_names();
	check_random_trees(&seed);
	return TEST_END();
}
