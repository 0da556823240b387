/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/lock.h"
#include "os/sandbox.h"
#include "reader.h"

enum { PLAN_FD, PAGES_FD, NO_STDERR, LOCK_DIR_FD, FIRST_OTHER_FD };

/* SG_IO of ATA pass-through asks for the first, NVMe admin commands for the second (block/scsi_ioctl.c,
 * drivers/nvme/host/ioctl.c). */
static const uint64_t CAPS = 1ULL << CAP_SYS_RAWIO | 1ULL << CAP_SYS_ADMIN;

void reader_send_raw(const void *records, size_t n)
{
	(void)!fd_write(PAGES_FD, records, n); /* if the parent is gone, so is the reason to read */
}

void reader_send(const char tag[static 4], const void *payload, size_t n)
{
	AUTO_BUF struct buf record = { 0 };

	pages_add(&record, tag, payload, n);
	if (buf_error(&record) == 0)
		reader_send_raw(record.data, record.len);
}

void reader_fail(enum page_step step, int err)
{
	const uint8_t payload[8] = { 0, 0, 0, (uint8_t)step, 0, 0, (uint8_t)(err >> 8), (uint8_t)err };

	reader_send("FAIL", payload, sizeof(payload));
}

/*
 * Nothing of the parent stays open but the two pipes, as 0 and 1, and for a moment the lock's directory: a reader
 * that hangs must hold neither the output nor a terminal. Descriptor 2 is a pipe's read end, on which a library's
 * message fails. (The parent's own 0 to 2 are open, so the pipes and the directory lie above and are not overwritten
 * before they are moved.)
 */
static void keep_only(const struct reader_task *task)
{
	int dir = task->lock_dir;

	if (dup2(task->plan_fd, PLAN_FD) < 0 || dup2(task->pages_fd, PAGES_FD) < 0 || dup2(task->plan_fd, NO_STDERR) < 0 ||
	    (dir >= 0 && dup2(dir, LOCK_DIR_FD) < 0))
		_exit(1);
	if (syscall(SYS_close_range, dir < 0 ? LOCK_DIR_FD : FIRST_OTHER_FD, ~0U, 0) < 0)
		_exit(1);
}

static void arm_alarm(uint64_t deadline_ns)
{
	uint64_t now = clock_mono_ns(), left = deadline_ns > now ? deadline_ns - now : 1000;
	struct itimerval timer = {
		.it_value = { .tv_sec = (time_t)(left / CLOCK_NS_PER_S),
			      .tv_usec = (suseconds_t)(left % CLOCK_NS_PER_S / 1000) },
	};

	(void)signal(SIGALRM, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static uint8_t wait_for_plan(void)
{
	uint8_t plan = 0;
	ssize_t n;

	do
		n = read(PLAN_FD, &plan, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? plan : 0;
}

/* O_NONBLOCK: no wait for a medium, no spin-up. */
int reader_open(const char *path)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISBLK(st.st_mode) && !S_ISCHR(st.st_mode))
		return -ENODEV;
	r = fd;
	fd = -1;
	return r;
}

static void read_device(const char *path, uint8_t plan)
{
	struct reader r = { .device = path, .plan = plan, .send = sg_send };
	int result = -ENOTSUP;

	r.fd = reader_open(path);
	if (r.fd < 0) {
		reader_fail(STEP_OPEN, -r.fd);
		return;
	}
	if (plan_is_megaraid(plan)) {
		reader_megaraid(&r);
		return;
	}
	if (plan & PLAN_NVME)
		result = reader_nvme(&r);
	if (result == -ENOTSUP && plan & PLAN_ATA)
		result = reader_ata(&r);
	if (result == -ENOTSUP && plan & PLAN_SCSI)
		result = reader_scsi(&r);
	if (result == -ENOTSUP)
		reader_fail(STEP_IDENTIFY, ENOTSUP);
}

void reader_main(const struct reader_task *task)
{
	uint8_t plan;
	int lock;

	keep_only(task);
	arm_alarm(task->deadline_ns);
	if (sandbox_keep_caps(CAPS) < 0)
		_exit(1);
	(void)!sandbox_limit_calls(SANDBOX_DEVICE); /* a kernel without seccomp is no reason to read nothing */
	plan = wait_for_plan();
	if (!plan)
		_exit(0);
	if (task->lock_dir >= 0) {
		lock = lock_take(LOCK_DIR_FD, task->name, NULL);
		if (lock < 0) {
			reader_fail(STEP_LOCK, -lock);
			_exit(0);
		}
		(void)close(LOCK_DIR_FD);
	}
	read_device(task->device, plan);
	_exit(0);
}
