/* SPDX-License-Identifier: MIT */
/* smart - what one run of smart-textfile holds, from its options to its facts. */
#pragma once
#include "core/conf.h"
#include "farm.h"
#include "knowledge.h"
#include "metrics.h"
#include "select.h"

enum smart_compat { COMPAT_OFF, COMPAT_DB, COMPAT_DEFAULT };

struct smart_config {
	struct conf_list include, exclude; /* patterns of select.h */
	char *device_db, *device_config, *attr_mapping; /* paths; "" for none */
	int attributes; /* enum db_attributes */
	int compat; /* enum smart_compat */
	bool identify, self_tests, error_log, statistics, ocp;
};

extern const struct conf_key smart_conf[];

/* One file of --replay. */
struct dump {
	char name[NAME_BYTES];
	struct buf bytes;
};

struct smart {
	struct smart_facts facts; /* first: it is what the emit functions get */
	/* options: the argument, "" for a switch, NULL where it is not given */
	const char *dump, *replay, *list, *compat, *device_db, *device_config, *attr_mapping;
	struct smart_config config;

	int dump_dir; /* of --dump; -1 for none. Owned by the run (run.writable) */
	struct dump *dumps; /* of --replay; owned */
	size_t n_dumps;
	struct knowledge knowledge;
	struct farm farm;
	struct drive *drives; /* owned; facts points at them */
	size_t n;
};

/* Opens what --dump names and forks the readers: the part with privilege. */
int smart_start(struct run *run, void *self);
int smart_collect(struct run *run, void *self);
void smart_done(void *self);

/* One drive more, zeroed; NULL without memory. Pointers to the others may move. */
struct drive *smart_add(struct smart *s);

/* scan.c: the disks of this machine. */
int smart_scan(struct run *run, struct smart *s);

/* replay.c: dumps instead of disks. First their bytes, with privilege, then what they say, without. */
int replay_read(const struct run *run, struct smart *s);
int smart_replay(struct smart *s);
