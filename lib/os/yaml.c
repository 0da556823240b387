/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <yaml.h>

#include "core/buf.h"
#include "core/num.h"
#include "os/yaml.h"

#define DIGITS "0123456789"
#define CORE_TAG "tag:yaml.org,2002:"
#define AUTO_EVENT CLEANUP(yaml_event_delete)

struct doc {
	yaml_parser_t parser;
	struct conf_errors *errors;
	json_t *anchors; /* name: [tree, nodes in it] */
	struct buf path; /* of the node being read */
	size_t nodes;
	unsigned depth;

	const char *target; /* yaml_line() looks for this path; NULL otherwise */
	unsigned found;
};

static void doc_done(struct doc *d)
{
	yaml_parser_delete(&d->parser);
	json_decref(d->anchors);
	buf_done(&d->path);
}

/* ---- errors ---- */

static unsigned line_of(yaml_mark_t mark)
{
	return (unsigned)mark.line + 1;
}

#define WRONG(d, e, ...) \
	conf_error_at((d)->errors, line_of((e)->start_mark), buf_cstr(&(d)->path), __VA_ARGS__)

static void syntax_error(struct doc *d)
{
	const yaml_parser_t *p = &d->parser;
	const char *problem = p->problem ? p->problem : "not understood";

	if (p->error == YAML_MEMORY_ERROR)
		d->errors->err = -ENOMEM;
	else if (p->error == YAML_READER_ERROR) /* has no mark but an offset; the scanner is near */
		conf_error_at(d->errors, line_of(p->mark), "", "%s (byte %zu of the file)", problem,
			      p->problem_offset + 1);
	else
		conf_error_at(d->errors, line_of(p->problem_mark), "", "%s%s%s (column %zu)", problem,
			      p->context ? " " : "", p->context ? p->context : "",
			      p->problem_mark.column + 1);
}

/* The next event in place of *e; false after a syntax error was told. */
static bool next(struct doc *d, yaml_event_t *e)
{
	yaml_event_delete(e);
	if (yaml_parser_parse(&d->parser, e))
		return true;
	syntax_error(d);
	return false;
}

/* ---- scalars ---- */

static bool is_word(const char *s, const char *const words[])
{
	while (*words && strcmp(s, *words) != 0)
		words++;
	return *words;
}

static const char *after_sign(const char *s)
{
	return s + (*s == '-' || *s == '+');
}

static const char *after_digits(const char *s)
{
	return s + strspn(s, DIGITS);
}

/* Hexadecimal or octal digits. */
static int read_base(const char *s, unsigned base, int64_t *ret)
{
	static const char digits[] = "00112233445566778899aAbBcCdDeEfF";
	int64_t v = 0;

	if (!*s || s[strspn(s, base == 8 ? "01234567" : digits)])
		return -EINVAL;
	for (; *s; s++)
		if (__builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, (strchr(digits, *s) - digits) / 2, &v))
			return -ERANGE;
	*ret = v;
	return 0;
}

/* 0; -EINVAL: no integer; -ERANGE: one that does not fit. */
static int read_int(const char *s, int64_t *ret)
{
	const char *digits = after_sign(s);

	if (strncmp(s, "0x", 2) == 0)
		return read_base(s + 2, 16, ret);
	if (strncmp(s, "0o", 2) == 0)
		return read_base(s + 2, 8, ret);
	if (!*digits || *after_digits(digits))
		return -EINVAL;
	s += *s == '+';
	return num_i64(s, strlen(s), ret);
}

/* [-+]? ( .[0-9]+ | [0-9]+ (.[0-9]*)? ) ([eE][-+]?[0-9]+)? */
static bool is_float(const char *s)
{
	const char *whole = after_sign(s), *dot = after_digits(whole);
	const char *end = *dot == '.' ? after_digits(dot + 1) : dot;

	if (end - whole == (*dot == '.')) /* no digit */
		return false;
	if (*end == 'e' || *end == 'E') {
		const char *exponent = after_sign(end + 1);

		end = after_digits(exponent);
		if (end == exponent)
			return false;
	}
	return *end == '\0';
}

