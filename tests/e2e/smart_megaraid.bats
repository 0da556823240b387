#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# smart-textfile and the disks behind a MegaRAID controller, which is simulated behind its driver's ioctl.
load helpers

NODE=megaraid_sas_ioctl_node

setup() { hardware; }

# volume NAME PORT: as the driver shows one, by its host's name and its channel.
volume() {
	local host old new port=${2:-0:2:0:0}
	disk "$1" sas vendor=DELL product='PERC H730P' serial="VOLUME-$1"
	host=$(readlink "$ROOT/sys/block/$1" | sed 's|.*/\(host[0-9]*\)/.*|\1|')
	mkdir -p "$ROOT/sys/class/scsi_host/$host"
	echo megaraid_sas >"$ROOT/sys/class/scsi_host/$host/proc_name"
	old=$(readlink "$ROOT/sys/block/$1")
	new=$(sed "s|/[0-9:]*/block/|/$port/block/|" <<<"$old")
	mv "$ROOT/sys/block/${old%/block/*}" "$ROOT/sys/block/${new%/block/*}"
	ln -sfn "$new" "$ROOT/sys/block/$1"
	ln -sfn "../../../$port" "$ROOT/sys/block/$1/device"
}

# behind ID KIND [KEY=VALUE...]: a disk of the controller, which has its node from then on.
behind() {
	local id=$1 kind=$2
	shift 2
	[ -e "$ROOT/dev/$NODE" ] || mknod "$ROOT/dev/$NODE" c 1 3
	python3 "$TOP/tests/fake/mkdev.py" "$HW/$NODE" "$id" "--$kind" "$@" >/dev/null
}

@test "SATA disks behind a controller are read, the power mode first, by the same commands" {
	volume sda
	behind 4 ata model=BEHIND serial=S4 attr=194:60:60:0:41
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_up{device="host0_megaraid_4"}' 1
	has "$OUT/s.prom" 'smart_device_temperature_celsius{device="host0_megaraid_4",sensor="device"}' 41
	has "$OUT/s.prom" 'smart_device_healthy{device="host0_megaraid_4"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="raid"}' 1
	grep -q 'device_info{device="host0_megaraid_4",type="ata",transport="sata",model="BEHIND".*serial="S4".*port="252:4"' "$OUT/s.prom"
	[ "$(commands "$NODE/4" | tr '\n' ' ')" = "scsi 12 ata e5 16 ata ec 16 ata b0/d0 16 ata b0/d1 16 ata b0/da 16 " ]
	[ "$(commands "$NODE")" = "mfi 05 02010000" ]
	lacks "$HW/sda/log" scsi\ 4d
}

@test "a SAS disk behind a controller has its log pages, and its identity from the disk" {
	volume sda
	behind 9 sas vendor=SEAGATE product=ST600 serial=S9 wwn=5000c500aabbccdd temp=37 trip=68 grown=5
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_temperature_celsius{device="host0_megaraid_9",sensor="device"}' 37
	has "$OUT/s.prom" 'smart_scsi_grown_defects{device="host0_megaraid_9"}' 5
	grep -q 'device_info{device="host0_megaraid_9",type="scsi",transport="sas",model="SEAGATE ST600".*serial="S9".*wwn="5000c500aabbccdd"' "$OUT/s.prom"
	grep -q 'smart_device_capacity_bytes{device="host0_megaraid_9"}' "$OUT/s.prom"
	lacks "$HW/$NODE/9/log" WRITE
}

@test "a disk behind a controller gives the same pages as the same disk beside it" {
	volume sda
	disk sdb sas serial=SAME temp=37 read=1:2:3:6:9:1000:4
	behind 3 sas serial=SAME temp=37 read=1:2:3:6:9:1000:4 wwn=5000c50000000003
	smart -o "$OUT/s.prom"
	[ "$(grep -c '^smart_scsi.*"sdb"' "$OUT/s.prom")" -gt 10 ]
	[ "$(grep '^smart_scsi.*"sdb"' "$OUT/s.prom")" = "$(grep '^smart_scsi.*"host0_megaraid_3"' "$OUT/s.prom" | sed s/host0_megaraid_3/sdb/)" ]
}

