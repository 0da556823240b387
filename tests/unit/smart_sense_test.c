/* SPDX-License-Identifier: MIT */
/*
 * Sense data of both formats (SPC-5 4.4), whole and cut off anywhere, and the
 * ATA registers in it (SAT-4 12.2.2.7 and 12.2.2.8), laid out here by hand.
 */
#include "../../cmd/smart-textfile/sense.h"
#include "test.h"

/* ATA Status Return descriptor: error 04, count 00FF, LBA 112233445566 in SAT's order, device 40, status 51. */
#define ATA_RETURN 0x09, 0x0c, 0x00, 0x04, 0x00, 0xff, 0x33, 0x66, 0x22, 0x55, 0x11, 0x44, 0x40, 0x51
#define INFORMATION 0x00, 0x0a, 0x80, 0x00, 1, 2, 3, 4, 5, 6, 7, 8

struct example {
	const char *what;
	uint8_t bytes[64];
	size_t n;
	struct sense want;
};

#define REGISTERS .has_registers = true, .error = 0x04, .count = 0xff, .lba_low = 0x66, .lba_mid = 0x55, \
		  .lba_high = 0x44, .status = 0x51

static const struct example examples[] = {
	{ "descriptor format with registers",
	  { 0x72, 0x01, 0x00, 0x1d, 0, 0, 0, 14, ATA_RETURN }, 22,
	  { .known = true, .key = 1, .ascq = 0x1d, REGISTERS } },
	{ "registers behind another descriptor",
	  { 0x72, 0x0b, 0x44, 0x00, 0, 0, 0, 26, INFORMATION, ATA_RETURN }, 34,
	  { .known = true, .key = 0xb, .asc = 0x44, REGISTERS } },
	{ "registers before another descriptor",
	  { 0x72, 0x00, 0x00, 0x1d, 0, 0, 0, 26, ATA_RETURN, INFORMATION }, 34,
	  { .known = true, .ascq = 0x1d, REGISTERS } },
	{ "descriptors without registers",
	  { 0x72, 0x05, 0x24, 0x00, 0, 0, 0, 12, INFORMATION }, 20,
	  { .known = true, .key = 5, .asc = 0x24 } },
	{ "registers beyond the additional length are none",
	  { 0x72, 0x05, 0x20, 0x00, 0, 0, 0, 0, ATA_RETURN }, 22,
	  { .known = true, .key = 5, .asc = 0x20 } },
	{ "a descriptor of that type with another length is none",
	  { 0x72, 0x01, 0x00, 0x1d, 0, 0, 0, 14, 0x09, 0x0a, 0, 4, 0, 0xff, 0, 0x66, 0, 0x55, 0, 0x44 }, 22,
	  { .known = true, .key = 1, .ascq = 0x1d } },
	{ "the upper bit of byte 0 and of the key's byte is no part of them",
	  { 0xf2, 0xf6, 0x29, 0x07 }, 8, { .known = true, .key = 6, .asc = 0x29, .ascq = 7 } },
	{ "deferred, descriptor format", { 0x73, 0x03, 0x0c, 0x02 }, 8,
	  { .known = true, .key = 3, .asc = 0x0c, .ascq = 2 } },

	/* Fixed: 3-6 error, status, device, count; 8 flags, 9-11 LBA from its low byte up. */
	{ "fixed format with registers",
	  { 0x70, 0, 0x01, 0x04, 0x51, 0x40, 0xff, 0x0a, 0x00, 0x66, 0x55, 0x44, 0x00, 0x1d, 0, 0, 0, 0 }, 18,
	  { .known = true, .fixed = true, .key = 1, .ascq = 0x1d, REGISTERS } },
	{ "the same as hdparm shows them of many bridges",
	  { 0xf0, 0, 0x01, 0x00, 0x50, 0x40, 0xff, 0x0a, 0x00, 0x00, 0x4f, 0xc2, 0x00, 0x1d }, 14,
	  { .known = true, .fixed = true, .key = 1, .ascq = 0x1d, .has_registers = true, .count = 0xff,
	    .lba_mid = 0x4f, .lba_high = 0xc2, .status = 0x50 } },
	{ "fixed format of another error has a block's address there",
	  { 0xf0, 0, 0x03, 0x00, 0x12, 0x34, 0x56, 0x0a, 1, 2, 3, 4, 0x11, 0x00, 0, 0, 0, 0 }, 18,
	  { .known = true, .fixed = true, .key = 3, .asc = 0x11 } },
	{ "00/1D with a hardware error is not that either",
	  { 0x70, 0, 0x04, 0x04, 0x51, 0x40, 0xff, 0x0a, 0, 0x66, 0x55, 0x44, 0x00, 0x1d, 0, 0, 0, 0 }, 18,
	  { .known = true, .fixed = true, .key = 4, .ascq = 0x1d } },
	{ "the key's byte has flags above it", { 0x70, 0, 0xe5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0x01 }, 14,
	  { .known = true, .fixed = true, .key = 5, .asc = 0x20, .ascq = 1 } },
	{ "deferred, fixed format", { 0x71, 0, 0x02, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x5e, 0x04, 0, 0, 0, 0 }, 18,
	  { .known = true, .fixed = true, .key = 2, .asc = 0x5e, .ascq = 4 } },

	{ "registers of a deferred error are an earlier command's, descriptor format",
	  { 0x73, 0x01, 0x00, 0x1d, 0, 0, 0, 14, ATA_RETURN }, 22, { .known = true, .key = 1, .ascq = 0x1d } },
	{ "and fixed format",
	  { 0x71, 0, 0x01, 0x04, 0x51, 0x40, 0xff, 0x0a, 0x00, 0x66, 0x55, 0x44, 0x00, 0x1d, 0, 0, 0, 0 }, 18,
	  { .known = true, .fixed = true, .key = 1, .ascq = 0x1d } },

	{ "nothing", { 0 }, 0, { .known = false } },
	{ "zeros", { 0 }, 18, { .known = false } },
	{ "a vendor's format", { 0x7f, 0x05, 0x20, 0x00, 0, 0, 0, 0 }, 18, { .known = false } },
};

