/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "core/hash.h"
#include "core/cut.h"
#include "trail.h"

/* ---- the kernel's records ---- */

/* Behind the architecture, the number, and the personality where it is not the usual one; what stands before
 * is numbers (audit_log_exit() in kernel/auditsc.c). */
static enum field_result syscall_result(struct text body)
{
	struct text word;

	for (int i = 0; i < 4 && cut_until(&body, " ", &word); i++) {
		if (cut_head(&body, "success=yes"))
			return FIELD_SUCCESS;
		if (cut_head(&body, "success=no"))
			return FIELD_FAILED;
	}
	return FIELD_NO_RESULT;
}

/* The last field. */
static bool syscall_key(struct text body, struct text *ret)
{
	const char *blank = body.n ? memrchr(body.p, ' ', body.n) : NULL;
	struct text last = body;

	if (blank)
		last = (struct text){ blank + 1, body.n - (size_t)(blank + 1 - body.p) };
	if (!cut_head(&last, "key="))
		return field_get(body, "key", ret);
	*ret = last;
	return true;
}

static void take_syscall(struct trail *t, const struct record *r, struct event *e, struct text body)
{
	enum field_result result = syscall_result(body);
	struct text key;

	if (result != FIELD_NO_RESULT)
		events_settle(&t->events, e, result);
	if (result == FIELD_FAILED && r->number == TYPE_SYSCALL)
		counts_at(t->counts, COUNT_FAILED_SYSCALLS, 0);
	if (!(e->flags & EVENT_KEYED) && syscall_key(body, &key) && keys_count(&t->keys, key))
		e->flags |= EVENT_KEYED;
}

/* SELinux writes "avc:  denied  { read } for ...", AppArmor apparmor="DENIED" ...: at the start. */
static void take_avc(struct trail *t, struct text what)
{
	if (cut_head(&what, "apparmor=\"DENIED\"")) {
		counts_at(t->counts, COUNT_AVC, COUNT_APPARMOR);
	} else if (cut_head(&what, "avc:")) {
		what = text_trim(what);
		if (cut_head(&what, "denied"))
			counts_at(t->counts, COUNT_AVC, COUNT_SELINUX);
	}
}

/* Kernels before 4.13 do not say that something was set. */
static void take_config_change(struct trail *t, struct text body)
{
	struct text op;

	if (!field_get(body, "op", &op))
		op = text_from("set");
	(void)field_plain(op, &op);
	counts_text(t->counts, COUNT_CONFIG_CHANGES, 1, op);
}

/* A result that is not a system call's stands until that comes. */
static void take_kernel(struct trail *t, const struct record *r, struct event *e)
{
	struct text body = record_body(r);
	enum field_result result;

	if (r->number == TYPE_SYSCALL || r->number == TYPE_URINGOP) {
		take_syscall(t, r, e, body);
		return;
	}
	if (r->number == TYPE_CONFIG_CHANGE)
		take_config_change(t, body);
	else if (r->number == TYPE_AVC)
		take_avc(t, body);
	else if (r->number == TYPE_APPARMOR_DENIED)
		counts_at(t->counts, COUNT_AVC, COUNT_APPARMOR);
	result = field_result(body);
	if (result != FIELD_NO_RESULT && !(e->flags & (EVENT_SUCCESS | EVENT_FAILURE)))
		e->flags |= result == FIELD_SUCCESS ? EVENT_SUCCESS : EVENT_FAILURE;
}

/* ---- user space's ---- */

static inline uint64_t node_of(const struct record *r)
{
	return r->node.n ? hash_end(hash_add(HASH_START, r->node.p, r->node.n)) | 1 : 0;
}

/* One event each, with a result or without. */
static enum field_result take_message(struct trail *t, const struct record *r)
{
	struct message m;
	uint32_t pid;

	message_parse(r, &m);
	pid = m.pid ? m.pid ^ (uint32_t)node_of(r) : 0;
	users_record(&t->users, r, &m, pid);
	if (m.program == LOGIN_SSHD)
		sshd_record(&t->sshd, r, &m, pid);
	return m.result;
}

static void count_service(struct trail *t, size_t action, enum field_result result)
{
	size_t place = result == FIELD_SUCCESS ? COUNT_SUCCESS : COUNT_FAILURE;

	counts_at(t->counts, COUNT_SERVICES, action * COUNT_RESULTS + place);
}

static enum field_result take_single(struct trail *t, const struct record *r)
{
	struct text body;
	enum field_result result;

	if (t->heard[r->type - types_table])
		return take_message(t, r);
	body = record_body(r);
	result = field_result(body);
	if (r->number == TYPE_USER_AVC)
		take_avc(t, field_message(body));
	else if (r->number == TYPE_SERVICE_START || r->number == TYPE_SERVICE_STOP)
		count_service(t, r->number == TYPE_SERVICE_START ? COUNT_START : COUNT_STOP, result);
	return result;
}

/* ---- all ---- */

static void count_type(struct trail *t, const struct record *r)
{
	size_t *counter = &t->counters[r->type - types_table];
	struct text name;

	if (!*counter) {
		name = text_from(r->type->name);
		*counter = series_index(&t->counts->table[COUNT_RECORDS], &name) + 1;
	}
	series_count(&t->counts->table[COUNT_RECORDS], *counter - 1, 1);
	if (types_is_anomaly(r->number))
		counts_text(t->counts, COUNT_ANOMALIES, 1, text_from(r->type->name));
}

