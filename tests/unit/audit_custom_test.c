/* SPDX-License-Identifier: MIT */
/*
 * User-defined counters: what is counted of records, lines and journal entries,
 * what is printed and saved of it, and what a wrong configuration is told.
 */
#include <errno.h>

#include "../../cmd/audit-textfile/custom.h"
#include "test.h"

#define T(s) ((struct text){ s, sizeof(s) - 1 })

static const struct conf_key keys[] = {
	{ "counters", CONF_LIST, offsetof(struct custom_config, counters), .keys = custom_record_conf,
	  .size = sizeof(struct custom_counter_conf) },
	{ "logs", CONF_LIST, offsetof(struct custom_config, logs), .keys = custom_log_conf, .size = sizeof(struct custom_log_conf) },
	{ 0 },
};

enum { USER_AUTH = 1100, USER_CMD = 1123, AVC = 1400 };

static bool type_number(const char *name, unsigned *ret)
{
	static const struct {
		const char *name;
		unsigned number;
	} types[] = { { "USER_AUTH", USER_AUTH }, { "USER_CMD", USER_CMD }, { "AVC", AVC } };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strcmp(name, types[i].name) == 0) {
			*ret = types[i].number;
			return true;
		}
	return false;
}

/* A record or entry: names and values in turn, NULL at the end. */
static bool get_field(const void *record, const char *name, struct buf *value)
{
	for (const char *const *p = record; *p; p += 2)
		if (strcmp(*p, name) == 0) {
			buf_str(value, p[1]);
			return true;
		}
	return false;
}

static struct text get_entry(const void *entry, const char *name)
{
	for (const char *const *p = entry; *p; p += 2)
		if (strcmp(*p, name) == 0)
			return text_from(p[1]);
	return (struct text){ 0 };
}

#define RECORD(...) ((const char *const[]){ __VA_ARGS__, NULL })

struct fixture {
	struct custom_config conf;
	struct custom *c;
	struct buf errors;
};

static void fixture_done(struct fixture *f)
{
	custom_free(f->c);
	conf_done(keys, &f->conf);
	buf_done(&f->errors);
}
#define AUTO_FIXTURE CLEANUP(fixture_done)

/* A configuration in JSON with ' for ". */
static int configure(struct fixture *f, const char *text)
{
	struct conf_errors errors = { 0 };
	AUTO_BUF struct buf json = { 0 };
	json_auto_t *tree = NULL;
	int r;

	buf_str(&json, text);
	for (size_t i = 0; i < json.len; i++)
		if (json.data[i] == '\'')
			json.data[i] = '"';
	tree = json_loads(json.data, 0, NULL);
	CHECK(tree != NULL);
	r = conf_read(keys, tree, &f->conf, &errors);
	if (r == 0)
		r = custom_compile(&f->conf, type_number, &errors, &f->c);
	for (size_t i = 0; i < errors.n; i++)
		buf_fmt(&f->errors, "%s: %s\n", errors.items[i].path, errors.items[i].what);
	conf_errors_done(&errors);
	return r;
}

static int to_buf(void *ctx, const void *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return buf_error(ctx);
}

/* What is published, without the comment lines. */
static const char *print(const struct custom *c, struct buf *out)
{
	const struct prom_group g = custom_group(c);
	AUTO_BUF struct buf all = { 0 };
	struct prom w = { .sink = to_buf, .ctx = &all };

	buf_clear(out);
	CHECK_INT(prom_write(&w, &g, 1), 0);
	CHECK_INT(custom_error(c), 0);
	prom_done(&w);
	for (const char *p = buf_cstr(&all); *p; p += strcspn(p, "\n") + 1)
		if (*p != '#')
			buf_add(out, p, strcspn(p, "\n") + 1);
	return buf_cstr(out);
}

static const char *print_help(const struct custom *c, struct buf *out)
{
	const struct prom_group g = custom_group(c);

	buf_clear(out);
	CHECK_INT(prom_list(out, &g, 1), 0);
	return buf_cstr(out);
}

static void save(struct custom *c, struct buf *out)
{
	struct series *tables[CUSTOM_MAX];
	size_t n = custom_tables(c, tables);

	for (size_t i = 0; i < n; i++)
		series_save(tables[i], out);
	custom_save(c, out);
}

