/* SPDX-License-Identifier: MIT */
/* Any text as a device database and as its overrides: what is read keeps the invariants that its users rely
 * on. */
#include <stdlib.h>
#include <string.h>

#include "../../cmd/smart-textfile/check.h"
#include "../../cmd/smart-textfile/pyliteral.h"

static void expect(bool c)
{
	if (!c)
		abort();
}

static void look_up(const struct db *db, const struct db *overrides, struct drive *d, enum db_rule rule)
{
	struct db_entry e;
	int r = db_find(db, d, rule, &e);

	expect(r == (e.family != NULL));
	expect(r || (!e.ids && e.n == 0));
	expect(db_override(overrides, d, &e) == 0);
	for (size_t i = 1; i < e.n; i++)
		expect(e.ids[i - 1].id < e.ids[i].id);
	for (size_t i = 0; i < e.n; i++)
		expect(db_entry_id(&e, e.ids[i].id) == &e.ids[i]);
	check_drive(&e, d);
	for (size_t i = 0; i < d->n_checks; i++) {
		const struct db_id *id = db_entry_id(&e, d->checks[i].id);

		expect(id && id->listed && id->has_thresholds && d->checks[i].state <= 2 &&
		       d->checks[i].name);
	}
	for (unsigned id = 0; id < 256; id++)
		expect(db_wants_attribute(&e, DB_ALL, (uint8_t)id));
	db_entry_done(&e);
}

static void look_up_all(const struct db *db, const struct db *overrides)
{
	char model[] = "M1";
	struct drive d = { .name = "sda",
			   .model = model,
			   .n_attributes = 2,
			   .attributes = { { .id = 5, .value = 100, .number = 7 },
					   { .id = 194, .number = -5 } } };

	for (size_t v = 0; v < V_COUNT; v++)
		d.values[v] = (struct value){ .known = true, .mul = 512000, .div = 1, .n = ~(u128)0 };
	for (enum drive_kind kind = DRIVE_UNKNOWN; kind <= DRIVE_SCSI; kind++) {
		d.kind = kind;
		look_up(db, overrides, &d, DB_BEST);
		look_up(db, overrides, &d, DB_EXACT);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct conf_errors errors = { 0 }, warnings = { 0 };
	AUTO_BUF struct buf text = { 0 };
	json_t *tree, *again;
	struct db *db, *overrides;

	buf_add(&text, data, n);
	tree = pyliteral_load(&text, &errors);
	expect((tree != NULL) == (errors.n == 0));
	if (tree) {
		again = json_loadb(text.data, text.len, 0,
				   NULL); /* what it became is the JSON of that tree */
		expect(json_equal(tree, again));
		json_decref(again);
		db = db_new(tree, &warnings);
		overrides = db_new_overrides(tree, &warnings);
		expect(db && overrides && warnings.n <= CONF_ERRORS_MAX);
		look_up_all(db, overrides);
		db_free(db);
		db_free(overrides);
	}
	json_decref(tree);
	conf_errors_done(&errors);
	conf_errors_done(&warnings);
	return 0;
}
