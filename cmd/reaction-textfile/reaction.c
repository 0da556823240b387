/* SPDX-License-Identifier: MIT */
/* The run of reaction-textfile: what is opened and asked, counted, kept. */
#include <errno.h>
#include <string.h>

#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/yaml.h"
#include "reaction.h"

/* ---- with privilege ---- */

/* What cannot be opened is told by the reading. */
static int open_log(struct reaction *r, const struct run *run)
{
	const struct reaction_config *c = &r->config;
	int res;

	r->logs.from_start = r->from_start != NULL;
	res = *c->file ? logset_add(&r->logs, run, "log", c->file)
		       : logset_add_journal(&r->logs, run, c->journal);
	return res == -ENOMEM ? log_errno(res, "cannot open the log") : 0;
}

static int ask(struct reaction *r, const struct run *run)
{
	const struct reaction_config *c = &r->config;
	const struct ask_options o = {
		.root_path = run->root_path,
		.program = c->program,
		.config = c->config,
		.socket = c->socket,
		.daemon = !r->input,
		.timeout_ns = c->timeout_ns,
		.deadline_ns = run->deadline_ns,
	};
	int res = strcmp(c->program, "none") == 0 ? 0 : ask_run(&r->ask, &o);

	if (res == -ENOENT) {
		if (*c->program)
			log_line(LOG_LVL_WARN, "%s: %s", c->program, strerror(ENOENT));
		else
			log_line(LOG_LVL_DEBUG,
				 "no program reaction in the usual directories (reaction.program)");
		return 0;
	}
	return res < 0 ? log_errno(res, "cannot run reaction") : 0;
}

int reaction_start(struct run *run, void *self)
{
	struct reaction *r = self;
	int res;

	r->config.compat |= r->compat_option != NULL;
	r->own_version = run->version;
	r->now_s = run->now_ns / CLOCK_NS_PER_S;
	if (r->config.internals)
		log_line(LOG_LVL_DEBUG,
			 "metrics.export.internals is without effect, as are loglevel, restore and listen");
	res = ask(r, run);
	if (res < 0)
		return res;
	if (!r->input)
		return open_log(r, run);
	run->no_state = true;
	return 0;
}

/* ---- what reaction said, without privilege ---- */

static void complain(const struct reaction *r, enum ask_what what, enum log_level level)
{
	AUTO_BUF struct buf why = { 0 };

	if (ask_trouble(&r->ask, what, &why))
		log_line(level, "%s", buf_cstr(&why));
}

/* JSON or YAML: version 1 prints the one, version 2 the other. */
static json_t *parse_config(struct text t)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	json_t *tree = NULL;

	if (t.n > CONFIG_MAX_BYTES)
		return NULL;
	tree = json_loadb(t.p, t.n, 0, NULL);
	if (!tree && yaml_tree(t.p, t.n, &tree, &errors) < 0)
		return NULL;
	return tree;
}

/* Names that are not told this time stay those of the time before. */
static int take_topology(struct reaction *r)
{
	struct text t = ask_output(&r->ask, ASK_CONFIG);
	json_auto_t *tree = t.p ? parse_config(t) : NULL;
	int res = tree ? topology_take(&r->topology, tree) : 0;

	if (t.p && (!tree || res == -EBADMSG))
		log_line(LOG_LVL_WARN, "reaction test-config: not a configuration");
	return res == -EBADMSG ? 0 : res;
}

/* The last word of the first line: "reaction 2.1.2", "reaction version v1.4.2". */
static void take_version(struct reaction *r)
{
	struct text t = text_trim(ask_output(&r->ask, ASK_VERSION));
	const char *end = t.n ? memchr(t.p, '\n', t.n) : NULL;
	const char *blank;

	if (end)
		t = text_trim((struct text){ t.p, (size_t)(end - t.p) });
	blank = t.n ? memrchr(t.p, ' ', t.n) : NULL;
	if (blank)
		t = (struct text){ blank + 1, t.n - (size_t)(blank + 1 - t.p) };
	(void)text_label(&r->version, t, 64);
}

