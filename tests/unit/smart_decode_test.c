/* SPDX-License-Identifier: MIT */
/*
 * From a reader's records to a verdict: is the disk read, skipped, and why, or
 * did it fail. Then the sample drives, damaged at every byte: whatever is
 * still taken from them is sound, prints, and comes from pages that add up.
 */
#include <errno.h>
#include <fcntl.h>

#include "../../cmd/smart-textfile/decode.h"
#include "../fixtures/smart/build.h"
#include "os/fd.h"
#include "test.h"

/* ---- which records, which verdict ---- */

/* One letter a record, see add(). */
struct combination {
	const char *records;
	bool complete;
	int step, err; /* a FAIL record behind the others when err is not 0 */
	enum drive_kind kind;
	bool up;
	enum drive_skip skip;
	int want_err; /* of a drive that is neither up nor skipped */
};

static void add(struct buf *blob, char record)
{
	uint8_t page[512] = { 0 }, zeros[512] = { 0 };
	static const uint8_t disk[36] = { 0, [3] = 2, [4] = 31 }, enclosure[36] = { 0x0d, [3] = 2, [4] = 31 };
	static const uint8_t standby[18] = { 0x70, [7] = 10, [12] = 0x5e, 0x02 }, active[18] = { 0x70, [7] = 10 };
	static const uint8_t stopped[18] = { 0x70, [2] = 2, [7] = 10, [12] = 0x04, 0x02 };
	static const uint8_t temperature[] = { 0x0d, 0, 0, 6, 0, 0, 3, 2, 0, 36 }, list[] = { 0, 0, 0, 1, 0 };

	page[1] = 1;
	put_word(page, 82, 1);
	put_word(page, 83, 0x4000);
	put_word(page, 85, record == 'I');
	put_word(page, 87, 0x4000);
	seal(page);
	switch (record) {
	case 'A': pages_add(blob, "PMOD", "\xff", 1); break;
	case 'Z': pages_add(blob, "PMOD", "\0", 1); break;
	case '?': pages_add(blob, "PMOD", "\x77", 1); break;
	case 'I': /* SMART is on */
	case 'i': pages_add(blob, "IDFY", page, 512); break;
	case 'D': pages_add(blob, "SMDT", page, 512); break;
	case 'd': page[0] ^= 1; pages_add(blob, "SMDT", page, 512); break;
	case 'N': pages_add(blob, "NVSL", page, 512); break;
	case 'n': pages_add(blob, "NVSL", zeros, 512); break;
	case 'S': pages_add(blob, "RSEN", standby, sizeof(standby)); break;
	case 's': pages_add(blob, "RSEN", stopped, sizeof(stopped)); break;
	case 'R': pages_add(blob, "RSEN", active, sizeof(active)); break;
	case 'Q': pages_add(blob, "INQR", disk, sizeof(disk)); break;
	case 'q': pages_add(blob, "INQR", enclosure, sizeof(enclosure)); break;
	case 'T': pages_add(blob, "LP0D", temperature, sizeof(temperature)); break;
	case 't': pages_add(blob, "LP0D", temperature, 7); break; /* cut off */
	case 'L': pages_add(blob, "LP00", list, sizeof(list)); break;
	case 'x': pages_add(blob, "XTRA", "?", 1); break;
	case '!': buf_str(blob, "cut"); break;
	}
}

