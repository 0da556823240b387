/* SPDX-License-Identifier: MIT */
/*
 * scan - the disks of this machine: which there are, which are read, and what
 * the readers brought.
 */
#include <errno.h>
#include <string.h>

#include "decode.h"
#include "mfi.h"
#include "os/clock.h"
#include "os/log.h"
#include "smart.h"

static void free_nodes(struct node **nodes)
{
	free(*nodes);
}

static bool matches_any(const struct conf_list *patterns, const struct drive *d)
{
	char *const *items = patterns->items;

	for (size_t i = 0; i < patterns->n; i++)
		if (select_matches(items[i], d))
			return true;
	return false;
}

/* The administrator's word comes before what the disk would be skipped for by itself. */
static void apply_config(const struct smart_config *c, struct drive *d)
{
	if (matches_any(&c->exclude, d) || (c->include.n && !matches_any(&c->include, d)))
		d->skip = SKIP_EXCLUDED;
}

static uint8_t extra_reads(const struct smart_config *c)
{
	return (uint8_t)((c->identify ? PLAN_IDENTIFY : 0) | (c->self_tests ? PLAN_SELF_TESTS : 0) |
			 (c->error_log ? PLAN_ERROR_LOG : 0) | (c->statistics ? PLAN_STATISTICS : 0) |
			 (c->ocp ? PLAN_OCP : 0));
}

/* A reader that ended before the deadline came back, even if it crashed: that disk failed and is not stuck. */
static bool is_back(const struct reader_child *c, const struct farm *f)
{
	return c->ended_ns && c->ended_ns < f->deadline_ns;
}

/* c NULL: the disk came between the list that the readers were forked from and this one. */
static void take_pages(struct drive *d, const struct reader_child *c, const struct farm *f, const struct run *run)
{
	if (!c) {
		d->failed_step = "finding its reader";
		d->failed_errno = EAGAIN;
		return;
	}
	if (c->ended_ns && !run->now_fixed)
		drive_set(d, V_COLLECT_NS, c->ended_ns - c->started_ns);
	decode_pages(d, buf_cstr(&c->pages), c->pages.len, is_back(c, f));
}

static void report(const struct drive *d)
{
	if (d->skip == SKIP_STUCK)
		log_line(LOG_LVL_WARN, "%s: no answer by the deadline; its reader is left to itself", d->name);
	else if (d->skip == SKIP_PERMISSION)
		log_line(LOG_LVL_WARN, "%s: %s: %s", d->name, d->failed_step, strerror(d->failed_errno));
	else if (d->skip != SKIP_NONE)
		log_line(LOG_LVL_DEBUG, "%s: skipped: %s", d->name, drive_skip_names[d->skip]);
	else if (!d->up)
		log_line(LOG_LVL_WARN, "%s: %s failed: %s", d->name, d->failed_step, strerror(d->failed_errno));
}

/* ---- the disks behind a controller ---- */

/* By name in the world, or serial number and model: the controller may show a disk as it is beside its volumes. */
static bool is_same_disk(const struct drive *a, const struct drive *b)
{
	if (a->wwn && b->wwn)
		return strcmp(a->wwn, b->wwn) == 0;
	return a->serial && b->serial && a->model && b->model && strcmp(a->serial, b->serial) == 0 &&
	       strcmp(a->model, b->model) == 0;
}

static void skip_duplicate(struct smart *s, struct drive *d)
{
	for (const struct drive *other = s->drives; other < d && d->skip == SKIP_NONE; other++)
		if (other->skip != SKIP_DUPLICATE && other->skip != SKIP_EXCLUDED && is_same_disk(other, d))
			d->skip = SKIP_DUPLICATE;
}

static bool has_drive(const struct smart *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->drives[i].name, name) == 0)
			return true;
	return false;
}

/* What the reader says of itself: the volume stays skipped as it is, unless another reader hangs there. */
static void take_volume(struct drive *d, const char *pages, size_t n)
{
	struct drive answer = { 0 };

	decode_pages(&answer, pages, n, true);
	if (answer.skip == SKIP_STUCK)
		d->skip = SKIP_STUCK;
	else if (answer.failed_step)
		log_line(LOG_LVL_DEBUG, "%s: %s failed: %s", d->name, answer.failed_step, strerror(answer.failed_errno));
	drive_done(&answer);
}

