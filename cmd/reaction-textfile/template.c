/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/num.h"
#include "template_steps.h"

/* ---- compiling ---- */

struct parser {
	const char *source, *at, *name;
	struct template *t;
	struct template_error *error;
	bool list; /* the value so far is one */
};

static bool wrong(struct parser *p, const char *what)
{
	p->error->column = (size_t)(p->at - p->source) + 1;
	p->error->what = what;
	return false;
}

static struct step *add_step(struct parser *p, enum op op)
{
	static struct step none;

	if (p->t->n == TEMPLATE_STEPS_MAX) {
		(void)wrong(p, "too many steps");
		return NULL;
	}
	p->t->steps[p->t->n] = none;
	p->t->steps[p->t->n].op = op;
	return &p->t->steps[p->t->n++];
}

static void skip_blanks(struct parser *p)
{
	while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n')
		p->at++;
}

static bool take(struct parser *p, const char *token)
{
	size_t n = strlen(token);

	skip_blanks(p);
	if (strncmp(p->at, token, n) != 0)
		return false;
	p->at += n;
	return true;
}

static bool expect(struct parser *p, const char *token, const char *what)
{
	return take(p, token) || wrong(p, what);
}

static void keep(struct parser *p, char c)
{
	p->t->strings[p->t->n_strings++] = c;
}

