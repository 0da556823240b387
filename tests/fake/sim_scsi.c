/* SPDX-License-Identifier: MIT */
/* SG_IO: the kernel's part (header version 3) and the SCSI device's (SPC-5, SBC-4), answered from records. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim.h"

/* Operation codes (SPC-5 and SBC-4, commands for direct access block devices). */
enum {
	TEST_UNIT_READY = 0x00,
	REQUEST_SENSE = 0x03,
	READ_6 = 0x08,
	INQUIRY = 0x12,
	MODE_SENSE_6 = 0x1a,
	RECEIVE_DIAGNOSTIC = 0x1c,
	READ_CAPACITY_10 = 0x25,
	READ_10 = 0x28,
	VERIFY_10 = 0x2f,
	READ_DEFECT_10 = 0x37,
	READ_BUFFER_10 = 0x3c,
	LOG_SENSE = 0x4d,
	MODE_SENSE_10 = 0x5a,
	RESERVE_IN = 0x5e,
	READ_16 = 0x88,
	VERIFY_16 = 0x8f,
	SERVICE_IN_16 = 0x9e,
	REPORT_LUNS = 0xa0,
	SECURITY_IN = 0xa2,
	MAINTENANCE_IN = 0xa3,
	READ_12 = 0xa8,
	VERIFY_12 = 0xaf,
	READ_DEFECT_12 = 0xb7,
	SA_READ_CAPACITY_16 = 0x10, /* service action of 9Eh */
};

/* Status codes (SAM-6 5.3.1) and the kernel's driver byte for "there is sense data". */
enum { CHECK_CONDITION = 0x02, DRIVER_SENSE = 0x08 };

void sense_fixed(uint8_t out[static 18], uint8_t key, uint8_t asc, uint8_t ascq)
{
	memset(out, 0, 18);
	out[0] = 0x70; /* current error */
	out[2] = key;
	out[7] = 10; /* bytes that follow */
	out[12] = asc;
	out[13] = ascq;
}

void answer_check(struct answer *a, uint8_t key, uint8_t asc, uint8_t ascq)
{
	a->status = CHECK_CONDITION;
	sense_fixed(a->sense, key, asc, ascq);
	a->sense_len = 18;
}

/* ILLEGAL REQUEST: INVALID FIELD IN CDB, or INVALID COMMAND OPERATION CODE. */
static void bad_field(struct answer *a)
{
	answer_check(a, 0x05, 0x24, 0x00);
}

static void bad_opcode(struct answer *a)
{
	answer_check(a, 0x05, 0x20, 0x00);
}

static void cut(struct answer *a, size_t allocated)
{
	if (a->len > allocated)
		a->len = allocated;
}

/* A record whose tag ends in a page's number. */
static void page(const struct request *q, const char *prefix, unsigned number, struct answer *a)
{
	char tag[5];

	(void)snprintf(tag, sizeof(tag), "%s%02X", prefix, number & 0xff);
	if (!answer_record(q, tag, a))
		bad_field(a);
}

/* What a translation layer says for an ATA device (SAT-4): vendor ATA, model, the revision's written half. */
static bool inquiry_of_ata(const struct request *q, struct answer *a)
{
	size_t len;
	const uint8_t *id = blob_find(&q->blob, "IDFY", &len);

	if (!id || len != SECTOR)
		return false;
	a->data[2] = 0x05; /* SPC-3 */
	a->data[3] = 0x02; /* response data format */
	a->data[4] = 31;   /* bytes that follow */
	memcpy(a->data + 8, "ATA     ", 8);
	ata_string(a->data + 16, id, 27, 16);
	ata_string(a->data + 32, id, 25, 4);
	if (memcmp(a->data + 32, "    ", 4) == 0)
		ata_string(a->data + 32, id, 23, 4);
	a->len = 36;
	return true;
}

static void inquiry(const struct request *q, const uint8_t *cdb, struct answer *a)
{
	if (cdb[1] & 0x01) /* EVPD */
		page(q, "VP", cdb[2], a);
	else if (cdb[2] || (!answer_record(q, "INQR", a) && !inquiry_of_ata(q, a)))
		bad_field(a);
	cut(a, be16(cdb + 3));
}

/* Returns and clears a pending unit attention, else tells what the knob says (SPC-4 6.39). */
static void request_sense(const struct request *q, const uint8_t *cdb, struct answer *a)
{
	const uint8_t attention[] = { 0x06, 0x29, 0x00 };
	const uint8_t *s = q->knobs.reqsense;

	if (q->dev->attentions < q->knobs.unit_attention) {
		q->dev->attentions++;
		s = attention;
	}
	sense_fixed(a->data, s[0], s[1], s[2]);
	a->len = 18;
	if (cdb[1] & 0x01) { /* DESC */
		memset(a->data, 0, 18);
		a->data[0] = 0x72;
		memcpy(a->data + 1, s, 3);
		a->len = 8;
	}
	cut(a, cdb[4]);
}

