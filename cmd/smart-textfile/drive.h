/* SPDX-License-Identifier: MIT */
/*
 * drive - what is known of one disk, in the units that are published. The
 * decoders (ata.h, nvme.h, scsi.h) fill it from pages, metrics.c prints it.
 *
 * Nearly every fact is one entry of values[]: known or not, and an exact
 * product or ratio. An unknown fact is an absent series. Strings are clean text
 * (core/text.h), owned by the drive, NULL when unknown.
 */
#pragma once
#include "base.h"
#include "core/num.h"
#include <stdbool.h>
#include <stdint.h>

enum drive_kind { DRIVE_UNKNOWN, DRIVE_ATA, DRIVE_NVME, DRIVE_SCSI };

enum drive_skip {
	SKIP_NONE,
	SKIP_STANDBY,     /* asleep; not woken */
	SKIP_SUSPENDED,   /* runtime power management has powered it down; not opened */
	SKIP_STUCK,       /* its reader did not come back by the deadline, or an earlier one still hangs */
	SKIP_VIRTUAL,     /* no physical disk: virtio, loop-backed, a storage array's LUN, NVMe over fabrics */
	SKIP_RAID,        /* a RAID controller's volume */
	SKIP_UNSUPPORTED, /* has no SMART, or has it switched off */
	SKIP_PERMISSION,
	SKIP_DUPLICATE,   /* another path or unit of a disk that is there already */
	SKIP_EXCLUDED,    /* by the configuration */
	SKIP_COUNT
};

enum drive_value {
	/* every kind */
	V_SMART_ENABLED, V_HEALTHY, V_CAPACITY_BYTES, V_BLOCK_LOGICAL, V_BLOCK_PHYSICAL, V_ROTATION_RPM,
	V_SPEED_BYTES_PER_SECOND, V_ENDURANCE_USED, V_POWER_ON_SECONDS, V_POWER_CYCLES, V_READ_BYTES, V_WRITTEN_BYTES,
	V_SELF_TEST_LAST_SECONDS, V_TEMP_LIMIT_WARNING, V_TEMP_LIMIT_CRITICAL, V_COLLECT_NS,
	/* ATA */
	V_ATA_FAILING_NOW_PREFAIL, V_ATA_FAILING_NOW_OLDAGE, V_ATA_FAILING_PAST_PREFAIL, V_ATA_FAILING_PAST_OLDAGE,
	V_ATA_BAD_REALLOCATED, V_ATA_BAD_PENDING, V_ATA_BAD_UNCORRECTABLE, V_ATA_SELF_TEST_REMAINING,
	V_ATA_ERROR_LOG_ENTRIES,
	V_ATA_CHECKSUM_DATA, V_ATA_CHECKSUM_THRESHOLDS, V_ATA_CHECKSUM_IDENTIFY, V_ATA_CHECKSUM_SELF_TEST,
	V_ATA_CHECKSUM_ERROR_LOG,
	/* NVMe */
	V_NVME_WARN_SPARE, V_NVME_WARN_TEMPERATURE, V_NVME_WARN_RELIABILITY, V_NVME_WARN_READ_ONLY,
	V_NVME_WARN_VOLATILE_BACKUP, V_NVME_WARN_PMR,
	V_NVME_GROUP_SPARE, V_NVME_GROUP_RELIABILITY, V_NVME_GROUP_READ_ONLY,
	V_NVME_SPARE, V_NVME_SPARE_THRESHOLD, V_NVME_HOST_READS, V_NVME_HOST_WRITES, V_NVME_BUSY_SECONDS,
	V_NVME_UNSAFE_SHUTDOWNS, V_NVME_MEDIA_ERRORS, V_NVME_ERROR_LOG_ENTRIES, V_NVME_WARN_TEMP_SECONDS,
	V_NVME_CRIT_TEMP_SECONDS, V_NVME_THERMAL_TRANSITIONS_1, V_NVME_THERMAL_TRANSITIONS_2,
	V_NVME_THERMAL_SECONDS_1, V_NVME_THERMAL_SECONDS_2,
	/* SCSI: for read, write, verify in this order */
	V_SCSI_FAST, V_SCSI_DELAYED = V_SCSI_FAST + 3, V_SCSI_REREAD = V_SCSI_DELAYED + 3,
	V_SCSI_CORRECTED = V_SCSI_REREAD + 3, V_SCSI_INVOCATIONS = V_SCSI_CORRECTED + 3,
	V_SCSI_PROCESSED = V_SCSI_INVOCATIONS + 3, V_SCSI_UNCORRECTED = V_SCSI_PROCESSED + 3,
	V_SCSI_GROWN_DEFECTS = V_SCSI_UNCORRECTED + 3, V_SCSI_NON_MEDIUM,
	V_COUNT
};

