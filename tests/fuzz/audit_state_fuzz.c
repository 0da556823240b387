/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes what audit-textfile reads of its state: lines of any kind go to whoever takes them. What was taken can be saved,
 * and saving and loading that changes nothing any more; then reading goes on with a record.
 */
#include <errno.h>
#include <string.h>

#include "../../cmd/audit-textfile/kernel.h"
#include "../../cmd/audit-textfile/logins.h"
#include "../../cmd/audit-textfile/trail.h"

struct tool {
	struct counts counts;
	struct trail trail;
	struct logins logins;
	struct kernel kernel;
};

static void begin(struct tool *t)
{
	memset(t, 0, sizeof(*t));
	counts_init(&t->counts, 20);
	trail_init(&t->trail, &t->counts);
	logins_init(&t->logins, &t->counts, LOGINS_FAILURES);
}

static void end(struct tool *t)
{
	logins_done(&t->logins);
	trail_done(&t->trail);
	kernel_done(&t->kernel);
	counts_done(&t->counts);
}

static int load_line(struct tool *t, struct text key, struct words line)
{
	int r = trail_load(&t->trail, key, line);

	if (r == 0)
		r = logins_load(&t->logins, key, line);
	if (r == 0)
		r = kernel_load(&t->kernel, key, line);
	return r;
}

/* How many lines were taken. */
static size_t load(struct tool *t, struct text payload, bool must)
{
	struct words all = { payload }, line;
	struct text key;
	size_t n = 0;

	while (words_line(&all, &line, &key)) {
		int r = load_line(t, key, line);

		if (must && r != 1)
			abort();
		n += r == 1;
	}
	return n;
}

static void save(const struct tool *t, struct buf *out)
{
	trail_save(&t->trail, out);
	logins_save(&t->logins, out);
	kernel_save(&t->kernel, out);
	if (buf_error(out) < 0)
		abort();
}

static void go_on(struct tool *t)
{
	static const char record[] =
		"type=USER_AUTH msg=audit(1700000000.123:7): pid=9 uid=0 auid=1 ses=1 msg='op=PAM:authentication acct=\"a\" "
		"exe=\"/usr/sbin/sshd\" hostname=h addr=1.2.3.4 terminal=ssh res=failed'";

	trail_line(&t->trail, text_from(record));
	kernel_count(&t->kernel);
	trail_flush(&t->trail);
	logins_flush(&t->logins, UINT64_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct tool a, b;
	AUTO_BUF struct buf first = { 0 }, second = { 0 };

	begin(&a);
	(void)load(&a, (struct text){ (const char *)data, n }, false);
	save(&a, &first);
	begin(&b);
	(void)load(&b, (struct text){ buf_cstr(&first), first.len }, true);
	save(&b, &second);
	if (first.len != second.len || memcmp(buf_cstr(&first), buf_cstr(&second), first.len) != 0)
		abort();
	go_on(&a);
	go_on(&b);
	end(&a);
	end(&b);
	return 0;
}