static bool is_same(const struct sense *a, const struct sense *b)
{
	return a->known == b->known && a->fixed == b->fixed && a->key == b->key && a->asc == b->asc &&
	       a->ascq == b->ascq && a->has_registers == b->has_registers && a->error == b->error &&
	       a->count == b->count && a->lba_low == b->lba_low && a->lba_mid == b->lba_mid &&
	       a->lba_high == b->lba_high && a->status == b->status;
}

static void check_examples(void)
{
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		struct sense got = { .known = true, .key = 9, .status = 9 };

		sense_parse(examples[i].bytes, examples[i].n, &got);
		OK_(is_same(&got, &examples[i].want), examples[i].what,
		    "known %d fixed %d key %x asc %02x/%02x registers %d: %02x %02x %02x %02x %02x %02x", got.known,
		    got.fixed, got.key, got.asc, got.ascq, got.has_registers, got.error, got.count, got.lba_low,
		    got.lba_mid, got.lba_high, got.status);
	}
}

/* Every prefix, in a block of just that size so that a sanitizer sees a byte read too far. Less data never says more
 * or otherwise: a fact is that of the whole, or is not there. */
static void check_truncation(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		for (size_t n = 0; n < examples[i].n; n++) {
			AUTO_FREE uint8_t *bytes = malloc(n ? n : 1);
			const struct sense *whole = &examples[i].want;
			struct sense s;

			memcpy(bytes, examples[i].bytes, n);
			sense_parse(bytes, n, &s);
			wrong += s.known && (!whole->known || s.fixed != whole->fixed || s.key != whole->key);
			wrong += (s.asc && s.asc != whole->asc) || (s.ascq && s.ascq != whole->ascq);
			wrong += s.has_registers && !is_same(&s, whole);
			wrong += !s.known && (s.key || s.asc || s.ascq || s.has_registers);
		}
	CHECK_INT(wrong, 0);
}

/* Where registers start to be known: with the descriptor's last byte, with the fixed format's qualifier. */
static void check_shortest(void)
{
	static const struct {
		size_t example, n;
	} t[] = { { 0, 22 }, { 1, 34 }, { 2, 22 }, { 8, 14 } };

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct sense s;

		sense_parse(examples[t[i].example].bytes, t[i].n - 1, &s);
		CHECK(!s.has_registers);
		sense_parse(examples[t[i].example].bytes, t[i].n, &s);
		CHECK(s.has_registers);
	}
}

/* Descriptors of random lengths before the one with the registers: it is found, wherever it lies. */
static void check_random_descriptors(uint64_t *seed)
{
	static const uint8_t registers[] = { ATA_RETURN };
	size_t wrong = 0;

	for (int i = 0; i < 5000; i++) {
		uint8_t bytes[256] = { 0x72, 1, 0, 0x1d };
		size_t at = 8, stop = 8 + test_random(seed) % 200;
		struct sense s;

		while (at < stop) {
			bytes[at] = (uint8_t)(0x80 | test_random(seed)); /* a vendor's type */
			bytes[at + 1] = (uint8_t)(test_random(seed) % 17);
			at += (size_t)2 + bytes[at + 1];
		}
		memcpy(bytes + at, registers, sizeof(registers));
		bytes[7] = (uint8_t)(at + sizeof(registers) - 8);
		sense_parse(bytes, sizeof(bytes), &s);
		wrong += !is_same(&s, &examples[0].want);
	}
	CHECK_INT(wrong, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_examples();
	check_truncation();
	check_shortest();
	check_random_descriptors(&seed);
	return TEST_END();
}
