/* SPDX-License-Identifier: MIT */
/*
 * message - what a program told the audit system: a record of user space,
 *
 *	pid=N uid=N auid=N ses=N [subj=...] msg='op=... acct=... exe=... ... res=success'
 *
 * The kernel writes what stands before msg= (the sender's process is certain), libaudit what
 * is inside (audit_log_acct_message(3), audit_log_user_command(3)): names are encoded there, and res comes
 *last.
 */
#pragma once
#include "field.h"
#include "login_origin.h"
#include "record.h"

struct message {
	uint32_t pid; /* 0: none is told */
	enum login_program program;
	bool has_exe;
	struct text op, acct; /* acct raw (field.h); n 0: none */
	enum field_result result;
};

void message_parse(const struct record *r, struct message *ret);

static inline bool message_op_is(const struct message *m, const char *op)
{
	return text_is(m->op, op);
}
