/* SPDX-License-Identifier: MIT */
/* Any text as an attribute mapping: what is accepted is printed without a fault by the writer, in
 * compatibility mode. */
#include <stdlib.h>
#include <string.h>

#include "../../cmd/smart-textfile/compat.h"
#include "../../cmd/smart-textfile/pyliteral.h"

static void expect(bool c)
{
	if (!c)
		abort();
}

static int sink(void *ctx, const void *bytes, size_t n)
{
	(void)ctx;
	expect(n > 0 && ((const char *)bytes)[n - 1] == '\n');
	return 0;
}

static void print(const struct attrmap *map)
{
	static const uint8_t ids[] = { 1, 5, 9, 10, 183, 187, 190, 194, 197, 230, 233, 241 };
	char port[] = "0:0:0:0";
	struct drive d = { .kind = DRIVE_ATA, .up = true, .port = port };
	struct prom w = { .sink = sink };
	struct prom_group group;
	struct compat *c = NULL;

	for (size_t i = 0; i < sizeof(ids); i++)
		d.attributes[d.n_attributes++] =
			(struct ata_attribute){ .id = ids[i], .value = 100, .number = ids[i] };
	expect(compat_new(&(struct compat_input){ .drives = &d, .n = 1, .map = map, .fallback = true }, &c) ==
	       0);
	group = compat_group(c);
	expect(group.n >= 3);
	expect(prom_write(&w, &group, 1) == 0);
	for (size_t i = 0; i < group.n; i++)
		expect(!prom_check_metric_name(group.metrics[i].name));
	prom_done(&w);
	compat_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct conf_errors errors = { 0 }, warnings = { 0 };
	AUTO_BUF struct buf text = { 0 };
	struct attrmap *map = NULL;
	json_t *tree;

	buf_add(&text, data, n);
	tree = pyliteral_load(&text, &errors);
	if (tree && attrmap_new(tree, NULL, &errors, &warnings, &map) == 0)
		print(map);
	expect(map ? errors.n == 0 : errors.n > 0);
	attrmap_free(map);
	json_decref(tree);
	conf_errors_done(&errors);
	conf_errors_done(&warnings);
	return 0;
}
