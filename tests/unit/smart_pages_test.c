/* SPDX-License-Identifier: MIT */
/*
 * Pages: records of tag, length and payload, taken apart and put together.
 * What is whole before a fault is kept, nothing of what is not.
 */
#include <errno.h>

#include "../../cmd/smart-textfile/pages.h"
#include "test.h"

/* The result, then "TAG:LENGTH" of every record that was found. */
static void check_split(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *found;
	} t[] = {
#define BYTES(s) s, sizeof(s) - 1
		{ BYTES(""), "0" },
		{ BYTES("PMOD\0\0\0\1\xff"), "0 PMOD:1" },
		{ BYTES("PMOD\0\0\0\0"), "0 PMOD:0" },
		{ BYTES("LOL!\0\0\0\2abPMOD\0\0\0\1\xff"), "0 LOL!:2 PMOD:1" },
		{ BYTES("PMOD\0\0\0\1\0PMOD\0\0\0\1\1"), "0 PMOD:1 PMOD:1" },
		{ BYTES("\xff\n\0~\0\0\0\0"), "0 \xff\n:0" },
		/* cut off in the tag, in the length, in the payload */
		{ BYTES("P"), "-EBADMSG" },
		{ BYTES("PMOD\0\0\0"), "-EBADMSG" },
		{ BYTES("PMOD\0\0\0\1"), "-EBADMSG" },
		{ BYTES("PMOD\0\0\0\1\xffSMST\0\0\0\4\0\0\0"), "-EBADMSG PMOD:1" },
		{ BYTES("PMOD\0\0\0\1\xffx"), "-EBADMSG PMOD:1" },
		/* lengths that would wrap or are simply too large */
		{ BYTES("PMOD\xff\xff\xff\xff\xff"), "-EBADMSG" },
		{ BYTES("PMOD\x80\0\0\0\xff"), "-EBADMSG" },
		{ BYTES("PMOD\1\0\0\0\xff"), "-EBADMSG" },
#undef BYTES
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf text = { 0 };
		struct pages pages;
		int r = pages_split(t[i].bytes, t[i].n, &pages);

		buf_str(&text, r == 0 ? "0" : r == -EBADMSG ? "-EBADMSG" : "?");
		for (size_t k = 0; k < pages.n; k++)
			buf_fmt(&text, " %s:%zu", pages.items[k].tag, pages.items[k].n);
		CHECK_STR(buf_cstr(&text), t[i].found);
	}
}

/* Exactly PAGES_MAX records and PAGE_BYTES_MAX bytes are taken. */
static void check_caps(void)
{
	AUTO_FREE uint8_t *payload = calloc(1, PAGE_BYTES_MAX + 1);
	AUTO_BUF struct buf many = { 0 }, large = { 0 }, larger = { 0 };
	struct pages pages;

	for (size_t i = 0; i < PAGES_MAX; i++)
		pages_add(&many, "PMOD", "", 0);
	CHECK_INT(pages_split(many.data, many.len, &pages), 0);
	CHECK_INT(pages.n, PAGES_MAX);
	pages_add(&many, "PMOD", "", 0);
	CHECK_INT(pages_split(many.data, many.len, &pages), -E2BIG);
	CHECK_INT(pages.n, PAGES_MAX);

	pages_add(&large, "LP02", payload, PAGE_BYTES_MAX);
	CHECK_INT(pages_split(large.data, large.len, &pages), 0);
	CHECK_INT(pages.items[0].n, PAGE_BYTES_MAX);
	pages_add(&larger, "LP02", payload, PAGE_BYTES_MAX + 1);
	CHECK_INT(pages_split(larger.data, larger.len, &pages), -EBADMSG);
	CHECK_INT(pages.n, 0);
}

/* The first record of a tag that is long enough; a tag is all of its four bytes. */
static void check_find(void)
{
	static const char bytes[] = "SMST\0\0\0\1aSMST\0\0\0\4bcdeSMST\0\0\0\4fghi";
	struct pages pages;

	CHECK_INT(pages_split(bytes, sizeof(bytes) - 1, &pages), 0);
	CHECK(pages_find(&pages, "SMST", 0) == &pages.items[0]);
	CHECK(pages_find(&pages, "SMST", 4) == &pages.items[1]);
	CHECK(*pages_find(&pages, "SMST", 2)->p == 'b');
	CHECK(!pages_find(&pages, "SMST", 5));
	CHECK(!pages_find(&pages, "SMS", 0));
	CHECK(!pages_find(&pages, "SMDT", 0));
}

/* What was put together is taken apart the same; cut anywhere, the records before the cut are. */
static void check_round_trip(uint64_t *seed)
{
	size_t differ = 0, cut_wrong = 0;

	for (int i = 0; i < 300; i++) {
		AUTO_BUF struct buf text = { 0 };
		size_t n = test_random(seed) % 8, ends[8] = { 0 };
		struct pages pages;

		for (size_t k = 0; k < n; k++) {
			uint8_t payload[600];
			char tag[5];

			memset(payload, (int)(i + (int)k), sizeof(payload));
			(void)snprintf(tag, sizeof(tag), "R%03zu", k);
			pages_add(&text, tag, payload, test_random(seed) % sizeof(payload));
			ends[k] = text.len;
		}
		differ += pages_split(buf_cstr(&text), text.len, &pages) != 0 || pages.n != n;
		for (size_t k = 0; k < pages.n; k++)
			differ += strtoul(pages.items[k].tag + 1, NULL, 10) != k ||
				  pages.items[k].p + pages.items[k].n != (uint8_t *)text.data + ends[k] ||
				  (pages.items[k].n && *pages.items[k].p != (uint8_t)(i + (int)k));
		for (size_t cut = 0; cut < text.len; cut += 1 + test_random(seed) % 16) {
			size_t whole = 0;
			int r = pages_split(text.data, cut, &pages);

			while (whole < n && ends[whole] <= cut)
				whole++;
			cut_wrong += pages.n != whole || (r == 0) != (cut == (whole ? ends[whole - 1] : 0));
		}
	}
	CHECK_INT(differ, 0);
	CHECK_INT(cut_wrong, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_split();
	check_caps();
	check_find();
	check_round_trip(&seed);
	return TEST_END();
}
