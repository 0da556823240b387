/* SPDX-License-Identifier: MIT */
/*
 * Tests of core/prom: exact text for what a tool hands in, and, one named test
 * each, what node_exporter's textfile collector does with input that is not
 * right. That was measured (tests/prom/cases); for each such input the writer
 * either cannot print it or refuses with a sticky error.
 */
#include <errno.h>
#include <math.h>

#include "core/prom.h"
#include "test.h"

/* A sample as a test spells it; facts are an array of these that ends with a zeroed one. */
struct row {
	enum { END, DOUBLE, TEXT } kind;
	const char *labels[5]; /* ends with NULL */
	double value;
	const char *text;
};

static void emit_rows(struct prom *w, const void *facts, const struct prom_metric *self)
{
	(void)self;
	for (const struct row *r = facts; r->kind; r++)
		if (r->kind == TEXT)
			prom_text(w, r->labels, r->text);
		else
			prom_double(w, r->labels, r->value);
}

static int to_buf(void *ctx, const void *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return 0;
}

static int write_groups(const struct prom_group *groups, size_t n, struct buf *out)
{
	CLEANUP(prom_done) struct prom w = { .sink = to_buf, .ctx = out };

	return prom_write(&w, groups, n);
}

/* One family of the rows; the writer stays open for its counts. */
static int write_family(struct prom *w, const struct prom_metric *m, const struct row *rows, struct buf *out)
{
	const struct prom_group g = { m, 1, rows };

	w->sink = to_buf;
	w->ctx = out;
	return prom_write(w, &g, 1);
}

#define FAMILY(name, labels, help) ((struct prom_metric){ name, PROM_GAUGE, labels, help, emit_rows, 0 })

static void check_text(const char *name, const struct prom_metric *m, const struct row *rows,
		       const char *want)
{
	CLEANUP(prom_done) struct prom w = { 0 };
	AUTO_BUF struct buf out = { 0 };
	int r = write_family(&w, m, rows, &out);

	OK_(r == 0 && strcmp(buf_cstr(&out), want) == 0, name, "%d, <<%s>>, want <<%s>>", r, buf_cstr(&out),
	    want);
}

/* The writer's answer is -EINVAL, nothing has left it, and it stays so. */
static void check_refused(const char *name, const struct prom_metric *m, const struct row *rows)
{
	CLEANUP(prom_done) struct prom w = { 0 };
	AUTO_BUF struct buf out = { 0 };
	struct prom_metric good = FAMILY("good", "", "");
	int r = write_family(&w, m, rows, &out), again;

	again = write_family(&w, &good, (struct row[]){ { DOUBLE, { NULL }, 1, NULL }, { 0 } }, &out);
	OK_(r == -EINVAL && again == -EINVAL && out.len == 0, name, "%d, then %d, <<%s>>", r, again,
	    buf_cstr(&out));
}

/* ---- label values ---- */

#define R "\xef\xbf\xbd" /* U+FFFD */

static void check_hostile_values(void)
{
	static const struct {
		const char *name, *value, *printed;
	} t[] = {
		{ "a newline in a label value cannot forge a line", "a\nnode_load1 0", "a\\nnode_load1 0" },
		{ "CRLF in a label value leaves no CR", "a\r\n", "a" R "\\n" },
		{ "a quote cannot end a label value", "\"} 1\n# TYPE x", "\\\"} 1\\n# TYPE x" },
		{ "a backslash stays one", "C:\\new\\", "C:\\\\new\\\\" },
		{ "a tab becomes no escape that the parser does not know", "a\tb", "a" R "b" },
		{ "a spelled \\t is a backslash and a t", "a\\tb", "a\\\\tb" },
		{ "invalid UTF-8 in a label value",
		  "\xff\xfe"
		  "a\xc3(",
		  R R "a" R "(" },
		{ "overlong and surrogate forms", "\xc0\xaf\xed\xa0\x80", R R R R R },
		{ "NUL ends the value: it cannot be in a label", "a\0b", "a" },
		{ "a byte order mark in a value is a character",
		  "\xef\xbb\xbf"
		  "a",
		  "\xef\xbb\xbf"
		  "a" },
		{ "an escape sequence for a terminal",
		  "\x1b[2J\xc2\x9b"
		  "1m",
		  R "[2J" R "1m" },
		{ "a value like an exemplar, a comment, an EOF", "} 1 # {x=\"y\"} # EOF",
		  "} 1 # {x=\\\"y\\\"} # EOF" },
		{ "an empty value", "", "" },
		{ "blanks at both ends stay", " a ", " a " },
		{ "UTF-8 stays",
		  "Gr\xc3\xb6\xc3\x9f"
		  "e \xf0\x9f\x98\x80",
		  "Gr\xc3\xb6\xc3\x9f"
		  "e \xf0\x9f\x98\x80" },
	};
	const struct prom_metric m = FAMILY("m", "a", "Help.");

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct row rows[] = { { DOUBLE, { t[i].value }, 1, NULL }, { 0 } };
		AUTO_BUF struct buf want = { 0 };

		buf_fmt(&want, "# HELP m Help.\n# TYPE m gauge\nm{a=\"%s\"} 1\n", t[i].printed);
		check_text(t[i].name, &m, rows, buf_cstr(&want));
	}
}

