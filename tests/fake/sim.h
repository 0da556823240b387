/* SPDX-License-Identifier: MIT */
/*
 * sim - a simulated ATA, SCSI or NVMe device behind the ioctl of another process.
 *
 * One ioctl is one struct request. request_receive() reads what the caller
 * handed over and logs the command; request_answer(), at once or when the
 * device's delay has passed, writes what a device would return. Between the
 * two calls nothing is locked or waited for, so that a slow device holds up
 * nobody but its caller.
 *
 * A device is a folder. Its inputs are read anew for every command. The disks
 * behind a MegaRAID controller are folders megaraid_sas_ioctl_node/ID.
 *
 * blob: records of a 4-byte tag, a big-endian 32-bit length and the payload;
 * others are skipped, a request for one that is missing is refused.
 *	IDFY SMST SMDT SMTH	ATA: IDENTIFY DEVICE, status (4 bytes, 0 failing), SMART data, thresholds
 *	LGDR ERLG STLG DSxx	log directory, summary errors, self-tests, page xx of Device Statistics
 *	INQR VPxx LPxx MPxx	SCSI: standard INQUIRY, VPD, log and mode page xx (hexadecimal)
 *	RCAP RDEF		READ CAPACITY (16), READ DEFECT DATA (10)
 *	NVID NVNS NVSL NVST NVC0	NVMe: Identify Controller and Namespace, logs 02h, 06h, C0h
 *
 * knobs: lines KEY=VALUE. They are about commands to the device, not about what
 * the kernel answers by itself (BLKGETSIZE64 and its like).
 *	delay_ms=N hang=1 errno=EIO		answer late, never, or fail the ioctl
 *	host_status=N driver_status=N scsi_status=N	fail the SCSI command, without data
 *	short=N zero=1 zero=TAG badsum=1	transfer N bytes, zeros for (that) record, damage SMDT
 *	smart=off power=HH			IDENTIFY and SMART as when disabled; CHECK POWER MODE's count
 *	sat=both|16|12|none sense=descriptor|fixed	which pass-through, and how registers come back
 *	unit_attention=N reqsense=KK/AA/QQ	the first N commands get 06/29/00; what REQUEST SENSE says
 *	enable=allow				obey commands that change the device
 *
 * log: a line for each command: "ata b0/d5/06 16" (command, SMART feature or log,
 * page; size of the CDB), "scsi 4d/0d", "nvme 02/02", "blkgetsize64"; with WRITE
 * in front when it would have changed the device and was refused.
 */
#pragma once
#include <limits.h>
#include <linux/nvme_ioctl.h>
#include <scsi/sg.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base.h"

enum {
	SECTOR = 512,
	PAGE_MAX = 65536 + 4, /* the longest page: a SCSI log page, 16-bit length and 4-byte header */
	SENSE_MAX = 22,       /* descriptor header 8 and ATA Status Return descriptor 14 */
	CDB_MAX = 16,
};

/* A device's faults; 0 is none, short_bytes is -1 when unset. */
struct knobs {
	long delay_ms;
	long unit_attention; /* how many commands after start meet 06/29/00 */
	long host_status;
	long driver_status;
	long scsi_status;
	long short_bytes;
	long power; /* count field of CHECK POWER MODE */
	int error;  /* 0 or a negative errno value */
	bool hang;
	bool sense_fixed;
	bool sat12, sat16;
	bool smart_off;
	bool bad_sum;
	bool allow_changes;
	bool zero;
	char zero_tag[5];    /* with zero: only this record, "" for all */
	uint8_t reqsense[3]; /* key, asc, ascq */
};

/* What lives as long as the simulator. */
struct device {
	struct device *next;
	long attentions;     /* unit attentions told so far */
	bool smart_enabled;  /* by SMART ENABLE, against smart=off */
	bool smart_disabled; /* by SMART DISABLE */
	char name[NAME_MAX + 1];
};

/* What a command returned; a zeroed one is GOOD without data. */
struct answer {
	uint8_t status; /* SCSI status (SAM-6 5.3.1) */
	uint8_t sense[SENSE_MAX];
	size_t sense_len;
	size_t len;
	uint8_t data[PAGE_MAX];
};

struct blob {
	uint8_t *bytes;
	size_t len;
};

