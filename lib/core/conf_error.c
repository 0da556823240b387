/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/conf_error.h"
#include "core/text.h"

enum { DISTANCE_MAX = 64 };

/* ---- errors ---- */

PRINTF_LIKE(1, 0)
static char *format(const char *fmt, va_list ap)
{
	va_list again;
	char *s = NULL;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n >= 0)
		s = malloc((size_t)n + 1);
	if (s)
		(void)vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

/* Takes what over. */
static void add_error(struct conf_errors *errors, unsigned line, const char *path, char *what)
{
	AUTO_FREE char *own = what;
	struct conf_error *items = realloc(errors->items, (errors->n + 1) * sizeof(*items));
	char *where = strdup(path);

	if (items)
		errors->items = items;
	if (!items || !where || !own) {
		free(where);
		errors->err = -ENOMEM;
		return;
	}
	items[errors->n++] = (struct conf_error){ line, where, own };
	own = NULL;
}

PRINTF_LIKE(4, 0)
static void add_formatted(struct conf_errors *errors, unsigned line, const char *path, const char *fmt,
	va_list ap)
{
	if (errors->n + 1 < CONF_ERRORS_MAX)
		add_error(errors, line, path, format(fmt, ap));
	else if (errors->n < CONF_ERRORS_MAX)
		add_error(errors, line, path, strdup("has an error, as have others that are not told"));
}

void conf_error_add(struct conf_errors *errors, const char *path, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(errors, 0, path, fmt, ap);
	va_end(ap);
}

void conf_error_at(struct conf_errors *errors, unsigned line, const char *path, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(errors, line, path, fmt, ap);
	va_end(ap);
}

int conf_errors_code(const struct conf_errors *errors)
{
	return errors->err ? errors->err : errors->n ? -EINVAL : 0;
}

void conf_errors_done(struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++) {
		free(errors->items[i].path);
		free(errors->items[i].what);
	}
	free(errors->items);
	*errors = (struct conf_errors){ 0 };
}

size_t conf_distance(const char *a, const char *b)
{
	size_t row[DISTANCE_MAX], n = strlen(b);

	if (strlen(a) >= DISTANCE_MAX || n >= DISTANCE_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t change = diagonal + (a[i] != b[j]), other;

			diagonal = row[j + 1];
			other = (row[j] < diagonal ? row[j] : diagonal) + 1;
			row[j + 1] = other < change ? other : change;
		}
	}
	return row[n];
}

/* ---- paths ---- */

enum { KEY_SHOWN = 64 };

static bool is_plain(const char *key)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t n = strspn(key, plain);

	return n > 0 && n <= KEY_SHOWN && key[n] == '\0';
}

/* One character, len bytes, inside a quoted key. */
static void add_quoted(struct buf *path, const char *p, size_t len)
{
	unsigned char c = (unsigned char)*p;

	if (c == '"' || c == '\\')
		buf_fmt(path, "\\%c", c);
	else if (len == 0 || c < ' ' || c == 0x7f)
		buf_fmt(path, "\\u%04x", c);
	else
		buf_add(path, p, len);
}

void conf_path_key(struct buf *path, const char *key)
{
	size_t n = strlen(key), i = 0;

	if (is_plain(key)) {
		buf_str(path, path->len ? "." : "");
		buf_str(path, key);
		return;
	}
	buf_str(path, "[\"");
	while (i < n && i < KEY_SHOWN) {
		size_t len = text_utf8_len(key + i, n - i);

		add_quoted(path, key + i, len);
		i += len ? len : 1;
	}
	buf_str(path, i < n ? "...\"]" : "\"]");
}

void conf_path_index(struct buf *path, size_t i)
{
	buf_fmt(path, "[%zu]", i);
}

void conf_path_cut(struct buf *path, size_t len)
{
	path->len = len;
	if (path->data)
		path->data[len] = '\0';
}

bool conf_path_covers(const struct buf *path, const char *target)
{
	return strncmp(buf_cstr(path), target, path->len) == 0 &&
	       (path->len == 0 || strchr(".[", target[path->len])); /* strchr finds the terminator, too */
}

/* ---- JSON text ---- */

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
	if (w->errors || conf_path_covers(&w->path, w->target)) { /* elsewhere keys do not matter */
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