/* n x mul as an exact integer or, with a div above 1, the ratio n / div. */
struct value {
	bool known;
	uint32_t mul, div;
	u128 n;
};

/* One row of the ATA attribute table; order as on the drive. */
struct ata_attribute {
	uint8_t id, value, worst, threshold;
	bool has_threshold;
	uint16_t flags;     /* bit 0: pre-failure */
	uint8_t raw[7];     /* six bytes of raw data, and the vendor's byte behind them */
	int64_t number;     /* what a person reads out of raw; at most 48 bits */
};
enum { ATA_ATTRIBUTES_MAX = 30 };

struct temperature {
	const char *sensor; /* a literal */
	int celsius;
};
enum { TEMPERATURES_MAX = 10 };

/* One self-test of a log, newest first. */
struct self_test {
	const char *type;   /* a literal: short, extended, ... */
	const char *result; /* a literal: completed, aborted, failed_read, ... */
	uint64_t power_on_seconds;
};

/* A named number outside the fixed list: device statistics, OCP log (opt-in). Names are literals. */
struct extra {
	const char *page, *name;
	u128 n;
};
enum { EXTRAS_MAX = 128 };

/* A threshold of the device database applied to an attribute. */
struct check {
	unsigned id;
	const char *name; /* a literal or owned by the database */
	unsigned state;   /* 0 ok, 1 warning, 2 critical */
};
enum { CHECKS_MAX = 64 };

enum { NAMESPACES_MAX = 128 };

enum { NAME_BYTES = 256 };

struct drive {
	char name[NAME_BYTES]; /* the kernel's: sda, nvme0; of a replay, the file's */
	enum drive_kind kind;
	enum drive_skip skip;
	bool up; /* the disk answered with at least its SMART pages */
	const char *failed_step; /* what failed when it is neither up nor skipped, a literal; NULL */
	int failed_errno;

	char *transport, *model, *family, *serial, *firmware, *wwn, *port;
	char *namespaces[NAMESPACES_MAX];
	size_t n_namespaces;

	const char *power_state;  /* a literal of drive_power_states, NULL when unknown */
	const char *ata_overall;  /* a literal of ata_overall_states */
	const char *ata_self_test; /* a literal of ata_self_test_results */
	struct value values[V_COUNT];

	struct temperature temperatures[TEMPERATURES_MAX];
	size_t n_temperatures;
	struct ata_attribute attributes[ATA_ATTRIBUTES_MAX];
	size_t n_attributes;
	struct extra extras[EXTRAS_MAX];
	size_t n_extras;
	struct self_test last_self_test; /* type NULL: none known */
	bool has_exception; /* SCSI informational exceptions, log page 2Fh */
	uint8_t exception_asc, exception_ascq;
	struct check checks[CHECKS_MAX];
	size_t n_checks;
};

extern const char *const drive_power_states[]; /* active, idle, standby, sleep, suspended; ends with NULL */
extern const char *const drive_skip_names[SKIP_COUNT];

void drive_set(struct drive *d, enum drive_value v, u128 n);
void drive_set_times(struct drive *d, enum drive_value v, u128 n, uint32_t mul); /* no overflow: kept as a product */
void drive_set_ratio(struct drive *d, enum drive_value v, u128 n, uint32_t div);
/* Ignored when the list is full. */
void drive_add_temperature(struct drive *d, const char *sensor, int celsius);
void drive_add_extra(struct drive *d, const char *page, const char *name, u128 n);

/* Replaces *field by the cleaned text of p[n], trimmed; leaves it as it is when nothing remains or memory is short. */
void drive_set_text(char **field, const void *p, size_t n);

/* Releases what the drive owns. Accepts a zeroed struct. */
void drive_done(struct drive *d);
