#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# audit-textfile killed at random moments while its log grows and rotates: nothing is counted twice, nothing is lost.
# KILLS=1000 is the whole of it (make kill).
load audit

@test "after kills at random moments the totals equal the oracle's, and no counter ever fell" {
	logs
	: >"$LOG"
	audit
	# some do not trace, and a kill at a system call needs a tracer
	strace -o /dev/null -e inject=exit_group:signal=KILL "$BUILD/audit-textfile" --root "$ROOT" >"$OUT/x" 2>&1 ||
		[ $? = 137 ] || skip "strace cannot inject here: $(tail -n 1 "$OUT/x")"
	run python3 "$TOP/tests/kill/kill9.py" "$BUILD/audit-textfile" "${KILLS:-60}" "${SEED:-$((RANDOM + 1))}"
	echo "# $output" >&3
	[ "$status" = 0 ]
}
