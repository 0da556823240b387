/* SPDX-License-Identifier: MIT */
/*
 * lock - keeps two runs, or two readers of one device, apart.
 *
 * A lock is a POSIX record lock, fcntl(2), on an empty file of mode 0600
 * (".NAME.lock"). Only the file's owner can take it, a child never inherits
 * it, a dead holder frees it, and the kernel names the holder. The file stays.
 * A process must open a lock's file once only: closing any descriptor of it
 * releases the lock.
 */
#pragma once
#include "base.h"
#include <sys/types.h>

/*
 * Takes the lock of name in dirfd. The descriptor, to be closed to release it; -EBUSY when somebody holds it, with
 * the holder's pid in *holder (0 if unknown); or the errno of opening it. holder may be NULL.
 */
int lock_take(int dirfd, const char *name, pid_t *holder) MUST_CHECK;