/* What the core schema makes of a plain scalar; null in place of what was refused. */
static json_t *plain(struct doc *d, const yaml_event_t *e, const char *s)
{
	static const char *const null[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const yes[] = { "true", "True", "TRUE", NULL };
	static const char *const no[] = { "false", "False", "FALSE", NULL };
	static const char *const not_finite[] = { ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL };
	int64_t i;
	int r = read_int(s, &i);

	if (r == 0)
		return json_integer(i);
	if (is_word(s, null))
		return json_null();
	if (is_word(s, yes) || is_word(s, no))
		return json_boolean(is_word(s, yes));
	if (r == -ERANGE)
		WRONG(d, e, "is an integer that does not fit in 64 bits");
	else if (is_word(after_sign(s), not_finite) || (is_float(s) && !isfinite(strtod(s, NULL))))
		WRONG(d, e, "must be a finite number");
	else
		return is_float(s) ? json_real(strtod(s, NULL)) : json_string(s);
	return json_null();
}

static json_t *scalar(struct doc *d, const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value, *tag = (const char *)e->data.scalar.tag;
	bool quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;

	if (strlen(s) != e->data.scalar.length) {
		WRONG(d, e, "must not contain a NUL character");
		return json_null();
	}
	if (tag ? strcmp(tag, CORE_TAG "str") == 0 : quoted)
		return json_string(s);
	return plain(d, e, s);
}

/* ---- nodes; NULL when reading cannot go on ---- */

static json_t *node(struct doc *d, const yaml_event_t *e);

static void note(struct doc *d, const yaml_event_t *e)
{
	if (d->target && conf_path_covers(&d->path, d->target))
		d->found = line_of(e->start_mark);
}

static json_t *sequence(struct doc *d)
{
	AUTO_EVENT yaml_event_t e = { 0 };
	json_auto_t *array = json_array();
	size_t at = d->path.len;

	for (size_t i = 0; next(d, &e); i++) {
		if (e.type == YAML_SEQUENCE_END_EVENT)
			return json_incref(array);
		conf_path_index(&d->path, i);
		note(d, &e);
		if (json_array_append_new(array, node(d, &e)) < 0)
			return NULL;
		conf_path_cut(&d->path, at);
	}
	return NULL;
}

/* d->path is the key's. */
static bool check_key(struct doc *d, const yaml_event_t *e, const char *name, const json_t *object)
{
	size_t before = d->errors->n;

	if (strlen(name) != e->data.scalar.length)
		WRONG(d, e, "must not contain a NUL character");
	if (e->data.scalar.anchor || e->data.scalar.tag)
		WRONG(d, e, "must not have an anchor or a tag, being a key");
	if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp(name, "<<") == 0)
		WRONG(d, e, "merge keys are not supported");
	if (json_object_get(object, name))
		WRONG(d, e, "is given twice");
	return d->errors->n == before;
}

static bool member(struct doc *d, const yaml_event_t *key, json_t *object)
{
	const char *name = (const char *)key->data.scalar.value;
	AUTO_EVENT yaml_event_t e = { 0 };
	json_auto_t *value = NULL;
	bool good;

	if (key->type != YAML_SCALAR_EVENT) {
		WRONG(d, key, "has a key that is a list, an object or an alias");
		return false;
	}
	conf_path_key(&d->path, name);
	note(d, key);
	good = check_key(d, key, name, object);
	if (next(d, &e))
		value = node(d, &e);
	return value && (!good || json_object_set(object, name, value) == 0);
}

static json_t *mapping(struct doc *d)
{
	AUTO_EVENT yaml_event_t e = { 0 };
	json_auto_t *object = json_object();
	size_t at = d->path.len;

	while (next(d, &e)) {
		if (e.type == YAML_MAPPING_END_EVENT)
			return json_incref(object);
		if (!member(d, &e, object))
			return NULL;
		conf_path_cut(&d->path, at);
	}
	return NULL;
}

static json_t *collection(struct doc *d, const yaml_event_t *e)
{
	json_t *v = NULL;

	if (++d->depth > CONF_DEPTH_MAX)
		WRONG(d, e, "is nested more than %d levels deep", CONF_DEPTH_MAX);
	else
		v = e->type == YAML_SEQUENCE_START_EVENT ? sequence(d) : mapping(d);
	d->depth--;
	return v;
}

