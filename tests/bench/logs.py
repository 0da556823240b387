#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What reading logs costs audit-textfile and its peers, in one run on logs of known counts: every number that is
printed belongs to a run whose counts were right.

usage: logs.py    (part of make bench; needs no root)

PROMSHOT_BENCH_MB        size of the audit.log; the other loads follow it    (512)
TMPDIR                   where the logs lie for the time of the run
"""
import json, os, re, shutil, subprocess, sys, tempfile

from measure import cost, figure, measure, once, row

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("BUILD", os.path.join(HERE, "..", "..", "build"))
MEGABYTES = float(os.environ.get("PROMSHOT_BENCH_MB", "512"))
REMOTE = "/lib/systemd/systemd-journal-remote"
MTAIL = """counter records by type
counter logins_failed
counter auth_failed
/^type=(?P<type>[A-Z_]+) msg=audit/ {
  records[$type]++
}
/^type=USER_LOGIN .* res=failed/ {
  logins_failed++
}
/^type=USER_AUTH .* res=failed/ {
  auth_failed++
}
"""


def there(*commands):
    absent = [c for c in commands if not shutil.which(c)]
    if absent:
        print(f"| ({', '.join(absent)}: not installed) | | | |")
    return not absent


def must(what, got, wanted):
    if got != wanted:
        sys.exit(f"bench: {what}: got {got}, wanted {wanted}")


def metrics(path):
    return dict(line.rsplit(" ", 1) for line in open(path) if not line.startswith("#"))


class Bench:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="promshot-bench.")
        self.prom, self.log, self.out = self.path("audit.prom"), self.path("audit.log"), self.path("out")

    def path(self, name):
        return os.path.join(self.dir, name)

    def ours(self, config, *options):
        name = self.path("config.json")
        with open(name, "w") as f:
            json.dump(config, f)
        return [f"{BUILD}/audit-textfile", "-q", "-c", name, "-o", self.prom, *options]

    def follow(self, config, name):
        """With a state: what the timer runs."""
        return self.ours(config, "--timeout", "600", "--from-start", "--state", self.path(name))

    def config(self):
        return {"audit": {"source": "file", "path": self.log, "kernel": False, "rules": ""}, "logins": {"source": "audit"}}

    def check(self, expected):
        got = metrics(self.prom)
        for name, value in expected.items():
            must(name, float(got[name]), value)

    # ---- a whole log ----

    def cold(self):
        expected = self.path("expected.json")
        with open(self.log, "w") as f:
            subprocess.run([sys.executable, f"{HERE}/audit_gen.py", "--apart", "40", "--expected", expected,
                            str(MEGABYTES)], stdout=f, check=True)
        expected = json.load(open(expected))
        records = {n.split('"')[1]: v for n, v in expected.items() if n.startswith("audit_records")}
        size = os.path.getsize(self.log) / 1e9
        mine = []
        for i in range(3):
            mine.append(once(self.follow(self.config(), f"cold{i}.state"), self.out)[0] / 1000)
            self.check(expected)
        mine_kb = cost(self.ours(self.config(), "--input", self.log))[1]
        self.check(expected)

        def compare(peer, command, check):
            seconds, kb = cost(command, self.out)
            check(open(self.out).read())
            row(f"{size * 1e3:.0f} MB of audit.log, all of it, by CPU time", size / min(mine), size / seconds, "GB/s", peer, True)
            row("memory", mine_kb / 1024, kb / 1024, "MB", peer)

        if there("aureport", "ausearch"):
            key = 'audit_key_events_total{key="identity"}'
            compare("aureport -k --summary", ["aureport", "-if", self.log, "-k", "--summary"],
                    lambda out: must("aureport", int(re.search(r"(\d+)  identity", out)[1]), expected[key]))
            compare("ausearch -m USER_LOGIN --raw", ["ausearch", "-if", self.log, "-m", "USER_LOGIN", "--raw"],
                    lambda out: must("ausearch", out.count("\n"), records["USER_LOGIN"]))
        self.auparse(compare, records["USER_AUTH"])
        if there("mtail"):
            self.mtail(compare, records)
        self.nothing_new()

    def auparse(self, compare, wanted):
        loop = self.path("auparse_loop")
        if subprocess.run(["cc", "-O2", "-o", loop, f"{HERE}/auparse_loop.c", "-lauparse"],
                          stderr=subprocess.DEVNULL).returncode != 0:
            print("| (libauparse: not installed) | | | |")
            return
        compare("libauparse", [loop, self.log], lambda out: must("auparse", int(out), wanted))

    def mtail(self, compare, records):
        program = self.path("audit.mtail")
        with open(program, "w") as f:
            f.write(MTAIL)

        def check(out):
            for type, wanted in records.items():
                must("mtail", int(re.search(r'records{[^}]*type="%s"[^}]*} (\d+)' % type, out)[1]), wanted)

        compare("mtail", ["mtail", "--one_shot", "--one_shot_format", "prometheus", "--progs", program, "--logs", self.log,
                          "--logtostderr"], check)

    # ---- a log that did not change ----

    def nothing_new(self):
        quiet = measure(50, self.follow(self.config(), "cold0.state"))
        if there("ausearch"):
            checkpoint = ["ausearch", "-if", self.log, "--checkpoint", self.path("checkpoint"), "--raw"]
            once(checkpoint, self.out)
            row(f"nothing new in {os.path.getsize(self.log) / 1e6:.0f} MB, wall", quiet["wall_ms"],
                once(checkpoint, self.out)[1], "ms", "ausearch --checkpoint")
        floor = measure(50, [f"{BUILD}/audit-textfile", "--version"])
        row("the same beside a process that does nothing", quiet["wall_ms"], floor["wall_ms"], "ms", "audit-textfile -V")

    # ---- values without end ----

    def distinct(self):
        n = int(1e6 * MEGABYTES / 512)
        with open(self.log, "w") as f:
            for i in range(n):
                f.write("type=SYSCALL msg=audit(%d.%03d:%d): arch=c000003e syscall=59 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 "
                        "items=0 ppid=1 pid=%d auid=%d uid=0 gid=0 comm=\"c%d\" exe=\"/usr/bin/%d\" key=\"key%d\"\n"
                        "type=USER_AUTH msg=audit(%d.%03d:%d): pid=%d uid=0 auid=4294967295 ses=4294967295 msg='"
                        "op=PAM:authentication grantors=? acct=\"u%d\" exe=\"/usr/sbin/sshd\" hostname=h%d addr=h%d "
                        "terminal=ssh res=failed'\n" % (1795147700 + i // 500, i % 500, 2 * i + 1, i, i, i, i, i,
                                                        1795147700 + i // 500, i % 500, 2 * i + 2, i, i, i, i))
        config = dict(self.config(), max_series=64, counters=[
            {"name": "own_total", "types": ["USER_AUTH"], "labels": {"user": "acct", "addr": "addr"}, "max_series": 64,
             "top_of": "addr", "distinct_of": "acct"}])
        kb = cost(self.follow(config, "distinct.state"))[1]
        got = metrics(self.prom)
        must("other keys", float(got['audit_key_events_total{key="other"}']), n - 64)
        must("other users", float(got['own_total{user="other",addr="other"}']), n - 64)
        print(f"| {n} distinct keys, users and addresses: memory | {figure(kb / 1024)} MB | | |")
        print(f"| the same: the .prom | {figure(os.path.getsize(self.prom) / 1024)} KiB | | |", flush=True)

    # ---- the journal ----

    def write_journal(self, n):
        """Of each three entries one is a failed password; a user's own message, and a service's line are the others."""
        boot, machine = "0" * 31 + "1", "0" * 31 + "2"
        kinds = [("sshd", "/usr/sbin/sshd", "0", "Failed password for root from 192.0.2.%d port 4242 ssh2"),
                 ("app", "/usr/bin/app", "1000", "request %d was answered, with the time that it took and more words"),
                 ("cron", "/usr/sbin/cron", "0", "(root) CMD (test -x /usr/bin/something && something %d)")]
        directory = self.path("journal")
        os.mkdir(directory)
        remote = subprocess.Popen([REMOTE, "-o", f"{directory}/bench.journal", "-"], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        for i in range(n):
            program, exe, uid, message = kinds[i % 3]
            remote.stdin.write(
                f"__REALTIME_TIMESTAMP={1795147700000000 + i * 1000}\n__MONOTONIC_TIMESTAMP={i * 1000 + 1}\n_BOOT_ID={boot}\n"
                f"_MACHINE_ID={machine}\n_TRANSPORT=syslog\nPRIORITY=6\nSYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER={program}\n"
                f"_HOSTNAME=host\n_UID={uid}\n_GID={uid}\n_COMM={program}\n_EXE={exe}\n_CMDLINE={program} -D\n"
                f"_SYSTEMD_CGROUP=/system.slice/{program}.service\n_SYSTEMD_UNIT={program}.service\n_PID={1000 + i // 3}\n"
                f"SYSLOG_PID={1000 + i // 3}\nMESSAGE={message % (i % 250)}\n\n")
        remote.stdin.close()
        must("systemd-journal-remote", remote.wait(), 0)
        return directory

    def journal(self):
        n = 3 * int(200000 * MEGABYTES / 512)
        if not os.path.exists(REMOTE) or not there("journalctl"):
            print("| (systemd-journal-remote: not installed) | | | |")
            return
        directory = self.write_journal(n)
        config = {"audit": {"source": "none", "kernel": False}, "logins": {"source": "journal"}, "journal": directory}
        mine = []
        for i in range(3):
            mine.append(once(self.follow(config, f"journal{i}.state"), self.out)[1])
            self.check({"security_failed_ssh_logins_total": n // 3})
        kb = cost(self.follow(config, "memory.state"))[1]
        peer = ["journalctl", "-q", "-D", directory, "-o", "json", "--no-pager"]
        seconds = once(peer, self.out)[1] / 1000
        must("journalctl", sum(1 for _ in open(self.out)), n)
        row(f"journal of {n} entries, a third matching", n / min(mine) / 1e3, n / seconds / 1e6, "million entries/s",
            "journalctl -o json", True)
        row("memory", kb / 1024, cost(peer)[1] / 1024, "MB", "journalctl -o json")
        quiet = measure(50, self.follow(config, "journal0.state"))
        cursor = subprocess.run([*peer[:-3], "-n", "1", "--show-cursor", "-o", "cat"], capture_output=True, text=True,
                                check=True).stdout.splitlines()[-1].split(": ")[1]
        row("nothing new in it, wall", quiet["wall_ms"], measure(50, [*peer, "--after-cursor", cursor])["wall_ms"], "ms",
            "journalctl --after-cursor")


def main():
    print("\n| logs | audit-textfile | peer | ratio |\n|---|---|---|---|")
    bench = Bench()
    try:
        bench.cold()
        bench.distinct()
        bench.journal()
    finally:
        shutil.rmtree(bench.dir)


if __name__ == "__main__":
    main()
