#!/bin/sh
# SPDX-License-Identifier: MIT
# manual.sh write|check BUILD: the list of metrics in each tool's manual page, made from --print-metrics.
set -eu
rc=0
for page in cmd/*/*.8; do
	tool=$(basename "$page" .8)
	new=$(mktemp)
	{
		sed '/BEGIN METRICS/q' "$page"
		"$2/$tool" --print-metrics | awk -F '\t' '{
			gsub(/\\/, "\\e", $5)
			gsub(/,/, ", ", $3)
			gsub(/\. /, ".\n", $5)
			printf ".It Cm %s\n", $1
			printf "%s%s.\n", toupper(substr($2, 1, 1)) substr($2, 2), $3 == "" ? "" : "; labels " $3
			print $5
		}'
		sed -n '/END METRICS/,$p' "$page"
	} >"$new"
	if [ "$1" = write ]; then
		cat "$new" >"$page"
	elif ! diff -u "$page" "$new"; then
		echo "manual: $page is not what --print-metrics says (make manual)"
		rc=1
	fi
	rm "$new"
done
exit $rc
