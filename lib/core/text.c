/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/text.h"

struct text text_from(const char *s)
{
	return (struct text){ s, strlen(s) };
}

static bool is_padding(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

struct text text_trim(struct text t)
{
	while (t.n && is_padding(t.p[0])) {
		t.p++;
		t.n--;
	}
	while (t.n && is_padding(t.p[t.n - 1]))
		t.n--;
	return t;
}

size_t text_utf8_len(const char *p, size_t n)
{
	const unsigned char *s = (const unsigned char *)p;
	unsigned char low = 0x80, high = 0xbf; /* range of the second byte */
	size_t len;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		len = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		len = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0; /* overlong below */
	else if (s[0] == 0xed)
		high = 0x9f; /* surrogates above */
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f; /* beyond U+10FFFF above */
	if (n < len || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* C0, DEL and C1 (U+0080..U+009F, which some terminals obey) make no text. */
static bool is_control(const char *p, size_t len)
{
	unsigned char c = (unsigned char)p[0];

	if (len == 1)
		return c < 0x20 || c == 0x7f;
	return len == 2 && c == 0xc2 && (unsigned char)p[1] < 0xa0;
}

void text_clean(struct buf *out, struct text t)
{
	while (t.n) {
		size_t len = text_utf8_len(t.p, t.n);

		if (len == 0 || (is_control(t.p, len) && *t.p != '\n'))
			buf_str(out, "\xef\xbf\xbd");
		else
			buf_add(out, t.p, len);
		len = len ? len : 1;
		t.p += len;
		t.n -= len;
	}
}

void text_padded(struct buf *out, const uint8_t *p, size_t n)
{
	text_clean(out, text_trim((struct text){ (const char *)p, n }));
}

/* ---- label values ---- */

static size_t escaped_len(char c)
{
	return c == '"' || c == '\\' ? 2 : 1;
}

/* The longest prefix of clean text that is at most max bytes after escaping and ends at a character's end. */
static size_t fit(const char *p, size_t n, size_t max)
{
	size_t i = 0, used = 0;

	while (i < n) {
		size_t len = text_utf8_len(p + i, n - i), cost = len == 1 ? escaped_len(p[i]) : len;

		if (used + cost > max)
			break;
		used += cost;
		i += len;
	}
	return i;
}

/* Nearly every value is of these characters, which stand for themselves. */
static bool is_plain(struct text t)
{
	size_t i = 0;

	while (i < t.n && t.p[i] >= ' ' && t.p[i] <= '~' && t.p[i] != '"' && t.p[i] != '\\')
		i++;
	return i == t.n;
}

bool text_label(struct buf *out, struct text t, size_t max)
{
	size_t start = out->len, n;
	bool cut = t.n > max + 4; /* cut before it is cleaned: a hostile one costs no more than its room */

	if (cut)
		t.n = max + 4; /* a character that this breaks begins behind max */
	if (is_plain(t))
		buf_add(out, t.p, t.n);
	else
		text_clean(out, t);
	if (buf_error(out) < 0)
		return false;
	for (size_t i = start; i < out->len; i++)
		if (out->data[i] == '\n')
			out->data[i] = ' ';
	n = start + fit(out->data + start, out->len - start, max);
	cut |= n < out->len;
	out->len = n;
	out->data[n] = '\0';
	return cut;
}
