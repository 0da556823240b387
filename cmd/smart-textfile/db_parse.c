/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/num.h"
#include "db_parse.h"

struct parser {
	struct db *db;
	struct conf_errors *warnings;
	struct buf path;
	bool overrides; /* names of drives instead of families: Device and ID# are not read */
	bool no_memory;
};

static void warn(const struct parser *p, const char *what)
{
	conf_error_add(p->warnings, buf_cstr(&p->path), "%s", what);
}

/* Paths are made for warnings alone: they would cost more than the rest. */
static void warn_key(struct parser *p, const char *key, const char *what)
{
	size_t len = p->path.len;

	conf_path_key(&p->path, key);
	warn(p, what);
	conf_path_cut(&p->path, len);
}

static void warn_index(struct parser *p, size_t i, const char *what)
{
	size_t len = p->path.len;

	conf_path_index(&p->path, i);
	warn(p, what);
	conf_path_cut(&p->path, len);
}

/* The member of that type; NULL, with a warning if it is something else or missing where it must not be. */
static json_t *member(struct parser *p, const json_t *object, const char *key, json_type type, bool required)
{
	json_t *j = json_object_get(object, key);

	if (j ? json_typeof(j) == type : !required)
		return j;
	warn_key(p, key, !j ? "is missing" : type == JSON_ARRAY ? "must be a list" : "must be an object");
	return NULL;
}

static char *copy(struct parser *p, const char *s)
{
	char *own = strdup(s);

	p->no_memory |= !own;
	return own;
}

/* ---- one family ---- */

static const char *parse_id(const char *s, uint16_t *ret)
{
	uint64_t v;

	if (num_u64(s, strlen(s), &v) < 0 || v > DB_ID_MAX)
		return "must be a number from 0 to 65535";
	*ret = (uint16_t)v;
	return NULL;
}

/* {"value": "RAW_VALUE", "comment": "..."}, or the bare string. */
static const char *parse_kind(const json_t *j, struct db_id *id)
{
	const char *s = json_string_value(json_is_object(j) ? json_object_get(j, "value") : j);

	if (!s || (strcmp(s, "RAW_VALUE") != 0 && strcmp(s, "VALUE") != 0))
		return "must be \"RAW_VALUE\" or \"VALUE\", or an object with that as its value";
	id->listed = true;
	id->is_raw = *s == 'R';
	return NULL;
}

static const char *parse_thresholds(const json_t *j, struct db_id *id)
{
	id->has_thresholds = true;
	return threshold_parse(j, &id->thresholds);
}

static const char *parse_perf(const json_t *j, struct db_id *id)
{
	json_int_t v = json_integer_value(j);

	id->is_perf = true;
	if (json_is_string(j))
		return parse_id(json_string_value(j), &id->id);
	if (!json_is_integer(j) || v < 0 || v > DB_ID_MAX)
		return "must be a number from 0 to 65535";
	id->id = (uint16_t)v;
	return NULL;
}

static void parse_object(struct parser *p, struct db_family *f, json_t *object,
			 const char *(*parse)(const json_t *j, struct db_id *id))
{
	const char *key;
	json_t *j;

	json_object_foreach(object, key, j) {
		struct db_id id = { 0 };
		const char *wrong = parse_id(key, &id.id);

		if (!wrong)
			wrong = parse(j, &id);
		if (wrong)
			warn_key(p, key, wrong);
		else
			f->ids[f->n++] = id;
	}
}

static void parse_perfs(struct parser *p, struct db_family *f, const json_t *list)
{
	size_t i;
	json_t *j;

	json_array_foreach(list, i, j) {
		struct db_id id = { 0 };
		const char *wrong = parse_perf(j, &id);

		if (wrong)
			warn_index(p, i, wrong);
		else
			f->ids[f->n++] = id;
	}
}

static void parse_devices(struct parser *p, const json_t *list, size_t family)
{
	struct db *db = p->db;
	size_t i;
	json_t *j;

	json_array_foreach(list, i, j) {
		const char *s = json_string_value(j);

		if (s && *s)
			db->devices[db->n_devices++] = (struct db_device){ copy(p, s), family };
		else
			warn_index(p, i, "must be the model of a drive");
	}
}

