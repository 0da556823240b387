/* SPDX-License-Identifier: MIT */
/*
 * SMART data made here byte by byte, after ATA8-ACS 7.53.6, with attribute and
 * threshold tables after SFF-8035i; power modes after ACS-4 7.3.2. Nothing is
 * taken from a page that does not add up.
 */
#include "../../cmd/smart-textfile/ata.h"
#include "../fixtures/smart/build.h"
#include "test.h"

enum { PREFAIL = 1, OLDAGE = 2 };

/* ---- CHECK POWER MODE ---- */

static void check_power(void)
{
	static const struct {
		uint8_t count;
		const char *state;
	} t[] = { { 0x00, "standby" }, { 0x01, "standby" }, { 0x40, "standby" }, { 0x41, "active" }, { 0x80, "idle" },
		  { 0x81, "idle" },    { 0x82, "idle" },    { 0x83, "idle" },	 { 0xff, "active" } };
	size_t known = 0;

	for (unsigned count = 0; count < 256; count++)
		known += ata_power_state((uint8_t)count) != NULL;
	CHECK_INT(known, ARRAY_LEN(t));
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		CHECK_STR(ata_power_state(t[i].count) ? ata_power_state(t[i].count) : "-", t[i].state);
}

/* ---- SMART data ---- */

struct smart_pages {
	uint8_t data[512], thresholds[512];
};

/* head: id, flags, value, worst. */
static void add_row(struct smart_pages *s, size_t row, const uint8_t head[static 4], uint8_t threshold, uint64_t raw)
{
	put_row(s->data, row, head, raw);
	s->thresholds[2 + 12 * row] = head[0];
	s->thresholds[3 + 12 * row] = threshold;
}

static void decode_blob(struct drive *d, const struct buf *blob)
{
	struct pages pages;

	if (pages_split(buf_cstr(blob), blob->len, &pages) < 0)
		CHECK(false);
	ata_decode(d, &pages);
}

/* SMART data alone. */
static void decode_data(struct drive *d, const uint8_t page[static 512])
{
	AUTO_BUF struct buf blob = { 0 };

	pages_add(&blob, "SMDT", page, 512);
	decode_blob(d, &blob);
}

static void decode(struct drive *d, struct smart_pages *s)
{
	AUTO_BUF struct buf blob = { 0 };

	s->data[0] = s->thresholds[0] = 1;
	seal(s->data);
	seal(s->thresholds);
	pages_add(&blob, "SMDT", s->data, 512);
	pages_add(&blob, "SMTH", s->thresholds, 512);
	decode_blob(d, &blob);
}

#define HEAD(...) ((const uint8_t[4]){ __VA_ARGS__ })

static void check_rows(void)
{
	AUTO_DRIVE struct drive d = { 0 };
	struct smart_pages s = { 0 };

	add_row(&s, 0, HEAD(200, 0x0f, 253, 1), 0, 0x07060504030201);
	add_row(&s, 2, HEAD(1, 0x33, 100, 99), 51, 7); /* behind a gap */
	add_row(&s, 3, HEAD(200, 0x02, 5, 5), 99, 9);  /* the second of that id */
	add_row(&s, 29, HEAD(255, 0, 0, 255), 255, 0xffffffffffff);
	put_le(s.data + 2 + 12 * 2 + 1, 2, 0xc033);
	decode(&d, &s);
	CHECK(d.up);
	CHECK_INT(d.n_attributes, 3);
	CHECK_INT(d.attributes[0].id, 200);
	CHECK_INT(d.attributes[0].flags, 0x0f);
	CHECK_INT(d.attributes[0].value, 253);
	CHECK_INT(d.attributes[0].worst, 1);
	CHECK(memcmp(d.attributes[0].raw, "\1\2\3\4\5\6\7", 7) == 0);
	CHECK_INT(d.attributes[0].number, 0x060504030201);
	CHECK_INT(d.attributes[1].id, 1);
	CHECK_INT(d.attributes[1].flags, 0xc033);
	CHECK_INT(d.attributes[1].threshold, 51);
	CHECK_INT(d.attributes[2].id, 255);
	CHECK_INT(d.attributes[2].number, 0xffffffffffff);
	CHECK(d.attributes[2].has_threshold);
}

/* The tables are joined by id, whatever the order; the first threshold of an id counts. */
static void check_threshold_join(void)
{
	AUTO_DRIVE struct drive d = { 0 };
	struct smart_pages s = { 0 };

	put_row(s.data, 0, HEAD(5, 0, 100, 100), 0);
	put_row(s.data, 1, HEAD(9, 0, 100, 100), 0);
	memcpy(s.thresholds + 2 + 12 * 4, "\x07\x63", 2);
	memcpy(s.thresholds + 2 + 12 * 8, "\x05\x24", 2);
	memcpy(s.thresholds + 2 + 12 * 9, "\x05\x48", 2);
	decode(&d, &s);
	CHECK(d.attributes[0].has_threshold);
	CHECK_INT(d.attributes[0].threshold, 0x24);
	CHECK(!d.attributes[1].has_threshold);
}

