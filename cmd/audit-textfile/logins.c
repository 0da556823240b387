/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "core/num.h"
#include "login_origin.h"
#include "logins.h"
#include "pam_line.h"
#include "sshd_line.h"
#include "sudo_line.h"
#include "syslog.h"

/* How long sshd lets a client try is LoginGraceTime, two minutes by default and ten once (sshd_config(5)). */
enum { CONNECTION_MS = 10 * 60 * 1000, PROMPT_MS = 10 * 1000, DAY_MS = 24 * 60 * 60 * 1000 };

enum {
	TRIED = 1,   /* an attempt was counted */
	BY_PAM = 2,  /* the last one by sshd's "error: PAM:"; its "Failed" may follow */
	HAS_END = 4, /* the disconnect was counted */
};

struct message {
	enum login_program program;
	struct text module, text;
	uint32_t pid;
	uint64_t times;
	bool failures_only; /* what else it says is not to be believed */
};

/* ---- sshd ---- */

static void count_attempt(struct logins *l, uint64_t n, const struct sshd_line *line)
{
	counts_add(l->counts, COUNT_SSH_FAILED, n, NULL);
	counts_add(l->counts, COUNT_SSH_FAILURES, n, line->method, line->user, NULL);
}

static void sshd_failed(struct logins *l, const struct message *m, const struct sshd_line *line)
{
	struct pid_entry *e;
	uint64_t n = m->times;

	if (!line->method)
		return;
	e = m->pid ? pids_add(&l->connections, m->pid, l->now_ms) : NULL;
	if (e && e->flags & BY_PAM && text_is(text_from(line->method), "kbdint"))
		n--;
	if (e)
		e->flags = (e->flags & ~(uint32_t)BY_PAM) | TRIED;
	count_attempt(l, n, line);
}

static void sshd_pam(struct logins *l, const struct message *m, const struct sshd_line *line)
{
	struct pid_entry *e = m->pid ? pids_add(&l->connections, m->pid, l->now_ms) : NULL;

	if (!e)
		return;
	e->flags |= TRIED | BY_PAM;
	count_attempt(l, m->times, line);
}

static void sshd_accepted(struct logins *l, const struct message *m, const struct sshd_line *line)
{
	bool root = text_is(text_from(line->user), "root");
	struct pid_entry *e = pids_find(&l->connections, m->pid);

	if (e)
		pids_remove(&l->connections, e);
	counts_add(l->counts, COUNT_SSH_LOGINS, m->times, line->method ? line->method : "other",
		   root ? "root" : "other", NULL);
}

/* A connection may tell its end in two lines; the last one settles it. */
static void sshd_ended(struct logins *l, const struct message *m, const struct sshd_line *line)
{
	uint32_t pid = line->pid ? line->pid : m->pid;
	struct pid_entry *e = pids_find(&l->connections, pid);
	uint32_t seen = e ? e->flags : 0;
	struct sshd_line silent = { .method = "other", .user = line->user };

	if (line->reason && !(seen & HAS_END) && (pid || line->last))
		counts_add(l->counts, COUNT_SSH_DISCONNECTS, line->last ? m->times : 1, line->reason, NULL);
	if (line->tried && pid && !(seen & TRIED))
		count_attempt(l, 1, &silent);
	if (line->last && e)
		pids_remove(&l->connections, e);
	else if (!line->last && pid && (e = pids_add(&l->connections, pid, l->now_ms)))
		e->flags |= HAS_END;
}

static void sshd_message(struct logins *l, const struct message *m)
{
	struct sshd_line line;

	if (m->failures_only || !sshd_line(m->text, &line))
		return;
	if (line.what == SSHD_FAILED)
		sshd_failed(l, m, &line);
	else if (line.what == SSHD_PAM)
		sshd_pam(l, m, &line);
	else if (line.what == SSHD_ACCEPTED)
		sshd_accepted(l, m, &line);
	else
		sshd_ended(l, m, &line);
}

/* ---- sudo and su ---- */

static void count_sudo(struct logins *l, uint64_t n, bool success)
{
	counts_add(l->counts, COUNT_SUDO, n, NULL);
	counts_add(l->counts, COUNT_SUDO_COMMANDS, n, success ? "success" : "failed", NULL);
}

static void prompt_leaves(void *ctx, const struct pid_entry *e)
{
	(void)e;
	count_sudo(ctx, 1, false);
}

static void sudo_message(struct logins *l, const struct message *m)
{
	enum sudo_result result = sudo_line(m->text);
	struct pid_entry *e;

	if (result == SUDO_NOTHING || (result == SUDO_SUCCESS && m->failures_only))
		return;
	e = pids_find(&l->prompts, m->pid);
	if (e)
		pids_remove(&l->prompts, e);
	count_sudo(l, m->times, result == SUDO_SUCCESS);
}

static void su_message(struct logins *l, const struct message *m)
{
	enum sudo_result result = su_line(m->text);

	if (result == SUDO_NOTHING || (result == SUDO_SUCCESS && m->failures_only))
		return;
	counts_add(l->counts, COUNT_SU, m->times, result == SUDO_SUCCESS ? "success" : "failed", NULL);
}

/* ---- PAM ---- */

