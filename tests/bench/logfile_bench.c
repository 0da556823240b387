/* SPDX-License-Identifier: MIT */
/*
 * What following a log costs beside what is done with its lines, which are only
 * counted here, in nanoseconds: reading it from its first byte (in the page
 * cache; of several runs the best), and a run with nothing new. Without an
 * argument it is a file of 64 MB that is made for it.
 *
 * Usage: logfile [/FILE]
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "os/logfile.h"

enum { ROUNDS = 7, LINES = 400000 };

static uint64_t bytes;

static void count(void *ctx, struct text line)
{
	(void)ctx;
	bytes += line.n + 1;
}

/* One run, opening included; exits where it fails. */
static double run(int root, const char *path, struct follow_pos *pos)
{
	double start = bench_seconds();
	struct logfile_stats stats = { 0 };
	struct logfile *f;

	if (logfile_open(root, path, &f) < 0 ||
	    logfile_read(f, pos, LOGFILE_AT_START, 0, count, NULL, &stats) < 0)
		exit(1);
	logfile_close(f);
	return bench_seconds() - start;
}

static void make_file(char *path)
{
	int fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	for (int i = 0; f && i < LINES; i++)
		fprintf(f,
			"type=PATH msg=audit(1795147712.817:%07d): item=0 name=\"/usr/bin/ls\" inode=1835 dev=08:01 "
			"mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0\n",
			i);
	if (!f || fclose(f) != 0)
		exit(1);
}

int main(int argc, char *argv[])
{
	char made[] = "/tmp/promshot-bench-XXXXXX", *path = argc > 1 ? argv[1] : made;
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	double all = 0, none = 0;

	if (path == made)
		make_file(made);
	for (int i = 0; i < ROUNDS; i++) {
		struct follow_pos pos = { 0 };
		double took;

		bytes = 0;
		took = run(root, path, &pos);
		all = i == 0 || took < all ? took : all;
		took = run(root, path, &pos);
		none = i == 0 || took < none ? took : none;
	}
	if (path == made)
		(void)unlink(made);
	printf("following a log: a megabyte\t%.0f\nfollowing a log: nothing new\t%.0f\n", all * 1e15 / (double)bytes,
	       none * 1e9);
	return 0;
}
