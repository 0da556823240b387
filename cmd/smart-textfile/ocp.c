/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "ocp.h"

enum { VERSION_AT = 494, GUID_AT = 496 };

/* AFD514C97C6F4F9CA4F2BFEA2810AFC5h, least significant byte first like every number of the log. */
static const uint8_t guid[16] = { 0xc5, 0xaf, 0x10, 0x28, 0xea, 0xbf, 0xf2, 0xa4,
				  0x9c, 0x4f, 0x6f, 0x7c, 0xc9, 0x14, 0xd5, 0xaf };

/* The log's version grew with the specification's: 2 with 1.0, 3 with 2.0, 4 with 2.5. Left out: the lowest permitted
 * firmware (208-215), which is text. */
static const struct {
	uint16_t at;
	uint8_t size;
	uint8_t since; /* version of the log */
	const char *name;
} fields[] = {
	{ 0, 16, 0, "physical_media_units_written" }, /* bytes */
	{ 16, 16, 0, "physical_media_units_read" },
	{ 32, 6, 0, "bad_user_nand_blocks_raw" },
	{ 38, 2, 0, "bad_user_nand_blocks_normalized" },
	{ 40, 6, 0, "bad_system_nand_blocks_raw" },
	{ 46, 2, 0, "bad_system_nand_blocks_normalized" },
	{ 48, 8, 0, "xor_recoveries" },
	{ 56, 8, 0, "uncorrectable_read_errors" },
	{ 64, 8, 0, "soft_ecc_errors" },
	{ 72, 4, 0, "end_to_end_detected_errors" },
	{ 76, 4, 0, "end_to_end_corrected_errors" },
	{ 80, 1, 0, "system_data_percent_used" },
	{ 81, 7, 0, "refresh_count" },
	{ 88, 4, 0, "max_user_data_erase_count" },
	{ 92, 4, 0, "min_user_data_erase_count" },
	{ 96, 1, 0, "thermal_throttling_events" },
	{ 97, 1, 0, "thermal_throttling_status" }, /* 0 none, 1 to 3 levels */
	{ 98, 1, 3, "specification_errata_version" },
	{ 99, 2, 3, "specification_point_version" },
	{ 101, 2, 3, "specification_minor_version" },
	{ 103, 1, 3, "specification_major_version" },
	{ 104, 8, 0, "pcie_correctable_errors" },
	{ 112, 4, 0, "incomplete_shutdowns" },
	{ 120, 1, 0, "percent_free_blocks" },
	{ 128, 2, 0, "capacitor_health" },
	{ 130, 1, 3, "nvme_base_errata_version" },
	{ 131, 1, 4, "nvme_command_set_errata_version" },
	{ 136, 8, 0, "unaligned_io" },
	{ 144, 8, 0, "security_version" },
	{ 152, 8, 0, "namespace_utilization" },
	{ 160, 16, 0, "plp_start_count" },
	{ 176, 16, 0, "endurance_estimate" }, /* bytes */
	{ 192, 8, 3, "pcie_link_retrainings" },
	{ 200, 8, 3, "power_state_changes" },
	{ VERSION_AT, 2, 0, "log_page_version" },
};

void ocp_decode(struct drive *d, const uint8_t log[static OCP_LOG])
{
	if (memcmp(log + GUID_AT, guid, sizeof(guid)) != 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (num_le16(log + VERSION_AT) >= fields[i].since)
			drive_add_extra(d, "ocp", fields[i].name, num_le(log + fields[i].at, fields[i].size));
}
