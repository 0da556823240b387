/* SPDX-License-Identifier: MIT */
#include "nvme.h"

enum { IDENTIFY = 4096, HEALTH = 512, KELVIN = 273, SENSORS = 8 };

static void decode_identify(struct drive *d, const uint8_t *p)
{
	u128 capacity = num_le(p + 280, 16); /* TNVMCAP, bytes; 0 where the drive does not say */
	uint16_t warning = num_le16(p + 266), critical = num_le16(p + 268);

	drive_set_text(&d->serial, p + 4, 20);
	drive_set_text(&d->model, p + 24, 40);
	drive_set_text(&d->firmware, p + 64, 8);
	if (capacity && !d->values[V_CAPACITY_BYTES].known)
		drive_set(d, V_CAPACITY_BYTES, capacity);
	if (warning > KELVIN)
		drive_set(d, V_TEMP_LIMIT_WARNING, warning - KELVIN);
	if (critical > KELVIN)
		drive_set(d, V_TEMP_LIMIT_CRITICAL, critical - KELVIN);
}

/* Zero kelvin means that there is no such sensor. */
static void add_temperature(struct drive *d, const char *sensor, const uint8_t *p)
{
	if (num_le16(p))
		drive_add_temperature(d, sensor, num_le16(p) - KELVIN);
}

static void decode_warnings(struct drive *d, const uint8_t *p)
{
	static const enum drive_value group[] = { V_NVME_GROUP_SPARE, V_NVME_GROUP_RELIABILITY, V_NVME_GROUP_READ_ONLY };
	static const unsigned group_bits[] = { 0, 2, 3 };

	for (unsigned bit = 0; bit < 6; bit++)
		drive_set(d, (enum drive_value)(V_NVME_WARN_SPARE + bit), p[0] >> bit & 1);
	for (size_t i = 0; i < ARRAY_LEN(group); i++)
		drive_set(d, group[i], p[6] >> group_bits[i] & 1);
	drive_set(d, V_HEALTHY, p[0] == 0);
}

/* The ten 128-bit counters from byte 32 on, in the log's order, and what turns them into base units. */
static const struct {
	enum drive_value value;
	uint32_t mul;
} counters[] = {
	{ V_READ_BYTES, 512 * 1000 }, /* data units are thousands of 512 bytes */
	{ V_WRITTEN_BYTES, 512 * 1000 },
	{ V_NVME_HOST_READS, 1 },
	{ V_NVME_HOST_WRITES, 1 },
	{ V_NVME_BUSY_SECONDS, 60 },
	{ V_POWER_CYCLES, 1 },
	{ V_POWER_ON_SECONDS, 3600 },
	{ V_NVME_UNSAFE_SHUTDOWNS, 1 },
	{ V_NVME_MEDIA_ERRORS, 1 },
	{ V_NVME_ERROR_LOG_ENTRIES, 1 },
};

static void decode_health(struct drive *d, const uint8_t *p)
{
	static const char *const sensors[SENSORS] = { "1", "2", "3", "4", "5", "6", "7", "8" };

	decode_warnings(d, p);
	add_temperature(d, "composite", p + 1);
	drive_set_ratio(d, V_NVME_SPARE, p[3], 100);
	drive_set_ratio(d, V_NVME_SPARE_THRESHOLD, p[4], 100);
	drive_set_ratio(d, V_ENDURANCE_USED, p[5], 100); /* 255 stands for any value above 254 % */
	for (size_t i = 0; i < ARRAY_LEN(counters); i++)
		drive_set_times(d, counters[i].value, num_le(p + 32 + 16 * i, 16), counters[i].mul);
	drive_set_times(d, V_NVME_WARN_TEMP_SECONDS, num_le(p + 192, 4), 60);
	drive_set_times(d, V_NVME_CRIT_TEMP_SECONDS, num_le(p + 196, 4), 60);
	for (size_t i = 0; i < SENSORS; i++)
		add_temperature(d, sensors[i], p + 200 + 2 * i);
	drive_set(d, V_NVME_THERMAL_TRANSITIONS_1, num_le(p + 216, 4));
	drive_set(d, V_NVME_THERMAL_TRANSITIONS_2, num_le(p + 220, 4));
	drive_set(d, V_NVME_THERMAL_SECONDS_1, num_le(p + 224, 4));
	drive_set(d, V_NVME_THERMAL_SECONDS_2, num_le(p + 228, 4));
}

/* Some controllers answer a request that they did not understand with a page of zeros and no error. */
static bool is_empty(const struct page *page)
{
	for (size_t i = 0; i < HEALTH; i++)
		if (page->p[i])
			return false;
	return true;
}

void nvme_decode(struct drive *d, const struct pages *pages)
{
	const struct page *identify = pages_find(pages, "NVID", IDENTIFY), *health = pages_find(pages, "NVSL", HEALTH);

	d->kind = DRIVE_NVME;
	if (identify)
		decode_identify(d, identify->p);
	if (!health || is_empty(health))
		return;
	d->up = true;
	d->power_state = "active"; /* it answered; NVMe has no state in which it does not */
	decode_health(d, health->p);
}
