/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "db_parse.h"
#include "ere.h"

/* ---- from a drive to the name it is listed under ---- */

static bool ends_with(const char *s, const char *end)
{
	size_t n = s ? strlen(s) : 0, m = strlen(end);

	return n >= m && memcmp(s + n - m, end, m) == 0;
}

static const char *longest_end(const struct db *db, const char *s)
{
	const char *best = NULL;

	for (size_t i = 0; s && i < db->n_devices; i++) {
		const char *name = db->devices[i].name;

		if (ends_with(s, name) && (!best || strlen(name) > strlen(best)))
			best = name;
	}
	return best;
}

/* Names without special characters were compared already, by longest_end(). */
static const char *first_pattern(const struct db *db, const struct drive *d)
{
	for (size_t i = 0; i < db->n_devices; i++) {
		const char *name = db->devices[i].name;
		bool matches;
		regex_t re;

		if (!strpbrk(name, "[](){}*+?|\\^$") || ere_compile(name, ERE_END, &re))
			continue;
		matches = (d->model && ere_matches(&re, d->model)) ||
			  (d->family && ere_matches(&re, d->family));
		regfree(&re);
		if (matches)
			return name;
	}
	return NULL;
}

/* Where the entries of that name start. */
static size_t find_name(const struct db *db, const char *name)
{
	size_t low = 0, high = db->n_devices;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(db->devices[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct db *db, size_t i, const char *name)
{
	return i < db->n_devices && strcmp(db->devices[i].name, name) == 0;
}

static const char *listed_as(const struct db *db, const struct drive *d, enum db_rule rule)
{
	const char *name = d->model;

	if (rule == DB_EXACT || (name && is_at(db, find_name(db, name), name)))
		return name;
	if (d->kind == DRIVE_NVME)
		return "Generic NVMe";
	if (d->kind == DRIVE_SCSI)
		return "Generic SAS";
	name = longest_end(db, d->model);
	if (!name)
		name = longest_end(db, d->family);
	return name ? name : first_pattern(db, d);
}

/* ---- what is said of it ---- */

static int by_id(const void *pa, const void *pb)
{
	const struct db_id *a = pa, *b = pb;

	return a->id != b->id ? (a->id > b->id) - (a->id < b->id)
			      : (a->order > b->order) - (a->order < b->order);
}

static void merge(struct db_id *into, const struct db_id *later)
{
	if (later->listed) {
		into->listed = true;
		into->is_raw = later->is_raw;
	}
	if (later->has_thresholds) {
		into->has_thresholds = true;
		into->thresholds = later->thresholds;
	}
	into->is_perf |= later->is_perf;
}

/* Appends, and orders what is there: each id once, later ones over earlier ones. 0 or -ENOMEM. */
static int append(struct db_entry *e, const struct db_family *f)
{
	struct db_id *ids = reallocarray(e->ids, e->n + f->n + 1, sizeof(*ids));
	size_t n = 0;

	if (!ids)
		return -ENOMEM;
	e->ids = ids;
	if (f->n)
		memcpy(ids + e->n, f->ids, f->n * sizeof(*ids));
	e->n += f->n;
	for (size_t i = 0; i < e->n; i++)
		ids[i].order = (uint32_t)i;
	qsort(ids, e->n, sizeof(*ids), by_id);
	for (size_t i = 0; i < e->n; i++)
		if (n && ids[n - 1].id == ids[i].id)
			merge(&ids[n - 1], &ids[i]);
		else
			ids[n++] = ids[i];
	e->n = n;
	return 0;
}

int db_find(const struct db *db, const struct drive *d, enum db_rule rule, struct db_entry *ret)
{
	const char *name = db ? listed_as(db, d, rule) : NULL;
	struct db_entry e = { 0 };

	for (size_t i = name ? find_name(db, name) : 0; name && is_at(db, i, name); i++) {
		const struct db_family *f = &db->families[db->devices[i].family];

		if (append(&e, f) < 0) {
			db_entry_done(&e);
			return -ENOMEM;
		}
		if (!e.family)
			e.family = f->name;
	}
	*ret = e;
	return e.family != NULL;
}

static bool is_for(const char *name, const struct drive *d)
{
	if (strncmp(name, "/dev/", 5) == 0)
		name += 5;
	if (strcmp(name, d->name) == 0)
		return true;
	for (size_t i = 0; i < d->n_namespaces; i++)
		if (strcmp(name, d->namespaces[i]) == 0)
			return true;
	return false;
}

int db_override(const struct db *overrides, const struct drive *d, struct db_entry *e)
{
	for (size_t k = 0; overrides && e->family && k < overrides->n_families; k++) {
		const struct db_family *f = &overrides->families[k];

		if (!is_for(f->name, d))
			continue;
		for (size_t i = 0; f->has_perfs && i < e->n; i++)
			e->ids[i].is_perf = false;
		if (append(e, f) < 0)
			return -ENOMEM;
	}
	return 0;
}

void db_entry_done(struct db_entry *e)
{
	free(e->ids);
	*e = (struct db_entry){ 0 };
}

const struct db_id *db_entry_id(const struct db_entry *e, unsigned id)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->ids[i].id == id)
			return &e->ids[i];
	return NULL;
}

bool db_wants_attribute(const struct db_entry *e, enum db_attributes which, uint8_t id)
{
	const struct db_id *i = db_entry_id(e, id);

	switch (which) {
	case DB_ALL:
		return true;
	case DB_LISTED:
		return i && i->listed;
	case DB_THRESHS:
		return i && i->has_thresholds;
	case DB_PERFS:
		return i && i->is_perf;
	}
	return false;
}
