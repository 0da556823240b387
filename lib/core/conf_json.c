/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "core/conf_error.h"

struct walk {
	const char *p, *end;
	unsigned line, depth;
	struct buf path; /* of the place at p */

	const char *target; /* looks for this path, */
	unsigned found;
	struct conf_errors *errors; /* or for keys given twice */
};

static void walk_done(struct walk *w)
{
	buf_done(&w->path);
}

static void skip_blank(struct walk *w)
{
	for (; w->p < w->end && memchr(" \t\r\n", *w->p, 4); w->p++)
		w->line += *w->p == '\n';
}

static void skip_string(struct walk *w)
{
	for (w->p++; w->p < w->end && *w->p != '"'; w->p++)
		if (*w->p == '\\' && w->end - w->p > 1)
			w->p++;
	if (w->p < w->end)
		w->p++;
}

static void note(struct walk *w)
{
	if (w->target && conf_path_covers(&w->path, w->target))
		w->found = w->line;
}

static void note_key(struct walk *w, json_t *seen, const char *key)
{
	conf_path_key(&w->path, key);
	note(w);
	if (w->errors && json_object_get(seen, key))
		conf_error_at(w->errors, w->line, buf_cstr(&w->path), "is given twice");
	else if (w->errors && json_object_set_new_nocheck(seen, key, json_null()) < 0)
		w->errors->err = -ENOMEM;
}

static void walk_value(struct walk *w);

static void walk_member(struct walk *w, json_t *seen)
{
	const char *start = w->p;

	skip_string(w);
	if (!w->target || conf_path_covers(&w->path, w->target)) { /* elsewhere keys do not matter */
		json_auto_t *key = json_loadb(start, (size_t)(w->p - start), JSON_DECODE_ANY, NULL);

		note_key(w, seen, key ? json_string_value(key) : "");
	}
	skip_blank(w);
	if (w->p < w->end && *w->p == ':')
		w->p++;
	walk_value(w);
}

static void walk_container(struct walk *w)
{
	json_auto_t *seen = w->errors ? json_object() : NULL;
	bool object = *w->p++ == '{';
	size_t at = w->path.len, i = 0;

	if (++w->depth > CONF_DEPTH_MAX)
		w->p = w->end;
	for (skip_blank(w); w->p < w->end && *w->p != '}' && *w->p != ']'; skip_blank(w)) {
		if (*w->p == ',') {
			w->p++;
		} else if (object && *w->p == '"') {
			walk_member(w, seen);
		} else {
			conf_path_index(&w->path, i++);
			note(w);
			walk_value(w);
		}
		conf_path_cut(&w->path, at);
	}
	if (w->p < w->end)
		w->p++;
	w->depth--;
}

static void walk_value(struct walk *w)
{
	skip_blank(w);
	if (w->p == w->end)
		return;
	if (*w->p == '{' || *w->p == '[')
		walk_container(w);
	else if (*w->p == '"')
		skip_string(w);
	else
		while (w->p < w->end && !memchr(",]} \t\r\n", *w->p, 7))
			w->p++;
}

unsigned conf_json_line(const char *text, size_t n, const char *path)
{
	CLEANUP(walk_done) struct walk w = { .p = text, .end = text + n, .line = 1, .target = path };

	skip_blank(&w);
	if (w.p < w.end)
		note(&w);
	walk_value(&w);
	return w.found;
}

void conf_json_duplicates(const char *text, size_t n, struct conf_errors *errors)
{
	CLEANUP(walk_done) struct walk w = { .p = text, .end = text + n, .line = 1, .errors = errors };

	walk_value(&w);
	if (buf_error(&w.path) < 0)
		errors->err = -ENOMEM;
}
