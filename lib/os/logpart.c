/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/logpart.h"

enum { MAGIC = 6, STEP = 64 * 1024 };

static ssize_t read_at(int fd, void *bytes, size_t n, uint64_t offset)
{
	ssize_t got;

	do
		got = pread(fd, bytes, n, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/* 0; -ENODATA where there are not that many. */
static int read_all_at(int fd, uint8_t *bytes, size_t n, uint64_t offset)
{
	while (n) {
		ssize_t got = read_at(fd, bytes, n, offset);

		if (got <= 0)
			return got < 0 ? (int)got : -ENODATA;
		bytes += got;
		offset += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

int logpart_open(struct logpart *p, int fd, bool named_packed)
{
	uint8_t magic[MAGIC];
	ssize_t n = read_at(fd, magic, sizeof(magic), 0);

	if (n < 0)
		return (int)n;
	*p = (struct logpart){ .fd = fd };
	if (!unpack_knows(magic, (size_t)n))
		return named_packed ? -EBADMSG : 0;
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : unpack_open(fd, &p->unpack);
}

int logpart_seek(struct logpart *p, uint64_t offset, struct follow_bytes *ret)
{
	struct follow_bytes b = { .n_head = FOLLOW_HEAD_MAX, .n_tail = FOLLOW_TAIL_MAX };
	int r;

	if (offset < b.n_head)
		b.n_head = (size_t)offset;
	if (offset < b.n_tail)
		b.n_tail = (size_t)offset;
	r = read_all_at(p->fd, b.head, b.n_head, 0);
	if (r == 0)
		r = read_all_at(p->fd, b.tail, b.n_tail, offset - b.n_tail);
	if (r < 0)
		return r;
	p->offset = offset;
	*ret = b;
	return 0;
}

/* A packed file has to be read up to there; one that begins otherwise is left soon. */
static int find_packed(struct logpart *p, const struct follow_pos *pos, uint64_t deadline_ns, struct follow_bytes *b)
{
	struct follow_pos at = { 0 };
	AUTO_FREE uint8_t *bytes = malloc(STEP);
	const uint64_t end = pos->ended ? pos->head.n : pos->offset;

	if (!bytes)
		return -ENOMEM;
	while (at.offset < end) {
		uint64_t left = (at.offset < pos->head.n ? pos->head.n : end) - at.offset;
		ssize_t n = unpack_read(p->unpack, bytes, left < STEP ? (size_t)left : STEP);

		if (n <= 0)
			return (int)n;
		follow_consume(&at, b, bytes, (size_t)n);
		if (at.offset == pos->head.n && !follow_has_head(pos, b))
			return 0;
		if (deadline_ns && clock_mono_ns() >= deadline_ns)
			return -ETIME;
	}
	return pos->ended || follow_matches(pos, b);
}

int logpart_find(struct logpart *p, const struct follow_pos *pos, uint64_t deadline_ns, struct follow_bytes *ret)
{
	struct follow_bytes b = { 0 };
	int r;

	if (p->unpack) {
		r = find_packed(p, pos, deadline_ns, &b);
		if (r == 1 && pos->ended)
			logpart_close(p);
	} else {
		r = logpart_seek(p, pos->offset, &b);
		r = r == 0 ? follow_matches(pos, &b) : r == -ENODATA ? 0 : r;
	}
	if (r == 1)
		*ret = b;
	return r;
}

ssize_t logpart_read(struct logpart *p, void *bytes, size_t n)
{
	ssize_t got;

	if (p->unpack)
		return unpack_read(p->unpack, bytes, n);
	if (p->fd < 0)
		return 0;
	got = read_at(p->fd, bytes, n, p->offset);
	if (got > 0)
		p->offset += (uint64_t)got;
	return got;
}

void logpart_close(struct logpart *p)
{
	unpack_close(p->unpack);
	*p = LOGPART_NONE;
}
