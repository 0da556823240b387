/* SPDX-License-Identifier: MIT */
/* login_counts - what was counted, as text: a line "NAME COUNT VALUE..." for each counter that is not 0. */
#pragma once
#include <string.h>

#include "../../cmd/audit-textfile/counts.h"

/* "count security_NAME_total 3 VALUE" becomes "NAME 3 VALUE". */
static inline void dump_line(const char *line, size_t n, struct buf *out)
{
	struct text left = { line, n }, word[4] = { 0 };
	size_t n_words = 0, skip = 0;

	while (left.n && n_words < 3) {
		const char *end = memchr(left.p, ' ', left.n);
		size_t len = end ? (size_t)(end - left.p) : left.n;

		word[n_words++] = (struct text){ left.p, len };
		left = (struct text){ left.p + len + (end != NULL), left.n - len - (end != NULL) };
	}
	if (n_words < 3 || text_is(word[2], "0") || !text_is(word[0], "count"))
		return;
	if (strncmp(word[1].p, "security_", 9) == 0)
		skip = 9;
	buf_add(out, word[1].p + skip, word[1].n - skip - strlen("_total"));
	buf_fmt(out, " %.*s", (int)word[2].n, word[2].p);
	if (left.n)
		buf_fmt(out, " %.*s", (int)left.n, left.p);
	buf_chr(out, '\n');
}

static inline void dump_counts(const struct counts *c, struct buf *out)
{
	AUTO_BUF struct buf all = { 0 };

	for (size_t i = 0; i < COUNTS; i++)
		series_save(&c->table[i], &all);
	for (const char *p = buf_cstr(&all), *end; (end = strchr(p, '\n')); p = end + 1)
		dump_line(p, (size_t)(end - p), out);
}
