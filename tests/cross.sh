#!/bin/sh
# SPDX-License-Identifier: MIT
# cross.sh: the pure code and its unit tests for other machines, run under qemu-user. s390x is big-endian: a decoder
# that reads a page in the host's byte order fails there. Prints TAP.
#
# The tests of pure modules need jansson alone; it is built here from nothing but its public header and a copy for
# the target where the distribution has one (multiarch).
set -u
n=0 bad=0
for host in aarch64-linux-gnu s390x-linux-gnu; do
	n=$((n + 1))
	if make --no-print-directory HOST=$host cross-unit >"build/cross-$host.log" 2>&1; then
		echo "ok $n - unit tests pass on $host ($(grep -c '^ok' "build/cross-$host.log") checks)"
	else
		echo "not ok $n - unit tests on $host"
		grep -E '^not ok|^#   |rror' "build/cross-$host.log" | head -n 20
		bad=$((bad + 1))
	fi
done
echo "1..$n"
[ $bad -eq 0 ]
