/* SPDX-License-Identifier: MIT */
/*
 * What is published: the contract of families, types and labels that users'
 * rules rely on, and the exact text of a small drive of each kind. What is
 * not known is not printed; a disk that is skipped says only that.
 */
#include "../../cmd/smart-textfile/ata.h"
#include "../fixtures/smart/build.h"
#include "test.h"

/* Families may be added and never renamed. The end-to-end test of --print-metrics reads the names here too. */
static const struct {
	const char *name;
	enum prom_type type;
	const char *labels;
} contract[] = {
	{ "smart_ata_attribute_raw", PROM_GAUGE, "device,id,name" },
	{ "smart_ata_attribute_threshold", PROM_GAUGE, "device,id,name" },
	{ "smart_ata_attribute_value", PROM_GAUGE, "device,id,name" },
	{ "smart_ata_attribute_worst", PROM_GAUGE, "device,id,name" },
	{ "smart_ata_attributes_failing", PROM_GAUGE, "device,when,class" },
	{ "smart_ata_bad_sectors", PROM_GAUGE, "device,kind" },
	{ "smart_ata_checksum_error", PROM_GAUGE, "device,page" },
	{ "smart_ata_error_log_entries", PROM_GAUGE, "device" },
	{ "smart_ata_overall", PROM_GAUGE, "device,state" },
	{ "smart_ata_self_test_remaining_ratio", PROM_GAUGE, "device" },
	{ "smart_ata_self_test_status", PROM_GAUGE, "device,result" },
	{ "smart_check_state", PROM_GAUGE, "device,id,name" },
	{ "smart_device_block_size_bytes", PROM_GAUGE, "device,kind" },
	{ "smart_device_capacity_bytes", PROM_GAUGE, "device" },
	{ "smart_device_collect_duration_seconds", PROM_GAUGE, "device" },
	{ "smart_device_endurance_used_ratio", PROM_GAUGE, "device" },
	{ "smart_device_healthy", PROM_GAUGE, "device" },
	{ "smart_device_info", PROM_GAUGE, "device,type,transport,model,family,serial,firmware,wwn,port" },
	{ "smart_device_interface_speed_bytes_per_second", PROM_GAUGE, "device" },
	{ "smart_device_namespace_info", PROM_GAUGE, "device,namespace" },
	{ "smart_device_power_cycles_total", PROM_COUNTER, "device" },
	{ "smart_device_power_on_seconds_total", PROM_COUNTER, "device" },
	{ "smart_device_power_state", PROM_GAUGE, "device,state" },
	{ "smart_device_read_bytes_total", PROM_COUNTER, "device" },
	{ "smart_device_rotation_rpm", PROM_GAUGE, "device" },
	{ "smart_device_self_test_last_power_on_seconds", PROM_GAUGE, "device" },
	{ "smart_device_skipped", PROM_GAUGE, "device,reason" },
	{ "smart_device_smart_enabled", PROM_GAUGE, "device" },
	{ "smart_device_temperature_celsius", PROM_GAUGE, "device,sensor" },
	{ "smart_device_temperature_limit_celsius", PROM_GAUGE, "device,level" },
	{ "smart_device_up", PROM_GAUGE, "device" },
	{ "smart_device_written_bytes_total", PROM_COUNTER, "device" },
	{ "smart_nvme_available_spare_ratio", PROM_GAUGE, "device" },
	{ "smart_nvme_available_spare_threshold_ratio", PROM_GAUGE, "device" },
	{ "smart_nvme_controller_busy_seconds_total", PROM_COUNTER, "device" },
	{ "smart_nvme_critical_temperature_seconds_total", PROM_COUNTER, "device" },
	{ "smart_nvme_critical_warning", PROM_GAUGE, "device,condition" },
	{ "smart_nvme_endurance_group_warning", PROM_GAUGE, "device,condition" },
	{ "smart_nvme_error_log_entries_total", PROM_COUNTER, "device" },
	{ "smart_nvme_host_read_commands_total", PROM_COUNTER, "device" },
	{ "smart_nvme_host_write_commands_total", PROM_COUNTER, "device" },
	{ "smart_nvme_media_errors_total", PROM_COUNTER, "device" },
	{ "smart_nvme_thermal_management_seconds_total", PROM_COUNTER, "device,level" },
	{ "smart_nvme_thermal_transitions_total", PROM_COUNTER, "device,level" },
	{ "smart_nvme_unsafe_shutdowns_total", PROM_COUNTER, "device" },
	{ "smart_nvme_warning_temperature_seconds_total", PROM_COUNTER, "device" },
	{ "smart_scsi_errors_corrected_total", PROM_COUNTER, "device,operation,method" },
	{ "smart_scsi_errors_uncorrected_total", PROM_COUNTER, "device,operation" },
	{ "smart_scsi_exception", PROM_GAUGE, "device,asc,ascq" },
	{ "smart_scsi_grown_defects", PROM_GAUGE, "device" },
	{ "smart_scsi_non_medium_errors_total", PROM_COUNTER, "device" },
	{ "smart_scsi_processed_bytes_total", PROM_COUNTER, "device,operation" },
};