static void log_sense(const struct request *q, const uint8_t *cdb, struct answer *a)
{
	if (cdb[3] || be16(cdb + 5)) /* no subpages, no parameter pointer */
		bad_field(a);
	else
		page(q, "LP", cdb[2] & 0x3f, a);
	cut(a, be16(cdb + 7));
}

/* A mode page behind a header without block descriptors (SPC-4 7.5.5). PC 01b: no field can be changed. */
static void mode_sense(const struct request *q, const uint8_t *cdb, struct answer *a)
{
	size_t header = cdb[0] == MODE_SENSE_6 ? 4 : 8;

	if (cdb[3])
		bad_field(a);
	else
		page(q, "MP", cdb[2] & 0x3f, a);
	if (a->len > 2 && a->len + header <= sizeof(a->data)) {
		if (cdb[2] >> 6 == 1)
			memset(a->data + 2, 0, a->len - 2);
		memmove(a->data + header, a->data, a->len);
		memset(a->data, 0, header);
		a->len += header;
		/* Mode Data Length, one byte of the short header or two of the long, counts what follows. */
		a->data[header / 8] = (uint8_t)(a->len - 1 - header / 8);
	}
	cut(a, cdb[0] == MODE_SENSE_6 ? cdb[4] : be16(cdb + 7));
}

/* The 16-byte command's answer in 8 bytes; FFFFFFFFh is an address that does not fit (SBC-4). */
static void read_capacity_10(const struct request *q, struct answer *a)
{
	uint64_t last;

	if (!answer_record(q, "RCAP", a) || a->len < 12) {
		a->len = 0;
		bad_field(a);
		return;
	}
	last = be64(a->data);
	put_be32(a->data, last > UINT32_MAX ? UINT32_MAX : (uint32_t)last);
	memmove(a->data + 4, a->data + 8, 4);
	a->len = 8;
}

static void service_in_16(const struct request *q, const uint8_t *cdb, struct answer *a)
{
	if ((cdb[1] & 0x1f) != SA_READ_CAPACITY_16 || !answer_record(q, "RCAP", a))
		bad_field(a);
	cut(a, be32(cdb + 10));
}

static void read_defects(const struct request *q, const uint8_t *cdb, struct answer *a)
{
	if (!answer_record(q, "RDEF", a))
		bad_field(a);
	cut(a, be16(cdb + 7));
}

/* Everything that is not known to only read is taken for a change. */
static bool changes(uint8_t opcode)
{
	static const uint8_t reads[] = {
		TEST_UNIT_READY, REQUEST_SENSE,      READ_6,           INQUIRY,
		MODE_SENSE_6,    RECEIVE_DIAGNOSTIC, READ_CAPACITY_10, READ_10,
		VERIFY_10,       READ_DEFECT_10,     READ_BUFFER_10,   LOG_SENSE,
		MODE_SENSE_10,   RESERVE_IN,         READ_16,          VERIFY_16,
		SERVICE_IN_16,   REPORT_LUNS,        SECURITY_IN,      MAINTENANCE_IN,
		READ_12,         VERIFY_12,          READ_DEFECT_12,
	};

	return !memchr(reads, opcode, sizeof(reads));
}

static void execute(struct request *q, const uint8_t *cdb, struct answer *a)
{
	if (q->refuse && !ata_is_passthrough(cdb)) {
		answer_check(a, 0x0b, 0x00, 0x00); /* ABORTED COMMAND */
		return;
	}
	switch (cdb[0]) {
	case TEST_UNIT_READY:
		break;
	case REQUEST_SENSE:
		request_sense(q, cdb, a);
		break;
	case INQUIRY:
		inquiry(q, cdb, a);
		break;
	case LOG_SENSE:
		log_sense(q, cdb, a);
		break;
	case MODE_SENSE_6:
	case MODE_SENSE_10:
		mode_sense(q, cdb, a);
		break;
	case READ_CAPACITY_10:
		read_capacity_10(q, a);
		break;
	case SERVICE_IN_16:
		service_in_16(q, cdb, a);
		break;
	case READ_DEFECT_10:
		read_defects(q, cdb, a);
		break;
	default:
		if (ata_is_passthrough(cdb) && blob_find(&q->blob, "IDFY", &(size_t){ 0 }))
			ata_answer(q, a);
		else if (ata_is_passthrough(cdb) || !changes(cdb[0]))
			bad_opcode(a);
	}
}