static void take_item(void *ctx, const struct show_item *i)
{
	struct reaction *r = ctx;
	const struct text names[] = { i->stream, i->filter, i->action };

	series_add(i->action.p ? &r->pending_actions : &r->pending_matches, names, i->n);
	if (r->config.compat)
		compat_show(&r->compat, i);
}

/* Names of the configuration are there at 0, whatever is due. */
static void touch_pending(struct reaction *r)
{
	const char *stream, *filter, *action;
	json_t *filters, *f, *words;

	r->pending_actions = (struct series){ .family = "reaction_pending_actions", .n_labels = 3 };
	r->pending_matches = (struct series){ .family = "reaction_pending_matches", .n_labels = 2 };
	json_object_foreach (r->topology.streams, stream, filters)
		json_object_foreach (filters, filter, f) {
			struct text names[3] = { text_from(stream), text_from(filter), { 0 } };

			series_add(&r->pending_matches, names, 0);
			json_object_foreach (json_object_get(f, "actions"), action, words) {
				names[2] = text_from(action);
				series_add(&r->pending_actions, names, 0);
			}
		}
	r->pending_actions.max = r->pending_matches.max = (size_t)r->config.max_series;
}

static int take_answers(struct run *run, struct reaction *r)
{
	struct text shown = ask_output(&r->ask, ASK_SHOW);
	int res;

	take_version(r);
	complain(r, ASK_CONFIG, LOG_LVL_WARN);
	complain(r, ASK_SHOW, LOG_LVL_DEBUG); /* that it is down is what reaction_up says */
	touch_pending(r);
	res = shown.p ? show_read(shown.p, shown.n, take_item, r) : -EBADMSG;
	if (shown.p && res == -EBADMSG)
		log_line(LOG_LVL_WARN, "reaction show: not JSON of the form that is known");
	r->up = res == 0;
	if (!r->input && strcmp(r->config.program, "none") != 0)
		run->targets[r->up ? RUN_OK : RUN_FAILED]++;
	return res == -EBADMSG ? 0 : res;
}

/* ---- what is counted ---- */

static void take_event(void *ctx, const struct flow_event *e)
{
	struct reaction *r = ctx;

	counts_event(&r->counts, e);
	if (r->config.compat)
		compat_event(&r->compat, e);
}

int reaction_reset(struct run *run, void *self)
{
	struct reaction *r = self;

	r->rules = (struct rules){ r->config.all, r->config.for_ };
	topology_done(&r->topology);
	flow_done(&r->flow);
	r->flow = (struct flow){
		.hold_s = r->config.hold_ns / CLOCK_NS_PER_S,
		.grace_s = r->config.grace_ns / CLOCK_NS_PER_S,
		.event = take_event,
		.ctx = r,
	};
	r->counts.topology = r->compat.topology = &r->topology;
	r->counts.rules = r->compat.rules = &r->rules;
	r->counts.values = r->config.values && r->config.matches_extra;
	counts_init(&r->counts);
	compat_done(&r->compat);
	r->compat.extra[COMPAT_MATCHES] = r->config.matches_extra;
	r->compat.extra[COMPAT_ACTIONS] = r->config.actions_extra;
	r->compat.extra[COMPAT_PENDING] = r->config.pending_extra;
	logset_reset(&r->logs);
	r->last_s = 0;
	for (size_t i = 0; i < COUNTS; i++)
		r->tables[i] = &r->counts.table[i];
	run->series = r->tables;
	run->n_series = COUNTS;
	if (!r->config.compat)
		return 0;
	if (!r->metrics)
		r->metrics = calloc(reaction_metrics_n, sizeof(*r->metrics));
	if (!r->metrics)
		return -ENOMEM;
	metrics_label(r->metrics, &r->compat);
	run->groups[0] = (struct prom_group){ r->metrics, reaction_metrics_n, r };
	run->n_groups = 1;
	run->replaces_metrics = true;
	return 0;
}

static int load_last(struct reaction *r, struct text key, struct words line)
{
	if (!text_is(key, "last"))
		return 0;
	return words_get_u64(&line, &r->last_s) < 0 || !words_at_end(&line) ? -EINVAL : 1;
}

