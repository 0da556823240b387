/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "template_steps.h"

enum { ITEMS_MAX = 4096 };

/* One value: a text (items[0]) or a list. New bytes are made in the arena and never move. */
struct eval {
	struct text value;
	struct text items[ITEMS_MAX];
	size_t n;
	bool list, undefined;
	char *arena;
	size_t used;
	int err;
};

/* Room for n bytes more. The text it belongs to begins at the address that came first. */
static char *room(struct eval *e, size_t n)
{
	if (n > TEMPLATE_BYTES_MAX - e->used) {
		e->err = -E2BIG;
		return NULL;
	}
	e->used += n;
	return e->arena + e->used - n;
}

static void add_bytes(struct eval *e, const char *p, size_t n)
{
	char *to = room(e, n);

	if (to && n)
		memcpy(to, p, n);
}

static void set_text(struct eval *e, struct text t)
{
	e->list = e->undefined = false;
	e->items[0] = t;
	e->n = 1;
}

static void set_nothing(struct eval *e)
{
	set_text(e, (struct text){ "", 0 });
	e->undefined = true;
}

static void add_item(struct eval *e, struct text t)
{
	if (e->n == ITEMS_MAX)
		e->err = -E2BIG;
	else
		e->items[e->n++] = t;
}

/* ---- lists ---- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t find(struct text t, struct text what)
{
	const char *p = t.n ? memmem(t.p, t.n, what.p, what.n) : NULL;

	return p ? (size_t)(p - t.p) : t.n;
}

static struct text behind(struct text t, size_t n)
{
	return (struct text){ t.p + n, t.n - n };
}

static struct text without_blanks(struct text t)
{
	while (t.n && is_blank(t.p[0]))
		t = behind(t, 1);
	return t;
}

static void split_blanks(struct eval *e, struct text t, int64_t most)
{
	t = without_blanks(t);
	while (t.n && !e->err) {
		size_t n = 0;

		while (n < t.n && !is_blank(t.p[n]))
			n++;
		if (most == 0) /* the rest as it is, but for blanks at its end */
			for (n = t.n; is_blank(t.p[n - 1]);)
				n--;
		add_item(e, (struct text){ t.p, n });
		t = most-- == 0 ? (struct text){ "", 0 } : without_blanks(behind(t, n));
	}
}

static void split_at(struct eval *e, struct text t, struct text sep, int64_t most)
{
	for (size_t n; most-- != 0 && (n = find(t, sep)) < t.n && !e->err; t = behind(t, n + sep.n))
		add_item(e, (struct text){ t.p, n });
	add_item(e, t);
}

static void split(struct eval *e, const struct step *s)
{
	struct text t = e->items[0];

	e->list = true;
	e->n = 0;
	if (s->n_args)
		split_at(e, t, s->text[0], s->from);
	else
		split_blanks(e, t, s->from);
}

static void join(struct eval *e, const struct step *s)
{
	struct text t = { e->arena + e->used, 0 };

	for (size_t i = 0; i < e->n; i++) {
		if (i && s->n_args)
			add_bytes(e, s->text[0].p, s->text[0].n);
		add_bytes(e, e->items[i].p, e->items[i].n);
	}
	t.n = (size_t)(e->arena + e->used - t.p);
	set_text(e, t);
}

/* ---- items and slices: of lists, or of a text's characters ---- */

/* Bytes of the character at t; an invalid byte is one. */
static size_t char_len(struct text t)
{
	size_t n = text_utf8_len(t.p, t.n);

	return n ? n : 1;
}

static size_t length(const struct eval *e)
{
	size_t n = 0;

	if (e->list)
		return e->n;
	for (struct text t = e->items[0]; t.n; t = behind(t, char_len(t)))
		n++;
	return n;
}

/* Items from..to of what there is. */
static void cut(struct eval *e, size_t from, size_t to)
{
	struct text t = e->items[0];
	size_t n = 0;

	if (e->list) {
		memmove(e->items, e->items + from, (to - from) * sizeof(e->items[0]));
		e->n = to - from;
		return;
	}
	for (size_t i = 0; i < from; i++)
		t = behind(t, char_len(t));
	for (size_t i = from; i < to; i++)
		n += char_len(behind(t, n));
	e->items[0].p = t.p;
	e->items[0].n = n;
}

