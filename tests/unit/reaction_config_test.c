/* SPDX-License-Identifier: MIT */
/* Tests of reaction-textfile's configuration: reaction-metrics-exporter's files as they are, and what is wrong in others. */
#include <errno.h>
#include <fcntl.h>

#include "../../cmd/reaction-textfile/config.h"
#include "../../cmd/reaction-textfile/rules.h"
#include "os/config.h"
#include "test.h"

/* Reads a file of the fixtures; the caller releases c. */
static int read_fixture(const char *name, struct reaction_config *c)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	CLEANUP(config_file_done) struct config_file f = { 0 };
	AUTO_BUF struct buf path = { 0 };
	int r;

	buf_fmt(&path, "tests/fixtures/reaction/config/%s", name);
	r = config_load(AT_FDCWD, buf_cstr(&path), &f, &errors);
	if (r == 0)
		r = conf_read(reaction_conf, f.tree, c, &errors);
	for (size_t i = 0; i < errors.n; i++)
		printf("# %s: %s: %s\n", name, errors.items[i].path, errors.items[i].what);
	return r;
}

/* A switch that is on, by itself or by default. */
static bool all_on(const struct reaction_config *c)
{
	return c->matches && c->matches_extra && c->actions && c->actions_extra && c->pending && c->pending_extra &&
	       c->commands && c->streams;
}

static void check_fixtures(void)
{
	static const char *const names[] = { "unit.yaml", "file.yaml", "defaults.yaml", "template.yaml", "for.yaml",
					     "internals.yaml", "off.yaml", "pattern-off.yaml",
					     "pattern-off-everywhere.yaml", "whole.json" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct reaction_config c = { 0 }, again = { 0 };
		CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
		json_auto_t *dump = NULL, *second = NULL;

		OK_(read_fixture(names[i], &c) == 0, names[i], "refused");
		dump = conf_dump(reaction_conf, &c);
		CHECK_INT(conf_read(reaction_conf, dump, &again, &errors), 0);
		second = conf_dump(reaction_conf, &again);
		CHECK(json_equal(dump, second));
		conf_done(reaction_conf, &c);
		conf_done(reaction_conf, &again);
	}
}

static void check_values(void)
{
	struct reaction_config c = { 0 };

	CHECK_INT(read_fixture("unit.yaml", &c), 0);
	CHECK_STR(c.systemd, "reaction.service");
	CHECK_STR(c.file, "");
	CHECK(all_on(&c) && !c.internals && !c.values && !c.compat && c.restore);
	CHECK_INT(c.hold_ns, 60000000000);
	conf_done(reaction_conf, &c);
	CHECK_INT(read_fixture("file.yaml", &c), 0);
	CHECK_STR(c.file, "/var/log/reaction.log");
	conf_done(reaction_conf, &c);
	CHECK_INT(read_fixture("defaults.yaml", &c), 0);
	CHECK(all_on(&c));
	conf_done(reaction_conf, &c);
	CHECK_INT(read_fixture("internals.yaml", &c), 0);
	CHECK(c.internals);
	conf_done(reaction_conf, &c);
	CHECK_INT(read_fixture("off.yaml", &c), 0);
	CHECK(!c.matches && !c.actions && !c.pending && c.commands);
	conf_done(reaction_conf, &c);
	CHECK_INT(read_fixture("whole.json", &c), 0);
	CHECK(c.matches && c.matches_extra && c.actions && !c.commands && c.streams);
	CHECK_INT(c.hold_ns, 12500000000);
	conf_done(reaction_conf, &c);
}

/* Every error as "PATH: WHAT\n". */
static void check_error(const char *json, const char *want)
{
	CLEANUP(conf_errors_done) struct conf_errors errors = { 0 };
	json_auto_t *tree = json_loads(json, 0, NULL);
	struct reaction_config c = { 0 };
	AUTO_BUF struct buf got = { 0 };
	int r = conf_read(reaction_conf, tree, &c, &errors);

	for (size_t i = 0; i < errors.n; i++)
		buf_fmt(&got, "%s: %s\n", errors.items[i].path, errors.items[i].what);
	CHECK_STR(buf_cstr(&got), want);
	CHECK_INT(r, *want ? -EINVAL : 0);
	conf_done(reaction_conf, &c);
}

static void check_errors(void)
{
	check_error("{\"metrics\": {\"all\": {\"email\": \"{{ mail }}\"}}}",
		    "metrics.all.email: column 4 of the template: undefined: only the pattern's own name is there\n");
	check_error("{\"metrics\": {\"for\": {\"a\": {\"b\": {\"ip\": \"{{ ip | map }}\", \"x\": 3}}}}}",
		    "metrics.for.a.b.ip: column 9 of the template: unknown: split, join, first, last, lower, upper, strip, "
		    "trim, replace and default are there\nmetrics.for.a.b.x: must be a boolean or a template\n");
	check_error("{\"metrics\": {\"all\": [], \"for\": {\"a\": 1, \"b\": {\"c\": true}}}}",
		    "metrics.all: must be an object\nmetrics.for.a: must be an object\nmetrics.for.b.c: must be an object\n");
	check_error("{\"metrics\": {\"export\": {\"matches\": {\"extras\": true}, \"streams\": 1}}}",
		    "metrics.export.matches.extras: unknown key (did you mean \"extra\"?)\n"
		    "metrics.export.streams: must be a boolean, not an integer\n");
	check_error("{\"reaction\": {\"logs\": {\"file\": \"x\"}, \"program\": \"y\", \"hold\": -1}}",
		    "reaction.logs.file: not an absolute path\nreaction.program: not an absolute path\n"
		    "reaction.hold: must be between 0 and 86400\n");
	check_error("{\"reaction\": {\"program\": \"none\"}, \"metrics\": null, \"listen\": null}", "");
}

static void check_shown(const struct rules *r, const char *filter, const char *value, const char *want)
{
	AUTO_BUF struct buf out = { 0 };

	CHECK_INT(rules_value(r, "ssh", filter, "ip", text_from(value), &out), 0);
	CHECK_STR(rules_show(r, "ssh", filter, "ip") ? buf_cstr(&out) : "hidden", want);
}

/* What is said for a filter comes before what is said for all. */
static void check_rules(void)
{
	json_auto_t *all = json_loads("{\"ip\": \"{{ ip | first }}\"}", 0, NULL);
	json_auto_t *for_ = json_loads("{\"ssh\": {\"off\": {\"ip\": false}, \"plain\": {\"ip\": true}, \"null\": {\"ip\": null}}}",
				       0, NULL);
	const struct rules r = { all, for_ }, none = { NULL, NULL };

	check_shown(&r, "x", "192", "1");
	check_shown(&r, "off", "192", "hidden");
	check_shown(&r, "plain", "192", "192");
	check_shown(&r, "null", "192", "192");
	check_shown(&none, "x", "192", "192");
}

int main(void)
{
	check_fixtures();
	check_values();
	check_errors();
	check_rules();
	return TEST_END();
}
