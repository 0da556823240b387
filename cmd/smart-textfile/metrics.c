/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "ata.h"
#include "ata_names.h"
#include "metrics.h"

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static const char *decimal(char out[static NUM_U128_SIZE], u128 v)
{
	(void)num_format_u128(out, v);
	return out;
}

static void put(struct prom *out, const char *const *labels, const struct value *v)
{
	if (!v->known)
		return;
	if (v->div > 1)
		prom_double(out, labels, (double)v->n / v->div);
	else
		prom_product(out, labels, v->n, v->mul);
}

/* Not looked at, for a reason that may pass: its identity stays visible. */
static bool is_asleep(const struct drive *d)
{
	return d->skip == SKIP_STANDBY || d->skip == SKIP_SUSPENDED || d->skip == SKIP_STUCK;
}

#define EACH_DRIVE(d, facts) \
	const struct smart_facts *facts_ = (facts); \
	for (const struct drive *d = facts_->drives, *end_ = facts_->n ? d + facts_->n : d; d != end_; d++)

/* ---- families with the device alone ---- */

static void emit_value(struct prom *out, const void *facts, const struct prom_metric *self)
{
	EACH_DRIVE(d, facts)
		put(out, PROM_LABELS(d->name), &d->values[self->arg]);
}

static void emit_duration(struct prom *out, const void *facts, const struct prom_metric *self)
{
	EACH_DRIVE(d, facts) {
		const struct value *v = &d->values[self->arg];

		if (v->known)
			prom_double(out, PROM_LABELS(d->name), (double)v->n / 1e9);
	}
}

static void emit_up(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		if (d->skip == SKIP_NONE)
			prom_u64(out, PROM_LABELS(d->name), d->up);
}

/* ---- families with one or two more labels, whose values are known beforehand ---- */

struct labelled {
	const char *a, *b; /* b NULL: one label */
	enum drive_value v;
};

static const struct labelled block_sizes[] = {
	{ "logical", NULL, V_BLOCK_LOGICAL },
	{ "physical", NULL, V_BLOCK_PHYSICAL },
};
static const struct labelled temperature_limits[] = {
	{ "warning", NULL, V_TEMP_LIMIT_WARNING },
	{ "critical", NULL, V_TEMP_LIMIT_CRITICAL },
};
static const struct labelled failing[] = {
	{ "now", "prefail", V_ATA_FAILING_NOW_PREFAIL },
	{ "now", "oldage", V_ATA_FAILING_NOW_OLDAGE },
	{ "past", "prefail", V_ATA_FAILING_PAST_PREFAIL },
	{ "past", "oldage", V_ATA_FAILING_PAST_OLDAGE },
};
static const struct labelled bad_sectors[] = {
	{ "reallocated", NULL, V_ATA_BAD_REALLOCATED },
	{ "pending", NULL, V_ATA_BAD_PENDING },
	{ "uncorrectable", NULL, V_ATA_BAD_UNCORRECTABLE },
};
static const struct labelled checksums[] = {
	{ "identify", NULL, V_ATA_CHECKSUM_IDENTIFY },
	{ "data", NULL, V_ATA_CHECKSUM_DATA },
	{ "thresholds", NULL, V_ATA_CHECKSUM_THRESHOLDS },
	{ "self_test", NULL, V_ATA_CHECKSUM_SELF_TEST },
	{ "error_log", NULL, V_ATA_CHECKSUM_ERROR_LOG },
};
static const struct labelled critical_warnings[] = {
	{ "available_spare", NULL, V_NVME_WARN_SPARE },
	{ "temperature", NULL, V_NVME_WARN_TEMPERATURE },
	{ "reliability", NULL, V_NVME_WARN_RELIABILITY },
	{ "read_only", NULL, V_NVME_WARN_READ_ONLY },
	{ "volatile_memory_backup", NULL, V_NVME_WARN_VOLATILE_BACKUP },
	{ "persistent_memory", NULL, V_NVME_WARN_PMR },
};
static const struct labelled group_warnings[] = {
	{ "available_spare", NULL, V_NVME_GROUP_SPARE },
	{ "reliability", NULL, V_NVME_GROUP_RELIABILITY },
	{ "read_only", NULL, V_NVME_GROUP_READ_ONLY },
};
static const struct labelled thermal_transitions[] = {
	{ "1", NULL, V_NVME_THERMAL_TRANSITIONS_1 },
	{ "2", NULL, V_NVME_THERMAL_TRANSITIONS_2 },
};
static const struct labelled thermal_seconds[] = {
	{ "1", NULL, V_NVME_THERMAL_SECONDS_1 },
	{ "2", NULL, V_NVME_THERMAL_SECONDS_2 },
};
static const struct labelled scsi_corrected[] = {
	{ "read", "fast", V_SCSI_FAST },	       { "write", "fast", V_SCSI_FAST + 1 },
	{ "verify", "fast", V_SCSI_FAST + 2 },	       { "read", "delayed", V_SCSI_DELAYED },
	{ "write", "delayed", V_SCSI_DELAYED + 1 },    { "verify", "delayed", V_SCSI_DELAYED + 2 },
	{ "read", "retried", V_SCSI_REREAD },	       { "write", "retried", V_SCSI_REREAD + 1 },
	{ "verify", "retried", V_SCSI_REREAD + 2 },    { "read", "total", V_SCSI_CORRECTED },
	{ "write", "total", V_SCSI_CORRECTED + 1 },    { "verify", "total", V_SCSI_CORRECTED + 2 },
};
static const struct labelled scsi_processed[] = {
	{ "read", NULL, V_SCSI_PROCESSED },
	{ "write", NULL, V_SCSI_PROCESSED + 1 },
	{ "verify", NULL, V_SCSI_PROCESSED + 2 },
};
static const struct labelled scsi_uncorrected[] = {
	{ "read", NULL, V_SCSI_UNCORRECTED },
	{ "write", NULL, V_SCSI_UNCORRECTED + 1 },
	{ "verify", NULL, V_SCSI_UNCORRECTED + 2 },
};