int reaction_load(void *self, unsigned version, struct text key, struct words line)
{
	struct reaction *r = self;
	int res = flow_load(&r->flow, key, line);

	(void)version;
	if (res == 0)
		res = topology_load(&r->topology, key, line);
	if (res == 0)
		res = counts_load(&r->counts, key, line);
	if (res == 0)
		res = logset_load(&r->logs, key, line);
	if (res == 0)
		res = load_last(r, key, line);
	return res < 0 ? res : res == 0 ? -EINVAL : 0;
}

void reaction_save(const void *self, struct buf *out)
{
	const struct reaction *r = self;

	flow_save(&r->flow, out);
	topology_save(&r->topology, out);
	counts_save(&r->counts, out);
	words_key(out, "last");
	words_u64(out, r->last_s);
	words_end(out);
	logset_save(&r->logs, out);
}

/* ---- the log ---- */

static void take_line(struct reaction *r, struct text t, uint64_t time_s)
{
	struct line l;

	if (text_trim(t).n == 0)
		return;
	line_parse(t, &l);
	counts_line(&r->counts, &l);
	flow_line(&r->flow, &l, time_s ? time_s : l.time_s, r->now_s);
}

static void take_file_line(void *ctx, struct text line)
{
	take_line(ctx, line, 0);
}

static void take_entry(void *ctx, const struct journal_entry *e)
{
	struct reaction *r = ctx;

	r->last_s = e->realtime_us / 1000000;
	take_line(r, journal_get(e, "MESSAGE"), r->last_s);
}

static void count_reading(struct reaction *r)
{
	series_add(&r->counts.table[COUNT_BYTES], NULL, r->logs.bytes);
	counts_gap(&r->counts, "too_long", r->logs.too_long);
	for (size_t i = 0; i < LOGSET_GAPS; i++)
		counts_gap(&r->counts, logset_gap_names[i], r->logs.gaps[i]);
}

static int read_journal(struct run *run, struct reaction *r)
{
	const struct journal_match unit[] = { { "_SYSTEMD_UNIT", r->config.systemd }, { 0 } };
	static const char *const fields[] = { "MESSAGE", NULL };
	const struct journal_match *const groups[] = { unit };
	struct journal_query q = { .groups = groups, .n_groups = 1, .fields = fields };

	return logset_read_journal(&r->logs, run, &q, take_entry, r);
}

static int read_file(struct run *run, struct reaction *r)
{
	int res = logset_read(&r->logs, 0, run, take_file_line, r);

	if (res == 0)
		r->last_s = logfile_written_ns(r->logs.files[0].file) / CLOCK_NS_PER_S;
	return res;
}

static int read_log(struct run *run, struct reaction *r)
{
	int res;

	if (r->input) {
		res = logset_read_input(&r->logs, r->input, run, take_file_line, r);
		flow_finish(&r->flow);
	} else {
		res = *r->config.file ? read_file(run, r) : read_journal(run, r);
		if (res == 0 && clock_mono_ns() < run->deadline_ns)
			flow_settle(&r->flow, r->now_s);
	}
	count_reading(r);
	return res;
}

int reaction_collect(struct run *run, void *self)
{
	struct reaction *r = self;
	int res = take_topology(r);

	if (res == 0)
		res = compat_begin(&r->compat, (size_t)r->config.max_series);
	if (res == 0)
		res = take_answers(run, r);
	if (res < 0)
		return log_errno(res, "cannot take what reaction says");
	if (r->metrics)
		metrics_label(r->metrics, &r->compat);
	counts_begin(&r->counts, (size_t)r->config.max_series);
	res = read_log(run, r);
	return res < 0 ? res : r->flow.err;
}

void reaction_done(void *self)
{
	struct reaction *r = self;

	ask_done(&r->ask);
	logset_done(&r->logs);
	flow_done(&r->flow);
	topology_done(&r->topology);
	counts_done(&r->counts);
	compat_done(&r->compat);
	series_done(&r->pending_actions);
	series_done(&r->pending_matches);
	buf_done(&r->version);
	free(r->metrics);
}
