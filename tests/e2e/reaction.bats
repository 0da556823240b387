#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# reaction-textfile over logs of both versions, beside a stand-in for reaction.
load helpers

setup() {
	ROOT=$BATS_TEST_TMPDIR/root OUT=$BATS_TEST_TMPDIR/out PROM=$BATS_TEST_TMPDIR/out/r.prom CONF=$BATS_TEST_TMPDIR/c.yaml
	LOG=$ROOT/var/log/reaction.log PROGRAM=$BATS_TEST_TMPDIR/reaction
	mkdir -p "$ROOT/var/log" "$OUT"
	: >"$LOG"
	printf 'reaction:\n  logs:\n    file: /var/log/reaction.log\n  program: %s\n' "$PROGRAM" >"$CONF"
	stand_in
}

# What `reaction test-config` prints: streams with filters, actions and the patterns in their regexes.
CONFIG='{"patterns": {"ip": {"regex": "[0-9.]+"}, "agent": {"regex": ".*"}},
 "streams": {
  "ssh": {"filters": {"failedlogin": {"regex": ["from <ip>"],
     "actions": {"ban": {"cmd": ["ipset", "add", "<ip>"]}, "unban": {"cmd": ["ipset", "del", "<ip>"]}}}}},
  "web": {"filters": {"bots": {"regex": ["<ip> <agent>"], "actions": {"ban": {"cmd": ["ipset", "add", "<ip>"]}}}}}}}'
SHOWN='{"ssh": {"failedlogin": {"192.0.2.1": {"actions": {"unban": ["2026-11-26 00:00:00"]}}, "192.0.2.3": {"matches": 2}, "192.0.2.2": {"matches": 1, "actions": {"unban": ["2026-11-26 00:00:00", "2026-11-26 01:00:00"]}}}}}'

# stand_in [SHOW]: reaction, whose `show` is these commands of the shell
stand_in() {
	cat >"$PROGRAM" <<-END
		#!/bin/sh
		case "\$1" in
		test-config) cat <<'EOF'
		$CONFIG
		EOF
		;;
		-V) echo "reaction 2.1.2" ;;
		show) ${1:-echo '$SHOWN'} ;;
		esac
	END
	chmod 755 "$PROGRAM"
}

reaction() { "$BUILD/reaction-textfile" --root "$ROOT" -c "$CONF" -o "$PROM" --state "$OUT/r.state" "$@"; }
later() { reaction --now $(($(date +%s) + 86400)) "$@" && reaction --now $(($(date +%s) + 2 * 86400)); } # none can fail any more
matches() { has "$PROM" 'reaction_matches_total{stream="ssh",filter="failedlogin"}' "$1"; }
# Lines have no time: two that are the same cannot be told apart, nor can copies of fewer than 64 bytes.
match() { printf ' INFO ssh.failedlogin: match ["%s"]\n' "${1:-192.0.2.1}"; }
total() { awk -v f="$1" 'index($0, f "{") == 1 || index($0, f " ") == 1 { n += $NF } END { print n + 0 }' "$PROM"; }

@test "every name of reaction's configuration is there at 0 from the first run" {
	match >>"$LOG"
	reaction
	matches 0
	has "$PROM" 'reaction_matches_total{stream="web",filter="bots"}' 0
	has "$PROM" 'reaction_actions_total{result="error",phase="live",stream="ssh",filter="failedlogin",action="unban"}' 0
	has "$PROM" 'reaction_up' 1
}

@test "with --from-start the first run counts what is there" {
	{ match; match; } >>"$LOG"
	reaction --from-start
	matches 2
}

@test "each line counts once over growth, rotation, packing and copytruncate" {
	reaction
	match "2001:db8:0:0:0:0:0:0:0:0:0:0:0:1" >>"$LOG" && reaction && matches 1
	reaction && matches 1
	match "2001:db8:0:0:0:0:0:0:0:0:0:0:0:2" >>"$LOG"
	mv "$LOG" "$LOG.1" && match "2001:db8:0:0:0:0:0:0:0:0:0:0:0:3" >"$LOG"
	reaction && matches 3
	match "2001:db8:0:0:0:0:0:0:0:0:0:0:0:4" >>"$LOG"
	mv "$LOG.1" "$LOG.2" && gzip "$LOG.2" && mv "$LOG" "$LOG.1" && match "2001:db8:0:0:0:0:0:0:0:0:0:0:0:5" >"$LOG"
	reaction && matches 5
	match "2001:db8:0:0:0:0:0:0:0:0:0:0:0:6" >>"$LOG"
	cp "$LOG" "$LOG.copy" && mv "$LOG.copy" "$LOG.0" && : >"$LOG" && match "2001:db8:0:0:0:0:0:0:0:0:0:0:0:7" >>"$LOG"
	reaction && matches 7
	[ "$(total reaction_textfile_gaps_total)" = 0 ]
}