struct request {
	struct request *next;
	int64_t due_ns; /* CLOCK_MONOTONIC */
	uint64_t id;    /* of the seccomp notification */
	uint64_t arg;   /* the ioctl's third argument, an address in the caller */
	uint32_t code;  /* the ioctl's second argument */
	pid_t pid;      /* the caller's thread */
	pid_t process;  /* once it hangs, that thread's process */
	int mem;        /* its memory */
	int dir;        /* the folder of all devices, not owned */
	uint32_t nsid;  /* the namespace in the path's name, 0 for none */
	struct device *dev;
	struct device behind; /* dev, for a disk behind a controller */
	struct knobs knobs;
	struct blob blob; /* while the request is answered */
	bool is_nvme;
	bool is_command; /* for the device, not only for the kernel's driver */
	bool refuse;     /* it would change the device */
	union {
		struct {
			sg_io_hdr_t hdr;
			uint8_t cdb[CDB_MAX];
		} sg;
		struct nvme_passthru_cmd64 nvme; /* only what both sizes of the command share */
	};
};

/* The i-th ioctl that the simulator answers, 0 after the last. */
uint32_t request_code(size_t i);
/* Reads the caller's arguments and logs the command; 0 or the ioctl's negative errno value. */
int request_receive(struct request *q) MUST_CHECK;
/* Carries the command out; the ioctl's result or negative errno value. */
int request_answer(struct request *q) MUST_CHECK;

/* n bytes from or to the caller's memory; 0 or -EFAULT. */
int request_read(const struct request *q, uint64_t address, void *bytes, size_t n) MUST_CHECK;
int request_write(const struct request *q, uint64_t address, const void *bytes, size_t n) MUST_CHECK;

/* Starts the program under the filter; the descriptor of its notifications or a negative errno value. */
int child_start(char **argv, const sigset_t *mask, pid_t *ret) MUST_CHECK;

/* The process of a thread. */
pid_t process_of(pid_t thread);
/* Is a process below top still running that is none of the hung ones? */
bool left_running(pid_t top, const struct request *hung);

/* Is it a folder of dir? */
bool device_exists(int dir, const char *name);
/* The device's faults as its `knobs` file has them now; a line that is not understood is told on stderr. */
void knobs_load(int dir, const char *name, struct knobs *ret);
/* Appends one line to the device's log, after "WRITE " for a command that is refused. */
void device_log(const struct request *q, const char *format, ...) PRINTF_LIKE(2, 3);
/* The device's records, none when there is no readable blob; blob_free() accepts an empty one. */
struct blob blob_load(int dir, const char *name);
void blob_free(struct blob *b);
/* The payload of the first record with that tag, NULL when absent. */
const uint8_t *blob_find(const struct blob *b, const char *tag, size_t *len);

/* Fills data with a record, or with zeros where the zero knob says so; false when the blob has none. */
bool answer_record(const struct request *q, const char *tag, struct answer *a);
/* CHECK CONDITION with fixed format sense data. */
void answer_check(struct answer *a, uint8_t key, uint8_t asc, uint8_t ascq);
/* The 18 bytes of fixed format sense data (SPC-5 4.4.3). */
void sense_fixed(uint8_t out[static 18], uint8_t key, uint8_t asc, uint8_t ascq);

int sg_receive(struct request *q) MUST_CHECK;
int sg_answer(struct request *q) MUST_CHECK;
/* The command in q->sg: its line in the log, and what the device makes of it. */
void scsi_log(struct request *q);
void scsi_answer(struct request *q, struct answer *a);
#define MFI_IOCTL 0xc1944d01 /* of the driver megaraid_sas, for a 64-bit program */
int mfi_receive(struct request *q) MUST_CHECK;
int mfi_answer(struct request *q) MUST_CHECK;
int nvme_receive(struct request *q) MUST_CHECK;
int nvme_answer(struct request *q) MUST_CHECK;

/* ATA PASS-THROUGH (12) and (16). */
bool ata_is_passthrough(const uint8_t *cdb);
void ata_log(struct request *q);
void ata_answer(struct request *q, struct answer *a);
/* The device's bytes, 0 when there is no IDENTIFY DEVICE, and those of its sectors. */
uint64_t ata_geometry(const struct blob *b, uint32_t *logical, uint32_t *physical);
/* The characters of an ATA string (ACS-4: the first of each pair is in the high byte). */
void ata_string(uint8_t *out, const uint8_t *identify, size_t word, size_t bytes);

/* Big-endian fields, as SCSI has them, and little-endian ones of ATA and NVMe. */
uint32_t be16(const uint8_t *p);
uint32_t be32(const uint8_t *p);
uint64_t be64(const uint8_t *p);
void put_be32(uint8_t *p, uint32_t v);
uint32_t le16(const uint8_t *p);
uint64_t le64(const uint8_t *p);
