/* SPDX-License-Identifier: MIT */
/*
 * sandbox - what a process gives up before it looks at foreign bytes.
 *
 * The steps are separate, so that each process takes those that fit it, in
 * this order: become the owner of what it writes (only when started as root),
 * drop every capability and set no_new_privs, forbid writing outside some
 * directories and executing anything (Landlock), forbid all system calls but a
 * short list (seccomp; anything else fails with EPERM, so that a call nobody
 * thought of is an error to report and not a death).
 *
 * A build with sanitizers or coverage (-DNO_SANDBOX) keeps the first two steps
 * and leaves the others out: their runtimes write files and call anything.
 */
#pragma once
#include "base.h"
#include <stdbool.h>
#include <stdint.h>

/* As root: takes user and group of the directory, or nobody's when dirfd is negative, and no other group. Does
 * nothing for anybody else. 0 or a negative errno value. */
int sandbox_become_owner(int dirfd) MUST_CHECK;

/* Keeps of the permitted capabilities those in the mask (1 << CAP_...) and sets no_new_privs. 0 or negative. */
int sandbox_keep_caps(uint64_t mask) MUST_CHECK;

/* Landlock: no file is written, made or removed but below the n directories, none is executed.
 * 0; -EOPNOTSUPP on a kernel without Landlock, which is no fault. */
int sandbox_limit_files(const int *dirfds, size_t n) MUST_CHECK;

enum sandbox_calls {
	SANDBOX_PARSE,  /* files, memory, pipes and children's ends: no ioctl, no exec, no socket, no fork */
	SANDBOX_DEVICE, /* open, ioctl, read, write, lock, wait for an alarm: what a device's reader does */
};

/* seccomp. 0; -EOPNOTSUPP where the kernel has none. */
int sandbox_limit_calls(enum sandbox_calls which) MUST_CHECK;
