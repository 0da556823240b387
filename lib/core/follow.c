/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/follow.h"
#include "core/hash.h"
#include "core/num.h"

const char *const follow_gap_names[FOLLOW_GAPS] = {
	[FOLLOW_TRUNCATED] = "truncated",
	[FOLLOW_ROTATED_AWAY] = "rotated_away",
	[FOLLOW_UNREADABLE] = "unreadable",
};

void follow_consume(struct follow_pos *pos, struct follow_bytes *b, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	size_t more = FOLLOW_HEAD_MAX - b->n_head < n ? FOLLOW_HEAD_MAX - b->n_head : n;
	size_t last = n < FOLLOW_TAIL_MAX ? n : FOLLOW_TAIL_MAX;
	size_t kept = b->n_tail < FOLLOW_TAIL_MAX - last ? b->n_tail : FOLLOW_TAIL_MAX - last;

	if (n == 0)
		return;
	memcpy(b->head + b->n_head, p, more);
	b->n_head += more;
	memmove(b->tail, b->tail + b->n_tail - kept, kept);
	memcpy(b->tail + kept, p + n - last, last);
	b->n_tail = kept + last;
	pos->offset += n;
}

static struct follow_print print_of(const uint8_t *bytes, size_t n)
{
	return (struct follow_print){ hash_end(hash_add(HASH_START, bytes, n)), n };
}

void follow_print(struct follow_pos *pos, const struct follow_bytes *b)
{
	pos->head = print_of(b->head, b->n_head);
	pos->tail = print_of(b->tail, b->n_tail);
}

bool follow_matches(const struct follow_pos *pos, const struct follow_bytes *b)
{
	return b->n_head >= pos->head.n && b->n_tail == pos->tail.n &&
	       print_of(b->head, pos->head.n).hash == pos->head.hash &&
	       print_of(b->tail, b->n_tail).hash == pos->tail.hash;
}

/* ---- names ---- */

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

static bool is_packed_ending(const char *s)
{
	return !*s || strcmp(s, ".gz") == 0 || strcmp(s, ".xz") == 0 || strcmp(s, ".zst") == 0;
}

bool follow_parse_name(const char *log, const char *name, struct follow_name *ret)
{
	size_t n = strlen(log), len;
	struct follow_name found = { 0 };

	if (strncmp(log, name, n) != 0 || (name[n] != '.' && name[n] != '-'))
		return false;
	name += n;
	len = digits(name + 1);
	if (*name == '.' && (num_u64(name + 1, len, &found.number) < 0 || found.number == 0))
		return false;
	if (*name == '-') {
		if (len < 8)
			return false;
		while (name[1 + len] == '-' && digits(name + 2 + len)) /* -2026010212, -20260102-1767312000 */
			len += 1 + digits(name + 2 + len);
		found.date = (struct text){ name + 1, len };
	}
	if (!is_packed_ending(name + 1 + len))
		return false;
	*ret = found;
	return true;
}

int follow_compare_names(const struct follow_name *a, const struct follow_name *b)
{
	size_t n = a->date.n < b->date.n ? a->date.n : b->date.n;
	int c;

	if ((a->number == 0) != (b->number == 0))
		return a->number ? 1 : -1;
	if (a->number)
		return (a->number < b->number) - (a->number > b->number);
	c = n ? memcmp(a->date.p, b->date.p, n) : 0;
	return c ? c : (a->date.n > b->date.n) - (a->date.n < b->date.n);
}

/* ---- in the state ---- */

void follow_save(const struct follow_pos *pos, struct buf *out)
{
	const uint64_t words[] = { pos->known,     pos->dev,       pos->ino,    pos->offset,  pos->head.hash,
				   pos->head.n, pos->tail.hash, pos->tail.n, pos->skipping };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		words_u64(out, words[i]);
}

int follow_load(struct words line, struct follow_pos *ret)
{
	uint64_t w[9];
	size_t head, tail;

	for (size_t i = 0; i < ARRAY_LEN(w); i++)
		if (words_get_u64(&line, &w[i]) < 0)
			return -EINVAL;
	head = w[3] < FOLLOW_HEAD_MAX ? (size_t)w[3] : FOLLOW_HEAD_MAX;
	tail = w[3] < FOLLOW_TAIL_MAX ? (size_t)w[3] : FOLLOW_TAIL_MAX;
	if (!words_at_end(&line) || w[0] > 1 || w[5] != head || w[7] != tail || w[8] > 1)
		return -EINVAL;
	*ret = (struct follow_pos){ w[0], w[1], w[2], w[3], { w[4], w[5] }, { w[6], w[7] }, w[8] };
	return 0;
}
