/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions over foreign lines: what is compiled and refused, what
 * groups give, that no pattern and no subject takes long, and that the literal
 * before the engine never says no where PCRE2 says yes.
 */
#include <errno.h>
#include <time.h>

#include "../../cmd/audit-textfile/literal.h"
#include "../../cmd/audit-textfile/regex.h"
#include "test.h"

#define T(s) ((struct text){ s, sizeof(s) - 1 })

static void regex_done(struct regex **re)
{
	regex_free(*re);
}
#define AUTO_REGEX CLEANUP(regex_done)

static struct regex *compiled(const char *pattern)
{
	AUTO_BUF struct buf why = { 0 };
	struct regex *re = NULL;

	if (regex_compile(pattern, &re, &why) < 0)
		printf("# %s: %s\n", pattern, buf_cstr(&why));
	return re;
}

static void check_errors(void)
{
	static const struct {
		const char *pattern, *why;
	} t[] = {
		{ "(a", "missing closing parenthesis at offset 2" },
		{ "ab)", "unmatched closing parenthesis at offset 2" },
		{ "*", "quantifier does not follow a repeatable item at offset 0" },
		{ "[z-a]", "range out of order in character class at offset 3" },
		{ "a\\Cb", "using \\C is disabled by the application at offset 3" },
		{ "(?:(*UTF)a)", " at offset " },
		{ "(?<a>x)(?<a>y)", "two named subpatterns have the same name" },
		{ "(?J)(?<a>x)(?<a>y)", "has two groups named a" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf why = { 0 };
		struct regex *re = NULL;

		CHECK_INT(regex_compile(t[i].pattern, &re, &why), -EINVAL);
		CHECK(re == NULL);
		OK_(strstr(buf_cstr(&why), t[i].why) != NULL, t[i].pattern, "%s", buf_cstr(&why));
	}
}

static void check_long_pattern(void)
{
	AUTO_BUF struct buf why = { 0 };
	struct regex *re = NULL;
	char p[REGEX_PATTERN_MAX + 2];

	memset(p, 'a', sizeof(p));
	p[sizeof(p) - 1] = '\0';
	CHECK_INT(regex_compile(p, &re, &why), -EINVAL);
	CHECK_STR(buf_cstr(&why), "is longer than 4096 bytes");
}

static void check_groups(void)
{
	AUTO_REGEX struct regex *re = compiled("Failed (?<method>\\w+) for( invalid user)? (?<user>\\S*)(?<rest> .*)?$");

	CHECK_INT(regex_names(re), 3);
	CHECK_STR(regex_name(re, 0), "method");
	CHECK_STR(regex_name(re, 1), "user");
	CHECK_INT(regex_group(re, "user"), 3);
	CHECK_INT(regex_group_at(re, 2), 4);
	CHECK_INT(regex_group(re, "absent"), 0);
	CHECK(regex_text(re, 1).p == NULL); /* nothing has matched yet */
	CHECK_INT(regex_match(re, T("Accepted password for root")), 0);
	CHECK_INT(regex_match(re, T("x Failed password for invalid user \0\xff from")), 1);
	CHECK(text_is(regex_text(re, 1), "password"));
	CHECK_INT(regex_text(re, 3).n, 2);
	CHECK_INT(regex_match(re, T("Failed password for root")), 1);
	CHECK(text_is(regex_text(re, 3), "root"));
	CHECK(regex_text(re, 4).p == NULL);
	CHECK(regex_text(re, 99).p == NULL);
	CHECK_INT(regex_match(re, (struct text){ NULL, 0 }), 0);
	regex_free(NULL);
}

static void check_bytes_and_utf(void)
{
	AUTO_REGEX struct regex *bytes = compiled("^a.b$"), *utf = compiled("(*UTF)^a.b$"), *empty = compiled("^(?<all>.*)$");

	CHECK_INT(regex_match(bytes, T("a\xffz")), 0);
	CHECK_INT(regex_match(bytes, T("a\xff" "b")), 1);
	CHECK_INT(regex_match(bytes, T("a\xc3\xa9" "b")), 0);
	CHECK_INT(regex_match(utf, T("a\xc3\xa9" "b")), 1);
	CHECK_INT(regex_match(utf, T("a\xff" "b")), 0);
	CHECK_INT(regex_match(empty, (struct text){ NULL, 0 }), 1);
	CHECK(regex_text(empty, 1).p && regex_text(empty, 1).n == 0);
}

/* \K in a look-ahead: a start behind its end. */
static void check_reset_start(void)
{
	AUTO_REGEX struct regex *re = compiled("(?=ab\\K)");

	if (re && regex_match(re, T("ab")) == 1)
		CHECK(regex_text(re, 0).n == 0);
	else
		CHECK(true); /* newer PCRE2 refuses it */
}

/* ---- time ---- */

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Patterns that backtrack as many do, over subjects that make them. Sanitizers slow nothing here that counts. */
static void check_limits(void)
{
	static const char *const patterns[] = { "(a+)+[bc]",	 "(a|aa)+[bc]",	   "(a*)*[bc]",	    "a.*a.*a.*a.*[bc]",
						"^.*a.*a.*a.*[bc]", "(?:a?){64}[bc]", "(?:(?:a*)*)*[bc]", "(*UTF)(a+)+[bc]",
						"(*NO_JIT)(a+)+[bc]", "(*NO_JIT)a.*a.*a.*a.*[bc]", "(*NO_JIT)(?:x|a)*[bc]" };
	static char subject[64 * 1024];
	static const size_t sizes[] = { 64, 1000, 8000, sizeof(subject) };

	memset(subject, 'a', sizeof(subject));
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		AUTO_REGEX struct regex *re = compiled(patterns[i]);

		for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
			double start = seconds();
			int r = regex_match(re, (struct text){ subject, sizes[k] });

			start = seconds() - start;
			OK_(r == -E2BIG || r == 0, patterns[i], "%zu bytes: %d", sizes[k], r);
			OK_(start < 2, patterns[i], "%zu bytes: %.3f s", sizes[k], start);
			if (start > 0.05)
				printf("# %s over %zu bytes: %.3f s\n", patterns[i], sizes[k], start);
		}
	}
}

