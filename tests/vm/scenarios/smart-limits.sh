# SPDX-License-Identifier: MIT
# smart-limits.sh - the unit has limits for memory and processes, and stays far from them
# shellcheck shell=bash disable=SC2154
# enable: smart-textfile.timer

peak=/run/vm.limits
cgroup=/sys/fs/cgroup/system.slice/smart-textfile.service

pace smart-textfile 3 --timeout 2
# The cgroup goes with the run; '+' reads it from outside of the sandbox before that.
cat >/run/systemd/system/smart-textfile.service.d/limits.conf <<END
[Service]
ExecStartPost=+/bin/sh -c 'cd $cgroup && cat memory.peak memory.max pids.max >$peak; cat memory.events pids.events >$peak.events'
END
systemctl daemon-reload
is 'a run succeeds' "$(next_run smart-textfile)" success
{ read -r used && read -r memory && read -r tasks; } <$peak
echo "# memory.peak $used of $memory bytes, at most $tasks tasks"
check 'MemoryMax is set' test "$memory" != max
check 'TasksMax is set' test "$tasks" != max
check 'the run stays below half of MemoryMax' test $((used * 2)) -lt "$memory"
is 'no limit was hit' "$(grep -E '^(max|oom|oom_kill) [1-9]' $peak.events || :)" ''