static void check_contract(void)
{
	for (size_t i = 0; i < ARRAY_LEN(contract); i++) {
		const struct prom_metric *m = smart_metrics;

		while (m < smart_metrics + smart_metrics_n && strcmp(m->name, contract[i].name) != 0)
			m++;
		OK_(m < smart_metrics + smart_metrics_n, contract[i].name, "not in the table");
		if (m == smart_metrics + smart_metrics_n)
			continue;
		CHECK_INT(m->type, contract[i].type);
		CHECK_STR(m->labels, contract[i].labels);
	}
}

/* Sorted, each once, each with a help that is a sentence; counters, and only they, end in _total. */
static void check_table(void)
{
	for (size_t i = 0; i < smart_metrics_n; i++) {
		const struct prom_metric *m = &smart_metrics[i];
		size_t n = strlen(m->name), h = strlen(m->help);
		bool ok = (i == 0 || strcmp(m[-1].name, m->name) < 0) && !prom_check_metric_name(m->name) &&
			  (n > 6 && strcmp(m->name + n - 6, "_total") == 0) == (m->type == PROM_COUNTER) && h > 10 &&
			  m->help[h - 1] == '.' && strncmp(m->labels, "device", 6) == 0;

		OK_(ok, m->name, "out of order, badly named, or without help or device");
	}
}

/* ---- exact text; HELP lines are left out, they are in the golden file of --print-metrics ---- */

static void check_text(const char *what, const struct drive *drives, size_t n, const char *want)
{
	AUTO_BUF struct buf text = { 0 }, short_text = { 0 };

	CHECK(print_drives(&text, drives, n));
	CHECK(is_exposition(buf_cstr(&text)));
	for (const char *line = buf_cstr(&text); *line; line += strcspn(line, "\n") + 1)
		if (*line != '#')
			buf_add(&short_text, line, strcspn(line, "\n") + 1);
	OK_(strcmp(buf_cstr(&short_text), want) == 0, what, "got <<%s>>, want <<%s>>", buf_cstr(&short_text), want);
}

/* The identity of a drive without a name. */
#define INFO(device, type, transport) \
	"smart_device_info{device=\"" device "\",type=\"" type "\",transport=\"" transport "\"," \
	"model=\"\",family=\"\",serial=\"\",firmware=\"\",wwn=\"\",port=\"\"} 1\n"

static void check_nothing(void)
{
	struct drive d[2] = { { .name = "sda" }, { .name = "sdb", .up = true } };

	check_text("no drives", NULL, 0, "");
	check_text("drives of which nothing is known", d, 2,
		   INFO("sda", "", "")
		   INFO("sdb", "", "")
		   "smart_device_up{device=\"sda\"} 0\n"
		   "smart_device_up{device=\"sdb\"} 1\n");
}

