/* SPDX-License-Identifier: MIT */
/*
 * nvme_dev - what is asked of an NVMe controller: the SMART / Health log, and
 * Identify Controller and opt-in logs where the plan has them. Every libnvme
 * call is here: the library's names changed with version 3.
 *
 * The log is read for the controller as a whole (namespace FFFFFFFFh) and
 * without "retain asynchronous event": some drives answer that with zeros.
 * Optional pages are asked for only by configuration, since a drive without
 * them counts the refusal in its error log.
 */
#include <errno.h>
#include <libnvme.h>

#include "reader.h"

enum { LOG_HEALTH = 0x02, LOG_SELF_TEST = 0x06, LOG_OCP = 0xc0, TIMEOUT_MS = 60000 };

/* 0 or a positive errno value: the library returns -1 with errno, or a positive NVMe status. */
static int get_log(int fd, uint8_t id, void *page, uint32_t size)
{
	struct nvme_get_log_args args = {
		.args_size = sizeof(args),
		.fd = fd,
		.timeout = TIMEOUT_MS,
		.lid = (enum nvme_cmd_get_log_lid)id,
		.nsid = NVME_NSID_ALL,
		.len = size,
		.log = page,
	};
	int r = nvme_get_log(&args);

	return r < 0 ? errno : r > 0 ? EIO : 0;
}

static int identify(int fd, void *page)
{
	struct nvme_identify_args args = {
		.args_size = sizeof(args),
		.fd = fd,
		.timeout = TIMEOUT_MS,
		.cns = NVME_IDENTIFY_CNS_CTRL,
		.data = page,
	};
	int r = nvme_identify(&args);

	return r < 0 ? errno : r > 0 ? EIO : 0;
}

static void send_log(const struct reader *r, uint8_t id, uint32_t size, const char *tag)
{
	uint8_t page[1024] __attribute__((aligned(4096))) = { 0 };

	if (get_log(r->fd, id, page, size) == 0)
		reader_send(tag, page, size);
}

int reader_nvme(const struct reader *r)
{
	uint8_t page[4096] __attribute__((aligned(4096))) = { 0 };
	int err;

	if (r->plan & PLAN_IDENTIFY && identify(r->fd, page) == 0)
		reader_send("NVID", page, sizeof(page));
	err = get_log(r->fd, LOG_HEALTH, page, 512);
	if (err) {
		reader_fail(STEP_SMART_DATA, err);
		return 0;
	}
	reader_send("NVSL", page, 512);
	if (r->plan & PLAN_SELF_TESTS)
		send_log(r, LOG_SELF_TEST, 564, "NVST");
	if (r->plan & PLAN_OCP)
		send_log(r, LOG_OCP, 512, "NVC0");
	return 0;
}