/* n times 'x', then the tail; what is printed must be m times 'x', then the rest. */
static void check_cut(const char *name, size_t n, const char *tail, size_t m, const char *rest, bool cut)
{
	const struct prom_metric family = FAMILY("m", "a", "Help.");
	CLEANUP(prom_done) struct prom w = { 0 };
	AUTO_BUF struct buf out = { 0 }, value = { 0 }, want = { 0 };
	int r;

	while (n--)
		buf_chr(&value, 'x');
	buf_str(&value, tail);
	buf_str(&want, "# HELP m Help.\n# TYPE m gauge\nm{a=\"");
	while (m--)
		buf_chr(&want, 'x');
	buf_fmt(&want, "%s\"} 1\n", rest);
	r = write_family(&w, &family, (struct row[]){ { DOUBLE, { buf_cstr(&value) }, 1, NULL }, { 0 } },
			 &out);
	OK_(r == 0 && strcmp(buf_cstr(&out), buf_cstr(&want)) == 0, name, "%d, ends in <<%s>>", r,
	    out.len > 30 ? out.data + out.len - 30 : "");
	CHECK_INT(w.cut, cut);
}

static void check_cap(void)
{
	static const struct {
		const char *name;
		size_t n;
		const char *tail;
		size_t m;
		const char *rest;
		bool cut;
	} t[] = {
		{ "a value of just the cap", 1024, "", 1024, "", false },
		{ "a value of one byte more", 1025, "", 1024, "", true },
		{ "the cap counts what escaping adds", 1022, "\n", 1022, "\\n", false },
		{ "never cut inside an escape", 1023, "\n", 1023, "", true },
		{ "never cut inside an escape: backslash", 1023, "\\", 1023, "", true },
		{ "never cut inside an escape: quote and more", 1023, "\"abc", 1023, "", true },
		{ "a whole escape before the cut stays", 1020, "\\\\\\", 1020, "\\\\\\\\", true },
		{ "two bytes of UTF-8 to the cap", 1022, "\xc3\xa9", 1022, "\xc3\xa9", false },
		{ "two bytes of UTF-8 across the cap", 1023, "\xc3\xa9", 1023, "", true },
		{ "three bytes of UTF-8 across the cap, two before", 1022, "\xe2\x82\xac", 1022, "", true },
		{ "three bytes of UTF-8 across the cap, one before", 1023, "\xe2\x82\xac", 1023, "", true },
		{ "four bytes of UTF-8 to the cap", 1020, "\xf0\x9f\x98\x80", 1020, "\xf0\x9f\x98\x80",
		  false },
		{ "four bytes of UTF-8 across the cap, three before", 1021, "\xf0\x9f\x98\x80", 1021, "",
		  true },
		{ "four bytes of UTF-8 across the cap, and more", 1021, "\xf0\x9f\x98\x80 and more", 1021, "",
		  true },
		{ "four bytes of UTF-8 across the cap, two before", 1022, "\xf0\x9f\x98\x80", 1022, "",
		  true },
		{ "four bytes of UTF-8 across the cap, one before", 1023, "\xf0\x9f\x98\x80", 1023, "",
		  true },
		{ "a replacement across the cap", 1022, "\xff", 1022, "", true },
		{ "a replacement to the cap", 1021, "\xff", 1021, R, false },
		{ "a megabyte", 1 << 20, "", 1024, "", true },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		check_cut(t[i].name, t[i].n, t[i].tail, t[i].m, t[i].rest, t[i].cut);
}

/* Any bytes as a label value: what is printed is capped, valid, and reads back as one label. */
static void check_random_values(uint64_t seed)
{
	static const char likely[] = "\\\"\n\r\t{}=,# \xc3\xa9\xff\x80\xf0\x9f";
	const struct prom_metric m = FAMILY("m", "a", "h");
	int wrong = 0;

	for (int round = 0; round < 3000; round++) {
		char value[2500];
		size_t n = test_random(&seed) % sizeof(value),
		       head = strlen("# HELP m h\n# TYPE m gauge\nm{a=\"");
		AUTO_BUF struct buf out = { 0 };
		CLEANUP(prom_done) struct prom w = { 0 };
		const char *p, *end;

		for (size_t i = 0; i < n; i++)
			value[i] = test_random(&seed) & 1 ? (char)(1 + test_random(&seed) % 255)
							  : likely[test_random(&seed) % (sizeof(likely) - 1)];
		value[n] = '\0';
		wrong += write_family(&w, &m, (struct row[]){ { DOUBLE, { value }, 1, NULL }, { 0 } },
				      &out) != 0;
		for (p = out.data + head; *p && *p != '"'; p++)
			if (*p == '\\' && *++p != '\\' && *p != '"' && *p != 'n')
				wrong++;
			else if ((unsigned char)*p < 0x20 || *p == 0x7f)
				wrong++;
		end = p;
		wrong += strcmp(end, "\"} 1\n") != 0 || (size_t)(end - out.data) - head > PROM_VALUE_MAX;
	}
	CHECK_INT(wrong, 0);
}

/* ---- values ---- */

static void check_hostile_numbers(void)
{
	static const struct {
		const char *name, *value;
	} refused[] = {
		{ "a trailing blank after the value is refused", "1 " },
		{ "a timestamp is refused", "1 1700000000000" },
		{ "an exemplar is refused", "1 # {trace=\"x\"} 1" },
		{ "a value with its own line end is refused", "1\nnode_load1 0" },
		{ "CR after the value is refused", "1\r" },
		{ "hexadecimal is refused", "0x10" },
		{ "a hexadecimal float is refused", "0x1p4" },
		{ "digit groups are refused", "1_000" },
		{ "a decimal comma is refused", "1,5" },
		{ "no value is refused", "" },
		{ "a word is refused", "up" },
		{ "NaN is refused", "NaN" },
		{ "an infinity is refused", "+Inf" },
		{ "a number that is an infinity is refused", "1e999" },
		{ "two points are refused", "1.2.3" },
		{ "a sign alone is refused", "-" },
		{ "an exponent without digits is refused", "1e" },
	};
	static const char *const good[] = {
		"0", "-1", "1.500000e+01", "0.1", "1e-400", "18446744073709551616"
	};
	const struct prom_metric m = FAMILY("m", "", "Help.");

	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		check_refused(refused[i].name, &m,
			      (struct row[]){ { TEXT, { NULL }, 0, refused[i].value }, { 0 } });
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO_BUF struct buf want = { 0 };

		buf_fmt(&want, "# HELP m Help.\n# TYPE m gauge\nm %s\n", good[i]);
		check_text(good[i], &m, (struct row[]){ { TEXT, { NULL }, 0, good[i] }, { 0 } },
			   buf_cstr(&want));
	}
}

