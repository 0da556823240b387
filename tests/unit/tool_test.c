/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/tool: tool_main() with a toy tool, in forked children whose
 * standard output and standard error are files. What a user can rely on:
 * options, exit statuses, what is published and what is left alone.
 */
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

#include "files.h"
#include "os/clock.h"
#include "os/lock.h"
#include "os/log.h"
#include "os/sandbox.h"
#include "os/tool.h"

/* ---- the toy ---- */

enum { WORDS_MAX = 24 };

struct toy {
	const char *how;  /* what start() and collect() should do */
	const char *loud; /* set by a switch */
	struct {
		int64_t count;
		char *name;
	} conf;
	bool started;
};

static int toy_start(struct run *run, void *self)
{
	struct toy *toy = self;

	(void)run;
	toy->started = true;
	if (toy->how && strcmp(toy->how, "start-usage") == 0)
		return log_errno(-EINVAL, "start: usage");
	if (toy->how && strcmp(toy->how, "start-fails") == 0)
		return log_errno(-EIO, "start: fails");
	return 0;
}

static int toy_collect(struct run *run, void *self)
{
	struct toy *toy = self;
	const char *how = toy->how ? toy->how : "";

	run->targets[RUN_OK] = 2;
	run->targets[RUN_FAILED] = 1;
	log_line(LOG_LVL_DEBUG, "debug%s", toy->loud ? " loud" : "");
	if (strcmp(how, "warn") == 0)
		log_line(LOG_LVL_WARN, "warned");
	if (strcmp(how, "fails") == 0)
		return log_errno(-EIO, "cannot read the source");
	if (strcmp(how, "usage") == 0)
		return log_errno(-EINVAL, "the configuration makes no sense");
	if (strcmp(how, "done") == 0)
		return TOOL_DONE;
	if (strcmp(how, "confined") == 0)
		log_line(LOG_LVL_ERR, "root %d, socket: %s, elsewhere: %s", geteuid() == 0,
			 socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0 ? "no" : "yes",
			 open("../elsewhere", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 ? "no" : "yes");
	if (strcmp(how, "facts") == 0)
		log_line(LOG_LVL_ERR, "%s %s %d %d %s", run->label, run->instance ? run->instance : "-",
			 run->deadline_ns == run->start_ns + run->timeout_ns, (int)run->n_args,
			 run->n_args ? run->args[0] : "-");
	return TOOL_PUBLISH;
}

static void toy_done(void *self)
{
	const struct toy *toy = self;

	if (toy->how && strncmp(toy->how, "start", 5) == 0)
		log_line(LOG_LVL_ERR, "released");
}

static void emit_count(struct prom *w, const void *facts, const struct prom_metric *self)
{
	const struct toy *toy = facts;

	(void)self;
	prom_i64(w, PROM_LABELS(toy->conf.name), toy->conf.count);
	if (toy->how && strcmp(toy->how, "twice") == 0)
		prom_i64(w, PROM_LABELS(toy->conf.name), 1);
	if (toy->how && strcmp(toy->how, "wrong") == 0)
		prom_u64(w, PROM_NO_LABELS, 1);
}

static const struct tool_option toy_options[] = {
	{ "how", "WORD", "what to do", offsetof(struct toy, how) },
	{ "loud", NULL, "say so", offsetof(struct toy, loud) },
};

/* The value "probe" is good only where configuration is read without privilege. */
static const char *check_name(const char *value)
{
	if (strcmp(value, "probe") == 0 && socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0)
		return "is read before the sandbox stands";
	return NULL;
}

static const struct conf_key toy_conf[] = {
	{ .name = "count",
	  .type = CONF_INT,
	  .offset = 0,
	  .def = "3",
	  .help = "What to publish.",
	  .min = -5,
	  .max = 10 },
	{ .name = "name",
	  .type = CONF_STRING,
	  .offset = 8,
	  .def = "\"x\"",
	  .help = "Its label.",
	  .check = check_name },
	{ 0 },
};
_Static_assert(offsetof(struct toy, conf.name) - offsetof(struct toy, conf) == 8, "table of keys");

static const struct prom_metric toy_metrics[] = {
	{ "toy_count", PROM_GAUGE, "name", "A number.", emit_count, 0 },
};

static const struct tool toy_tool = {
	.name = "toy-textfile",
	.summary = "Publish a number.",
	.timeout_s = 60,
	.options = toy_options,
	.n_options = ARRAY_LEN(toy_options),
	.conf = toy_conf,
	.conf_offset = offsetof(struct toy, conf),
	.metrics = toy_metrics,
	.n_metrics = ARRAY_LEN(toy_metrics),
	.start = toy_start,
	.collect = toy_collect,
	.done = toy_done,
};

/* ---- running it ---- */

struct call {
	const struct tool *tool;
	const char *const *words; /* ends with NULL */
	const char *out;          /* where standard output goes; NULL: "../out" */
};

static int run_toy(void *arg)
{
	const struct call *call = arg;
	struct toy toy = { 0 };
	char *argv[WORDS_MAX + 2] = { strdup("toy-textfile") };
	int argc = 1,
	    out = open(call->out ? call->out : "../out", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
	    err = open("../err", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), r;

	if (out < 0 || err < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		return 99;
	for (; call->words[argc - 1]; argc++)
		argv[argc] = strdup(call->words[argc - 1]);
	r = tool_main(call->tool, &toy, argc, argv);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return r;
}

static char *err_text, version[256];

/* A file's text with this build's version as the word VERSION. */
static const char *text_of(const char *name)
{
	static char text[65536];
	const char *p = files_get(name), *at = *version ? strstr(p, version) : NULL;

	(void)snprintf(text, sizeof(text), "%.*s%s%s", at ? (int)(at - p) : (int)strlen(p), p,
		       at ? "VERSION" : "", at ? at + strlen(version) : "");
	return text;
}

/* Runs the tool. Standard output is then in ../out, standard error in err_text. */
static int toy_with(const struct call *call)
{
	int r = in_child(run_toy, (void *)(uintptr_t)call);

	free(err_text);
	err_text = strdup(files_get("../err"));
	return r;
}

#define TOY(...) \
	toy_with(&(struct call){ \
		&toy_tool, (const char *const[]){ "--now", "1700000000.5", __VA_ARGS__, NULL }, NULL })

static int lines_in(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

#define CHECK_HAS(text, part) OK_(strstr(text, part) != NULL, part, "<<%s>>", text)
#define CHECK_SILENT() CHECK_STR(err_text, "")
#define CHECK_ONE_LINE(part) \
	do { \
		CHECK_INT(lines_in(err_text), 1); \
		CHECK_HAS(err_text, part); \
	} while (0)

#define RUN_METRICS(tool, success, failed, ok) \
	"# HELP promshot_build_info Version of the tool that wrote this file.\n" \
	"# TYPE promshot_build_info gauge\n" \
	"promshot_build_info{tool=\"" tool "\",version=\"VERSION\"} 1\n" \
	"# HELP promshot_last_run_duration_seconds How long the last run of the tool took.\n" \
	"# TYPE promshot_last_run_duration_seconds gauge\n" \
	"promshot_last_run_duration_seconds{tool=\"" tool "\"} 0\n" \
	"# HELP promshot_last_run_success Whether the last run could read its source as a whole (1) or not " \
	"(0).\n" \
	"# TYPE promshot_last_run_success gauge\n" \
	"promshot_last_run_success{tool=\"" tool "\"} " success "\n" \
	"# HELP promshot_last_run_targets Things that the last run looked at, by what came of it.\n" \
	"# TYPE promshot_last_run_targets gauge\n" \
	"promshot_last_run_targets{tool=\"" tool "\",result=\"failed\"} 1\n" \
	"promshot_last_run_targets{tool=\"" tool "\",result=\"ok\"} 2\n" \
	"promshot_last_run_targets{tool=\"" tool "\",result=\"skipped\"} 0\n" \
	"# HELP promshot_last_run_timestamp_seconds When the last run of the tool ended, in seconds since " \
	"the epoch.\n" \
	"# TYPE promshot_last_run_timestamp_seconds gauge\n" \
	"promshot_last_run_timestamp_seconds{tool=\"" tool "\"} 1700000000\n" \
	"# HELP promshot_run_timeout_seconds The deadline of a run of the tool.\n" \
	"# TYPE promshot_run_timeout_seconds gauge\n" \
	"promshot_run_timeout_seconds{tool=\"" tool "\"} 60\n"
#define COUNT(name, count) \
	"# HELP toy_count A number.\n# TYPE toy_count gauge\ntoy_count{name=\"" name "\"} " count "\n"

static const char good[] = RUN_METRICS("toy-textfile", "1", "1", "2") COUNT("x", "3");
static const char failed[] = RUN_METRICS("toy-textfile", "0", "1", "2");

/* ---- publishing ---- */

static void check_version(void)
{
	static const char before[] = "toy-textfile (promshot) ";
	const char *text;

	CHECK_INT(TOY("--version"), 0);
	text = files_get("../out");
	CHECK(strncmp(text, before, strlen(before)) == 0 && lines_in(text) == 1);
	(void)snprintf(version, sizeof(version), "%.*s", (int)strcspn(text + strlen(before), "\n"),
		       text + strlen(before));
	CHECK(*version);
	CHECK_INT(TOY("-V"), 0);
	CHECK_STR(text_of("../out"), "toy-textfile (promshot) VERSION\n");
}

static void check_printing(void)
{
	CHECK_INT(TOY("-q"), 0);
	CHECK_STR(text_of("../out"), good);
	CHECK_SILENT();
	CHECK_INT(TOY("-o", "-"), 0);
	CHECK_STR(text_of("../out"), good);
	CHECK_INT(TOY("--output=-", "--instance", "eu-1:a.b_c"), 0);
	CHECK_STR(text_of("../out"), RUN_METRICS("toy-textfile@eu-1:a.b_c", "1", "1", "2") COUNT("x", "3"));
	CHECK_STR(files_list(), ""); /* neither a file nor a lock */
}

static void check_publishing(void)
{
	char path[5000];
	mode_t old = umask(077);

	CHECK_INT(TOY("-o", "x.prom"), 0);
	CHECK_SILENT();
	CHECK_STR(files_get("../out"), "");
	CHECK_STR(text_of("x.prom"), good);
	CHECK_INT(files_mode("x.prom"), S_IFREG | 0644);
	CHECK_STR(files_list(), ".x.prom.lock x.prom ");
	CHECK_INT(TOY("-o", "x.prom"), 0); /* the same bytes once more */
	CHECK_STR(text_of("x.prom"), good);
	(void)umask(old);
	files_clear();

	CHECK(mkdir("sub", 0755) == 0);
	(void)snprintf(path, sizeof(path), "%s/x.prom", files_path);
	CHECK_INT(TOY("--output", path), 0);
	CHECK_STR(text_of("x.prom"), good);
	CHECK_INT(TOY("-osub/../y.prom"), 0);
	CHECK_STR(text_of("y.prom"), good);
	CHECK_INT(TOY("-o", "./z.prom"), 0);
	CHECK_STR(files_list(), ".x.prom.lock .y.prom.lock .z.prom.lock sub x.prom y.prom z.prom ");
	files_clear();
}

static void check_outputs_refused(void)
{
	static const char *const paths[] = { "sub/", "sub",         "./sub/",      ".",         "..",
					     "/",    "none/x.prom", "file/x.prom", "to-device", "to-stdout" };

	CHECK(mkdir("sub", 0755) == 0 && symlink("/dev/null", "to-device") == 0);
	CHECK(symlink("/proc/self/fd/1", "to-stdout") == 0);
	files_put("file", "x", 1);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		CHECK_INT(TOY("-o", paths[i]), 1);
		CHECK_ONE_LINE(paths[i]);
		CHECK_STR(files_get("../out"), "");
	}
	CHECK_STR(files_list(), "file sub to-device to-stdout ");
	files_clear();
}

static void check_failed_collection(void)
{
	files_put("x.prom", "old", 3);
	CHECK_INT(TOY("-o", "x.prom", "--how", "fails"), 1);
	CHECK_STR(text_of("x.prom"), failed); /* stale never looks fresh */
	CHECK_ONE_LINE("toy-textfile: cannot read the source: Input/output error\n");
	CHECK_INT(TOY("--how", "fails"), 1);
	CHECK_STR(text_of("../out"), failed);

	files_put("x.prom", "old", 3);
	CHECK_INT(TOY("-o", "x.prom", "--how", "usage"), 2);
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_INT(TOY("-o", "x.prom", "--how", "done"), 0);
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_SILENT();
	files_clear();
}

static void check_start(void)
{
	files_put("x.prom", "old", 3);
	CHECK_INT(TOY("-o", "x.prom", "--how", "start-fails"), 1);
	CHECK_STR(err_text, "toy-textfile: start: fails: Input/output error\ntoy-textfile: released\n");
	CHECK_INT(TOY("-o", "x.prom", "--how", "start-usage"), 2);
	CHECK_STR(err_text, "toy-textfile: start: usage: Invalid argument\ntoy-textfile: released\n");
	CHECK_STR(files_list(), "x.prom ");
	CHECK_STR(files_get("x.prom"), "old");
	files_clear();
}

static void check_failed_publication(void)
{
	static const char *const no_words[] = { "--now", "1", NULL };
	struct call full = { &toy_tool, no_words, "/dev/full" };

	CHECK_INT(toy_with(&full), 1);
	CHECK_ONE_LINE("toy-textfile: cannot publish to standard output: No space left on device\n");

	files_put("x.prom", "old", 3);
	CHECK_INT(TOY("-o", "x.prom", "--how", "wrong"), 1); /* our own mistake: refused by the writer */
	CHECK_ONE_LINE("cannot publish x.prom");
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_STR(files_list(), ".x.prom.lock x.prom ");

	files_clear();
	files_put("x.prom", "old", 3);
	CHECK(chmod(".", 0555) == 0); /* root goes without capabilities, so that this holds for it too */
	CHECK_INT(TOY("-o", "x.prom"), 1);
	CHECK(chmod(".", 0755) == 0);
	CHECK_ONE_LINE("x.prom: Permission denied\n");
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_STR(files_list(), "x.prom ");

	CHECK_INT(TOY("-o", "x.prom", "--how", "twice"), 0);
	CHECK_ONE_LINE("toy-textfile: 1 samples left out: their series was there already\n");
	CHECK_STR(text_of("x.prom"), good);
	files_clear();
}

static void check_lock(int dir)
{
	char name[64];
	int fd = lock_take(dir, "x.prom", NULL);

	(void)snprintf(name, sizeof(name), "toy-textfile: process %d holds the lock of x.prom",
		       (int)getpid());
	files_put("x.prom", "old", 3);
	CHECK(fd >= 0);
	CHECK_INT(TOY("-o", "x.prom"), 1);
	CHECK_ONE_LINE(name);
	CHECK_STR(files_get("x.prom"), "old");
	CHECK_INT(TOY("-v"), 0); /* printing takes none */
	CHECK_INT(TOY("-o", "y.prom"), 0);
	(void)close(fd);
	CHECK_INT(TOY("-o", "x.prom"), 0);
	CHECK_STR(text_of("x.prom"), good);
	files_clear();
}

/* ---- the command line ---- */

static void check_usage(void)
{
	static const struct {
		const char *words[4];
		const char *said;
	} t[] = {
		{ { "--no-such" }, "--no-such" },
		{ { "-x" }, "x" },
		{ { "-o" }, "o" },
		{ { "--output" }, "--output" },
		{ { "-o", "" }, "--output: is empty" },
		{ { "operand" }, "unexpected argument 'operand'" },
		{ { "--", "-q" }, "unexpected argument '-q'" },
		{ { "--now", "" }, "--now: not a time" },
		{ { "--now", "soon" }, "--now: not a time in seconds since the epoch: 'soon'" },
		{ { "--now", "-1" }, "'-1'" },
		{ { "--now", "99999999999999999999" }, "--now" },
		{ { "--timeout", "0" }, "--timeout: not a number of seconds between 0 and 86400: '0'" },
		{ { "--timeout", "86400.1" }, "--timeout" },
		{ { "--timeout", "1m" }, "'1m'" },
		{ { "--instance", "" }, "--instance" },
		{ { "--instance", "a/b" }, "'a/b'" },
		{ { "--instance", ".." }, "'..'" },
		{ { "--instance", "a b" }, "'a b'" },
		{ { "--instance", "a\nb" }, "--instance" },
		{ { "--help=yes" }, "--help" },
		{ { "--how" }, "--how" },
		{ { "--loud=1" }, "--loud" },
		{ { "--root", "none" }, "none: No such file or directory" },
		{ { "--root", "file" }, "file: Not a directory" },
		{ { "-c", "none.json" }, "cannot read none.json: No such file or directory" },
		{ { "-c", "." }, "cannot read .: Is a directory" },
	};

	files_put("file", "", 0);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const char *words[8] = { "-o", "x.prom" };
		struct call call = { &toy_tool, words, NULL };

		memcpy(words + 2, t[i].words, sizeof(t[i].words));
		CHECK_INT(toy_with(&call), 2);
		CHECK_ONE_LINE(t[i].said);
		CHECK_HAS(err_text, "toy-textfile: ");
		CHECK_STR(files_get("../out"), "");
	}
	CHECK_STR(files_list(), "file ");
	files_clear();
}

static void check_words(void)
{
	static const char *const listed[] = { "--output FILE",
					      "--config FILE",
					      "--timeout SECONDS",
					      "--instance NAME",
					      "--root DIR",
					      "--now SECONDS",
					      "--check-config",
					      "--print-defaults",
					      "--print-metrics",
					      "-v, --verbose",
					      "-q, --quiet",
					      "-h, --help",
					      "-V, --version",
					      "--how WORD",
					      "--loud",
					      "Publish a number.",
					      "Exit status: 0 published" };

	CHECK_INT(TOY("--help", "-o", "x.prom"), 0);
	CHECK_SILENT();
	for (size_t i = 0; i < ARRAY_LEN(listed); i++)
		CHECK_HAS(files_get("../out"), listed[i]);
	CHECK_HAS(files_get("../out"), "Usage: toy-textfile [OPTION]...\n");
	CHECK_INT(TOY("--print-metrics"), 0);
	CHECK_INT(lines_in(files_get("../out")), 7);
	CHECK_HAS(files_get("../out"), "\ntoy_count\tgauge\tname\t\tA number.\n");
	CHECK_HAS(files_get("../out"), "promshot_run_timeout_seconds\tgauge\ttool\tseconds\t");
	CHECK_INT(toy_with(&(struct call){ &toy_tool, (const char *const[]){ "--help", NULL }, "/dev/full" }),
		  1);
	CHECK_ONE_LINE("cannot write to standard output: No space left on device");
	CHECK_STR(files_list(), "");
}

static void check_operands(void)
{
	struct tool t = toy_tool;

	t.operands = "[PATH...]";
	CHECK_INT(toy_with(&(struct call){ &t, (const char *const[]){ "a", "--how", "facts", "b", NULL },
					   NULL }),
		  0);
	CHECK_STR(err_text, "toy-textfile: toy-textfile - 1 2 a\n");
	CHECK_INT(toy_with(&(struct call){ &t, (const char *const[]){ "--help", NULL }, NULL }), 0);
	CHECK_HAS(files_get("../out"), "Usage: toy-textfile [OPTION]... [PATH...]\n");
}

static void check_options(void)
{
	CHECK_INT(TOY("--how", "facts", "--instance", "i", "--timeout", "2.5"), 0);
	CHECK_STR(err_text, "toy-textfile: toy-textfile@i i 1 0 -\n");
	CHECK_HAS(files_get("../out"), "promshot_run_timeout_seconds{tool=\"toy-textfile@i\"} 2.5\n");
	CHECK_INT(TOY("--how", "warn"), 0);
	CHECK_STR(err_text, "toy-textfile: warned\n");
	CHECK_INT(TOY("--how", "warn", "-q"), 0);
	CHECK_SILENT();
	CHECK_INT(TOY("--how", "warn", "-v", "--loud"), 0);
	CHECK_HAS(err_text, "toy-textfile: debug loud\ntoy-textfile: warned\n");
	CHECK_INT(TOY("--how", "fails", "--quiet"), 1);
	CHECK_ONE_LINE("cannot read the source"); /* an error is said even so */
}

/* Without --now the clock counts. */
static void check_clock(void)
{
	static const char *const none[] = { NULL };
	struct call call = { &toy_tool, none, NULL };
	uint64_t before = clock_wall_ns() / CLOCK_NS_PER_S, v = 0;
	const char *at;

	CHECK_INT(toy_with(&call), 0);
	at = strstr(files_get("../out"), "\npromshot_last_run_timestamp_seconds{tool=\"toy-textfile\"} ");
	CHECK(at != NULL);
	if (at)
		v = strtoull(strchr(at, ' '), NULL, 10);
	CHECK(v >= before && v <= before + 100);
}

/* ---- configuration ---- */

static void check_config(void)
{
	static const struct {
		const char *name, *text;
		int r;
		const char *out; /* of --check-config */
		const char *err;
	} t[] = {
		{ "a.json", "{}", 0, "{\n  \"count\": 3,\n  \"name\": \"x\"\n}\n", "" },
		{ "a.json", "{\"count\": -5, \"name\": \"y\"}", 0,
		  "{\n  \"count\": -5,\n  \"name\": \"y\"\n}\n", "" },
		{ "a.yaml", "count: 7\n", 0, "{\n  \"count\": 7,\n  \"name\": \"x\"\n}\n", "" },
		{ "a.json", "{\n\"count\": 11,\n\"nam\": 1}", 2, "", "a.json:2: count: |a.json:3: nam: " },
		{ "a.yml", "name: y\ncount: many\n", 2, "", "a.yml:2: count: " },
		{ "a.json", "{\n\n\"count\" 11}", 2, "", "a.json:3: " },
		{ "a.json", "", 2, "", "a.json:" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		char want[200];
		const char *p = t[i].err;

		files_put(t[i].name, t[i].text, strlen(t[i].text));
		CHECK_INT(TOY("--check-config", "-c", t[i].name, "-o", "x.prom"), t[i].r);
		CHECK_STR(files_get("../out"), t[i].out);
		if (!*p)
			CHECK_SILENT();
		while (*p) {
			int n = (int)strcspn(p, "|");

			(void)snprintf(want, sizeof(want), "toy-textfile: %.*s", n, p);
			CHECK_HAS(err_text, want);
			p += n + (p[n] == '|');
		}
		CHECK_INT(TOY("-c", t[i].name, "-o", "x.prom"), t[i].r);
		CHECK_STR(files_list(),
			  t[i].r == 0 ? (strcmp(t[i].name, "a.json") == 0 ? ".x.prom.lock a.json x.prom "
									  : ".x.prom.lock a.yaml x.prom ")
			  : strcmp(t[i].name, "a.yml") == 0 ? "a.yml "
							    : "a.json ");
		files_clear();
	}
	CHECK_INT(TOY("--print-defaults"), 0);
	CHECK_STR(files_get("../out"), "{\n  \"count\": 3,\n  \"name\": \"x\"\n}\n");
}

/* /etc/promshot/TOOL.json below --root, where it exists. */
static void check_default_config(void)
{
	static const char quoted[] = "{\"name\": \"a\\\"b\"}";

	CHECK(mkdir("../root", 0755) == 0 && mkdir("../root/etc", 0755) == 0);
	CHECK_INT(TOY("--root", "../root"), 0);
	CHECK_STR(text_of("../out"), good);
	CHECK(mkdir("../root/etc/promshot", 0755) == 0);
	files_put("../root/etc/promshot/toy-textfile.json", quoted, strlen(quoted));
	CHECK_INT(TOY("--root", "../root"), 0);
	CHECK_STR(text_of("../out"), RUN_METRICS("toy-textfile", "1", "1", "2") COUNT("a\\\"b", "3"));
	files_put("../root/etc/promshot/toy-textfile.json", "{\n\"count\": 99}", 14);
	CHECK_INT(TOY("--root", "../root"), 2);
	CHECK_ONE_LINE("toy-textfile: /etc/promshot/toy-textfile.json:2: count: ");
	CHECK_INT(TOY("--root", "../root", "--print-defaults"), 0); /* looks at no file */
	CHECK_INT(TOY("--root", "../root", "-c", "/dev/null"), 2);
	(void)unlink("../root/etc/promshot/toy-textfile.json");
	(void)(rmdir("../root/etc/promshot"), rmdir("../root/etc"), rmdir("../root"));
}

/* ---- privilege ---- */

static int try_sandbox(void *arg)
{
	(void)arg;
	return sandbox_keep_caps(0) < 0 || sandbox_limit_files(NULL, 0) < 0 ||
	       sandbox_limit_calls(SANDBOX_PARSE) < 0;
}

static void check_confined(void)
{
	static const char probe[] = "{\"name\": \"probe\"}";

	if (in_child(try_sandbox, NULL) != 0) {
		SKIP("collect() runs without socket, without writing elsewhere",
		     "no sandbox in this kernel or build");
		return;
	}
	files_put("a.json", probe, strlen(probe));
	CHECK_INT(TOY("-c", "a.json"), 0);
	CHECK_INT(TOY("-c", "a.json", "--check-config"), 0);
	files_clear();
	/* Root that prints is nobody by then; the owner of the output (root, here) stays itself. */
	CHECK_INT(TOY("--how", "confined"), 0);
	CHECK_STR(err_text, "toy-textfile: root 0, socket: no, elsewhere: no\n");
	CHECK_INT(TOY("--how", "confined", "-o", "x.prom"), 0);
	CHECK_STR(err_text, geteuid() == 0 ? "toy-textfile: root 1, socket: no, elsewhere: no\n"
					   : "toy-textfile: root 0, socket: no, elsewhere: no\n");
	files_clear();
}

static void check_owner(void)
{
	struct stat st;

	if (geteuid() != 0) {
		SKIP("root publishes as the directory's owner", "needs root");
		return;
	}
	CHECK(chown(".", 1234, 4321) == 0);
	CHECK_INT(TOY("-o", "x.prom"), 0);
	CHECK(stat("x.prom", &st) == 0 && st.st_uid == 1234 && st.st_gid == 4321);
	CHECK(stat(".x.prom.lock", &st) == 0 && st.st_uid == 1234);
	CHECK(chown(".", 0, 0) == 0);
	files_clear();
}

int main(void)
{
	int outer = files_open(), dir;

	/* The tool runs in a directory within, so that ../out and ../err are on no list. */
	if (mkdir("in", 0755) < 0 || chdir("in") < 0)
		files_die("in");
	strcat(files_path, "/in");
	dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)unsetenv("JOURNAL_STREAM");
	check_version();
	check_printing();
	check_publishing();
	check_outputs_refused();
	check_failed_collection();
	check_start();
	check_failed_publication();
	check_lock(dir);
	check_usage();
	check_words();
	check_operands();
	check_options();
	check_clock();
	check_config();
	check_default_config();
	check_confined();
	check_owner();
	files_close(dir);
	*strrchr(files_path, '/') = '\0';
	if (chdir(files_path) < 0)
		files_die(files_path);
	files_close(outer);
	return TEST_END();
}
