/* SPDX-License-Identifier: MIT */
/*
 * Tests of audit-textfile's record, field, types and message: lines of audit.log as Debian, RHEL
 * and NixOS write them, the oddities that were seen in the wild, and values that try to be fields.
 */
#include "../../cmd/audit-textfile/message.h"
#include "test.h"

static struct record_reader reader;

static enum record_fault parse(const char *line, struct record *r)
{
	return record_parse(&reader, text_from(line), r);
}

static void check_ids(void)
{
	static const struct {
		const char *line;
		const char *node, *body;
		unsigned type;
		uint64_t ms;
		unsigned serial;
	} t[] = {
		{ "type=USER_AUTH msg=audit(1795147712.817:13): pid=1 res=failed", "", "pid=1 res=failed",
		  1100, 1795147712817, 13 },
		{ "type=USER_AUTH msg=audit(1795147712.817:13): pid=2", "", "pid=2", 1100, 1795147712817,
		  13 },
		{ "type=CWD msg=audit(1795147712.817:135):  cwd=\"/\"", "", "cwd=\"/\"", 1307, 1795147712817,
		  135 },
		{ "type=CWD msg=audit(1795147712.001:135): cwd=\"/\"", "", "cwd=\"/\"", 1307, 1795147712001,
		  135 },
		{ "node=h.example type=EOE msg=audit(17951477.817:4294967295): ", "h.example", "", 1320,
		  17951477817, 4294967295 },
		{ "type=DAEMON_CONFIG msg=audit(1490239800.477:34) config changed, auid=0", "",
		  "config changed, auid=0", 1203, 1490239800477, 34 },
		{ "type=UNKNOWN[1420] msg=audit(1.000:0): subj=x", "", "subj=x", 1420, 1000, 0 },
		{ "type=UNKNOWN[1999] msg=audit(1.000:0):", "", "", 1999, 1000, 0 },
		{ "type=CKADDR msg=audit(1.000:0): saddr=01", "", "saddr=01", 0, 1000, 0 },
		{ "type=USER_CMD msg=audit(1.000:7): user pid=1 uid=0", "", "user pid=1 uid=0", 1123, 1000,
		  7 },
		{ "type=SYSCALL msg=audit(1.000:7): a=1\x1d"
		  "ARCH=x86_64",
		  "", "a=1", 1300, 1000, 7 },
		{ "type=SYSCALL msg=audit(1.000:7): \x1d"
		  "ARCH=x86_64",
		  "", "", 1300, 1000, 7 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct record r;

		CHECK_INT(parse(t[i].line, &r), RECORD_FINE);
		CHECK_INT(r.number, t[i].type);
		CHECK_INT(r.ms, t[i].ms);
		CHECK_INT(r.serial, t[i].serial);
		CHECK(text_is(r.node, t[i].node));
		CHECK(text_is(record_body(&r), t[i].body));
	}
}

static void check_faults(void)
{
	static const struct {
		const char *line;
		enum record_fault fault;
	} t[] = {
		{ "", RECORD_NOT_A_RECORD },
		{ "once upon a time", RECORD_NOT_A_RECORD },
		{ "YSCALL msg=audit(1.000:1): a=1", RECORD_NOT_A_RECORD },
		{ " type=USER msg=audit(1.000:1): a=1", RECORD_NOT_A_RECORD },
		{ "node=h", RECORD_NOT_A_RECORD },
		{ "node=h msg=audit(1.000:1): a=1", RECORD_NOT_A_RECORD },
		{ "type=", RECORD_BAD_TYPE },
		{ "type= msg=audit(1.000:1): ", RECORD_BAD_TYPE },
		{ "type=USER", RECORD_BAD_TYPE }, /* cut off */
		{ "type=unknown msg=audit(1.000:1): ", RECORD_BAD_TYPE },
		{ "type=UNKNOWN[] msg=audit(1.000:1): ", RECORD_BAD_TYPE },
		{ "type=UNKNOWN[4294967296] msg=audit(1.000:1): ", RECORD_BAD_TYPE },
		{ "type=UNKNOWN[1329] msg=?", RECORD_NO_ID },
		{ "type=USER msg=audit(1.000:1", RECORD_NO_ID },
		{ "type=USER msg=audit(1.00:1): ", RECORD_NO_ID },
		{ "type=USER msg=audit(1.0000:1): ", RECORD_NO_ID },
		{ "type=USER msg=audit(.000:1): ", RECORD_NO_ID },
		{ "type=USER msg=audit(1.000:): ", RECORD_NO_ID },
		{ "type=USER msg=audit(1.000:4294967296): ", RECORD_NO_ID },
		{ "type=USER msg=audit(100000000000.000:1): ", RECORD_NO_ID },
		{ "type=USER msg=audit(-1.000:1): ", RECORD_NO_ID },
		{ "type=USER  msg=audit(1.000:1): ", RECORD_NO_ID },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct record r = { .serial = 7 };

		OK_(parse(t[i].line, &r) == t[i].fault, t[i].line, "got %d", (int)parse(t[i].line, &r));
		CHECK_INT(r.serial, 7);
	}
}

/* A crash may leave NUL bytes where lines should be; the line behind them is whole. */
static void check_nul_bytes(void)
{
	struct record r;

	CHECK_INT(record_parse(&reader, (struct text){ "\0\0\0type=USER msg=audit(1.000:9): a=1", 36 }, &r),
		  RECORD_FINE);
	CHECK_INT(r.serial, 9);
	CHECK_INT(record_parse(&reader, (struct text){ "\0\0\0", 3 }, &r), RECORD_NOT_A_RECORD);
}

/* What is remembered of the line before never changes what a line is. */
static void check_memory_of_the_reader(void)
{
	static const char *const lines[] = {
		"type=USER msg=audit(1795147712.817:13): a=1",
		"type=USER msg=audit(1795147712.817:13) a=1",
		"type=USER msg=audit(1795147712.817:134): a=1",
		"type=USER msg=audit(1795147712.8171:1): a=1",
		"type=USER msg=audit(179514771.817:13): a=1",
		"type=USER_AUTH msg=audit(1795147712.817:13): a=1",
		"type=USE msg=audit(1795147712.817:13): a=1",
		"type=unknown msg=audit(1795147712.817:13): a=1",
		"type= msg=audit(1795147712.817:13): a=1",
		"type=USER msg=audit(1795147712.8:13): a=1",
		"type=FOO msg=audit(1795147712.817:13): a=1",
		"type=USER msg=audit(1795147712.817:1x): a=1",
	};
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(lines) * ARRAY_LEN(lines); i++) {
		struct record_reader fresh = { .id_len = 0 };
		struct record a = { 0 }, b = { 0 };
		const char *second = lines[i % ARRAY_LEN(lines)];

		types_init(&fresh.types);
		(void)parse(lines[i / ARRAY_LEN(lines)], &a);
		a = b;
		wrong += parse(second, &a) != record_parse(&fresh, text_from(second), &b);
		wrong += a.serial != b.serial || a.ms != b.ms || a.type != b.type;
	}
	CHECK_INT(wrong, 0);
}

