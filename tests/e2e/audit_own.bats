#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What the configuration of audit-textfile adds: keys, and counters of one's own over records, text logs and the journal.
load audit

setup() { logs; }

@test "keys of the configuration and of the rules file are at 0 from the first run" {
	: >"$LOG"
	cat >"$ROOT/etc/audit/audit.rules" <<-'END'
		-D
		-w /etc/passwd -p wa -k identity
		-a always,exit -F arch=b64 -S execve -F key=exec calls
		# -w /x -k comment
		-a always,exit -F dir=/etc -F key=one -F key=two
	END
	configure <<<'{"audit": {"keys": ["mine", "with \"quotes\""]}}'
	audit
	for key in identity exec one two mine 'with \"quotes\"'; do
		has "$PROM" "audit_key_events_total{key=\"$key\"}" 0
	done
	lacks "$PROM" comment
	{ call '"identity"'; call 6F6E650174776F; call 77697468202271756F74657322; } >>"$LOG"
	later
	for key in identity one two 'with \"quotes\"'; do
		has "$PROM" "audit_key_events_total{key=\"$key\"}" 1
	done
	has "$PROM" 'audit_key_events_total{key="mine"}' 0
	valid "$PROM"
}

@test "another rules file, and none" {
	: >"$LOG"
	echo '-w /etc/shadow -k shadow' >"$ROOT/rules"
	configure <<<'{"audit": {"rules": "/rules"}}'
	audit
	has "$PROM" 'audit_key_events_total{key="shadow"}' 0
	configure <<<'{"audit": {"rules": ""}}'
	rm "$OUT"/*
	run -0 audit
	[ -z "$output" ]
	lacks "$PROM" shadow
}

@test "a key that the rules lost keeps its count; a new one begins at 0" {
	call '"old"' >"$LOG"
	echo '-w /a -k old' >"$ROOT/etc/audit/audit.rules"
	later --from-start
	echo '-w /a -k new' >"$ROOT/etc/audit/audit.rules"
	audit
	has "$PROM" 'audit_key_events_total{key="old"}' 1
	has "$PROM" 'audit_key_events_total{key="new"}' 0
}

@test "counters over records: type, exact, list, prefix, regex, labels from fields" {
	configure <<-'END'
		{"counters": [
			{"name": "own_failed_total", "types": ["USER_AUTH"], "match": [{"field": "res", "is": "failed"}]},
			{"name": "own_by_user_total", "help": "By user.", "types": ["USER_AUTH", "USER_CMD"], "labels": {"user": "acct", "how": "op"}},
			{"name": "own_list_total", "match": [{"field": "acct", "in": ["alice", "a b"]}]},
			{"name": "own_prefix_total", "match": [{"field": "exe", "prefix": "/usr/sbin/"}]},
			{"name": "own_regex_total", "match": [{"field": "acct", "regex": "^a[a-z ]+$"}, {"field": "res", "is": "success"}]},
			{"name": "own_calls_total", "types": ["SYSCALL"], "match": [{"field": "comm", "is": "ls"}], "labels": {"key": "key"}}
		]}
	END
	: >"$LOG"
	audit
	for name in own_failed_total own_list_total own_prefix_total own_regex_total; do has "$PROM" $name 0; done
	{
		ssh_failure 1 '"alice"'
		user USER_AUTH 2 PAM:authentication /usr/sbin/sshd success 612062 # a b
		user USER_CMD 3 x /usr/bin/sudo success '"bob"'
		call '"exec"'
	} >>"$LOG"
	audit
	has "$PROM" own_failed_total 1
	has "$PROM" 'own_by_user_total{user="alice",how="PAM:authentication"}' 1
	has "$PROM" 'own_by_user_total{user="a b",how="PAM:authentication"}' 1
	has "$PROM" 'own_by_user_total{user="bob",how="x"}' 1
	has "$PROM" own_list_total 2
	has "$PROM" own_prefix_total 2
	has "$PROM" own_regex_total 1
	has "$PROM" 'own_calls_total{key="exec"}' 1
	valid "$PROM"
}

@test "counters over a text log, which rotates: groups are labels, the rest of the line is not looked at" {
	mkdir "$ROOT/srv"
	printf '{"logs": [{"path": "/srv/web.log", "counters": [
		{"name": "own_requests_total", "regex": "\\\\] \\"(?<method>[A-Z]+) [^\\"]*\\" (?<code>[0-9]{3})"},
		{"name": "own_errors_total", "regex": "(?i)error", "top_of": "", "distinct_of": ""}]}]}' >"$CONF"
	request() { printf '192.0.2.%s - - [x] "%s /%s HTTP/1.1" %s 5\n' "$1" "$2" "$3" "$4"; }
	request 1 GET old 200 >"$ROOT/srv/web.log"
	audit
	has "$PROM" own_errors_total 0
	has "$PROM" 'audit_textfile_source_info{source="log",path="/srv/web.log"}' 1
	{ request 1 GET a 200; request 2 GET b 404; echo "an Error"; } >>"$ROOT/srv/web.log"
	mv "$ROOT/srv/web.log" "$ROOT/srv/web.log.1"
	{ request 3 POST c 200; request 1 GET d 200; } >"$ROOT/srv/web.log"
	audit
	has "$PROM" 'own_requests_total{method="GET",code="200"}' 2
	has "$PROM" 'own_requests_total{method="GET",code="404"}' 1
	has "$PROM" 'own_requests_total{method="POST",code="200"}' 1
	has "$PROM" own_errors_total 1
	no_gaps
}

@test "a text log that is not there yet is no failure, and new from its first byte when it comes" {
	configure <<<'{"logs": [{"path": "/x.log", "counters": [{"name": "own_lines_total", "regex": "x"}]}]}'
	run -0 audit
	succeeded 1
	grep -q '^promshot_last_run_targets{.*result="failed"} 1' "$PROM"
	printf 'x\nx\n' >"$ROOT/x.log"
	run -0 audit
	has "$PROM" own_lines_total 2
}

@test "counters over the journal: matches, another field, a message of several lines" {
	need_journal
	configure <<-'END'
		{"logins": {"source": "none"}, "logs": [
			{"journal": {"_SYSTEMD_UNIT": "web.service", "PRIORITY": "3"}, "counters": [
				{"name": "own_errors_total", "regex": "^(?<what>[a-z]+):"}]},
			{"journal": {"_SYSTEMD_UNIT": "db.service"}, "counters": [
				{"name": "own_slow_total", "regex": "^slow", "field": "DB_EVENT"}]}]}
	END
	entry _SYSTEMD_UNIT=web.service PRIORITY=3 MESSAGE=old: | journal
	audit
	has "$PROM" own_slow_total 0
	{
		entry _SYSTEMD_UNIT=web.service PRIORITY=3 'MESSAGE=disk: full'
		entry _SYSTEMD_UNIT=web.service PRIORITY=3 $'MESSAGE=disk: full\nnet: down'
		entry _SYSTEMD_UNIT=web.service PRIORITY=6 'MESSAGE=disk: fine'
		entry _SYSTEMD_UNIT=db.service PRIORITY=3 'MESSAGE=slow' DB_EVENT=slow_query
		entry _SYSTEMD_UNIT=other.service PRIORITY=3 'MESSAGE=disk: full' DB_EVENT=slow
	} | journal
	audit
	has "$PROM" 'own_errors_total{what="disk"}' 2
	has "$PROM" own_slow_total 1
	has "$PROM" 'audit_textfile_source_info{source="journal",path="journal"}' 1
	feeds none none
}

@test "top values and the number of different ones go with a counter" {
	configure <<<'{"logs": [{"path": "/x.log", "counters": [{"name": "own_hits_total", "regex": "from (?<addr>\\S+)",
		"top_of": "addr", "top": 2, "distinct_of": "addr"}]}]}'
	for n in 1 2 3 4 5 5 5 5 6 6 6; do echo "from 192.0.2.$n"; done >"$ROOT/x.log"
	audit --from-start
	has "$PROM" own_hits_total 11
	has "$PROM" 'own_hits_top{addr="192.0.2.5"}' 4
	has "$PROM" 'own_hits_top{addr="192.0.2.6"}' 3
	[ "$(grep -c '^own_hits_top' "$PROM")" = 2 ]
	has "$PROM" own_hits_distinct 6
	echo 'from 192.0.2.6' >>"$ROOT/x.log"
	audit
	has "$PROM" own_hits_total 12
	has "$PROM" 'own_hits_top{addr="192.0.2.6"}' 4
	has "$PROM" own_hits_distinct 6
	valid "$PROM"
}

@test "a counter that leaves the configuration is forgotten, its neighbour is not; other labels begin anew" {
	printf 'a x\nb x\n' >"$ROOT/x.log"
	write() { printf '{"logs": [{"path": "/x.log", "counters": [%s]}]}' "$1" >"$CONF"; }
	one='{"name": "own_one_total", "regex": "^(?<w>[a-z])"}' two='{"name": "own_two_total", "regex": "x"}'
	write "$one, $two"
	audit --from-start
	has "$PROM" own_two_total 2
	write "$two"
	audit
	has "$PROM" own_two_total 2
	lacks "$PROM" own_one_total
	write "$two, ${one/<w>/<v>}"
	echo 'c x' >>"$ROOT/x.log"
	audit
	has "$PROM" 'own_one_total{v="c"}' 1
	[ "$(grep -c '^own_one_total' "$PROM")" = 1 ]
	has "$PROM" own_two_total 3
}

@test "configuration errors name file, line and key, all of them, and exit 2; --check-config too" {
	cat >"$CONF" <<-'END'
		{
			"audit": {"source": "files", "path": "relative"},
			"logins": {"nonsense": 1},
			"max_series": 0,
			"counters": [
				{"name": "own_total", "types": ["USER_AUTH", "NO_TYPE"]},
				{"name": "own_total", "match": [{"field": "acct"}]},
				{"name": "audit_mine_total"}
			],
			"logs": [
				{"path": "/x", "counters": [
					{"name": "own_x_total", "regex": "(unclosed"},
					{"name": "own_y_total", "regex": "fine", "top_of": "addr"}
				]},
				{"counters": []},
				{"path": "/x", "counters": [{"name": "own_z_total", "regex": "z"}]}
			]
		}
	END
	# the table's errors are told first: what lies behind needs a tree of the right shape
	for option in "" --check-config; do
		run -2 --separate-stderr audit $option
		[ -z "$output" ]
		for want in '2: audit.source: ' '2: audit.path: not an absolute path' '3: logins.nonsense: unknown key' '4: max_series: ' \
			'8: counters[2].name: starts with the prefix of a shipped family'; do
			[[ "$stderr" == *"$CONF:$want"* ]] || { echo "want $want: $stderr"; return 1; }
		done
		[ ! -e "$PROM" ]
	done
	sed -i -e '2,4d' -e 's/audit_mine/own_mine/' "$CONF"
	for option in "" --check-config; do
		run -2 --separate-stderr audit $option
		[ -z "$output" ]
		for want in '3: counters[0].types[1]: is no type of audit records' '4: counters[1].match[0]: needs one of' \
			'4: counters[1].name: is the name of another counter' '9: logs[0].counters[0].regex: ' \
			'10: logs[0].counters[1].top_of: is no named group' '12: logs[1]: needs one of path and journal' '13: logs[2].path: is that of another log'; do
			[[ "$stderr" == *"$CONF:$want"* ]] || { echo "want $want: $stderr"; return 1; }
		done
		[ ! -e "$PROM" ]
	done
}

@test "the same in YAML" {
	CONF=$BATS_TEST_TMPDIR/c.yaml
	printf 'logs:\n  - path: /x.log\n    counters:\n      - name: own_x_total\n        regex: "a("\n' >"$CONF"
	run -2 --separate-stderr audit --check-config
	[[ "$stderr" == *"$CONF:5: logs[0].counters[0].regex: "* ]]
	printf 'logs:\n  - path: /x.log\n    counters:\n      - name: own_x_total\n        regex: a\n' >"$CONF"
	echo a >"$ROOT/x.log"
	audit --from-start
	has "$PROM" own_x_total 1
}

@test "an expression that runs away is stopped and counted, the others go on" {
	configure <<<'{"logs": [{"path": "/x.log", "counters": [{"name": "own_slow_total", "regex": "^(a+)+$"},
		{"name": "own_fast_total", "regex": "a"}]}]}'
	{ printf 'a%.0s' $(seq 60); echo b; echo aaa; } >"$ROOT/x.log"
	timeout 10 "$BUILD/audit-textfile" --root "$ROOT" -c "$CONF" -o "$PROM" --state "$OUT/a.state" --from-start
	has "$PROM" own_fast_total 2
	has "$PROM" own_slow_total 1
	has "$PROM" 'audit_textfile_parse_errors_total{reason="regex_limit"}' 1
}
