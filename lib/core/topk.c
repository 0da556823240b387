/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/hash.h"
#include "core/topk.h"

/* ---- the heap: slots by count, then by slot, so that the order is one and the same however it came about ---- */

static bool is_lower(const struct topk *t, size_t a, size_t b)
{
	const struct topk_item *x = &t->items[t->heap[a]], *y = &t->items[t->heap[b]];

	return x->count != y->count ? x->count < y->count : t->heap[a] < t->heap[b];
}

static void swap(struct topk *t, size_t a, size_t b)
{
	uint16_t slot = t->heap[a];

	t->heap[a] = t->heap[b];
	t->heap[b] = slot;
	t->items[t->heap[a]].place = (uint16_t)a;
	t->items[t->heap[b]].place = (uint16_t)b;
}

static void sift_up(struct topk *t, size_t i)
{
	for (; i > 0 && is_lower(t, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(t, i, (i - 1) / 2);
}

static void sift_down(struct topk *t, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < t->n && is_lower(t, child + 1, child))
			child++;
		if (child >= t->n || !is_lower(t, child, i))
			return;
		swap(t, i, child);
		i = child;
	}
}

/* ---- the values: chains, at most m long even if all hashes are equal ---- */

static uint64_t hash_of(struct text value)
{
	return hash_end(hash_add(HASH_START, value.p, value.n));
}

static uint16_t *bucket_of(const struct topk *t, uint64_t hash)
{
	return &t->buckets[hash & (t->n_buckets - 1)];
}

static struct topk_item *find(const struct topk *t, struct text value, uint64_t hash)
{
	for (uint16_t i = t->n ? *bucket_of(t, hash) : 0; i; i = t->items[i - 1].next) {
		struct topk_item *item = &t->items[i - 1];

		if (item->hash == hash && item->value.len == value.n &&
		    (value.n == 0 || memcmp(item->value.data, value.p, value.n) == 0))
			return item;
	}
	return NULL;
}

static void forget(struct topk *t, const struct topk_item *item)
{
	uint16_t *link = bucket_of(t, item->hash), slot = (uint16_t)(item - t->items);

	while (*link != slot + 1)
		link = &t->items[*link - 1].next;
	*link = item->next;
}

/* Makes the item watch a value. */
static void watch(struct topk *t, struct topk_item *item, struct text value, uint64_t hash)
{
	uint16_t *bucket = bucket_of(t, hash);

	buf_clear(&item->value);
	buf_add(&item->value, value.p, value.n);
	if (buf_error(&item->value) < 0)
		t->err = buf_error(&item->value);
	item->hash = hash;
	item->next = *bucket;
	*bucket = (uint16_t)(item - t->items + 1);
}

/* ---- counting ---- */

static int make_room(struct topk *t)
{
	if (t->items)
		return 0;
	for (t->n_buckets = 1; t->n_buckets < t->m;)
		t->n_buckets *= 2;
	t->items = calloc(t->m, sizeof(*t->items));
	t->heap = calloc(t->m, sizeof(*t->heap));
	t->buckets = calloc(t->n_buckets, sizeof(*t->buckets));
	return t->items && t->heap && t->buckets ? 0 : -ENOMEM;
}

/* A counter for a new value: one that is free, or the lowest; its count and error are the caller's to set. NULL only
 * without memory. */
static struct topk_item *take_counter(struct topk *t, struct text value, uint64_t hash)
{
	struct topk_item *item;

	if (t->n < t->m) {
		item = &t->items[t->n];
		t->heap[t->n] = (uint16_t)t->n;
		item->place = (uint16_t)t->n++;
	} else {
		item = &t->items[t->heap[0]];
		t->floor = item->count;
		forget(t, item);
	}
	watch(t, item, value, hash);
	return t->err ? NULL : item;
}

static void set_count(struct topk *t, struct topk_item *item, uint64_t count, uint64_t error)
{
	item->count = count;
	item->error = error;
	sift_up(t, item->place);
	sift_down(t, item->place);
}

void topk_add(struct topk *t, struct text value, uint64_t n)
{
	struct topk_item *item;
	uint64_t hash;

	if (value.n > TOPK_VALUE_MAX)
		value.n = TOPK_VALUE_MAX;
	if (t->err || (t->err = make_room(t)) < 0)
		return;
	hash = hash_of(value);
	item = find(t, value, hash);
	if (item) {
		item->count += n;
		sift_down(t, item->place);
		return;
	}
	item = take_counter(t, value, hash);
	if (item)
		set_count(t, item, t->floor + n, t->floor);
}

/* ---- out and in ---- */

static bool is_before(const struct topk_item *a, const struct topk_item *b)
{
	size_t n = a->value.len < b->value.len ? a->value.len : b->value.len;
	int c = memcmp(a->value.data, b->value.data, n);

	if (a->count != b->count)
		return a->count > b->count;
	return c ? c < 0 : a->value.len < b->value.len;
}

size_t topk_list(const struct topk *t, size_t k, const struct topk_item **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t at = n;

		while (at > 0 && is_before(&t->items[i], ret[at - 1]))
			at--;
		if (at == k)
			continue;
		n += n < k;
		for (size_t j = n - 1; j > at; j--)
			ret[j] = ret[j - 1];
		ret[at] = &t->items[i];
	}
	return n;
}

void topk_save(const struct topk *t, struct buf *out)
{
	if (t->floor) {
		words_key(out, "top");
		words_text(out, text_from(t->name));
		words_u64(out, t->floor);
		words_end(out);
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct topk_item *item = &t->items[i];

		words_key(out, "top");
		words_text(out, text_from(t->name));
		words_u64(out, item->count);
		words_u64(out, item->error);
		words_text(out, (struct text){ item->value.data, item->value.len });
		words_end(out);
	}
}

/* More items than counters: m was larger. The highest stay. */
static int load_item(struct topk *t, uint64_t count, uint64_t error, struct text value)
{
	uint64_t hash = hash_of(value);
	struct topk_item *item;
	int r = make_room(t);

	if (r < 0)
		return r;
	if (value.n > TOPK_VALUE_MAX || error > count || count == 0 || find(t, value, hash))
		return -EINVAL;
	if (t->n == t->m && count <= t->items[t->heap[0]].count) {
		t->floor = count > t->floor ? count : t->floor;
		return 1;
	}
	item = take_counter(t, value, hash);
	if (!item)
		return t->err;
	set_count(t, item, count, error);
	return 1;
}

int topk_load(struct topk *t, struct text key, struct words line)
{
	AUTO_BUF struct buf text = { 0 };
	uint64_t count, error;
	int r;

	if (!text_is(key, "top"))
		return 0;
	r = words_get_text(&line, &text);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	if (!text_is((struct text){ buf_cstr(&text), text.len }, t->name))
		return 0;
	if (words_get_u64(&line, &count) < 0 || count > UINT64_MAX / 2) /* room to count on */
		return -EINVAL;
	if (words_at_end(&line)) {
		t->floor = count > t->floor ? count : t->floor;
		return 1;
	}
	if (words_get_u64(&line, &error) < 0)
		return -EINVAL;
	r = words_get_text(&line, &text);
	if (r < 0 || !words_at_end(&line))
		return r == -ENOMEM ? r : -EINVAL;
	return load_item(t, count, error, (struct text){ buf_cstr(&text), text.len });
}

void topk_done(struct topk *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_done(&t->items[i].value);
	free(t->items);
	free(t->heap);
	free(t->buckets);
	*t = (struct topk){ .name = t->name, .m = t->m };
}
