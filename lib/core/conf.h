/* SPDX-License-Identifier: MIT */
/*
 * conf - a tool's configuration as a table: one struct conf_key a key says its
 * name, type, default, range and where its value lies in the tool's own struct.
 * Reading, the defaults and the effective configuration in print all come from
 * that table, so the three cannot disagree.
 *
 * Reading is strict: an unknown key, a wrong type, a value out of range and a
 * missing required key are errors, each with the path of its key
 * (servers[3].verify). All are collected, not only the first. A key whose value
 * is null counts as not given, unless null is one of its short forms. On any error the struct's content is
 * still valid and must be released, but not used.
 *
 * Pure but for jansson's allocations. Strings, lists and maps in the struct
 * belong to it; conf_done() releases them.
 */
#pragma once
#include "base.h"
#include "core/conf_error.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum conf_type {
	CONF_BOOL,    /* bool */
	CONF_INT,     /* int64_t, min..max */
	CONF_SECONDS, /* uint64_t nanoseconds from a JSON number (10, 0.5), rounded to microseconds; min..max
			 in seconds, within 0..CONF_SECONDS_MAX */
	CONF_STRING,  /* char *, never NULL; min..max bytes */
	CONF_ENUM,    /* int, the index into choices */
	CONF_OBJECT,  /* the members described by keys, offsets relative to this key's offset */
	CONF_STRINGS, /* struct conf_list of char *, each as CONF_STRING */
	CONF_LIST,    /* struct conf_list of size-byte items described by keys */
	CONF_MAP,     /* as CONF_LIST from an object with free names; an item's first member is its name, as
			 CONF_STRING */
	CONF_PAIRS,   /* struct conf_list of struct conf_pair from an object with free names and strings as
			 values;   min..max holds for both, check for names */
	CONF_TREE, /* json_t *, what is given as it is, for the tool's own walk; check_tree says what is wrong
		      with it */
};

/* A value that stands for another: { "null", "true" }. Both JSON text; a list ends with a zeroed one. */
struct conf_short {
	const char *given, *means;
};

struct conf_list {
	void *items;
	size_t n;
};

struct conf_pair {
	char *name, *value;
};

struct conf_key {
	const char *name;
	enum conf_type type;
	size_t offset;
	const char *def; /* default as JSON text; NULL: the key is required (scalars) or empty (the others) */
	const char *help;
	int64_t min, max;            /* both 0: no limit */
	const char *const *choices;  /* CONF_ENUM: ends with NULL */
	const struct conf_key *keys; /* CONF_OBJECT, CONF_LIST, CONF_MAP: ends with a zeroed key */
	size_t size;                 /* CONF_LIST, CONF_MAP: bytes of one item */
	/* Optional further check of a string (each of CONF_STRINGS, each name of CONF_MAP and CONF_PAIRS);
	 * returns NULL or what is wrong, a literal. */
	const char *(*check)(const char *value);
	const struct conf_short *shorts;
	/* Of CONF_TREE: adds an error for each fault, each with its path (conf_path_key(), conf_path_cut()).
	 */
	void (*check_tree)(json_t *v, struct buf *path, struct conf_errors *errors);
};

/* STRINGS, LIST, MAP and PAIRS keep their items alike. */
static inline size_t conf_item_size(const struct conf_key *k)
{
	return k->type == CONF_STRINGS ? sizeof(char *)
	       : k->type == CONF_PAIRS ? sizeof(struct conf_pair)
				       : k->size;
}

enum { CONF_SECONDS_MAX = 1000000000 };

/*
 * Fills dst (zeroed by the caller) from tree (unchanged; NULL: defaults only); what it does not give gets its
 * default. Returns conf_errors_code(errors), so a caller that had errors before has them still.
 */
int conf_read(const struct conf_key *keys, json_t *tree, void *dst, struct conf_errors *errors) MUST_CHECK;

/* The struct as a tree with every key in the table's order; NULL without memory. The caller owns it. Reading
 * the tree gives the same struct. */
json_t *conf_dump(const struct conf_key *keys, const void *src) MUST_CHECK;

/* Releases what dst owns and zeroes that. Accepts a zeroed struct. */
void conf_done(const struct conf_key *keys, void *dst);
