/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/journal.h"
#include "os/libsystemd.h"

enum { ENTRIES_PER_LOOK = 256, ROUNDS_MAX = 8 };

struct journal {
	struct libsystemd lib;
	sd_journal *j;
	int dir; /* in use by libsystemd as long as j is; -1: none */
	uint64_t tail_us;
	/* The entry at hand. libsystemd's bytes last until the next field: they are copied. */
	struct buf bytes;
	struct place {
		size_t name, value, end;
	} places[JOURNAL_FIELDS_MAX];
	struct journal_field fields[JOURNAL_FIELDS_MAX];
};

/* ---- opening ---- */

/* libsystemd passes over what it may not read, and then a user's own entries look like all. */
static int check_access(int root)
{
	static const char *const places[] = { "var/log/journal", "run/log/journal" };
	AUTO_BUF struct buf id = { .max = 64 }, path = { 0 };
	struct text machine;

	if (fd_slurp(root, "etc/machine-id", &id) < 0)
		return 0;
	machine = text_trim((struct text){ id.data, id.len });
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		AUTO_FD int fd = -1;

		buf_clear(&path);
		buf_fmt(&path, "%s/%.*s/system.journal", places[i], (int)machine.n, machine.p);
		fd = openat(root, buf_cstr(&path), O_RDONLY | O_CLOEXEC);
		if (fd < 0 && errno == EACCES)
			return -EACCES;
	}
	return 0;
}

static int open_directory(struct journal *j, int root, const char *directory)
{
	while (*directory == '/')
		directory++;
	j->dir = openat(root, *directory ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return j->dir < 0 ? -errno : j->lib.open_directory_fd(&j->j, j->dir, 0);
}

static void close_journal(struct journal **j)
{
	journal_close(*j);
}

int journal_open(int root, const char *directory, struct journal **ret)
{
	CLEANUP(close_journal) struct journal *j = calloc(1, sizeof(*j));
	int r;

	if (!j)
		return -ENOMEM;
	j->dir = -1;
	r = libsystemd_load(&j->lib);
	if (r < 0)
		return r;
	r = directory ? open_directory(j, root, directory) : j->lib.open(&j->j, SD_JOURNAL_LOCAL_ONLY);
	if (r == 0 && !directory)
		r = check_access(root);
	if (r == 0)
		r = j->lib.set_data_threshold(j->j, JOURNAL_FIELD_MAX);
	if (r < 0)
		return r;
	if (!journal_has(j, &(struct journal_match){ 0 }))
		return -ENOENT;
	*ret = j;
	j = NULL;
	return 0;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	if (j->j)
		j->lib.close(j->j);
	close_fd(&j->dir);
	buf_done(&j->bytes);
	free(j);
}

/* ---- places ---- */

static int add_group(struct journal *j, const struct journal_match *m)
{
	int r = 0;

	for (; r >= 0 && m->field; m++) {
		buf_clear(&j->bytes);
		buf_fmt(&j->bytes, "%s=%s", m->field, m->value);
		r = buf_error(&j->bytes);
		if (r == 0)
			r = j->lib.add_match(j->j, j->bytes.data, j->bytes.len);
	}
	return r;
}

static int add_groups(struct journal *j, const struct journal_query *q)
{
	int r = 0;

	j->lib.flush_matches(j->j);
	for (size_t i = 0; r >= 0 && i < q->n_groups; i++) {
		r = add_group(j, q->groups[i]);
		if (r >= 0)
			r = j->lib.add_disjunction(j->j);
	}
	return r;
}

bool journal_has(struct journal *j, const struct journal_match *group)
{
	bool found;

	j->lib.flush_matches(j->j);
	found = add_group(j, group) >= 0 && j->lib.seek_tail(j->j) >= 0 && j->lib.previous(j->j) > 0;
	j->lib.flush_matches(j->j);
	return found;
}

/* Replaces what ret holds. */
static int get_cursor(struct journal *j, struct buf *ret)
{
	char *text;
	int r = j->lib.get_cursor(j->j, &text);

	if (r < 0)
		return r;
	buf_clear(ret);
	buf_str(ret, text);
	free(text);
	return buf_error(ret);
}

/* The cursor of the last entry of all: 1; 0 where there is none. */
static int get_tail(struct journal *j, struct buf *ret)
{
	int r;

	j->lib.flush_matches(j->j);
	r = j->lib.seek_tail(j->j);
	if (r >= 0)
		r = j->lib.previous(j->j);
	if (r <= 0)
		return r;
	(void)j->lib.get_realtime_usec(j->j, &j->tail_us);
	r = get_cursor(j, ret);
	return r < 0 ? r : 1;
}

static int replace(struct buf *b, const struct buf *by)
{
	buf_clear(b);
	buf_add(b, by->data, by->len);
	return buf_error(b);
}

static bool is_same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(buf_cstr(a), buf_cstr(b), a->len) == 0;
}

