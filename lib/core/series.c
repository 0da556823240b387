/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/hash.h"
#include "core/series.h"

enum { ITEMS_MAX = 1 << 24, TEXT_MAX = 64 * 1024 * 1024 };

struct series_item {
	uint64_t count;
	uint64_t hash;
	size_t at, n; /* its values in text */
	bool folded;  /* what counts here came from sets that found no place */
};

static void fail(struct series *s, int r)
{
	if (!s->err)
		s->err = r;
}

static size_t value_max(const struct series *s)
{
	return s->value_max ? s->value_max : SERIES_VALUE_MAX;
}

/* ---- values: cleaned, cut ---- */

/* Appends one value and a NUL. */
static void add_value(struct series *s, struct text t)
{
	s->cut += text_label(&s->scratch, t, value_max(s));
	buf_chr(&s->scratch, '\0');
}

static void add_values(struct series *s, const struct text *values, size_t fold_from)
{
	buf_clear(&s->scratch);
	for (size_t i = 0; i < s->n_labels; i++)
		add_value(s, i < fold_from ? values[i] : text_from("other"));
	if (buf_error(&s->scratch) < 0)
		fail(s, buf_error(&s->scratch));
}

/* ---- the table ---- */

static uint32_t *slot_of(const struct series *s, uint64_t hash)
{
	for (size_t i = (size_t)hash;; i++) {
		uint32_t *slot = &s->slots[i & (s->n_slots - 1)];
		const struct series_item *item = *slot ? &s->items[*slot - 1] : NULL;

		if (!item || (item->hash == hash && item->n == s->scratch.len &&
			      memcmp(s->text.data + item->at, buf_cstr(&s->scratch), item->n) == 0))
			return slot;
	}
}

/* Room for one item more, at most half of the slots taken. */
static int grow(struct series *s)
{
	size_t cap = s->cap ? s->cap * 2 : 8, n_slots = cap * 2;
	struct series_item *items;
	uint32_t *slots;

	if (s->n < s->cap)
		return 0;
	if (cap > ITEMS_MAX)
		return -E2BIG;
	items = calloc(cap, sizeof(*items));
	slots = calloc(n_slots, sizeof(*slots));
	if (!items || !slots) {
		free(items);
		free(slots);
		return -ENOMEM;
	}
	if (s->n)
		memcpy(items, s->items, s->n * sizeof(*items));
	for (size_t i = 0; i < s->n; i++) {
		size_t at = (size_t)items[i].hash;

		while (slots[at & (n_slots - 1)])
			at++;
		slots[at & (n_slots - 1)] = (uint32_t)i + 1;
	}
	free(s->items);
	free(s->slots);
	s->items = items;
	s->slots = slots;
	s->n_slots = n_slots;
	s->cap = cap;
	s->text.max = TEXT_MAX;
	return 0;
}

/* gcc's analyzer loses sight of what grow() put into a table that it knows by an array of pointers only. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* The item of the set in scratch; a new one only where room says so. SIZE_MAX: none, or an error. */
static size_t look_up(struct series *s, bool may_add)
{
	uint64_t hash = hash_end(hash_add(HASH_START, buf_cstr(&s->scratch), s->scratch.len));
	uint32_t *slot;
	int r = grow(s);

	if (r < 0)
		fail(s, r);
	if (s->err)
		return SIZE_MAX;
	slot = slot_of(s, hash);
	if (*slot || !may_add)
		return *slot ? *slot - 1 : SIZE_MAX;
	s->items[s->n] = (struct series_item){ .hash = hash, .at = s->text.len, .n = s->scratch.len };
	buf_add(&s->text, buf_cstr(&s->scratch), s->scratch.len);
	if (buf_error(&s->text) < 0) {
		fail(s, buf_error(&s->text));
		return SIZE_MAX;
	}
	*slot = (uint32_t)++s->n;
	return s->n - 1;
}

/* Whether foreign values happen to be those of the set that others fold into: it takes no place of a name's, or the
 * place would be there again once it is loaded. */
static bool is_other(const struct series *s, const struct text *values)
{
	size_t i = s->fold_from;

	while (i < s->n_labels && text_is(values[i], "other"))
		i++;
	return s->fold_from < s->n_labels && i == s->n_labels;
}

size_t series_index(struct series *s, const struct text *values)
{
	size_t n = s->n, i;
	bool named = !is_other(s, values), room = s->max == 0 || s->n_named < s->max || !named;

	add_values(s, values, s->n_labels);
	i = look_up(s, room);
	if (s->n > n && named)
		s->n_named++;
	if (i != SIZE_MAX || room)
		return i;
	add_values(s, values, s->fold_from);
	i = look_up(s, true);
	if (i != SIZE_MAX)
		s->items[i].folded = true;
	return i;
}

void series_count(struct series *s, size_t index, uint64_t n)
{
	if (index == SIZE_MAX)
		return;
	s->items[index].count += n;
	if (s->items[index].folded)
		s->folded += n;
}

void series_add(struct series *s, const struct text *values, uint64_t n)
{
	series_count(s, series_index(s, values), n);
}

