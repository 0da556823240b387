/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "os/fd.h"
#include "os/publish.h"

int publish_open(struct publish *p, int dirfd, const char *name)
{
	struct publish q = { .dirfd = dirfd, .fd = -1 };
	int n = snprintf(q.tmp, sizeof(q.tmp), ".%s.tmp", name);

	if (n < 0 || n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(q.name, name, strlen(name) + 1); /* shorter than tmp, which fits */
	if (unlinkat(dirfd, q.tmp, 0) < 0 && errno != ENOENT)
		return -errno;
	q.fd = openat(dirfd, q.tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (q.fd < 0)
		return -errno;
	*p = q;
	return 0;
}

int publish_write(struct publish *p, const void *bytes, size_t n)
{
	return fd_write(p->fd, bytes, n);
}

int publish_commit(struct publish *p, mode_t mode, bool durable)
{
	int r = 0;

	if (fchmod(p->fd, mode) < 0 || fsync(p->fd) < 0)
		r = -errno;
	if (r == 0)
		r = fd_close(&p->fd);
	if (r == 0 && renameat(p->dirfd, p->tmp, p->dirfd, p->name) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlinkat(p->dirfd, p->tmp, 0);
		close_fd(&p->fd);
	}
	p->fd = -1;
	if (r == 0 && durable && fsync(p->dirfd) < 0)
		r = -errno;
	return r;
}

void publish_abort(struct publish *p)
{
	if (p->fd < 0)
		return;
	(void)unlinkat(p->dirfd, p->tmp, 0);
	close_fd(&p->fd);
	p->fd = -1;
}

/* /dev/stdout does, and replacing it does harm even while standard output is a plain file. */
static bool leads_to_proc(int dirfd, const char *name)
{
	static const char proc[] = "/proc/";
	char start[sizeof(proc) - 1];

	return readlinkat(dirfd, name, start, sizeof(start)) == sizeof(start) &&
	       memcmp(start, proc, sizeof(start)) == 0;
}

int publish_check_target(int dirfd, const char *name)
{
	struct stat link, st;

	if (fstatat(dirfd, name, &link, AT_SYMLINK_NOFOLLOW) < 0 || S_ISREG(link.st_mode) || S_ISFIFO(link.st_mode))
		return 0; /* absent, plain, or a planted FIFO that would hang node_exporter: replace it */
	if (S_ISDIR(link.st_mode))
		return -EISDIR;
	if (!S_ISLNK(link.st_mode) || leads_to_proc(dirfd, name))
		return -ENOTSUP;
	if (fstatat(dirfd, name, &st, 0) == 0 && !S_ISREG(st.st_mode))
		return -ENOTSUP;
	return 0;
}
