/* SPDX-License-Identifier: MIT */
/*
 * IDENTIFY DEVICE data, made here word by word after ACS-4 7.13. What does not
 * hold, by the page's own validity bits and checksum, must stay unknown.
 */
#include "../../cmd/smart-textfile/ata.h"
#include "../fixtures/smart/build.h"
#include "test.h"

struct setting {
	unsigned word;
	uint16_t v;
};

static void identify(struct drive *d, const struct setting *settings, size_t n)
{
	uint8_t page[512] = { 0 };

	for (size_t i = 0; i < n; i++)
		if (settings[i].word)
			put_word(page, settings[i].word, settings[i].v);
	ata_decode_identify(d, page);
}

static void check_strings(void)
{
	AUTO_DRIVE struct drive d = { 0 }, blank = { 0 };
	uint8_t page[512];

	memset(page, 'Z', sizeof(page)); /* neighbours must not be taken along */
	page[510] = 0;
	put_words(page, 10, 10, "   S0123456789ABC  ");
	put_words(page, 23, 4, "FW 1.02");
	put_words(page, 27, 20, "MODEL of forty characters, exactly so ++");
	ata_decode_identify(&d, page);
	CHECK_STR(d.serial, "S0123456789ABC");
	CHECK_STR(d.firmware, "FW 1.02");
	CHECK_STR(d.model, "MODEL of forty characters, exactly so ++");

	put_words(page, 10, 10, "");
	memset(page + 46, 0, 8);
	put_words(page, 27, 20, "A\x80 \"\\\n\x1b\xc3\xa4");
	ata_decode_identify(&blank, page);
	CHECK(!blank.serial);
	CHECK(!blank.firmware);
	CHECK_STR(blank.model, "A\xef\xbf\xbd \"\\\n\xef\xbf\xbd\xc3\xa4");
}