static void check_types(void)
{
	int wrong = 0;

	for (size_t i = 1; i < TYPES; i++) {
		const struct type *type = NULL, *row = &types_table[i];
		uint32_t number = 0;

		wrong += row->n != strlen(row->name) || row->number <= row[-1].number;
		wrong += !types_find(&reader.types, text_from(row->name), &type, &number) || type != row ||
			 number != row->number;
		wrong += types_by_number(row->number) != row;
	}
	CHECK_INT(wrong, 0);
	CHECK(types_by_number(1301) == types_table);
	CHECK(types_by_number(UINT32_MAX) == types_table);
	CHECK_STR(types_by_number(1300)->name, "SYSCALL");
	CHECK(types_is_single(1005) && types_is_single(1100) && types_is_single(1299) &&
	      types_is_single(2500));
	CHECK(!types_is_single(1006) && !types_is_single(1300) && !types_is_single(1700) &&
	      !types_is_single(3000));
	CHECK(types_is_daemon(1205) && !types_is_daemon(1300));
	CHECK(types_is_anomaly(1701) && types_is_anomaly(2100) && !types_is_anomaly(2200));
}

/* What a record's field is, decoded. */
static void check_fields(void)
{
	static const struct {
		const char *line, *name, *value; /* NULL: none */
	} t[] = {
		{ "type=SYSCALL msg=audit(1.000:1): arch=c000003e a0=41 comm=\"ls\" exe=2F612062 key=(null)",
		  "comm", "ls" },
		{ "type=SYSCALL msg=audit(1.000:1): arch=c000003e a0=41 comm=\"ls\" exe=2F612062 key=(null)",
		  "exe", "/a b" },
		{ "type=SYSCALL msg=audit(1.000:1): arch=c000003e a0=41 comm=\"ls\" exe=2F612062 key=(null)",
		  "a0", "41" },
		{ "type=SYSCALL msg=audit(1.000:1): arch=c000003e uid=1000", "uid", "1000" },
		{ "type=EXECVE msg=audit(1.000:1): argc=2 a0=\"ls\" a1=2D6C", "a1", "-l" },
		{ "type=EXECVE msg=audit(1.000:1): argc=2 a1_len=9 a1[0]=2D6C", "a1[0]", "-l" },
		{ "type=EXECVE msg=audit(1.000:1): argc=2 a0=\"\"", "argc", "2" },
		{ "type=EXECVE msg=audit(1.000:1): argc=2 a0=\"\"", "a0", "" },
		{ "type=USER_CMD msg=audit(1.000:1): pid=7 msg='cwd=\"/\" cmd=6C73 terminal=pts/0 "
		  "res=success'",
		  "cmd", "ls" },
		{ "type=USER_CMD msg=audit(1.000:1): pid=7 msg='cwd=\"/\" cmd=6C73 terminal=pts/0 "
		  "res=success'",
		  "pid", "7" },
		{ "type=USER_CMD msg=audit(1.000:1): pid=7 msg='cwd=\"/\" cmd=6C73 terminal=pts/0 "
		  "res=success'",
		  "res", "success" },
		{ "type=USER msg=audit(1.000:1): uid=0 msg='text=x uid=5 res=failed' res=success'", "uid",
		  "0" },
		{ "type=USER msg=audit(1.000:1): uid=0 msg='text=x uid=5 res=failed' res=success'", "res",
		  "success" },
		{ "type=USER msg=audit(1.000:1): uid=0 msg='text=x res=success'\x1dUID=\"root\" res=failed",
		  "res", "success" },
		{ "type=USER msg=audit(1.000:1): uid=0 msg='x'\x1dUID=\"root\" res=failed", "UID", NULL },
		{ "type=USER msg=audit(1.000:1): uid=0 msg='x'\x1dUID=\"root\" res=failed", "res", NULL },
		{ "type=AVC msg=audit(1.000:1): apparmor=\"DENIED\" info=\"a pid=5 b\" pid=9", "pid", "9" },
		{ "type=AVC msg=audit(1.000:1): apparmor=\"DENIED\" info=\"a pid=5 b\" pid=9", "info",
		  "a pid=5 b" },
		{ "type=AVC msg=audit(1.000:1): avc:  denied  { read } for  pid=5 name=\"x\"", "pid", "5" },
		{ "type=TTY msg=audit(1.000:1): tty pid=5 data=6C730D", "data", "ls\r" },
		{ "type=PATH msg=audit(1.000:1): name=\"unclosed x=1", "name", "\"unclosed" },
		{ "type=PATH msg=audit(1.000:1): name=\"unclosed x=1", "x", "1" },
		{ "type=PATH msg=audit(1.000:1): name=ABC", "name", "ABC" }, /* odd: no digits of bytes */
		{ "type=PATH msg=audit(1.000:1): name=abcd", "name", "abcd" },
		{ "type=PATH msg=audit(1.000:1): =5 x=", "x", "" },
		{ "type=PATH msg=audit(1.000:1): ", "x", NULL },
		{ "type=LOGIN msg=audit(1.000:1): pid=1 old-auid=5 auid=6", "auid", "6" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf value = { 0 };
		struct record r = { 0 };
		bool there;

		CHECK_INT(parse(t[i].line, &r), RECORD_FINE);
		there = record_field(&r, t[i].name, &value);
		CHECK_INT(there, t[i].value != NULL);
		CHECK_STR(buf_cstr(&value), t[i].value ? t[i].value : "");
	}
}

static void check_comparison(void)
{
	CHECK(field_is(text_from("\"root\""), "root"));
	CHECK(field_is(text_from("root"), "root"));
	CHECK(field_is(text_from("726F6F74"), "root"));
	CHECK(!field_is(text_from("726f6f74"), "root"));
	CHECK(!field_is(text_from("\"root"), "root"));
	CHECK(!field_is(text_from("\"roots\""), "root"));
	CHECK(!field_is(text_from("726F6F7400"), "root"));
	CHECK(!field_is(text_from("roo\""), "root"));
	CHECK(field_is(text_from("28696E76616C6964207573657229"), "(invalid user)"));
	CHECK(field_is(text_from("\"\""), ""));
	CHECK(!field_is(text_from(""), "?"));
	CHECK(field_is(text_from("?"), "?"));
}

static void check_results(void)
{
	static const struct {
		const char *body;
		enum field_result result;
	} t[] = {
		{ "pid=1 msg='op=x res=success'", FIELD_SUCCESS },
		{ "pid=1 msg='op=x res=failed'", FIELD_FAILED },
		{ "op=x res=1", FIELD_SUCCESS },
		{ "res=0", FIELD_FAILED },
		{ "res=yes x=1", FIELD_SUCCESS },
		{ "msg='res=no'", FIELD_FAILED },
		{ "msg='text=a res=failed' res=success'", FIELD_SUCCESS },
		{ "msg='text=a res=success' res=failed'", FIELD_FAILED },
		{ "res=success res=maybe", FIELD_NO_RESULT }, /* the last one speaks, whatever it says */
		{ "ares=success", FIELD_NO_RESULT },
		{ "res", FIELD_NO_RESULT },
		{ "", FIELD_NO_RESULT },
		{ "res=", FIELD_NO_RESULT },
		{ "=res=success", FIELD_NO_RESULT },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		OK_(field_result(text_from(t[i].body)) == t[i].result, t[i].body, "another result");
}

static void check_messages(void)
{
	static const struct {
		const char *body;
		unsigned pid;
		enum login_program program;
		bool has_exe;
		const char *op, *acct;
	} t[] = {
		{ "pid=29866 uid=0 msg='op=PAM:authentication grantors=? acct=\"alice\" "
		  "exe=\"/usr/sbin/sshd\" res=failed'",
		  29866, LOGIN_SSHD, true, "PAM:authentication", "\"alice\"" },
		{ "pid=1 msg='op=x exe=\"/nix/store/abc-openssh-9.8/libexec/sshd-session\" acct=\"late\"'", 1,
		  LOGIN_SSHD, true, "x", "" },
		{ "pid=1 msg='op=x exe=2F7573722F7362696E2F73736864202864656C6574656429'", 1, LOGIN_SSHD,
		  true, "x", "" },
		{ "pid=1 msg='cwd=\"/\" cmd=\"ls\" terminal=pts/0 res=success'", 1, LOGIN_OTHER, false, "",
		  "" },
		{ "user pid=12 uid=0 subj=a:b msg='op=x exe=\"/run/wrappers/bin/sudo\"'", 12, LOGIN_SUDO,
		  true, "x", "" },
		{ "uid=0 msg='pid=5 op=x'", 0, LOGIN_OTHER, false, "x", "" },
		{ "pid=99999999999 msg='op=a op=b acct=1 acct=2 exe=\"/bin/su\" exe=\"/usr/sbin/sshd\"'", 0,
		  LOGIN_SU, true, "a", "1" },
		{ "pid=3 msg='op=x exe=\"sshd\"'", 3, LOGIN_OTHER, true, "x", "" },       /* no path */
		{ "pid=3 msg='op=x exe=\"/usr/sbin/sshd", 3, LOGIN_SSHD, true, "x", "" }, /* cut off */
		{ "pid=3 subj=it's msg='op=x acct=\"y\"'", 3, LOGIN_OTHER, false, "x", "\"y\"" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct record r = { .rest = text_from(t[i].body) };
		struct message m;

		message_parse(&r, &m);
		CHECK_INT(m.pid, t[i].pid);
		OK_(m.program == t[i].program, t[i].body, "program %d", (int)m.program);
		CHECK_INT(m.has_exe, t[i].has_exe);
		OK_(text_is(m.op, t[i].op), t[i].op, "op <<%.*s>>", (int)m.op.n, m.op.p);
		OK_(text_is(m.acct, t[i].acct), t[i].acct, "acct <<%.*s>>", (int)m.acct.n, m.acct.p);
	}
}

int main(void)
{
	types_init(&reader.types);
	check_ids();
	check_faults();
	check_nul_bytes();
	check_memory_of_the_reader();
	check_types();
	check_fields();
	check_comparison();
	check_results();
	check_messages();
	return TEST_END();
}