enum where { AT_CURSOR, BEHIND_CURSOR, NOTHING_THERE };

/* Looks for the entry of a cursor, among all. */
static int find_cursor(struct journal *j, const char *cursor, enum where *ret)
{
	int r;

	j->lib.flush_matches(j->j);
	r = j->lib.seek_cursor(j->j, cursor);
	if (r >= 0)
		r = j->lib.next(j->j);
	if (r < 0 && r != -EINVAL)
		return r;
	if (r <= 0)
		*ret = NOTHING_THERE;
	else
		*ret = j->lib.test_cursor(j->j, cursor) > 0 ? AT_CURSOR : BEHIND_CURSOR;
	return 0;
}

/* ---- one entry ---- */

static bool is_wanted(const struct journal_query *q, struct text name)
{
	for (const char *const *f = q->fields; *f; f++)
		if (text_is(name, *f))
			return true;
	return false;
}

static void keep_field(struct journal *j, const struct journal_query *q, const char *data, size_t n,
		       size_t *n_fields)
{
	const char *equals = memchr(data, '=', n);
	size_t at = j->bytes.len, name = equals ? (size_t)(equals - data) : 0;

	if (!equals || *n_fields == JOURNAL_FIELDS_MAX || !is_wanted(q, (struct text){ data, name }))
		return;
	if (n > name + 1 + JOURNAL_FIELD_MAX)
		n = name + 1 + JOURNAL_FIELD_MAX;
	buf_add(&j->bytes, data, n);
	j->places[(*n_fields)++] = (struct place){ at, at + name + 1, at + n };
}

static void hand_on(struct journal *j, size_t n, void (*entry)(void *, const struct journal_entry *),
		    void *ctx)
{
	struct journal_entry e = { .fields = j->fields, .n = n };
	const char *bytes = buf_cstr(&j->bytes);

	for (size_t i = 0; i < n; i++) {
		const struct place *p = &j->places[i];

		j->fields[i] = (struct journal_field){
			{ bytes + p->name, p->value - 1 - p->name },
			{ bytes + p->value, p->end - p->value },
		};
	}
	(void)j->lib.get_realtime_usec(j->j, &e.realtime_us);
	entry(ctx, &e);
}

static int take_entry(struct journal *j, const struct journal_query *q,
		      void (*entry)(void *, const struct journal_entry *), void *ctx,
		      struct journal_stats *stats)
{
	const void *data;
	size_t size, n = 0;
	int r;

	buf_clear(&j->bytes);
	while ((r = j->lib.enumerate_data(j->j, &data, &size)) > 0)
		keep_field(j, q, data, size, &n);
	if (buf_error(&j->bytes) < 0 || r == -ENOMEM)
		return -ENOMEM;
	if (r < 0) {
		stats->corrupt++;
		return 0;
	}
	stats->entries++;
	hand_on(j, n, entry, ctx);
	return 0;
}

/* ---- reading ---- */

/* Hands on what matches behind the place where libsystemd stands, and keeps the last one's cursor. 1: to the
 * end. */
