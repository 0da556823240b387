/* SPDX-License-Identifier: MIT */
#include "rules.h"
#include "template.h"

static void check_template(const char *source, const char *pattern, const struct buf *path,
			   struct conf_errors *errors)
{
	struct template_error e = { 0 };
	struct template *t = NULL;
	int r = template_compile(source, pattern, &t, &e);

	if (r == 0)
		template_free(t);
	else if (e.what)
		conf_error_add(errors, buf_cstr(path), "column %zu of the template: %s", e.column, e.what);
	else
		errors->err = r;
}

void rules_check_all(json_t *v, struct buf *path, struct conf_errors *errors)
{
	size_t at = path->len;
	const char *name;
	json_t *rule;

	if (!json_is_object(v)) {
		conf_error_add(errors, buf_cstr(path), "must be an object");
		return;
	}
	json_object_foreach (v, name, rule) {
		conf_path_key(path, name);
		if (json_is_string(rule))
			check_template(json_string_value(rule), name, path, errors);
		else if (!json_is_boolean(rule) && !json_is_null(rule))
			conf_error_add(errors, buf_cstr(path), "must be a boolean or a template");
		conf_path_cut(path, at);
	}
}

static void check_below(json_t *v, struct buf *path, struct conf_errors *errors, int levels)
{
	size_t at = path->len;
	const char *name;
	json_t *below;

	if (levels == 0) {
		rules_check_all(v, path, errors);
		return;
	}
	if (!json_is_object(v)) {
		conf_error_add(errors, buf_cstr(path), "must be an object");
		return;
	}
	json_object_foreach (v, name, below) {
		conf_path_key(path, name);
		check_below(below, path, errors, levels - 1);
		conf_path_cut(path, at);
	}
}

void rules_check_for(json_t *v, struct buf *path, struct conf_errors *errors)
{
	check_below(v, path, errors, 2);
}

static const json_t *find(const struct rules *r, const char *stream, const char *filter, const char *pattern)
{
	const json_t *own =
		json_object_get(json_object_get(json_object_get(r->for_, stream), filter), pattern);

	return own ? own : json_object_get(r->all, pattern);
}

bool rules_show(const struct rules *r, const char *stream, const char *filter, const char *pattern)
{
	return !json_is_false(find(r, stream, filter, pattern));
}

int rules_value(const struct rules *r, const char *stream, const char *filter, const char *pattern,
		struct text value, struct buf *out)
{
	const json_t *rule = find(r, stream, filter, pattern);
	struct template_error e = { 0 };
	struct template *t = NULL;
	int res;

	if (!json_is_string(rule)) {
		buf_add(out, value.p, value.n);
		return buf_error(out);
	}
	res = template_compile(json_string_value(rule), pattern, &t, &e);
	if (res == 0)
		res = template_eval(t, value, out);
	template_free(t);
	return res;
}
