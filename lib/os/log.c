/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/num.h"
#include "core/text.h"
#include "os/fd.h"
#include "os/log.h"

enum { LINE_MAX_BYTES = 4096 };

static const char *prog = "promshot";
static enum log_level max_level = LOG_LVL_WARN;
static bool marked;

/* The variable alone proves nothing: a child whose stderr was redirected inherits it too. */
static bool stderr_is_journal(void)
{
	const char *s = getenv("JOURNAL_STREAM"), *colon = s ? strchr(s, ':') : NULL;
	uint64_t dev, ino;
	struct stat st;

	return colon && num_u64(s, (size_t)(colon - s), &dev) == 0 &&
	       num_u64(colon + 1, strlen(colon + 1), &ino) == 0 && fstat(STDERR_FILENO, &st) == 0 &&
	       st.st_dev == dev && st.st_ino == ino;
}

void log_init(const char *program, enum log_level max)
{
	prog = program;
	max_level = max;
	marked = stderr_is_journal();
}

PRINTF_LIKE(3, 0)
static void emit(enum log_level level, int r, const char *fmt, va_list ap)
{
	char raw[LINE_MAX_BYTES];
	AUTO_BUF struct buf line = { 0 };
	int n;

	if (level > max_level)
		return;
	n = vsnprintf(raw, sizeof(raw), fmt, ap);
	if (n < 0)
		return;
	for (char *p = raw; *p; p++)
		if (*p == '\n')
			*p = ' ';
	if (marked)
		buf_fmt(&line, "<%d>", (int)level);
	buf_fmt(&line, "%s: ", prog);
	text_clean(&line, text_from(raw));
	if (r < 0)
		buf_fmt(&line, ": %s", strerror(-r));
	buf_chr(&line, '\n');
	(void)!fd_write(STDERR_FILENO, line.data, line.len); /* nobody is left to tell */
}

void log_line(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(level, 0, fmt, ap);
	va_end(ap);
}

int log_errno(int r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(LOG_LVL_ERR, r, fmt, ap);
	va_end(ap);
	return r;
}
