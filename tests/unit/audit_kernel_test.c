/* SPDX-License-Identifier: MIT */
/* Tests of kernel: its answers, and its figures counted on over boots and resets, from run to run. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>

#include "../../cmd/audit-textfile/kernel.h"
#include "../../cmd/audit-textfile/rules.h"
#include "test.h"

/* ---- answers ---- */

static const struct kernel_question get = { AUDIT_GET, 7 }, list = { AUDIT_LIST_RULES, 8 };

static int answer(struct kernel *k, const struct kernel_question *q, uint16_t type, const void *payload,
		  size_t n)
{
	struct nlmsghdr h = { .nlmsg_len = (uint32_t)(sizeof(h) + n),
			      .nlmsg_type = type,
			      .nlmsg_seq = q->seq };
	AUTO_BUF struct buf bytes = { 0 };

	buf_add(&bytes, &h, sizeof(h));
	buf_add(&bytes, payload, n);
	return kernel_answer(k, q, bytes.data, bytes.len);
}

static const struct audit_status status = {
	.enabled = 1,
	.failure = 2,
	.pid = 3,
	.rate_limit = 4,
	.backlog_limit = 5,
	.lost = 6,
	.backlog = 7,
	.backlog_wait_time = 8,
	.backlog_wait_time_actual = 9,
};

static void status_is_taken(void)
{
	struct kernel k = { 0 };

	CHECK_INT(answer(&k, &get, AUDIT_GET, &status, sizeof(status)), 1);
	CHECK(k.known && k.knows_waits);
	CHECK(k.enabled == 1 && k.failure == 2 && k.pid == 3 && k.rate_limit == 4);
	CHECK(k.backlog_limit == 5 && k.lost == 6 && k.backlog == 7 && k.waited == 9);
}

/* Linux 5.8 and before end with backlog_wait_time; a later one's may be longer. */
static void status_of_other_kernels_is_taken(void)
{
	struct {
		struct audit_status status;
		uint32_t more;
	} longer = { status, 1 };
	struct kernel k = { 0 };

	CHECK_INT(
		answer(&k, &get, AUDIT_GET, &status, offsetof(struct audit_status, backlog_wait_time_actual)),
		1);
	CHECK(k.known && !k.knows_waits && k.backlog == 7 && k.waited == 0);
	CHECK_INT(answer(&k, &get, AUDIT_GET, &longer, sizeof(longer)), 1);
	CHECK(k.knows_waits && k.waited == 9);
}

static void rules_are_taken_up_to_the_end(void)
{
	struct {
		struct audit_rule_data head;
		char strings[3];
	} rule = { .head = { .field_count = 1, .fields = { AUDIT_FILTERKEY }, .values = { 3 }, .buflen = 3 },
		   .strings = { 'k', 'e', 'y' } };
	struct kernel k = { 0 };
	struct text keys, key;

	CHECK_INT(answer(&k, &list, AUDIT_LIST_RULES, &rule, sizeof(rule.head) + 3), 0);
	CHECK_INT(answer(&k, &list, AUDIT_LIST_RULES, &rule, sizeof(rule.head)), -EBADMSG);
	CHECK_INT(answer(&k, &list, NLMSG_DONE, NULL, 0), 1);
	keys = (struct text){ k.keys.data, k.keys.len };
	CHECK(rules_next(&keys, &key) && text_is(key, "key") && !rules_next(&keys, &key) && !k.known);
	kernel_done(&k);
}

static void errors_are_the_kernels(void)
{
	struct nlmsgerr e = { .error = -EPERM };
	struct kernel k = { 0 };

	CHECK_INT(answer(&k, &get, NLMSG_ERROR, &e, sizeof(e)), -EPERM);
	CHECK_INT(answer(&k, &get, NLMSG_ERROR, &e, sizeof(e) - 1), -EBADMSG);
	e.error = 0;
	CHECK_INT(answer(&k, &get, NLMSG_ERROR, &e, sizeof(e)), -EBADMSG); /* nobody asked for it */
	CHECK_INT(kernel_answer(&k, &get, &e, sizeof(struct nlmsghdr) - 1), -EBADMSG);
	CHECK(!k.known);
}

static void what_is_no_answer_is_passed_over(void)
{
	const struct kernel_question earlier = { AUDIT_GET, 6 };
	struct nlmsghdr h = { .nlmsg_type = AUDIT_GET, .nlmsg_seq = earlier.seq };
	struct kernel k = { 0 };

	CHECK_INT(kernel_answer(&k, &get, &h, sizeof(h)), 0);
	CHECK_INT(answer(&k, &get, AUDIT_USER, &status, sizeof(status)), 0);
	CHECK(!k.known);
}

