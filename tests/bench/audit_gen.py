#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes an audit.log of known counts to standard output.

usage: audit_gen.py [--enriched] [--seed N] [--apart MS] [--expected FILE] MEGABYTES

Of the events 60 % are programs that were started (system call, arguments, directory, two paths, title),
20 % are failed ssh attempts from many addresses, 10 % sudo, 5 % SELinux denials and 5 % others. The
counts go to FILE as JSON ({"name{labels}": value}), as tests/oracle/audit.py would find them.
"""
import argparse, collections, json, random, sys

START_MS = 1_795_147_700_000

EXEC = ("type=SYSCALL msg=audit(%(id)s): arch=c000003e syscall=59 success=%(success)s exit=%(exit)s a0=55d0c8a7c2b0 "
        "a1=55d0c8a7c310 a2=55d0c8a5f0e0 a3=8 items=2 ppid=811 pid=%(pid)d auid=1000 uid=1000 gid=1000 euid=1000 "
        "suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=3 comm=\"%(name)s\" exe=\"/usr/bin/%(name)s\" "
        "subj=unconfined key=%(key)s%(e_syscall)s\n"
        "type=EXECVE msg=audit(%(id)s): argc=3 a0=\"%(name)s\" a1=\"-l\" a2=%(arg)s\n"
        "type=CWD msg=audit(%(id)s): cwd=\"/home/alice\"\n"
        "type=PATH msg=audit(%(id)s): item=0 name=\"/usr/bin/%(name)s\" inode=1835 dev=08:01 mode=0100755 ouid=0 ogid=0 "
        "rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0%(e_path)s\n"
        "type=PATH msg=audit(%(id)s): item=1 name=\"/lib64/ld-linux-x86-64.so.2\" inode=1299 dev=08:01 mode=0100755 ouid=0 "
        "ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0%(e_path)s\n"
        "type=PROCTITLE msg=audit(%(id)s): proctitle=6C73002D6C002F746D70\n")
MESSAGE = ("type=%s msg=audit(%s): pid=%d uid=0 auid=4294967295 ses=4294967295 msg='op=%s acct=%s exe=\"/usr/sbin/sshd\" "
           "hostname=%s addr=%s terminal=ssh res=%s'%s\n")
SUDO = ("type=USER_CMD msg=audit(%s): pid=%d uid=1000 auid=1000 ses=3 msg='cwd=\"/home/alice\" cmd=%s exe=\"/usr/bin/sudo\" "
        "terminal=pts/0 res=%s'%s\n")
AVC = ("type=AVC msg=audit(%s): avc:  denied  { read } for  pid=%d comm=\"httpd\" name=\"index.html\" dev=\"vda1\" ino=%d "
       "scontext=system_u:system_r:httpd_t:s0 tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file permissive=0\n"
       "type=SYSCALL msg=audit(%s): arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7f a2=0 a3=0 items=0 "
       "ppid=1 pid=%d auid=4294967295 uid=48 gid=48 euid=48 suid=48 fsuid=48 egid=48 sgid=48 fsgid=48 tty=(none) "
       "ses=4294967295 comm=\"httpd\" exe=\"/usr/sbin/httpd\" subj=system_u:system_r:httpd_t:s0 key=(null)%s\n")
SERVICE = ("type=%s msg=audit(%s): pid=1 uid=0 auid=4294967295 ses=4294967295 msg='unit=cron comm=\"systemd\" "
           "exe=\"/usr/lib/systemd/systemd\" hostname=? addr=? terminal=? res=%s'%s\n")

E_MESSAGE = '\x1dUID="root" AUID="unset"'
E_SYSCALL = ('\x1dARCH=x86_64 SYSCALL=execve AUID="alice" UID="alice" GID="alice" EUID="alice" SUID="alice" FSUID="alice" '
             'EGID="alice" SGID="alice" FSGID="alice"')
E_PATH = '\x1dOUID="root" OGID="root"'

KEYS = ['"exec_calls"'] * 6 + ['"priv_esc"', '"identity"', "657865635F63616C6C73016964656E74697479", "(null)"]
KEY_NAMES = {'"exec_calls"': ["exec_calls"], '"priv_esc"': ["priv_esc"], '"identity"': ["identity"], "(null)": [],
             "657865635F63616C6C73016964656E74697479": ["exec_calls", "identity"]}
INVALID = "28696E76616C6964207573657229"  # "(invalid user)"


class Log:
    def __init__(self, enriched, seed, apart):
        self.rnd = random.Random(seed)
        self.counts = collections.Counter()
        self.serial = self.ms = self.pid = 0
        self.apart = apart
        self.e_message = E_MESSAGE if enriched else ""
        self.e = dict(e_syscall=E_SYSCALL, e_path=E_PATH) if enriched else dict(e_syscall="", e_path="")

    def new_id(self):
        self.serial += 1
        self.ms += self.apart
        return "%d.%03d:%d" % ((START_MS + self.ms) // 1000, (START_MS + self.ms) % 1000, self.serial)

    def add(self, name, n=1):
        self.counts[name] += n

    def event(self, result, *types):
        self.add('audit_events_total{result="%s"}' % result)
        for t in types:
            self.add('audit_records_total{type="%s"}' % t)

    def exec(self):
        ok, key = self.rnd.random() < 0.97, self.rnd.choice(KEYS)
        self.event("success" if ok else "failed", "SYSCALL", "EXECVE", "CWD", "PATH", "PATH", "PROCTITLE")
        for k in KEY_NAMES[key]:
            self.add('audit_key_events_total{key="%s"}' % k)
        if not ok:
            self.add("audit_failed_syscalls_total")
        self.pid += 1
        return EXEC % dict(self.e, id=self.new_id(), success="yes" if ok else "no", exit="0" if ok else "-13", pid=self.pid,
                           name=self.rnd.choice(["ls", "cat", "id", "grep", "systemctl"]), key=key,
                           arg='"/tmp"' if ok else "2F746D702F6120622078")

    def message(self, type, pid, op, acct, address, result):
        self.event(result, type)
        return MESSAGE % (type, self.new_id(), pid, op, acct, address, address, result, self.e_message)

    def ssh_failure(self):
        self.pid += 1
        pid, address, kind = self.pid, "198.%d.%d.%d" % tuple(self.rnd.randrange(256) for _ in range(3)), self.rnd.random()
        if kind < 0.1:
            out = self.message("USER_LOGIN", pid, "login", '"bob"', address, "failed")
            out += self.message("USER_ERR", pid, "PAM:bad_ident grantors=?", '"?"', address, "failed")
            method, user = "other", "valid"
        else:
            user = "root" if kind < 0.5 else "valid" if kind < 0.7 else "invalid"
            acct, method = {"root": '"root"', "valid": '"alice"', "invalid": '"oracle"'}[user], "password"
            login, out = acct, ""
            if user == "invalid":
                login = INVALID
                out = self.message("USER_LOGIN", pid, "login", login, address, "failed")
            out += self.message("USER_AUTH", pid, "PAM:authentication grantors=?", acct, address, "failed")
            out += self.message("USER_LOGIN", pid, "login", login, address, "failed")
            self.add('security_auth_failures_total{service="sshd"}')
        self.add("security_failed_ssh_logins_total")
        self.add('security_ssh_auth_failures_total{method="%s",user="%s"}' % (method, user))
        return out

    def sudo(self):
        self.pid += 1
        result = "success" if self.rnd.random() < 0.9 else "failed"
        self.event(result, "USER_CMD")
        self.add("security_sudo_attempts_total")
        self.add('security_sudo_commands_total{result="%s"}' % result)
        cmd = self.rnd.choice(['"/bin/true"', "2F62696E2F6C73202F726F6F74207265733D6661696C6564"])
        return SUDO % (self.new_id(), self.pid, cmd, result, self.e_message)

    def avc(self):
        self.pid += 1
        self.event("failed", "AVC", "SYSCALL")
        self.add('audit_avc_denials_total{lsm="selinux"}')
        self.add("audit_failed_syscalls_total")
        i = self.new_id()
        return AVC % (i, self.pid, self.rnd.randrange(10**6), i, self.pid, self.e["e_syscall"])

    def service(self):
        type, result = self.rnd.choice(["SERVICE_START", "SERVICE_STOP"]), self.rnd.choice(["success", "failed"])
        self.event(result, type)
        self.add('audit_service_events_total{action="%s",result="%s"}' % (type[8:].lower(), result))
        return SERVICE % (type, self.new_id(), result, self.e_message)

    def login(self):
        self.pid += 1
        pid, out = self.pid, ""
        for type, op in (("USER_AUTH", "PAM:authentication grantors=pam_unix"), ("USER_ACCT", "PAM:accounting grantors=pam_unix"),
                         ("USER_START", "PAM:session_open grantors=pam_unix"), ("USER_END", "PAM:session_close grantors=pam_unix")):
            out += self.message(type, pid, op, '"alice"', "192.0.2.1", "success")
        self.add('security_ssh_logins_total{method="password",user="other"}')
        return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--enriched", action="store_true")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--apart", type=int, default=1, help="milliseconds from one event to the next")
    p.add_argument("--expected")
    p.add_argument("megabytes", type=float)
    a = p.parse_args()
    log, left = Log(a.enriched, a.seed, a.apart), int(a.megabytes * 1e6)
    kinds = [log.exec] * 60 + [log.ssh_failure] * 20 + [log.sudo] * 10 + [log.avc] * 5 + [log.service] * 3 + [log.login] * 2
    while left > 0:
        block = "".join(log.rnd.choice(kinds)() for _ in range(1000)).encode()
        sys.stdout.buffer.write(block)
        left -= len(block)
    if a.expected:
        with open(a.expected, "w") as f:
            json.dump(log.counts, f, indent=0, sort_keys=True)


if __name__ == "__main__":
    main()
