#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
bats_require_minimum_version 1.5.0
# The simulator against programs that know nothing of it: what was put into a device is what they report.

setup_file() {
	export FAKE=$BATS_TEST_DIRNAME
	export IOCTLSIM=${BUILD:-$FAKE/../../build}/tests/ioctlsim
	export R=$BATS_FILE_TMPDIR/root D=$BATS_FILE_TMPDIR/devices
	# The interpreter itself: a version manager's wrapper in front of it takes longer than all the rest.
	PATH=$(python3 -c 'import os, sys; print(os.path.dirname(sys.executable))'):$PATH
	export PATH
	[ -x "$IOCTLSIM" ] || skip 'build/tests/ioctlsim is not built'
	mkdir -p "$R/sys" "$D"
	dev sda --ata model='PLAIN DISK' serial=P1 attr=5:100:100:10:0 attr=9:88:88:0:10234 attr=12:100:100:0:77 \
		attr=194:118:100:0:29 sectors=1953525168 selftest=1:0:100 selftest=2:7:10200:4711
	dev sdb --ata model='FAILING DISK' serial=F1 status=failing attr=5:8:8:36:4000 attr=9:50:50:0:43800 \
		attr=194:150:90:0:52 attr=197:100:100:0:16 errors=3:43790:99 selftest=1:7:43795:99
	dev sdc --ata model='FLASH DISK' serial=S1 rate=1 form=3 physical=512 attr=5:100:100:0:2 \
		attr=9:99:99:0:8760 attr=194:64:50:0:36 attr=233:93:93:0:0xffffffffffff stat=1:8:55 stat=5:8:36 stat=7:8:7
	dev nvme0 --nvme model='PLAIN NVME' serial=N0 temperature=41 percent_used=7 power_on_hours=4242 sensor1=43
	dev nvme1 --nvme model='WORN NVME' serial=N1 critical_warning=5 temperature=84 avail_spare=3 \
		percent_used=255 data_units_written=0xffffffffffffffffff media_errors=12 unsafe_shutdowns=99 warning_temp_time=15
	dev nvme2 --nvme model='OCP NVME' serial=N2 lba=4096 blocks=244190646 selftest=1:0:10 selftest=2:7:20:4711 \
		ocp.units_written=18446744073709551617 ocp.free_blocks=88 ocp.plp_starts=3 num_err_log_entries=5
	dev sdd --sas serial=A1 temp=33 minutes=6125 read=1:2:3:6:9:1000000000:0 write=4:5:6:15:16:2000000000:1
	dev sde --sas serial=A2 vendor=SEAGATE temp=61 ie=0x5d:0x10 grown=40 nonmedium=17 selftest=2:7:500:4711
	dev sdf --sas serial=A3 rate=1 lba=4096 blocks=100000000 exponent=0 endurance=104 cycles=33
}

# dev NAME KIND...: a device of the machine that hw shows. one KIND...: the only device of a test, sda in $T.
dev() {
	"$FAKE/mkdev.py" "$D" "$@" --sysfs "$R"
}
one() {
	"$FAKE/mkdev.py" "$T" sda "${@:---ata}"
	: >"$T/dev/sda"
}
setup() {
	T=$BATS_TEST_TMPDIR
	mkdir -p "$T/dev"
}

# For a test that shows the machine of $D to these programs.
need() {
	[ "$(id -u)" -eq 0 ] || skip 'needs root'
	for program; do
		command -v "$program" >/dev/null || skip "needs $program"
	done
}
# Runs a program there; one that hangs for ten seconds is a fault.
hw() {
	timeout -k 1 10 "$FAKE/fakehw.sh" "$R" "$D" -- "$@"
}
sim() {
	timeout -k 1 10 "$IOCTLSIM" "$T" -- "$@"
}
probe() {
	sim "$FAKE/probe.py" "$T/dev/sda" "$@"
}
knobs() {
	printf '%s\n' "$@" >"$T/sda/knobs"
}