static int read_matching(struct journal *j, const struct journal_query *q, struct buf *cursor,
			 void (*entry)(void *, const struct journal_entry *), void *ctx,
			 struct journal_stats *stats)
{
	bool skip = cursor->len > 0, any = false;
	int r, res = 1;

	for (unsigned n = 1; (r = j->lib.next(j->j)) > 0; n++) {
		if (skip && j->lib.test_cursor(j->j, cursor->data) > 0) {
			skip = false;
			continue;
		}
		skip = false;
		r = take_entry(j, q, entry, ctx, stats);
		if (r < 0)
			return r;
		any = true;
		if (n % ENTRIES_PER_LOOK == 0 && q->deadline_ns && clock_mono_ns() >= q->deadline_ns) {
			res = 0;
			break;
		}
	}
	if (any && get_cursor(j, cursor) < 0)
		return -ENOMEM;
	return r < 0 ? r : res;
}

/* Stands before what comes behind cursor. */
static int begin(struct journal *j, const struct journal_query *q, const struct buf *cursor,
		 enum where *where)
{
	int r = 0;

	*where = AT_CURSOR;
	if (cursor->len)
		r = find_cursor(j, cursor->data, where);
	if (r >= 0)
		r = add_groups(j, q);
	if (r >= 0)
		r = cursor->len ? j->lib.seek_cursor(j->j, cursor->data) : j->lib.seek_head(j->j);
	return *where == NOTHING_THERE && r == -EINVAL ? 0 : r;
}

/*
 * The tail is taken before and after: if it is the same, every entry up to it was looked at. If not, some
 * came while reading, and they are looked at again, from the last one that was handed on. Where that never
 * ends, the next run goes on there. A journal without anything at or behind the cursor has nothing else to go
 * by than its tail.
 */
static int read_new(struct journal *j, const struct journal_query *q, struct buf *cursor, struct buf *tail,
		    void (*entry)(void *, const struct journal_entry *), void *ctx,
		    struct journal_stats *stats)
{
	AUTO_BUF struct buf before = { 0 };

	for (int round = 0; round < ROUNDS_MAX; round++) {
		enum where where;
		int r = begin(j, q, cursor, &where);

		if (r < 0)
			return r;
		stats->cursor_lost += round == 0 && where != AT_CURSOR;
		if (where == NOTHING_THERE)
			return replace(cursor, tail);
		r = read_matching(j, q, cursor, entry, ctx, stats);
		if (r <= 0)
			return r;
		r = replace(&before, tail);
		if (r == 0)
			r = get_tail(j, tail);
		if (r <= 0)
			return r;
		if (is_same(&before, tail))
			return replace(cursor, tail);
	}
	return 0;
}

/* Whatever keeps libsystemd from going on in a file. */
static bool is_damage(int r)
{
	return r == -EBADMSG || r == -EIO || r == -EADDRNOTAVAIL || r == -ENODATA || r == -EPROTONOSUPPORT;
}

int journal_read(struct journal *j, const struct journal_query *q, struct buf *cursor,
		 void (*entry)(void *ctx, const struct journal_entry *e), void *ctx,
		 struct journal_stats *stats)
{
	AUTO_BUF struct buf tail = { 0 };
	int r = get_tail(j, &tail);

	if (r > 0 && !is_same(cursor, &tail))
		r = cursor->len || q->from_start ? read_new(j, q, cursor, &tail, entry, ctx, stats)
						 : replace(cursor, &tail);
	if (is_damage(r)) {
		stats->corrupt++;
		r = tail.len ? replace(cursor, &tail) : 0;
	}
	return r < 0 ? r : 0;
}

struct text journal_get(const struct journal_entry *e, const char *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (text_is(e->fields[i].name, name))
			return e->fields[i].value;
	return (struct text){ 0 };
}

uint64_t journal_written_ns(const struct journal *j)
{
	return j->tail_us * 1000;
}
