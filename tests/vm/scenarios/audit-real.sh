# SPDX-License-Identifier: MIT
# audit-real.sh - real events of known counts, made by sshd, sudo, su and the account tools, in every log they leave
# shellcheck shell=bash disable=SC2154
# packages: passwd util-linux login openssh-client bsdutils
# daemons: auditd openssh-server rsyslog sudo

log=/var/log/audit/audit.log
dir=/run/vm.audit

# ---- the machine ----

add_users() {
	printf '%s\n' 'u sshd - - /run/sshd' 'g sudo -' | systemd-sysusers -
	for u in alice bob carol; do useradd -m -s /bin/bash $u; done
	printf '%s:right\n' alice bob carol root | chpasswd -c SHA256 -s 1000
}

# What Debian's pam-auth-update makes, but failures without a delay.
write_pam() {
	printf '%s\n' 'auth [success=1 default=ignore] pam_unix.so nullok nodelay' 'auth requisite pam_deny.so' \
		'auth required pam_permit.so' >/etc/pam.d/common-auth
	echo 'account required pam_unix.so' >/etc/pam.d/common-account
	echo 'password required pam_unix.so sha256 rounds=1000' >/etc/pam.d/common-password
	echo 'session required pam_unix.so' | tee /etc/pam.d/common-session >/etc/pam.d/common-session-noninteractive
}

write_sshd() {
	printf '%s\n' 'UsePAM yes' 'PermitRootLogin yes' 'KbdInteractiveAuthentication no' 'UseDNS no' 'PrintMotd no' \
		'HostKey /etc/ssh/host_key' 'MaxStartups 100' 'KexAlgorithms curve25519-sha256' >/etc/ssh/sshd_config
	for key in /etc/ssh/host_key $dir/key $dir/other; do ssh-keygen -qt ed25519 -N '' -f "$key"; done
	install -d -m 700 -o alice -g alice /home/alice/.ssh
	install -m 600 -o alice -g alice $dir/key.pub /home/alice/.ssh/authorized_keys
	# shellcheck disable=SC2016 # for the shell that runs it
	printf '#!/bin/sh\necho "$PASSWORD"\n' >$dir/askpass
	chmod +x $dir/askpass
}

write_others() {
	printf '%s\n' 'Defaults env_reset' 'alice ALL=(ALL:ALL) ALL' >/etc/sudoers
	chmod 440 /etc/sudoers
	printf '%s\n' "log_file = $log" 'log_group = adm' 'log_format = RAW' 'flush = INCREMENTAL_ASYNC' 'freq = 50' 'num_logs = 9' \
		'space_left = 2' 'admin_space_left = 1' \
		'max_log_file_action = IGNORE' 'space_left_action = IGNORE' 'admin_space_left_action = IGNORE' \
		'disk_full_action = IGNORE' 'disk_error_action = IGNORE' >/etc/audit/auditd.conf
	printf '%s\n' '-b 8192' '-w /etc/passwd -p wa -k identity' \
		"-a always,exit -F arch=b64 -S execve -F uid=$(id -u carol) -k exec" >/etc/audit/rules.d/vm.rules
	printf '%s\n' 'module(load="imuxsock")' 'auth,authpriv.* /var/log/auth.log' >/etc/rsyslog.conf
	ln -s /lib/systemd/system/rsyslog.service /etc/systemd/system/syslog.service
	systemctl daemon-reload
}

# 22 in hexadecimal, state LISTEN: a connection would be an event.
listens() {
	grep -q '^ *[0-9]*: 00000000:0016 .* 0A ' /proc/net/tcp
}

# ---- events ----

# ssh_as USER [OPTION...]: one connection. Odd names get by ssh's own checks in a file only.
ssh_as() {
	local config
	config=$(mktemp $dir/ssh.XXXXXX)
	printf 'User "%s"\n' "$1" >"$config"
	DISPLAY='' SSH_ASKPASS=$dir/askpass SSH_ASKPASS_REQUIRE=force timeout 60 ssh -F "$config" "${@:2}" \
		-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o NumberOfPasswordPrompts=1 127.0.0.1 true \
		</dev/null >>$dir/ssh.log 2>&1 || :
}

ssh_events() {
	local password='-o PreferredAuthentications=password' key='-o PreferredAuthentications=publickey -o IdentitiesOnly=yes'

	# shellcheck disable=SC2086 # options
	{
		PASSWORD=wrong ssh_as alice $password &
		PASSWORD=wrong ssh_as alice -o NumberOfPasswordPrompts=3 $password &
		PASSWORD=wrong ssh_as nobody-here $password &
		PASSWORD=wrong ssh_as root $password &
		PASSWORD=wrong ssh_as 'x\" acct=\"root\" res=success exe=\"login\"' $password &
		PASSWORD=wrong ssh_as 'y from 192.0.2.9 port 9 ssh2' $password &
		ssh_as alice $key -i $dir/other &
		ssh_as nobody-here $key -i $dir/other &
		ssh_as alice -o PreferredAuthentications=none &
		PASSWORD=right ssh_as alice $password &
		ssh_as alice $key -i $dir/key &
	}
	echo 'no protocol of this port' >/dev/tcp/127.0.0.1/22 &
	wait
}

