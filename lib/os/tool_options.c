/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "os/clock.h"
#include "os/log.h"
#include "os/tool_options.h"

enum { OPTIONS_MAX = 48, OPT_LONG = 0x100, TIMEOUT_MAX_S = 86400 };

struct common_option {
	const char *name;
	int letter; /* or OPT_LONG and above */
	const char *arg;
	const char *help;
};

enum { OPT_ROOT = OPT_LONG, OPT_STATE, OPT_NOW, OPT_TIMEOUT, OPT_INSTANCE, OPT_CHECK, OPT_DEFAULTS, OPT_METRICS, OPT_OWN };

static const struct common_option common[] = {
	{ "output", 'o', "FILE", "publish to FILE atomically; - (the default) prints" },
	{ "config", 'c', "FILE", "configuration, JSON or YAML by its ending" },
	{ "state", OPT_STATE, "FILE", "counters and positions between runs" },
	{ "timeout", OPT_TIMEOUT, "SECONDS", "the run's deadline" },
	{ "instance", OPT_INSTANCE, "NAME", "tell several units of one tool apart" },
	{ "root", OPT_ROOT, "DIR", "read the system's files below DIR" },
	{ "now", OPT_NOW, "SECONDS", "take this for the current time" },
	{ "check-config", OPT_CHECK, NULL, "validate, print the effective configuration, exit" },
	{ "print-defaults", OPT_DEFAULTS, NULL, "print the built-in configuration, exit" },
	{ "print-metrics", OPT_METRICS, NULL, "print every family this tool can write, exit" },
	{ "verbose", 'v', NULL, "say more on standard error" },
	{ "quiet", 'q', NULL, "say errors only" },
	{ "help", 'h', NULL, "print this text, exit" },
	{ "version", 'V', NULL, "print the version, exit" },
};

/* Options of what a tool does not have are no options of it. */
static bool applies(const struct tool *t, const struct common_option *o)
{
	return o->letter != OPT_STATE || t->state_version > 0;
}

static void help_line(struct buf *out, int letter, const char *name, const char *arg, const char *help)
{
	AUTO_BUF struct buf left = { 0 };

	if (letter < OPT_LONG)
		buf_fmt(&left, "  -%c, --%s", letter, name);
	else
		buf_fmt(&left, "      --%s", name);
	if (arg)
		buf_fmt(&left, " %s", arg);
	buf_fmt(out, "%-31s %s\n", buf_cstr(&left), help);
}

void tool_help(const struct tool *t, struct buf *out)
{
	buf_fmt(out, "Usage: %s [OPTION]...%s%s\n%s\n\n", t->name, t->operands ? " " : "",
		t->operands ? t->operands : "", t->summary);
	for (size_t i = 0; i < t->n_options; i++)
		help_line(out, OPT_LONG, t->options[i].name, t->options[i].arg, t->options[i].help);
	if (t->n_options)
		buf_chr(out, '\n');
	for (size_t i = 0; i < ARRAY_LEN(common); i++)
		if (applies(t, &common[i]))
			help_line(out, common[i].letter, common[i].name, common[i].arg, common[i].help);
	buf_fmt(out,
		"\nExit status: 0 published, 1 the run failed, 2 usage or configuration error.\n"
		"Configuration: /etc/promshot/%s.json where it exists. Manual: man %s\n",
		t->name, t->name);
}

/* An instance becomes part of file names and of a label: letters, digits and "._-:" as systemd escapes them. */
static bool is_instance(const char *s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:\\";

	return *s && *s != '.' && strlen(s) <= 64 && strspn(s, allowed) == strlen(s);
}

static int wrong(const char *option, const char *what, const char *value)
{
	log_line(LOG_LVL_ERR, "--%s: %s: '%s'", option, what, value);
	return -EINVAL;
}

