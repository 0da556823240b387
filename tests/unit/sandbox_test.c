/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/sandbox, each in a forked child that gives something up and then
 * tries what should be gone and what should still work. What the kernel, the
 * build or the user cannot show is skipped with the reason.
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include "files.h"
#include "os/sandbox.h"

enum { UNSUPPORTED = 77 };

/* In a child: names the line and ends it. */
#define TRY(c) \
	do { \
		if (!(c)) { \
			dprintf(STDERR_FILENO, "# %s:%d: %s (errno %d)\n", __FILE__, __LINE__, #c, errno); \
			return 1; \
		} \
	} while (0)
#define FAILS(call, e) ((call) < 0 && errno == (e))

/* Where it works after all, the child's status is 1. */
static int exec_false(void)
{
	return execve("/bin/false", (char *[]){ NULL }, (char *[]){ NULL });
}

static int make(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)close(fd);
	return fd;
}

/* ---- files ---- */

struct dirs {
	int in, out; /* which may be written; which may not */
};

static int limit_to_one(void *arg)
{
	const struct dirs *d = arg;
	char c;
	int fd, r;

	TRY(make(d->out, "old") >= 0);
	TRY(make(d->in, "old") >= 0);
	TRY(sandbox_keep_caps(0) == 0);
	r = sandbox_limit_files(&d->in, 1);
	if (r == -EOPNOTSUPP)
		return UNSUPPORTED;
	TRY(r == 0);
	TRY(FAILS(make(d->out, "new"), EACCES));
	TRY(FAILS(openat(d->out, "old", O_WRONLY | O_CLOEXEC), EACCES));
	TRY(FAILS(openat(d->out, "old", O_RDWR | O_CLOEXEC), EACCES));
	TRY(FAILS(unlinkat(d->out, "old", 0), EACCES));
	TRY(FAILS(renameat(d->out, "old", d->out, "new"), EACCES));
	TRY(FAILS(renameat(d->in, "old", d->out, "new"), EACCES) || errno == EXDEV);
	TRY(FAILS(exec_false(), EACCES));
	TRY(FAILS(open("/dev/null", O_WRONLY | O_CLOEXEC), EACCES));

	fd = openat(d->out, "old", O_RDONLY | O_CLOEXEC); /* reading is no business of this step */
	TRY(fd >= 0 && read(fd, &c, 1) == 0);
	fd = openat(d->in, "old", O_WRONLY | O_TRUNC | O_CLOEXEC);
	TRY(fd >= 0 && write(fd, "x", 1) == 1 && ftruncate(fd, 0) == 0);
	TRY(make(d->in, "new") >= 0);
	TRY(renameat(d->in, "new", d->in, "old") == 0);
	TRY(unlinkat(d->in, "old", 0) == 0);
	TRY(FAILS(mkdirat(d->in, "dir", 0700), EACCES));
	TRY(FAILS(symlinkat("x", d->in, "link"), EACCES));
	TRY(FAILS(mknodat(d->in, "fifo", S_IFIFO | 0600, 0), EACCES));
	return 0;
}

static int limit_to_none(void *arg)
{
	const struct dirs *d = arg;
	int r;

	TRY(sandbox_keep_caps(0) == 0);
	r = sandbox_limit_files(NULL, 0);
	if (r == -EOPNOTSUPP)
		return UNSUPPORTED;
	TRY(r == 0);
	TRY(FAILS(make(d->in, "new"), EACCES));
	TRY(FAILS(make(d->out, "new"), EACCES));
	TRY(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0);
	return 0;
}

static int limit_to_both(void *arg)
{
	const struct dirs *d = arg;
	const int both[] = { d->in, d->out };
	int r;

	TRY(sandbox_keep_caps(0) == 0);
	r = sandbox_limit_files(both, 2);
	if (r == -EOPNOTSUPP)
		return UNSUPPORTED;
	TRY(r == 0);
	TRY(make(d->in, "new") >= 0 && make(d->out, "new") >= 0);
	TRY(FAILS(open("/tmp", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600), EACCES));
	return 0;
}

/* ---- calls ---- */