# is EXPRESSION VALUE: what the JSON text in $output, called d, holds.
is() {
	local got
	got=$(python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" <<<"$output")
	[ "$got" = "$2" ] || { echo "$1 is $got, not $2"; return 1; }
}
raw='{a["id"]: (a["value"], a["thresh"], a["raw"]["value"]) for a in d["ata_smart_attributes"]["table"]}'

ready='00 00 00 00 00 00'
inquiry='12 00 00 00 24 00'
request_sense='03 00 00 00 12 00'
# ATA PASS-THROUGH (16); those without data ask for the registers by CK_COND.
power_mode='85 06 20 00 00 00 00 00 00 00 00 00 00 40 e5 00'
smart_status='85 06 20 00 da 00 00 00 00 00 4f 00 c2 40 b0 00'
identify='85 08 0e 00 00 00 01 00 00 00 00 00 00 00 ec 00'
smart_data='85 08 0e 00 d0 00 01 00 00 00 4f 00 c2 00 b0 00'
smart_enable='85 06 20 00 d8 00 00 00 00 00 4f 00 c2 40 b0 00'

@test "smartctl reads three ATA disks" {
	need smartctl
	run hw smartctl -a -j -d sat /dev/sda
	[ "$status" -eq 128 ] # its log has a failed self-test
	is 'd["model_name"], d["serial_number"], d["user_capacity"]["bytes"]' "('PLAIN DISK', 'P1', 1000204886016)"
	is 'd["physical_block_size"], d["rotation_rate"], d["smart_status"]["passed"]' '(4096, 7200, True)'
	is "{i: v[2] for i, v in ${raw}.items()}" '{5: 0, 9: 10234, 12: 77, 194: 29}'
	is '[t["lifetime_hours"] for t in d["ata_smart_self_test_log"]["standard"]["table"]]' '[10200, 100]'
	run hw smartctl -a -j -d sat /dev/sdb
	[ $((status & 8)) -eq 8 ] # the disk says that it fails
	is 'd["smart_status"]["passed"], d["ata_smart_error_log"]["summary"]["count"]' '(False, 3)'
	is "$raw" '{5: (8, 36, 4000), 9: (50, 0, 43800), 194: (150, 0, 52), 197: (100, 0, 16)}'
	run hw smartctl -a -j -d sat -l devstat /dev/sdc
	is "d['rotation_rate'], d['form_factor']['name'], ${raw}[233][2]" "(0, '2.5 inches', 281474976710655)"
	is '[s["value"] for p in d["ata_device_statistics"]["pages"] for s in p["table"]]' '[55, 36, 7]'
}

@test "smartctl reads three NVMe disks" {
	need smartctl
	run hw smartctl -a -j -d nvme /dev/nvme0
	[ "$status" -eq 0 ]
	is 'd["model_name"], d["serial_number"], d["temperature"]["current"]' "('PLAIN NVME', 'N0', 41)"
	is 'd["nvme_smart_health_information_log"]["temperature_sensors"]' '[43]'
	is 'd["power_on_time"]["hours"]' 4242
	run hw smartctl -a -j -d nvme /dev/nvme1
	is 'd["smart_status"]["passed"], d["smart_status"]["nvme"]["value"]' '(False, 5)'
	is 'd["nvme_smart_health_information_log"]["percentage_used"]' 255
	is 'd["nvme_smart_health_information_log"]["data_units_written_s"]' 4722366482869645213695
	run hw smartctl -a -j -d nvme /dev/nvme2n1
	is 'd["user_capacity"]["bytes"], d["logical_block_size"]' '(1000204886016, 4096)'
	is 'd["nvme_smart_health_information_log"]["num_err_log_entries"]' 5
}

@test "nvme-cli finds three disks, reads their logs, and is told of a log that is not there" {
	need nvme
	run hw nvme smart-log -o json /dev/nvme0
	is 'd["temperature"], d["percent_used"], d["power_on_hours"]' "(314, 7, '4242')"
	run hw nvme smart-log -o json /dev/nvme1
	is 'd["critical_warning"], d["media_errors"], d["warning_temp_time"]' "(5, '12', 15)"
	is 'd["data_units_written"]' 4722366482869645213695
	run hw nvme smart-log -o json /dev/nvme2n1
	is 'd["num_err_log_entries"]' 5
	run hw nvme ocp smart-add-log /dev/nvme2 -o json
	is 'd["Physical media units written"], d["Percent free blocks"]' "({'hi': 1, 'lo': 1}, 88)"
	run hw nvme self-test-log -o json /dev/nvme2
	is '[r.get("Power on hours") for r in d["List of Valid Reports"][:3]]' '[20, 10, None]'
	run hw nvme list -o json
	is 'sorted(x["SerialNumber"] for x in d["Devices"])' "['N0', 'N1', 'N2']"
	run hw nvme get-log /dev/nvme0 --log-id=0xc0 --log-len=512
	[[ $output = *0x4109* ]] # Invalid Log Page, do not retry
	[[ $output = *'Invalid Log Page'* ]]
}

@test "smartctl reads three SAS disks" {
	need smartctl
	run hw smartctl -a -j -d scsi /dev/sdd
	[ "$status" -eq 0 ]
	is 'd["serial_number"], d["temperature"]["current"], d["power_on_time"]["hours"]' "('A1', 33, 102)"
	is 'd["scsi_error_counter_log"]["read"]["total_errors_corrected"]' 6
	is 'd["scsi_error_counter_log"]["write"]["total_uncorrected_errors"]' 1
	is 'd["smart_status"]["passed"]' True
	run hw smartctl -a -j -d scsi /dev/sde
	is 'd["smart_status"]["passed"], d["smart_status"]["scsi"]["asc"]' '(False, 93)'
	is 'd["scsi_vendor"], d["scsi_grown_defect_list"], d["temperature"]["current"]' "('SEAGATE', 40, 61)"
	run hw smartctl -a -j -d scsi /dev/sdf
	is 'd["user_capacity"]["bytes"], d["rotation_rate"]' '(409600000000, 0)'
	is 'd["scsi_percentage_used_endurance_indicator"]' 104
	is 'd["scsi_start_stop_cycle_counter"]["accumulated_start_stop_cycles"]' 33
}

@test "sg_logs reads three SAS disks" {
	need sg_logs
	run hw sg_logs -a /dev/sdd
	[ "$status" -eq 0 ]
	[[ $output = *'Total bytes processed = 2000000000'*'Accumulated power on minutes: 6125'* ]]
	run hw sg_logs -a /dev/sde
	[[ $output = *'Non-medium error count = 17'*'Current temperature = 61 C'*'asc = 0x5d, ascq = 0x10'* ]]
	run hw sg_logs -a /dev/sdf
	[[ $output = *'Percentage used endurance indicator: 104 %'* ]]
}

@test "skdump reads three ATA disks by the access that udev names, with six commands" {
	need skdump
	rm -f "$D/sda/log"
	run hw skdump /dev/sda
	[ "$status" -eq 0 ]
	[[ $output = *'16 Byte SCSI ATA SAT Passthru'*'Model: [PLAIN DISK]'*'Good: yes'* ]]
	[[ $output = *'Power Cycles: 77'*'29.0 C'* ]]
	printf '%s\n' blkgetsize64 'ata ec 16' 'ata e5 16' 'ata b0/d1 16' 'ata b0/da 16' 'ata b0/d0 16' \
		'ata b0/da 16' | diff - "$D/sda/log"
	run hw skdump /dev/sdb
	[[ $output = *'Good: no'*'Bad Sectors: 4016 sectors'*'52.0 C'*BAD_STATUS* ]]
	run hw skdump /dev/sdc
	[[ $output = *'Model: [FLASH DISK]'*'Powered On: 1.0 years'*'36.0 C'* ]]
}

# What is mounted where hw mounts, and the machine's own loop devices.
places() {
	cut -d ' ' -f 5- /proc/self/mountinfo | grep -E '^/(dev|sys|run)(/udev|/dev/block)? '
	ls -d /run/udev /sys/block/loop* 2>&1 || true
}

@test "lsblk and hdparm see the disks, and nothing is left behind" {
	need lsblk hdparm
	before=$(places)
	run hw lsblk -dnbo NAME,SIZE,ROTA /dev/sdb /dev/sdc
	[[ ${lines[0]} =~ ^sdb\ +4000787030016\ +1$ && ${lines[1]} =~ ^sdc\ +4000787030016\ +0$ ]]
	run hw hdparm -C /dev/sda
	[[ $output = *active/idle* ]]
	[ "$(places)" = "$before" ]
}

@test "registers come back in descriptor and in fixed format sense data" {
	one --ata status=failing
	run probe 0 "$smart_status"
	[ "${lines[0]}" = 'status=02 host=0 driver=8 resid=0' ]
	[ "${lines[1]}" = sense=7201001d0000000e090c00000000000000f4002c4050 ]
	knobs sense=fixed power=80
	run probe 0 "$smart_status"
	[ "${lines[1]}" = sense=f00001005040000a0000f42c001d00000000 ]
	run probe 0 "$power_mode"
	[ "${lines[1]}" = sense=f00001005040800a00000000001d00000000 ]
	[ "$(tail -n 1 "$T/sda/log")" = 'ata e5 16' ]
}

@test "smartctl understands the fixed format, and a bridge that takes one size only" {
	need smartctl
	echo sense=fixed >"$D/sdb/knobs"
	run hw smartctl -H -j -d sat /dev/sdb
	is 'd["smart_status"]["passed"]' False
	echo sat=12 >"$D/sdb/knobs"
	: >"$D/sdb/log"
	run hw smartctl -H -j -d sat,12 /dev/sdb
	is 'd["smart_status"]["passed"]' False
	[ "$(grep -c ' 12$' "$D/sdb/log")" -eq "$(wc -l <"$D/sdb/log")" ]
	run hw smartctl -H -j -d sat,16 /dev/sdb
	is 'd["smartctl"]["exit_status"] & 2' 2
	rm "$D/sdb/knobs"
}

@test "a sleeping disk says so" {
	one
	knobs power=00
	run probe 0 "$power_mode"
	[[ ${lines[1]} = sense=7201001d0000000e090c00000000* ]]
	knobs power=ff reqsense=00/5e/03
	run probe 18 "$request_sense"
	[ "${lines[2]}" = data=700000000000000a000000005e0300000000 ]
}

@test "what is not in the blob is refused as a device refuses it" {
	one --ata --without SMTH VP83
	run probe 512 '85 08 0e 00 d1 00 01 00 00 00 4f 00 c2 00 b0 00'
	[[ ${lines[0]} = 'status=02 host=0 driver=8 resid=512' && ${lines[1]} = sense=720b00000000000e090c0004*51 ]]
	run probe 64 '12 01 83 00 40 00'
	[ "${lines[1]}" = sense=700005000000000a00000000240000000000 ]
	run probe 36 "$inquiry" # the translation layer's own INQUIRY
	[[ ${lines[2]} = data=00000502*41544120202020205349* ]]
	run probe 8 'a0 00 00 00 00 00 00 00 00 08 00 00'
	[[ ${lines[1]} = sense=700005*2000* ]]
}

@test "the host, the driver and the device can fail a command, and so can the ioctl" {
	one
	knobs errno=EIO
	[ "$(probe 512 "$identify")" = errno=EIO ]
	knobs host_status=3
	run probe 512 "$identify"
	[ "${lines[0]}" = 'status=00 host=3 driver=0 resid=512' ]
	knobs driver_status=6
	run probe 512 "$identify"
	[ "${lines[0]}" = 'status=00 host=0 driver=6 resid=512' ]
	knobs scsi_status=0x08
	run probe 512 "$identify"
	[ "${lines[0]}" = 'status=08 host=0 driver=0 resid=512' ]
	knobs short=100
	run probe 512 "$identify"
	[ "${lines[0]}" = 'status=00 host=0 driver=0 resid=412' ]
	[[ ${lines[2]} = *eeee ]] # the rest of the buffer is as it was
}

# The sum of a page's bytes, modulo 256.
sum() {
	python3 -c 'import sys; print(sum(bytes.fromhex(sys.argv[1].split("=")[1])) & 255)' "$1"
}

@test "pages can be damaged, empty or of a disk with SMART off" {
	one
	run probe 512 "$smart_data"
	[ "$(sum "${lines[2]}")" -eq 0 ]
	knobs badsum=1
	run probe 512 "$smart_data"
	[ "$(sum "${lines[2]}")" -ne 0 ]
	knobs zero=SMDT
	run probe 512 "$smart_data"
	[[ ${lines[2]} =~ ^data=0*$ ]]
	run probe 512 "$identify"
	[[ ! ${lines[2]} =~ ^data=0*$ ]]
	knobs smart=off
	run probe 512 "$identify"
	[ "$(sum "${lines[2]}")" -eq 0 ]
	[ $((0x${lines[2]:345:2} & 1)) -eq 0 ] # word 85, after "data="
	run probe 512 "$smart_data"
	[[ ${lines[1]} = sense=720b* ]]
}

@test "unit attentions come first, but not for INQUIRY" {
	one
	knobs unit_attention=2
	run sim sh -c 'for i; do "$0" '"$T/dev/sda"' ${i%%:*} "${i#*:}"; done' "$FAKE/probe.py" \
		"36:$inquiry" "0:$ready" "18:$request_sense" "0:$ready"
	[[ ${lines[0]} = status=00* && ${lines[3]} = status=02* && ${lines[4]} = sense=700006*2900* ]]
	[[ ${lines[8]} = data=700006*2900* && ${lines[9]} = status=00* ]]
}

@test "a command that changes the device is refused and logged, unless allowed" {
	one
	knobs smart=off
	run probe 0 "$smart_enable"
	[[ ${lines[1]} = sense=720b* ]]
	run probe 0 '1b 00 00 00 00 00'
	[[ ${lines[1]} = sense=70000b* ]]
	[ "$(cat "$T/sda/log")" = $'WRITE ata b0/d8 16\nWRITE scsi 1b' ]
	knobs smart=off enable=allow
	run sim sh -c '"$0" "$1" 0 "$2"; "$0" "$1" 512 "$3"' \
		"$FAKE/probe.py" "$T/dev/sda" "$smart_enable" "$smart_data"
	[[ ${lines[1]} = sense=7201* && ${lines[3]} = status=00* ]]
}

@test "nvme format is refused and logged" {
	need nvme
	run hw nvme format /dev/nvme0n1 --force
	[ "$status" -ne 0 ]
	grep -q '^WRITE nvme 80/' "$D/nvme0/log"
}

@test "ten slow devices answer together" {
	command -v sg_turs >/dev/null || skip 'needs sg_turs'
	for d in a b c d e f g h i j; do
		"$FAKE/mkdev.py" "$T" sd$d --ata --knobs delay_ms=1000
		: >"$T/dev/sd$d"
	done
	start=${EPOCHREALTIME/./}
	run sim sh -c 'for d in "$0"/*; do (sg_turs "$d" && echo ready) & done; wait' "$T/dev"
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	echo "took $took ms"
	[ "$(grep -c ready <<<"$output")" -eq 10 ]
	[ "$took" -ge 1000 ]
	[ "$took" -lt 10000 ] # what one after the other takes at least
}

@test "a device that hangs holds up its caller and nobody else" {
	one
	"$FAKE/mkdev.py" "$T" sdb --ata
	: >"$T/dev/sdb"
	knobs hang=1
	run sim sh -c '"$0" "$1/sda" 36 "$2" & "$0" "$1/sdb" 36 "$2"; exit 3' "$FAKE/probe.py" "$T/dev" "$inquiry"
	[ "$status" -eq 3 ] # CMD's, though its other child hangs: not timeout's 124
	[[ ${lines[0]} = status=00* ]]
	[ "${#lines[@]}" -eq 3 ]
}

@test "a signal that its program handles does not wake a caller that hangs, SIGKILL does" {
	one
	knobs hang=1
	run --separate-stderr sim sh -c '"$0" --deaf "$1/dev/sda" 36 "$2" & p=$!
		until [ -s "$1/sda/log" ]; do sleep 0.01; done
		for i in 1 2 3 4 5; do kill -TERM $p; done
		grep ShdPnd "/proc/$p/status"
		kill -KILL $p; wait $p; echo $?' "$FAKE/probe.py" "$T" "$inquiry"
	[ "${lines[0]}" = $'ShdPnd:\t0000000000004000' ] # SIGTERM, 15, waits
	[ "${lines[1]}" = 137 ]
}

@test "status and signals pass between CMD and whoever runs the simulator" {
	one
	run sim sh -c 'exit 7'
	[ "$status" -eq 7 ]
	run sim sh -c 'kill -USR1 $$'
	[ "$status" -eq 138 ]
	run -127 sim /no/such/program
	run "$IOCTLSIM" "$T"
	[ "$status" -eq 2 ]
	mkfifo "$T/ready"
	"$IOCTLSIM" "$T" -- sh -c 'trap "exit 9" TERM; echo >"$0"; while :; do read -r x <"$0"; done' "$T/ready" &
	pid=$!
	read -r _ <"$T/ready"
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 9 ]
}

