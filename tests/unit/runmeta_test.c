/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/runmeta: the text that every tool's file carries, word for
 * word. Two files whose HELP for one family differs lose a family, so a change
 * here is a change for everybody who runs tools of two versions.
 */
#include "core/runmeta.h"
#include "test.h"

static int to_buf(void *ctx, const void *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return 0;
}

static void check_text(const struct runmeta *m, const char *want)
{
	AUTO_BUF struct buf out = { 0 };
	CLEANUP(prom_done) struct prom w = { .sink = to_buf, .ctx = &out };
	struct prom_group g = runmeta_group(m);

	CHECK_INT(prom_write(&w, &g, 1), 0);
	CHECK_STR(buf_cstr(&out), want);
}

#define FILE_OF(labels, version, duration, success, failed, ok, skipped, timestamp, timeout) \
	"# HELP promshot_build_info Version of the tool that wrote this file.\n" \
	"# TYPE promshot_build_info gauge\n" \
	"promshot_build_info{" labels ",version=\"" version "\"} 1\n" \
	"# HELP promshot_last_run_duration_seconds How long the last run of the tool took.\n" \
	"# TYPE promshot_last_run_duration_seconds gauge\n" \
	"promshot_last_run_duration_seconds{" labels "} " duration "\n" \
	"# HELP promshot_last_run_success Whether the last run could read its source as a whole (1) or not " \
	"(0).\n" \
	"# TYPE promshot_last_run_success gauge\n" \
	"promshot_last_run_success{" labels "} " success "\n" \
	"# HELP promshot_last_run_targets Things that the last run looked at, by what came of it.\n" \
	"# TYPE promshot_last_run_targets gauge\n" \
	"promshot_last_run_targets{" labels ",result=\"failed\"} " failed "\n" \
	"promshot_last_run_targets{" labels ",result=\"ok\"} " ok "\n" \
	"promshot_last_run_targets{" labels ",result=\"skipped\"} " skipped "\n" \
	"# HELP promshot_last_run_timestamp_seconds When the last run of the tool ended, in seconds since " \
	"the epoch.\n" \
	"# TYPE promshot_last_run_timestamp_seconds gauge\n" \
	"promshot_last_run_timestamp_seconds{" labels "} " timestamp "\n" \
	"# HELP promshot_run_timeout_seconds The deadline of a run of the tool.\n" \
	"# TYPE promshot_run_timeout_seconds gauge\n" \
	"promshot_run_timeout_seconds{" labels "} " timeout "\n"

int main(void)
{
	static const struct runmeta good = {
		.tool = "demo-textfile",
		.version = "1.2.3",
		.now_s = 1700000000,
		.duration_ns = 12345678,
		.timeout_ns = 90500000000,
		.success = true,
		.targets = { [RUN_OK] = 5, [RUN_FAILED] = 1, [RUN_SKIPPED] = 2 },
	};
	static const struct runmeta hostile = { .tool = "demo@a\"b", .version = "x\ny" };

	check_text(&good, FILE_OF("tool=\"demo-textfile\"", "1.2.3", "0.012345678", "1", "1", "5", "2",
				  "1700000000", "90.5"));
	/* A run that saw nothing: every family still has its samples, so the file is never empty. */
	check_text(&hostile, FILE_OF("tool=\"demo@a\\\"b\"", "x\\ny", "0", "0", "0", "0", "0", "0", "0"));
	return TEST_END();
}
