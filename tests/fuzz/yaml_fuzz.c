/* SPDX-License-Identifier: MIT */
/*
 * YAML as a configuration. What is accepted is a tree that JSON can hold,
 * every path of it has a line, and what a table takes prints and reads back
 * the same, as JSON and as YAML.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../fixtures/config/table.h"
#include "os/config.h"
#include "os/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { PATHS = 50 };

struct lines {
	const struct config_file *f;
	size_t paths;
};

static void check_line(const struct buf *path, unsigned line, void *ctx)
{
	struct lines *l = ctx;

	(void)line;
	if (l->paths++ < PATHS && !yaml_line(l->f->text.data, l->f->text.len, buf_cstr(path)))
		abort();
}

/* json_dumps() walks what an alias stands for each time, so only small trees are printed. */
static size_t count(json_t *v, size_t left)
{
	size_t n = 1, i;
	const char *key;
	json_t *item;

	json_object_foreach(v, key, item) {
		if (n < left)
			n += count(item, left - n);
	}
	json_array_foreach(v, i, item) {
		if (n < left)
			n += count(item, left - n);
	}
	return n;
}

static void check_json(json_t *tree)
{
	AUTO_FREE char *text = json_dumps(tree, JSON_ENCODE_ANY);
	json_auto_t *again = text ? json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (!json_equal(tree, again))
		abort();
}

static json_t *read_and_dump(json_t *tree)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	CLEANUP(sample_done) struct sample s = { 0 };

	return conf_read(sample_keys, tree, &s, &errors) < 0 ? NULL : conf_dump(sample_keys, &s);
}

static void check_round(json_t *tree)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	json_auto_t *once = read_and_dump(tree), *yaml = NULL, *twice = NULL;
	AUTO_FREE char *text = once ? json_dumps(once, JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15)) : NULL;

	/* libyaml has no \u pairs for what lies beyond U+FFFF. */
	if (!once || strstr(text, "\\uD8") || strstr(text, "\\uD9") || strstr(text, "\\uDA") ||
	    strstr(text, "\\uDB"))
		return;
	if (yaml_tree(text, strlen(text), &yaml, &errors) < 0)
		abort();
	twice = read_and_dump(yaml);
	if (!json_equal(once, twice))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP(config_file_done) struct config_file f = { .name = "f", .yaml = true };
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	AUTO_BUF struct buf path = { 0 };
	struct lines l = { .f = &f };
	unsigned line = 1;
	int r;

	buf_add(&f.text, data, n);
	r = config_parse(&f, &errors);
	if (r != (errors.n ? -EINVAL : 0))
		abort();
	if (r < 0 || count(f.tree, 10000) >= 10000)
		return 0;
	each_path(f.tree, &path, &line, check_line, &l);
	check_json(f.tree);
	check_round(f.tree);
	return 0;
}
