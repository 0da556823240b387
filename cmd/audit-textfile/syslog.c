/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "core/cut.h"
#include "syslog.h"

enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 60 * MINUTE_MS };

/* A number of exactly two digits, no more than max, and what must follow it. */
static bool cut_two(struct text *t, unsigned max, const char *next, unsigned *ret)
{
	unsigned tens, ones;

	if (t->n < 2)
		return false;
	tens = (unsigned char)t->p[0] - (unsigned)'0';
	ones = (unsigned char)t->p[1] - (unsigned)'0';
	if (tens > 9 || ones > 9 || tens * 10 + ones > max)
		return false;
	*ret = tens * 10 + ones;
	*t = (struct text){ t->p + 2, t->n - 2 };
	return cut_head(t, next);
}

/* "hh:mm:ss"; a leap second is allowed. */
static bool cut_clock(struct text *t, uint64_t *ms)
{
	unsigned h, m, s;

	if (!cut_two(t, 23, ":", &h) || !cut_two(t, 59, ":", &m) || !cut_two(t, 60, "", &s))
		return false;
	*ms = (uint64_t)(h * 60 + m) * MINUTE_MS + s * 1000;
	return true;
}

/* Days of a leap year before its month, which counts from 0. */
static const unsigned short days_before[] = { 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335 };

static bool cut_month(struct text *t, unsigned *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (t->n < 4 || t->p[3] != ' ')
		return false;
	for (*month = 0; *month < 12; ++*month)
		if (memcmp(t->p, names + 3 * *month, 3) == 0) {
			*t = (struct text){ t->p + 4, t->n - 4 };
			return true;
		}
	return false;
}

/* "Aug  3 12:02:00", its day padded by a blank, a zero or not at all. */
static bool cut_classic(struct text *t, uint64_t *ms)
{
	unsigned month;
	uint64_t day, clock;

	if (!cut_month(t, &month))
		return false;
	(void)cut_head(t, " ");
	if (!cut_number(t, 31, &day) || day == 0 || !cut_head(t, " ") || !cut_clock(t, &clock))
		return false;
	*ms = (days_before[month] + day - 1) * DAY_MS + clock;
	return true;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	int64_t before = year - 1;

	return before * 365 + before / 4 - before / 100 + before / 400 - 719162 + days_before[month - 1] -
	       (month > 2 && !leap) + day - 1;
}

/* ".123456": what it says in milliseconds. */
static bool cut_fraction(struct text *t, uint64_t *ms)
{
	unsigned weight = 100;
	size_t n = 0;

	if (!cut_head(t, "."))
		return true;
	for (; n < t->n && t->p[n] >= '0' && t->p[n] <= '9'; n++, weight /= 10)
		*ms += weight * (unsigned)(t->p[n] - '0');
	*t = (struct text){ t->p + n, t->n - n };
	return n > 0;
}

/* "Z" or "+01:00", in minutes. */
static bool cut_zone(struct text *t, int64_t *minutes)
{
	bool west = cut_head(t, "-");
	unsigned h, m;

	*minutes = 0;
	if (!west && cut_head(t, "Z"))
		return true;
	if ((!west && !cut_head(t, "+")) || !cut_two(t, 23, ":", &h) || !cut_two(t, 59, "", &m))
		return false;
	*minutes = (west ? -1 : 1) * (int64_t)(h * 60 + m);
	return true;
}

static bool cut_rfc3339(struct text *t, uint64_t *ms)
{
	unsigned century, year, month, day;
	uint64_t clock;
	int64_t zone, at;

	if (!cut_two(t, 99, "", &century) || !cut_two(t, 99, "-", &year) || !cut_two(t, 12, "-", &month) ||
	    !cut_two(t, 31, "T", &day) || century < 20 || month == 0 || day == 0)
		return false;
	if (!cut_clock(t, &clock) || !cut_fraction(t, &clock) || !cut_zone(t, &zone))
		return false;
	at = days_of(century * 100 + year, month, day) * DAY_MS + (int64_t)clock - zone * MINUTE_MS;
	*ms = (uint64_t)at;
	return true;
}

static void cut_priority(struct text *t)
{
	struct text rest = *t;
	uint64_t pri;

	if (cut_head(&rest, "<") && cut_number(&rest, 191, &pri) && cut_head(&rest, ">"))
		*t = rest;
}

/* "sshd[123]", "sshd(pam_unix)[123]", "sudo". What is no number in brackets belongs to the name. */
static void split_tag(struct text tag, struct syslog_line *ret)
{
	const char *open = tag.n ? memrchr(tag.p, '[', tag.n) : NULL;
	struct text head = tag;
	uint64_t pid;

	if (open && cut_tail(&tag, "]")) {
		struct text digits = { open + 1, (size_t)(tag.p + tag.n - open - 1) };

		if (cut_number(&digits, UINT32_MAX, &pid) && digits.n == 0) {
			ret->pid = (uint32_t)pid;
			head.n = (size_t)(open - head.p);
		}
	}
	ret->program = head;
	if (cut_until(&head, "(", &tag) && cut_tail(&head, ")")) {
		ret->program = tag;
		ret->module = head;
	}
}

static void unfold(struct syslog_line *ret)
{
	struct text m = ret->message;
	uint64_t times;

	if (!cut_head(&m, "message repeated ") || !cut_number(&m, SYSLOG_TIMES_MAX, &times) || times == 0 ||
	    !cut_head(&m, " times: [") || !cut_tail(&m, "]"))
		return;
	(void)cut_head(&m, " ");
	ret->message = m;
	ret->times = times;
}

int syslog_line(struct text line, struct syslog_line *ret)
{
	struct syslog_line l = { .times = 1 };
	struct text host, tag, rest;

	cut_priority(&line);
	if (!cut_classic(&line, &l.time_ms) && !cut_rfc3339(&line, &l.time_ms))
		return -EINVAL;
	if (!cut_head(&line, " ") || !cut_until(&line, " ", &host) || host.n == 0)
		return -EINVAL;
	rest = line;
	if (cut_until(&rest, " ", &tag) && cut_tail(&tag, ":")) {
		split_tag(tag, &l);
		line = rest;
	}
	l.message = line;
	unfold(&l);
	*ret = l;
	return 0;
}
