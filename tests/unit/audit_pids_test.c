/* SPDX-License-Identifier: MIT */
/* Tests of audit-textfile's pids: entries are found, leave by age or for want of room, and survive a run. */
#include "../../cmd/audit-textfile/pids.h"
#include "test.h"

struct gone {
	size_t n;
	uint32_t last, flags;
};

static void leave(void *ctx, const struct pid_entry *e)
{
	struct gone *g = ctx;

	g->n++;
	g->last = e->pid;
	g->flags = e->flags;
}

static void test_found_and_removed(void)
{
	CLEANUP(pids_done) struct pids p = { .key = "pid", .life_ms = 1000 };

	CHECK(!pids_find(&p, 7));
	pids_add(&p, 7, 100)->flags = 3;
	CHECK_INT(pids_find(&p, 7)->flags, 3);
	CHECK_INT(pids_add(&p, 7, 900)->time_ms, 100); /* age counts from the making */
	pids_remove(&p, pids_find(&p, 7));
	CHECK(!pids_find(&p, 7));
}

static void test_leave_by_age_in_order(void)
{
	struct gone gone = { 0 };
	CLEANUP(pids_done) struct pids p = { .key = "pid", .life_ms = 1000, .leave = leave, .ctx = &gone };

	pids_add(&p, 1, 0)->flags = 11;
	pids_add(&p, 2, 500)->flags = 22;
	pids_add(&p, 3, 600);
	pids_remove(&p, pids_find(&p, 3)); /* nobody is told of these */
	pids_expire(&p, 999);
	CHECK_INT(gone.n, 0);
	pids_expire(&p, 1000);
	CHECK_INT(gone.n, 1);
	CHECK_INT(gone.flags, 11);
	CHECK(!pids_find(&p, 1) && pids_find(&p, 2));
	pids_expire(&p, 5000);
	CHECK_INT(gone.n, 2);
	CHECK_INT(gone.last, 2);
	CHECK_INT(p.n, 0);
}

static void test_full_table_gives_up_the_oldest(void)
{
	struct gone gone = { 0 };
	CLEANUP(pids_done) struct pids p = { .key = "pid", .life_ms = 1000, .leave = leave, .ctx = &gone };

	for (uint32_t i = 1; i <= PIDS_MAX + 3; i++)
		pids_add(&p, i * 4096, 0);
	CHECK_INT(gone.n, 3);
	CHECK_INT(gone.last, 3 * 4096);
	CHECK(!pids_find(&p, 3 * 4096) && pids_find(&p, 4 * 4096));
}

/* Against a plain array: what is there, whatever the order of adding and removing, and however slots collide. */
static void test_random_against_an_array(void)
{
	static bool there[512];
	CLEANUP(pids_done) struct pids p = { .key = "pid", .life_ms = UINT64_MAX / 2 };
	uint64_t seed = test_seed();
	int wrong = 0;

	for (int step = 0; step < 100000; step++) {
		uint32_t i = (uint32_t)(test_random(&seed) % ARRAY_LEN(there)), pid = i * 16384;
		struct pid_entry *e = pids_find(&p, pid);

		wrong += (e != NULL) != there[i];
		if (e && test_random(&seed) % 2)
			pids_remove(&p, e);
		else
			pids_add(&p, pid, (uint64_t)step);
		there[i] = pids_find(&p, pid) != NULL;
		if (step % 1000 == 0)
			pids_expire(&p, 0);
		if (p.n > PIDS_MAX - 600) { /* removed entries hold their place until they are the oldest */
			pids_done(&p);
			memset(there, 0, sizeof(there));
		}
	}
	CHECK_INT(wrong, 0);
}

static void test_saved_and_loaded(void)
{
	CLEANUP(pids_done) struct pids p = { .key = "pid", .life_ms = 1000 };
	CLEANUP(pids_done) struct pids q = { .key = "pid", .life_ms = 1000 };
	AUTO_BUF struct buf saved = { 0 }, again = { 0 };
	struct words payload, line;
	struct text key;

	pids_add(&p, 9, 5)->flags = 1;
	pids_add(&p, 8, 6)->flags = UINT32_MAX;
	pids_remove(&p, pids_find(&p, 9));
	pids_add(&p, 7, 7);
	pids_save(&p, &saved);
	CHECK_STR(buf_cstr(&saved), "pid 8 6 4294967295\npid 7 7 0\n");
	payload.left = text_from(buf_cstr(&saved));
	while (words_line(&payload, &line, &key))
		CHECK_INT(pids_load(&q, line), 0);
	pids_save(&q, &again);
	CHECK_STR(buf_cstr(&again), buf_cstr(&saved));
	for (size_t i = 0; i < 4; i++) {
		static const char *const bad[] = { "pid 1 2\n", "pid 1 2 3 4\n", "pid 4294967296 0 0\n", "pid 1 x 0\n" };

		payload.left = text_from(bad[i]);
		CHECK(words_line(&payload, &line, &key) && pids_load(&q, line) < 0);
	}
}

/* One stays while many come and go behind it. */
static void check_removed_take_no_room(void)
{
	CLEANUP(pids_done) struct pids p = { .key = "pid", .life_ms = 1000 };
	int lost = 0;

	(void)pids_add(&p, 1, 0);
	for (uint32_t pid = 2; pid <= 20 * (PIDS_MAX - 1); pid++) {
		struct pid_entry *e = pids_add(&p, pid, 0);

		e->flags = pid;
		e = pids_find(&p, pid - 1);
		if (pid % 20)
			pids_remove(&p, pids_find(&p, pid));
		lost += e && e->flags && e->flags != pid - 1;
	}
	CHECK_INT(lost, 0);
	CHECK(pids_find(&p, 1) != NULL);
	CHECK_INT(p.n_used, PIDS_MAX);
	(void)pids_add(&p, 20 * PIDS_MAX, 0);
	CHECK(!pids_find(&p, 1));
	CHECK(pids_find(&p, 20) != NULL);
}

int main(void)
{
	test_found_and_removed();
	test_leave_by_age_in_order();
	test_full_table_gives_up_the_oldest();
	test_random_against_an_array();
	test_saved_and_loaded();
	check_removed_take_no_room();
	return TEST_END();
}
