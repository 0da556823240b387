/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/lock with a second process: who holds a lock, when it is free
 * again, and what may not stand at its name.
 */
#include <errno.h>
#include <signal.h>

#include "files.h"
#include "os/lock.h"

/* What a process that wants the lock finds, for whoever started it. */
struct second {
	int dir;
	pid_t holder; /* that it should be told of; 0: the lock should be free */
};

static int try_lock(void *arg)
{
	const struct second *s = arg;
	pid_t holder = -7;
	int fd = lock_take(s->dir, "x", &holder);

	if (s->holder == 0)
		return fd >= 0 && holder == -7 ? 0 : 1;
	return fd == -EBUSY && holder == s->holder && lock_take(s->dir, "x", NULL) == -EBUSY ? 0 : 2;
}

static int free_for_others(int dir)
{
	return in_child(try_lock, &(struct second){ dir, 0 });
}

static int held_for_others(int dir, pid_t holder)
{
	return in_child(try_lock, &(struct second){ dir, holder });
}

static void check_one(int dir)
{
	pid_t holder = -7;
	int fd = lock_take(dir, "x", &holder), other;

	CHECK(fd >= 0);
	CHECK_INT(holder, -7);
	CHECK_STR(files_list(), ".x.lock ");
	CHECK_INT(files_mode(".x.lock"), S_IFREG | 0600);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(held_for_others(dir, getpid()), 0); /* a forked child does not have it either */
	other = lock_take(dir, "y", NULL);
	CHECK(other >= 0);
	(void)close(other);
	CHECK_INT(held_for_others(dir, getpid()), 0);
	(void)close(fd);
	CHECK_INT(free_for_others(dir), 0);
	CHECK_STR(files_list(), ".x.lock .y.lock "); /* they stay: taking one away would part two holders */
	files_clear();
}

struct holding {
	int dir, ready;
	const int *wait; /* a pipe to read from; NULL: ends at once */
};

static int hold(void *arg)
{
	const struct holding *h = arg;
	char c = 0;

	if (lock_take(h->dir, "x", NULL) < 0)
		return 1;
	if (!h->wait)
		return 0;
	(void)!write(h->ready, &c, 1);
	(void)!read(h->wait[0], &c, 1);
	return 2;
}

static void check_holder_gone(int dir)
{
	int ready[2], wait[2];
	pid_t pid;
	char c;

	CHECK_INT(in_child(hold, &(struct holding){ dir, -1, NULL }), 0);
	CHECK_INT(free_for_others(dir), 0);

	CHECK(pipe2(ready, O_CLOEXEC) == 0 && pipe2(wait, O_CLOEXEC) == 0);
	pid = start_child(hold, &(struct holding){ dir, ready[1], wait });
	CHECK(read(ready[0], &c, 1) == 1);
	CHECK_INT(held_for_others(dir, pid), 0);
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK_INT(wait_child(pid), 128 + SIGKILL);
	CHECK_INT(free_for_others(dir), 0);
	for (int i = 0; i < 2; i++)
		(void)(close(ready[i]), close(wait[i]));
	files_clear();
}

/* The child lives on with the descriptor; the lock is not its. */
static int outlive(void *arg)
{
	const struct holding *h = arg;
	pid_t pid;
	char c = 0;

	if (lock_take(h->dir, "x", NULL) < 0)
		return 1;
	pid = fork();
	if (pid == 0) {
		(void)close(h->wait[1]); /* or the end that it waits for never comes */
		(void)!read(h->wait[0], &c, 1);
		_exit(0);
	}
	return pid < 0;
}

static void check_not_inherited(int dir)
{
	int wait[2];

	CHECK(pipe2(wait, O_CLOEXEC) == 0);
	CHECK_INT(in_child(outlive, &(struct holding){ dir, -1, wait }), 0);
	CHECK_INT(free_for_others(dir), 0);
	(void)close(wait[1]);
	(void)close(wait[0]);
	files_clear();
}

static int take_as_nobody(void *arg)
{
	if (setresuid(65534, 65534, 65534) < 0)
		return 77;
	return lock_take(*(int *)arg, "x", NULL) == -EACCES ? 0 : 1;
}

static void check_refused(int dir)
{
	char longest[256], longer[256];

	files_put("elsewhere", "untouched", 9);
	CHECK(symlink("elsewhere", ".x.lock") == 0);
	CHECK_INT(lock_take(dir, "x", NULL), -ELOOP);
	CHECK_STR(files_get("elsewhere"), "untouched");
	files_clear();
	CHECK(symlink("absent", ".x.lock") == 0); /* O_CREAT would make it */
	CHECK_INT(lock_take(dir, "x", NULL), -ELOOP);
	CHECK_STR(files_list(), ".x.lock ");
	files_clear();
	CHECK(mkdir(".x.lock", 0755) == 0);
	CHECK_INT(lock_take(dir, "x", NULL), -EISDIR);
	files_clear();

	CHECK_INT(lock_take(dir, "none/x", NULL), -ENOENT);
	CHECK_INT(lock_take(-1, "x", NULL), -EBADF);
	memset(longest, 'x', sizeof(longest));
	longest[255 - 6] = '\0'; /* "." and ".lock" */
	memset(longer, 'x', sizeof(longer));
	longer[255 - 5] = '\0';
	CHECK(lock_take(dir, longest, NULL) >= 0);
	CHECK_INT(lock_take(dir, longer, NULL), -ENAMETOOLONG);
	files_clear();
}

/* A run as root in the directory of a service's user leaves a lock that the user can take. */
static void check_owner(int dir)
{
	struct stat st;
	int fd;

	if (geteuid() != 0) {
		SKIP("a lock that root makes belongs to the directory's owner", "needs root");
		return;
	}
	CHECK(chown(".", 65534, 65533) == 0);
	fd = lock_take(dir, "x", NULL);
	CHECK(fd >= 0 && fstat(fd, &st) == 0);
	CHECK(st.st_uid == 65534 && st.st_gid == 65533);
	(void)close(fd);
	CHECK(chown(".", 0, 0) == 0);

	files_clear();
	files_put(".x.lock", "", 0); /* that of somebody else */
	CHECK(chmod(".x.lock", 0600) == 0);
	CHECK_INT(in_child(take_as_nobody, &dir), 0);
	fd = lock_take(dir, "x", NULL);
	CHECK(fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == 0);
	(void)close(fd);
	files_clear();
}

int main(void)
{
	int dir = files_open();

	check_one(dir);
	check_holder_gone(dir);
	check_not_inherited(dir);
	check_refused(dir);
	check_owner(dir);
	files_close(dir);
	return TEST_END();
}
