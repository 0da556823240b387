# SPDX-License-Identifier: MIT
# smart-megaraid.sh - the disks behind a RAID controller are read once the administrator has made the driver's node
# shellcheck shell=bash disable=SC2154
# packages: smartmontools

volume=$(device RAID-SN-1)
host=$(lsblk -dnro HCTL "/dev/$volume" | cut -d: -f1)
node=/dev/megaraid_sas_ioctl_node

is 'the controller is a MegaRAID' "$(cat "/sys/class/scsi_host/host$host/proc_name")" megaraid_sas
rm -f $node
is 'a run succeeds' "$(systemctl start smart-textfile && show smart-textfile Result)" success
get_metrics
is 'without the node volumes are all there is' \
	"$(grep -c "^smart_.*device=\"host${host}_megaraid_" "$scrape" || :)" 0
for serial in RAID-SN-1 RAID-SN-2; do
	check "$serial is a volume" grep -q "^smart_device_skipped{device=\"$(device $serial)\",reason=\"raid\"} 1" "$scrape"
done

# The rule in the manual makes the node when the controller appears.
sed -n '/^ACTION==/,/^\.Ed/{ /^\.Ed/d; s/\\e$/\\/; p }' /usr/share/man/man8/smart-textfile.8 >/etc/udev/rules.d/61-megaraid.rules
check 'the manual has a rule' test -s /etc/udev/rules.d/61-megaraid.rules
udevadm control --reload
udevadm trigger --action=add "/sys/class/scsi_host/host$host"
udevadm settle
is 'the rule makes the node' "$(stat -c '%F %a %G' $node)" 'character special file 640 disk'

is 'a run succeeds' "$(systemctl start smart-textfile && show smart-textfile Result)" success
get_metrics
grep "megaraid" "$scrape" | note
# QEMU's disks answer INQUIRY and know no log pages.
is 'the first disk was asked' \
	"$(value smart_device_skipped device="host${host}_megaraid_0" reason=unsupported)" 1
is 'the second has a number that frames have no room for' \
	"$(value smart_device_skipped device="host${host}_megaraid_256" reason=unsupported)" 1
check 'the volume stays one' grep -q "^smart_device_skipped{device=\"$volume\",reason=\"raid\"} 1" "$scrape"

mkdir -p /run/dump
smart-textfile -v --dump /run/dump 2>&1 | note
smart-textfile --replay --list /run/dump | note
smartctl -i -d megaraid,0 "/dev/$volume" | note
check 'a dump has its serial number' grep -aq RAID-SN-1 "/run/dump/host${host}_megaraid_0.blob"
is 'smartctl finds the same' \
	"$(smartctl -i -d megaraid,0 "/dev/$volume" | sed -n 's/^Serial number: *//p')" RAID-SN-1
