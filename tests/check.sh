#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh: every test that needs no virtual machine; called by "make check". Ends with "N passed, N failed".
# Skipped tests (no root, no corpus) are counted and named, never passed.
set -u
out=build/check.log
failed=0
: >"$out"

# part NAME COMMAND...: its TAP or its exit status goes into the count
part() {
	name=$1
	shift
	echo "== $name"
	"$@" >"build/$name.log" 2>&1
	rc=$?
	cat "build/$name.log" >>"$out"
	grep -E '^not ok|^#   ' "build/$name.log" || :
	grep -E '^ok .* # skip' "build/$name.log" || :
	if [ $rc -ne 0 ] && ! grep -q '^not ok' "build/$name.log"; then
		echo "not ok - $name exits with $rc"
		tail -n 20 "build/$name.log"
		failed=$((failed + 1))
	elif [ $rc -eq 0 ] && ! grep -q '^ok' "build/$name.log"; then
		echo "ok - $name" >>"$out"
	fi
}

part unit "$MAKE" --no-print-directory unit
part fuzz-replay "$MAKE" --no-print-directory fuzz-replay
part layers "$MAKE" --no-print-directory layers
part e2e "$MAKE" --no-print-directory e2e

skipped=$(grep -c '^ok .* # skip' "$out")
passed=$(($(grep -c '^ok' "$out") - skipped))
failed=$((failed + $(grep -c '^not ok' "$out")))
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
