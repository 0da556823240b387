/* SPDX-License-Identifier: MIT */
/*
 * yaml - one YAML document as the tree that the same JSON would give.
 *
 * YAML 1.2's core schema decides what a plain scalar is: null, true, false, an
 * integer, a float, else a string; yes, no, on and off are strings. A quoted or
 * block scalar is a string. Keys become strings as they are written. An empty
 * document is an empty object.
 *
 * Refused, since JSON has no such thing or a person hardly means it: a second
 * document, a key given twice, merge keys (<<), keys that are no scalars,
 * integers beyond 64 bits, infinity and NaN, NUL characters, tags other than
 * those of the core schema. Nesting is capped at CONF_DEPTH_MAX, nodes at
 * YAML_NODES_MAX with every alias counted as all that it stands for; aliases
 * share their node in the tree, so it must not be changed.
 */
#pragma once
#include "base.h"
#include "core/conf_error.h"
#include <jansson.h>

enum { YAML_NODES_MAX = 1000000 }; /* about what a JSON file of CONFIG_MAX_BYTES can hold */

/* 0 with a tree that the caller owns; -EINVAL with errors added, each with its line; -ENOMEM. */
int yaml_tree(const char *text, size_t n, json_t **ret, struct conf_errors *errors) MUST_CHECK;

/* As conf_json_line(), for text that yaml_tree() takes. */
unsigned yaml_line(const char *text, size_t n, const char *path);
