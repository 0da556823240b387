/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/distinct.h"
#include "core/hash.h"

enum { VALUE_BITS = 64 - DISTINCT_BITS, VALUE_MAX = VALUE_BITS + 1 };

void distinct_add(struct distinct *d, struct text value)
{
	uint64_t hash = hash_end(hash_add(HASH_START, value.p, value.n)), rest = hash << DISTINCT_BITS;
	uint8_t *r = &d->registers[hash >> VALUE_BITS];
	uint8_t first_one = rest ? (uint8_t)(__builtin_clzll(rest) + 1) : VALUE_MAX;

	if (first_one > *r)
		*r = first_one;
}

/* Ertl's sigma: x + sum of x^(2^k) 2^(k-1) for k = 1, 2, ...; 0 <= x < 1. */
static double sigma(double x)
{
	double y = 1, z = x, before;

	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

/* The estimator's tau, for registers that are full, is left out: they are not before 2^50 different values. */
uint64_t distinct_estimate(const struct distinct *d)
{
	static const double m = DISTINCT_REGISTERS, alpha = 0.72134752044448170368; /* 1 / (2 ln 2) */
	size_t counts[VALUE_MAX + 1] = { 0 };
	double z = 0, e;

	for (size_t i = 0; i < DISTINCT_REGISTERS; i++)
		counts[d->registers[i]]++;
	if (counts[0] == DISTINCT_REGISTERS)
		return 0;
	for (size_t k = VALUE_MAX; k > 0; k--)
		z = 0.5 * (z + (double)counts[k]);
	z += m * sigma((double)counts[0] / m);
	e = alpha * m * m / z + 0.5;
	return e < 0x1p63 ? (uint64_t)e : UINT64_C(1) << 63;
}

/* ---- out and in ---- */

static void add_zeros(struct buf *out, size_t n)
{
	for (int k = DISTINCT_BITS; k >= 0; k--)
		if (n >> k & 1)
			buf_chr(out, (char)('g' + k));
}

static void pack(const struct distinct *d, struct buf *out)
{
	size_t zeros = 0;

	for (size_t i = 0; i < DISTINCT_REGISTERS; i++) {
		if (d->registers[i] == 0) {
			zeros++;
			continue;
		}
		add_zeros(out, zeros);
		zeros = 0;
		buf_chr(out, (char)('0' + d->registers[i]));
	}
	add_zeros(out, zeros);
}

static int unpack(struct text packed, struct distinct *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < packed.n; i++) {
		int value = packed.p[i] - '0', power = packed.p[i] - 'g';

		if (power >= 0 && power <= DISTINCT_BITS)
			n += (size_t)1 << power;
		else if (value > 0 && value <= VALUE_MAX && n < DISTINCT_REGISTERS)
			ret->registers[n++] = (uint8_t)value;
		else
			return -EINVAL;
		if (n > DISTINCT_REGISTERS)
			return -EINVAL;
	}
	return n == DISTINCT_REGISTERS ? 0 : -EINVAL;
}

void distinct_save(const struct distinct *d, struct buf *out)
{
	AUTO_BUF struct buf packed = { 0 };

	if (distinct_estimate(d) == 0)
		return;
	pack(d, &packed);
	if (!out->err)
		out->err = buf_error(&packed);
	words_key(out, "distinct");
	words_text(out, text_from(d->name));
	words_text(out, (struct text){ buf_cstr(&packed), packed.len });
	words_end(out);
}

int distinct_load(struct distinct *d, struct text key, struct words line)
{
	AUTO_BUF struct buf text = { 0 }, again = { 0 };
	struct distinct loaded = { .name = d->name };
	int r;

	if (!text_is(key, "distinct"))
		return 0;
	r = words_get_text(&line, &text);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	if (!text_is((struct text){ buf_cstr(&text), text.len }, d->name))
		return 0;
	r = words_get_text(&line, &text);
	if (r < 0 || !words_at_end(&line) || unpack((struct text){ buf_cstr(&text), text.len }, &loaded) < 0)
		return r == -ENOMEM ? r : -EINVAL;
	pack(&loaded, &again); /* only what is written canonically is taken */
	if (buf_error(&again) < 0)
		return buf_error(&again);
	if (again.len != text.len || memcmp(buf_cstr(&again), buf_cstr(&text), text.len) != 0)
		return -EINVAL;
	*d = loaded;
	return 1;
}
