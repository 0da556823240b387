/* SPDX-License-Identifier: MIT */
/*
 * mfi - the frames in which a MegaRAID controller takes commands ("MegaRAID firmware interface"), in the packet of
 * the Linux driver's ioctl: which physical disks there are, and a SCSI command to one of them. Pure.
 *
 * A frame is little-endian. The driver puts buffers of its own in place of ours, and for that writes their addresses
 * into the frame at the offsets that the packet names. It returns of the frame no more than the status: neither
 * how many bytes came nor the SCSI status.
 */
#pragma once
#include "base.h"
#include "drive.h"
#include "pages.h"
#include <linux/ioctl.h>
#include <sys/uio.h>

struct mfi_packet {
	uint16_t host; /* the controller's SCSI host number */
	uint16_t reserved;
	uint32_t sgl_off, sge_count, sense_off, sense_len;
	uint8_t frame[128];
	struct iovec data[16];
} __attribute__((packed));

#define MFI_IOCTL _IOWR('M', 1, struct mfi_packet)

/* Bytes of a frame. */
enum {
	MFI_COMMAND = 0x00, MFI_SENSE_LEN = 0x01, MFI_STATUS = 0x02, MFI_TARGET = 0x04, MFI_CDB_LEN = 0x06,
	MFI_SGE_COUNT = 0x07, MFI_FLAGS = 0x10, MFI_DATA_LEN = 0x14,
	MFI_OPCODE = 0x18, MFI_DCMD_SGL = 0x28,                 /* a command to the controller */
	MFI_SENSE = 0x18, MFI_CDB = 0x20, MFI_PASS_SGL = 0x30, /* to a disk */
};

enum {
	MFI_PD_SCSI_IO = 0x04, MFI_DCMD = 0x05,
	MFI_PD_GET_LIST = 0x02010000,
	MFI_NO_DATA = 0x00, MFI_READ = 0x10, /* flags */
	MFI_OK = 0x00, MFI_DONE_WITH_ERROR = 0x2d,
};

/* The list of disks: a head of 8 bytes, 24 bytes a disk. */
enum { MFI_LIST_HEAD = 8, MFI_ENTRY = 24, MFI_LIST_BYTES = MFI_LIST_HEAD + 256 * MFI_ENTRY, MFI_CDB_MAX = 16 };

void mfi_get_list(struct mfi_packet *p, uint16_t host);
/* cdb_len: at most MFI_CDB_MAX */
void mfi_scsi(struct mfi_packet *p, uint16_t host, uint8_t target, const uint8_t *cdb, uint8_t cdb_len);
/* Where data and sense data go. Nothing happens with a size of 0. */
void mfi_set_data(struct mfi_packet *p, void *data, size_t size);
void mfi_set_sense(struct mfi_packet *p, void *sense, uint8_t size);

/* The disks of a list, any bytes; at most those that there is room for. */
size_t mfi_list_count(const uint8_t *list, size_t size);
/* Of a list's entry. */
uint16_t mfi_device_id(const uint8_t entry[static MFI_ENTRY]);
bool mfi_is_disk(const uint8_t entry[static MFI_ENTRY]);

/*
 * The record DISK, by which the page stream of a controller's reader says whose pages follow: the host number, big-
 * endian in 4 bytes, and the entry of the list.
 */
enum { MFI_RECORD = 4 + MFI_ENTRY };
void mfi_record(uint8_t out[static MFI_RECORD], uint16_t host, const uint8_t entry[static MFI_ENTRY]);

/* "host0_megaraid_4", and false for pages that do not start with such a record: host number and device id. */
bool mfi_name(const void *pages, size_t n, char out[static 32]);
/* Sets transport and port, which is ENCLOSURE:SLOT, of a drive whose pages have such a record. */
void mfi_decode(struct drive *d, const struct pages *pages);
