/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "core/follow.h"
#include "core/hash.h"
#include "os/fd.h"
#include "os/rotation.h"

enum {
	TRIES = 100, /* a rotation takes a millisecond, and so do ten tries */
	LINKS = 8,
};

struct name {
	char *text; /* owned; parsed points into it */
	struct follow_name parsed;
};

struct names {
	struct name list[ROTATION_MAX]; /* the oldest first */
	size_t n;
	uint64_t seen; /* hash of all names and inodes, the log's too */
};

static void close_dir(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}
#define AUTO_DIR CLEANUP(close_dir)

static void names_done(struct names *s)
{
	while (s->n)
		free(s->list[--s->n].text);
}

/* ---- names ---- */

/* Makes room before the i-th name, by dropping the oldest where there is none. */
static struct name *insert(struct names *s, size_t i)
{
	if (s->n < ROTATION_MAX) {
		memmove(&s->list[i + 1], &s->list[i], (s->n++ - i) * sizeof(s->list[0]));
		return &s->list[i];
	}
	if (i == 0)
		return NULL;
	free(s->list[0].text);
	memmove(&s->list[0], &s->list[1], (i - 1) * sizeof(s->list[0]));
	return &s->list[i - 1];
}

static int add_name(struct names *s, const char *log, const char *text)
{
	struct name new = { .text = strdup(text) }, *to;
	size_t i = 0;
	int c = -1;

	if (!new.text)
		return -ENOMEM;
	(void)follow_parse_name(log, new.text, &new.parsed); /* it is one */
	while (i < s->n && (c = follow_compare_names(&s->list[i].parsed, &new.parsed)) < 0)
		i++;
	if (i < s->n && c == 0) { /* the same one, packed or not */
		if (new.parsed.packed) {
			free(new.text);
			return 0;
		}
		free(s->list[i].text);
		s->list[i] = new;
		return 0;
	}
	to = insert(s, i);
	if (to)
		*to = new;
	else
		free(new.text);
	return 0;
}

/* Reads the directory from its beginning; adds names where add is set. 0 or a negative errno value. */
static int list(DIR *dir, const char *log, struct names *s, bool add)
{
	const struct dirent *e;
	struct follow_name parsed;
	int r = 0;

	s->seen = HASH_START;
	rewinddir(dir);
	for (errno = 0; r == 0 && (e = readdir(dir)); errno = 0) {
		bool is_brother = follow_parse_name(log, e->d_name, &parsed);

		if (!is_brother && strcmp(e->d_name, log) != 0)
			continue;
		s->seen = hash_add(hash_add(s->seen, e->d_name, strlen(e->d_name) + 1), &e->d_ino, sizeof(e->d_ino));
		if (is_brother && add)
			r = add_name(s, log, e->d_name);
	}
	return r < 0 ? r : -errno;
}

/* ---- files ---- */

static int check_file(int fd, struct rotation_file *f)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EOPNOTSUPP;
	f->ino = st.st_ino;
	f->size = (uint64_t)st.st_size;
	return 0;
}

static void open_file(int dirfd, const char *path, int flags, struct rotation_file *f)
{
	struct stat st;

	*f = (struct rotation_file){ .fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags) };
	f->error = f->fd < 0 ? -errno : check_file(f->fd, f);
	if (f->error == 0)
		return;
	close_fd(&f->fd);
	f->fd = -1;
	if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0) { /* what could be in it is missed */
		f->ino = st.st_ino;
		f->size = (uint64_t)st.st_size;
	}
}

/* A second name of a file that is open already. */
static bool is_open(const struct rotation *r, const struct rotation_file *log, const struct rotation_file *f)
{
	bool found = log->fd >= 0 && log->ino == f->ino;

	for (size_t i = 0; i < r->n; i++)
		found |= r->files[i].fd >= 0 && r->files[i].ino == f->ino;
	return found;
}

/* The brothers, then the log, at the moment of s. */
static void open_files(int dirfd, const char *name, const struct names *s, struct rotation *r)
{
	struct rotation_file log;

	open_file(dirfd, name, 0, &log);
	for (size_t i = 0; i < s->n; i++) {
		struct rotation_file *f = &r->files[r->n];

		open_file(dirfd, s->list[i].text, O_NOFOLLOW, f);
		f->packed = s->list[i].parsed.packed;
		if (f->fd >= 0 && is_open(r, &log, f))
			close_fd(&f->fd);
		else
			r->n++;
	}
	r->files[r->n++] = log;
}

/* 1: the directory has changed meanwhile. */
static int open_once(int dirfd, DIR *dir, const char *name, struct rotation *r)
{
	CLEANUP(names_done) struct names s = { 0 };
	int res = list(dir, name, &s, true);
	uint64_t seen = s.seen;

	if (res < 0)
		return res;
	open_files(dirfd, name, &s, r);
	res = list(dir, name, &s, false);
	return res < 0 ? res : s.seen != seen;
}

/* Without its directory: the log alone. */
static void open_log(int root, const char *path, struct rotation *r)
{
	r->hidden = true;
	open_file(root, path, 0, &r->files[0]);
	r->n = 1;
}

static int open_all(int root, const char *path, struct rotation *r)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	AUTO_FREE char *folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
	AUTO_DIR DIR *dir = NULL;
	int fd, res = 1;

	if (!folder)
		return -ENOMEM;
	fd = openat(root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && !(dir = fdopendir(fd)))
		(void)close(fd);
	if (!dir) {
		open_log(root, path, r);
		return 0;
	}
	for (int i = 0; i < TRIES && res == 1; i++) {
		rotation_close(r);
		res = open_once(fd, dir, name, r);
	}
	return res == 1 ? -EAGAIN : res;
}

/* Where a link leads into another directory the log is rotated there: what path leads to (the caller frees it), or
 * NULL. One within a directory (log -> log-20260102) is the name that the others are made of. */
static char *follow_link(int root, const char *path)
{
	char target[PATH_MAX]; /* no link is longer */
	const char *slash = strrchr(path, '/'), *to = target;
	ssize_t n = readlinkat(root, path, target, sizeof(target) - 1);
	AUTO_BUF struct buf next = { 0 };

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	while (strncmp(to, "./", 2) == 0)
		to += 2;
	if (!strchr(to, '/'))
		return NULL;
	if (*to != '/' && slash)
		buf_add(&next, path, (size_t)(slash + 1 - path));
	buf_str(&next, to + strspn(to, "/"));
	return strdup(buf_cstr(&next));
}

int rotation_open(int root, const char *path, struct rotation *ret)
{
	AUTO_FREE char *now = strdup(path + strspn(path, "/"));
	struct rotation r = { 0 };
	char *next;
	int res;

	for (int i = 0; i < LINKS && now && (next = follow_link(root, now)); i++) {
		free(now);
		now = next;
	}
	res = now ? open_all(root, now, &r) : -ENOMEM;
	if (res == 0) {
		const struct rotation_file *log = &r.files[r.n - 1];

		res = log->error == -ENOENT && r.n > 1 ? 0 : log->error;
	}
	if (res < 0) {
		rotation_close(&r);
		return res;
	}
	*ret = r;
	return 0;
}

void rotation_close(struct rotation *r)
{
	while (r->n)
		close_fd(&r->files[--r->n].fd);
}
