/* SPDX-License-Identifier: MIT */
/*
 * A MegaRAID controller behind its driver's ioctl: the list of its disks, and SCSI commands to them. As the driver
 * does, it returns data, sense data and the frame's status byte, and nothing of how much came. Only the ioctl of a
 * 64-bit program is known.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"

/* The packet: a head, the frame, an address and a length for data. */
enum { SGE_COUNT = 8, SENSE_LEN = 16, FRAME = 20, DATA_ADDRESS = 148, DATA_LEN = 156, PACKET = 164 };
/* The frame. */
enum { COMMAND = 0, STATUS = 2, TARGET = 4, CDB_LEN = 6, SENSE = 24, OPCODE = 24, CDB = 32 };
enum { PD_SCSI_IO = 4, DCMD = 5, PD_GET_LIST = 0x02010000 };
enum { OK = 0, INVALID = 3, NO_DEVICE = 0x0c, DONE_WITH_ERROR = 0x2d };
enum { HEAD = 8, ENTRY = 24, SLOTS = 256 };

/* A command to one of the disks becomes one as SG_IO brings it. */
static void receive_scsi(struct request *q, const uint8_t *packet)
{
	const uint8_t *frame = packet + FRAME;
	char name[sizeof(q->behind.name)];

	(void)snprintf(name, sizeof(name), "%.200s/%u", q->dev->name, frame[TARGET]);
	memcpy(q->behind.name, name, sizeof(name));
	if (!device_exists(q->dir, name))
		return;
	q->dev = &q->behind;
	knobs_load(q->dir, q->dev->name, &q->knobs);
	memcpy(q->sg.cdb, frame + CDB, CDB_MAX);
	q->sg.hdr.cmd_len = frame[CDB_LEN];
	q->sg.hdr.dxfer_len = (unsigned)(le16(packet + SGE_COUNT) ? le64(packet + DATA_LEN) : 0);
	scsi_log(q);
}

int mfi_receive(struct request *q)
{
	uint8_t packet[PACKET];

	q->is_command = true;
	if (request_read(q, q->arg, packet, sizeof(packet)) < 0)
		return -EFAULT;
	if (packet[FRAME + COMMAND] == PD_SCSI_IO)
		receive_scsi(q, packet);
	else
		device_log(q, "mfi %02x %08x", packet[FRAME + COMMAND],
			   le16(packet + FRAME + OPCODE) | le16(packet + FRAME + OPCODE + 2) << 16);
	return 0;
}

/* Entries in the order of the ids; an id is a slot of enclosure 252, and a folder's name with a dot is no disk. */
static void list(const struct request *q, struct answer *a)
{
	char name[NAME_MAX + 1];
	size_t n = 0;

	for (unsigned id = 0; id < SLOTS; id++) {
		uint8_t *entry = a->data + HEAD + n * ENTRY;

		(void)snprintf(name, sizeof(name), "%.200s/%u", q->dev->name, id);
		if (!device_exists(q->dir, name))
			continue;
		entry[0] = (uint8_t)id;
		entry[2] = 252;
		entry[5] = (uint8_t)id;
		n++;
	}
	a->len = HEAD + n * ENTRY;
	a->data[0] = (uint8_t)a->len;
	a->data[1] = (uint8_t)(a->len >> 8);
	a->data[4] = (uint8_t)n;
}

static uint8_t execute(struct request *q, const uint8_t *frame, struct answer *a)
{
	uint32_t opcode = le16(frame + OPCODE) | le16(frame + OPCODE + 2) << 16;

	if (frame[COMMAND] == DCMD && opcode == PD_GET_LIST) {
		list(q, a);
		return OK;
	}
	if (frame[COMMAND] != PD_SCSI_IO)
		return INVALID;
	if (q->dev != &q->behind)
		return NO_DEVICE;
	scsi_answer(q, a);
	return a->status ? DONE_WITH_ERROR : OK;
}

int mfi_answer(struct request *q)
{
	uint8_t packet[PACKET], status;
	struct answer a = { 0 };
	size_t room;

	if (request_read(q, q->arg, packet, sizeof(packet)) < 0)
		return -EFAULT;
	status = execute(q, packet + FRAME, &a);
	room = le16(packet + SGE_COUNT) ? (size_t)le64(packet + DATA_LEN) : 0;
	if (a.len > room)
		a.len = room;
	if (a.sense_len > packet[SENSE_LEN])
		a.sense_len = packet[SENSE_LEN];
	if (request_write(q, le64(packet + DATA_ADDRESS), a.data, a.len) < 0 ||
	    request_write(q, le64(packet + FRAME + SENSE), a.sense, a.sense_len) < 0 ||
	    request_write(q, q->arg + FRAME + STATUS, &status, 1) < 0)
		return -EFAULT;
	return 0;
}