static bool is_word(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static struct text take_word(struct parser *p)
{
	const char *start;

	skip_blanks(p);
	start = p->at;
	while (is_word(*p->at))
		p->at++;
	return (struct text){ start, (size_t)(p->at - start) };
}

static bool take_string(struct parser *p, struct text *ret)
{
	static const char from[] = "\\'\"nt", to[] = "\\'\"\n\t";
	char *start = p->t->strings + p->t->n_strings;
	char quote;

	skip_blanks(p);
	quote = *p->at;
	if (quote != '\'' && quote != '"')
		return wrong(p, "a string in quotes is missing");
	for (p->at++; *p->at != quote; p->at++) {
		const char *escaped;

		if (*p->at == '\0')
			return wrong(p, "the string has no end");
		if (*p->at != '\\') {
			keep(p, *p->at);
			continue;
		}
		escaped = *++p->at ? strchr(from, *p->at) : NULL;
		if (!escaped)
			return wrong(p, "unknown escape");
		keep(p, to[escaped - from]);
	}
	p->at++;
	*ret = (struct text){ start, (size_t)(p->t->strings + p->t->n_strings - start) };
	return true;
}

/* An integer of at most nine digits; *given says whether one is there. */
static bool take_int(struct parser *p, int64_t *ret, bool *given)
{
	const char *start;
	size_t n;

	skip_blanks(p);
	start = p->at;
	n = (size_t)(*start == '-');
	while (start[n] >= '0' && start[n] <= '9')
		n++;
	*given = n > 0;
	if (n == 0)
		return true;
	if (n > 9 || num_i64(start, n, ret) < 0)
		return wrong(p, "not a number that makes sense");
	p->at += n;
	return true;
}

/* ---- methods and filters ---- */

enum type { TEXT_IN, LIST_IN, ANY_IN };

static const struct function {
	const char *name;
	enum op op;
	enum type in;
	bool list_out;
	size_t min, max;          /* arguments that are strings */
	bool last_int, last_bool; /* one more argument */
} functions[] = {
	{ "split", OP_SPLIT, TEXT_IN, true, 0, 1, true, false },
	{ "join", OP_JOIN, LIST_IN, false, 0, 1, false, false },
	{ "first", OP_FIRST, ANY_IN, false, 0, 0, false, false },
	{ "last", OP_LAST, ANY_IN, false, 0, 0, false, false },
	{ "lower", OP_LOWER, TEXT_IN, false, 0, 0, false, false },
	{ "upper", OP_UPPER, TEXT_IN, false, 0, 0, false, false },
	{ "strip", OP_STRIP, TEXT_IN, false, 0, 1, false, false },
	{ "trim", OP_STRIP, TEXT_IN, false, 0, 1, false, false },
	{ "replace", OP_REPLACE, TEXT_IN, false, 2, 2, false, false },
	{ "default", OP_DEFAULT, TEXT_IN, false, 1, 1, false, true },
};

static const struct function *find_function(struct text name)
{
	for (size_t i = 0; i < ARRAY_LEN(functions); i++)
		if (text_is(name, functions[i].name))
			return &functions[i];
	return NULL;
}

static bool take_bool(struct parser *p, bool *ret)
{
	struct text word = take_word(p);

	*ret = text_is(word, "true") || text_is(word, "True");
	return *ret || text_is(word, "false") || text_is(word, "False") ||
	       wrong(p, "true or false is missing");
}

/* The last argument of split and default, which is no string. */
static bool take_last(struct parser *p, const struct function *f, struct step *s)
{
	bool given = false;

	if (f->last_bool)
		return take_bool(p, &s->too_empty);
	return f->last_int ? take_int(p, &s->from, &given) && (given || wrong(p, "a number is missing"))
			   : wrong(p, "too many arguments");
}

static bool take_args(struct parser *p, const struct function *f, struct step *s)
{
	if (take(p, ")"))
		return true;
	for (;;) {
		if (s->n_args < f->max) {
			if (!take_string(p, &s->text[s->n_args++]))
				return false;
		} else {
			return take_last(p, f, s) && expect(p, ")", "')' is missing");
		}
		if (take(p, ")"))
			return true;
		if (!expect(p, ",", "',' or ')' is missing"))
			return false;
	}
}

static bool take_call(struct parser *p, bool needs_brackets)
{
	struct text name = take_word(p);
	const struct function *f = find_function(name);
	struct step *s;

	if (!f) {
		p->at -= name.n;
		return wrong(p, "unknown: split, join, first, last, lower, upper, strip, trim, replace and "
				"default are there");
	}
	if (f->in != ANY_IN && (f->in == LIST_IN) != p->list)
		return wrong(p,
			     p->list ? "is for text, and this is a list" : "is for a list, and this is text");
	s = add_step(p, f->op);
	if (!s)
		return false;
	s->from = -1;
	if (take(p, "(")) {
		if (!take_args(p, f, s))
			return false;
	} else if (needs_brackets) {
		return wrong(p, "'(' is missing");
	}
	if (s->n_args < f->min)
		return wrong(p, "needs an argument more");
	if ((f->op == OP_REPLACE || f->op == OP_SPLIT) && s->n_args && s->text[0].n == 0)
		return wrong(p, "cannot look for an empty text");
	p->list = f->list_out;
	return true;
}

static bool take_brackets(struct parser *p)
{
	struct step *s = add_step(p, OP_ITEM);

	if (!s || !take_int(p, &s->from, &s->has_from))
		return false;
	if (take(p, ":")) {
		s->op = OP_SLICE;
		if (!take_int(p, &s->to, &s->has_to))
			return false;
	} else if (!s->has_from) {
		return wrong(p, "a number is missing");
	}
	if (s->op == OP_ITEM)
		p->list = false;
	return expect(p, "]", "']' is missing");
}

static bool take_expression(struct parser *p)
{
	struct step *s;

	p->list = false;
	skip_blanks(p);
	if (*p->at == '\'' || *p->at == '"') {
		s = add_step(p, OP_TEXT);
		if (!s || !take_string(p, &s->text[0]))
			return false;
	} else {
		struct text word = take_word(p);

		if (!text_is(word, p->name)) {
			p->at -= word.n;
			return wrong(p, word.n ? "undefined: only the pattern's own name is there"
					       : "a name is missing");
		}
		if (!add_step(p, OP_NAME))
			return false;
	}
	for (;;) {
		if (take(p, "}}"))
			return p->list ? wrong(p, "gives a list: take an item of it, or join it")
				       : add_step(p, OP_PRINT) != NULL;
		if (take(p, ".")   ? !take_call(p, true)
		    : take(p, "|") ? !take_call(p, false)
		    : take(p, "[") ? !take_brackets(p)
				   : !wrong(p, "'}}' is missing"))
			return false;
	}
}

static bool take_plain(struct parser *p)
{
	struct text t = { p->t->strings + p->t->n_strings, 0 };
	struct step *s = add_step(p, OP_TEXT);

	if (!s)
		return false;
	for (; *p->at && strncmp(p->at, "{{", 2) != 0; p->at++) {
		if (strncmp(p->at, "{%", 2) == 0 || strncmp(p->at, "{#", 2) == 0)
			return wrong(p, "statements and comments are not understood");
		keep(p, *p->at);
		t.n++;
	}
	s->text[0] = t;
	return add_step(p, OP_PRINT) != NULL;
}

static bool parse(struct parser *p)
{
	if (strlen(p->source) > TEMPLATE_SOURCE_MAX)
		return wrong(p, "too long");
	while (*p->at) {
		if (strncmp(p->at, "{{", 2) == 0) {
			p->at += 2;
			if (!take_expression(p))
				return false;
		} else if (!take_plain(p)) {
			return false;
		}
	}
	return true;
}

int template_compile(const char *source, const char *name, struct template **ret,
		     struct template_error *error)
{
	struct template *t = calloc(1, sizeof(*t));
	struct parser p = { .source = source, .at = source, .name = name, .t = t, .error = error };

	if (t)
		t->strings = malloc(strlen(source) + 1);
	if (!t || !t->strings) {
		template_free(t);
		return -ENOMEM;
	}
	if (!parse(&p)) {
		template_free(t);
		return -EINVAL;
	}
	*ret = t;
	return 0;
}

void template_free(struct template *t)
{
	if (!t)
		return;
	free(t->strings);
	free(t);
}
