#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What attackers write into logs: nothing that is none counts, nothing is missed, and the file stays small and valid.
load audit

setup() {
	logs
	export LC_ALL=C # the bytes decide about an order
}

injection() {
	mkdir "$BATS_TEST_TMPDIR/injection"
	cd "$BATS_TEST_TMPDIR/injection"
	python3 "$TOP/tests/oracle/injection.py" .
	for want in *.want; do sort -o "$want" "$want"; done
}

@test "injection into audit.log: 0 false, 0 missed" {
	injection
	input audit.log | diff audit.log.want -
	[ "$(wc -l <audit.log.want)" -ge 20 ]
	sed $'s/$/\x1dUID="root" res=failed key="exec"/' audit.log | input - | diff audit.log.want -
	cp audit.log "$LOG"
	later --from-start
	counted <"$PROM" | diff audit.log.want -
	valid "$PROM"
}

@test "injection into auth.log: 0 false, 0 missed" {
	injection
	input auth.log | diff auth.log.want -
	[ "$(wc -l <auth.log.want)" -ge 14 ]
	cp auth.log "$AUTH"
	audit --from-start
	counted <"$PROM" | diff auth.log.want -
}

@test "injection into the journal, logger -t sshd among it: 0 false, 0 missed" {
	need_journal
	injection
	journal <journal.export
	later --from-start
	feeds none journal
	counted <"$PROM" | diff journal.export.want -
	grep -q '^security_rejected_log_messages_total{program="sshd"} 400$' "$PROM"
	valid "$PROM"
}

@test "user names and other hostile text are in no label, unless somebody asks for it" {
	injection
	cp audit.log "$LOG"
	later --from-start
	grep -vE '^#|^promshot|path=' "$PROM" >"$OUT/samples"
	for text in alice 'x]' TTY bob "failed'" SHA256; do
		lacks "$OUT/samples" "$text"
	done
	configure <<<'{"counters": [{"name": "own_users_total", "types": ["USER_AUTH"], "labels": {"user": "acct"}}]}'
	rm "$OUT"/*
	later --from-start
	grep -q 'own_users_total{user="bob"}' "$PROM"
	grep -q 'own_users_total{user="x\\" exe=' "$PROM"
	run ! grep -qP '[\x00-\x09\x0b-\x1f\x7f]' "$PROM"
	valid "$PROM"
}

# 10^6 hostile values that differ, as keys, as operations, as types and as what own counters make labels of.
hostile_log() {
	python3 - <<-'END'
		import sys
		out = sys.stdout.buffer
		for i in range(250000):
		    text = ('k"\\%06d\x1b[\n\u202e=,{}' % i).encode() + b"\xff" * (i % 120)
		    word, id = text.hex().upper().encode(), b"msg=audit(%d.000:%d)" % (1700000000 + i // 100, i)
		    out.write(b'type=SYSCALL %s: arch=c000003e syscall=2 success=no exit=-1 pid=%d comm="x" exe="/x" key=%s\n' % (id, i, word))
		    out.write(b"type=CONFIG_CHANGE %s: op=%s key=%s res=1\n" % (id, word, word))
		    out.write(b"type=UNKNOWN[%d] %s: x\n" % (i * 17 % 4000000000, id))
		    out.write(b"type=USER_AUTH %s: pid=%d uid=0 msg='op=PAM:authentication acct=%s exe=\"/usr/sbin/sshd\" res=failed'\n" % (id, i, word))
	END
}

# The sum of a family's samples.
sum() { awk -v family="$1{" 'index($0, family) == 1 { n += $NF } END { printf "%d", n }' "$PROM"; }

@test "10^6 hostile values: at most 64 KiB, valid, the sums exact" {
	hostile_log >"$LOG"
	configure <<-'END'
		{"counters": [{"name": "own_users_total", "types": ["USER_AUTH"], "labels": {"user": "acct"}, "max_series": 64}]}
	END
	later --from-start --timeout 60
	[ "$(stat -c %s "$PROM")" -le 65536 ] || { stat -c %s "$PROM"; return 1; }
	valid "$PROM"
	failures 250000
	for family in audit_key_events_total own_users_total; do
		[ "$(grep -c "^$family{" "$PROM")" = 65 ]
		[ "$(sum $family)" = 250000 ]
		grep -q "^$family{[a-z]*=\"other\"} 24" "$PROM"
		has "$PROM" "promshot_series_folded_total{tool=\"audit-textfile\",family=\"$family\"}" 249936
	done
	[ "$(grep -c '^audit_records_total{' "$PROM")" -le 201 ]
	[ "$(sum audit_records_total)" = 1000000 ]
	[ "$(sum audit_config_changes_total)" = 250000 ]
	[ "$(stat -c %s "$OUT/a.state")" -le 262144 ] || { cut -d' ' -f1 "$OUT/a.state" | sort | uniq -c; false; }
	echo "# $(stat -c %s "$PROM") bytes are published" >&3
}

@test "a log of any bytes does no harm, in one run or two" {
	head -c 3000000 /dev/urandom >"$LOG"
	audit --from-start
	valid "$PROM"
	{ head -c 100000 /dev/zero; echo; head -c 100000 /dev/urandom; echo; ssh_failure; } >>"$LOG"
	audit
	failures 1
	valid "$PROM"
	input - <"$LOG" >/dev/null
}
