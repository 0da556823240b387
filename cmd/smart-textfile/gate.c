/* SPDX-License-Identifier: MIT */
/*
 * gate - every ioctl of this program passes here, those that libatasmart and
 * libnvme make included: this definition takes the C library's place for them.
 * So the list in allow.h is what a disk can be sent, not what we meant to send.
 * (libatasmart, for one, would switch SMART on where it finds it off.)
 */
#include <errno.h>
#include <linux/fs.h>
#include <linux/nvme_ioctl.h>
#include <scsi/scsi.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "allow.h"

/* sys/ioctl.h declares it with a throw attribute that differs between C libraries; it is not needed here. */
__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request, ...);

static bool is_allowed(unsigned long request, const void *arg)
{
	struct nvme_passthru_cmd nvme;
	struct mfi_packet mfi;
	sg_io_hdr_t sg;

	switch (request) {
	case SG_IO:
		memcpy(&sg, arg, sizeof(sg));
		return sg.interface_id == 'S' && sg.dxfer_direction != SG_DXFER_TO_DEV &&
		       sg.dxfer_direction != SG_DXFER_TO_FROM_DEV && sg.iovec_count == 0 &&
		       allow_cdb(sg.cmdp, sg.cmd_len);
	case NVME_IOCTL_ADMIN_CMD:
		memcpy(&nvme, arg, sizeof(nvme));
		return allow_nvme_admin(nvme.opcode);
	case MFI_IOCTL:
		memcpy(&mfi, arg, sizeof(mfi));
		return allow_mfi(&mfi);
	case SCSI_IOCTL_GET_BUS_NUMBER:
	case BLKGETSIZE64:
		return true;
	default:
		return false;
	}
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (!is_allowed(request, arg)) {
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_ioctl, fd, request, arg);
}
