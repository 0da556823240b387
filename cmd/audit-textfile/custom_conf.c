/* SPDX-License-Identifier: MIT */
/* The keys of user-defined counters as tables (core/conf.h). Pure. */
#include <string.h>

#include "core/prom.h"
#include "custom.h"

static const char *check_name(const char *name)
{
	static const char *const shipped[] = { "security_", "audit_" };
	const char *wrong = prom_check_metric_name(name);
	size_t n = strlen(name);

	if (wrong)
		return wrong;
	for (size_t i = 0; i < ARRAY_LEN(shipped); i++)
		if (strncmp(name, shipped[i], strlen(shipped[i])) == 0)
			return "starts with the prefix of a shipped family (security_ audit_)";
	return n > 6 && strcmp(name + n - 6, "_total") == 0 ? NULL : "is a counter's name and must end in _total";
}

static const char *check_absolute(const char *path)
{
	return *path == '/' || *path == '\0' ? NULL : "must begin with /";
}

static const char *check_not_empty(const char *s)
{
	return *s ? NULL : "is empty";
}

#define AT(field) offsetof(struct custom_match_conf, field)

static const struct conf_key match_conf[] = {
	{ .name = "field", .type = CONF_STRING, .offset = AT(field), .check = check_not_empty,
	  .help = "the record's field; a record without it does not match" },
	{ .name = "is", .type = CONF_STRING, .offset = AT(is), .def = "\"\"", .help = "its value" },
	{ .name = "in", .type = CONF_STRINGS, .offset = AT(in), .help = "its value is one of these" },
	{ .name = "prefix", .type = CONF_STRING, .offset = AT(prefix), .def = "\"\"",
	  .help = "its value begins with this" },
	{ .name = "regex", .type = CONF_STRING, .offset = AT(regex), .def = "\"\"", .help = "its value has a match" },
	{ 0 },
};

#undef AT
#define AT(field) offsetof(struct custom_counter_conf, field)

/* The keys that both kinds of counters have. */
#define NAME \
	{ .name = "name", .type = CONF_STRING, .offset = AT(name), .check = check_name, \
	  .help = "the counter's, ends in _total" }, \
	{ .name = "help", .type = CONF_STRING, .offset = AT(help), .def = "\"User-defined counter.\"", \
	  .min = 1, .max = 500, .help = "its HELP" }
#define BOUNDS \
	{ .name = "max_series", .type = CONF_INT, .offset = AT(max_series), .def = "200", .min = 1, .max = 10000, \
	  .help = "label sets; further ones count as other" }, \
	{ .name = "top", .type = CONF_INT, .offset = AT(top), .def = "10", .min = 1, .max = CUSTOM_TOP_MAX, \
	  .help = "how many values NAME_top shows" }
#define SKETCHES(what) \
	{ .name = "top_of", .type = CONF_STRING, .offset = AT(top_of), .def = "\"\"", \
	  .help = what " whose most frequent values NAME_top shows" }, \
	{ .name = "distinct_of", .type = CONF_STRING, .offset = AT(distinct_of), .def = "\"\"", \
	  .help = what " whose different values NAME_distinct counts" }

const struct conf_key custom_record_conf[] = {
	NAME,
	{ .name = "types", .type = CONF_STRINGS, .offset = AT(types), .help = "record types (USER_CMD); none: all" },
	{ .name = "match", .type = CONF_LIST, .offset = AT(match), .keys = match_conf,
	  .size = sizeof(struct custom_match_conf), .help = "what a record's fields must be, all of it" },
	{ .name = "labels", .type = CONF_PAIRS, .offset = AT(labels), .check = prom_check_label_name,
	  .help = "names of labels, and of the fields that give their values" },
	BOUNDS,
	SKETCHES("the field"),
	{ 0 },
};

static const struct conf_key line_conf[] = {
	NAME,
	{ .name = "regex", .type = CONF_STRING, .offset = AT(regex), .check = check_not_empty,
	  .help = "lines with a match count; its named groups are the labels" },
	{ .name = "field", .type = CONF_STRING, .offset = AT(field), .def = "\"MESSAGE\"", .check = check_not_empty,
	  .help = "the journal's field that is looked at" },
	BOUNDS,
	SKETCHES("the group"),
	{ 0 },
};

#undef AT
#define AT(field) offsetof(struct custom_log_conf, field)

const struct conf_key custom_log_conf[] = {
	{ .name = "path", .type = CONF_STRING, .offset = AT(path), .def = "\"\"", .check = check_absolute,
	  .help = "a text log" },
	{ .name = "journal", .type = CONF_PAIRS, .offset = AT(journal), .check = check_not_empty,
	  .help = "or entries of the journal that have all these fields" },
	{ .name = "counters", .type = CONF_LIST, .offset = AT(counters), .keys = line_conf,
	  .size = sizeof(struct custom_counter_conf), .help = "what is counted of its lines" },
	{ 0 },
};