/* ... and no careful one comes near the limits on the longest line of an audit log. */
static void check_long_lines(void)
{
	AUTO_REGEX struct regex *re = compiled("type=(?<type>\\w+) .*exe=\"(?<exe>[^\"]*)\".*res=(?<res>\\w+)");
	AUTO_BUF struct buf line = { 0 };

	buf_str(&line, "type=USER_CMD msg=audit(1.2:3): pid=1 exe=\"/usr/bin/sudo\" cmd=");
	while (line.len < 8900)
		buf_str(&line, "7a exe=");
	buf_str(&line, " res=failed'");
	CHECK_INT(regex_match(re, (struct text){ line.data, line.len }), 1);
	CHECK(text_is(regex_text(re, 2), "/usr/bin/sudo"));
	CHECK(text_is(regex_text(re, 3), "failed"));
}

/* ---- the literal ---- */

static void check_literal(void)
{
	static const struct {
		const char *pattern, *literal;
	} t[] = {
		{ "Failed password", "Failed password" },
		{ "sshd\\[\\d+\\]: Failed (\\w+) for", "]: Failed " },
		{ "^abc$", "abc" },
		{ "ab*c", "a" },
		{ "xyab*c", "xya" },
		{ "abc?de", "ab" },
		{ "abc+de", "abc" },
		{ "abc{2}de", "ab" },
		{ "abc{0,}defg", "defg" },
		{ "abc{,3}de", "ab" },
		{ "a{b}c", "a{b}c" },
		{ "a{1b}c", "" },
		{ "abc|de", "" },
		{ "ab(c|d)efg", "efg" },
		{ "ab(cdefg)?h", "ab" },
		{ "(abc)", "" },
		{ "ab[cd]e", "ab" },
		{ "a[]b]cd", "cd" },
		{ "a[^]bcd]ef", "ef" },
		{ "a[[:alpha:]bcd]ef", "" },
		{ "a[\\]bcd]ef", "ef" },
		{ "a(b[)]c)def", "def" },
		{ "a(b\\)c)def", "def" },
		{ "(?i)abc", "" },
		{ "ab(?i:c)d", "" },
		{ "ab(c(?x) # )\n)d", "" },
		{ "(*UTF)abc", "" },
		{ "a(b(*ACCEPT))cde", "" },
		{ "a(?#b)c", "" },
		{ "ab(?=cde)f", "ab" },
		{ "ab(?!cdef)g", "ab" },
		{ "(?<=abc)d", "d" },
		{ "(?<name>abc)de", "de" },
		{ "(?P<name>abc)de", "de" },
		{ "abc(?1)", "" },
		{ "abc(?P>n)", "" },
		{ "(?(1)a|b)cd", "" },
		{ "\\Qab\\E", "" },
		{ "a\\x41", "" },
		{ "a\\041", "" },
		{ "a\\cAb", "" },
		{ "a\\dbc", "bc" },
		{ "a\\.b\\/c", "a.b/c" },
		{ "a\\\\b", "a\\b" },
		{ "\\p{L}ab", "" },
		{ "a.b", "a" },
		{ "", "" },
		{ "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf got = { 0 };

		literal_of(t[i].pattern, &got);
		OK_(strcmp(buf_cstr(&got), t[i].literal) == 0, t[i].pattern, "got <<%s>>, want <<%s>>", buf_cstr(&got), t[i].literal);
	}
}

/* The search against the plain one. */
static void check_search(uint64_t seed)
{
	int wrong = 0;

	for (int i = 0; i < 200000; i++) {
		char bytes[4], subject[24];
		struct literal l;
		struct text in = { subject, test_random(&seed) % sizeof(subject) };
		size_t n = test_random(&seed) % (sizeof(bytes) + 1);

		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = "ax \0"[test_random(&seed) % 4];
		for (size_t k = 0; k < in.n; k++)
			subject[k] = "ax \0"[test_random(&seed) % 4];
		l = literal_prepare((struct text){ bytes, n });
		wrong += literal_is_in(&l, in) != (memmem(subject, in.n, bytes, n) != NULL);
	}
	CHECK_INT(wrong, 0);
}

/* Random patterns of everything that the walk looks at, and random subjects: where PCRE2 matches, the literal is. */
static void check_property(uint64_t seed)
{
	static const char *const pieces[] = { "a", "b", "ab", "ba", "aab", "a", "b", "{", "}", "]", "-", ":", ",", "2", "#", " ",
					      "(", ")", "(?:", "(?<n>", "(?=", "(?!", "(?<=", "(?>", "(?|", "(?i)", "(?x)", "(?i:", "(?#",
					      "[", "[^", "[]", "[[:alpha:]", "[a", "]", ")", ")", "]", "*", "+", "?", "{2}", "{0,1}", "{,2}", "{1,}",
					      "|", ".", "^", "$", "\\", "\\d", "\\w", "\\.", "\\]", "\\)", "\\(", "\\[", "\\Q", "\\E", "\\x61", "\\1",
					      "\\141", "\\b", "\\K", "\\cA", "(?1)", "(?(1)", "(*ACCEPT)", "(*UTF)", "\\R", "\\N", "(?R)" };
	static const char alphabet[] = "aaabbbAB{}[]2-, #.:\n";
	int wrong = 0, patterns = 0, with_literal = 0, matches = 0;

	for (int i = 0; i < 60000; i++) {
		AUTO_BUF struct buf pattern = { 0 }, why = { 0 };
		AUTO_REGEX struct regex *re = NULL;

		for (size_t n = 1 + test_random(&seed) % 8; n > 0; n--)
			buf_str(&pattern, pieces[test_random(&seed) % ARRAY_LEN(pieces)]);
		if (regex_compile(buf_cstr(&pattern), &re, &why) < 0)
			continue;
		patterns++;
		if (regex_literal(re).n == 0)
			continue;
		with_literal++;
		for (int k = 0; k < 40; k++) {
			char subject[16];
			struct text in = { subject, test_random(&seed) % sizeof(subject) };
			int slow, fast;

			for (size_t c = 0; c < in.n; c++)
				subject[c] = alphabet[test_random(&seed) % (sizeof(alphabet) - 1)];
			slow = regex_match_slow(re, in);
			fast = regex_match(re, in);
			matches += slow == 1;
			if (slow == 1 && fast != 1 && wrong++ < 10)
				printf("# pattern <<%s>>, subject <<%.*s>>\n", buf_cstr(&pattern), (int)in.n, subject);
		}
	}
	CHECK_INT(wrong, 0);
	printf("# %d patterns, %d with a literal, %d matches\n", patterns, with_literal, matches);
	CHECK(with_literal > 2000 && matches > 10000);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_errors();
	check_long_pattern();
	check_groups();
	check_bytes_and_utf();
	check_reset_start();
	check_limits();
	check_long_lines();
	check_literal();
	check_search(seed);
	check_property(seed);
	return TEST_END();
}
