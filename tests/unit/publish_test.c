/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/publish: one file replaced, whatever lies at its name and at the
 * temporary one, and nothing left behind where it fails. Also what
 * node_exporter's textfile collector was measured to do with what is no plain,
 * readable file: a FIFO hangs the scrape, mode 0600 drops the file, a hidden
 * ".x.prom" is read, a directory is listed.
 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "files.h"
#include "os/publish.h"

static int put(int dir, const char *name, const char *text, mode_t mode, bool durable)
{
	AUTO_PUBLISH struct publish p = PUBLISH_NONE;
	int r = publish_open(&p, dir, name);

	if (r == 0)
		r = publish_write(&p, text, strlen(text));
	return r < 0 ? r : publish_commit(&p, mode, durable);
}

static void check_plain(int dir)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };

	for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
		mode_t old = umask(masks[i]);

		CHECK_INT(put(dir, "x.prom", "new", 0644, false), 0);
		(void)umask(old);
		CHECK_INT(files_mode("x.prom"), S_IFREG | 0644);
		CHECK_STR(files_get("x.prom"), "new");
		CHECK_STR(files_list(), "x.prom ");
		if (i % 2)
			files_clear();
	}
	CHECK_INT(put(dir, "x.prom", "", 0600, true), 0);
	CHECK_INT(files_mode("x.prom"), S_IFREG | 0600);
	CHECK_STR(files_get("x.prom"), "");
	files_clear();
}

/* While it is written, the old file is what a reader sees; no name ends in .prom but the file's own. */
static void check_meanwhile(int dir)
{
	AUTO_PUBLISH struct publish p = PUBLISH_NONE;

	files_put("x.prom", "old", 3);
	CHECK_INT(publish_open(&p, dir, "x.prom"), 0);
	CHECK_INT(publish_write(&p, "new", 3), 0);
	CHECK_STR(files_list(), ".x.prom.tmp x.prom ");
	CHECK_INT(files_mode(".x.prom.tmp"), S_IFREG | 0600);
	CHECK_STR(files_get("x.prom"), "old");
	publish_abort(&p);
	CHECK_STR(files_list(), "x.prom ");
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_INT(p.fd, -1);
	publish_abort(&p); /* nothing to do */
	files_clear();
}

/* A reader that has the old file open reads it to the end. */
static void check_open_reader(int dir)
{
	char text[4] = "";
	int fd;

	files_put("x.prom", "old", 3);
	fd = open("x.prom", O_RDONLY | O_CLOEXEC);
	CHECK_INT(put(dir, "x.prom", "new", 0644, false), 0);
	CHECK(read(fd, text, 3) == 3);
	CHECK_STR(text, "old");
	(void)close(fd);
	files_clear();
}

static void make_link(const char *name)
{
	CHECK(symlink("elsewhere", name) == 0);
}

static void make_fifo(const char *name)
{
	CHECK(mkfifo(name, 0644) == 0);
}

static void make_stray(const char *name)
{
	files_put(name, "what a killed run left, and longer", 34);
}

/* What somebody planted at either name is replaced, never opened or followed. */
static void check_planted(int dir)
{
	static void (*const plant[])(const char *name) = { make_link, make_fifo, make_stray };
	static const char *const names[] = { ".x.prom.tmp", "x.prom" };

	for (size_t i = 0; i < ARRAY_LEN(plant); i++)
		for (size_t j = 0; j < ARRAY_LEN(names); j++) {
			files_put("elsewhere", "untouched", 9);
			plant[i](names[j]);
			CHECK_INT(publish_check_target(dir, "x.prom"), 0);
			CHECK_INT(put(dir, "x.prom", "new", 0644, false), 0);
			CHECK_STR(files_list(), "elsewhere x.prom ");
			CHECK_INT(files_mode("x.prom"), S_IFREG | 0644);
			CHECK_STR(files_get("x.prom"), "new");
			CHECK_STR(files_get("elsewhere"), "untouched");
			files_clear();
		}
}

static void check_directory_in_the_way(int dir)
{
	CHECK(mkdir(".x.prom.tmp", 0755) == 0);
	files_put("x.prom", "old", 3);
	CHECK_INT(put(dir, "x.prom", "new", 0644, false), -EISDIR);
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_STR(files_list(), ".x.prom.tmp x.prom ");
	files_clear();

	CHECK(mkdir("x.prom", 0755) == 0);
	CHECK_INT(put(dir, "x.prom", "new", 0644, false), -EISDIR);
	CHECK_STR(files_list(), "x.prom ");
	files_clear();
}

