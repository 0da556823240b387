/* SPDX-License-Identifier: MIT */
#include "users.h"
#include "core/hash.h"

/* In the order of the label's values (counts.c). */
static const uint32_t account_types[] = {
	TYPE_ADD_USER,    TYPE_DEL_USER,       TYPE_USER_MGMT,     TYPE_ADD_GROUP, TYPE_DEL_GROUP,
	TYPE_GRP_MGMT,    TYPE_USER_CHAUTHTOK, TYPE_GRP_CHAUTHTOK, TYPE_ACCT_LOCK, TYPE_ACCT_UNLOCK,
	TYPE_ROLE_ASSIGN, TYPE_ROLE_REMOVE,    TYPE_ROLE_MODIFY,
};

static size_t place_of(enum field_result result)
{
	return result == FIELD_SUCCESS ? COUNT_SUCCESS : COUNT_FAILURE;
}

static void sudo(struct users *u, const struct record *r, const struct message *m, uint32_t pid)
{
	const struct recent_item item = { .ms = r->ms, .detail = r->ms, .pid = pid, .type = r->number };

	if ((m->has_exe && m->program != LOGIN_SUDO) || !recent_is_new(&u->recent, &item))
		return;
	counts_at(u->counts, COUNT_SUDO, 0);
	counts_at(u->counts, COUNT_SUDO_COMMANDS, place_of(m->result));
}

static void authentication(struct users *u, const struct message *m)
{
	if (!message_op_is(m, "PAM:authentication"))
		return;
	if (m->program == LOGIN_SU && m->result != FIELD_NO_RESULT)
		counts_at(u->counts, COUNT_SU, place_of(m->result));
	if (m->result == FIELD_FAILED)
		counts_at(u->counts, COUNT_AUTH_FAILURES, m->program);
}

/* passwd(1) of some systems writes a record of its own behind PAM's: that is no second change. */
static bool is_new_change(struct users *u, const struct record *r, const struct message *m, uint32_t pid)
{
	struct recent_item item = { .ms = r->ms, .pid = pid, .type = r->number };
	bool is_new = recent_is_new(&u->recent, &item);

	if (!message_op_is(m, "PAM:chauthtok"))
		return is_new;
	item.detail = hash_end(hash_add(HASH_START, m->acct.p, m->acct.n)) | 1;
	return recent_is_new(&u->recent, &item);
}

static size_t account_place(uint32_t type)
{
	size_t i = 0;

	while (i < ARRAY_LEN(account_types) && account_types[i] != type)
		i++;
	return i;
}

bool users_is_account(uint32_t type)
{
	return account_place(type) < ARRAY_LEN(account_types);
}

bool users_wants(uint32_t type)
{
	return type == TYPE_USER_CMD || type == TYPE_USER_AUTH || users_is_account(type);
}

static void account(struct users *u, const struct record *r, const struct message *m, uint32_t pid)
{
	size_t place = account_place(r->number);

	if (place < ARRAY_LEN(account_types) && m->result == FIELD_SUCCESS && is_new_change(u, r, m, pid))
		counts_at(u->counts, COUNT_ACCOUNT_CHANGES, place);
}

void users_record(struct users *u, const struct record *r, const struct message *m, uint32_t pid)
{
	if (r->number == TYPE_USER_CMD)
		sudo(u, r, m, pid);
	else if (r->number == TYPE_USER_AUTH)
		authentication(u, m);
	else
		account(u, r, m, pid);
}
