/* SPDX-License-Identifier: MIT */
/*
 * unpack - what a compressed file holds, as a stream: gzip (RFC 1952), xz
 * (The .xz File Format 1.1.0) and Zstandard (RFC 8878), told by their first
 * bytes.
 *
 * The libraries are loaded when the first such file is read: nearly no run
 * needs them. Memory is bounded whatever a file asks for.
 */
#pragma once
#include "base.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct unpack; /* opaque */

/* Whether a file that begins with these bytes is one of them. */
bool unpack_knows(const uint8_t *bytes, size_t n);

/* Reads fd (the caller's) from its first byte. 0; -EINVAL (none of the formats); -EOPNOTSUPP (its library is not there);
 * -ENOMEM. */
int unpack_open(int fd, struct unpack **ret) MUST_CHECK;

/* Fills up to n bytes; 0 at the end. -EBADMSG where the file is damaged or cut, or wants too much memory. */
ssize_t unpack_read(struct unpack *u, void *bytes, size_t n) MUST_CHECK;

void unpack_close(struct unpack *u); /* accepts NULL */