static int load(struct custom *c, const char *payload)
{
	struct words all = { text_from(payload) }, line;
	struct series *tables[CUSTOM_MAX];
	size_t n = custom_tables(c, tables);
	struct text key;
	int sum = 0;

	while (words_line(&all, &line, &key)) {
		int r = custom_load(c, key, line);

		if (r == 0)
			r = series_load(tables, n, key, line);
		if (r < 0)
			return r;
		sum += r;
	}
	return sum;
}

/* ---- records ---- */

static void check_records(void)
{
	AUTO_FIXTURE struct fixture f = { 0 };
	AUTO_BUF struct buf out = { 0 };

	CHECK_INT(configure(&f, "{'counters': ["
				"{'name': 'cmd_total', 'types': ['USER_CMD', 'USER_AUTH', 'USER_CMD'], 'labels': {'user': 'acct', 'res': 'res'},"
				" 'match': [{'field': 'acct', 'in': ['root', 'bob']}, {'field': 'exe', 'prefix': '/usr/'}]},"
				"{'name': 'failed_total', 'types': ['USER_CMD'], 'match': [{'field': 'res', 'is': 'failed'}]},"
				"{'name': 'any_total', 'match': [{'field': 'exe', 'regex': 'sudo$'}]},"
				"{'name': 'empty_total', 'match': [{'field': 'exe', 'in': ['']}]}]}"), 0);
	CHECK_STR(buf_cstr(&f.errors), "");
	CHECK_STR(print(f.c, &out), "any_total 0\nempty_total 0\nfailed_total 0\n");
	custom_record(f.c, USER_CMD, RECORD("acct", "root", "exe", "/usr/bin/sudo", "res", "failed"), get_field);
	custom_record(f.c, USER_AUTH, RECORD("acct", "bob", "exe", "/usr/sbin/sshd", "res", "failed"), get_field);
	custom_record(f.c, USER_CMD, RECORD("acct", "eve", "exe", "/usr/bin/sudo", "res", "success"), get_field);
	custom_record(f.c, USER_CMD, RECORD("acct", "bob", "exe", "/opt/sudo", "res", "success"), get_field);
	custom_record(f.c, USER_CMD, RECORD("acct", "bob", "exe", "/usr/bin/su"), get_field);
	custom_record(f.c, USER_CMD, RECORD("acct", "bob"), get_field); /* a field that is not there matches nothing */
	custom_record(f.c, AVC, RECORD("exe", ""), get_field);
	custom_record(f.c, 123456, RECORD("exe", "sudo"), get_field);
	CHECK_STR(print(f.c, &out), "any_total 4\n"
				    "cmd_total{user=\"bob\",res=\"\"} 1\ncmd_total{user=\"bob\",res=\"failed\"} 1\n"
				    "cmd_total{user=\"root\",res=\"failed\"} 1\nempty_total 1\nfailed_total 1\n");
}

static void check_record_sketches(void)
{
	AUTO_FIXTURE struct fixture f = { 0 };
	AUTO_BUF struct buf out = { 0 };

	CHECK_INT(configure(&f, "{'counters': [{'name': 'login_total', 'help': 'Logins.', 'types': ['USER_AUTH'],"
				"'top': 2, 'top_of': 'addr', 'distinct_of': 'acct'}]}"), 0);
	custom_record(f.c, USER_AUTH, RECORD("acct", "a", "addr", "10.0.0.1"), get_field);
	custom_record(f.c, USER_AUTH, RECORD("acct", "b", "addr", "10.0.0.2"), get_field);
	custom_record(f.c, USER_AUTH, RECORD("acct", "b", "addr", "10.0.0.2"), get_field);
	custom_record(f.c, USER_AUTH, RECORD("acct", "c", "addr", "10.0.0.3\n"), get_field);
	custom_record(f.c, USER_AUTH, RECORD("acct", "c", "addr", "10.0.0.3 "), get_field);
	custom_record(f.c, USER_AUTH, RECORD("addr", "10.0.0.3\n"), get_field);
	custom_record(f.c, USER_AUTH, RECORD("x", "y"), get_field);
	CHECK_STR(print(f.c, &out), "login_distinct 3\nlogin_top{addr=\"10.0.0.2\"} 2\nlogin_top{addr=\"10.0.0.3 \"} 3\nlogin_total 7\n");
	CHECK_STR(print_help(f.c, &out),
		  "login_distinct\tgauge\t\t\tLogins. Different values of acct so far, estimated with a standard error of 1.6 %.\n"
		  "login_top\tgauge\taddr\t\tLogins. The 2 most frequent values of addr, estimated: none too low, none too high by more "
		  "than 1/20 of all that were counted.\n"
		  "login_total\tcounter\t\t\tLogins.\n");
}

