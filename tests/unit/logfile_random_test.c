/* SPDX-License-Identifier: MIT */
/*
 * Random tests of os/logfile against a model of what was written: whatever
 * happens to the files between two runs, each line is handed on once and in
 * order, and a gap is counted where, and only where, the file that reading stood
 * in is no more. And a reader beside a writer that renames all the time.
 */
#include <errno.h>
#include <sched.h>
#include <sys/mman.h>

#include "core/follow.h"
#include "files.h"
#include "os/clock.h"
#include "os/logfile.h"

enum { ROUNDS = 200, STEPS = 60, LINES_MAX = 20000, GENS_MAX = 100 };

/* ---- the model: lines, in files that follow each other ---- */

struct line {
	size_t len;
	bool ended; /* by its line end */
};

struct gen { /* what is written between two rotations */
	size_t first, end; /* its lines */
	bool exists;
	unsigned number; /* of its name; 0: it is the log */
	bool packed, twin;
};

static struct line lines[LINES_MAX];
static struct gen gens[GENS_MAX];
static size_t n_lines, n_gens;
static bool dated;
static uint64_t seed;

static size_t writer;  /* the generation that is being written */
static bool is_open;   /* the last line of it has no end yet */
static size_t next;    /* the line that comes next */
static struct follow_pos pos;
static size_t pos_gen; /* where pos is */
static size_t wrong;

static size_t below(size_t n)
{
	return (size_t)(test_random(&seed) >> 20) % n;
}

static void check(bool ok, const char *what)
{
	if (!ok && wrong++ == 0)
		printf("# %s: line %zu of %zu, generation %zu of %zu\n", what, next, n_lines, pos_gen, n_gens);
}

/* Byte i of line k: its number, then anything. */
static char byte_of(size_t k, size_t i)
{
	if (i < 6)
		return (char)('0' + k / (const size_t[]){ 100000, 10000, 1000, 100, 10, 1 }[i] % 10);
	return "abcdefg \r\0%\xff"[(k * 31 + i * 7 + (i >> 5)) % 12];
}

static const char *name_of(const struct gen *g, bool packed)
{
	static char name[2][64];
	static int turn;
	char *s = name[turn ^= 1];

	if (!g->number)
		return "log";
	(void)snprintf(s, sizeof(name[0]), dated ? "log-%u%s" : "log.%u%s",
		       dated ? 2026010100 + (unsigned)(g - gens) : g->number, packed ? ".gz" : "");
	return s;
}

static bool is_counted(size_t k)
{
	return lines[k].ended || lines[k].len > LOGFILE_LINE_MAX;
}

static void dump(void)
{
	printf("# pos: ino %ju offset %ju skipping %d, generation %zu, writer %zu\n", (uintmax_t)pos.ino,
	       (uintmax_t)pos.offset, pos.skipping, pos_gen, writer);
	for (size_t i = 0; i < n_gens; i++) {
		struct stat st = { 0 };

		(void)stat(name_of(&gens[i], gens[i].packed && !gens[i].twin), &st);
		printf("# generation %zu: lines %zu..%zu, %s, %s%s%s, ino %ju, size %jd\n", i, gens[i].first,
		       gens[i].end, gens[i].exists ? "there" : "gone", name_of(&gens[i], false), gens[i].packed ? " packed" : "",
		       gens[i].twin ? " twin" : "", (uintmax_t)st.st_ino, (intmax_t)st.st_size);
	}
}

static bool has_line(const struct gen *g)
{
	bool has = false;

	for (size_t k = g->first; g->exists && k < g->end; k++)
		has |= is_counted(k);
	return has;
}

/* ---- the writer ---- */

static void write_file(const char *name, const void *bytes, size_t n, int flags)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);

	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || close(fd) < 0)
		files_die(name);
}

/* n bytes more of the open line, or of a new one. */
static void write_bytes(size_t n, bool ends)
{
	static char bytes[512 * 1024];
	struct gen *g = &gens[writer];
	size_t at = 0;

	if (!is_open) {
		n += g->end == g->first ? 10 : 0; /* a file that begins with an empty line looks like any that does */
		lines[n_lines++] = (struct line){ 0 };
		g->end = n_lines;
	}
	for (; at < n; at++)
		bytes[at] = byte_of(n_lines - 1, lines[n_lines - 1].len++);
	if (ends)
		bytes[at++] = '\n';
	lines[n_lines - 1].ended = ends;
	is_open = !ends;
	write_file(name_of(g, false), bytes, at, O_APPEND);
}

static void new_gen(void)
{
	writer = n_gens++;
	gens[writer] = (struct gen){ .first = n_lines, .end = n_lines, .exists = true };
	is_open = false;
}

/* A new file with the log's name. */
static void reopen(void)
{
	new_gen();
	write_file("log", "", 0, O_EXCL);
}

