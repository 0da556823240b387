/* SPDX-License-Identifier: MIT */
/*
 * command - which values of patterns a run command was made with: the line of an
 * action does not name them, reaction's configuration says where they stand. Pure.
 *
 * The configured words are written as the log writes them (version 1: blanks
 * between; version 2: each as Rust's Debug prints a string), and what stands
 * where <name> was is the value. It ends where the text after it first begins.
 */
#pragma once
#include "core/text.h"
#include <jansson.h>

/*
 * words: of the configuration; patterns: names, an array; list: as struct line has it, with its brackets,
 * perhaps something behind them; quoted: version 2's. An array of as many strings, "" for a pattern that the
 * command does not hold, which the caller owns. NULL where the command is not that one, or without memory.
 */
json_t *command_values(const json_t *words, const json_t *patterns, struct text list, bool quoted) MUST_CHECK;
