/* SPDX-License-Identifier: MIT */
/* NVMe admin commands (NVM Express 1.4), answered from the device's records. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "sim.h"

/* Admin opcodes (5, table of opcodes). */
enum {
	GET_LOG_PAGE = 0x02,
	IDENTIFY = 0x06,
	GET_FEATURES = 0x0a,
	DIRECTIVE_RECEIVE = 0x1a,
	MI_RECEIVE = 0x1e,
	SECURITY_RECEIVE = 0x82,
	GET_LBA_STATUS = 0x86,
};

/* What Identify returns (CNS, 5.15.1) and log pages (LID, 5.14.1). */
enum { CNS_NAMESPACE = 0x00, CNS_CONTROLLER = 0x01, CNS_ACTIVE = 0x02, CNS_DESCRIPTORS = 0x03 };
enum { LID_ERRORS = 0x01, LID_HEALTH = 0x02, LID_FIRMWARE = 0x03, LID_SELF_TEST = 0x06 };

/* Status Field without the phase tag, as the ioctl returns it (4.6.1): status code type in bits
 * 10:8, Do Not Retry in bit 14. */
enum {
	INVALID_OPCODE = 0x4001,
	INVALID_FIELD = 0x4002,
	ABORT_REQUESTED = 0x4007,
	INVALID_NAMESPACE = 0x400b,
	INVALID_LOG_PAGE = 0x4109,
};

enum { IDENTIFY_SIZE = 4096, ALL_NAMESPACES = UINT32_MAX, LOG_ENTRY = 64 };

/* A log that is there and has no entries; its size in the controller's Error Log Page Entries field. */
static void error_log(const uint8_t *controller, struct answer *a)
{
	a->len = (size_t)(controller[262] + 1) * LOG_ENTRY;
	memset(a->data, 0, a->len);
}

/* Slot 1 is active and holds the controller's revision (5.14.1.3). */
static void firmware_log(const uint8_t *controller, struct answer *a)
{
	a->len = 512;
	memset(a->data, 0, a->len);
	a->data[0] = 0x01;
	memcpy(a->data + 8, controller + 64, 8);
}

/* One namespace, with number 1, when there is an Identify Namespace record. */
static bool has_namespace(const struct request *q)
{
	size_t len;

	return blob_find(&q->blob, "NVNS", &len) && len == IDENTIFY_SIZE;
}

/* EUI-64 and NGUID of Identify Namespace as descriptors (5.15.2.4). */
static void descriptors(struct answer *a)
{
	uint8_t eui[8], nguid[16], *p = a->data;
	static const uint8_t none[16];

	memcpy(nguid, a->data + 104, sizeof(nguid));
	memcpy(eui, a->data + 120, sizeof(eui));
	memset(a->data, 0, a->len);
	if (memcmp(eui, none, sizeof(eui)) != 0) {
		p[0] = 1;
		p[1] = sizeof(eui);
		memcpy(p + 4, eui, sizeof(eui));
		p += 4 + sizeof(eui);
	}
	if (memcmp(nguid, none, sizeof(nguid)) != 0) {
		p[0] = 2;
		p[1] = sizeof(nguid);
		memcpy(p + 4, nguid, sizeof(nguid));
	}
}

static int identify(const struct request *q, struct answer *a)
{
	unsigned cns = q->nvme.cdw10 & 0xff;

	if (cns == CNS_CONTROLLER)
		return answer_record(q, "NVID", a) ? 0 : INVALID_FIELD;
	if (cns == CNS_ACTIVE) {
		memset(a->data, 0, IDENTIFY_SIZE);
		a->len = IDENTIFY_SIZE;
		a->data[0] = has_namespace(q) && q->nvme.nsid == 0;
		return 0;
	}
	if (cns != CNS_NAMESPACE && cns != CNS_DESCRIPTORS)
		return INVALID_FIELD;
	if (q->nvme.nsid != 1 || !has_namespace(q))
		return INVALID_NAMESPACE;
	if (!answer_record(q, "NVNS", a))
		return INVALID_FIELD;
	if (cns == CNS_DESCRIPTORS)
		descriptors(a);
	return 0;
}

