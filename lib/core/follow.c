/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/follow.h"
#include "core/hash.h"
#include "core/num.h"

enum { DATE_DIGITS = 8 }; /* and more: a date; fewer: a number */

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

bool follow_has_head(const struct follow_pos *pos, const struct follow_bytes *b)
{
	return b->n_head >= pos->head.n && print_of(b->head, pos->head.n).hash == pos->head.hash;
}

bool follow_matches(const struct follow_pos *pos, const struct follow_bytes *b)
{
	return follow_has_head(pos, b) && b->n_tail == pos->tail.n &&
	       print_of(b->tail, b->n_tail).hash == pos->tail.hash;
}

/* ---- names ---- */

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* Numbers joined by single marks: "3", "20260102-15", "2026-01-02T15:04:05.000". */
static size_t stamp_len(const char *s)
{
	size_t n = digits(s), more;

	while (n && s[n] && strchr("-_.:T", s[n]) && (more = digits(s + n + 1)) > 0)
		n += 1 + more;
	return n;
}

static bool parse_stamp(char mark, const char *s, size_t n, struct follow_name *ret)
{
	size_t n_digits = 0;

	for (size_t i = 0; i < n; i++)
		n_digits += s[i] >= '0' && s[i] <= '9';
	if (n_digits >= DATE_DIGITS)
		ret->date = (struct text){ s, n };
	return n_digits >= DATE_DIGITS || (mark == '.' && num_u64(s, n, &ret->number) == 0);
}

static bool parse_ending(const char *s, bool *packed)
{
	/* Those that os/unpack.h does not know make a gap that can be seen. */
	static const char *const endings[] = { ".gz", ".xz", ".zst", ".bz2", ".lz4", ".lzma", ".Z" };

	*packed = *s != '\0';
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (strcmp(s, endings[i]) == 0)
			return true;
	return !*packed;
}

/* STEM, mark and stamp, EXT, ending. */
static bool parse_around(struct text stem, const char *ext, const char *name, struct follow_name *ret)
{
	struct follow_name found = { 0 };
	size_t n;

	if (strncmp(stem.p, name, stem.n) != 0 || !name[stem.n] || !strchr(".-_", name[stem.n]))
		return false;
	name += stem.n;
	n = stamp_len(name + 1);
	if (!parse_stamp(*name, name + 1, n, &found) || strncmp(name + 1 + n, ext, strlen(ext)) != 0 ||
	    !parse_ending(name + 1 + n + strlen(ext), &found.packed))
		return false;
	*ret = found;
	return true;
}

bool follow_parse_name(const char *log, const char *name, struct follow_name *ret)
{
	const char *ext = strrchr(log, '.');

	return parse_around(text_from(log), "", name, ret) ||
	       (ext && ext > log && parse_around((struct text){ log, (size_t)(ext - log) }, ext, name, ret));
}

int follow_compare_names(const struct follow_name *a, const struct follow_name *b)
{
	size_t n = a->date.n < b->date.n ? a->date.n : b->date.n;
	int c;

	if ((a->date.n == 0) != (b->date.n == 0))
		return a->date.n ? -1 : 1;
	if (a->date.n == 0)
		return (a->number < b->number) - (a->number > b->number);
	c = memcmp(a->date.p, b->date.p, n);
	return c ? c : (a->date.n > b->date.n) - (a->date.n < b->date.n);
}

/* ---- in the state ---- */

void follow_save(const struct follow_pos *pos, struct buf *out)
{
	const uint64_t words[] = { pos->known,     pos->ino,    pos->offset,   pos->head.hash, pos->head.n,
				   pos->tail.hash, pos->tail.n, pos->skipping, pos->ended,     pos->first };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		words_u64(out, words[i]);
}

int follow_load(struct words line, struct follow_pos *ret)
{
	uint64_t w[10];
	size_t head, tail;

	for (size_t i = 0; i < ARRAY_LEN(w); i++)
		if (words_get_u64(&line, &w[i]) < 0)
			return -EINVAL;
	head = w[2] < FOLLOW_HEAD_MAX ? (size_t)w[2] : FOLLOW_HEAD_MAX;
	tail = w[2] < FOLLOW_TAIL_MAX ? (size_t)w[2] : FOLLOW_TAIL_MAX;
	if (!words_at_end(&line) || w[0] > 1 || w[7] > 1 || w[8] > 1 || w[9] > 1)
		return -EINVAL;
	if (w[2] > INT64_MAX || w[4] != head || w[6] != tail)
		return -EINVAL;
	*ret = (struct follow_pos){ w[0],           w[1],           w[2],
				    { w[3], w[4] }, { w[5], w[6] }, .skipping = w[7],
				    .ended = w[8],  .first = w[9] };
	return 0;
}
