/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "config.h"
#include "rules.h"

#define AT(field) offsetof(struct reaction_config, field)

/* Python's names of levels, as the exporter takes them. */
static const char *const levels[] = { "DEBUG", "INFO",     "WARNING", "WARN",   "ERROR",   "CRITICAL",
				      "FATAL", "NOTSET",   "debug",   "info",   "warning", "warn",
				      "error", "critical", "fatal",   "notset", NULL };

/* A switch without a value is on, as in the exporter's own defaults. */
static const struct conf_short on[] = { { "null", "true" }, { 0 } };
static const struct conf_short on_or_object[] = {
	{ "null", "{}" },
	{ "true", "{}" },
	{ "false", "{\"enabled\": false}" },
	{ 0 },
};
static const struct conf_short unit[] = { { "null", "\"reaction.service\"" },
					  { "true", "\"reaction.service\"" },
					  { 0 } };

static const char *check_path(const char *value)
{
	return !*value || *value == '/' ? NULL : "not an absolute path";
}

static const char *check_program(const char *value)
{
	return strcmp(value, "none") == 0 ? NULL : check_path(value);
}

static const struct conf_key listen[] = {
	{ .name = "address",
	  .type = CONF_STRING,
	  .offset = AT(address),
	  .def = "\"127.0.0.1\"",
	  .help = "without effect" },
	{ .name = "port",
	  .type = CONF_INT,
	  .offset = AT(port),
	  .def = "8080",
	  .min = 0,
	  .max = 65535,
	  .help = "without effect" },
	{ 0 },
};

static const struct conf_key logs[] = {
	{ .name = "systemd",
	  .type = CONF_STRING,
	  .offset = AT(systemd),
	  .def = "\"reaction.service\"",
	  .min = 1,
	  .max = 256,
	  .shorts = unit,
	  .help = "unit whose journal is read" },
	{ .name = "file",
	  .type = CONF_STRING,
	  .offset = AT(file),
	  .def = "\"\"",
	  .check = check_path,
	  .help = "log file that is read instead" },
	{ 0 },
};

static const struct conf_key reaction[] = {
	{ .name = "config",
	  .type = CONF_STRING,
	  .offset = AT(config),
	  .def = "\"/etc/reaction\"",
	  .check = check_path,
	  .help = "reaction's configuration: file or directory" },
	{ .name = "logs", .type = CONF_OBJECT, .keys = logs, .help = "reaction's log" },
	{ .name = "socket",
	  .type = CONF_STRING,
	  .offset = AT(socket),
	  .def = "\"/run/reaction/reaction.sock\"",
	  .check = check_path,
	  .help = "reaction's socket" },
	{ .name = "hold",
	  .type = CONF_SECONDS,
	  .offset = AT(hold_ns),
	  .def = "60",
	  .min = 0,
	  .max = 86400,
	  .help = "actions up to so many seconds of log time after a start are replays" },
	{ .name = "program",
	  .type = CONF_STRING,
	  .offset = AT(program),
	  .def = "\"\"",
	  .check = check_program,
	  .help = "reaction itself; the first in the usual directories otherwise; none: it is not asked" },
	{ .name = "journal",
	  .type = CONF_STRING,
	  .offset = AT(journal),
	  .def = "\"\"",
	  .check = check_path,
	  .help = "directory of journal files; this machine's otherwise" },
	{ .name = "timeout",
	  .type = CONF_SECONDS,
	  .offset = AT(timeout_ns),
	  .def = "5",
	  .min = 0,
	  .max = 3600,
	  .help = "deadline of each call of reaction" },
	{ .name = "grace",
	  .type = CONF_SECONDS,
	  .offset = AT(grace_ns),
	  .def = "10",
	  .min = 1,
	  .max = 3600,
	  .help = "an action counts as ok once it has not failed for so long" },
	{ 0 },
};

static const struct conf_key matches[] = {
	{ .name = "enabled",
	  .type = CONF_BOOL,
	  .offset = AT(matches),
	  .def = "true",
	  .shorts = on,
	  .help = "whether they are published" },
	{ .name = "extra",
	  .type = CONF_BOOL,
	  .offset = AT(matches_extra),
	  .def = "true",
	  .shorts = on,
	  .help = "with the values of patterns (values, compat)" },
	{ 0 },
};

