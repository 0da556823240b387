/* SPDX-License-Identifier: MIT */
/*
 * sysfs - the disks of this machine as the kernel lists them.
 *
 * Only attributes that the kernel answers from memory are read: an attribute
 * that sends a command (an NVMe drive's temp1_max does) could hang with its disk.
 */
#pragma once
#include "select.h"

enum { DISKS_MAX = 1024 };

struct names {
	char (*items)[32];
	size_t n;
};

/*
 * Kernel names of whole disks below root, sorted (sda, sdb, ..., sdaa, nvme0, ...). readers: only those that may be
 * read (sd*, nvme*); else the others too that are real block devices (vd*, xvd*, mmcblk*).
 * 0; -E2BIG beyond DISKS_MAX (ret holds the first); or the errno of reading the lists.
 */
int sysfs_names(int root, bool readers, struct names *ret) MUST_CHECK;
void sysfs_names_done(struct names *names);

/* Reads one node; what cannot be read stays empty. whole: also what an ATA disk that is awake tells by itself, its
 * serial number and IDENTIFY data. */
void sysfs_node(int root, const char *name, bool whole, struct node *ret);
