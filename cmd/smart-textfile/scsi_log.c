/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "logs.h"
#include "scsi_log.h"

enum { HEAD = 4, ASC_FAILURE_PREDICTED = 0x5d };
enum { READ, WRITE, VERIFY }; /* order within V_SCSI_* */

struct param {
	unsigned code, operation;
	const uint8_t *p;
	size_t n;
};

/* False for no bytes, more than a number has, and all ones. */
static bool number(const uint8_t *p, size_t n, u128 *ret)
{
	bool saturated = true;

	for (size_t i = 0; i < n; i++)
		saturated = saturated && p[i] == 0xff;
	if (saturated || n > sizeof(*ret)) /* no bytes at all are saturated too */
		return false;
	*ret = num_be(p, n);
	return true;
}

static void set_counter(struct drive *d, unsigned value, const uint8_t *p, size_t n)
{
	u128 v;

	if (number(p, n, &v))
		drive_set(d, (enum drive_value)value, v);
}

/* Degrees. 255 is no measurement. So is 0 in practice: it stands for "0 or below", and for no sensor at all. */
static bool is_temperature(uint8_t t)
{
	return t > 0 && t < 0xff;
}

/* ---- one function a page: one parameter of it ---- */

/* Write (02h), Read (03h) and Verify Error Counters (05h). Codes from 8000h on are the vendor's. */
static void decode_errors(struct drive *d, const struct param *p)
{
	static const enum drive_value values[] = {
		V_SCSI_FAST,	    V_SCSI_DELAYED,   V_SCSI_REREAD,	  V_SCSI_CORRECTED,
		V_SCSI_INVOCATIONS, V_SCSI_PROCESSED, V_SCSI_UNCORRECTED,
	};

	if (p->code >= ARRAY_LEN(values))
		return;
	set_counter(d, values[p->code] + p->operation, p->p, p->n);
	if (values[p->code] == V_SCSI_PROCESSED && p->operation != VERIFY)
		set_counter(d, p->operation == READ ? V_READ_BYTES : V_WRITTEN_BYTES, p->p, p->n);
}

/* Non-Medium Error */
static void decode_non_medium(struct drive *d, const struct param *p)
{
	if (p->code == 0)
		set_counter(d, V_SCSI_NON_MEDIUM, p->p, p->n);
}

/* Temperature: now (0), and the most that the disk may run at for long (1). */
static void decode_temperature(struct drive *d, const struct param *p)
{
	if (p->n < 2 || !is_temperature(p->p[1]))
		return;
	if (p->code == 0 && d->n_temperatures == 0)
		drive_add_temperature(d, "device", p->p[1]);
	else if (p->code == 1)
		drive_set(d, V_TEMP_LIMIT_CRITICAL, p->p[1]);
}

/* Start-Stop Cycle Counter, accumulated cycles: how often the spindle was started since manufacture, by power or by
 * command. No SCSI page counts power cycles alone. Zero comes from disks that have no spindle. */
static void decode_start_stop(struct drive *d, const struct param *p)
{
	u128 cycles;

	if (p->code == 4 && number(p->p, p->n, &cycles) && cycles)
		drive_set(d, V_POWER_CYCLES, cycles);
}

/* Self-Test Results: parameters 1 to 20, the newest first; an entry of zeros is unused. The hours stop at FFFFh. */
static void decode_self_test(struct drive *d, const struct param *p)
{
	static const char *const types[8] = { "default",  "short",    "extended", "other",
					      "aborting", "short",    "extended", "other" }; /* 5, 6: foreground */
	static const char *const results[16] = {
		"completed",	  "aborted_by_host", "interrupted",    "fatal_error",
		"failed_unknown", "failed_segment",  "failed_segment", "failed_segment",
		[15] = "in_progress",
	};
	const uint8_t *t = p->p;

	if (p->code != 1 || p->n < 4 || (t[0] == 0 && num_be16(t + 2) == 0) || !results[t[0] & 15])
		return;
	logs_set_self_test(d, types[t[0] >> 5], results[t[0] & 15], num_be16(t + 2), num_be16(t + 2) != 0xffff);
}

