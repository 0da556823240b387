/* SPDX-License-Identifier: MIT */
/*
 * Properties of os/journal over random journals: however reading is split into
 * runs, each matching entry is handed on once and in order; and damaged files
 * neither end a run nor make it count anything twice.
 */
#include <errno.h>

#include "journals.h"
#include "os/journal.h"

static int dir;

/* Fields are one letter each: A, B and C with a digit as value; N is the entry's number. */
enum { ENTRIES_MAX = 2000, FIELDS = 3, VALUES = 3 };

static struct {
	unsigned n, read; /* entries written; how many of them were looked at */
	char values[ENTRIES_MAX][FIELDS];
	unsigned handed[ENTRIES_MAX];
} all;

static const char *const wanted[] = { "N", NULL };

static void add_entries(struct buf *text, unsigned n, uint64_t *seed)
{
	for (; n > 0 && all.n < ENTRIES_MAX; n--, all.n++) {
		journals_begin(text, all.n * 10);
		buf_fmt(text, "N=%u\n", all.n);
		for (size_t f = 0; f < FIELDS; f++) {
			all.values[all.n][f] = (char)('0' + test_random(seed) % VALUES);
			buf_fmt(text, "%c=%c\n", (char)('A' + f), all.values[all.n][f]);
		}
		journals_end(text);
	}
}

static void take(void *ctx, const struct journal_entry *e)
{
	struct text number = journal_get(e, "N");
	unsigned *last = ctx, i = 0;

	for (size_t k = 0; k < number.n; k++)
		i = i * 10 + (unsigned)(number.p[k] - '0');
	if (number.n == 0 || i >= all.n || (*last != UINT32_MAX && i <= *last))
		CHECK(!"the entries are in order");
	else
		all.handed[i]++;
	*last = i;
}

/* ---- each once ---- */

/* A random query of up to two groups of up to three matches. */
struct random_query {
	char text[2][3][2][2]; /* group, match: field and value as strings */
	struct journal_match matches[2][4];
	const struct journal_match *groups[2];
	size_t n_groups;
};

static void make_query(struct random_query *r, uint64_t *seed)
{
	memset(r, 0, sizeof(*r));
	r->n_groups = test_random(seed) % 3;
	for (size_t g = 0; g < r->n_groups; g++) {
		size_t n = 1 + test_random(seed) % 3;

		for (size_t m = 0; m < n; m++) {
			r->text[g][m][0][0] = (char)('A' + test_random(seed) % FIELDS);
			r->text[g][m][1][0] = (char)('0' + test_random(seed) % VALUES);
			r->matches[g][m] = (struct journal_match){ r->text[g][m][0], r->text[g][m][1] };
		}
		r->groups[g] = r->matches[g];
	}
}

/* Of the matches of a group, for each field that has any, one must hold. */
static bool group_matches(const struct journal_match *m, const char *values)
{
	bool named[FIELDS] = { false }, holds[FIELDS] = { false };

	for (; m->field; m++) {
		named[*m->field - 'A'] = true;
		holds[*m->field - 'A'] |= values[*m->field - 'A'] == *m->value;
	}
	return memcmp(named, holds, sizeof(named)) == 0;
}

static bool query_matches(const struct random_query *r, const char *values)
{
	for (size_t g = 0; g < r->n_groups; g++)
		if (group_matches(r->groups[g], values))
			return true;
	return r->n_groups == 0;
}

/* One run; sometimes it is late from the beginning, and stops at its first look at the clock. */
static bool run(const struct random_query *r, struct buf *cursor, bool late)
{
	struct journal_query q = { r->groups, r->n_groups, wanted, true, late ? 1 : 0 };
	struct journal_stats stats = { 0 };
	unsigned last = UINT32_MAX;
	struct journal *j;

	if (journal_open(dir, "/", &j) < 0)
		return false;
	CHECK_INT(journal_read(j, &q, cursor, take, &last, &stats), 0);
	CHECK_INT(stats.cursor_lost + stats.corrupt, 0);
	journal_close(j);
	return stats.entries > 0;
}

