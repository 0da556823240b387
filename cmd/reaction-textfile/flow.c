/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/hash.h"
#include "flow.h"

enum stage { STAGE_NONE, STAGE_COMMANDS, STAGE_STREAMS, STAGES };

/* A command that was run and may still be said to have failed. */
struct flow_held {
	struct buf text; /* its name, then its list, cut at FLOW_COMMAND_MAX */
	size_t n_name;
	bool command; /* of a start or stop; else of an action */
	bool quoted, replay;
	uint64_t time_s, read_s;
};

static struct text held_name(const struct flow_held *h)
{
	return (struct text){ h->text.data, h->n_name };
}

static struct text held_list(const struct flow_held *h)
{
	return (struct text){ h->text.data + h->n_name, h->text.len - h->n_name };
}

static struct text shortened(struct text list)
{
	return (struct text){ list.p, list.n < FLOW_COMMAND_MAX ? list.n : FLOW_COMMAND_MAX };
}

/* ---- settling ---- */

static void tell(struct flow *f, const struct flow_event *e)
{
	f->event(f->ctx, e);
}

/* Tells and forgets the i-th. */
static void settle(struct flow *f, size_t i, bool failed, struct text code)
{
	struct flow_held h = f->held[i];
	const struct flow_event e = {
		.what = h.command ? FLOW_COMMAND : FLOW_ACTION,
		.name = held_name(&h),
		.list = held_list(&h),
		.quoted = h.quoted,
		.failed = failed,
		.replay = h.replay,
		.code = code,
	};

	f->n_held--;
	memmove(f->held + i, f->held + i + 1, (f->n_held - i) * sizeof(h));
	tell(f, &e);
	buf_done(&h.text);
}

static void settle_ok(struct flow *f, size_t i)
{
	settle(f, i, false, text_from("0"));
}

/* What the log's time has left behind; a clock that was set back counts as far away. */
static void settle_by_log(struct flow *f, uint64_t time_s)
{
	for (size_t i = 0; time_s && i < f->n_held;) {
		uint64_t t = f->held[i].time_s;
		uint64_t apart = t > time_s ? t - time_s : time_s - t;

		if (t && apart >= f->grace_s)
			settle_ok(f, i);
		else
			i++;
	}
}

void flow_settle(struct flow *f, uint64_t now_s)
{
	/* One second more: times of lines are cut to seconds. */
	for (size_t i = 0; i < f->n_held;) {
		if (now_s > f->held[i].read_s + f->grace_s)
			settle_ok(f, i);
		else
			i++;
	}
}

void flow_finish(struct flow *f)
{
	while (f->n_held)
		settle_ok(f, 0);
}

/* ---- commands ---- */

static bool is_replay(const struct flow *f, uint64_t time_s)
{
	if (!time_s)
		return f->untimed_replay;
	return f->start_s && time_s >= f->start_s && time_s - f->start_s < f->hold_s;
}

static struct flow_event event_of(const struct line *l, bool replay)
{
	return (struct flow_event){
		.what = l->kind == LINE_COMMAND ? FLOW_COMMAND : FLOW_ACTION,
		.name = l->name,
		.list = shortened(l->list),
		.quoted = l->quoted,
		.failed = l->failed,
		.replay = replay,
		.code = l->code,
	};
}

/* Adds to the end of the held; -ENOMEM. */
static int hold(struct flow *f, const struct line *l, uint64_t time_s, uint64_t now_s)
{
	struct flow_held h = {
		.n_name = l->name.n,
		.command = l->kind == LINE_COMMAND,
		.quoted = l->quoted,
		.replay = is_replay(f, time_s),
		.time_s = time_s,
		.read_s = now_s,
	};
	struct text list = shortened(l->list);

	if (!f->held)
		f->held = calloc(FLOW_HELD_MAX, sizeof(*f->held));
	if (!f->held)
		return -ENOMEM;
	buf_add(&h.text, l->name.p, l->name.n);
	buf_add(&h.text, list.p, list.n);
	if (buf_error(&h.text) < 0) {
		buf_done(&h.text);
		return -ENOMEM;
	}
	if (f->n_held == FLOW_HELD_MAX)
		settle_ok(f, 0);
	f->held[f->n_held++] = h;
	return 0;
}

/* Whether the failed command of the line is the held one: the reason follows the list. */
static bool is_same(const struct flow_held *h, const struct line *l)
{
	struct text name = held_name(h), list = held_list(h);

	return h->command == (l->kind == LINE_COMMAND) && name.n == l->name.n &&
	       memcmp(name.p, l->name.p, name.n) == 0 && list.n <= l->list.n &&
	       memcmp(list.p, l->list.p, list.n) == 0;
}

static void take_command(struct flow *f, const struct line *l, uint64_t time_s, uint64_t now_s)
{
	struct flow_event e = event_of(l, is_replay(f, time_s));
	int r;

	for (size_t i = 0; l->failed && i < f->n_held; i++)
		if (is_same(&f->held[i], l)) {
			settle(f, i, true, l->code);
			return;
		}
	r = l->failed ? 0 : hold(f, l, time_s, now_s);
	if (r < 0)
		f->err = r;
	if (l->failed || r < 0)
		tell(f, &e);
}

