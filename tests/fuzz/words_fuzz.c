/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes core/words: what is read of any bytes and written again gives the same
 * bytes, line by line, so that nothing but canonical text is taken.
 */
#include <string.h>

#include "core/words.h"

/* Reads all words of a line into out; false where one is refused. */
static bool copy_line(struct words line, struct text key, struct buf *out)
{
	AUTO_BUF struct buf word = { 0 };

	buf_add(out, key.p, key.n);
	while (!words_at_end(&line)) {
		struct words again = line;
		uint64_t v;

		if (words_get_text(&line, &word) < 0)
			return false;
		if (words_get_u64(&again, &v) == 0)
			words_u64(out, v);
		else
			words_text(out, (struct text){ buf_cstr(&word), word.len });
	}
	words_end(out);
	return buf_error(out) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct words all = { { (const char *)data, n } }, line;
	struct text key;

	if (n > BUF_MAX_DEFAULT / 4)
		return 0;
	for (const char *start = all.left.p; words_line(&all, &line, &key); start = all.left.p) {
		AUTO_BUF struct buf out = { 0 };

		if (copy_line(line, key, &out) &&
		    (out.len != (size_t)(all.left.p - start) || memcmp(out.data, start, out.len) != 0))
			abort();
	}
	return 0;
}
