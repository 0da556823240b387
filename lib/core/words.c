/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/num.h"
#include "core/words.h"

static bool is_plain(char c)
{
	return c > ' ' && c <= '~' && c != '%';
}

void words_key(struct buf *out, const char *key)
{
	buf_str(out, key);
}

void words_text(struct buf *out, struct text t)
{
	static const char hex[] = "0123456789abcdef";

	buf_str(out, t.n ? " " : " %");
	for (size_t i = 0, plain; i < t.n; i += plain) {
		unsigned char c = (unsigned char)t.p[i];

		for (plain = 0; i + plain < t.n && is_plain(t.p[i + plain]);)
			plain++;
		if (plain) {
			buf_add(out, t.p + i, plain);
		} else {
			buf_add(out, (const char[]){ '%', hex[c >> 4], hex[c & 15] }, 3);
			plain = 1;
		}
	}
}

void words_u64(struct buf *out, uint64_t v)
{
	char digits[NUM_U128_SIZE];
	size_t n = num_format_u128(digits, v);

	buf_chr(out, ' ');
	buf_add(out, digits, n);
}

void words_end(struct buf *out)
{
	buf_chr(out, '\n');
}

/* The bytes before the first stop, or all that is left where there is none. */
static struct text take(struct text *left, char stop)
{
	const char *end = left->n ? memchr(left->p, stop, left->n) : NULL;
	struct text t = { left->p, end ? (size_t)(end - left->p) : left->n };

	left->n -= t.n;
	left->p += t.n;
	return t;
}

/* What is left of a line begins with the blank before its next word, so that a blank at the end is no end. */
static struct text take_word(struct words *line)
{
	line->left.n--;
	line->left.p++;
	return take(&line->left, ' ');
}

bool words_line(struct words *payload, struct words *line, struct text *key)
{
	if (!payload->left.n || !memchr(payload->left.p, '\n', payload->left.n))
		return false;
	line->left = take(&payload->left, '\n');
	payload->left.n--;
	payload->left.p++;
	*key = take(&line->left, ' ');
	return true;
}

bool words_at_end(const struct words *line)
{
	return line->left.n == 0;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Appends what one written word stands for. 0 or -EINVAL. */
static int decode(struct text w, struct buf *ret)
{
	if (w.n == 0)
		return -EINVAL;
	if (text_is(w, "%"))
		return 0;
	for (size_t i = 0; i < w.n; i++) {
		int high, low;

		if (is_plain(w.p[i])) {
			buf_chr(ret, w.p[i]);
			continue;
		}
		if (w.p[i] != '%' || w.n - i < 3)
			return -EINVAL;
		high = hex_digit(w.p[i + 1]);
		low = hex_digit(w.p[i + 2]);
		if (high < 0 || low < 0 || is_plain((char)(high << 4 | low)))
			return -EINVAL;
		buf_chr(ret, (char)(high << 4 | low));
		i += 2;
	}
	return 0;
}

int words_get_text(struct words *line, struct buf *ret)
{
	int r;

	if (words_at_end(line))
		return -ENODATA;
	buf_clear(ret);
	r = decode(take_word(line), ret);
	return r < 0 ? r : buf_error(ret);
}

int words_get_u64(struct words *line, uint64_t *ret)
{
	struct text w;

	if (words_at_end(line))
		return -ENODATA;
	w = take_word(line);
	return w.n > 1 && w.p[0] == '0' ? -EINVAL : num_u64(w.p, w.n, ret);
}
