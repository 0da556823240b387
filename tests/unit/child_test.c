/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/child with real programs: what comes back of each kind of end,
 * deadlines against programs that do not want to go, output beyond the cap,
 * many at a time, and that neither a process nor a descriptor is left behind.
 */
#include <errno.h>
#include <signal.h>

#include "files.h"
#include "os/child.h"
#include "os/clock.h"

#define AUTO_CHILD CLEANUP(child_done)
#define ARGV(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define SH(script) ARGV("/bin/sh", "-c", script)

static const uint64_t MS = 1000000, SECOND = 1000000000;

static const struct child_limits usual = { .at_once = 4, .output_max = 100000, .grace_ns = 100000000 };

static void run(struct child *c)
{
	child_run(c, 1, &usual);
}

static void check_ends(void)
{
	static const struct {
		const char *script, *out, *err;
		int status, signal;
	} t[] = {
		{ "exit 0", "", "", 0, 0 },
		{ "exit 3", "", "", 3, 0 },
		{ "exit 255", "", "", 255, 0 },
		{ "echo out; echo err >&2", "out\n", "err\n", 0, 0 },
		{ "printf 'no line end'; exit 1", "no line end", "", 1, 0 },
		{ "kill -TERM $$", "", "", -1, SIGTERM },
		{ "echo x; kill -KILL $$", "x\n", "", -1, SIGKILL },
		{ "kill -SEGV $$", "", "", -1, SIGSEGV },
		{ "exec >&- 2>&-; exit 4", "", "", 4, 0 }, /* closed long before its end */
		{ "cat; echo end", "end\n", "", 0, 0 },    /* standard input is empty */
		{ "(echo early; exit 2); echo $?", "early\n2\n", "", 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_CHILD struct child c = { .argv = SH(t[i].script) };

		run(&c);
		OK_(c.error == 0 && c.status == t[i].status && c.signal == t[i].signal && !c.timed_out,
		    t[i].script, "error %d, status %d, signal %d", c.error, c.status, c.signal);
		CHECK_STR(buf_cstr(&c.out.text), t[i].out);
		CHECK_STR(buf_cstr(&c.err.text), t[i].err);
		CHECK(c.duration_ns > 0 && c.duration_ns < 60 * SECOND && c.out.dropped == 0 &&
		      c.err.dropped == 0);
	}
}

static void check_exec_failure(void)
{
	static const struct {
		const char *path, *cwd;
		int r;
	} t[] = {
		{ "/absent", NULL, -ENOENT }, { "true", NULL, -ENOENT },      /* not looked up */
		{ "/tmp", NULL, -EACCES },    { "./script", NULL, -ENOEXEC }, /* no shell comes to its help */
		{ "./plain", NULL, -EACCES }, { "/bin/true", "/absent", -ENOENT }, { "/bin/true", "/", 0 },
	};

	files_put("script", "exit 0\n", 7);
	files_put("plain", "", 0);
	CHECK(chmod("script", 0755) == 0);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_CHILD struct child c = { .argv = ARGV(t[i].path),
					      .cwd = t[i].cwd,
					      .timeout_ns = 60 * SECOND };

		run(&c);
		OK_(c.error == t[i].r && c.status == (t[i].r ? -1 : 0) && c.signal == 0 && !c.timed_out,
		    t[i].path, "error %d, status %d", c.error, c.status);
	}
}

static void check_input(void)
{
	static char large[300000];
	AUTO_CHILD struct child small = { .argv = ARGV("/bin/cat"), .input = "a\0b\n", .n_input = 4 };
	AUTO_CHILD struct child big = { .argv = ARGV("/usr/bin/wc", "-c"),
					.input = large,
					.n_input = sizeof(large) };
	AUTO_CHILD struct child deaf = { .argv = ARGV("/bin/true"),
					 .input = large,
					 .n_input = sizeof(large) };

	run(&small);
	CHECK(small.out.text.len == 4 && memcmp(small.out.text.data, "a\0b\n", 4) == 0);
	run(&big);
	CHECK_STR(buf_cstr(&big.out.text), "300000\n");
	run(&deaf); /* does not read it: no SIGPIPE, no wait */
	CHECK_INT(deaf.status, 0);
}

