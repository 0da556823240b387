/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/cut.h"
#include "line.h"

const char *const line_level_names[LINE_LEVELS] = { "none", "debug", "info", "warn", "error" };
const char *const line_event_names[LINE_EVENTS] = { "start", "exit", "timeout", "read", "exec" };

/* ---- slices ---- */

/* Where what first begins in t; t.n where it does not. */
static size_t find(struct text t, const char *what)
{
	const char *p = t.n ? memmem(t.p, t.n, what, strlen(what)) : NULL;

	return p ? (size_t)(p - t.p) : t.n;
}

static size_t dots(struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.n; i++)
		n += t.p[i] == '.';
	return n;
}

/* ---- the start of a line ---- */

static bool take_number(struct text *t, size_t digits, unsigned *ret)
{
	*ret = 0;
	if (t->n < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (t->p[i] < '0' || t->p[i] > '9')
			return false;
		*ret = *ret * 10 + (unsigned)(t->p[i] - '0');
	}
	t->p += digits;
	t->n -= digits;
	return true;
}

/* Days since 1970-01-01 in the Gregorian calendar: years begin in March, so that the leap day is the last. */
static uint64_t days(unsigned year, unsigned month, unsigned day)
{
	unsigned y = year - (month <= 2), m = (month + 9) % 12;

	return (uint64_t)y * 365 + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day - 1 - 719468;
}

/* "2024/04/28 12:00:01 ", as Go's log package writes it. Takes nothing where it is not there. */
static uint64_t take_time(struct text *t)
{
	static const char *const after[] = { "/", "/", " ", ":", ":", " " };
	static const unsigned digits[] = { 4, 2, 2, 2, 2, 2 };
	struct text left = *t;
	unsigned v[6];

	for (size_t i = 0; i < ARRAY_LEN(v); i++)
		if (!take_number(&left, digits[i], &v[i]) || !cut_head(&left, after[i]))
			return 0;
	if (v[0] < 1970 || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31 || v[3] > 23 || v[4] > 59 ||
	    v[5] > 60)
		return 0;
	*t = left;
	return days(v[0], v[1], v[2]) * 86400 + v[3] * 3600 + v[4] * 60 + v[5];
}

static enum line_level take_level(struct text *t)
{
	static const char *const words[LINE_LEVELS] = { "", "DEBUG ", "INFO ", "WARN ", "ERROR " };

	for (enum line_level l = LINE_DEBUG; l < LINE_LEVELS; l++)
		if (cut_head(t, words[l])) {
			*t = text_trim(*t);
			return l;
		}
	return LINE_NO_LEVEL;
}

/* ---- lists ---- */

/* Whether t is a JSON array of strings: [] or ["a", "b"], anything escaped in them. */
static bool is_strings(struct text t)
{
	size_t i = 1;

	if (t.n == 2)
		return true;
	for (;;) {
		if (i >= t.n || t.p[i++] != '"')
			return false;
		while (i < t.n && t.p[i] != '"')
			i += t.p[i] == '\\' ? 2 : 1;
		if (i + 2 >= t.n)
			return i + 2 == t.n && t.p[i] == '"' && t.p[i + 1] == ']';
		if (t.p[i + 1] != ',')
			return false;
		i += 2;
		i += t.p[i] == ' ';
	}
}

static json_t *parse_strings(struct text t)
{
	json_auto_t *a = json_loadb(t.p, t.n, JSON_ALLOW_NUL, NULL);

	if (!json_is_array(a))
		return NULL;
	for (size_t i = 0; i < json_array_size(a); i++)
		if (!json_is_string(json_array_get(a, i)))
			return NULL;
	return json_incref(a);
}

static int append_clean(json_t *a, struct text t)
{
	AUTO_BUF struct buf clean = { 0 };

	text_clean(&clean, t);
	return buf_error(&clean) < 0 ? -1
				     : json_array_append_new(a, json_stringn(buf_cstr(&clean), clean.len));
}

json_t *line_split(struct text t, size_t n)
{
	json_auto_t *a = json_array();

	if (n == 0)
		return json_incref(a);
	while (json_array_size(a) + 1 < n) {
		size_t blank = find(t, " ");

		if (blank == t.n || append_clean(a, (struct text){ t.p, blank }) < 0)
			return NULL;
		t.p += blank + 1;
		t.n -= blank + 1;
	}
	if (n > 1 && find(t, " ") < t.n)
		return NULL;
	return append_clean(a, t) < 0 ? NULL : json_incref(a);
}

json_t *line_values(const struct line *l, size_t n)
{
	json_auto_t *a = NULL;

	if (l->quoted && n > 0)
		a = parse_strings(l->list);
	else
		a = line_split((struct text){ l->list.p + 1, l->list.n - 2 }, n);
	return a && json_array_size(a) == n ? json_incref(a) : NULL;
}

