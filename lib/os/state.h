/* SPDX-License-Identifier: MIT */
/*
 * state - what a tool remembers from run to run: one file, replaced whole.
 *
 * The first line is "promshot-state TOOL VERSION LENGTH CRC" and stays so for
 * good; LENGTH payload bytes follow and nothing else. CRC is CRC-32/ISO-HDLC
 * (reflected polynomial 0xedb88320, as in zlib), eight hexadecimal digits,
 * over the line before it and the payload. What the payload of a VERSION means
 * is the tool's business.
 *
 * The caller holds the tool's lock (os/lock.h). A kill or a crash at any
 * instant leaves the old file or the new one.
 */
#pragma once
#include "base.h"
#include "core/buf.h"
#include <limits.h>

enum { STATE_MAX = 64 * 1024 * 1024 };

/*
 * Reads the file. On success *payload is replaced (the caller releases it) and *version set; on failure both
 * are as before. 0; -ENOENT (a first run); -EBADMSG (damaged, too large, or another tool's: state_set_aside()
 * before a commit); -EPROTO (intact, but newer than max_version: leave it alone); or the errno of opening and
 * reading.
 */
int state_read(int dirfd, const char *name, const char *tool, unsigned max_version, unsigned *version,
	       struct buf *payload) MUST_CHECK;

/*
 * Replaces the file, mode 0600, durably; does nothing when it holds just that already. 0; -EINVAL (tool is no
 * single word); -E2BIG (n above STATE_MAX); or the errno of writing: the old file is untouched.
 */
int state_commit(int dirfd, const char *name, const char *tool, unsigned version, const void *payload,
		 size_t n) MUST_CHECK;

/*
 * Renames a damaged file to the first free one of NAME.damaged, NAME.damaged-1, NAME.damaged-2 and says which
 * in aside. 0; -EEXIST when all are taken (somebody should look at them: nothing is overwritten); or another
 * errno.
 */
int state_set_aside(int dirfd, const char *name, char aside[static NAME_MAX + 1]) MUST_CHECK;
