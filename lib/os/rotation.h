/* SPDX-License-Identifier: MIT */
/*
 * rotation - the files of one log, open and in order: what rotation made of it,
 * and the log itself. Nothing is read: which file is which is told by names
 * (core/follow.h) alone.
 *
 * They are of one moment: the directory is listed before and after they are
 * opened, and all is done again where it changed meanwhile. A file that was just
 * packed and still is there unpacked too is taken unpacked.
 */
#pragma once
#include "base.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROTATION_MAX = 64 }; /* rotated files, the newest */

struct rotation_file {
	int fd;        /* -1: error says why */
	int error;     /* a negative errno value */
	uint64_t ino;
	uint64_t size; /* when it was opened, packed where it is; 0 where it is not there */
	bool packed;   /* its name says so */
};

struct rotation {
	struct rotation_file files[ROTATION_MAX + 1]; /* the oldest first; the last is the log itself, there or not */
	size_t n;
	bool hidden; /* the directory cannot be read: nobody knows what else there is */
};

/*
 * Opens path, a regular file or a link to one, below the directory root, and its brothers, which are no links; where a
 * link leads into another directory, those there. 0;
 * -ENOENT where there is neither; -EISDIR, -EOPNOTSUPP (a pipe, a device), or the errno of opening the log; -EAGAIN
 * where files are renamed all the time.
 */
int rotation_open(int root, const char *path, struct rotation *ret) MUST_CHECK;

void rotation_close(struct rotation *r); /* accepts a zeroed struct */
