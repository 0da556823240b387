/* SPDX-License-Identifier: MIT */
/*
 * files - what tests with real files and processes share: a directory of their
 * own that is gone afterwards, and functions run in a forked child, so that
 * what a child gives up (privilege, system calls) is its own loss.
 */
#pragma once
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base.h"
#include "test.h"

static char files_path[4096];

static inline void files_die(const char *what)
{
	perror(what);
	exit(99);
}

/* Makes the directory, enters it (names in tests are relative to it) and returns its descriptor. */
static inline int files_open(void)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	(void)snprintf(files_path, sizeof(files_path), "%s/promshot-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(files_path) || chmod(files_path, 0755) < 0 || chdir(files_path) < 0)
		files_die(files_path);
	fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		files_die(files_path);
	return fd;
}

static inline int files_is_entry(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

/* The names in the directory, sorted, with a blank behind each. */
static inline const char *files_list(void)
{
	static char names[65536];
	struct dirent **entries;
	int n = scandir(files_path, &entries, files_is_entry, alphasort);
	size_t len = 0;

	names[0] = '\0';
	for (int i = 0; i < n; i++) {
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s ", entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return names;
}

/* Removes what lies in the directory (subdirectories must be empty). */
static inline void files_clear(void)
{
	struct dirent **entries;
	int n = scandir(files_path, &entries, files_is_entry, NULL);

	for (int i = 0; i < n; i++) {
		if (unlink(entries[i]->d_name) < 0 && rmdir(entries[i]->d_name) < 0)
			files_die(entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* Closes and removes the directory. */
static inline void files_close(int dirfd)
{
	files_clear();
	(void)close(dirfd);
	(void)!chdir("/");
	(void)rmdir(files_path);
}

static inline void files_put(const char *name, const void *bytes, size_t n)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || close(fd) < 0)
		files_die(name);
}

/* The file's text, "(absent)" or "(unreadable)"; valid until the next call. */
static inline const char *files_get(const char *name)
{
	static char text[1 << 20];
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n < 0)
		return fd < 0 ? "(absent)" : (close(fd), "(unreadable)");
	text[n] = '\0';
	(void)close(fd);
	return text;
}

static inline unsigned files_mode(const char *name)
{
	struct stat st;

	return lstat(name, &st) < 0 ? 0 : (unsigned)st.st_mode & (S_IFMT | 07777);
}

/* Starts fn(arg) in a child; what it returns is the exit status. */
static inline pid_t start_child(int (*fn)(void *arg), void *arg)
{
	pid_t pid;

	(void)fflush(NULL); /* or the child prints our lines again */
	pid = fork();
	if (pid < 0)
		files_die("fork");
	if (pid == 0)
		_exit(fn(arg));
	return pid;
}

/* The exit status, or 128 and the signal. */
static inline int wait_child(pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) < 0)
		files_die("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline int in_child(int (*fn)(void *arg), void *arg)
{
	return wait_child(start_child(fn, arg));
}

#define SKIP(text, why) printf("ok %d - %s # skip %s\n", ++test_count, text, why)
