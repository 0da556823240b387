/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/conf.h"

static const uint64_t NS_PER_US = 1000;
static const double US_PER_S = 1e6;

struct reader {
	struct conf_errors *errors;
	struct buf path; /* of the value being read */
};

static void reader_done(struct reader *r)
{
	buf_done(&r->path);
}

#define WRONG(r, ...) conf_error_add((r)->errors, buf_cstr(&(r)->path), __VA_ARGS__)

static const char *type_name(const json_t *v)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object",   [JSON_ARRAY] = "an array",       [JSON_STRING] = "a string",
		[JSON_INTEGER] = "an integer", [JSON_REAL] = "a decimal number", [JSON_TRUE] = "a boolean",
		[JSON_FALSE] = "a boolean",    [JSON_NULL] = "null",
	};

	return names[json_typeof(v)];
}

static bool expect(struct reader *r, bool ok, const char *what, const json_t *v)
{
	if (!ok)
		WRONG(r, "must be %s, not %s", what, type_name(v));
	return ok;
}

static bool is_limited(const struct conf_key *k)
{
	return k->min != 0 || k->max != 0;
}

/* What YAML 1.1 took for a boolean and YAML 1.2 and JSON do not. */
static bool is_old_boolean(const json_t *v)
{
	static const char *const words[] = { "y", "Y", "yes", "Yes", "YES", "on",  "On",  "ON",
					     "n", "N", "no",  "No",  "NO",  "off", "Off", "OFF" };

	for (size_t i = 0; json_is_string(v) && i < ARRAY_LEN(words); i++)
		if (strcmp(json_string_value(v), words[i]) == 0)
			return true;
	return false;
}

static void read_bool(struct reader *r, const json_t *v, bool *dst)
{
	if (is_old_boolean(v))
		WRONG(r, "must be a boolean (write true or false)");
	else if (expect(r, json_is_boolean(v), "a boolean", v))
		*dst = json_is_true(v);
}

static void read_int(struct reader *r, const struct conf_key *k, const json_t *v, int64_t *dst)
{
	int64_t n = json_integer_value(v);

	if (!expect(r, json_is_integer(v), "an integer", v))
		return;
	if (is_limited(k) && (n < k->min || n > k->max))
		WRONG(r, "must be between %jd and %jd", (intmax_t)k->min, (intmax_t)k->max);
	else
		*dst = n;
}

/* Microseconds below CONF_SECONDS_MAX have 15 digits, which a double holds: they print and read back equal. */
static void read_seconds(struct reader *r, const struct conf_key *k, const json_t *v, uint64_t *dst)
{
	int64_t min = is_limited(k) ? k->min : 0, max = is_limited(k) ? k->max : CONF_SECONDS_MAX;
	double s = json_number_value(v);

	if (!expect(r, json_is_number(v), "a number of seconds", v))
		return;
	if (!(s >= (double)min && s <= (double)max))
		WRONG(r, "must be between %jd and %jd", (intmax_t)min, (intmax_t)max);
	else
		*dst = (uint64_t)(s * US_PER_S + 0.5) * NS_PER_US;
}

static void read_enum(struct reader *r, const struct conf_key *k, const json_t *v, int *dst)
{
	AUTO_BUF struct buf all = { 0 };

	for (int i = 0; k->choices[i]; i++) {
		if (json_is_string(v) && strcmp(json_string_value(v), k->choices[i]) == 0) {
			*dst = i;
			return;
		}
		buf_fmt(&all, "%s%s", i ? ", " : "", k->choices[i]);
	}
	WRONG(r, "must be one of: %s", buf_cstr(&all));
}

static void read_text(struct reader *r, const struct conf_key *k, const char *s, char **dst)
{
	size_t n = strlen(s);
	const char *wrong = k->check ? k->check(s) : NULL;

	if (is_limited(k) && ((int64_t)n < k->min || (int64_t)n > k->max))
		WRONG(r, "must have between %jd and %jd bytes", (intmax_t)k->min, (intmax_t)k->max);
	else if (wrong)
		WRONG(r, "%s", wrong);
	*dst = strdup(s);
	if (!*dst)
		r->errors->err = -ENOMEM;
}

static void read_string(struct reader *r, const struct conf_key *k, const json_t *v, char **dst)
{
	if (expect(r, json_is_string(v), "a string", v))
		read_text(r, k, json_string_value(v), dst);
}

static void read_members(struct reader *r, const struct conf_key *keys, json_t *tree, void *dst);

/* Makes n zeroed items, so that conf_done() takes whatever becomes of them. */
static void make_items(struct reader *r, const struct conf_key *k, size_t n, struct conf_list *l)
{
	l->items = n ? calloc(n, conf_item_size(k)) : NULL;
	l->n = l->items ? n : 0;
	if (l->n < n)
		r->errors->err = -ENOMEM;
}

static void read_list(struct reader *r, const struct conf_key *k, const json_t *v, struct conf_list *dst)
{
	size_t at = r->path.len;

	if (!expect(r, json_is_array(v), "an array", v))
		return;
	make_items(r, k, json_array_size(v), dst);
	for (size_t i = 0; i < dst->n; i++) {
		json_t *item = json_array_get(v, i);
		void *to = (char *)dst->items + i * conf_item_size(k);

		conf_path_index(&r->path, i);
		if (k->type == CONF_STRINGS)
			read_string(r, k, item, to);
		else if (expect(r, json_is_object(item), "an object", item))
			read_members(r, k->keys, item, to);
		conf_path_cut(&r->path, at);
	}
}

