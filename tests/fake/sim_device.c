/* SPDX-License-Identifier: MIT */
/* A device's folder: records, faults, log. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim.h"

enum {
	BLOB_MAX = 1024 * 1024,
	KNOBS_MAX = 4096,
	LOG_LINE_MAX = 96,
	ERRNO_MAX = 133, /* the last number with a name on Linux */
};

/* Opens NAME/FILE below dir; a descriptor or a negative errno value. */
static int device_open(int dir, const char *name, const char *file, int flags)
{
	char path[NAME_MAX + 8];
	int len = snprintf(path, sizeof(path), "%s/%s", name, file), fd;

	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;
	fd = openat(dir, path, flags | O_CLOEXEC | O_NOCTTY, 0644);
	return fd < 0 ? -errno : fd;
}

/* Up to max bytes of a device's file in out; how many, 0 when there is no such file. */
static size_t device_slurp(int dir, const char *name, const char *file, void *out, size_t max)
{
	int fd = device_open(dir, name, file, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	while (len < max && (n = read(fd, (char *)out + len, max - len)) > 0)
		len += (size_t)n;
	(void)close(fd);
	return len;
}

bool device_exists(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

void device_log(const struct request *q, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	size_t at = (size_t)snprintf(line, sizeof(line), "%s", q->refuse ? "WRITE " : "");
	int fd = device_open(q->dir, q->dev->name, "log", O_WRONLY | O_APPEND | O_CREAT);
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line + at, sizeof(line) - at - 1, format, ap);
	va_end(ap);
	at += (size_t)n;
	line[at++] = '\n';
	/* One write: O_APPEND then makes the line whole among those of other simulators. */
	if (fd < 0 || write(fd, line, at) != (ssize_t)at)
		fprintf(stderr, "ioctlsim: cannot log to %s\n", q->dev->name);
	if (fd >= 0)
		(void)close(fd);
}

struct blob blob_load(int dir, const char *name)
{
	struct blob b = { .bytes = malloc(BLOB_MAX) };

	if (b.bytes)
		b.len = device_slurp(dir, name, "blob", b.bytes, BLOB_MAX);
	return b;
}

void blob_free(struct blob *b)
{
	free(b->bytes);
	*b = (struct blob){ 0 };
}

const uint8_t *blob_find(const struct blob *b, const char *tag, size_t *len)
{
	for (size_t at = 0; b->len - at >= 8;) {
		size_t n = be32(b->bytes + at + 4);

		if (n > b->len - at - 8)
			break;
		if (strncasecmp((const char *)b->bytes + at, tag, 4) == 0) { /* "LP0d" is "LP0D" */
			*len = n;
			return b->bytes + at + 8;
		}
		at += 8 + n;
	}
	return NULL;
}

bool answer_record(const struct request *q, const char *tag, struct answer *a)
{
	size_t len;
	const uint8_t *page = blob_find(&q->blob, tag, &len);
	const struct knobs *k = &q->knobs;

	if (!page || len > sizeof(a->data))
		return false;
	a->len = len;
	if (k->zero && (!k->zero_tag[0] || strcmp(k->zero_tag, tag) == 0))
		memset(a->data, 0, len);
	else
		memcpy(a->data, page, len);
	return true;
}

/* A whole number from 0 to max in the given base; false when it is none. */
static bool number(const char *text, int base, long max, long *ret)
{
	char *end;
	long v = strtol(text, &end, base);

	if (end == text || *end || v < 0 || v > max)
		return false;
	*ret = v;
	return true;
}

/* "EIO" or a number, as a negative errno value; false when it is none. */
static bool errno_by_name(const char *text, int *ret)
{
	long v;

	if (number(text, 10, ERRNO_MAX, &v)) {
		*ret = -(int)v;
		return true;
	}
	for (int e = 1; e <= ERRNO_MAX; e++) {
		const char *name = strerrorname_np(e);

		if (name && strcmp(name, text) == 0) {
			*ret = -e;
			return true;
		}
	}
	return false;
}

/* "00/5e/03": sense key, additional sense code and qualifier. */
static bool sense_triple(const char *text, uint8_t ret[static 3])
{
	char part[3] = "";
	long v;

	if (strlen(text) != 8 || text[2] != '/' || text[5] != '/')
		return false;
	for (size_t i = 0; i < 3; i++) {
		memcpy(part, text + 3 * i, 2);
		if (!number(part, 16, 0xff, &v))
			return false;
		ret[i] = (uint8_t)v;
	}
	return true;
}

static bool sat_sizes(const char *value, struct knobs *k)
{
	bool both = strcmp(value, "both") == 0;

	k->sat12 = both || strcmp(value, "12") == 0;
	k->sat16 = both || strcmp(value, "16") == 0;
	return k->sat12 || k->sat16 || strcmp(value, "none") == 0;
}

/* "1" for every page, "0", or the tag of one record. */
static bool zero_page(const char *value, struct knobs *k)
{
	k->zero = strcmp(value, "0") != 0;
	k->zero_tag[0] = '\0';
	if (strlen(value) == 4)
		memcpy(k->zero_tag, value, sizeof(k->zero_tag));
	return strlen(value) == 4 || strcmp(value, "1") == 0 || !k->zero;
}

/* A knob that is one of two words; false when it is none or has another value. */
static bool knob_word(struct knobs *k, const char *key, const char *value)
{
	const struct {
		const char *key, *yes, *no;
		bool *to;
	} known[] = {
		{ "hang", "1", "0", &k->hang },
		{ "badsum", "1", "0", &k->bad_sum },
		{ "sense", "fixed", "descriptor", &k->sense_fixed },
		{ "smart", "off", "on", &k->smart_off },
		{ "enable", "allow", "refuse", &k->allow_changes },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(key, known[i].key) != 0)
			continue;
		*known[i].to = strcmp(value, known[i].yes) == 0;
		return *known[i].to || strcmp(value, known[i].no) == 0;
	}
	return false;
}

