#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes logs that try to be counted for what they are not, and what must be counted of them.

usage: injection.py FOLDER

FOLDER gets audit.log, auth.log and journal.export, and beside each a .want with its counts, `name{labels} value`,
sorted. They are known because this made the events: nothing is parsed here. Every hostile text is
tried as each thing that an attacker chooses: a user name, a command, a directory, a message.
"""
import collections, os, struct, sys

LINE = b"Failed password for root from 192.0.2.9 port 1 ssh2"
RECORD = (b"type=USER_AUTH msg=audit(1700000000.000:9): pid=9 uid=0 auid=1 ses=1 msg='op=PAM:authentication acct=\"root\" "
          b"exe=\"/usr/sbin/sshd\" hostname=? addr=192.0.2.9 terminal=ssh res=failed'")
HOSTILE = [
    b"root", b"bob", b"", b"?", b"a b", b'x"', b"x'", b'"', b"' res=success", b"' res=failed", b"x' res=failed msg='y",
    b"x\" exe=\"/usr/sbin/sshd\" res=failed", b"res=failed", b"res=success'", b"msg='op=PAM:authentication acct=\"root\" res=failed'",
    b"op=PAM:authentication", b'key="exec"', b"\x1dUID=\"root\" res=failed", b"\x1b[31mred\x1b]0;title\x07", b"x\n" + LINE, b"x\r" + LINE,
    b"x\n" + RECORD, b"x\nNov 26 03:00:00 host sshd[9]: " + LINE, b"x\n2026-11-26T03:00:00.000000+00:00 host sshd[9]: " + LINE,
    LINE, RECORD, b"x from 192.0.2.9 port 1 ssh2", b"root from 192.0.2.9 port 1 ssh2", b"root from 192.0.2.9 port 1 ssh2: RSA SHA256:x",
    b"Accepted password for root from 192.0.2.9 port 1 ssh2", b"[[[]]]", b"x]", b"x [preauth]", b"root 192.0.2.9 port 1 [preauth]",
    b"x : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", b"x : user NOT in sudoers ; TTY=pts/0", b"3 incorrect password attempts",
    b"message repeated 5 times: [ " + LINE + b"]", b"pam_unix(sshd:auth): authentication failure; user=root", b"sshd[9]: " + LINE,
    b"\\x0a\\n#012" + LINE, b"%n%s%d", b"\xff\xfe\x80", b"\xe2\x80\xae", b"a" * 300, b"\x01\x02\x7f", b"AABBCC", b"666F6F", b"(null)", b"\t",
]


class Counts(collections.Counter):
    def add(self, name, n=1, **labels):
        self[name + ("{%s}" % ",".join('%s="%s"' % i for i in labels.items()) if labels else "")] += n

    def write(self, path):
        with open(path, "w") as f:
            f.writelines("%s %d\n" % i for i in sorted(self.items()))


def user(name, other):
    return "root" if name == b"root" else other


# ---- audit.log ----

def untrusted(value):
    """How the kernel and libaudit spell what others choose."""
    plain = all(0x21 <= c <= 0x7e and c != 0x22 for c in value)
    return b'"' + value + b'"' if plain else value.hex().upper().encode()


class AuditLog:
    def __init__(self):
        self.out, self.counts, self.serial, self.pid = [], Counts(), 100, 1000

    def record(self, type, body):
        self.out.append(b"type=%s msg=audit(%d.000:%d): %s\n" % (type.encode(), 1700000000 + self.serial, self.serial, body))
        self.counts.add("audit_records_total", type=type)

    def event(self, result):
        self.serial += 1
        self.pid += 1
        self.counts.add("audit_events_total", result=result)

    def program(self, type, inside, result, told):
        self.event(told)
        self.record(type, b"pid=%d uid=0 auid=1000 ses=1 msg='%s terminal=? res=%s'" % (self.pid, inside, result))

    def hostile(self, text):
        word, add = untrusted(text), self.counts.add
        self.program("USER_AUTH", b"op=PAM:authentication grantors=? acct=%s exe=\"/usr/sbin/sshd\" hostname=192.0.2.1" % word, b"failed", "failed")
        add("security_failed_ssh_logins_total")
        add("security_ssh_auth_failures_total", method="password", user=user(text, "unknown" if text in (b"", b"?") else "valid"))
        add("security_auth_failures_total", service="sshd")
        self.program("USER_AUTH", b"op=PAM:authentication grantors=? acct=%s exe=%s" % (word, untrusted(b"/tmp/" + text.replace(b"/", b"") + b" sshd")),
                     b"failed", "failed")
        add("security_auth_failures_total", service="other")
        for result in ("success", "failed"):
            self.program("USER_CMD", b"cwd=%s cmd=%s exe=\"/usr/bin/sudo\"" % (word, word), result.encode(), result)
            add("security_sudo_attempts_total")
            add("security_sudo_commands_total", result=result)
        # auditctl -m: as it is, but for line ends, which auditd makes blanks
        raw = text.replace(b"\n", b" ").split(b"\x1d")[0]
        self.program("USER", b"text=%s exe=\"/usr/sbin/auditctl\" hostname=?" % raw, b"success", "success")
        self.program("USER_LOGIN", b"op=login acct=%s exe=\"/bin/login\"" % word, b"failed", "failed")
        self.event("success")
        self.record("SYSCALL", b"arch=c000003e syscall=59 success=yes exit=0 items=1 ppid=1 pid=%d uid=1000 comm=%s exe=%s key=\"exec\"" %
                    (self.pid, untrusted(text[:15]), untrusted(b"/tmp/" + text)))
        self.record("EXECVE", b"argc=2 a0=%s a1=%s" % (word, word))
        self.record("PATH", b"item=0 name=%s nametype=NORMAL" % word)
        self.record("PROCTITLE", b"proctitle=" + (word if word[:1] == b'"' else text.hex().upper().encode()))
        add("audit_key_events_total", key="exec")

    def write(self, folder):
        for text in HOSTILE:
            self.hostile(text)
        with open(os.path.join(folder, "audit.log"), "wb") as f:
            f.writelines(self.out)
        self.counts.write(os.path.join(folder, "audit.log.want"))


# ---- messages ----

class Messages:
    """What programs say, through take(program, pid, text); other than sshd, sudo and su: nothing of it counts."""

    def __init__(self, take, spell, origin_shows):
        self.take, self.spell, self.origin_shows, self.counts, self.pid = take, spell, origin_shows, Counts(), 1000

    def say(self, program, text, new=True):
        self.pid += new
        self.take(program, self.pid, text)

    def attempt(self, method, who):
        self.counts.add("security_failed_ssh_logins_total")
        self.counts.add("security_ssh_auth_failures_total", method=method, user=who)

    def sshd(self, text):
        name, peer, add = self.spell(text), b"192.0.2.1 port 22", self.counts.add
        self.say("sshd", b"Invalid user %s from %s" % (name, peer))
        self.say("sshd", b"pam_unix(sshd:auth): authentication failure; logname= uid=0 tty=ssh rhost=192.0.2.1 user=%s" % name, False)
        add("security_auth_failures_total", service="sshd")
        self.say("sshd", b"Failed password for invalid user %s from %s ssh2" % (name, peer), False)
        self.attempt("password", user(text, "invalid"))
        self.say("sshd", b"Disconnected from invalid user %s %s [preauth]" % (name, peer), False)
        add("security_ssh_preauth_disconnects_total", reason="disconnected")
        self.say("sshd", b"Connection closed by authenticating user %s %s [preauth]" % (name, peer))
        self.attempt("other", user(text, "valid"))
        add("security_ssh_preauth_disconnects_total", reason="closed")
        self.say("sshd", b"Accepted publickey for %s from %s ssh2: ED25519 SHA256:x" % (name, peer))
        add("security_ssh_logins_total", method="publickey", user=user(text, "other"))
        self.say("sshd", b"input_userauth_request: invalid user %s [preauth]" % name)

    def sudo_su(self, text):
        name, add = self.spell(text), self.counts.add
        self.say("sudo", b"     bob : TTY=pts/0 ; PWD=/%s ; USER=root ; COMMAND=/bin/echo %s" % (name, name))
        self.say("sudo", b"     bob : 1 incorrect password attempt ; TTY=pts/0 ; PWD=/%s ; USER=root ; COMMAND=/bin/echo %s" % (name, name))
        for result in ("success", "failed"):
            add("security_sudo_attempts_total")
            add("security_sudo_commands_total", result=result)
        self.say("su", b"FAILED SU (to root) %s on pts/0" % name)
        add("security_su_attempts_total", result="failed")

    def others(self, text):
        name = self.spell(text)
        if self.origin_shows or not text.startswith(b"pam_unix("):  # PAM speaks in the name of any program
            self.say("web", name)
        self.say("web", b"user " + name)
        self.say("web", LINE)
        self.say("web", b"sshd[%d]: %s" % (self.pid, LINE))
        self.say("sshd", b"debug1: userauth-request for user %s" % name)
        self.say("sshd", b"note: " + LINE)

    def all(self):
        for text in HOSTILE:
            self.sshd(text)
            self.sudo_su(text)
            self.others(text)


def vis(text):
    """As sshd writes what is no graphic character, VIS_CSTYLE|VIS_NL|VIS_TAB|VIS_OCTAL of vis(3), roughly."""
    return b"".join(b"\\%03o" % c if c < 0x20 or c > 0x7e else bytes([c]) for c in text)


def auth_log(folder):
    with open(os.path.join(folder, "auth.log"), "wb") as f:
        m = Messages(lambda program, pid, text: f.write(b"Nov 26 03:%02d:%02d host %s[%d]: %s\n" %
                                                        (pid % 3600 // 60, pid % 60, program.encode(), pid, text)), vis, False)
        m.all()
    m.counts.write(os.path.join(folder, "auth.log.want"))


class Journal:
    EXES = {"sshd": b"/usr/sbin/sshd", "sudo": b"/usr/bin/sudo", "su": b"/usr/bin/su", "web": b"/usr/bin/web"}

    def __init__(self, folder):
        self.path, self.ms = os.path.join(folder, "journal.export"), 1_700_000_000_000
        self.file = open(self.path, "wb")
        self.m = Messages(self.genuine, lambda text: text, True)

    def entry(self, **fields):
        self.ms += 1000
        f = self.file
        f.write(b"__REALTIME_TIMESTAMP=%d000\n__MONOTONIC_TIMESTAMP=%d000\n_BOOT_ID=%032d\n" % (self.ms, self.ms, 1))
        for name, value in fields.items():
            if value is None:
                continue
            if all(0x20 <= c < 0x7f for c in value):
                f.write(name.encode() + b"=" + value + b"\n")
            else:
                f.write(name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n")
        f.write(b"\n")

    def say(self, program, pid, text, exe, uid, transport=b"syslog"):
        self.entry(_TRANSPORT=transport, SYSLOG_IDENTIFIER=program.encode(), SYSLOG_PID=b"%d" % pid, _PID=b"%d" % pid, _UID=uid,
                   _EXE=exe, MESSAGE=text)

    def genuine(self, program, pid, text):
        self.say(program, pid, text, self.EXES[program], b"0" if program != "web" else b"1000")

    def forged(self, text):
        """By logger -t, by a program of the user's own, and what died before journald looked at it."""
        add, m = self.m.counts.add, self.m
        lies = (("sshd", LINE), ("sshd", b"Accepted password for %s from 192.0.2.1 port 22 ssh2" % text), ("sudo", b"  bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=" + text),
                ("su", b"FAILED SU (to root) %s on pts/0" % text))
        for program, lie in lies:
            for exe, uid in ((b"/usr/bin/logger", b"1000"), (b"/usr/bin/logger", b"0"), (b"/home/eve/" + program.encode(), b"1000"),
                             (b"/usr/bin/" + text.replace(b"/", b""), b"1000")):
                m.pid += 1
                self.say(program, m.pid, lie, exe, uid)
                add("security_rejected_log_messages_total", program=program)
        self.say("sshd", m.pid, LINE, None, b"1000")
        add("security_unverified_log_messages_total", program="sshd")
        self.say("sudo", m.pid, b"  bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=" + text, None, b"1000")
        self.say("sudo", m.pid, b"  bob : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=" + text, None, b"1000")
        add("security_unverified_log_messages_total", 2, program="sudo")
        add("security_sudo_attempts_total")
        add("security_sudo_commands_total", result="failed")
        # what a user may send through the socket: no field with an underscore in front
        self.entry(_TRANSPORT=b"journal", TRANSPORT=b"audit", AUDIT_TYPE=b"1100", _UID=b"1000", _EXE=b"/usr/bin/python3",
                   SYSLOG_IDENTIFIER=b"audit", MESSAGE=b"USER_AUTH " + RECORD)

    def write(self):
        self.m.all()
        for text in HOSTILE:
            self.forged(text)
        self.file.close()
        self.m.counts.write(self.path + ".want")


if __name__ == "__main__":
    AuditLog().write(sys.argv[1])
    auth_log(sys.argv[1])
    Journal(sys.argv[1]).write()
