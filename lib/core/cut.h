/* SPDX-License-Identifier: MIT */
/*
 * cut - taking known pieces off either end of a slice. What does not match
 * leaves the slice as it was.
 */
#pragma once
#include "core/num.h"
#include "core/text.h"
#include <string.h>

static inline bool cut_head(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->n < n || memcmp(t->p, s, n) != 0)
		return false;
	*t = (struct text){ t->p + n, t->n - n };
	return true;
}

static inline bool cut_tail(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->n < n || memcmp(t->p + t->n - n, s, n) != 0)
		return false;
	t->n -= n;
	return true;
}

/* What stands before the first s goes to ret; both leave the slice. */
static inline bool cut_until(struct text *t, const char *s, struct text *ret)
{
	size_t n = strlen(s);
	const char *at = t->n == 0 ? NULL : n == 1 ? memchr(t->p, *s, t->n) : memmem(t->p, t->n, s, n);

	if (!at)
		return false;
	*ret = (struct text){ t->p, (size_t)(at - t->p) };
	*t = (struct text){ at + n, t->n - ret->n - n };
	return true;
}

/* What stands before the first s, or else all of it; false where nothing is left. */
static inline bool cut_part(struct text *t, const char *s, struct text *ret)
{
	if (t->n == 0)
		return false;
	if (!cut_until(t, s, ret)) {
		*ret = *t;
		t->n = 0;
	}
	return true;
}

/* A decimal number up to max. */
static inline bool cut_number(struct text *t, uint64_t max, uint64_t *ret)
{
	size_t n = 0;
	uint64_t v;

	while (n < t->n && t->p[n] >= '0' && t->p[n] <= '9')
		n++;
	if (num_u64(t->p, n, &v) < 0 || v > max)
		return false;
	*t = (struct text){ t->p + n, t->n - n };
	*ret = v;
	return true;
}