static const struct conf_key actions[] = {
	{ .name = "enabled",
	  .type = CONF_BOOL,
	  .offset = AT(actions),
	  .def = "true",
	  .shorts = on,
	  .help = "whether they are published" },
	{ .name = "extra",
	  .type = CONF_BOOL,
	  .offset = AT(actions_extra),
	  .def = "true",
	  .shorts = on,
	  .help = "with the values of patterns (compat)" },
	{ 0 },
};

static const struct conf_key pending[] = {
	{ .name = "enabled",
	  .type = CONF_BOOL,
	  .offset = AT(pending),
	  .def = "true",
	  .shorts = on,
	  .help = "whether they are published" },
	{ .name = "extra",
	  .type = CONF_BOOL,
	  .offset = AT(pending_extra),
	  .def = "true",
	  .shorts = on,
	  .help = "with the values of patterns (compat)" },
	{ 0 },
};

static const struct conf_key export[] = {
	{ .name = "matches",
	  .type = CONF_OBJECT,
	  .keys = matches,
	  .shorts = on_or_object,
	  .help = "matches" },
	{ .name = "actions",
	  .type = CONF_OBJECT,
	  .keys = actions,
	  .shorts = on_or_object,
	  .help = "actions" },
	{ .name = "pending",
	  .type = CONF_OBJECT,
	  .keys = pending,
	  .shorts = on_or_object,
	  .help = "what reaction show tells" },
	{ .name = "commands",
	  .type = CONF_BOOL,
	  .offset = AT(commands),
	  .def = "true",
	  .shorts = on,
	  .help = "start and stop commands" },
	{ .name = "streams",
	  .type = CONF_BOOL,
	  .offset = AT(streams),
	  .def = "true",
	  .shorts = on,
	  .help = "what happens to streams" },
	{ .name = "internals",
	  .type = CONF_BOOL,
	  .offset = AT(internals),
	  .def = "false",
	  .shorts = on,
	  .help = "without effect" },
	{ 0 },
};

static const struct conf_key metrics[] = {
	{ .name = "all",
	  .type = CONF_TREE,
	  .offset = AT(all),
	  .def = "{}",
	  .check_tree = rules_check_all,
	  .help = "patterns: false, or a template that their values go through" },
	{ .name = "for",
	  .type = CONF_TREE,
	  .offset = AT(for_),
	  .def = "{}",
	  .check_tree = rules_check_for,
	  .help = "the same by stream and filter" },
	{ .name = "export", .type = CONF_OBJECT, .keys = export, .help = "what is published" },
	{ 0 },
};

const struct conf_key reaction_conf[] = {
	{ .name = "loglevel",
	  .type = CONF_ENUM,
	  .offset = AT(loglevel),
	  .def = "\"INFO\"",
	  .choices = levels,
	  .help = "without effect" },
	{ .name = "restore",
	  .type = CONF_BOOL,
	  .offset = AT(restore),
	  .def = "true",
	  .help = "without effect" },
	{ .name = "listen", .type = CONF_OBJECT, .keys = listen, .help = "without effect" },
	{ .name = "reaction", .type = CONF_OBJECT, .keys = reaction, .help = "reaction" },
	{ .name = "metrics", .type = CONF_OBJECT, .keys = metrics, .help = "metrics" },
	{ .name = "max_series",
	  .type = CONF_INT,
	  .offset = AT(max_series),
	  .def = "200",
	  .min = 1,
	  .max = 10000,
	  .help = "label sets of a family; one more counts as other" },
	{ .name = "values",
	  .type = CONF_BOOL,
	  .offset = AT(values),
	  .def = "false",
	  .shorts = on,
	  .help = "count the values of patterns" },
	{ .name = "compat",
	  .type = CONF_BOOL,
	  .offset = AT(compat),
	  .def = "false",
	  .shorts = on,
	  .help = "print reaction-metrics-exporter's families as well" },
	{ 0 },
};
