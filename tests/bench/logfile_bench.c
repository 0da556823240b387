/* SPDX-License-Identifier: MIT */
/*
 * What following a log costs beside what is done with its lines, which are only
 * counted here: a file read from its first byte (in the page cache; of several
 * runs the best), and a run with nothing new.
 *
 * Usage: logfile /FILE
 */
#include <fcntl.h>
#include <string.h>

#include "bench.h"
#include "os/logfile.h"

enum { ROUNDS = 7 };

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

int main(int argc, char *argv[])
{
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	double all = 0, none = 0;

	for (int i = 0; argc == 2 && i < ROUNDS; i++) {
		struct follow_pos pos = { 0 };
		double took;

		bytes = 0;
		took = run(root, argv[1], &pos);
		all = i == 0 || took < all ? took : all;
		took = run(root, argv[1], &pos);
		none = i == 0 || took < none ? took : none;
	}
	printf("all: %.0f ms, %.2f GB/s\nnothing new: %.0f us\n", all * 1e3, (double)bytes / all / 1e9, none * 1e6);
	return argc != 2;
}