@test "a failed action is one action, even when its failure is told in another run" {
	reaction
	echo ' INFO web.bots.ban: run ["ipset" "add" "192.0.2.9"]' >>"$LOG"
	reaction
	has "$PROM" reaction_textfile_held_actions 1
	[ "$(total reaction_actions_total)" = 0 ]
	echo ' ERROR web.bots.ban: run ["ipset" "add" "192.0.2.9"]: exit code: 2' >>"$LOG"
	reaction
	has "$PROM" 'reaction_actions_total{result="error",phase="live",stream="web",filter="bots",action="ban"}' 1
	later
	[ "$(total reaction_actions_total)" = 1 ]
}

@test "values that hold brackets, quotes and blanks are no other lines" {
	reaction
	match '] ssh.failedlogin: match [\"x' >>"$LOG"
	match 'a b"], ["c' >>"$LOG"
	reaction
	matches 2
	[ "$(total reaction_matches_total)" = 2 ]
}

@test "lines of some other version are counted and harm nothing" {
	reaction
	printf 'nonsense\n INFO something new\n\xff\xfe\n' >>"$LOG"
	match >>"$LOG"
	reaction
	matches 1
	has "$PROM" reaction_log_lines_unparsed_total 3
}

@test "what is pending comes from reaction show" {
	reaction
	has "$PROM" 'reaction_pending_actions{stream="ssh",filter="failedlogin",action="unban"}' 3
	has "$PROM" 'reaction_pending_matches{stream="ssh",filter="failedlogin"}' 2
	has "$PROM" 'reaction_pending_actions{stream="web",filter="bots",action="ban"}' 0
	has "$PROM" 'reaction_status_info{version="2.1.2",status="1"}' 1
}

@test "a reaction that is down, hangs, prints garbage or 10 MB is reaction_up 0, and the log counts on" {
	echo '  timeout: 0.5' >>"$CONF"
	reaction
	for show in 'exit 1' 'sleep 60' 'echo "{"' 'echo []' 'head -c 10000000 /dev/zero' 'yes' 'kill -9 $$'; do
		stand_in "$show"
		match >>"$LOG"
		reaction || { echo "$show"; return 1; }
		has "$PROM" reaction_up 0
		has "$PROM" 'promshot_last_run_success{tool="reaction-textfile"}' 1
	done
	matches 7
	! pgrep -f "^sleep 60$" -P 1 || return 1
	stand_in && reaction
	has "$PROM" reaction_up 1
}

@test "without reaction's program names come from the log, and from the run before" {
	reaction
	rm "$PROGRAM"
	match >>"$LOG"
	run -0 --separate-stderr reaction
	[[ "$stderr" == *"$PROGRAM"* ]]
	matches 1
	has "$PROM" 'reaction_matches_total{stream="web",filter="bots"}' 0
}

@test "a log that cannot be read fails the run and keeps the counters" {
	reaction
	match >>"$LOG" && reaction
	rm "$LOG" && mkdir "$LOG"
	run -1 --separate-stderr reaction
	[[ "$stderr" == *reaction.log* ]]
	matches 1
	has "$PROM" 'promshot_last_run_success{tool="reaction-textfile"}' 0
}