static void check_ata(void)
{
	static char model[] = "MODEL \"2.5\\\"\n", wwn[] = "5000c500012abcdf", transport[] = "sata";
	struct drive d = {
		.name = "sda", .kind = DRIVE_ATA, .up = true, .model = model, .wwn = wwn, .transport = transport,
		.n_attributes = 2,
		.attributes = { { .id = 194, .value = 69, .worst = 45, .number = -8 },
				{ .id = 5, .value = 100, .worst = 99, .threshold = 10, .has_threshold = true,
				  .number = 0xffffffffffff } },
	};

	drive_set(&d, V_ATA_FAILING_NOW_PREFAIL, 1);
	drive_set(&d, V_ATA_BAD_REALLOCATED, 43);
	drive_set(&d, V_ATA_CHECKSUM_THRESHOLDS, 1);
	drive_set_ratio(&d, V_ATA_SELF_TEST_REMAINING, 3, 10);
	drive_set_times(&d, V_CAPACITY_BYTES, 7814037168, 512);
	drive_set(&d, V_COLLECT_NS, 21000000);
	check_text("an ATA drive", &d, 1,
		   "smart_ata_attribute_raw{device=\"sda\",id=\"194\",name=\"Temperature_Celsius\"} -8\n"
		   "smart_ata_attribute_raw{device=\"sda\",id=\"5\",name=\"Reallocated_Sector_Ct\"} 281474976710655\n"
		   "smart_ata_attribute_threshold{device=\"sda\",id=\"5\",name=\"Reallocated_Sector_Ct\"} 10\n"
		   "smart_ata_attribute_value{device=\"sda\",id=\"194\",name=\"Temperature_Celsius\"} 69\n"
		   "smart_ata_attribute_value{device=\"sda\",id=\"5\",name=\"Reallocated_Sector_Ct\"} 100\n"
		   "smart_ata_attribute_worst{device=\"sda\",id=\"194\",name=\"Temperature_Celsius\"} 45\n"
		   "smart_ata_attribute_worst{device=\"sda\",id=\"5\",name=\"Reallocated_Sector_Ct\"} 99\n"
		   "smart_ata_attributes_failing{device=\"sda\",when=\"now\",class=\"prefail\"} 1\n"
		   "smart_ata_bad_sectors{device=\"sda\",kind=\"reallocated\"} 43\n"
		   "smart_ata_checksum_error{device=\"sda\",page=\"thresholds\"} 1\n"
		   "smart_ata_self_test_remaining_ratio{device=\"sda\"} 0.3\n"
		   "smart_device_capacity_bytes{device=\"sda\"} 4000787030016\n"
		   "smart_device_collect_duration_seconds{device=\"sda\"} 0.021\n"
		   "smart_device_info{device=\"sda\",type=\"ata\",transport=\"sata\","
		   "model=\"MODEL \\\"2.5\\\\\\\"\\n\",family=\"\",serial=\"\","
		   "firmware=\"\",wwn=\"5000c500012abcdf\",port=\"\"} 1\n"
		   "smart_device_up{device=\"sda\"} 1\n");
}

static void check_states(void)
{
	struct drive d = { .name = "a", .kind = DRIVE_ATA, .up = true, .power_state = drive_power_states[1] };

	d.ata_overall = ata_overall_states[2];
	d.ata_self_test = ata_self_test_results[15];
	check_text("state sets", &d, 1,
		   "smart_ata_overall{device=\"a\",state=\"bad_attribute_in_the_past\"} 0\n"
		   "smart_ata_overall{device=\"a\",state=\"bad_attribute_now\"} 0\n"
		   "smart_ata_overall{device=\"a\",state=\"bad_sector\"} 1\n"
		   "smart_ata_overall{device=\"a\",state=\"bad_sector_many\"} 0\n"
		   "smart_ata_overall{device=\"a\",state=\"bad_status\"} 0\n"
		   "smart_ata_overall{device=\"a\",state=\"good\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"aborted_by_host\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"completed\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"failed_electrical\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"failed_handling\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"failed_read\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"failed_servo\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"failed_unknown\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"fatal_error\"} 0\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"in_progress\"} 1\n"
		   "smart_ata_self_test_status{device=\"a\",result=\"interrupted\"} 0\n"
		   INFO("a", "ata", "")
		   "smart_device_power_state{device=\"a\",state=\"active\"} 0\n"
		   "smart_device_power_state{device=\"a\",state=\"idle\"} 1\n"
		   "smart_device_power_state{device=\"a\",state=\"sleep\"} 0\n"
		   "smart_device_power_state{device=\"a\",state=\"standby\"} 0\n"
		   "smart_device_power_state{device=\"a\",state=\"suspended\"} 0\n"
		   "smart_device_up{device=\"a\"} 1\n");
}

