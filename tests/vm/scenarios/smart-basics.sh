# SPDX-License-Identifier: MIT
# smart-basics.sh - the timer fires, and node_exporter tells of every disk what smartctl and nvme tell
# shellcheck shell=bash disable=SC2154
# packages: smartmontools nvme-cli
# modules: loop
# enable: smart-textfile.timer

file=/var/lib/promshot/smart-textfile/smart-textfile.prom
ata=$(device ATA-SN-01)
nvme=$(device NVME-SN-0001)

# One line an attribute: id, name, value, worst, threshold, raw.
attributes_of_smartctl() {
	smartctl --json=g -A "/dev/$1" | awk -F ' = |;$' '
		/^json\.ata_smart_attributes\.table\[/ {
			match($1, /\[[0-9]+\]/)
			i = substr($1, RSTART + 1, RLENGTH - 2) + 0
			gsub(/"/, "", $2)
			v[i, substr($1, RSTART + RLENGTH + 1)] = $2
			last = i
		}
		END {
			for (i = 0; i <= last; i++) {
				split(v[i, "raw.string"], raw, " ")
				print v[i, "id"], v[i, "name"], v[i, "value"], v[i, "worst"], v[i, "thresh"], raw[1]
			}
		}'
}

attributes_of_scrape() {
	local id name rest kind line

	while read -r id name rest; do
		line="$id $name"
		for kind in value worst threshold raw; do
			line+=" $(number "$(value smart_ata_attribute_$kind device="$1" id="$id" name="$name")")"
		done
		echo "$line"
	done
}

json() {
	smartctl --json=g -a "/dev/$1" | sed -n "s/^json\.$2 = \(.*\);/\1/p"
}

log() {
	nvme smart-log "/dev/$1" | sed -n "s/^$2[^:]*: *\([0-9,]*\).*/\1/p" | tr -d ,
}

accounted() {
	[ "$(value smart_device_up device="$1")" = 1 ] || [ "$(value smart_device_skipped device="$1" | uniq)" = 1 ]
}

not_up() {
	[[ "$(value smart_device_up device="$1")" != *1* ]]
}

check 'the timer is active after boot' systemctl -q is-active smart-textfile.timer
is 'udev gives the NVMe controllers to their group' "$(stat -c %G "/dev/$nvme")" promshot-nvme

truncate -s 8M /run/vm.loop
loop=$(losetup -f --show /run/vm.loop)
pace smart-textfile 3 --timeout 2
is 'a run that the timer starts succeeds' "$(next_run smart-textfile)" success
is 'the file is the user'\''s, and readable by all' "$(stat -c '%U %a' $file)" 'promshot-smart 644'

within 10 get_metrics || :
is 'node_exporter takes the file' "$(value node_textfile_scrape_error)" 0
is 'the run calls itself a success' "$(value promshot_last_run_success tool=smart-textfile)" 1

for serial in ATA-SN-01 NVME-SN-0001 NVME-SN-0002 NVME-SN-0003; do
	is "$serial is up" "$(value smart_device_up device="$(device $serial)")" 1
done
for serial in SCSI-SN-1 USB-SN-1 RAID-SN-1 RAID-SN-2; do
	check "$serial is up, or skipped with a reason" accounted "$(device $serial)"
done
for d in vda sr0 "${loop#/dev/}" nvme1n1 nvme1c1n1; do
	check "$d is no disk of its own" not_up "$d"
done
is 'no disk is there twice' "$(sed -n 's/^smart_device_info.*serial="\([^"]\+\)".*/\1/p' "$scrape" | sort | uniq -d)" ''

wanted=$(attributes_of_smartctl "$ata")
is 'ATA: attributes are what smartctl says' "$(attributes_of_scrape "$ata" <<<"$wanted")" "$wanted"
is 'ATA: smartctl says seven' "$(cut -d' ' -f1 <<<"$wanted" | xargs)" '1 3 4 5 9 12 190'
is 'ATA: temperature' "$(value smart_device_temperature_celsius device="$ata" | uniq)" "$(json "$ata" temperature.current)"
is 'ATA: power-on time' "$(number "$(value smart_device_power_on_seconds_total device="$ata")")" \
	$(($(json "$ata" power_on_time.hours) * 3600))
is 'ATA: power cycles' "$(value smart_device_power_cycles_total device="$ata")" "$(json "$ata" power_cycle_count)"

is 'NVMe: temperature' "$(value smart_device_temperature_celsius device="$nvme" | uniq)" "$(log "$nvme" temperature)"
is 'NVMe: 323 K is 50 C' "$(value smart_device_temperature_celsius device="$nvme" | uniq)" 50
is 'NVMe: power-on time' "$(number "$(value smart_device_power_on_seconds_total device="$nvme")")" \
	$(($(log "$nvme" power_on_hours) * 3600))
is 'NVMe: read commands' "$(number "$(value smart_nvme_host_read_commands_total device="$nvme")")" \
	"$(log "$nvme" host_read_commands)"
is 'NVMe: unsafe shutdowns' "$(value smart_nvme_unsafe_shutdowns_total device="$nvme")" "$(log "$nvme" unsafe_shutdowns)"

grep -E '^smart_device_(up|skipped)' "$scrape" | note
losetup -d "$loop"
