/* SPDX-License-Identifier: MIT */
/* db_parse - the device database as db_new() leaves it for db.c, which looks drives up. Pure. */
#pragma once
#include "db.h"

struct db_family {
	char *name;
	struct db_id *ids; /* as read: in no order, an id may stand several times */
	size_t n;
	bool has_perfs;
};

struct db_device {
	char *name;
	size_t family;
};

struct db {
	struct db_family *families; /* in the file's order */
	struct db_device *devices;  /* ascending by db_compare_devices() */
	size_t n_families, n_devices;
};

/* By name, then by family. */
int db_compare_devices(const void *a, const void *b);
