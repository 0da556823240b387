#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh TOOL FOLDER OUT: part of "make run". This machine's reaction, if it has one, then the sample logs of versions 1
# and 2 that come with the source.
set -eu
tool=$1 here=$2 out=$3
run=
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then run=sudo; fi

show() { grep -E '^reaction_(up|matches|actions|commands|starts|stream|status)' "$1" | grep -v ' 0$' || true; }

if command -v reaction >/dev/null; then
	echo "This machine's reaction:"
	$run "$tool" --from-start >"$out/reaction-textfile.prom" || echo "(its log could not be read)"
	show "$out/reaction-textfile.prom"
else
	echo "This machine has no reaction."
fi
for log in v1 v2; do
	echo
	echo "The sample $log.log:"
	"$tool" --input "$here/samples/$log.log" >"$out/reaction-textfile-$log.prom"
	show "$out/reaction-textfile-$log.prom"
done
