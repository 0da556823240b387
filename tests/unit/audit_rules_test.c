/* SPDX-License-Identifier: MIT */
/* Tests of rules: the keys of rules as the kernel lists them and as rules files have them. */
#include <errno.h>
#include <linux/audit.h>

#include "../../cmd/audit-textfile/rules.h"
#include "test.h"

static struct buf keys;

/* The keys that are there, a '|' behind each. */
static const char *joined(void)
{
	static struct buf text;
	struct text left = { keys.data, keys.len }, key;

	buf_clear(&text);
	while (rules_next(&left, &key)) {
		buf_add(&text, key.p, key.n);
		buf_chr(&text, '|');
	}
	CHECK_INT(left.n, 0);
	buf_clear(&keys);
	return buf_cstr(&text);
}

/* ---- listed ---- */

/* A rule as the kernel sends it, its strings behind it. */
static struct {
	struct audit_rule_data head;
	char strings[512];
} rule;

static void begin(void)
{
	memset(&rule, 0, sizeof(rule));
}

static void add(uint32_t field, uint32_t value)
{
	rule.head.fields[rule.head.field_count] = field;
	rule.head.values[rule.head.field_count++] = value;
}

static void add_string(uint32_t field, const char *s)
{
	size_t n = strlen(s);

	add(field, (uint32_t)n);
	memcpy(rule.strings + rule.head.buflen, s, n);
	rule.head.buflen += (uint32_t)n;
}

static int listed(size_t n)
{
	return rules_listed(&rule, n, &keys);
}

#define WHOLE (sizeof(rule.head) + rule.head.buflen)

static void key_of_a_rule(void)
{
	begin();
	add(AUDIT_ARCH, 0xc000003e);
	add(AUDIT_LOGINUID, 1000);
	add_string(AUDIT_FILTERKEY, "logins");
	CHECK_INT(listed(WHOLE), 0);
	CHECK_STR(joined(), "logins|");
	CHECK_INT(listed(sizeof(rule)), 0); /* what is behind the strings is nobody's */
	CHECK_STR(joined(), "logins|");
}

static void rule_without_a_key(void)
{
	begin();
	CHECK_INT(listed(WHOLE), 0);
	add_string(AUDIT_DIR, "/etc");
	CHECK_INT(listed(WHOLE), 0);
	add_string(AUDIT_FILTERKEY, "");
	CHECK_INT(listed(WHOLE), 0);
	CHECK_STR(joined(), "");
}

/* A field whose value is a length moves the strings of those behind it; the number of any other does not. */
static void key_among_other_strings(void)
{
	static const uint32_t strings[] = {
		AUDIT_SUBJ_USER, AUDIT_SUBJ_ROLE, AUDIT_SUBJ_TYPE, AUDIT_SUBJ_SEN,    AUDIT_SUBJ_CLR,
		AUDIT_OBJ_USER,  AUDIT_OBJ_ROLE,  AUDIT_OBJ_TYPE,  AUDIT_OBJ_LEV_LOW, AUDIT_OBJ_LEV_HIGH,
		AUDIT_WATCH,     AUDIT_DIR,       AUDIT_EXE,
	};
	static const uint32_t numbers[] = { AUDIT_PID,     AUDIT_UID,     AUDIT_LOGINUID, AUDIT_PPID,
					    AUDIT_MSGTYPE, AUDIT_ARG0,    AUDIT_PERM,     AUDIT_INODE,
					    AUDIT_EXIT,    AUDIT_SUCCESS, AUDIT_FILETYPE, AUDIT_FSTYPE };

	for (size_t i = 0; i < ARRAY_LEN(strings); i++) {
		begin();
		add(numbers[i % ARRAY_LEN(numbers)], 3);
		add_string(strings[i], "other");
		add_string(AUDIT_FILTERKEY, "key");
		add_string(AUDIT_EXE, "/bin/sh");
		CHECK_INT(listed(WHOLE), 0);
		CHECK_STR(joined(), "key|");
	}
}

static void several_keys_of_a_rule(void)
{
	begin();
	add_string(AUDIT_FILTERKEY, "one\x01two\x01\x01three\x01");
	CHECK_INT(listed(WHOLE), 0);
	CHECK_INT(listed(WHOLE), 0); /* appended */
	CHECK_STR(joined(), "one|two|three|one|two|three|");
}

static void lengths_that_cannot_be(void)
{
	begin();
	add_string(AUDIT_DIR, "/etc");
	add_string(AUDIT_FILTERKEY, "key");
	CHECK_INT(listed(0), -EBADMSG);
	CHECK_INT(listed(sizeof(rule.head) - 1), -EBADMSG);
	CHECK_INT(listed(WHOLE - 1), -EBADMSG);
	rule.head.values[1] = 4;
	CHECK_INT(listed(WHOLE), -EBADMSG);
	rule.head.values[1] = 3;
	rule.head.values[0] = UINT32_MAX;
	CHECK_INT(listed(WHOLE), -EBADMSG);
	rule.head.values[0] = 4;
	rule.head.buflen--;
	CHECK_INT(listed(sizeof(rule)), -EBADMSG);
	rule.head.buflen = UINT32_MAX;
	CHECK_INT(listed(sizeof(rule)), -EBADMSG);
	rule.head.buflen = 7;
	rule.head.field_count = AUDIT_MAX_FIELDS + 1;
	CHECK_INT(listed(WHOLE), -EBADMSG);
	CHECK_STR(joined(), "");
	rule.head.field_count = AUDIT_MAX_FIELDS;
	CHECK_INT(listed(WHOLE), 0);
	CHECK_STR(joined(), "key|");
}

static void key_with_a_nul_is_none(void)
{
	begin();
	add_string(AUDIT_FILTERKEY, "k.y");
	rule.strings[1] = '\0';
	CHECK_INT(listed(WHOLE), 0);
	CHECK_STR(joined(), "");
}

/* ---- files ---- */

static const char *of_file(const char *text)
{
	rules_text(text_from(text), &keys);
	return joined();
}

static void keys_of_a_file(void)
{
	CHECK_STR(of_file("# audit.rules\n"
			  "-D\n"
			  "-b 8192\n"
			  "--loginuid-immutable\n"
			  "-w /etc/passwd -p wa -k identity\n"
			  "-a always,exit -F arch=b64 -S sethostname -F key=system-locale\n"
			  "  -A exclude,always   -F msgtype=CWD -k  trimmed  \r\n"
			  "-a always,exit -F path=/x -k one -k two -F key=three\n"
			  "-e 2"),
		  "identity|system-locale|trimmed|one|two|three|");
	CHECK_STR(of_file("-w /a -kglued\n-a always,exit -Fkey=glued2"), "glued|glued2|");
}

static void what_adds_no_rule_has_no_key(void)
{
	CHECK_STR(of_file(""), "");
	CHECK_STR(of_file("\n \n#-w /etc -k comment\n"), "");
	CHECK_STR(of_file("-d always,exit -k deleted\n-W /etc -k unwatched\n-D -k all\n-k lone\n"), "");
	CHECK_STR(of_file("-w /etc -k\n-w /etc -F\n-w /etc -F key=\n-w /etc -F monkey=x\n-w /etc -S -x "
			  "key=x\n"),
		  "");
	CHECK_STR(of_file("-w /etc\n-k next\n"), "");
}

int main(void)
{
	key_of_a_rule();
	rule_without_a_key();
	key_among_other_strings();
	several_keys_of_a_rule();
	lengths_that_cannot_be();
	key_with_a_nul_is_none();
	keys_of_a_file();
	what_adds_no_rule_has_no_key();
	buf_done(&keys);
	return TEST_END();
}
