#!/bin/sh
# SPDX-License-Identifier: MIT
# cross.sh: everything built for other machines, and the unit tests, the fuzz corpus and a replay of the samples run
# there under qemu-user. s390x is big-endian: a decoder that reads a page in the host's byte order fails there.
# The libraries are unpacked below build/cross, not installed: they need not fit this machine's versions. Prints TAP.
set -u
LIBS="libjansson4 libjansson-dev libyaml-0-2 libyaml-dev libatasmart4 libatasmart-dev libudev1 libnvme-dev zlib1g zlib1g-dev liblzma5
liblzma-dev libzstd1 libzstd-dev libpcre2-8-0 libpcre2-dev libpcre2-16-0 libpcre2-32-0 libpcre2-posix3"
n=0 bad=0

verdict() { # STATUS NAME LOG
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		grep -E '^not ok|^#   |rror|^E:' "$3" | head -n 20
		bad=$((bad + 1))
	fi
}

unpack() { # ARCH FOLDER
	[ -e "$2/done" ] && return 0
	mkdir -p "$2/debs"
	for lib in $LIBS; do
		(cd "$2/debs" && apt-get -qq download "$lib:$1") || return 1
	done
	for deb in "$2"/debs/*.deb; do dpkg -x "$deb" "$2" || return 1; done
	# libraries that Debian keeps in /lib, where the links in /usr/lib expect them
	cp -a "$2"/lib/*/. "$2"/usr/lib/*/ 2>/dev/null
	touch "$2/done"
}

cross() { # ARCH HOST
	log=build/cross-$2.log
	mkdir -p build/cross
	unpack "$1" "build/cross/$2" >"$log" 2>&1 && make -j2 HOST="$2" all unit fuzz-replay >>"$log" 2>&1
	verdict $? "builds, passes its unit tests and the fuzz corpus on $2 ($(grep -c '^ok' "$log") checks)" "$log"
	make -s HOST="$2" run-cross ARGS="--now 1700000000 --replay cmd/smart-textfile/samples" >"build/cross-$2.prom" 2>"$log"
	build/smart-textfile --now 1700000000 --replay cmd/smart-textfile/samples 2>/dev/null |
		cmp - "build/cross-$2.prom" >>"$log" 2>&1
	verdict $? "prints the same bytes as here on $2" "$log"
}

cross arm64 aarch64-linux-gnu
cross s390x s390x-linux-gnu
echo "1..$n"
[ $bad -eq 0 ]