static const struct combination combinations[] = {
	/* records, complete, step, errno -> kind, up, skip, errno */
	{ "AIDx", true, 0, 0, DRIVE_ATA, true, SKIP_NONE, 0 },
	{ "D", true, 0, 0, DRIVE_ATA, true, SKIP_NONE, 0 },
	{ "AID", false, 0, 0, DRIVE_ATA, true, SKIP_NONE, 0 }, /* late, with what is needed */
	{ "AID!", true, 0, 0, DRIVE_ATA, true, SKIP_NONE, 0 },
	{ "AID", true, STEP_LOG, EIO, DRIVE_ATA, true, SKIP_NONE, 0 },
	{ "N", true, 0, 0, DRIVE_NVME, true, SKIP_NONE, 0 },
	{ "RQT", true, 0, 0, DRIVE_SCSI, true, SKIP_NONE, 0 },
	{ "T", true, 0, 0, DRIVE_SCSI, true, SKIP_NONE, 0 },
	/* asleep */
	{ "Z", true, 0, 0, DRIVE_ATA, false, SKIP_STANDBY, 0 },
	{ "Z", false, 0, 0, DRIVE_ATA, false, SKIP_STANDBY, 0 },
	{ "S", true, 0, 0, DRIVE_SCSI, false, SKIP_STANDBY, 0 },
	{ "s", true, 0, 0, DRIVE_SCSI, false, SKIP_STANDBY, 0 },
	/* the reader did not come back */
	{ "", false, 0, 0, DRIVE_UNKNOWN, false, SKIP_STUCK, 0 },
	{ "A", false, 0, 0, DRIVE_ATA, false, SKIP_STUCK, 0 },
	{ "AI", false, 0, 0, DRIVE_ATA, false, SKIP_STUCK, 0 },
	{ "Ai", false, 0, 0, DRIVE_ATA, false, SKIP_STUCK, 0 },
	{ "RQ", false, 0, 0, DRIVE_SCSI, false, SKIP_STUCK, 0 },
	{ "RQL", false, 0, 0, DRIVE_SCSI, false, SKIP_STUCK, 0 }, /* it hung over its first log page */
	{ "", true, STEP_LOCK, EAGAIN, DRIVE_UNKNOWN, false, SKIP_STUCK, 0 },
	{ "", true, STEP_LOCK, EBUSY, DRIVE_UNKNOWN, false, SKIP_STUCK, 0 },
	/* there is nothing to read */
	{ "Ai", true, 0, 0, DRIVE_ATA, false, SKIP_UNSUPPORTED, 0 },
	{ "Rq", true, 0, 0, DRIVE_SCSI, false, SKIP_UNSUPPORTED, 0 },
	{ "RqLT", true, 0, 0, DRIVE_SCSI, false, SKIP_UNSUPPORTED, 0 },
	{ "RQL", true, 0, 0, DRIVE_SCSI, false, SKIP_UNSUPPORTED, 0 },
	{ "RQ", true, STEP_LOG, EIO, DRIVE_SCSI, false, SKIP_UNSUPPORTED, 0 },
	{ "", true, STEP_IDENTIFY, ENOTSUP, DRIVE_UNKNOWN, false, SKIP_UNSUPPORTED, 0 },
	{ "", true, STEP_OPEN, ENOMEDIUM, DRIVE_UNKNOWN, false, SKIP_UNSUPPORTED, 0 },
	/* not allowed */
	{ "", true, STEP_OPEN, EACCES, DRIVE_UNKNOWN, false, SKIP_PERMISSION, 0 },
	{ "", true, STEP_OPEN, EPERM, DRIVE_UNKNOWN, false, SKIP_PERMISSION, 0 },
	{ "A", true, STEP_IDENTIFY, EPERM, DRIVE_ATA, false, SKIP_PERMISSION, 0 },
	/* failed */
	{ "", true, 0, 0, DRIVE_UNKNOWN, false, SKIP_NONE, EBADMSG },
	{ "x", true, 0, 0, DRIVE_UNKNOWN, false, SKIP_NONE, EBADMSG },
	{ "!", true, 0, 0, DRIVE_UNKNOWN, false, SKIP_NONE, EBADMSG },
	{ "A", true, 0, 0, DRIVE_ATA, false, SKIP_NONE, EBADMSG },
	{ "?", true, 0, 0, DRIVE_ATA, false, SKIP_NONE, EBADMSG },
	{ "AI", true, 0, 0, DRIVE_ATA, false, SKIP_NONE, EBADMSG },
	{ "AId", true, 0, 0, DRIVE_ATA, false, SKIP_NONE, EBADMSG },
	{ "n", true, 0, 0, DRIVE_NVME, false, SKIP_NONE, EBADMSG },
	{ "RQ", true, 0, 0, DRIVE_SCSI, false, SKIP_NONE, EBADMSG },
	{ "RQLt", true, 0, 0, DRIVE_SCSI, false, SKIP_NONE, EBADMSG }, /* a log page it lists is no good */
	{ "", true, STEP_OPEN, ENXIO, DRIVE_UNKNOWN, false, SKIP_NONE, ENXIO },
	{ "", true, STEP_LOCK, EACCES, DRIVE_UNKNOWN, false, SKIP_NONE, EACCES }, /* not the disk's permissions */
	{ "", true, STEP_POWER, EIO, DRIVE_UNKNOWN, false, SKIP_NONE, EIO },
	{ "AI", true, STEP_SMART_DATA, EIO, DRIVE_ATA, false, SKIP_NONE, EIO },
	{ "Ai", true, STEP_SMART_DATA, EIO, DRIVE_ATA, false, SKIP_NONE, EIO },
	{ "", true, STEP_SMART_DATA, EIO, DRIVE_UNKNOWN, false, SKIP_NONE, EIO },
};