void scsi_log(struct request *q)
{
	const uint8_t *cdb = q->sg.cdb;

	if (ata_is_passthrough(cdb)) {
		ata_log(q);
		return;
	}
	q->refuse = changes(cdb[0]) && !q->knobs.allow_changes;
	if (cdb[0] == INQUIRY && cdb[1] & 0x01)
		device_log(q, "scsi %02x/%02x", cdb[0], cdb[2]);
	else if ((cdb[0] == LOG_SENSE || cdb[0] == MODE_SENSE_6 || cdb[0] == MODE_SENSE_10) && cdb[3])
		device_log(q, "scsi %02x/%02x/%02x", cdb[0], cdb[2] & 0x3f, cdb[3]);
	else if (cdb[0] == LOG_SENSE || cdb[0] == MODE_SENSE_6 || cdb[0] == MODE_SENSE_10)
		device_log(q, "scsi %02x/%02x", cdb[0], cdb[2] & 0x3f);
	else if (cdb[0] == SERVICE_IN_16 || cdb[0] == MAINTENANCE_IN)
		device_log(q, "scsi %02x/%02x", cdb[0], cdb[1] & 0x1f);
	else
		device_log(q, "scsi %02x", cdb[0]);
}

int sg_receive(struct request *q)
{
	sg_io_hdr_t *h = &q->sg.hdr;

	q->is_command = true;
	if (q->is_nvme)
		return -ENOTTY;
	if (request_read(q, q->arg, h, sizeof(*h)) < 0)
		return -EFAULT;
	/* Version 4 headers are for bsg nodes; scatter lists are not simulated. */
	if (h->interface_id != 'S' || h->cmd_len < 6 || h->cmd_len > CDB_MAX || h->iovec_count)
		return -EINVAL;
	if (h->dxfer_len &&
	    (h->dxfer_direction < SG_DXFER_TO_FROM_DEV || h->dxfer_direction > SG_DXFER_TO_DEV))
		return -EINVAL;
	if (request_read(q, (uintptr_t)h->cmdp, q->sg.cdb, h->cmd_len) < 0)
		return -EFAULT;
	scsi_log(q);
	return 0;
}

/* Hands data, sense data and header to the caller, as the kernel does for a finished command. */
static int deliver(struct request *q, struct answer *a)
{
	sg_io_hdr_t *h = &q->sg.hdr;
	const struct knobs *k = &q->knobs;

	if (k->short_bytes >= 0)
		cut(a, (size_t)k->short_bytes);
	cut(a, h->dxfer_direction == SG_DXFER_TO_DEV ? 0 : h->dxfer_len);
	h->resid = h->dxfer_direction == SG_DXFER_TO_DEV ? 0 : (int)(h->dxfer_len - a->len);
	h->status = a->status;
	h->masked_status = (a->status >> 1) & 0x1f;
	h->msg_status = 0;
	h->host_status = (unsigned short)k->host_status;
	h->driver_status = (unsigned short)k->driver_status;
	if (a->sense_len)
		h->driver_status |= DRIVER_SENSE;
	h->sb_len_wr = 0;
	if (h->sbp)
		h->sb_len_wr = a->sense_len < h->mx_sb_len ? (unsigned char)a->sense_len : h->mx_sb_len;
	h->duration = (unsigned)k->delay_ms;
	h->info = h->status || h->host_status || h->driver_status ? SG_INFO_CHECK : SG_INFO_OK;
	if (request_write(q, (uintptr_t)h->dxferp, a->data, a->len) < 0 ||
	    request_write(q, (uintptr_t)h->sbp, a->sense, h->sb_len_wr) < 0 ||
	    request_write(q, q->arg, h, sizeof(*h)) < 0)
		return -EFAULT;
	return 0;
}

void scsi_answer(struct request *q, struct answer *a)
{
	const uint8_t *cdb = q->sg.cdb;
	const struct knobs *k = &q->knobs;
	/* These three are carried out while a unit attention is pending (SAM-5). */
	bool exempt = cdb[0] == INQUIRY || cdb[0] == REPORT_LUNS || cdb[0] == REQUEST_SENSE;

	if (k->host_status || k->driver_status || k->scsi_status)
		a->status = (uint8_t)k->scsi_status;
	else if (!exempt && q->dev->attentions < k->unit_attention) {
		q->dev->attentions++;
		/* UNIT ATTENTION, POWER ON, RESET, OR BUS DEVICE RESET OCCURRED */
		answer_check(a, 0x06, 0x29, 0x00);
	} else
		execute(q, cdb, a);
}

int sg_answer(struct request *q)
{
	struct answer a = { 0 };

	scsi_answer(q, &a);
	return deliver(q, &a);
}
