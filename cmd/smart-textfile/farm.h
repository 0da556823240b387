/* SPDX-License-Identifier: MIT */
/*
 * farm - the readers of a run, one process a disk, all at the same time.
 *
 * They are forked first, with a kernel name each, and wait. Whoever plans them
 * later has no privilege any more; a disk without a plan byte is never opened.
 */
#pragma once
#include "os/tool.h"
#include "select.h"
#include "sysfs.h"

struct reader_child {
	char name[32];
	int plan_fd, pages_fd; /* our ends; -1 when closed */
	struct buf pages;
	uint64_t started_ns, ended_ns; /* monotonic; ended 0: it did not end by the deadline */
};

struct farm {
	struct reader_child *children;
	size_t n;
	uint64_t deadline_ns; /* when readers must be done: before the run itself */
};

/* Forks a reader for every name. root_path: below it lies dev/. 0 or a negative errno value. */
int farm_start(struct farm *f, const struct run *run, const char *root_path, const struct names *names) MUST_CHECK;

/* Hands the reader of that name its plan; 0 sends it home. */
void farm_plan(struct farm *f, const char *name, uint8_t plan);

/* Gathers pages until every planned reader has ended or the deadline has passed. */
void farm_collect(struct farm *f);

/* NULL for a name that has no reader. */
const struct reader_child *farm_find(const struct farm *f, const char *name);
void farm_done(struct farm *f);