static struct serials *serials_of(struct trail *t, uint64_t node)
{
	for (size_t i = 0; i < t->n_nodes; i++)
		if (t->serials[i].node == node)
			return &t->serials[i];
	if (t->n_nodes == TRAIL_NODES)
		return NULL;
	t->serials[t->n_nodes].node = node;
	return &t->serials[t->n_nodes++];
}

static void count_holes(struct trail *t, unsigned n)
{
	series_count(&t->counts->table[COUNT_SERIAL_GAPS], 0, n);
}

static struct event *event_of(struct trail *t, const struct record *r)
{
	bool is_daemon = types_is_daemon(r->number), is_new;
	const struct event id = { node_of(r), r->ms, r->serial, is_daemon ? EVENT_DAEMON : 0, 0, 0 };
	struct event *e = events_of(&t->events, &id, &is_new);
	struct serials *serials = is_new && !is_daemon ? serials_of(t, id.node) : NULL;

	if (serials)
		count_holes(t, serials_add(serials, r->serial, r->ms));
	return e;
}

void trail_record(struct trail *t, const struct record *r)
{
	struct event *e = event_of(t, r);

	t->now_ms = r->ms;
	count_type(t, r);
	if (types_is_single(r->number))
		events_settle(&t->events, e, take_single(t, r));
	else if (!types_is_part(r->number))
		take_kernel(t, r, e);
	if (t->watched[r->type - types_table])
		t->watcher(t->watcher_ctx, r);
}

void trail_watch(struct trail *t, const struct type *type)
{
	t->watched[type - types_table] = true;
}

static void count_fault(struct trail *t, enum record_fault fault)
{
	counts_at(t->counts, COUNT_PARSE_ERRORS, (size_t)fault - 1);
}

void trail_line(struct trail *t, struct text line)
{
	struct record r;
	enum record_fault fault = record_parse(&t->reader, line, &r);

	if (fault == RECORD_FINE)
		trail_record(t, &r);
	else
		count_fault(t, fault);
}

void trail_entry(struct trail *t, const struct trail_entry *e)
{
	struct text body = e->message, name;
	struct record r = { 0 };
	uint64_t number, serial, us;

	if (!cut_until(&body, " ", &name))
		count_fault(t, RECORD_NOT_A_RECORD);
	else if (num_u64(e->type.p, e->type.n, &number) < 0 || number > UINT32_MAX)
		count_fault(t, RECORD_BAD_TYPE);
	else if (num_u64(e->id.p, e->id.n, &serial) < 0 || serial > UINT32_MAX ||
		 num_u64(e->realtime.p, e->realtime.n, &us) < 0)
		count_fault(t, RECORD_NO_ID);
	else {
		while (cut_head(&body, " "))
			;
		r.type = types_by_number((uint32_t)number);
		r.number = (uint32_t)number;
		r.serial = (uint32_t)serial;
		r.ms = us / 1000;
		r.rest = body;
		trail_record(t, &r);
	}
}

void trail_settle(struct trail *t, uint64_t now_ms)
{
	events_flush(&t->events, now_ms);
	sshd_flush(&t->sshd, now_ms);
	for (size_t i = 0; i < t->n_nodes; i++)
		count_holes(t, serials_flush(&t->serials[i], now_ms));
}

/* ---- life ---- */

void trail_init(struct trail *t, struct counts *counts)
{
	*t = (struct trail){ .counts = counts };
	t->events.counts = t->keys.counts = t->users.counts = counts;
	types_init(&t->reader.types);
	for (size_t i = 0; i < TYPES; i++)
		t->heard[i] = users_wants(types_table[i].number) || sshd_wants(types_table[i].number);
	sshd_init(&t->sshd, counts);
}

void trail_leave_logins(struct trail *t)
{
	for (size_t i = 0; i < TYPES; i++)
		t->heard[i] = users_is_account(types_table[i].number);
}

void trail_done(struct trail *t)
{
	sshd_done(&t->sshd);
	keys_done(&t->keys);
}

int trail_error(const struct trail *t)
{
	return t->sshd.connections.err ? t->sshd.connections.err : buf_error(&t->keys.scratch);
}

void trail_save(const struct trail *t, struct buf *out)
{
	if (t->now_ms) {
		words_key(out, "audit_time");
		words_u64(out, t->now_ms);
		words_end(out);
	}
	events_save(&t->events, out);
	for (size_t i = 0; i < t->n_nodes; i++)
		serials_save(&t->serials[i], out);
	recent_save(&t->users.recent, out);
	pids_save(&t->sshd.connections, out);
}

static int load_time(struct trail *t, struct words line)
{
	uint64_t ms;

	if (words_get_u64(&line, &ms) < 0 || !words_at_end(&line))
		return -EINVAL;
	t->now_ms = ms;
	return 0;
}

static int load_serials(struct trail *t, struct words line)
{
	int r = t->n_nodes < TRAIL_NODES ? serials_load(&t->serials[t->n_nodes], line) : -EINVAL;

	t->n_nodes += r == 0;
	return r;
}

int trail_load(struct trail *t, struct text key, struct words line)
{
	int r;

	if (text_is(key, "audit_time"))
		r = load_time(t, line);
	else if (text_is(key, "event"))
		r = events_load(&t->events, line);
	else if (text_is(key, "serials"))
		r = load_serials(t, line);
	else if (text_is(key, "recent"))
		r = recent_load(&t->users.recent, line);
	else if (text_is(key, "sshd"))
		r = pids_load(&t->sshd.connections, line);
	else
		return 0;
	return r < 0 ? r : 1;
}