static int take_value(struct tool_args *a, int c, const char *value)
{
	switch (c) {
	case 'o':
		a->output = strcmp(value, "-") == 0 ? NULL : value;
		return *value ? 0 : wrong("output", "is empty", value);
	case 'c':
		a->config = value;
		return 0;
	case OPT_ROOT:
		a->root = value;
		return 0;
	case OPT_STATE:
		a->state = value;
		return *value ? 0 : wrong("state", "is empty", value);
	case OPT_INSTANCE:
		a->instance = value;
		return is_instance(value) ? 0 : wrong("instance", "not a name of letters, digits and ._-:", value);
	case OPT_NOW:
		a->now_fixed = true;
		return num_seconds_ns(value, strlen(value), &a->now_ns) == 0 ? 0 :
			wrong("now", "not a time in seconds since the epoch", value);
	default:
		if (num_seconds_ns(value, strlen(value), &a->timeout_ns) < 0 || a->timeout_ns == 0 ||
		    a->timeout_ns > TIMEOUT_MAX_S * CLOCK_NS_PER_S)
			return wrong("timeout", "not a number of seconds between 0 and 86400", value);
		return 0;
	}
}

/* -ENOENT for an option that takes a value. */
static int take_switch(struct tool_args *a, int c)
{
	static const struct {
		int letter;
		enum tool_action action;
	} actions[] = {
		{ 'h', ACTION_HELP },		{ 'V', ACTION_VERSION },	  { OPT_CHECK, ACTION_CHECK },
		{ OPT_METRICS, ACTION_METRICS }, { OPT_DEFAULTS, ACTION_DEFAULTS },
	};

	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (actions[i].letter == c) {
			a->action = actions[i].action;
			return 0;
		}
	if (c != 'v' && c != 'q')
		return -ENOENT;
	a->verbosity = c == 'v' ? 1 : -1;
	return 0;
}

static void own_option(const struct tool *t, void *self, int c, const char *value)
{
	const struct tool_option *o = &t->options[c - OPT_OWN];

	*(const char **)((char *)self + o->offset) = value ? value : "";
}

static void long_options(const struct tool *t, struct option longs[static OPTIONS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(common); i++)
		if (applies(t, &common[i]))
			longs[n++] = (struct option){ common[i].name, common[i].arg != NULL, NULL, common[i].letter };
	for (size_t i = 0; i < t->n_options && n < OPTIONS_MAX - 1; i++)
		longs[n++] = (struct option){ t->options[i].name, t->options[i].arg != NULL, NULL, OPT_OWN + (int)i };
	longs[n] = (struct option){ 0 };
}

/* In our own words, which carry the journal's priority; getopt's do not. */
static int wrong_option(int c, char *argv[])
{
	const char *given = argv[optind - 1];
	bool is_long = strncmp(given, "--", 2) == 0;

	if (c == ':')
		log_line(LOG_LVL_ERR, "%s: needs a value", given);
	else if (!is_long)
		log_line(LOG_LVL_ERR, "-%c: unknown option", optopt);
	else
		log_line(LOG_LVL_ERR, "%s: %s", given, optopt ? "takes no value" : "unknown option, or short for several");
	return -EINVAL;
}

int tool_parse_options(const struct tool *t, void *self, int argc, char *argv[], struct tool_args *ret)
{
	struct tool_args a = { .root = "/", .timeout_ns = t->timeout_s * CLOCK_NS_PER_S };
	struct option longs[OPTIONS_MAX];
	int c, r;

	long_options(t, longs);
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:c:vqhV", longs, NULL)) >= 0) {
		if (c == '?' || c == ':')
			return wrong_option(c, argv);
		if (c >= OPT_OWN) {
			own_option(t, self, c, optarg);
			continue;
		}
		r = take_switch(&a, c);
		if (r == -ENOENT)
			r = take_value(&a, c, optarg);
		if (r < 0)
			return r;
	}
	a.args = argv + optind;
	a.n_args = (size_t)(argc - optind);
	if (a.config && !t->conf) {
		log_line(LOG_LVL_ERR, "--config: %s has no configuration", t->name);
		return -EINVAL;
	}
	if (a.n_args && !t->operands) {
		log_line(LOG_LVL_ERR, "unexpected argument '%s'", a.args[0]);
		return -EINVAL;
	}
	*ret = a;
	return 0;
}