static void emit_numbers(struct prom *w, const void *facts, const struct prom_metric *self)
{
	(void)facts;
	(void)self;
	prom_u64(w, PROM_LABELS("a"), 0);
	prom_u64(w, PROM_LABELS("b"), UINT64_MAX);
	prom_i64(w, PROM_LABELS("c"), INT64_MIN);
	prom_i64(w, PROM_LABELS("d"), INT64_MAX);
	prom_i64(w, PROM_LABELS("e"), -1);
	prom_u128(w, PROM_LABELS("f"), ~(u128)0);
	prom_product(w, PROM_LABELS("g"), ~(u128)0, 512000);
	prom_double(w, PROM_LABELS("h"), 0.1);
	prom_double(w, PROM_LABELS("i"), -2.5e-300);
	prom_double(w, PROM_LABELS("j"), (double)NAN);
	prom_double(w, PROM_LABELS("k"), (double)INFINITY);
	prom_double(w, PROM_LABELS("l"), -(double)INFINITY);
}

static void check_numbers(void)
{
	const struct prom_metric m = { "m_total", PROM_COUNTER, "a", "Help.", emit_numbers, 0 };

	check_text("exact integers to 160 bits, negative ones, doubles; NaN and infinities are left out", &m,
		   NULL,
		   "# HELP m_total Help.\n# TYPE m_total counter\n"
		   "m_total{a=\"a\"} 0\n"
		   "m_total{a=\"b\"} 18446744073709551615\n"
		   "m_total{a=\"c\"} -9223372036854775808\n"
		   "m_total{a=\"d\"} 9223372036854775807\n"
		   "m_total{a=\"e\"} -1\n"
		   "m_total{a=\"f\"} 340282366920938463463374607431768211455\n"
		   "m_total{a=\"g\"} 174224571863520493293247799005065324264960000\n"
		   "m_total{a=\"h\"} 0.1\n"
		   "m_total{a=\"i\"} -2.5e-300\n");
	check_text("a family of NaN alone is not there at all", &FAMILY("m", "", "Help."),
		   (struct row[]){ { DOUBLE, { NULL }, (double)NAN, NULL }, { 0 } }, "");
}

