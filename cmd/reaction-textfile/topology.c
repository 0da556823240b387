/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "topology.h"

/* ---- out of a configuration ---- */

/* Whether <name> stands in one of the strings. */
static bool uses(const json_t *strings, const char *name)
{
	AUTO_BUF struct buf token = { 0 };

	buf_fmt(&token, "<%s>", name);
	for (size_t i = 0; i < json_array_size(strings); i++) {
		const char *s = json_string_value(json_array_get(strings, i));

		if (s && strstr(s, buf_cstr(&token)))
			return true;
	}
	return false;
}

static int by_name(const void *pa, const void *pb)
{
	return strcmp(*(const char *const *)pa, *(const char *const *)pb);
}

/* The names of patterns that a filter uses, sorted. NULL without memory. */
static json_t *list_patterns(json_t *patterns, const json_t *filter)
{
	json_auto_t *list = json_array();
	AUTO_FREE const char **names = calloc(json_object_size(patterns) + 1, sizeof(*names));
	const char *name;
	json_t *v;
	size_t n = 0;

	if (!names)
		return NULL;
	json_object_foreach (patterns, name, v)
		if (uses(json_object_get(filter, "regex"), name))
			names[n++] = name;
	qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(list, json_string(names[i])) < 0)
			return NULL;
	return json_incref(list);
}

static json_t *list_actions(const json_t *filter)
{
	json_auto_t *list = json_object();
	json_t *action, *word;
	const char *name;

	json_object_foreach (json_object_get(filter, "actions"), name, action) {
		json_t *words = json_array();
		size_t i;

		json_array_foreach (json_object_get(action, "cmd"), i, word)
			if (json_is_string(word) && json_array_append(words, word) < 0)
				break;
		if (json_object_set_new(list, name, words) < 0)
			return NULL;
	}
	return json_incref(list);
}

/* Adds a stream's filters to ret; -ENOMEM; -EBADMSG. */
static int take_filters(json_t *patterns, const json_t *stream, json_t *ret, size_t *n)
{
	const char *name;
	json_t *filter;

	json_object_foreach (json_object_get(stream, "filters"), name, filter) {
		json_t *f;

		if (++*n > TOPOLOGY_FILTERS_MAX)
			return -EBADMSG;
		f = json_pack("{s:o*, s:o*}", "patterns", list_patterns(patterns, filter), "actions",
			      list_actions(filter));
		if (json_object_size(f) != 2 || json_object_set_new(ret, name, f) < 0)
			return -ENOMEM;
	}
	return 0;
}

int topology_take(struct topology *t, const json_t *config)
{
	json_auto_t *all = json_object();
	json_t *streams = json_object_get(config, "streams"), *stream;
	const char *name;
	size_t n = 0;

	if (!json_is_object(streams))
		return -EBADMSG;
	json_object_foreach (streams, name, stream) {
		json_t *filters = json_object();
		int r = json_object_set_new(all, name, filters) < 0 ? -ENOMEM : 0;

		if (r == 0)
			r = take_filters(json_object_get(config, "patterns"), stream, filters, &n);
		if (r < 0)
			return r;
	}
	topology_done(t);
	t->streams = json_incref(all);
	return 0;
}

/* ---- names ---- */

const json_t *topology_filter(const struct topology *t, const char *stream, const char *filter)
{
	return json_object_get(json_object_get(t->streams, stream), filter);
}

/* Takes "NAME", or "NAME." where more is to come, from the start of t. */
static bool take_name(struct text *t, const char *name, bool last)
{
	size_t n = strlen(name);

	if (t->n < n || memcmp(t->p, name, n) != 0 || (last ? t->n != n : t->n < n + 2 || t->p[n] != '.'))
		return false;
	t->p += n + !last;
	t->n -= n + !last;
	return true;
}

/* Fills parts with the keys of level upon level, streams first, that are the whole text. */
static bool split_known(json_t *level, struct text name, size_t n, struct text *parts, bool streams)
{
	const char *key;
	json_t *below;

	json_object_foreach (level, key, below) {
		struct text left = name;

		if (!take_name(&left, key, n == 1))
			continue;
		parts[0] = (struct text){ name.p, strlen(key) };
		if (!streams)
			below = json_object_get(below, "actions");
		if (n == 1 || split_known(below, left, n - 1, parts + 1, false))
			return true;
	}
	return false;
}

bool topology_split(const struct topology *t, struct text name, size_t n, struct text *parts)
{
	if (split_known(t->streams, name, n, parts, true))
		return true;
	for (size_t i = 0; i + 1 < n; i++) {
		const char *dot = name.n ? memchr(name.p, '.', name.n) : NULL;

		if (!dot)
			return false;
		parts[i] = (struct text){ name.p, (size_t)(dot - name.p) };
		name.n -= parts[i].n + 1;
		name.p = dot + 1;
	}
	parts[n - 1] = name;
	return true;
}

/* ---- the state ---- */

void topology_save(const struct topology *t, struct buf *out)
{
	AUTO_FREE char *json = NULL;

	if (!t->streams)
		return;
	json = json_dumps(t->streams, JSON_COMPACT | JSON_SORT_KEYS);
	words_key(out, "topology");
	words_text(out, text_from(json ? json : "{}"));
	words_end(out);
}

int topology_load(struct topology *t, struct text key, struct words line)
{
	AUTO_BUF struct buf json = { 0 };
	json_auto_t *streams = NULL;
	int r;

	if (!text_is(key, "topology"))
		return 0;
	r = words_get_text(&line, &json);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	streams = json_loadb(buf_cstr(&json), json.len, 0, NULL);
	if (!json_is_object(streams) || !words_at_end(&line))
		return -EINVAL;
	topology_done(t);
	t->streams = json_incref(streams);
	return 1;
}

void topology_done(struct topology *t)
{
	json_decref(t->streams);
	t->streams = NULL;
}
