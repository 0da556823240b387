/* SPDX-License-Identifier: MIT */
/*
 * replay - dumps instead of disks: each operand is a file of pages (pages.h),
 * or a directory of such files. Their bytes are read first, with the rights of
 * whoever named them, and looked at later, without.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "decode.h"
#include "os/fd.h"
#include "os/log.h"
#include "os/publish.h"
#include "smart.h"

/* Without its ending, if it has one as a type of file has: a dot and a few small letters. A firmware's name in
 * capitals and digits is none. */
static void set_name(char name[static NAME_BYTES], const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
	size_t n = strlen(base);

	if (dot && dot > base && dot[1] && strlen(dot + 1) <= 5 &&
	    strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz") == strlen(dot + 1))
		n = (size_t)(dot - base);
	if (n > NAME_BYTES - 1)
		n = NAME_BYTES - 1;
	memcpy(name, base, n);
	name[n] = '\0';
}

static int read_file(struct smart *s, int at, const char *path)
{
	struct dump *p = reallocarray(s->dumps, s->n_dumps + 1, sizeof(*p));
	int r;

	if (!p)
		return log_errno(-ENOMEM, "--replay: cannot read %s", path);
	s->dumps = p;
	p += s->n_dumps++;
	*p = (struct dump){ .bytes = { .max = PAGES_BYTES_MAX } };
	set_name(p->name, path);
	for (size_t i = 0; i + 1 < s->n_dumps; i++)
		if (strcmp(s->dumps[i].name, p->name) == 0) {
			log_line(LOG_LVL_ERR, "--replay: %s: there is a disk %s already", path, p->name);
			return -EINVAL;
		}
	r = fd_slurp(at, path, &p->bytes);
	return r < 0 ? log_errno(r, "--replay: cannot read %s", path) : 0;
}

static int is_file(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int read_directory(struct smart *s, const char *path)
{
	AUTO_FD int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries;
	int n = dir < 0 ? -1 : scandirat(dir, ".", &entries, is_file, alphasort), r = 0;

	if (n < 0)
		return log_errno(-errno, "--replay: cannot read %s", path);
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = read_file(s, dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return r;
}

int replay_read(const struct run *run, struct smart *s)
{
	struct stat st;
	int r = 0;

	if (run->n_args == 0) {
		log_line(LOG_LVL_ERR, "--replay: which files?");
		return -EINVAL;
	}
	for (size_t i = 0; r == 0 && i < run->n_args; i++)
		r = stat(run->args[i], &st) == 0 && S_ISDIR(st.st_mode) ? read_directory(s, run->args[i]) :
									  read_file(s, AT_FDCWD, run->args[i]);
	return r;
}

int smart_replay(struct smart *s)
{
	for (size_t i = 0; i < s->n_dumps; i++) {
		struct drive *d = smart_add(s);

		if (!d)
			return log_errno(-ENOMEM, "--replay");
		memcpy(d->name, s->dumps[i].name, sizeof(d->name));
		decode_pages(d, buf_cstr(&s->dumps[i].bytes), s->dumps[i].bytes.len, true);
		if (!d->up && d->skip == SKIP_NONE)
			log_line(LOG_LVL_WARN, "%s: holds no SMART data that can be used", d->name);
	}
	return 0;
}
