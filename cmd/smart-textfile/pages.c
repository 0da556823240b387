/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/num.h"
#include "pages.h"

enum { TAG = 4, HEAD = 8 };

int pages_split(const void *bytes, size_t n, struct pages *ret)
{
	const uint8_t *p = bytes;

	ret->n = 0;
	while (n) {
		struct page *page = &ret->items[ret->n];
		size_t len;

		if (n < HEAD)
			return -EBADMSG;
		len = (size_t)num_be(p + TAG, 4);
		if (len > PAGE_BYTES_MAX || len > n - HEAD)
			return -EBADMSG;
		if (ret->n == PAGES_MAX)
			return -E2BIG;
		memcpy(page->tag, p, TAG);
		page->tag[TAG] = '\0';
		page->p = p + HEAD;
		page->n = len;
		ret->n++;
		p += HEAD + len;
		n -= HEAD + len;
	}
	return 0;
}

size_t pages_first_disk(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	size_t at = 0;

	do {
		if (n - at < HEAD || num_be(p + at + TAG, 4) > n - at - HEAD)
			return n;
		at += HEAD + (size_t)num_be(p + at + TAG, 4);
	} while (at < n && memcmp(p + at, "DISK", n - at < TAG ? n - at : TAG) != 0);
	return at;
}

const struct page *pages_find(const struct pages *pages, const char *tag, size_t min)
{
	for (size_t i = 0; i < pages->n; i++)
		if (strcmp(pages->items[i].tag, tag) == 0 && pages->items[i].n >= min)
			return &pages->items[i];
	return NULL;
}

void pages_add(struct buf *out, const char tag[static 4], const void *payload, size_t n)
{
	const uint8_t len[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	buf_add(out, tag, TAG);
	buf_add(out, len, sizeof(len));
	buf_add(out, payload, n);
}
