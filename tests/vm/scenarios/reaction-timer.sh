# SPDX-License-Identifier: MIT
# reaction-timer.sh - reaction-textfile from its timer, beside a stand-in for reaction, whose socket is its group's
# shellcheck shell=bash disable=SC2154
# enable: reaction-textfile.timer

dir=/run/reaction
units=/run/systemd/system

mkdir -p /usr/local/bin
cat >/usr/local/bin/reaction <<'END'
#!/bin/sh
case $1 in
-V) echo "reaction 2.1.2" ;;
test-config) echo '{"patterns": {"ip": {"regex": "x"}}, "streams": {"ssh": {"filters": {"failedlogin": {"regex": ["<ip>"], "actions": {"ban": {"cmd": ["true"]}}}}}}}' ;;
show)
	[ -r /run/reaction/reaction.sock ] || exit 1
	echo '{"ssh": {"failedlogin": {"192.0.2.1": {"actions": {"ban": ["2026-11-26 00:00:00"]}}}}}'
	;;
esac
END
chmod 755 /usr/local/bin/reaction

cat >$units/reaction.service <<END
[Service]
RuntimeDirectory=reaction
RuntimeDirectoryMode=0750
ExecStartPre=/bin/sh -c 'umask 0117; : >$dir/reaction.sock; : >$dir/lines'
ExecStart=/usr/bin/tail -n0 -F $dir/lines
END
echo 'g reaction -' | systemd-sysusers -
mkdir -p $units/reaction{,-textfile}.service.d
sed -n '/^\[Service\]/,$p' /usr/share/promshot/reaction-group.conf >$units/reaction.service.d/group.conf
systemctl daemon-reload
systemctl start reaction.service

pace reaction-textfile 3
is 'the unit runs from its timer' "$(next_run reaction-textfile)" success
get_metrics
is 'names are there at 0' "$(value reaction_matches_total stream=ssh filter=failedlogin)" 0
is 'without the group reaction cannot be asked, which is no failure' "$(value reaction_up)" 0

printf '[Service]\nSupplementaryGroups=reaction\n' >$units/reaction-textfile.service.d/group.conf
systemctl daemon-reload
is 'with it' "$(next_run reaction-textfile)" success
get_metrics
is 'reaction answers inside of the sandbox' "$(value reaction_up)$(value reaction_pending_actions action=ban)" 11

said() {
	journalctl -qu reaction.service -o cat | grep -q "$1"
}
echo ' INFO ssh.failedlogin: match ["192.0.2.1"]' >>$dir/lines
echo ' INFO ssh.failedlogin: match ["192.0.2.2"]' >>$dir/lines
check 'the journal has the lines' within 10 said 192.0.2.2
is 'the next run' "$(next_run reaction-textfile)" success
get_metrics
is 'counts them' "$(value reaction_matches_total stream=ssh filter=failedlogin)" 2
is 'and one more run' "$(next_run reaction-textfile)" success
get_metrics
is 'counts them once' "$(value reaction_matches_total stream=ssh filter=failedlogin)" 2
systemctl stop reaction.service
is 'reaction is down' "$(next_run reaction-textfile)" success
get_metrics
is 'and that is a fact' "$(value reaction_up)$(value promshot_last_run_success tool=reaction-textfile)" 01
