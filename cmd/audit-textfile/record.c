/* SPDX-License-Identifier: MIT */
#include "cut.h"
#include "field.h"
#include "record.h"

/* Blanks do not occur in either. */
static bool take_word(struct text *line, struct text *ret)
{
	const char *end = line->n ? memchr(line->p, ' ', line->n) : NULL;

	if (!end)
		return false;
	*ret = (struct text){ line->p, (size_t)(end - line->p) };
	*line = (struct text){ end, line->n - ret->n };
	return true;
}

static const uint64_t SECONDS_MAX = 99999999999; /* the year 5138 */

/* The kernel prints "%llu.%03lu:%u" (audit_log_start() in kernel/audit.c). */
static bool take_new_id(struct record_reader *reader, struct text *line)
{
	struct text left = *line;
	uint64_t seconds, ms, serial;
	size_t len;

	if (!cut_number(&left, SECONDS_MAX, &seconds) || !cut_head(&left, ".") || left.n < 4 ||
	    left.p[3] != ':' || !cut_number(&left, 999, &ms) || !cut_head(&left, ":") ||
	    !cut_number(&left, UINT32_MAX, &serial) || !cut_head(&left, ")"))
		return false;
	len = line->n - left.n;
	reader->id_len = len <= sizeof(reader->id) ? len : 0;
	memcpy(reader->id, line->p, reader->id_len);
	reader->ms = seconds * 1000 + ms;
	reader->serial = (uint32_t)serial;
	*line = left;
	return true;
}

static bool take_id(struct record_reader *reader, struct text *line)
{
	size_t n = reader->id_len;

	if (n && line->n >= n && memcmp(line->p, reader->id, n) == 0) {
		*line = (struct text){ line->p + n, line->n - n };
		return true;
	}
	return take_new_id(reader, line);
}

enum record_fault record_parse(struct record_reader *reader, struct text line, struct record *ret)
{
	struct record r = { 0 };
	struct text name;

	while (line.n && !*line.p)
		line = (struct text){ line.p + 1, line.n - 1 };
	if (cut_head(&line, "node=") && (!take_word(&line, &r.node) || !cut_head(&line, " ")))
		return RECORD_NOT_A_RECORD;
	if (!cut_head(&line, "type="))
		return RECORD_NOT_A_RECORD;
	if (!take_word(&line, &name) || !types_find(&reader->types, name, &r.type, &r.number))
		return RECORD_BAD_TYPE;
	if (!cut_head(&line, " msg=audit(") || !take_id(reader, &line))
		return RECORD_NO_ID;
	r.ms = reader->ms;
	r.serial = reader->serial;
	(void)cut_head(&line, ":");
	while (cut_head(&line, " "))
		;
	r.rest = line;
	*ret = r;
	return RECORD_FINE;
}

/* The arguments of a program, "a0" and "a1[0]", are encoded; those of a system call are numbers. */
static bool is_encoded(const struct record *r, struct text name)
{
	return field_is_encoded(name) || (r->number == TYPE_EXECVE && name.n > 1 && *name.p == 'a' &&
					  name.p[1] >= '0' && name.p[1] <= '9');
}

bool record_field(const struct record *r, const char *name, struct buf *out)
{
	struct text body = record_body(r), value;

	if (strcmp(name, "res") == 0 ? !field_last_result(body, &value) : !field_get(body, name, &value))
		return false;
	if (field_plain(value, &value) || !is_encoded(r, text_from(name)))
		buf_add(out, value.p, value.n);
	else
		field_decode(value, out);
	return true;
}