static void check_geometry(void)
{
	static const struct {
		struct setting s[9];
		intmax_t capacity, logical, physical;
	} t[] = {
		{ { { 0 } }, -1, 512, 512 },
		{ { { 60, 0x5678 }, { 61, 0x0123 } }, 0x01235678LL * 512, 512, 512 },
		/* 48 bits need word 83 bit 10, and word 83 its own validity bits */
		{ { { 60, 0xffff }, { 61, 0x0fff }, { 83, 0x4400 }, { 100, 0x6db0 }, { 101, 0xd1c0 }, { 102, 1 } },
		  0x1d1c06db0LL * 512, 512, 512 },
		{ { { 60, 0xffff }, { 61, 0x0fff }, { 83, 0x4000 }, { 102, 1 } }, 0x0fffffffLL * 512, 512, 512 },
		{ { { 60, 0xffff }, { 61, 0x0fff }, { 83, 0xc400 }, { 102, 1 } }, 0x0fffffffLL * 512, 512, 512 },
		{ { { 60, 0xffff }, { 61, 0x0fff }, { 83, 0x0400 }, { 102, 1 } }, 0x0fffffffLL * 512, 512, 512 },
		{ { { 60, 100 }, { 83, 0x4400 } }, 51200, 512, 512 }, /* the 48-bit field is empty */
		/* word 106 bit 13: 2^n logical sectors in a physical one; bit 12: a logical one's words in 117-118 */
		{ { { 60, 8 }, { 106, 0x6003 } }, 4096, 512, 4096 },
		{ { { 60, 8 }, { 106, 0x4003 } }, 4096, 512, 512 },
		{ { { 60, 8 }, { 106, 0x2003 } }, 4096, 512, 512 },
		{ { { 60, 8 }, { 106, 0xe003 } }, 4096, 512, 512 },
		{ { { 60, 8 }, { 106, 0x600f } }, 4096, 512, 512LL << 15 },
		{ { { 60, 8 }, { 106, 0x5000 }, { 117, 2048 } }, 8 * 4096, 4096, 4096 },
		{ { { 60, 8 }, { 106, 0x7001 }, { 117, 260 } }, 8 * 520, 520, 1040 },
		{ { { 60, 8 }, { 106, 0x4000 }, { 117, 2048 } }, 4096, 512, 512 },
		{ { { 60, 8 }, { 106, 0x5000 }, { 118, 1 } }, 8 * 131072, 131072, 131072 },
		/* fewer than 256 words, or more than a number holds, is no sector */
		{ { { 60, 8 }, { 106, 0x5000 } }, 4096, 512, 512 },
		{ { { 60, 8 }, { 106, 0x5000 }, { 117, 255 } }, 4096, 512, 512 },
		{ { { 60, 8 }, { 106, 0x5000 }, { 118, 0x8000 } }, 4096, 512, 512 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_DRIVE struct drive d = { 0 };

		identify(&d, t[i].s, ARRAY_LEN(t[i].s));
		CHECK_INT(fact(&d, V_CAPACITY_BYTES), t[i].capacity);
		CHECK_INT(fact(&d, V_BLOCK_LOGICAL), t[i].logical);
		CHECK_INT(fact(&d, V_BLOCK_PHYSICAL), t[i].physical);
	}
}

static void check_largest_capacity(void)
{
	static const struct setting s[] = { { 83, 0x4400 },  { 100, 0xffff }, { 101, 0xffff }, { 102, 0xffff },
					    { 103, 0xffff }, { 106, 0x5000 }, { 117, 0xffff }, { 118, 0x7fff } };
	AUTO_DRIVE struct drive d = { 0 };
	char text[NUM_PRODUCT_SIZE];

	identify(&d, s, ARRAY_LEN(s));
	(void)num_format_product(text, d.values[V_CAPACITY_BYTES].n, d.values[V_CAPACITY_BYTES].mul);
	CHECK_STR(text, "79228162477370849441829879810"); /* (2^64 - 1) x (2^32 - 2) */
}

/* One word each. */
static void check_words(void)
{
	static const struct {
		enum drive_value v;
		struct setting s[4];
		intmax_t want;
	} t[] = {
		{ V_ROTATION_RPM, { { 217, 0 } }, -1 },
		{ V_ROTATION_RPM, { { 217, 1 } }, 0 },
		{ V_ROTATION_RPM, { { 217, 2 } }, -1 },
		{ V_ROTATION_RPM, { { 217, 0x400 } }, -1 },
		{ V_ROTATION_RPM, { { 217, 0x401 } }, 0x401 },
		{ V_ROTATION_RPM, { { 217, 7200 } }, 7200 },
		{ V_ROTATION_RPM, { { 217, 0xfffe } }, 0xfffe },
		{ V_ROTATION_RPM, { { 217, 0xffff } }, -1 },
		/* word 77 bits 3:1, generation 1 to 3: 1.5, 3, 6 Gbit/s */
		{ V_SPEED_BYTES_PER_SECOND, { { 77, 0 } }, -1 },
		{ V_SPEED_BYTES_PER_SECOND, { { 77, 0x0002 } }, 187500000 },
		{ V_SPEED_BYTES_PER_SECOND, { { 77, 0x0004 } }, 375000000 },
		{ V_SPEED_BYTES_PER_SECOND, { { 77, 0x0006 } }, 750000000 },
		{ V_SPEED_BYTES_PER_SECOND, { { 77, 0x00f6 } }, 750000000 },
		{ V_SPEED_BYTES_PER_SECOND, { { 77, 0x0008 } }, -1 },
		{ V_SPEED_BYTES_PER_SECOND, { { 77, 0x000e } }, -1 },
		{ V_SPEED_BYTES_PER_SECOND, { { 77, 0xffff } }, -1 },
		/* supported: 82 bit 0, valid by 83; enabled: 85 bit 0, valid by 87 */
		{ V_SMART_ENABLED, { { 82, 1 }, { 83, 0x4000 }, { 85, 1 }, { 87, 0x4000 } }, 1 },
		{ V_SMART_ENABLED, { { 82, 1 }, { 83, 0x4000 }, { 85, 0 }, { 87, 0x4000 } }, 0 },
		{ V_SMART_ENABLED, { { 82, 0 }, { 83, 0x4000 }, { 85, 1 }, { 87, 0x4000 } }, 0 },
		{ V_SMART_ENABLED, { { 82, 0xfffe }, { 83, 0x4000 }, { 85, 0xfffe }, { 87, 0x4000 } }, 0 },
		{ V_SMART_ENABLED, { { 82, 1 }, { 83, 0x0000 }, { 85, 1 }, { 87, 0x4000 } }, -1 },
		{ V_SMART_ENABLED, { { 82, 1 }, { 83, 0x4000 }, { 85, 0 }, { 87, 0x0000 } }, -1 },
		{ V_SMART_ENABLED, { { 82, 0 }, { 83, 0x4000 }, { 85, 0 }, { 87, 0x0000 } }, 0 },
		{ V_SMART_ENABLED, { { 82, 0xffff }, { 83, 0xffff }, { 85, 0xffff }, { 87, 0xffff } }, -1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_DRIVE struct drive d = { 0 };

		identify(&d, t[i].s, ARRAY_LEN(t[i].s));
		CHECK_INT(fact(&d, t[i].v), t[i].want);
	}
}

static void check_wwn(void)
{
	static const struct {
		uint16_t word87;
		const char *want;
	} t[] = { { 0x4100, "5000c500012abcdf" }, { 0x4000, "-" }, { 0x0100, "-" }, { 0xc100, "-" }, { 0x8100, "-" } };

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const struct setting s[] = { { 87, t[i].word87 }, { 108, 0x5000 }, { 109, 0xc500 }, { 110, 0x012a },
					     { 111, 0xbcdf } };
		AUTO_DRIVE struct drive d = { 0 };

		identify(&d, s, ARRAY_LEN(s));
		CHECK_STR(d.wwn ? d.wwn : "-", t[i].want);
	}
}

/* Word 255: with A5h in its low byte, and only then, its high byte is a checksum. */
static void check_checksum(void)
{
	uint8_t page[512] = { 0 };

	put_words(page, 10, 10, "SERIAL");
	for (int i = 0; i < 4; i++) {
		AUTO_DRIVE struct drive d = { 0 };

		page[510] = i < 2 ? 0xa5 : i == 2 ? 0xa4 : 0;
		page[511] = 0;
		seal(page);
		page[511] = (uint8_t)(page[511] + i); /* 0: right; 1: wrong; 2, 3: wrong and of no importance */
		ata_decode_identify(&d, page);
		CHECK_INT(fact(&d, V_ATA_CHECKSUM_IDENTIFY), i < 2 ? i : -1);
		CHECK_STR(d.serial ? d.serial : "-", i == 1 ? "-" : "SERIAL");
		CHECK((fact(&d, V_BLOCK_LOGICAL) < 0) == (i == 1));
	}
}

int main(void)
{
	check_strings();
	check_geometry();
	check_largest_capacity();
	check_words();
	check_wwn();
	check_checksum();
	return TEST_END();
}
