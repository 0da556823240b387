# SPDX-License-Identifier: MIT
# smart-warning.sh - an NVMe drive raises its critical warnings and takes them back
# shellcheck shell=bash disable=SC2154
# enable: smart-textfile.timer

nvme=$(device NVME-SN-0001)
other=$(device NVME-SN-0002)

set_warning() {
	qmp qom-set "\"path\": \"/machine/peripheral/nvme0\", \"property\": \"smart_critical_warning\", \"value\": $1"
}

# raised DEVICE: how many conditions node_exporter shows at 1.
raised() {
	value smart_nvme_critical_warning device="$1" | grep -cx 1
}

round() {
	next_run smart-textfile
	get_metrics
}

pace smart-textfile 3 --timeout 2
is 'a run succeeds' "$(round)" success
is 'no condition is raised' "$(raised "$nvme")" 0

check 'QEMU sets bits 0 to 4' set_warning 31
is 'a run succeeds' "$(round)" success
is 'five conditions are raised' "$(raised "$nvme")" 5
is 'the drive is not healthy' "$(value smart_device_healthy device="$nvme")" 0
is 'its neighbour has nothing' "$(raised "$other")" 0

check 'QEMU clears them' set_warning 0
is 'a run succeeds' "$(round)" success
is 'no condition is raised' "$(raised "$nvme")" 0
is 'the drive is healthy' "$(value smart_device_healthy device="$nvme")" 1
