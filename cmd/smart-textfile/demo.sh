#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh TOOL FOLDER OUT: part of "make run". This machine's disks (as root, or with sudo where it asks for no
# password), then the sample drives that come with the source.
set -eu
tool=$1 here=$2 out=$3
run=
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then run=sudo; fi

echo "This machine's disks:"
$run "$tool" --list
$run "$tool" -o "$out/smart-textfile.prom" || echo "(not all could be read; SMART data needs root)"
echo
echo "Sample drives:"
"$tool" --replay --list "$here/samples"
"$tool" --replay -o "$out/smart-textfile-samples.prom" "$here/samples"
