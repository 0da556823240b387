# SPDX-License-Identifier: MIT
# smart-unplug.sh - an NVMe drive is pulled out
# shellcheck shell=bash disable=SC2154
# enable: smart-textfile.timer

gone=$(device NVME-SN-0003)
others=("$(device NVME-SN-0001)" "$(device NVME-SN-0002)" "$(device ATA-SN-01)")

is_away() {
	[ ! -e "/sys/class/nvme/$gone" ]
}

pace smart-textfile 3 --timeout 2
is 'a run succeeds' "$(next_run smart-textfile)" success
get_metrics
is 'the drive is up' "$(value smart_device_up device="$gone")" 1

qmp device_del '"id": "nvme2"'
check 'the kernel lets the drive go' within 15 is_away
is 'the next run succeeds' "$(next_run smart-textfile)" success
get_metrics
is 'no series of the drive is left' "$(grep "^smart_.*device=\"$gone\"" "$scrape" || :)" ''
for d in "${others[@]}"; do
	is "$d is up" "$(value smart_device_up device="$d")" 1
done
is 'nothing failed' "$(value promshot_last_run_targets tool=smart-textfile result=failed)" 0
