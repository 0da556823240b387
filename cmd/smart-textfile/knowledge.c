/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "check.h"
#include "knowledge.h"
#include "os/fd.h"
#include "os/log.h"
#include "pyliteral.h"

int knowledge_read(struct knowledge *k, enum knowledge_file which, const char *path)
{
	struct config_file *f = &k->files[which];
	int r;

	f->name = path;
	f->text.max = CONFIG_MAX_BYTES;
	r = fd_slurp(AT_FDCWD, path, &f->text);
	if (r < 0)
		(void)log_errno(r, "cannot read %s", path);
	return r < 0 ? -EINVAL : 0;
}

static void tell(const struct config_file *f, const struct conf_errors *errors, enum log_level level)
{
	for (size_t i = 0; i < errors->n; i++) {
		AUTO_BUF struct buf line = { 0 };

		config_error_text(f, &errors->items[i], &line);
		log_line(level, "%s", buf_cstr(&line));
	}
}

/* 0 with f->tree set, or NULL where no file is given; -EINVAL. */
static int load(struct config_file *f)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };

	if (!f->name)
		return 0;
	f->tree = pyliteral_load(&f->text, &errors);
	tell(f, &errors, LOG_LVL_ERR);
	return f->tree ? 0 : -EINVAL;
}

static int parse_db(struct config_file *f, struct db *(*make)(json_t *, struct conf_errors *), struct db **ret)
{
	CLEANUP(conf_errors_done) struct conf_errors warnings = { 0 };
	int r = load(f);

	if (r < 0 || !f->tree)
		return r;
	*ret = make(f->tree, &warnings);
	tell(f, &warnings, LOG_LVL_WARN);
	return *ret ? 0 : -ENOMEM;
}

static bool is_own_family(const char *name)
{
	for (size_t i = 0; i < smart_metrics_n; i++)
		if (strcmp(smart_metrics[i].name, name) == 0)
			return true;
	return false;
}

static int parse_map(struct config_file *f, struct attrmap **ret)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 }, warnings = { 0 };
	int r = load(f);

	if (r == 0)
		r = attrmap_new(f->tree, is_own_family, &errors, &warnings, ret);
	tell(f, &errors, LOG_LVL_ERR);
	tell(f, &warnings, LOG_LVL_WARN);
	return r;
}

int knowledge_parse(struct knowledge *k, bool with_map)
{
	int db = parse_db(&k->files[FILE_DEVICE_DB], db_new, &k->db);
	int overrides = parse_db(&k->files[FILE_DEVICE_CONFIG], db_new_overrides, &k->overrides);
	int map = with_map ? parse_map(&k->files[FILE_ATTR_MAPPING], &k->map) : 0;

	return db < 0 || overrides < 0 || map < 0 ? -EINVAL : 0;
}

static int apply_to(struct knowledge *k, struct drive *d, struct db_entry *e)
{
	int r = db_find(k->db, d, DB_BEST, e);

	if (r >= 0)
		r = db_override(k->overrides, d, e);
	if (r < 0)
		return r;
	check_drive(e, d);
	if (e->family && !d->family)
		drive_set_text(&d->family, e->family, strlen(e->family));
	return 0;
}

int knowledge_apply(struct knowledge *k, struct drive *drives, size_t n)
{
	int r = 0;

	k->drives = drives;
	if (!k->db)
		return 0;
	k->entries = calloc(n ? n : 1, sizeof(*k->entries));
	if (!k->entries)
		return -ENOMEM;
	for (; r == 0 && k->n_entries < n; k->n_entries++)
		r = apply_to(k, &drives[k->n_entries], &k->entries[k->n_entries]);
	return r;
}

bool knowledge_wants(const void *ctx, const struct drive *d, const struct ata_attribute *a)
{
	static const struct db_entry unknown;
	const struct knowledge *k = ctx;

	return db_wants_attribute(k->entries ? &k->entries[d - k->drives] : &unknown, k->attributes, a->id);
}

void knowledge_done(struct knowledge *k)
{
	for (size_t i = 0; i < k->n_entries; i++)
		db_entry_done(&k->entries[i]);
	free(k->entries);
	compat_free(k->compat);
	attrmap_free(k->map);
	db_free(k->overrides);
	db_free(k->db);
	for (size_t i = 0; i < FILES; i++)
		config_file_done(&k->files[i]);
}
