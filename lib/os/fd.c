/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>

#include "os/fd.h"

enum { CHUNK = 4096 };

int fd_close(int *fd)
{
	int r = close(*fd) < 0 && errno != EINTR ? -errno : 0; /* on EINTR Linux has closed it */

	*fd = -1;
	return r;
}

static int read_to_end(int fd, struct buf *b)
{
	for (;;) {
		size_t want = buf_left(b) < CHUNK ? buf_left(b) : CHUNK;
		char *room = buf_room(b, want), probe;
		ssize_t n;

		if (!room)
			return buf_error(b);
		n = want ? read(fd, room, want) : read(fd, &probe, 1); /* a file of just the cap still fits */
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		if (!want)
			return -E2BIG;
		b->len += (size_t)n;
		b->data[b->len] = '\0';
	}
}

int fd_slurp(int dirfd, const char *path, struct buf *b)
{
	AUTO_FD int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t before = b->len;
	int r = fd < 0 ? -errno : read_to_end(fd, b);

	if (r < 0 && b->data) {
		b->len = before;
		b->data[before] = '\0';
	}
	return r;
}

int fd_write(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -errno;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}
