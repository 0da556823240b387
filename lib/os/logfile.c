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
#include "os/logpart.h"
#include "os/rotation.h"

enum { BLOCK = 256 * 1024 };

struct logfile {
	struct rotation all;
	size_t at;                 /* the file that reading came to */
	bool at_packed, at_end;    /* what that file is, and whether it was read to its end */
	char block[LOGFILE_LINE_MAX + BLOCK]; /* the line that is not complete yet; a block behind it */
};

struct reading {
	struct logfile *f;
	struct follow_pos pos;
	struct follow_bytes bytes; /* before pos */
	struct logpart part;       /* the file at f->at */
	size_t left;               /* what the block holds from pos on */
	struct lines lines;
	uint64_t deadline_ns;
	struct logfile_stats *stats;
	unsigned found;  /* files that pos may be in */
	bool unreadable; /* it may be in one that cannot be read */
};

enum { LATE = 1 }; /* beside 0 and negative errno values */

static bool is_late(const struct reading *r)
{
	return r->deadline_ns && clock_mono_ns() >= r->deadline_ns;
}

static size_t the_log(const struct logfile *f)
{
	return f->all.n - 1;
}

/* The log is never packed, whatever its first bytes are. */
static int open_part(const struct logfile *f, size_t i, struct logpart *ret)
{
	const struct rotation_file *file = &f->all.files[i];

	if (file->fd < 0)
		return file->error;
	if (i < the_log(f))
		return logpart_open(ret, file->fd, file->packed);
	*ret = (struct logpart){ .fd = file->fd };
	return 0;
}

/* At the first byte of a file. */
static int enter(struct reading *r, size_t i)
{
	logpart_close(&r->part);
	r->f->at = i;
	r->left = 0;
	r->lines.skipping = false;
	r->bytes = (struct follow_bytes){ 0 };
	r->pos = (struct follow_pos){ .known = true, .ino = r->f->all.files[i].ino };
	return open_part(r->f, i, &r->part);
}

/* At the first byte of the log, which is open or absent yet. */
static void enter_log(struct reading *r)
{
	(void)enter(r, the_log(r->f));
}

static bool has_bytes(const struct rotation_file *file)
{
	return file->fd >= 0 && file->size > 0;
}

/* Whether a file holds a complete line, or the beginning of one that is too long. Uses the block behind left. */
static bool has_line(struct reading *r, size_t i)
{
	char *room = r->f->block + r->left;
	struct logpart part = LOGPART_NONE;
	size_t have = 0;
	bool found = false;
	ssize_t n;

	if (!has_bytes(&r->f->all.files[i]) || open_part(r->f, i, &part) < 0)
		return false;
	while (!found && (n = logpart_read(&part, room + have, LOGFILE_LINE_MAX + 1 - have)) > 0) {
		found = memchr(room + have, '\n', (size_t)n);
		have += (size_t)n;
		found |= have > LOGFILE_LINE_MAX;
	}
	logpart_close(&part);
	return found;
}

/* ---- without a position ---- */

/* Behind the last complete line of the file that was entered, which is not packed. */
static int seek_end(struct reading *r)
{
	const char *block = r->f->block, *end;
	struct stat st;
	uint64_t start;
	ssize_t n;

	if (fstat(r->part.fd, &st) < 0)
		return -errno;
	start = st.st_size > LOGFILE_LINE_MAX ? (uint64_t)st.st_size - LOGFILE_LINE_MAX - 1 : 0;
	r->part.offset = start;
	n = logpart_read(&r->part, r->f->block, LOGFILE_LINE_MAX + 1);
	if (n < 0)
		return (int)n;
	end = memrchr(block, '\n', (size_t)n);
	r->pos.offset = start + (end ? (size_t)(end + 1 - block) : n > LOGFILE_LINE_MAX ? (size_t)n : 0);
	if (!end && n > LOGFILE_LINE_MAX) {
		r->lines.skipping = true;
		r->lines.n++;
		r->lines.too_long++;
	}
	return logpart_seek(&r->part, r->pos.offset, &r->bytes);
}

/* The same in a packed file: behind its last byte. */
static int skip_to_end(struct reading *r)
{
	ssize_t n;

	while ((n = logpart_read(&r->part, r->f->block, BLOCK)) > 0) {
		follow_consume(&r->pos, &r->bytes, r->f->block, (size_t)n);
		if (is_late(r))
			return -ETIME;
	}
	return (int)n;
}

