/* SPDX-License-Identifier: MIT */
/* The run of audit-textfile: what is opened, counted, kept. */
#include <errno.h>
#include <string.h>

#include "audit.h"
#include "kernel_ask.h"
#include "os/fd.h"
#include "os/log.h"
#include "rules.h"
#include "syslog.h"

static bool type_number(const char *name, unsigned *ret)
{
	const struct type *type;
	struct types types;
	uint32_t number;

	types_init(&types);
	if (!types_find(&types, text_from(name), &type, &number) || number == 0)
		return false;
	*ret = number;
	return true;
}

int audit_check(void *self, struct conf_errors *errors)
{
	struct audit *a = self;

	return custom_compile(&a->config.own, type_number, errors, &a->custom);
}

/* ---- with privilege ---- */

static void read_rules_file(struct audit *a, const struct run *run)
{
	AUTO_BUF struct buf text = { 0 };
	const char *path = a->config.audit.rules;
	int r = *path ? fd_slurp(run->root, path + 1, &text) : -ENOENT;

	if (r == 0)
		rules_text((struct text){ text.data, text.len }, &a->kernel.keys);
	else if (r != -ENOENT)
		log_line(LOG_LVL_DEBUG, "%s: %s", path, strerror(-r));
}

/* The rules that are loaded; the file's, where the kernel does not tell. Below another root it is another
 * machine's kernel. */
static void ask_kernel(struct audit *a, const struct run *run)
{
	int r = a->config.audit.kernel && strcmp(run->root_path, "/") == 0
			? kernel_ask(&a->kernel, run->root, run->deadline_ns)
			: -EOPNOTSUPP;

	if (r == 0)
		return;
	if (r != -EOPNOTSUPP)
		log_line(LOG_LVL_DEBUG, "the kernel does not tell its audit status: %s", strerror(-r));
	read_rules_file(a, run);
}

int audit_start(struct run *run, void *self)
{
	struct audit *a = self;
	int r;

	if (a->input) {
		run->no_state = true;
		logset_open_input(&a->sources.logs, a->input);
		return 0;
	}
	ask_kernel(a, run);
	a->sources.logs.from_start = a->from_start != NULL;
	r = sources_open(&a->sources, run, &a->config);
	if (r < 0)
		return log_errno(r, "cannot open the logs");
	if (a->sources.audit == SOURCE_NONE && a->sources.logins == SOURCE_NONE && a->config.own.logs.n == 0)
		log_line(LOG_LVL_WARN, "no audit.log, no journal and no auth.log: nothing is counted");
	return 0;
}

/* ---- what is counted ---- */

/* Keys that rules can make, so that a rule of Prometheus sees their first event. */
static void touch_keys(struct audit *a)
{
	char *const *configured = a->config.audit.keys.items;
	struct text keys = { a->kernel.keys.data, a->kernel.keys.len }, key;

	for (size_t i = 0; i < a->config.audit.keys.n; i++)
		counts_text(&a->counts, COUNT_KEYS, 0, text_from(configured[i]));
	while (rules_next(&keys, &key))
		counts_text(&a->counts, COUNT_KEYS, 0, key);
}

static bool own_field(const void *record, const char *name, struct buf *value)
{
	return record_field(record, name, value);
}

static void own_record(void *ctx, const struct record *r)
{
	struct audit *a = ctx;

	custom_record(a->custom, r->number, r, own_field);
}

static void begin_trail(struct audit *a)
{
	trail_done(&a->trail);
	trail_init(&a->trail, &a->counts);
	if (!a->input && a->sources.logins != a->sources.audit)
		trail_leave_logins(&a->trail);
	a->trail.watcher = own_record;
	a->trail.watcher_ctx = a;
	trail_watch(&a->trail, &types_table[0]); /* of any number */
	for (size_t i = 1; i < TYPES; i++)
		if (custom_wants(a->custom, types_table[i].number))
			trail_watch(&a->trail, &types_table[i]);
}

int audit_reset(struct run *run, void *self)
{
	struct audit *a = self;

	counts_done(&a->counts);
	counts_init(&a->counts, (size_t)a->config.max_series);
	touch_keys(a);
	begin_trail(a);
	logins_done(&a->logins);
	logins_init(&a->logins, &a->counts, (enum logins_policy)a->config.logins.unverified);
	custom_clear(a->custom);
	logset_reset(&a->sources.logs);
	kernel_reset(&a->kernel);
	a->last_event_ms = 0;
	for (size_t i = 0; i < COUNTS; i++)
		a->tables[i] = &a->counts.table[i];
	run->series = a->tables;
	run->n_series = COUNTS + custom_tables(a->custom, a->tables + COUNTS);
	run->groups[0] = custom_group(a->custom);
	run->n_groups = 1;
	return 0;
}

