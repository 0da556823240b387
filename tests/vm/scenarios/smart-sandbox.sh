# SPDX-License-Identifier: MIT
# smart-sandbox.sh - what the unit's processes may do, seen while a slow disk keeps them
# shellcheck shell=bash disable=SC2154
# modules: scsi_debug
# enable: smart-textfile.timer

# Bits 17 and 21, CAP_SYS_RAWIO and CAP_SYS_ADMIN: what ATA and NVMe commands need.
disk_caps=$((1 << 17 | 1 << 21))

is_running() {
	pid=$(show smart-textfile MainPID)
	[ "$pid" != 0 ] && [ "$(wc -l <"$cgroup")" -gt 1 ]
}

# field NAME: its first word in $status, the text of a /proc/PID/status.
field() {
	awk -v f="$1:" '$1 == f { print $2 }' <<<"$status"
}

# Root's attempt in the unit's mounts, which no file mode stops. A process that
# has gone meanwhile proves nothing.
cannot_write() {
	! nsenter -t "$pid" -m touch "$1/vm.test" 2>/dev/null && nsenter -t "$pid" -m true
}

cgroup=/sys/fs/cgroup/system.slice/smart-textfile.service/cgroup.procs
disk=$(scsi_debug)
scsi_debug_set delay 500 # jiffies, 2 s a command
pace smart-textfile 5 --timeout 8
if within 15 is_running 2>/dev/null; then
	sleep 1 # the other disks are done by then, the capabilities dropped
	kill -STOP "$pid"
	mapfile -t pids < <(cat $cgroup)
	is 'the service runs as its user' "$(ps -o user:20= -p "$pid" | xargs)" promshot-smart
	for p in "${pids[@]}"; do
		status=$(cat "/proc/$p/status" 2>/dev/null) || continue
		[ "$(field State)" != Z ] || continue
		what=child
		if [ "$p" = "$pid" ]; then
			what='main process'
			is "$what: capabilities are dropped" "$(field CapEff)" 0000000000000000
		fi
		is "$what: NoNewPrivs" "$(field NoNewPrivs)" 1
		is "$what: seccomp filters" "$(field Seccomp)" 2
		is "$what: the bounding set has the disks' capabilities at most" $((0x$(field CapBnd) & ~disk_caps)) 0
	done
	for dir in /etc /usr /var/lib /var/lib/promshot /root /run; do
		check "it cannot write to $dir" cannot_write $dir
	done
	check 'it can write where it publishes' nsenter -t "$pid" -m touch /var/lib/promshot/smart-textfile/vm.test
	rm -f /var/lib/promshot/smart-textfile/vm.test
	kill -CONT "$pid"
else
	check "a run that waits for $disk is seen" false
fi
# Refused while a command is under way.
systemctl stop smart-textfile.timer
within 30 scsi_debug_set delay 0 2>/dev/null || echo '# scsi_debug stays slow'
systemd-analyze security --no-pager smart-textfile.service | tail -n 1 | note