/* ---- names, HELP ---- */

static size_t commas(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == ',';
	return n;
}

static void check_hostile_names(void)
{
	static const struct {
		const char *name, *metric, *labels;
	} t[] = {
		{ "a UTF-8 metric name is refused", "m\xc3\xa9", "" },
		{ "a quoted metric name is refused", "\"m\"", "" },
		{ "a metric name behind a byte order mark is refused", "\xef\xbb\xbfm", "" },
		{ "a metric name with a digit first is refused", "1m", "" },
		{ "a metric name with a blank, a dash, a line end is refused", "m m", "" },
		{ "a dash in a metric name is refused", "m-m", "" },
		{ "a line end in a metric name is refused", "m\nx", "" },
		{ "braces in a metric name are refused", "m{a=\"b\"}", "" },
		{ "no metric name is refused", "", "" },
		{ "__name__ as a label is refused", "m", "__name__" },
		{ "a label that starts with __, which node_exporter dies of, is refused", "m", "__x" },
		{ "a later label that starts with __ is refused", "m", "a,__x" },
		{ "a label name twice in one family is refused", "m", "a,a" },
		{ "a label name twice with others between is refused", "m", "ab,a,b,ab" },
		{ "a colon in a label name is refused", "m", "a:b" },
		{ "a label name with a digit first is refused", "m", "0" },
		{ "a UTF-8 label name is refused", "m", "\xc3\xa9" },
		{ "an empty label name is refused", "m", ",a" },
		{ "a blank in the list of labels is refused", "m", "a, b" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct row rows[] = { { .kind = DOUBLE }, { 0 } };

		for (size_t n = 0; *t[i].labels && n <= commas(t[i].labels);
		     n++) /* as many values as names */
			rows[0].labels[n] = "1";
		check_refused(t[i].name, &FAMILY(t[i].metric, t[i].labels, "Help."), rows);
	}
}

static void check_label_counts(void)
{
	static const struct {
		const char *name;
		const char *labels[4];
	} t[] = {
		{ "too few label values are refused", { "1" } },
		{ "no label values are refused", { NULL } },
		{ "too many label values are refused", { "1", "2", "3" } },
	};
	const struct prom_metric two = FAMILY("m", "a,b", "Help."), none = FAMILY("m", "", "Help.");

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct row rows[] = { { .kind = DOUBLE }, { 0 } };

		memcpy(rows[0].labels, t[i].labels, sizeof(t[i].labels));
		check_refused(t[i].name, &two, rows);
	}
	check_refused("a label value for a family without labels is refused", &none,
		      (struct row[]){ { DOUBLE, { "1" }, 1, NULL }, { 0 } });
	check_refused(
		"the first of two samples is not printed either", &two,
		(struct row[]){ { DOUBLE, { "1", "2" }, 1, NULL }, { DOUBLE, { "1" }, 1, NULL }, { 0 } });
}