static int load_last(struct audit *a, struct text key, struct words line)
{
	if (!text_is(key, "last"))
		return 0;
	return words_get_u64(&line, &a->last_event_ms) < 0 || !words_at_end(&line) ? -EINVAL : 1;
}

int audit_load(void *self, unsigned version, struct text key, struct words line)
{
	struct audit *a = self;
	int r = logset_load(&a->sources.logs, key, line);

	(void)version;
	if (r == 0)
		r = trail_load(&a->trail, key, line);
	if (r == 0)
		r = logins_load(&a->logins, key, line);
	if (r == 0)
		r = custom_load(a->custom, key, line);
	if (r == 0)
		r = kernel_load(&a->kernel, key, line);
	if (r == 0)
		r = load_last(a, key, line);
	return r < 0 ? r : r == 0 ? -EINVAL : 0;
}

void audit_save(const void *self, struct buf *out)
{
	const struct audit *a = self;

	logset_save(&a->sources.logs, out);
	trail_save(&a->trail, out);
	logins_save(&a->logins, out);
	custom_save(a->custom, out);
	kernel_save(&a->kernel, out);
	words_key(out, "last");
	words_u64(out, a->last_event_ms);
	words_end(out);
}

/* ---- one run ---- */

/* --input: what the first line is, all are. Counters of the configuration's logs take all of it. */
static void input_line(void *ctx, struct text line)
{
	struct audit *a = ctx;
	struct sources *s = &a->sources;
	struct record r;

	if (s->logins == SOURCE_NONE) {
		bool is_audit = record_parse(&a->trail.reader, line, &r) == RECORD_FINE;

		s->logins = is_audit ? SOURCE_AUDIT_LOG : SOURCE_AUTH_LOG;
		s->audit = is_audit ? SOURCE_AUDIT_LOG : SOURCE_NONE;
	}
	if (s->audit == SOURCE_AUDIT_LOG)
		trail_line(&a->trail, line);
	else
		logins_syslog(&a->logins, line);
	for (size_t i = 0; i < a->config.own.logs.n; i++)
		custom_line(custom_log(a->custom, i), line);
}

static int read_input(struct run *run, struct audit *a)
{
	int r = logset_read_input(&a->sources.logs, a->input, run, input_line, a);

	trail_flush(&a->trail);
	logins_flush(&a->logins, UINT64_MAX);
	return r;
}

static void count_reading(struct audit *a)
{
	const struct logset *logs = &a->sources.logs;

	counts_add(&a->counts, COUNT_READ_BYTES, logs->bytes, NULL);
	counts_add(&a->counts, COUNT_PARSE_ERRORS, logs->too_long, "too_long", NULL);
	for (size_t i = 0; i < LOGSET_GAPS; i++)
		counts_add(&a->counts, COUNT_GAPS, logs->gaps[i], logset_gap_names[i], NULL);
	kernel_count(&a->kernel);
}

/* What a log that goes back in time says last is not the newest; and a time without a year is none. */
static void note_newest(struct audit *a)
{
	if (a->trail.now_ms > a->last_event_ms)
		a->last_event_ms = a->trail.now_ms;
	if (a->logins.now_ms > a->last_event_ms && a->logins.now_ms >= SYSLOG_YEAR_MS)
		a->last_event_ms = a->logins.now_ms;
}

int audit_collect(struct run *run, void *self)
{
	struct audit *a = self;
	uint64_t limits = custom_regex_limits(a->custom);
	int r = a->input ? read_input(run, a) : sources_read(&a->sources, run, a);

	if (r < 0)
		return r;
	count_reading(a);
	counts_add(&a->counts, COUNT_PARSE_ERRORS, custom_regex_limits(a->custom) - limits, "regex_limit",
		   NULL);
	note_newest(a);
	r = trail_error(&a->trail);
	if (r == 0)
		r = logins_error(&a->logins);
	return r == 0 ? custom_error(a->custom) : r;
}

void audit_done(void *self)
{
	struct audit *a = self;

	sources_done(&a->sources);
	kernel_done(&a->kernel);
	counts_done(&a->counts);
	trail_done(&a->trail);
	logins_done(&a->logins);
	custom_free(a->custom);
}