/* ---- logs ---- */

static const char ssh_log[] =
	"{'logs': [{'path': '/var/log/auth.log', 'counters': ["
	"{'name': 'ssh_total', 'regex': 'Failed (?<method>\\\\S+) for (?:invalid user )?(?<user>.*) from (?<addr>\\\\S+)',"
	" 'max_series': 2, 'top_of': 'addr', 'distinct_of': 'user'},"
	"{'name': 'lines_total', 'regex': '^'}]},"
	"{'journal': {'_SYSTEMD_UNIT': 'x.service', 'PRIORITY': '3'}, 'counters': ["
	"{'name': 'x_errors_total', 'regex': 'E(?<code>[0-9]+)?'}, {'name': 'x_uid_total', 'regex': '^0$', 'field': '_UID'}]}]}";

static void check_lines(void)
{
	AUTO_FIXTURE struct fixture f = { 0 };
	AUTO_BUF struct buf out = { 0 };
	struct custom_log *log, *journal;

	CHECK_INT(configure(&f, ssh_log), 0);
	CHECK_STR(buf_cstr(&f.errors), "");
	log = custom_log(f.c, 0);
	journal = custom_log(f.c, 1);
	custom_line(log, T("sshd[1]: Failed password for root from 10.0.0.1 port 1"));
	custom_line(log, T("sshd[1]: Failed password for invalid user a\"b from 10.0.0.1 port 1"));
	custom_line(log, T("sshd[1]: Failed kbdint for root from 10.0.0.2 port 1"));
	custom_line(log, T("sshd[1]: Failed publickey for root from 10.0.0.2 port 1"));
	custom_line(log, T(""));
	custom_entry(journal, RECORD("MESSAGE", "E17 failed", "_UID", "0"), get_entry);
	custom_entry(journal, RECORD("MESSAGE", "E", "_UID", "10"), get_entry);
	custom_entry(journal, RECORD("_UID", "0"), get_entry);
	CHECK_STR(print(f.c, &out), "lines_total 5\nssh_distinct 2\nssh_top{addr=\"10.0.0.1\"} 2\nssh_top{addr=\"10.0.0.2\"} 2\n"
				    "ssh_total{method=\"kbdint\"} 1\nssh_total{method=\"other\"} 1\nssh_total{method=\"password\"} 2\n"
				    "x_errors_total{code=\"\"} 1\nx_errors_total{code=\"17\"} 1\nx_uid_total 2\n");
}

static void check_regex_limit(void)
{
	AUTO_FIXTURE struct fixture f = { 0 };
	AUTO_BUF struct buf out = { 0 };
	char line[2000];

	memset(line, 'a', sizeof(line));
	CHECK_INT(configure(&f, "{'logs': [{'path': '/x', 'counters': [{'name': 'x_total', 'regex': '(a+)+[bc]'}]}]}"), 0);
	custom_line(custom_log(f.c, 0), (struct text){ line, sizeof(line) });
	custom_line(custom_log(f.c, 0), T("aab"));
	CHECK_INT(custom_regex_limits(f.c), 1);
	CHECK_STR(print(f.c, &out), "x_total 1\n");
}

/* ---- state ---- */

static void feed(struct custom *c, unsigned i)
{
	AUTO_BUF struct buf line = { 0 };

	buf_fmt(&line, "Failed m%u for u%u from 10.0.0.%u", i % 5, i % 300, i * i % 251);
	custom_line(custom_log(c, 0), (struct text){ line.data, line.len });
}

static void check_runs(void)
{
	AUTO_FIXTURE struct fixture one = { 0 };
	AUTO_BUF struct buf saved = { 0 }, a = { 0 }, b = { 0 };

	CHECK_INT(configure(&one, ssh_log), 0);
	for (unsigned i = 0; i < 2000; i++)
		feed(one.c, i);
	for (unsigned run = 0; run < 20; run++) {
		AUTO_FIXTURE struct fixture f = { 0 };

		CHECK_INT(configure(&f, ssh_log), 0);
		CHECK(load(f.c, buf_cstr(&saved)) >= 0);
		for (unsigned i = run * 100; i < run * 100 + 100; i++)
			feed(f.c, i);
		buf_clear(&saved);
		save(f.c, &saved);
		print(f.c, &b);
	}
	CHECK_STR(buf_cstr(&b), print(one.c, &a));
}

