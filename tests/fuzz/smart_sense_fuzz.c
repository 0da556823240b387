/* SPDX-License-Identifier: MIT */
/*
 * Sense data. ATA registers once seen in a part of it are the same in the
 * whole; what is unknown is zero; and no byte beyond the given ones is read.
 */
#include "../../cmd/smart-textfile/scsi.h"
#include "../../cmd/smart-textfile/sense.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { SENSE_MAX = 300 }; /* 8 and an additional length of one byte */

static bool is_same(const struct sense *a, const struct sense *b)
{
	return a->known == b->known && a->fixed == b->fixed && a->key == b->key && a->asc == b->asc &&
	       a->ascq == b->ascq && a->has_registers == b->has_registers && a->error == b->error &&
	       a->count == b->count && a->lba_low == b->lba_low && a->lba_mid == b->lba_mid &&
	       a->lba_high == b->lba_high && a->status == b->status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct sense nothing;
	struct sense whole;

	n = n < SENSE_MAX ? n : SENSE_MAX;
	sense_parse(data, n, &whole);
	for (size_t k = 0; k <= n; k++) {
		AUTO_FREE uint8_t *part = malloc(k ? k : 1);
		struct sense s;

		for (size_t i = 0; i < k; i++)
			part[i] = data[i];
		sense_parse(part, k, &s);
		if ((s.has_registers && !is_same(&s, &whole)) || (!s.known && !is_same(&s, &nothing)) ||
		    (s.known && !whole.known) || s.key > 15)
			abort();
		if (!s.known && scsi_power_state(part, k))
			abort();
	}
	return 0;
}