/* Solid State Media: the percentage of the endurance that is used; 255 stands for any above 254. */
static void decode_endurance(struct drive *d, const struct param *p)
{
	if (p->code == 1 && p->n >= 4)
		drive_set_ratio(d, V_ENDURANCE_USED, p->p[3], 100);
}

/* Parameter 0 of Background Scan begins with the minutes that the disk has been on. Zero comes from disks that list
 * the page and count nothing. */
static void decode_minutes(struct drive *d, const struct param *p)
{
	u128 minutes;

	if (p->code == 0 && p->n >= 4 && number(p->p, 4, &minutes) && minutes && !d->values[V_POWER_ON_SECONDS].known)
		drive_set_times(d, V_POWER_ON_SECONDS, minutes, 60);
}

/* Page 3Eh is the vendor's. Seagate's begins with the same minutes, also on disks older than the other page. */
static void decode_seagate(struct drive *d, const struct param *p)
{
	if (d->model && strncmp(d->model, "SEAGATE ", 8) == 0)
		decode_minutes(d, p);
}

/*
 * Informational Exceptions, parameter 0: code and qualifier of the exception that is pending, 00h/00h for none, and
 * the latest temperature. Only 5Dh predicts a failure; 0Bh warns, of heat for one. 5Dh/FFh is the false alarm that a
 * mode page's TEST bit orders, to prove that somebody hears: it counts.
 */
static void decode_exceptions(struct drive *d, const struct param *p)
{
	if (p->code != 0 || p->n < 2)
		return;
	d->has_exception = true;
	d->exception_asc = p->p[0];
	d->exception_ascq = p->p[1];
	drive_set(d, V_HEALTHY, p->p[0] != ASC_FAILURE_PREDICTED);
	if (p->n >= 3 && is_temperature(p->p[2]) && d->n_temperatures == 0)
		drive_add_temperature(d, "device", p->p[2]);
}

/* ---- pages ---- */

/* In this order: of two pages with the same fact the better one comes first. */
static const struct {
	uint8_t code, operation;
	void (*decode)(struct drive *d, const struct param *p);
} decoders[] = {
	{ 0x02, WRITE, decode_errors },
	{ 0x03, READ, decode_errors },
	{ 0x05, VERIFY, decode_errors },
	{ 0x06, 0, decode_non_medium },
	{ 0x0d, 0, decode_temperature },
	{ 0x0e, 0, decode_start_stop },
	{ 0x10, 0, decode_self_test },
	{ 0x11, 0, decode_endurance },
	{ 0x15, 0, decode_minutes },
	{ 0x2f, 0, decode_exceptions },
	{ 0x3e, 0, decode_seagate },
};

/* Byte 0: page code, and bit 6 when byte 1 is a subpage's code: another page, whatever its tag says. */
static bool is_page(const struct page *page, uint8_t code)
{
	return (page->p[0] & 0x3f) == code && !(page->p[0] & 0x40 && page->p[1]);
}

/* Takes one whole parameter off the front: code, control byte, length, data. */
static bool next_param(const uint8_t **p, size_t *n, struct param *ret)
{
	if (*n < HEAD || (*p)[3] > *n - HEAD)
		return false;
	ret->code = num_be16(*p);
	ret->p = *p + HEAD;
	ret->n = (*p)[3];
	*n -= HEAD + ret->n;
	*p += HEAD + ret->n;
	return true;
}

void scsi_log_decode(struct drive *d, const struct pages *pages)
{
	for (size_t i = 0; i < ARRAY_LEN(decoders); i++) {
		const struct page *page;
		const uint8_t *p;
		struct param param = { .operation = decoders[i].operation };
		char tag[5];
		size_t n;

		(void)snprintf(tag, sizeof(tag), "LP%02X", decoders[i].code);
		page = pages_find(pages, tag, HEAD);
		if (!page || !is_page(page, decoders[i].code))
			continue;
		p = page->p + HEAD;
		n = num_be16(page->p + 2) < page->n - HEAD ? num_be16(page->p + 2) : page->n - HEAD;
		while (next_param(&p, &n, &param)) {
			decoders[i].decode(d, &param);
			d->up = true;
		}
	}
}