/*
 * At the end is: of the newest file that holds a line, so that no position is at the first byte of a file where there
 * is another: nobody could find it again by its bytes.
 */
static int begin(struct reading *r, enum logfile_begin where)
{
	const size_t log = the_log(r->f);
	size_t i = log + 1;
	int res = 0;

	while (i-- > 0 && !has_line(r, i))
		;
	if (i <= log && (i < log || where == LOGFILE_AT_END)) {
		res = enter(r, i);
		if (res == 0)
			res = r->part.unpack ? skip_to_end(r) : seek_end(r);
		if (res == 0 || res == -ENOMEM || res == -ETIME || i == log)
			return res;
	}
	enter_log(r);
	return 0;
}

/* ---- where the position is ---- */

/* Counts the file if pos is in it; reading goes on in the first one. 0 or a negative errno value. */
static int look_into(struct reading *r, size_t i)
{
	struct logpart part = LOGPART_NONE;
	struct follow_bytes bytes;
	int res = open_part(r->f, i, &part);

	if (res == 0)
		res = logpart_find(&part, &r->pos, r->deadline_ns, &bytes);
	if (res == 1 && r->found++ == 0) {
		r->part = part;
		r->bytes = bytes;
		r->f->at = i;
		return 0;
	}
	logpart_close(&part);
	if (res >= 0 || res == -ENOENT)
		return 0;
	r->unreadable = true;
	return res == -ENOMEM || res == -ETIME || i == the_log(r->f) ? res : 0;
}

/* The newest first: where several can be it, going on in that one counts nothing twice. */
static int search(struct reading *r, bool same_inode)
{
	int res = 0;

	for (size_t i = r->f->all.n; i-- > 0 && res == 0;)
		if ((r->f->all.files[i].ino == r->pos.ino) == same_inode)
			res = look_into(r, i);
	return res;
}

/* Whether the log, which was entered, is still what pos has seen but was cut or changed behind its first bytes. */
static bool begins_alike(struct reading *r, const struct follow_pos *was)
{
	struct follow_bytes b;

	return was->head.n == FOLLOW_HEAD_MAX && r->part.fd >= 0 && logpart_seek(&r->part, was->head.n, &b) == 0 &&
	       follow_has_head(was, &b);
}

/*
 * pos is nowhere. A log that begins alike (a crash of the machine took its last bytes, an editor was at it) was read:
 * only what is behind pos counts, from the next line on. Any other is read from its first byte.
 */
static int lose(struct reading *r)
{
	const struct follow_pos was = r->pos;
	const bool same_inode = r->f->all.files[the_log(r->f)].ino == was.ino;
	int res = 0;

	enter_log(r);
	if (begins_alike(r, &was)) { /* moves part's offset */
		r->pos.offset = was.offset;
		r->lines.skipping = true;
		res = logpart_seek(&r->part, was.offset, &r->bytes);
		if (res == -ENODATA) {
			enter_log(r);
			res = seek_end(r);
		}
	} else {
		res = begin(r, LOGFILE_AT_START);
	}
	if (res == 0)
		r->stats->gaps[r->unreadable || r->f->all.hidden ? FOLLOW_UNREADABLE :
			       same_inode                        ? FOLLOW_TRUNCATED :
			                                           FOLLOW_ROTATED_AWAY]++;
	return res;
}

static int find(struct reading *r)
{
	int res;

	if (r->pos.ino == 0) {
		enter_log(r);
		return 0;
	}
	res = search(r, true);
	if (res == 0 && !r->found && r->pos.offset >= FOLLOW_SURE)
		res = search(r, false);
	if (res < 0)
		return res;
	if (!r->found)
		return lose(r);
	if (r->found > 1)
		r->stats->gaps[FOLLOW_ROTATED_AWAY]++;
	r->pos.ino = r->f->all.files[r->f->at].ino; /* another one, where it was copied or packed */
	r->lines.skipping = r->pos.skipping;
	return 0;
}

/* ---- reading ---- */

