/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes core/follow with lines of text. Each as a position: what is taken is
 * written again as it was. Each as the name of a file: what is taken begins as
 * the log does and keeps its order, and the packed one is the same one.
 */
#include <string.h>

#include "core/follow.h"

static void check_position(struct text t)
{
	AUTO_BUF struct buf out = { 0 };
	struct follow_pos pos;

	if (t.n && t.p[0] != ' ') /* words_line() gives nothing else */
		return;
	if (follow_load((struct words){ t }, &pos) < 0)
		return;
	follow_save(&pos, &out);
	if (buf_error(&out) < 0 || out.len != t.n || memcmp(out.data, t.p, t.n) != 0)
		abort();
	if (pos.head.n > FOLLOW_HEAD_MAX || pos.tail.n > FOLLOW_TAIL_MAX || pos.tail.n > pos.offset)
		abort();
}

static void check_packed(const char *log, const char *name, const struct follow_name *parsed)
{
	AUTO_BUF struct buf packed = { 0 };
	struct follow_name again;

	buf_str(&packed, name);
	buf_str(&packed, ".gz");
	if (buf_error(&packed) < 0)
		return;
	if (follow_parse_name(log, buf_cstr(&packed), &again) == parsed->packed)
		abort(); /* once, not twice */
	if (!parsed->packed && (!again.packed || follow_compare_names(parsed, &again) != 0))
		abort();
}

static void check_name(const char *log, const char *name)
{
	static const char *const others[] = { "app.log.1", "app.log.12", "app-20260102.log", "app.log-2026010203.xz" };
	struct follow_name a, b;

	if (!follow_parse_name(log, name, &a))
		return;
	if (strncmp(log, name, 3) != 0 || strlen(name) <= strlen(log) || follow_compare_names(&a, &a) != 0)
		abort();
	if (a.date.n && (a.date.p < name || a.date.p + a.date.n > name + strlen(name)))
		abort();
	check_packed(log, name, &a);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		int c;

		if (!follow_parse_name(log, others[i], &b))
			abort();
		c = follow_compare_names(&a, &b);
		if ((c < 0) != (follow_compare_names(&b, &a) > 0) || (c == 0) != (follow_compare_names(&b, &a) == 0))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_BUF struct buf line = { 0 };

	if (n > 4096)
		return 0;
	for (size_t at = 0, len; at < n; at += len + 1) {
		const uint8_t *end = memchr(data + at, '\n', n - at);

		len = end ? (size_t)(end - data) - at : n - at;
		check_position((struct text){ (const char *)data + at, len });
		buf_clear(&line);
		buf_str(&line, "app.log"); /* nearly any name would begin otherwise */
		buf_add(&line, data + at, len);
		check_name("app.log", buf_cstr(&line));
		check_name("app.log", buf_cstr(&line) + 7);
	}
	return 0;
}