static void check_combinations(void)
{
	for (size_t i = 0; i < ARRAY_LEN(combinations); i++) {
		const struct combination *c = &combinations[i];
		const uint8_t fail[8] = { [3] = (uint8_t)c->step, [7] = (uint8_t)c->err };
		AUTO_BUF struct buf blob = { 0 };
		AUTO_DRIVE struct drive d = { 0 };

		for (const char *p = c->records; *p; p++)
			add(&blob, *p);
		if (c->err)
			pages_add(&blob, "FAIL", fail, sizeof(fail));
		decode_pages(&d, buf_cstr(&blob), blob.len, c->complete);
		OK_(d.kind == c->kind && d.up == c->up && d.skip == c->skip, c->records,
		    "step %d, errno %d: kind %d, up %d, skip %s; want %d, %d, %s", c->step, c->err, d.kind, d.up,
		    drive_skip_names[d.skip], c->kind, c->up, drive_skip_names[c->skip]);
		if (!c->up && c->skip == SKIP_NONE) {
			CHECK_INT(d.failed_errno, c->want_err);
			CHECK_STR(d.failed_step, c->err ? decode_step_text((enum page_step)c->step) : "its answer");
		}
	}
}

/* Steps of a version yet to come, and a FAIL record that is cut off. */
static void check_odd_faults(void)
{
	static const char unknown[] = "FAIL\0\0\0\10\xff\xff\xff\xff\0\0\0\5", cut[] = "FAIL\0\0\0\4\0\0\0\1";
	AUTO_DRIVE struct drive d = { 0 }, e = { 0 };

	decode_pages(&d, unknown, sizeof(unknown) - 1, true);
	CHECK_STR(d.failed_step, "reading it");
	CHECK_INT(d.failed_errno, 5);
	decode_pages(&e, cut, sizeof(cut) - 1, true);
	CHECK_INT(e.failed_errno, EBADMSG);
}

/* ---- the samples, whole and damaged ---- */

static const struct {
	const char *name;
	bool up;
} samples[] = {
	{ "asleep", false },	   { "hdd-ageing", true }, { "hdd-healthy", true },
	{ "hostile", true },	   { "nvme-critical", true }, { "nvme-healthy", true },
	{ "sas-hdd", true },	   { "sas-ssd", true },	   { "ssd-worn", true },
};

static void read_sample(const char *name, struct buf *out)
{
	AUTO_BUF struct buf path = { 0 };

	buf_fmt(&path, "cmd/smart-textfile/samples/%s.blob", name);
	CHECK_INT(fd_slurp(AT_FDCWD, path.data, out), 0);
}

