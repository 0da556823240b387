/* SPDX-License-Identifier: MIT */
/* smart-textfile - the health of this machine's disks: ATA, NVMe and SAS. */
#include "os/tool.h"
#include "smart.h"

#define OPTION(name, arg, help, field) { name, arg, help, offsetof(struct smart, field) }

static const struct tool_option options[] = {
	OPTION("list", NULL, "show the disks and why some are skipped; read none", list),
	OPTION("dump", "DIR", "save what the disks return, one DIR/NAME.blob each", dump),
	OPTION("replay", NULL, "read such files, or directories of them, instead of disks", replay),
	OPTION("device-db", "FILE", "device database in check_smart_attributes' format", device_db),
	OPTION("device-config", "FILE", "its per-device overrides (check_smartcfg.json)", device_config),
	OPTION("attr-mapping", "FILE", "attribute mapping in prometheus_smart_exporter's format", attr_mapping),
	OPTION("compat", NULL, "print what prometheus_smart_exporter prints", compat),
};

int main(int argc, char *argv[])
{
	const struct tool tool = {
		.name = "smart-textfile",
		.summary = "Publish the health of this machine's disks (ATA, NVMe, SAS).",
		.operands = "[PATH...]",
		.timeout_s = 15,
		.options = options,
		.n_options = ARRAY_LEN(options),
		.conf = smart_conf,
		.conf_offset = offsetof(struct smart, config),
		.metrics = smart_metrics,
		.n_metrics = smart_metrics_n,
		.start = smart_start,
		.collect = smart_collect,
		.done = smart_done,
	};
	struct smart smart = { 0 };

	return tool_main(&tool, &smart, argc, argv);
}
