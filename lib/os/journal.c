/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "os/clock.h"
#include "os/fd.h"
#include "os/journal.h"
#include "os/libsystemd.h"

enum {
	ENTRIES_PER_LOOK = 256, /* at the clock */
	NAME_ROOM = 1024,       /* journald takes names of 64 bytes */
};

struct journal {
	struct libsystemd lib;
	sd_journal *j;
	int dir; /* in use by libsystemd as long as j is; -1: none */
	uint64_t tail_us;
};

/* ---- opening ---- */

static bool is_denied(int root, const char *directory, struct text below)
{
	AUTO_BUF struct buf path = { 0 };
	AUTO_FD int fd = -1;

	buf_fmt(&path, "%s/%.*s/system.journal", directory, (int)below.n, below.n ? below.p : "");
	fd = openat(root, buf_cstr(&path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 && errno == EACCES;
}

/* libsystemd passes over what it may not read, and then a user's own entries look like all. */
static int check_access(int root, const char *directory)
{
	AUTO_BUF struct buf id = { .max = 64 };
	struct text machine = { 0 };

	if (fd_slurp(root, "etc/machine-id", &id) == 0)
		machine = text_trim((struct text){ id.data, id.len });
	return is_denied(root, directory, machine) || is_denied(root, directory, (struct text){ 0 }) ? -EACCES
												     : 0;
}

static int open_local(struct journal *j, int root)
{
	int r = j->lib.open(&j->j, SD_JOURNAL_LOCAL_ONLY);

	if (r >= 0)
		r = check_access(root, "var/log/journal");
	return r < 0 ? r : check_access(root, "run/log/journal");
}

static int open_directory(struct journal *j, int root, const char *directory)
{
	int r;

	while (*directory == '/')
		directory++;
	directory = *directory ? directory : ".";
	j->dir = openat(root, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (j->dir < 0)
		return -errno;
	r = j->lib.open_directory_fd(&j->j, j->dir, 0);
	return r < 0 ? r : check_access(root, directory);
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
	r = directory ? open_directory(j, root, directory) : open_local(j, root);
	if (r == 0)
		r = j->lib.set_data_threshold(j->j, NAME_ROOM + JOURNAL_FIELD_MAX);
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
	free(j);
}

/* ---- places ---- */

static int add_group(struct journal *j, const struct journal_match *m)
{
	AUTO_BUF struct buf match = { 0 };
	int r = 0;

	for (; r >= 0 && m->field; m++) {
		buf_clear(&match);
		buf_fmt(&match, "%s=%s", m->field, m->value);
		r = buf_error(&match);
		if (r == 0)
			r = j->lib.add_match(j->j, match.data, match.len);
	}
	return r;
}

static int add_groups(struct journal *j, const struct journal_query *q)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < q->n_groups; i++) {
		r = add_group(j, q->groups[i]);
		if (r >= 0)
			r = j->lib.add_disjunction(j->j);
	}
	return r;
}

bool journal_has(struct journal *j, const struct journal_match *group)
{
	bool found = add_group(j, group) >= 0 && j->lib.seek_tail(j->j) >= 0 && j->lib.previous(j->j) > 0;

	j->lib.flush_matches(j->j);
	return found;
}

/* Replaces what ret holds. */
static int get_cursor(struct journal *j, struct buf *ret)
{
	AUTO_FREE char *text = NULL;
	int r = j->lib.get_cursor(j->j, &text);

	if (r < 0)
		return r;
	buf_clear(ret);
	buf_str(ret, text);
	return buf_error(ret);
}

static int replace(struct buf *b, const struct buf *by)
{
	buf_clear(b);
	buf_add(b, by->data, by->len);
	return buf_error(b);
}

/* The cursors of the last entry of all and, as far as there is one, of the one before it: 1; 0 where there is
 * none. */
static int get_tail(struct journal *j, struct buf *last, struct buf *before)
{
	int r = j->lib.seek_tail(j->j);

	if (r >= 0)
		r = j->lib.previous(j->j);
	if (r <= 0)
		return r;
	(void)j->lib.get_realtime_usec(j->j, &j->tail_us);
	r = get_cursor(j, last);
	if (r == 0)
		r = j->lib.previous(j->j);
	if (r >= 0)
		r = r > 0 ? get_cursor(j, before) : replace(before, last);
	return r < 0 ? r : 1;
}

/* Looks for the entry of a cursor, among all. 1; 0: libsystemd stands at one behind it; -ENOENT: there is
 * none. */
static int find_cursor(struct journal *j, const char *cursor)
{
	int r = j->lib.seek_cursor(j->j, cursor);

	if (r >= 0)
		r = j->lib.next(j->j);
	if (r == 0 || r == -EINVAL)
		return -ENOENT;
	return r < 0 ? r : j->lib.test_cursor(j->j, cursor) > 0;
}

/* ---- one entry ---- */

/* What one journal_read() works with. */
struct reading {
	struct journal *j;
	const struct journal_query *q;
	void (*entry)(void *ctx, const struct journal_entry *e);
	void *ctx;
	struct journal_stats *stats;
	/* The entry at hand. Its values one behind the other: libsystemd's bytes last until its next call. */
	struct buf values;
	struct journal_field *fields;
};

static void reading_done(struct reading *rd)
{
	buf_done(&rd->values);
	free(rd->fields);
}

/* Room for all that an entry can have. */
static int make_room(struct reading *rd)
{
	size_t n = 0;

	while (rd->q->fields[n])
		n++;
	rd->fields = calloc(n * JOURNAL_SAME_MAX + 1, sizeof(*rd->fields));
	rd->values.max = n * JOURNAL_SAME_MAX * JOURNAL_FIELD_MAX + 1;
	return rd->fields ? 0 : -ENOMEM;
}

/* The wanted name that "NAME=value" begins with; NULL: none. */
static const char *wanted_name(const struct journal_query *q, const char *data, size_t size)
{
	for (const char *const *f = q->fields; *f; f++) {
		size_t n = strlen(*f);

		if (n < size && data[n] == '=' && memcmp(data, *f, n) == 0)
			return *f;
	}
	return NULL;
}

static size_t keep_field(struct reading *rd, size_t n_fields, const char *data, size_t size)
{
	const char *name = wanted_name(rd->q, data, size);
	struct text value;
	unsigned same = 0;

	if (!name)
		return n_fields;
	for (size_t i = 0; i < n_fields; i++)
		same += rd->fields[i].name.p == name;
	if (same == JOURNAL_SAME_MAX)
		return n_fields;
	value = (struct text){ data + strlen(name) + 1, size - strlen(name) - 1 };
	if (value.n > JOURNAL_FIELD_MAX)
		value.n = JOURNAL_FIELD_MAX;
	buf_add(&rd->values, value.p, value.n);
	rd->fields[n_fields] = (struct journal_field){ text_from(name), value };
	return n_fields + 1;
}

static void hand_on(struct reading *rd, size_t n)
{
	struct journal_entry e = { .fields = rd->fields, .n = n };
	const char *value = buf_cstr(&rd->values);

	for (size_t i = 0; i < n; i++) {
		rd->fields[i].value.p = value;
		value += rd->fields[i].value.n;
	}
	(void)rd->j->lib.get_realtime_usec(rd->j->j, &e.realtime_us);
	rd->stats->entries++;
	rd->entry(rd->ctx, &e);
}

static int take_entry(struct reading *rd)
{
	struct journal *j = rd->j;
	const void *data;
	size_t size, n = 0;
	int r;

	buf_clear(&rd->values);
	while ((r = j->lib.enumerate_data(j->j, &data, &size)) > 0)
		n = keep_field(rd, n, data, size);
	if (r < 0)
		rd->stats->corrupt++; /* of any error: what is damaged can ask for all memory there is */
	else if (buf_error(&rd->values) == 0)
		hand_on(rd, n);
	return buf_error(&rd->values);
}

/* ---- reading ---- */

static bool is_late(const struct journal_query *q)
{
	return q->deadline_ns && clock_mono_ns() >= q->deadline_ns;
}

/* Hands on what matches from where libsystemd stands, the cursor's own entry left out, and moves the cursor
 * to the last one. Whether there was any. */
static int read_matching(struct reading *rd, struct buf *cursor)
{
	struct journal *j = rd->j;
	bool any = false;
	int r;

	for (unsigned n = 1; (r = j->lib.next(j->j)) > 0; n++) {
		if (n == 1 && cursor->len && j->lib.test_cursor(j->j, cursor->data) > 0)
			continue;
		r = take_entry(rd);
		if (r < 0)
			break;
		any = true;
		if (n % ENTRIES_PER_LOOK == 0 && is_late(rd->q))
			break;
	}
	if (any) {
		int at = get_cursor(j, cursor);

		r = r < 0 ? r : at;
	}
	return r < 0 ? r : any;
}

static int read_with_matches(struct reading *rd, struct buf *cursor)
{
	struct journal *j = rd->j;
	int r = add_groups(j, rd->q);

	if (r >= 0)
		r = cursor->len ? j->lib.seek_cursor(j->j, cursor->data) : j->lib.seek_head(j->j);
	if (r >= 0)
		r = read_matching(rd, cursor);
	j->lib.flush_matches(j->j);
	return r;
}

/*
 * Where nothing matches, the cursor moves to the entry before the last one: the last may be a match still.
 * Its writer links it into the list of all entries before it links it into those of its fields, by which
 * matches are found (journal_file_link_entry() in systemd's journal-file.c). A journal without anything at or
 * behind the cursor has nothing to go by but its last entry.
 */
static int read_new(struct reading *rd, struct buf *cursor, const struct buf *last, const struct buf *before)
{
	int r = cursor->len ? find_cursor(rd->j, cursor->data) : 1;

	rd->stats->cursor_lost += r == 0 || r == -ENOENT;
	if (r < 0)
		return r == -ENOENT ? replace(cursor, last) : r;
	r = make_room(rd);
	if (r == 0)
		r = read_with_matches(rd, cursor);
	return r == 0 ? replace(cursor, before) : r;
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
	CLEANUP(reading_done) struct reading rd = { j, q, entry, ctx, stats, { 0 }, NULL };
	AUTO_BUF struct buf last = { 0 }, before = { 0 };
	int r = get_tail(j, &last, &before);

	if (r > 0 && strcmp(buf_cstr(cursor), buf_cstr(&last)) != 0)
		r = cursor->len || q->from_start ? read_new(&rd, cursor, &last, &before)
						 : replace(cursor, &last);
	if (is_damage(r)) {
		stats->corrupt++;
		r = last.len ? replace(cursor, &last) : 0;
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