enum list { LIST_BLOCK_SIZES, LIST_LIMITS, LIST_FAILING, LIST_BAD_SECTORS, LIST_CHECKSUMS, LIST_WARNINGS, LIST_GROUP,
	    LIST_TRANSITIONS, LIST_THERMAL, LIST_CORRECTED, LIST_PROCESSED, LIST_UNCORRECTED };

static const struct {
	const struct labelled *items;
	size_t n;
} lists[] = {
#define LIST(a) { (a), ARRAY_LEN(a) }
	[LIST_BLOCK_SIZES] = LIST(block_sizes),	     [LIST_LIMITS] = LIST(temperature_limits),
	[LIST_FAILING] = LIST(failing),		     [LIST_BAD_SECTORS] = LIST(bad_sectors),
	[LIST_CHECKSUMS] = LIST(checksums),	     [LIST_WARNINGS] = LIST(critical_warnings),
	[LIST_GROUP] = LIST(group_warnings),	     [LIST_TRANSITIONS] = LIST(thermal_transitions),
	[LIST_THERMAL] = LIST(thermal_seconds),	     [LIST_CORRECTED] = LIST(scsi_corrected),
	[LIST_PROCESSED] = LIST(scsi_processed),     [LIST_UNCORRECTED] = LIST(scsi_uncorrected),
#undef LIST
};

static void emit_labelled(struct prom *out, const void *facts, const struct prom_metric *self)
{
	EACH_DRIVE(d, facts)
		for (size_t i = 0; i < lists[self->arg].n; i++) {
			const struct labelled *l = &lists[self->arg].items[i];

			put(out, PROM_LABELS(d->name, l->a, l->b), &d->values[l->v]);
		}
}

/* ---- state sets: one series a state, 1 for the one that holds ---- */

static void put_states(struct prom *out, const struct drive *d, const char *const *states, size_t n, const char *now)
{
	for (size_t i = 0; now && i < n; i++)
		if (states[i])
			prom_u64(out, PROM_LABELS(d->name, states[i]), strcmp(states[i], now) == 0);
}

static size_t count_states(const char *const *states)
{
	size_t n = 0;

	while (states[n])
		n++;
	return n;
}

static void emit_power_state(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		put_states(out, d, drive_power_states, count_states(drive_power_states), d->power_state);
}

static void emit_overall(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		put_states(out, d, ata_overall_states, count_states(ata_overall_states), d->ata_overall);
}

static void emit_self_test(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		put_states(out, d, ata_self_test_results, 16, d->ata_self_test);
}

/* ---- identity ---- */