/* A knob that is a number; false when it is none or has another value. */
static bool knob_number(struct knobs *k, const char *key, const char *value)
{
	const struct {
		const char *key;
		int base;
		long max;
		long *to;
	} known[] = {
		{ "delay_ms", 10, 3600000, &k->delay_ms },
		{ "unit_attention", 10, INT_MAX, &k->unit_attention },
		{ "host_status", 0, 0xffff, &k->host_status },
		{ "driver_status", 0, 0xffff, &k->driver_status },
		{ "scsi_status", 0, 0xff, &k->scsi_status },
		{ "short", 10, PAGE_MAX, &k->short_bytes },
		{ "power", 16, 0xff, &k->power },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(key, known[i].key) == 0)
			return number(value, known[i].base, known[i].max, known[i].to);
	return false;
}

static bool knob_set(struct knobs *k, const char *key, const char *value)
{
	if (strcmp(key, "zero") == 0)
		return zero_page(value, k);
	if (strcmp(key, "errno") == 0)
		return errno_by_name(value, &k->error);
	if (strcmp(key, "sat") == 0)
		return sat_sizes(value, k);
	if (strcmp(key, "reqsense") == 0)
		return sense_triple(value, k->reqsense);
	return knob_word(k, key, value) || knob_number(k, key, value);
}

void knobs_load(int dir, const char *name, struct knobs *ret)
{
	char text[KNOBS_MAX + 1], *rest = text, *line, *value;

	*ret = (struct knobs){
		.short_bytes = -1,
		.sat12 = true,
		.sat16 = true,
		.power = 0xff, /* active or idle (ACS-4, CHECK POWER MODE) */
	};
	text[device_slurp(dir, name, "knobs", text, KNOBS_MAX)] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		if (line[0] == '\0' || line[0] == '#')
			continue;
		value = strchr(line, '=');
		if (value)
			*value++ = '\0';
		if (!value || !knob_set(ret, line, value))
			fprintf(stderr, "ioctlsim: %s/knobs: %s is not understood\n", name, line);
	}
}