static const char *service_label(struct text service)
{
	static const struct {
		const char *service, *label;
	} t[] = {
		{ "sshd", "sshd" }, { "sudo", "sudo" }, { "sudo-i", "sudo" }, { "su", "su" },
		{ "su-l", "su" },   { "login", "login" }, { "remote", "login" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		if (text_is(service, t[i].service))
			return t[i].label;
	return "other";
}

static bool pam_message(struct logins *l, const struct message *m)
{
	struct pam_line line;

	if (!pam_line(m->module, m->text, &line))
		return false;
	if (line.service.n == 0)
		line.service = text_from(login_program_names[m->program]);
	if (line.failures)
		counts_add(l->counts, COUNT_AUTH_FAILURES, line.failures * m->times, service_label(line.service), NULL);
	if (line.unasked && m->program == LOGIN_SUDO && m->pid)
		(void)pids_add(&l->prompts, m->pid, l->now_ms);
	return true;
}

/* ---- all ---- */

/* A log without years starts again every year, and clocks are set back: what is from another time is over. */
static void move_time(struct logins *l, uint64_t now_ms)
{
	logins_flush(l, now_ms + DAY_MS < l->now_ms ? UINT64_MAX : now_ms);
	l->now_ms = now_ms;
}

static void take_message(struct logins *l, const struct message *m)
{
	if (pam_message(l, m))
		return;
	if (m->program == LOGIN_SSHD)
		sshd_message(l, m);
	else if (m->program == LOGIN_SUDO)
		sudo_message(l, m);
	else if (m->program == LOGIN_SU)
		su_message(l, m);
}

/* Of programs that are not ours PAM's words are. */
static bool is_ours(const struct message *m)
{
	struct pam_line pam;

	return m->program < LOGIN_LOGIN || pam_line(m->module, m->text, &pam);
}

void logins_syslog(struct logins *l, struct text line)
{
	struct syslog_line s;
	struct message m;

	if (syslog_line(line, &s) < 0) {
		counts_add(l->counts, COUNT_PARSE_ERRORS, 1, "syslog", NULL);
		return;
	}
	m = (struct message){ login_program(s.program), s.module, s.message, s.pid, s.times, false };
	if (!is_ours(&m))
		return;
	move_time(l, s.time_ms);
	take_message(l, &m);
}

/* Whether the entry may count, as far as m then says. */
static bool is_believed(struct logins *l, enum login_origin origin, struct message *m)
{
	const char *program = login_program_names[m->program];

	if (origin == LOGIN_UNVERIFIED && l->policy == LOGINS_REJECT)
		origin = LOGIN_REJECTED;
	if (origin == LOGIN_REJECTED)
		counts_add(l->counts, COUNT_REJECTED, 1, program, NULL);
	if (origin != LOGIN_UNVERIFIED)
		return origin == LOGIN_VERIFIED;
	counts_add(l->counts, COUNT_UNVERIFIED, 1, program, NULL);
	m->failures_only = l->policy == LOGINS_FAILURES;
	return l->policy == LOGINS_COUNT || (m->failures_only && m->program != LOGIN_SSHD);
}

/* 0 where there is none, or none of its own: on its standard output a whole service is one process. */
static uint32_t pid_of(const struct logins_entry *e)
{
	struct text pid = e->pid.p ? e->pid : e->syslog_pid;
	uint64_t v = 0;

	if (text_is(e->transport, "stdout") || num_u64(pid.p, pid.n, &v) < 0 || v > UINT32_MAX)
		return 0;
	return (uint32_t)v;
}

void logins_entry(struct logins *l, const struct logins_entry *e)
{
	struct message m = { .program = login_program(e->identifier), .text = e->message, .times = 1 };

	if (!is_ours(&m) || (!text_is(e->transport, "syslog") && !text_is(e->transport, "journal") &&
			     !text_is(e->transport, "stdout")))
		return;
	m.pid = pid_of(e);
	move_time(l, e->realtime_us / 1000);
	if (is_believed(l, login_origin(m.program, e->exe, e->uid), &m))
		take_message(l, &m);
}

/* ---- from run to run ---- */

void logins_init(struct logins *l, struct counts *counts, enum logins_policy policy)
{
	*l = (struct logins){
		.counts = counts,
		.policy = policy,
		.connections = { .key = "ssh_connection", .life_ms = CONNECTION_MS },
		.prompts = { .key = "sudo_prompt", .life_ms = PROMPT_MS, .leave = prompt_leaves, .ctx = l },
	};
}

void logins_done(struct logins *l)
{
	pids_done(&l->connections);
	pids_done(&l->prompts);
}

void logins_flush(struct logins *l, uint64_t now_ms)
{
	pids_expire(&l->connections, now_ms);
	pids_expire(&l->prompts, now_ms);
}

int logins_error(const struct logins *l)
{
	return l->connections.err ? l->connections.err : l->prompts.err;
}

void logins_save(const struct logins *l, struct buf *out)
{
	words_key(out, "logins_time");
	words_u64(out, l->now_ms);
	words_end(out);
	pids_save(&l->connections, out);
	pids_save(&l->prompts, out);
}

static int load_time(struct logins *l, struct words line)
{
	uint64_t now_ms;

	if (words_get_u64(&line, &now_ms) < 0 || !words_at_end(&line))
		return -EINVAL;
	l->now_ms = now_ms;
	return 0;
}

int logins_load(struct logins *l, struct text key, struct words line)
{
	int r;

	if (text_is(key, "logins_time"))
		r = load_time(l, line);
	else if (text_is(key, l->connections.key))
		r = pids_load(&l->connections, line);
	else if (text_is(key, l->prompts.key))
		r = pids_load(&l->prompts, line);
	else
		return 0;
	return r < 0 ? r : 1;
}