static int parse_calls(void *arg)
{
	struct pollfd p = { .events = POLLIN };
	int pipes[2], n = 0, r;
	pid_t child, me = getpid();
	void *memory;
	char c = 0;

	TRY(pipe2(pipes, O_CLOEXEC) == 0);
	child = fork();
	if (child == 0)
		_exit(write(pipes[1], "x", 1) == 1 ? 7 : 1);
	TRY(sandbox_keep_caps(0) == 0);
	r = sandbox_limit_calls(SANDBOX_PARSE);
	if (r == -EOPNOTSUPP)
		return UNSUPPORTED;
	TRY(r == 0);
	TRY(FAILS(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), EPERM));
	TRY(FAILS(exec_false(), EPERM));
	TRY(FAILS(ioctl(pipes[0], FIONREAD, &n), EPERM));
	TRY(FAILS(fork(), EPERM));
	TRY(FAILS(kill(me, SIGKILL), EPERM));
	TRY(FAILS(prctl(PR_GET_NAME, "a buffer of 16 b"), EPERM));
	TRY(FAILS(syscall(SYS_seccomp, 0, 0, NULL), EPERM));
#ifdef __x86_64__
	TRY(FAILS(syscall(0x40000000 | SYS_getpid), EPERM)); /* the same call by its x32 number */
#endif
	p.fd = pipes[0];
	TRY(poll(&p, 1, 10000) == 1);
	TRY(read(pipes[0], &c, 1) == 1 && c == 'x');
	TRY(waitpid(child, &r, 0) == child && WEXITSTATUS(r) == 7);
	TRY(make(*(int *)arg, "new") >= 0);
	TRY(renameat(*(int *)arg, "new", *(int *)arg, "old") == 0);
	TRY(unlinkat(*(int *)arg, "old", 0) == 0);
	memory = malloc(10000000);
	TRY(memory != NULL);
	free(memory);
	TRY(open("/proc/self/stat", O_RDONLY | O_CLOEXEC) >= 0);
	TRY(usleep(1) == 0);
	return 0;
}

static int device_calls(void *arg)
{
	struct itimerval timer = { { 0, 0 }, { 1000, 0 } };
	int pipes[2], n = 0, r;
	struct stat st;

	TRY(pipe2(pipes, O_CLOEXEC) == 0);
	TRY(make(*(int *)arg, "old") >= 0);
	TRY(sandbox_keep_caps(0) == 0);
	r = sandbox_limit_calls(SANDBOX_DEVICE);
	if (r == -EOPNOTSUPP)
		return UNSUPPORTED;
	TRY(r == 0);
	TRY(write(pipes[1], "xyz", 3) == 3);
	TRY(ioctl(pipes[0], FIONREAD, &n) == 0 && n == 3);
	TRY(open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0);
	TRY(fstat(pipes[0], &st) == 0 && stat("/dev/null", &st) == 0);
	TRY(setitimer(ITIMER_REAL, &timer, NULL) == 0);
	TRY(FAILS(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), EPERM));
	TRY(FAILS(exec_false(), EPERM));
	TRY(FAILS(fork(), EPERM));
	TRY(FAILS(unlinkat(*(int *)arg, "old", 0), EPERM));
	TRY(FAILS(renameat(*(int *)arg, "old", *(int *)arg, "new"), EPERM));
	return 0;
}

/* ---- capabilities, users ---- */

/* The line of /proc/self/status that starts so. */
static bool status_has(const char *line)
{
	const char *text = files_get("/proc/self/status"), *at = strstr(text, line);

	return at && at > text && at[-1] == '\n' && at[strlen(line)] == '\n';
}

static int inherit_all(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];

	TRY(syscall(SYS_capget, &head, caps) == 0);
	for (size_t i = 0; i < ARRAY_LEN(caps); i++)
		caps[i].inheritable = caps[i].permitted;
	TRY(syscall(SYS_capset, &head, caps) == 0);
	TRY(geteuid() != 0 || prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_RAWIO, 0, 0) == 0);
	return 0;
}

static int keep_none(void *arg)
{
	(void)arg;
	TRY(inherit_all() == 0);
	TRY(sandbox_keep_caps(0) == 0);
	TRY(status_has("CapInh:\t0000000000000000"));
	TRY(status_has("CapPrm:\t0000000000000000"));
	TRY(status_has("CapEff:\t0000000000000000"));
	TRY(status_has("CapAmb:\t0000000000000000"));
	TRY(status_has("NoNewPrivs:\t1"));
	TRY(sandbox_keep_caps(~(uint64_t)0) == 0); /* nothing comes back */
	TRY(status_has("CapPrm:\t0000000000000000"));
	TRY(sandbox_keep_caps(0) == 0); /* again is no error */
	return 0;
}

