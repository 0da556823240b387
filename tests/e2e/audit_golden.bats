#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What is published of two small logs that hold one of everything, byte for byte, and the list of all families.
# After a change that is meant:  UPDATE_GOLDEN=1 make e2e F=tests/e2e/audit_golden.bats  and read the difference.
load audit

setup() {
	set -o pipefail
	GOLDEN=$TOP/tests/fixtures/audit
}

published() {
	"$BUILD/audit-textfile" --now 1800000000 --input "$1" | sed '/^promshot_build_info/s/version="[^"]*"/version="VERSION"/'
}

# same FILE: standard input is what the file has; with UPDATE_GOLDEN=1 the file becomes that.
same() {
	if [ -n "${UPDATE_GOLDEN:-}" ]; then cat >"$1"; else diff -u "$1" -; fi
}

@test "audit.log and auth.log are published as their golden files say" {
	for name in audit auth; do
		published "$GOLDEN/$name.log" | same "$GOLDEN/$name.prom"
	done
}

@test "the golden files count what the oracles do" {
	for log in audit:audit auth:logins; do
		name=${log%:*}
		counted <"$GOLDEN/$name.prom" | diff <(python3 "$TOP/tests/oracle/${log#*:}.py" "$GOLDEN/$name.log" | LC_ALL=C sort) -
	done
}

@test "the families are those of the golden list; what is published is of that list, and valid" {
	"$BUILD/audit-textfile" --print-metrics | same "$GOLDEN/metrics.tsv"
	for name in audit auth; do
		published "$GOLDEN/$name.log" >"$BATS_TEST_TMPDIR/$name.prom"
		python3 "$TOP/tests/prom/promcheck.py" --against "$GOLDEN/metrics.tsv" "$BATS_TEST_TMPDIR/$name.prom"
		valid "$BATS_TEST_TMPDIR/$name.prom"
	done
}

@test "a locale with decimal commas changes nothing" {
	localedef -i de_DE -f UTF-8 "$BATS_TEST_TMPDIR/de_DE.UTF-8" 2>"$BATS_TEST_TMPDIR/why" ||
		echo "# only the variables are set, no locale could be made: $(head -n 1 "$BATS_TEST_TMPDIR/why")" >&3
	LOCPATH=$BATS_TEST_TMPDIR LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 published "$GOLDEN/audit.log" | cmp - "$GOLDEN/audit.prom"
}