/* Logs 01h and 03h are mandatory (5.14.1): a controller has them whether or not they were recorded. */
static int read_log(const struct request *q, struct answer *a)
{
	size_t len;
	const uint8_t *controller = blob_find(&q->blob, "NVID", &len);
	unsigned lid = q->nvme.cdw10 & 0xff;
	bool known = controller && len == IDENTIFY_SIZE;

	switch (lid) {
	case LID_HEALTH:
		/* Per namespace only where Log Page Attributes bit 0 says so (5.14.1.2). */
		if (q->nvme.nsid != 0 && q->nvme.nsid != ALL_NAMESPACES && !(known && controller[261] & 1))
			return INVALID_FIELD;
		return answer_record(q, "NVSL", a) ? 0 : INVALID_LOG_PAGE;
	case LID_SELF_TEST:
		return answer_record(q, "NVST", a) ? 0 : INVALID_LOG_PAGE;
	case 0xc0: /* vendor: OCP's SMART / Health Information Extended */
		return answer_record(q, "NVC0", a) ? 0 : INVALID_LOG_PAGE;
	case LID_ERRORS:
		if (known)
			error_log(controller, a);
		return known ? 0 : INVALID_LOG_PAGE;
	case LID_FIRMWARE:
		if (known)
			firmware_log(controller, a);
		return known ? 0 : INVALID_LOG_PAGE;
	default:
		return INVALID_LOG_PAGE;
	}
}

/* Cuts a log to Log Page Offset and Number of Dwords (5.14.1); zeros follow its end. */
static int cut_log(const struct request *q, struct answer *a)
{
	uint64_t offset = q->nvme.cdw12 | (uint64_t)q->nvme.cdw13 << 32;
	uint64_t wanted = 4 * ((q->nvme.cdw10 >> 16 | (uint64_t)(q->nvme.cdw11 & 0xffff) << 16) + 1);

	if (offset > a->len || offset & 3)
		return INVALID_FIELD;
	if (wanted > sizeof(a->data))
		wanted = sizeof(a->data);
	a->len -= offset;
	memmove(a->data, a->data + offset, a->len);
	if (wanted > a->len)
		memset(a->data + a->len, 0, wanted - a->len);
	a->len = wanted;
	return 0;
}

/* Everything that is not known to only read is taken for a change. */
static bool changes(uint8_t opcode)
{
	static const uint8_t reads[] = { GET_LOG_PAGE, IDENTIFY,         GET_FEATURES,  DIRECTIVE_RECEIVE,
					 MI_RECEIVE,   SECURITY_RECEIVE, GET_LBA_STATUS };

	return !memchr(reads, opcode, sizeof(reads));
}

/* The command's status, 0 for success. */
static int execute(const struct request *q, struct answer *a)
{
	int status;

	if (q->refuse)
		return ABORT_REQUESTED;
	switch (q->nvme.opcode) {
	case IDENTIFY:
		return identify(q, a);
	case GET_LOG_PAGE:
		status = read_log(q, a);
		return status ? status : cut_log(q, a);
	case GET_FEATURES:
		return INVALID_FIELD;
	default:
		return changes(q->nvme.opcode) ? 0 : INVALID_OPCODE;
	}
}

int nvme_receive(struct request *q)
{
	q->is_command = true;
	if (!q->is_nvme)
		return -ENOTTY;
	if (request_read(q, q->arg, &q->nvme, offsetof(struct nvme_passthru_cmd, result)) < 0)
		return -EFAULT;
	q->refuse = changes(q->nvme.opcode) && !q->knobs.allow_changes;
	device_log(q, "nvme %02x/%02x", q->nvme.opcode, q->nvme.cdw10 & 0xff);
	return 0;
}

int nvme_answer(struct request *q)
{
	struct answer a = { 0 };
	int status = execute(q, &a);
	size_t n = status ? 0 : a.len;
	uint64_t result = 0;
	bool wide = q->code == NVME_IOCTL_ADMIN64_CMD;
	size_t at = wide ? offsetof(struct nvme_passthru_cmd64, result)
			 : offsetof(struct nvme_passthru_cmd, result);

	if (n > q->nvme.data_len)
		n = q->nvme.data_len;
	if (q->knobs.short_bytes >= 0 && n > (size_t)q->knobs.short_bytes)
		n = (size_t)q->knobs.short_bytes;
	if (request_write(q, q->nvme.addr, a.data, n) < 0 ||
	    request_write(q, q->arg + at, &result, wide ? sizeof(uint64_t) : sizeof(uint32_t)) < 0)
		return -EFAULT;
	return status;
}
