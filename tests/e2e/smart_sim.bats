#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# smart-textfile on simulated hardware: what it sends to a disk, what it makes of the answers, and of their absence.
load helpers

setup() { hardware; }

@test "a SATA disk is sent five commands, none of which changes it" {
	disk sda ata model=M serial=S
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_up{device="sda"}' 1
	[ "$(commands sda | grep -c '^ata')" = 5 ]
	[ "$(commands sda | grep '^ata' | sort | tr '\n' ' ')" = "ata b0/d0 16 ata b0/d1 16 ata b0/da 16 ata e5 16 ata ec 16 " ]
	lacks "$HW/sda/log" WRITE
}

@test "the power mode is asked first" {
	disk sda ata
	smart >/dev/null
	[ "$(commands sda | head -n 1)" = "ata e5 16" ]
}

@test "an NVMe disk is sent one command" {
	disk nvme0 nvme temperature=40
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_temperature_celsius{device="nvme0",sensor="composite"}' 40
	[ "$(commands nvme0)" = "nvme 02/02" ]
}

@test "an NVMe disk that sysfs does not name is asked to identify itself" {
	disk nvme0 nvme model=NAMED serial=N1
	: >"$ROOT/sys/class/nvme/nvme0/model"
	smart -o "$OUT/s.prom"
	grep -q 'smart_device_info{device="nvme0".*model="NAMED"' "$OUT/s.prom"
	[ "$(commands nvme0 | sort | tr '\n' ' ')" = "nvme 02/02 nvme 06/01 " ]
}

@test "a sleeping disk gets the one question and stays visible" {
	disk sda ata serial=ASLEEP
	knob sda power=00
	smart -o "$OUT/s.prom"
	[ "$(commands sda)" = "ata e5 16" ]
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="standby"}' 1
	has "$OUT/s.prom" 'smart_device_power_state{device="sda",state="standby"}' 1
	grep -q 'smart_device_info{device="sda".*serial="ASLEEP"' "$OUT/s.prom"
	lacks "$OUT/s.prom" smart_device_up
	has "$OUT/s.prom" 'promshot_last_run_targets{tool="smart-textfile",result="skipped"}' 1
}

@test "idle conditions of extended power conditions are awake" {
	disk sda ata
	knob sda power=82
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_power_state{device="sda",state="idle"}' 1
	has "$OUT/s.prom" 'smart_device_up{device="sda"}' 1
}

@test "a disk that runtime power management has suspended is not opened" {
	disk sda ata
	echo suspended >"$(readlink -f "$ROOT/sys/block/sda")/device/power/runtime_status"
	run -0 strace -f -e trace=openat,open -o "$OUT/trace" "$BUILD/smart-textfile" --root "$ROOT" -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="suspended"}' 1
	lacks "$OUT/trace" dev/sda
}

@test "SMART that is switched off stays off" {
	disk sda ata
	knob sda smart=off
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_smart_enabled{device="sda"}' 0
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="unsupported"}' 1
	run ! grep -E 'WRITE|b0/d8' "$HW/sda/log"
}

@test "fixed-format sense data is understood" {
	disk sda ata attr=194:60:60:0:41
	knob sda sense=fixed
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_temperature_celsius{device="sda",sensor="device"}' 41
	has "$OUT/s.prom" 'smart_device_healthy{device="sda"}' 1
	[ "$(commands sda | grep -c '^ata')" = 5 ]
}

@test "a failing disk says so, with descriptor and with fixed sense" {
	disk sda ata status=failing
	disk sdb ata status=failing
	knob sdb sense=fixed
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_healthy{device="sda"}' 0
	has "$OUT/s.prom" 'smart_device_healthy{device="sdb"}' 0
	has "$OUT/s.prom" 'smart_ata_overall{device="sdb",state="bad_status"}' 1
}

