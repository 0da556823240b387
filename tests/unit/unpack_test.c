/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/unpack: what gzip, xz and zstd make comes out again, however it
 * is read; what is damaged, cut or asks for too much memory is told and never
 * taken for the whole. A program that is not there is skipped.
 */
#include <errno.h>

#include "core/buf.h"
#include "files.h"
#include "os/sandbox.h"
#include "os/unpack.h"

static const char *const programs[] = { "gzip", "xz", "zstd" };

static void close_unpack(struct unpack **u)
{
	unpack_close(*u);
}

/* What comes out of fd, n bytes at a time. 0 or what was told. */
static int read_fd(int fd, size_t n, struct buf *out)
{
	CLEANUP(close_unpack) struct unpack *u = NULL;
	ssize_t got;
	int r = unpack_open(fd, &u);

	buf_clear(out);
	out->max = 64 << 20;
	if (r < 0)
		return r;
	do {
		got = unpack_read(u, buf_room(out, n), n);
		out->len += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	return (int)got;
}

static int read_file(const char *name, size_t n, struct buf *out)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC), r = read_fd(fd, n, out);

	if (fd >= 0)
		(void)close(fd);
	return r;
}

static bool is(const struct buf *b, const char *bytes, size_t n)
{
	return b->len == n && (n == 0 || memcmp(b->data, bytes, n) == 0);
}

/* Whether the program is there and made of in what it makes. */
static bool make(const char *program, const char *in, const char *packed)
{
	char command[256];

	(void)snprintf(command, sizeof(command), "%s -q -c < %s > %s 2> /dev/null", program, in, packed);
	return system(command) == 0;
}

static void shell(const char *command)
{
	if (system(command) != 0)
		files_die(command);
}

/* ---- whole ---- */

static void comes_out_as_it_went_in(const char *program, uint64_t seed)
{
	enum { SMALL = 20000, LARGE = 700000 };
	static char bytes[LARGE];
	static const struct {
		size_t n, step;
	} t[] = { { SMALL, 1 }, { SMALL, 7 }, { LARGE, 4096 }, { LARGE, 262144 }, { LARGE, LARGE + 1 } };
	AUTO_BUF struct buf out = { 0 };

	for (size_t i = 0; i < LARGE; i++) /* runs, text and noise */
		bytes[i] = i % 70000 < 30000 ? 'x' :
			   i % 3	     ? "the same words "[i % 15] :
					       (char)(test_random(&seed) >> 40);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		if (i == 0 || t[i].n != t[i - 1].n) {
			files_put("in", bytes, t[i].n);
			if (!make(program, "in", "packed")) {
				SKIP("comes out as it went in", program);
				return;
			}
		}
		CHECK_INT(read_file("packed", t[i].step, &out), 0);
		CHECK(is(&out, bytes, t[i].n));
	}
}

static void several_members_are_one_stream(const char *program)
{
	AUTO_BUF struct buf out = { 0 };

	files_put("a", "one ", 4);
	files_put("b", "", 0);
	files_put("c", "two", 3);
	if (!make(program, "a", "a1") || !make(program, "b", "b1") || !make(program, "c", "c1")) {
		SKIP("several members are one stream", program);
		return;
	}
	shell("cat a1 b1 c1 > all; cat b1 b1 a1 > first");
	CHECK_INT(read_file("all", 100, &out), 0);
	CHECK(is(&out, "one two", 7));
	CHECK_INT(read_file("first", 100, &out), 0);
	CHECK(is(&out, "one ", 4));
	CHECK_INT(read_file("b1", 100, &out), 0);
	CHECK(is(&out, "", 0));
	shell("cat a1 > junk; echo junk >> junk");
	CHECK_INT(read_file("junk", 100, &out), -EBADMSG);
	CHECK(is(&out, "one ", 4));
}

