#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Which log each family comes from: never two, always told, and what happens where it changes or cannot be read.
load audit

setup() { logs; }

auth_failure() { auth_line "sshd[${1:-500}]" 'Failed password for bob from 192.0.2.1 port 22 ssh2'; }

# As a user who may not read everything; its own directory, since root's tests' is closed to others.
unprivileged() {
	OPEN=$(mktemp -d)
	ROOT=$OPEN/root OUT=$OPEN/out PROM=$OPEN/out/a.prom CONF=$OPEN/c.json
	LOG=$ROOT/var/log/audit/audit.log AUTH=$ROOT/var/log/auth.log
	mkdir -p "$ROOT/var/log/audit" "$OUT"
	echo '{}' >"$CONF"
	chmod -R u=rwX,go=rX "$OPEN"
	chmod 777 "$OUT"
}
teardown() { [ -z "${OPEN:-}" ] || rm -r "$OPEN"; }
as_nobody() {
	local nobody=""
	[ "$(id -u)" != 0 ] || nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	$nobody "$BUILD/audit-textfile" --root "$ROOT" -c "$CONF" -o "$PROM" --state "$OUT/a.state" "$@"
}

@test "audit.log goes before all others, and nothing is summed" {
	need_journal
	ssh_failure 1 >"$LOG"
	{ auth_failure 1; auth_failure 2; } >"$AUTH"
	{ ssh_failure 1 | audit_entries; ssh_message 1; } | journal
	audit --from-start
	feeds audit.log audit.log
	failures 1
	[ "$(grep -c '^audit_textfile_source_info' "$PROM")" = 1 ]
	has "$PROM" 'audit_textfile_source_info{source="audit.log",path="/var/log/audit/audit.log"}' 1
	lacks "$PROM" security_rejected_log_messages_total # only the journal can tell
}

@test "without audit.log it is the audit records in the journal" {
	need_journal
	auth_failure >"$AUTH"
	{ ssh_failure 1; ssh_failure 2; call '"exec"' no; } | audit_entries >"$OUT/x"
	{ cat "$OUT/x"; ssh_message 1; } | journal
	audit --from-start
	feeds journal-audit journal-audit
	failures 2
	has "$PROM" 'audit_textfile_source_info{source="journal-audit",path="journal"}' 1
	later
	has "$PROM" 'audit_key_events_total{key="exec"}' 1
	has "$PROM" 'audit_events_total{result="failed"}' 3
}

@test "records of calls alone tell no logins: those come from the journal's lines" {
	need_journal
	auth_failure >"$AUTH"
	{ call '"exec"' | audit_entries; ssh_message 1; ssh_message 1; } | journal
	audit --from-start
	feeds journal-audit journal
	failures 2
	has "$PROM" 'audit_textfile_source_info{source="journal",path="journal"}' 1
	has "$PROM" 'security_rejected_log_messages_total{program="sshd"}' 0
	later
	has "$PROM" 'audit_key_events_total{key="exec"}' 1
}

@test "a journal without audit records feeds logins alone" {
	need_journal
	auth_failure >"$AUTH"
	ssh_message | journal
	audit --from-start
	feeds none journal
	failures 1
	lacks "$PROM" audit_events_total
}

