/* SPDX-License-Identifier: MIT */
/*
 * config - the configuration of reaction-textfile: reaction-metrics-exporter's
 * own file, and a few keys beside. Pure.
 */
#pragma once
#include "core/conf.h"

struct reaction_config {
	/* The exporter's. Without effect here: loglevel, restore, listen, internals. */
	int loglevel;
	bool restore, internals;
	char *address;
	int64_t port;
	char *config, *socket; /* of reaction */
	char *systemd, *file;  /* where its log is: the unit whose journal is read, unless a file is named */
	uint64_t hold_ns;
	json_t *all, *for_; /* rules.h */
	bool matches, matches_extra, actions, actions_extra, pending, pending_extra, commands, streams;

	/* Ours. */
	char *program; /* "": the first in the usual directories; "none": reaction is not asked */
	char *journal; /* directory of journal files; "": this machine's */
	uint64_t timeout_ns, grace_ns;
	int64_t max_series;
	bool values, compat;
};

extern const struct conf_key reaction_conf[];