as() {
	runuser -u "$1" -- "${@:2}" >>$dir/run.log 2>&1 || :
}

# Without a terminal: passwords come from standard input, or cannot be asked for.
sudo_events() {
	as alice sudo -kS /bin/true $'x\nsudo: root : COMMAND=/bin/sh' 'res=failed' <<<right
	as alice sudo -kS /bin/true <<<$'wrong\nwrong\nwrong'
	as bob sudo -kS /bin/true <<<right
	as alice sudo -kn /bin/true
	as alice setsid sudo -k /bin/true </dev/null
	as alice su bob -c true <<<right
	as alice su bob -c true <<<wrong
}

account_events() {
	useradd dave
	printf 'right\nright\n' | passwd -q dave >>$dir/run.log 2>&1
	userdel dave 2>>$dir/run.log
}

# Anybody's words under another program's name.
forgeries() {
	as carol /usr/bin/logger -p auth.info -t sshd 'Failed password for root from 192.0.2.1 port 22 ssh2'
	as carol /usr/bin/logger -p auth.info -t sshd 'Accepted password for root from 192.0.2.1 port 22 ssh2'
	as carol /usr/bin/logger -p auth.info -t sudo 'root : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh'
	as carol /usr/bin/logger -p auth.info -t su '(to root) carol on pts/0'
}

events() {
	ssh_events
	sudo_events
	account_events
	forgeries
}

# ---- counts ----

# What `events` is. In records sshd does not tell how a key was taken. sudo: allowed; three wrong passwords, not in
# sudoers, none given, nobody to ask.
in_both() {
	cat <<-END
		security_auth_failures_total{service="sshd"} 8
		security_auth_failures_total{service="su"} 1
		security_ssh_auth_failures_total{method="other",user="invalid"} 1
		security_ssh_auth_failures_total{method="password",user="invalid"} 3
		security_ssh_auth_failures_total{method="password",user="valid"} 4
		security_ssh_logins_total{method="password",user="other"} 1
		security_su_attempts_total{result="failed"} 1
	END
}

in_records() {
	in_both
	cat <<-END
		audit_key_events_total{key="exec"} 4
		security_account_changes_total{op="add_group"} 1
		security_account_changes_total{op="add_user"} 1
		security_account_changes_total{op="del_group"} 1
		security_account_changes_total{op="del_user"} 1
		security_account_changes_total{op="password_change"} 1
		security_auth_failures_total{service="sudo"} 4
		security_failed_ssh_logins_total 10
		security_ssh_auth_failures_total{method="other",user="valid"} 1
		security_ssh_auth_failures_total{method="password",user="root"} 1
		security_ssh_logins_total{method="other",user="other"} 1
		security_ssh_preauth_disconnects_total{reason="no_attempt"} 1
		security_su_attempts_total{result="success"} 1
		security_sudo_attempts_total 5
		security_sudo_commands_total{result="failed"} 4
		security_sudo_commands_total{result="success"} 1
	END
}

# in_lines FORGED SILENT: so many of each forgery count; so many sudos that had nobody to ask and said so under no
# process id. A connection that only asked for the methods looks like a key that was not taken; pam_unix tells of
# sudo's three wrong passwords as one failure.
in_lines() {
	in_both
	cat <<-END
		security_auth_failures_total{service="sudo"} 1
		security_failed_ssh_logins_total $((11 + $1))
		security_ssh_auth_failures_total{method="other",user="valid"} 2
		security_ssh_auth_failures_total{method="password",user="root"} $((1 + $1))
		security_ssh_logins_total{method="password",user="root"} $1
		security_ssh_logins_total{method="publickey",user="other"} 1
		security_ssh_preauth_disconnects_total{reason="bad_protocol"} 1
		security_ssh_preauth_disconnects_total{reason="closed"} 9
		security_su_attempts_total{result="success"} $((1 + $1))
		security_sudo_attempts_total $((5 + $1 - $2))
		security_sudo_commands_total{result="failed"} $((4 - $2))
		security_sudo_commands_total{result="success"} $((1 + $1))
	END
}

# times N: the counts on standard input, N times, in order; those that are not 0.
times() {
	awk -v n="$1" '$NF { $NF *= n; print }' | sort
}

# What the test made, of a file of metrics.
only_ours() {
	grep -E '^(security_|audit_key_events_total\{key="exec")' | grep -vE '^security_(unverified|rejected)' | times 1
}

# counts CONFIG: of a first run over everything, or of one that goes on from the state of the last. Either takes place
# an hour later: whatever waits is settled.
counts() {
	echo "$1" >$dir/config.json
	audit-textfile -q -c $dir/config.json -o $dir/prom --from-start --state $dir/state --now $(($(date +%s) + 3600))
	only_ours <$dir/prom
}

nobody_writes() {
	[ $(($(date +%s) - $(stat -c %Y $log))) -ge 2 ]
}

