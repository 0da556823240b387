#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh [SCENARIO...] - boot the installed tree in a virtual machine with
# disks of every kind and run tests/vm/scenarios/*.sh in it; TAP on stdout.
# README.md beside this file tells how a scenario is written.
#
# PROMSHOT_VM_CACHE    where the kernel is kept        (build/vm)
# PROMSHOT_VM_STAGE    test this tree, do not install  (a `make install` of ours)
# PROMSHOT_VM_TIMEOUT  seconds for the machine's life  (600)
# PROMSHOT_VM_KEEP     keep the console's and QEMU's log here
#
# Exit status: 0 all passed, 1 something failed, 2 not able to run.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${PROMSHOT_VM_CACHE:-build/vm}
limit=${PROMSHOT_VM_TIMEOUT:-600}
work=
machine=

die() {
	printf 'vm: %s\n' "$*" >&2
	exit 2
}

# "# KEY: words" lines at the head of the chosen scenarios.
declared() {
	sed -n "s/^# $1://p" "${scenarios[@]}" | tr -s ' ' '\n' | sed '/^$/d' | sort -u
}

# Those of PACKAGE... that are not installed.
absent() {
	local p

	for p; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || echo "$p"
	done
}

need_packages() {
	local missing

	missing=$(absent qemu-system-x86 qemu-utils cpio zstd busybox-static kmod e2fsprogs "${packages[@]}" | xargs)
	[ -z "$missing" ] || die "missing packages: apt-get install --no-install-recommends $missing"
}

