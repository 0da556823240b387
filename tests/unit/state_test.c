/* SPDX-License-Identifier: MIT */
/*
 * Tests of os/state: the bytes on disk, every way of being damaged, versions,
 * what a commit leaves alone, and a kill in the middle of many commits.
 */
#include <errno.h>
#include <signal.h>

#include "core/buf.h"
#include "files.h"
#include "os/state.h"

static const char golden[] = "promshot-state demo 3 5 5cdf156c\nhello"; /* the CRC is zlib's */

/* What reading the file gives; version and payload must survive a failure. */
static void check_read(int dir, const char *name, int r, unsigned version, const char *payload, size_t n)
{
	AUTO_BUF struct buf b = { 0 };
	unsigned v = 77;
	int got;

	buf_str(&b, "before");
	got = state_read(dir, "s", "demo", 3, &v, &b);
	if (r < 0)
		OK_(got == r && v == 77 && strcmp(buf_cstr(&b), "before") == 0, name,
		    "got %d, version %u, <<%s>>", got, v, buf_cstr(&b));
	else
		OK_(got == 0 && v == version && b.len == n && memcmp(b.data, payload, n + 1) == 0, name,
		    "got %d, version %u, %zu bytes", got, v, b.len);
}

static void check_bytes(int dir)
{
	mode_t old = umask(0);

	check_read(dir, "a first run", -ENOENT, 0, NULL, 0);
	CHECK_INT(state_commit(dir, "s", "demo", 3, "hello", 5), 0);
	(void)umask(old);
	CHECK_STR(files_get("s"), golden);
	CHECK_INT(files_mode("s"), S_IFREG | 0600);
	CHECK_STR(files_list(), "s ");
	check_read(dir, "what was committed", 0, 3, "hello", 5);
	CHECK_INT(state_commit(dir, "s", "demo", 1, "a\0\nb", 4), 0);
	check_read(dir, "any bytes", 0, 1, "a\0\nb", 4);
	CHECK_INT(state_commit(dir, "s", "demo", 0, NULL, 0), 0);
	check_read(dir, "an empty payload", 0, 0, "", 0);
	files_clear();
}

