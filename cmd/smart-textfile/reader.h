/* SPDX-License-Identifier: MIT */
/*
 * reader - the process that touches one disk: it waits for one byte (enum
 * plan), takes the disk's lock, opens the device read-only, sends the fixed
 * commands of the plan, writes what came back as pages (pages.h) and ends. It
 * interprets no more of those bytes than the next command depends on.
 *
 * This is all code that runs with privilege after the command line. It ends by
 * itself: by its own alarm if need be, or, when the kernel does not let go of
 * it, whenever the disk answers. Nobody waits for it and nobody kills it.
 */
#pragma once
#include "base.h"
#include <stdint.h>
#include "pages.h"
#include "select.h"
#include "sense.h"

struct reader_task {
	char device[512]; /* path of the device node */
	char name[32];    /* the kernel's; names the lock */
	int plan_fd;      /* the byte comes from here; end of file: nothing to do */
	int pages_fd;     /* the pages go here */
	int lock_dir;     /* where the lock lies; -1: none is taken */
	uint64_t deadline_ns; /* monotonic; the alarm */
};

/* Never returns. Called in the child right after fork(2). */
_Noreturn void reader_main(const struct reader_task *task);

/* ---- for the protocols below, one file each, and the carriers of their commands ---- */

struct reader;

/*
 * A carrier sends one SCSI command to the disk and reads up to size bytes into data (NULL with 0 for a command without
 * data). It returns the bytes that came; -EIO when the adapter or the disk failed the command (sense tells why, if
 * anybody does); or the ioctl's errno. Sense data that only reports (recovered error, no sense) is success.
 */
typedef int carrier(const struct reader *r, const uint8_t *cdb, uint8_t cdb_len, void *data, size_t size,
		    struct sense *sense);

struct reader {
	const char *device;
	int fd;         /* the open device */
	uint8_t plan;
	carrier *send;
	uint16_t host;  /* behind a MegaRAID controller: its number, */
	uint8_t target; /* and the disk's */
};

carrier sg_send;

/* Hands one page to the parent. */
void reader_send(const char tag[static 4], const void *payload, size_t n);
/* Hands over records that are in the page format already. */
void reader_send_raw(const void *records, size_t n);
/* Tells the parent what failed; err is positive. */
void reader_fail(enum page_step step, int err);
/* Opens a device node, read-only and never through a link. A descriptor or a negative errno value. */
int reader_open(const char *path) MUST_CHECK;

/* 0 when the disk spoke the protocol (whatever came of it); -ENOTSUP when it does not. */
int reader_ata(const struct reader *r) MUST_CHECK;
int reader_scsi(const struct reader *r) MUST_CHECK;
int reader_nvme(const struct reader *r) MUST_CHECK;

/* Asks all disks behind the volume's controller. */
void reader_megaraid(const struct reader *volume);
