/* SPDX-License-Identifier: MIT */
#include "field.h"
#include "core/cut.h"

/* ---- one after the other ---- */

/* The end of a bare or quoted value that begins at p. */
static const char *value_end(const char *p, const char *end)
{
	const char *at = p < end && *p == '"' ? memchr(p + 1, '"', (size_t)(end - p - 1)) : NULL;

	if (at)
		return at + 1;
	at = memchr(p, ' ', (size_t)(end - p));
	return at ? at : end;
}

/* The kernel takes 8 KiB of a message: its last quote may be cut off. */
static const char *message_end(const char *p, const char *end)
{
	const char *at = memrchr(p + 1, '\'', (size_t)(end - p - 1));

	return at ? at + 1 : end;
}

bool field_next(struct text *body, struct text *name, struct text *value)
{
	const char *p = body->p, *end = body->n ? p + body->n : p, *start = p;

	for (; p < end && *p != '='; p++)
		if (*p == ' ')
			start = p + 1;
	if (p == end)
		return false;
	*name = (struct text){ start, (size_t)(p - start) };
	start = p + 1;
	p = start < end && *start == '\'' && text_is(*name, "msg") ? message_end(start, end)
								   : value_end(start, end);
	*value = (struct text){ start, (size_t)(p - start) };
	*body = (struct text){ p, (size_t)(end - p) };
	return true;
}

/* ---- one ---- */

/* Without the quotes; the last one may be cut off. */
static struct text inside(struct text value)
{
	struct text t = { value.p + 1, value.n - 1 };

	(void)cut_tail(&t, "'");
	return t;
}

bool field_get(struct text body, const char *wanted, struct text *ret)
{
	struct text name, value, message = { 0 };

	while (field_next(&body, &name, &value)) {
		if (field_is_message(name, value)) {
			message = inside(value);
		} else if (text_is(name, wanted)) {
			*ret = value;
			return true;
		}
	}
	while (field_next(&message, &name, &value))
		if (text_is(name, wanted)) {
			*ret = value;
			return true;
		}
	return false;
}

/* Most of the time the first quote of all is that of the message. */
struct text field_message(struct text body)
{
	const char *quote = body.n ? memchr(body.p, '\'', body.n) : NULL;
	struct text left = body, name, value;

	if (quote && quote - body.p >= 5 && memcmp(quote - 5, " msg=", 5) == 0)
		return inside((struct text){ quote, (size_t)(message_end(quote, body.p + body.n) - quote) });
	while (quote && field_next(&left, &name, &value))
		if (field_is_message(name, value))
			return inside(value);
	return body;
}

/* ---- results ---- */

bool field_last_result(struct text body, struct text *ret)
{
	const char *start = body.p, *end = body.n ? start + body.n : start;

	if (end > start && end[-1] == '\'')
		end--;
	for (const char *equals = end; equals > start;) {
		equals = memrchr(start, '=', (size_t)(equals - start));
		if (!equals)
			return false;
		if (equals - start < 3 || memcmp(equals - 3, "res", 3) != 0)
			continue;
		if (equals - start > 3 && equals[-4] != ' ' && equals[-4] != '\'')
			continue;
		*ret = (struct text){ equals + 1, (size_t)(value_end(equals + 1, end) - equals - 1) };
		return true;
	}
	return false;
}

enum field_result field_result_of(struct text value)
{
	if (text_is(value, "success") || text_is(value, "yes") || text_is(value, "1"))
		return FIELD_SUCCESS;
	if (text_is(value, "failed") || text_is(value, "no") || text_is(value, "0"))
		return FIELD_FAILED;
	return FIELD_NO_RESULT;
}

enum field_result field_result(struct text body)
{
	struct text value;

	return field_last_result(body, &value) ? field_result_of(value) : FIELD_NO_RESULT;
}

/* ---- spellings ---- */

enum { NO_DIGIT = 16 };

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : NO_DIGIT;
}

/* The encoders write capitals, two digits a byte. */
static bool is_hex(struct text value)
{
	if (value.n == 0 || value.n % 2)
		return false;
	for (size_t i = 0; i < value.n; i++)
		if (digit(value.p[i]) == NO_DIGIT)
			return false;
	return true;
}

static char byte_at(struct text hex, size_t i)
{
	return (char)(digit(hex.p[2 * i]) << 4 | digit(hex.p[2 * i + 1]));
}

bool field_plain(struct text value, struct text *ret)
{
	if (value.n >= 2 && *value.p == '"' && value.p[value.n - 1] == '"')
		value = (struct text){ value.p + 1, value.n - 2 };
	else if (is_hex(value))
		return false;
	*ret = value;
	return true;
}

/* What users choose, of the kernel's and of user space's (the field dictionary of the Linux Audit project).
 */
bool field_is_encoded(struct text name)
{
	static const char *const names[] = {
		"acct",     "cgroup", "cmd",       "comm",    "cwd",      "data",     "device",    "dir",
		"exe",      "file",   "grp",       "key",     "name",     "new-disk", "new_group", "ocomm",
		"old-disk", "path",   "proctitle", "profile", "root_dir", "sw",       "vm",        "watch",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_is(name, names[i]))
			return true;
	return false;
}

void field_decode(struct text value, struct buf *out)
{
	if (field_plain(value, &value)) {
		buf_add(out, value.p, value.n);
		return;
	}
	for (size_t i = 0; i < value.n / 2; i++)
		buf_chr(out, byte_at(value, i));
}

/* Digits are compared as the encoder would write s. */
static bool is_hex_of(struct text value, struct text s)
{
	for (size_t i = 0; i < s.n; i++)
		if (digit(value.p[2 * i]) != (unsigned char)s.p[i] >> 4 ||
		    digit(value.p[2 * i + 1]) != ((unsigned char)s.p[i] & 15))
			return false;
	return true;
}

bool field_is_text(struct text value, struct text s)
{
	if (value.n && *value.p == '"')
		return value.n == s.n + 2 && memcmp(value.p + 1, s.p, s.n) == 0 && value.p[s.n + 1] == '"';
	if (s.n == 0)
		return false;
	return (value.n == 2 * s.n && is_hex_of(value, s)) ||
	       (value.n == s.n && memcmp(value.p, s.p, s.n) == 0);
}
