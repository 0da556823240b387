/* SPDX-License-Identifier: MIT */
/* fd - scoped descriptors, bounded reads and whole writes. Everything opened here is close-on-exec. */
#pragma once
#include "base.h"
#include "core/buf.h"
#include <unistd.h>

static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}
#define AUTO_FD CLEANUP(close_fd)

/* For a file that was written: a delayed error (quota, network file system) shows up only here. Sets *fd to -1. */
int fd_close(int *fd) MUST_CHECK;

/* Appends the whole file to b; b->max bounds it (-E2BIG). Never blocks on a FIFO. 0 or a negative errno value: then b
 * holds what it held. */
int fd_slurp(int dirfd, const char *path, struct buf *b) MUST_CHECK;

/* Writes all n bytes, through short writes and EINTR. 0 or a negative errno value. */
int fd_write(int fd, const void *bytes, size_t n) MUST_CHECK;
