/* SPDX-License-Identifier: MIT */
/*
 * journals - real journal files for tests: text of the export format (systemd's
 * JOURNAL_EXPORT_FORMATS) that systemd-journal-remote(8) writes into a file.
 * Needs no journald and no privilege.
 */
#pragma once
#include "core/buf.h"
#include "core/text.h"
#include "files.h"

#define JOURNALS_BOOT "0123456789abcdef0123456789abcdef"

/* Where Debian, Ubuntu, Fedora and Arch have it; NULL: it is not installed. */
static inline const char *journals_writer(void)
{
	static const char *const places[] = { "/usr/lib/systemd/systemd-journal-remote",
					      "/lib/systemd/systemd-journal-remote" };

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

/* An entry: journals_begin(), fields, journals_end(). */
static inline void journals_begin(struct buf *text, uint64_t us)
{
	buf_fmt(text, "__REALTIME_TIMESTAMP=%" PRIu64 "\n__MONOTONIC_TIMESTAMP=%" PRIu64 "\n_BOOT_ID=%s\n",
		1700000000000000 + us, 1000 + us, JOURNALS_BOOT);
}

/* The binary form, which takes any bytes. */
static inline void journals_field(struct buf *text, const char *name, struct text value)
{
	uint8_t n[8];

	for (size_t i = 0; i < sizeof(n); i++)
		n[i] = (uint8_t)((uint64_t)value.n >> (8 * i));
	buf_fmt(text, "%s\n", name);
	buf_add(text, n, sizeof(n));
	buf_add(text, value.p, value.n);
	buf_chr(text, '\n');
}

static inline void journals_end(struct buf *text)
{
	buf_chr(text, '\n');
}

/* Appends the entries to a journal file, made where it is not there, and empties the text. */
static inline void journals_write(const char *file, struct buf *text)
{
	AUTO_BUF struct buf command = { 0 };

	files_put("export", text->data, text->len);
	buf_fmt(&command, "%s --output=%s export >said 2>&1", journals_writer(), file);
	if (buf_error(text) < 0 || system(buf_cstr(&command)) != 0)
		files_die(buf_cstr(&command));
	buf_clear(text);
}
