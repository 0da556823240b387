#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# audit-textfile held against slow scripts that were written from the rules: of a whole log, and of any division into runs.
load audit

setup() {
	logs
	export LC_ALL=C
	cd "$BATS_TEST_TMPDIR"
}

need_corpus() { [ -d "${PROMSHOT_CORPUS:-}/audit" ] || skip "\$PROMSHOT_CORPUS does not name the corpus"; }

# whole KIND FILE: the tool counts what the oracle does; split KIND FILE: in pieces too
whole() {
	local script=$TOP/tests/oracle/audit.py
	[ "$1" = audit.log ] || script=$TOP/tests/oracle/logins.py
	python3 "$script" "$2" | sort >want
	input "$2" | diff want - || { echo "$2: whole"; return 1; }
}
split() {
	for seed in ${SEEDS:-1 2}; do
		python3 "$TOP/tests/oracle/splits.py" "$BUILD/audit-textfile" "$1" "$2" "${RUNS:-12}" "$seed" | sort | diff want - ||
			{ echo "$2: in pieces, seed $seed"; return 1; }
	done
}

@test "real audit.logs: the oracle's counts, in any division into runs" {
	need_corpus
	for log in debian12-audit lost_messages normal out_of_order rollover; do
		whole audit.log "$PROMSHOT_CORPUS/audit/$log.log"
		split audit.log "$PROMSHOT_CORPUS/audit/$log.log"
	done
	whole audit.log "$PROMSHOT_CORPUS/audit/audit-rhel7.log" # sorted by type: its events lie years apart
}

@test "a real auth.log: the oracle's counts, in any division into runs" {
	need_corpus
	whole auth.log "$PROMSHOT_CORPUS/audit/authlog.log"
	split auth.log "$PROMSHOT_CORPUS/audit/authlog.log"
}

@test "a real journal: the oracle's counts for each way to take what nobody vouches for" {
	need_corpus
	need_journal
	export=$PROMSHOT_CORPUS/audit/debian12.journal.export
	journal <"$export"
	for policy in failures count separate reject; do
		configure <<<"{\"audit\": {\"source\": \"none\"}, \"logins\": {\"source\": \"journal\", \"unverified\": \"$policy\"}}"
		rm -f "$OUT"/*
		later --from-start
		python3 "$TOP/tests/oracle/logins.py" "--unverified=$policy" "$export" | sort >want
		counted <"$PROM" | diff want - || { echo "$policy"; return 1; }
	done
}

@test "the journal's copy of a real audit.log counts as the log does" {
	need_corpus
	need_journal
	journal <"$PROMSHOT_CORPUS/audit/debian12.journal.export"
	later --from-start
	feeds journal-audit journal-audit
	counted <"$PROM" | grep -E '^(security_(failed|sudo|ssh|su|auth)|audit_avc)' >got
	input "$PROMSHOT_CORPUS/audit/debian12-audit.log" | grep -E '^(security_(failed|sudo|ssh|su|auth)|audit_avc)' | diff - got
}

@test "random audit.logs: the oracle's counts, in any division into runs" {
	for seed in ${SEEDS:-1 2 3 4 5 6}; do
		python3 "$TOP/tests/oracle/audit_random.py" "$seed" 1500 >random.log
		whole audit.log random.log
		SEEDS=$seed RUNS=25 split audit.log random.log
	done
}

@test "injected texts, divided into runs" {
	python3 "$TOP/tests/oracle/injection.py" .
	for log in audit.log auth.log; do
		sort "$log.want" >want
		RUNS=20 split "$log" "$log"
	done
}

@test "a real journal that grows between runs: the oracle's counts" {
	need_corpus
	need_journal
	export=$PROMSHOT_CORPUS/audit/debian12.journal.export
	configure <<<'{"logins": {"source": "journal"}}'
	python3 "$TOP/tests/oracle/logins.py" "$export" | sort >want
	python3 - "$export" <<-'END'
		import sys
		data, at = open(sys.argv[1], "rb").read(), 0
		for i in range(8):
		    end = data.index(b"\n\n__CURSOR=", len(data) * (i + 1) // 9) + 2 if i < 7 else len(data)
		    open("piece.%d" % i, "wb").write(data[at:end])
		    at = end
	END
	for piece in piece.*; do
		journal <"$piece"
		audit --from-start
	done
	later
	counted <"$PROM" | grep -E "^security_[^a]|^security_auth" | diff want - # accounts are told by audit records
	no_gaps
	cp "$PROM" pieces.prom
	rm -r "$OUT" "$ROOT/var/log/journal"
	mkdir "$OUT"
	journal <"$export"
	later --from-start
	counted <"$PROM" | diff <(counted <pieces.prom) -
}
