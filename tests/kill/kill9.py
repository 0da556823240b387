#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill9.py TOOL KILLS [SEED]: kills audit-textfile at random moments while its log grows and rotates, and compares.

The log is grown by whole lines, partial lines, events whose records come apart, renames (one or two between two runs, some
compressed) and copytruncate. A run is killed either by a timer or at a random system call of its own (strace injects the
signal), until KILLS runs have died by it: only those count. After each run the published counters may not be lower than
before nor higher than what was written; a last, undisturbed run must equal the count of a plain script over all that was
ever written. What a kill met is told by what it left: before the commit (old state), between the two renames (new state,
old file), after (both new).

Ends with one line of figures; exit status 1 where anything differs.
"""
import collections
import gzip
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

CONFIG = '{"audit": {"source": "file", "kernel": false, "keys": ["exec"]}, "logins": {"source": "audit"}}'
CALLS = ("openat", "newfstatat,fstat", "read,pread64", "write", "fsync", "renameat,renameat2,rename", "close", "fchmod",
         "fcntl", "mmap", "exit_group")
KEEP = 40  # rotated files: more than a run can miss


class Log:
    """The log and all that was written to it; its text is the truth that the oracle counts."""

    def __init__(self, folder, rng):
        self.folder, self.rng = folder, rng
        self.path = os.path.join(folder, "var/log/audit/audit.log")
        os.makedirs(os.path.dirname(self.path))
        self.text = ""       # everything ever written, in order
        self.tail = ""       # records of an event that are still to be written
        self.serial = 100
        self.ms = 1_700_000_000_000
        self.write("")

    def write(self, text):
        with open(self.path, "a") as f:
            f.write(text)
        self.text += text

    def stamp(self):
        self.serial += 1
        self.ms += self.rng.randrange(1, 40)
        return "audit(%d.%03d:%d)" % (self.ms // 1000, self.ms % 1000, self.serial)

    def event(self):
        rng, stamp, pid = self.rng, self.stamp(), self.rng.randrange(300, 60000)
        kind = rng.random()
        if kind < 0.4:
            ok = rng.random() < 0.7
            return [f"type=SYSCALL msg={stamp}: arch=c000003e syscall=59 success={'yes' if ok else 'no'} exit=0 a0=1 items=2 "
                    f"ppid=1 pid={pid} auid=1000 uid=0 comm=\"ls\" exe=\"/bin/ls\" key=\"exec\"",
                    f"type=EXECVE msg={stamp}: argc=1 a0=\"ls\"",
                    f"type=PATH msg={stamp}: item=0 name=\"/bin/ls\" inode={pid} nametype=NORMAL",
                    f"type=PROCTITLE msg={stamp}: proctitle=6C73"]
        if kind < 0.75:
            return [f"type=USER_AUTH msg={stamp}: pid={pid} uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication "
                    f"grantors=? acct=\"u{pid}\" exe=\"/usr/sbin/sshd\" hostname=10.0.0.1 addr=10.0.0.1 terminal=ssh "
                    f"res={'failed' if rng.random() < 0.8 else 'success'}'"]
        return [f"type=USER_CMD msg={stamp}: pid={pid} uid=1001 auid=1001 ses=1 msg='cwd=\"/\" cmd=\"id\" "
                f"exe=\"/usr/bin/sudo\" terminal=? res={'success' if rng.random() < 0.5 else 'failed'}'"]

    def grow(self):
        """Some events; the last one may be left in the middle of itself, or of a line."""
        text = self.tail
        for _ in range(self.rng.randrange(1, 30)):
            text += "".join(line + "\n" for line in self.event())
        cut = self.rng.randrange(0, len(text)) if self.rng.random() < 0.5 else len(text)
        self.tail = text[cut:]
        self.write(text[:cut])

    def shift(self):
        for i in range(KEEP, 0, -1):
            for ending in ("", ".gz"):
                old = f"{self.path}.{i}{ending}"
                if os.path.exists(old):
                    os.rename(old, f"{self.path}.{i + 1}{ending}") if i < KEEP else os.unlink(old)

    def whole_lines(self):
        """auditd rotates between two records, and copytruncate is exact only then."""
        if self.text and not self.text.endswith("\n"):
            head, nl, self.tail = self.tail.partition("\n")
            self.write(head + nl)

    def rename(self):
        self.whole_lines()
        self.shift()
        os.rename(self.path, self.path + ".1")
        self.write("")
        if self.rng.random() < 0.3 and os.path.exists(self.path + ".2"):
            with open(self.path + ".2", "rb") as f, gzip.open(self.path + ".2.gz", "wb") as g:
                g.write(f.read())
            os.unlink(self.path + ".2")

    def copytruncate(self):
        self.whole_lines()
        self.shift()
        with open(self.path, "rb") as f, open(self.path + ".1", "wb") as g:
            g.write(f.read())
        os.truncate(self.path, 0)

    def step(self):
        what = self.rng.random()
        self.grow()
        if what < 0.12:
            self.rename()
        elif what < 0.2:
            self.rename()
            self.grow()
            self.rename()
        elif what < 0.28:
            self.copytruncate()
        if what < 0.28 and self.rng.random() < 0.7:
            self.grow()


def oracle(text):
    """Counts over whole lines, line by line, with nothing of the tool's."""
    n = collections.Counter()
    for line in text[: text.rfind("\n") + 1].splitlines():
        kind = re.match(r"type=(\w+) ", line).group(1)
        n[f'audit_records_total{{type="{kind}"}}'] += 1
        if kind == "SYSCALL":
            n['audit_key_events_total{key="exec"}'] += 1
            ok = " success=yes " in line
            n['audit_events_total{result="%s"}' % ("success" if ok else "failed")] += 1
            n["audit_failed_syscalls_total"] += not ok
        elif kind in ("USER_AUTH", "USER_CMD"):
            ok = line.endswith("res=success'")
            n['audit_events_total{result="%s"}' % ("success" if ok else "failed")] += 1
            if kind == "USER_AUTH":
                n["security_failed_ssh_logins_total"] += not ok
            else:
                n["security_sudo_attempts_total"] += 1
                n['security_sudo_commands_total{result="%s"}' % ("success" if ok else "failed")] += 1
    return n


