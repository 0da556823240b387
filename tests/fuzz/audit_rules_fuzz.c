/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes audit-textfile/rules and kernel: the input is a rule as the kernel
 * lists it, a rules file, and an answer of the kernel's. Every key is a part of the input, not
 * empty and without NUL; a listed one without its separator; what is no rule leaves nothing.
 */
#include <linux/audit.h>
#include <string.h>

#include "../../cmd/audit-textfile/kernel.h"
#include "../../cmd/audit-textfile/rules.h"

static size_t check(const struct buf *keys, struct text input)
{
	struct text left = { keys->data, keys->len }, key;
	size_t n = 0;

	for (; rules_next(&left, &key); n++)
		if (key.n == 0 || memchr(key.p, '\0', key.n) || !memmem(input.p, input.n, key.p, key.n))
			abort();
	if (left.n)
		abort();
	return n;
}

static void check_listed(struct text input)
{
	AUTO_BUF struct buf keys = { 0 };
	size_t len;
	int r = rules_listed(input.p, input.n, &keys);

	(void)check(&keys, input);
	if ((r < 0 && keys.len) || (keys.len && memchr(keys.data, '\x01', keys.len)))
		abort();
	len = keys.len;
	if (rules_listed(input.p, input.n, &keys) != r || keys.len != 2 * len)
		abort();
}

/* No more keys than words. */
static void check_file(struct text input)
{
	AUTO_BUF struct buf keys = { 0 };
	size_t words = 1;

	for (size_t i = 0; i < input.n; i++)
		words += input.p[i] == ' ' || input.p[i] == '\n';
	rules_text(input, &keys);
	if (check(&keys, input) > words)
		abort();
}

static void check_answer(struct text input)
{
	const struct kernel_question questions[] = { { AUDIT_GET, 1 }, { AUDIT_LIST_RULES, 2 } };

	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		struct kernel k = { 0 };
		int r = kernel_answer(&k, &questions[i], input.p, input.n);

		if (r > 1 || (r < 0 && (k.known || k.keys.len)) ||
		    (k.known && questions[i].type != AUDIT_GET))
			abort();
		kernel_done(&k);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text input = { (const char *)data, size };

	check_listed(input);
	check_file(input);
	check_answer(input);
	return 0;
}
