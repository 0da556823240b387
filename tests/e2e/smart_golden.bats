#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The sample drives: what is published of each, byte for byte, whatever the locale, and that Prometheus takes it.
# After a change that is meant:  UPDATE_GOLDEN=1 make e2e F=tests/e2e/smart_golden.bats  and read the difference.
load helpers

setup() {
	set -o pipefail
	SAMPLES=$TOP/cmd/smart-textfile/samples GOLDEN=$TOP/tests/fixtures/smart
}

# The version is the one thing that differs between two builds of the same source.
replay() {
	"$BUILD/smart-textfile" --replay --now 1700000000 "$@" |
		sed '/^promshot_build_info/s/version="[^"]*"/version="VERSION"/'
}

names() {
	local blob
	for blob in "$SAMPLES"/*.blob; do basename "$blob" .blob; done
}

# same FILE: standard input is what the file has; with UPDATE_GOLDEN=1 the file becomes that.
same() {
	if [ -n "${UPDATE_GOLDEN:-}" ]; then
		mkdir -p "${1%/*}"
		cat >"$1"
	else
		diff -u "$1" -
	fi
}

@test "each sample drive is published as its golden file says" {
	for name in $(names); do
		replay "$SAMPLES/$name.blob" 2>/dev/null | same "$GOLDEN/samples/$name.prom"
	done
	[ "$(cd "$GOLDEN/samples" && echo *.prom)" = "$(cd "$SAMPLES" && echo *.blob | sed 's/\.blob/.prom/g')" ]
}

@test "the samples are what their generator makes" {
	python3 "$GOLDEN/samples-src/make_samples.py" "$BATS_TEST_TMPDIR"
	diff -r "$BATS_TEST_TMPDIR" "$SAMPLES"
}

@test "a second run, and one of all drives in any order, say the same" {
	replay "$SAMPLES" >"$BATS_TEST_TMPDIR/one"
	replay "$SAMPLES" | cmp - "$BATS_TEST_TMPDIR/one"
	mapfile -t backwards < <(printf '%s\n' "$SAMPLES"/*.blob | sort -r)
	replay "${backwards[@]}" | cmp - "$BATS_TEST_TMPDIR/one"
	[ "$(grep -c '^smart_device_info' "$BATS_TEST_TMPDIR/one")" = "$(names | wc -l)" ]
}

@test "a locale with decimal commas changes nothing" {
	if ! localedef -i de_DE -f UTF-8 "$BATS_TEST_TMPDIR/de_DE.UTF-8" 2>"$BATS_TEST_TMPDIR/why"; then
		echo "# only the variables are set, no locale could be made: $(head -n 1 "$BATS_TEST_TMPDIR/why")" >&3
	fi
	replay "$SAMPLES" >"$BATS_TEST_TMPDIR/c"
	LOCPATH=$BATS_TEST_TMPDIR LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 replay "$SAMPLES" | cmp - "$BATS_TEST_TMPDIR/c"
}

@test "promcheck and promtool have nothing to say about any of them" {
	"$BUILD/smart-textfile" --print-metrics >"$BATS_TEST_TMPDIR/metrics"
	for name in $(names); do
		file=$BATS_TEST_TMPDIR/$name.prom
		replay "$SAMPLES/$name.blob" >"$file"
		run -0 python3 "$TOP/tests/prom/promcheck.py" --against "$BATS_TEST_TMPDIR/metrics" "$file"
		[ -z "$output" ]
		if command -v promtool >/dev/null; then
			run -0 promtool check metrics <"$file"
			[ -z "$output" ]
		fi
	done
	command -v promtool >/dev/null || skip "promcheck accepts them; there is no promtool"
}

@test "the families are those of the golden list, which holds the whole contract" {
	"$BUILD/smart-textfile" --print-metrics | same "$GOLDEN/metrics.tsv"
	contract=$(sed -n 's/^\t{ "\(smart_[a-z_]*\)", PROM_.*/\1/p' "$TOP/tests/unit/smart_metrics_test.c")
	[ "$(wc -l <<<"$contract")" -ge 52 ]
	for name in $contract; do
		cut -f 1 "$GOLDEN/metrics.tsv" | grep -qx "$name" || { echo "$name is missing"; return 1; }
	done
}
