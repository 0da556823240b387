/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "counter.h"

struct compiler {
	struct custom *c;
	struct conf_errors *errors;
	struct buf path; /* of the counter, match or log at hand */
	custom_type type;
};

/* An error of a key at the compiler's path. */
#define WRONG(m, key, ...) \
	do { \
		size_t at_ = (m)->path.len; \
		conf_path_key(&(m)->path, key); \
		conf_error_add((m)->errors, buf_cstr(&(m)->path), __VA_ARGS__); \
		conf_path_cut(&(m)->path, at_); \
	} while (0)

/* path + ".key[i]"; the length before, to cut back to. */
static size_t enter(struct compiler *m, const char *key, size_t i)
{
	size_t at = m->path.len;

	conf_path_key(&m->path, key);
	conf_path_index(&m->path, i);
	return at;
}

static void no_memory(struct compiler *m)
{
	m->errors->err = -ENOMEM;
}

/* Zeroed items, at least one; NULL, told, without memory. */
static void *make(struct compiler *m, size_t n, size_t size)
{
	void *p = calloc(n + (n == 0), size);

	if (!p)
		no_memory(m);
	return p;
}

static struct regex *compile_regex(struct compiler *m, const char *pattern)
{
	AUTO_BUF struct buf why = { 0 };
	struct regex *re = NULL;
	int r = regex_compile(pattern, &re, &why);

	if (r == -ENOMEM || buf_error(&why) < 0)
		no_memory(m);
	else if (r < 0)
		WRONG(m, "regex", "%s", buf_cstr(&why));
	return re;
}

/* ---- over records ---- */

static void add_node(struct custom *c, uint16_t *list, size_t counter)
{
	c->nodes[++c->n_nodes] = (struct counter_node){ (uint16_t)counter, *list };
	*list = (uint16_t)c->n_nodes;
}

static void compile_types(struct compiler *m, const struct conf_list *types, size_t counter)
{
	char *const *names = types->items;

	for (size_t i = 0; i < types->n; i++) {
		size_t at = enter(m, "types", i);
		unsigned type;
		bool known = m->type(names[i], &type) && type < CUSTOM_TYPES;

		if (!known)
			conf_error_add(m->errors, buf_cstr(&m->path), "is no type of audit records");
		/* Its list's head is the counter itself: the type was given twice. */
		else if (!m->c->by_type[type] || m->c->nodes[m->c->by_type[type]].counter != counter)
			add_node(m->c, &m->c->by_type[type], counter);
		conf_path_cut(&m->path, at);
	}
	if (types->n == 0)
		add_node(m->c, &m->c->any_type, counter);
}

static void compile_matches(struct compiler *m, struct counter *k)
{
	const struct custom_match_conf *conf = k->conf->match.items;

	k->matches = make(m, k->conf->match.n, sizeof(*k->matches));
	for (size_t i = 0; k->matches && i < k->conf->match.n; i++) {
		size_t at = enter(m, "match", i);
		int given = (*conf[i].is != '\0') + (*conf[i].prefix != '\0') + (*conf[i].regex != '\0') +
			    (conf[i].in.n > 0);

		if (given != 1)
			conf_error_add(m->errors, buf_cstr(&m->path), "needs one of is, in, prefix, regex%s",
				       given ? ", not several" : "");
		k->matches[i].conf = &conf[i];
		if (*conf[i].regex)
			k->matches[i].regex = compile_regex(m, conf[i].regex);
		k->n_matches++;
		conf_path_cut(&m->path, at);
	}
}

/* One label more; false where there is no room. */
static bool add_label(struct counter *k, const char *name)
{
	if (k->series.n_labels == SERIES_LABELS_MAX)
		return false;
	buf_str(&k->labels, k->series.n_labels++ ? "," : "");
	buf_str(&k->labels, name);
	return true;
}

static void compile_record(struct compiler *m, struct counter *k)
{
	const struct conf_pair *labels = k->conf->labels.items;

	compile_types(m, &k->conf->types, (size_t)(k - m->c->counters));
	compile_matches(m, k);
	for (size_t i = 0; i < k->conf->labels.n; i++) {
		if (!add_label(k, labels[i].name)) {
			WRONG(m, "labels", "has more than %d", SERIES_LABELS_MAX);
			return;
		}
		k->fields[i] = labels[i].value;
	}
}

/* ---- over lines ---- */

static size_t group_of(struct compiler *m, const struct counter *k, const char *key, const char *name)
{
	size_t group = *name ? regex_group(k->regex, name) : 0;

	if (*name && !group)
		WRONG(m, key, "is no named group of the regex");
	return group;
}