/* gzip(1): tapes; The .xz File Format, section 2.2: multiples of four bytes. */
static void zeros_may_stand_between_and_behind(const char *program)
{
	AUTO_BUF struct buf out = { 0 };

	files_put("a", "one ", 4);
	files_put("zeros", "\0\0\0\0\0\0\0", 8);
	if (!make(program, "a", "a1")) {
		SKIP("zeros may stand behind", program);
		return;
	}
	shell("cat a1 zeros > behind; cat a1 zeros a1 zeros > between");
	CHECK_INT(read_file("behind", 100, &out), 0);
	CHECK(is(&out, "one ", 4));
	CHECK_INT(read_file("between", 100, &out), 0);
	CHECK(is(&out, "one one ", 8));
}

/* ---- not whole ---- */

/* Cut anywhere, it is no whole file; with any bit changed, it is told, or nothing that counts was changed. */
static void damage_is_told(const char *program)
{
	static const char text[] = "It is a truth universally acknowledged, that a single man in possession of a log, "
				   "must be in want of a truth universally acknowledged.";
	AUTO_BUF struct buf out = { 0 };
	char packed[1024];
	size_t n = 0, wrong = 0;
	int fd;

	files_put("in", text, sizeof(text));
	if (!make(program, "in", "packed")) {
		SKIP("damage is told", program);
		return;
	}
	fd = open("packed", O_RDONLY | O_CLOEXEC);
	n = (size_t)read(fd, packed, sizeof(packed));
	(void)close(fd);
	for (size_t cut = 8; cut < n; cut++) {
		files_put("cut", packed, cut);
		wrong += read_file("cut", 100, &out) != -EBADMSG;
		wrong += !is(&out, text, out.len); /* what came before is what was there */
	}
	CHECK_INT(wrong, 0);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		char good = packed[bit / 8];
		int r;

		packed[bit / 8] = (char)(good ^ 1 << bit % 8);
		files_put("flipped", packed, n);
		r = read_file("flipped", 100, &out);
		if (unpack_knows((const uint8_t *)packed, n))
			wrong += r != -EBADMSG && (r != 0 || !is(&out, text, sizeof(text)));
		packed[bit / 8] = good;
	}
	CHECK_INT(wrong, 0);
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

/* The .xz File Format, section 3.1: a block's header follows the stream's 12 bytes; its filter is 21 01 SIZE. */
static void xz_that_wants_four_gigabytes(void)
{
	AUTO_BUF struct buf out = { 0 };
	uint8_t bytes[1024], *header = bytes + 12;
	ssize_t n;
	uint32_t crc;
	int fd;

	files_put("in", "abc", 3);
	if (!make("xz -6", "in", "packed")) {
		SKIP("xz that wants four gigabytes", "no xz");
		return;
	}
	fd = open("packed", O_RDONLY | O_CLOEXEC);
	n = read(fd, bytes, sizeof(bytes));
	(void)close(fd);
	CHECK(n > 24 && header[0] == 2 && header[2] == 0x21 && header[3] == 1);
	for (int dictionary = 28; dictionary <= 40; dictionary += 12) { /* 64 MiB, as xz -9; 4 GiB */
		header[4] = (uint8_t)dictionary;
		crc = crc32_of(header, 8);
		for (int i = 0; i < 4; i++)
			header[8 + i] = (uint8_t)(crc >> 8 * i);
		files_put("packed", bytes, (size_t)n);
		CHECK_INT(read_file("packed", 100, &out), dictionary == 28 ? 0 : -EBADMSG);
		CHECK(is(&out, "abc", dictionary == 28 ? 3 : 0));
	}
}

/* RFC 8878, section 3.1.1.1.2: the byte's upper five bits, and ten, are the window's logarithm; then a raw block. */
static void zstd_that_wants_two_gigabytes(void)
{
	AUTO_BUF struct buf out = { 0 };
	char bytes[] = "\x28\xb5\x2f\xfd\0W\x19\0\0abc";

	bytes[5] = (char)(16 << 3); /* 64 MiB */
	files_put("packed", bytes, 12);
	CHECK_INT(read_file("packed", 100, &out), 0);
	CHECK(is(&out, "abc", 3));
	bytes[5] = (char)(21 << 3);
	files_put("packed", bytes, 12);
	CHECK_INT(read_file("packed", 100, &out), -EBADMSG);
}

