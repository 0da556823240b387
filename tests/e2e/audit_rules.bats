#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The alerts on two files that the tool published one after the other.
load helpers

LOG='type=%s msg=audit(1764115260.%03d:%d): pid=%d uid=0 auid=4294967295 ses=4294967295 msg='"'"'%s'"'"'\n'
SSH='op=PAM:authentication acct="alice" exe="/usr/sbin/sshd" hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh res=failed'
SUDO='cwd="/" cmd=6C73 exe="/usr/bin/sudo" terminal=pts/0 res=success'

setup() {
	command -v promtool >/dev/null || skip "needs promtool"
	cd "$BATS_TEST_TMPDIR"
	: >audit.log
	echo '{"audit": {"source": "file", "path": "'"$PWD"'/audit.log", "kernel": false, "rules": "", "keys": ["identity"]}}' >c.json
	run_tool before
}

# A run, whose file is kept under a name.
run_tool() {
	"$BUILD/audit-textfile" -c c.json --state "$PWD/state" -o "$PWD/audit.prom"
	cp audit.prom "$1.prom"
}

value() { sed -n "s/^$2 //p" "$1.prom"; } # FILE SERIES

# A test of promtool's: the two files' values, five times each, a minute apart; then what must be seen at minute 9.
# case SERIES ALERT FIRES
case_of() {
	printf 'rule_files: [%s/rules/audit-textfile.yml]\nevaluation_interval: 1m\ntests:\n' "$TOP"
	printf '  - interval: 1m\n    input_series:\n      - series: %s\n        values: "%sx4 %sx4"\n' "'$1'" \
		"$(value before "$1")" "$(value after "$1")"
	printf '    alert_rule_test:\n      - eval_time: 7m\n        alertname: %s\n        exp_alerts: [%s]\n' "$2" "$3"
}

passes() { case_of "$@" >t.yml && promtool test rules t.yml || { cat t.yml; return 1; }; }

@test "the rules are valid" {
	promtool check rules "$TOP/rules/audit-textfile.yml"
}

@test "thirteen failed ssh logins between two files fire HighFailedSSHLogins" {
	for i in $(seq 13); do printf "$LOG" USER_AUTH $((i * 20)) $i $((900 + i)) "$SSH"; done >>audit.log
	run_tool after
	[ "$(value after security_failed_ssh_logins_total)" = 13 ]
	passes security_failed_ssh_logins_total HighFailedSSHLogins \
		'{exp_labels: {severity: warning}, exp_annotations: {summary: "Many failed SSH logins on ", description: "13 SSH logins failed within five minutes."}}'
}

@test "eight do not" {
	for i in $(seq 8); do printf "$LOG" USER_AUTH $((i * 20)) $i $((900 + i)) "$SSH"; done >>audit.log
	run_tool after
	passes security_failed_ssh_logins_total HighFailedSSHLogins ''
}

@test "the first use of sudo fires SudoAttemptsDetected" {
	printf "$LOG" USER_CMD 1 1 77 "$SUDO" >>audit.log
	run_tool after
	passes security_sudo_attempts_total SudoAttemptsDetected \
		'{exp_labels: {severity: info}, exp_annotations: {summary: "sudo was used on ", description: "1 uses of sudo within five minutes, allowed or denied."}}'
}

@test "the first event of a key fires AuditIdentityFileChanged" {
	printf 'type=SYSCALL msg=audit(1764115260.001:9): arch=c000003e syscall=82 success=yes exit=0 pid=9 key="identity"\n' >>audit.log
	run_tool after
	passes 'audit_key_events_total{key="identity"}' AuditIdentityFileChanged \
		'{exp_labels: {severity: warning, key: identity}, exp_annotations: {summary: "A file of users or groups was changed on ", description: "1 audit events with the key identity within five minutes."}}'
}

@test "without events nothing fires" {
	run_tool after
	passes security_failed_ssh_logins_total HighFailedSSHLogins ''
	passes security_sudo_attempts_total SudoAttemptsDetected ''
	passes 'audit_key_events_total{key="identity"}' AuditIdentityFileChanged ''
}