static void check_help(void)
{
	static const struct {
		const char *name, *help, *printed;
	} t[] = {
		{ "a plain HELP", "Help.", "Help." },
		{ "a line end in HELP cannot forge a line", "a\n# EOF\nnode_load1 0",
		  "a\\n# EOF\\nnode_load1 0" },
		{ "a backslash in HELP is escaped, a quote is not", "\\ \"q\"", "\\\\ \"q\"" },
		{ "CR in HELP does not stay", "a\r", "a" R },
		{ "invalid UTF-8 in HELP does not stay", "a\xff", "a" R },
		{ "an empty HELP", "", "" },
	};
	const struct row rows[] = { { DOUBLE, { NULL }, 1, NULL }, { 0 } };

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf want = { 0 };

		buf_fmt(&want, "# HELP m %s\n# TYPE m gauge\nm 1\n", t[i].printed);
		check_text(t[i].name, &FAMILY("m", "", t[i].help), rows, buf_cstr(&want));
	}
}

static void check_configured_names(void)
{
	static const struct {
		const char *name;
		bool metric, label;
	} t[] = {
		{ "disk_temp_celsius", true, true },
		{ "a:b", true, false },
		{ "_x", true, true },
		{ "A9", true, true },
		{ "", false, false },
		{ "9a", false, false },
		{ "a-b", false, false },
		{ "a b", false, false },
		{ "a\n", false, false },
		{ "\xc3\xa9", false, false },
		{ "__x", true, false },
		{ "__name__", true, false },
		{ "node_load1", false, true }, /* the built-in would be the one that vanishes */
		{ "go_info", false, true },
		{ "process_x", false, true },
		{ "promhttp_x", false, true },
		{ "promshot_x", false, true },
		{ "node", true, true },
		{ "nodes_total", true, true },
		{ "my_node_x", true, true },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const char *metric = prom_check_metric_name(t[i].name),
			   *label = prom_check_label_name(t[i].name);

		OK_((metric == NULL) == t[i].metric, t[i].name, "metric: %s", metric ? metric : "good");
		OK_((label == NULL) == t[i].label, t[i].name, "label: %s", label ? label : "good");
	}
}

/* ---- families ---- */

static void check_duplicates(void)
{
	static const struct row rows[] = {
		{ DOUBLE, { "b" }, 1, NULL }, { DOUBLE, { "a" }, 2, NULL }, { DOUBLE, { "b" }, 3, NULL },
		{ DOUBLE, { "a" }, 4, NULL }, { DOUBLE, { "a" }, 2, NULL }, { 0 },
	};
	const struct prom_metric m = FAMILY("m", "a", "Help.");
	CLEANUP(prom_done) struct prom w = { 0 };
	AUTO_BUF struct buf out = { 0 };

	/* node_exporter keeps the first too, but says so nowhere in its own metrics about the file. */
	CHECK_INT(write_family(&w, &m, rows, &out), 0);
	CHECK_STR(buf_cstr(&out), "# HELP m Help.\n# TYPE m gauge\nm{a=\"a\"} 2\nm{a=\"b\"} 1\n");
	CHECK_INT(w.dropped, 3);
}

/* Two values that differ behind the cap are one series once cut. */
static void check_duplicates_by_cut(void)
{
	const struct prom_metric m = FAMILY("m", "a", "Help.");
	CLEANUP(prom_done) struct prom w = { 0 };
	AUTO_BUF struct buf out = { 0 };
	char one[1030], two[1030];

	memset(one, 'x', sizeof(one));
	memset(two, 'x', sizeof(two));
	memcpy(one + 1024, "1", 2);
	memcpy(two + 1024, "2", 2);
	CHECK_INT(write_family(
			  &w, &m,
			  (struct row[]){ { DOUBLE, { one }, 1, NULL }, { DOUBLE, { two }, 2, NULL }, { 0 } },
			  &out),
		  0);
	CHECK_INT(w.dropped, 1);
	CHECK_INT(w.cut, 2);
}

static void check_order_of_samples(void)
{
	static const struct row rows[] = {
		{ DOUBLE, { "sdb", "1" }, 1, NULL },
		{ DOUBLE, { "sda", "9" }, 2, NULL },
		{ DOUBLE, { "sda", "10" }, 3, NULL },
		{ DOUBLE, { "sda x", "1" }, 4, NULL },
		{ DOUBLE, { "sda\xc3\xa9", "1" }, 5, NULL },
		{ DOUBLE, { "", "" }, 6, NULL },
		{ 0 },
	};

	check_text("samples come out in byte order as printed", &FAMILY("m", "a,b", "Help."), rows,
		   "# HELP m Help.\n# TYPE m gauge\n"
		   "m{a=\"\",b=\"\"} 6\n"
		   "m{a=\"sda x\",b=\"1\"} 4\n"
		   "m{a=\"sda\",b=\"10\"} 3\n"
		   "m{a=\"sda\",b=\"9\"} 2\n"
		   "m{a=\"sda\xc3\xa9\",b=\"1\"} 5\n"
		   "m{a=\"sdb\",b=\"1\"} 1\n");
}

