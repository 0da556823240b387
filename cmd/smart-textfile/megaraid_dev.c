/* SPDX-License-Identifier: MIT */
/*
 * megaraid_dev - the disks behind a MegaRAID controller, whose driver (megaraid_sas) shows volumes alone: the
 * controller is asked for the list of its disks, and each disk what it would be asked elsewhere, by a carrier of its
 * own. All of it goes through a node that the administrator makes; without one the volume is all there is.
 */
#include <errno.h>
#include <scsi/scsi.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "mfi.h"
#include "os/fd.h"
#include "reader.h"

enum { OP_INQUIRY = 0x12, MAX_SENSE = 64 };

/* All of data counts as returned: how much was is not told. */
static int megaraid_send(const struct reader *r, const uint8_t *cdb, uint8_t cdb_len, void *data, size_t size,
			 struct sense *sense)
{
	uint8_t raw[MAX_SENSE] = { 0 };
	struct mfi_packet p;
	bool reports;

	*sense = (struct sense){ 0 };
	if (cdb_len > MFI_CDB_MAX)
		return -EINVAL;
	if (size)
		memset(data, 0, size);
	mfi_scsi(&p, r->host, r->target, cdb, cdb_len);
	mfi_set_data(&p, data, size);
	mfi_set_sense(&p, raw, sizeof(raw));
	if (ioctl(r->fd, MFI_IOCTL, &p) < 0)
		return -errno;
	sense_parse(raw, sizeof(raw), sense);
	reports = p.frame[MFI_STATUS] == MFI_DONE_WITH_ERROR && sense->known && sense->key <= 1;
	return p.frame[MFI_STATUS] == MFI_OK || reports ? (int)size : -EIO;
}

/* A translation layer's vendor is "ATA", and it answers INQUIRY without the disk, as SAS disks do asleep. */
static void read_disk(const struct reader *r)
{
	const uint8_t inquiry[6] = { OP_INQUIRY, [4] = 36 };
	uint8_t data[36];
	struct sense sense;
	int n = r->send(r, inquiry, sizeof(inquiry), data, sizeof(data), &sense);

	if (n < 0) {
		reader_fail(STEP_IDENTIFY, -n);
		return;
	}
	if (memcmp(data + 8, "ATA     ", 8) != 0 || reader_ata(r) == -ENOTSUP)
		(void)!reader_scsi(r);
}

/* 0 or a negative errno value. */
static int read_controller(const struct reader *controller)
{
	uint8_t list[MFI_LIST_BYTES] = { 0 }, record[MFI_RECORD];
	struct reader r = *controller;
	struct mfi_packet p;

	mfi_get_list(&p, r.host);
	mfi_set_data(&p, list, sizeof(list));
	if (ioctl(r.fd, MFI_IOCTL, &p) < 0)
		return -errno;
	if (p.frame[MFI_STATUS] != MFI_OK)
		return -EIO;
	for (size_t i = 0; i < mfi_list_count(list, sizeof(list)); i++) {
		const uint8_t *entry = list + MFI_LIST_HEAD + i * MFI_ENTRY;

		if (!mfi_is_disk(entry))
			continue;
		mfi_record(record, r.host, entry);
		reader_send("DISK", record, sizeof(record));
		r.target = (uint8_t)mfi_device_id(entry);
		if (r.target == mfi_device_id(entry))
			read_disk(&r);
		else
			reader_fail(STEP_IDENTIFY, ENOTSUP); /* a frame has no room for the number */
	}
	return 0;
}

/* Beside the volume's node. The kernel makes none; its name is what the makers' own tools made it. */
static int open_node(const char *device)
{
	const char *slash = strrchr(device, '/');
	char path[600];

	(void)snprintf(path, sizeof(path), "%.*s/megaraid_sas_ioctl_node", slash ? (int)(slash - device) : 0, device);
	return reader_open(path);
}

void reader_megaraid(const struct reader *volume)
{
	AUTO_FD int fd = open_node(volume->device);
	struct reader r = { .device = volume->device, .fd = fd, .plan = volume->plan, .send = megaraid_send };
	int host = 0, result = fd < 0 ? fd : 0;

	if (result == 0 && ioctl(volume->fd, SCSI_IOCTL_GET_BUS_NUMBER, &host) < 0)
		result = -errno;
	r.host = (uint16_t)host;
	if (result == 0)
		result = read_controller(&r);
	if (result < 0)
		reader_fail(STEP_CONTROLLER, -result);
}
