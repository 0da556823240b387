# SPDX-License-Identifier: MIT
"""How a command's cost is measured, and a row of a table is printed.

usage: measure.py RUNS COMMAND...    prints what measure() returns, as JSON
"""
import ctypes, json, os, statistics, subprocess, sys, time

PR_SET_CHILD_SUBREAPER = 36


def once(command, out):
    """One run: milliseconds of CPU, the children's included, and of wall time; its output goes to the file `out`."""
    start = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ,
                          file_actions=[(os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                                        (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    used, ended = 0.0, 0.0
    while True:
        try:
            who, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return used * 1000, (ended - start) * 1000
        if who == pid:
            ended = time.monotonic()
        used += usage.ru_utime + usage.ru_stime


def cost(command, out="/dev/null"):
    """Seconds of CPU and kilobytes of the largest process of one run. By a small parent: the kernel counts what a process
    was before its exec, too."""
    with open(out, "w") as f:
        text = subprocess.run(["/usr/bin/time", "-f", "%U %S %M", *command], stdout=f, stderr=subprocess.PIPE, text=True).stderr
    user, system, kb = text.splitlines()[-1].split()
    return float(user) + float(system), int(kb)


def measure(runs, command):
    """Runs the command so many times, after one run that does not count; medians."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    cpu, wall = zip(*[once(command, "/dev/null") for _ in range(runs + 1)][1:])
    return {"cpu_ms": statistics.median(cpu), "wall_ms": statistics.median(wall), "rss_kb": cost(command)[1]}


def figure(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def row(what, ours, theirs, unit, peer, more_is_better=False):
    ratio = ours / theirs if more_is_better else theirs / ours
    print(f"| {what} | {figure(ours)} {unit} | {figure(theirs)} {unit} ({peer}) | {figure(ratio)} |", flush=True)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), sys.argv[2:])))
