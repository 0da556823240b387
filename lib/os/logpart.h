/* SPDX-License-Identifier: MIT */
/*
 * logpart - one file of a log, packed or not, read from a position on. Whoever
 * opened the descriptor keeps it; it can seek.
 */
#pragma once
#include "core/follow.h"
#include "os/unpack.h"

struct logpart {
	int fd;                /* -1: none, which is at its end */
	struct unpack *unpack; /* NULL: the file is not packed */
	uint64_t offset;       /* of the next byte, where it is not packed */
};

#define LOGPART_NONE ((struct logpart){ .fd = -1 })

/* At the file's first byte. named_packed: it is damaged where it is not. 0, -EBADMSG, or what unpack_open() says. */
int logpart_open(struct logpart *p, int fd, bool named_packed) MUST_CHECK;

/*
 * Whether pos is a position in this file: 1, and reading goes on there, *ret being the bytes before it; 0; or a
 * negative errno value (-ETIME: the clock has passed deadline_ns, 0 never). Where pos->ended says that there is nothing
 * to read, a packed file's first bytes are looked at, and part is none then.
 */
int logpart_find(struct logpart *p, const struct follow_pos *pos, uint64_t deadline_ns,
		 struct follow_bytes *ret) MUST_CHECK;

/* A file that is not packed: the bytes before offset, which is where reading goes on. 0; -ENODATA where it is shorter;
 * or the errno of reading. */
int logpart_seek(struct logpart *p, uint64_t offset, struct follow_bytes *ret) MUST_CHECK;

/* Up to n bytes; 0 at the end; or a negative errno value. */
ssize_t logpart_read(struct logpart *p, void *bytes, size_t n) MUST_CHECK;

void logpart_close(struct logpart *p); /* leaves none; accepts it */
