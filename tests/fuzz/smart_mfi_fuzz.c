/* SPDX-License-Identifier: MIT */
/*
 * What a MegaRAID controller answers, and the page stream of all its disks: the list never yields more entries than
 * there is room for, every part of the stream is at least one record long and together they are the whole, and a
 * packet that the gate lets through carries no CDB that it would not let through by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "../../cmd/smart-textfile/allow.h"
#include "../../cmd/smart-textfile/decode.h"
#include "../../cmd/smart-textfile/mfi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_list(const uint8_t *list, size_t n)
{
	size_t count = mfi_list_count(list, n);

	if (count && MFI_LIST_HEAD + count * MFI_ENTRY > n)
		abort();
	for (size_t i = 0; i < count; i++)
		(void)(mfi_is_disk(list + MFI_LIST_HEAD + i * MFI_ENTRY) +
		       mfi_device_id(list + MFI_LIST_HEAD + i * MFI_ENTRY));
}

static void check_stream(const uint8_t *data, size_t n)
{
	static struct drive d;
	char name[32];

	for (size_t at = 0, part; at < n; at += part) {
		part = pages_first_disk(data + at, n - at);
		if (part == 0 || part > n - at)
			abort();
		if (mfi_name(data + at, part, name) && strncmp(name, "host", 4) != 0)
			abort();
		decode_pages(&d, data + at, part, true);
		drive_done(&d);
	}
}

static void check_gate(const uint8_t *data, size_t n)
{
	struct mfi_packet p = { 0 };

	memcpy(&p, data, n < sizeof(p) ? n : sizeof(p));
	if (allow_mfi(&p) && p.frame[MFI_COMMAND] == MFI_PD_SCSI_IO &&
	    !allow_cdb(p.frame + MFI_CDB, p.frame[MFI_CDB_LEN]))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	check_list(data, n);
	check_stream(data, n);
	check_gate(data, n);
	return 0;
}
