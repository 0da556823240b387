/* SPDX-License-Identifier: MIT */
/*
 * login_origin - which program a message claims to be of, and whether it can
 * be: the judgement that logins.h describes, without its policy.
 */
#pragma once
#include "core/text.h"

enum login_program { LOGIN_SSHD, LOGIN_SUDO, LOGIN_SU, LOGIN_LOGIN, LOGIN_OTHER, LOGIN_PROGRAMS };
extern const char *const login_program_names[LOGIN_PROGRAMS]; /* as label values */

/* By syslog identifier: sshd's are three since OpenSSH 9.8 and 10.0. Any other is LOGIN_OTHER. */
enum login_program login_program(struct text identifier);

/* By the last part of a program's path. */
enum login_program login_program_of_exe(struct text exe);

enum login_origin {
	LOGIN_VERIFIED,
	LOGIN_UNVERIFIED, /* the writer is gone and was no root */
	LOGIN_REJECTED,   /* another program wrote it */
	LOGIN_IDLE,       /* nothing of ours, and nothing wrong with it */
};

/* exe and uid: _EXE and _UID, p NULL where the entry has none. */
enum login_origin login_origin(enum login_program program, struct text exe, struct text uid);
