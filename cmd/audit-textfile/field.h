/* SPDX-License-Identifier: MIT */
/*
 * field - the fields of an audit record's body: name=value, with blanks between.
 *
 * A value is bare (uid=0, res=success), quoted, or hexadecimal: what comes from users is
 * quoted if it holds no quote, no blank and no byte outside of ASCII's printable ones, and
 * written as digits without quotes otherwise (audit_log_untrustedstring() in kernel/audit.c,
 * audit_encode_nv_string(3)). So a name=value inside a value can never look like a field, but for one place:
 * what a program sends stands in msg='...' as the program wrote it, with any text in it.
 *
 * Here values are raw, with their quotes, until field_decode().
 */
#pragma once
#include "core/text.h"

/* Takes the next field; words without a '=' are passed over. What stands in msg='...' is one value, up to the
 * last quote of the body. False at the end. */
bool field_next(struct text *body, struct text *name, struct text *value);

/* The first field of that name: before those inside msg='...'. */
bool field_get(struct text body, const char *name, struct text *value);

/* What stands inside msg='...'; all of the body where there is no such field. */
struct text field_message(struct text body);

static inline bool field_is_message(struct text name, struct text value)
{
	return value.n && *value.p == '\'' && text_is(name, "msg");
}

/* The value of the last res=, and what it says. */
enum field_result { FIELD_SUCCESS, FIELD_FAILED, FIELD_NO_RESULT };
bool field_last_result(struct text body, struct text *value);
enum field_result field_result(struct text body);
enum field_result field_result_of(struct text value); /* success, yes, 1; failed, no, 0 */

/* Appends the value without quotes, or what its digits mean; that is for fields which are encoded so: other
 * numbers look the same. */
void field_decode(struct text value, struct buf *out);
bool field_is_encoded(struct text name);

/* Whether it is s, in any spelling; s is not such that it could be another value's digits. */
bool field_is_text(struct text value, struct text s);
static inline bool field_is(struct text value, const char *s)
{
	return field_is_text(value, (struct text){ s, strlen(s) });
}

/* The part of a value without quotes; false for what is hexadecimal, which has to be decoded. */
bool field_plain(struct text value, struct text *ret);
