/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/fd: reading up to the cap and not a byte more, what is no plain
 * file, whole writes through a pipe that takes little at a time, and close.
 */
#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#include "files.h"
#include "os/fd.h"

static void check_slurp(int dir)
{
	static const struct {
		size_t size, max; /* of the file; of the buffer, terminator included */
		int r;
	} t[] = {
		{ 0, 1, 0 },        { 1, 1, -E2BIG },      { 10, 11, 0 },
		{ 10, 10, -E2BIG }, { 4096, 4097, 0 },     { 4096, 4096, -E2BIG },
		{ 4097, 4098, 0 },  { 100000, 100001, 0 }, { 100000, 100000, -E2BIG },
		{ 100000, 0, 0 },
	};
	static char bytes[100000];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 256);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf b = { .max = t[i].max };

		files_put("f", bytes, t[i].size);
		CHECK_INT(fd_slurp(dir, "f", &b), t[i].r);
		CHECK_INT(b.len, t[i].r ? 0 : t[i].size);
		CHECK(b.len == 0 || memcmp(b.data, bytes, b.len) == 0);
	}
}

/* It appends, and a failure takes back what it appended. */
static void check_append(int dir)
{
	AUTO_BUF struct buf b = { .max = 14 };

	files_put("f", "12345", 5);
	buf_str(&b, "abc");
	CHECK_INT(fd_slurp(dir, "f", &b), 0);
	CHECK_INT(fd_slurp(dir, "f", &b), 0);
	CHECK_STR(buf_cstr(&b), "abc1234512345");
	CHECK_INT(fd_slurp(dir, "f", &b), -E2BIG);
	CHECK_STR(buf_cstr(&b), "abc1234512345");
	b.max = 16;
	CHECK_INT(fd_slurp(dir, "f", &b), -E2BIG);
	CHECK_STR(buf_cstr(&b), "abc1234512345");
	CHECK_INT(buf_error(&b), 0);
}

static void check_no_file(int dir)
{
	AUTO_BUF struct buf b = { 0 }, bad = { .max = 2 };

	CHECK_INT(fd_slurp(dir, "absent", &b), -ENOENT);
	CHECK(mkdir("d", 0755) == 0);
	CHECK_INT(fd_slurp(dir, "d", &b), -EISDIR);
	CHECK(mkfifo("fifo", 0644) == 0);
	CHECK_INT(fd_slurp(dir, "fifo", &b), 0); /* nobody writes: it neither waits nor has anything */
	CHECK_INT(fd_slurp(dir, "f/x", &b), -ENOTDIR);
	CHECK_INT(b.len, 0);
	CHECK_INT(fd_slurp(AT_FDCWD, "/proc/self/stat", &b), 0); /* its size is 0 */
	CHECK(b.len > 10);
	buf_str(&bad, "too long");
	CHECK_INT(fd_slurp(dir, "f", &bad), -E2BIG);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* Reads everything, but late: by then the writer has met a full pipe and signals. */
static int read_all(void *arg)
{
	const int *ends = arg;
	char bytes[512];
	size_t n = 0;
	ssize_t r;

	(void)close(ends[1]);
	(void)usleep(20000);
	while ((r = read(ends[0], bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < r; i++)
			if (bytes[i] != (char)(n++ % 251))
				return 1;
	return n == 1000000 ? 0 : 2;
}

/* More than a pipe holds, with a signal every millisecond. */
static void check_write(void)
{
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = on_alarm };
	static char bytes[1000000];
	int ends[2], full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	pid_t reader;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i % 251);
	CHECK(pipe2(ends, O_CLOEXEC) == 0);
	reader = start_child(read_all, ends);
	(void)sigaction(SIGALRM, &action, NULL);
	(void)setitimer(ITIMER_REAL, &often, NULL);
	CHECK_INT(fd_write(ends[1], bytes, sizeof(bytes)), 0);
	(void)setitimer(ITIMER_REAL, &never, NULL);
	CHECK_INT(fd_write(ends[1], NULL, 0), 0);
	(void)close(ends[1]);
	CHECK_INT(wait_child(reader), 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)close(ends[0]);
	CHECK_INT(fd_write(ends[0], "x", 1), -EBADF);
	CHECK_INT(fd_write(full, "x", 1), -ENOSPC);
	CHECK_INT(fd_close(&full), 0);
	CHECK_INT(full, -1);
}

static void check_close(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), closed = fd;

	close_fd(&fd);
	CHECK_INT(fcntl(closed, F_GETFD), -1);
	CHECK_INT(fd_close(&closed), -EBADF);
	CHECK_INT(closed, -1);
	close_fd(&closed); /* nothing to do */
}

int main(void)
{
	int dir = files_open();

	check_slurp(dir);
	check_append(dir);
	check_no_file(dir);
	check_write();
	check_close();
	files_close(dir);
	return TEST_END();
}
