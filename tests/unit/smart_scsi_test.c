/* SPDX-License-Identifier: MIT */
/* Pages are built here byte by byte from the standards; "real" tests hold what disks of those names said. */
#include "../../cmd/smart-textfile/scsi.h"

#include "test.h"

static void put_be(uint8_t *p, size_t n, u128 v)
{
	while (n--) {
		p[n] = (uint8_t)v;
		v >>= 8;
	}
}

/* ---- log pages: a header, then parameters ---- */

struct log {
	uint8_t bytes[1024];
	size_t n;
};

static struct log log_new(uint8_t code)
{
	return (struct log){ .bytes = { code }, .n = 4 };
}

static void log_bytes(struct log *l, unsigned code, const void *data, uint8_t n)
{
	put_be(l->bytes + l->n, 2, code);
	l->bytes[l->n + 2] = 0x03;
	l->bytes[l->n + 3] = n;
	if (n)
		memcpy(l->bytes + l->n + 4, data, n);
	l->n += (size_t)4 + n;
	put_be(l->bytes + 2, 2, l->n - 4);
}

static void log_number(struct log *l, unsigned code, uint8_t n, u128 v)
{
	uint8_t data[32];

	put_be(data, n, v);
	log_bytes(l, code, data, n);
}

static void add_log(struct buf *blob, const struct log *l)
{
	char tag[8];

	(void)snprintf(tag, sizeof(tag), "LP%02X", l->bytes[0] & 0x3f);
	pages_add(blob, tag, l->bytes, l->n);
}

static void decode_blob(struct drive *d, const struct buf *blob)
{
	struct pages pages;

	*d = (struct drive){ 0 };
	(void)!pages_split(blob->data, blob->len, &pages);
	scsi_decode(d, &pages);
}

/* The page alone; the drive is to be released. */
static void decode_page(struct drive *d, const char *tag, const void *page, size_t n)
{
	AUTO_BUF struct buf blob = { 0 };

	pages_add(&blob, tag, page, n);
	decode_blob(d, &blob);
}

static void decode_log(struct drive *d, const struct log *l)
{
	AUTO_BUF struct buf blob = { 0 };

	add_log(&blob, l);
	decode_blob(d, &blob);
}

#define CHECK_VALUE(d, v, want) \
	do { \
		CHECK((d).values[v].known); \
		CHECK((d).values[v].n * (d).values[v].mul == (u128)(want)); \
	} while (0)
#define CHECK_UNKNOWN(d, v) CHECK(!(d).values[v].known)
#define CHECK_TEXT(got, want) CHECK_STR((got) ? (got) : "(none)", want)

/* ---- identity ---- */

static void make_inquiry(uint8_t page[static 36], uint8_t peripheral, const char *vendor, const char *product)
{
	memset(page, ' ', 36);
	memset(page, 0, 8);
	page[0] = peripheral;
	memcpy(page + 8, vendor, strlen(vendor));
	memcpy(page + 16, product, strlen(product));
	memcpy(page + 32, "DX10", 4);
}

static void test_inquiry(void)
{
	static const struct {
		const char *vendor, *product, *model;
	} t[] = {
		{ "SEAGATE", "ST373453LC", "SEAGATE ST373453LC" },
		{ "HP 73.4G", "MAS3735NC", "HP 73.4G MAS3735NC" },
		{ "HITACHI", "H109060SESUN600G", "HITACHI H109060SESUN600G" },
		{ "", "NONAME", "NONAME" },
		{ "", "", "(none)" },
		{ "A\001B", "\xff\"", "A\xef\xbf\xbd" "B \xef\xbf\xbd\"" },
	};
	uint8_t page[36];
	struct drive d;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		make_inquiry(page, 0, t[i].vendor, t[i].product);
		decode_page(&d, "INQR", page, sizeof(page));
		CHECK_TEXT(d.model, t[i].model);
		CHECK_TEXT(d.firmware, "DX10");
		CHECK(d.kind == DRIVE_SCSI && !d.up && d.skip == SKIP_NONE);
		drive_done(&d);
	}
	decode_page(&d, "INQR", page, 35);
	CHECK(!d.firmware);
	drive_done(&d);
}

