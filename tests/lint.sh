#!/bin/bash
# SPDX-License-Identifier: MIT
# lint.sh: what reads the source instead of running it. Prints TAP.
set -u
sh tests/setup.sh lint
mkdir -p build
n=0 bad=0
sources=(lib/*/*.c cmd/*/*.c)
headers=(lib/*.h lib/*/*.h cmd/*/*.h)
flags=(-std=c11 -D_GNU_SOURCE '-DVERSION="x"' -iquote lib)
warnings=(-Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wconversion -Werror)

check() { # NAME COMMAND...
	local name=$1
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

compile() { # COMPILER...: every file by itself, warnings are errors; two at a time
	printf '%s\n' "${sources[@]}" | xargs -P 2 -I{} "$@" "${flags[@]}" -O2 "${warnings[@]}" -c -o /dev/null {}
}
tidy() {
	printf '%s\n' "${sources[@]}" | xargs -P 2 -I{} clang-tidy --quiet {} -- "${flags[@]}"
}
forbidden() { # calls, not words of a comment
	! grep -nE '\b(v?sprintf|strcpy|strcat|strtok|gets|atoi|strtou?ll?|v?sscanf|fgets|alloca)\(' "${sources[@]}" "${headers[@]}"
}
licences() {
	! grep -L 'SPDX-License-Identifier: MIT' "${sources[@]}" "${headers[@]}" tests/*/*.[ch] tests/*/*.bats tests/*.sh | grep .
}
units() {
	local said
	rm -rf build/units && mkdir -p build/units
	for f in units/*.service units/*.timer; do
		sed "s|@BINDIR@|$PWD/build|" "$f" >"build/units/${f##*/}"
	done
	said=$(systemd-analyze verify --man=no --recursive-errors=yes build/units/* 2>&1) || { echo "$said"; return 1; }
	[ -z "$said" ] || { echo "$said"; return 1; }
}
scores() { # units/scores: UNIT, or UNIT+DROP-IN of units/examples, and ten times the score that it must keep
	local unit score file
	while read -r unit score; do
		file=build/units/$unit
		if [[ $unit == *+* ]]; then
			file=build/dropped.service
			cat "build/units/${unit%+*}" "units/examples/${unit#*+}" >"$file"
		fi
		systemd-analyze security --offline=true --threshold="$score" "$file" >build/score.log ||
			{ tail -n 1 build/score.log; return 1; }
	done <units/scores
}

check "gcc has nothing to say" compile gcc
check "clang has nothing to say" compile clang
check "gcc -fanalyzer has nothing to say" compile gcc -fanalyzer
check "clang-tidy has nothing to say" tidy
# Suppressed: what it takes jansson's loop macros and "char out[static N]" for, and NULL behind "...", a pointer in POSIX.
check "cppcheck has nothing to say" cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr \
	--suppress=missingIncludeSystem --suppress=uninitvar --suppress=ctuPointerArith --suppress=varFuncNullUB -D_GNU_SOURCE '-DVERSION="x"' -I lib "${sources[@]}"
check "no forbidden function is called" forbidden
check "every file names its licence" licences
check "shell scripts are clean" shellcheck -x -e SC1091 tests/*.sh tests/*/*.sh cmd/*/*.sh .ci/run
check "manual pages are clean" mandoc -T lint -W warning cmd/*/*.8
check "units verify without a word" units
check "units are as tight as units/scores says" scores
echo "1..$n"
[ $bad -eq 0 ]