@test "CMD may filter itself, give up privileges, and need none" {
	one
	run sim "$FAKE/probe.py" --seccomp "$T/dev/sda" 36 "$inquiry"
	[[ ${lines[0]} = status=00* ]]
	[ "$(id -u)" -eq 0 ] || skip 'the rest needs root'
	run sim setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$FAKE/probe.py" \
		"$T/dev/sda" 36 "$inquiry"
	[[ ${lines[0]} = status=00* ]]
}

@test "an ioctl on anything else is the kernel's" {
	one
	: >"$T/dev/sdz"
	[ "$(sim "$FAKE/probe.py" "$T/dev/sdz" 36 "$inquiry")" = errno=ENOTTY ]
	[ "$(sim "$FAKE/probe.py" /dev/null 36 "$inquiry")" = errno=ENOTTY ]
	[ ! -e "$T/sdz" ]
}

@test "the same input makes the same device and the same /sys" {
	for n in 1 2; do
		"$FAKE/mkdev.py" "$T/$n" sda --ata model=X attr=9:1:1:0:5 --sysfs "$T/$n/root"
		"$FAKE/mkdev.py" "$T/$n" nvme0 --nvme --sysfs "$T/$n/root"
		"$FAKE/mkdev.py" "$T/$n" sdb --sas --sysfs "$T/$n/root"
		rm -r "$T/$n/root/dev"
	done
	diff -r --no-dereference "$T/1" "$T/2"
	s=$T/1/root/sys
	[ "$(cat "$s/block/sda/device/model")" = 'X               ' ]
	[ "$(stat -c %s "$s/block/sda/device/vpd_pg89")" -eq 572 ]
	[[ $(cat "$s/block/sda/device/wwid") = naa.5000c500* && $(cat "$s/block/nvme0n1/wwid") = eui.0025385b* ]]
	[ "$(readlink "$s/block/sda")" = \
		../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda ]
	[ -z "$(find "$s" -xtype l)" ] # no link leads nowhere
	"$FAKE/mkdev.py" "$T/3" sda --blob "$T/1/sda/blob"
	cmp "$T/1/sda/blob" "$T/3/sda/blob"
	run "$FAKE/mkdev.py" "$T/4" sda --ata modle=X
	[[ $status -ne 0 && $output = *'unknown key: modle'* ]]
}