static void rename_gen(struct gen *g, unsigned number)
{
	char from[2][64];

	for (int packed = 0; packed < 2; packed++)
		(void)snprintf(from[packed], sizeof(from[0]), "%s", name_of(g, packed));
	g->number = number;
	if ((!g->packed || g->twin) && strcmp(from[0], name_of(g, false)) != 0 &&
	    rename(from[0], name_of(g, false)) < 0)
		files_die(from[0]);
	if ((g->packed || g->twin) && strcmp(from[1], name_of(g, true)) != 0 && rename(from[1], name_of(g, true)) < 0)
		files_die(from[1]);
}

static void make_room(void)
{
	for (size_t i = 0; i < n_gens; i++)
		if (gens[i].exists && gens[i].number)
			rename_gen(&gens[i], gens[i].number + 1);
}

static void forget(struct gen *g)
{
	g->exists = false;
	if (!g->packed || g->twin)
		(void)unlink(name_of(g, false));
	if (g->packed || g->twin)
		(void)unlink(name_of(g, true));
}

static uint32_t crc32_of(const uint8_t *p, size_t n)
{
	uint32_t crc = ~0U;

	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
	}
	return ~crc;
}

static void put_le(uint8_t *p, uint32_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* gzip of stored blocks (RFC 1951, section 3.2.4): no program has to be started. */
static void pack(const struct gen *g)
{
	static uint8_t in[4 << 20], block[65536];
	int fd = open(name_of(g, false), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, in, sizeof(in));
	const char *to = name_of(g, true);

	if (n < 0 || n == sizeof(in))
		files_die(to);
	(void)close(fd);
	write_file(to, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10, O_EXCL);
	for (size_t at = 0, len; at == 0 || at < (size_t)n; at += len + (n == 0)) {
		len = (size_t)n - at < 65000 ? (size_t)n - at : 65000;
		block[0] = at + len == (size_t)n;
		put_le(block + 1, (uint32_t)len, 2);
		put_le(block + 3, (uint32_t)~len, 2);
		memcpy(block + 5, in + at, len);
		write_file(to, block, len + 5, O_APPEND);
	}
	put_le(block, crc32_of(in, (size_t)n), 4);
	put_le(block + 4, (uint32_t)n, 4);
	write_file(to, block, 8, O_APPEND);
}

/* A rotated file that nobody writes, or NULL. */
static struct gen *some_rotated(void)
{
	struct gen *g = &gens[below(n_gens)];

	return g->exists && g->number && g != &gens[writer] ? g : NULL;
}

static void pack_some(void)
{
	struct gen *g = some_rotated();

	if (!g)
		return;
	if (g->twin) { /* and now the other one goes */
		g->twin = false;
		(void)unlink(name_of(g, false));
	} else if (!g->packed) {
		pack(g);
		g->packed = true;
		g->twin = below(2);
		if (!g->twin)
			(void)unlink(name_of(g, false));
	}
}

static void copy_log(const char *to)
{
	static char bytes[4 << 20];
	int fd = open("log", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, bytes, sizeof(bytes));

	if (fd < 0 || n < 0 || n == sizeof(bytes) || close(fd) < 0)
		files_die("log");
	write_file(to, bytes, (size_t)n, O_EXCL);
}

/* The same log, in another inode. */
static void replace_log(void)
{
	copy_log("new");
	if (rename("new", "log") < 0)
		files_die("log");
}

static void copy_and_truncate(bool copies)
{
	struct gen *g = &gens[writer];

	g->exists = copies;
	if (copies) {
		make_room();
		g->number = 1;
		copy_log(name_of(g, false));
	}
	new_gen();
	write_file("log", "", 0, O_TRUNC);
}

static void forget_oldest(void)
{
	for (size_t i = 0; i < n_gens; i++)
		if (gens[i].exists && gens[i].number && i != writer) {
			forget(&gens[i]);
			return;
		}
}

static void step(void)
{
	bool is_renamed = gens[writer].number != 0; /* what is written is not the log any more */

	switch (below(16)) {
	case 0:
	case 1:
	case 2:
	case 3:
		for (size_t n = below(40) ? below(5) : 2000; n; n--)
			write_bytes(below(300), true);
		break;
	case 4:
	case 5:
		write_bytes(below(200), false);
		break;
	case 6:
		write_bytes(LOGFILE_LINE_MAX - 100 + below(200) + (below(3) ? 0 : 300000), below(2));
		break;
	case 7:
	case 8:
		if (is_renamed) {
			reopen();
		} else {
			make_room();
			rename_gen(&gens[writer], 1);
			if (below(2))
				reopen();
		}
		break;
	case 9:
	case 10:
		if (is_renamed)
			reopen();
		break;
	case 11:
	case 12:
		pack_some();
		break;
	case 13:
		if (!is_renamed)
			copy_and_truncate(below(4));
		break;
	case 14:
		forget_oldest();
		break;
	default:
		if (!is_renamed && below(8) == 0) {
			forget(&gens[writer]);
			reopen();
		} else if (!is_renamed && below(4) == 0) {
			replace_log();
		}
	}
}

/* ---- the reader ---- */

static size_t expected[LINES_MAX]; /* the lines of this run */
static size_t n_expected, n_taken;

static void take(void *ctx, struct text line)
{
	size_t k;
	bool same;

	(void)ctx;
	while (n_taken < n_expected && lines[expected[n_taken]].len > LOGFILE_LINE_MAX)
		n_taken++;
	if (n_taken == n_expected) {
		check(false, "more lines than there are");
		return;
	}
	k = expected[n_taken++];
	same = lines[k].len == line.n;
	for (size_t i = 0; same && i < line.n; i++)
		same = line.p[i] == byte_of(k, i);
	check(same, "not the line that comes next");
}

static ino_t inode_of(const struct gen *g)
{
	struct stat st;

	return g->exists && stat(name_of(g, g->packed && !g->twin), &st) == 0 ? st.st_ino : 0;
}

static size_t newest_with_a_line(void)
{
	size_t g = n_gens;

	while (g && !has_line(&gens[g - 1]))
		g--;
	return g;
}

/* Lines from next on: those of its generation, and where a newer one holds a line all up to that. */
static void expect_on(size_t from)
{
	size_t newest = newest_with_a_line(), last = newest > from + 1 ? newest - 1 : from;

	for (size_t g = from; g <= last; g++)
		for (size_t k = gens[g].first > next ? gens[g].first : next; gens[g].exists && k < gens[g].end; k++)
			if (is_counted(k) || (g < last && lines[k].len))
				expected[n_expected++] = k;
}

/* Where the file is no more: the log, and where that holds no line the end of the newest one that does. */
static void expect_after_gap(void)
{
	size_t g = newest_with_a_line() - 1;

	if (!gens[g].number) {
		next = gens[g].first;
		expect_on(g);
		return;
	}
	next = gens[g].end;
	if (gens[g].packed && !gens[g].twin)
		return;
	if (!is_counted(next - 1))
		next--;
}

static bool is_lost(void)
{
	const struct gen *g = &gens[pos_gen];

	return !g->exists || (pos.offset < FOLLOW_SURE && inode_of(g) != pos.ino);
}

static void run_once(int dir, uint64_t deadline_ns, struct logfile_stats *stats)
{
	AUTO_BUF struct buf saved = { 0 };
	struct words all, line;
	struct text key;
	struct logfile *f = NULL;

	n_taken = 0;
	if (logfile_open(dir, "log", &f) < 0 ||
	    logfile_read(f, &pos, LOGFILE_AT_START, deadline_ns, take, NULL, stats) < 0)
		check(false, "an error");
	check(logfile_unread(f, &pos) < 100000000, "unread");
	logfile_close(f);
	words_key(&saved, "pos");
	follow_save(&pos, &saved);
	words_end(&saved);
	all.left = (struct text){ saved.data, saved.len };
	check(words_line(&all, &line, &key) && follow_load(line, &pos) == 0, "saved");
}

static void check_run(const struct logfile_stats *stats, bool was_lost, bool is_bounded, uint64_t inode_before)
{
	size_t too_long = 0;
	uint64_t gaps = stats->gaps[FOLLOW_TRUNCATED] + stats->gaps[FOLLOW_ROTATED_AWAY];
	struct stat st;

	for (size_t i = 0; i < stats->lines && i < n_expected; i++)
		too_long += lines[expected[i]].len > LOGFILE_LINE_MAX;
	check(is_bounded ? stats->lines <= n_expected : stats->lines == n_expected, "how many lines");
	check(stats->too_long == too_long, "lines over the cap");
	check(gaps == was_lost && stats->gaps[FOLLOW_UNREADABLE] == 0, was_lost ? "no gap" : "a gap");
	check(!was_lost || (stat("log", &st) == 0 && st.st_ino == inode_before) == stats->gaps[FOLLOW_TRUNCATED],
	      "another gap");
	if (stats->lines && stats->lines <= n_expected && next <= expected[stats->lines - 1])
		next = expected[stats->lines - 1] + 1;
}

/* False where the model ends: nobody knows any more where reading stands. */
static bool run(int dir, bool may_stop)
{
	bool was_lost = is_lost(), is_bounded = may_stop && below(4) == 0;
	uint64_t deadline_ns = !is_bounded ? 0 : below(4) ? clock_mono_ns() + below(300000) : 1, before = pos.ino;
	struct logfile_stats stats = { 0 };
	const size_t was_next = next;

	if (newest_with_a_line() == 0)
		return false;
	n_expected = 0;
	if (was_lost)
		expect_after_gap();
	else
		expect_on(pos_gen);
	run_once(dir, deadline_ns, &stats);
	if (is_bounded && stats.lines + stats.gaps[FOLLOW_TRUNCATED] + stats.gaps[FOLLOW_ROTATED_AWAY] == 0) {
		next = was_next; /* no time, not even to look where it is */
		return true;
	}
	check_run(&stats, was_lost, is_bounded, before);
	pos_gen = 0;
	while (pos_gen < n_gens && inode_of(&gens[pos_gen]) != pos.ino)
		pos_gen++;
	check(pos_gen < n_gens && pos.offset > 0, "the position is in no file");
	if (wrong == 1)
		dump();
	return pos_gen < n_gens;
}

static void story(int dir)
{
	files_clear();
	n_lines = n_gens = next = pos_gen = n_expected = 0;
	pos = (struct follow_pos){ 0 };
	dated = below(2);
	reopen();
	write_bytes(below(300), true);
	pos.ino = inode_of(&gens[0]);
	(void)run(dir, false);
	for (int i = 0; i < STEPS && n_lines < LINES_MAX - 3000 && n_gens < GENS_MAX - 2; i++) {
		step();
		if (below(3) == 0 && !run(dir, true))
			return;
	}
}

/* ---- a writer beside the reader ---- */

enum { ROTATIONS = 400, BURST = 25, KEPT = 12 };

struct shared {
	_Atomic unsigned written; /* lines */
	_Atomic unsigned read;
	_Atomic bool done, failed;
};

/* NAME.11 is the oldest, and goes. */
static void rotate(void)
{
	char from[32], to[32];

	for (int i = KEPT - 1; i > 1; i--) {
		(void)snprintf(from, sizeof(from), "log.%d", i - 1);
		(void)snprintf(to, sizeof(to), "log.%d", i);
		(void)rename(from, to);
	}
	(void)rename("log", "log.1");
}

/* Never so far ahead that a file goes which was not read. */
static int write_and_rotate(void *ctx)
{
	struct shared *s = ctx;

	for (unsigned n = 1; n < ROTATIONS * BURST;) {
		int fd;

		rotate();
		fd = open("log", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		for (unsigned i = 0; i < BURST && n < ROTATIONS * BURST; i++) {
			char line[32];
			int len = snprintf(line, sizeof(line), "line %u\n", n++);

			if (fd < 0 || write(fd, line, (size_t)len) != len)
				return 1;
			s->written = n;
		}
		while (n - s->read > (KEPT - 3) * BURST && !s->failed)
			(void)sched_yield();
		(void)close(fd);
	}
	s->done = true;
	return 0;
}

static unsigned n_read, n_wrong;

static void take_number(void *ctx, struct text line)
{
	struct shared *s = ctx;
	char want[32];

	(void)snprintf(want, sizeof(want), "line %u", n_read);
	if (!text_is(line, want) && n_wrong++ == 0)
		printf("# <<%.*s>>, want <<%s>>\n", (int)line.n, line.p, want);
	s->read = ++n_read;
}

static void reader_beside_a_writer_that_rotates(int dir)
{
	struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct logfile_stats stats = { 0 };
	unsigned runs = 0;
	bool done = false;
	pid_t pid = 0;

	files_clear();
	pos = (struct follow_pos){ 0 };
	files_put("log", "line 0\n", 7);
	do {
		struct logfile *f;

		if (runs == 1)
			pid = start_child(write_and_rotate, s);
		done = s->done; /* before: then this run reads all */
		if (logfile_open(dir, "log", &f) < 0)
			continue;
		if (logfile_read(f, &pos, LOGFILE_AT_START, 0, take_number, s, &stats) < 0)
			n_wrong++;
		logfile_close(f);
		runs++;
		s->failed = n_wrong || stats.gaps[FOLLOW_ROTATED_AWAY];
	} while (!done);
	CHECK_INT(wait_child(pid), 0);
	CHECK_INT(n_wrong, 0);
	CHECK_INT(n_read, ROTATIONS * BURST);
	CHECK_INT(stats.gaps[FOLLOW_TRUNCATED] + stats.gaps[FOLLOW_ROTATED_AWAY] + stats.gaps[FOLLOW_UNREADABLE], 0);
	printf("# %u runs\n", runs);
	(void)munmap(s, sizeof(*s));
}

int main(void)
{
	int dir = files_open();

	seed = test_seed();
	for (int round = 0; round < ROUNDS && !wrong; round++) {
		if (getenv("VERBOSE")) {
			printf("# round %d\n", round);
			fflush(stdout);
		}
		story(dir);
	}
	CHECK_INT(wrong, 0);
	reader_beside_a_writer_that_rotates(dir);
	files_close(dir);
	return TEST_END();
}