static void test_device_types(void)
{
	static const struct {
		uint8_t peripheral;
		enum drive_skip skip;
	} t[] = {
		{ 0x00, SKIP_NONE }, { 0x0e, SKIP_NONE }, { 0x14, SKIP_NONE },
		{ 0x0d, SKIP_UNSUPPORTED }, { 0x05, SKIP_UNSUPPORTED }, { 0x20, SKIP_UNSUPPORTED }, { 0x7f, SKIP_UNSUPPORTED },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf blob = { 0 };
		struct log l = log_new(0x06);
		uint8_t page[36];
		struct drive d;

		make_inquiry(page, t[i].peripheral, "V", "P");
		log_number(&l, 0, 4, 7);
		pages_add(&blob, "INQR", page, sizeof(page));
		add_log(&blob, &l);
		decode_blob(&d, &blob);
		CHECK_INT(d.skip, t[i].skip);
		CHECK(d.up == (t[i].skip == SKIP_NONE));
		drive_done(&d);
	}
}

static void test_vital_product_data(void)
{
	static const uint8_t serial[] = "\0\x80\0\x0a  S5GX12 \0", wrong[] = "\0\x83\0\x04" "ABCD";
	/* a vendor's designator, the port's NAA, then the unit's */
	static const uint8_t names[] = "\0\x83\0\x20" "\x02\x01\0\4ABCD" "\x61\x93\0\10\x50\0\xc5\0\1\2\3\5"
				       "\x01\x03\0\10\x50\0\xc5\0\x01\x02\xAB\4";
	static const uint8_t long_name[] = "\0\x83\0\x14" "\x01\x03\0\20\x60\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17";
	static const uint8_t local[] = "\0\x83\0\x0c" "\x01\x03\0\10\x30\1\2\3\4\5\6\7";
	static const uint8_t long_other[] = "\0\x83\0\x14" "\x01\x03\0\20\x50\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17";
	static const uint8_t cut[] = "\0\x83\0\x0c" "\x01\x03\0\10\x50\1\2\3\4\5\6";
	static const uint8_t spins[] = { 0, 0xb1, 0, 0x3c, 0x1c, 0x20 }, solid[] = { 0, 0xb1, 0, 0x3c, 0, 1 };
	struct drive d;

	decode_page(&d, "VP80", serial, sizeof(serial) - 1);
	CHECK_TEXT(d.serial, "S5GX12");
	drive_done(&d);
	decode_page(&d, "VP80", wrong, sizeof(wrong) - 1);
	CHECK(!d.serial);
	drive_done(&d);

	decode_page(&d, "VP83", names, sizeof(names) - 1);
	CHECK_TEXT(d.wwn, "5000c5000102ab04");
	drive_done(&d);
	decode_page(&d, "VP83", long_name, sizeof(long_name) - 1);
	CHECK_TEXT(d.wwn, "600102030405060708090a0b0c0d0e0f");
	drive_done(&d);
	decode_page(&d, "VP83", long_other, sizeof(long_other) - 1);
	CHECK(!d.wwn);
	drive_done(&d);
	decode_page(&d, "VP83", local, sizeof(local) - 1);
	CHECK(!d.wwn);
	drive_done(&d);
	decode_page(&d, "VP83", cut, sizeof(cut) - 1);
	CHECK(!d.wwn);
	drive_done(&d);

	decode_page(&d, "VPB1", spins, sizeof(spins));
	CHECK_VALUE(d, V_ROTATION_RPM, 7200);
	decode_page(&d, "VPB1", solid, sizeof(solid));
	CHECK_VALUE(d, V_ROTATION_RPM, 0);
	decode_page(&d, "VPB1", solid, 5);
	CHECK_UNKNOWN(d, V_ROTATION_RPM);
}

static void test_capacity(void)
{
	uint8_t page[32] = { 0 };
	struct drive d;

	put_be(page, 8, 1172123567);
	put_be(page + 8, 4, 512);
	page[13] = 0x33; /* upper four bits: protection intervals */
	decode_page(&d, "RCAP", page, sizeof(page));
	CHECK_VALUE(d, V_CAPACITY_BYTES, 600127266816);
	CHECK_VALUE(d, V_BLOCK_LOGICAL, 512);
	CHECK_VALUE(d, V_BLOCK_PHYSICAL, 4096);
	decode_page(&d, "RCAP", page, 13);
	CHECK_UNKNOWN(d, V_CAPACITY_BYTES);
	memset(page, 0xff, 12);
	decode_page(&d, "RCAP", page, sizeof(page));
	CHECK_VALUE(d, V_CAPACITY_BYTES, ((u128)1 << 64) * 0xffffffff);
	put_be(page + 8, 4, 0);
	decode_page(&d, "RCAP", page, sizeof(page));
	CHECK_UNKNOWN(d, V_CAPACITY_BYTES);
}

