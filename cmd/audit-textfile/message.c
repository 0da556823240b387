/* SPDX-License-Identifier: MIT */
#include "message.h"
#include "core/cut.h"

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

static uint32_t sender_of(struct text body)
{
	struct text name, value;

	while (field_next(&body, &name, &value) && !field_is_message(name, value))
		if (text_is(name, "pid"))
			return pid_of(value);
	return 0;
}

/* The first of each name counts: what could be forged comes behind, inside of later values. */
void message_parse(const struct record *r, struct message *m)
{
	struct text body = record_body(r), left, name, value;

	*m = (struct message){ .pid = sender_of(body), .program = LOGIN_OTHER, .result = field_result(body) };
	left = field_message(body);
	while (!m->has_exe && field_next(&left, &name, &value)) {
		if (text_is(name, "op")) {
			if (!m->op.n)
				m->op = value;
		} else if (text_is(name, "acct")) {
			if (!m->acct.n)
				m->acct = value;
		} else if (text_is(name, "exe")) {
			m->has_exe = true;
			m->program = program_of(value);
		}
	}
}