/* SFF-8035i: at or below the threshold; 0, FEh and FFh are no thresholds, 0, FEh and FFh no values. */
static void check_failing(void)
{
	static const struct {
		uint8_t value, worst, threshold;
		int now, past;
	} t[] = {
		{ 51, 51, 50, 0, 0 },	  { 50, 50, 50, 1, 0 },	    { 49, 40, 50, 1, 0 },    { 100, 50, 50, 0, 1 },
		{ 100, 51, 50, 0, 0 },	  { 1, 1, 1, 1, 0 },	    { 1, 1, 0, 0, 0 },	     { 0, 0, 0, 0, 0 },
		{ 0, 0, 50, 0, 0 },	  { 0, 10, 50, 0, 1 },	    { 10, 0, 50, 1, 0 },     { 253, 253, 253, 1, 0 },
		{ 100, 100, 253, 1, 0 },  { 254, 254, 253, 0, 0 },  { 255, 255, 253, 0, 0 }, { 1, 1, 254, 0, 0 },
		{ 1, 1, 255, 0, 0 },	  { 254, 1, 50, 0, 1 },	    { 100, 255, 50, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		for (uint8_t class = 0; class < 2; class++) {
			AUTO_DRIVE struct drive d = { 0 };
			struct smart_pages s = { 0 };

			add_row(&s, 0, HEAD(7, (uint8_t)(0xfe | class), t[i].value, t[i].worst), t[i].threshold, 0);
			decode(&d, &s);
			CHECK_INT(fact(&d, V_ATA_FAILING_NOW_PREFAIL), class ? t[i].now : 0);
			CHECK_INT(fact(&d, V_ATA_FAILING_NOW_OLDAGE), class ? 0 : t[i].now);
			CHECK_INT(fact(&d, V_ATA_FAILING_PAST_PREFAIL), class ? t[i].past : 0);
			CHECK_INT(fact(&d, V_ATA_FAILING_PAST_OLDAGE), class ? 0 : t[i].past);
		}
}

/* ---- which pages count ---- */

/* The state of SMDT and SMTH: g good, w wrong sum, z zeros, s short, - absent. */
static void check_page_states(void)
{
	static const struct {
		const char *states;
		bool up, threshold;
		int data_fault, threshold_fault;
	} t[] = {
		{ "gg", true, true, 0, 0 },   { "g-", true, false, 0, -1 },  { "gw", true, false, 0, 1 },
		{ "gz", true, false, 0, 0 },  { "gs", true, false, 0, -1 },  { "wg", false, false, 1, 0 },
		{ "zg", false, false, 0, 0 }, { "sg", false, false, -1, 0 }, { "-g", false, false, -1, 0 },
		{ "--", false, false, -1, -1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf blob = { 0 };
		AUTO_DRIVE struct drive d = { 0 };
		struct smart_pages s = { 0 };
		uint8_t *const both[] = { s.data, s.thresholds };

		add_row(&s, 0, HEAD(5, PREFAIL, 100, 100), 10, 3);
		for (size_t k = 0; k < 2; k++) {
			char state = t[i].states[k];

			seal(both[k]);
			both[k][400] ^= state == 'w';
			if (state == 'z')
				memset(both[k], 0, 512);
			if (state != '-')
				pages_add(&blob, k ? "SMTH" : "SMDT", both[k], state == 's' ? 511 : 512);
		}
		decode_blob(&d, &blob);
		CHECK_INT(d.up, t[i].up);
		CHECK_INT(d.n_attributes, t[i].up);
		CHECK_INT(d.attributes[0].has_threshold, t[i].threshold);
		CHECK_INT(fact(&d, V_ATA_CHECKSUM_DATA), t[i].data_fault);
		CHECK_INT(fact(&d, V_ATA_CHECKSUM_THRESHOLDS), t[i].threshold_fault);
		CHECK_INT(fact(&d, V_ATA_BAD_REALLOCATED), t[i].up ? 3 : -1);
	}
}

static void check_status(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		int healthy;
	} t[] = { { "\0\0\0\1", 4, 1 }, { "\0\0\0\0", 4, 0 }, { "\1\0\0\0", 4, 1 }, { "\0\0\0", 3, -1 },
		  { "", 0, -1 } };

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf blob = { 0 };
		AUTO_DRIVE struct drive d = { 0 };

		pages_add(&blob, "SMST", t[i].bytes, t[i].n);
		decode_blob(&d, &blob);
		CHECK_INT(fact(&d, V_HEALTHY), t[i].healthy);
		CHECK(!d.up);
	}
}

/* Byte 363: what came of the last self-test above, tenths that remain of one that runs below. */
static void check_self_test(void)
{
	static const char *const results[16] = {
		"completed",	  "aborted_by_host",   "interrupted",  "fatal_error",
		"failed_unknown", "failed_electrical", "failed_servo", "failed_read",
		"failed_handling", [15] = "in_progress",
	};
	size_t wrong = 0;

	for (unsigned status = 0; status < 256; status++) {
		AUTO_DRIVE struct drive d = { 0 };
		uint8_t page[512] = { [363] = (uint8_t)status, [0] = 1 };
		const char *want = results[status >> 4];
		int tenths = status >> 4 != 15 ? 0 : (status & 15) <= 10 ? (int)(status & 15) : -1;

		seal(page);
		decode_data(&d, page);
		wrong += want ? !d.ata_self_test || strcmp(want, d.ata_self_test) != 0 : d.ata_self_test != NULL;
		wrong += fact(&d, V_ATA_SELF_TEST_REMAINING) != tenths;
		wrong += tenths >= 0 && d.values[V_ATA_SELF_TEST_REMAINING].div != 10;
	}
	CHECK_INT(wrong, 0);
}

/* ---- judgement ---- */

/* A disk of 2^31 sectors: 31744 (31 x 1024) bad sectors are many. */
static void check_overall(void)
{
	static const struct {
		int status; /* -1: none */
		uint64_t reallocated, pending;
		uint8_t value, worst, class; /* of an attribute with threshold 50 */
		const char *want;
	} t[] = {
		{ 1, 0, 0, 100, 100, PREFAIL, "good" },
		{ -1, 0, 0, 100, 100, PREFAIL, "good" },
		{ 1, 0, 0, 100, 50, OLDAGE, "good" },
		{ 1, 0, 0, 50, 50, OLDAGE, "good" },
		{ 1, 0, 0, 100, 50, PREFAIL, "bad_attribute_in_the_past" },
		{ 1, 0, 1, 100, 50, PREFAIL, "bad_sector" },
		{ 1, 1, 0, 100, 100, PREFAIL, "bad_sector" },
		{ 1, 31743, 0, 50, 50, OLDAGE, "bad_sector" },
		{ 1, 31743, 0, 50, 50, PREFAIL, "bad_attribute_now" },
		{ 1, 0, 0, 50, 50, PREFAIL, "bad_attribute_now" },
		{ 1, 31743, 1, 50, 50, PREFAIL, "bad_sector_many" },
		{ 1, 0, 31744, 100, 100, OLDAGE, "bad_sector_many" },
		{ 0, 31744, 0, 50, 50, PREFAIL, "bad_status" },
		{ 0, 0, 0, 100, 100, PREFAIL, "bad_status" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_DRIVE struct drive d = { 0 };
		struct smart_pages s = { 0 };

		drive_set_times(&d, V_CAPACITY_BYTES, (u128)1 << 31, 512);
		if (t[i].status >= 0)
			drive_set(&d, V_HEALTHY, (u128)t[i].status);
		add_row(&s, 0, HEAD(5, PREFAIL, 100, 100), 0, t[i].reallocated);
		add_row(&s, 1, HEAD(197, OLDAGE, 100, 100), 0, t[i].pending);
		add_row(&s, 2, HEAD(7, t[i].class, t[i].value, t[i].worst), 50, 0);
		decode(&d, &s);
		CHECK_STR(d.ata_overall, t[i].want);
	}
}

/* ---- properties ---- */

/* Random tables come out as they went in, sorted by nothing, second ones of an id left out. */
static void check_random_tables(uint64_t *seed)
{
	size_t differ = 0;

	for (int i = 0; i < 500; i++) {
		AUTO_DRIVE struct drive d = { 0 };
		uint8_t page[512] = { 1 }, order[ATA_ATTRIBUTES_MAX];
		bool seen[256] = { true }; /* 0 is no attribute */
		size_t n = 0;

		for (size_t row = 0; row < ATA_ATTRIBUTES_MAX; row++) {
			uint8_t id = (uint8_t)(test_random(seed) % (i % 2 ? 256 : 40));

			put_row(page, row, HEAD(id, 0, id, (uint8_t)(255 - id)), test_random(seed));
			if (!seen[id])
				order[n++] = id;
			seen[id] = true;
		}
		seal(page);
		decode_data(&d, page);
		differ += d.n_attributes != n || !is_sound(&d);
		for (size_t k = 0; k < n && k < d.n_attributes; k++)
			differ += d.attributes[k].id != order[k] || d.attributes[k].value != order[k] ||
				  d.attributes[k].worst != 255 - order[k];
	}
	CHECK_INT(differ, 0);
}

/* Every single bit: a page with one wrong bit is refused as a whole. */
static void check_flipped_bits(void)
{
	struct smart_pages s = { 0 };
	size_t accepted = 0;

	add_row(&s, 0, HEAD(5, PREFAIL, 100, 100), 10, 3);
	seal(s.data);
	for (size_t bit = 0; bit < (size_t)512 * 8; bit++) {
		AUTO_DRIVE struct drive d = { 0 };

		s.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		decode_data(&d, s.data);
		accepted += d.up || d.n_attributes || fact(&d, V_ATA_CHECKSUM_DATA) != 1;
		s.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK_INT(accepted, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_power();
	check_rows();
	check_threshold_join();
	check_failing();
	check_page_states();
	check_status();
	check_self_test();
	check_overall();
	check_random_tables(&seed);
	check_flipped_bits();
	return TEST_END();
}
