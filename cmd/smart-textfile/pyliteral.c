/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "pyliteral.h"

struct py {
	const char *p, *end; /* what is left */
	unsigned line;
	unsigned owed; /* line ends read and not written yet: JSON has none inside a string */
	bool comma;    /* read, and written once a value or key follows */
	struct buf *out;
	const char *why; /* what is refused */
};

static char peek(const struct py *py)
{
	return py->p < py->end ? *py->p : '\0';
}

static bool is_in(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || is_in(c, "_+-.");
}

static void end_line(struct py *py)
{
	py->line++;
	py->owed++;
}

static void skip_blanks(struct py *py)
{
	for (bool comment = false; py->p < py->end; py->p++) {
		if (*py->p == '\n') {
			end_line(py);
			comment = false;
		} else if (*py->p == '#') {
			comment = true;
		} else if (!comment && !is_in(*py->p, " \t\r\f")) {
			return;
		}
	}
}

/* Behind a backslash. */
static void put_escape(struct py *py)
{
	char c = peek(py);

	if (is_in(c, "avUN01234567")) {
		py->why = "one of the escapes \\a \\v \\U \\N \\0";
		return;
	}
	if (!is_in(c, "\\\"'bfnrtux\n")) { /* it escapes nothing */
		buf_str(py->out, "\\\\");
		return;
	}
	py->p++;
	if (c == '\n')
		end_line(py);
	else if (c == '\'')
		buf_chr(py->out, c);
	else if (c == 'x')
		buf_str(py->out, "\\u00");
	else
		buf_fmt(py->out, "\\%c", c);
}

static void put_quoted(struct py *py)
{
	char quote = *py->p++;

	if (py->end - py->p >= 2 && py->p[0] == quote && py->p[1] == quote)
		py->why = "a string in triple quotes";
	while (!py->why && peek(py) != quote) {
		char c = peek(py);

		if (py->p == py->end || c == '\n') {
			py->why = "a string without end";
			return;
		}
		py->p++;
		if (c == '\\')
			put_escape(py);
		else if (c == '\t')
			buf_str(py->out, "\\t");
		else if (c == '"')
			buf_str(py->out, "\\\"");
		else
			buf_chr(py->out, c);
	}
	if (!py->why)
		py->p++;
}

/* Adjacent strings are one. */
static void put_string(struct py *py)
{
	buf_chr(py->out, '"');
	while (!py->why && is_in(peek(py), "'\"")) {
		put_quoted(py);
		if (!py->why)
			skip_blanks(py);
	}
	buf_chr(py->out, '"');
}

/* A name or number; what JSON knows not is left to its parser. */
static void put_word(struct py *py)
{
	static const char *const words[][2] = { { "True", "true" },
						{ "False", "false" },
						{ "None", "null" } };
	const char *start = py->p;
	size_t n = 0;

	while (is_word(peek(py))) {
		py->p++;
		n++;
	}
	if (is_in(peek(py), "'\""))
		py->why = "a string with a prefix";
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (n == strlen(words[i][0]) && memcmp(start, words[i][0], n) == 0) {
			buf_str(py->out, words[i][1]);
			return;
		}
	buf_add(py->out, start, n);
}

static void put_token(struct py *py)
{
	char c = *py->p;

	if (py->comma && !is_in(c, "]}"))
		buf_chr(py->out, ',');
	py->comma = c == ',';
	if (is_in(c, "'\"")) {
		put_string(py);
		return;
	}
	if (is_word(c)) {
		put_word(py);
		return;
	}
	if (is_in(c, "()"))
		py->why = "a tuple";
	if (c != ',')
		buf_chr(py->out, c);
	py->p++;
}

/* The text as JSON, line by line. NULL, or what is refused; *line is where. */
static const char *translate(const struct buf *text, struct buf *json, unsigned *line)
{
	struct py py = { .p = buf_cstr(text), .line = 1, .out = json };

	for (py.end = py.p + text->len; !py.why;) {
		skip_blanks(&py);
		for (; py.owed; py.owed--)
			buf_chr(json, '\n');
		if (py.p == py.end)
			break;
		put_token(&py);
	}
	*line = py.line;
	return py.why;
}

json_t *pyliteral_load(struct buf *text, struct conf_errors *errors)
{
	AUTO_BUF struct buf json = { .max = text->max };
	json_t *tree = json_loadb(buf_cstr(text), text->len, 0, NULL);
	json_error_t e = { .text = "too large" };
	const char *why;
	unsigned line;

	if (tree)
		return tree;
	why = translate(text, &json, &line);
	if (!why && buf_error(&json) == 0) {
		tree = json_loadb(buf_cstr(&json), json.len, 0, &e);
		line = e.line > 0 ? (unsigned)e.line : 0;
	}
	if (!tree) {
		conf_error_at(errors, line, "", "is neither JSON nor a Python literal without surprises: %s",
			      why ? why : e.text);
		return NULL;
	}
	buf_done(text);
	*text = json;
	json = (struct buf){ 0 };
	return tree;
}
