/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "os/clock.h"
#include "os/logplace.h"

bool logplace_is_late(const struct logplace *p)
{
	return p->deadline_ns && clock_mono_ns() >= p->deadline_ns;
}

bool logplace_has_bytes(const struct logplace *p, size_t i)
{
	return p->all->files[i].fd >= 0 && p->all->files[i].size > 0;
}

/* The log is never packed, whatever its first bytes are. */
static int open_part(const struct logplace *p, size_t i, struct logpart *ret)
{
	const struct rotation_file *file = &p->all->files[i];

	if (file->fd < 0)
		return file->error;
	if (i < logplace_last(p))
		return logpart_open(ret, file->fd, file->packed);
	*ret = (struct logpart){ .fd = file->fd };
	return 0;
}

bool logplace_has_line(struct logplace *p, size_t i)
{
	struct logpart part = LOGPART_NONE;
	size_t have = 0;
	bool found = false;
	ssize_t n;

	if (!logplace_has_bytes(p, i) || open_part(p, i, &part) < 0)
		return false;
	while (!found && (n = logpart_read(&part, p->room + have, LOGFILE_LINE_MAX + 1 - have)) > 0) {
		found = memchr(p->room + have, '\n', (size_t)n);
		have += (size_t)n;
		found |= have > LOGFILE_LINE_MAX;
	}
	logpart_close(&part);
	return found;
}

int logplace_enter(struct logplace *p, size_t i)
{
	logpart_close(&p->part);
	p->at = i;
	p->bytes = (struct follow_bytes){ 0 };
	p->pos = (struct follow_pos){ .known = true, .ino = p->all->files[i].ino };
	return open_part(p, i, &p->part);
}

bool logplace_is_first(const struct logplace *p)
{
	bool first = p->pos.offset == 0 && !p->all->hidden;

	for (size_t i = 0; i < p->at; i++)
		first &= p->all->files[i].size == 0;
	return first;
}

/* The log is open, or absent yet. */
static void enter_log(struct logplace *p)
{
	(void)logplace_enter(p, logplace_last(p));
}

/* ---- without a position ---- */

/* Behind the last complete line of the file that was entered, which is not packed; a line that is too long already
 * was begun before. */
static int seek_end(struct logplace *p)
{
	const char *end;
	struct stat st;
	uint64_t start;
	ssize_t n;

	if (fstat(p->part.fd, &st) < 0)
		return -errno;
	start = st.st_size > LOGFILE_LINE_MAX ? (uint64_t)st.st_size - LOGFILE_LINE_MAX - 1 : 0;
	p->part.offset = start;
	n = logpart_read(&p->part, p->room, LOGFILE_LINE_MAX + 1);
	if (n < 0)
		return (int)n;
	end = memrchr(p->room, '\n', (size_t)n);
	p->pos.skipping = !end && n > LOGFILE_LINE_MAX;
	p->pos.offset = start + (end ? (size_t)(end + 1 - p->room) : p->pos.skipping ? (size_t)n : 0);
	return logpart_seek(&p->part, p->pos.offset, &p->bytes);
}

/* The same in a packed file: behind its last byte. */
static int skip_to_end(struct logplace *p)
{
	ssize_t n;

	while ((n = logpart_read(&p->part, p->room, LOGFILE_LINE_MAX)) > 0) {
		follow_consume(&p->pos, &p->bytes, p->room, (size_t)n);
		if (logplace_is_late(p))
			return -ETIME;
	}
	return (int)n;
}

/* At the end is: of the newest file that holds a line. A position at the first byte of a file could be found again by
 * nothing but its inode. */
int logplace_begin(struct logplace *p, enum logfile_begin where)
{
	const size_t log = logplace_last(p);
	size_t i = log + 1;
	int r = 0;

	while (i-- > 0 && !logplace_has_line(p, i))
		;
	if (i < log || (i == log && where == LOGFILE_AT_END)) {
		r = logplace_enter(p, i);
		if (r == 0)
			r = p->part.unpack ? skip_to_end(p) : seek_end(p);
		if (r == 0 || r == -ENOMEM || r == -ETIME || i == log)
			return r;
	}
	enter_log(p);
	return 0;
}

/* ---- with a position ---- */

struct search {
	unsigned found;  /* files that the position may be in; reading stands in the first */
	bool unreadable; /* it may be in one that cannot be read */
};

