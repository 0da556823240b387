/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <errno.h>
#include <pcre2.h>
#include <string.h>

#include "literal.h"
#include "regex.h"

enum {
	HEAP_KIB = 4096,              /* what a match may allocate */
	DEPTH_MAX = 100000,           /* nested backtracking points, without JIT */
	JIT_STACK_MIN = 32 * 1024,    /* address space is taken for the most, memory as it is used */
	JIT_STACK_MAX = 1024 * 1024,
	MESSAGE_MAX = 256,            /* pcre2api(3): 256 code units hold any message */
};

struct name {
	const char *name; /* lies in code */
	size_t group;
};

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	struct literal literal;
	struct buf literal_bytes;
	bool anchored;
	const char *subject; /* of the last match */
	struct name *names;
	size_t n_names;
};

static void add_error(struct buf *why, int code, size_t offset)
{
	PCRE2_UCHAR message[MESSAGE_MAX];

	if (pcre2_get_error_message(code, message, sizeof(message)) < 0)
		message[0] = '\0';
	buf_fmt(why, "%s at offset %zu", (const char *)message, offset);
}

static int compile(struct regex *re, const char *pattern, struct buf *why)
{
	/* MATCH_INVALID_UTF has to be asked for beforehand, so no pattern gets to UTF but by its very beginning. */
	uint32_t utf = strncmp(pattern, "(*UTF)", 6) == 0 ? PCRE2_MATCH_INVALID_UTF : PCRE2_NEVER_UTF;
	PCRE2_SIZE offset;
	int code;

	if (strnlen(pattern, REGEX_PATTERN_MAX + 1) > REGEX_PATTERN_MAX) {
		buf_fmt(why, "is longer than %d bytes", REGEX_PATTERN_MAX);
		return -EINVAL;
	}
	re->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_NEVER_BACKSLASH_C | utf, &code,
				 &offset, NULL);
	if (!re->code) {
		add_error(why, code, offset);
		return code == PCRE2_ERROR_HEAP_FAILED ? -ENOMEM : -EINVAL;
	}
	/* Refused where memory may not be written and executed (MemoryDenyWriteExecute=): the interpreter does it. */
	(void)pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
	return 0;
}

static int prepare(struct regex *re)
{
	re->data = pcre2_match_data_create_from_pattern(re->code, NULL);
	re->context = pcre2_match_context_create(NULL);
	if (!re->data || !re->context)
		return -ENOMEM;
	(void)pcre2_set_heap_limit(re->context, HEAP_KIB);
	(void)pcre2_set_depth_limit(re->context, DEPTH_MAX);
	re->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
	if (re->stack) /* NULL where PCRE2 has no JIT */
		pcre2_jit_stack_assign(re->context, NULL, re->stack);
	return 0;
}

/* The name table (pcre2api(3), PCRE2_INFO_NAMETABLE): entries of equal size, a group's number in two bytes, the most
 * significant first, and its name with a NUL; sorted by name. */
static int read_names(struct regex *re, struct buf *why)
{
	uint32_t n = 0, size = 0, options = 0;
	PCRE2_SPTR table = NULL;

	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMECOUNT, &n);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMETABLE, &table);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_ALLOPTIONS, &options);
	re->anchored = options & PCRE2_ANCHORED;
	re->names = calloc(n + 1, sizeof(*re->names));
	if (!re->names)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++, table += size) {
		struct name new = { (const char *)table + 2, (size_t)table[0] << 8 | table[1] };
		size_t at = re->n_names++;

		if (i > 0 && strcmp((const char *)table + 2 - size, new.name) == 0) {
			buf_fmt(why, "has two groups named %s", new.name);
			return -EINVAL;
		}
		for (; at > 0 && re->names[at - 1].group > new.group; at--)
			re->names[at] = re->names[at - 1];
		re->names[at] = new;
	}
	return 0;
}

int regex_compile(const char *pattern, struct regex **ret, struct buf *why)
{
	struct regex *re = calloc(1, sizeof(*re));
	int r = re ? compile(re, pattern, why) : -ENOMEM;

	if (r == 0)
		r = prepare(re);
	if (r == 0)
		r = read_names(re, why);
	if (r == 0) {
		literal_of(pattern, &re->literal_bytes);
		re->literal = literal_prepare((struct text){ buf_cstr(&re->literal_bytes), re->literal_bytes.len });
		*ret = re;
		return 0;
	}
	regex_free(re);
	return r;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_jit_stack_free(re->stack);
	pcre2_match_context_free(re->context);
	pcre2_match_data_free(re->data);
	pcre2_code_free(re->code);
	buf_done(&re->literal_bytes);
	free(re->names);
	free(re);
}

size_t regex_names(const struct regex *re)
{
	return re->n_names;
}

const char *regex_name(const struct regex *re, size_t i)
{
	return re->names[i].name;
}

size_t regex_group_at(const struct regex *re, size_t i)
{
	return re->names[i].group;
}

size_t regex_group(const struct regex *re, const char *name)
{
	for (size_t i = 0; i < re->n_names; i++)
		if (strcmp(re->names[i].name, name) == 0)
			return re->names[i].group;
	return 0;
}

/* The engine counts from each starting place anew, and reaching the limit at one ends the match. So the limit of one is
 * the whole's share, unless the pattern has no other place. */
static uint32_t steps_for(const struct regex *re, size_t n)
{
	size_t share = REGEX_STEPS / (n + 1);

	return re->anchored || share > REGEX_STEPS_START ? REGEX_STEPS_START : (uint32_t)share + 1;
}

int regex_match_slow(struct regex *re, struct text subject)
{
	const char *p = subject.n ? subject.p : "";
	int r;

	(void)pcre2_set_match_limit(re->context, steps_for(re, subject.n));
	r = pcre2_match(re->code, (PCRE2_SPTR)p, subject.n, 0, 0, re->data, re->context);
	if (r >= 0) {
		re->subject = p;
		return 1;
	}
	return r == PCRE2_ERROR_NOMATCH ? 0 : r == PCRE2_ERROR_NOMEMORY ? -ENOMEM : -E2BIG;
}

int regex_match(struct regex *re, struct text subject)
{
	return literal_is_in(&re->literal, subject) ? regex_match_slow(re, subject) : 0;
}

struct text regex_text(const struct regex *re, size_t group)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(re->data) + 2 * group;

	/* \K in a look-around can put a start behind the end. */
	if (!re->subject || group >= pcre2_get_ovector_count(re->data) || at[0] == PCRE2_UNSET || at[0] > at[1])
		return (struct text){ 0 };
	return (struct text){ re->subject + at[0], at[1] - at[0] };
}

struct text regex_literal(const struct regex *re)
{
	return re->literal.bytes;
}
