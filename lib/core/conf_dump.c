/* SPDX-License-Identifier: MIT */
/* conf_dump - a configuration as JSON, and its end. */
#include "core/conf.h"

static const double US_PER_S = 1e6;
static const uint64_t NS_PER_S = 1000000000, NS_PER_US = 1000;

static json_t *dump_items(const struct conf_key *k, const struct conf_list *l)
{
	bool map = k->type == CONF_MAP || k->type == CONF_PAIRS;
	json_auto_t *all = map ? json_object() : json_array();

	for (size_t i = 0; i < l->n; i++) {
		const void *item = (const char *)l->items + i * conf_item_size(k);
		const char *name = k->type == CONF_LIST ? NULL : *(char *const *)item;
		json_t *v = k->type == CONF_STRINGS ? json_string(name)
			    : k->type == CONF_PAIRS ? json_string(((const struct conf_pair *)item)->value)
						    : conf_dump(k->keys, item);

		if ((map ? json_object_set_new(all, name, v) : json_array_append_new(all, v)) < 0)
			return NULL;
	}
	return json_incref(all);
}

static json_t *dump_seconds(uint64_t ns)
{
	if (ns % NS_PER_S == 0)
		return json_integer((json_int_t)(ns / NS_PER_S));
	return json_real((double)(ns / NS_PER_US) / US_PER_S);
}

static json_t *dump_value(const struct conf_key *k, const void *src)
{
	switch (k->type) {
	case CONF_BOOL:
		return json_boolean(*(const bool *)src);
	case CONF_INT:
		return json_integer(*(const int64_t *)src);
	case CONF_SECONDS:
		return dump_seconds(*(const uint64_t *)src);
	case CONF_STRING:
		return json_string(*(char *const *)src);
	case CONF_ENUM:
		return json_string(k->choices[*(const int *)src]);
	case CONF_OBJECT:
		return conf_dump(k->keys, src);
	case CONF_STRINGS:
	case CONF_LIST:
	case CONF_MAP:
	case CONF_PAIRS:
		return dump_items(k, src);
	case CONF_TREE:
		return *(json_t *const *)src ? json_deep_copy(*(json_t *const *)src) : json_null();
	}
	return NULL;
}

json_t *conf_dump(const struct conf_key *keys, const void *src)
{
	json_auto_t *tree = json_object();

	for (; keys->name; keys++) {
		json_t *v = dump_value(keys, (const char *)src + keys->offset);

		if (json_object_set_new(tree, keys->name, v) < 0)
			return NULL;
	}
	return json_incref(tree);
}

static void items_done(const struct conf_key *k, struct conf_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		void *item = (char *)l->items + i * conf_item_size(k);

		if (k->type != CONF_LIST)
			free_ptr(item);
		if (k->type == CONF_PAIRS)
			free_ptr(&((struct conf_pair *)item)->value);
		else if (k->type != CONF_STRINGS)
			conf_done(k->keys, item);
	}
	free(l->items);
	*l = (struct conf_list){ 0 };
}

void conf_done(const struct conf_key *keys, void *dst)
{
	for (; keys->name; keys++) {
		void *p = (char *)dst + keys->offset;

		if (keys->type == CONF_STRING) {
			free_ptr(p);
			*(char **)p = NULL;
		} else if (keys->type == CONF_OBJECT) {
			conf_done(keys->keys, p);
		} else if (keys->type == CONF_TREE) {
			json_decref(*(json_t **)p);
			*(json_t **)p = NULL;
		} else if (keys->type >= CONF_STRINGS) {
			items_done(keys, p);
		}
	}
}