static void check_nvme(void)
{
	static char namespace[] = "nvme0n1", transport[] = "pcie";
	struct drive d = { .name = "nvme0", .kind = DRIVE_NVME, .up = true, .transport = transport,
			   .namespaces = { namespace }, .n_namespaces = 1 };

	drive_set_ratio(&d, V_NVME_SPARE, 100, 100);
	drive_set_ratio(&d, V_ENDURANCE_USED, 255, 100);
	drive_set_times(&d, V_READ_BYTES, ~(u128)0, 512000);
	drive_set(&d, V_NVME_WARN_READ_ONLY, 1);
	drive_set(&d, V_NVME_GROUP_SPARE, 0);
	drive_set(&d, V_NVME_THERMAL_SECONDS_2, 7);
	drive_set(&d, V_TEMP_LIMIT_CRITICAL, 85);
	drive_add_temperature(&d, "composite", 41);
	drive_add_temperature(&d, "2", -1);
	check_text("an NVMe drive", &d, 1,
		   "smart_device_endurance_used_ratio{device=\"nvme0\"} 2.55\n"
		   INFO("nvme0", "nvme", "pcie")
		   "smart_device_namespace_info{device=\"nvme0\",namespace=\"nvme0n1\"} 1\n"
		   "smart_device_read_bytes_total{device=\"nvme0\"} 174224571863520493293247799005065324264960000\n"
		   "smart_device_temperature_celsius{device=\"nvme0\",sensor=\"2\"} -1\n"
		   "smart_device_temperature_celsius{device=\"nvme0\",sensor=\"composite\"} 41\n"
		   "smart_device_temperature_limit_celsius{device=\"nvme0\",level=\"critical\"} 85\n"
		   "smart_device_up{device=\"nvme0\"} 1\n"
		   "smart_nvme_available_spare_ratio{device=\"nvme0\"} 1\n"
		   "smart_nvme_critical_warning{device=\"nvme0\",condition=\"read_only\"} 1\n"
		   "smart_nvme_endurance_group_warning{device=\"nvme0\",condition=\"available_spare\"} 0\n"
		   "smart_nvme_thermal_management_seconds_total{device=\"nvme0\",level=\"2\"} 7\n");
}

static void check_scsi(void)
{
	struct drive d = { .name = "sdb", .kind = DRIVE_SCSI, .up = true, .has_exception = true, .exception_asc = 0x5d,
			   .exception_ascq = 0x0a, .n_checks = 1, .checks = { { 1025, "health", 2 } },
			   .last_self_test = { "short", "completed", 0 } };

	drive_set(&d, V_SCSI_FAST, 1);
	drive_set(&d, (enum drive_value)(V_SCSI_CORRECTED + 1), 2);
	drive_set(&d, (enum drive_value)(V_SCSI_UNCORRECTED + 2), 3);
	drive_set(&d, V_SCSI_PROCESSED, 4);
	drive_set(&d, V_SCSI_GROWN_DEFECTS, 5);
	drive_set(&d, V_SELF_TEST_LAST_SECONDS, 3600);
	drive_add_extra(&d, "ocp", "soft_ecc_errors", ~(u128)0);
	check_text("a SCSI drive", &d, 1,
		   "smart_check_state{device=\"sdb\",id=\"1025\",name=\"health\"} 2\n"
		   INFO("sdb", "scsi", "")
		   "smart_device_self_test_info{device=\"sdb\",type=\"short\",result=\"completed\"} 1\n"
		   "smart_device_self_test_last_power_on_seconds{device=\"sdb\"} 3600\n"
		   "smart_device_statistic{device=\"sdb\",page=\"ocp\",name=\"soft_ecc_errors\"} "
		   "340282366920938463463374607431768211455\n"
		   "smart_device_up{device=\"sdb\"} 1\n"
		   "smart_scsi_errors_corrected_total{device=\"sdb\",operation=\"read\",method=\"fast\"} 1\n"
		   "smart_scsi_errors_corrected_total{device=\"sdb\",operation=\"write\",method=\"total\"} 2\n"
		   "smart_scsi_errors_uncorrected_total{device=\"sdb\",operation=\"verify\"} 3\n"
		   "smart_scsi_exception{device=\"sdb\",asc=\"5d\",ascq=\"0a\"} 1\n"
		   "smart_scsi_grown_defects{device=\"sdb\"} 5\n"
		   "smart_scsi_processed_bytes_total{device=\"sdb\",operation=\"read\"} 4\n");
}

