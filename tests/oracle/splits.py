#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""splits.py TOOL KIND FILE RUNS [SEED]: any division of a log into runs gives the same totals as one.

KIND is audit.log or auth.log. The log grows by RUNS pieces of random sizes, cut anywhere, between which it is renamed or
copied and truncated at line ends now and then; after each piece audit-textfile runs. No counter may ever decrease. Prints
the counters that are not 0 after a last run, one day later, `name{labels} value`, sorted: what the oracles print too.
"""
import os, random, re, subprocess, sys, tempfile, time

CONFIG = {"audit.log": '{"audit": {"source": "file", "kernel": false, "rules": ""}, "logins": {"source": "audit"}}',
          "auth.log": '{"audit": {"source": "none", "kernel": false}, "logins": {"source": "file"}}'}
PATH = {"audit.log": "var/log/audit/audit.log", "auth.log": "var/log/auth.log"}
COUNTER = re.compile(r"((?:security|audit)_[a-z_]*_total(?:\{.*\})?) ([0-9]+)\n")
OWN_WORK = ("audit_textfile_read_bytes_total", "audit_textfile_gaps_total")


class Runs:
    def __init__(self, tool, kind, folder):
        self.log, self.prom = os.path.join(folder, PATH[kind]), os.path.join(folder, "a.prom")
        os.makedirs(os.path.dirname(self.log))
        config = os.path.join(folder, "c.json")
        with open(config, "w") as f:
            f.write(CONFIG[kind])
        self.state, self.counts = os.path.join(folder, "a.state"), {}
        self.argv = [tool, "--root", folder, "-c", config, "-o", self.prom, "--state", self.state, "--from-start"]

    def begun(self):
        """Whether less of the log was read than tells it from another: a copy of it is not found (lib/os/logfile.h)."""
        with open(self.state) as f:
            where = next(line.split() for line in f if line.startswith("position "))
        return int(where[4]) == os.stat(self.log).st_ino and int(where[5]) < 64

    def run(self, *more):
        subprocess.run([*self.argv, *more], check=True)
        with open(self.prom) as f:
            counts = {m[1]: int(m[2]) for m in map(COUNTER.fullmatch, f) if m}
        for name, n in self.counts.items():
            if counts.get(name, 0) < n:
                raise SystemExit(f"{name} went from {n} to {counts.get(name)}")
        self.counts = counts
        for name, n in counts.items():
            if name.startswith("audit_textfile_gaps_total") and n:
                raise SystemExit(f"{name} {n}")

    def rotate(self, n, copy):
        for i in range(n, 0, -1):
            os.rename(f"{self.log}.{i}", f"{self.log}.{i + 1}")
        if copy:
            with open(self.log, "rb") as f, open(self.log + ".1", "wb") as g:
                g.write(f.read())
            os.truncate(self.log, 0)
        else:
            os.rename(self.log, self.log + ".1")
            open(self.log, "wb").close()


def main():
    tool, kind, path, pieces = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    rng = random.Random(int(sys.argv[5]) if len(sys.argv) > 5 else 1)
    with open(path, "rb") as f:
        data = f.read()
    if not data.endswith(b"\n"):
        data += b"\n"
    cuts = sorted(rng.randrange(len(data)) for _ in range(pieces - 1)) + [len(data)]
    with tempfile.TemporaryDirectory(prefix="promshot-splits-") as folder:
        runs, at, rotated = Runs(tool, kind, folder), 0, 0
        open(runs.log, "wb").close()
        runs.run()  # what is rotated away before the first run is nobody's
        for cut in cuts:
            if rng.random() < 0.3:
                cut = data.index(b"\n", cut - 1) + 1  # a rotation is between two lines
            with open(runs.log, "ab") as f:
                f.write(data[at:cut] if cut > at else b"")
            at = max(at, cut)
            if rng.random() < 0.8 and data[:at].endswith(b"\n"):
                for _ in range(rng.choice((1, 1, 2))):
                    runs.rotate(rotated, rng.random() < 0.3 and not runs.begun())
                    rotated += 1
            runs.run()
        runs.run("--now", str(int(time.time()) + 86400))
        for name in sorted(runs.counts):
            if runs.counts[name] and not name.startswith(OWN_WORK):
                print(name.replace("\\\\", "\\"), runs.counts[name])


if __name__ == "__main__":
    main()
