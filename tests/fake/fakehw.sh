#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs a program as if the simulated devices were the machine's hardware.
#
#	fakehw.sh ROOT DIR -- CMD [ARG...]
#
# Root only. In a mount namespace of its own, which ends with CMD:
#	/dev      nodes for the devices of DIR beside null, zero and their like
#	/sys      ROOT/sys, where that exists, with the nodes' numbers
#	/run/udev the entries by which libatasmart takes 16-byte pass-through
# CMD then runs under ioctlsim ($IOCTLSIM, else the one of this build). What lies below /dev or /run is hidden
# from it, so ROOT, DIR and CMD have to be elsewhere.
set -eu

usage() {
	echo 'usage: fakehw.sh ROOT DIR -- CMD [ARG...]' >&2
	exit 2
}

# The nodes' numbers are of devices that are on every machine and can be opened: loop devices, and /dev/null
# for what is a character device. More than eight disks share numbers: the kernel need not make new ones.
disk_node() { # NAME INDEX
	mknod -m 660 "/dev/$1" b 7 $(($2 % 8))
}

make_dev() {
	local node
	mount -t tmpfs -o mode=755 dev /dev
	for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
		# shellcheck disable=SC2086 # three words
		set -- $node
		mknod -m 666 "/dev/$1" c "$2" "$3"
	done
	mkdir -m 1777 /dev/shm
	ln -s /proc/self/fd /dev/fd
	ln -s fd/0 /dev/stdin
	ln -s fd/1 /dev/stdout
	ln -s fd/2 /dev/stderr
}

make_sys() {
	[ -d "$root/sys" ] || return 0
	mount --bind "$root/sys" /sys
	[ ! -d /sys/dev/block ] || mount -t tmpfs -o mode=755 block /sys/dev/block
}

make_run() {
	# Without udev on the machine there is no folder to cover, and none is left behind.
	if [ -d /run/udev ]; then
		mount -t tmpfs -o mode=755 udev /run/udev
	else
		mount -t tmpfs -o mode=755 run /run
	fi
	mkdir -p /run/udev/data
}

# What /sys says of a disk's number must be what its node has: libudev refuses anything else.
add_disk() { # NAME INDEX
	local minor=$(($2 % 8)) path
	disk_node "$1" "$2"
	printf 'I:1\nE:ID_ATA_SMART_ACCESS=sat16\nG:systemd\n' >"/run/udev/data/b7:$minor"
	[ -L "$root/sys/block/$1" ] || return 0
	path=$(readlink -f "/sys/block/$1")
	cover "$path/dev" "7:$minor"
	cover "$path/uevent" "MAJOR=7
MINOR=$minor
DEVNAME=$1
DEVTYPE=disk"
	[ ! -d /sys/dev/block ] || [ -L "/sys/dev/block/7:$minor" ] || ln -s "../../${path#/sys/}" "/sys/dev/block/7:$minor"
}

# Lays other content over a file of /sys, in this namespace only.
cover() { # FILE TEXT
	[ -f "$1" ] || return 0
	printf '%s\n' "$2" >/run/udev/cover
	mount --bind /run/udev/cover "$1"
	rm /run/udev/cover
}

add_nvme() { # NAME INDEX
	local space found=
	mknod -m 600 "/dev/$1" c 1 3
	for space in "/sys/class/nvme/$1/$1"n*; do
		[ -d "$space" ] || continue
		add_disk "${space##*/}" "$2"
		found=1
	done
	[ -n "$found" ] || add_disk "${1}n1" "$2"
}

add_devices() {
	local path name i=0
	for path in "$dir"/*/; do
		name=$(basename "$path")
		case $name in
		nvme*) add_nvme "$name" "$i" ;;
		sg*) mknod "/dev/$name" c 1 3 ;;
		*) add_disk "$name" "$i" ;;
		esac
		i=$((i + 1))
	done
}

if [ $# -lt 4 ] || [ "$3" != -- ]; then usage; fi
if [ -z "${FAKEHW_INSIDE:-}" ]; then
	[ "$(id -u)" -eq 0 ] || { echo 'fakehw.sh: needs root' >&2; exit 1; }
	FAKEHW_INSIDE=1 exec unshare --mount --propagation private bash "$0" "$@"
fi
unset FAKEHW_INSIDE
root=$(realpath "$1")
dir=$(realpath "$2")
sim=$(realpath "${IOCTLSIM:-$(dirname "$0")/../../build/tests/ioctlsim}")
shift 3
make_dev
make_sys
make_run
add_devices
# A folder is no sysfs: libudev, and libatasmart by it, would refuse its devices.
export SYSTEMD_DEVICE_VERIFY_SYSFS=0
exec "$sim" "$dir" -- "$@"
