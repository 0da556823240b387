/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/buf.h"
#include "core/num.h"
#include "ere.h"

enum {
	PATTERN_MAX = 256,
	COUNTS_MAX = 1000, /* product of all {n}: glibc's regcomp() copies what is counted, nested counts
			      multiply */
};

static const char special[] = ".[]{}()*+?^$|\\";

struct ere {
	const char *p;
	struct buf out;
	unsigned depth;
	uint64_t counts;
	bool atom; /* what stands before can be repeated */
	const char *why;
};

static void put_escape(struct ere *e)
{
	static const struct {
		char c;
		const char *set;
	} classes[] = {
		{ 'd', "[0-9]" },  { 'w', "[A-Za-z0-9_]" },  { 's', "[ \t\n\r\f\v]" },
		{ 'D', "[^0-9]" }, { 'W', "[^A-Za-z0-9_]" }, { 'S', "[^ \t\n\r\f\v]" },
	};
	char c = *e->p;

	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (c == classes[i].c) {
			buf_str(&e->out, classes[i].set);
			e->p++;
			return;
		}
	if (!c || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
		e->why = "has a backslash that is neither \\d \\w \\s \\D \\W \\S nor before punctuation";
		return;
	}
	if (strchr(special, c)) /* \< and the like mean more to glibc */
		buf_chr(&e->out, '\\');
	buf_chr(&e->out, c);
	e->p++;
}

/* Behind the [. A ] in first place is a member. */
static void put_set(struct ere *e)
{
	const char *start = e->p;

	e->p += *e->p == '^';
	e->p += *e->p == ']';
	e->p += strcspn(e->p, "]\\[");
	if (*e->p != ']') {
		e->why = *e->p ? "has a backslash or [ inside [...]" : "has a [ without ]";
		return;
	}
	e->p++;
	buf_chr(&e->out, '[');
	buf_add(&e->out, start, (size_t)(e->p - start));
}

/* Behind the {. */
static void put_count(struct ere *e)
{
	size_t low = strspn(e->p, "0123456789"), high = 0;
	bool comma = e->p[low] == ',';
	uint64_t n, m;

	if (comma)
		high = strspn(e->p + low + 1, "0123456789");
	if (num_u64(e->p, low, &n) < 0 || e->p[low + comma + high] != '}') {
		e->why = "has a { that starts no count ({m}, {m,} or {m,n})";
		return;
	}
	if (num_u64(e->p + low + comma, high, &m) < 0 || m < n)
		m = n; /* regcomp() refuses n > m */
	m += m == 0;
	e->counts = m > COUNTS_MAX ? m : e->counts * m;
	if (e->counts > COUNTS_MAX) {
		e->why = "has too large counts";
		return;
	}
	buf_chr(&e->out, '{');
	buf_add(&e->out, e->p, low + comma + high + 1);
	e->p += low + comma + high + 1;
}

static void put_repetition(struct ere *e, char c)
{
	if (!e->atom) {
		e->why = "repeats nothing, or lazily, possessively or twice";
		return;
	}
	e->atom = false;
	if (c == '{')
		put_count(e);
	else
		buf_chr(&e->out, c);
}

static void put_group(struct ere *e, char c)
{
	if (c == '(') {
		e->depth++;
		if (e->p[0] == '?' && e->p[1] == ':')
			e->p += 2;
		else if (*e->p == '?')
			e->why = "has a (?...) other than (?:...)";
	} else if (e->depth-- == 0) {
		e->why = "has a ) without (";
	}
	buf_chr(&e->out, c);
	e->atom = c == ')';
}

static void put_next(struct ere *e)
{
	char c = *e->p++;

	if (c < ' ' || c > '~') {
		e->why = "has a character that is no printable ASCII";
	} else if (strchr("*+?{", c)) {
		put_repetition(e, c);
	} else if (c == '(' || c == ')') {
		put_group(e, c);
	} else if (strchr("^$|", c)) {
		buf_chr(&e->out, c);
		e->atom = false;
	} else {
		e->atom = true;
		if (c == '\\')
			put_escape(e);
		else if (c == '[')
			put_set(e);
		else if (c == '}')
			buf_str(&e->out, "\\}");
		else
			buf_chr(&e->out, c);
	}
}

const char *ere_compile(const char *pattern, enum ere_anchor anchor, regex_t *ret)
{
	struct ere e = { .p = pattern, .counts = 1 };

	if (strnlen(pattern, PATTERN_MAX + 1) > PATTERN_MAX)
		return "is longer than 256 bytes";
	buf_str(&e.out, anchor == ERE_START ? "^(" : "(");
	while (!e.why && *e.p)
		put_next(&e);
	if (!e.why && e.depth)
		e.why = "has a ( without )";
	buf_str(&e.out, anchor == ERE_END ? ")$" : ")");
	if (!e.why && (buf_error(&e.out) < 0 || regcomp(ret, e.out.data, REG_EXTENDED | REG_NOSUB) != 0))
		e.why = "is no valid pattern";
	buf_done(&e.out);
	return e.why;
}

bool ere_matches(const regex_t *re, const char *s)
{
	return regexec(re, s, 0, NULL, 0) == 0;
}
