#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Adding a tool is adding a folder: no other file of the tree is touched.
load helpers

@test "a new tool is one folder: it builds, runs, is tested, installed and kept pure" {
	tree=$BATS_TEST_TMPDIR/tree toy=$TOP/tests/fixtures/toy-textfile
	mkdir "$tree"
	cp -r "$TOP/Makefile" "$TOP/lib" "$TOP/cmd" "$TOP/units" "$tree"
	mkdir -p "$tree/tests/unit" "$tree/cmd/toy-textfile"
	cp "$TOP/tests/unit/test.h" "$toy/toy_test.c" "$tree/tests/unit"
	cp "$toy"/{main,parse,metrics}.c "$toy"/{parse,metrics}.h "$tree/cmd/toy-textfile"
	cd "$tree"
	make -s -j2 build/toy-textfile build/tests/unit/toy CFLAGS=-O0 VERSION=1
	build/tests/unit/toy
	make -s layers CFLAGS=-O0 VERSION=1
	build/toy-textfile --now 1700000000 >out.prom
	python3 "$TOP/tests/prom/promcheck.py" out.prom
	grep -qE '^toy_threads [0-9]+$' out.prom
	run -1 build/toy-textfile --root "$BATS_TEST_TMPDIR"
	make -s install CFLAGS=-O0 VERSION=1 DESTDIR="$tree/dest" PREFIX=/usr TEXTFILEDIR=/var/lib/prometheus/node-exporter
	[ -x dest/usr/bin/toy-textfile ]
	[ "$(readlink dest/var/lib/prometheus/node-exporter/smart-textfile.prom)" = \
		/var/lib/promshot/smart-textfile/smart-textfile.prom ]
	run ! grep -r @BINDIR@ dest
	make -s uninstall CFLAGS=-O0 VERSION=1 DESTDIR="$tree/dest" PREFIX=/usr TEXTFILEDIR=/var/lib/prometheus/node-exporter
	[ -z "$(find dest ! -type d)" ]
}

@test "pure code that calls the system is told by name" {
	tree=$BATS_TEST_TMPDIR/tree
	mkdir "$tree"
	cp -r "$TOP/Makefile" "$TOP/lib" "$TOP/cmd" "$tree"
	echo '#include <time.h>
	long now_is(void); long now_is(void) { return (long)time(NULL); }' >"$tree/cmd/smart-textfile/sneaky.c"
	run make -s -C "$tree" layers CFLAGS=-O0 VERSION=1
	[ "$status" -ne 0 ]
	[[ "$output" == *"sneaky.o"*"time"* ]]
}