static void compile_line(struct compiler *m, struct counter *k)
{
	k->regex = compile_regex(m, k->conf->regex);
	if (!k->regex)
		return;
	k->top_group = group_of(m, k, "top_of", k->conf->top_of);
	k->distinct_group = group_of(m, k, "distinct_of", k->conf->distinct_of);
	for (size_t i = 0; i < regex_names(k->regex); i++) {
		const char *name = regex_name(k->regex, i), *wrong = prom_check_label_name(name);
		size_t group = regex_group_at(k->regex, i);

		if (group == k->top_group || group == k->distinct_group)
			continue;
		if (wrong)
			WRONG(m, "regex", "has a group named %s, which %s", name, wrong);
		k->groups[k->series.n_labels] = group;
		if (!add_label(k, name)) {
			WRONG(m, "regex", "has more than %d labels", SERIES_LABELS_MAX);
			return;
		}
	}
}

/* ---- both ---- */

static void check_sketch(struct compiler *m, const char *key, const char *of)
{
	const char *wrong = *of ? prom_check_label_name(of) : NULL;

	if (wrong)
		WRONG(m, key, "%s", wrong);
}

static void make_sketches(struct compiler *m, struct counter *k)
{
	const struct custom_counter_conf *conf = k->conf;
	int stem = (int)strlen(conf->name) - 6; /* _total */

	if (*conf->top_of && (k->top = make(m, 1, sizeof(*k->top)))) {
		k->top->m = (size_t)conf->top * CUSTOM_TOP_COUNTERS;
		buf_fmt(&k->top_name, "%.*s_top", stem, conf->name);
		buf_fmt(&k->top_key, "%s{%s}", buf_cstr(&k->top_name), conf->top_of);
		buf_fmt(&k->top_help, "%s The %d most frequent values of %s, estimated: none too low, none too high "
			"by more than 1/%zu of all that were counted.", conf->help, (int)conf->top, conf->top_of, k->top->m);
		k->top->name = buf_cstr(&k->top_key);
	}
	if (*conf->distinct_of && (k->distinct = make(m, 1, sizeof(*k->distinct)))) {
		buf_fmt(&k->distinct_name, "%.*s_distinct", stem, conf->name);
		buf_fmt(&k->distinct_key, "%s{%s}", buf_cstr(&k->distinct_name), conf->distinct_of);
		buf_fmt(&k->distinct_help,
			"%s Different values of %s so far, estimated with a standard error of 1.6 %%.", conf->help,
			conf->distinct_of);
		k->distinct->name = buf_cstr(&k->distinct_key);
	}
}

typedef void (*compile_fn)(struct compiler *m, struct counter *k); /* what records and lines do not have in common */

static void compile_counter(struct compiler *m, const struct custom_counter_conf *conf, compile_fn compile)
{
	struct counter *k = &m->c->counters[m->c->n++];

	k->conf = conf;
	for (struct counter *other = m->c->counters; other < k; other++)
		if (strcmp(other->conf->name, conf->name) == 0) {
			WRONG(m, "name", "is the name of another counter");
			break;
		}
	compile(m, k);
	check_sketch(m, "top_of", conf->top_of);
	check_sketch(m, "distinct_of", conf->distinct_of);
	make_sketches(m, k);
	k->series.family = conf->name;
	k->series.max = (size_t)conf->max_series;
	if (k->series.n_labels > 0)
		k->series.labels = buf_cstr(&k->labels);
	else
		series_add(&k->series, NULL, 0); /* there from the start, so that a rule sees its first increment */
	if (buf_error(&k->labels) < 0 || buf_error(&k->top_help) < 0 || buf_error(&k->distinct_help) < 0)
		no_memory(m);
}

static void compile_list(struct compiler *m, const struct conf_list *list, compile_fn compile)
{
	const struct custom_counter_conf *conf = list->items;

	for (size_t i = 0; i < list->n; i++) {
		size_t at = enter(m, "counters", i);

		compile_counter(m, &conf[i], compile);
		conf_path_cut(&m->path, at);
	}
}

/* Each log is read once. */
static bool is_another(const struct custom_log_conf *logs, size_t i)
{
	for (size_t j = 0; j < i && *logs[i].path; j++)
		if (strcmp(logs[j].path, logs[i].path) == 0)
			return true;
	return false;
}