@test "auth.log is the last, secure where there is none" {
	auth_failure >"$AUTH"
	audit --from-start
	feeds none auth.log
	failures 1
	has "$PROM" 'audit_textfile_source_info{source="auth.log",path="/var/log/auth.log"}' 1
	mv "$AUTH" "$ROOT/var/log/secure"
	rm "$OUT"/*
	audit --from-start
	failures 1
	has "$PROM" 'audit_textfile_source_info{source="auth.log",path="/var/log/secure"}' 1
}

@test "the newest event's time is told where the log tells it: not by times without a year" {
	auth_failure >"$AUTH"
	audit --from-start
	has "$PROM" audit_textfile_last_event_timestamp_seconds "$SECOND"
	echo 'Nov 26 03:00:00 host sshd[9]: Failed password for bob from 192.0.2.1 port 22 ssh2' >"$AUTH"
	rm "$OUT"/*
	audit --from-start
	failures 1
	lacks "$PROM" audit_textfile_last_event_timestamp_seconds
}

@test "where there is no log at all no family claims that nothing happened" {
	run -0 audit
	feeds none none
	succeeded 1
	lacks "$PROM" security_failed_ssh_logins_total
	lacks "$PROM" audit_events_total
	valid "$PROM"
}

@test "a source that is asked for is used, whatever else is there" {
	need_journal
	ssh_failure 1 >"$LOG"
	{ auth_failure 1; auth_failure 2; } >"$AUTH"
	{ ssh_failure 1 | audit_entries; ssh_message 1; ssh_message 2; ssh_message 3; } | journal
	while read -r sources audit logins n; do
		configure <<<"$sources"
		rm -f "$OUT"/*
		audit --from-start
		feeds "$audit" "$logins"
		if [ "$n" = none ]; then lacks "$PROM" security_failed_ssh_logins_total; else failures "$n"; fi
	done <<-'END'
		{"audit":{"source":"file"},"logins":{"source":"file"}} audit.log auth.log 2
		{"audit":{"source":"file"},"logins":{"source":"journal"}} audit.log journal 3
		{"audit":{"source":"journal"},"logins":{"source":"audit"}} journal-audit journal-audit 1
		{"audit":{"source":"journal"},"logins":{"source":"file"}} journal-audit auth.log 2
		{"audit":{"source":"none"},"logins":{"source":"auto"}} none journal 3
		{"audit":{"source":"none"},"logins":{"source":"none"}} none none none
		{"audit":{"source":"file"},"logins":{"source":"none"}} audit.log none none
	END
}

@test "other paths, and a journal elsewhere" {
	need_journal
	mkdir "$ROOT/logs"
	ssh_failure >"$ROOT/logs/a"
	auth_failure >"$ROOT/logs/b"
	ssh_message | journal
	mv "$ROOT/var/log/journal" "$ROOT/logs/journal"
	configure <<<'{"audit": {"path": "/logs/a"}, "logins": {"source": "file", "path": "/logs/b"}}'
	audit --from-start
	feeds audit.log auth.log
	has "$PROM" 'audit_textfile_source_info{source="auth.log",path="/logs/b"}' 1
	configure <<<'{"journal": "/logs/journal"}'
	rm "$OUT"/*
	audit --from-start
	feeds none journal
	has "$PROM" 'audit_textfile_source_info{source="journal",path="/logs/journal"}' 1
	failures 1
}

@test "a source that changes begins at its end; what was counted stays" {
	need_journal
	auth_failure >"$AUTH"
	audit --from-start
	failures 1
	{ ssh_message 1; ssh_message 2; } | journal # the machine's journal is kept from now on
	auth_failure >>"$AUTH"
	audit
	feeds none journal
	failures 1
	ssh_message 3 | journal
	audit
	failures 2
	{ ssh_failure 1; ssh_failure 2; } >"$LOG" # auditd is installed
	audit
	feeds audit.log audit.log
	failures 2
	ssh_failure 3 >>"$LOG"
	audit
	failures 3
	rm "$LOG" # and again without: what the journal had meanwhile is another source's
	ssh_message 4 | journal
	audit
	failures 3
}

@test "the journal is read on from its last entry, matching or not" {
	need_journal
	ssh_message 1 | journal
	audit
	failures 0
	{ ssh_message 2; message cron 9 /usr/sbin/cron hello; } | journal
	audit
	failures 1
	audit
	failures 1
	message cron 9 /usr/sbin/cron hello | journal
	audit
	ssh_message 3 | journal
	audit
	failures 2
	no_gaps
}

@test "a journal that was vacuumed is a gap" {
	need_journal
	ssh_message 1 | journal
	audit --from-start
	rm "$ROOT/var/log/journal/a.journal"
	ssh_message 2 | journal
	audit
	has "$PROM" 'audit_textfile_gaps_total{reason="cursor_lost"}' 1
	failures 2
}

@test "a source that is asked for and not there fails the run, which repeats what was counted" {
	for source in '{"audit": {"source": "file"}}' '{"audit": {"source": "journal"}}' '{"logins": {"source": "journal"}}' \
		'{"logins": {"source": "file"}}' '{"logins": {"source": "file", "path": "/var/log/none"}}'; do
		rm -f "$OUT"/*
		auth_failure >"$AUTH"
		echo '{}' >"$CONF"
		audit --from-start
		failures 1
		mv "$AUTH" "$ROOT/auth"
		configure <<<"$source"
		run -1 --separate-stderr audit
		[ "$(wc -l <<<"$stderr")" = 1 ]
		[[ "$stderr" == *"cannot read "*": No such file or directory" ]]
		succeeded 0
		grep -q '^promshot_last_run_targets{.*result="failed"} 1' "$PROM"
		valid "$PROM"
		echo '{}' >"$CONF"
		mv "$ROOT/auth" "$AUTH"
		auth_failure >>"$AUTH"
		audit
		failures 2
		succeeded 1
	done
}

@test "what may not be read fails the run, which repeats what was counted and goes on later" {
	unprivileged
	ssh_failure 1 >"$LOG"
	as_nobody --from-start
	failures 1
	ssh_failure 2 >>"$LOG"
	chmod 0 "$LOG"
	for _ in 1 2; do
		run -1 as_nobody
		[[ "$output" == "audit-textfile: cannot read /var/log/audit/audit.log: Permission denied" ]]
		failures 1
		succeeded 0
	done
	has "$PROM" 'audit_textfile_source_info{source="audit.log",path="/var/log/audit/audit.log"}' 1
	chmod 644 "$LOG"
	as_nobody
	failures 2
	succeeded 1
}

@test "a log that may not be read is no reason to count another one" {
	unprivileged
	auth_failure >"$AUTH"
	ssh_failure >"$LOG"
	chmod 0 "$LOG"
	run -1 as_nobody --from-start
	succeeded 0
	feeds audit.log audit.log
	failures 0
}

@test "logs are opened before the privilege goes: as root it reads what root alone may" {
	need_root
	need_journal
	ssh_failure >"$LOG"
	chmod 600 "$LOG"
	chmod 700 "$ROOT/var/log/audit"
	chmod 777 "$OUT"
	chown 65534 "$OUT"
	audit --from-start
	failures 1
	rm "$LOG"
	ssh_message | journal
	chmod 700 "$ROOT/var/log/journal"
	rm "$OUT"/*
	audit --from-start
	failures 1
	[ "$(stat -c %u "$PROM")" = 65534 ]
}

@test "a run that must end goes on in the next" {
	local runs
	for i in $(seq 200); do ssh_failure "$i"; done >"$OUT/some"
	for _ in $(seq 100); do cat "$OUT/some"; done >"$LOG"
	for runs in $(seq 100); do # a disk that is slow
		strace -o /dev/null -e trace=pread64 -e inject=pread64:delay_enter=20000 "$BUILD/audit-textfile" --root "$ROOT" \
			-o "$PROM" --state "$OUT/a.state" --from-start --timeout 0.1
		succeeded 1
		grep -qx 'audit_textfile_unread_bytes 0' "$PROM" && break
	done
	[ "$runs" -ge 2 ]
	failures 20000
	no_gaps
}
