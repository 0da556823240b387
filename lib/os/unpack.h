/* SPDX-License-Identifier: MIT */
/*
 * unpack - what a file holds, as a stream: unpacked where its first bytes say
 * that it is gzip (RFC 1952), xz (The .xz File Format 1.1.0) or Zstandard (RFC
 * 8878), as it is where they do not. Several members in one file are one stream.
 *
 * The libraries are loaded when the first such file is read: nearly no run
 * needs them. Memory is bounded, at 80 MiB, whatever a file asks for.
 */
#pragma once
#include "base.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct unpack; /* opaque */

/* Whether a file that begins with these bytes (six are enough) is one of them. */
bool unpack_knows(const uint8_t *bytes, size_t n);

/* Reads fd (the caller's, a pipe too) on from where it stands. 0; -EOPNOTSUPP (the format's library is not there);
 * -ENOMEM; or the errno of reading. */
int unpack_open(int fd, struct unpack **ret) MUST_CHECK;

/* Fills up to n bytes; 0 at the end. -EBADMSG where the file is damaged or cut, or wants too much memory; or the errno
 * of reading. What was read before a failure is what the file holds. */
ssize_t unpack_read(struct unpack *u, void *bytes, size_t n) MUST_CHECK;

void unpack_close(struct unpack *u); /* accepts NULL */
