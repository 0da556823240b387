# SPDX-License-Identifier: MIT
# lib.sh - words for scenarios
# shellcheck shell=bash

scrape=/run/vm.scrape

# note: what comes on stdin, as comments.
note() {
	sed 's/^/# /'
}

# check TEXT COMMAND...: passes when COMMAND succeeds.
check() {
	local text=$1
	shift
	if "$@"; then echo "ok - $text"; else echo "not ok - $text"; fi
}

# is TEXT GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		printf 'not ok - %s\n# got:    %s\n# wanted: %s\n' "$1" "$2" "$3"
	fi
}

# within SECONDS COMMAND...: whether COMMAND succeeds in that time.
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

show() {
	systemctl show -P "$2" "$1"
}

# pace TOOL SECONDS [OPTION...]: let the tool's timer fire so often, with more
# options on the command line of its service.
pace() {
	local tool=$1 every=$2 line dir=/run/systemd/system
	shift 2
	line=$(sed -n 's/^ExecStart=//p' "/lib/systemd/system/$tool.service")
	mkdir -p $dir/"$tool".{timer,service}.d
	cat >"$dir/$tool.timer.d/pace.conf" <<-END
		[Timer]
		OnBootSec=
		OnActiveSec=
		OnUnitActiveSec=
		OnUnitInactiveSec=
		OnCalendar=
		OnCalendar=*:*:0/$every
		RandomizedDelaySec=0
		AccuracySec=100ms
	END
	cat >"$dir/$tool.service.d/pace.conf" <<-END
		[Service]
		ExecStart=
		ExecStart=$line $*
	END
	systemctl daemon-reload
	systemctl restart "$tool.timer"
}

# next_run UNIT: wait for the end of a run that begins after this call, at
# most 15 s; says the run's result.
next_run() {
	local before first=
	before=$(show "$1" InvocationID)
	within 15 run_ended "$1" || echo 'none within 15 s'
	show "$1" Result
}

# Runs may follow each other too closely to see the unit at rest between them.
run_ended() {
	local now state
	{ read -r state && read -r now; } < <(systemctl show --value -p ActiveState -p InvocationID "$1" | grep .)
	[ "$now" != "$before" ] || return 1
	: "${first:=$now}"
	[ "$now" != "$first" ] || [[ $state =~ ^(inactive|failed)$ ]]
}

# get_metrics: what node_exporter's textfile collector says now, into $scrape.
get_metrics() {
	busybox wget -qO "$scrape" 'http://127.0.0.1:9100/metrics?collect[]=textfile'
}

# value FAMILY [LABEL=VALUE...]: the matching samples' values, from $scrape.
value() {
	local family=$1 l pattern
	shift
	pattern="^${family}[{ ]"
	grep -E "$pattern" "$scrape" | while read -r l; do
		for pattern; do
			[[ $l =~ [{,]"${pattern%%=*}=\"${pattern#*=}\""[,}] ]] || continue 2
		done
		echo "${l##* }"
	done
}

# number TEXT: 1e+06 and 1000000 are the same.
number() {
	awk -v n="$1" 'BEGIN { printf "%.0f\n", n }'
}

# device SERIAL: the kernel's name of a disk; of an NVMe controller, not a namespace.
device() {
	lsblk -dnro NAME,SERIAL | awk -v s="$1" '$2 == s { sub(/n[0-9]+$/, "", $1); print $1; exit }'
}

# scsi_debug: load the kernel's simulated SCSI disk and say its name. Of a
# level that has VPD pages it would claim, in page 89h, to be an ATA disk.
scsi_debug() {
	modprobe scsi_debug dev_size_mb=8 scsi_level=3
	udevadm settle
	grep -l scsi_debug /sys/block/sd*/device/model | cut -d/ -f4
}

# scsi_debug_set NAME NUMBER: every_nth and opts 4 swallow commands, delay is in jiffies.
scsi_debug_set() {
	echo "$2" >"/sys/bus/pseudo/drivers/scsi_debug/$1"
}

# qmp COMMAND [ARGUMENTS]: have QEMU do something; ARGUMENTS is JSON without its braces.
qmp() {
	local line id=$RANDOM port
	exec {port}<>/dev/virtio-ports/qmp
	printf '{"execute": "qmp_capabilities"}\n{"execute": "%s", "arguments": {%s}, "id": %s}\n' "$1" "${2:-}" "$id" >&$port
	while read -rt 5 -u $port line; do
		[[ $line =~ \"id\":\ ${id}[,}] ]] || continue
		[[ $line != *'"error"'* ]] || echo "# qmp: $line"
		break
	done
	exec {port}>&-
	[[ $line == *'"return"'* ]]
}
