/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "attrmap.h"
#include "core/num.h"
#include "ere.h"

enum { RULES_MAX = 1000, ID_MAX = 65535 };

struct rule {
	struct attr_rule out; /* family owned */
	unsigned id;
	bool has_match;
	regex_t match;
};

struct attrmap {
	struct rule *rules;
	size_t n;
};

/* What prometheus_smart_exporter ships: its users' dashboards know these names. */
static const struct {
	uint8_t id;
	const char *match, *name;
	enum prom_type type;
} builtin[] = {
	{ 5, NULL, "reallocated_sectors_total", PROM_COUNTER },
	{ 10, NULL, "spin_retries_total", PROM_COUNTER },
	{ 183, ".+Bad.+", "runtime_bad_blocks_total", PROM_COUNTER },
	{ 184, NULL, "end_to_end_errors_total", PROM_COUNTER },
	{ 187, NULL, "uncorrectable_errors_total", PROM_COUNTER },
	{ 188, NULL, "command_timeouts_total", PROM_COUNTER },
	{ 190, NULL, "case_temperature_celsius", PROM_GAUGE },
	{ 194, NULL, "temperature_celsius", PROM_GAUGE },
	{ 196, NULL, "reallocation_events_total", PROM_COUNTER },
	{ 197, NULL, "pending_sectors", PROM_GAUGE },
	{ 198, NULL, "uncorrectable_sectors", PROM_GAUGE },
	{ 201, NULL, "soft_read_error_rate", PROM_GAUGE },
	{ 230, ".+life", "drive_life_protection_status", PROM_GAUGE },
	{ 233, NULL, "wearout_percent", PROM_GAUGE },
	{ 241, "Total_LBAs_Written", "written_lbas_total", PROM_COUNTER },
	{ 242, "Total_LBAs_Read", "read_lbas_total", PROM_COUNTER },
};

struct parser {
	struct attrmap *map;
	bool (*is_taken)(const char *family);
	struct conf_errors *errors, *warnings;
	struct buf path;
};

/* With the key's path, or with that of what lies around it. */
static void fault(struct parser *p, struct conf_errors *where, const char *key, const char *what)
{
	size_t len = p->path.len;

	if (key)
		conf_path_key(&p->path, key);
	conf_error_add(where, buf_cstr(&p->path), "%s", what);
	conf_path_cut(&p->path, len);
}

static void warn_unknown(struct parser *p, json_t *object, const char *const *known)
{
	const char *key;
	json_t *j;

	json_object_foreach(object, key, j) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], key) != 0)
			i++;
		if (!known[i])
			fault(p, p->warnings, key, "is an unknown key");
	}
}

/* ---- one rule ---- */

/* The families of compatibility mode itself. */
static bool is_fixed(const char *family)
{
	return strcmp(family, "smart_system_error") == 0 || strcmp(family, "smart_access_error") == 0 ||
	       strcmp(family, "smart_metric_error") == 0;
}

static const char *set_family(const struct parser *p, struct rule *r, const char *name)
{
	AUTO_BUF struct buf family = { .max = 256 };
	size_t n = strlen(name);
	bool total = n >= 6 && strcmp(name + n - 6, "_total") == 0;
	const char *wrong;

	buf_str(&family, "smart_");
	buf_str(&family, name);
	if (r->out.type == PROM_COUNTER && !total)
		buf_str(&family, "_total");
	if (buf_error(&family) < 0)
		return "is too long";
	wrong = prom_check_metric_name(family.data);
	if (wrong)
		return wrong;
	if (is_fixed(family.data) || (p->is_taken && p->is_taken(family.data)))
		return "is a family that this tool has already";
	r->out.family = family.data;
	family.data = NULL;
	return NULL;
}

static const char *set_match(struct rule *r, const char *pattern)
{
	const char *wrong = pattern && *pattern ? ere_compile(pattern, ERE_START, &r->match) : NULL;

	r->has_match = pattern && *pattern && !wrong;
	return wrong;
}

/* Python's int() takes a number and a string that holds one. */
static const char *set_id(struct rule *r, const json_t *j)
{
	const char *s = json_string_value(j);
	uint64_t id = ID_MAX + 1;

	if (s && num_u64(s, strlen(s), &id) < 0)
		id = ID_MAX + 1;
	else if (json_is_integer(j) && json_integer_value(j) >= 0)
		id = (uint64_t)json_integer_value(j);
	r->id = (unsigned)id;
	return id > ID_MAX ? "must be a number from 0 to 65535" : NULL;
}

static const char *set_type(struct rule *r, const json_t *j)
{
	const char *s = json_string_value(j);

	if (!s || (strcmp(s, "counter") != 0 && strcmp(s, "gauge") != 0))
		return "must be \"counter\" or \"gauge\"";
	r->out.type = *s == 'c' ? PROM_COUNTER : PROM_GAUGE;
	return NULL;
}

static void parse_rule(struct parser *p, json_t *j)
{
	static const char *const known[] = { "id", "match", "name", "type", NULL };
	struct rule *r = &p->map->rules[p->map->n++];
	const json_t *id = json_object_get(j, "id"), *match = json_object_get(j, "match");
	const json_t *name = json_object_get(j, "name"), *type = json_object_get(j, "type");
	const struct {
		const char *key, *wrong;
	} results[] = {
		{ "id", id ? set_id(r, id) : "is missing" },
		{ "match", !match || json_is_null(match) ? NULL :
			   !json_is_string(match) ? "must be a string" : set_match(r, json_string_value(match)) },
		{ "type", type ? set_type(r, type) : "is missing" }, /* before the name, which depends on it */
		{ "name", !name ? "is missing" :
			  !json_is_string(name) ? "must be a string" : set_family(p, r, json_string_value(name)) },
	};

	if (!json_is_object(j)) {
		fault(p, p->errors, NULL, "must be an object");
		return;
	}
	warn_unknown(p, j, known);
	for (size_t i = 0; i < ARRAY_LEN(results); i++)
		if (results[i].wrong)
			fault(p, p->errors, results[i].key, results[i].wrong);
}
