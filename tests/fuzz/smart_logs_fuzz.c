/* SPDX-License-Identifier: MIT */
/* Any bytes as the opt-in logs of an ATA and of an NVMe drive: what comes out is within its bounds. */
#include "../../cmd/smart-textfile/logs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool good)
{
	if (!good)
		abort();
}

static void check_drive(const struct drive *d)
{
	require(d->n_temperatures <= 1 && d->n_extras < EXTRAS_MAX); /* the fixed lists never fill the array */
	if (d->n_temperatures)
		require(d->temperatures[0].celsius > -128 && d->temperatures[0].celsius < 128);
	for (size_t i = 0; i < d->n_extras; i++)
		require(d->extras[i].page && d->extras[i].name);
	for (size_t i = 0; i < V_COUNT; i++)
		require(!d->values[i].known || (d->values[i].mul && d->values[i].div));
	require(!d->last_self_test.type == !d->last_self_test.result);
	require(!d->values[V_SELF_TEST_LAST_SECONDS].known || d->last_self_test.type);
	if (d->values[V_ATA_CHECKSUM_SELF_TEST].known && d->values[V_ATA_CHECKSUM_SELF_TEST].n)
		require(!d->last_self_test.type);
	if (d->values[V_ATA_CHECKSUM_ERROR_LOG].known && d->values[V_ATA_CHECKSUM_ERROR_LOG].n)
		require(!d->values[V_ATA_ERROR_LOG_ENTRIES].known);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct drive ata = { 0 }, nvme = { 0 };
	struct pages pages;

	(void)!pages_split(data, n, &pages); /* a blob that is cut off has whole pages before the cut */
	if (n) /* the hours of a self-test depend on how long the drive has been on */
		drive_set_times(&ata, V_POWER_ON_SECONDS, num_le(data, n < 16 ? n : 16), 3600);
	ata_logs_decode(&ata, &pages);
	nvme_logs_decode(&nvme, &pages);
	check_drive(&ata);
	check_drive(&nvme);
	return 0;
}
