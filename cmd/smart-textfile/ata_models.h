/* SPDX-License-Identifier: MIT */
/*
 * ata_models - what is known of the vendor specific part of ATA attributes:
 * which raw values are packed, in what unit a drive counts its hours and its
 * transfers, and which attribute tells how worn an SSD is. Pure.
 *
 * The facts are the vendors' (data sheets, and what drives of that model were
 * seen to report). A model that is not listed gets the layout that most drives
 * share, and no value whose unit would be a guess.
 */
#pragma once
#include "drive.h"

/* The number that a person reads out of an attribute's raw bytes, for that model. */
int64_t ata_model_number(const char *model, uint8_t id, const uint8_t raw[static 7]);

/* Fills what follows from d->attributes, d->model and d->values: hours, cycles, transfers, endurance, bad sectors,
 * temperatures. */
void ata_model_derive(struct drive *d);