@test "a USB bridge that takes 12-byte commands only is read with those" {
	disk sda ata attr=194:60:60:0:33 --bus usb
	knob sda sat=12 sense=fixed
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_temperature_celsius{device="sda",sensor="device"}' 33
	grep -qE 'smart_device_info\{device="sda",type="ata",transport="usb",.*port="[0-9]+:0:0:0"' "$OUT/s.prom"
}

@test "a SAS disk's log pages are read" {
	disk sda sas temp=37 trip=68 grown=5 read=1:2:3:6:9:1000:4
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_temperature_celsius{device="sda",sensor="device"}' 37
	has "$OUT/s.prom" 'smart_device_temperature_limit_celsius{device="sda",level="critical"}' 68
	has "$OUT/s.prom" 'smart_scsi_errors_uncorrected_total{device="sda",operation="read"}' 4
	has "$OUT/s.prom" 'smart_scsi_processed_bytes_total{device="sda",operation="read"}' 1000
	has "$OUT/s.prom" 'smart_scsi_grown_defects{device="sda"}' 5
	lacks "$HW/sda/log" WRITE
}

@test "a SAS disk in standby is asked for its sense and nothing more" {
	disk sda sas
	knob sda reqsense=00/5e/02
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="standby"}' 1
	[ "$(commands sda)" = "scsi 03" ]
}

@test "one dead disk costs itself alone" {
	disk sda ata
	disk sdb ata
	disk nvme0 nvme
	knob sdb errno=EIO
	run -0 --separate-stderr smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_up{device="sda"}' 1
	has "$OUT/s.prom" 'smart_device_up{device="sdb"}' 0
	has "$OUT/s.prom" 'smart_device_up{device="nvme0"}' 1
	has "$OUT/s.prom" 'promshot_last_run_success{tool="smart-textfile"}' 1
	has "$OUT/s.prom" 'promshot_last_run_targets{tool="smart-textfile",result="failed"}' 1
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[[ "$stderr" == *"sdb: "*"Input/output error" ]]
}

@test "a disk that appears while the run starts is reported, and read by the next run" {
	disk sda ata
	disk sdb ata
	# It comes when the readers are there and the run, held up in giving up its privileges, has not looked again.
	mv "$ROOT/sys/block/sdb" "$OUT/later"
	strace -f -o /dev/null -e trace=prctl -e inject=prctl:delay_enter=1500000:when=1 \
		"$BUILD/smart-textfile" --root "$ROOT" -o "$OUT/s.prom" 2>"$OUT/err" &
	run=$!
	for _ in $(seq 200); do [ -n "$(pgrep -P "$(pgrep -P $run || echo 0)" 2>/dev/null)" ] && break; sleep 0.01; done
	mv "$OUT/later" "$ROOT/sys/block/sdb"
	wait $run
	has "$OUT/s.prom" 'smart_device_up{device="sdb"}' 0
	grep -q 'sdb: finding its reader failed' "$OUT/err"
}

@test "no permission is told as such" {
	disk sda ata
	disk nvme0 nvme
	knob sda errno=EPERM
	knob nvme0 errno=EACCES
	smart -q -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="permission"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="nvme0",reason="permission"}' 1
}

@test "a page with a wrong checksum gives nothing but the fact" {
	disk sda ata
	knob sda badsum=1
	smart -q -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_ata_checksum_error{device="sda",page="data"}' 1
	has "$OUT/s.prom" 'smart_device_up{device="sda"}' 0
	lacks "$OUT/s.prom" smart_ata_attribute
}

@test "a page of zeros is no data" {
	disk sda ata
	disk nvme0 nvme
	knob sda zero=1
	knob nvme0 zero=1
	smart -q -o "$OUT/s.prom"
	lacks "$OUT/s.prom" smart_nvme_
	lacks "$OUT/s.prom" smart_ata_attribute
	lacks "$OUT/s.prom" 'smart_device_up{device="nvme0"} 1'
}

