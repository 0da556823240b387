/* SPDX-License-Identifier: MIT */
/*
 * Two nodes out of lines of text, and patterns. A node that is read has a
 * protocol; the first of two is never the duplicate, and judging twice changes
 * nothing; a pattern that is refused matches nothing; what is known of the
 * disks prints.
 */
#include "../../cmd/smart-textfile/select.h"
#include "../fixtures/smart/build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Takes a line off the front into a field of that size. */
static void take(const uint8_t **p, size_t *n, char *field, size_t size)
{
	const uint8_t *end = *n ? memchr(*p, '\n', *n) : NULL;
	size_t line = end ? (size_t)(end - *p) : *n, keep = line < size - 1 ? line : size - 1;

	if (keep)
		memcpy(field, *p, keep);
	field[keep] = '\0';
	line += end != NULL;
	*p += line;
	*n -= line;
}

static void take_node(const uint8_t **p, size_t *n, struct node *ret)
{
	char flags[8] = "";

#define FIELD(f) take(p, n, ret->f, sizeof(ret->f))
	FIELD(name);
	FIELD(path);
	FIELD(vendor);
	FIELD(model);
	FIELD(rev);
	FIELD(wwid);
	FIELD(serial);
	FIELD(nqn);
	FIELD(transport);
	FIELD(port);
	FIELD(host_driver);
	FIELD(runtime);
	FIELD(namespaces[0]);
#undef FIELD
	ret->n_namespaces = ret->namespaces[0][0] != '\0';
	take(p, n, flags, sizeof(flags));
	ret->has_identify = strchr(flags, 'i') != NULL;
	ret->known_rotation = strchr(flags, 'r') != NULL;
	ret->logical_block = strchr(flags, 'b') ? 4096 : 0;
	for (size_t i = 0; ret->has_identify && i < 512 && i < *n; i++)
		ret->identify[i] = (*p)[i];
}

static void check_drive(const struct drive *d, uint8_t plan, const char *pattern)
{
	bool is_disk = strncmp(d->name, "sd", 2) == 0 || strncmp(d->name, "nvme", 4) == 0;
	AUTO_BUF struct buf text = { 0 };

	if (!is_sound(d) || is_disk != ((plan & (PLAN_ATA | PLAN_SCSI | PLAN_NVME)) != 0))
		abort();
	if (*d->name && select_matches(pattern, d) && select_check_pattern(pattern))
		abort();
	if (!print_drives(&text, d, 1) || !is_exposition(buf_cstr(&text)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct node nodes[2] = { { .name = "" } };
	struct drive d[2] = { { .name = "" } };
	char pattern[256];
	uint8_t plan[2];

	take(&data, &n, pattern, sizeof(pattern));
	for (size_t i = 0; i < 2; i++) {
		take_node(&data, &n, &nodes[i]);
		plan[i] = select_plan(&nodes[i], 0, &d[i]);
		check_drive(&d[i], plan[i], pattern);
	}
	for (int i = 0; i < 2; i++) {
		enum drive_skip before[2] = { d[0].skip, d[1].skip };

		select_duplicates(nodes, d, 2);
		if (d[0].skip != before[0] || (d[1].skip != before[1] && (i || d[1].skip != SKIP_DUPLICATE)))
			abort();
	}
	drive_done(&d[0]);
	drive_done(&d[1]);
	return 0;
}
