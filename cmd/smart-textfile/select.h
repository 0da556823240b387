/* SPDX-License-Identifier: MIT */
/*
 * select - from what sysfs says of a device node to whether and how the disk
 * behind it is read. Pure: the strings come from sysfs.c.
 */
#pragma once
#include "drive.h"

/*
 * The plan, one byte that a reader waits for; 0 (or end of file) means: do nothing.
 * ATA and SCSI together: try ATA pass-through first, as behind a USB bridge. SCSI and NVMe together, which no disk
 * is: not the volume itself, but all disks behind its MegaRAID controller.
 */
enum plan {
	PLAN_ATA = 1,
	PLAN_SCSI = 2,
	PLAN_NVME = 4,
	PLAN_MEGARAID = PLAN_SCSI | PLAN_NVME,
	PLAN_IDENTIFY = 8,      /* NVMe: Identify Controller too */
	PLAN_SELF_TESTS = 16,   /* opt-in logs */
	PLAN_ERROR_LOG = 32,
	PLAN_STATISTICS = 64,
	PLAN_OCP = 128,
};

static inline bool plan_is_megaraid(uint8_t plan)
{
	return (plan & PLAN_MEGARAID) == PLAN_MEGARAID;
}

enum { NODE_TEXT = 256 };

/* A disk's node below /sys/block or /sys/class/nvme; texts as read, trimmed, "" when absent. */
struct node {
	char name[32];
	char path[512];       /* target of the node's link: the buses and adapters it hangs on */
	char vendor[32], model[64], rev[32];
	char wwid[NODE_TEXT], serial[NODE_TEXT], nqn[NODE_TEXT];
	char transport[32];   /* NVMe: pcie, tcp, ... */
	char port[64];        /* SCSI H:C:T:L, NVMe PCI address */
	char host_driver[32]; /* SCSI host's driver: ahci, megaraid_sas, ... */
	char runtime[32];     /* power/runtime_status */
	uint64_t bytes;       /* all namespaces together; 0 unknown */
	uint32_t logical_block, physical_block;
	bool known_rotation, rotational;
	bool has_identify;    /* libata's cached IDENTIFY DEVICE data, from VPD page 89h */
	uint8_t identify[512];
	int critical_celsius; /* NVMe: CCTEMP as hwmon knows it; 0 unknown */
	char namespaces[NAMESPACES_MAX][32];
	size_t n_namespaces;
};

/*
 * Fills d (zeroed) with what the node tells of the disk and decides whether it is read: d->skip. The plan, with the
 * opt-in parts of extra (PLAN_IDENTIFY and above); to be used only where d->skip is, and stays, SKIP_NONE.
 */
uint8_t select_plan(const struct node *node, uint8_t extra, struct drive *d);

/* Whether nodes[i] is a MegaRAID controller's volume, and the first of it: that reader is given PLAN_MEGARAID. */
bool select_controller(const struct node *nodes, const struct drive *drives, size_t i);

/* Serial number and what the cached IDENTIFY data tell, for a disk that did not tell them itself. */
void select_name(const struct node *node, struct drive *d);

/* Of several nodes of one disk the first that is not excluded stays; the others become SKIP_DUPLICATE. */
void select_duplicates(const struct node *nodes, struct drive *drives, size_t n);

/*
 * Whether a disk matches one pattern: GLOB (the kernel name) or FIELD:GLOB with FIELD one of name, model, serial,
 * wwn, transport.
 */
bool select_matches(const char *pattern, const struct drive *d);
/* NULL, or what is wrong with a pattern, a literal. */
const char *select_check_pattern(const char *pattern);
