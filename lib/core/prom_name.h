/* SPDX-License-Identifier: MIT */
/* prom_name - names of families and labels, for prom.c; what a configuration's names must be is in prom.h. Pure. */
#pragma once
#include "base.h"
#include <stdbool.h>

/* Letters, digits, '_' and, in metric names, ':'; no digit first (the data model's legacy charset). */
bool prom_is_name(const char *s, size_t n, bool colon);

/* The unit that a family's name ends in, as the naming conventions have it; "" for none. */
const char *prom_unit_of(const char *name);
