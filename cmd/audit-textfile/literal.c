/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "literal.h"

/* A walk over the pattern. unsure ends it without a result. */
struct walk {
	const char *p;
	struct buf run;
	struct buf *best;
	bool unsure;
};

/* The run can go no further. */
static void end_run(struct walk *w)
{
	if (w->run.len > w->best->len) {
		buf_clear(w->best);
		buf_add(w->best, buf_cstr(&w->run), w->run.len);
	}
	buf_clear(&w->run);
}

/* What comes before may be absent. */
static void drop_last(struct walk *w)
{
	if (w->run.len > 0)
		w->run.len--;
	end_run(w);
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Behind a backslash: the character if it stands for itself; NUL for a class, an assertion or a control character of
 * one letter. All others (\x41, \Q, \1, \k<name> ...) have a meaning that goes on behind the letter. */
static char escape(struct walk *w)
{
	char c = *w->p;

	if (c == '\0' || (c & 0x80) || (is_alnum(c) && !strchr("dDwWsSbBAzZhHvVRtnrfea", c))) {
		w->unsure = true;
		return '\0';
	}
	w->p++;
	return is_alnum(c) ? '\0' : c;
}

/* Behind the [. A ] in first place is a member. */
static void skip_class(struct walk *w)
{
	w->p += *w->p == '^';
	w->p += *w->p == ']';
	while (!w->unsure && *w->p && *w->p != ']') {
		char c = *w->p++;

		if (c == '\\')
			(void)escape(w);
		else if (c == '[' && strchr(":.=", *w->p))
			w->unsure = true; /* [:alpha:], or not quite: its end is not surely the next ] */
	}
	if (*w->p == ']')
		w->p++;
	else
		w->unsure = true;
}

/* Behind a (. Groups that set options, recurse, are conditional, comments or verbs change what stands elsewhere. */
static void check_group(struct walk *w)
{
	char kind = *w->p == '?' ? w->p[1] : '\0';

	if (*w->p == '*' || *w->p == '?')
		w->unsure = kind == '\0' || !strchr(":<>=!|'P", kind) || (kind == 'P' && w->p[2] != '<');
}

/* To behind the ) of the group whose ( was read. */
static void skip_group(struct walk *w)
{
	size_t depth = 1;

	check_group(w);
	while (!w->unsure && depth > 0) {
		char c = *w->p ? *w->p++ : '\0';

		if (c == '\0') {
			w->unsure = true;
		} else if (c == '\\') {
			(void)escape(w);
		} else if (c == '[') {
			skip_class(w);
		} else if (c == '(') {
			depth++;
			check_group(w);
		} else if (c == ')') {
			depth--;
		}
	}
}

/* Behind a {. Releases of PCRE2 differ in which of {,n} and { n } are counts: taken for one, either reading holds. */
static void brace(struct walk *w)
{
	size_t n = strspn(w->p, "0123456789, ");

	if (n == 0) {
		buf_chr(&w->run, '{');
	} else if (w->p[n] == '}') {
		w->p += n + 1;
		drop_last(w);
	} else {
		w->unsure = true;
	}
}

static void step(struct walk *w)
{
	char c = *w->p++;

	switch (c) {
	case '(':
		end_run(w);
		skip_group(w);
		break;
	case '[':
		end_run(w);
		skip_class(w);
		break;
	case '*':
	case '?':
		drop_last(w);
		break;
	case '{':
		brace(w);
		break;
	case '|':
	case ')':
		w->unsure = true;
		break;
	case '+':
	case '.':
	case '^':
	case '$':
		end_run(w);
		break;
	case '\\':
		c = escape(w);
		if (!c)
			end_run(w);
		else
			buf_chr(&w->run, c);
		break;
	default:
		buf_chr(&w->run, c);
	}
}

void literal_of(const char *pattern, struct buf *ret)
{
	AUTO_BUF struct buf best = { 0 };
	struct walk w = { .p = pattern, .best = &best };

	while (!w.unsure && *w.p)
		step(&w);
	end_run(&w);
	if (!w.unsure && buf_error(&w.run) == 0 && buf_error(&best) == 0)
		buf_add(ret, buf_cstr(&best), best.len);
	buf_done(&w.run);
}

/* ---- the search ---- */

/* How common a byte is in logs, roughly: bytes that are not listed are rare. */
static size_t commonness(char c)
{
	static const char by_rarity[] =
		"QZXJYKWVHzBGqjFU+~#@%&!;$^*?\\`|}{><,LMPNDOT()RIC'SAEx[]/-w_yvkbg.:\"fmp98h7u6l53c42dn0ori1a=st e";
	const char *at = c ? strchr(by_rarity, c) : NULL;

	return at ? (size_t)(at - by_rarity) + 1 : 0;
}

struct literal literal_prepare(struct text bytes)
{
	struct literal l = { .bytes = bytes };

	for (size_t i = 1; i < bytes.n; i++)
		if (commonness(bytes.p[i]) < commonness(bytes.p[l.rare]))
			l.rare = i;
	return l;
}

bool literal_is_in(const struct literal *l, struct text subject)
{
	const char *p = subject.p, *last;

	if (l->bytes.n == 0)
		return true;
	if (subject.n < l->bytes.n)
		return false;
	p += l->rare; /* where the rare byte of the first and of the last place would be */
	last = p + (subject.n - l->bytes.n);
	while (p <= last && (p = memchr(p, l->bytes.p[l->rare], (size_t)(last - p) + 1))) {
		if (memcmp(p - l->rare, l->bytes.p, l->bytes.n) == 0)
			return true;
		p++;
	}
	return false;
}
