/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <lzma.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "os/unpack.h"

enum {
	IN_BYTES = 64 * 1024,
	MAGIC_MAX = 6,
	XZ_MEMORY_MAX = 72 * 1024 * 1024, /* xz -9 wants 65 MiB */
	ZSTD_WINDOW_LOG = 26,             /* 64 MiB; zstd -19 wants 8 */
	FUNCTIONS_MAX = 5,
};

struct format;

struct unpack {
	const struct format *format; /* NULL: none, the bytes are what the file holds */
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
	const char *functions[FUNCTIONS_MAX]; /* all that are called; fewer end with NULL */
	uint8_t magic[MAGIC_MAX];
	size_t n_magic;
	int (*begin)(struct unpack *u);
	int (*step)(struct unpack *u, uint8_t *out, size_t n, size_t *made);
	void (*end)(struct unpack *u);
};

/* A function of the loaded library, as a pointer of the function's own type (POSIX lets dlsym() give functions). It is
 * there: unpack_open() has looked. */
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
	lzma_ret r = CALL(u, lzma_stream_decoder)(&u->xz, XZ_MEMORY_MAX, LZMA_CONCATENATED);

	return r == LZMA_OK ? 0 : -ENOMEM;
}

static int xz_step(struct unpack *u, uint8_t *out, size_t n, size_t *made)
{
	lzma_ret r;

	u->xz.next_in = u->in + u->at;
	u->xz.avail_in = u->n_in;
	u->xz.next_out = out;
	u->xz.avail_out = n;
	r = CALL(u, lzma_code)(&u->xz, u->ended ? LZMA_FINISH : LZMA_RUN);
	*made = n - u->xz.avail_out;
	u->at += u->n_in - u->xz.avail_in;
	u->n_in = u->xz.avail_in;
	if (r == LZMA_STREAM_END)
		return 1;
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
	{
		.library = "libz.so.1",
		.functions = { "inflateInit2_", "inflate", "inflateReset", "inflateEnd" },
		.magic = { 0x1f, 0x8b, 8 },
		.n_magic = 3,
		.begin = gzip_begin,
		.step = gzip_step,
		.end = gzip_end,
	},
	{
		.library = "liblzma.so.5",
		.functions = { "lzma_stream_decoder", "lzma_code", "lzma_end" },
		.magic = { 0xfd, '7', 'z', 'X', 'Z', 0 },
		.n_magic = 6,
		.begin = xz_begin,
		.step = xz_step,
		.end = xz_end,
	},
	{
		.library = "libzstd.so.1",
		.functions = { "ZSTD_createDStream", "ZSTD_DCtx_setParameter", "ZSTD_decompressStream", "ZSTD_isError",
			       "ZSTD_freeDStream" },
		.magic = { 0x28, 0xb5, 0x2f, 0xfd },
		.n_magic = 4,
		.begin = zstd_begin,
		.step = zstd_step,
		.end = zstd_end,
	},
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

static ssize_t read_some(int fd, void *bytes, size_t n)
{
	ssize_t got;

	do
		got = read(fd, bytes, n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/* Reads on until at least min bytes are there, or the file has ended. */
static int fill(struct unpack *u, size_t min)
{
	memmove(u->in, u->in + u->at, u->n_in);
	u->at = 0;
	while (u->n_in < min && !u->ended) {
		ssize_t got = read_some(u->fd, u->in + u->n_in, sizeof(u->in) - u->n_in);

		if (got < 0)
			return (int)got;
		u->n_in += (size_t)got;
		u->ended = got == 0;
	}
	return 0;
}

/* The library stays loaded once it was: the next file costs nothing more. */
static int load(struct unpack *u)
{
	u->library = dlopen(u->format->library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!u->library)
		return -EOPNOTSUPP;
	for (size_t i = 0; i < FUNCTIONS_MAX && u->format->functions[i]; i++)
		if (!dlsym(u->library, u->format->functions[i]))
			return -EOPNOTSUPP;
	return u->format->begin(u);
}

int unpack_open(int fd, struct unpack **ret)
{
	struct unpack *u = calloc(1, sizeof(*u));
	int r;

	if (!u)
		return -ENOMEM;
	u->fd = fd;
	r = fill(u, MAGIC_MAX);
	if (r == 0)
		u->format = format_of(u->in, u->n_in);
	if (r == 0 && u->format)
		r = load(u);
	if (r < 0) {
		if (u->library)
			(void)dlclose(u->library);
		free(u);
		return r;
	}
	*ret = u;
	return 0;
}

static ssize_t read_plain(struct unpack *u, void *bytes, size_t n)
{
	if (u->n_in == 0)
		return read_some(u->fd, bytes, n);
	n = n < u->n_in ? n : u->n_in;
	memcpy(bytes, u->in + u->at, n);
	u->at += n;
	u->n_in -= n;
	return (ssize_t)n;
}

/* Between two members, and behind the last, zeros may stand (gzip(1), tapes). 1: a member begins; 0: the end. */
static int skip_padding(struct unpack *u)
{
	while (u->n_in || !u->ended) {
		int r = u->n_in ? 0 : fill(u, 1);

		if (r < 0)
			return r;
		if (u->n_in && u->in[u->at])
			return 1;
		if (u->n_in) {
			u->at++;
			u->n_in--;
		}
	}
	return 0;
}

ssize_t unpack_read(struct unpack *u, void *bytes, size_t n)
{
	size_t made = 0;

	if (!u->format)
		return read_plain(u, bytes, n);
	while (made == 0 && n) {
		int r = u->between ? skip_padding(u) : 1;

		if (r <= 0)
			return r;
		r = u->n_in ? 0 : fill(u, 1);
		if (r < 0)
			return r;
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
	if (u->format) {
		u->format->end(u);
		(void)dlclose(u->library);
	}
	free(u);
}
