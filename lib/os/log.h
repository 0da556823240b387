/* SPDX-License-Identifier: MIT */
/*
 * log - one line an event on stderr. Only files under cmd/, lib/os/tool*.c and logset.c
 * log; the rest of the library returns errors and stays silent.
 *
 * When stderr is the journal, each line starts with "<N>", which the journal
 * turns into its priority; on a terminal or in a file the mark is left out.
 * Control characters and invalid UTF-8 of foreign text never reach the line.
 */
#pragma once
#include "base.h"

enum log_level { LOG_LVL_ERR = 3, LOG_LVL_WARN = 4, LOG_LVL_INFO = 6, LOG_LVL_DEBUG = 7 };

/* program is kept, not copied. Lines above max are dropped. */
void log_init(const char *program, enum log_level max);
void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Logs "TEXT: strerror" at level err and hands r back, so that a caller can write return log_errno(r, ...). */
int log_errno(int r, const char *fmt, ...) PRINTF_LIKE(2, 3);
