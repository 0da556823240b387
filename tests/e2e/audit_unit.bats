#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What audit-textfile.service takes away must leave what the tool needs.
load helpers

setup() {
	need_root
	UNIT=$TOP/units/audit-textfile.service
	CONF=$(mktemp) # no logs: whether this machine's can be read is another matter
	echo '{"audit": {"source": "none", "rules": ""}, "logins": {"source": "none"}}' >"$CONF"
	chmod 644 "$CONF"
	"$BUILD/audit-textfile" -c "$CONF" >"$BATS_TEST_TMPDIR/root.prom"
	grep -q '^audit_enabled ' "$BATS_TEST_TMPDIR/root.prom" || skip "this kernel does not tell its audit status"
}

teardown() { rm -f "${CONF:-}"; }

# The unit's user, /proc, network and capabilities, without systemd.
as_unit() {
	local caps proc=hidepid=invisible
	caps=$(sed -n 's/^AmbientCapabilities=CAP_//p' "$UNIT" | tr '[:upper:]' '[:lower:]')
	! grep -q '^ProcSubset=pid' "$UNIT" || proc=$proc,subset=pid
	unshare --mount --net sh -c 'mount -t proc -o "$0" proc /proc && exec "$@"' "$proc" \
		setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs \
		--inh-caps "-all${caps:+,+$caps}" --ambient-caps "-all${caps:+,+$caps}" "$@"
}

@test "as the unit it is told the kernel's audit status" {
	as_unit "$BUILD/audit-textfile" -c "$CONF" >"$BATS_TEST_TMPDIR/unit.prom"
	for family in audit_enabled audit_backlog_limit audit_lost_total; do
		grep -q "^$family " "$BATS_TEST_TMPDIR/unit.prom"
	done
}

@test "without the capability the families are absent, and nothing else is wrong" {
	UNIT=/dev/null
	as_unit "$BUILD/audit-textfile" -c "$CONF" >"$BATS_TEST_TMPDIR/unit.prom"
	run ! grep -E '^audit_(enabled|backlog|lost|rate|failure|daemon)' "$BATS_TEST_TMPDIR/unit.prom"
	has "$BATS_TEST_TMPDIR/unit.prom" 'promshot_last_run_success{tool="audit-textfile"}' 1
}
