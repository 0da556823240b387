# SPDX-License-Identifier: MIT
# smart-hung.sh - a disk whose commands never return: not even SIGKILL ends who waits for it
# shellcheck shell=bash disable=SC2154
# modules: scsi_debug
# enable: smart-textfile.timer

file=/var/lib/promshot/smart-textfile/smart-textfile.prom
others=("$(device ATA-SN-01)" "$(device NVME-SN-0001)" "$(device NVME-SN-0002)")
results='' stuck='' up='' waiting='' fresh='' old=

# How many of our processes sleep where no signal reaches them.
uninterruptible() {
	# shellcheck disable=SC2009 # pgrep knows no state D in Debian 12's version
	ps -o stat= -u promshot-smart | grep -c ^D
}

at_most_one() {
	[[ $1 =~ ^(\ [01])+$ ]]
}

journal() {
	journalctl -u smart-textfile -o cat --since "@$hung_at" | grep -c "$@" || :
}

is_back() {
	get_metrics
	[ "$(value smart_device_up device="$disk")" = 1 ]
}

disk=$(scsi_debug)
pace smart-textfile 3 --timeout 2
is 'a run succeeds' "$(next_run smart-textfile)" success
check 'the disk is up' is_back

hung_at=$(date +%s)
scsi_debug_set every_nth 1
scsi_debug_set opts 4
for i in 1 2 3 4 5 6; do
	results+=" $(next_run smart-textfile)"
	waiting+=" $(uninterruptible || :)"
	get_metrics
	stuck+=" $(value smart_device_skipped device="$disk" reason=stuck)"
	for d in "${others[@]}"; do up+=" $(value smart_device_up device="$d")"; done
	new=$(stat -c '%i %Y' $file)
	[ "$new" = "$old" ] || fresh+=" $i"
	old=$new
done
is 'six runs succeed' "$results" "$(printf ' success%.0s' {1..6})"
is 'each publishes' "$fresh" ' 1 2 3 4 5 6'
is 'each reports the disk as stuck' "$stuck" ' 1 1 1 1 1 1'
is 'each has the other disks' "$up" "$(printf ' 1%.0s' {1..18})"
check 'never more than one process waits for the disk' at_most_one "$waiting"
echo "# processes in state D after each run:$waiting"
lines=$(journal -w "$disk")
runs=$(journal '^Starting ')
check 'the log names the disk once a run at most' test "$lines" -le "$runs"
echo "# $lines lines in $runs runs"
systemctl show -p NRestarts,Result smart-textfile.service | note

scsi_debug_set opts 0
scsi_debug_set every_nth 0
from=$SECONDS
check 'the disk comes back by itself' within 60 is_back
echo "# after $((SECONDS - from)) s; processes in state D: $(uninterruptible || :)"
is 'and the runs still succeed' "$(next_run smart-textfile)" success
within 10 modprobe -qr scsi_debug || echo '# scsi_debug stays loaded'