static void compile_log(struct compiler *m, const struct custom_log_conf *logs, size_t i)
{
	const struct custom_log_conf *conf = &logs[i];

	if (is_another(logs, i))
		WRONG(m, "path", "is that of another log: a log is listed once, with all its counters");
	if ((*conf->path != '\0') == (conf->journal.n > 0))
		conf_error_add(m->errors, buf_cstr(&m->path), "needs one of path and journal");
	if (conf->counters.n == 0)
		WRONG(m, "counters", "is empty");
	m->c->logs[i] = (struct custom_log){ m->c, m->c->n, conf->counters.n };
	compile_list(m, &conf->counters, compile_line);
}

/* ---- the whole ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct prom_metric *)a)->name, ((const struct prom_metric *)b)->name);
}

static void add_metric(struct custom *c, struct prom_metric metric, size_t counter)
{
	metric.arg = counter;
	c->metrics[c->n_metrics++] = metric;
}

static void make_metrics(struct custom *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct counter *k = &c->counters[i];
		const struct custom_counter_conf *conf = k->conf;
		const char *top = buf_cstr(&k->top_name), *distinct = buf_cstr(&k->distinct_name);
		const struct prom_metric metrics[] = {
			{ conf->name, PROM_COUNTER, buf_cstr(&k->labels), conf->help, counter_emit, 0 },
			{ top, PROM_GAUGE, conf->top_of, buf_cstr(&k->top_help), counter_emit_top, 0 },
			{ distinct, PROM_GAUGE, "", buf_cstr(&k->distinct_help), counter_emit_distinct, 0 },
		};

		add_metric(c, metrics[0], i);
		if (k->top)
			add_metric(c, metrics[1], i);
		if (k->distinct)
			add_metric(c, metrics[2], i);
	}
	qsort(c->metrics, c->n_metrics, sizeof(*c->metrics), by_name);
}

static int compile_all(struct compiler *m, const struct custom_config *conf)
{
	const struct custom_counter_conf *records = conf->counters.items;
	const struct custom_log_conf *logs = conf->logs.items;
	size_t n = conf->counters.n, nodes = 1 + n;

	for (size_t i = 0; i < conf->counters.n; i++)
		nodes += records[i].types.n;
	for (size_t i = 0; i < conf->logs.n; i++)
		n += logs[i].counters.n;
	if (n > CUSTOM_MAX || nodes > UINT16_MAX) {
		conf_error_add(m->errors, conf->counters.n ? "counters" : "logs",
			       "more than %d counters, or too many types", CUSTOM_MAX);
		return -EINVAL;
	}
	m->c->counters = make(m, n, sizeof(*m->c->counters));
	m->c->nodes = make(m, nodes, sizeof(*m->c->nodes));
	m->c->logs = make(m, conf->logs.n, sizeof(*m->c->logs));
	m->c->metrics = make(m, 3 * n, sizeof(*m->c->metrics));
	if (m->errors->err < 0)
		return m->errors->err;
	compile_list(m, &conf->counters, compile_record);
	for (size_t i = 0; i < conf->logs.n; i++) {
		size_t at = enter(m, "logs", i);

		compile_log(m, logs, i);
		conf_path_cut(&m->path, at);
	}
	make_metrics(m->c);
	return custom_error(m->c) < 0 ? custom_error(m->c) : buf_error(&m->path);
}

int custom_compile(const struct custom_config *conf, custom_type type, struct conf_errors *errors, struct custom **ret)
{
	struct compiler m = { .c = calloc(1, sizeof(*m.c)), .errors = errors, .type = type };
	int r = m.c ? compile_all(&m, conf) : -ENOMEM;

	if (r == 0)
		r = conf_errors_code(errors);
	buf_done(&m.path);
	if (r == 0)
		*ret = m.c;
	else
		custom_free(m.c);
	return r;
}

static void free_counter(struct counter *k)
{
	struct buf *const texts[] = { &k->labels,	 &k->top_name,	    &k->top_help,    &k->top_key,
				      &k->distinct_name, &k->distinct_help, &k->distinct_key };

	for (size_t i = 0; i < k->n_matches; i++)
		regex_free(k->matches[i].regex);
	free(k->matches);
	regex_free(k->regex);
	series_done(&k->series);
	if (k->top)
		topk_done(k->top);
	free(k->top);
	free(k->distinct);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		buf_done(texts[i]);
}

void custom_free(struct custom *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		free_counter(&c->counters[i]);
	free(c->counters);
	free(c->nodes);
	free(c->logs);
	free(c->metrics);
	buf_done(&c->values);
	buf_done(&c->clean);
	free(c);
}