/* The same samples in any order are the same bytes. */
static void check_random_order(uint64_t seed)
{
	enum { N = 200 };
	static struct row rows[N + 1];
	static char values[N][12];
	const struct prom_metric m = FAMILY("m", "a", "Help.");
	AUTO_BUF struct buf first = { 0 };
	int wrong = 0;

	for (int i = 0; i < N; i++) {
		(void)snprintf(values[i], sizeof(values[i]), "%d", i);
		rows[i] = (struct row){ DOUBLE, { values[i] }, i, NULL };
	}
	for (int round = 0; round < 50; round++) {
		CLEANUP(prom_done) struct prom w = { 0 };
		AUTO_BUF struct buf out = { 0 };

		wrong += write_family(&w, &m, rows, round ? &out : &first) != 0;
		wrong += round && strcmp(buf_cstr(&out), buf_cstr(&first)) != 0;
		for (size_t i = N - 1; i > 0; i--) {
			size_t j = test_random(&seed) % (i + 1);
			struct row swap = rows[i];

			rows[i] = rows[j];
			rows[j] = swap;
		}
	}
	CHECK_INT(wrong, 0);
}

static const struct row one_row[] = { { DOUBLE, { NULL }, 1, NULL }, { 0 } };
static const struct row no_rows[] = { { 0 } };

static void check_merge(void)
{
	const struct prom_metric a[] = { FAMILY("a", "", "A."), FAMILY("d", "", "D."),
					 FAMILY("e", "", "E.") };
	const struct prom_metric b[] = { { "b_total", PROM_COUNTER, "", "B.", emit_rows, 0 },
					 FAMILY("f", "", "F.") };
	const struct prom_metric c[] = { FAMILY("c", "", "C.") };
	const struct prom_group groups[] = {
		{ a, 3, one_row }, { c, 1, no_rows }, { NULL, 0, NULL }, { b, 2, one_row }
	};
	AUTO_BUF struct buf out = { 0 }, list = { 0 };

	/* Interleaved families would be accepted; the format asks for one group each. Second HELP and TYPE
	 * lines, or a TYPE behind a sample, drop the whole file. */
	CHECK_INT(write_groups(groups, ARRAY_LEN(groups), &out), 0);
	CHECK_STR(buf_cstr(&out), "# HELP a A.\n# TYPE a gauge\na 1\n"
				  "# HELP b_total B.\n# TYPE b_total counter\nb_total 1\n"
				  "# HELP d D.\n# TYPE d gauge\nd 1\n"
				  "# HELP e E.\n# TYPE e gauge\ne 1\n"
				  "# HELP f F.\n# TYPE f gauge\nf 1\n");
	CHECK_INT(prom_list(&list, groups, ARRAY_LEN(groups)), 0);
	CHECK_STR(buf_cstr(&list), "a\tgauge\t\t\tA.\nb_total\tcounter\t\t\tB.\nc\tgauge\t\t\tC.\n"
				   "d\tgauge\t\t\tD.\ne\tgauge\t\t\tE.\nf\tgauge\t\t\tF.\n");
	CHECK_INT(write_groups(NULL, 0, &out), 0);
}

static void check_merge_refuses(void)
{
	const struct prom_metric unsorted[] = { FAMILY("b", "", "B."), FAMILY("a", "", "A.") };
	const struct prom_metric twice[] = { FAMILY("a", "", "A."), FAMILY("a", "", "A.") };
	const struct prom_metric same[] = { { "a", PROM_COUNTER, "", "Other.", emit_rows, 0 } };
	const struct {
		const char *name;
		struct prom_group groups[2];
	} t[] = {
		{ "families of a table out of order are refused", { { unsorted, 2, one_row }, { 0 } } },
		{ "a family twice in a table is refused", { { twice, 2, one_row }, { 0 } } },
		{ "a family in two groups is refused: one HELP, one TYPE",
		  { { twice, 1, one_row }, { same, 1, one_row } } },
		{ "a family in two groups is refused without samples too",
		  { { twice, 1, no_rows }, { same, 1, no_rows } } },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		AUTO_BUF struct buf out = { 0 }, list = { 0 };
		int r = write_groups(t[i].groups, 2, &out);

		OK_(r == -EINVAL && out.len == 0, t[i].name, "%d, <<%s>>", r, buf_cstr(&out));
		CHECK_INT(prom_list(&list, t[i].groups, 2), -EINVAL);
	}
}

