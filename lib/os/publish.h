/* SPDX-License-Identifier: MIT */
/*
 * publish - replaces one file in a directory so that a reader sees the old
 * bytes or the new bytes and nothing between, through a kill, a full disk or a
 * crash at any instant.
 *
 * The temporary name is fixed (".NAME.tmp"): the caller holds the run's lock
 * (os/lock.h), so one writer exists at a time, and a killed one leaves at most
 * one stray file, which the next run removes. The name does not end in
 * ".prom", so node_exporter never reads it. Whatever lies at the temporary
 * name - a planted link, a FIFO - is unlinked, never opened.
 */
#pragma once
#include "base.h"
#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct publish {
	int dirfd; /* the caller's */
	int fd;    /* -1 when nothing is open */
	char name[NAME_MAX + 1];
	char tmp[NAME_MAX + 1];
};
#define PUBLISH_NONE { .dirfd = -1, .fd = -1 }

/* Opens the temporary file. 0 or a negative errno value. */
int publish_open(struct publish *p, int dirfd, const char *name) MUST_CHECK;
int publish_write(struct publish *p, const void *bytes, size_t n) MUST_CHECK;

/* Sets the mode whatever the umask, fsyncs, renames and closes. On failure the old file is untouched and the
 * temporary one gone. durable: the directory is fsynced too; only if that fails is the new file there all the same. */
int publish_commit(struct publish *p, mode_t mode, bool durable) MUST_CHECK;

/* Gives up: removes the temporary file. Nothing to do after a commit or on PUBLISH_NONE. */
void publish_abort(struct publish *p);
#define AUTO_PUBLISH CLEANUP(publish_abort)

/*
 * Whether replacing name by a plain file would do harm: it is a device, a directory or a socket, or a link to
 * something that is no plain file, or into /proc (/dev/stdout). 0; -EISDIR or -ENOTSUP.
 */
int publish_check_target(int dirfd, const char *name) MUST_CHECK;
