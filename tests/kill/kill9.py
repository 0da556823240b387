#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill9.py TOOL KILLS [SEED]: kills audit-textfile at random moments while its log grows and rotates, and compares.

KILLS are dealt out to stories of 20, each with a log and a seed of its own. The log is grown by whole lines, partial
lines, events whose records come apart, renames (one or two between two runs, some compressed) and copytruncate. A run is
killed either by a timer or at a random system call of its own (strace injects the signal), and only those that died by
it count. After each run no published counter may be lower than before nor, now and then, higher than what was written;
after a last, undisturbed run all must equal what the oracle (tests/oracle/audit.py) counts of all that was ever written.
What a kill met is told by what it left: before the commit (old state), between the two renames (new state, old file),
after (both new).

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

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../oracle"))
import audit

CONFIG = '{"audit": {"source": "file", "kernel": false, "rules": ""}, "logins": {"source": "audit"}}'
# Calls and how many of them a run makes, so that a kill meets one; the late ones more often.
CALLS = (("openat", 30), ("newfstatat,fstat", 25), ("read,pread64", 25), ("write", 4), ("fsync", 4), ("fsync", 4),
         ("renameat,renameat2,rename", 3), ("renameat,renameat2,rename", 3), ("close", 30), ("fchmod", 2), ("unlinkat", 2),
         ("fcntl", 2), ("munmap", 4), ("exit_group", 1), ("exit_group", 1))
COUNTER = re.compile(r"([a-z_]+_total(?:\{.*\})?) ([0-9]+)\n")
KEEP = 40        # rotated files: more than a run can miss
STORY = 20       # kills: each log begins anew, for its beginning is the hardest
CHECK_EVERY = 10 # runs; the oracle is slow


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
        self.met = collections.Counter()
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
        if kind < 0.5:  # a connection without a password, told in records that lie apart
            what, op = rng.choice((("USER_LOGIN", "login"), ("USER_LOGIN", "login"), ("USER_ERR", "PAM:bad_ident")))
            return [f"type={what} msg={stamp}: pid={rng.randrange(100, 120)} uid=0 auid=4294967295 ses=4294967295 msg='op={op} "
                    f"acct=28696E76616C6964207573657229 exe=\"/usr/sbin/sshd\" hostname=? addr=10.0.0.1 terminal=ssh res=failed'"]
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
        self.met["partial lines"] += cut < len(text) and text[cut - 1] != "\n"
        self.met["split events"] += cut < len(text) and "\ntype=PROCTITLE" in text[cut - 1:].split("\ntype=SYSCALL")[0]
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

    def begun(self, state):
        """Whether less of the log was read than tells it from another: a copy of it is not found (lib/os/logfile.h)."""
        with open(state) as f:
            where = next(line.split() for line in f if line.startswith("position "))
        return int(where[4]) == os.stat(self.path).st_ino and 0 < int(where[5]) < 64

    def copytruncate(self):
        self.whole_lines()
        self.shift()
        with open(self.path, "rb") as f, open(self.path + ".1", "wb") as g:
            g.write(f.read())
        os.truncate(self.path, 0)

    def step(self, state):
        what = self.rng.random()
        self.grow()
        if what < 0.12:
            self.met["renames"] += 1
            self.rename()
        elif what < 0.2:
            self.met["double renames"] += 1
            self.rename()
            self.grow()
            self.rename()
        elif what < 0.28 and not self.begun(state):
            self.met["copytruncates"] += 1
            self.copytruncate()
        if what < 0.28 and self.rng.random() < 0.7:
            self.grow()


def kinds(met):
    return ", ".join(f"{n} {what}" for what, n in sorted(met.items()))


def published(path):
    with open(path) as f:
        return {m[1]: int(m[2]) for m in map(COUNTER.fullmatch, f) if m}


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

    def run(self, *more):
        start = time.monotonic()
        r = subprocess.run([*self.argv, *more], stderr=subprocess.PIPE, text=True)
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
            call, made = self.rng.choice(CALLS)
            when = self.rng.randrange(1, made + 1)
            p = subprocess.run(["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                                f"inject={call}:signal=KILL:when={when}", *self.argv], stderr=subprocess.DEVNULL)
            died = p.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        if died:
            after = identity(self.state), identity(self.out)
            new_state, new_out = (a != b for a, b in zip(before, after))
            self.met["after" if new_out else "between" if new_state else "before"] += 1
        return died


def fallen(got, last):
    return [f"{series}: {got.get(series)}, was {n}" for series, n in last.items() if got.get(series, 0) < n]


def differing(got, text, exact):
    """What is not what the oracle counts; with more than it, where not all was read yet. Gaps are none."""
    want, bad = audit.count(text[: text.rfind("\n") + 1].encode().split(b"\n")[:-1]), []
    for series, n in got.items():
        written = want.pop(series, 0)
        own = series.startswith(("audit_textfile_read_bytes_total", "promshot_"))
        if not own and (n > written or (exact and n != written)):
            bad.append(f"{series}: {n}, written {written}")
    return bad + [f"{series}: none, written {n}" for series, n in want.items() if exact and n]


def story(tool, kills, seed):
    """One log from its first byte on; its figures."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="promshot-kill-") as folder:
        log, killer, last, runs, died = Log(folder, rng), Killer(tool, folder, rng), {}, 0, 0
        killer.run()
        while died < kills:
            log.step(killer.state)
            if rng.random() < 0.05:
                killer.run()
            else:
                died += killer.kill()
            runs += 1
            got = published(killer.out)
            bad = fallen(got, last) + (differing(got, log.text, False) if runs % CHECK_EVERY == 0 else [])
            if bad:
                raise SystemExit(f"seed {seed}, run {runs}: " + "; ".join(bad))
            last = got
        log.write(log.tail)
        killer.run()
        killer.run("--now", str(int(time.time()) + 86400))  # nothing waits for more
        got = published(killer.out)
        bad = fallen(got, last) + differing(got, log.text, True)
        if bad:
            raise SystemExit(f"seed {seed}, after {died} kills in {runs} runs ({kinds(log.met)}): " + "; ".join(bad))
        return killer.met, log.met, runs, sum(n > 0 for n in got.values())


def main():
    tool, kills = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    met, done, runs, counters = collections.Counter(), collections.Counter(), 0, 0
    for i in range(max(1, kills // STORY)):
        story_met, story_done, n, counters = story(tool, min(kills, STORY), seed + i)
        met, done, runs = met + story_met, done + story_done, runs + n
    print(f"{sum(met.values())} kills in {runs} runs: {met['before']} before the commit, {met['between']} between the renames, "
          f"{met['after']} after; {kinds(done)}; {counters} counters, 0 differ")
    if kills >= 1000 and min(met["before"], met["between"], met["after"]) < 100:
        raise SystemExit("fewer than 100 kills of one kind")


if __name__ == "__main__":
    main()