static void check_empty(void)
{
	const struct prom_metric m = FAMILY("m", "", "Help.");

	/* node_exporter takes an empty file without a word; the run's own families keep ours from being
	 * empty. */
	check_text("a family without samples prints nothing", &m, no_rows, "");
}

static void check_list_columns(void)
{
	static const struct {
		const char *name, *unit;
	} t[] = {
		{ "a_bytes", "bytes" },
		{ "a_bytes_per_second", "bytes_per_second" },
		{ "a_bytes_total", "bytes" },
		{ "a_celsius", "celsius" },
		{ "a_info", "" },
		{ "a_ratio", "ratio" },
		{ "a_rpm", "rpm" },
		{ "a_seconds_total", "seconds" },
		{ "a_timestamp_seconds", "seconds" },
		{ "a_total", "" },
		{ "a_watts", "watts" },
		{ "bytes", "" },
		{ "kilobytes", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const struct prom_metric m = { t[i].name, PROM_COUNTER, "device,id", "Help.", emit_rows, 0 };
		AUTO_BUF struct buf list = { 0 }, want = { 0 };

		CHECK_INT(prom_list(&list, &(struct prom_group){ &m, 1, NULL }, 1), 0);
		buf_fmt(&want, "%s\tcounter\tdevice,id\t%s\tHelp.\n", t[i].name, t[i].unit);
		CHECK_STR(buf_cstr(&list), buf_cstr(&want));
	}
}

/* ---- the sink ---- */

struct pieces {
	size_t n, bytes, largest, fail_at;
	char last;
};

static int count_pieces(void *ctx, const void *bytes, size_t n)
{
	struct pieces *p = ctx;

	if (++p->n == p->fail_at)
		return -ENOSPC;
	p->bytes += n;
	p->largest = n > p->largest ? n : p->largest;
	p->last = ((const char *)bytes)[n - 1];
	return 0;
}

/* As many samples as *facts says, each of a hundred bytes. */
static void emit_many(struct prom *w, const void *facts, const struct prom_metric *self)
{
	(void)self;
	for (unsigned i = 0; i < *(const unsigned *)facts; i++) {
		char value[95];

		(void)snprintf(value, sizeof(value), "%090u", i);
		prom_u64(w, PROM_LABELS(value), 1);
	}
}

static void check_sink(void)
{
	const struct prom_metric m[] = { { "m", PROM_GAUGE, "a", "Help.", emit_many, 0 },
					 { "n", PROM_GAUGE, "a", "Help.", emit_many, 0 } };
	unsigned n = 100000; /* 10 MB: some thousand disks with all their attributes */
	const struct prom_group g = { m, 2, &n };
	struct pieces p = { 0 }, failing = { .fail_at = 2 };
	struct prom w = { .sink = count_pieces, .ctx = &p };

	CHECK_INT(prom_write(&w, &g, 1), 0);
	CHECK_INT(p.bytes, 2 * (strlen("# HELP m Help.\n# TYPE m gauge\n") + n * 100));
	CHECK(p.n > 100);
	CHECK(p.largest < 128 * 1024);
	CHECK_INT(p.last, '\n');
	prom_done(&w);

	w = (struct prom){ .sink = count_pieces, .ctx = &failing };
	CHECK_INT(prom_write(&w, &g, 1), -ENOSPC);
	CHECK_INT(failing.n, 2); /* it is not called again */
	CHECK_INT(prom_write(&w, &g, 1), -ENOSPC);
	CHECK_INT(failing.n, 2);
	prom_done(&w);
}

int main(void)
{
	uint64_t seed = test_seed();

	check_hostile_values();
	check_cap();
	check_random_values(seed);
	check_hostile_numbers();
	check_numbers();
	check_hostile_names();
	check_label_counts();
	check_help();
	check_configured_names();
	check_duplicates();
	check_duplicates_by_cut();
	check_order_of_samples();
	check_random_order(seed);
	check_merge();
	check_merge_refuses();
	check_empty();
	check_list_columns();
	check_sink();
	return TEST_END();
}