def published(path, names):
    found = {}
    with open(path) as f:
        for line in f:
            series, _, value = line.rstrip("\n").rpartition(" ")
            if series in names or series.startswith("audit_textfile_gaps_total"):
                found[series] = int(value)
    return found


def identity(path):
    try:
        st = os.stat(path)
        return (st.st_ino, st.st_mtime_ns)
    except FileNotFoundError:
        return None


class Killer:
    def __init__(self, tool, folder, rng):
        self.rng = rng
        self.out, self.state = os.path.join(folder, "out/a.prom"), os.path.join(folder, "out/a.state")
        os.makedirs(os.path.dirname(self.out))
        config = os.path.join(folder, "c.json")
        with open(config, "w") as f:
            f.write(CONFIG)
        self.argv = [tool, "--root", folder, "-c", config, "-o", self.out, "--state", self.state, "--from-start"]
        self.took = 0.003
        self.met = collections.Counter()

    def run(self):
        start = time.monotonic()
        r = subprocess.run(self.argv, stderr=subprocess.PIPE, text=True)
        self.took = 0.7 * self.took + 0.3 * (time.monotonic() - start)
        if r.returncode != 0:
            raise SystemExit(f"an undisturbed run failed: {r.stderr}")

    def kill(self):
        """Whether the run died by the kill."""
        before = identity(self.state), identity(self.out)
        if self.rng.random() < 0.5:
            p = subprocess.Popen(self.argv, stderr=subprocess.DEVNULL)
            time.sleep(self.rng.random() * self.took * 1.2)
            p.send_signal(signal.SIGKILL)
            died = p.wait() == -signal.SIGKILL
        else:
            call = self.rng.choice(CALLS[4:7] if self.rng.random() < 0.6 else CALLS)
            when = self.rng.randrange(1, 4) if "rename" in call or "fsync" in call else self.rng.randrange(1, 24)
            p = subprocess.run(["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                                f"inject={call}:signal=KILL:when={when}", *self.argv], stderr=subprocess.DEVNULL)
            died = p.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        if died:
            after = identity(self.state), identity(self.out)
            new_state, new_out = (a != b for a, b in zip(before, after))
            self.met["after" if new_out else "between" if new_state else "before"] += 1
        return died


def compare(got, want, last, exact):
    bad = [f"gap: {s}" for s, v in got.items() if s.startswith("audit_textfile_gaps_total") and v]
    for series, n in want.items():
        v = got.get(series, 0)
        if v < last.get(series, 0) or v > n or (exact and v != n):
            bad.append(f"{series}: {v}, was {last.get(series, 0)}, written {n}")
    return bad


def main():
    tool, kills = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="promshot-kill-") as folder:
        log, killer, last, runs, died = Log(folder, rng), None, {}, 0, 0
        killer = Killer(tool, folder, rng)
        killer.run()
        while died < kills:
            log.step()
            if rng.random() < 0.05:
                killer.run()
            else:
                died += killer.kill()
            runs += 1
            if os.path.exists(killer.out):
                want = oracle(log.text)
                got = published(killer.out, want)
                bad = compare(got, want, last, False)
                if bad:
                    raise SystemExit(f"seed {seed}, run {runs}: " + "; ".join(bad))
                last = got
        log.whole_lines()
        killer.run()
        want = oracle(log.text)
        bad = compare(published(killer.out, want), want, last, True)
        met = killer.met
        print(f"{died} kills in {runs} runs: {met['before']} before the commit, {met['between']} between the renames, "
              f"{met['after']} after; {sum(want.values())} counts, {len(bad)} differ")
        if bad:
            raise SystemExit("; ".join(bad))
        if kills >= 1000 and min(met["before"], met["between"], met["after"]) < 100:
            raise SystemExit("fewer than 100 kills of one kind")


if __name__ == "__main__":
    main()
