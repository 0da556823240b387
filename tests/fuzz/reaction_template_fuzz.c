/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes templates: the input is a template, a line end, and a value. A refused one says where, inside of it; an
 * accepted one gives a bounded text, the same twice, for that value and for the empty one.
 */
#include <errno.h>
#include <string.h>

#include "../../cmd/reaction-textfile/template.h"

static void eval(const struct template *t, struct text value)
{
	AUTO_BUF struct buf a = { 0 }, b = { 0 };
	int r = template_eval(t, value, &a);

	if (r != template_eval(t, value, &b) || a.len != b.len || (a.len && memcmp(a.data, b.data, a.len) != 0))
		abort();
	if (a.len > TEMPLATE_BYTES_MAX || (r < 0 && (r != -E2BIG || a.len)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *nl = n ? memchr(data, '\n', n) : NULL;
	size_t len = nl ? (size_t)(nl - data) : n;
	AUTO_FREE char *source = strndup((const char *)data, len);
	struct template_error e = { 0 };
	struct template *t = NULL;
	int r;

	if (!source)
		abort();
	r = template_compile(source, "v", &t, &e);
	if (r < 0 && (t || !e.what || e.column < 1 || e.column > strlen(source) + 1))
		abort();
	if (r == 0) {
		eval(t, (struct text){ nl ? (const char *)nl + 1 : "", nl ? n - len - 1 : 0 });
		eval(t, (struct text){ "", 0 });
	}
	template_free(t);
	return 0;
}
