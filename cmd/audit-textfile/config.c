/* SPDX-License-Identifier: MIT */
/* The configuration of audit-textfile as a table (core/conf.h). Pure. */
#include "audit.h"

static const char *const audit_choices[] = { "auto", "file", "journal", "none", NULL };
static const char *const logins_choices[] = { "auto", "audit", "journal", "file", "none", NULL };
static const char *const unverified[] = { "failures", "count", "separate", "reject",
					  NULL }; /* enum logins_policy */

#define AT(field) offsetof(struct audit_config, field)

static const char *check_path(const char *value)
{
	return *value == '/' ? NULL : "not an absolute path";
}

static const char *check_optional_path(const char *value)
{
	return *value ? check_path(value) : NULL;
}

static const struct conf_key audit[] = {
	{ .name = "source",
	  .type = CONF_ENUM,
	  .offset = AT(audit.source),
	  .def = "\"auto\"",
	  .choices = audit_choices,
	  .help = "where audit records come from: audit.log if it is there, else the journal's copy of "
		  "them" },
	{ .name = "path",
	  .type = CONF_STRING,
	  .offset = AT(audit.path),
	  .def = "\"/var/log/audit/audit.log\"",
	  .check = check_path,
	  .help = "auditd's log" },
	{ .name = "rules",
	  .type = CONF_STRING,
	  .offset = AT(audit.rules),
	  .def = "\"/etc/audit/audit.rules\"",
	  .check = check_optional_path,
	  .help = "file of rules whose keys are there at 0 where the kernel does not tell them" },
	{ .name = "keys",
	  .type = CONF_STRINGS,
	  .offset = AT(audit.keys),
	  .max = 256,
	  .help = "further keys that are there at 0" },
	{ .name = "kernel",
	  .type = CONF_BOOL,
	  .offset = AT(audit.kernel),
	  .def = "true",
	  .help = "ask the kernel for its audit status and rules (CAP_AUDIT_CONTROL)" },
	{ 0 },
};

static const struct conf_key logins[] = {
	{ .name = "source",
	  .type = CONF_ENUM,
	  .offset = AT(logins.source),
	  .def = "\"auto\"",
	  .choices = logins_choices,
	  .help = "where logins, sudo and su are counted: audit records if there are any, else the journal's "
		  "lines, else "
		  "a log file's" },
	{ .name = "path",
	  .type = CONF_STRING,
	  .offset = AT(logins.path),
	  .def = "\"\"",
	  .check = check_optional_path,
	  .help = "that log file; /var/log/auth.log or /var/log/secure otherwise" },
	{ .name = "unverified",
	  .type = CONF_ENUM,
	  .offset = AT(logins.unverified),
	  .def = "\"failures\"",
	  .choices = unverified,
	  .help = "what counts of journal entries whose origin is not known: failures of sudo and su, all, "
		  "or nothing, told as "
		  "unverified or as rejected" },
	{ 0 },
};

const struct conf_key audit_conf[] = {
	{ .name = "audit", .type = CONF_OBJECT, .keys = audit, .help = "audit records" },
	{ .name = "logins", .type = CONF_OBJECT, .keys = logins, .help = "logins, sudo, su" },
	{ .name = "journal",
	  .type = CONF_STRING,
	  .offset = AT(journal),
	  .def = "\"\"",
	  .check = check_optional_path,
	  .help = "directory of journal files; this machine's otherwise" },
	{ .name = "max_series",
	  .type = CONF_INT,
	  .offset = AT(max_series),
	  .def = "200",
	  .min = 1,
	  .max = 10000,
	  .help = "label sets of a family that foreign text makes; one more counts as other" },
	{ .name = "counters",
	  .type = CONF_LIST,
	  .offset = AT(own.counters),
	  .keys = custom_record_conf,
	  .size = sizeof(struct custom_counter_conf),
	  .help = "counters of one's own over audit records" },
	{ .name = "logs",
	  .type = CONF_LIST,
	  .offset = AT(own.logs),
	  .keys = custom_log_conf,
	  .size = sizeof(struct custom_log_conf),
	  .help = "counters of one's own over text logs and the journal" },
	{ 0 },
};
