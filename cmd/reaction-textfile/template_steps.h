/* SPDX-License-Identifier: MIT */
/* template_steps - a compiled template: what template.c writes and template_eval.c follows, in order. */
#pragma once
#include "template.h"

enum op {
	OP_TEXT,
	OP_NAME,
	OP_SPLIT,
	OP_JOIN,
	OP_FIRST,
	OP_LAST,
	OP_ITEM,
	OP_SLICE,
	OP_LOWER,
	OP_UPPER,
	OP_STRIP,
	OP_REPLACE,
	OP_DEFAULT,
	OP_PRINT
};

enum { ARGS_MAX = 2 };

struct step {
	enum op op;
	struct text text[ARGS_MAX]; /* arguments; into the template's strings */
	size_t n_args;
	int64_t from, to; /* OP_ITEM, OP_SLICE; OP_SPLIT: at most from splits, -1 for all */
	bool has_from, has_to;
	bool too_empty; /* OP_DEFAULT */
};

struct template
{
	char *strings; /* of literals, unescaped; no more bytes than the source has */
	size_t n_strings;
	struct step steps[TEMPLATE_STEPS_MAX];
	size_t n;
};
