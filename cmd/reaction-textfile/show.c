/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>

#include "show.h"

struct reading {
	struct show_item item;
	void (*each)(void *ctx, const struct show_item *i);
	void *ctx;
};

static void read_match(struct reading *r, const json_t *state)
{
	json_t *actions = json_object_get(state, "actions"), *times;
	json_int_t n = json_integer_value(json_object_get(state, "matches"));
	const char *name;

	json_object_foreach (actions, name, times) {
		r->item.action = text_from(name);
		r->item.n = json_array_size(times);
		r->each(r->ctx, &r->item);
	}
	if (json_object_size(actions) || n <= 0)
		return;
	r->item.action = (struct text){ 0 };
	r->item.n = (uint64_t)n;
	r->each(r->ctx, &r->item);
}

static void read_streams(struct reading *r, json_t *streams)
{
	const char *stream, *filter, *match;
	json_t *filters, *matches, *state;

	json_object_foreach (streams, stream, filters) {
		r->item.stream = text_from(stream);
		json_object_foreach (filters, filter, matches) {
			r->item.filter = text_from(filter);
			json_object_foreach (matches, match, state) {
				r->item.match = text_from(match);
				read_match(r, state);
			}
		}
	}
}

int show_read(const char *text, size_t n, void (*each)(void *ctx, const struct show_item *i), void *ctx)
{
	struct reading r = { .each = each, .ctx = ctx };
	json_auto_t *tree = NULL;
	json_error_t error;

	if (n > SHOW_BYTES_MAX)
		return -E2BIG;
	tree = json_loadb(text, n, 0, &error);
	if (!tree && json_error_code(&error) == json_error_out_of_memory)
		return -ENOMEM;
	if (!json_is_object(tree))
		return -EBADMSG;
	read_streams(&r, tree);
	return 0;
}
