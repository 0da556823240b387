/* SPDX-License-Identifier: MIT */
#include "core/cut.h"
#include "sshd_line.h"

enum { PORT_MAX = 65535 };

/* ---- names and addresses ---- */

/* "ADDRESS port PORT", which a blank, a colon or nothing follows. */
static bool cut_peer(struct text *t)
{
	struct text rest = *t, address;
	uint64_t port;

	if (!cut_until(&rest, " ", &address) || address.n == 0 || !cut_head(&rest, "port ") ||
	    !cut_number(&rest, PORT_MAX, &port) || (rest.n && *rest.p != ' ' && *rest.p != ':'))
		return false;
	*t = rest;
	return true;
}

/* " ssh2", and what may follow: the key or the principal. */
static bool is_ssh2(struct text t)
{
	return cut_head(&t, " ssh2") && (t.n == 0 || cut_head(&t, ": "));
}

/* Before the last " from ADDRESS port PORT ssh2" stands the name; an earlier one is part of it. */
static bool cut_name(struct text t, struct text *name)
{
	for (size_t n = t.n; n >= 6; n--) {
		struct text rest = { t.p + n - 6, t.n - n + 6 };

		if (cut_head(&rest, " from ") && cut_peer(&rest) && is_ssh2(rest)) {
			*name = (struct text){ t.p, n - 6 };
			return true;
		}
	}
	return false;
}

/* root stays root where sshd takes it for invalid (AllowUsers, PermitRootLogin). */
static const char *user_class(struct text name, bool invalid)
{
	return text_is(name, "root") ? "root" : invalid ? "invalid" : "valid";
}

static const char *class_of(struct text name)
{
	bool invalid = cut_head(&name, "invalid user ") || cut_head(&name, "illegal user ");

	return user_class(name, invalid);
}

/* ---- attempts ---- */

/* A method may have a second name: keyboard-interactive/pam. */
static const char *method_class(struct text method)
{
	static const struct {
		const char *name, *class;
	} t[] = {
		{ "none", NULL },
		{ "password", "password" },
		{ "publickey", "publickey" },
		{ "keyboard-interactive", "kbdint" },
	};
	struct text first;

	if (!cut_until(&method, "/", &first))
		first = method;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		if (text_is(first, t[i].name))
			return t[i].class;
	return "other";
}

static bool read_attempt(enum sshd_what what, struct text rest, struct sshd_line *ret)
{
	struct text method, name;

	if (!cut_until(&rest, " for ", &method) || !cut_name(rest, &name))
		return false;
	*ret = (struct sshd_line){ .what = what, .method = method_class(method), .user = class_of(name) };
	return true;
}

/* "MESSAGE for [illegal user ]NAME from HOST" */
static bool read_pam(struct text rest, struct sshd_line *ret)
{
	struct text message;

	if (!cut_until(&rest, " for ", &message))
		return false;
	for (size_t n = rest.n; n >= 6; n--)
		if (memcmp(rest.p + n - 6, " from ", 6) == 0) {
			struct text name = { rest.p, n - 6 };

			*ret = (struct sshd_line){ .what = SSHD_PAM, .method = "kbdint", .user = class_of(name) };
			return true;
		}
	return false;
}

/* ---- ends ---- */

/* Behind the words that tell how it ended: "[authenticating user NAME ]ADDRESS port PORT [preauth]". */
static bool read_user(struct text rest, struct sshd_line *ret)
{
	bool invalid = cut_head(&rest, "invalid user ");

	ret->tried = invalid || cut_head(&rest, "authenticating user ");
	if (!ret->tried)
		return true;
	for (size_t n = rest.n; n > 0; n--) {
		struct text peer = { rest.p + n, rest.n - n };

		if (rest.p[n - 1] == ' ' && cut_peer(&peer)) {
			ret->user = user_class((struct text){ rest.p, n - 1 }, invalid);
			return true;
		}
	}
	return false;
}