static int keep_some(void *arg)
{
	(void)arg;
	TRY(inherit_all() == 0);
	TRY(sandbox_keep_caps((uint64_t)1 << CAP_SYS_RAWIO | (uint64_t)1 << CAP_SYSLOG) ==
	    0); /* one of each word */
	TRY(status_has("CapPrm:\t0000000400020000"));
	TRY(status_has("CapEff:\t0000000400020000"));
	TRY(status_has("CapInh:\t0000000000000000"));
	TRY(status_has("NoNewPrivs:\t1"));
	return 0;
}

static int is_user(uid_t uid, gid_t gid)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	TRY(getresuid(&r, &e, &s) == 0 && r == uid && e == uid && s == uid);
	TRY(getresgid(&rg, &eg, &sg) == 0 && rg == gid && eg == gid && sg == gid);
	TRY(getgroups(0, NULL) == 0);
	TRY(FAILS(setuid(0), EPERM));
	TRY(FAILS(setgid(0), EPERM));
	return 0;
}

static int become_directory_owner(void *arg)
{
	const struct dirs *d = arg;
	gid_t groups[] = { 0, 4, 6 };

	TRY(setgroups(3, groups) == 0);
	TRY(fchown(d->in, 1234, 4321) == 0);
	TRY(sandbox_become_owner(d->in) == 0);
	TRY(is_user(1234, 4321) == 0);
	TRY(make(d->in, "new") >= 0);
	TRY(FAILS(make(d->out, "new"), EACCES)); /* root's directory */
	TRY(sandbox_become_owner(d->out) == 0);  /* no longer root: nothing happens */
	return is_user(1234, 4321);
}

static int become_nobody(void *arg)
{
	(void)arg;
	TRY(sandbox_become_owner(-1) == 0);
	return is_user(65534, 65534);
}

static int become_owner_of_nothing(void *arg)
{
	(void)arg;
	TRY(sandbox_become_owner(999) == -EBADF);
	return getuid() == 0 ? 0 : 1;
}

/* All steps in their order, as os/tool takes them. */
static int all_steps(void *arg)
{
	const struct dirs *d = arg;
	int r;

	TRY(sandbox_become_owner(d->in) == 0);
	TRY(sandbox_keep_caps(0) == 0);
	r = sandbox_limit_files(&d->in, 1);
	TRY(r == 0 || r == -EOPNOTSUPP);
	r = sandbox_limit_calls(SANDBOX_PARSE);
	TRY(r == 0 || r == -EOPNOTSUPP);
	TRY(make(d->in, "new") >= 0);
	TRY(renameat(d->in, "new", d->in, "old") == 0);
	return 0;
}

static void check(const char *name, bool needs_root, int (*fn)(void *arg), void *arg)
{
	int r = needs_root && geteuid() != 0 ? -1 : in_child(fn, arg);

	if (r == -1)
		SKIP(name, "needs root");
	else if (r == UNSUPPORTED)
		SKIP(name, "not in this kernel or build");
	else
		OK_(r == 0, name, "the child ended with %d", r);
	if (geteuid() == 0 && chown("in", 0, 0) < 0)
		files_die("chown");
	(void)(unlink("in/old"), unlink("in/new"), unlink("out/old"), unlink("out/new"));
}

int main(void)
{
	int dir = files_open();
	struct dirs d;

	if (mkdir("in", 0755) < 0 || mkdir("out", 0755) < 0)
		files_die("mkdir");
	d.in = open("in", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d.out = open("out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check("files: one directory may be written, nothing be executed", false, limit_to_one, &d);
	check("files: no directory may be written", false, limit_to_none, &d);
	check("files: two directories may be written", false, limit_to_both, &d);
	check("calls: a parser reads, writes, waits; no ioctl, exec, socket, fork", false, parse_calls,
	      &d.in);
	check("calls: a device's reader sends ioctl; no exec, socket, fork", false, device_calls, &d.in);
	check("capabilities: none is left, none comes back", false, keep_none, NULL);
	check("capabilities: those in the mask are left", true, keep_some, NULL);
	check("owner: root becomes the directory's owner, without groups", true, become_directory_owner, &d);
	check("owner: root becomes nobody where there is no directory", true, become_nobody, NULL);
	check("owner: a bad descriptor is an error and changes nothing", true, become_owner_of_nothing, NULL);
	check("all steps in a row leave a directory to publish to", false, all_steps, &d);
	(void)(close(d.in), close(d.out));
	files_close(dir);
	return TEST_END();
}