/* ---- starts ---- */

static void take_start(struct flow *f, enum stage stage, struct text what, uint64_t time_s)
{
	uint64_t hash = hash_end(hash_add(HASH_START, what.p, what.n));
	bool same_stage = (int)stage == f->stage, again = hash == f->first;

	if ((stage == STAGE_COMMANDS && !same_stage) || f->stage == STAGE_NONE || (same_stage && again)) {
		const struct flow_event e = { .what = FLOW_START };

		f->first = hash;
		tell(f, &e);
	} else if (!same_stage) {
		f->first = hash; /* the first of the streams after the commands */
	}
	f->stage = (int)stage;
	f->start_s = time_s;
	f->untimed_replay = true;
}

/* ---- lines ---- */

static void take_stream(struct flow *f, const struct line *l, uint64_t time_s)
{
	const struct flow_event e = { .what = FLOW_STREAM, .name = l->name, .event = l->event };

	if (l->event == LINE_EV_START)
		take_start(f, STAGE_STREAMS, l->name, time_s);
	tell(f, &e);
}

static void take_match(struct flow *f, const struct line *l)
{
	const struct flow_event e = {
		.what = FLOW_MATCH, .name = l->name, .list = l->list, .quoted = l->quoted
	};

	f->untimed_replay = false;
	tell(f, &e);
}

void flow_line(struct flow *f, const struct line *l, uint64_t time_s, uint64_t now_s)
{
	settle_by_log(f, time_s);
	switch (l->kind) {
	case LINE_COMMAND:
		if (!text_is(l->name, "start"))
			f->stage = STAGE_NONE;
		else if (!l->failed)
			take_start(f, STAGE_COMMANDS, l->list, time_s);
		take_command(f, l, time_s, now_s);
		break;
	case LINE_ACTION:
		take_command(f, l, time_s, now_s);
		break;
	case LINE_MATCH:
		take_match(f, l);
		break;
	case LINE_STREAM:
		take_stream(f, l, time_s);
		break;
	case LINE_STOP:
		f->stage = STAGE_NONE;
		break;
	case LINE_UNKNOWN:
	case LINE_NOTE:
		break;
	}
}

/* ---- the state ---- */

void flow_save(const struct flow *f, struct buf *out)
{
	words_key(out, "flow");
	words_u64(out, f->start_s);
	words_u64(out, f->first);
	words_u64(out, (uint64_t)f->stage);
	words_u64(out, f->untimed_replay);
	words_end(out);
	for (size_t i = 0; i < f->n_held; i++) {
		const struct flow_held *h = &f->held[i];

		words_key(out, "held");
		words_u64(out, (uint64_t)(h->command | h->quoted << 1 | h->replay << 2));
		words_u64(out, h->time_s);
		words_u64(out, h->read_s);
		words_text(out, held_name(h));
		words_text(out, held_list(h));
		words_end(out);
	}
}

static int load_start(struct flow *f, struct words line)
{
	uint64_t stage, replay;

	if (words_get_u64(&line, &f->start_s) < 0 || words_get_u64(&line, &f->first) < 0 ||
	    words_get_u64(&line, &stage) < 0 || words_get_u64(&line, &replay) < 0 || !words_at_end(&line) ||
	    stage >= STAGES || replay > 1)
		return -EINVAL;
	f->stage = (int)stage;
	f->untimed_replay = replay;
	return 1;
}

static int load_held(struct flow *f, struct words line)
{
	AUTO_BUF struct buf name = { 0 }, list = { 0 };
	struct line l = { .kind = LINE_ACTION };
	uint64_t flags, time_s, read_s;
	int r;

	if (words_get_u64(&line, &flags) < 0 || words_get_u64(&line, &time_s) < 0 ||
	    words_get_u64(&line, &read_s) < 0)
		return -EINVAL;
	r = words_get_text(&line, &name);
	if (r == 0)
		r = words_get_text(&line, &list);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	if (!words_at_end(&line) || flags > 7 || list.len > FLOW_COMMAND_MAX || f->n_held == FLOW_HELD_MAX)
		return -EINVAL;
	l.kind = flags & 1 ? LINE_COMMAND : LINE_ACTION;
	l.quoted = flags & 2;
	l.name = (struct text){ buf_cstr(&name), name.len };
	l.list = (struct text){ buf_cstr(&list), list.len };
	r = hold(f, &l, time_s, read_s);
	if (r < 0)
		return r;
	f->held[f->n_held - 1].replay = flags & 4;
	return 1;
}

int flow_load(struct flow *f, struct text key, struct words line)
{
	if (text_is(key, "flow"))
		return load_start(f, line);
	return text_is(key, "held") ? load_held(f, line) : 0;
}

void flow_done(struct flow *f)
{
	for (size_t i = 0; i < f->n_held; i++)
		buf_done(&f->held[i].text);
	free(f->held);
	*f = (struct flow){ .hold_s = f->hold_s, .grace_s = f->grace_s, .event = f->event, .ctx = f->ctx };
}