/* ---- sums ---- */

static struct kernel kernel;

/* One run, its state through a line and back; a boot of NULL: the kernel does not answer. */
static void run(const char *boot, uint32_t lost, uint32_t waited)
{
	AUTO_BUF struct buf saved = { 0 }, again = { 0 };
	struct words all, line;
	struct text key;

	buf_clear(&kernel.boot);
	buf_str(&kernel.boot, boot ? boot : "");
	kernel.known = boot;
	kernel.lost = lost;
	kernel.waited = waited;
	kernel_count(&kernel);
	kernel_save(&kernel, &saved);
	kernel_reset(&kernel);
	all.left = (struct text){ saved.data, saved.len };
	if (words_line(&all, &line, &key))
		CHECK_INT(kernel_load(&kernel, key, line), 1);
	kernel_save(&kernel, &again);
	CHECK_STR(buf_cstr(&again), buf_cstr(&saved));
}

#define RUN_IS(boot, lost, waited, l, w) \
	do { \
		run(boot, lost, waited); \
		CHECK_INT(kernel.lost_sum.sum, l); \
		CHECK_INT(kernel.waited_sum.sum, w); \
	} while (0)

static void begin(void)
{
	kernel_reset(&kernel);
}

static void the_first_run_begins_at_0(void)
{
	begin();
	RUN_IS("a", 100, 50, 0, 0);
	RUN_IS("a", 100, 50, 0, 0);
	RUN_IS("a", 103, 60, 3, 10);
	RUN_IS("a", 104, 60, 4, 10);
}

static void a_boot_counts_from_0(void)
{
	begin();
	RUN_IS("a", 100, 50, 0, 0);
	RUN_IS("b", 7, 0, 7, 0);
	RUN_IS("c", 7, 80, 14, 80); /* not below what was seen before */
	RUN_IS("c", 9, 80, 16, 80);
	RUN_IS("d", 0, 90, 16, 170);
}

static void a_reset_counts_from_0(void)
{
	begin();
	RUN_IS("a", 100, 50, 0, 0);
	RUN_IS("a", 2, 51, 2, 1);
	RUN_IS("a", 3, 51, 3, 1);
}

static void a_silent_kernel_leaves_the_sums(void)
{
	begin();
	RUN_IS(NULL, 5, 5, 0, 0);
	CHECK(!kernel.is_kept);
	RUN_IS("a", 100, 50, 0, 0);
	RUN_IS("a", 101, 50, 1, 0);
	RUN_IS(NULL, 0, 0, 1, 0);
	RUN_IS("a", 105, 50, 5, 0);
}

static void sums_outgrow_the_kernels_figures(void)
{
	begin();
	RUN_IS("a", 0, 0, 0, 0);
	RUN_IS("a", UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX);
	RUN_IS("b", UINT32_MAX, 1, 2 * (uint64_t)UINT32_MAX, 1 + (uint64_t)UINT32_MAX);
}

static int load(const char *text)
{
	struct words all = { .left = text_from(text) }, line;
	struct text key;

	return words_line(&all, &line, &key) ? kernel_load(&kernel, key, line) : -1;
}

static void other_lines_are_not_taken(void)
{
	begin();
	CHECK_INT(load("kernels a 1 2 3 4\n"), 0);
	CHECK_INT(load("kernel\n"), -EINVAL);
	CHECK_INT(load("kernel a 1 2 3\n"), -EINVAL);
	CHECK_INT(load("kernel a 1 2 3 4 5\n"), -EINVAL);
	CHECK_INT(load("kernel a 4294967296 2 3 4\n"), -EINVAL);
	CHECK_INT(load("kernel a x 2 3 4\n"), -EINVAL);
	CHECK(!kernel.is_kept);
	CHECK_INT(load("kernel a 4294967295 18446744073709551615 3 4\n"), 1);
	CHECK(kernel.is_kept && kernel.lost_sum.seen == UINT32_MAX && kernel.lost_sum.sum == UINT64_MAX);
	CHECK(kernel.waited_sum.seen == 3 && kernel.waited_sum.sum == 4);
}

int main(void)
{
	status_is_taken();
	status_of_other_kernels_is_taken();
	rules_are_taken_up_to_the_end();
	errors_are_the_kernels();
	what_is_no_answer_is_passed_over();
	the_first_run_begins_at_0();
	a_boot_counts_from_0();
	a_reset_counts_from_0();
	a_silent_kernel_leaves_the_sums();
	sums_outgrow_the_kernels_figures();
	other_lines_are_not_taken();
	kernel_done(&kernel);
	return TEST_END();
}
