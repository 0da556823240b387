/* SPDX-License-Identifier: MIT */
#include "core/cut.h"
#include "login_origin.h"

const char *const login_program_names[LOGIN_PROGRAMS] = { "sshd", "sudo", "su", "login", "other" };

enum login_program login_program(struct text identifier)
{
	static const struct {
		const char *identifier;
		enum login_program program;
	} t[] = {
		{ "sshd", LOGIN_SSHD }, { "sshd-session", LOGIN_SSHD }, { "sshd-auth", LOGIN_SSHD },
		{ "sudo", LOGIN_SUDO }, { "sudo-rs", LOGIN_SUDO },	{ "sudoedit", LOGIN_SUDO },
		{ "su", LOGIN_SU },	{ "su-l", LOGIN_SU },		{ "login", LOGIN_LOGIN },
	};

	/* Most lines of a log are others'. */
	if (identifier.n == 0 || (*identifier.p != 's' && *identifier.p != 'l'))
		return LOGIN_OTHER;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		if (text_is(identifier, t[i].identifier))
			return t[i].program;
	return LOGIN_OTHER;
}

/* A path ends so after the file was replaced, by an upgrade most of the time (proc_pid_exe(5)). */
enum login_program login_program_of_exe(struct text exe)
{
	const char *slash;

	(void)cut_tail(&exe, " (deleted)");
	slash = exe.n ? memrchr(exe.p, '/', exe.n) : NULL;
	if (!slash)
		return LOGIN_OTHER;
	return login_program((struct text){ slash + 1, (size_t)(exe.p + exe.n - slash - 1) });
}

/* Where only root, or a package manager, puts programs. */
static bool is_system_path(struct text exe)
{
	static const char *const dirs[] = { "/usr/",	  "/bin/",	 "/sbin/",	 "/opt/",
					    "/nix/store/", "/gnu/store/", "/run/wrappers/" };

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (cut_head(&exe, dirs[i]))
			return true;
	return false;
}

enum login_origin login_origin(enum login_program program, struct text exe, struct text uid)
{
	bool root = text_is(uid, "0");

	if (program >= LOGIN_LOGIN)
		return root ? LOGIN_VERIFIED : LOGIN_IDLE;
	if (!exe.p)
		return root ? LOGIN_VERIFIED : LOGIN_UNVERIFIED;
	if (login_program_of_exe(exe) != program || (!root && !is_system_path(exe)))
		return LOGIN_REJECTED;
	return program == LOGIN_SSHD && uid.p && !root ? LOGIN_IDLE : LOGIN_VERIFIED;
}
