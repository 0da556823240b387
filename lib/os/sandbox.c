/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/sandbox.h"

enum { NOBODY = 65534 }; /* the kernel's overflow id, "nobody" on every Linux */

int sandbox_become_owner(int dirfd)
{
	struct stat st = { .st_uid = NOBODY, .st_gid = NOBODY };

	if (geteuid() != 0)
		return 0;
	if (dirfd >= 0 && fstat(dirfd, &st) < 0)
		return -errno;
	if (setgroups(0, NULL) < 0 || setresgid(st.st_gid, st.st_gid, st.st_gid) < 0 ||
	    setresuid(st.st_uid, st.st_uid, st.st_uid) < 0)
		return -errno;
	return 0;
}

int sandbox_keep_caps(uint64_t mask)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };
	uint32_t lost = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (syscall(SYS_capget, &head, caps) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_LEN(caps); i++) {
		lost |= (caps[i].permitted & ~(uint32_t)(mask >> (32 * i))) | caps[i].inheritable;
		caps[i].permitted &= (uint32_t)(mask >> (32 * i));
		caps[i].effective = caps[i].permitted;
		caps[i].inheritable = 0; /* takes the ambient ones away as well */
	}
	/* A unit without capabilities need not allow the call. */
	return lost && syscall(SYS_capset, &head, caps) < 0 ? -errno : 0;
}

#ifdef NO_SANDBOX

int sandbox_limit_files(const int *dirfds, size_t n)
{
	(void)dirfds;
	(void)n;
	return -EOPNOTSUPP;
}

#else

/* linux/landlock.h of Linux 6.1 has ABI 2; truncation came with ABI 3 (Linux 6.2). */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

static const uint64_t IN_DIRECTORY = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
				     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_TRUNCATE;
static const uint64_t NOWHERE = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
				LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
				LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
				LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

/* An access that the running kernel does not know makes the whole call fail. */
static uint64_t known_to(long abi)
{
	return abi >= 3 ? IN_DIRECTORY | NOWHERE : (IN_DIRECTORY | NOWHERE) & ~LANDLOCK_ACCESS_FS_TRUNCATE;
}

int sandbox_limit_files(const int *dirfds, size_t n)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr rules = { .handled_access_fs = known_to(abi) };
	AUTO_FD int ruleset = -1;

	if (abi < 0)
		return errno == ENOSYS ? -EOPNOTSUPP : -errno;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (ruleset < 0)
		return -errno;
	for (size_t i = 0; i < n; i++) {
		struct landlock_path_beneath_attr below = {
			.allowed_access = IN_DIRECTORY & known_to(abi),
			.parent_fd = dirfds[i],
		};

		if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, 0) < 0)
			return -errno;
	}
	return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
}

#endif