static void check_damage(int dir)
{
	static const struct {
		const char *name, *text;
	} t[] = {
		{ "an empty file", "" },
		{ "another file", "hello\n" },
		{ "only the line's start", "promshot-state demo 3 5" },
		{ "no payload", "promshot-state demo 3 5 5cdf156c\n" },
		{ "a byte more", "promshot-state demo 3 5 5cdf156c\nhello\n" },
		{ "another version", "promshot-state demo 2 5 5cdf156c\nhello" },
		{ "another length", "promshot-state demo 3 4 5cdf156c\nhell" },
		{ "another spelling of the version", "promshot-state demo 03 5 5cdf156c\nhello" },
		{ "another spelling of the CRC", "promshot-state demo 3 5 5CDF156C\nhello" },
		{ "a negative version", "promshot-state demo -3 5 5cdf156c\nhello" },
		{ "a version beyond numbers", "promshot-state demo 99999999999999999999 5 5cdf156c\nhello" },
		{ "a version beyond an unsigned", "promshot-state demo 4294967299 5 5cdf156c\nhello" },
		{ "a line end of another kind", "promshot-state demo 3 5 5cdf156c\r\nhello" },
		{ "another tool's", "promshot-state other 3 5 6ef4e2a0\nhello" },
		{ "a tool whose name starts the same", "promshot-state demo2 3 5 5cdf156c\nhello" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		files_put("s", t[i].text, strlen(t[i].text));
		check_read(dir, t[i].name, -EBADMSG, 0, NULL, 0);
		CHECK_STR(files_get("s"), t[i].text);
	}
	files_clear();
	CHECK(mkfifo("s", 0600) == 0);
	check_read(dir, "a FIFO", -EBADMSG, 0, NULL, 0);
	files_clear();
	CHECK(mkdir("s", 0700) == 0);
	check_read(dir, "a directory", -EISDIR, 0, NULL, 0);
	files_clear();
}

/* Every bit of a good file flipped, every prefix of it: never accepted. */
static void check_every_damage(int dir)
{
	char bytes[sizeof(golden)];
	size_t n = sizeof(golden) - 1;
	int wrong = 0;

	for (size_t i = 0; i < n * 9; i++) {
		AUTO_BUF struct buf b = { 0 };
		unsigned v = 77;
		size_t len = i < n ? i : n;

		memcpy(bytes, golden, sizeof(golden));
		if (i >= n)
			bytes[(i - n) / 8] ^= (char)(1 << (i - n) % 8);
		files_put("s", bytes, len);
		wrong += state_read(dir, "s", "demo", 3, &v, &b) != -EBADMSG || v != 77 || b.data;
	}
	CHECK_INT(wrong, 0);
	files_clear();
}

static void check_versions(int dir)
{
	static const char damaged[] = "promshot-state demo 9 5 00000000\nhello";
	AUTO_BUF struct buf b = { 0 };
	unsigned v = 77;

	CHECK_INT(state_commit(dir, "s", "demo", 4, "hello", 5), 0);
	check_read(dir, "a newer version is left alone", -EPROTO, 0, NULL, 0);
	CHECK_INT(state_read(dir, "s", "demo", 4, &v, &b), 0);
	CHECK_INT(v, 4);
	CHECK_INT(state_read(dir, "s", "demo", UINT_MAX, &v, &b), 0);
	CHECK_INT(state_commit(dir, "s", "demo", UINT_MAX, "hello", 5), 0);
	CHECK_INT(state_read(dir, "s", "demo", UINT_MAX, &v, &b), 0);
	CHECK(v == UINT_MAX);
	files_put("s", damaged, strlen(damaged));
	check_read(dir, "damaged comes before newer", -EBADMSG, 0, NULL, 0);
	files_clear();
}

static ino_t inode(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 ? st.st_ino : 0;
}

/* The same state again is no write: flash wears, and a laptop's disk may sleep. */
static void check_unchanged(int dir)
{
	ino_t first;

	CHECK_INT(state_commit(dir, "s", "demo", 3, "hello", 5), 0);
	first = inode("s");
	CHECK(link("s", "keep") == 0); /* so that its number is not given out again */
	CHECK_INT(state_commit(dir, "s", "demo", 3, "hello", 5), 0);
	CHECK(inode("s") == first);
	CHECK(chmod("s", 0644) == 0);
	CHECK_INT(state_commit(dir, "s", "demo", 3, "hello", 5), 0);
	CHECK_INT(files_mode("s"), S_IFREG | 0600); /* a wrong mode is a change */
	CHECK(inode("s") != first);
	first = inode("s");
	CHECK_INT(state_commit(dir, "s", "demo", 2, "hello", 5), 0);
	CHECK(inode("s") != first);
	CHECK_INT(state_commit(dir, "s", "demo", 2, "hellO", 5), 0);
	CHECK_STR(strchr(files_get("s"), '\n'), "\nhellO");
	CHECK(symlink("s", "link") ==
	      0); /* replaced, not followed, though the bytes behind it are the same */
	CHECK_INT(state_commit(dir, "link", "demo", 2, "hellO", 5), 0);
	CHECK_INT(files_mode("link"), S_IFREG | 0600);
	files_clear();
}

static void check_refused(int dir)
{
	static const char largest[] = "promshot-state demo 3 67108864 2007594b\n"; /* the CRC is zlib's */
	static const char *const tools[] = { "", "a b", "a\nb", "a " };
	char longest[400];
	char *large = calloc(1, STATE_MAX + 1);
	AUTO_BUF struct buf b = { 0 };
	unsigned v;

	CHECK_INT(state_commit(dir, "s", "demo", 3, "hello", 5), 0);
	for (size_t i = 0; i < ARRAY_LEN(tools); i++)
		CHECK_INT(state_commit(dir, "s", tools[i], 3, "x", 1), -EINVAL);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CHECK_INT(state_commit(dir, "s", longest, 3, "x", 1), -EINVAL);
	CHECK_INT(state_read(dir, "s", longest, 3, &v, &b), -EBADMSG);
	CHECK_INT(state_commit(dir, "s", "demo", 3, large, STATE_MAX + 1), -E2BIG);
	CHECK_STR(files_get("s"), golden);

	files_put("s", largest, strlen(largest)); /* with a hole for payload: it costs no disk */
	CHECK(truncate("s", (off_t)strlen(largest) + STATE_MAX) == 0 && chmod("s", 0600) == 0);
	CHECK_INT(state_read(dir, "s", "demo", 3, &v, &b), 0);
	CHECK_INT(b.len, STATE_MAX);
	CHECK_INT(state_commit(dir, "s", "demo", 3, large, STATE_MAX), 0);
	CHECK(truncate("s", (off_t)strlen(largest) + STATE_MAX + 1) == 0);
	CHECK_INT(state_read(dir, "s", "demo", 3, &v, &b), -EBADMSG);
	CHECK(truncate("s", (off_t)1 << 40) == 0); /* is not read to its end */
	CHECK_INT(state_read(dir, "s", "demo", 3, &v, &b), -EBADMSG);
	free(large);
	files_clear();
	CHECK_INT(state_commit(dir, "none/s", "demo", 3, "x", 1), -ENOENT);
	CHECK(mkdir(".s.tmp", 0700) == 0); /* in the way */
	CHECK_INT(state_commit(dir, "s", "demo", 3, "x", 1), -EISDIR);
	files_clear();
}

static void check_set_aside(int dir)
{
	static const char *const names[] = { "s.damaged", "s.damaged-1", "s.damaged-2" };
	char aside[NAME_MAX + 1] = "before", longest[NAME_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		files_put("s", names[i], strlen(names[i]));
		CHECK_INT(state_set_aside(dir, "s", aside), 0);
		CHECK_STR(aside, names[i]);
		CHECK_STR(files_get("s"), "(absent)");
	}
	files_put("s", "fourth", 6);
	CHECK_INT(state_set_aside(dir, "s", aside), -EEXIST);
	CHECK_STR(aside, names[2]);
	CHECK_STR(files_get("s"), "fourth");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		CHECK_STR(files_get(names[i]), names[i]);
	CHECK(unlink("s.damaged-1") == 0); /* somebody looked at that one */
	CHECK_INT(state_set_aside(dir, "s", aside), 0);
	CHECK_STR(files_get("s.damaged-1"), "fourth");
	files_clear();
	CHECK(symlink("absent", "s.damaged") == 0); /* a link that leads nowhere takes the name as well */
	files_put("s", "x", 1);
	CHECK_INT(state_set_aside(dir, "s", aside), 0);
	CHECK_STR(aside, "s.damaged-1");
	CHECK_INT(state_set_aside(dir, "s", aside), -ENOENT);
	memset(longest, 'x', NAME_MAX);
	longest[NAME_MAX] = '\0';
	CHECK_INT(state_set_aside(dir, longest, aside), -ENAMETOOLONG);
	files_clear();
}

struct committer {
	int dir, told;
};

/* Two states of different length by turns, for ever; a byte up the pipe for each. */
static int commit_for_ever(void *arg)
{
	const struct committer *c = arg;
	static char big[200000];

	memset(big, 'b', sizeof(big));
	for (unsigned i = 0;; i++)
		if (state_commit(c->dir, "s", "demo", i % 2 + 1, i % 2 ? big : "small",
				 i % 2 ? sizeof(big) : 5) < 0 ||
		    write(c->told, "", 1) != 1)
			return 1;
}

static void check_killed(int dir, uint64_t seed)
{
	int wrong = 0, strays = 0;

	for (int round = 0; round < 20; round++) {
		AUTO_BUF struct buf b = { 0 };
		unsigned v = 0;
		int told[2];
		pid_t pid;
		char c;

		if (pipe2(told, O_CLOEXEC) < 0)
			files_die("pipe");
		pid = start_child(commit_for_ever, &(struct committer){ dir, told[1] });
		for (int i = 0; i < 3; i++)
			wrong += read(told[0], &c, 1) != 1;
		(void)usleep((useconds_t)(test_random(&seed) % 10000)); /* anywhere in the next ones */
		(void)kill(pid, SIGKILL);
		wrong += wait_child(pid) != 128 + SIGKILL;
		(void)(close(told[0]), close(told[1]));
		wrong += state_read(dir, "s", "demo", 2, &v, &b) != 0 || b.len != (v == 1 ? 5 : 200000);
		strays += strstr(files_list(), ".tmp ") != NULL;
		wrong += strcmp(files_list(), "s ") != 0 && strcmp(files_list(), ".s.tmp s ") != 0;
	}
	CHECK_INT(wrong, 0);
	printf("# killed with the temporary file there in %d of 20 rounds\n", strays);
	files_clear();
}

int main(void)
{
	uint64_t seed = test_seed();
	int dir = files_open();

	check_bytes(dir);
	check_damage(dir);
	check_every_damage(dir);
	check_versions(dir);
	check_unchanged(dir);
	check_refused(dir);
	check_set_aside(dir);
	check_killed(dir, seed);
	files_close(dir);
	return TEST_END();
}