/* One drive for each disk whose pages the reader of a volume brought. */
static int take_controller(struct smart *s, size_t volume, const struct reader_child *c)
{
	const char *pages = buf_cstr(&c->pages);
	bool back = is_back(c, &s->farm);
	size_t left = c->pages.len, n;

	if (!back)
		s->drives[volume].skip = SKIP_STUCK;
	for (; left; pages += n, left -= n) {
		struct drive *d;
		char name[32];

		n = pages_first_disk(pages, left);
		if (!mfi_name(pages, n, name)) {
			take_volume(&s->drives[volume], pages, n);
			continue;
		}
		if (has_drive(s, name)) /* listed twice: one series is all there can be */
			continue;
		d = smart_add(s);
		if (!d)
			return log_errno(-ENOMEM, "%s: cannot list the disks behind it", s->drives[volume].name);
		memcpy(d->name, name, sizeof(name));
		decode_pages(d, pages, n, back || n < left);
		skip_duplicate(s, d);
		apply_config(&s->config, d);
		report(d);
	}
	return 0;
}

/* A volume is skipped and read nevertheless, where it leads to the disks. */
static uint8_t plan_of(const struct smart *s, const struct node *nodes, size_t i, uint8_t plan)
{
	if (s->drives[i].skip == SKIP_NONE)
		return plan;
	return select_controller(nodes, s->drives, i) ? plan | PLAN_MEGARAID : 0;
}

/* ---- all disks ---- */

/* Whether disks must be told by serial number and model before they are read. */
static bool needs_names(const struct smart *s)
{
	return s->list || s->config.include.n || s->config.exclude.n;
}

/* Who a disk is that is asleep, stuck or failed, the kernel knows from its start. */
static void name_late(const struct run *run, struct drive *d)
{
	static const bool named[SKIP_COUNT] = {
		[SKIP_NONE] = true, [SKIP_STANDBY] = true, [SKIP_STUCK] = true, [SKIP_PERMISSION] = true
	};
	struct node node;

	if (d->serial || !named[d->skip])
		return;
	sysfs_node(run->root, d->name, true, &node);
	select_name(&node, d);
}

/* Names, nodes and drives, in one order. */
static int find_disks(const struct run *run, struct smart *s, struct node **nodes, uint8_t *plans)
{
	CLEANUP(sysfs_names_done) struct names names = { 0 };
	int r = sysfs_names(run->root, false, &names);

	if (r == -E2BIG)
		log_line(LOG_LVL_WARN, "more than %d disks: the others are left out", DISKS_MAX);
	else if (r < 0)
		return log_errno(r, "cannot list the disks in sys/block");
	*nodes = calloc(names.n ? names.n : 1, sizeof(**nodes));
	if (!*nodes)
		return log_errno(-ENOMEM, "cannot list the disks");
	for (size_t i = 0; i < names.n; i++) {
		struct drive *d = smart_add(s);

		if (!d)
			return log_errno(-ENOMEM, "cannot list the disks");
		sysfs_node(run->root, names.items[i], needs_names(s), &(*nodes)[i]);
		plans[i] = select_plan(&(*nodes)[i], extra_reads(&s->config), d);
		apply_config(&s->config, d);
	}
	select_duplicates(*nodes, s->drives, s->n);
	return 0;
}

int smart_scan(struct run *run, struct smart *s)
{
	CLEANUP(free_nodes) struct node *nodes = NULL;
	uint8_t plans[DISKS_MAX] = { 0 };
	int r = find_disks(run, s, &nodes, plans);
	size_t n = s->n;

	if (r < 0 || s->list)
		return r;
	for (size_t i = 0; i < n; i++) {
		plans[i] = plan_of(s, nodes, i, plans[i]);
		farm_plan(&s->farm, s->drives[i].name, plans[i]);
	}
	farm_collect(&s->farm);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct reader_child *c = farm_find(&s->farm, s->drives[i].name);

		if (s->drives[i].skip == SKIP_NONE)
			take_pages(&s->drives[i], c, &s->farm, run);
		else if (plans[i] && c)
			r = take_controller(s, i, c);
		name_late(run, &s->drives[i]);
		report(&s->drives[i]);
	}
	return r;
}
