#!/bin/sh
# SPDX-License-Identifier: MIT
# lint.sh: what reads the source instead of running it. Prints TAP.
set -u
sh tests/setup.sh lint
n=0 bad=0

check() {
	name=$1
	shift
	n=$((n + 1))
	if "$@" >build/lint.log 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/#   /' build/lint.log | head -n 40
		bad=$((bad + 1))
	fi
}

flags="-std=c11 -D_GNU_SOURCE -DVERSION=\"x\" -iquote lib"
sources=$(ls lib/*/*.c cmd/*/*.c)

compile() { # COMPILER EXTRA...: every file by itself, warnings are errors
	rc=0
	for f in $sources; do
		# shellcheck disable=SC2086 # lists of options
		"$@" $flags -O2 -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
			-Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wconversion \
			-Werror -c -o /dev/null "$f" || rc=1
	done
	return $rc
}

forbidden() { ! grep -nwE 'sprintf|strcpy|strcat|strtok|gets|atoi|strtol|sscanf|fgets|alloca' $sources lib/*/*.h cmd/*/*.h; }
spdx() { ! grep -L 'SPDX-License-Identifier: MIT' $sources lib/*.h lib/*/*.h cmd/*/*.h tests/*/*.[ch] tests/*.sh | grep .; }
tidy() {
	# shellcheck disable=SC2086
	clang-tidy --quiet $sources -- $flags
}
units() {
	rm -rf build/units && mkdir -p build/units
	for f in units/*.service units/*.timer; do
		sed "s|@BINDIR@|$PWD/build|" "$f" >"build/units/${f##*/}"
	done
	out=$(systemd-analyze verify --man=no --recursive-errors=yes build/units/* 2>&1) && [ -z "$out" ] || { echo "$out"; return 1; }
}
scores() { # the threshold is in a comment of each unit's score file: NAME SCORE
	while read -r unit score; do
		systemd-analyze security --offline=true --threshold="$score" "build/units/$unit" | tail -n 1 || return 1
	done <units/scores
}

check "gcc has nothing to say" compile gcc
check "clang has nothing to say" compile clang
check "gcc -fanalyzer has nothing to say" compile gcc -fanalyzer
check "clang-tidy has nothing to say" tidy
# shellcheck disable=SC2086
check "cppcheck has nothing to say" cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr \
	--suppress=missingIncludeSystem -D_GNU_SOURCE '-DVERSION="x"' -I lib $sources
check "no forbidden function is called" forbidden
check "every file names its licence" spdx
check "shell scripts are clean" shellcheck -x -e SC1091 tests/*.sh tests/vm/*.sh cmd/*/*.sh .ci/run
check "manual pages are clean" mandoc -T lint -W warning cmd/*/*.8
check "units verify without a word" units
check "units are as tight as units/scores says" scores
echo "1..$n"
[ $bad -eq 0 ]
