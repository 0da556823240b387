/* SPDX-License-Identifier: MIT */
/* sg - the carrier of most commands: the kernel's SG_IO, version 3 interface (scsi/sg.h). */
#include <errno.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "reader.h"

enum {
	CHECK_CONDITION = 0x02, /* SAM-5 5.3.1 */
	DRIVER_SENSE = 0x08,    /* the driver byte says that sense data is there */
	MAX_SENSE = 64,
	/* Longer than any spin-up: a time-out makes the kernel reset the link, which disturbs the disk and its
	 * neighbours. */
	TIMEOUT_MS = 60000,
};

int sg_send(const struct reader *r, const uint8_t *cdb, uint8_t cdb_len, void *data, size_t size, struct sense *sense)
{
	uint8_t command[16], raw[MAX_SENSE] = { 0 };
	sg_io_hdr_t io = {
		.interface_id = 'S',
		.dxfer_direction = data ? SG_DXFER_FROM_DEV : SG_DXFER_NONE,
		.cmd_len = cdb_len,
		.cmdp = command,
		.mx_sb_len = sizeof(raw),
		.sbp = raw,
		.dxferp = data,
		.dxfer_len = (unsigned)size,
		.timeout = TIMEOUT_MS,
	};

	*sense = (struct sense){ 0 };
	if (cdb_len > sizeof(command))
		return -EINVAL;
	memcpy(command, cdb, cdb_len);
	if (data)
		memset(data, 0, size);
	if (ioctl(r->fd, SG_IO, &io) < 0)
		return -errno;
	sense_parse(raw, io.sb_len_wr < sizeof(raw) ? io.sb_len_wr : sizeof(raw), sense);
	if (io.host_status || (io.driver_status & 15 & ~DRIVER_SENSE))
		return -EIO;
	if (io.status && (io.status != CHECK_CONDITION || !sense->known || sense->key > 1))
		return -EIO;
	return io.resid > 0 && (size_t)io.resid <= size ? (int)(size - (size_t)io.resid) : (int)size;
}
