/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes patterns and subjects, a line end between them: the literal before the
 * engine never says no where PCRE2 says yes, and groups lie in the subject.
 */
#include <string.h>

#include "../../cmd/audit-textfile/regex.h"

static void check_groups(const struct regex *re, struct text subject)
{
	for (size_t i = 0; i < regex_names(re); i++) {
		struct text t = regex_text(re, regex_group_at(re, i));

		if (regex_group(re, regex_name(re, i)) != regex_group_at(re, i))
			abort();
		if (t.n > 0 && (t.p < subject.p || t.p + t.n > subject.p + subject.n))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *end = n ? memchr(data, '\n', n) : NULL;
	AUTO_BUF struct buf pattern = { 0 }, why = { 0 };
	struct regex *re = NULL;
	struct text subject;

	if (!end || n > 4096)
		return 0;
	buf_add(&pattern, data, (size_t)(end - (const char *)data));
	subject = (struct text){ end + 1, n - pattern.len - 1 };
	if (regex_compile(buf_cstr(&pattern), &re, &why) < 0) {
		if (re || why.len == 0)
			abort();
		return 0;
	}
	if (regex_match_slow(re, subject) == 1) {
		check_groups(re, subject);
		if (regex_match(re, subject) != 1)
			abort();
	}
	regex_free(re);
	return 0;
}
