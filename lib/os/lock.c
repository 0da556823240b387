/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "os/fd.h"
#include "os/lock.h"

/*
 * A run as root (by hand) may be the first to make the file in a directory of the service's user, who must be able
 * to take it later. Only a file just made is given away, never one that somebody could have linked there.
 */
static int open_lock(int dirfd, const char *file)
{
	int fd = openat(dirfd, file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat dir;

	if (fd < 0 && errno == EEXIST)
		return openat(dirfd, file, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && geteuid() == 0 && fstat(dirfd, &dir) == 0)
		(void)!fchown(fd, dir.st_uid, dir.st_gid);
	return fd;
}

int lock_take(int dirfd, const char *name, pid_t *holder)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	AUTO_FD int fd = -1;
	char file[NAME_MAX + 1];
	int n = snprintf(file, sizeof(file), ".%s.lock", name), r;

	if (n < 0 || n > NAME_MAX)
		return -ENAMETOOLONG;
	fd = open_lock(dirfd, file);
	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_SETLK, &lock) < 0) {
		if (errno != EAGAIN && errno != EACCES)
			return -errno;
		if (holder)
			*holder = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
		return -EBUSY;
	}
	r = fd;
	fd = -1;
	return r;
}