static void check_surroundings(void)
{
	AUTO_CHILD struct child env = { .argv = ARGV("/usr/bin/env"), .env = ARGV("A=1", "B=x y") };
	AUTO_CHILD struct child none = { .argv = ARGV("/usr/bin/env"), .env = ARGV(NULL) };
	AUTO_CHILD struct child ours = { .argv = SH("echo $PROMSHOT_TEST") };
	AUTO_CHILD struct child cwd = { .argv = ARGV("/bin/pwd"), .cwd = "/usr" };
	AUTO_CHILD struct child args = { .argv = SH("printf '<%s>' \"$0\" \"$@\"") };
	AUTO_CHILD struct child fds = { .argv = SH("ls /proc/self/fd | tr '\\n' ' '") };
	AUTO_CHILD struct child ignored = { .argv = ARGV("/bin/grep", "-E", "Sig(Ign|Blk)",
							 "/proc/self/status") };
	AUTO_CHILD struct child group = { .argv = SH("test $$ = $(ps -o pgid= -p $$) && echo own") };
	const char *const spaced[] = { "/usr/bin/printf", "<%s>", "a b", "", "$(id);`id`", "*", NULL };
	int leaked = open("/dev/null", O_RDONLY); /* not close-on-exec, as a shell may leave us one */
	sigset_t set, old;

	(void)setenv("PROMSHOT_TEST", "inherited", 1);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigfillset(&set);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	run(&env);
	run(&none);
	run(&ours);
	run(&cwd);
	args.argv = spaced;
	run(&args);
	run(&fds);
	run(&ignored);
	run(&group);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)close(leaked);
	CHECK_STR(buf_cstr(&env.out.text), "A=1\nB=x y\n");
	CHECK_STR(buf_cstr(&none.out.text), "");
	CHECK_STR(buf_cstr(&ours.out.text), "inherited\n");
	CHECK_STR(buf_cstr(&cwd.out.text), "/usr\n");
	CHECK_STR(buf_cstr(&args.out.text), "<a b><><$(id);`id`><*>");
	CHECK_STR(buf_cstr(&fds.out.text), "0 1 2 3 "); /* 3 is ls reading the directory */
	/* 32 and 33 are the C library's own: it neither shows nor resets them, whoever had them ignored. */
	CHECK_INT(strncmp(buf_cstr(&ignored.out.text), "SigBlk:\t0000000000000000\nSigIgn:\t", 33), 0);
	CHECK_INT(strtoull(buf_cstr(&ignored.out.text) + (ignored.out.text.len > 33 ? 33 : 0), NULL, 16) &
			  ~0x180000000ULL,
		  0);
	CHECK_STR(buf_cstr(&group.out.text), "own\n");
}

static void check_cap(void)
{
	static const struct {
		size_t written, max, kept;
	} t[] = {
		{ 10, 10, 10 },
		{ 11, 10, 10 },
		{ 10, 0, 0 },
		{ 0, 0, 0 },
		{ 9, 10, 9 },
		{ 1000000, 1000, 1000 },
		{ 70000, 65536, 65536 },
		{ 200000, 300000, 200000 },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct child_limits l = usual;
		char script[100];
		AUTO_CHILD struct child c = { .argv = SH(script) };

		l.output_max = t[i].max;
		(void)snprintf(script, sizeof(script), "head -c %zu /dev/zero; head -c %zu /dev/zero >&2",
			       t[i].written, t[i].written);
		child_run(&c, 1, &l);
		CHECK_INT(c.status, 0); /* it never blocked on a full pipe */
		CHECK_INT(c.out.text.len, t[i].kept);
		CHECK_INT(c.err.text.len, t[i].kept);
		CHECK_INT(c.out.dropped, t[i].written - t[i].kept);
		CHECK_INT(c.err.dropped, t[i].written - t[i].kept);
	}
}

/* Whether a process still runs (a zombie that init has not reaped yet does not). */
static bool is_running(pid_t pid)
{
	char path[64];
	const char *text, *paren;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	text = files_get(path);
	paren = strrchr(text, ')');
	return paren && paren[1] == ' ' && paren[2] != 'Z' && paren[2] != 'X';
}

/* The pid that a script has written into the file. SIGKILL is on its way to it; it goes within moments. */
static bool is_gone(const char *file)
{
	pid_t pid = (pid_t)atoi(files_get(file));
	uint64_t end = clock_mono_ns() + 10 * SECOND;

	while (is_running(pid) && clock_mono_ns() < end)
		(void)usleep(1000);
	return pid > 1 && !is_running(pid);
}

struct late {
	const char *script, *out; /* out: its start */
	int status, signal;
};

