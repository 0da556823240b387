/* SPDX-License-Identifier: MIT */
#include "cut.h"
#include "message.h"

/* Long ones are cut on the left: a program's name is at the end. */
static enum login_program program_of(struct text value)
{
	AUTO_BUF struct buf path = { 0 };
	struct text plain;

	if (field_plain(value, &plain))
		return login_program_of_exe(plain);
	field_decode(value, &path);
	return login_program_of_exe((struct text){ path.data, path.len });
}

static uint32_t pid_of(struct text value)
{
	uint64_t pid;

	return num_u64(value.p, value.n, &pid) < 0 || pid > UINT32_MAX ? 0 : (uint32_t)pid;
}

/* The first of each name counts: what could be forged comes behind, inside of later values. */
void message_parse(const struct record *r, struct message *m)
{
	struct text body = record_body(r), left = body, name, value;

	*m = (struct message){ .program = LOGIN_OTHER, .result = field_result(body) };
	while (!m->pid && field_next(&left, &name, &value))
		if (text_is(name, "pid"))
			m->pid = pid_of(value);
		else if (text_is(name, "msg"))
			break;
	left = field_message(body);
	while (!m->has_exe && field_next(&left, &name, &value)) {
		if (!m->op.n && text_is(name, "op")) {
			m->op = value;
		} else if (!m->acct.n && text_is(name, "acct")) {
			m->acct = value;
		} else if (text_is(name, "exe")) {
			m->has_exe = true;
			m->program = program_of(value);
		}
	}
}

bool message_op_is(const struct message *m, const char *op)
{
	return text_is(m->op, op);
}
