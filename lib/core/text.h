/* SPDX-License-Identifier: MIT */
/*
 * text - slices of foreign text: trimming, and making it safe to print.
 *
 * Foreign bytes (a disk's model, a log line) are any bytes at all. What leaves
 * text_clean() is valid UTF-8 (Unicode 15, table 3-7: no overlong form, no
 * surrogate, nothing above U+10FFFF) without control characters, so it cannot
 * move a terminal's cursor; line ends alone stay, for the caller to escape.
 */
#pragma once
#include "base.h"
#include "core/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	const char *p; /* not terminated; NULL only with n == 0 */
	size_t n;
};

struct text text_from(const char *s);

/* Without blanks, tabs, line ends and NUL bytes at both ends. */
struct text text_trim(struct text t);

/* Here, so that the length of a literal is known where it is compared. */
static inline bool text_is(struct text t, const char *s)
{
	return t.n == strlen(s) && (t.n == 0 || memcmp(t.p, s, t.n) == 0);
}

/* Length of the valid UTF-8 sequence at p, 0 if there is none; n > 0. */
size_t text_utf8_len(const char *p, size_t n);

/* Appends t with every invalid byte and control character but '\n' replaced by U+FFFD. */
void text_clean(struct buf *out, struct text t);

/* Appends p[n] padded as ATA, SCSI and NVMe pad strings: trimmed, runs of blanks kept, cleaned. */
void text_padded(struct buf *out, const uint8_t *p, size_t n);

/* Appends t as the value of a label: cleaned, line ends made blanks, at most max bytes once '"' and '\\' are escaped
 * (they are not yet). Whether something was cut off. */
bool text_label(struct buf *out, struct text t, size_t max);
