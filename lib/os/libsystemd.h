/* SPDX-License-Identifier: MIT */
/*
 * libsystemd - those of its functions that os/journal.c calls, found at run
 * time: a tool without a journal source neither needs nor loads the library,
 * which brings five others along and costs more than a run over files.
 *
 * Types and prototypes are those of <systemd/sd-journal.h>; all are of systemd
 * 246 or older (sd_journal_enumerate_available_data() is the youngest).
 */
#pragma once
#include <systemd/sd-journal.h>

#include "base.h"

struct libsystemd {
	__typeof__(sd_journal_open) *open;
	__typeof__(sd_journal_open_directory_fd) *open_directory_fd;
	__typeof__(sd_journal_close) *close;
	__typeof__(sd_journal_set_data_threshold) *set_data_threshold;
	__typeof__(sd_journal_add_match) *add_match;
	__typeof__(sd_journal_add_disjunction) *add_disjunction;
	__typeof__(sd_journal_flush_matches) *flush_matches;
	__typeof__(sd_journal_seek_head) *seek_head;
	__typeof__(sd_journal_seek_tail) *seek_tail;
	__typeof__(sd_journal_seek_cursor) *seek_cursor;
	__typeof__(sd_journal_next) *next;
	__typeof__(sd_journal_previous) *previous;
	__typeof__(sd_journal_get_cursor) *get_cursor;
	__typeof__(sd_journal_test_cursor) *test_cursor;
	__typeof__(sd_journal_get_realtime_usec) *get_realtime_usec;
	__typeof__(sd_journal_enumerate_available_data) *enumerate_data;
};

/* Fills the table. The library stays loaded. 0; -EOPNOTSUPP where there is none, or one without these
 * functions. */
int libsystemd_load(struct libsystemd *ret) MUST_CHECK;