/* ---- not packed ---- */

static void any_other_file_comes_out_as_it_is(void)
{
	AUTO_BUF struct buf out = { 0 };
	static const char *const texts[] = { "", "a", "\x1f\x8b", "\x1f\x8b\x07 no gzip", "a text of some length" };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		files_put("in", texts[i], strlen(texts[i]));
		for (size_t n = 1; n < 9; n++) {
			CHECK_INT(read_file("in", n, &out), 0);
			CHECK(is(&out, texts[i], strlen(texts[i])));
		}
	}
	CHECK(!unpack_knows((const uint8_t *)"", 0));
	CHECK(!unpack_knows((const uint8_t *)"\x1f\x8b\x08", 2));
	CHECK(unpack_knows((const uint8_t *)"\x1f\x8b\x08", 3));
}

static void errors_of_reading_are_told(void)
{
	AUTO_BUF struct buf out = { 0 };

	CHECK_INT(read_file("none", 10, &out), -EBADF);
	CHECK_INT(read_file(".", 10, &out), -EISDIR);
	unpack_close(NULL);
}

static void reading_begins_where_the_descriptor_stands(void)
{
	AUTO_BUF struct buf out = { 0 };
	int fd;

	files_put("in", "12345", 5);
	fd = open("in", O_RDONLY | O_CLOEXEC);
	CHECK(lseek(fd, 2, SEEK_SET) == 2);
	CHECK_INT(read_fd(fd, 10, &out), 0);
	CHECK(is(&out, "345", 3));
	(void)close(fd);
}

static int write_slowly(void *to)
{
	int fd = *(const int *)to;
	const char *bytes = files_get("packed");
	struct stat st;

	if (stat("packed", &st) < 0)
		return 1;
	for (off_t i = 0; i < st.st_size; i++)
		if (write(fd, bytes + i, 1) != 1)
			return 1;
	return 0;
}

static void pipes_are_read_too(void)
{
	AUTO_BUF struct buf out = { 0 };
	int fd[2];
	pid_t pid;

	files_put("in", "12345", 5);
	if (!make("gzip", "in", "packed") || pipe(fd) < 0) {
		SKIP("pipes are read too", "no gzip");
		return;
	}
	pid = start_child(write_slowly, &fd[1]);
	(void)close(fd[1]);
	CHECK_INT(read_fd(fd[0], 10, &out), 0);
	CHECK(is(&out, "12345", 5));
	CHECK_INT(wait_child(pid), 0);
	(void)close(fd[0]);
}

/* ---- where the tools read ---- */

enum { UNSUPPORTED = 77 };

static int read_in_the_sandbox(void *name)
{
	AUTO_BUF struct buf out = { 0 };
	int r = sandbox_limit_calls(SANDBOX_PARSE);

	if (r < 0)
		return UNSUPPORTED;
	return read_file(name, 100, &out) < 0 || !is(&out, "12345", 5);
}

static void libraries_load_in_the_sandbox(const char *program)
{
	int status;

	files_put("in", "12345", 5);
	if (!make(program, "in", "packed")) {
		SKIP("libraries load in the sandbox", program);
		return;
	}
	status = in_child(read_in_the_sandbox, (char[]){ "packed" });
	if (status == UNSUPPORTED)
		SKIP("libraries load in the sandbox", "no seccomp");
	else
		CHECK_INT(status, 0);
}

int main(void)
{
	uint64_t seed = test_seed();
	int dir = files_open();

	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		libraries_load_in_the_sandbox(programs[i]); /* first: no other test has loaded them yet */
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		comes_out_as_it_went_in(programs[i], seed);
		several_members_are_one_stream(programs[i]);
		zeros_may_stand_between_and_behind(programs[i]);
		damage_is_told(programs[i]);
	}
	xz_that_wants_four_gigabytes();
	zstd_that_wants_two_gigabytes();
	any_other_file_comes_out_as_it_is();
	errors_of_reading_are_told();
	reading_begins_where_the_descriptor_stands();
	pipes_are_read_too();
	files_close(dir);
	return TEST_END();
}