/* What was saved under other labels, another field or no sketch at all is dropped; the rest stays. */
static void check_changed_configuration(void)
{
	static const char before[] = "{'counters': [{'name': 'a_total', 'labels': {'user': 'acct'}, 'top_of': 'addr', 'distinct_of': 'addr'},"
				     "{'name': 'b_total'}, {'name': 'c_total', 'distinct_of': 'acct'}]}";
	static const char after[] = "{'counters': [{'name': 'a_total', 'labels': {'addr': 'addr'}, 'top_of': 'acct', 'distinct_of': 'acct'},"
				    "{'name': 'b_total', 'match': [{'field': 'acct', 'is': 'x'}]}]}";
	AUTO_FIXTURE struct fixture f = { 0 }, g = { 0 }, same = { 0 };
	AUTO_BUF struct buf saved = { 0 }, out = { 0 };

	CHECK_INT(configure(&f, before), 0);
	CHECK_INT(configure(&g, after), 0);
	CHECK_INT(configure(&same, before), 0);
	custom_record(f.c, AVC, RECORD("acct", "root", "addr", "10.0.0.1"), get_field);
	save(f.c, &saved);
	CHECK_INT(load(same.c, buf_cstr(&saved)), 6);
	CHECK_STR(print(same.c, &out), "a_distinct 1\na_top{addr=\"10.0.0.1\"} 1\na_total{user=\"root\"} 1\nb_total 1\nc_distinct 1\nc_total 1\n");
	CHECK_INT(load(g.c, buf_cstr(&saved)), 6);
	CHECK_STR(print(g.c, &out), "a_distinct 0\nb_total 1\n");
	CHECK_INT(load(g.c, "top a_top{acct} 1\n"), 1);
	CHECK_INT(load(g.c, "top a_top{acct} 1 x y\n"), -EINVAL);
	CHECK_INT(load(g.c, "distinct a_distinct{acct} ~\n"), -EINVAL);
	CHECK_INT(load(g.c, "place x\n"), 0);
}

/* ---- errors ---- */