@test "any division of a log into runs gives the same counters" {
	local whole=$BATS_TEST_TMPDIR/whole
	for log in "$TOP"/cmd/reaction-textfile/samples/v?.log; do
		rm -f "$OUT"/* && cp "$log" "$LOG" && later --from-start
		grep -E '^reaction_.*_total' "$PROM" | grep -v _bytes_ >"$whole"
		for part in 1 3 7; do
			rm -f "$OUT"/* && : >"$LOG" && reaction
			while IFS= read -r line; do
				printf '%s\n' "$line" >>"$LOG"
				[ $((++n % part)) != 0 ] || reaction
			done <"$log"
			reaction && later
			grep -E '^reaction_.*_total' "$PROM" | grep -v _bytes_ | diff "$whole" -
		done
	done
}

@test "random logs of both versions count as what was made up" {
	sed -i 's|"bots": {"regex"|"a.b": {"regex": ["<ip>"], "actions": {"mail": {"cmd": ["mail"]}}}, "bots": {"regex"|' "$PROGRAM"
	for version in 1 2; do
		for seed in $(seq 6); do
			python3 "$TOP/tests/oracle/reaction_random.py" $version "$seed" 300 "$LOG" "$BATS_TEST_TMPDIR/expected"
			rm -f "$OUT"/* && later --from-start
			grep -E '^reaction_(matches|actions|commands|stream_events|starts|log_lines).*_total' "$PROM" | grep -v ' 0$' |
				LC_ALL=C sort | diff <(LC_ALL=C sort "$BATS_TEST_TMPDIR/expected") - || { echo "version $version seed $seed"; return 1; }
		done
	done
}

@test "the journal of its unit is read by cursor" {
	[ -x /usr/lib/systemd/systemd-journal-remote ] || skip "needs systemd-journal-remote"
	printf 'reaction:\n  journal: /var/log/journal\n  program: none\n' >"$CONF"
	mkdir -p "$ROOT/var/log/journal"
	entry() { # UNIT TEXT
		second=$((${second:-1700000000} + 1))
		printf '__REALTIME_TIMESTAMP=%d000000\n__MONOTONIC_TIMESTAMP=%d000000\n_BOOT_ID=%032d\n' $second $second 1
		printf '_SYSTEMD_UNIT=%s\nMESSAGE=%s\n\n' "$1" "$2"
	}
	add() { /usr/lib/systemd/systemd-journal-remote -o "$ROOT/var/log/journal/a.journal" - 2>/dev/null >&2; }
	entry reaction.service "$(match)" | add
	reaction
	{ entry reaction.service "$(match)"; entry other.service "$(match)"; } | add
	reaction && reaction
	matches 1
	entry reaction.service "$(match)" | add
	reaction
	matches 2
}

@test "a log level that hides matches is told" {
	reaction
	for i in $(seq 12); do echo " WARN ssh: something $i"; done >>"$LOG"
	reaction
	has "$PROM" reaction_log_level_insufficient 1
	match >>"$LOG" && reaction
	has "$PROM" reaction_log_level_insufficient 0
}

@test "values are labels on request only, go through templates, and are bounded" {
	printf 'values: true\nmax_series: 20\nmetrics:\n  all:\n    ip: "{{ ip.split(\\".\\") | first }}"\n' >>"$CONF"
	reaction
	match 192.0.2.1 >>"$LOG" && reaction
	has "$PROM" 'reaction_match_values_total{stream="ssh",filter="failedlogin",pattern="ip",value="192"}' 1
	for i in $(seq 500); do match "v$i\\\\\"."; done >>"$LOG"
	reaction
	[ "$(grep -c ^reaction_match_values_total "$PROM")" -le 21 ]
	grep -q 'reaction_match_values_total.*value="other"' "$PROM"
	[ "$(wc -c <"$PROM")" -lt 65536 ]
	python3 "$TOP/tests/prom/promcheck.py" "$PROM"
}

@test "--compat prints the exporter's families, of this run only" {
	reaction
	match >>"$LOG" && reaction --compat
	has "$PROM" 'reaction_match_count{stream="ssh",filter="failedlogin",ip="192.0.2.1",agent=""}' 1
	has "$PROM" 'reaction_pending_count{stream="ssh",filter="failedlogin",action="unban",ip="192.0.2.2",agent=""}' 2
	reaction --compat
	lacks "$PROM" 'reaction_match_count{'
	matches 1
}

@test "the exporter's configurations are taken as they are" {
	for f in "$TOP"/tests/fixtures/reaction/config/*; do
		run -0 --separate-stderr "$BUILD/reaction-textfile" -c "$f" --check-config
		[ -z "$stderr" ] || { echo "$f: $stderr"; return 1; }
	done
}

@test "each YAML block of the exporter's own document passes" {
	local doc=${PROMSHOT_CORPUS:-/nowhere}/../origin/reaction-metrics-exporter.md n=0
	[ -f "$doc" ] || skip "the document is not there"
	awk '/^```yaml/ { f = sprintf("%s/block%02d.yaml", dir, ++n); next } /^```/ { f = ""; next } f { print >f }' \
		dir="$BATS_TEST_TMPDIR" "$doc"
	# One of them lacks the quote at a line's end, which no YAML parser takes.
	sed -i "s/^\(    email: \"{{ .* }}\)$/\1\"/" "$BATS_TEST_TMPDIR"/block*.yaml
	for f in "$BATS_TEST_TMPDIR"/block*.yaml; do
		"$BUILD/reaction-textfile" -c "$f" --check-config >/dev/null || { cat "$f"; return 1; }
		n=$((n + 1))
	done
	[ $n -ge 8 ]
}

@test "a wrong template or key is an error with its file and line" {
	printf 'metrics:\n  all:\n    ip: "{{ ip | nonsense }}"\n  nonsense: 1\n' >"$CONF"
	run -2 --separate-stderr reaction
	[[ "$stderr" == *"c.yaml:3: metrics.all.ip"* ]]
	[[ "$stderr" == *"c.yaml:4: metrics.nonsense: unknown key"* ]]
}