static void item(struct eval *e, int64_t at)
{
	int64_t n = (int64_t)length(e);

	if (at < 0)
		at += n;
	if (at < 0 || at >= n) {
		set_nothing(e);
		return;
	}
	cut(e, (size_t)at, (size_t)at + 1);
	e->list = false;
}

static size_t clamp(int64_t at, int64_t n)
{
	if (at < 0)
		at += n;
	return (size_t)(at < 0 ? 0 : at > n ? n : at);
}

static void slice(struct eval *e, const struct step *s)
{
	int64_t n = (int64_t)length(e);
	size_t from = s->has_from ? clamp(s->from, n) : 0, to = s->has_to ? clamp(s->to, n) : (size_t)n;

	cut(e, from, to < from ? from : to);
}

/* ---- text ---- */

static void change_case(struct eval *e, char from, char to)
{
	struct text t = e->items[0];
	char *p = room(e, t.n);

	for (size_t i = 0; p && i < t.n; i++)
		p[i] = t.p[i] >= from && t.p[i] <= from + 25 ? (char)(t.p[i] - from + to) : t.p[i];
	if (p)
		e->items[0].p = p;
}

static bool strips(const struct step *s, char c)
{
	return s->n_args ? s->text[0].n && memchr(s->text[0].p, c, s->text[0].n) : is_blank(c);
}

static void strip(struct eval *e, const struct step *s)
{
	struct text *t = &e->items[0];

	while (t->n && strips(s, t->p[0]))
		*t = behind(*t, 1);
	while (t->n && strips(s, t->p[t->n - 1]))
		t->n--;
}

static void replace(struct eval *e, const struct step *s)
{
	struct text t = e->items[0], made = { e->arena + e->used, 0 };

	for (size_t n; (n = find(t, s->text[0])) < t.n && !e->err; t = behind(t, n + s->text[0].n)) {
		add_bytes(e, t.p, n);
		add_bytes(e, s->text[1].p, s->text[1].n);
	}
	add_bytes(e, t.p, t.n);
	made.n = (size_t)(e->arena + e->used - made.p);
	e->items[0] = made;
}

/* ---- all of it ---- */

static void follow(struct eval *e, const struct step *s, struct buf *out)
{
	switch (s->op) {
	case OP_TEXT:
		set_text(e, s->text[0]);
		break;
	case OP_NAME:
		set_text(e, e->value);
		break;
	case OP_SPLIT:
		split(e, s);
		break;
	case OP_JOIN:
		join(e, s);
		break;
	case OP_FIRST:
		item(e, 0);
		break;
	case OP_LAST:
		item(e, -1);
		break;
	case OP_ITEM:
		item(e, s->from);
		break;
	case OP_SLICE:
		slice(e, s);
		break;
	case OP_LOWER:
		change_case(e, 'A', 'a');
		break;
	case OP_UPPER:
		change_case(e, 'a', 'A');
		break;
	case OP_STRIP:
		strip(e, s);
		break;
	case OP_REPLACE:
		replace(e, s);
		break;
	case OP_DEFAULT:
		if (e->undefined || (s->too_empty && e->items[0].n == 0))
			set_text(e, s->text[0]);
		break;
	case OP_PRINT:
		buf_add(out, e->items[0].p, e->items[0].n);
		e->used = 0;
		break;
	}
}

int template_eval(const struct template *t, struct text value, struct buf *out)
{
	struct eval *e = calloc(1, sizeof(*e));
	size_t before = out->len;
	int r = e ? 0 : -ENOMEM;

	if (e) {
		e->value = value;
		e->arena = malloc(TEMPLATE_BYTES_MAX);
		if (!e->arena)
			e->err = -ENOMEM;
		for (size_t i = 0; i < t->n && !e->err; i++)
			follow(e, &t->steps[i], out);
		r = e->err;
		free(e->arena);
	}
	free(e);
	if (r == 0 && out->len - before > TEMPLATE_BYTES_MAX)
		r = -E2BIG;
	if (r < 0 && out->data) {
		out->len = before;
		out->data[before] = '\0';
	}
	return r < 0 ? r : buf_error(out);
}
