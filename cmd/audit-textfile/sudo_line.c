/* SPDX-License-Identifier: MIT */
#include "core/cut.h"
#include "sudo_line.h"

/* The table's first item that begins the text leaves it. */
static bool cut_any(struct text *t, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cut_head(t, words[i]))
			return true;
	return false;
}

static bool is_field(struct text t)
{
	static const char *const fields[] = { "TTY=",   "PWD=",   "USER=", "HOST=", "CHROOT=",
					      "CWD=",   "GROUP=", "TSID=", "ENV=",  "COMMAND=" };

	return cut_any(&t, fields, ARRAY_LEN(fields));
}

/* "1 incorrect password attempt", "3 incorrect password attempts" */
static bool is_wrong_password(struct text t)
{
	uint64_t tries;

	return cut_number(&t, UINT32_MAX, &tries) && cut_head(&t, " incorrect password attempt");
}

static bool is_denial(struct text t)
{
	static const char *const reasons[] = {
		"user NOT in sudoers",
		"user NOT authorized on host",
		"command not allowed",
		"a password is required",
		"setid command rejected in intercept mode",
		"user not allowed to ",
		"no tty", /* also: "no tty present and no askpass program specified" */
		"a terminal is required to read the password",
		"sorry, you must have a tty to run sudo",
		"sorry, you are not allowed ",
		"invalid shell for user ",
		"invalid user-specified editor: ",
		"unknown user ",
		"unknown group ",
		"account validation failure",
		"Account expired or PAM config lacks an \"account\" section for sudo",
		"Password expired",
		"PAM account management error",
		"PAM authentication error",
	};

	return is_wrong_password(t) || cut_any(&t, reasons, ARRAY_LEN(reasons));
}

enum sudo_result sudo_line(struct text message)
{
	struct text user;

	/* No user name has a colon or a line end (passwd(5)): with one, it is a PAM module that speaks, or nobody we know. */
	if (!cut_until(&message, " : ", &user) || text_trim(user).n == 0 || memchr(user.p, ':', user.n) ||
	    memchr(user.p, '\n', user.n))
		return SUDO_NOTHING;
	if (is_field(message))
		return SUDO_SUCCESS;
	return is_denial(message) ? SUDO_FAILED : SUDO_NOTHING;
}

/* shadow's su writes a second line, "+ TTY OLD:NEW" or "- TTY OLD:NEW", which says the same again. */
enum sudo_result su_line(struct text message)
{
	static const char *const failed[] = { "FAILED SU (to ", "FAILED su for " };
	static const char *const success[] = { "(to ", "Successful su for " };

	if (cut_any(&message, failed, ARRAY_LEN(failed)))
		return SUDO_FAILED;
	return cut_any(&message, success, ARRAY_LEN(success)) ? SUDO_SUCCESS : SUDO_NOTHING;
}
