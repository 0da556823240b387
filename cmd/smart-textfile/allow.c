/* SPDX-License-Identifier: MIT */
#include "allow.h"
#include "core/num.h"

enum { ATA_SMART = 0xb0 };

static bool allow_ata(uint8_t command, uint8_t feature)
{
	switch (command) {
	case 0xe5: /* CHECK POWER MODE */
	case 0xec: /* IDENTIFY DEVICE */
	case 0x2f: /* READ LOG EXT */
		return true;
	case ATA_SMART:
		return feature == 0xd0 || feature == 0xd1 || feature == 0xd5 || feature == 0xda;
	default:
		return false;
	}
}

/* PROTOCOL (bits 4:1 of byte 1): 3 non-data, 4 PIO data-in. Anything else could carry data out or reset the bus. */
static bool reads_only(uint8_t protocol)
{
	return (protocol >> 1 & 15) == 3 || (protocol >> 1 & 15) == 4;
}

bool allow_cdb(const uint8_t *cdb, size_t n)
{
	if (n < 6)
		return false;
	switch (cdb[0]) {
	case 0x00: /* TEST UNIT READY */
	case 0x03: /* REQUEST SENSE */
	case 0x12: /* INQUIRY */
		return true;
	case 0x25: /* READ CAPACITY (10) */
	case 0x37: /* READ DEFECT DATA (10) */
		return n >= 10;
	case 0x4d: /* LOG SENSE; SP (bit 0 of byte 1) would make the disk save its parameters */
		return n >= 10 && !(cdb[1] & 1);
	case 0x9e: /* SERVICE ACTION IN (16): READ CAPACITY (16) is action 10h */
		return n >= 16 && (cdb[1] & 31) == 0x10;
	case 0xb7: /* READ DEFECT DATA (12) */
		return n >= 12;
	case 0x85: /* ATA PASS-THROUGH (16) */
		return n >= 16 && reads_only(cdb[1]) && allow_ata(cdb[14], cdb[4]);
	case 0xa1: /* ATA PASS-THROUGH (12) */
		return n >= 12 && reads_only(cdb[1]) && allow_ata(cdb[9], cdb[3]);
	default:
		return false;
	}
}

bool allow_nvme_admin(uint8_t opcode)
{
	return opcode == 0x02 /* Get Log Page */ || opcode == 0x06 /* Identify */;
}

/*
 * One buffer, filled by the device. The driver writes buffers' addresses into the frame where the packet says: at any
 * other place they would replace what is looked at here.
 */
bool allow_mfi(const struct mfi_packet *p)
{
	const uint8_t *f = p->frame;
	uint16_t flags = num_le16(f + MFI_FLAGS);

	if (p->sge_count > 1 || f[MFI_SGE_COUNT] != p->sge_count || flags != (p->sge_count ? MFI_READ : MFI_NO_DATA))
		return false;
	switch (f[MFI_COMMAND]) {
	case MFI_DCMD:
		return p->sgl_off == MFI_DCMD_SGL && p->sense_len == 0 && num_le(f + MFI_OPCODE, 4) == MFI_PD_GET_LIST;
	case MFI_PD_SCSI_IO:
		return p->sgl_off == MFI_PASS_SGL && (p->sense_len == 0 || p->sense_off == MFI_SENSE) &&
		       f[MFI_CDB_LEN] <= MFI_CDB_MAX && allow_cdb(f + MFI_CDB, f[MFI_CDB_LEN]);
	default:
		return false;
	}
}
