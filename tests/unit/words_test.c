/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/words: every byte comes back, writing is canonical and nothing
 * else is read, and foreign words cannot make a line or a word of their own.
 */
#include <errno.h>

#include "core/words.h"
#include "test.h"

#define TEXT(s) ((struct text){ s, sizeof(s) - 1 })

static const char *written(struct buf *b, struct text t)
{
	buf_clear(b);
	words_key(b, "k");
	words_text(b, t);
	words_end(b);
	return buf_cstr(b);
}

static void check_spelling(void)
{
	AUTO_BUF struct buf b = { 0 };

	CHECK_STR(written(&b, TEXT("")), "k %\n");
	CHECK_STR(written(&b, TEXT("plain/text=1{a,b}~!")), "k plain/text=1{a,b}~!\n");
	CHECK_STR(written(&b, TEXT("a b")), "k a%20b\n");
	CHECK_STR(written(&b, TEXT("%")), "k %25\n");
	CHECK_STR(written(&b, TEXT("x\ncount y 1\n")), "k x%0acount%20y%201%0a\n");
	CHECK_STR(written(&b, TEXT("\0\x7f\x80\xff")), "k %00%7f%80%ff\n");
	buf_clear(&b);
	words_key(&b, "n");
	words_u64(&b, 0);
	words_u64(&b, UINT64_MAX);
	words_end(&b);
	CHECK_STR(buf_cstr(&b), "n 0 18446744073709551615\n");
}

/* A payload of one line: whether its only word is read, and as what number or text. */
static int read_word(const char *payload, struct buf *text, uint64_t *number)
{
	struct words all = { text_from(payload) }, line;
	struct text key;
	int r;

	if (!words_line(&all, &line, &key) || !text_is(key, "k"))
		return 1;
	r = number ? words_get_u64(&line, number) : words_get_text(&line, text);
	return r == 0 && !words_at_end(&line) ? 2 : r;
}

static void check_refused(void)
{
	static const char *const texts[] = { "k \n",     "k  a\n",   "k %4\n",   "k %\x01\n", "k %0A\n", "k %41\n",
					     "k a%\n",   "k %%\n",   "k a\tb\n", "k \x80\n",  "k %g0\n", "k a%2\n",
					     "k %21a\n", "k a\x7f\n" };
	static const char *const numbers[] = { "k \n", "k 01\n", "k 00\n", "k +1\n", "k -1\n", "k %\n", "k 1a\n", "k %31\n" };
	AUTO_BUF struct buf b = { 0 };
	uint64_t v = 7;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		OK_(read_word(texts[i], &b, NULL) == -EINVAL, texts[i], "got %d", read_word(texts[i], &b, NULL));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		OK_(read_word(numbers[i], NULL, &v) == -EINVAL, numbers[i], "got %d", read_word(numbers[i], NULL, &v));
	CHECK_INT(read_word("k 18446744073709551616\n", NULL, &v), -ERANGE);
	CHECK_INT(v, 7);
	CHECK_INT(read_word("k\n", &b, NULL), -ENODATA);
	CHECK_INT(read_word("k\n", NULL, &v), -ENODATA);
	CHECK_INT(read_word("k a \n", &b, NULL), 2); /* a blank at the end is one more word, which is none */
	CHECK_INT(read_word("k a", &b, NULL), 1);    /* without its end it is no line */
	CHECK_INT(read_word("", &b, NULL), 1);
}

static void check_lines(void)
{
	struct words all = { text_from("a 1 two\n\nb\n c\nrest") }, line;
	AUTO_BUF struct buf b = { 0 };
	struct text key;
	uint64_t v = 0;

	CHECK(words_line(&all, &line, &key) && text_is(key, "a"));
	CHECK(words_get_u64(&line, &v) == 0 && v == 1 && !words_at_end(&line));
	CHECK(words_get_text(&line, &b) == 0 && words_at_end(&line));
	CHECK_STR(buf_cstr(&b), "two");
	CHECK_INT(words_get_text(&line, &b), -ENODATA);
	CHECK_STR(buf_cstr(&b), "two");
	CHECK(words_line(&all, &line, &key) && key.n == 0 && words_at_end(&line));
	CHECK(words_line(&all, &line, &key) && text_is(key, "b") && words_at_end(&line));
	CHECK(words_line(&all, &line, &key) && key.n == 0 && !words_at_end(&line));
	CHECK(!words_line(&all, &line, &key));
	CHECK(text_is(all.left, "rest"));
}

/* Any words come back as they were, and writing them again gives the same bytes. */
static void check_random(uint64_t seed)
{
	int wrong = 0;

	for (int round = 0; round < 20000; round++) {
		AUTO_BUF struct buf out = { 0 }, got = { 0 };
		char raw[4][24];
		size_t n[4], words = test_random(&seed) % 5;
		uint64_t number = test_random(&seed) >> test_random(&seed) % 64, v = 0;
		struct words all, line;
		struct text key;

		words_key(&out, "key");
		words_u64(&out, number);
		for (size_t w = 0; w < words; w++) {
			n[w] = test_random(&seed) % sizeof(raw[w]);
			for (size_t i = 0; i < n[w]; i++)
				raw[w][i] = (char)(test_random(&seed) >> 40);
			words_text(&out, (struct text){ raw[w], n[w] });
		}
		words_end(&out);
		all = (struct words){ { out.data, out.len } };
		wrong += !words_line(&all, &line, &key) || !text_is(key, "key") || all.left.n != 0;
		wrong += words_get_u64(&line, &v) != 0 || v != number;
		for (size_t w = 0; w < words; w++)
			wrong += words_get_text(&line, &got) != 0 || got.len != n[w] || memcmp(buf_cstr(&got), raw[w], n[w]) != 0;
		wrong += !words_at_end(&line);
	}
	CHECK_INT(wrong, 0);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_spelling();
	check_refused();
	check_lines();
	check_random(seed);
	return TEST_END();
}
