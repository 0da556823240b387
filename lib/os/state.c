/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/num.h"
#include "os/fd.h"
#include "os/publish.h"
#include "os/state.h"

#define MAGIC "promshot-state"
enum { HEADER_SIZE = 384, CRC_SIZE = 10 }; /* NAME_MAX and three numbers; digits, line end, terminator */

static uint32_t crc32(uint32_t crc, const void *bytes, size_t n)
{
	/* What half a byte does to the remainder. */
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const uint8_t *p = bytes;

	crc = ~crc;
	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

/* The first line with its line end. Its length; -EINVAL when tool is too long. */
static int make_header(char out[static HEADER_SIZE], const char *tool, unsigned version, const void *payload,
		       size_t n)
{
	int len = snprintf(out, HEADER_SIZE, MAGIC " %s %u %zu ", tool, version, n);

	if (len < 0 || len > HEADER_SIZE - CRC_SIZE)
		return -EINVAL;
	return len + snprintf(out + len, CRC_SIZE, "%08" PRIx32 "\n",
			      crc32(crc32(0, out, (size_t)len), payload, n));
}

/* Takes the version from the first line, makes the line that the payload should have, and compares: no other
 * spelling of the same numbers is accepted. The length of the line, or -EBADMSG. */
static int check_header(const struct buf *file, const char *tool, unsigned *version)
{
	const char *text = buf_cstr(file), *end = memchr(text, '\n', file->len);
	char want[HEADER_SIZE];
	size_t start = strlen(MAGIC) + strlen(tool) + 2, n = end ? (size_t)(end + 1 - text) : 0;
	uint64_t v;
	int len;

	if (n <= start || num_u64(text + start, strspn(text + start, "0123456789"), &v) < 0 || v > UINT_MAX)
		return -EBADMSG;
	len = make_header(want, tool, (unsigned)v, text + n, file->len - n);
	if (len < 0 || (size_t)len != n || memcmp(want, text, n) != 0)
		return -EBADMSG;
	*version = (unsigned)v;
	return len;
}

int state_read(int dirfd, const char *name, const char *tool, unsigned max_version, unsigned *version,
	       struct buf *payload)
{
	AUTO_BUF struct buf file = { .max = STATE_MAX + HEADER_SIZE };
	unsigned v = 0;
	int r = fd_slurp(dirfd, name, &file);

	if (r == 0)
		r = check_header(&file, tool, &v);
	if (r < 0)
		return r == -E2BIG ? -EBADMSG : r;
	if (v > max_version)
		return -EPROTO;
	file.len -= (size_t)r;
	memmove(file.data, file.data + r, file.len + 1);
	buf_done(payload);
	*payload = file;
	file = (struct buf){ 0 };
	*version = v;
	return 0;
}

/* Whether the file is plain, of the right mode, and holds just these bytes. */
static bool is_there(int dirfd, const char *name, const char *header, size_t n_header, const void *payload,
		     size_t n)
{
	AUTO_BUF struct buf file = { .max = STATE_MAX + HEADER_SIZE };
	struct stat st;

	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       (st.st_mode & 07777) == 0600 && (size_t)st.st_size == n_header + n &&
	       fd_slurp(dirfd, name, &file) == 0 && file.len == n_header + n &&
	       memcmp(file.data, header, n_header) == 0 &&
	       (n == 0 || memcmp(file.data + n_header, payload, n) == 0);
}

int state_commit(int dirfd, const char *name, const char *tool, unsigned version, const void *payload,
		 size_t n)
{
	AUTO_PUBLISH struct publish p = PUBLISH_NONE;
	char header[HEADER_SIZE];
	int len, r;

	if (n > STATE_MAX)
		return -E2BIG;
	if (!*tool || tool[strcspn(tool, " \n")])
		return -EINVAL;
	len = make_header(header, tool, version, payload, n);
	if (len < 0)
		return len;
	if (is_there(dirfd, name, header, (size_t)len, payload, n))
		return 0;
	r = publish_open(&p, dirfd, name);
	if (r == 0)
		r = publish_write(&p, header, (size_t)len);
	if (r == 0)
		r = publish_write(&p, payload, n);
	return r < 0 ? r : publish_commit(&p, 0600, true);
}

int state_set_aside(int dirfd, const char *name, char aside[static NAME_MAX + 1])
{
	static const char *const suffixes[] = { "", "-1", "-2" };
	char to[NAME_MAX + 1];
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		int n = snprintf(to, sizeof(to), "%s.damaged%s", name, suffixes[i]);

		if (n < 0 || n > NAME_MAX)
			return -ENAMETOOLONG;
		if (fstatat(dirfd, to, &st, AT_SYMLINK_NOFOLLOW) == 0)
			continue;
		if (errno != ENOENT || renameat(dirfd, name, dirfd, to) < 0)
			return -errno;
		memcpy(aside, to, sizeof(to));
		return 0;
	}
	return -EEXIST;
}
