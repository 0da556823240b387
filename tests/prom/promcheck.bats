#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# promcheck's own tests. Its rules for a text by itself are tried by matrix.bats, a case each.

setup() {
	load exporter
	cd "$BATS_TEST_TMPDIR" || return
	promcheck=$BATS_TEST_DIRNAME/promcheck.py
	cat >run.prom <<-'END'
		# HELP promshot_build_info Version.
		# TYPE promshot_build_info gauge
		promshot_build_info{tool="demo",version="1.0"} 1
		# HELP promshot_last_run_duration_seconds Duration.
		# TYPE promshot_last_run_duration_seconds gauge
		promshot_last_run_duration_seconds{tool="demo"} 0.25
		# HELP promshot_last_run_success Success.
		# TYPE promshot_last_run_success gauge
		promshot_last_run_success{tool="demo"} 1
		# HELP promshot_last_run_targets Targets.
		# TYPE promshot_last_run_targets gauge
		promshot_last_run_targets{tool="demo",result="failed"} 0
		promshot_last_run_targets{tool="demo",result="ok"} 3
		promshot_last_run_targets{tool="demo",result="skipped"} 0
		# HELP promshot_last_run_timestamp_seconds When.
		# TYPE promshot_last_run_timestamp_seconds gauge
		promshot_last_run_timestamp_seconds{tool="demo"} 1700000000
		# HELP promshot_run_timeout_seconds Deadline.
		# TYPE promshot_run_timeout_seconds gauge
		promshot_run_timeout_seconds{tool="demo"} 60
	END
}

teardown() {
	exporter_stop
}

# says STATUS OUTPUT ARGUMENT...: what promcheck answers
says() {
	run "$promcheck" "${@:3}"
	[[ $status == "$1" && $output == "$2" ]] || {
		echo "exit $status, expected $1"
		diff <(echo "$2") <(echo "$output")
	}
}

@test "a file that is right passes in silence, by name and on standard input" {
	says 0 '' run.prom
	says 0 '' - <run.prom
	says 0 '' run.prom run.prom
}

@test "every fault is told on a line of its own, all files are looked at" {
	sed '3s/1$/2/; s/} 3$/} 3 /' run.prom >a.prom
	says 1 'a.prom:3: _info gauge that is not 1
a.prom:13: trailing blank
none.prom:0: No such file or directory
-:0: empty file
-:0: promshot_build_info is missing
-:0: promshot_last_run_duration_seconds is missing
-:0: promshot_last_run_success is missing
-:0: promshot_last_run_targets is missing
-:0: promshot_last_run_timestamp_seconds is missing
-:0: promshot_run_timeout_seconds is missing' a.prom none.prom - run.prom </dev/null
}

@test "a mistake in the call exits 2" {
	run "$promcheck"
	[[ $status == 2 ]]
	run "$promcheck" --frobnicate run.prom
	[[ $status == 2 ]]
	run "$promcheck" --against none run.prom
	[[ $status == 2 ]]
	echo 'name gauge' >listed
	run "$promcheck" --against listed run.prom
	[[ $status == 2 && $output == *'listed:1: not name, type, labels, unit and help' ]]
}

@test "each family about the run must be there, once for each tool, with its labels" {
	local name line
	while read -r name; do
		grep -v "$name\b" run.prom >a.prom
		says 1 "a.prom:0: $name is missing" a.prom
		line=$(sed -n "/# HELP $name /=" run.prom)
		sed "s/^$name{tool=/$name{job=/" run.prom >a.prom
		run "$promcheck" a.prom
		[[ $status == 1 && $output == *"a.prom:$line: $name is no gauge with the labels tool"* ]]
	done < <(awk '/TYPE/ { print $3 }' run.prom)
	says 0 '' --fragment a.prom
	sed '/result="ok"/d' run.prom >a.prom
	says 1 'a.prom:10: promshot_last_run_targets is not there exactly once for each tool' a.prom
	sed 's/^\(promshot_last_run_success\){tool="demo"} 1/&\n\1{tool="other"} 1/' run.prom >a.prom
	says 1 'a.prom:7: promshot_last_run_success is not there exactly once for each tool' a.prom
	sed 's/^\(promshot_build_info{tool="demo",version=\)"1.0"} 1/&\n\1"1.1"} 1/' run.prom >a.prom
	says 1 'a.prom:1: promshot_build_info is not there exactly once for each tool' a.prom
}

