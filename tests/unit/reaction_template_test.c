/* SPDX-License-Identifier: MIT */
/* Tests of templates: what Jinja2 gives for each function, and errors that say where. */
#include <errno.h>

#include "../../cmd/reaction-textfile/template.h"
#include "test.h"

static void check(const char *source, const char *value, const char *want)
{
	AUTO_BUF struct buf out = { 0 };
	struct template_error e = { 0 };
	struct template *t = NULL;
	int r = template_compile(source, "v", &t, &e);

	if (r == 0)
		r = template_eval(t, text_from(value), &out);
	template_free(t);
	OK_(r == 0 && strcmp(buf_cstr(&out), want) == 0, source, "%d: got <<%s>>, want <<%s>>; %zu: %s", r,
	    buf_cstr(&out), want, e.column, e.what ? e.what : "");
}

static void check_error(const char *source, size_t column, const char *what)
{
	struct template_error e = { 0 };
	struct template *t = NULL;
	int r = template_compile(source, "v", &t, &e);

	OK_(r == -EINVAL && e.column == column && strstr(e.what, what), source, "%d at %zu: %s", r, e.column,
	    e.what ? e.what : "");
	template_free(t);
}

static void check_functions(void)
{
	check("{{ v.split('@') | last }}", "a@b@example.org", "example.org");
	check("{{ v }}", "x", "x");
	check("{{v}}", "x", "x");
	check("", "x", "");
	check("constant", "x", "constant");
	check("<{{ v }}|{{ v | upper }}>", "x", "<x|X>");
	check("{{ 'a\\'b\\\\\\n' }}", "x", "a'b\\\n");
	check("{{ \"it's\" }}", "x", "it's");
	check("{{ v | first }}", "\xc3\xa9t\xc3\xa9", "\xc3\xa9");
	check("{{ v | last }}", "\xc3\xa9t\xc3\xa9", "\xc3\xa9");
	check("{{ v.split('.')[0] }}", "192.0.2.1", "192");
	check("{{ v.split('.')[-2] }}", "192.0.2.1", "2");
	check("{{ v.split('.')[0:2] | join('.') }}", "192.0.2.1", "192.0");
	check("{{ v.split('.')[:-1] | join('.') }}.0", "192.0.2.1", "192.0.2.0");
	check("{{ v.split('.', 1) | last }}", "192.0.2.1", "0.2.1");
	check("{{ v.split('.', -1) | last }}", "192.0.2.1", "1");
	check("{{ v.split() | join('+') }}", "  a \t b\n", "a+b");
	check("{{ v.split(' ') | join('+') }}", " a  b", "+a++b");
	check("{{ v | split(',') | join }}", "a,b", "ab");
	check("{{ v[1:3] }}", "abcd", "bc");
	check("{{ v[-2:] }}", "abcd", "cd");
	check("{{ v[3:1] }}", "abcd", "");
	check("{{ v[-9:9] }}", "abcd", "abcd");
	check("{{ v[2] }}", "ab", "");
	check("{{ v[2] | default('none') }}", "ab", "none");
	check("{{ v | default('none') }}", "", "");
	check("{{ v | default('none', true) }}", "", "none");
	check("{{ v | default('none', True) }}", "x", "x");
	check("{{ v.lower() }}{{ v | upper }}", "aB\xc3\x89", "ab\xc3\x89" "AB\xc3\x89");
	check("{{ v.replace('a', 'bb') | replace('bb', '') }}", "xaya", "xy");
	check("{{ v | trim }}.{{ v.strip('xy') }}", " yx ", "yx. yx ");
	check("{{ v.strip('xy') }}", "xyzyx", "z");
}

static void check_errors(void)
{
	check_error("{{ ip }}", 4, "undefined");
	check_error("{{ }}", 4, "name is missing");
	check_error("{{ v", 5, "'}}' is missing");
	check_error("{{ v.split('@') }}", 19, "gives a list");
	check_error("{{ v | reverse }}", 8, "unknown");
	check_error("{{ v.items() }}", 6, "unknown");
	check_error("{{ v.lower }}", 12, "'(' is missing");
	check_error("{{ v | join }}", 12, "for a list");
	check_error("{{ v.split('.') | lower }}", 24, "this is a list");
	check_error("{{ v.replace('a') }}", 18, "argument more");
	check_error("{{ v.replace('', 'x') }}", 22, "empty");
	check_error("{{ v.split('') }}", 15, "empty");
	check_error("{{ v.lower('x') }}", 12, "too many");
	check_error("{{ v.split('a', 'b') }}", 17, "number is missing");
	check_error("{{ v.split(',' }}", 16, "',' or ')'");
	check_error("{{ v[] }}", 6, "number is missing");
	check_error("{{ v[1 }}", 8, "']' is missing");
	check_error("{{ v[9999999999] }}", 6, "makes sense");
	check_error("{{ 'x }}", 9, "no end");
	check_error("{{ '\\q' }}", 6, "escape");
	check_error("{{ v + 'x' }}", 6, "'}}' is missing");
	check_error("{% if v %}x{% endif %}", 1, "statements");
	check_error("a {# b #}", 3, "statements");
	check_error("{{ v|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower"
		    "|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower|lower }}",
		    197, "too many steps");
}

/* Doubling thirty times is stopped, and leaves what was there. */
static void check_bounds(void)
{
	AUTO_BUF struct buf source = { 0 }, out = { 0 };
	struct template_error e = { 0 };
	struct template *t = NULL;

	buf_str(&source, "{{ v");
	for (int i = 0; i < 30; i++)
		buf_str(&source, "|replace('a','aa')");
	buf_str(&source, " }}");
	buf_str(&out, "before");
	CHECK_INT(template_compile(buf_cstr(&source), "v", &t, &e), 0);
	CHECK_INT(template_eval(t, text_from("aaaa"), &out), -E2BIG);
	CHECK_STR(buf_cstr(&out), "before");
	template_free(t);
	template_free(NULL);
}

int main(void)
{
	check_functions();
	check_errors();
	check_bounds();
	return TEST_END();
}
