/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/fd.h"
#include "os/log.h"
#include "os/logset.h"

const char *const logset_gap_names[LOGSET_GAPS] = {
	[FOLLOW_TRUNCATED] = "truncated",   [FOLLOW_ROTATED_AWAY] = "rotated_away",
	[FOLLOW_UNREADABLE] = "unreadable", [LOGSET_CURSOR_LOST] = "cursor_lost",
	[LOGSET_CORRUPT] = "corrupt",
};

/* ---- which ---- */

int logset_add(struct logset *s, const struct run *run, const char *use, const char *path)
{
	struct logset_file *files = reallocarray(s->files, s->n + 1, sizeof(*files));
	struct logset_file *f;

	if (!files)
		return -ENOMEM;
	s->files = files;
	f = &files[s->n];
	*f = (struct logset_file){ .use = use, .path = path };
	f->error = logfile_open(run->root, path, &f->file);
	if (f->error != -ENOMEM)
		s->n++;
	return f->error;
}

void logset_drop(struct logset *s)
{
	logfile_close(s->files[--s->n].file);
}

/* Below another root the journal is that of the files there. */
int logset_add_journal(struct logset *s, const struct run *run, const char *directory)
{
	if (s->has_journal)
		return s->journal_error;
	if (!*directory)
		directory = strcmp(run->root_path, "/") == 0 ? NULL : "/var/log/journal";
	s->has_journal = true;
	s->journal_error = journal_open(run->root, directory, &s->journal);
	return s->journal_error;
}

/* ---- reading ---- */

static int tell(struct run *run, int r, const char *what)
{
	run->targets[r < 0 ? RUN_FAILED : RUN_OK]++;
	return r < 0 ? log_errno(r, "cannot read %s", what) : 0;
}

static void add_stats(struct logset *s, const struct logfile_stats *stats)
{
	s->bytes += stats->bytes;
	s->too_long += stats->too_long;
	for (size_t i = 0; i < FOLLOW_GAPS; i++)
		s->gaps[i] += stats->gaps[i];
}

int logset_read(struct logset *s, size_t i, struct run *run, void (*line)(void *ctx, struct text line),
		void *ctx)
{
	struct logset_file *f = &s->files[i];
	struct logfile_stats stats = { 0 };
	int r = f->error;

	if (r == -ENOENT)
		f->pos.known = true; /* when it comes it is new from its first byte */
	if (r == 0) {
		r = logfile_read(f->file, &f->pos, s->from_start ? LOGFILE_AT_START : LOGFILE_AT_END,
				 run->deadline_ns, line, ctx, &stats);
		add_stats(s, &stats);
		s->unread += logfile_unread(f->file, &f->pos);
	}
	return tell(run, r, f->path);
}

int logset_read_journal(struct logset *s, struct run *run, struct journal_query *q,
			void (*entry)(void *ctx, const struct journal_entry *e), void *ctx)
{
	struct journal_stats stats = { 0 };
	int r = s->journal_error;

	if (r == 0) {
		q->from_start = s->from_start;
		q->deadline_ns = run->deadline_ns;
		r = journal_read(s->journal, q, &s->cursor, entry, ctx, &stats);
		s->gaps[LOGSET_CURSOR_LOST] += stats.cursor_lost;
		s->gaps[LOGSET_CORRUPT] += stats.corrupt;
	}
	return tell(run, r, "the journal");
}

void logset_open_input(struct logset *s, const char *path)
{
	s->input = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (s->input < 0)
		s->input = -errno;
}

int logset_read_input(struct logset *s, const char *path, struct run *run,
		      void (*line)(void *ctx, struct text line), void *ctx)
{
	struct logfile_stats stats = { 0 };
	int r = s->input < 0 ? s->input : logfile_read_whole(s->input, line, ctx, &stats);

	add_stats(s, &stats);
	return tell(run, r, path);
}

/* ---- positions ---- */

void logset_reset(struct logset *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->files[i].pos = (struct follow_pos){ 0 };
	buf_clear(&s->cursor);
	s->bytes = s->too_long = s->unread = 0;
	memset(s->gaps, 0, sizeof(s->gaps));
}

static struct logset_file *find(struct logset *s, const char *use, const char *path)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->files[i].use, use) == 0 && strcmp(s->files[i].path, path) == 0)
			return &s->files[i];
	return NULL;
}

static int load_position(struct logset *s, struct words line)
{
	AUTO_BUF struct buf use = { 0 }, path = { 0 };
	struct follow_pos pos = { 0 };
	struct logset_file *f;

	if (words_get_text(&line, &use) < 0 || words_get_text(&line, &path) < 0 ||
	    follow_load(line, &pos) < 0)
		return -EINVAL;
	f = find(s, buf_cstr(&use), buf_cstr(&path));
	if (f)
		f->pos = pos;
	return 1;
}

int logset_load(struct logset *s, struct text key, struct words line)
{
	if (text_is(key, "position"))
		return load_position(s, line);
	if (!text_is(key, "cursor"))
		return 0;
	buf_clear(&s->cursor);
	return words_get_text(&line, &s->cursor) < 0 || !words_at_end(&line) ? -EINVAL : 1;
}

void logset_save(const struct logset *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		words_key(out, "position");
		words_text(out, text_from(s->files[i].use));
		words_text(out, text_from(s->files[i].path));
		follow_save(&s->files[i].pos, out);
		words_end(out);
	}
	if (s->has_journal && s->cursor.len) {
		words_key(out, "cursor");
		words_text(out, (struct text){ s->cursor.data, s->cursor.len });
		words_end(out);
	}
}

void logset_done(struct logset *s)
{
	for (size_t i = 0; i < s->n; i++)
		logfile_close(s->files[i].file);
	free(s->files);
	journal_close(s->journal);
	if (s->input > STDERR_FILENO)
		close_fd(&s->input);
	buf_done(&s->cursor);
	*s = (struct logset){ 0 };
}