uint64_t series_get(struct series *s, const struct text *values)
{
	size_t i;

	add_values(s, values, s->n_labels);
	i = look_up(s, false);
	return i == SIZE_MAX ? 0 : s->items[i].count;
}

/* ---- out and in ---- */

void series_emit(struct prom *out, const struct series *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const char *labels[SERIES_LABELS_MAX + 1] = { NULL };
		const char *p = s->text.data + s->items[i].at;

		for (size_t l = 0; l < s->n_labels; l++, p += strlen(p) + 1)
			labels[l] = p;
		prom_u64(out, labels, s->items[i].count);
	}
}

/* What stands for the table in saved lines: FAMILY, or FAMILY{LABELS}. */
static void add_family(const struct series *s, struct buf *out)
{
	buf_str(out, s->family);
	if (s->labels) {
		buf_chr(out, '{');
		buf_str(out, s->labels);
		buf_chr(out, '}');
	}
}

/* Whether add_family() gives these bytes. */
static bool is_family(const struct series *s, struct text saved)
{
	size_t n = strlen(s->family);

	if (!s->labels || saved.n < n + 2)
		return !s->labels && text_is(saved, s->family);
	return memcmp(saved.p, s->family, n) == 0 && saved.p[n] == '{' && saved.p[saved.n - 1] == '}' &&
	       text_is((struct text){ saved.p + n + 1, saved.n - n - 2 }, s->labels);
}

void series_save(const struct series *s, struct buf *out)
{
	AUTO_BUF struct buf family = { 0 };
	struct text name;

	add_family(s, &family);
	if (!out->err)
		out->err = buf_error(&family);
	name = (struct text){ buf_cstr(&family), family.len };
	for (size_t i = 0; i < s->n; i++) {
		const char *p = s->text.data + s->items[i].at;

		words_key(out, s->items[i].folded ? "other" : "count");
		words_text(out, name);
		words_u64(out, s->items[i].count);
		for (size_t l = 0; l < s->n_labels; l++, p += strlen(p) + 1)
			words_text(out, text_from(p));
		words_end(out);
	}
	if (s->folded || s->cut) {
		words_key(out, "folded");
		words_text(out, name);
		words_u64(out, s->folded);
		words_u64(out, s->cut);
		words_end(out);
	}
}

/* The set of a line that series_save() wrote. It was cleaned and cut then; the limits of today hold as well. */
static int load_set(struct series *s, struct words *line, bool folded)
{
	struct text values[SERIES_LABELS_MAX] = { 0 };
	AUTO_BUF struct buf all = { 0 }, value = { 0 };
	size_t at[SERIES_LABELS_MAX + 1] = { 0 }, i, before = s->cut;
	uint64_t count;
	int r = words_get_u64(line, &count);

	for (i = 0; r == 0 && i < s->n_labels; i++) {
		r = words_get_text(line, &value);
		buf_add(&all, buf_cstr(&value), value.len);
		at[i + 1] = all.len;
	}
	if (r == 0 && !words_at_end(line))
		r = -EINVAL;
	if (r == 0)
		r = buf_error(&all);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	for (i = 0; i < s->n_labels; i++)
		values[i] = (struct text){ buf_cstr(&all) + at[i], at[i + 1] - at[i] };
	if (folded && !is_other(s, values))
		return -EINVAL;
	if (folded) {
		add_values(s, values, s->n_labels);
		i = look_up(s, true);
	} else {
		i = series_index(s, values);
	}
	s->cut = before; /* it was counted when it was cut */
	if (i != SIZE_MAX) {
		s->items[i].count += count;
		s->items[i].folded |= folded;
	}
	return s->err;
}

static int load_totals(struct series *s, struct words *line)
{
	uint64_t folded, cut;

	if (words_get_u64(line, &folded) < 0 || words_get_u64(line, &cut) < 0 || !words_at_end(line))
		return -EINVAL;
	s->folded = folded;
	s->cut = cut;
	return 0;
}

int series_load(struct series *const *tables, size_t n, struct text key, struct words line)
{
	AUTO_BUF struct buf saved = { 0 };
	bool is_totals = text_is(key, "folded"), is_other_line = text_is(key, "other");
	int r;

	if (!is_totals && !is_other_line && !text_is(key, "count"))
		return 0;
	r = words_get_text(&line, &saved);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	for (size_t i = 0; i < n; i++) {
		if (!is_family(tables[i], (struct text){ buf_cstr(&saved), saved.len }))
			continue;
		r = is_totals ? load_totals(tables[i], &line) : load_set(tables[i], &line, is_other_line);
		return r < 0 ? r : 1;
	}
	return 1;
}

void series_clear(struct series *s)
{
	s->n = s->n_named = 0;
	s->folded = s->cut = 0;
	buf_clear(&s->text);
	if (s->slots)
		memset(s->slots, 0, s->n_slots * sizeof(*s->slots));
}

void series_done(struct series *s)
{
	free(s->items);
	free(s->slots);
	buf_done(&s->text);
	buf_done(&s->scratch);
	*s = (struct series){ .family = s->family, .labels = s->labels, .n_labels = s->n_labels, .max = s->max,
			      .fold_from = s->fold_from, .value_max = s->value_max };
}
