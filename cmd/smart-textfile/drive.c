/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/text.h"
#include "drive.h"

const char *const drive_power_states[] = { "active", "idle", "standby", "sleep", "suspended", NULL };

const char *const drive_skip_names[SKIP_COUNT] = {
	[SKIP_NONE] = "",
	[SKIP_STANDBY] = "standby",
	[SKIP_SUSPENDED] = "suspended",
	[SKIP_STUCK] = "stuck",
	[SKIP_VIRTUAL] = "virtual",
	[SKIP_RAID] = "raid",
	[SKIP_UNSUPPORTED] = "unsupported",
	[SKIP_PERMISSION] = "permission",
	[SKIP_DUPLICATE] = "duplicate",
	[SKIP_EXCLUDED] = "excluded",
};

void drive_set(struct drive *d, enum drive_value v, u128 n)
{
	drive_set_times(d, v, n, 1);
}

void drive_set_times(struct drive *d, enum drive_value v, u128 n, uint32_t mul)
{
	d->values[v] = (struct value){ .known = true, .mul = mul, .div = 1, .n = n };
}

void drive_set_ratio(struct drive *d, enum drive_value v, u128 n, uint32_t div)
{
	d->values[v] = (struct value){ .known = true, .mul = 1, .div = div, .n = n };
}

void drive_add_temperature(struct drive *d, const char *sensor, int celsius)
{
	if (d->n_temperatures < TEMPERATURES_MAX)
		d->temperatures[d->n_temperatures++] = (struct temperature){ sensor, celsius };
}

void drive_add_extra(struct drive *d, const char *page, const char *name, u128 n)
{
	if (d->n_extras < EXTRAS_MAX)
		d->extras[d->n_extras++] = (struct extra){ page, name, n };
}

void drive_set_text(char **field, const void *p, size_t n)
{
	AUTO_BUF struct buf clean = { 0 };

	text_padded(&clean, p, n);
	if (buf_error(&clean) < 0 || clean.len == 0)
		return;
	free(*field);
	*field = clean.data;
	clean.data = NULL;
}

void drive_done(struct drive *d)
{
	char *const texts[] = { d->transport, d->model, d->family, d->serial, d->firmware, d->wwn, d->port };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	for (size_t i = 0; i < d->n_namespaces; i++)
		free(d->namespaces[i]);
	*d = (struct drive){ 0 };
}