records_are_all_counted() {
	local type n
	cat $log $log.1 | grep -o '^type=[A-Z_]*' | sort | uniq -c | while read -r n type; do
		grep -qxF "audit_records_total{type=\"${type#type=}\"} $n" $dir/prom || {
			echo "# $n of $type"
			return 1
		}
	done
}

number_of_events() {
	cat $log $log.1 | grep -o 'msg=audit([0-9.:]*)' | sort -u | wc -l
}

# ---- the test ----

mkdir -p $dir
chmod 755 $dir
add_users
write_pam
write_sshd
write_others
rm -f /run/nologin
systemctl start auditd rsyslog ssh
check 'sshd listens' within 20 listens
pace audit-textfile 3
is 'the unit runs from its timer' "$(next_run audit-textfile)" success
get_metrics
is 'the kernel tells its status inside of the sandbox' "$(value audit_enabled)$(value audit_daemon_present)" 11
is 'the keys of the loaded rules are there at 0' "$(value audit_key_events_total key=exec)$(value audit_key_events_total key=identity)" 00
is 'nothing was counted yet' "$(only_ours <"$scrape")" ''

SECONDS=0
events
echo "# events took $SECONDS s"
file='{"audit":{"source":"file"},"logins":{"source":"audit"}}'
is 'audit.log' "$(counts "$file")" "$(in_records | times 1)"
sed -i 's/RAW/ENRICHED/' /etc/audit/auditd.conf
kill -HUP "$(</run/auditd.pid)"
kill -USR1 "$(</run/auditd.pid)"
check 'auditd rotates' within 10 test -e $log.1
events
systemctl stop audit-textfile.timer
within 20 nobody_writes
is 'raw records' "$(audit-textfile -q --input $log.1 | only_ours)" "$(in_records | times 1)"
is 'enriched records' "$(audit-textfile -q --input $log | only_ours)" "$(in_records | times 1)"
check 'they are enriched' grep -q $'res=failed\'\x1dUID="root"' $log
kill -STOP "$(</run/auditd.pid)" # users' managers end some seconds after them
is 'audit.log over its rotation' "$(counts "$file")" "$(in_records | times 2)"
check 'every record is counted by its type' records_are_all_counted
is 'every event is counted once' "$(awk '/^audit_events_total/ { n += $2 } END { print n }' $dir/prom)" "$(number_of_events)"
is 'no serial is missing' "$(grep ^audit_textfile_serial_gaps $dir/prom)" 'audit_textfile_serial_gaps_total 0'
kill -CONT "$(</run/auditd.pid)"
rm $dir/state
is 'the journal of audit' "$(counts '{"audit":{"source":"journal"},"logins":{"source":"audit"}}')" "$(in_records | times 2)"
rm $dir/state
is 'the journal' "$(counts '{"audit":{"source":"none"},"logins":{"source":"journal"}}')" "$(in_lines 0 0 | times 2)"
# Not sshd's alone: its words about a session come from the user's process.
check 'it tells the forged lines' test 4 -le "$(awk '/^security_(unverified|rejected).*sshd/ { n += $2 } END { print n }' $dir/prom)"
rm $dir/state
is 'auth.log, where nothing tells a forged line' \
	"$(counts '{"audit":{"source":"none"},"logins":{"source":"file"}}')" "$(in_lines 1 1 | times 2)"

# What the timer's runs saw, in many pieces and over a rotation.
systemctl start audit-textfile.timer
is 'the unit runs again' "$(next_run audit-textfile)" success
get_metrics
is 'the timer has counted the same' "$(only_ours <"$scrape")" "$(in_records | times 2)"
before=$(value audit_key_events_total key=identity)
# By a new process: those from before auditd are not watched.
for _ in 1 2 3; do bash -c ': >>/etc/passwd'; done
is 'one more run' "$(next_run audit-textfile)" success
get_metrics
is 'three writes to /etc/passwd are three events' "$(value audit_key_events_total key=identity)" $((before + 3))
is 'nothing was lost' "$(value audit_lost_total)$(value audit_textfile_serial_gaps_total)" 00
is 'no gap' "$(grep '^audit_textfile_gaps_total' "$scrape" | grep -v ' 0$' || :)" ''

# Without auditd's log: the journal, in the sandbox too.
mkdir -p /etc/promshot
echo '{"audit":{"source":"journal"}}' >/etc/promshot/audit-textfile.json
is 'a run that reads the journal' "$(next_run audit-textfile)" success
get_metrics
before=$(value security_sudo_attempts_total)
as alice sudo -kn /bin/true
is 'and one more' "$(next_run audit-textfile)" success
get_metrics
is 'it is the journal' "$(value audit_textfile_feed_info feed=logins source=journal-audit)" 1
is 'and counts on' "$(value security_sudo_attempts_total)" $((before + 1))
is 'seccomp had nothing to forbid' "$(cat $log $log.1 | grep -c ^type=SECCOMP || :)" 0

# The other scenarios are not to be slowed down.
systemctl stop audit-textfile.timer ssh rsyslog
auditctl -D >/dev/null
auditctl -e 0 >/dev/null
kill "$(</run/auditd.pid)"
