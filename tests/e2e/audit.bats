#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# audit-textfile over a log that grows and rotates: each record once, whatever happened between two runs.
load audit

setup() { logs; }

@test "a first run begins at the end, with every fixed series there at 0" {
	{ ssh_failure; user USER_CMD 7 x /usr/bin/sudo success; call '"exec"'; } >"$LOG"
	audit
	valid "$PROM"
	run ! grep -E '^(security|audit)_[a-z_]*_total[ {].* [^0]' "$PROM"
	for series in security_failed_ssh_logins_total security_sudo_attempts_total 'security_sudo_commands_total{result="failed"}' \
		'security_su_attempts_total{result="success"}' 'security_auth_failures_total{service="sshd"}' \
		'security_ssh_auth_failures_total{method="password",user="invalid"}' \
		'security_ssh_logins_total{method="publickey",user="root"}' 'security_account_changes_total{op="add_user"}' \
		'security_ssh_preauth_disconnects_total{reason="timeout"}' 'audit_events_total{result="failed"}' \
		'audit_avc_denials_total{lsm="apparmor"}' 'audit_service_events_total{action="stop",result="failed"}' \
		audit_failed_syscalls_total audit_textfile_serial_gaps_total 'audit_textfile_gaps_total{reason="rotated_away"}'; do
		has "$PROM" "$series" 0
	done
	ssh_failure >>"$LOG"
	audit
	failures 1
}

@test "--from-start counts what is there already, once" {
	{ ssh_failure 1; ssh_failure 2; } >"$LOG"
	audit --from-start
	failures 2
	audit --from-start
	failures 2
}

@test "--input reads a file whole, plain, packed or from a pipe, and keeps no state" {
	{ ssh_failure 1; ssh_failure 2; call '"exec"'; printf '%s' "$(ssh_failure 3)"; } >"$OUT/x.log"
	input "$OUT/x.log" >"$OUT/want"
	grep -qx 'security_failed_ssh_logins_total 3' "$OUT/want"
	grep -qx 'audit_key_events_total{key="exec"} 1' "$OUT/want"
	gzip -k "$OUT/x.log"
	xz -k "$OUT/x.log"
	zstd -q -k "$OUT/x.log"
	for packed in gz xz zst; do
		input "$OUT/x.log.$packed" | diff "$OUT/want" -
	done
	input - <"$OUT/x.log" | diff "$OUT/want" -
	cat "$OUT/x.log" | input - | diff "$OUT/want" -
	audit --input "$OUT/x.log"
	failures 3
	valid "$PROM"
	[ ! -e "$OUT/a.state" ]
	run -1 --separate-stderr "$BUILD/audit-textfile" --input "$OUT/none"
	[[ "$stderr" == *"$OUT/none: No such file"* ]]
}

@test "RAW and ENRICHED records count the same" {
	local raw enriched=$OUT/enriched.log
	{ ssh_failure; user USER_CMD 7 x /usr/bin/sudo failed; call '"exec"' no; } >"$OUT/raw.log"
	sed $'s/$/\x1dUID="root" AUID="unset" res=failed res=success acct="root"/' "$OUT/raw.log" >"$enriched"
	input "$OUT/raw.log" >"$OUT/want"
	[ "$(wc -l <"$OUT/want")" -ge 10 ]
	input "$enriched" | diff "$OUT/want" -
}

@test "a log that grows is counted once in each run, none at a run without news" {
	: >"$LOG"
	audit
	for n in 1 2 3; do
		ssh_failure "$n" >>"$LOG"
		audit
		failures $n
		audit
		failures $n
	done
	no_gaps
	has "$PROM" audit_textfile_unread_bytes 0
	has "$PROM" audit_textfile_read_bytes_total "$(stat -c %s "$LOG")"
}

@test "a log that was not there at the first run is new from its first byte" {
	configure <<<'{"audit": {"source": "file"}}'
	run -1 audit
	succeeded 0
	ssh_failure >"$LOG"
	audit
	failures 0 # the failed run kept nothing: this is the first
	ssh_failure >>"$LOG"
	audit
	failures 1
}

@test "a rotation loses nothing: one, two between runs, with what was packed meanwhile" {
	ssh_failure >"$LOG"
	audit --from-start
	ssh_failure 1 >>"$LOG"
	mv "$LOG" "$LOG.1"
	ssh_failure 2 >"$LOG"
	audit
	failures 3
	ssh_failure 3 >>"$LOG"
	mv "$LOG.1" "$LOG.3"
	mv "$LOG" "$LOG.2"
	{ ssh_failure 4; ssh_failure 5; } >"$LOG.1"
	ssh_failure 6 >"$LOG"
	gzip "$LOG.2" "$LOG.3"
	audit
	failures 7
	audit
	failures 7
	no_gaps
}

@test "copytruncate: the rest is read from the copy, the log from its first byte" {
	ssh_failure >"$LOG"
	audit --from-start
	ssh_failure 1 >>"$LOG"
	cp "$LOG" "$LOG.1"
	: >"$LOG"
	ssh_failure 2 >>"$LOG"
	audit
	failures 3
	no_gaps
}

@test "what is gone is a gap, never silence" {
	ssh_failure >"$LOG"
	audit --from-start
	ssh_failure 1 >"$LOG.new"
	mv "$LOG.new" "$LOG"
	audit
	has "$PROM" 'audit_textfile_gaps_total{reason="rotated_away"}' 1
	failures 2
	ssh_failure 2 >"$OUT/other"
	cat "$OUT/other" >"$LOG"
	audit
	has "$PROM" 'audit_textfile_gaps_total{reason="truncated"}' 1
	failures 3
}

