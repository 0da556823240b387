/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "command.h"

/* Appends s as the log shows it inside a command. */
static void add_literal(struct buf *out, const char *s, size_t n, bool quoted)
{
	static const char from[] = "\"\\\n\t\r", to[] = "\"\\ntr";

	for (size_t i = 0; i < n; i++) {
		const char *special = quoted && s[i] ? strchr(from, s[i]) : NULL;

		if (special)
			buf_chr(out, '\\');
		buf_chr(out, special ? to[special - from] : s[i]);
	}
}

/* A value of version 2, as it was before it was escaped; \u{1b} and its like stay as they are. */
static void add_unescaped(struct buf *out, struct text t)
{
	static const char from[] = "\"\\'ntr", to[] = "\"\\'\n\t\r";

	for (size_t i = 0; i < t.n; i++) {
		const char *escape =
			t.p[i] == '\\' && i + 1 < t.n && t.p[i + 1] ? strchr(from, t.p[i + 1]) : NULL;

		i += escape != NULL;
		buf_chr(out, escape ? to[escape - from] : t.p[i]);
	}
}

struct matching {
	const json_t *patterns;
	json_t *values;
	struct text left;   /* of the line */
	struct buf literal; /* what must come next */
	int waiting;        /* the pattern whose value ends where literal begins; -1: none */
	bool quoted, failed;
};

/* Keeps the value; one that is there twice must be the same. */
static void take_value(struct matching *m, struct text t)
{
	AUTO_BUF struct buf raw = { 0 }, clean = { 0 };
	const char *before = json_string_value(json_array_get(m->values, (size_t)m->waiting));

	if (m->quoted)
		add_unescaped(&raw, t);
	else
		buf_add(&raw, t.p, t.n);
	text_clean(&clean, (struct text){ buf_cstr(&raw), raw.len });
	if (*before && strcmp(before, buf_cstr(&clean)) != 0)
		m->failed = true;
	if (json_array_set_new(m->values, (size_t)m->waiting, json_string(buf_cstr(&clean))) < 0)
		m->failed = true;
	m->waiting = -1;
}

/* The literal must come now, or end the value that is waited for. */
static void take_literal(struct matching *m)
{
	size_t n = m->literal.len;
	const char *at = m->left.n ? memmem(m->left.p, m->left.n, buf_cstr(&m->literal), n) : NULL;

	if (!at || n == 0 || (m->waiting < 0 && at != m->left.p)) {
		m->failed = true; /* empty: two values without anything between them */
		return;
	}
	if (m->waiting >= 0)
		take_value(m, (struct text){ m->left.p, (size_t)(at - m->left.p) });
	m->left.n -= (size_t)(at - m->left.p) + n;
	m->left.p = at + n;
	buf_clear(&m->literal);
}

/* The pattern whose <name> stands at s; -1 where none does. */
static int pattern_at(const json_t *patterns, const char *s, size_t *n)
{
	for (size_t i = 0; *s == '<' && i < json_array_size(patterns); i++) {
		const char *name = json_string_value(json_array_get(patterns, i));

		*n = name ? strlen(name) : 0;
		if (name && strncmp(s + 1, name, *n) == 0 && s[*n + 1] == '>') {
			*n += 2;
			return (int)i;
		}
	}
	return -1;
}

static void take_word(struct matching *m, const char *word)
{
	while (*word && !m->failed) {
		size_t n = 1;
		int i = pattern_at(m->patterns, word, &n);

		if (i < 0) {
			n = 1;
			add_literal(&m->literal, word, 1, m->quoted);
		} else {
			take_literal(m);
			m->waiting = i;
		}
		word += n;
	}
}

json_t *command_values(const json_t *words, const json_t *patterns, struct text list, bool quoted)
{
	struct matching m = {
		.patterns = patterns, .values = json_array(), .left = list, .waiting = -1, .quoted = quoted
	};
	const char *quote = quoted ? "\"" : "";

	for (size_t i = 0; i < json_array_size(patterns); i++)
		m.failed |= json_array_append_new(m.values, json_string("")) < 0;
	buf_chr(&m.literal, '[');
	for (size_t i = 0; i < json_array_size(words) && !m.failed; i++) {
		buf_fmt(&m.literal, "%s%s", i ? " " : "", quote);
		take_word(&m, json_string_value(json_array_get(words, i)));
		buf_str(&m.literal, quote);
	}
	buf_chr(&m.literal, ']');
	if (!m.failed)
		take_literal(&m);
	if (m.failed || buf_error(&m.literal) < 0) {
		json_decref(m.values);
		m.values = NULL;
	}
	buf_done(&m.literal);
	return m.values;
}
