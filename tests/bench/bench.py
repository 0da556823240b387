#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the tools cost, side by side with their peers, in one run on the same simulated disks.

usage: bench.py    (make bench; root, for the simulated hardware)

Machines are noisy: quote the ratios. CPU is that of the command and of all its children, readers that outlive it
included; memory is the largest single process.
"""
import glob, json, os, shutil, subprocess, sys, tempfile

import logs
from measure import row

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.environ.get("BUILD", os.path.join(TOP, "build"))
SMARTMON = "/usr/share/prometheus-node-exporter-collectors/smartmon.sh"


class Machine:
    """Ten simulated disks, eight ATA and two NVMe, as this machine's own."""

    def __init__(self, knobs=""):
        self.dir = tempfile.mkdtemp(prefix="promshot-bench.")
        os.chmod(self.dir, 0o755)
        self.hw, self.root, self.out = (os.path.join(self.dir, d) for d in ("hw", "root", "out"))
        os.mkdir(self.out)
        for i in range(8):
            self.add("sd" + "abcdefgh"[i], "--ata", f"serial=BENCH{i}", *(
                f"attr={n}:100:100:0:{n}" for n in (1, 3, 4, 5, 7, 9, 10, 12, 187, 188, 190, 192, 193, 194, 197, 198, 199)))
        for i in range(2):
            self.add(f"nvme{i}", "--nvme", f"serial=BENCHN{i}", "temperature=40")
        self.knob(knobs)

    def add(self, name, *what):
        subprocess.run([sys.executable, f"{TOP}/tests/fake/mkdev.py", self.hw, name, *what, "--sysfs", self.root],
                       check=True, stdout=subprocess.DEVNULL)

    def knob(self, text, names=None):
        for name in names or os.listdir(self.hw):
            with open(os.path.join(self.hw, name, "knobs"), "w") as f:
                f.write(text + "\n")

    def run(self, runs, *command):
        done = subprocess.run(["bash", f"{TOP}/tests/fake/fakehw.sh", self.root, self.hw, "--", sys.executable,
                               f"{TOP}/tests/bench/measure.py", str(runs), *command], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(command)}: {done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    def close(self):
        shutil.rmtree(self.dir)


def each_disk(command):
    return ["sh", "-c", "for d in /dev/sd? /dev/nvme?; do " + command + "; done"]


def compare():
    ours = [f"{BUILD}/smart-textfile", "-q", "-o"]
    m = Machine()
    ours.append(os.path.join(m.out, "smart.prom"))
    own = m.run(20, *ours)
    smartctl = m.run(5, *each_disk("smartctl -j -i -H -A $d"))
    print("| ten disks | smart-textfile | peer | ratio |\n|---|---|---|---|")
    row("CPU of a run, disks answer at once", own["cpu_ms"], smartctl["cpu_ms"], "ms", "smartctl for each disk")
    if os.path.exists(SMARTMON):
        row("the same", own["cpu_ms"], m.run(2, SMARTMON)["cpu_ms"], "ms", "smartmon.sh")
    nvme = m.run(5, "sh", "-c", "for d in /dev/nvme?; do nvme smart-log -o json $d; done")
    row("the same, two NVMe disks of nvme-cli against all ten", own["cpu_ms"], nvme["cpu_ms"], "ms", "nvme smart-log")
    row("memory of the largest process", own["rss_kb"] / 1024, smartctl["rss_kb"] / 1024, "MB", "smartctl")
    # A SATA disk is sent five commands: five of 0.2 s are a disk that answers in one second.
    m.knob("delay_ms=200")
    m.knob("delay_ms=1000", ["nvme0", "nvme1"])
    own = m.run(2, *ours)
    row("wall, each disk answers in 1 s", own["wall_ms"] / 1000,
        m.run(1, *each_disk("smartctl -j -i -H -A $d"))["wall_ms"] / 1000, "s", "smartctl in turn")
    m.knob("")
    m.knob("hang=1", ["sdd"])
    own = m.run(1, f"{BUILD}/smart-textfile", "-q", "--timeout", "5", "-o", ours[-1])
    up = sum(line.startswith("smart_device_up{") and line.endswith(" 1\n") for line in open(ours[-1]))
    print(f"| one of ten stuck for ever | {up} complete after {own['wall_ms'] / 1000:.1f} s (--timeout 5) | smartctl waits | |")
    m.close()


def processes():
    m = Machine()
    calls = os.path.join(m.dir, "calls")
    subprocess.run(["bash", f"{TOP}/tests/fake/fakehw.sh", m.root, m.hw, "--", "strace", "-f", "-qq", "-e",
                    "trace=clone,clone3,fork,vfork,execve", "-o", calls, f"{BUILD}/smart-textfile", "-q", "-o",
                    os.path.join(m.out, "smart.prom")], check=True)
    text = open(calls).read()
    print(f"| processes started for ten disks | {text.count('clone(') + text.count('fork(')} forks, "
          f"{text.count('execve(') - 1} exec | smartmon.sh: 214 forks a disk | |")
    m.close()


def main():
    if os.geteuid() != 0:
        sys.exit("bench: needs root, for the simulated hardware")
    compare()
    processes()
    logs.main()
    print("\n| inside one process | ns |\n|---|---|")
    for binary in sorted(glob.glob(f"{BUILD}/tests/bench/*")):
        if os.access(binary, os.X_OK) and "." not in os.path.basename(binary):
            for line in subprocess.run([binary], capture_output=True, text=True, check=True).stdout.splitlines():
                print("| " + line.replace("\t", " | ") + " |")


if __name__ == "__main__":
    main()
