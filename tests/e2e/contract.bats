#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The contract that every tool keeps: command line, exit status, one atomic file. Run for each tool that is built.
load helpers

setup() {
	OUT=$BATS_TEST_TMPDIR/out EMPTY=$BATS_TEST_TMPDIR/empty
	export STATE_DIRECTORY=$BATS_TEST_TMPDIR/state # of tools that keep one
	mkdir -p "$OUT" "$EMPTY/sys/block" "$STATE_DIRECTORY"
}

# Every tool of the source. (A loop and no function: behind "||" a failing line would not fail the test.)
tools() {
	local main
	for main in "$TOP"/cmd/*/main.c; do basename "$(dirname "$main")"; done
}

@test "--help and --version go to standard output and exit 0" {
	for tool in $(tools); do
		run -0 --separate-stderr "$BUILD/$tool" --help
		[[ "$output" == "Usage: $tool "* ]]
		[ -z "$stderr" ]
		for o in output config timeout instance root now check-config print-defaults print-metrics; do
			[[ "$output" == *"--$o"* ]]
		done
		run -0 --separate-stderr "$BUILD/$tool" -V
		[[ "$output" == "$tool (promshot) "* ]]
		[ -z "$stderr" ]
	done
}

@test "wrong usage exits 2 with one line on standard error, and touches nothing" {
	for tool in $(tools); do
		for args in "--nonsense" "--now yesterday" "--timeout 0" "--timeout -1" "--instance a/b" "-o" "--root /nowhere" \
			"-c /nowhere.json" "stray"; do
			run -2 --separate-stderr "$BUILD/$tool" -o "$OUT/x.prom" $args
			[ -z "$output" ]
			[ "$(wc -l <<<"$stderr")" = 1 ] || { echo "$args: $stderr"; return 1; }
			[ -z "$(ls -A "$OUT")" ]
		done
	done
}

@test "a configuration error names file, line and key, all of them, and exits 2" {
	printf '{\n  "nonsense": 1,\n  "include": "x",\n  "reads": {"ocp": "yes"}\n}\n' >"$OUT/c.json"
	run -2 --separate-stderr "$BUILD/smart-textfile" -c "$OUT/c.json"
	[ -z "$output" ]
	[[ "$stderr" == *"$OUT/c.json:2: nonsense: unknown key"* ]]
	[[ "$stderr" == *"$OUT/c.json:3: include: "* ]]
	[[ "$stderr" == *"$OUT/c.json:4: reads.ocp: "* ]]
	printf 'include:\n  - "x"\nreads:\n  ocp: 3\n' >"$OUT/c.yaml"
	run -2 --separate-stderr "$BUILD/smart-textfile" -c "$OUT/c.yaml"
	[[ "$stderr" == *"$OUT/c.yaml:4: reads.ocp: "* ]]
}

@test "--print-defaults passes --check-config and comes back the same" {
	for tool in $(tools); do
		"$BUILD/$tool" --print-defaults >"$OUT/d.json"
		"$BUILD/$tool" -c "$OUT/d.json" --check-config >"$OUT/e.json"
		diff "$OUT/d.json" "$OUT/e.json"
	done
}

@test "every family carries a name, a type, labels, a unit and help, sorted" {
	for tool in $(tools); do
		"$BUILD/$tool" --print-metrics >"$OUT/m.tsv"
		[ -s "$OUT/m.tsv" ]
		LC_ALL=C sort -c -t "$(printf '\t')" -k1,1 "$OUT/m.tsv"
		awk -F '\t' 'NF != 5 || $1 == "" || $2 !~ /^(gauge|counter)$/ || $5 == "" { print; bad = 1 } END { exit bad }' "$OUT/m.tsv"
	done
}

@test "the file has mode 0644 whatever the umask, and nothing is left beside it but locks" {
	umask 077
	for tool in $(tools); do
		"$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom"
		[ "$(stat -c %a "$OUT/s.prom")" = 644 ]
		[ "$(ls -A "$OUT")" = "$(printf '.s.prom.lock\ns.prom')" ]
		[ "$(stat -c %a "$OUT/.s.prom.lock")" = 600 ]
	done
}

@test "a state has mode 0600 whatever the umask, and its directory must be there" {
	umask 0
	for tool in $(tools); do
		"$BUILD/$tool" --help | grep -q -- --state || continue
		"$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom"
		[ "$(stat -c %a "$STATE_DIRECTORY/$tool.state")" = 600 ]
		[ "$(ls -A "$STATE_DIRECTORY")" = "$(printf '.%s.state.lock\n%s.state' "$tool" "$tool")" ]
		rm "$STATE_DIRECTORY"/.*.lock "$STATE_DIRECTORY"/*
		run -1 --separate-stderr "$BUILD/$tool" --root "$EMPTY" -o "$OUT/t.prom" --state "$OUT/none/x"
		[[ "$stderr" == *"$OUT/none"* ]]
		[ ! -e "$OUT/t.prom" ]
	done
}

@test "a source that cannot be read still publishes, with success 0, and exits 1" {
	mkdir "$OUT/nothing"
	run -1 --separate-stderr "$BUILD/smart-textfile" --root "$OUT/nothing" -o "$OUT/s.prom"
	[ "$(wc -l <<<"$stderr")" = 1 ]
	has "$OUT/s.prom" 'promshot_last_run_success{tool="smart-textfile"}' 0
	run ! grep -q '^smart_' "$OUT/s.prom"
	run -0 python3 "$TOP/tests/prom/promcheck.py" "$OUT/s.prom"
}

@test "a machine without disks or logs is a success with nothing to say" {
	for tool in $(tools); do
		run -0 --separate-stderr "$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom"
		[ -z "$output$stderr" ]
		has "$OUT/s.prom" "promshot_last_run_success{tool=\"$tool\"}" 1
		python3 "$TOP/tests/prom/promcheck.py" "$OUT/s.prom"
	done
}

@test "an output that cannot be written keeps the old file and exits 1" {
	mkdir "$OUT/dir.prom"
	ln -s /dev/full "$OUT/link.prom"
	for tool in $(tools); do
		run -1 "$BUILD/$tool" --root "$EMPTY" -o "$OUT/none/s.prom"
		[[ "$output" == *"$OUT/none/s.prom"* ]]
		run -1 "$BUILD/$tool" --root "$EMPTY" -o "$OUT/dir.prom"
		run -1 "$BUILD/$tool" --root "$EMPTY" -o /dev/null
		[ -c /dev/null ]
		run -1 "$BUILD/$tool" --root "$EMPTY" -o "$OUT/link.prom"
		[ -L "$OUT/link.prom" ]
		[ -z "$(ls -A "$STATE_DIRECTORY")" ]
	done
}

@test "a full device is an error, printed or published" {
	for tool in $(tools); do
		run -1 bash -c '"$0" --root "$1" >/dev/full' "$BUILD/$tool" "$EMPTY"
	done
	need_root
	mkdir "$OUT/full"
	for tool in $(tools); do
		mount -t tmpfs -o size=4k t "$OUT/full"
		echo old >"$OUT/full/s.prom"
		run -1 "$BUILD/$tool" --root "$EMPTY" -o "$OUT/full/s.prom"
		old=$(cat "$OUT/full/s.prom") left=$(ls -A "$OUT/full")
		umount "$OUT/full"
		[ "$old" = old ]
		[[ "$left" != *.tmp* ]]
	done
}

@test "a read-only directory is an error and nothing changes" {
	need_root
	mkdir "$OUT/ro"
	for tool in $(tools); do
		mount -t tmpfs -o size=64k t "$OUT/ro"
		echo old >"$OUT/ro/s.prom"
		mount -o remount,ro "$OUT/ro"
		run -1 "$BUILD/$tool" --root "$EMPTY" -o "$OUT/ro/s.prom"
		old=$(cat "$OUT/ro/s.prom")
		umount "$OUT/ro"
		[ "$old" = old ]
		[ -z "$(ls -A "$STATE_DIRECTORY")" ]
	done
}

@test "planted links and pipes are replaced, never followed or waited for" {
	for tool in $(tools); do
		rm -f "$OUT"/* "$OUT"/.s.*
		echo secret >"$OUT/victim"
		ln -s "$OUT/victim" "$OUT/.s.prom.tmp"
		"$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom"
		[ "$(cat "$OUT/victim")" = secret ]
		rm "$OUT/s.prom"
		mkfifo "$OUT/s.prom" "$OUT/.s.prom.tmp"
		timeout 10 "$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom"
		[ -f "$OUT/s.prom" ]
		ln -sf "$OUT/victim" "$OUT/.s.prom.lock"
		run -1 "$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom"
		[ "$(cat "$OUT/victim")" = secret ]
	done
}

@test "links and pipes planted as a state are replaced or refused, never followed or waited for" {
	for tool in $(tools); do
		"$BUILD/$tool" --help | grep -q -- --state || continue
		echo secret >"$OUT/victim"
		for name in "$tool.state" ".$tool.state.tmp" ".$tool.state.lock"; do
			for make in 'ln -s '"$OUT/victim" mkfifo; do
				rm -f "$STATE_DIRECTORY"/* "$STATE_DIRECTORY"/.[!.]*
				$make "$STATE_DIRECTORY/$name"
				timeout 10 "$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom" 2>"$OUT/err" || [ $? = 1 ]
				[ "$(cat "$OUT/victim")" = secret ]
			done
		done
	done
}

@test "of two runs at once the second says who holds the lock, and exits 1" {
	hardware
	disk sda ata
	knob sda hang=1
	smart --timeout 4 -q -o "$OUT/s.prom" &
	first=$!
	for _ in $(seq 100); do [ -n "$(commands sda)" ] && break; sleep 0.05; done
	run -1 --separate-stderr "$BUILD/smart-textfile" --root "$ROOT" -o "$OUT/s.prom"
	[[ "$stderr" =~ process\ [1-9][0-9]*\ holds\ the\ lock ]]
	wait $first
}

old_or_new() { cmp -s "$OUT/s.prom" "$OUT/old" || cmp "$OUT/s.prom" "$OUT/new"; }
# A whole file that says so: of a run that could not keep or read its state.
failed() {
	grep -q '^promshot_last_run_success{.*} 0$' "$OUT/s.prom" && python3 "$TOP/tests/prom/promcheck.py" "$OUT/s.prom"
}

@test "an error at any write, fsync, rename or close leaves the old file or the new one" {
	for tool in $(tools); do
		"$BUILD/$tool" --root "$EMPTY" --now 1 -o "$OUT/s.prom"
		cp "$OUT/s.prom" "$OUT/old"
		"$BUILD/$tool" --root "$EMPTY" --now 2 >"$OUT/new"
		for call in write:ENOSPC fsync:EIO rename,renameat,renameat2:EACCES fchmod:EPERM openat:EMFILE unlinkat:EROFS; do
			for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
				cp "$OUT/old" "$OUT/s.prom"
				strace -o /dev/null -e "trace=${call%:*}" -e "inject=${call%:*}:error=${call#*:}:when=$n" \
					"$BUILD/$tool" --root "$EMPTY" --now 2 -o "$OUT/s.prom" >/dev/null 2>&1 || :
				old_or_new || failed
			done
		done
		rm -f "$OUT"/.*.lock "$OUT/old" "$OUT/new"
		[ "$(ls -A "$OUT")" = s.prom ]
	done
}

@test "a kill at any system call leaves the old file or the new one, and the next run cleans up" {
	for tool in $(tools); do
		"$BUILD/$tool" --root "$EMPTY" --now 1 -o "$OUT/s.prom"
		cp "$OUT/s.prom" "$OUT/old"
		"$BUILD/$tool" --root "$EMPTY" --now 2 >"$OUT/new"
		for call in openat write fchmod fsync close rename,renameat,renameat2 exit_group; do
			for n in 1 2 3 4 5 6 7 8; do
				cp "$OUT/old" "$OUT/s.prom"
				strace -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" \
					"$BUILD/$tool" --root "$EMPTY" --now 2 -o "$OUT/s.prom" >/dev/null 2>&1 || :
				old_or_new
			done
		done
		"$BUILD/$tool" --root "$EMPTY" --now 2 -o "$OUT/s.prom"
		[ -z "$(find "$OUT" "$STATE_DIRECTORY" -name '*.tmp')" ]
	done
}

@test "started as root it becomes the owner of its output, nobody when it prints" {
	need_root
	chown 4242:4343 "$OUT" "$STATE_DIRECTORY"
	for tool in $(tools); do
		rm -f "$OUT"/.*.lock
		strace -e trace=setresuid,setresgid,setgroups -o "$BATS_TEST_TMPDIR/t" "$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom"
		grep -q 'setresuid(4242, 4242, 4242)' "$BATS_TEST_TMPDIR/t"
		grep -q 'setresgid(4343, 4343, 4343)' "$BATS_TEST_TMPDIR/t"
		grep -q 'setgroups(0, NULL)' "$BATS_TEST_TMPDIR/t"
		[ "$(stat -c %u:%g "$OUT/s.prom")" = 4242:4343 ]
		[ -z "$(find "$STATE_DIRECTORY" ! -user 4242)" ]
		STATE_DIRECTORY=/nowhere strace -e trace=setresuid -o "$BATS_TEST_TMPDIR/t" "$BUILD/$tool" --root "$EMPTY" >/dev/null
		grep -q 'setresuid(65534, 65534, 65534)' "$BATS_TEST_TMPDIR/t"
	done
}

@test "as an unprivileged user it works and says what it may not do" {
	need_root
	open=$(mktemp -d) # the tests' own directory is closed to others
	mkdir -p "$open/root/sys/block/sda" "$open/root/dev" "$open/out"
	mknod "$open/root/dev/sda" b 7 255
	chmod -R u=rwX,go=rX "$open"
	chmod 600 "$open/root/dev/sda"
	chmod 777 "$open/out"
	run -0 setpriv --reuid 65534 --regid 65534 --clear-groups "$BUILD/smart-textfile" --root "$open/root" -o "$open/out/s.prom"
	cp "$open/out/s.prom" "$OUT"
	rm -r "$open"
	has "$OUT/s.prom" 'promshot_last_run_success{tool="smart-textfile"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="permission"}' 1
	[[ "$output" == "smart-textfile: sda: opening the device: Permission denied" ]]
}

@test "standard descriptors that the caller closed are not taken by files" {
	for tool in $(tools); do
		"$BUILD/$tool" --root "$EMPTY" -o "$OUT/s.prom" <&- >&- 2>&-
		run -0 python3 "$TOP/tests/prom/promcheck.py" "$OUT/s.prom"
		run -2 bash -c '"$0" --nonsense <&- >&- 2>&-' "$BUILD/$tool"
		run -1 bash -c 'exec >&-; "$0" --root "$1" 2>&1 </dev/null >/dev/full' "$BUILD/$tool" "$EMPTY"
	done
}

@test "--instance goes into the label" {
	for tool in $(tools); do
		"$BUILD/$tool" --root "$EMPTY" --instance two -o "$OUT/s.prom"
		has "$OUT/s.prom" "promshot_last_run_success{tool=\"$tool@two\"}" 1
	done
}

@test "the same input gives the same bytes, in any locale" {
	for tool in $(tools); do
		"$BUILD/$tool" --root "$EMPTY" --now 1700000000.5 >"$OUT/a"
		LC_ALL=de_DE.UTF-8 LANG=tr_TR.UTF-8 "$BUILD/$tool" --root "$EMPTY" --now 1700000000.5 >"$OUT/b"
		cmp "$OUT/a" "$OUT/b"
	done
}

@test "lines carry a priority exactly when standard error is the journal" {
	: >"$OUT/err"
	JOURNAL_STREAM="$(stat -c %d:%i "$OUT/err")" run "$BUILD/smart-textfile" stray 2>>"$OUT/err"
	JOURNAL_STREAM="$(stat -c %d:%i "$OUT/err")" "$BUILD/smart-textfile" stray 2>>"$OUT/err" || :
	grep -q "^<3>smart-textfile: unexpected argument 'stray'" "$OUT/err"
	: >"$OUT/err"
	for wrong in --nonsense -x --timeout --list=3; do
		JOURNAL_STREAM="$(stat -c %d:%i "$OUT/err")" "$BUILD/smart-textfile" "$wrong" 2>>"$OUT/err" || :
	done
	[ "$(grep -c '^<3>smart-textfile: -' "$OUT/err")" = 4 ]
	run --separate-stderr env JOURNAL_STREAM=1:2 "$BUILD/smart-textfile" stray
	[[ "$stderr" == "smart-textfile: unexpected argument"* ]]
}

@test "a real node_exporter serves the file whole" {
	load "../prom/exporter.bash"
	need_root
	"$BUILD/smart-textfile" --replay -o "$OUT/samples.prom" "$TOP/cmd/smart-textfile/samples"
	chmod 755 "$BATS_TEST_TMPDIR" "$OUT"
	exporter_accepts "$OUT"
}

@test "a real node_exporter serves each golden file whole" {
	load "../prom/exporter.bash"
	need_root
	chmod 755 "$BATS_TEST_TMPDIR" "$OUT"
	for golden in "$TOP"/tests/fixtures/smart/samples/*.prom; do
		cp "$golden" "$OUT/golden.prom"
		exporter_accepts "$OUT"
		exporter_stop
	done
}

@test "the manual lists exactly the metrics that the tool can write" {
	cd "$TOP"
	sh tests/manual.sh check "$BUILD"
}