static void each_matching_entry_once(uint64_t *seed)
{
	AUTO_BUF struct buf text = { 0 }, cursor = { 0 };
	struct random_query r;
	unsigned wrong = 0;

	files_clear();
	memset(&all, 0, sizeof(all));
	make_query(&r, seed);
	for (int step = 0; step < 5; step++) {
		static const char *const names[] = { "a.journal", "b.journal" };

		add_entries(&text, 1 + (unsigned)(test_random(seed) % (step == 2 ? 900 : 30)), seed);
		journals_write(names[test_random(seed) % 2], &text);
		for (uint64_t n = test_random(seed) % 3; n > 0; n--)
			(void)run(&r, &cursor, test_random(seed) % 2);
	}
	while (run(&r, &cursor, true))
		;
	for (unsigned i = 0; i < all.n; i++)
		wrong += all.handed[i] != query_matches(&r, all.values[i]);
	CHECK_INT(wrong, 0);
}

/* ---- damage ---- */

enum { DAMAGED = 300, FLIPS = 1000, CUTS = 50, READ_TOLD = 1, READ_WRONG = 2, HEADER = 272 };

static void ignore(void *ctx, const struct journal_entry *e)
{
	(void)ctx;
	(void)e;
}

/* Two runs over a damaged journal, in a child with little time: none fails, none hands on too much, and what
 * the first has handed on the second does not. */
static int read_damaged(void *arg)
{
	AUTO_BUF struct buf cursor = { 0 };
	const struct journal_query q = { .fields = wanted, .from_start = true };
	struct journal_stats stats = { 0 };
	struct journal *j;

	(void)arg;
	(void)alarm(20);
	for (int i = 0; i < 2; i++) {
		int r = journal_open(dir, "/", &j);

		if (r < 0)
			return r == -ENOENT ? 0 : READ_WRONG; /* the only file is none any more */
		if (journal_read(j, &q, &cursor, ignore, NULL, &stats) < 0)
			return READ_WRONG;
		journal_close(j);
	}
	return stats.entries > DAMAGED ? READ_WRONG : stats.corrupt ? READ_TOLD : 0;
}

static void must(bool done)
{
	if (!done)
		files_die("a.journal");
}

static void damage_is_survived(uint64_t *seed)
{
	static uint8_t bytes[16 * 1024 * 1024];
	AUTO_BUF struct buf text = { 0 };
	size_t n, used, wrong = 0, told = 0;
	int fd;

	files_clear();
	memset(&all, 0, sizeof(all));
	add_entries(&text, DAMAGED, seed);
	journals_write("a.journal", &text);
	CHECK_INT(in_child(read_damaged, NULL), 0);
	fd = open("a.journal", O_RDWR | O_CLOEXEC);
	n = used = (size_t)read(fd, bytes, sizeof(bytes));
	while (used > HEADER && !bytes[used - 1])
		used--;
	/* In the header; or in what comes behind the hash tables, the last 64 KiB. */
	for (int i = 0; i < FLIPS; i++) {
		size_t at = test_random(seed) % 8 ? used - 1 - test_random(seed) % 65536
						  : test_random(seed) % HEADER;
		uint8_t b = bytes[at] ^ (uint8_t)(1 << test_random(seed) % 8);
		int r;

		must(pwrite(fd, &b, 1, (off_t)at) == 1);
		r = in_child(read_damaged, NULL);
		told += r == READ_TOLD;
		wrong += r > READ_TOLD;
		must(pwrite(fd, &bytes[at], 1, (off_t)at) == 1);
	}
	CHECK_INT(wrong, 0);
	CHECK(told > 0);
	for (int i = 0; i < CUTS; i++) {
		must(ftruncate(fd, (off_t)(test_random(seed) % used)) == 0);
		wrong += in_child(read_damaged, NULL) > READ_TOLD;
		must(pwrite(fd, bytes, n, 0) == (ssize_t)n);
	}
	CHECK_INT(wrong, 0);
	(void)close(fd);
}

int main(void)
{
	uint64_t seed = test_seed();

	if (!journals_writer()) {
		SKIP("journals", "systemd-journal-remote is not installed");
		return TEST_END();
	}
	dir = files_open();
	for (int i = 0; i < 20; i++)
		each_matching_entry_once(&seed);
	damage_is_survived(&seed);
	files_close(dir);
	return TEST_END();
}
