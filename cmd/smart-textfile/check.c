/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "ata_names.h"
#include "check.h"

/* What an id of the format's own reads: a value, in units of per. */
struct source {
	const char *name;
	enum drive_value v;
	unsigned per;
};

enum { MINUTE = 60, HOUR = 3600, GIGABYTE = 1000000000 };
enum { NVME_WARNING = 0, NVME_TEMPERATURE = 1, NVME_WARNING_BITS = 6, SCSI_READ = 0, SCSI_WRITE = 1 };

/* A ratio is compared in percent: its divisor is 100, and n alone is looked at. */
static const struct source nvme[] = {
	[NVME_WARNING] = { "Critical_Warning", V_NVME_WARN_SPARE, 1 },
	[NVME_TEMPERATURE] = { "Temperature", V_COUNT, 1 },
	[2] = { "Available_Spare", V_NVME_SPARE, 1 },
	[3] = { "Available_Spare_Threshold", V_NVME_SPARE_THRESHOLD, 1 },
	[4] = { "Percentage_Used", V_ENDURANCE_USED, 1 },
	[5] = { "Data_Units_Read", V_READ_BYTES, GIGABYTE },
	[6] = { "Data_Units_Written", V_WRITTEN_BYTES, GIGABYTE },
	[7] = { "Host_Read_Commands", V_NVME_HOST_READS, 1 },
	[8] = { "Host_Write_Commands", V_NVME_HOST_WRITES, 1 },
	[9] = { "Controller_Busy_Time", V_NVME_BUSY_SECONDS, MINUTE },
	[10] = { "Power_Cycles", V_POWER_CYCLES, 1 },
	[11] = { "Power_On_Hours", V_POWER_ON_SECONDS, HOUR },
	[12] = { "Unsafe_Shutdowns", V_NVME_UNSAFE_SHUTDOWNS, 1 },
	[13] = { "Media_and_Data_Integrity_Errors", V_NVME_MEDIA_ERRORS, 1 },
	[14] = { "Error_Information_Log_Entries", V_NVME_ERROR_LOG_ENTRIES, 1 },
	[15] = { "Warning_Comp._Temperature_Time", V_NVME_WARN_TEMP_SECONDS, MINUTE },
	[16] = { "Critical_Comp._Temperature_Time", V_NVME_CRIT_TEMP_SECONDS, MINUTE },
};

static const struct source scsi[] = {
	[0] = { "Elements_in_grown_defect_list", V_SCSI_GROWN_DEFECTS, 1 },
	[1] = { "Read_errors_corrected_by_ECC_fast", V_SCSI_FAST + SCSI_READ, 1 },
	[2] = { "Read_errors_corrected_by_ECC_delayed", V_SCSI_DELAYED + SCSI_READ, 1 },
	[3] = { "Read_errors_corrected_by_ECC_reread", V_SCSI_REREAD + SCSI_READ, 1 },
	[4] = { "Total_read_errors_corrected", V_SCSI_CORRECTED + SCSI_READ, 1 },
	[5] = { "Total_read_correction_algorithm_invocations", V_SCSI_INVOCATIONS + SCSI_READ, 1 },
	[6] = { "Total_read_gigabytes_processed", V_SCSI_PROCESSED + SCSI_READ, GIGABYTE },
	[7] = { "Total_uncorrected_read_errors", V_SCSI_UNCORRECTED + SCSI_READ, 1 },
	[8] = { "Write_errors_corrected_by_ECC_fast", V_SCSI_FAST + SCSI_WRITE, 1 },
	[9] = { "Write_errors_corrected_by_ECC_delayed", V_SCSI_DELAYED + SCSI_WRITE, 1 },
	[10] = { "Write_errors_corrected_by_ECC_rewrite", V_SCSI_REREAD + SCSI_WRITE, 1 },
	[11] = { "Total_write_errors_corrected", V_SCSI_CORRECTED + SCSI_WRITE, 1 },
	[12] = { "Total_write_correction_algorithm_invocations", V_SCSI_INVOCATIONS + SCSI_WRITE, 1 },
	[13] = { "Total_write_gigabytes_processed", V_SCSI_PROCESSED + SCSI_WRITE, GIGABYTE },
	[14] = { "Total_uncorrected_write_errors", V_SCSI_UNCORRECTED + SCSI_WRITE, 1 },
};

static const struct source ata_errors = { "ATA_Error_Count", V_ATA_ERROR_LOG_ENTRIES, 1 };
static const struct source health = { "Overall_Health_Test_Result", V_HEALTHY, 1 };

static const struct source *find_source(const struct drive *d, unsigned id)
{
	if (id == DB_ID_HEALTH)
		return &health;
	if (id == DB_ID_ATA_ERRORS && d->kind == DRIVE_ATA)
		return &ata_errors;
	if (d->kind == DRIVE_NVME && id < ARRAY_LEN(nvme))
		return &nvme[id];
	if (d->kind == DRIVE_SCSI && id < ARRAY_LEN(scsi))
		return &scsi[id];
	return NULL;
}

static bool read_warning(const struct drive *d, double *ret)
{
	unsigned bits = 0;

	for (unsigned bit = 0; bit < NVME_WARNING_BITS; bit++)
		bits |= (unsigned)(d->values[V_NVME_WARN_SPARE + bit].n & 1) << bit;
	*ret = bits;
	return d->values[V_NVME_WARN_SPARE].known;
}

static bool read_temperature(const struct drive *d, double *ret)
{
	for (size_t i = 0; i < d->n_temperatures; i++)
		if (strcmp(d->temperatures[i].sensor, "composite") == 0) {
			*ret = d->temperatures[i].celsius;
			return true;
		}
	return false;
}

static bool read_source(const struct drive *d, const struct source *s, double *ret)
{
	const struct value *v;

	if (s == &nvme[NVME_WARNING])
		return read_warning(d, ret);
	if (s == &nvme[NVME_TEMPERATURE])
		return read_temperature(d, ret);
	v = &d->values[s->v];
	*ret = s == &health ? v->n == 0 : (double)v->n * v->mul / s->per;
	return v->known;
}

static bool read_attribute(const struct drive *d, const struct db_id *id, double *ret)
{
	for (size_t i = 0; i < d->n_attributes; i++)
		if (d->attributes[i].id == id->id) {
			*ret = id->is_raw ? (double)d->attributes[i].number : d->attributes[i].value;
			return true;
		}
	return false;
}

static const char *attribute_name(unsigned id)
{
	const char *name = ata_name((uint8_t)id);

	return name ? name : "unknown";
}

void check_drive(const struct db_entry *e, struct drive *d)
{
	d->n_checks = 0;
	for (size_t i = 0; i < e->n && d->n_checks < CHECKS_MAX;
	     i++) { /* a drive has far fewer values than that */
		const struct db_id *id = &e->ids[i];
		const struct source *s = find_source(d, id->id);
		double v = 0;

		if (!id->listed || !id->has_thresholds ||
		    !(s ? read_source(d, s, &v) : read_attribute(d, id, &v)))
			continue;
		d->checks[d->n_checks++] = (struct check){ id->id, s ? s->name : attribute_name(id->id),
							   threshold_state(&id->thresholds, v) };
	}
}