static void emit_info(struct prom *out, const void *facts, const struct prom_metric *self)
{
	static const char *const kinds[] = {
		[DRIVE_UNKNOWN] = "", [DRIVE_ATA] = "ata", [DRIVE_NVME] = "nvme", [DRIVE_SCSI] = "scsi"
	};

	(void)self;
	EACH_DRIVE(d, facts)
		if (d->skip == SKIP_NONE || is_asleep(d))
			prom_u64(out,
				 PROM_LABELS(d->name, kinds[d->kind], or_empty(d->transport), or_empty(d->model),
					     or_empty(d->family), or_empty(d->serial), or_empty(d->firmware),
					     or_empty(d->wwn), or_empty(d->port)),
				 1);
}

static void emit_namespaces(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		for (size_t i = 0; i < d->n_namespaces; i++)
			prom_u64(out, PROM_LABELS(d->name, d->namespaces[i]), 1);
}

static void emit_skipped(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		if (d->skip != SKIP_NONE)
			prom_u64(out, PROM_LABELS(d->name, drive_skip_names[d->skip]), 1);
}

/* ---- lists of a drive ---- */

static void emit_temperature(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		for (size_t i = 0; i < d->n_temperatures; i++)
			prom_i64(out, PROM_LABELS(d->name, d->temperatures[i].sensor), d->temperatures[i].celsius);
}

enum column { COLUMN_RAW, COLUMN_VALUE, COLUMN_WORST, COLUMN_THRESHOLD };

static void put_attribute(struct prom *out, const char *const *labels, const struct ata_attribute *a, enum column c)
{
	if (c == COLUMN_RAW)
		prom_i64(out, labels, a->number);
	else if (c == COLUMN_VALUE)
		prom_u64(out, labels, a->value);
	else if (c == COLUMN_WORST)
		prom_u64(out, labels, a->worst);
	else if (a->has_threshold)
		prom_u64(out, labels, a->threshold);
}

static void emit_attribute(struct prom *out, const void *facts, const struct prom_metric *self)
{
	const struct smart_facts *f = facts;

	EACH_DRIVE(d, facts)
		for (size_t i = 0; i < d->n_attributes; i++) {
			const struct ata_attribute *a = &d->attributes[i];
			const char *name = ata_name(a->id);
			char id[NUM_U128_SIZE];

			if (!f->wants || f->wants(f->ctx, d, a))
				put_attribute(out, PROM_LABELS(d->name, decimal(id, a->id), name ? name : "unknown"), a,
					      (enum column)self->arg);
		}
}

static void emit_check(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		for (size_t i = 0; i < d->n_checks; i++) {
			char id[NUM_U128_SIZE];

			prom_u64(out, PROM_LABELS(d->name, decimal(id, d->checks[i].id), d->checks[i].name),
				 d->checks[i].state);
		}
}

static void emit_extra(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		for (size_t i = 0; i < d->n_extras; i++)
			prom_u128(out, PROM_LABELS(d->name, d->extras[i].page, d->extras[i].name), d->extras[i].n);
}

static void emit_last_test(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts)
		if (d->last_self_test.type)
			prom_u64(out, PROM_LABELS(d->name, d->last_self_test.type, d->last_self_test.result), 1);
}

static void emit_exception(struct prom *out, const void *facts, const struct prom_metric *self)
{
	(void)self;
	EACH_DRIVE(d, facts) {
		char asc[8], ascq[8];

		if (!d->has_exception)
			continue;
		(void)snprintf(asc, sizeof(asc), "%02x", d->exception_asc);
		(void)snprintf(ascq, sizeof(ascq), "%02x", d->exception_ascq);
		prom_u64(out, PROM_LABELS(d->name, asc, ascq), d->exception_asc != 0);
	}
}

/* ---- the table, sorted by name ---- */

#define G PROM_GAUGE
#define C PROM_COUNTER

