/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes audit-textfile/logins: the input is lines of auth.log, each also given
 * as the message of a journal entry, its first byte choosing the origin. Counters
 * only grow, none under a label that is not known beforehand; nothing is counted
 * more often than a line can say; and what is saved loads to the same bytes.
 */
#include <string.h>

#include "../../cmd/audit-textfile/logins.h"
#include "../../cmd/audit-textfile/syslog.h"

enum { SERIES_OF_LOGINS = COUNT_REJECTED + 1, STATE_MAX = 1 << 20 };

static uint64_t total(struct counts *c, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < SERIES_OF_LOGINS; i++)
		*n += c->table[i].n;
	return counts_get(c, COUNT_SSH_FAILED, NULL) + counts_get(c, COUNT_SUDO, NULL);
}

static void check_sums(struct counts *c)
{
	static const char *const methods[] = { "password", "kbdint", "publickey", "other" };
	static const char *const users[] = { "root", "valid", "invalid", "unknown" };
	uint64_t ssh = 0, sudo;

	for (size_t m = 0; m < ARRAY_LEN(methods); m++)
		for (size_t u = 0; u < ARRAY_LEN(users); u++)
			ssh += counts_get(c, COUNT_SSH_FAILURES, methods[m], users[u], NULL);
	sudo = counts_get(c, COUNT_SUDO_COMMANDS, "success", NULL) + counts_get(c, COUNT_SUDO_COMMANDS, "failed", NULL);
	if (ssh != counts_get(c, COUNT_SSH_FAILED, NULL) || sudo != counts_get(c, COUNT_SUDO, NULL))
		abort();
}

static void check_state(const struct logins *l)
{
	AUTO_BUF struct buf state = { .max = STATE_MAX }, again = { .max = STATE_MAX };
	struct logins next;
	struct words payload, line;
	struct text key;

	logins_save(l, &state);
	payload.left = (struct text){ state.data, state.len };
	logins_init(&next, l->counts, LOGINS_FAILURES);
	while (words_line(&payload, &line, &key))
		if (logins_load(&next, key, line) != 1)
			abort();
	logins_save(&next, &again);
	if (state.len != again.len || memcmp(state.data, again.data, state.len) != 0)
		abort();
	logins_done(&next);
}

static void load_foreign(struct logins *l, struct text t)
{
	struct words payload = { t }, line;
	struct text key;

	while (words_line(&payload, &line, &key))
		(void)!logins_load(l, key, line);
}

static void give_entry(struct logins *l, struct text line)
{
	static const char *const exes[] = { "/usr/sbin/sshd", "/usr/bin/sudo", "/usr/bin/su", "/usr/bin/logger" };
	static const char *const names[] = { "sshd", "sudo", "su", "x" };
	unsigned char choice = line.n ? (unsigned char)line.p[0] : 0;
	struct logins_entry e = { .message = line, .transport = text_from("syslog"), .pid = text_from("77") };

	e.identifier = text_from(names[choice & 3]);
	e.uid = text_from(choice & 4 ? "0" : "1000");
	if (choice & 8)
		e.exe = text_from(exes[choice >> 4 & 3]);
	if (line.n)
		e.message = (struct text){ line.p + 1, line.n - 1 };
	logins_entry(l, &e);
}

static void give_line(struct logins *l, struct text line)
{
	struct syslog_line s = { .times = 1 };
	size_t n_before, n_after;
	uint64_t before = total(l->counts, &n_before), after;

	(void)!syslog_line(line, &s);
	logins_syslog(l, line);
	give_entry(l, line);
	after = total(l->counts, &n_after);
	/* A line says s.times things at most; PIDS_MAX sudos may have waited. */
	if (after < before || after - before > s.times + 1 + 2 * PIDS_MAX || n_after != n_before)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct text all = { (const char *)data, n };
	struct counts c = { 0 };
	struct logins l;

	if (n > 65536)
		return 0;
	counts_init(&c, 100);
	logins_init(&l, &c, LOGINS_FAILURES);
	load_foreign(&l, all);
	for (const char *end; all.n && (end = memchr(all.p, '\n', all.n));) {
		struct text line = { all.p, (size_t)(end - all.p) };

		give_line(&l, line);
		all = (struct text){ end + 1, all.n - line.n - 1 };
	}
	check_sums(&c);
	check_state(&l);
	logins_flush(&l, UINT64_MAX);
	check_sums(&c);
	logins_done(&l);
	counts_done(&c);
	return 0;
}
