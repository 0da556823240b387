#!/bin/sh
# SPDX-License-Identifier: MIT
# make_case.sh NAME DIR - lays the case NAME of cases/README.md into the empty directory DIR: the file cases/NAME.prom
# as a.prom, or the files of cases/NAME/, or what no repository can hold.
set -eu
umask 022
cases=$(dirname "$0")/cases
good=$cases/no_newline_at_end.prom # with its newline

make() {
	cat "$good"
	echo
}

if [ -f "$cases/$1.prom" ]; then
	cp "$cases/$1.prom" "$2/a.prom"
	chmod 0644 "$2/a.prom"
	exit
fi
if [ -d "$cases/$1" ]; then
	cp -R "$cases/$1/." "$2"
	chmod 0644 "$2"/* "$2"/.[!.]* 2>/dev/null || true
	exit
fi
case $1 in
fifo) mkfifo -m 0644 "$2/a.prom" ;;
directory) mkdir -m 0755 "$2/a.prom" ;;
mode_0600) make >"$2/a.prom" && chmod 0600 "$2/a.prom" ;;
symlink) make >"$2/target" && ln -s target "$2/a.prom" ;;
dangling_symlink) ln -s target "$2/a.prom" ;;
label_1_mib) {
	printf '# HELP m A number.\n# TYPE m gauge\nm{a="'
	head -c 1048576 /dev/zero | tr '\0' x
	printf '"} 1\n'
} >"$2/a.prom" ;;
*)
	echo "make_case.sh: no case $1" >&2
	exit 1
	;;
esac
