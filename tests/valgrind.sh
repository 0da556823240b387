#!/bin/bash
# SPDX-License-Identifier: MIT
# valgrind.sh: a whole run and a replay of every sample under memcheck. Prints TAP.
set -u
n=0 bad=0
empty=$(mktemp -d)
chmod 755 "$empty"
mkdir -p "$empty/sys/block"
check() {
	n=$((n + 1))
	# The sandbox forbids what memcheck needs: a build without it.
	if valgrind -q --vgdb=no --error-exitcode=99 --leak-check=full --track-fds=no "$@" >build/valgrind.log 2>&1; then
		echo "ok $n - valgrind has nothing to say: ${*##*/}"
	else
		echo "not ok $n - ${*##*/}"
		sed 's/^/#   /' build/valgrind.log | tail -n 30
		bad=$((bad + 1))
	fi
}
make -s B=build/plain CPPFLAGS=-DNO_SANDBOX all >/dev/null || exit 1
check build/plain/smart-textfile --root "$empty"
check build/plain/smart-textfile --replay cmd/smart-textfile/samples
check build/plain/smart-textfile --check-config -c cmd/smart-textfile/smart-textfile.json
rm -r "$empty"
echo "1..$n"
[ $bad -eq 0 ]