/* All at once, each with its file pid0, pid1, ... for a process that must not outlive it. */
static void check_late(const struct late *t, size_t n, uint64_t grace_ns)
{
	struct child_limits l = { .at_once = n, .output_max = 100000, .grace_ns = grace_ns };
	struct child c[8] = { 0 };
	const char *argv[8][4], *env[8][3];
	char number[8][8];

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(number[i], sizeof(number[i]), "N=%zu", i);
		memcpy(argv[i], SH(t[i].script), sizeof(argv[i]));
		memcpy(env[i], ARGV("PATH=/usr/bin:/bin", number[i]), sizeof(env[i]));
		c[i] = (struct child){ .argv = argv[i], .env = env[i], .timeout_ns = SECOND };
	}
	child_run(c, n, &l);
	for (size_t i = 0; i < n; i++) {
		char file[16];

		OK_(c[i].timed_out && c[i].error == 0 && c[i].status == t[i].status &&
			    c[i].signal == t[i].signal,
		    t[i].script, "status %d, signal %d, timed out %d", c[i].status, c[i].signal,
		    c[i].timed_out);
		CHECK(strncmp(buf_cstr(&c[i].out.text), t[i].out, strlen(t[i].out)) == 0);
		CHECK(c[i].duration_ns >= SECOND && c[i].duration_ns < 60 * SECOND);
		(void)snprintf(file, sizeof(file), "pid%zu", i);
		CHECK(!strstr(t[i].script, "pid$N") || is_gone(file));
		(void)unlink(file);
		child_done(&c[i]);
	}
}

static void check_deadlines(void)
{
	static const struct late obey[] = {
		{ "echo x; sleep 600", "x\n", -1, SIGTERM },
		{ "trap 'echo told; exit 9' TERM; echo x; while :; do sleep 0.01; done", "x\ntold\n", 9, 0 },
		{ "while echo y; do :; done", "y\ny\n", -1, SIGTERM }, /* in the middle of its output */
		{ "exec >&- 2>&-; sleep 600", "", -1, SIGTERM },
		{ "sleep 600 & echo $! >pid$N; echo x; wait", "x\n", -1, SIGTERM },
		{ "sh -c 'trap \"\" TERM; sleep 600' & echo $! >pid$N; wait", "", -1,
		  SIGTERM }, /* the leader alone */
		{ "sh -c 'trap \"echo told; exit\" TERM; while :; do sleep 0.01; done' & trap '' TERM; wait; "
		  "exit 8",
		  "told\n", 8, 0 }, /* all but the leader */
	};
	static const struct late ignore[] = {
		{ "trap '' TERM; echo x; sleep 600", "x\n", -1, SIGKILL },
		{ "trap '' TERM; while echo y; do :; done", "y\ny\n", -1, SIGKILL },
		{ "kill -STOP $$", "", -1, SIGKILL }, /* a stopped process sees no SIGTERM */
		{ "trap '' TERM; sleep 600 & echo $! >pid$N; wait", "", -1, SIGKILL },
	};

	check_late(obey, ARRAY_LEN(obey), 60 * SECOND);
	check_late(ignore, ARRAY_LEN(ignore), 100 * MS);
}

/* The first process's end is the end: whoever is left in its group goes, and the pipes it holds keep nobody.
 */
static void check_left_behind(void)
{
	AUTO_CHILD struct child same = { .argv = SH("sleep 600 & echo $! >pid; echo x") };
	AUTO_CHILD struct child deaf = {
		.argv = SH("sh -c 'trap \"\" TERM HUP; sleep 600' & echo $! >pid; exit 5")
	};
	AUTO_CHILD struct child away = { .argv = SH("setsid sh -c 'echo $$ >pid; echo y; exec sleep 600' & "
						    "while ! test -s pid; do sleep 0.01; done; echo x") };

	run(&same);
	CHECK_STR(buf_cstr(&same.out.text), "x\n");
	CHECK(same.status == 0 && !same.timed_out && is_gone("pid"));
	run(&deaf);
	CHECK(deaf.status == 5 && is_gone("pid"));
	files_put("pid", "", 0);
	run(&away); /* has left the group, holds the pipes, and is not waited for */
	CHECK(away.status == 0 && !away.timed_out && strstr(buf_cstr(&away.out.text), "x\n"));
	CHECK(is_running((pid_t)atoi(files_get("pid"))));
	(void)kill((pid_t)atoi(files_get("pid")), SIGKILL);
}