@test "--lenient-names leaves out the naming rules and no other" {
	local case
	cd "$BATS_TEST_DIRNAME/cases"
	says 0 '' --fragment --lenient-names {{camel,colon_in,type_in}_name,camel_label,counter_without_total}.prom gauge_*.prom unit_*.prom
	run "$promcheck" --fragment --lenient-names [a-z]*.prom
	for case in timestamp builtin_go reserved_node label_dunder bad_label_name utf8_name info_not_one le_on_gauge; do
		grep -q "^$case.prom:" <<<"$output"
	done
}

@test "only --together compares files" {
	local d=$BATS_TEST_DIRNAME/cases/two_files_help_differs
	says 0 '' --fragment "$d/a.prom" "$d/b.prom"
	says 1 "$d/b.prom:1: HELP other than in $d/a.prom" --fragment --together "$d/a.prom" "$d/b.prom"
	sed 's/demo/other/' run.prom >other.prom
	says 0 '' --together run.prom other.prom
}

@test "--against asks for the listed type, labels and HELP" {
	cat >a.prom <<-'END'
		# HELP m A \\ backslash.
		# TYPE m gauge
		m{a="1",b="2"} 1
	END
	printf 'l\tgauge\t\t\tOther.\nm\tgauge\tb,a\t\tA \\ backslash.\n' >listed
	says 0 '' --fragment --against listed a.prom
	sed 's/^m\tgauge/m\tcounter/' listed >other
	says 1 'a.prom:1: m is listed as a counter' --fragment --against other a.prom
	sed 's/b,a/a/' listed >other
	says 1 'a.prom:1: m is listed with the labels a' --fragment --against other a.prom
	sed 's/b,a//' listed >other
	says 1 'a.prom:1: m is listed with the labels (none)' --fragment --against other a.prom
	sed 's/ backslash/ slash/' listed >other
	says 1 'a.prom:1: m is listed with another HELP' --fragment --against other a.prom
	sed 2d listed >other
	says 1 'a.prom:1: m is not listed' --fragment --against other a.prom
	printf 'h_seconds\thistogram\tip\tseconds\tH.\n' >listed
	cat >a.prom <<-'END'
		# HELP h_seconds H.
		# TYPE h_seconds histogram
		h_seconds_bucket{ip="::1",le="+Inf"} 1
		h_seconds_sum{ip="::1"} 0.5
		h_seconds_count{ip="::1"} 1
	END
	says 0 '' --fragment --against listed a.prom
}

@test "every fault that promcheck knows is provoked by a test" {
	local what missing=0
	while read -r what; do
		grep -qF -- "$what" "$BATS_TEST_DIRNAME/cases/README.md" "$BATS_TEST_DIRNAME/promcheck.bats" || {
			echo "nothing provokes: $what"
			missing=1
		}
	done < <(grep -oE '(bad\([^"]*|return |else )"[^"]+"|Malformed\("[^"]+"' "$promcheck" | sed 's/^[^"]*"//; s/"$//; s/^%s //; s/ *%.*//; /^$/d')
	((!missing))
}

@test "exporter_accepts takes what is right and nothing else" {
	local case
	mkdir d
	cp run.prom d
	cp "$BATS_TEST_DIRNAME/cases/good.prom" d
	exporter_accepts d
	for case in timestamp duplicate_series label_dunder builtin_node two_files_help_differs two_files_same_series \
		dangling_symlink other_endings; do
		rm -rf d
		mkdir d
		"$BATS_TEST_DIRNAME/make_case.sh" "$case" d
		run exporter_accepts d
		[[ $status == 1 ]]
		echo "$case: $output"
	done
}

@test "exporter_accepts compares the values" {
	exporter_require
	exporter_dir
	cp run.prom "$EXPORTER_TMP/d.prom"
	exporter_start "$EXPORTER_TMP"
	exporter_scrape answer
	"$BATS_TEST_DIRNAME/served.py" "$EXPORTER_TMP" answer answer
	sed -i 's/1700000000/1700000001/' "$EXPORTER_TMP/d.prom"
	run "$BATS_TEST_DIRNAME/served.py" "$EXPORTER_TMP" answer answer
	[[ $status == 1 && $output == *'d.prom:17: served as 1700000000.0'* ]]
}

@test "what promcheck finds right, promtool and node_exporter take whole: random files and mutants" {
	local file seed=${SEED:-1}
	"$BATS_TEST_DIRNAME/random_prom.py" "$seed" .
	"$promcheck" --together good/*.prom
	if command -v promtool; then
		for file in good/*.prom; do
			promtool check metrics <"$file"
		done
		cat mutants/*.prom | promtool check metrics
	fi
	exporter_accepts good
	exporter_accepts mutants
}
