/* SPDX-License-Identifier: MIT */
/*
 * record - one line of audit.log, as auditd.conf(5) has it written:
 *
 *	[node=NAME ]type=TYPE msg=audit(SECONDS.MILLISECONDS:SERIAL): BODY[\x1dENRICHED]
 *
 * What was seen in the wild and is taken: no colon behind the id, several blanks before
 * the body, NUL bytes before the line (a file that a crash left), names of types that are not known.
 * What stands behind \x1d (log_format = ENRICHED) auditd has added: names for the numbers of the body. It is
 * no part of the record.
 */
#pragma once
#include "types.h"
#include <string.h>

struct record {
	struct text node; /* n 0 where the line names none */
	const struct type *type;
	uint32_t number; /* of the type; 0 where it is not known */
	uint32_t serial;
	uint64_t ms;
	struct text rest; /* the body with what auditd added; record_body() is without it */
};

/* Makes records. Most lines have the id of the line before: its text is kept. A zeroed struct but for the
 * types. */
struct record_reader {
	struct types types;
	uint8_t type, next[TYPES]; /* the last one; which came after each */
	char id[40];               /* "SECONDS.MILLISECONDS:SERIAL)" */
	size_t id_len, seconds_len;
	uint64_t ms;
	uint32_t serial;
};

/* Why a line is no record; in the order of audit_textfile_parse_errors_total's values (counts.c). */
enum record_fault { RECORD_FINE, RECORD_NOT_A_RECORD, RECORD_BAD_TYPE, RECORD_NO_ID };

/* line is without its line end, and the record's slices are of it. */
enum record_fault record_parse(struct record_reader *reader, struct text line, struct record *ret);

/* From the first field to what auditd added. */
static inline struct text record_body(const struct record *r)
{
	const char *end = r->rest.n ? memchr(r->rest.p, '\x1d', r->rest.n) : NULL;

	return (struct text){ r->rest.p, end ? (size_t)(end - r->rest.p) : r->rest.n };
}

/* The value of a field, decoded and appended; false where the record has none of that name. Of several, the
 * first one, before those inside msg='...'; but of res the last one, since text of a user's may stand before
 * it. */
bool record_field(const struct record *r, const char *name, struct buf *out);