@test "a stuck disk is reported and the nine others complete" {
	for i in a b c d e f g h i; do disk sd$i ata; done
	disk nvme0 nvme
	knob sdc hang=1
	run -0 --separate-stderr smart --timeout 2 -o "$OUT/s.prom"
	[ "$(grep -c '^smart_device_up{.*} 1$' "$OUT/s.prom")" = 9 ]
	has "$OUT/s.prom" 'smart_device_skipped{device="sdc",reason="stuck"}' 1
	[[ "$stderr" == *"sdc: no answer by the deadline"* ]]
	[ "$(wc -l <<<"$stderr")" = 1 ]
}

@test "while a reader is stuck no second one is sent to its disk, over a hundred runs" {
	disk sda ata
	disk sdb ata
	# Somebody holds the lock of sda as a stuck reader would.
	python3 - "$OUT/.sda.lock" "$OUT/held" <<-'PY' &
		import fcntl, os, sys, time
		fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
		fcntl.lockf(fd, fcntl.LOCK_EX)
		open(sys.argv[2], "w").close()
		time.sleep(60)
	PY
	holder=$!
	for _ in $(seq 200); do [ -e "$OUT/held" ] && break; sleep 0.05; done
	for _ in $(seq 100); do smart -q -o "$OUT/s.prom"; done
	kill "$holder"
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="stuck"}' 1
	has "$OUT/s.prom" 'smart_device_up{device="sdb"}' 1
	[ -z "$(commands sda)" ]
	[ "$(commands sdb | grep -c e5)" = 100 ]
}

@test "disks answer at the same time, not in turn" {
	for i in a b c d e f g h i j; do
		disk sd$i ata
		knob sd$i delay_ms=200
	done
	# Ten disks of five commands of 0.2 s would take 10 s in turn: more than the deadline allows.
	smart --timeout 8 -o "$OUT/s.prom"
	[ "$(grep -c '^smart_device_up{.*} 1$' "$OUT/s.prom")" = 10 ]
}

@test "a run forks one process a disk and executes nothing" {
	disk sda ata
	disk sdb ata
	disk nvme0 nvme
	run -0 strace -f -e trace=process -o "$OUT/trace" "$BUILD/smart-textfile" --root "$ROOT" -q -o "$OUT/s.prom"
	[ "$(grep -cE '(clone3?|fork|vfork)\(' "$OUT/trace")" = 3 ]
	[ "$(grep -c 'execve(' "$OUT/trace")" = 1 ]
}

@test "no foreign byte is read with privilege: all is given up before the first attribute" {
	need_sandbox
	disk sda ata
	echo '{"exclude": []}' >"$OUT/c.json"
	strace -e trace=openat,read,capset,prctl,seccomp,landlock_restrict_self,setresuid \
		-o "$OUT/trace" "$BUILD/smart-textfile" --root "$ROOT" -q -c "$OUT/c.json" -o "$OUT/s.prom"
	sealed=$(grep -n '^seccomp(' "$OUT/trace" | cut -d: -f1)
	[ "$(grep -n 'capset(' "$OUT/trace" | head -n 1 | cut -d: -f1)" -lt "$sealed" ]
	grep -q 'prctl(PR_SET_NO_NEW_PRIVS' "$OUT/trace"
	# what sysfs says of a disk is opened after the seal, and nothing of it before
	first=$(grep -nE '"(device/|size|queue/|wwid)' "$OUT/trace" | head -n 1 | cut -d: -f1)
	[ "$first" -gt "$sealed" ]
}