static bool read_disconnecting(struct text rest, struct sshd_line *ret)
{
	struct text tail = rest;

	/* Up to OpenSSH 7.4 the reason comes first. */
	if (cut_head(&tail, "Too many authentication failures") || cut_tail(&tail, ": Too many authentication failures"))
		ret->reason = "max_attempts";
	return read_user(rest, ret);
}

/* From OpenSSH 9.8 on the listener tells it: "for connection from ADDRESS to ADDRESS, pid = 123". */
static bool read_timeout(struct text rest, struct sshd_line *ret)
{
	struct text before;
	uint64_t pid;

	if (cut_until(&rest, ", pid = ", &before) && cut_number(&rest, UINT32_MAX, &pid))
		ret->pid = (uint32_t)pid;
	return true;
}

static bool read_dispatch(struct text rest, struct sshd_line *ret)
{
	(void)cut_head(&rest, "Connection from ");
	return read_user(rest, ret);
}

/* Lines with preauth look alike after a login but for the mark at their end; the others are written before privileges
 * are separated, or by another process. Words that begin others' words come later. */
static const struct {
	const char *words, *reason;
	bool preauth, last;
	bool (*rest)(struct text rest, struct sshd_line *ret);
} ends[] = {
	{ "Connection closed by ", "closed", true, true, read_user },
	{ "Connection reset by ", "reset", true, true, read_user },
	{ "Disconnected from ", "disconnected", true, true, read_user },
	{ "Received disconnect from ", "disconnected", true, false, NULL },
	{ "Disconnecting: ", "other", true, true, read_disconnecting },
	{ "Disconnecting ", "other", true, true, read_disconnecting },
	{ "maximum authentication attempts exceeded for ", "max_attempts", false, false, NULL },
	{ "Timeout before authentication for ", "timeout", false, true, read_timeout },
	{ "Connection timed out during banner exchange", "timeout", false, false, NULL },
	{ "drop connection #", "throttled", false, true, NULL },
	{ "Did not receive identification string from ", "no_identification", false, true, NULL },
	{ "kex_exchange_identification: Connection closed by remote host", "no_identification", false, false, NULL },
	{ "kex_exchange_identification: read: ", "no_identification", false, false, NULL },
	{ "kex_exchange_identification: ", "bad_protocol", false, false, NULL },
	{ "banner exchange: ", "bad_protocol", false, true, NULL },
	{ "Bad protocol version identification ", "bad_protocol", false, true, NULL },
	{ "Protocol major versions differ", "bad_protocol", false, false, NULL },
	{ "Unable to negotiate with ", "kex", false, true, NULL },
	{ "ssh_dispatch_run_fatal: ", "other", true, true, read_dispatch },
};

static bool read_end(struct text message, struct sshd_line *ret)
{
	bool preauth = cut_tail(&message, " [preauth]");

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct text rest = message;
		struct sshd_line line = { .what = SSHD_ENDED, .reason = ends[i].reason, .last = ends[i].last };

		if (!cut_head(&rest, ends[i].words))
			continue;
		if (ends[i].preauth && !preauth && !ends[i].last)
			return false;
		if (ends[i].preauth && !preauth)
			line.reason = NULL;
		else if (ends[i].rest && !ends[i].rest(rest, &line))
			return false;
		*ret = line;
		return true;
	}
	return false;
}

/* ---- all ---- */

bool sshd_line(struct text message, struct sshd_line *ret)
{
	if (cut_head(&message, "Failed "))
		return read_attempt(SSHD_FAILED, message, ret);
	if (cut_head(&message, "Accepted "))
		return read_attempt(SSHD_ACCEPTED, message, ret);
	if (!cut_head(&message, "error: "))
		(void)cut_head(&message, "fatal: ");
	else if (cut_head(&message, "PAM: "))
		return read_pam(message, ret);
	return read_end(message, ret);
}
