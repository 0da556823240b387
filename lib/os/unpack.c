/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <lzma.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "os/unpack.h"

enum { IN_BYTES = 64 * 1024, MEMORY_MAX = 128 * 1024 * 1024, ZSTD_WINDOW_LOG = 26 };

struct format;

struct unpack {
	const struct format *format;
	void *library;
	int fd;
	uint8_t in[IN_BYTES];
	size_t at, n_in; /* what of in is still to be taken */
	bool ended;      /* of the file */
	bool between;    /* at the end of a member; another may follow */
	union {
		z_stream z;
		lzma_stream xz;
		struct {
			ZSTD_DStream *stream;
		} zstd;
	};
};

/* Each takes from u->in and fills out; *made says how much. 0; 1 at the end of a member or stream; -EBADMSG. */
struct format {
	const char *library;
	uint8_t magic[6];
	size_t n_magic;
	int (*begin)(struct unpack *u);
	int (*step)(struct unpack *u, uint8_t *out, size_t n, size_t *made);
	void (*end)(struct unpack *u);
};

/* A function of a loaded library, as a pointer of the function's own type (POSIX lets dlsym() give functions). */
#define CALL(u, fn) (*(__typeof__(&fn) *)(void *)&(void *){ dlsym((u)->library, #fn) })

/* ---- gzip ---- */

static int gzip_begin(struct unpack *u)
{
	return CALL(u, inflateInit2_)(&u->z, 15 + 16, ZLIB_VERSION, (int)sizeof(z_stream)) == Z_OK ? 0 : -ENOMEM;
}

static int gzip_step(struct unpack *u, uint8_t *out, size_t n, size_t *made)
{
	int r;

	u->z.next_in = u->in + u->at;
	u->z.avail_in = (uInt)u->n_in;
	u->z.next_out = out;
	u->z.avail_out = (uInt)n;
	r = CALL(u, inflate)(&u->z, Z_NO_FLUSH);
	*made = n - u->z.avail_out;
	u->at += u->n_in - u->z.avail_in;
	u->n_in = u->z.avail_in;
	if (r == Z_STREAM_END)
		return CALL(u, inflateReset)(&u->z) == Z_OK ? 1 : -EBADMSG;
	return r == Z_OK || r == Z_BUF_ERROR ? 0 : -EBADMSG;
}

static void gzip_end(struct unpack *u)
{
	(void)CALL(u, inflateEnd)(&u->z);
}

/* ---- xz ---- */

static int xz_begin(struct unpack *u)
{
	return CALL(u, lzma_stream_decoder)(&u->xz, MEMORY_MAX, 0) == LZMA_OK ? 0 : -ENOMEM;
}

static int xz_step(struct unpack *u, uint8_t *out, size_t n, size_t *made)
{
	lzma_ret r;

	u->xz.next_in = u->in + u->at;
	u->xz.avail_in = u->n_in;
	u->xz.next_out = out;
	u->xz.avail_out = n;
	r = CALL(u, lzma_code)(&u->xz, LZMA_RUN);
	*made = n - u->xz.avail_out;
	u->at += u->n_in - u->xz.avail_in;
	u->n_in = u->xz.avail_in;
	if (r == LZMA_STREAM_END) {
		CALL(u, lzma_end)(&u->xz);
		u->xz = (lzma_stream)LZMA_STREAM_INIT;
		return xz_begin(u) == 0 ? 1 : -EBADMSG;
	}
	return r == LZMA_OK || r == LZMA_BUF_ERROR ? 0 : -EBADMSG;
}

static void xz_end(struct unpack *u)
{
	CALL(u, lzma_end)(&u->xz);
}

/* ---- Zstandard ---- */

static int zstd_begin(struct unpack *u)
{
	u->zstd.stream = CALL(u, ZSTD_createDStream)();
	if (!u->zstd.stream)
		return -ENOMEM;
	(void)CALL(u, ZSTD_DCtx_setParameter)(u->zstd.stream, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	return 0;
}

static int zstd_step(struct unpack *u, uint8_t *out, size_t n, size_t *made)
{
	ZSTD_inBuffer in = { u->in + u->at, u->n_in, 0 };
	ZSTD_outBuffer o = { out, n, 0 };
	size_t r = CALL(u, ZSTD_decompressStream)(u->zstd.stream, &o, &in);

	if (CALL(u, ZSTD_isError)(r))
		return -EBADMSG;
	*made = o.pos;
	u->at += in.pos;
	u->n_in -= in.pos;
	return r == 0;
}

static void zstd_end(struct unpack *u)
{
	(void)CALL(u, ZSTD_freeDStream)(u->zstd.stream);
}

static const struct format formats[] = {
	{ "libz.so.1", { 0x1f, 0x8b, 8 }, 3, gzip_begin, gzip_step, gzip_end },
	{ "liblzma.so.5", { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, xz_begin, xz_step, xz_end },
	{ "libzstd.so.1", { 0x28, 0xb5, 0x2f, 0xfd }, 4, zstd_begin, zstd_step, zstd_end },
};

/* ---- any of them ---- */

static const struct format *format_of(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (n >= formats[i].n_magic && memcmp(bytes, formats[i].magic, formats[i].n_magic) == 0)
			return &formats[i];
	return NULL;
}

bool unpack_knows(const uint8_t *bytes, size_t n)
{
	return format_of(bytes, n) != NULL;
}

static ssize_t fill(struct unpack *u)
{
	ssize_t n;

	do
		n = read(u->fd, u->in, sizeof(u->in));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	u->at = 0;
	u->n_in = (size_t)n;
	u->ended = n == 0;
	return n;
}

int unpack_open(int fd, struct unpack **ret)
{
	struct unpack *u = calloc(1, sizeof(*u));
	int r = -ENOMEM;

	if (!u)
		return r;
	u->fd = fd;
	r = lseek(fd, 0, SEEK_SET) < 0 || fill(u) < 0 ? -EIO : 0;
	u->format = r == 0 ? format_of(u->in, u->n_in) : NULL;
	if (r == 0 && !u->format)
		r = -EINVAL;
	if (r == 0) {
		u->library = dlopen(u->format->library, RTLD_NOW | RTLD_LOCAL);
		r = u->library ? u->format->begin(u) : -EOPNOTSUPP;
	}
	if (r < 0) {
		if (u->library)
			(void)dlclose(u->library);
		free(u);
		return r;
	}
	*ret = u;
	return 0;
}

ssize_t unpack_read(struct unpack *u, void *bytes, size_t n)
{
	size_t made = 0;

	while (made == 0) {
		int r;

		if (u->n_in == 0 && !u->ended) {
			ssize_t got = fill(u);

			if (got < 0)
				return got;
		}
		/* The end belongs between two members; padding of zeros may follow the last. */
		if (u->between && (u->ended || u->in[u->at] == 0))
			return 0;
		u->between = false;
		r = u->format->step(u, bytes, n, &made);
		if (r < 0 || (r == 0 && made == 0 && u->ended))
			return -EBADMSG;
		u->between = r == 1;
	}
	return (ssize_t)made;
}

void unpack_close(struct unpack *u)
{
	if (!u)
		return;
	u->format->end(u);
	(void)dlclose(u->library);
	free(u);
}
