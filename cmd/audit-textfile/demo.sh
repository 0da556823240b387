#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh TOOL FOLDER OUT: part of "make run". What this machine's logs hold (as root, or with sudo where it asks for no
# password), then the sample logs that come with the source.
set -eu
tool=$1 here=$2 out=$3
run=
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then run=sudo; fi

show() { # what is not 0, without the run's own series
	grep -E '^(security|audit_(events|key|avc|service|enabled|textfile_(feed|source)))' "$1" | grep -v ' 0$' || true
}

echo "This machine's logs, from their first line:"
$run "$tool" --from-start --output - >"$out/audit-textfile.prom" || echo "(not all could be read; logs need root or the group adm)"
show "$out/audit-textfile.prom"
for log in audit.log auth.log; do
	echo
	echo "The sample $log:"
	"$tool" --input "$here/samples/$log" >"$out/audit-textfile-$log.prom"
	show "$out/audit-textfile-$log.prom"
done
