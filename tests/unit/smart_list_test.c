/* SPDX-License-Identifier: MIT */
/* The disks as a table: columns line up whatever is in them, and one disk is one line. */
#include "../../cmd/smart-textfile/list.h"
#include "core/text.h"
#include "test.h"

static void set_model(struct drive *d, const char *name, const char *model)
{
	(void)snprintf(d->name, sizeof(d->name), "%s", name);
	drive_set_text(&d->model, model, strlen(model));
}

static void check_found(void)
{
	static char sata[] = "sata", serial[] = "S1";
	struct drive d[3] = {
		{ .kind = DRIVE_ATA, .transport = sata, .serial = serial },
		{ .kind = DRIVE_NVME },
		{ .skip = SKIP_RAID },
	};
	AUTO_BUF struct buf text = { 0 };

	set_model(&d[0], "sda", "ST4000VN008");
	set_model(&d[1], "nvme0", "Gr\xc3\xb6\xc3\x9f" "er");
	set_model(&d[2], "sdb", "PERC");
	drive_set_times(&d[0], V_CAPACITY_BYTES, 7814037168, 512);
	drive_set(&d[1], V_CAPACITY_BYTES, 999);
	list_found(&text, d, 3);
	CHECK_STR(buf_cstr(&text), "DEVICE  TYPE  BUS   SIZE    MODEL        SERIAL  READ\n"
				   "sda     ata   sata  4.0 TB  ST4000VN008  S1      yes\n"
				   "nvme0   nvme  -     999 B   Gr\xc3\xb6\xc3\x9f" "er       -       yes\n"
				   "sdb     ?     -     -       PERC         -       no: raid\n");
	for (size_t i = 0; i < 3; i++)
		free(d[i].model);
}

static void check_summary(void)
{
	struct drive d[6] = {
		{ .up = true, .ata_overall = "good" },
		{ .up = true, .ata_overall = "bad_sector" },
		{ .up = true, .ata_overall = "bad_status" },
		{ .up = true },
		{ .up = false },
		{ .skip = SKIP_STANDBY },
	};
	AUTO_BUF struct buf text = { 0 };

	for (size_t i = 0; i < 6; i++)
		d[i].name[0] = (char)('a' + i);
	drive_set(&d[0], V_HEALTHY, 1);
	drive_set_times(&d[0], V_POWER_ON_SECONDS, 25, 3600);
	drive_add_temperature(&d[0], "device", 31);
	drive_set(&d[2], V_HEALTHY, 0);
	drive_add_temperature(&d[2], "device", -8);
	drive_set_ratio(&d[3], V_ENDURANCE_USED, 93, 100);
	drive_set(&d[3], V_CAPACITY_BYTES, 9900000000);
	list_summary(&text, d, 6);
	CHECK_STR(buf_cstr(&text), "DEVICE  MODEL  SIZE    TEMP  DAYS ON  WEAR  HEALTH   REMARK\n"
				   "a       -      -       31 C  1        -     passed   -\n"
				   "b       -      -       -     -        -     -        bad_sector\n"
				   "c       -      -       -8 C  -        -     failing  FAILING by its own verdict\n"
				   "d       -      9.9 GB  -     -        93 %  -        worn out soon\n"
				   "e       -      -       -     -        -     -        did not answer\n"
				   "f       -      -       -     -        -     -        standby\n");
}

static void check_nothing(void)
{
	AUTO_BUF struct buf text = { 0 };

	list_found(&text, NULL, 0);
	CHECK_STR(buf_cstr(&text), "DEVICE  TYPE  BUS  SIZE  MODEL  SERIAL  READ\n");
}

/* The model's column of a table of one disk, trailing blanks included. */
static void check_cell(const char *model, const char *want)
{
	AUTO_BUF struct buf text = { 0 };
	struct drive d = { 0 };
	const char *line, *p;

	set_model(&d, "sda", model);
	list_found(&text, &d, 1);
	line = strchr(buf_cstr(&text), '\n') + 1;
	p = strstr(line, want);
	OK_(p && p[strlen(want)] == ' ' && strchr(line, '\n')[1] == '\0', want, "%s", buf_cstr(&text));
	for (p = line; *p; p += text_utf8_len(p, strlen(p)) ? text_utf8_len(p, strlen(p)) : 1)
		if (!text_utf8_len(p, strlen(p)) || (*p < ' ' && *p > 0 && *p != '\n'))
			CHECK_INT((unsigned char)*p, -1);
	free(d.model);
}

/* Long cells are cut between characters; a line end in a name makes no second line. */
static void check_cells(void)
{
	char text[200], want[200];

	memset(text, 'x', sizeof(text));
	text[199] = '\0';
	memcpy(want, text, 64);
	want[63] = '\0';
	check_cell(text, want);
	for (size_t before = 60; before < 64; before++) { /* a character of two, three, four bytes over the cut */
		static const char *const characters[] = { "\xc3\xa4", "\xe7\xa1\xac", "\xf0\x9f\x92\xbe" };

		for (size_t k = 0; k < 3; k++) {
			size_t n = strlen(characters[k]);

			memset(text, 'x', sizeof(text) - 1);
			memcpy(text + before, characters[k], n);
			memcpy(want, text, sizeof(want));
			want[before + n <= 63 ? 63 : before] = '\0';
			check_cell(text, want);
		}
	}
	check_cell("evil\nsdz     ata", "evil sdz     ata");
}

/* A file's name, on the other hand, has been through nobody's hands. */
static void check_name(void)
{
	const struct drive d = { .name = "a\x1b[31m\n\xff" };
	AUTO_BUF struct buf text = { 0 };

	list_found(&text, &d, 1);
	CHECK(strstr(buf_cstr(&text), "\na\xef\xbf\xbd[31m \xef\xbf\xbd  ?  ") != NULL);
}

int main(void)
{
	check_found();
	check_summary();
	check_nothing();
	check_cells();
	check_name();
	return TEST_END();
}
