/* SPDX-License-Identifier: MIT */
/*
 * pyliteral - loads JSON and, where a text is no JSON, a Python literal.
 *
 * prometheus_smart_exporter reads both its files with Python's
 * ast.literal_eval, and check_smart_attributes' database had # comments and
 * trailing commas until 2020: a file that works there may well be no JSON.
 * Understood beyond JSON: comments, trailing commas, single quotes, adjacent
 * strings, True False None, and a backslash that escapes nothing ("\d").
 * Refused, and named in the error: tuples, prefixes (r'' u'' b''), triple
 * quotes, \a \v \0 \U \N. The rest that JSON has not (numbers as keys, 0x10,
 * 1_000, sets) fails in the JSON parser. Grammar: Python 3 reference, 2.4
 * and 6.2. Pure.
 */
#pragma once
#include "core/buf.h"
#include "core/conf_error.h"
#include <jansson.h>

/* The tree, which the caller owns; of equal keys the last counts. text becomes the JSON that was read, with
 * the same line breaks, so that conf_json_line() finds its places. On failure NULL, with one error added. */
json_t *pyliteral_load(struct buf *text, struct conf_errors *errors) MUST_CHECK;