static void section(struct parser *p, const char *key, size_t len)
{
	conf_path_cut(&p->path, len);
	conf_path_key(&p->path, key);
}

static void parse_family(struct parser *p, const char *name, json_t *j)
{
	size_t len = p->path.len, index = p->db->n_families++;
	struct db_family *f = &p->db->families[index];
	json_t *ids = p->overrides ? NULL : member(p, j, "ID#", JSON_OBJECT, true);
	json_t *threshs = member(p, j, "Threshs", JSON_OBJECT, false);
	json_t *perfs = member(p, j, "Perfs", JSON_ARRAY, false);
	json_t *devices = p->overrides ? NULL : member(p, j, "Device", JSON_ARRAY, true);

	f->name = copy(p, name);
	f->ids = calloc(json_object_size(ids) + json_object_size(threshs) + json_array_size(perfs) + 1,
			sizeof(*f->ids));
	f->has_perfs = perfs != NULL;
	if (!f->ids) {
		p->no_memory = true;
		return;
	}
	section(p, "ID#", len);
	parse_object(p, f, ids, parse_kind);
	section(p, "Threshs", len);
	parse_object(p, f, threshs, parse_thresholds);
	section(p, "Perfs", len);
	parse_perfs(p, f, perfs);
	section(p, "Device", len);
	parse_devices(p, devices, index);
	conf_path_cut(&p->path, len);
}

/* ---- the file ---- */

int db_compare_devices(const void *pa, const void *pb)
{
	const struct db_device *a = pa, *b = pb;
	int c = strcmp(a->name, b->name);

	return c ? c : (a->family > b->family) - (a->family < b->family);
}

static void parse_families(struct parser *p, json_t *families)
{
	size_t len = p->path.len;
	const char *key;
	json_t *j;

	json_object_foreach(families, key, j) {
		conf_path_key(&p->path, key);
		if (json_is_object(j))
			parse_family(p, key, j);
		else
			warn(p, "must be an object");
		conf_path_cut(&p->path, len);
	}
}

static size_t count_devices(json_t *families)
{
	const char *key;
	json_t *j;
	size_t n = 0;

	json_object_foreach(families, key, j)
		n += json_array_size(json_object_get(j, "Device"));
	return n;
}

static struct db *parse(json_t *tree, bool overrides, struct conf_errors *warnings)
{
	struct parser p = { .warnings = warnings,
			    .overrides = overrides,
			    .db = calloc(1, sizeof(struct db)) };
	struct db *db = p.db;
	json_t *families;

	if (!db)
		return NULL;
	if (!json_is_object(tree))
		warn(&p, "must be an object");
	families = json_is_object(tree) ? member(&p, tree, "Devices", JSON_OBJECT, true) : NULL;
	db->families = calloc(json_object_size(families) + 1, sizeof(*db->families));
	db->devices = calloc(count_devices(families) + 1, sizeof(*db->devices));
	conf_path_key(&p.path, "Devices");
	if (db->families && db->devices)
		parse_families(&p, families);
	else
		p.no_memory = true;
	if (p.no_memory || buf_error(&p.path) < 0) {
		db_free(db);
		db = NULL;
	} else {
		qsort(db->devices, db->n_devices, sizeof(*db->devices), db_compare_devices);
	}
	buf_done(&p.path);
	return db;
}

struct db *db_new(json_t *tree, struct conf_errors *warnings)
{
	return parse(tree, false, warnings);
}

struct db *db_new_overrides(json_t *tree, struct conf_errors *warnings)
{
	return parse(tree, true, warnings);
}

void db_free(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; db->families && i < db->n_families; i++) {
		free(db->families[i].name);
		free(db->families[i].ids);
	}
	for (size_t i = 0; db->devices && i < db->n_devices; i++)
		free(db->devices[i].name);
	free(db->families);
	free(db->devices);
	free(db);
}
