/* SPDX-License-Identifier: MIT */
/* What decoding and printing one drive costs. The pages are made up; their layout and size are a real drive's. */
#include <string.h>

#include "../../cmd/smart-textfile/decode.h"
#include "../../cmd/smart-textfile/metrics.h"
#include "bench.h"

static int discard(void *ctx, const void *bytes, size_t n)
{
	(void)ctx;
	(void)bytes;
	(void)n;
	return 0;
}

static void add_ata(struct buf *out)
{
	uint8_t identify[512] = { 0 }, data[512] = { 0 }, thresholds[512] = { 0 }, sum = 0, status[4] = { 0, 0, 0, 1 };

	memcpy(identify + 54, "EBCN HIDKS", 10);
	identify[2 * 83 + 1] = 0x40;
	identify[2 * 82] = identify[2 * 85] = 1;
	for (uint8_t i = 0; i < 25; i++) {
		uint8_t *row = data + 2 + 12 * i;

		row[0] = thresholds[2 + 12 * i] = (uint8_t)(1 + 8 * i);
		row[3] = row[4] = 100;
		row[5] = i;
	}
	for (size_t i = 0; i < 511; i++)
		sum = (uint8_t)(sum + data[i]);
	data[511] = (uint8_t)-sum;
	sum = 0;
	for (size_t i = 0; i < 511; i++)
		sum = (uint8_t)(sum + thresholds[i]);
	thresholds[511] = (uint8_t)-sum;
	pages_add(out, "IDFY", identify, sizeof(identify));
	pages_add(out, "SMST", status, sizeof(status));
	pages_add(out, "SMDT", data, sizeof(data));
	pages_add(out, "SMTH", thresholds, sizeof(thresholds));
}

static void add_nvme(struct buf *out)
{
	uint8_t log[512];

	memset(log, 0x11, sizeof(log));
	pages_add(out, "NVSL", log, sizeof(log));
}

static void decode(void *ctx)
{
	const struct buf *pages = ctx;
	static struct drive d;

	decode_pages(&d, pages->data, pages->len, true);
	drive_done(&d);
}

static void decode_and_print(void *ctx)
{
	const struct buf *pages = ctx;
	CLEANUP(prom_done) struct prom w = { .sink = discard };
	static struct drive d;
	struct smart_facts facts = { .drives = &d, .n = 1 };
	struct prom_group group = { smart_metrics, smart_metrics_n, &facts };

	memcpy(d.name, "sda", 4);
	decode_pages(&d, pages->data, pages->len, true);
	if (prom_write(&w, &group, 1) < 0)
		abort();
	drive_done(&d);
}

int main(void)
{
	AUTO_BUF struct buf ata = { 0 }, nvme = { 0 };

	add_ata(&ata);
	add_nvme(&nvme);
	bench("decode an ATA disk of 25 attributes", decode, &ata);
	bench("decode and print an ATA disk of 25 attributes", decode_and_print, &ata);
	bench("decode an NVMe disk", decode, &nvme);
	bench("decode and print an NVMe disk", decode_and_print, &nvme);
	return 0;
}
