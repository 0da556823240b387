#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a random audit.log, odd and hostile: for comparing audit-textfile with tests/oracle/audit.py.

usage: audit_random.py SEED [RECORDS]

Few processes, users and milliseconds, so that records meet each other; records of events interleave and come late;
values hold quotes, blanks, line ends and fake fields, spelled as the kernel and libaudit spell them; some lines are
no records. What differs from run to run of a tool is left out: an event's records lie within 256 events
and two seconds.
"""
import random, sys

USERS = [b"root", b"alice", b"bob", b"?", b"", b"(invalid user)", b"(unknown user)", b"a b", b'x" res=success', b"root\n", b"\xff\x1d",
         b"x' exe=\"/usr/sbin/sshd\" res=failed", b"ABCD", b"acct=root"]
EXES = [b"/usr/sbin/sshd"] * 6 + [b"/usr/lib/openssh/sshd-session", b"/nix/store/x-openssh/bin/sshd-auth", b"/usr/sbin/sshd (deleted)",
        b"/usr/bin/sudo", b"/run/wrappers/bin/sudo", b"/usr/bin/su", b"/bin/login", b"/usr/sbin/cron", b"/tmp/not sshd", b"sshd",
        b"/usr/bin/sudo-rs"]
KEYS = [b"(null)", b'"exec"', b'"identity"', b"657865630161", b"0101", b"657865630165786563", b'"a\\b"', b"exec", b'""']
RESULTS = [b"success", b"failed"] * 8 + [b"yes", b"no", b"1", b"0", b"maybe", b""]
SINGLE = (["USER_AUTH"] * 8 + ["USER_LOGIN"] * 5 + ["USER_ERR"] * 2 + ["USER_START"] * 3 + ["USER_END"] + ["USER_ACCT"] * 2 + ["USER_CMD"] * 4 +
          "ADD_USER DEL_USER ADD_GROUP ADD_GROUP DEL_GROUP USER_MGMT GRP_MGMT USER_CHAUTHTOK USER_CHAUTHTOK ACCT_LOCK ROLE_ASSIGN "
          "CRED_ACQ USER_LOGOUT USER_TTY SERVICE_START SERVICE_STOP USER_AVC USER ANOM_LOGIN_FAILURES VIRT_CONTROL".split())
KERNEL = ("SYSCALL " * 6 + "EXECVE CWD PATH PATH PROCTITLE SOCKADDR CONFIG_CHANGE AVC ANOM_ABEND SECCOMP LOGIN URINGOP APPARMOR_DENIED "
          "UNKNOWN[1420] UNKNOWN[1300] FOO EOE MAC_STATUS").split()
OPS = {"USER_AUTH": [b"PAM:authentication"] * 6 + [b"pubkey", b"pubkey_auth", b"challenge-response", b"gssapi"],
       "USER_START": [b"PAM:session_open"] * 4 + [b"login"], "USER_END": [b"PAM:session_close", b"login"],
       "USER_ERR": [b"PAM:bad_ident"] * 4 + [b"PAM:setcred"], "USER_ACCT": [b"PAM:accounting"] * 3 + [b"x"],
       "USER_CHAUTHTOK": [b"PAM:chauthtok"] * 3 + [b"changing password"]}
FAULTS = [b"", b"\0\0", b"type=", b"type=USER_AUTH", b"type=user msg=audit(1.000:1): ", b"UTH msg=audit(1795147700.000:1): res=failed",
          b"type=UNKNOWN[1329] msg=?", b"type=UNKNOWN[x] msg=audit(1.000:1): ", b"type=USER msg=audit(1795147700.00:1): ", b"node=",
          b"type=USER msg=audit(1795147700.000:4294967296): ", b"type=USER msg=audit(x.000:1): ", b"type=USER  msg=audit(1.000:1): ",
          b"node=h", b"type=USER msg=audit(1795147700.000:12", b"type=UNKNOWN[4294967296] msg=audit(1.000:1): ", b"\x1dtype=USER"]


def spell(value):
    if any(c < 0x21 or c > 0x7e or c == 0x22 for c in value):
        return value.hex().upper().encode()
    return b'"' + value + b'"'


class Random(random.Random):
    def single(self, type):
        op = self.choice(OPS.get(type, [b"adding user", b"login", b""]))
        exe = b"" if self.random() < 0.05 else b" exe=" + spell(self.choice(EXES))
        acct = b"" if self.random() < 0.05 else b" acct=" + spell(self.choice(USERS))
        if type == "USER_CMD":
            inside = b"cwd=" + spell(self.choice(USERS)) + b" cmd=" + spell(self.choice(USERS)) + exe + b" terminal=pts/0"
        elif type == "USER_AVC":
            inside = self.choice([b"avc:  denied  { x } for", b"avc:  granted  { x }", b'apparmor="DENIED" op="x"', b"avc: received"]) + exe
        elif type == "USER":
            inside = b"text=hello 'msg' res=failed op=PAM:authentication acct=\"root\" exe=\"/usr/sbin/sshd\"" + exe
        else:
            inside = b"op=" + op + b" grantors=?" + acct + exe + b" hostname=? addr=192.0.2.1 terminal=ssh"
        pid = b"" if self.random() < 0.01 else b"pid=%d " % self.randrange(1, 12)
        body = pid + b"uid=0 auid=4294967295 ses=1" + self.choice([b"", b" subj=sshd_t:s0-s0:c0.c1023"]) + b" msg='" + inside
        body += (b" res=" + self.choice(RESULTS) if self.random() < 0.97 else b"") + (b"'" if self.random() < 0.98 else b"")
        return (b"user " if self.random() < 0.02 else b"") + body

    def kernel(self, type):
        if type in ("SYSCALL", "URINGOP", "UNKNOWN[1300]"):
            success = self.choice([b" success=yes exit=0", b" success=no exit=-13", b""])
            return (b"arch=c000003e syscall=59" + self.choice([b"", b" per=400000"]) + success + b" items=0 comm=" +
                    spell(self.choice(USERS)) + b" exe=" + spell(self.choice(EXES)) +
                    (b" key=" + self.choice(KEYS) if self.random() < 0.95 else b""))
        if type in ("AVC", "APPARMOR_DENIED"):
            return self.choice([b"avc:  denied  { read } for  pid=1", b"avc:  granted  { read }", b'apparmor="DENIED" info="a res=1 b"',
                                b'apparmor="ALLOWED" operation="open"', b"denied"])
        if type == "CONFIG_CHANGE":
            return self.choice([b"op=add_rule", b'op="remove rule"', b"audit_enabled=1 old=0", b"op=set"]) + b' key="exec" list=4 res=1'
        return b"name=" + spell(self.choice(USERS)) + self.choice([b"", b" res=1", b" res=0", b" res=x"]) + b" item=1"

    def line(self, node, type, ms, serial, body):
        head = self.choice([b"): "] * 20 + [b") ", b"):  "])
        line = b"%stype=%s msg=audit(%d.%03d:%d%s%s" % (node, type.encode(), ms // 1000, ms % 1000, serial, head, body)
        line += self.choice([b"", b'\x1dUID="root" AUID="unset" res=failed key="x"'])
        return (b"\0\0" if self.random() < 0.01 else b"") + line.replace(b"\n", b"")


def main():
    rnd, left = Random(int(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    ms, serial, daemon = 1795147700000, rnd.choice([1, 4294967000]), 6000
    waiting = []
    while left > 0:
        ms += rnd.choice([0, 0, 1, 1, 3, 40, 500] + [5000, 130000] * (rnd.random() < 0.1))
        serial = (serial + 1 + (rnd.random() < 0.02) * rnd.randrange(1, 600)) % (1 << 32)
        if rnd.random() < 0.002:
            ms, serial = ms + 30000, 1
        node, kind = rnd.choice([b""] * 8 + [b"node=h ", b"node=other.example "]), rnd.random()
        if kind < 0.02:
            lines = [rnd.choice(FAULTS)]
        elif kind < 0.04:
            daemon += 1
            lines = [rnd.line(node, "DAEMON_ROTATE", ms, daemon if rnd.random() < 0.5 else serial, b"op=rotate-logs res=success")]
        elif kind < 0.6:
            type = rnd.choice(SINGLE)
            lines = [rnd.line(node, type, ms, serial, rnd.single(type))]
        else:
            types = [rnd.choice(KERNEL) for _ in range(rnd.randrange(1, 6))]
            lines = [rnd.line(node, t, ms, serial, rnd.kernel(t)) for t in types]
        for i, line in enumerate(lines):
            waiting.append((ms + rnd.randrange(300) * i, len(waiting), line))
        waiting.sort()
        while waiting and waiting[0][0] <= ms - 400:
            sys.stdout.buffer.write(waiting.pop(0)[2] + b"\n")
        left -= len(lines)
    for w in waiting:
        sys.stdout.buffer.write(w[2] + b"\n")


if __name__ == "__main__":
    main()
