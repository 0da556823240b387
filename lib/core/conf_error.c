/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/conf_error.h"
#include "core/text.h"

enum { DISTANCE_MAX = 64 };

/* ---- errors ---- */

void conf_error_at(struct conf_errors *errors, unsigned line, const char *path, const char *fmt, ...)
{
	struct conf_error *e;
	va_list ap;
	int n;

	if (errors->n == CONF_ERRORS_MAX)
		return;
	if (errors->n + 1 == CONF_ERRORS_MAX)
		fmt = "has an error, as have others that are not told";
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	e = &errors->items[errors->n];
	e->line = line;
	e->path = strdup(path);
	e->what = n < 0 ? NULL : malloc((size_t)n + 1);
	if (!e->path || !e->what) {
		free(e->path);
		free(e->what);
		errors->err = -ENOMEM;
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(e->what, (size_t)n + 1, fmt, ap);
	va_end(ap);
	errors->n++;
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
