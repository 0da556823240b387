# SPDX-License-Identifier: MIT
# helpers.bash: what the end-to-end tests share. $BUILD is the folder with the binaries (make e2e sets it).
bats_require_minimum_version 1.5.0

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
SIM=$BUILD/tests/ioctlsim

# A test that cannot run here says so and why; it never counts as passed.
need_root() { [ "$(id -u)" = 0 ] || skip "needs root"; }

# Builds with sanitizers or for coverage leave seccomp out, and say so.
need_sandbox() {
	mkdir -p "$BATS_TEST_TMPDIR/none/sys/block"
	! "$BUILD/smart-textfile" -v --root "$BATS_TEST_TMPDIR/none" 2>&1 | grep -q 'no seccomp' || skip "a build without the sandbox"
}

# Simulated hardware: HW has a folder a device (tests/fake/mkdev.py), ROOT the /sys and /dev that show them.
hardware() {
	need_root
	HW=$BATS_TEST_TMPDIR/hw ROOT=$BATS_TEST_TMPDIR/root OUT=$BATS_TEST_TMPDIR/out
	mkdir -p "$HW" "$ROOT/sys/block" "$ROOT/dev" "$OUT"
}

# disk NAME KIND [KEY=VALUE...]: KIND is ata, nvme or sas
disk() {
	local name=$1 kind=$2
	shift 2
	python3 "$TOP/tests/fake/mkdev.py" "$HW" "$name" "--$kind" "$@" --sysfs "$ROOT" >/dev/null
}

# A fault of a device, from the next command on: knob NAME KEY=VALUE...
knob() {
	local name=$1
	shift
	printf '%s\n' "$@" >"$HW/$name/knobs"
}

# Runs a command with the hardware in place of the machine's.
sim() { "$SIM" "$HW" -- "$@"; }
smart() { sim "$BUILD/smart-textfile" --root "$ROOT" "$@"; }

# The commands that a device was sent, one a line.
commands() { cat "$HW/$1/log" 2>/dev/null || true; }

# has FILE SERIES VALUE
has() { grep -qxF -- "$2 $3" "$1" || { echo "$1: want: $2 $3; has:"; grep -F -- "${2%%\{*}" "$1"; return 1; }; }
lacks() { ! grep -qF -- "$2" "$1" || { echo "$1: has: $(grep -F -- "$2" "$1")"; return 1; }; }