@test "a line without its end waits for it" {
	local line
	: >"$LOG"
	audit
	line=$(ssh_failure)
	printf %s "${line:0:70}" >>"$LOG"
	audit
	failures 0
	has "$PROM" audit_textfile_unread_bytes 70
	printf '%s\n' "${line:70}" >>"$LOG"
	audit
	failures 1
	has "$PROM" audit_textfile_unread_bytes 0
	has "$PROM" 'audit_textfile_parse_errors_total{reason="not_a_record"}' 0
}

@test "an event whose records come in two runs is one event" {
	: >"$LOG"
	audit
	call '"exec"' no >"$OUT/event"
	printf 'type=AVC msg=%s: avc:  denied  { read } for  pid=9\n' "$STAMP" >>"$LOG"
	audit
	has "$PROM" audit_textfile_pending_events 1
	cat "$OUT/event" >>"$LOG"
	audit
	has "$PROM" audit_textfile_pending_events 0
	has "$PROM" 'audit_events_total{result="failed"}' 1
	call '"exec"' no >"$OUT/event"
	head -n 1 "$OUT/event" >>"$LOG"
	later # so long after that nobody waits for more
	sed -n 2,3p "$OUT/event" >>"$LOG"
	audit
	has "$PROM" 'audit_events_total{result="failed"}' 2
	has "$PROM" 'audit_events_total{result="none"}' 0
	has "$PROM" 'audit_key_events_total{key="exec"}' 2
	has "$PROM" 'audit_records_total{type="PATH"}' 2
}

@test "an attempt without a password is one attempt, though its records come in many runs" {
	: >"$LOG"
	audit
	for record in USER_LOGIN USER_LOGIN USER_ERR; do
		user $record 77 "$([ $record = USER_ERR ] && echo PAM:bad_ident || echo login)" /usr/sbin/sshd failed \
			28696E76616C6964207573657229 >>"$LOG"
		audit
	done
	failures 1
	later
	failures 1
	has "$PROM" 'security_ssh_auth_failures_total{method="other",user="invalid"}' 1
}

@test "a line over 64 KiB is skipped and counted, in one run or two" {
	: >"$LOG"
	audit
	{ ssh_failure 1; head -c 70000 /dev/zero | tr '\0' x; echo; ssh_failure 2; head -c 100000 /dev/zero | tr '\0' y; } >>"$LOG"
	audit
	failures 2
	has "$PROM" 'audit_textfile_parse_errors_total{reason="too_long"}' 2
	{ echo z; ssh_failure 3; } >>"$LOG"
	audit
	failures 3
	has "$PROM" 'audit_textfile_parse_errors_total{reason="too_long"}' 2
	has "$PROM" 'audit_textfile_parse_errors_total{reason="not_a_record"}' 0
}

@test "a damaged state is set aside, and counting begins anew at the end" {
	ssh_failure >"$LOG"
	audit --from-start
	failures 1
	sed -i 's/security_failed_ssh_logins_total 1/security_failed_ssh_logins_total 9/' "$OUT/a.state"
	run -0 --separate-stderr audit
	[[ "$stderr" == *"a.state is damaged: kept as a.state.damaged; counting begins at nothing" ]]
	failures 0
	grep -q 'security_failed_ssh_logins_total 9' "$OUT/a.state.damaged"
	ssh_failure >>"$LOG"
	run -0 audit
	[ -z "$output" ]
	failures 1
}

@test "a state from a newer version is left alone" {
	ssh_failure >"$LOG"
	python3 - "$OUT/a.state" <<-'END'
		import sys, zlib
		head = b"promshot-state audit-textfile 99 6 "
		open(sys.argv[1], "wb").write(head + b"%08x\n" % zlib.crc32(head + b"hello\n") + b"hello\n")
	END
	cp "$OUT/a.state" "$OUT/before"
	run -1 audit
	[[ "$output" == *"newer version"* ]]
	cmp "$OUT/a.state" "$OUT/before"
}

@test "of two runs at once one says who holds the lock; nothing is counted twice" {
	mkfifo "$OUT/pipe"
	"$BUILD/audit-textfile" -c "$CONF" -o "$PROM" --input - <"$OUT/pipe" &
	first=$!
	exec 7>"$OUT/pipe"
	for _ in $(seq 200); do
		grep -q " $first " /proc/locks && break
		sleep 0.01
	done
	run -1 --separate-stderr audit
	[[ "$stderr" == *"process $first holds the lock of a.prom: another run is under way" ]]
	ssh_failure >&7
	exec 7>&-
	wait $first
	failures 1
}

@test "runs that meet count every record once" {
	: >"$LOG"
	audit
	for n in 1 2 3 4 5 6 7 8; do
		ssh_failure "$n" >>"$LOG"
		audit -q 2>/dev/null &
		audit -q 2>/dev/null &
		wait
	done
	audit
	failures 8
}

@test "standard output is printed to, and moves no position" {
	: >"$LOG"
	audit
	ssh_failure >>"$LOG"
	cp "$OUT/a.state" "$OUT/before"
	for _ in 1 2; do
		run -0 "$BUILD/audit-textfile" --root "$ROOT" --state "$OUT/a.state"
		grep -qx 'security_failed_ssh_logins_total 1' <<<"$output"
	done
	cmp "$OUT/a.state" "$OUT/before"
}
