# SPDX-License-Identifier: MIT
# audit.bash: a machine's logs below $ROOT, and runs of the real audit-textfile over them.
load helpers

# A root without logs; $OUT takes the file and the state.
logs() {
	ROOT=$BATS_TEST_TMPDIR/root OUT=$BATS_TEST_TMPDIR/out PROM=$BATS_TEST_TMPDIR/out/a.prom CONF=$BATS_TEST_TMPDIR/c.json
	LOG=$ROOT/var/log/audit/audit.log AUTH=$ROOT/var/log/auth.log
	SECOND=1700000000 SERIAL=100
	mkdir -p "$ROOT/var/log/audit" "$ROOT/etc/audit" "$OUT"
	echo '{}' >"$CONF"
}

configure() { cat >"$CONF"; }

audit() { "$BUILD/audit-textfile" --root "$ROOT" -c "$CONF" -o "$PROM" --state "$OUT/a.state" "$@"; }
later() { audit --now $(($(date +%s) + 86400)) "$@"; } # so late that nothing waits for more

# Reads a file whole, prints the counters that are not 0, as the oracles do.
input() { "$BUILD/audit-textfile" -c "${CONF:-/dev/null}" --root "$BATS_TEST_TMPDIR" --input "$@" | counted; }
counted() {
	LC_ALL=C sed -nE -e '/ 0$|^audit_textfile_(read_bytes|gaps)_total/d' -e 's/\\\\/\\/g' -e '/^(security|audit)_[a-z_]*_total[ {]/p' |
		LC_ALL=C sort
}

# The next event's "audit(SECOND.MS:SERIAL)": a second later than the one before.
stamp() {
	SECOND=$((SECOND + 1)) SERIAL=$((SERIAL + 1))
	STAMP="audit($SECOND.123:$SERIAL)"
}

# One record of a program: user TYPE PID OP EXE RESULT [ACCT]
user() {
	stamp
	printf "type=%s msg=%s: pid=%s uid=0 auid=4294967295 ses=4294967295 msg='op=%s acct=%s exe=\"%s\" %s res=%s'\n" \
		"$1" "$STAMP" "$2" "$3" "${6:-\"bob\"}" "$4" 'hostname=192.0.2.1 addr=192.0.2.1 terminal=ssh' "$5"
}
ssh_failure() { user USER_AUTH "${1:-500}" PAM:authentication /usr/sbin/sshd failed "${2:-\"bob\"}"; }

# One event of a rule, three records: call KEY [yes|no]
call() {
	stamp
	printf 'type=SYSCALL msg=%s: arch=c000003e syscall=59 success=%s exit=0 items=1 pid=9 uid=0 comm="ls" exe="/bin/ls" key=%s\n' \
		"$STAMP" "${2:-yes}" "$1"
	printf 'type=PATH msg=%s: item=0 name="/bin/ls" nametype=NORMAL\n' "$STAMP"
	printf 'type=PROCTITLE msg=%s: proctitle=6C73\n' "$STAMP"
}

# auth_line PROGRAM[PID] TEXT: what syslog writes
auth_line() {
	SECOND=$((SECOND + 1))
	printf '%s host %s: %s\n' "$(TZ=UTC0 printf '%(%Y-%m-%dT%H:%M:%S.000000+00:00)T' "$SECOND")" "$1" "$2"
}

# entry NAME=VALUE...: an entry in the journal's export format, systemd.io/JOURNAL_EXPORT_FORMATS; a value with a line end
# as its length (64 bits, little-endian) and its bytes
entry() {
	local LC_ALL=C field
	SECOND=$((SECOND + 1))
	printf '__REALTIME_TIMESTAMP=%s000000\n__MONOTONIC_TIMESTAMP=%s000000\n_BOOT_ID=%032d\n' "$SECOND" "$SECOND" 1
	for field; do
		if [[ "$field" != *$'\n'* ]]; then
			printf '%s\n' "$field"
			continue
		fi
		printf '%s\n' "${field%%=*}"
		field=${field#*=}
		printf '%b' "$(printf '\\x%02x' $((${#field} & 255)) $((${#field} >> 8)) 0 0 0 0 0 0)"
		printf '%s\n' "$field"
	done
	echo
}
message() { entry _TRANSPORT=syslog "SYSLOG_IDENTIFIER=$1" "_PID=$2" _UID=0 "_EXE=$3" "MESSAGE=$4"; }
ssh_message() { message sshd "${1:-500}" /usr/sbin/sshd 'Failed password for bob from 192.0.2.1 port 22 ssh2'; }
# What journald makes of records that come to standard input.
audit_entries() {
	local line
	while read -r line; do
		[[ "$line" =~ ^type=([A-Z_]+)\ msg=audit\(([0-9]+)\.([0-9]+):([0-9]+)\):\ (.*) ]]
		entry _TRANSPORT=audit "_AUDIT_TYPE_NAME=${BASH_REMATCH[1]}" "_AUDIT_TYPE=$(audit_type "${BASH_REMATCH[1]}")" \
			"_AUDIT_ID=${BASH_REMATCH[4]}" "_SOURCE_REALTIME_TIMESTAMP=${BASH_REMATCH[2]}${BASH_REMATCH[3]}000" \
			"MESSAGE=${BASH_REMATCH[1]} ${BASH_REMATCH[5]}"
	done
}
audit_type() {
	case $1 in
	USER_AUTH) echo 1100 ;;
	SYSCALL) echo 1300 ;;
	PATH) echo 1302 ;;
	PROCTITLE) echo 1327 ;;
	esac
}
# Appends entries of the export format to the journal; skips where nothing can make one.
JOURNAL_REMOTE=/usr/lib/systemd/systemd-journal-remote
need_journal() { [ -x $JOURNAL_REMOTE ] || skip "needs systemd-journal-remote"; }
journal() {
	mkdir -p "$ROOT/var/log/journal"
	"$JOURNAL_REMOTE" -o "$ROOT/var/log/journal/a.journal" - 2>"$BATS_TEST_TMPDIR/remote.log" >&2 ||
		{ cat "$BATS_TEST_TMPDIR/remote.log"; return 1; }
}

# failures N: so many failed ssh logins were published; the same with gaps
failures() { has "$PROM" security_failed_ssh_logins_total "$1"; }
no_gaps() { ! grep '^audit_textfile_gaps_total.* [^0]' "$PROM"; }
succeeded() { has "$PROM" 'promshot_last_run_success{tool="audit-textfile"}' "$1"; }
feeds() {
	has "$PROM" "audit_textfile_feed_info{feed=\"audit\",source=\"$1\"}" 1
	has "$PROM" "audit_textfile_feed_info{feed=\"logins\",source=\"$2\"}" 1
}

# valid FILE: both checkers have nothing to say
valid() {
	python3 "$TOP/tests/prom/promcheck.py" "$1"
	! command -v promtool >/dev/null || promtool check metrics <"$1"
}
