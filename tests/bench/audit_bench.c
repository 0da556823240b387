/* SPDX-License-Identifier: MIT */
/*
 * What counting the records of audit.log costs. Without arguments: single lines of each common kind, in
 * nanoseconds. With files: the time of reading and counting each (of several runs the best), and the
 * counters.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../../cmd/audit-textfile/trail.h"
#include "bench.h"

enum { BLOCK = 256 * 1024, ROUNDS = 5 };

static struct counts counts;
static struct trail trail;

/* ---- single lines ---- */

#define ID(n) " msg=audit(1795147712.817:" n "): "
#define SYSCALL(n) \
	"type=SYSCALL" ID(n) "arch=c000003e syscall=59 success=yes exit=0 a0=55a3 a1=55a4 a2=55a5 a3=8 " \
			     "items=2 ppid=1 " \
			     "pid=811 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 " \
			     "sgid=1000 fsgid=1000 tty=pts0 ses=3 " \
			     "comm=\"ls\" exe=\"/usr/bin/ls\" subj=unconfined key=\"exec_calls\""

static const char *kinds[][3] = {
	{ "a system call", SYSCALL("1"), SYSCALL("2") },
	{ "a path",
	  "type=PATH" ID("3") "item=0 name=\"/usr/bin/ls\" inode=1 dev=08:01 mode=0100755 ouid=0 ogid=0 "
			      "nametype=NORMAL",
	  "type=PATH" ID("3") "item=1 name=\"/lib64/ld-linux-x86-64.so.2\" inode=2 dev=08:01 mode=0100755 "
			      "nametype=NORMAL" },
	{ "a failed ssh attempt",
	  "type=USER_AUTH" ID(
		  "4") "pid=29866 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication grantors=? "
		       "acct=\"alice\" exe=\"/usr/sbin/sshd\" hostname=192.0.2.1 addr=192.0.2.1 terminal=ssh "
		       "res=failed'",
	  "type=USER_AUTH" ID(
		  "5") "pid=29867 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication grantors=? "
		       "acct=\"bob\" exe=\"/usr/sbin/sshd\" hostname=192.0.2.2 addr=192.0.2.2 terminal=ssh "
		       "res=failed'" },
	{ "a sudo",
	  "type=USER_CMD" ID(
		  "6") "pid=1 uid=1000 auid=1000 ses=3 msg='cwd=\"/tmp\" cmd=2F62696E2F6C73202F726F6F74 "
		       "exe=\"/usr/bin/sudo\" terminal=pts/0 res=success'",
	  "type=USER_CMD" ID("7") "pid=2 uid=1000 auid=1000 ses=3 msg='cwd=\"/tmp\" cmd=\"/bin/true\" "
				  "exe=\"/usr/bin/sudo\" "
				  "terminal=pts/0 res=success'" },
	{ "no record", "once upon a time", "type=" },
};

static void two_lines(void *ctx)
{
	const char *const *kind = ctx;

	trail_line(&trail, text_from(kind[1]));
	trail_line(&trail, text_from(kind[2]));
}

/* ---- files ---- */

/* Counts the lines of buf[n]; what is left of the last one moves to the front. */
static size_t count_lines(char *buf, size_t n)
{
	char *p = buf, *end = buf + n, *line_end;

	for (; (line_end = memchr(p, '\n', (size_t)(end - p))); p = line_end + 1)
		trail_line(&trail, (struct text){ p, (size_t)(line_end - p) });
	memmove(buf, p, (size_t)(end - p));
	return (size_t)(end - p);
}

static int count_file(const char *path)
{
	static char buf[BLOCK];
	size_t left = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	while ((n = read(fd, buf + left, sizeof(buf) - left)) > 0)
		left = count_lines(buf, left + (size_t)n);
	if (left)
		trail_line(&trail, (struct text){ buf, left });
	close(fd);
	return (int)n;
}

static void print_counts(void)
{
	AUTO_BUF struct buf out = { 0 };

	for (size_t i = 0; i < COUNTS; i++)
		series_save(&counts.table[i], &out);
	fputs(buf_cstr(&out), stdout);
}

static int count_files(int argc, char *argv[])
{
	double best = 0;
	int rounds = getenv("ROUNDS") ? atoi(getenv("ROUNDS")) : ROUNDS;

	for (int round = 0; round < rounds; round++) {
		double start, took;

		counts_done(&counts);
		counts_init(&counts, 1000);
		trail_done(&trail);
		trail_init(&trail, &counts);
		start = bench_seconds();
		for (int i = 1; i < argc; i++)
			if (count_file(argv[i]) < 0)
				return 1;
		trail_flush(&trail);
		took = bench_seconds() - start;
		if (round == 0 || took < best)
			best = took;
	}
	fprintf(stderr, "read and count\t%.0f ms\n", best * 1e3);
	print_counts();
	return 0;
}

int main(int argc, char *argv[])
{
	if (argc > 1)
		return count_files(argc, argv);
	counts_init(&counts, 1000);
	trail_init(&trail, &counts);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		printf("two records: ");
		bench(kinds[i][0], two_lines, kinds[i]);
	}
	trail_done(&trail);
	counts_done(&counts);
	return 0;
}
