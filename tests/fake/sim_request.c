/* SPDX-License-Identifier: MIT */
/* An ioctl from its arrival to its result, and those that the kernel answers without asking the device. */
#include <errno.h>
#include <linux/fs.h>
#include <scsi/scsi.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"

static int block_ioctl(struct request *q);
static int scsi_ioctl(struct request *q);
static int namespace_id(struct request *q);

/* With a receive function it is a command to the device; the name is the log's line for all others. */
static const struct {
	uint32_t code;
	const char *name;
	int (*receive)(struct request *q);
	int (*answer)(struct request *q);
} ioctls[] = {
	{ SG_IO, NULL, sg_receive, sg_answer },
	{ MFI_IOCTL, NULL, mfi_receive, mfi_answer },
	{ NVME_IOCTL_ADMIN_CMD, NULL, nvme_receive, nvme_answer },
	{ NVME_IOCTL_ADMIN64_CMD, NULL, nvme_receive, nvme_answer },
	{ NVME_IOCTL_ID, "nvme id", NULL, namespace_id },
	{ BLKGETSIZE64, "blkgetsize64", NULL, block_ioctl },
	{ BLKGETSIZE, "blkgetsize", NULL, block_ioctl },
	{ BLKSSZGET, "blksszget", NULL, block_ioctl },
	{ BLKPBSZGET, "blkpbszget", NULL, block_ioctl },
	{ SG_GET_VERSION_NUM, "sg version", NULL, scsi_ioctl },
	{ SCSI_IOCTL_GET_IDLUN, "scsi idlun", NULL, scsi_ioctl },
	{ SCSI_IOCTL_GET_BUS_NUMBER, "scsi bus", NULL, scsi_ioctl },
};

uint32_t request_code(size_t i)
{
	return i < ARRAY_LEN(ioctls) ? ioctls[i].code : 0;
}

uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

uint32_t be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

uint64_t be64(const uint8_t *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

void put_be32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

uint32_t le16(const uint8_t *p)
{
	return (uint32_t)p[1] << 8 | p[0];
}

uint64_t le64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

int request_read(const struct request *q, uint64_t address, void *bytes, size_t n)
{
	return pread(q->mem, bytes, n, (off_t)address) == (ssize_t)n ? 0 : -EFAULT;
}

int request_write(const struct request *q, uint64_t address, const void *bytes, size_t n)
{
	return n == 0 || pwrite(q->mem, bytes, n, (off_t)address) == (ssize_t)n ? 0 : -EFAULT;
}

/* What the device says of its size and its blocks; false when it says nothing. */
static bool geometry(const struct request *q, uint64_t *bytes, uint32_t *logical, uint32_t *physical)
{
	size_t len;
	const uint8_t *p = blob_find(&q->blob, "RCAP", &len);

	if (p && len >= 14) { /* SBC-4, READ CAPACITY (16) */
		*logical = be32(p + 8);
		*physical = *logical << (p[13] & 0x0f);
		*bytes = (be64(p) + 1) * *logical;
		return true;
	}
	p = blob_find(&q->blob, "NVNS", &len);
	if (p && len == 4096) { /* NVMe 1.4 5.15.2.1: NSZE, and LBADS of the format in use */
		*logical = 1u << (p[128 + 4 * (p[26] & 0x0f) + 2] & 0x1f);
		*physical = *logical;
		*bytes = le64(p) * *logical;
		return true;
	}
	*bytes = ata_geometry(&q->blob, logical, physical);
	return *bytes > 0;
}

/* What the kernel knows of a disk since it found it: each ioctl has a width of its own. */
static int block_ioctl(struct request *q)
{
	uint64_t bytes;
	uint32_t logical, physical;
	unsigned long sectors;

	if (!geometry(q, &bytes, &logical, &physical))
		return -ENOTTY;
	sectors = (unsigned long)(bytes / SECTOR);
	switch (q->code) {
	case BLKGETSIZE64:
		return request_write(q, q->arg, &bytes, sizeof(bytes));
	case BLKGETSIZE:
		return request_write(q, q->arg, &sectors, sizeof(sectors));
	case BLKSSZGET:
		return request_write(q, q->arg, &logical, sizeof(logical));
	default:
		return request_write(q, q->arg, &physical, sizeof(physical));
	}
}

/* Host, channel, target and unit are 0; the version is what the kernel's sd driver says. */
static int scsi_ioctl(struct request *q)
{
	const int version = 30527, zero[2] = { 0 };

	if (q->is_nvme)
		return -ENOTTY;
	if (q->code == SG_GET_VERSION_NUM)
		return request_write(q, q->arg, &version, sizeof(version));
	return request_write(q, q->arg, zero,
			     q->code == SCSI_IOCTL_GET_IDLUN ? sizeof(zero) : sizeof(zero[0]));
}

static int namespace_id(struct request *q)
{
	return q->nsid ? (int)q->nsid : -ENOTTY;
}

static size_t find(uint32_t code)
{
	size_t i = 0;

	while (i < ARRAY_LEN(ioctls) - 1 && ioctls[i].code != code)
		i++;
	return i;
}

int request_receive(struct request *q)
{
	size_t i = find(q->code);

	if (ioctls[i].receive)
		return ioctls[i].receive(q);
	device_log(q, "%s", ioctls[i].name);
	return 0;
}

int request_answer(struct request *q)
{
	int r;

	if (q->is_command && q->knobs.error)
		return q->knobs.error;
	q->blob = blob_load(q->dir, q->dev->name);
	r = ioctls[find(q->code)].answer(q);
	blob_free(&q->blob);
	return r;
}
