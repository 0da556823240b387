#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh TOOL FOLDER OUT: part of "make run". What this machine's logs hold (as root, or with sudo where it asks for no
# password), then the sample logs that come with the source.
set -eu
tool=$1 here=$2 out=$3
run=
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then run=sudo; fi

# What was counted, without comments and zeros.
counted() { awk -v of="^($1)" '$0 ~ of && ($NF != 0 || /^audit_enabled/) { print "  " $0; n = 1 } END { if (!n) print "  nothing" }' "$2"; }

# A folder of its own: a first run begins where counting begins, and this one is to see what is there already.
own=$(mktemp -d)
trap 'rm -rf "$own"' EXIT
echo "This machine's logs, from their start (--from-start), as far as they can be read:"
$run "$tool" --from-start --state "$own/state" -o "$own/audit-textfile.prom" ||
	echo "(not all could be read: that needs root, or the groups adm and systemd-journal)"
cp "$own/audit-textfile.prom" "$out/audit-textfile.prom"
counted 'audit_textfile_(feed|source)_info|audit_enabled|security_' "$out/audit-textfile.prom"
for log in audit.log auth.log; do
	echo
	echo "The sample $log (--input):"
	"$tool" --input "$here/samples/$log" -o "$out/audit-textfile-samples-${log%.log}.prom"
	counted 'audit_(anomalies|avc|failed|key|service)|security_' "$out/audit-textfile-samples-${log%.log}.prom"
done
