#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD: what "make run" shows: each tool on this machine and on sample input, in words and as .prom files.
# The tools have their own part in cmd/NAME/demo.sh, which gets the tool, its folder and the folder for its files.
set -eu
build=$1
out=build/prom
mkdir -p "$out"
for demo in cmd/*/demo.sh; do
	dir=${demo%/demo.sh}
	echo "=== ${dir##*/}"
	sh "$demo" "$build/${dir##*/}" "$dir" "$out"
	echo
done
echo "These files are what node_exporter's textfile collector reads:"
ls -l "$out"/*.prom
if command -v promtool >/dev/null; then
	for f in "$out"/*.prom; do promtool check metrics <"$f" || exit 1; done
	echo "promtool check metrics: accepted"
fi
