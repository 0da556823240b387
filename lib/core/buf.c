/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"

enum { FIRST_SIZE = 256 };

size_t buf_left(const struct buf *b)
{
	return (b->max ? b->max : BUF_MAX_DEFAULT) - b->len - 1; /* len < max always holds: no wrap */
}

char *buf_room(struct buf *b, size_t n)
{
	size_t want;
	char *p;

	if (b->err)
		return NULL;
	if (n > buf_left(b)) {
		b->err = -E2BIG;
		return NULL;
	}
	want = b->len + n + 1;
	if (want <= b->cap)
		return b->data + b->len;
	want = want < FIRST_SIZE ? FIRST_SIZE : want + want / 2;
	p = realloc(b->data, want);
	if (!p) {
		b->err = -ENOMEM;
		return NULL;
	}
	b->data = p;
	b->cap = want;
	b->data[b->len] = '\0';
	return b->data + b->len;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	char *p = buf_room(b, n);

	if (!p)
		return;
	if (n)
		memcpy(p, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_chr(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 && !b->err)
		b->err = -EINVAL;
	p = n < 0 ? NULL : buf_room(b, (size_t)n);
	if (!p)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

const char *buf_cstr(const struct buf *b)
{
	return b->data ? b->data : "";
}

int buf_error(const struct buf *b)
{
	return b->err;
}

void buf_done(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ .max = b->max };
}
