/* SPDX-License-Identifier: MIT */
/* The configuration of smart-textfile as a table (core/conf.h). Pure. */
#include "smart.h"

static const char *const attributes[] = { "all", "db", "threshs", "perfs", NULL };
static const char *const compat[] = { "off", "db", "default", NULL };

#define AT(field) offsetof(struct smart_config, field)

static const struct conf_key reads[] = {
	{ .name = "identify", .type = CONF_BOOL, .offset = AT(identify), .def = "false",
	  .help = "NVMe Identify Controller: the drive's own temperature limits (one command more)" },
	{ .name = "self_tests", .type = CONF_BOOL, .offset = AT(self_tests), .def = "false",
	  .help = "self-test logs of ATA, NVMe and SAS disks" },
	{ .name = "error_log", .type = CONF_BOOL, .offset = AT(error_log), .def = "false",
	  .help = "ATA error log" },
	{ .name = "statistics", .type = CONF_BOOL, .offset = AT(statistics), .def = "false",
	  .help = "ATA device statistics" },
	{ .name = "ocp", .type = CONF_BOOL, .offset = AT(ocp), .def = "false",
	  .help = "OCP extended log (C0h) of NVMe disks; only for disks that have it" },
	{ 0 },
};

const struct conf_key smart_conf[] = {
	{ .name = "include", .type = CONF_STRINGS, .offset = AT(include), .check = select_check_pattern,
	  .help = "only disks that match one of these (GLOB of the name, or name:, model:, serial:, wwn:, transport:GLOB)" },
	{ .name = "exclude", .type = CONF_STRINGS, .offset = AT(exclude), .check = select_check_pattern,
	  .help = "no disk that matches one of these" },
	{ .name = "device_db", .type = CONF_STRING, .offset = AT(device_db), .def = "\"\"",
	  .help = "device database in check_smart_attributes' format" },
	{ .name = "device_config", .type = CONF_STRING, .offset = AT(device_config), .def = "\"\"",
	  .help = "its per-device overrides (check_smartcfg.json)" },
	{ .name = "attributes", .type = CONF_ENUM, .offset = AT(attributes), .def = "\"all\"", .choices = attributes,
	  .help = "which ATA attributes are published: all, or those that the database lists at all, with thresholds or as perfs" },
	{ .name = "compat", .type = CONF_ENUM, .offset = AT(compat), .def = "\"off\"", .choices = compat,
	  .help = "print what prometheus_smart_exporter prints instead: for disks in the database, or for all" },
	{ .name = "attr_mapping", .type = CONF_STRING, .offset = AT(attr_mapping), .def = "\"\"",
	  .help = "its attribute mapping; a built-in one otherwise" },
	{ .name = "reads", .type = CONF_OBJECT, .offset = 0, .keys = reads,
	  .help = "what is read beside the SMART data, each one or more commands" },
	{ 0 },
};
