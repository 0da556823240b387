/* SPDX-License-Identifier: MIT */
/* list - the disks as a table for a person. Pure. */
#pragma once
#include "core/buf.h"
#include "drive.h"

/* Device, type, transport, size, model, serial, and why it is skipped. Nothing is read for it. */
void list_found(struct buf *out, const struct drive *drives, size_t n);

/* Device, model, health, temperature, age, wear and what is wrong: a short summary of a run. */
void list_summary(struct buf *out, const struct drive *drives, size_t n);
