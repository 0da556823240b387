/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "list.h"

enum { COLUMNS_MAX = 8, CELL = 64 };

static const char *const kinds[] = {
	[DRIVE_UNKNOWN] = "?", [DRIVE_ATA] = "ata", [DRIVE_NVME] = "nvme", [DRIVE_SCSI] = "scsi"
};

/* Columns as wide as their widest cell. A cell counts its characters, not its bytes. */
struct table {
	struct buf *out;
	size_t columns, rows;
	char (*cells)[CELL];
};

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* A file's name (--replay) may hold anything, a disk's strings a line end: one disk is one line. */
static void set_cell(struct table *t, size_t row, size_t column, const char *text)
{
	char *cell = t->cells[row * t->columns + column];
	AUTO_BUF struct buf clean = { 0 };
	size_t n;

	text_clean(&clean, text_from(text ? text : ""));
	n = clean.len;
	if (n > CELL - 1) {
		n = CELL - 1;
		while (n && ((unsigned char)clean.data[n] & 0xc0) == 0x80)
			n--;
	}
	for (size_t i = 0; i < n; i++)
		cell[i] = (char)(clean.data[i] == '\n' ? ' ' : clean.data[i]);
	if (n == 0)
		cell[n++] = '-';
	cell[n] = '\0';
}

static void print(struct table *t)
{
	size_t width[COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < t->rows * t->columns; i++)
		if (characters(t->cells[i]) > width[i % t->columns])
			width[i % t->columns] = characters(t->cells[i]);
	for (size_t i = 0; i < t->rows * t->columns; i++) {
		bool last = i % t->columns == t->columns - 1;

		buf_str(t->out, t->cells[i]);
		for (size_t pad = characters(t->cells[i]); !last && pad < width[i % t->columns] + 2; pad++)
			buf_chr(t->out, ' ');
		if (last)
			buf_chr(t->out, '\n');
	}
}

static bool start(struct table *t, struct buf *out, const char *const *head, size_t columns, size_t rows)
{
	*t = (struct table){ .out = out, .columns = columns, .rows = rows + 1 };
	t->cells = calloc((rows + 1) * columns, CELL);
	for (size_t i = 0; t->cells && i < columns; i++)
		set_cell(t, 0, i, head[i]);
	return t->cells != NULL;
}

static void set_size(struct table *t, size_t row, size_t column, const struct value *v)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
	double bytes = v->known ? (double)v->n * v->mul : 0;
	char text[32];
	size_t u = 0;

	for (; bytes >= 1000 && u + 1 < ARRAY_LEN(units); u++)
		bytes /= 1000;
	(void)snprintf(text, sizeof(text), bytes < 10 ? "%.1f %s" : "%.0f %s", bytes, units[u]);
	set_cell(t, row, column, v->known ? text : NULL);
}

void list_found(struct buf *out, const struct drive *drives, size_t n)
{
	static const char *const head[] = { "DEVICE", "TYPE", "BUS", "SIZE", "MODEL", "SERIAL", "READ" };
	struct table t;

	if (!start(&t, out, head, ARRAY_LEN(head), n))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct drive *d = &drives[i];
		char state[CELL];

		set_cell(&t, i + 1, 0, d->name);
		set_cell(&t, i + 1, 1, kinds[d->kind]);
		set_cell(&t, i + 1, 2, d->transport);
		set_size(&t, i + 1, 3, &d->values[V_CAPACITY_BYTES]);
		set_cell(&t, i + 1, 4, d->model);
		set_cell(&t, i + 1, 5, d->serial);
		(void)snprintf(state, sizeof(state), d->skip == SKIP_NONE ? "yes" : "no: %s", drive_skip_names[d->skip]);
		set_cell(&t, i + 1, 6, state);
	}
	print(&t);
	free(t.cells);
}

static void set_number(struct table *t, size_t row, size_t column, bool known, double v, const char *unit)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.0f%s", v, unit);
	set_cell(t, row, column, known ? text : NULL);
}

/* The worst thing that is to be said of a disk, in few words. */
static const char *remark(const struct drive *d)
{
	const struct value *v = d->values;

	if (d->skip != SKIP_NONE)
		return drive_skip_names[d->skip];
	if (!d->up)
		return "did not answer";
	if (v[V_HEALTHY].known && !v[V_HEALTHY].n)
		return "FAILING by its own verdict";
	if (d->ata_overall && strcmp(d->ata_overall, "good") != 0)
		return d->ata_overall;
	if (v[V_ENDURANCE_USED].known && v[V_ENDURANCE_USED].n >= 90)
		return "worn out soon";
	return "";
}

void list_summary(struct buf *out, const struct drive *drives, size_t n)
{
	static const char *const head[] = { "DEVICE", "MODEL", "SIZE", "TEMP", "DAYS ON", "WEAR", "HEALTH", "REMARK" };
	struct table t;

	if (!start(&t, out, head, ARRAY_LEN(head), n))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct drive *d = &drives[i];
		const struct value *v = d->values;

		set_cell(&t, i + 1, 0, d->name);
		set_cell(&t, i + 1, 1, d->model);
		set_size(&t, i + 1, 2, &v[V_CAPACITY_BYTES]);
		set_number(&t, i + 1, 3, d->n_temperatures > 0, d->temperatures[0].celsius, " C");
		set_number(&t, i + 1, 4, v[V_POWER_ON_SECONDS].known,
			   (double)v[V_POWER_ON_SECONDS].n * v[V_POWER_ON_SECONDS].mul / 86400, "");
		set_number(&t, i + 1, 5, v[V_ENDURANCE_USED].known, (double)v[V_ENDURANCE_USED].n, " %");
		set_cell(&t, i + 1, 6, !v[V_HEALTHY].known ? NULL : v[V_HEALTHY].n ? "passed" : "failing");
		set_cell(&t, i + 1, 7, remark(d));
	}
	print(&t);
	free(t.cells);
}