/* What a name stands for; name is the item's first member. */
static void read_named(struct reader *r, const struct conf_key *k, json_t *v, char **name)
{
	const struct conf_key value = { .min = k->min, .max = k->max };

	if (k->type == CONF_PAIRS)
		read_string(r, &value, v, name + 1);
	else if (json_is_null(v) || expect(r, json_is_object(v), "an object", v))
		read_members(r, k->keys, v, name);
}

static void read_map(struct reader *r, const struct conf_key *k, json_t *v, struct conf_list *dst)
{
	size_t at = r->path.len, i = 0;
	const char *name;
	json_t *value;

	if (!expect(r, json_is_object(v), "an object", v))
		return;
	make_items(r, k, json_object_size(v), dst);
	if (dst->n == 0) /* nothing in it, or no memory */
		return;
	json_object_foreach(v, name, value) {
		void *to = (char *)dst->items + i++ * conf_item_size(k);

		conf_path_key(&r->path, name);
		read_text(r, k, name, to);
		read_named(r, k, value, to);
		conf_path_cut(&r->path, at);
	}
}

static void read_tree(struct reader *r, const struct conf_key *k, json_t *v, json_t **dst)
{
	if (k->check_tree)
		k->check_tree(v, &r->path, r->errors);
	*dst = json_incref(v);
}

static void read_value(struct reader *r, const struct conf_key *k, json_t *v, void *dst)
{
	switch (k->type) {
	case CONF_BOOL:
		read_bool(r, v, dst);
		break;
	case CONF_INT:
		read_int(r, k, v, dst);
		break;
	case CONF_SECONDS:
		read_seconds(r, k, v, dst);
		break;
	case CONF_STRING:
		read_string(r, k, v, dst);
		break;
	case CONF_ENUM:
		read_enum(r, k, v, dst);
		break;
	case CONF_OBJECT:
		if (expect(r, json_is_object(v), "an object", v))
			read_members(r, k->keys, v, dst);
		break;
	case CONF_STRINGS:
	case CONF_LIST:
		read_list(r, k, v, dst);
		break;
	case CONF_MAP:
	case CONF_PAIRS:
		read_map(r, k, v, dst);
		break;
	case CONF_TREE:
		read_tree(r, k, v, dst);
		break;
	}
}

static void read_default(struct reader *r, const struct conf_key *k, void *dst)
{
	json_auto_t *v = k->def ? json_loads(k->def, JSON_DECODE_ANY, NULL) : NULL;

	if (v)
		read_value(r, k, v, dst);
	else if (k->def)
		WRONG(r, "has a default that is not JSON");
	else if (k->type == CONF_OBJECT)
		read_members(r, k->keys, NULL, dst);
	else if (k->type < CONF_STRINGS)
		WRONG(r, "is required");
}

/* Suggests the key most like name, if two thirds of it are right. */
static void unknown_key(struct reader *r, const struct conf_key *keys, const char *name)
{
	const char *meant = NULL;
	size_t best = SIZE_MAX;

	for (; keys->name; keys++) {
		size_t d = conf_distance(name, keys->name);

		if (d < best && d <= strlen(keys->name) / 3) {
			best = d;
			meant = keys->name;
		}
	}
	if (meant)
		WRONG(r, "unknown key (did you mean \"%s\"?)", meant);
	else
		WRONG(r, "unknown key");
}

/* What a value stands for: itself, or what its short form means; NULL where none is given. The caller owns it. */
static json_t *meaning(const struct conf_key *k, json_t *v)
{
	for (const struct conf_short *s = k->shorts; v && s && s->given; s++) {
		json_auto_t *given = json_loads(s->given, JSON_DECODE_ANY, NULL);

		if (json_equal(given, v))
			return json_loads(s->means, JSON_DECODE_ANY, NULL);
	}
	return json_is_null(v) ? NULL : json_incref(v);
}

/* tree is an object, or NULL or null for none. */
static void read_members(struct reader *r, const struct conf_key *keys, json_t *tree, void *dst)
{
	size_t at = r->path.len;
	const char *name;
	json_t *v;

	json_object_foreach(tree, name, v) {
		const struct conf_key *k = keys;
		json_auto_t *means = NULL;

		while (k->name && strcmp(k->name, name) != 0)
			k++;
		conf_path_key(&r->path, name);
		means = k->name ? meaning(k, v) : NULL;
		if (!k->name)
			unknown_key(r, keys, name);
		else if (means)
			read_value(r, k, means, (char *)dst + k->offset);
		conf_path_cut(&r->path, at);
	}
	for (const struct conf_key *k = keys; k->name; k++) {
		json_auto_t *means = meaning(k, json_object_get(tree, k->name));

		if (means)
			continue;
		conf_path_key(&r->path, k->name);
		read_default(r, k, (char *)dst + k->offset);
		conf_path_cut(&r->path, at);
	}
}

int conf_read(const struct conf_key *keys, json_t *tree, void *dst, struct conf_errors *errors)
{
	CLEANUP(reader_done) struct reader r = { .errors = errors };

	if (!tree || expect(&r, json_is_object(tree), "an object", tree))
		read_members(&r, keys, tree, dst);
	if (buf_error(&r.path) < 0)
		errors->err = -ENOMEM;
	return conf_errors_code(errors);
}
