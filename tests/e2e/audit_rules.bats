#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The shipped alerts over what the tool publishes: two runs over a log that grows between them, and Prometheus' own
# evaluation of the two files, each served for five minutes.
load helpers

setup() {
	command -v promtool >/dev/null || skip "needs promtool"
	ROOT=$BATS_TEST_TMPDIR/root OUT=$BATS_TEST_TMPDIR/out LOG=$BATS_TEST_TMPDIR/root/var/log/audit/audit.log
	mkdir -p "$ROOT/var/log/audit" "$ROOT/etc/audit" "$OUT"
	echo '-w /etc/passwd -p wa -k identity' >"$ROOT/etc/audit/audit.rules"
	cp "$TOP/rules/audit-textfile.yml" "$OUT"
	: >"$LOG"
}

audit() { "$BUILD/audit-textfile" --root "$ROOT" --state "$OUT/state" -o "$1"; }

# series FIRST SECOND: every series of the first file as a line of promtool's input, sampled each 30 s: its value for
# 5 minutes, then the second file's.
series() {
	awk '/^#/ { next }
	{ v = $NF; sub(/ [^ ]*$/, ""); at[$0] = at[$0] " " v "x9"; if (NR == FNR) name[++n] = $0 }
	END { for (i = 1; i <= n; i++) {
		s = name[i]
		if (!sub(/}$/, ",instance=\"web1\"}", s)) s = s "{instance=\"web1\"}"
		gsub(/\047/, "\047\047", s)
		printf "      - series: \047%s\047\n        values: \047%s\047\n", s, substr(at[name[i]], 2) } }' "$1" "$2"
}

# firing MINUTE [ALERT...]: at that minute, 0 being the first scrape, exactly these alerts fire.
firing() {
	local alert minute=$1 on
	shift
	{
		printf 'rule_files: [audit-textfile.yml]\nevaluation_interval: 30s\ntests:\n  - interval: 30s\n    input_series:\n'
		series "$OUT/1.prom" "$OUT/2.prom"
		printf '    alert_rule_test:\n'
		for alert in HighFailedSSHLogins SudoAttemptsDetected AuditIdentityFileChanged; do
			printf '      - {alertname: %s, eval_time: %sm, exp_alerts: []}\n' "$alert" "$minute"
		done
	} >"$OUT/test.yml"
	run promtool test rules "$OUT/test.yml"
	# What was not expected is told by name; so nothing may be told but these, and all of them.
	for alert in HighFailedSSHLogins SudoAttemptsDetected AuditIdentityFileChanged; do
		on=no
		[[ " $* " != *" $alert "* ]] || on=yes
		if [[ "$output" == *"alertname: $alert,"* ]]; then [ $on = yes ]; else [ $on = no ]; fi ||
			{ echo "$alert at minute $minute: should fire: $on"; echo "$output"; return 1; }
	done
	if [ $# = 0 ]; then [ "$status" = 0 ]; else [[ "$output" == *FAILED* ]]; fi || { echo "$output"; return 1; }
}

@test "the alerts are those of the rules file, which promtool takes" {
	run -0 promtool check rules "$TOP/rules/audit-textfile.yml"
	[[ "$output" == *"3 rules found"* ]]
	grep -qxF '        expr: increase(security_failed_ssh_logins_total[5m]) > 10' "$TOP/rules/audit-textfile.yml"
	grep -qxF '        expr: increase(security_sudo_attempts_total[5m]) > 0' "$TOP/rules/audit-textfile.yml"
	grep -qxF '        expr: increase(audit_key_events_total{key="identity"}[5m]) > 0' "$TOP/rules/audit-textfile.yml"
}

# N failed logins of N connections; a use of sudo; a change of /etc/passwd.
failures() {
	local i
	for i in $(seq "$1"); do
		printf 'type=USER_AUTH msg=audit(1790000000.%03d:%d): pid=%d uid=0 auid=4294967295 ses=4294967295 ' "$i" "$i" "$i"
		printf 'msg=\047op=PAM:authentication acct="alice" exe="/usr/sbin/sshd" addr=192.0.2.7 terminal=ssh res=failed\047\n'
	done
}
sudo_once() {
	echo "type=USER_CMD msg=audit(1790000001.000:50): pid=77 uid=1000 auid=1000 ses=3 msg='cwd=\"/\" cmd=\"ls\" exe=\"/usr/bin/sudo\" res=success'"
}
identity() {
	echo 'type=SYSCALL msg=audit(1790000002.000:51): arch=c000003e syscall=82 success=yes exit=0 pid=9 key="identity"'
}
rule_added() { echo 'type=CONFIG_CHANGE msg=audit(1790000002.000:52): op=add_rule key="identity" list=4 res=1'; }

@test "the alerts fire on two published files: failed logins, sudo, the first event of a key" {
	audit "$OUT/1.prom"
	has "$OUT/1.prom" 'audit_key_events_total{key="identity"}' 0
	{ failures 13; sudo_once; identity; } >>"$LOG"
	audit "$OUT/2.prom"
	has "$OUT/2.prom" security_failed_ssh_logins_total 13
	has "$OUT/2.prom" security_sudo_attempts_total 1
	has "$OUT/2.prom" 'audit_key_events_total{key="identity"}' 1
	firing 4
	firing 5 AuditIdentityFileChanged
	firing 7 HighFailedSSHLogins SudoAttemptsDetected AuditIdentityFileChanged
}

@test "each fires alone" {
	audit "$OUT/1.prom"
	sudo_once >>"$LOG"
	audit "$OUT/2.prom"
	firing 7 SudoAttemptsDetected
}

@test "none of them fires on few failures, or on the adding of a rule" {
	audit "$OUT/1.prom"
	{ failures 8; rule_added; } >>"$LOG"
	audit "$OUT/2.prom"
	has "$OUT/2.prom" 'audit_records_total{type="CONFIG_CHANGE"}' 1
	has "$OUT/2.prom" security_failed_ssh_logins_total 8
	for minute in 4 5 7 9; do firing $minute; done
}

@test "what the log held before the first run fires nothing" {
	{ failures 13; sudo_once; identity; } >"$LOG"
	audit "$OUT/1.prom"
	audit "$OUT/2.prom"
	for minute in 1 5 7 9; do firing $minute; done
}
