/* SPDX-License-Identifier: MIT */
#include "record.h"
#include "core/cut.h"
#include "field.h"

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

/* Those of the line before, most of the time. */
static bool take_seconds(struct record_reader *reader, struct text *line, uint64_t *seconds)
{
	size_t n = reader->seconds_len;

	if (n && line->n > n && memcmp(line->p, reader->id, n + 1) == 0) {
		*seconds = reader->ms / 1000;
		*line = (struct text){ line->p + n + 1, line->n - n - 1 };
		return true;
	}
	return cut_number(line, SECONDS_MAX, seconds) && cut_head(line, ".");
}

static bool take_digit(char c, uint64_t *v)
{
	unsigned d = (unsigned char)c - (unsigned)'0';

	*v = *v * 10 + d;
	return d <= 9;
}

/* The kernel prints "%llu.%03lu:%u" (audit_log_start() in kernel/audit.c). */
static bool take_new_id(struct record_reader *reader, struct text *line)
{
	struct text left = *line;
	uint64_t seconds, ms = 0, serial = 0;
	size_t len, i = 4;

	if (!take_seconds(reader, &left, &seconds) || left.n < 6 || !take_digit(left.p[0], &ms) ||
	    !take_digit(left.p[1], &ms) || !take_digit(left.p[2], &ms) || left.p[3] != ':' ||
	    !take_digit(left.p[i++], &serial))
		return false;
	while (i < left.n && left.p[i] != ')')
		if (!take_digit(left.p[i++], &serial) || serial > UINT32_MAX)
			return false;
	if (i == left.n)
		return false;
	len = (size_t)(left.p + i + 1 - line->p);
	reader->id_len = len <= sizeof(reader->id) ? len : 0;
	reader->seconds_len = (size_t)(left.p - 1 - line->p);
	memcpy(reader->id, line->p, reader->id_len);
	reader->ms = seconds * 1000 + ms;
	reader->serial = (uint32_t)serial;
	*line = (struct text){ line->p + len, line->n - len };
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

/* The type that came after the last one the time before comes again, most of the time. */
static bool take_type(struct record_reader *reader, struct text *line, const struct type **type,
		      uint32_t *number)
{
	uint8_t *next = &reader->next[reader->type];
	const struct type *guess = &types_table[*next];
	struct text name;

	if (*next && line->n > guess->n && line->p[guess->n] == ' ' &&
	    memcmp(line->p, guess->name, guess->n) == 0) {
		*line = (struct text){ line->p + guess->n, line->n - guess->n };
		*type = guess;
		*number = guess->number;
	} else if (!take_word(line, &name) || !types_find(&reader->types, name, type, number)) {
		return false;
	}
	reader->type = *next = (uint8_t)(*type - types_table);
	return true;
}

enum record_fault record_parse(struct record_reader *reader, struct text line, struct record *ret)
{
	struct text node = { 0 };
	const struct type *type;
	uint32_t number;

	while (line.n && !*line.p)
		line = (struct text){ line.p + 1, line.n - 1 };
	if (cut_head(&line, "node=") && (!take_word(&line, &node) || !cut_head(&line, " ")))
		return RECORD_NOT_A_RECORD;
	if (!cut_head(&line, "type="))
		return RECORD_NOT_A_RECORD;
	if (!take_type(reader, &line, &type, &number))
		return RECORD_BAD_TYPE;
	if (!cut_head(&line, " msg=audit(") || !take_id(reader, &line))
		return RECORD_NO_ID;
	(void)cut_head(&line, ":");
	while (cut_head(&line, " "))
		;
	*ret = (struct record){ node, type, number, reader->serial, reader->ms, line };
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
