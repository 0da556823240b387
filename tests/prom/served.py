#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""served DIR ANSWER1 ANSWER2 - did node_exporter serve all that DIR/*.prom says?

ANSWER1 and ANSWER2 are two answers, one after the other: the second one counts
the gathering errors of the first. Silence and exit 0, or one line per finding.
"""
import math
import pathlib
import re
import sys

sys.dont_write_bytecode = True
from promcheck import check, scan  # noqa: E402


def key(name, labels):
    unescape = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
    # A label without a value is no label; a bucket's bound is a number.
    return name, frozenset((k, float(v) if k == "le" else re.sub(r'\\[\\"n]', lambda m: unescape[m[0]], v))
                           for k, v in labels if v)


def answer(file):
    series = {}
    for line in pathlib.Path(file).read_bytes().decode().split("\n"):
        if line and line[0] != "#":
            name, labels, value = scan(line)
            series[key(name, labels)] = float(value)
    return series


def main(directory, first, second):
    bad = []
    have, later = answer(first), answer(second)
    if have.get(key("node_textfile_scrape_error", [])) != 0:
        bad.append("node_textfile_scrape_error is not 0")
    if later.get(key("promhttp_metric_handler_errors_total", [("cause", "gathering")])) != 0:
        bad.append("the answer has gathering errors")
    files = sorted(p for p in pathlib.Path(directory).iterdir() if p.name.endswith(".prom"))
    if not files:
        bad.append("%s: no .prom file" % directory)
    for file in files:
        mtime = have.get(key("node_textfile_mtime_seconds", [("file", str(file))]), math.nan)
        if not abs(mtime - file.stat().st_mtime) <= 1:
            bad.append("%s: mtime %s" % (file.name, mtime))
        c = check(file.read_bytes(), fragment=True, lenient_names=True)
        bad += ["%s:%d: %s" % (file.name, n, what) for n, what in c.faults]
        for f in c.families.values():
            for s in f.series.values():
                value = have.get(key(s.name, s.labels))
                if value != float(s.value):
                    bad.append("%s:%d: served as %s" % (file.name, s.line, value))
    for line in bad:
        print(line, file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