# Daemons for the machine alone: installed here, they would be started here.
# What they need besides goes into `daemons` too, for what that needs.
fetch_debs() {
	local missing new

	mapfile -t missing < <(absent "${daemons[@]}")
	[ ${#missing[@]} -gt 0 ] || return 0
	mapfile -t new < <(apt-get -s -qq --no-install-recommends install "${missing[@]}" |
		sed -n 's/^Inst \([^ ]*\).*/\1/p')
	daemons+=("${new[@]}")
	(mkdir "$work/debs" && cd "$work/debs" && apt-get -qq download "${new[@]}" 2>/dev/null) ||
		die "cannot download ${missing[*]} (apt-get update?)"
}

# The kernel that Debian runs, unpacked once. -cloud kernels have no ATA.
fetch_kernel() {
	local package version

	package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\)/\1/p')
	[ -n "$package" ] || die 'apt knows no linux-image-amd64 (apt-get update?)'
	version=$(apt-cache policy "$package" | sed -n 's/.*Candidate: //p' | tr : _)
	kernel=$cache/$package-$version
	exec 9>"$cache/lock"
	flock 9
	if [ ! -d "$kernel" ]; then
		rm -rf "$cache/new"
		mkdir "$cache/new"
		(cd "$cache/new" && apt-get -qq download "$package" 2>/dev/null) || die "cannot download $package"
		dpkg-deb --fsys-tarfile "$cache"/new/*.deb | tar -x -C "$cache/new" --exclude='*/drivers/gpu' \
			--exclude='*/drivers/media' --exclude='*/net/wireless' --exclude='*/sound' ./boot ./lib/modules
		rm "$cache"/new/*.deb
		depmod -b "$cache/new" "${package#linux-image-}"
		mv "$cache/new" "$kernel"
	fi
	exec 9>&-
}

install_tree() {
	stage=${PROMSHOT_VM_STAGE:-}
	if [ -z "$stage" ]; then
		stage=$work/stage
		"${MAKE:-make}" -s install DESTDIR="$stage" PREFIX=/usr UNITDIR=/lib/systemd/system \
			SYSUSERSDIR=/usr/lib/sysusers.d TMPFILESDIR=/usr/lib/tmpfiles.d \
			UDEVRULESDIR=/lib/udev/rules.d >&2 || die 'make install failed'
	fi
}

# disk NAME: an empty drive for the machine.
disk() {
	truncate -s 16M "$work/$1.img"
	args+=(-drive "if=none,id=$1,format=raw,file=$work/$1.img")
}

# -machine pc, not q35: after a SMART command QEMU's AHCI leaves DRQ set, and
# the kernel's answer is then one that libatasmart refuses. TCG always: a
# /dev/kvm that opens is no proof that a guest gets anywhere with it.
hardware() {
	local d

	args=(-accel 'tcg,thread=multi' -machine pc -smp 2 -m 768 -nodefaults -display none -no-reboot
		-kernel "$(echo "$kernel"/boot/vmlinuz-*)" -initrd "$work/initrd"
		-append 'console=ttyS0 quiet panic=-1 tsc=reliable usb-storage.delay_use=0 systemd.show_status=0'
		-drive "if=none,id=root,format=raw,cache=unsafe,file=$work/root.ext4"
		-device 'virtio-blk-pci,drive=root,serial=ROOT-SN-1'
		-serial "file:$work/console.log")
	for d in nv0 nv1a nv1b nv2 ata scsi usb raid0 raid1; do disk "$d"; done
	args+=(
		-device 'nvme,id=nvme0,drive=nv0,serial=NVME-SN-0001'
		-device 'nvme-subsys,id=subsys,nqn=vm'
		-device 'nvme,id=nvme1,subsys=subsys,serial=NVME-SN-0002'
		-device 'nvme-ns,bus=nvme1,drive=nv1a,nsid=1'
		-device 'nvme-ns,bus=nvme1,drive=nv1b,nsid=2'
		-device 'nvme,id=nvme2,drive=nv2,serial=NVME-SN-0003'
		-device 'ide-hd,bus=ide.0,drive=ata,serial=ATA-SN-01,rotation_rate=7200'
		-device 'ide-cd,bus=ide.1'
		-device 'virtio-scsi-pci,id=hba'
		-device 'scsi-hd,bus=hba.0,drive=scsi,serial=SCSI-SN-1'
		-device 'qemu-xhci'
		-device 'usb-storage,drive=usb,serial=USB-SN-1'
		-device 'megasas,id=raid'
		-device 'scsi-hd,bus=raid.0,scsi-id=0,drive=raid0,serial=RAID-SN-1'
		-device 'scsi-hd,bus=raid.0,scsi-id=1,drive=raid1,serial=RAID-SN-2'
		# The guest writes TAP to one port and holds QEMU's own monitor on the
		# other: a scenario that pulls a disk is then one file, on one side.
		-device virtio-serial-pci
		# (A chardev of stdio would count as unplugged once stdin has ended.)
		-chardev 'file,id=tap,path=/dev/stdout' -device 'virtserialport,name=tap,chardev=tap'
		-chardev "socket,id=port,server=on,wait=off,path=$work/qmp"
		-device 'virtserialport,name=qmp,chardev=port'
		-chardev "socket,id=monitor,path=$work/qmp" -mon 'chardev=monitor,mode=control')
}

# shellcheck disable=SC2317 # a trap calls it
finish() {
	trap '' HUP INT TERM
	[ -z "$machine" ] || { kill "$machine" && wait "$machine"; } 2>/dev/null || :
	if [ -n "${PROMSHOT_VM_KEEP:-}" ] && [ -d "$work" ]; then
		mkdir -p "$PROMSHOT_VM_KEEP"
		cp "$work"/*.log "$PROMSHOT_VM_KEEP" 2>/dev/null || :
	fi
	[ -z "$work" ] || rm -rf "$work"
}

# Copies the machine's TAP; its plan line is the end.
follow() {
	local line failed=0

	while IFS= read -r line; do
		printf '%s\n' "$line"
		case $line in
		'not ok '*) failed=1 ;;
		1..*) return "$failed" ;;
		esac
	done
	echo "Bail out! the machine ended, or was ended after $limit s, without a plan line"
	tail -n 20 "$work/console.log" "$work/qemu.log" | sed 's/^/# /'
	return 1
}

[ $# -gt 0 ] || set -- "$here"/scenarios/*.sh
scenarios=()
for s; do
	[ -e "$s" ] || s=$here/scenarios/${s%.sh}.sh
	[ -e "$s" ] || die "no such scenario: $s"
	scenarios+=("$s")
done
mapfile -t packages < <(printf '%s\n' systemd udev prometheus-node-exporter; declared packages)
mapfile -t daemons < <(declared daemons)

need_packages
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
trap finish EXIT
trap 'exit 1' HUP INT TERM
work=$(mktemp -d "$cache/run.XXXXXX")
fetch_kernel
fetch_debs
install_tree

cp -a "$here/guest" "$work/guest"
mkdir "$work/guest/scenarios"
cp "${scenarios[@]}" "$work/guest/scenarios"
declared enable >"$work/guest/enable"
declared modules >"$work/guest/modules"
# Only root may own files of root; in a user namespace everybody is root.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(unshare --map-root-user)
"${as_root[@]}" "$here/image.sh" "$work" "$kernel" "$stage" "${packages[@]}" "${daemons[@]}" || die 'no image'
hardware
echo "# image ready after $SECONDS s"

mkfifo "$work/tap"
timeout -k 5 "$limit" qemu-system-x86_64 "${args[@]}" </dev/null >"$work/tap" 2>"$work/qemu.log" &
machine=$!
status=0
follow <"$work/tap" || status=1
echo "# ended after $SECONDS s"
exit "$status"
