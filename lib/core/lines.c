/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/lines.h"

static void hand_on(struct lines *l, const char *p, size_t n)
{
	l->n++;
	if (n > l->max)
		l->too_long++;
	else
		l->line(l->ctx, (struct text){ p, n });
}

/* Up to the end of the line that is too long, or all. */
static size_t skip(struct lines *l, const char *bytes, size_t n)
{
	const char *end = memchr(bytes, '\n', n);

	l->skipping = !end;
	return end ? (size_t)(end + 1 - bytes) : n;
}

size_t lines_take(struct lines *l, const char *bytes, size_t n)
{
	size_t at = l->skipping ? skip(l, bytes, n) : 0;
	const char *end;

	while ((end = memchr(bytes + at, '\n', n - at))) {
		hand_on(l, bytes + at, (size_t)(end - bytes) - at);
		at = (size_t)(end + 1 - bytes);
	}
	if (n - at <= l->max)
		return at;
	hand_on(l, bytes + at, n - at);
	l->skipping = true;
	return n;
}

void lines_end(struct lines *l, const char *bytes, size_t n)
{
	if (n && !l->skipping)
		hand_on(l, bytes, n);
	l->skipping = false;
}