/* Hands on the lines of one file. 0 at its end, then left bytes are in the block; LATE; or a negative errno value. */
static int read_part(struct reading *r)
{
	char *block = r->f->block;

	for (;;) {
		ssize_t n = logpart_read(&r->part, block + r->left, BLOCK);
		size_t have, used;

		if (n <= 0)
			return (int)n;
		have = r->left + (size_t)n;
		used = lines_take(&r->lines, block, have);
		follow_consume(&r->pos, &r->bytes, block, used);
		r->stats->bytes += used;
		r->left = have - used;
		memmove(block, block + used, r->left);
		if (used && is_late(r))
			return LATE;
	}
}

/* Whether something newer is being written: then the file gets no more. */
static bool is_over(struct reading *r)
{
	bool over = false;

	for (size_t i = the_log(r->f); i > r->f->at && !over; i--)
		over = has_line(r, i);
	return over;
}

/* What could not be opened between the two is missed. */
static int move_on(struct reading *r, int res)
{
	const struct rotation_file *files = r->f->all.files;
	size_t next = r->f->at + 1;

	if (res < 0) {
		r->stats->gaps[FOLLOW_UNREADABLE]++;
	} else {
		lines_end(&r->lines, r->f->block, r->left);
		r->stats->bytes += r->left;
	}
	for (; !has_bytes(&files[next]); next++)
		r->stats->gaps[FOLLOW_UNREADABLE] += files[next].size > 0;
	return enter(r, next);
}

/* A rotated file that cannot be read to its end is a gap once there is something newer to go on with. */
static int read_on(struct reading *r)
{
	struct logfile *f = r->f;
	int res = 0;

	for (;;) {
		bool over = is_over(r); /* before: what is written meanwhile is not missed */

		if (res == 0)
			res = read_part(r);
		f->at_end = res == 0;
		f->at_packed = r->part.unpack != NULL;
		if (res == LATE || res == -ENOMEM)
			return res;
		if (!over)
			return f->at == the_log(f) ? res : 0;
		res = move_on(r, res);
	}
}

int logfile_read(struct logfile *f, struct follow_pos *pos, enum logfile_begin where, uint64_t deadline_ns,
		 void (*line)(void *ctx, struct text line), void *ctx, struct logfile_stats *stats)
{
	struct reading r = {
		.f = f,
		.pos = *pos,
		.part = LOGPART_NONE,
		.lines = { .line = line, .ctx = ctx, .max = LOGFILE_LINE_MAX },
		.deadline_ns = deadline_ns,
		.stats = stats,
	};
	int res;

	f->at = the_log(f);
	f->at_packed = f->at_end = false;
	if (is_late(&r))
		return 0;
	res = pos->known ? find(&r) : begin(&r, where);
	if (res == 0) {
		res = read_on(&r);
		follow_print(&r.pos, &r.bytes);
		r.pos.skipping = r.lines.skipping;
		*pos = r.pos;
	}
	stats->lines += r.lines.n;
	stats->too_long += r.lines.too_long;
	logpart_close(&r.part);
	return res == LATE || res == -ETIME ? 0 : res;
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
	f->at = the_log(f);
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
		uint64_t done = i > f->at || file->ino != pos->ino ? 0 : !f->at_packed ? pos->offset : f->at_end ? size : 0;

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

static void close_unpack(struct unpack **u)
{
	unpack_close(*u);
}

int logfile_read_whole(int dirfd, const char *path, void (*line)(void *ctx, struct text line), void *ctx,
		       struct logfile_stats *stats)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	/* May wait: a pipe's writer may not have begun. */
	AUTO_FD int opened = is_stdin ? -1 : openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	AUTO_FREE char *block = malloc(LOGFILE_LINE_MAX + BLOCK);
	CLEANUP(close_unpack) struct unpack *u = NULL;
	struct lines lines = { .line = line, .ctx = ctx, .max = LOGFILE_LINE_MAX };
	size_t left = 0;
	ssize_t n;
	int r;

	if (!is_stdin && opened < 0)
		return -errno;
	r = block ? unpack_open(is_stdin ? STDIN_FILENO : opened, &u) : -ENOMEM;
	if (r < 0)
		return r;
	while ((n = unpack_read(u, block + left, BLOCK)) > 0) {
		size_t have = left + (size_t)n, used = lines_take(&lines, block, have);

		stats->bytes += (size_t)n;
		left = have - used;
		memmove(block, block + used, left);
	}
	if (n == 0)
		lines_end(&lines, block, left);
	stats->lines += lines.n;
	stats->too_long += lines.too_long;
	return (int)n;
}
