/* SPDX-License-Identifier: MIT */
/* Any bytes as the pages of a SCSI disk: what comes out is within its bounds and clean text. */
#include <string.h>

#include "../../cmd/smart-textfile/scsi.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool good)
{
	if (!good)
		abort();
}

static void check_text(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	require(!s || n);
	while (n) {
		size_t len = text_utf8_len(s, n);

		require(len != 0 && ((unsigned char)*s >= 0x20 || *s == '\n') && *s != 0x7f);
		s += len;
		n -= len;
	}
}

static void check_drive(const struct drive *d)
{
	require(d->n_temperatures <= 1 && d->n_extras == 0 && d->n_attributes == 0);
	if (d->n_temperatures)
		require(d->temperatures[0].celsius > 0 && d->temperatures[0].celsius < 255);
	for (size_t i = 0; i < V_COUNT; i++)
		require(!d->values[i].known || (d->values[i].mul && d->values[i].div));
	require(!d->has_exception == !d->values[V_HEALTHY].known);
	require(!d->last_self_test.type == !d->last_self_test.result);
	require(!d->wwn || strlen(d->wwn) == 16 || strlen(d->wwn) == 32);
	check_text(d->model);
	check_text(d->serial);
	check_text(d->firmware);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct drive d = { 0 };
	struct pages pages;

	(void)!pages_split(data, n, &pages); /* a blob that is cut off has whole pages before the cut */
	scsi_decode(&d, &pages);
	check_drive(&d);
	drive_done(&d);
	return 0;
}
