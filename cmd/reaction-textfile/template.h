/* SPDX-License-Identifier: MIT */
/*
 * template - turns a pattern's value into a label's: the part of Jinja2 that
 * reaction-metrics-exporter's configuration is written in. Pure.
 *
 *   TEMPLATE := (TEXT | "{{" EXPR "}}")*
 *   EXPR     := (NAME | STRING) (".METHOD(ARGS)" | "[N]" | "[A:B]" | "| FILTER" ["(ARGS)"])*
 *
 * NAME is the pattern's own name and nothing else. A STRING stands between
 * single or double quotes, with \\ \' \" \n \t. Methods and filters are the same:
 *
 *   split() split(SEP) split(SEP, MAX)   a list; without SEP at runs of blanks
 *   first last [N] [A:B]                 of a list, or characters of a text; N, A and B may be negative
 *   join() join(SEP)                     a list as text
 *   lower upper                          A to Z only
 *   strip trim strip(CHARS)              blanks, or those characters, at both ends
 *   replace(OLD, NEW)                    all occurrences
 *   default(TEXT) default(TEXT, true)    where there is nothing ("first" of no items); with true where it is
 * empty too
 *
 * Anything else is an error that says where. What an expression yields where
 * there is nothing is the empty text. Types are checked when it is compiled: a
 * list cannot be printed. Evaluation is bounded by TEMPLATE_BYTES_MAX.
 */
#pragma once
#include "core/text.h"

enum { TEMPLATE_STEPS_MAX = 32, TEMPLATE_SOURCE_MAX = 1024, TEMPLATE_BYTES_MAX = 64 * 1024 };

struct template; /* opaque */

struct template_error {
	size_t column;    /* from 1, bytes */
	const char *what; /* a literal */
};

/* 0; -EINVAL with error set; -ENOMEM. The caller frees. */
int template_compile(const char *source, const char *name, struct template **ret,
		     struct template_error *error) MUST_CHECK;

/* Appends what the template makes of value. 0; -E2BIG; -ENOMEM: then out holds what it held. */
int template_eval(const struct template *t, struct text value, struct buf *out) MUST_CHECK;

void template_free(struct template *t); /* accepts NULL */
