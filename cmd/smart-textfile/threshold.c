/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "core/num.h"
#include "threshold.h"

enum { SHIFT_MAX = 63 };

/* A decimal number, as much of s[n] as there is. */
static bool parse_number(const char *s, size_t n, double *ret)
{
	static const char digits[] = "0123456789";
	size_t sign = n && s[0] == '-', whole, rest;
	double v;

	whole = strspn(s + sign, digits);
	rest = sign + whole;
	if (rest < n && s[rest] == '.')
		rest += 1 + strspn(s + rest + 1, digits);
	if (whole == 0 || rest != n)
		return false;
	v = strtod(s, NULL); /* stops where the digits do: what follows is ':' or the end */
	if (!isfinite(v))
		return false;
	*ret = v;
	return true;
}

static bool parse_range(const char *s, struct range *ret)
{
	struct range r = { .start = 0, .end = HUGE_VAL, .inside = *s == '@' };
	const char *colon;

	s += r.inside;
	colon = strchr(s, ':');
	if (colon) {
		size_t n = (size_t)(colon - s);

		if (n == 1 && *s == '~')
			r.start = -HUGE_VAL;
		else if (n && !parse_number(s, n, &r.start))
			return false;
		s = colon + 1;
	}
	if (!(colon && !*s) && !parse_number(s, strlen(s), &r.end))
		return false;
	if (r.start > r.end)
		return false;
	*ret = r;
	return true;
}

/* A string as upstream has it; a bare integer says the same. */
static bool parse_bound(const json_t *j, struct range *ret)
{
	if (json_is_integer(j) && json_integer_value(j) >= 0) {
		*ret = (struct range){ .start = 0, .end = (double)json_integer_value(j) };
		return true;
	}
	return json_is_string(j) && parse_range(json_string_value(j), ret);
}

static bool parse_shift(const json_t *j, int *ret)
{
	const char *s = json_string_value(j);
	uint64_t n;

	if (!s || (*s != 'r' && *s != 'l') || num_u64(s + 1, strlen(s + 1), &n) < 0 || n > SHIFT_MAX)
		return false;
	*ret = *s == 'r' ? (int)n : -(int)n;
	return true;
}

const char *threshold_parse(const json_t *entry, struct thresholds *ret)
{
	struct thresholds t = { .shift = 0 };
	size_t n = json_array_size(entry);

	if (n != 2 && n != 3)
		return "must be [warning, critical] or [warning, critical, shift]";
	if (!parse_bound(json_array_get(entry, 0), &t.warning) ||
	    !parse_bound(json_array_get(entry, 1), &t.critical))
		return "must hold ranges like \"10\", \"10:\", \"~:10\", \"10:20\" or \"@10:20\"";
	if (n == 3 && !parse_shift(json_array_get(entry, 2), &t.shift))
		return "must have a shift like \"r8\" or \"l8\" in third place";
	*ret = t;
	return NULL;
}

/* Of the integer part. What is negative, or so large that no counter says it, is compared as it is. */
static double shifted(double v, int shift)
{
	if (shift == 0 || v < 0 || v >= 0x1p64)
		return v;
	return shift > 0 ? (double)((uint64_t)v >> shift)
			 : (double)(uint64_t)v * (double)((uint64_t)1 << -shift);
}

static bool alarms(const struct range *r, double v)
{
	return (v < r->start || v > r->end) != r->inside;
}

unsigned threshold_state(const struct thresholds *t, double v)
{
	v = shifted(v, t->shift);
	return alarms(&t->critical, v) ? 2 : alarms(&t->warning, v);
}
