#!/bin/sh
# SPDX-License-Identifier: MIT
# setup.sh WHAT...: installs the packages that are missing for it (Debian, Ubuntu), then does it.
#
#   setup.sh build|check|bench|coverage|fuzz|vm|cross|lint    the packages alone (make calls these by itself)
#   setup.sh make TARGET...                     make too, then "make TARGET..."
#
# Nothing is done, and no root asked for, where everything is there already.
set -eu

BUILD="make gcc pkg-config libc6-dev libjansson-dev libyaml-dev libatasmart-dev libnvme-dev zlib1g-dev liblzma-dev libzstd-dev
libpcre2-dev libsystemd-dev"
CHECK="$BUILD bats python3 strace libseccomp-dev prometheus prometheus-node-exporter smartmontools nvme-cli
libatasmart-bin sg3-utils hdparm binutils procps util-linux gzip xz-utils zstd systemd-journal-remote"
BENCH="$CHECK prometheus-node-exporter-collectors moreutils time mtail libauparse-dev"
# Installed where systemd runs, auditd is started.
[ -d /run/systemd/system ] || BENCH="$BENCH auditd"
VM="$CHECK qemu-system-x86 qemu-utils cpio busybox-static kmod e2fsprogs systemd systemd-sysv udev dbus"
CROSS="$BUILD gcc-aarch64-linux-gnu gcc-s390x-linux-gnu libc6-dev-arm64-cross libc6-dev-s390x-cross qemu-user-static"
LINT="$CHECK clang clang-tidy cppcheck shellcheck mandoc valgrind llvm systemd git"

COVERAGE="$CHECK lcov"
# the sanitizers' runtime is packaged by clang's version
FUZZ="$BUILD clang libclang-rt-$(clang -dumpversion 2>/dev/null | cut -d. -f1 | grep . || echo 14)-dev"

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
		echo "setup: not root and no sudo: please run as root: $*" >&2
		return 1
	fi
}

missing() {
	for p in $1; do
		dpkg-query -W -f '${db:Status-Status}\n' "$p" 2>/dev/null | grep -qx installed || printf '%s ' "$p"
	done
}

install_missing() {
	if ! command -v dpkg-query >/dev/null; then
		echo "setup: not a Debian system: needed here are the equivalents of: $1" >&2
		return 0
	fi
	need=$(missing "$1")
	[ -n "$need" ] || return 0
	echo "setup: installing $need"
	export DEBIAN_FRONTEND=noninteractive
	as_root apt-get -qq update || echo "setup: apt-get update failed; going on with the lists that are there" >&2
	# shellcheck disable=SC2086 # a list of packages
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
		--no-install-recommends $need >/dev/null
}

case ${1:-} in
build) install_missing "$BUILD" ;;
check) install_missing "$CHECK" ;;
coverage) install_missing "$COVERAGE" ;;
fuzz) install_missing "$FUZZ" ;;
bench) install_missing "$BENCH" ;;
vm) install_missing "$VM" ;;
cross)
	install_missing "$CROSS"
	for arch in arm64 s390x; do # for downloads alone: nothing of them is installed
		dpkg --print-foreign-architectures | grep -qx $arch && continue
		as_root dpkg --add-architecture $arch
		as_root apt-get -qq update
	done
	;;
lint) install_missing "$LINT" ;;
make)
	install_missing "$BUILD"
	exec "$@"
	;;
*)
	sed -n '3,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
