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
	size_t n;
	struct rule rules[]; /* as many as the file has, at most RULES_MAX */
};

/* What prometheus_smart_exporter ships: its users' dashboards know these names. */
static const struct {
	uint8_t id;
	enum prom_type type;
	const char *match, *name;
} builtin[] = {
	{ 5, PROM_COUNTER, NULL, "reallocated_sectors_total" },
	{ 10, PROM_COUNTER, NULL, "spin_retries_total" },
	{ 183, PROM_COUNTER, ".+Bad.+", "runtime_bad_blocks_total" },
	{ 184, PROM_COUNTER, NULL, "end_to_end_errors_total" },
	{ 187, PROM_COUNTER, NULL, "uncorrectable_errors_total" },
	{ 188, PROM_COUNTER, NULL, "command_timeouts_total" },
	{ 190, PROM_GAUGE, NULL, "case_temperature_celsius" },
	{ 194, PROM_GAUGE, NULL, "temperature_celsius" },
	{ 196, PROM_COUNTER, NULL, "reallocation_events_total" },
	{ 197, PROM_GAUGE, NULL, "pending_sectors" },
	{ 198, PROM_GAUGE, NULL, "uncorrectable_sectors" },
	{ 201, PROM_GAUGE, NULL, "soft_read_error_rate" },
	{ 230, PROM_GAUGE, ".+life.+", "drive_life_protection_status" },
	{ 233, PROM_GAUGE, NULL, "wearout_percent" },
	{ 241, PROM_COUNTER, "Total_LBAs_Written", "written_lbas_total" },
	{ 242, PROM_COUNTER, "Total_LBAs_Read", "read_lbas_total" },
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
		return buf_error(&family) == -E2BIG ? "is too long" : "finds no memory";
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

static void check(struct parser *p, const char *key, const char *wrong)
{
	if (wrong)
		fault(p, p->errors, key, wrong);
}

static void parse_rule(struct parser *p, json_t *j)
{
	static const char *const known[] = { "id", "match", "name", "type", NULL };
	struct rule *r = &p->map->rules[p->map->n++];
	const json_t *id = json_object_get(j, "id"), *match = json_object_get(j, "match");
	const json_t *name = json_object_get(j, "name"), *type = json_object_get(j, "type");

	if (!json_is_object(j)) {
		fault(p, p->errors, NULL, "must be an object");
		return;
	}
	warn_unknown(p, j, known);
	check(p, "id", id ? set_id(r, id) : "is missing");
	if (match && !json_is_null(match))
		check(p, "match",
		      json_is_string(match) ? set_match(r, json_string_value(match)) : "must be a string");
	check(p, "type", type ? set_type(r, type) : "is missing");
	if (!json_is_string(name))
		check(p, "name", name ? "must be a string" : "is missing");
	else
		check(p, "name", set_family(p, r, json_string_value(name))); /* depends on the type */
}

/* ---- the file ---- */

static void parse_rules(struct parser *p, const json_t *list)
{
	size_t len, i;
	json_t *j;

	conf_path_key(&p->path, "generic");
	len = p->path.len;
	if (!json_is_array(list))
		fault(p, p->errors, NULL, "must be a list");
	else if (json_array_size(list) > RULES_MAX)
		fault(p, p->errors, NULL, "has more than 1000 rules");
	else
		json_array_foreach(list, i, j) {
			conf_path_index(&p->path, i);
			parse_rule(p, j);
			conf_path_cut(&p->path, len);
		}
}

static void parse(struct parser *p, json_t *tree)
{
	static const char *const known[] = { "generic", "per-device", NULL };
	json_t *generic = json_object_get(tree, "generic");

	if (!json_is_object(tree)) {
		fault(p, p->errors, NULL, "must be an object");
		return;
	}
	warn_unknown(p, tree, known);
	if (generic)
		parse_rules(p, generic);
}

static void use_builtin(struct parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(builtin); i++) {
		struct rule *r = &p->map->rules[p->map->n++];

		r->id = builtin[i].id;
		r->out.type = builtin[i].type;
		check(p, builtin[i].name, set_match(r, builtin[i].match));
		check(p, builtin[i].name, set_family(p, r, builtin[i].name));
	}
}

int attrmap_new(json_t *tree, bool (*is_taken)(const char *family), struct conf_errors *errors,
		struct conf_errors *warnings, struct attrmap **ret)
{
	struct parser p = { .is_taken = is_taken, .errors = errors, .warnings = warnings };
	size_t n = tree ? json_array_size(json_object_get(tree, "generic")) : ARRAY_LEN(builtin);
	int r;

	p.map = calloc(1, sizeof(*p.map) + (n < RULES_MAX ? n : RULES_MAX) * sizeof(*p.map->rules));
	if (!p.map)
		return -ENOMEM;
	if (tree)
		parse(&p, tree);
	else
		use_builtin(&p);
	buf_done(&p.path);
	r = conf_errors_code(errors);
	if (r < 0)
		attrmap_free(p.map);
	else
		*ret = p.map;
	return r;
}

void attrmap_free(struct attrmap *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->n; i++) {
		free(map->rules[i].out.family);
		if (map->rules[i].has_match)
			regfree(&map->rules[i].match);
	}
	free(map);
}

size_t attrmap_size(const struct attrmap *map)
{
	return map->n;
}

const struct attr_rule *attrmap_find(const struct attrmap *map, uint8_t id, const char *name)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct rule *r = &map->rules[i];

		if (r->id == id && (!r->has_match || ere_matches(&r->match, name)))
			return &r->out;
	}
	return NULL;
}
