/* SPDX-License-Identifier: MIT */
/* What holds for every tree, text and table, tried on random ones. */
#include <string.h>

#include "../fixtures/config/random.h"
#include "../fixtures/config/table.h"
#include "core/conf.h"
#include "test.h"

#define AUTO_ERRORS CLEANUP(conf_errors_done)

struct lines {
	const char *text;
	size_t paths, wrong;
};

static void check_line(const struct buf *path, unsigned line, void *ctx)
{
	struct lines *l = ctx;

	l->paths++;
	l->wrong += conf_json_line(l->text, strlen(l->text), buf_cstr(path)) != line;
}

static void check_random_lines(uint64_t *seed)
{
	size_t paths = 0, wrong = 0;

	for (int i = 0; i < 300; i++) {
		json_auto_t *tree = random_tree(seed, 0);
		AUTO_FREE char *text =
			json_dumps(tree, JSON_INDENT(1) | (below(seed, 2) ? JSON_ENSURE_ASCII : 0));
		AUTO_BUF struct buf path = { 0 };
		struct lines l = { .text = text };
		unsigned line = 1;

		each_path(tree, &path, &line, check_line, &l);
		paths += l.paths;
		wrong += l.wrong;
	}
	CHECK(paths > 1000);
	CHECK_INT(wrong, 0);
}

/* Cut and damaged text: any answer will do, in bounds. A copy without a terminator lets a sanitizer see. */
static void check_damaged_text(uint64_t *seed)
{
	size_t lines = 0;

	for (int i = 0; i < 300; i++) {
		json_auto_t *tree = random_tree(seed, 0);
		AUTO_FREE char *text = json_dumps(tree, JSON_INDENT(1));
		size_t n = below(seed, strlen(text)) + 1;
		AUTO_FREE char *cut = malloc(n);
		AUTO_ERRORS struct conf_errors errors = { 0 };

		memcpy(cut, text, n);
		for (size_t k = below(seed, 4); k; k--)
			cut[below(seed, n)] = "{}[]\",:\\\n "[below(seed, 10)];
		lines += conf_json_line(cut, n, "key[0].b");
		conf_json_duplicates(cut, n, &errors);
	}
	CHECK(lines > 0);
}

/* A random table over a struct of 16-byte places, with a tree that fits it. */
enum { PLACE = 16, KEYS = 6, TABLES = 40 };

struct tables {
	uint64_t *seed;
	struct conf_key keys[TABLES][KEYS + 1];
	char names[KEYS][8];
	size_t n;
};

static const struct conf_key *random_table(struct tables *t, size_t depth, size_t first)
{
	static const char *const defaults[] = { "true", "-3", "1.5", "\"d\"", "\"file\"" };
	size_t index = t->n++, n = 1 + below(t->seed, KEYS - 1);

	for (size_t i = 0; i < n; i++) {
		enum conf_type type = (enum conf_type)below(t->seed, depth < 2 && t->n < TABLES / 2 ? 10 : 5);
		struct conf_key *k = &t->keys[index][i];

		*k = (struct conf_key){ t->names[i], type, (first + i) * PLACE, .choices = source_choices };
		if (type <= CONF_ENUM && below(t->seed, 2))
			k->def = defaults[type];
		if (type == CONF_OBJECT)
			k->type = CONF_STRINGS; /* its members would need places of their own */
		if (k->type == CONF_LIST || k->type == CONF_MAP)
			k->keys = random_table(t, depth + 1, 1); /* the first place is the name's */
		k->size = (KEYS + 1) * PLACE;
	}
	return t->keys[index];
}

static json_t *random_fit(const struct conf_key *keys, uint64_t *seed);

static json_t *random_value(const struct conf_key *k, uint64_t *seed)
{
	AUTO_BUF struct buf text = { 0 };
	json_t *v = k->type >= CONF_MAP ? json_object() : json_array();

	random_text(seed, &text);
	for (size_t n = below(seed, 4); k->type >= CONF_STRINGS && n; n--) {
		json_t *item = k->keys ? random_fit(k->keys, seed) : json_string(buf_cstr(&text));

		if (k->type >= CONF_MAP)
			json_object_set_new(v, n & 1 ? buf_cstr(&text) : "n", item);
		else
			json_array_append_new(v, item);
	}
	if (k->type >= CONF_STRINGS)
		return v;
	json_decref(v);
	switch (k->type) {
	case CONF_BOOL:
		return json_boolean(below(seed, 2));
	case CONF_INT:
		return json_integer((json_int_t)test_random(seed));
	case CONF_SECONDS:
		return json_real((double)(test_random(seed) % 1000000000000000) / 1e6 + 0.0000005);
	case CONF_ENUM:
		return json_string(source_choices[below(seed, 3)]);
	default:
		return json_string(buf_cstr(&text));
	}
}