/* A limit on file size stands in for a full disk: both fail a write() in the middle. */
static int write_too_much(void *arg)
{
	const struct rlimit small = { 1000, 1000 };
	static char bytes[5000];
	AUTO_PUBLISH struct publish p = PUBLISH_NONE;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &small) < 0 || publish_open(&p, *(int *)arg, "x.prom") < 0)
		return 1;
	if (publish_write(&p, bytes, sizeof(bytes)) != -EFBIG)
		return 2;
	return 0;
}

static void check_failures(int dir)
{
	AUTO_PUBLISH struct publish p = PUBLISH_NONE;
	char longest[NAME_MAX + 1], longer[NAME_MAX + 1];

	files_put("x.prom", "old", 3);
	CHECK_INT(in_child(write_too_much, &dir), 0);
	CHECK_STR(files_list(), "x.prom ");
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_INT(publish_open(&p, -1, "x.prom"), -EBADF);
	CHECK_INT(p.fd, -1);
	CHECK_INT(put(dir, "none/x.prom", "new", 0644, false), -ENOENT);
	files_clear();

	memset(longest, 'x', sizeof(longest));
	longest[NAME_MAX - 5] = '\0'; /* "." and ".tmp" */
	memset(longer, 'x', sizeof(longer));
	longer[NAME_MAX - 4] = '\0';
	CHECK_INT(put(dir, longest, "new", 0644, false), 0);
	CHECK_INT(put(dir, longer, "new", 0644, false), -ENAMETOOLONG);
	CHECK_STR(files_get(longest), "new");
	files_clear();
}

static int open_and_wait(void *arg)
{
	AUTO_PUBLISH struct publish p = PUBLISH_NONE;

	if (publish_open(&p, *(int *)arg, "x.prom") < 0 || publish_write(&p, "half", 4) < 0)
		return 1;
	(void)raise(SIGKILL);
	return 2;
}

static void check_killed(int dir)
{
	files_put("x.prom", "old", 3);
	CHECK_INT(in_child(open_and_wait, &dir), 128 + SIGKILL);
	CHECK_STR(files_list(), ".x.prom.tmp x.prom "); /* one stray, of a name that nobody reads */
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_INT(put(dir, "x.prom", "new", 0644, false), 0);
	CHECK_STR(files_list(), "x.prom ");
	files_clear();
}

static int publish_in_locked_directory(void *arg)
{
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
		return 77;
	return put(*(int *)arg, "x.prom", "new", 0644, false) == -EACCES ? 0 : 1;
}

static void check_unwritable(int dir)
{
	files_put("x.prom", "old", 3);
	CHECK(chmod(".", 0555) == 0);
	CHECK_INT(in_child(publish_in_locked_directory, &dir), 0);
	CHECK(chmod(".", 0755) == 0);
	CHECK_STR(files_get("x.prom"), "old");
	files_clear();
}

static void check_targets(int dir)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int dev = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	    s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	static const struct {
		const char *name, *target;
		int r;
	} links[] = {
		{ "to-file", "file", 0 },
		{ "dangling", "absent", 0 },
		{ "to-dir", "/tmp", -ENOTSUP },
		{ "to-fifo", "fifo", -ENOTSUP },
		{ "to-device", "/dev/null", -ENOTSUP },
		{ "to-stdout", "/proc/self/fd/1", -ENOTSUP }, /* wherever that goes: to a file, too */
		{ "to-closed", "/proc/self/fd/999", -ENOTSUP },
	};

	files_put("file", "x", 1);
	CHECK(mkfifo("fifo", 0644) == 0 && mkdir("dir", 0755) == 0);
	CHECK(bind(s, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK_INT(publish_check_target(dir, "absent"), 0);
	CHECK_INT(publish_check_target(dir, "file"), 0);
	CHECK_INT(publish_check_target(dir, "fifo"),
		  0); /* planted: it would hang node_exporter, so it is replaced */
	CHECK_INT(publish_check_target(dir, "dir"), -EISDIR);
	CHECK_INT(publish_check_target(dir, "socket"), -ENOTSUP);
	CHECK_INT(publish_check_target(dev, "null"), -ENOTSUP);
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		int r = symlink(links[i].target, links[i].name) < 0
				? -errno
				: publish_check_target(dir, links[i].name);

		OK_(r == links[i].r, links[i].name, "got %d", r);
	}
	(void)close(dev);
	(void)close(s);
	files_clear();
}

int main(void)
{
	int dir = files_open();

	check_plain(dir);
	check_meanwhile(dir);
	check_open_reader(dir);
	check_planted(dir);
	check_directory_in_the_way(dir);
	check_failures(dir);
	check_killed(dir);
	check_unwritable(dir);
	check_targets(dir);
	files_close(dir);
	return TEST_END();
}
