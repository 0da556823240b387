#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The table in cases/README.md against promcheck, promtool and a real node_exporter.

setup() {
	load exporter
	cd "$BATS_TEST_DIRNAME" || return
	wrong=0
}

teardown() {
	exporter_stop
}

# COLUMN (2 promcheck, 3 promtool, 4 node_exporter): "NAME TAB cell" of every row.
rows() {
	awk -F ' *[|] *' -v c="$1" '$2 ~ /^[a-z]/ && $2 != "case" { print $2 "\t" $(c + 1) }' cases/README.md
}

# A fresh directory for the case, with a good file beside it that must be served in any case.
lay() {
	rm -rf "$2"
	mkdir -p "$2"
	./make_case.sh "$1" "$2"
	printf '# HELP witness Always fine.\n# TYPE witness gauge\nwitness 1\n' >"$2/witness.prom"
}

compare() {
	if [[ $2 != "$3" ]]; then
		printf '%s\n  the table says: %s\n  seen:           %s\n' "$1" "$2" "$3"
		wrong=1
	fi
}

# The one expectation of "A; from 1.8.0: B" that holds for version $2.
expected() {
	local from=${1#*; from }
	if [[ $1 != *'; from '* ]]; then
		echo "$1"
	elif printf '%s\n' "${from%%: *}" "$2" | sort -V -C; then
		echo "${from#*: }"
	else
		echo "${1%%; from *}"
	fi
}

# What the answers $1 and $2 (the one after it) show of a case, $3 being an answer with the witness alone.
effect() {
	LC_ALL=C awk '
		/^#/ { next }
		/^promhttp_metric_handler_errors_total\{cause="gathering"\}/ { gathering[FILENAME] = $2 }
		/^node_textfile_scrape_error / && $2 != 0 && FILENAME == one { error = " scrape_error" }
		/^node_textfile_mtime_seconds/ { mtime[FILENAME]++; next }
		{ sub(/ [^ ]*$/, ""); have[FILENAME, $0] = 1; if (FILENAME == base) all[$0]; else if (FILENAME == one) seen[$0] }
		END {
			for (s in seen) if (!((base, s) in have)) served++
			for (s in all) if (!((one, s) in have)) lost = lost " lost " s
			if (gathering[two] != gathering[one]) error = error " gathering"
			printf "mtime %d served %d%s%s\n", mtime[one] - 1, served, error, lost
		}' one="$1" two="$2" base="$3" "$3" "$1" "$2"
}

@test "the table has a row for every case and no other" {
	diff <(rows 2 | cut -f 1 | sort) <({
		printf '%s\n' cases/[a-z]* | sed 's|^cases/||; s/\.prom$//'
		sed -n 's/^\([a-z_0-9]*\)) .*/\1/p' make_case.sh
	} | sort)
}

@test "promcheck finds in every case what the table says" {
	local d=$BATS_TEST_TMPDIR name want seen together
	shopt -s dotglob
	rows 2 >"$d/rows"
	while IFS=$'\t' read -r name want; do
		mkdir "$d/$name"
		./make_case.sh "$name" "$d/$name"
	done <"$d/rows"
	cd "$d"
	"$BATS_TEST_DIRNAME/promcheck.py" --fragment ./*/*.prom >out || true
	for together in two_files_*; do
		"$BATS_TEST_DIRNAME/promcheck.py" --fragment --together "./$together"/*.prom >>out || true
	done
	while IFS=$'\t' read -r name want; do
		seen=$(awk -v dir="./$name/" 'index($0, dir) == 1 && !seen[$0]++ {
			gsub(dir, ""); sub(/^a.prom:/, ""); printf "%s%s", sep, $0; sep = "; " }' out)
		compare "$name" "$want" "${seen:-ok}"
	done <rows
	((!wrong))
}

@test "promtool check metrics exits as the table says" {
	command -v promtool || skip "promtool is not installed"
	local d=$BATS_TEST_TMPDIR name want file seen
	shopt -s dotglob
	while IFS=$'\t' read -r name want; do
		mkdir "$d/$name"
		./make_case.sh "$name" "$d/$name"
		seen=-
		for file in "$d/$name"/*.prom; do
			[[ -f $file ]] || continue
			promtool check metrics <"$file" >/dev/null 2>&1 && seen=0 || seen=$?
		done
		compare "$name" "$want" "$seen"
	done < <(rows 3)
	((!wrong))
}

@test "node_exporter does with every case what the table says" {
	exporter_require
	exporter_dir
	((EUID == 0)) || skip "mode 0600 needs another user: not root"
	local d=$EXPORTER_TMP/d w=$EXPORTER_TMP name want seen version r
	version=$(exporter_version)
	lay good "$d" && rm "$d/a.prom"
	exporter_start "$d"
	exporter_scrape "$w/base"
	while IFS=$'\t' read -r name want; do
		[[ $want != *"; from "* ]] || want=$(expected "$want" "$version")
		lay "$name" "$d"
		kill -0 "$EXPORTER_PID" 2>/dev/null || exporter_start "$d"
		# A hang shows only by waiting: two seconds where it is expected, ten where it is not.
		export EXPORTER_TIMEOUT=10
		[[ $want != hangs ]] || EXPORTER_TIMEOUT=2
		r=0
		exporter_scrape "$w/1" && exporter_scrape "$w/2" || r=$?
		if ((r == 0)); then
			seen=$(effect "$w/1" "$w/2" "$w/base")
		elif ((r == 124)); then
			seen=hangs
			kill -KILL "$EXPORTER_PID"
			exporter_died
		else
			exporter_died && seen=dies || seen='no answer'
		fi
		compare "$name" "$want" "$seen"
	done < <(rows 4)
	((!wrong))
}

@test "node_exporter reads a glob of directories" {
	exporter_require
	exporter_dir
	lay good "$EXPORTER_TMP/var/one"
	mkdir "$EXPORTER_TMP/var/two"
	mv "$EXPORTER_TMP/var/one/witness.prom" "$EXPORTER_TMP/var/two"
	exporter_start "$EXPORTER_TMP/var/*"
	exporter_scrape "$EXPORTER_TMP/1"
	grep -F "node_textfile_mtime_seconds{file=\"$EXPORTER_TMP/var/one/a.prom\"}" "$EXPORTER_TMP/1"
	grep -F "node_textfile_mtime_seconds{file=\"$EXPORTER_TMP/var/two/witness.prom\"}" "$EXPORTER_TMP/1"
	grep -Fx 'node_textfile_scrape_error 0' "$EXPORTER_TMP/1"
}