static int look_into(struct logplace *p, size_t i, struct search *s)
{
	struct logpart part = LOGPART_NONE;
	struct follow_pos pos = p->pos;
	struct follow_bytes bytes = { 0 };
	int r = open_part(p, i, &part);

	pos.ended &= part.unpack && p->all->files[i].ino == pos.ino;
	if (r == 0)
		r = logpart_find(&part, &pos, p->deadline_ns, &bytes);
	if (r == 1 && s->found++ == 0) {
		p->pos.ended = pos.ended;
		p->part = part;
		p->bytes = bytes;
		p->at = i;
		return 0;
	}
	logpart_close(&part);
	if (r >= 0 || r == -ENOENT)
		return 0;
	s->unreadable = true;
	return r == -ENOMEM || r == -ETIME || i == logplace_last(p) ? r : 0;
}

/* The newest first: where several can be it, going on in that one counts nothing twice. If it is the log itself
 * nothing can be missing either. */
static int search(struct logplace *p, bool same_inode, struct search *s)
{
	int r = 0;

	for (size_t i = p->all->n; i-- > 0 && r == 0;) {
		if ((p->all->files[i].ino == p->pos.ino) == same_inode)
			r = look_into(p, i, s);
		if (s->found && i == logplace_last(p))
			break;
	}
	return r;
}

/* Whether the log, which was entered, is still what pos has seen, but cut or changed behind its first bytes. */
static bool begins_alike(struct logplace *p, const struct follow_pos *was)
{
	struct follow_bytes b;

	return was->head.n == FOLLOW_HEAD_MAX && p->part.fd >= 0 && logpart_seek(&p->part, was->head.n, &b) == 0 &&
	       follow_has_head(was, &b);
}

/*
 * The position is nowhere. A log that begins alike (a crash of the machine took its last bytes, an editor was at it)
 * was read: only what is behind the position counts, from the next line on. Any other is read from its first byte.
 */
static int begin_again(struct logplace *p)
{
	const struct follow_pos was = p->pos;
	int r;

	enter_log(p);
	if (!begins_alike(p, &was))
		return logplace_begin(p, LOGFILE_AT_START);
	p->pos.offset = was.offset;
	p->pos.skipping = true;
	r = logpart_seek(&p->part, was.offset, &p->bytes);
	return r == -ENODATA ? seek_end(p) : r;
}

/* The log was truncated since it was opened: its copy may have been made since, too, and the next run sees it. */
static bool is_truncated_now(const struct logplace *p)
{
	const struct rotation_file *log = &p->all->files[logplace_last(p)];
	struct stat st;

	return log->ino == p->pos.ino && log->size >= p->pos.offset && fstat(log->fd, &st) == 0 &&
	       (uint64_t)st.st_size < p->pos.offset;
}

/* When there was nothing yet, all that there is is new. */
static int enter_oldest(struct logplace *p, enum follow_gap *gap)
{
	for (size_t i = 0; i < logplace_last(p); i++) {
		int r = p->all->files[i].size ? logplace_enter(p, i) : -ENODATA;

		if (r == 0 || r == -ENOMEM)
			return r;
		if (r != -ENODATA)
			*gap = FOLLOW_UNREADABLE;
	}
	enter_log(p);
	return 0;
}

int logplace_find(struct logplace *p, enum follow_gap *gap)
{
	struct search s = { 0 };
	int r = 0;

	*gap = FOLLOW_GAPS;
	if (p->pos.first)
		return enter_oldest(p, gap);
	if (p->pos.ino == 0) {
		enter_log(p);
		return 0;
	}
	r = search(p, true, &s);
	if (r == 0 && !s.found && p->pos.offset >= FOLLOW_SURE)
		r = search(p, false, &s);
	if (r < 0)
		return r;
	if (s.found) {
		p->pos.ino = p->all->files[p->at].ino; /* another one, where it was copied or packed */
		if (s.found > 1)
			*gap = FOLLOW_ROTATED_AWAY;
		return 0;
	}
	if (is_truncated_now(p))
		return -EAGAIN;
	*gap = p->all->files[logplace_last(p)].ino == p->pos.ino ? FOLLOW_TRUNCATED : FOLLOW_ROTATED_AWAY;
	if (s.unreadable || p->all->hidden)
		*gap = FOLLOW_UNREADABLE;
	return begin_again(p);
}
