/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes what programs print: `reaction show` (the exporter's families made of it too), and a configuration of `reaction
 * test-config` as JSON. Items have names; a topology that was taken saves and loads as the same.
 */
#include <string.h>

#include "../../cmd/reaction-textfile/compat.h"

static void take_item(void *ctx, const struct show_item *i)
{
	if (!i->stream.p || !i->filter.p || !i->match.p || (!i->action.p && i->n == 0))
		abort();
	compat_show(ctx, i);
}

static void check_topology(const struct topology *t)
{
	AUTO_BUF struct buf saved = { 0 }, again = { 0 };
	struct topology loaded = { 0 };
	struct words payload, line;
	struct text key;

	topology_save(t, &saved);
	if (buf_error(&saved) < 0)
		return; /* more than a buffer holds */
	payload.left = (struct text){ buf_cstr(&saved), saved.len };
	while (words_line(&payload, &line, &key))
		if (topology_load(&loaded, key, line) != 1)
			abort();
	topology_save(&loaded, &again);
	if (saved.len != again.len || (saved.len && memcmp(saved.data, again.data, saved.len) != 0))
		abort();
	topology_done(&loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct topology topology = { 0 };
	struct rules rules = { 0 };
	struct compat c = { .topology = &topology, .rules = &rules, .extra = { true, true, true, true, true } };
	json_auto_t *tree = json_loadb((const char *)data, n, 0, NULL);

	if (topology_take(&topology, tree) == 0)
		check_topology(&topology);
	if (compat_begin(&c, 5) < 0)
		abort();
	if (show_read((const char *)data, n, take_item, &c) < 0 && tree && json_is_object(tree))
		abort();
	for (size_t i = 0; i < COMPATS; i++)
		if (c.table[i].err || c.table[i].n_labels > SERIES_LABELS_MAX)
			abort();
	compat_done(&c);
	topology_done(&topology);
	return 0;
}
