/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "os/config.h"
#include "os/fd.h"
#include "os/yaml.h"

bool config_is_yaml(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

int config_load(int dirfd, const char *path, struct config_file *f, struct conf_errors *errors)
{
	int r;

	f->name = path;
	f->yaml = config_is_yaml(path);
	f->text.max = CONFIG_MAX_BYTES;
	r = fd_slurp(dirfd, path, &f->text);
	return r < 0 ? r : config_parse(f, errors);
}

void config_file_done(struct config_file *f)
{
	buf_done(&f->text);
	json_decref(f->tree);
	f->tree = NULL;
}

/* Whether v holds more than left levels of objects and arrays. */
static bool is_deeper(json_t *v, unsigned left)
{
	const char *key;
	json_t *item;
	size_t i;

	if (left == 0)
		return json_is_object(v) || json_is_array(v);
	json_object_foreach(v, key, item) {
		if (is_deeper(item, left - 1))
			return true;
	}
	json_array_foreach(v, i, item) {
		if (is_deeper(item, left - 1))
			return true;
	}
	return false;
}

static void json_syntax_error(const json_error_t *e, struct conf_errors *errors)
{
	unsigned line = e->line > 0 ? (unsigned)e->line : 0;

	if (json_error_code(e) == json_error_out_of_memory)
		errors->err = -ENOMEM;
	else if (json_error_code(e) == json_error_null_character)
		conf_error_at(errors, line, "", "a NUL character (\\u0000) is not allowed (column %d)",
			      e->column);
	else
		conf_error_at(errors, line, "", "%s (column %d)", e->text, e->column);
}

static json_t *parse_json(const struct config_file *f, struct conf_errors *errors)
{
	const char *text = buf_cstr(&f->text);
	size_t n = f->text.len;
	json_error_t e;
	json_t *tree = json_loadb(text, n, f->allow_duplicates ? 0 : JSON_REJECT_DUPLICATES, &e);

	if (tree)
		return tree;
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0) {
		conf_error_at(errors, 1, "", "begins with a byte order mark; save it as plain UTF-8");
		return NULL;
	}
	if (json_error_code(&e) == json_error_duplicate_key) { /* jansson names the first, without its path */
		tree = json_loadb(text, n, 0, &e);
		if (tree)
			conf_json_duplicates(text, n, errors);
	}
	if (!tree)
		json_syntax_error(&e, errors);
	return tree;
}

int config_parse(struct config_file *f, struct conf_errors *errors)
{
	const char *text = buf_cstr(&f->text);
	json_t *tree = NULL;
	int r = 0;

	if (f->yaml)
		r = yaml_tree(text, f->text.len, &tree, errors);
	else
		tree = parse_json(f, errors);
	if (tree && is_deeper(tree, CONF_DEPTH_MAX))
		conf_error_add(errors, "", "is nested more than %d levels deep", CONF_DEPTH_MAX);
	if (r == 0)
		r = conf_errors_code(errors);
	if (r == 0)
		f->tree = tree;
	else
		json_decref(tree);
	return r;
}

void config_error_text(const struct config_file *f, const struct conf_error *e, struct buf *out)
{
	const char *text = buf_cstr(&f->text);
	unsigned line = e->line;

	if (!line && f->yaml)
		line = yaml_line(text, f->text.len, e->path);
	else if (!line)
		line = conf_json_line(text, f->text.len, e->path);
	if (f->name && line)
		buf_fmt(out, "%s:%u: ", f->name, line);
	else if (f->name)
		buf_fmt(out, "%s: ", f->name);
	if (*e->path)
		buf_fmt(out, "%s: ", e->path);
	buf_str(out, e->what);
}