static void test_power_state(void)
{
	static const struct {
		uint8_t key, asc, ascq;
		const char *state;
	} t[] = {
		{ 0, 0x00, 0x00, "active" },  { 0, 0x5e, 0x00, "standby" }, { 0, 0x5e, 0x01, "idle" },
		{ 0, 0x5e, 0x02, "standby" }, { 0, 0x5e, 0x03, "idle" },    { 0, 0x5e, 0x04, "standby" },
		{ 0, 0x5e, 0x06, "idle" },    { 0, 0x5e, 0x08, "idle" },    { 0, 0x5e, 0x0a, "standby" },
		{ 0, 0x5e, 0x41, "active" },  { 0, 0x5e, 0x43, "standby" }, { 0, 0x5e, 0x45, "sleep" },
		{ 2, 0x04, 0x02, "standby" }, { 2, 0x04, 0x11, "standby" }, { 2, 0x04, 0x1b, "active" },
		{ 0, 0x5e, 0x47, NULL },      { 6, 0x29, 0x00, NULL },	    { 0, 0x5d, 0x10, NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const uint8_t fixed[18] = { 0x70, [2] = t[i].key, [7] = 10, [12] = t[i].asc, [13] = t[i].ascq };
		const uint8_t descriptors[8] = { 0x72, t[i].key, t[i].asc, t[i].ascq };
		const char *a = scsi_power_state(fixed, sizeof(fixed));
		const char *b = scsi_power_state(descriptors, sizeof(descriptors));

		CHECK_TEXT(a, t[i].state ? t[i].state : "(none)");
		CHECK_TEXT(b, t[i].state ? t[i].state : "(none)");
	}
	CHECK(!scsi_power_state((const uint8_t *)"", 0));
	CHECK(!scsi_power_state((const uint8_t *)"\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 14));
}

static void test_grown_defects(void)
{
	static const struct {
		uint8_t flags;
		unsigned length;
		int defects; /* -1: unknown */
	} t[] = {
		{ 0x08, 16, 4 }, { 0x0b, 16, 2 }, { 0x0c, 2080, 260 }, { 0x0d, 0, 0 }, { 0x09, 24, 3 },
		{ 0x0d, 23, 2 }, { 0x0d, 0xfff8, 8191 }, { 0x0d, 0xffff, -1 },
		{ 0x0e, 16, -1 }, /* the vendor's format */
		{ 0x05, 16, -1 }, { 0x1d, 16, -1 }, { 0x15, 16, -1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		uint8_t page[8] = { 0, t[i].flags };
		struct drive d;

		put_be(page + 2, 2, t[i].length);
		decode_page(&d, "RDEF", page, 4);
		CHECK_INT(d.values[V_SCSI_GROWN_DEFECTS].known ? (int)d.values[V_SCSI_GROWN_DEFECTS].n : -1, t[i].defects);
		memset(page + 2, 0xff, 2); /* the generation code of the longer form */
		put_be(page + 4, 4, t[i].length);
		decode_page(&d, "RD12", page, 8);
		if (t[i].length != 0xffff)
			CHECK_INT(d.values[V_SCSI_GROWN_DEFECTS].known ? (int)d.values[V_SCSI_GROWN_DEFECTS].n : -1,
				  t[i].defects);
	}
}

/* ---- log pages ---- */

static void test_counter_lengths(void)
{
	struct log l;
	struct drive d;

	for (uint8_t n = 0; n <= 20; n++) {
		const u128 v = n > 8 ? (u128)0x123456789abcdef << (8 * (n > 16 ? 8 : n - 8u)) | 42 : n > 0 ? 42 : 0;

		l = log_new(0x06);
		log_number(&l, 0, n, v);
		decode_log(&d, &l);
		CHECK(d.values[V_SCSI_NON_MEDIUM].known == (n >= 1 && n <= 16));
		if (n >= 1 && n <= 16)
			CHECK_VALUE(d, V_SCSI_NON_MEDIUM, v);
		CHECK(d.up);

		l = log_new(0x06);
		log_number(&l, 0, n, ~(u128)0);
		decode_log(&d, &l);
		CHECK_UNKNOWN(d, V_SCSI_NON_MEDIUM);
	}
	l = log_new(0x06);
	log_number(&l, 0, 16, ~(u128)0 - 1);
	decode_log(&d, &l);
	CHECK_VALUE(d, V_SCSI_NON_MEDIUM, ~(u128)0 - 1);
}

static void test_error_counters(void)
{
	static const uint8_t codes[] = { 0x03, 0x02, 0x05 };
	struct log l;
	struct drive d;

	for (unsigned op = 0; op < 3; op++) {
		l = log_new(codes[op]);
		for (unsigned code = 0; code < 7; code++)
			log_number(&l, code, 8, 100 + code);
		log_number(&l, 7, 4, 1);
		log_number(&l, 0x8000, 4, 2);
		decode_log(&d, &l);
		for (unsigned k = 0; k < 7; k++) {
			CHECK_VALUE(d, V_SCSI_FAST + 3 * k + op, 100 + k);
			CHECK_UNKNOWN(d, V_SCSI_FAST + 3 * k + (op + 1) % 3);
			CHECK_UNKNOWN(d, V_SCSI_FAST + 3 * k + (op + 2) % 3);
		}
		CHECK(d.values[V_READ_BYTES].known == (op == 0));
		CHECK(d.values[V_WRITTEN_BYTES].known == (op == 1));
	}
}

static void test_page_headers(void)
{
	struct log l = log_new(0x06);
	struct drive d;

	log_number(&l, 0, 4, 9);
	l.bytes[0] |= 0x80; /* DS: the page is not saved */
	decode_log(&d, &l);
	CHECK_VALUE(d, V_SCSI_NON_MEDIUM, 9);
	l.bytes[1] = 1; /* reserved without SPF */
	decode_log(&d, &l);
	CHECK_VALUE(d, V_SCSI_NON_MEDIUM, 9);
	l.bytes[0] |= 0x40; /* SPF: page 06h, subpage 01h */
	decode_log(&d, &l);
	CHECK_UNKNOWN(d, V_SCSI_NON_MEDIUM);
	l.bytes[1] = 0;
	decode_log(&d, &l);
	CHECK_VALUE(d, V_SCSI_NON_MEDIUM, 9);
	decode_page(&d, "LP05", l.bytes, l.n); /* another page than was asked for */
	CHECK(!d.up);
	put_be(l.bytes + 2, 2, 0xffff); /* says more than there is */
	decode_log(&d, &l);
	CHECK_VALUE(d, V_SCSI_NON_MEDIUM, 9);
	put_be(l.bytes + 2, 2, 7); /* says less: the parameter does not fit */
	decode_log(&d, &l);
	CHECK_UNKNOWN(d, V_SCSI_NON_MEDIUM);
	CHECK(!d.up);
	l.bytes[7] = 5; /* a parameter that is longer than its page */
	put_be(l.bytes + 2, 2, 8);
	decode_log(&d, &l);
	CHECK_UNKNOWN(d, V_SCSI_NON_MEDIUM);
}

static void test_temperature(void)
{
	static const struct {
		uint8_t now, limit, exception;
		int celsius; /* 0: none */
		int reference;
	} t[] = {
		{ 33, 68, 40, 33, 68 }, { 255, 68, 40, 40, 68 }, { 0, 0, 40, 40, 0 },
		{ 0, 0, 0, 0, 0 }, { 255, 255, 255, 0, 0 }, { 254, 1, 1, 254, 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf blob = { 0 };
		struct log l = log_new(0x0d), ie = log_new(0x2f);
		struct drive d;

		log_number(&l, 0, 2, t[i].now);
		log_number(&l, 1, 2, t[i].limit);
		log_number(&ie, 0, 4, (u128)t[i].exception << 8);
		add_log(&blob, &ie);
		add_log(&blob, &l);
		decode_blob(&d, &blob);
		CHECK_INT(d.n_temperatures ? d.temperatures[0].celsius : 0, t[i].celsius);
		CHECK(d.n_temperatures <= 1);
		CHECK_INT(d.values[V_TEMP_LIMIT_CRITICAL].n, t[i].reference);
		CHECK(d.values[V_TEMP_LIMIT_CRITICAL].known == (t[i].reference != 0));
	}
}

static void test_exceptions(void)
{
	static const struct {
		uint8_t asc, ascq;
		int healthy;
	} t[] = { { 0, 0, 1 }, { 0x5d, 0x10, 0 }, { 0x5d, 0xff, 0 }, { 0x0b, 0x01, 1 } };
	struct drive d;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct log l = log_new(0x2f);

		log_number(&l, 0, 2, (u128)(t[i].asc << 8 | t[i].ascq));
		log_number(&l, 0x2222, 1, 0x22); /* stands where a longer parameter 0 has its temperature */
		decode_log(&d, &l);
		CHECK(d.has_exception);
		CHECK_INT(d.exception_asc, t[i].asc);
		CHECK_INT(d.exception_ascq, t[i].ascq);
		CHECK_VALUE(d, V_HEALTHY, t[i].healthy);
		CHECK_INT(d.n_temperatures, 0);
	}
	decode_page(&d, "LP2F", "\x2f\0\0\5\0\0\3\1\0", 9);
	CHECK(!d.has_exception);
	CHECK_UNKNOWN(d, V_HEALTHY);
}

static void test_minutes_cycles_endurance(void)
{
	AUTO_BUF struct buf blob = { 0 }, other = { 0 };
	struct log scan = log_new(0x15), seagate = log_new(0x3e), l;
	uint8_t status[12] = { 0 }, inquiry[36];
	struct drive d;

	put_be(status, 4, 60);
	log_bytes(&scan, 0, status, sizeof(status));
	log_number(&scan, 1, 20, 0);
	decode_log(&d, &scan);
	CHECK_VALUE(d, V_POWER_ON_SECONDS, 3600);

	log_number(&seagate, 0, 4, 6172859);
	make_inquiry(inquiry, 0, "HITACHI", "H109060SESUN600G"); /* whose page 3Eh may be anything */
	pages_add(&other, "INQR", inquiry, sizeof(inquiry));
	add_log(&other, &seagate);
	decode_blob(&d, &other);
	CHECK_UNKNOWN(d, V_POWER_ON_SECONDS);
	drive_done(&d);
	make_inquiry(inquiry, 0, "SEAGATE", "ST373453LC");
	pages_add(&blob, "INQR", inquiry, sizeof(inquiry));
	add_log(&blob, &seagate);
	decode_blob(&d, &blob);
	CHECK_VALUE(d, V_POWER_ON_SECONDS, 102880 * 3600 + 59 * 60);
	drive_done(&d);
	add_log(&blob, &scan);
	decode_blob(&d, &blob);
	CHECK_VALUE(d, V_POWER_ON_SECONDS, 3600);
	drive_done(&d);

	l = log_new(0x15);
	log_number(&l, 0, 12, 0);
	decode_log(&d, &l);
	CHECK_UNKNOWN(d, V_POWER_ON_SECONDS);

	l = log_new(0x0e);
	log_bytes(&l, 1, "200425", 6);
	log_number(&l, 3, 4, 10000);
	log_number(&l, 4, 4, 184);
	decode_log(&d, &l);
	CHECK_VALUE(d, V_POWER_CYCLES, 184);
	l = log_new(0x0e);
	log_number(&l, 4, 4, 0xffffffff);
	decode_log(&d, &l);
	CHECK_UNKNOWN(d, V_POWER_CYCLES);
	l = log_new(0x0e);
	log_number(&l, 4, 4, 0);
	decode_log(&d, &l);
	CHECK_UNKNOWN(d, V_POWER_CYCLES);

	l = log_new(0x11);
	log_number(&l, 1, 4, 200);
	decode_log(&d, &l);
	CHECK_VALUE(d, V_ENDURANCE_USED, 200);
	CHECK_INT(d.values[V_ENDURANCE_USED].div, 100);
	l = log_new(0x11);
	log_number(&l, 1, 3, 1);
	decode_log(&d, &l);
	CHECK_UNKNOWN(d, V_ENDURANCE_USED);
}

static void test_self_tests(void)
{
	static const struct {
		uint8_t byte;
		uint16_t hours;
		const char *type, *result;
	} t[] = {
		{ 0x20, 100, "short", "completed" }, { 0x41, 7, "extended", "aborted_by_host" },
		{ 0xa7, 7, "short", "failed_segment" }, { 0xcf, 0, "extended", "in_progress" },
		{ 0x03, 0, "default", "fatal_error" }, { 0x00, 5, "default", "completed" },
		{ 0x20, 0xffff, "short", "completed" },
		{ 0x00, 0, "(none)", "(none)" }, { 0x28, 5, "(none)", "(none)" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct log l = log_new(0x10);
		uint8_t entry[16] = { t[i].byte };
		struct drive d;

		put_be(entry + 2, 2, t[i].hours);
		log_bytes(&l, 1, entry, sizeof(entry));
		entry[0] = 0x40;
		for (unsigned code = 2; code <= 20; code++)
			log_bytes(&l, code, entry, sizeof(entry));
		decode_log(&d, &l);
		CHECK_TEXT(d.last_self_test.type, t[i].type);
		CHECK_TEXT(d.last_self_test.result, t[i].result);
		CHECK(d.values[V_SELF_TEST_LAST_SECONDS].known == (d.last_self_test.type && t[i].hours != 0xffff));
		if (d.values[V_SELF_TEST_LAST_SECONDS].known)
			CHECK_VALUE(d, V_SELF_TEST_LAST_SECONDS, t[i].hours * 3600);
	}
}

/* ---- whole disks ---- */

/* What three disks said of themselves; counters in the order of their codes. */
static const struct {
	const char *vendor, *product;
	uint64_t blocks, read[7], write[7];
	unsigned defects, cycles, minutes;
	uint8_t celsius, limit;
} real[] = {
	{ "HITACHI", "H109060SESUN600G", 1172123568,
	  { 0, 40247, 0, 40247, 304122, 162438759000000, 0 },
	  { 0, 26762907, 0, 26762907, 4187545, 127551260000000, 0 }, 0, 70, 22364 * 60 + 52, 26, 85 },
	{ "SEAGATE", "ST373453LC", 143374650,
	  { 5330255, 1, 41, 5330297, 5332649, 11523849000000, 1 },
	  { 0, 0, 1973, 1973, 128473, 11151772000000, 535 }, 260, 0, 0, 33, 68 },
	{ "HP 73.4G", "MAS3735NC", 143374738,
	  { 0, 1020, 0, 0, 0, 64396534000000, 0 },
	  { 0, 338, 0, 0, 0, 28837334000000, 0 }, 0, 184, 0, 28, 65 },
};

static void add_counters(struct buf *blob, uint8_t page, const uint64_t counters[static 7])
{
	struct log l = log_new(page);

	for (unsigned i = 0; i < 7; i++)
		log_number(&l, i, i == 5 ? 8 : 4, counters[i]);
	add_log(blob, &l);
}

static void add_one(struct buf *blob, uint8_t page, unsigned code, uint8_t n, u128 v)
{
	struct log l = log_new(page);

	log_number(&l, code, n, v);
	add_log(blob, &l);
}

static void make_real(struct buf *blob, size_t i)
{
	uint8_t inquiry[36], capacity[32] = { 0 }, defects[4] = { 0, 0x0c };
	struct log temperature = log_new(0x0d);

	make_inquiry(inquiry, 0, real[i].vendor, real[i].product);
	put_be(capacity, 8, real[i].blocks - 1);
	put_be(capacity + 8, 4, 512);
	put_be(defects + 2, 2, real[i].defects * 8);
	log_number(&temperature, 0, 2, real[i].celsius);
	log_number(&temperature, 1, 2, real[i].limit);
	pages_add(blob, "RSEN", "\x70\0\0\0\0\0\0\12\0\0\0\0\0\0\0\0\0", 18);
	pages_add(blob, "INQR", inquiry, sizeof(inquiry));
	pages_add(blob, "RCAP", capacity, sizeof(capacity));
	pages_add(blob, "VP80", "\0\x80\0\4S123", 8);
	pages_add(blob, "VP83", "\0\x83\0\14\1\3\0\10\x50\0\xc5\0\1\2\3\4", 16);
	add_counters(blob, 0x03, real[i].read);
	add_counters(blob, 0x02, real[i].write);
	add_log(blob, &temperature);
	add_one(blob, 0x0e, 4, 4, real[i].cycles);
	add_one(blob, 0x10, 1, 16, (u128)0x20010064 << 96);
	add_one(blob, 0x15, 0, 12, (u128)real[i].minutes << 64);
	add_one(blob, 0x2f, 0, 8, (u128)real[i].celsius << 40);
	pages_add(blob, "RDEF", defects, sizeof(defects));
}

static void test_real_disks(void)
{
	for (size_t i = 0; i < ARRAY_LEN(real); i++) {
		AUTO_BUF struct buf blob = { 0 };
		struct drive d;

		make_real(&blob, i);
		decode_blob(&d, &blob);
		CHECK(d.up && d.power_state);
		for (unsigned k = 0; k < 7; k++) {
			CHECK_VALUE(d, V_SCSI_FAST + 3 * k, real[i].read[k]);
			CHECK_VALUE(d, V_SCSI_FAST + 3 * k + 1, real[i].write[k]);
			CHECK_UNKNOWN(d, V_SCSI_FAST + 3 * k + 2);
		}
		CHECK_VALUE(d, V_READ_BYTES, real[i].read[5]);
		CHECK_VALUE(d, V_WRITTEN_BYTES, real[i].write[5]);
		CHECK_VALUE(d, V_CAPACITY_BYTES, real[i].blocks * 512);
		CHECK_VALUE(d, V_SCSI_GROWN_DEFECTS, real[i].defects);
		CHECK_VALUE(d, V_TEMP_LIMIT_CRITICAL, real[i].limit);
		CHECK_VALUE(d, V_HEALTHY, 1);
		CHECK_INT(d.values[V_POWER_ON_SECONDS].n, real[i].minutes);
		CHECK_INT(d.values[V_POWER_CYCLES].n, real[i].cycles);
		CHECK_INT(d.temperatures[0].celsius, real[i].celsius);
		CHECK_TEXT(d.serial, "S123");
		CHECK_TEXT(d.wwn, "5000c50001020304");
		drive_done(&d);
	}
}

/* ---- hostile pages ---- */

/* Decodes with every page in a block of exactly its length, so that a sanitizer sees one byte too many. */
static bool is_sane_in_blocks(const struct pages *from)
{
	struct pages pages = *from;
	uint8_t *blocks[PAGES_MAX];
	struct drive d = { 0 };
	bool sane;

	for (size_t i = 0; i < pages.n; i++) {
		blocks[i] = malloc(pages.items[i].n + !pages.items[i].n);
		if (!blocks[i])
			abort();
		memcpy(blocks[i], pages.items[i].p, pages.items[i].n);
		pages.items[i].p = blocks[i];
	}
	scsi_decode(&d, &pages);
	sane = d.kind == DRIVE_SCSI && d.n_temperatures <= 1 && d.n_extras == 0;
	if (d.n_temperatures)
		sane = sane && d.temperatures[0].celsius > 0 && d.temperatures[0].celsius < 255;
	drive_done(&d);
	for (size_t i = 0; i < pages.n; i++)
		free(blocks[i]);
	return sane;
}

static void test_truncation(void)
{
	AUTO_BUF struct buf blob = { 0 };
	struct pages pages;
	bool sane = true;

	make_real(&blob, 0);
	CHECK_INT(pages_split(blob.data, blob.len, &pages), 0);
	for (size_t i = 0; i < pages.n; i++) {
		struct pages cut = pages;

		for (; cut.items[i].n; cut.items[i].n--)
			sane = is_sane_in_blocks(&cut) && sane;
		sane = is_sane_in_blocks(&cut) && sane;
	}
	CHECK(sane);
}

static void test_mutation(void)
{
	uint64_t seed = test_seed();
	bool sane = true;

	for (int round = 0; round < 20000; round++) {
		AUTO_BUF struct buf blob = { 0 };
		struct pages pages;

		make_real(&blob, test_random(&seed) % ARRAY_LEN(real));
		if (pages_split(blob.data, blob.len, &pages) < 0)
			abort();
		for (int k = 0; k < 8; k++) {
			struct page *page = &pages.items[test_random(&seed) % pages.n];
			size_t at = (size_t)(page->p - (const uint8_t *)blob.data) + test_random(&seed) % page->n;

			blob.data[at] = (char)(test_random(&seed) % 4 ? test_random(&seed) : 0xff);
		}
		sane = is_sane_in_blocks(&pages) && sane;
	}
	CHECK(sane);
}

int main(void)
{
	test_inquiry();
	test_device_types();
	test_vital_product_data();
	test_capacity();
	test_power_state();
	test_grown_defects();
	test_counter_lengths();
	test_error_counters();
	test_page_headers();
	test_temperature();
	test_exceptions();
	test_minutes_cycles_endurance();
	test_self_tests();
	test_real_disks();
	test_truncation();
	test_mutation();
	return TEST_END();
}