@test "sleeping disks behind a controller are asked no more than whether they sleep" {
	volume sda
	behind 1 ata
	behind 2 sas
	knob "$NODE/1" power=00
	knob "$NODE/2" reqsense=00/5e/02
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_skipped{device="host0_megaraid_1",reason="standby"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="host0_megaraid_2",reason="standby"}' 1
	[ "$(commands "$NODE/1" | tr '\n' ' ')" = "scsi 12 ata e5 16 " ]
	[ "$(commands "$NODE/2" | tr '\n' ' ')" = "scsi 12 scsi 03 " ]
}

@test "two volumes are one controller, whose disks are read once" {
	volume sda 0:2:0:0
	volume sdb 0:2:1:0
	behind 4 ata
	smart -o "$OUT/s.prom"
	[ "$(commands "$NODE")" = "mfi 05 02010000" ]
	[ "$(grep -c '^smart_device_up' "$OUT/s.prom")" = 1 ]
}

@test "one disk fails and the others are read" {
	volume sda
	behind 1 ata
	behind 2 ata
	behind 3 ata
	knob "$NODE/2" scsi_status=2
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_up{device="host0_megaraid_1"}' 1
	has "$OUT/s.prom" 'smart_device_up{device="host0_megaraid_2"}' 0
	has "$OUT/s.prom" 'smart_device_up{device="host0_megaraid_3"}' 1
}

@test "a disk that hangs in its controller is stuck, those before it are there, the volume says so" {
	volume sda
	behind 1 ata
	behind 2 ata
	knob "$NODE/2" hang=1
	smart --timeout 1 -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_up{device="host0_megaraid_1"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="host0_megaraid_2",reason="stuck"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="sda",reason="stuck"}' 1
}

@test "a disk that the kernel shows too is read once and named twice" {
	volume sda
	disk sdb ata model=JBOD serial=J1 wwn=5000c50000000001
	behind 7 ata model=JBOD serial=J1 wwn=5000c50000000001
	smart -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_up{device="sdb"}' 1
	has "$OUT/s.prom" 'smart_device_skipped{device="host0_megaraid_7",reason="duplicate"}' 1
}

@test "without the node, and with a controller that refuses, volumes are all there is" {
	volume sda
	smart --now 1 -o "$OUT/none.prom" 2>"$OUT/none.err"
	[ ! -s "$OUT/none.err" ]
	has "$OUT/none.prom" 'smart_device_skipped{device="sda",reason="raid"}' 1
	behind 1 ata
	knob "$NODE" errno=ENODEV
	smart --now 1 -o "$OUT/fails.prom" 2>"$OUT/fails.err"
	[ ! -s "$OUT/fails.err" ]
	diff <(grep -v duration_seconds "$OUT/none.prom") <(grep -v duration_seconds "$OUT/fails.prom")
	run -0 --separate-stderr smart -v -o "$OUT/s.prom"
	[[ $stderr == *"sda: asking its controller for its disks failed: No such device"* ]]
}

@test "exclude knows the disks behind a controller; all volumes excluded, nothing is asked" {
	volume sda
	behind 1 ata serial=S1
	behind 2 ata serial=S2
	echo '{"exclude": ["serial:S1"]}' >"$OUT/c.json"
	smart -c "$OUT/c.json" -o "$OUT/s.prom"
	has "$OUT/s.prom" 'smart_device_skipped{device="host0_megaraid_1",reason="excluded"}' 1
	has "$OUT/s.prom" 'smart_device_up{device="host0_megaraid_2"}' 1
	rm "$HW/$NODE/log"
	echo '{"exclude": ["sda"]}' >"$OUT/c.json"
	smart -c "$OUT/c.json" -o "$OUT/s.prom"
	[ -z "$(commands "$NODE")" ]
}

@test "a dump has a file for each disk, which replays as the disk" {
	volume sda
	behind 4 ata attr=194:60:60:0:41
	behind 9 sas temp=37
	mkdir "$OUT/dump"
	smart --dump "$OUT/dump"
	[ "$(cd "$OUT/dump" && echo *)" = "host0_megaraid_4.blob host0_megaraid_9.blob" ]
	smart -o "$OUT/live.prom"
	"$BUILD/smart-textfile" --replay -o "$OUT/replay.prom" "$OUT/dump"
	diff <(grep '^smart.*megaraid' "$OUT/live.prom") <(grep '^smart.*megaraid' "$OUT/replay.prom")
}