/* read, write, verify of each kind of counter */
static void check_scsi_counters(void)
{
	static const struct {
		enum drive_value v;
		const char *family, *method;
	} t[] = {
		{ V_SCSI_FAST, "errors_corrected", ",method=\"fast\"" },
		{ V_SCSI_DELAYED, "errors_corrected", ",method=\"delayed\"" },
		{ V_SCSI_REREAD, "errors_corrected", ",method=\"retried\"" },
		{ V_SCSI_CORRECTED, "errors_corrected", ",method=\"total\"" },
		{ V_SCSI_PROCESSED, "processed_bytes", "" },
		{ V_SCSI_UNCORRECTED, "errors_uncorrected", "" },
	};
	static const char *const operations[] = { "read", "write", "verify" };

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		for (unsigned k = 0; k < 3; k++) {
			AUTO_BUF struct buf want = { 0 };
			struct drive d = { .name = "s", .kind = DRIVE_SCSI, .up = true };

			drive_set(&d, (enum drive_value)(t[i].v + k), 7);
			buf_fmt(&want, INFO("s", "scsi", "") "smart_device_up{device=\"s\"} 1\n"
				"smart_scsi_%s_total{device=\"s\",operation=\"%s\"%s} 7\n", t[i].family, operations[k],
				t[i].method);
			check_text(t[i].family, &d, 1, buf_cstr(&want));
		}
}

/* The reason and nothing else, but for those that are only asleep or stuck now: who they are stays known. */
static void check_skipped(void)
{
	for (enum drive_skip skip = SKIP_NONE + 1; skip < SKIP_COUNT; skip++) {
		bool known = skip == SKIP_STANDBY || skip == SKIP_SUSPENDED || skip == SKIP_STUCK;
		AUTO_BUF struct buf want = { 0 };
		struct drive d = { .name = "sda", .kind = DRIVE_ATA, .skip = skip };

		if (known)
			buf_str(&want, INFO("sda", "ata", ""));
		buf_fmt(&want, "smart_device_skipped{device=\"sda\",reason=\"%s\"} 1\n", drive_skip_names[skip]);
		check_text(drive_skip_names[skip], &d, 1, buf_cstr(&want));
	}
}

/* The configuration may leave attributes out: of all four families, and of nothing else. */
static bool wants_low(const void *ctx, const struct drive *d, const struct ata_attribute *a)
{
	return d->up && a->id < *(const int *)ctx;
}

static void check_wanted(void)
{
	const int below = 10;
	const struct drive d = {
		.name = "sda", .up = true, .n_attributes = 2,
		.attributes = { { .id = 5, .has_threshold = true }, { .id = 194, .has_threshold = true } },
	};
	const struct smart_facts facts = { .drives = &d, .n = 1, .wants = wants_low, .ctx = &below };
	const struct prom_group group = { smart_metrics, smart_metrics_n, &facts };
	AUTO_BUF struct buf text = { 0 };
	CLEANUP(prom_done) struct prom w = { .sink = append, .ctx = &text };
	size_t kept = 0;

	CHECK_INT(prom_write(&w, &group, 1), 0);
	CHECK(!strstr(buf_cstr(&text), "id=\"194\""));
	for (const char *p = buf_cstr(&text); (p = strstr(p, "id=\"5\"")); p++)
		kept++;
	CHECK_INT(kept, 4);
}

int main(void)
{
	check_contract();
	check_table();
	check_nothing();
	check_ata();
	check_states();
	check_nvme();
	check_scsi();
	check_scsi_counters();
	check_skipped();
	check_wanted();
	return TEST_END();
}
