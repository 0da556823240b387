/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/lines.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/logfile.h"
#include "os/logplace.h"

enum { BLOCK = 256 * 1024 };
enum { LATE = 1 }; /* beside 0 and negative errno values */

struct logfile {
	struct rotation all;
	size_t at;                 /* the file that reading came to */
	bool at_packed, at_end;    /* what that file is, and whether it was read to its end */
	char block[LOGFILE_LINE_MAX + BLOCK]; /* the line that is not complete yet; a block behind it */
};

struct reading {
	struct logfile *f;
	struct logplace place;
	struct lines lines;
	size_t left; /* what the block holds from place on */
	struct logfile_stats *stats;
};

/* Hands on the lines of one file. 0 at its end, then left bytes are in the block; LATE; or a negative errno value. */
static int read_part(struct reading *r)
{
	struct logplace *p = &r->place;
	char *block = r->f->block;

	for (;;) {
		ssize_t n = logpart_read(&p->part, block + r->left, BLOCK);
		size_t have, used;

		if (n <= 0)
			return (int)n;
		have = r->left + (size_t)n;
		used = lines_take(&r->lines, block, have);
		follow_consume(&p->pos, &p->bytes, block, used);
		r->stats->bytes += used;
		r->left = have - used;
		memmove(block, block + used, r->left);
		if (used && logplace_is_late(p))
			return LATE;
	}
}

/* Whether something newer is being written: then the file gets no more. Uses the block, which is empty. */
static bool is_over(struct logplace *p)
{
	bool over = false;

	for (size_t i = logplace_last(p); i > p->at && !over; i--)
		over = logplace_has_line(p, i);
	return over;
}

/* To the next newer file. What could not be read to its end, or opened between the two, is missed. */
static int move_on(struct reading *r, int res)
{
	struct logplace *p = &r->place;
	size_t next = p->at + 1;

	if (res < 0) {
		r->stats->gaps[FOLLOW_UNREADABLE]++;
	} else {
		lines_end(&r->lines, r->f->block, r->left);
		r->stats->bytes += r->left;
	}
	for (; !logplace_has_bytes(p, next); next++)
		r->stats->gaps[FOLLOW_UNREADABLE] += p->all->files[next].size > 0;
	r->left = 0;
	r->lines.skipping = false;
	return logplace_enter(p, next);
}

/* A rotated file that cannot be read to its end is a gap once there is something newer to go on with. */
static int read_on(struct reading *r)
{
	struct logplace *p = &r->place;
	int res = 0;

	for (;;) {
		bool over = is_over(p); /* before: what is written meanwhile is not missed */

		if (res == 0)
			res = read_part(r);
		r->f->at = p->at;
		r->f->at_end = res == 0;
		r->f->at_packed = p->part.unpack || p->pos.ended;
		if (res == LATE || res == -ENOMEM)
			return res;
		if (!over)
			return p->at == logplace_last(p) ? res : 0;
		res = move_on(r, res);
	}
}

/* From where place is. */
static int read_from(struct reading *r, struct follow_pos *pos)
{
	struct logplace *p = &r->place;
	int res;

	r->lines.skipping = p->pos.skipping;
	res = read_on(r);
	if (!p->pos.ended) { /* or nothing was read: the prints are what they were */
		follow_print(&p->pos, &p->bytes);
		p->pos.skipping = r->lines.skipping;
		p->pos.ended = r->f->at_packed && r->f->at_end && r->left == 0;
	}
	p->pos.first = logplace_is_first(p);
	*pos = p->pos;
	r->stats->lines += r->lines.n;
	r->stats->too_long += r->lines.too_long;
	return res;
}

int logfile_read(struct logfile *f, struct follow_pos *pos, enum logfile_begin begin, uint64_t deadline_ns,
		 void (*line)(void *ctx, struct text line), void *ctx, struct logfile_stats *stats)
{
	struct reading r = {
		.f = f,
		.place = {
			.all = &f->all,
			.room = f->block,
			.deadline_ns = deadline_ns,
			.part = LOGPART_NONE,
			.pos = *pos,
		},
		.lines = { .line = line, .ctx = ctx, .max = LOGFILE_LINE_MAX },
		.stats = stats,
	};
	enum follow_gap gap = FOLLOW_GAPS;
	int res;

	f->at = logplace_last(&r.place);
	f->at_packed = f->at_end = false;
	if (logplace_is_late(&r.place))
		return 0;
	res = pos->known ? logplace_find(&r.place, &gap) : logplace_begin(&r.place, begin);
	if (res == 0) {
		if (gap < FOLLOW_GAPS)
			stats->gaps[gap]++;
		res = read_from(&r, pos);
	}
	logpart_close(&r.place.part);
	return res == LATE || res == -ETIME || res == -EAGAIN ? 0 : res;
}

/* ---- the rest ---- */

int logfile_open(int root, const char *path, struct logfile **ret)
{
	struct logfile *f = malloc(sizeof(*f)); /* not calloc(): the block need not be touched */
	int r;

	if (!f)
		return -ENOMEM;
	r = rotation_open(root, path, &f->all);
	if (r < 0) {
		free(f);
		return r;
	}
	f->at = f->all.n - 1;
	f->at_packed = f->at_end = false;
	*ret = f;
	return 0;
}

void logfile_close(struct logfile *f)
{
	if (f)
		rotation_close(&f->all);
	free(f);
}

uint64_t logfile_unread(const struct logfile *f, const struct follow_pos *pos)
{
	uint64_t sum = 0;

	for (size_t i = f->at; i < f->all.n; i++) {
		const struct rotation_file *file = &f->all.files[i];
		struct stat st;
		uint64_t size = file->fd >= 0 && fstat(file->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
		uint64_t done = f->at_packed ? (f->at_end ? size : 0) : pos->offset;

		if (i > f->at || file->ino != pos->ino)
			done = 0;
		sum += size > done ? size - done : 0;
	}
	return sum;
}

uint64_t logfile_written_ns(const struct logfile *f)
{
	for (size_t i = f->all.n; i-- > 0;) {
		struct stat st;

		if (f->all.files[i].fd >= 0 && fstat(f->all.files[i].fd, &st) == 0)
			return (uint64_t)st.st_mtim.tv_sec * CLOCK_NS_PER_S + (uint64_t)st.st_mtim.tv_nsec;
	}
	return 0;
}

/* Hands on all lines of a stream, the last one too where nothing failed. */
static int read_stream(struct unpack *u, struct lines *lines, struct logfile_stats *stats)
{
	char *block = malloc(LOGFILE_LINE_MAX + BLOCK);
	size_t left = 0;
	ssize_t n = -ENOMEM;

	while (block && (n = unpack_read(u, block + left, BLOCK)) > 0) {
		size_t have = left + (size_t)n, used = lines_take(lines, block, have);

		stats->bytes += (size_t)n;
		left = have - used;
		memmove(block, block + used, left);
	}
	if (n == 0)
		lines_end(lines, block, left);
	free(block);
	return (int)n;
}

int logfile_read_whole(int fd, void (*line)(void *ctx, struct text line), void *ctx, struct logfile_stats *stats)
{
	struct lines lines = { .line = line, .ctx = ctx, .max = LOGFILE_LINE_MAX };
	struct unpack *u;
	int r = unpack_open(fd, &u);

	if (r < 0)
		return r;
	r = read_stream(u, &lines, stats);
	unpack_close(u);
	stats->lines += lines.n;
	stats->too_long += lines.too_long;
	return r;
}
