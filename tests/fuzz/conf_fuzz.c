/* SPDX-License-Identifier: MIT */
/*
 * JSON as a configuration. What is accepted prints and reads back the same;
 * every path of the text has a line; every error has its text; damaged text
 * is walked in bounds.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../fixtures/config/table.h"
#include "os/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { PATHS = 50 };

struct lines {
	const char *text;
	size_t n, paths;
	bool exact;
};

static void check_line(const struct buf *path, unsigned line, void *ctx)
{
	struct lines *l = ctx;
	unsigned found;

	if (l->paths++ > PATHS)
		return;
	found = conf_json_line(l->text, l->n, buf_cstr(path));
	/* Two long keys may have the same start, and only that is in a path. */
	if (!found || (l->exact && found != line && !strstr(buf_cstr(path), "...\"]")))
		abort();
}

static void check_lines(json_t *tree, const char *text, size_t n, bool exact)
{
	AUTO_BUF struct buf path = { 0 };
	struct lines l = { text, n, 0, exact };
	unsigned line = 1;

	each_path(tree, &path, &line, check_line, &l);
}

static void check_round(json_t *tree)
{
	CLEANUP(sample_done) struct sample once = { 0 }, twice = { 0 };
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	json_auto_t *a = NULL, *b = NULL, *printed = NULL;
	AUTO_FREE char *text = NULL;

	if (conf_read(sample_keys, tree, &once, &errors) < 0)
		return;
	a = conf_dump(sample_keys, &once);
	text = json_dumps(a, JSON_REAL_PRECISION(15));
	printed = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (conf_read(sample_keys, printed, &twice, &errors) < 0)
		abort();
	b = conf_dump(sample_keys, &twice);
	if (!json_equal(a, b))
		abort();
}

static void check_errors(const struct config_file *f)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	CLEANUP(sample_done) struct sample s = { 0 };
	int r = conf_read(sample_keys, f->tree, &s, &errors);

	if (r != (errors.n ? -EINVAL : 0))
		abort();
	for (size_t i = 0; i < errors.n; i++) {
		AUTO_BUF struct buf text = { 0 };

		config_error_text(f, &errors.items[i], &text);
		if (strncmp(buf_cstr(&text), "f:", 2) != 0 || strncmp(buf_cstr(&text), "f:0", 3) == 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP(config_file_done) struct config_file f = { .name = "f" };
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	AUTO_FREE char *indented = NULL;

	(void)conf_json_line((const char *)data, n, "servers[1].name");
	conf_json_duplicates((const char *)data, n, &errors);
	conf_errors_done(&errors);
	buf_add(&f.text, data, n);
	f.allow_duplicates = n & 1;
	if (config_parse(&f, &errors) < 0)
		return errors.n == 0 ? abort(), 0 : 0;
	check_lines(f.tree, f.text.data, n, false);
	indented = json_dumps(f.tree, JSON_INDENT(1));
	check_lines(f.tree, indented, strlen(indented), true);
	check_round(f.tree);
	check_errors(&f);
	return 0;
}