@test "a reader keeps its two pipes, its lock and the device, and nothing else" {
	disk sda ata
	knob sda hang=1
	smart --timeout 3 -q -o "$OUT/s.prom" &
	run=$!
	reader=
	for _ in $(seq 100); do
		reader=$(pgrep -f "smart-textfile --root $ROOT" | while read -r p; do
			[ -e "/proc/$p/fd" ] && readlink "/proc/$p"/fd/* 2>/dev/null | grep -q dev/sda && echo "$p"
		done || :)
		[ -n "$reader" ] && break
		sleep 0.05
	done
	[ -n "$reader" ]
	readlink "/proc/$reader"/fd/* | sed 's/:.*//' | sort >"$OUT/fds"
	wait $run
	[ "$(grep -c pipe "$OUT/fds")" = 3 ] # standard error is a pipe's read end, which takes no byte
	grep -q 'dev/sda$' "$OUT/fds"
	grep -q '/.sda.lock$' "$OUT/fds"
	[ "$(wc -l <"$OUT/fds")" = 5 ]
}

@test "what is dumped replays to the same series" {
	disk sda ata attr=5:100:100:10:7 attr=194:60:60:0:35
	disk nvme0 nvme temperature=44
	disk sdb sas temp=30
	mkdir "$OUT/dump"
	smart --dump "$OUT/dump"
	[ "$(ls "$OUT/dump")" = "$(printf 'nvme0.blob\nsda.blob\nsdb.blob')" ]
	smart --now 1700000000 | grep -E '^smart_(ata|nvme|scsi)_' >"$OUT/live"
	"$BUILD/smart-textfile" --now 1700000000 --replay "$OUT/dump" | grep -E '^smart_(ata|nvme|scsi)_' >"$OUT/replayed"
	diff "$OUT/live" "$OUT/replayed"
}

@test "a dumped ATA disk is a blob that skdump loads" {
	disk sda ata model="BLOB TEST" attr=194:60:60:0:35 attr=9:99:99:0:1234 attr=12:99:99:0:7
	mkdir "$OUT/dump"
	smart --dump "$OUT/dump"
	run -0 skdump --load="$OUT/dump/sda.blob"
	[[ "$output" == *"BLOB TEST"* ]]
}

@test "--list reads no disk" {
	disk sda ata model="LIST ME" serial=L1
	disk nvme0 nvme
	run -0 --separate-stderr smart --list
	[[ "$output" == *"LIST ME"*"L1"*"yes"* ]]
	[ -z "$(commands sda)$(commands nvme0)" ]
}

@test "include and exclude go by name, model, serial, WWN and bus" {
	disk sda ata model="KEEP ME" serial=K1
	disk sdb ata model=OTHER serial=X1
	disk sdc ata model=OTHER serial=X2
	disk nvme0 nvme
	echo '{"exclude": ["serial:X1", "nvme*", "transport:usb"]}' >"$OUT/c.json"
	smart -c "$OUT/c.json" -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_up{device="sda"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="sdb",reason="excluded"}' 1
	has "$OUT/s.prom" 'smart_device_up{device="sdc"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="nvme0",reason="excluded"}' 1
	[ -z "$(commands sdb)$(commands nvme0)" ]
	echo '{"include": ["model:KEEP*"]}' >"$OUT/c.json"
	smart -c "$OUT/c.json" -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_up{device="sda"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="sdc",reason="excluded"}' 1
}

@test "the opt-in logs are read when asked for, each by its own command" {
	disk sda ata selftest=1:0:100 errors=3 stat=1:8:42
	disk nvme0 nvme selftest=1:0:55
	echo '{"reads": {"self_tests": true, "error_log": true, "statistics": true}}' >"$OUT/c.json"
	smart -c "$OUT/c.json" -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_ata_error_log_entries{device="sda"}' 3
	has "$OUT/s.prom" 'smart_device_self_test_last_power_on_seconds{device="sda"}' 360000
	has "$OUT/s.prom" 'smart_device_self_test_last_power_on_seconds{device="nvme0"}' 198000
	grep -q '^smart_device_statistic{device="sda"' "$OUT/s.prom"
	commands sda | grep -q 'b0/d5/06'
	commands sda | grep -q 'b0/d5/01'
	commands nvme0 | grep -q '02/06'
}

@test "a model string cannot forge a line, a label or a series" {
	disk sda ata model='x"} 1' serial='a\b'
	disk nvme0 nvme model=$'evil\nsmart_device_up{device="sdz"} 1'
	smart -o "$OUT/s.prom"
	run ! grep -q '^smart_device_up{device="sdz"' "$OUT/s.prom"
	run -0 python3 "$TOP/tests/prom/promcheck.py" "$OUT/s.prom"
}
