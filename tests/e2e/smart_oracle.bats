#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# smart-textfile held against the tools that everybody trusts, and against reports of real drives.
load helpers

@test "smartctl, nvme and skdump see the same disks the same way" {
	hardware
	disk sda ata model="ORACLE HDD" serial=O1 rate=7200 attr=1:100:90:6:0 attr=5:99:99:10:12 attr=9:88:88:0:12345 \
		attr=12:100:100:20:321 attr=194:60:50:0:31 attr=197:100:100:0:3 attr=199:200:200:0:17
	disk sdb ata model="Samsung SSD 860 EVO 1TB" rate=1 attr=5:100:100:10:0 attr=9:97:97:0:14000 \
		attr=12:99:99:0:80 attr=177:95:95:0:70 attr=190:70:50:0:30 attr=241:99:99:0:123456789012
	disk sdc ata model="FAILING DISK" status=failing attr=5:3:3:10:1234 attr=9:50:50:0:40000 attr=194:45:40:0:55
	disk sdd sas temp=35 trip=65 grown=7 minutes=600000 read=1:2:3:6:9:1000000000000:4 write=9:8:7:24:5:2000000000000:1 \
		verify=0:0:0:0:0:5000000:0
	disk sde sas temp=41 trip=70 grown=0 ie=0x5d:0x10 read=0:0:0:0:0:12345678901:0
	disk nvme0 nvme model="ORACLE NVME" temperature=44 sensor1=50 sensor2=39 percent_used=103
	disk nvme1 nvme critical_warning=0x1f temperature=82 data_units_written=340282366920938463463 warning_temp_time=77
	run python3 "$TOP/tests/oracle/live.py" "$BUILD" "$HW" "$ROOT"
	echo "$output"
	[ "$status" -eq 0 ]
	echo "${lines[-1]}" >&3
}

@test "every attribute and log field of the corpus of real drives is there with its value" {
	[ -d "${PROMSHOT_CORPUS:-}" ] || skip "\$PROMSHOT_CORPUS does not name the corpus"
	run python3 "$TOP/tests/oracle/corpus.py" "$BUILD/smart-textfile" "$PROMSHOT_CORPUS"
	echo "$output"
	[ "$status" -eq 0 ]
	echo "${lines[-1]}" >&3
}
