#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What audit-textfile must count of the messages of sshd, sudo, su and PAM, found slowly.

usage: logins.py [--unverified=failures|count|separate|reject] FILE...

A FILE is an auth.log, or a journal in the export format (its first bytes tell).
All files are one log, in order. Prints `name{labels} value`, sorted; series that stay
at 0 are not printed. Written from the rules, not from the tool: regular
expressions over whole messages, the facts of every connection collected before anything is counted.
"""
import datetime, re, struct, sys

CONNECTION_MS, PROMPT_MS, DAY_MS = 600_000, 10_000, 86_400_000
PROGRAMS = {b"sshd": "sshd", b"sshd-session": "sshd", b"sshd-auth": "sshd", b"sudo": "sudo", b"sudo-rs": "sudo",
            b"su": "su", b"su-l": "su", b"login": "login"}
SERVICES = {b"sshd": "sshd", b"sudo": "sudo", b"sudo-i": "sudo", b"su": "su", b"su-l": "su", b"login": "login",
            b"remote": "login"}
SYSTEM = re.compile(rb"/(usr|bin|sbin|opt|nix/store|gnu/store|run/wrappers)/")
PEER = rb"(?:[^ ]+) port (?P<port>[0-9]{1,5})"

ATTEMPT = re.compile(rb"(?P<verb>Failed|Accepted) (?P<method>.*?) for (?P<name>.*) from " + PEER +
                     rb" ssh2(?:: .*)?", re.S)
PAM_ERROR = re.compile(rb"error: PAM: .*? for (?P<name>.*) from .*", re.S)
USER = rb"(?P<kind>authenticating|invalid) user (?P<name>.*) " + PEER
WHO = rb"(?:%s(?:[ :].*)?|(?!authenticating user |invalid user ).*) \[preauth\]" % USER
ENDS = [(re.compile(rb"(?:error: |fatal: )?" + words, re.S), reason, last) for words, reason, last in (
    (rb"Connection closed by " + WHO, "closed", True),
    (rb"Connection reset by " + WHO, "reset", True),
    (rb"Disconnected from " + WHO, "disconnected", True),
    (rb"(?:Connection closed by|Connection reset by|Disconnected from|Disconnecting:?|ssh_dispatch_run_fatal:) "
     rb"(?!.* \[preauth\]\Z).*", None, True),
    (rb"Received disconnect from .* \[preauth\]", "disconnected", False),
    (rb"Disconnecting:? (?:%s(?::.*)?: Too many authentication failures|Too many authentication failures.*|"
     rb"(?!authenticating user |invalid user ).*: Too many authentication failures) \[preauth\]" % USER,
     "max_attempts", True),
    (rb"Disconnecting:? " + WHO, "other", True),
    (rb"maximum authentication attempts exceeded for .*", "max_attempts", False),
    (rb"Timeout before authentication for (?:.*?, pid = (?P<pid>[0-9]+))?.*", "timeout", True),
    (rb"Connection timed out during banner exchange.*", "timeout", False),
    (rb"drop connection #.*", "throttled", True),
    (rb"Did not receive identification string from .*", "no_identification", True),
    (rb"kex_exchange_identification: (?:Connection closed by remote host|read: ).*", "no_identification", False),
    (rb"kex_exchange_identification: .*", "bad_protocol", False),
    (rb"banner exchange: .*", "bad_protocol", True),
    (rb"Bad protocol version identification .*", "bad_protocol", True),
    (rb"Protocol major versions differ.*", "bad_protocol", False),
    (rb"Unable to negotiate with .*", "kex", True),
    (rb"ssh_dispatch_run_fatal: (?:Connection from )?(?:%s(?:[ :].*)?|"
     rb"(?!(?:Connection from )?(?:authenticating|invalid) user ).*) \[preauth\]" % USER, "other", True),
)]

SUDO = re.compile(rb"(?P<user>[^:\n]*?[^:\s][^:\n]*?) : (?P<body>.*)", re.S)
FIELD = re.compile(rb"(?:HOST|TTY|CHROOT|CWD|PWD|USER|GROUP|TSID|ENV|COMMAND)=")
DENIAL = re.compile(rb"[0-9]+ incorrect password attempt|user NOT in sudoers|user NOT authorized on host|"
                    rb"command not allowed|a password is required|setid command rejected in intercept mode|"
                    rb"user not allowed to |no tty|a terminal is required to read the password|"
                    rb"sorry, you (?:must have a tty to run sudo|are not allowed )|invalid shell for user |"
                    rb"invalid user-specified editor: |unknown (?:user|group) |account validation failure|"
                    rb"Account expired or PAM config lacks an \"account\" section for sudo|Password expired|"
                    rb"PAM (?:account management|authentication) error")
PAM = re.compile(rb"(?:pam_unix\((?P<service>[^)]*?):auth\): (?:(?P<one>authentication failure;)|"
                 rb"(?P<n>[0-9]+) more authentication failure|(?P<unasked>conversation failed))|"
                 rb"PAM (?P<pn>[0-9]+) more authentication failure)")
OLD_PAM = re.compile(rb"(?P<one>authentication failure;)|(?P<n>[0-9]+) more authentication failure|"
                     rb"(?P<unasked>conversation failed)")


class Message:
    def __init__(self, ms, identifier, pid, text, times=1, module=b""):
        self.ms, self.identifier, self.pid, self.text = ms, identifier, pid, text
        self.times, self.module = times, module
        self.program = PROGRAMS.get(identifier, "other")
        self.failures_only = False


class Counts(dict):
    def add(self, name, n=1, **labels):
        key = name + ("{%s}" % ",".join(f'{k}="{v}"' for k, v in labels.items()) if labels else "")
        self[key] = self.get(key, 0) + n


# ---- reading ----

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LINE = re.compile(rb"(?:<(?P<pri>1?[0-9]{1,2})>)?(?:(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>[0-9]{1,2}) "
                  rb"(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})|"
                  rb"(?P<iso>20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"
                  rb"(?P<fraction>\.[0-9]+)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})) (?P<host>[^ ]+) (?P<rest>.*)", re.S)
TAG = re.compile(rb"(?P<program>[^ ]*?)(?:\((?P<module>[^ ()]*)\))?(?:\[(?P<pid>[0-9]+)\])?: (?P<text>.*)", re.S)
REPEATED = re.compile(rb"message repeated (?P<n>[0-9]+) times: \[ ?(?P<text>.*)\]", re.S)


def stamp(m):
    if m["iso"]:
        zone = m["zone"].decode().replace("Z", "+00:00")
        t = datetime.datetime.fromisoformat(m["iso"].decode() + zone)
        fraction = int(((m["fraction"] or b".0")[1:] + b"000")[:3])
        return int(t.timestamp()) * 1000 + fraction
    t = datetime.datetime(2000, MONTHS.index(m["month"].decode()) + 1, int(m["day"]),
                          *map(int, m["clock"].split(b":")))
    return int((t - datetime.datetime(2000, 1, 1)).total_seconds()) * 1000


def auth_log(data, counts):
    for line in data.split(b"\n")[:-1]:
        m = LINE.fullmatch(line)
        try:
            ms = stamp(m)
        except (TypeError, ValueError):
            counts.add("audit_textfile_parse_errors_total", reason="syslog")
            continue
        tag = TAG.fullmatch(m["rest"])
        if not tag:
            continue
        text, times = tag["text"], 1
        again = REPEATED.fullmatch(text)
        if again and 1 <= int(again["n"]) < 2**31:
            text, times = again["text"], int(again["n"])
        yield Message(ms, tag["program"], int(tag["pid"] or 0), text, times, tag["module"] or b"")


def export_entries(data):
    entry, at = {}, 0
    while at < len(data):
        end = data.index(b"\n", at)
        line, at = data[at:end], end + 1
        if not line:
            if entry:
                yield entry
            entry = {}
        elif b"=" in line:
            name, value = line.split(b"=", 1)
            entry.setdefault(name.decode(), value)
        else:
            (n,) = struct.unpack("<Q", data[at:at + 8])
            entry.setdefault(line.decode(), data[at + 8:at + 8 + n])
            at += 8 + n + 1
    if entry:
        yield entry


def believed(m, entry, policy, counts):
    exe, uid = entry.get("_EXE"), entry.get("_UID")
    root = uid == b"0"
    if m.program in ("login", "other"):
        return root
    if exe is not None:
        name = re.sub(rb" \(deleted\)\Z", b"", exe)
        if b"/" not in name or PROGRAMS.get(name.rsplit(b"/", 1)[1]) != m.program or not (root or SYSTEM.match(exe)):
            counts.add("security_rejected_log_messages_total", program=m.program)
            return False
        return root or m.program != "sshd" or uid is None
    if root:
        return True
    kind = "rejected" if policy == "reject" else "unverified"
    counts.add(f"security_{kind}_log_messages_total", program=m.program)
    m.failures_only = policy == "failures"
    return policy == "count" or policy == "failures" and m.program != "sshd"


def journal(data, policy, counts):
    for entry in export_entries(data):
        transport = entry.get("_TRANSPORT")
        if transport not in (b"syslog", b"journal", b"stdout"):
            continue
        pid = b"0" if transport == b"stdout" else entry.get("_PID", entry.get("SYSLOG_PID", b"0"))
        m = Message(int(entry["__REALTIME_TIMESTAMP"]) // 1000, entry.get("SYSLOG_IDENTIFIER", b""),
                    int(pid) if pid.isdigit() else 0, entry.get("MESSAGE", b""))
        if (m.program not in ("login", "other") or PAM.match(m.text)) and believed(m, entry, policy, counts):
            yield m


# ---- counting ----

def user_class(name, invalid=False):
    stripped = re.sub(rb"\A(?:invalid|illegal) user ", b"", name)
    if stripped == b"root":
        return "root"
    return "invalid" if invalid or stripped != name else "valid"


def method_class(method):
    return {b"password": "password", b"publickey": "publickey",
            b"keyboard-interactive": "kbdint"}.get(method.split(b"/")[0], "other")


class Logins:
    def __init__(self, counts):
        self.counts, self.now = counts, 0
        self.connections, self.prompts = {}, {}

    def attempt(self, n, method, user):
        self.counts.add("security_failed_ssh_logins_total", n)
        self.counts.add("security_ssh_auth_failures_total", n, method=method, user=user)

    def sudo_result(self, n, result):
        self.counts.add("security_sudo_attempts_total", n)
        self.counts.add("security_sudo_commands_total", n, result=result)

    def settle(self, now):
        for pid, c in list(self.connections.items()):
            if c["since"] + CONNECTION_MS <= now:
                del self.connections[pid]
        for pid, since in list(self.prompts.items()):
            if since + PROMPT_MS <= now:
                del self.prompts[pid]
                self.sudo_result(1, "failed")

    def connection(self, pid):
        return self.connections.setdefault(pid, {"since": self.now}) if pid else {}

    def sshd(self, m):
        a = ATTEMPT.fullmatch(m.text)
        if a and a["verb"] == b"Accepted":
            self.connections.pop(m.pid, None)
            user = "root" if user_class(a["name"]) == "root" else "other"
            self.counts.add("security_ssh_logins_total", m.times, method=method_class(a["method"]), user=user)
        elif a and a["method"].split(b"/")[0] != b"none":
            c = self.connection(m.pid)
            method = method_class(a["method"])
            self.attempt(m.times - (c.pop("pam", False) and method == "kbdint"), method, user_class(a["name"]))
            c["tried"] = True
        if a or m.text.startswith((b"Failed ", b"Accepted ")):
            return
        p = PAM_ERROR.fullmatch(m.text)
        if m.text.startswith(b"error: PAM: "):
            if p and m.pid:
                self.connection(m.pid).update(tried=True, pam=True)
                self.attempt(m.times, "kbdint", user_class(p["name"]))
            return
        for pattern, reason, last in ENDS:
            e = pattern.fullmatch(m.text)
            if e:
                self.ended(m, e.groupdict(), reason, last)
                return

    def ended(self, m, e, reason, last):
        pid = int(e.get("pid") or 0) or m.pid
        c = self.connections.get(pid, {})
        if reason and not c.get("end") and (pid or last):
            self.counts.add("security_ssh_preauth_disconnects_total", m.times if last else 1, reason=reason)
        if e.get("kind") and pid and not c.get("tried"):
            self.attempt(1, "other", user_class(e["name"], e["kind"] == b"invalid"))
        if last:
            self.connections.pop(pid, None)
        elif pid:
            self.connection(pid)["end"] = True

    def sudo(self, m):
        s = SUDO.fullmatch(m.text)
        if not s:
            return
        result = "success" if FIELD.match(s["body"]) else "failed" if DENIAL.match(s["body"]) else None
        if result == "failed" or result and not m.failures_only:
            self.prompts.pop(m.pid, None)
            self.sudo_result(m.times, result)

    def su(self, m):
        if re.match(rb"FAILED SU \(to |FAILED su for ", m.text):
            self.counts.add("security_su_attempts_total", m.times, result="failed")
        elif re.match(rb"\(to |Successful su for ", m.text) and not m.failures_only:
            self.counts.add("security_su_attempts_total", m.times, result="success")

    def pam(self, m):
        p = PAM.match(m.text) or (m.module == b"pam_unix" and OLD_PAM.match(m.text))
        if not p:
            return False
        g = p.groupdict()
        n = int(g["n"] or g.get("pn") or (1 if g["one"] else 0))
        service = g.get("service") or {"sshd": b"sshd", "sudo": b"sudo", "su": b"su",
                                       "login": b"login"}.get(m.program, b"")
        if n:
            self.counts.add("security_auth_failures_total", n * m.times, service=SERVICES.get(service, "other"))
        if g["unasked"] and m.program == "sudo" and m.pid:
            self.prompts.setdefault(m.pid, self.now)
        return True

    def take(self, m):
        ours = m.program not in ("login", "other") or PAM.match(m.text) or \
            m.module == b"pam_unix" and OLD_PAM.match(m.text)
        if not ours:
            return
        self.settle(float("inf") if m.ms + DAY_MS < self.now else m.ms)
        self.now = m.ms
        if not self.pam(m) and m.program in ("sshd", "sudo", "su"):
            if m.program != "sshd" or not m.failures_only:
                getattr(self, m.program)(m)


def main(args):
    policy = "failures"
    if args and args[0].startswith("--unverified="):
        policy = args.pop(0).split("=", 1)[1]
    counts = Counts()
    logins = Logins(counts)
    for path in args:
        with open(path, "rb") as f:
            data = f.read()
        is_journal = data.startswith(b"__CURSOR=") or b"\n__REALTIME_TIMESTAMP=" in data[:4096]
        for m in journal(data, policy, counts) if is_journal else auth_log(data, counts):
            logins.take(m)
    logins.settle(float("inf"))
    for key in sorted(counts):
        print(key, counts[key])


main(sys.argv[1:])
