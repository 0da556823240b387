/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "core/num.h"
#include "mfi.h"

static void put_le(uint8_t *p, size_t n, uint64_t v)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* ---- frames ---- */

static void start(struct mfi_packet *p, uint16_t host, uint8_t command, uint32_t sgl_off)
{
	*p = (struct mfi_packet){ .host = host, .sgl_off = sgl_off };
	p->frame[MFI_COMMAND] = command;
	p->frame[MFI_STATUS] = 0xff; /* what stays if nobody answers */
}

void mfi_get_list(struct mfi_packet *p, uint16_t host)
{
	start(p, host, MFI_DCMD, MFI_DCMD_SGL);
	put_le(p->frame + MFI_OPCODE, 4, MFI_PD_GET_LIST);
}

void mfi_scsi(struct mfi_packet *p, uint16_t host, uint8_t target, const uint8_t *cdb, uint8_t cdb_len)
{
	start(p, host, MFI_PD_SCSI_IO, MFI_PASS_SGL);
	p->frame[MFI_TARGET] = target;
	p->frame[MFI_CDB_LEN] = cdb_len;
	memcpy(p->frame + MFI_CDB, cdb, cdb_len);
}

void mfi_set_data(struct mfi_packet *p, void *data, size_t size)
{
	if (!size)
		return;
	p->sge_count = 1;
	p->data[0] = (struct iovec){ data, size };
	p->frame[MFI_SGE_COUNT] = 1;
	put_le(p->frame + MFI_FLAGS, 2, MFI_READ);
	put_le(p->frame + MFI_DATA_LEN, 4, size);
}

/* The driver looks for the address in the frame, as a pointer of the caller's. */
void mfi_set_sense(struct mfi_packet *p, void *sense, uint8_t size)
{
	p->sense_off = MFI_SENSE;
	p->sense_len = size;
	p->frame[MFI_SENSE_LEN] = size;
	memcpy(p->frame + MFI_SENSE, &sense, sizeof(sense));
}

/* ---- the list ---- */

size_t mfi_list_count(const uint8_t *list, size_t size)
{
	size_t room = size < MFI_LIST_HEAD ? 0 : (size - MFI_LIST_HEAD) / MFI_ENTRY;
	size_t count = room ? (size_t)num_le(list + 4, 4) : 0;

	return count < room ? count : room;
}

uint16_t mfi_device_id(const uint8_t entry[static MFI_ENTRY])
{
	return num_le16(entry);
}

/* The SCSI device type: controllers list their enclosures too. */
bool mfi_is_disk(const uint8_t entry[static MFI_ENTRY])
{
	return entry[6] == 0;
}

/* ---- the record ---- */

void mfi_record(uint8_t out[static MFI_RECORD], uint16_t host, const uint8_t entry[static MFI_ENTRY])
{
	const uint8_t head[4] = { 0, 0, (uint8_t)(host >> 8), (uint8_t)host };

	memcpy(out, head, sizeof(head));
	memcpy(out + sizeof(head), entry, MFI_ENTRY);
}

bool mfi_name(const void *pages, size_t n, char out[static 32])
{
	static const uint8_t head[8] = { 'D', 'I', 'S', 'K', 0, 0, 0, MFI_RECORD };
	const uint8_t *p = pages;

	if (n < sizeof(head) + MFI_RECORD || memcmp(p, head, sizeof(head)) != 0)
		return false;
	(void)snprintf(out, 32, "host%u_megaraid_%u", (unsigned)num_be(p + 8, 4), (unsigned)mfi_device_id(p + 12));
	return true;
}

void mfi_decode(struct drive *d, const struct pages *pages)
{
	const struct page *record = pages_find(pages, "DISK", MFI_RECORD);
	const uint8_t *entry = record ? record->p + 4 : NULL;
	char port[32];

	if (!record)
		return;
	/* FFFFh: the disk is cabled to the controller itself. */
	if (num_le16(entry + 2) == 0xffff)
		(void)snprintf(port, sizeof(port), ":%u", entry[5]);
	else
		(void)snprintf(port, sizeof(port), "%u:%u", num_le16(entry + 2), entry[5]);
	drive_set_text(&d->port, port, strlen(port));
	if (d->kind == DRIVE_ATA)
		drive_set_text(&d->transport, "sata", 4);
	else if (d->kind == DRIVE_SCSI)
		drive_set_text(&d->transport, "sas", 3);
}