static void check_errors(void)
{
	static const struct {
		const char *conf, *errors;
	} t[] = {
		{ "{'counters': [{}]}", "counters[0].name: is required\n" },
		{ "{'counters': [{'name': 'x'}]}", "counters[0].name: is a counter's name and must end in _total\n" },
		{ "{'counters': [{'name': '_total'}]}", "counters[0].name: is a counter's name and must end in _total\n" },
		{ "{'counters': [{'name': 'node_x_total'}]}",
		  "counters[0].name: starts with a reserved prefix (node_ go_ process_ promhttp_ promshot_)\n" },
		{ "{'counters': [{'name': 'security_x_total'}, {'name': 'audit_x_total'}]}",
		  "counters[0].name: starts with the prefix of a shipped family (security_ audit_)\n"
		  "counters[1].name: starts with the prefix of a shipped family (security_ audit_)\n" },
		{ "{'counters': [{'name': '1x_total'}]}", "counters[0].name: is no metric name ([a-zA-Z_:][a-zA-Z0-9_:]*)\n" },
		{ "{'counters': [{'name': 'x_total'}, {'name': 'x_total'}]}", "counters[1].name: is the name of another counter\n" },
		{ "{'counters': [{'name': 'x_total', 'types': ['USER_CMD', 'NO']}]}",
		  "counters[0].types[1]: is no type of audit records\n" },
		{ "{'counters': [{'name': 'x_total', 'match': [{'field': 'a', 'is': 'b'}, {'field': 'a', 'regex': '(b'}]}]}",
		  "counters[0].match[1].regex: missing closing parenthesis at offset 2\n" },
		{ "{'counters': [{'name': 'x_total', 'match': [{'field': 'a'}, {'field': 'a', 'is': 'b', 'prefix': 'c'}]}]}",
		  "counters[0].match[0]: needs one of is, in, prefix, regex\n"
		  "counters[0].match[1]: needs one of is, in, prefix, regex, not several\n" },
		{ "{'counters': [{'name': 'x_total', 'top_of': 'new-gid', 'distinct_of': '__x'}]}",
		  "counters[0].top_of: is no label name ([a-zA-Z_][a-zA-Z0-9_]*)\n"
		  "counters[0].distinct_of: starts with __, which node_exporter dies of\n" },
		{ "{'counters': [{'name': 'x_total', 'labels': {'a-b': 'c'}}]}",
		  "counters[0].labels.a-b: is no label name ([a-zA-Z_][a-zA-Z0-9_]*)\n" },
		{ "{'counters': [{'name': 'x_total', 'labels': {'a':'a','b':'a','c':'a','d':'a','e':'a','f':'a','g':'a','h':'a',"
		  "'i':'a','j':'a','k':'a','l':'a','m':'a'}}]}", "counters[0].labels: has more than 12\n" },
		{ "{'logs': [{'path': 'x'}]}", "logs[0].path: must begin with /\n" },
		{ "{'logs': [{'counters': [{'name': 'x_total', 'regex': 'a'}]}]}", "logs[0]: needs one of path and journal\n" },
		{ "{'logs': [{'path': '/x', 'journal': {'a': 'b'}}]}",
		  "logs[0]: needs one of path and journal\nlogs[0].counters: is empty\n" },
		{ "{'logs': [{'path': '/x', 'counters': [{'name': 'x_total'}]}]}", "logs[0].counters[0].regex: is required\n" },
		{ "{'logs': [{'path': '/x', 'counters': [{'name': 'x_total', 'regex': 'a(?<b>c)', 'top_of': 'd', 'distinct_of': 'b'}]}]}",
		  "logs[0].counters[0].top_of: is no named group of the regex\n" },
		{ "{'logs': [{'path': '/x', 'counters': [{'name': 'x_total', 'regex': 'a(?<__b>c)'}]}]}",
		  "logs[0].counters[0].regex: has a group named __b, which starts with __, which node_exporter dies of\n" },
		{ "{'counters': [{'name': 'x_total'}], 'logs': [{'path': '/x', 'counters': [{'name': 'x_total', 'regex': '*'}]}]}",
		  "logs[0].counters[0].name: is the name of another counter\n"
		  "logs[0].counters[0].regex: quantifier does not follow a repeatable item at offset 0\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_FIXTURE struct fixture f = { 0 };

		CHECK_INT(configure(&f, t[i].conf), -EINVAL);
		CHECK_STR(buf_cstr(&f.errors), t[i].errors);
		CHECK(f.c == NULL);
	}
}

static void check_too_many(void)
{
	AUTO_FIXTURE struct fixture f = { 0 };
	AUTO_BUF struct buf conf = { 0 };

	buf_str(&conf, "{'counters': [");
	for (int i = 0; i <= CUSTOM_MAX; i++)
		buf_fmt(&conf, "%s{'name': 'x%d_total'}", i ? "," : "", i);
	buf_str(&conf, "]}");
	CHECK_INT(configure(&f, conf.data), -EINVAL);
	CHECK_STR(buf_cstr(&f.errors), "counters: more than 256 counters, or too many types\n");
}

static void check_nothing(void)
{
	AUTO_FIXTURE struct fixture f = { 0 };
	AUTO_BUF struct buf out = { 0 };

	CHECK_INT(configure(&f, "{}"), 0);
	custom_record(f.c, AVC, RECORD("a", "b"), get_field);
	CHECK_STR(print(f.c, &out), "");
	custom_free(NULL);
}

/* Hostile values by the hundred thousand: what is published keeps its bound and stays valid. */
static void check_many_values(uint64_t seed)
{
	AUTO_FIXTURE struct fixture f = { 0 };
	AUTO_BUF struct buf out = { 0 };
	int lines = 0;

	CHECK_INT(configure(&f, "{'counters': [{'name': 'x_total', 'labels': {'v': 'v'}, 'max_series': 64, 'top_of': 'v', 'distinct_of': 'v'}]}"), 0);
	for (int i = 0; i < 100000; i++) {
		char v[160];
		size_t n = 1 + test_random(&seed) % (sizeof(v) - 1);

		for (size_t k = 0; k < n; k++)
			v[k] = (char)(1 + test_random(&seed) % 255);
		v[n - 1] = '\0';
		custom_record(f.c, AVC, RECORD("v", v), get_field);
	}
	print(f.c, &out);
	CHECK(out.len < 64 * 1024);
	CHECK(strstr(out.data, "x_total{v=\"other\"} ") != NULL);
	for (const char *p = out.data; *p; p += strcspn(p, "\n") + 1)
		lines++;
	CHECK_INT(lines, 65 + 10 + 1);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_records();
	check_record_sketches();
	check_lines();
	check_regex_limit();
	check_runs();
	check_changed_configuration();
	check_errors();
	check_too_many();
	check_nothing();
	check_many_values(seed);
	return TEST_END();
}
