/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "devstat.h"

enum { STATISTIC = 8, FLAGS_AT = 7, SUPPORTED_AND_VALID = 0xc0, ITEMS_MAX = 13 };

enum shape {
	COUNT,
	CELSIUS, /* signed, -128 for no measurement */
	RATE,    /* a percentage that counts only while the validity field, byte 5, is zero */
};

struct statistic {
	const char *name;
	uint8_t size; /* bytes of the value */
	enum shape shape;
};

/* ACS-4 9.5.4 to 9.5.10, and ACS-5 for what came later; the first statistic stands at byte 8, the next ones follow. */
static const struct {
	const char *tag, *name;
	uint8_t number;
	struct statistic items[ITEMS_MAX];
} statistics[] = {
	{ "DS01", "general", 1, {
		{ "lifetime_power_on_resets", 4, COUNT },
		{ "power_on_hours", 4, COUNT },
		{ "logical_sectors_written", 6, COUNT },
		{ "write_commands", 6, COUNT },
		{ "logical_sectors_read", 6, COUNT },
		{ "read_commands", 6, COUNT },
		{ "date_and_time_milliseconds", 6, COUNT },
		{ "pending_errors", 4, COUNT },
		{ "workload_utilization", 2, COUNT }, /* hundredths of a percent */
		{ "utilization_usage_rate_percent", 1, RATE },
		{ "resource_availability", 2, COUNT }, /* parts of 65535 */
		{ "random_write_resources_used", 1, COUNT },
	} },
	{ "DS02", "free_fall", 2, {
		{ "free_fall_events", 4, COUNT },
		{ "overlimit_shock_events", 4, COUNT },
	} },
	{ "DS03", "rotating_media", 3, {
		{ "spindle_motor_power_on_hours", 4, COUNT },
		{ "head_flying_hours", 4, COUNT },
		{ "head_load_events", 4, COUNT },
		{ "reallocated_logical_sectors", 4, COUNT },
		{ "read_recovery_attempts", 4, COUNT },
		{ "mechanical_start_failures", 4, COUNT },
		{ "reallocation_candidate_logical_sectors", 4, COUNT },
		{ "high_priority_unload_events", 4, COUNT },
	} },
	{ "DS04", "general_errors", 4, {
		{ "reported_uncorrectable_errors", 4, COUNT },
		{ "resets_between_acceptance_and_completion", 4, COUNT },
		{ "physical_element_status_changed", 4, COUNT },
	} },
	{ "DS05", "temperature", 5, {
		{ "current_celsius", 1, CELSIUS },
		{ "average_short_term_celsius", 1, CELSIUS },
		{ "average_long_term_celsius", 1, CELSIUS },
		{ "highest_celsius", 1, CELSIUS },
		{ "lowest_celsius", 1, CELSIUS },
		{ "highest_average_short_term_celsius", 1, CELSIUS },
		{ "lowest_average_short_term_celsius", 1, CELSIUS },
		{ "highest_average_long_term_celsius", 1, CELSIUS },
		{ "lowest_average_long_term_celsius", 1, CELSIUS },
		{ "over_temperature_minutes", 4, COUNT },
		{ "specified_maximum_celsius", 1, CELSIUS },
		{ "under_temperature_minutes", 4, COUNT },
		{ "specified_minimum_celsius", 1, CELSIUS },
	} },
	{ "DS06", "transport", 6, {
		{ "hardware_resets", 4, COUNT },
		{ "asr_events", 4, COUNT },
		{ "interface_crc_errors", 4, COUNT },
	} },
	{ "DS07", "solid_state", 7, {
		{ "percentage_used_endurance", 1, COUNT },
	} },
};

/* False when the device has no such value now. A negative temperature is the only negative number. */
static bool get(const struct page *page, size_t index, const struct statistic *s, int64_t *ret)
{
	const uint8_t *p = page->p + STATISTIC * (index + 1);

	if (page->n < STATISTIC * (index + 2) || (p[FLAGS_AT] & SUPPORTED_AND_VALID) != SUPPORTED_AND_VALID)
		return false;
	if ((s->shape == CELSIUS && p[0] == 0x80) || (s->shape == RATE && p[5]))
		return false;
	*ret = (int64_t)num_le(p, s->size);
	if (s->shape == CELSIUS && *ret > 127)
		*ret -= 256;
	return true;
}

static bool is_known(const struct drive *d, enum drive_value v)
{
	return d->values[v].known;
}

/* The statistics that are facts of every kind of drive too. */
static void derive(struct drive *d, const char *name, int64_t n)
{
	uint32_t sector = is_known(d, V_BLOCK_LOGICAL) ? (uint32_t)d->values[V_BLOCK_LOGICAL].n : 512;

	if (strcmp(name, "power_on_hours") == 0 && !is_known(d, V_POWER_ON_SECONDS))
		drive_set_times(d, V_POWER_ON_SECONDS, (u128)n, 3600);
	else if (strcmp(name, "logical_sectors_written") == 0)
		drive_set_times(d, V_WRITTEN_BYTES, (u128)n, sector);
	else if (strcmp(name, "logical_sectors_read") == 0)
		drive_set_times(d, V_READ_BYTES, (u128)n, sector);
	else if (strcmp(name, "percentage_used_endurance") == 0 && !is_known(d, V_ENDURANCE_USED))
		drive_set_ratio(d, V_ENDURANCE_USED, (u128)n, 100);
	else if (strcmp(name, "current_celsius") == 0 && d->n_temperatures == 0)
		drive_add_temperature(d, "device", (int)n);
	else if (strcmp(name, "specified_maximum_celsius") == 0 && n > 0)
		drive_set(d, V_TEMP_LIMIT_CRITICAL, (u128)n);
}

void devstat_decode(struct drive *d, const struct pages *pages)
{
	for (size_t i = 0; i < ARRAY_LEN(statistics); i++) {
		const struct page *page = pages_find(pages, statistics[i].tag, STATISTIC);
		const struct statistic *s = statistics[i].items;

		if (!page || page->p[2] != statistics[i].number)
			continue;
		for (size_t k = 0; k < ITEMS_MAX && s[k].name; k++) {
			int64_t n;

			if (!get(page, k, &s[k], &n))
				continue;
			derive(d, s[k].name, n);
			if (n >= 0)
				drive_add_extra(d, statistics[i].name, s[k].name, (u128)n);
		}
	}
}
