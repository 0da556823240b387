/* SPDX-License-Identifier: MIT */
/*
 * threshold - when a number is a warning, when critical.
 *
 * A range is Nagios' (monitoring plugins' guidelines, "Threshold and Ranges"):
 * "N" alarms outside 0..N, "N:" below N, "~:N" above N, "N:M" outside both,
 * a leading @ inside instead. In the device database an entry is
 * [warning, critical] or [warning, critical, shift], where "rN" and "lN" shift
 * the number right or left by N bits before it is compared. Pure.
 */
#pragma once
#include "base.h"
#include <jansson.h>
#include <stdbool.h>

struct range {
	double start, end; /* may be infinite */
	bool inside;       /* alarms inside, ends included */
};

struct thresholds {
	struct range warning, critical;
	int shift; /* bits to the right; negative: to the left */
};

/* NULL, or what is wrong, a literal. */
const char *threshold_parse(const json_t *entry, struct thresholds *ret) MUST_CHECK;

/* 0 ok, 1 warning, 2 critical. */
unsigned threshold_state(const struct thresholds *t, double v);