/* As long as one runs it holds a name in the directory "on", and it says how many it saw there. */
static void check_many(void)
{
	enum { N = 50 };
	static const char *const argv[] = {
		"/bin/sh",
		"-c",
		"mkdir on/$$; ls on | wc -l; sleep 0.0$(($$ % 5)); rmdir on/$$; exit $(($$ % 100))",
		NULL,
	};
	static struct child c[N];
	const struct child_limits l = { .at_once = 4, .output_max = 1000, .grace_ns = 100000000 };
	int wrong = 0, most = 0;

	CHECK(mkdir("on", 0700) == 0);
	for (int i = 0; i < N; i++)
		c[i] = (struct child){ .argv = argv, .timeout_ns = 60 * SECOND };
	child_run(c, N, &l);
	for (int i = 0; i < N; i++) {
		int seen = atoi(buf_cstr(&c[i].out.text));

		most = seen > most ? seen : most;
		wrong +=
			c[i].error != 0 || c[i].status != c[i].pid % 100 || seen < 1 || c[i].err.text.len > 0;
		child_done(&c[i]);
	}
	CHECK_INT(wrong, 0);
	CHECK(most > 1 && most <= 4);
	CHECK(rmdir("on") == 0);
}

/* One that hangs costs its own sample: the others run beside it. */
static void check_hanging_one(void)
{
	struct child c[] = {
		{ .argv = SH("sleep 600"), .timeout_ns = SECOND },
		{ .argv = SH("echo 1") },
		{ .argv = ARGV("/absent") },
		{ .argv = SH("echo 2") },
	};
	struct child_limits l = usual;

	l.at_once = 2;
	child_run(c, ARRAY_LEN(c), &l);
	CHECK(c[0].timed_out && c[0].signal == SIGTERM);
	CHECK_STR(buf_cstr(&c[1].out.text), "1\n");
	CHECK_INT(c[2].error, -ENOENT);
	CHECK_STR(buf_cstr(&c[3].out.text), "2\n");
	CHECK(c[3].start_ns < c[0].start_ns + c[0].duration_ns);
	for (size_t i = 0; i < ARRAY_LEN(c); i++)
		child_done(&c[i]);
}

static void check_run_deadline(void)
{
	struct child c[] = { { .argv = SH("sleep 600"), .timeout_ns = 600 * SECOND },
			     { .argv = SH("sleep 600") },
			     { .argv = ARGV("/bin/true") } };
	struct child_limits l = { .at_once = 0, .output_max = 100, .grace_ns = 0 }; /* 0 counts as 1 */

	l.deadline_ns = clock_mono_ns() + 200 * MS;
	child_run(c, ARRAY_LEN(c), &l);
	CHECK(c[0].timed_out && c[0].error == 0 && c[0].status == -1);
	for (int i = 1; i < 3; i++)
		CHECK(c[i].error == -ETIME && c[i].status == -1 && !c[i].timed_out);
	for (size_t i = 0; i < ARRAY_LEN(c); i++)
		child_done(&c[i]);
	child_run(NULL, 0, &l);
}

static void check_usage(void)
{
	AUTO_CHILD struct child c = { .argv = SH("i=0; while [ $i -lt 30000 ]; do i=$((i + 1)); done") };

	run(&c);
	CHECK(c.status == 0 && c.usage.ru_maxrss > 0);
	CHECK(c.usage.ru_utime.tv_sec + c.usage.ru_utime.tv_usec + c.usage.ru_stime.tv_usec > 0);
}

/* A caller that ignores SIGCHLD (as it inherited that) or blocks it gets its children all the same. */
static void check_sigchld(void)
{
	AUTO_CHILD struct child c = { .argv = SH("exit 3") }, d = { .argv = SH("exit 4") };
	struct sigaction action;
	sigset_t set, now;

	(void)signal(SIGCHLD, SIG_IGN);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	run(&c);
	CHECK_INT(c.status, 3);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	run(&d);
	CHECK_INT(d.status, 4);
	CHECK(sigprocmask(SIG_UNBLOCK, &set, &now) == 0 && sigismember(&now, SIGCHLD) == 1);
	CHECK(sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN); /* as it was */
	(void)signal(SIGCHLD, SIG_DFL);
}

static int count_fds(void)
{
	struct dirent **entries;
	int n = scandir("/proc/self/fd", &entries, files_is_entry, NULL);

	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
	return n;
}

int main(void)
{
	int dir = files_open(), before = count_fds();

	check_ends();
	check_exec_failure();
	check_input();
	check_surroundings();
	check_cap();
	check_deadlines();
	check_left_behind();
	check_many();
	check_hanging_one();
	check_run_deadline();
	check_usage();
	check_sigchld();
	CHECK_INT(count_fds(), before);
	CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD); /* no zombie either */
	files_close(dir);
	return TEST_END();
}