const struct prom_metric smart_metrics[] = {
	{ "smart_ata_attribute_raw", G, "device,id,name",
	  "Raw value of an ATA SMART attribute; packed fields are taken apart by id and model.", emit_attribute, COLUMN_RAW },
	{ "smart_ata_attribute_threshold", G, "device,id,name",
	  "Threshold of an ATA SMART attribute: at or below it the normalised value means failure.", emit_attribute,
	  COLUMN_THRESHOLD },
	{ "smart_ata_attribute_value", G, "device,id,name", "Normalised value of an ATA SMART attribute.", emit_attribute,
	  COLUMN_VALUE },
	{ "smart_ata_attribute_worst", G, "device,id,name", "Worst normalised value of an ATA SMART attribute so far.",
	  emit_attribute, COLUMN_WORST },
	{ "smart_ata_attributes_failing", G, "device,when,class",
	  "ATA SMART attributes at or below their threshold now, or only in the past.", emit_labelled, LIST_FAILING },
	{ "smart_ata_bad_sectors", G, "device,kind", "Bad sectors, from attributes 5, 197 and 198.", emit_labelled,
	  LIST_BAD_SECTORS },
	{ "smart_ata_checksum_error", G, "device,page",
	  "Whether the checksum of a page was wrong (1); nothing is taken from such a page.", emit_labelled, LIST_CHECKSUMS },
	{ "smart_ata_error_log_entries", G, "device", "Errors that the drive counts in its error log.", emit_value,
	  V_ATA_ERROR_LOG_ENTRIES },
	{ "smart_ata_overall", G, "device,state", "Judgement over status, attributes and bad sectors, worst first.",
	  emit_overall, 0 },
	{ "smart_ata_self_test_remaining_ratio", G, "device", "What remains of the running self-test.", emit_value,
	  V_ATA_SELF_TEST_REMAINING },
	{ "smart_ata_self_test_status", G, "device,result", "Result of the last self-test, or in_progress.", emit_self_test,
	  0 },
	{ "smart_check_state", G, "device,id,name",
	  "Thresholds of the device database applied: 0 ok, 1 warning, 2 critical.", emit_check, 0 },
	{ "smart_device_block_size_bytes", G, "device,kind", "Size of a logical and of a physical block.", emit_labelled,
	  LIST_BLOCK_SIZES },
	{ "smart_device_capacity_bytes", G, "device", "Capacity of the disk.", emit_value, V_CAPACITY_BYTES },
	{ "smart_device_collect_duration_seconds", G, "device", "How long reading the disk took.", emit_duration,
	  V_COLLECT_NS },
	{ "smart_device_endurance_used_ratio", G, "device",
	  "Used share of the rated endurance; may exceed 1. Absent where the model does not tell.", emit_value,
	  V_ENDURANCE_USED },
	{ "smart_device_healthy", G, "device", "The disk's own verdict: 1 passed, 0 failing. Absent when it gives none.",
	  emit_value, V_HEALTHY },
	{ "smart_device_info", G, "device,type,transport,model,family,serial,firmware,wwn,port",
	  "Identity of the disk, always 1.", emit_info, 0 },
	{ "smart_device_interface_speed_bytes_per_second", G, "device", "Negotiated line rate of the interface.", emit_value,
	  V_SPEED_BYTES_PER_SECOND },
	{ "smart_device_namespace_info", G, "device,namespace", "Namespaces of an NVMe controller, always 1.",
	  emit_namespaces, 0 },
	{ "smart_device_power_cycles_total", C, "device", "Times the disk was powered on.", emit_value, V_POWER_CYCLES },
	{ "smart_device_power_on_seconds_total", C, "device", "How long the disk has been powered on.", emit_value,
	  V_POWER_ON_SECONDS },
	{ "smart_device_power_state", G, "device,state", "Power state in which the disk was found.", emit_power_state, 0 },
	{ "smart_device_read_bytes_total", C, "device", "Bytes read by the host. Absent where the unit is not known.",
	  emit_value, V_READ_BYTES },
	{ "smart_device_rotation_rpm", G, "device", "Nominal rotation rate; 0 for a solid state disk.", emit_value,
	  V_ROTATION_RPM },
	{ "smart_device_self_test_info", G, "device,type,result", "The newest entry of the self-test log, always 1.",
	  emit_last_test, 0 },
	{ "smart_device_self_test_last_power_on_seconds", G, "device",
	  "Power-on time at which the newest logged self-test ended.", emit_value, V_SELF_TEST_LAST_SECONDS },
	{ "smart_device_skipped", G, "device,reason", "Disks that were not read, and why, always 1.", emit_skipped, 0 },
	{ "smart_device_smart_enabled", G, "device", "Whether SMART is switched on.", emit_value, V_SMART_ENABLED },
	{ "smart_device_statistic", G, "device,page,name", "Device statistics and vendor logs (opt-in), as the drive counts.",
	  emit_extra, 0 },
	{ "smart_device_temperature_celsius", G, "device,sensor", "Temperature by sensor.", emit_temperature, 0 },
	{ "smart_device_temperature_limit_celsius", G, "device,level", "Temperature that the disk itself calls too high.",
	  emit_labelled, LIST_LIMITS },
	{ "smart_device_up", G, "device", "Whether the disk answered (1) or reading it failed (0).", emit_up, 0 },
	{ "smart_device_written_bytes_total", C, "device", "Bytes written by the host. Absent where the unit is not known.",
	  emit_value, V_WRITTEN_BYTES },
	{ "smart_nvme_available_spare_ratio", G, "device", "Remaining spare capacity.", emit_value, V_NVME_SPARE },
	{ "smart_nvme_available_spare_threshold_ratio", G, "device",
	  "Spare capacity below which the controller raises its warning.", emit_value, V_NVME_SPARE_THRESHOLD },
	{ "smart_nvme_controller_busy_seconds_total", C, "device", "How long the controller was busy with I/O commands.",
	  emit_value, V_NVME_BUSY_SECONDS },
	{ "smart_nvme_critical_temperature_seconds_total", C, "device",
	  "How long the composite temperature was at or above the critical limit.", emit_value, V_NVME_CRIT_TEMP_SECONDS },
	{ "smart_nvme_critical_warning", G, "device,condition", "Bits of the critical warning field.", emit_labelled,
	  LIST_WARNINGS },
	{ "smart_nvme_endurance_group_warning", G, "device,condition",
	  "Bits of the endurance group critical warning summary.", emit_labelled, LIST_GROUP },
	{ "smart_nvme_error_log_entries_total", C, "device",
	  "Entries in the error log so far; many are harmless refusals of unknown commands.", emit_value,
	  V_NVME_ERROR_LOG_ENTRIES },
	{ "smart_nvme_host_read_commands_total", C, "device", "Read commands completed by the controller.", emit_value,
	  V_NVME_HOST_READS },
	{ "smart_nvme_host_write_commands_total", C, "device", "Write commands completed by the controller.", emit_value,
	  V_NVME_HOST_WRITES },
	{ "smart_nvme_media_errors_total", C, "device", "Unrecovered data integrity errors.", emit_value,
	  V_NVME_MEDIA_ERRORS },
	{ "smart_nvme_thermal_management_seconds_total", C, "device,level",
	  "How long the controller throttled at a thermal management level.", emit_labelled, LIST_THERMAL },
	{ "smart_nvme_thermal_transitions_total", C, "device,level",
	  "Times the controller entered a thermal management level.", emit_labelled, LIST_TRANSITIONS },
	{ "smart_nvme_unsafe_shutdowns_total", C, "device", "Power losses without a shutdown notification.", emit_value,
	  V_NVME_UNSAFE_SHUTDOWNS },
	{ "smart_nvme_warning_temperature_seconds_total", C, "device",
	  "How long the composite temperature was at or above the warning limit and below the critical one.", emit_value,
	  V_NVME_WARN_TEMP_SECONDS },
	{ "smart_scsi_errors_corrected_total", C, "device,operation,method", "Errors that the disk corrected, by how.",
	  emit_labelled, LIST_CORRECTED },
	{ "smart_scsi_errors_uncorrected_total", C, "device,operation", "Errors that the disk could not correct.",
	  emit_labelled, LIST_UNCORRECTED },
	{ "smart_scsi_exception", G, "device,asc,ascq",
	  "Informational exception that the disk reports (additional sense code in hex); 0 when there is none.",
	  emit_exception, 0 },
	{ "smart_scsi_grown_defects", G, "device", "Entries of the grown defect list.", emit_value, V_SCSI_GROWN_DEFECTS },
	{ "smart_scsi_non_medium_errors_total", C, "device", "Recoverable errors that are not of the medium.", emit_value,
	  V_SCSI_NON_MEDIUM },
	{ "smart_scsi_processed_bytes_total", C, "device,operation", "Bytes processed, by operation.", emit_labelled,
	  LIST_PROCESSED },
};
const size_t smart_metrics_n = ARRAY_LEN(smart_metrics);