/* What was taken from a checksummed page of the blob was taken from one that adds up. */
static bool adds_up(const struct drive *d, const struct pages *pages)
{
	const struct page *data = pages_find(pages, "SMDT", 512), *limits = pages_find(pages, "SMTH", 512);
	const struct page *identify = pages_find(pages, "IDFY", 512);

	if (d->kind != DRIVE_ATA)
		return true;
	if ((d->up || d->n_attributes) && (!data || sum_of(data->p)))
		return false;
	for (size_t i = 0; i < d->n_attributes; i++)
		if (d->attributes[i].has_threshold && (!limits || sum_of(limits->p)))
			return false;
	return !d->model || (identify && (identify->p[510] != 0xa5 || !sum_of(identify->p)));
}

/* 0 when all is well with what is made of the bytes. */
static size_t try_bytes(const uint8_t *bytes, size_t n, bool print)
{
	AUTO_DRIVE struct drive d = { .name = "d" };
	AUTO_BUF struct buf text = { 0 };
	struct pages pages;

	(void)!pages_split(bytes, n, &pages);
	decode_pages(&d, bytes, n, true);
	if (print && (!print_drives(&text, &d, 1) || !is_exposition(buf_cstr(&text))))
		return 1;
	return !is_sound(&d) || !adds_up(&d, &pages);
}

/* In a block of just its size, so that a byte read beyond it is seen. */
static size_t truncate_everywhere(const struct buf *blob)
{
	size_t wrong = 0;

	for (size_t n = 0; n < blob->len; n++) {
		AUTO_FREE uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, blob->data, n);
		wrong += try_bytes(copy, n, n % 16 == 0);
	}
	return wrong;
}

static size_t flip_everywhere(const struct buf *blob)
{
	static const uint8_t flips[] = { 0x01, 0x80, 0xff };
	AUTO_FREE uint8_t *copy = malloc(blob->len);
	size_t wrong = 0;

	memcpy(copy, blob->data, blob->len);
	for (size_t i = 0; i < blob->len; i++)
		for (size_t k = 0; k < ARRAY_LEN(flips); k++) {
			copy[i] ^= flips[k];
			wrong += try_bytes(copy, blob->len, k == 2 && i % 8 == 0);
			copy[i] ^= flips[k];
		}
	return wrong;
}

/* Several bytes at once, with the checksums made right again: what a disk could send with the best of intentions. */
static size_t corrupt_at_random(const struct buf *blob, uint64_t *seed)
{
	AUTO_FREE uint8_t *copy = malloc(blob->len);
	size_t wrong = 0;

	for (int i = 0; i < 300; i++) {
		struct pages pages;

		memcpy(copy, blob->data, blob->len);
		for (uint64_t k = test_random(seed) % 40; k < 40; k++)
			copy[test_random(seed) % blob->len] = (uint8_t)test_random(seed);
		(void)!pages_split(copy, blob->len, &pages);
		for (size_t k = 0; k < pages.n; k++)
			if (pages.items[k].n == 512)
				seal(copy + (pages.items[k].p - copy));
		wrong += try_bytes(copy, blob->len, true);
	}
	return wrong;
}

static void check_samples(uint64_t *seed)
{
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		AUTO_BUF struct buf blob = { 0 };
		AUTO_DRIVE struct drive d = { 0 };

		read_sample(samples[i].name, &blob);
		if (!blob.len)
			continue;
		decode_pages(&d, blob.data, blob.len, true);
		CHECK_INT(d.up, samples[i].up);
		CHECK_INT(try_bytes((uint8_t *)blob.data, blob.len, true), 0);
		CHECK_INT(truncate_everywhere(&blob), 0);
		CHECK_INT(flip_everywhere(&blob), 0);
		CHECK_INT(corrupt_at_random(&blob, seed), 0);
	}
}

int main(void)
{
	uint64_t seed = test_seed();

	check_combinations();
	check_odd_faults();
	check_samples(&seed);
	return TEST_END();
}