static json_t *alias(struct doc *d, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	json_t *known = json_object_get(d->anchors, name);

	if (!known) {
		WRONG(d, e, "refers to &%s, which is not defined before it", name);
		return json_null();
	}
	d->nodes += (size_t)json_integer_value(json_array_get(known, 1)) - 1; /* node() counts the alias */
	return json_incref(json_array_get(known, 0));
}

static void properties(const yaml_event_t *e, const yaml_char_t **anchor, const yaml_char_t **tag)
{
	if (e->type == YAML_SCALAR_EVENT) {
		*anchor = e->data.scalar.anchor;
		*tag = e->data.scalar.tag;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		*anchor = e->data.sequence_start.anchor;
		*tag = e->data.sequence_start.tag;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		*anchor = e->data.mapping_start.anchor;
		*tag = e->data.mapping_start.tag;
	}
}

static void check_tag(struct doc *d, const yaml_event_t *e, const char *tag, const json_t *v)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "map", [JSON_ARRAY] = "seq", [JSON_STRING] = "str", [JSON_INTEGER] = "int",
		[JSON_REAL] = "float", [JSON_TRUE] = "bool", [JSON_FALSE] = "bool", [JSON_NULL] = "null",
	};
	size_t n = strlen(CORE_TAG);
	bool core = strncmp(tag, CORE_TAG, n) == 0;

	if (core && strcmp(tag + n, names[json_typeof(v)]) == 0)
		return;
	if (core && strcmp(tag + n, "float") == 0 && json_is_integer(v))
		return;
	WRONG(d, e, "has a tag that does not fit or is not supported: %s%s", core ? "!!" : "",
	      tag + (core ? n : 0));
}

static json_t *node(struct doc *d, const yaml_event_t *e)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	size_t before = d->nodes++;
	json_auto_t *v = NULL;

	properties(e, &anchor, &tag);
	if (anchor) /* an alias inside of the node must not find an earlier anchor of this name */
		(void)json_object_del(d->anchors, (const char *)anchor);
	if (e->type == YAML_ALIAS_EVENT)
		v = alias(d, e);
	else if (e->type == YAML_SCALAR_EVENT)
		v = scalar(d, e);
	else
		v = collection(d, e);
	if (v && tag)
		check_tag(d, e, (const char *)tag, v);
	if (v && anchor &&
	    json_object_set_new(d->anchors, (const char *)anchor,
				json_pack("[OI]", v, (json_int_t)(d->nodes - before))) < 0)
		return NULL;
	if (v && d->nodes > YAML_NODES_MAX) {
		WRONG(d, e, "is one node too many (%d, aliases counted as what they stand for)",
		      YAML_NODES_MAX);
		return NULL;
	}
	return json_incref(v);
}

static json_t *document(struct doc *d)
{
	AUTO_EVENT yaml_event_t e = { 0 };
	json_auto_t *tree = NULL;

	if (!next(d, &e)) /* the stream's start */
		return NULL;
	if (!next(d, &e))
		return NULL;
	if (e.type == YAML_STREAM_END_EVENT)
		return json_object();
	if (!next(d, &e))
		return NULL;
	note(d, &e);
	tree = node(d, &e);
	if (!tree || !next(d, &e) || !next(d, &e)) /* the first is the document's end */
		return NULL;
	if (e.type != YAML_STREAM_END_EVENT) {
		WRONG(d, &e, "a second document begins here; only one is read");
		return NULL;
	}
	return json_is_null(tree) ? json_object() : json_incref(tree);
}

static json_t *read_text(struct doc *d, const char *text, size_t n)
{
	d->anchors = json_object();
	if (!yaml_parser_initialize(&d->parser))
		return NULL;
	yaml_parser_set_encoding(&d->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&d->parser, (const unsigned char *)text, n);
	return document(d);
}

int yaml_tree(const char *text, size_t n, json_t **ret, struct conf_errors *errors)
{
	CLEANUP(doc_done) struct doc d = { .errors = errors };
	json_auto_t *tree = read_text(&d, text, n);
	int r = conf_errors_code(errors);

	if (r == 0 && (!tree || buf_error(&d.path) < 0))
		r = -ENOMEM;
	if (r == 0)
		*ret = json_incref(tree);
	return r;
}

unsigned yaml_line(const char *text, size_t n, const char *path)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	CLEANUP(doc_done) struct doc d = { .errors = &errors, .target = path };

	json_decref(read_text(&d, text, n));
	return d.found;
}