/* ---- what it says ---- */

/* "exit code: 1" or "exit status 1" at the end of a failed command's line. */
static struct text exit_code(struct text t)
{
	static const char *const words[] = { "exit code: ", "exit status " };
	size_t n = 0;

	while (n < t.n && n < 4 && t.p[t.n - 1 - n] >= '0' && t.p[t.n - 1 - n] <= '9')
		n++;
	for (size_t i = 0; n > 0 && n < 4 && i < ARRAY_LEN(words); i++) {
		size_t w = strlen(words[i]);

		if (t.n >= n + w && memcmp(t.p + t.n - n - w, words[i], w) == 0)
			return (struct text){ t.p + t.n - n, n };
	}
	return (struct text){ "", 0 };
}

/* A command that ran (INFO: the list is the rest of the line), or failed (ERROR: the reason follows). */
static bool take_run(struct line *l, struct text rest)
{
	if (!cut_head(&rest, "run ") || rest.n < 2 || rest.p[0] != '[')
		return false;
	l->failed = l->level == LINE_ERROR;
	if (l->failed ? !memrchr(rest.p, ']', rest.n) : rest.p[rest.n - 1] != ']')
		return false;
	l->list = rest;
	l->quoted = rest.p[1] == '"';
	l->code = l->failed ? exit_code(rest) : text_from("0");
	return true;
}

static bool take_match(struct line *l, struct text rest)
{
	if (l->level != LINE_INFO || !cut_head(&rest, "match ") || rest.n < 2 || rest.p[0] != '[' ||
	    rest.p[rest.n - 1] != ']')
		return false;
	l->list = rest;
	l->quoted = is_strings(rest);
	return true;
}

/* "NAME: match [...]", "NAME: run [...]", "NAME: start [...]". */
static bool take_named(struct line *l, struct text body)
{
	size_t n = find(body, ": ");
	struct text rest = { body.p + n, body.n - n };

	l->name = (struct text){ body.p, n };
	if (n == 0 || !cut_head(&rest, ": "))
		return false;
	if (text_is(l->name, "start command") || text_is(l->name, "stop command")) {
		l->name.n -= strlen(" command");
		l->kind = LINE_COMMAND;
		return take_run(l, rest);
	}
	if (l->level == LINE_INFO && cut_head(&rest, "start [")) {
		l->kind = LINE_STREAM;
		l->event = LINE_EV_START;
		return true;
	}
	l->kind = LINE_ACTION;
	if (dots(l->name) >= 2 && take_run(l, rest))
		return true;
	l->kind = LINE_MATCH;
	return dots(l->name) >= 1 && take_match(l, rest);
}

/* What happens to a stream, around its name. */
static bool take_stream(struct line *l, struct text body)
{
	static const struct {
		const char *before, *after;
		enum line_event event;
	} forms[] = {
		{ "stream ", " exited:", LINE_EV_EXIT },
		{ "could not execute stream ", " cmd:", LINE_EV_EXEC },
		{ "child process of stream ", " did not terminate", LINE_EV_TIMEOUT },
		{ "impossible to read output from stream ", ":", LINE_EV_READ },
		{ "", " stream finished", LINE_EV_EXIT },
	};

	for (size_t i = 0; l->level == LINE_ERROR && i < ARRAY_LEN(forms); i++) {
		struct text t = body;
		size_t n;

		if (!cut_head(&t, forms[i].before))
			continue;
		n = find(t, forms[i].after);
		if (n == 0 || n == t.n)
			continue;
		l->name = (struct text){ t.p, n };
		l->event = forms[i].event;
		l->kind = LINE_STREAM;
		return true;
	}
	return false;
}

static bool take_fixed(struct line *l, struct text body)
{
	static const struct {
		const char *text;
		enum line_kind kind;
	} forms[] = {
		{ "received SIGTERM", LINE_STOP },
		{ "received SIGINT", LINE_STOP },
		{ "Received SIGINT/SIGTERM", LINE_STOP },
		{ "Waiting for Streams to finish", LINE_NOTE },
		{ "Waiting for Actions to finish", LINE_NOTE },
	};

	for (size_t i = 0; l->level == LINE_INFO && i < ARRAY_LEN(forms); i++)
		if (cut_head(&body, forms[i].text)) {
			l->kind = forms[i].kind;
			return true;
		}
	return false;
}

void line_parse(struct text t, struct line *ret)
{
	struct line l = { .code = { "", 0 } };

	t = text_trim(t);
	l.time_s = take_time(&t);
	t = text_trim(t);
	l.level = take_level(&t);
	if (l.level == LINE_NO_LEVEL || !(take_stream(&l, t) || take_fixed(&l, t) || take_named(&l, t)))
		l = (struct line){ .level = l.level, .time_s = l.time_s, .code = { "", 0 } };
	*ret = l;
}
