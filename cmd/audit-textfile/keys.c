/* SPDX-License-Identifier: MIT */
#include "keys.h"
#include "core/cut.h"
#include "field.h"

static size_t place_of(struct text key)
{
	const unsigned char *p = (const unsigned char *)key.p;

	return (key.n * 29 + p[0] * 7u + p[key.n / 2] * 13u + p[key.n - 1] * 37u) % KEYS_CACHE;
}

static void count(struct keys *k, struct text key)
{
	struct series *s = &k->counts->table[COUNT_KEYS];
	struct keys_cached *c;

	if (key.n > KEYS_CACHED) {
		series_add(s, &key, 1);
		return;
	}
	c = &k->cache[place_of(key)];
	if (c->n != key.n || memcmp(c->value, key.p, key.n) != 0) {
		c->index = series_index(s, &key);
		c->n = key.n;
		memcpy(c->value, key.p, key.n);
	}
	series_count(s, c->index, 1);
}

/* Whether a key stands in front of at too. */
static bool is_repeated(struct text all, const char *at, struct text key)
{
	struct text before = { all.p, (size_t)(at - all.p) }, other;

	while (cut_until(&before, "\x01", &other))
		if (other.n == key.n && memcmp(other.p, key.p, key.n) == 0)
			return true;
	return false;
}

static bool count_each(struct keys *k, struct text all)
{
	struct text left = all, key;
	bool any = false;

	while (left.n) {
		if (!cut_until(&left, "\x01", &key)) {
			key = left;
			left.n = 0;
		}
		if (key.n == 0 || is_repeated(all, key.p, key))
			continue;
		count(k, key);
		any = true;
	}
	return any;
}

bool keys_count(struct keys *k, struct text value)
{
	struct text plain;

	if (value.n > 2 * KEYS_BYTES)
		value.n = 2 * KEYS_BYTES;
	if (text_is(value, "(null)"))
		return false;
	if (!field_plain(value, &plain)) {
		buf_clear(&k->scratch);
		field_decode(value, &k->scratch);
		plain = (struct text){ buf_cstr(&k->scratch), k->scratch.len };
	}
	return count_each(k, plain);
}

void keys_done(struct keys *k)
{
	buf_done(&k->scratch);
}
