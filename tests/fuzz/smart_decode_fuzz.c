/* SPDX-License-Identifier: MIT */
/*
 * A reader's bytes to a drive. What decodes also prints: an exposition without
 * control characters, every series and family once, and one line of a table;
 * the drive keeps within its caps and is not both read and skipped. Half the
 * inputs are taken for those of a reader that did not come back.
 */
#include "../../cmd/smart-textfile/decode.h"
#include "../../cmd/smart-textfile/list.h"
#include "../fixtures/smart/build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_DRIVE struct drive d = { .name = "d" };
	AUTO_BUF struct buf text = { 0 }, table = { 0 };

	decode_pages(&d, data, n, n & 1);
	if (!is_sound(&d) || !print_drives(&text, &d, 1) || !is_exposition(buf_cstr(&text)))
		abort();
	list_summary(&table, &d, 1);
	if (count_lines(buf_cstr(&table)) != 2)
		abort();
	if (!d.up && d.skip == SKIP_NONE && !d.failed_step)
		abort(); /* what failed is always told */
	return 0;
}
