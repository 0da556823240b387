/* SPDX-License-Identifier: MIT */
/* One run from start to facts; the two sources of disks are scan.c and replay.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "list.h"
#include "mfi.h"
#include "os/fd.h"
#include "os/log.h"
#include "os/publish.h"
#include "smart.h"

static int open_dump(struct run *run, struct smart *s)
{
	s->dump_dir = -1;
	if (!s->dump)
		return 0;
	s->dump_dir = open(s->dump, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dump_dir < 0)
		return log_errno(-errno, "--dump: cannot open %s", s->dump);
	run->writable[run->n_writable++] = s->dump_dir;
	return 0;
}

/* The files of the options; those of the configuration follow in read_configured(). */
static int read_named(struct smart *s)
{
	const char *const paths[FILES] = {
		[FILE_DEVICE_DB] = s->device_db,
		[FILE_DEVICE_CONFIG] = s->device_config,
		[FILE_ATTR_MAPPING] = s->attr_mapping,
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < FILES; i++)
		if (paths[i])
			r = knowledge_read(&s->knowledge, (enum knowledge_file)i, paths[i]);
	return r;
}

static int read_configured(struct smart *s)
{
	const char *const paths[FILES] = {
		[FILE_DEVICE_DB] = s->config.device_db,
		[FILE_DEVICE_CONFIG] = s->config.device_config,
		[FILE_ATTR_MAPPING] = s->config.attr_mapping,
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < FILES; i++)
		if (!s->knowledge.files[i].name && *paths[i])
			r = knowledge_read(&s->knowledge, (enum knowledge_file)i, paths[i]);
	return r;
}

int smart_start(struct run *run, void *self)
{
	CLEANUP(sysfs_names_done) struct names names = { 0 };
	struct smart *s = self;
	int r = open_dump(run, s);

	if (r == 0)
		r = read_named(s);
	if (r < 0)
		return r;
	if (run->n_args && !s->replay) {
		log_line(LOG_LVL_ERR, "unexpected argument '%s' (only --replay takes files)", run->args[0]);
		return -EINVAL;
	}
	if (s->replay)
		return replay_read(run, s);
	if (s->list)
		return 0;
	r = sysfs_names(run->root, true, &names);
	if (r < 0 && r != -E2BIG)
		return 0; /* told later, when the same list is read without privilege */
	r = farm_start(&s->farm, run, run->root_path, &names);
	return r < 0 ? log_errno(r, "cannot start a reader for each disk") : 0;
}

struct drive *smart_add(struct smart *s)
{
	struct drive *p = reallocarray(s->drives, s->n + 1, sizeof(*p));

	if (!p)
		return NULL;
	s->drives = p;
	s->drives[s->n] = (struct drive){ 0 };
	return &s->drives[s->n++];
}

static int print(const struct buf *text)
{
	int r = buf_error(text);

	if (r == 0)
		r = fd_write(STDOUT_FILENO, text->data, text->len);
	return r < 0 ? log_errno(r, "cannot write to standard output") : TOOL_DONE;
}

static int print_list(const struct smart *s)
{
	AUTO_BUF struct buf text = { 0 };

	if (s->replay)
		list_summary(&text, s->drives, s->n);
	else
		list_found(&text, s->drives, s->n);
	return print(&text);
}

static int dump_one(const struct smart *s, const char *device, const char *pages, size_t n)
{
	AUTO_PUBLISH struct publish p = PUBLISH_NONE;
	char name[64];
	int r;

	(void)snprintf(name, sizeof(name), "%s.blob", device);
	r = publish_open(&p, s->dump_dir, name);
	if (r == 0)
		r = publish_write(&p, pages, n);
	if (r == 0)
		r = publish_commit(&p, 0644, false);
	return r < 0 ? log_errno(r, "--dump: cannot write %s/%s", s->dump, name) : 0;
}

static int dump_all(const struct smart *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->farm.n; i++) {
		const struct reader_child *c = &s->farm.children[i];
		size_t n;

		for (size_t at = 0; r == 0 && at < c->pages.len; at += n) {
			char name[32];

			n = pages_first_disk(c->pages.data + at, c->pages.len - at);
			r = dump_one(s, mfi_name(c->pages.data + at, n, name) ? name : c->name, c->pages.data + at, n);
		}
	}
	return r < 0 ? r : TOOL_DONE;
}

static void count_targets(const struct smart *s, struct run *run)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct drive *d = &s->drives[i];

		run->targets[d->skip != SKIP_NONE ? RUN_SKIPPED : d->up ? RUN_OK : RUN_FAILED]++;
	}
}

static bool wants_compat(const struct smart *s)
{
	return s->compat || s->config.compat != COMPAT_OFF;
}

/* prometheus_smart_exporter's families in place of ours. */
static int make_compat(struct smart *s, struct run *run)
{
	const struct compat_input in = {
		.drives = s->drives,
		.n = s->n,
		.db = s->knowledge.db,
		.map = s->knowledge.map,
		.fallback = s->config.compat == COMPAT_DEFAULT || !s->knowledge.db,
	};
	int r;

	for (size_t i = 0; i < s->n; i++) /* of a dump nobody knows where its disk was plugged in */
		if (!s->drives[i].port)
			drive_set_text(&s->drives[i].port, s->drives[i].name, strlen(s->drives[i].name));
	r = compat_new(&in, &s->knowledge.compat);
	if (r < 0)
		return log_errno(r, "--compat");
	run->replaces_metrics = true;
	run->groups[run->n_groups++] = compat_group(s->knowledge.compat);
	return 0;
}

static int make_facts(struct smart *s, struct run *run)
{
	int r = knowledge_apply(&s->knowledge, s->drives, s->n);

	if (r < 0)
		return log_errno(r, "cannot apply the device database");
	s->knowledge.attributes = (enum db_attributes)s->config.attributes;
	s->facts = (struct smart_facts){ s->drives, s->n, knowledge_wants, &s->knowledge };
	return wants_compat(s) ? make_compat(s, run) : 0;
}

int smart_collect(struct run *run, void *self)
{
	struct smart *s = self;
	int r = read_configured(s);

	if (r == 0)
		r = knowledge_parse(&s->knowledge, wants_compat(s));
	if (r == 0)
		r = s->replay ? smart_replay(s) : smart_scan(run, s);
	if (r < 0)
		return r;
	if (s->dump_dir >= 0)
		return dump_all(s);
	if (s->list)
		return print_list(s);
	if (s->n == 0)
		log_line(LOG_LVL_INFO, "there are no disks to look at");
	count_targets(s, run);
	r = make_facts(s, run);
	return r < 0 ? r : TOOL_PUBLISH;
}

void smart_done(void *self)
{
	struct smart *s = self;

	knowledge_done(&s->knowledge);
	farm_done(&s->farm);
	for (size_t i = 0; i < s->n; i++)
		drive_done(&s->drives[i]);
	for (size_t i = 0; i < s->n_dumps; i++)
		buf_done(&s->dumps[i].bytes);
	free(s->dumps);
	free(s->drives);
}