static json_t *random_fit(const struct conf_key *keys, uint64_t *seed)
{
	json_t *tree = json_object();

	for (; keys->name; keys++) {
		if (!keys->def || below(seed, 2))
			json_object_set_new(tree, keys->name, random_value(keys, seed));
		else if (below(seed, 2))
			json_object_set_new(tree, keys->name, json_null());
	}
	return tree;
}

/* Reads tree and returns its dump, NULL if it is refused; adds the errors to out. */
static json_t *read_and_dump(const struct conf_key *keys, json_t *tree, struct buf *out)
{
	max_align_t dst[(KEYS + 1) * PLACE / sizeof(max_align_t)] = { 0 };
	AUTO_ERRORS struct conf_errors errors = { 0 };
	json_t *dumped = NULL;

	if (conf_read(keys, tree, dst, &errors) == 0)
		dumped = conf_dump(keys, dst);
	list_errors(&errors, "{}", out);
	conf_done(keys, dst);
	return dumped;
}

/* What a table takes prints and reads back the same; a value of a wrong type is one error, at its path. */
static void check_random_tables(uint64_t *seed)
{
	size_t refused = 0, differ = 0, accepted = 0;

	for (int i = 0; i < 500; i++) {
		struct tables t = { .seed = seed, .names = { "a", "bb", "ccc", "d.d", "e e", "f" } };
		const struct conf_key *keys = random_table(&t, 0, 0);
		AUTO_BUF struct buf errors = { 0 };
		AUTO_BUF struct buf path = { 0 };
		json_auto_t *tree = random_fit(keys, seed);
		json_auto_t *once = read_and_dump(keys, tree, &errors);
		AUTO_FREE char *text = once ? json_dumps(once, JSON_REAL_PRECISION(15)) : NULL;
		json_auto_t *printed = text ? json_loads(text, 0, NULL) : NULL;
		json_auto_t *twice = read_and_dump(keys, printed, &errors);
		json_auto_t *wrong = NULL;

		refused += errors.len > 0;
		differ += !once || !json_equal(once, twice);
		json_object_set_new(tree, keys[0].name, json_pack("{s:[]}", "x"));
		buf_clear(&errors);
		if (keys[0].type >= CONF_MAP)
			continue;
		wrong = read_and_dump(keys, tree, &errors);
		conf_path_key(&path, keys[0].name);
		accepted += wrong || strstr(buf_cstr(&errors), buf_cstr(&path)) != buf_cstr(&errors) + 2 ||
			    strchr(buf_cstr(&errors), '\n') != buf_cstr(&errors) + errors.len - 1;
	}
	CHECK_INT(refused, 0);
	CHECK_INT(differ, 0);
	CHECK_INT(accepted, 0);
}

static char *print_seconds(const struct sample *s)
{
	json_auto_t *tree = conf_dump(sample_keys, s);

	return json_dumps(tree, JSON_REAL_PRECISION(15));
}

/* Every number of microseconds survives being printed. */
static void check_random_seconds(uint64_t *seed)
{
	size_t differ = 0;

	for (int i = 0; i < 2000; i++) {
		struct sample s = { .label = strdup(""), .title = strdup("") }, again = { 0 };
		AUTO_ERRORS struct conf_errors errors = { 0 };
		AUTO_FREE char *text = NULL;
		json_auto_t *tree = NULL;

		s.timeout_ns = 1000000000;
		s.count = 1;
		s.interval_ns =
			(test_random(seed) >> below(seed, 60)) % (CONF_SECONDS_MAX * 1000000ULL) * 1000;
		text = print_seconds(&s);
		tree = json_loads(text, 0, NULL);
		differ += conf_read(sample_keys, tree, &again, &errors) < 0 ||
			  again.interval_ns != s.interval_ns;
		sample_done(&s);
		sample_done(&again);
	}
	CHECK_INT(differ, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_random_lines(&seed);
	check_damaged_text(&seed);
	check_random_tables(&seed);
	check_random_seconds(&seed);
	return TEST_END();
}
