#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
r"""promcheck - is this text exactly what a promshot tool may publish?

The text format 0.0.4 in the one spelling that node_exporter's textfile
collector takes whole: see OUTPUT RULES below. Stricter than promtool, which
knows neither timestamps nor duplicates nor order.

Silence and exit 0 when right; else exit 1 and one line per fault,
"FILE:LINE: what" (line 0: the file as a whole; one fault a line, the first).
Exit 2 for a mistake in the call. As a module: check() and scan().

OUTPUT RULES
  bytes     UTF-8, LF only and at the end, no control character, blank line or trailing blank, no BOM
  families  HELP then TYPE, once, then the samples; sorted by name, each in one piece, none empty
  series    unique; one list of label names a family; counters and gauges in byte order of the label part as
            printed; histograms by label part without le, then buckets by le up to +Inf, then _sum, then _count
  labels    no space or trailing comma, no name starting __, only the escapes \\ \" \n, 1024 bytes as printed
  values    decimal, finite; counters and buckets not negative; _info gauges are 1; no timestamp, no exemplar
  names     counters, and only they, end in _total; base units; no built-in's prefix; what promtool lints
  run       promshot_build_info and its five companions, once for each tool
"""
import argparse
import collections
import os
import re
import stat
import sys

METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
PAIR = re.compile(r'([^\s=,{}"]*)="((?:[^"\\]|\\.)*)"')
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
HEADER = re.compile(r"# (HELP|TYPE) (\S+)(?: (.*))?")
LABEL_VALUE = re.compile(r'(?:[^\\]|\\[\\"n])*')
HELP_TEXT = re.compile(r"(?:[^\\]|\\[\\n])*")
VALUE_MAX = 1024
TYPES = ("counter", "gauge", "histogram")
PARTS = ("_bucket", "_sum", "_count")

# node_exporter's own, or Prometheus': a textfile family of such a name makes the built-in vanish.
RESERVED = ("node_", "go_", "process_", "promhttp_", "prometheus_")

# promtool's lints (client_golang promlint), plus "mebi", which it misspells.
NOT_BASE = {unit: base for base, units in {
    "seconds": "minutes hours days weeks", "celsius": "fahrenheit rankine", "kelvin": "kelvins",
    "meters": "inches yards miles", "bytes": "bits", "joules": "calories", "grams": "pounds ounces",
}.items() for unit in units.split()}
PREFIX = re.compile("(pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mibi|mebi|giga|gibi|tera|tebi|peta|pebi)"
                    "(amperes|bytes|celsius|grams|joules|kelvin|meters|metres|seconds|volts|%s)$" % "|".join(NOT_BASE))
ABBREVIATED = "s ms us ns sec b kb mb gb tb pb m h d".split()
TYPE_WORDS = "counter gauge histogram summary".split()

RUN = {
    "promshot_build_info": ["tool", "version"],
    "promshot_last_run_duration_seconds": ["tool"],
    "promshot_last_run_success": ["tool"],
    "promshot_last_run_targets": ["tool", "result"],
    "promshot_last_run_timestamp_seconds": ["tool"],
    "promshot_run_timeout_seconds": ["tool"],
}
RESULTS = ["failed", "ok", "skipped"]


class Malformed(Exception):
    pass


def scan(line):
    """A sample line as (name, [(label, value as printed)], rest behind name and labels)."""
    name = re.match(r"[^\s{]*", line).group()
    at, labels = len(name), []
    if line[at:at + 1] == "{":
        while line[at] != "}":
            m = PAIR.match(line, at + 1)
            if not m or line[m.end():m.end() + 1] not in ("}", ","):
                raise Malformed("malformed labels")
            labels.append(m.groups())
            at = m.end()
        at += 1
    return name, labels, line[at:]


def printed(labels):
    return "{%s}" % ",".join('%s="%s"' % pair for pair in labels) if labels else ""


def lints(name, kind):
    """What is wrong with a family's name."""
    words = name.lower().split("_")
    for word in words:
        m = PREFIX.match(word)
        base = NOT_BASE.get(word) or (m and NOT_BASE.get(m[2], m[2]))
        if base:
            return "unit %s where the base unit is %s" % (word, base)
    for word in words[1:]:
        if word in ABBREVIATED:
            return "abbreviated unit %s" % word
        if word in TYPE_WORDS:
            return "type %s in the name" % word
    if ":" in name:
        return "colon in the name"
    if re.search("[a-z][A-Z]", name):
        return "camelCase name"
    if kind == "counter" and not name.endswith("_total"):
        return "counter without _total"
    if kind != "counter" and name.endswith("_total"):
        return "%s ending in _total" % kind
    if kind != "histogram" and name.endswith(PARTS):
        return "%s with a histogram's suffix" % kind
    return None


Series = collections.namedtuple("Series", "line name labels value")


class Family:
    def __init__(self, name, line):
        self.name, self.line = name, line
        self.help = self.kind = None  # None: not seen yet, "": seen to be missing or unknown
        self.labels = None            # names of the first sample, without le
        self.empty = True             # no line that means to be a sample
        self.series = {}              # (suffix, label part without le, le) -> Series
        self.order = None             # sort key of the last sample
        self.group = []               # a histogram's samples of the running label set


class Checker:
    def __init__(self, lenient_names=False):
        self.lenient = lenient_names
        self.faults = []    # (line, what): the first of each line, and all of line 0
        self.faulty = set()
        self.families = {}  # in file order
        self.cur = None

    def bad(self, line, what):
        if not line or line not in self.faulty:
            self.faulty.add(line)
            self.faults.append((line, what))

    # ---- bytes and lines ----

    def text(self, data):
        if not data:
            self.bad(0, "empty file")
        lines = data.split(b"\n")
        if lines.pop():
            self.bad(len(lines) + 1, "no newline at the end")
            lines = data.split(b"\n")
        for n, raw in enumerate(lines, 1):
            self.line(n, raw)
        self.end_family()

    def line(self, n, raw):
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            self.bad(n, "not UTF-8")
            line = raw.decode(errors="replace")
        if line.startswith("\ufeff"):
            self.bad(n, "byte order mark")
            line = line[1:]
        m = CONTROL.search(line)
        if m:
            self.bad(n, "control character U+%04X" % ord(m[0]))
            line = CONTROL.sub(" ", line)
        if line != line.rstrip(" "):
            self.bad(n, "trailing blank")
            line = line.rstrip(" ")
        if not line:
            self.bad(n, "blank line")
        elif line.startswith("#"):
            self.header(n, line)
        else:
            self.sample(n, line)

    # ---- families ----

    def family(self, n, name):
        """The family that line n belongs to, begun when it is not the running one."""
        if self.cur and self.cur.name == name:
            return self.cur
        self.end_family()
        if name in self.families:
            self.bad(n, "family %s in two pieces" % name)
            self.cur = self.families[name]
            return self.cur
        last = next(reversed(self.families), "")
        if not METRIC.fullmatch(name):
            self.bad(n, "bad metric name")
        if name < last:
            self.bad(n, "family %s after %s" % (name, last))
        if name.startswith(RESERVED):
            self.bad(n, "reserved name %s" % name)
        self.cur = self.families[name] = Family(name, n)
        return self.cur

    def end_family(self):
        f, self.cur = self.cur, None
        if not f:
            return
        if f.empty:
            self.bad(f.line, "family without samples")
        self.end_group(f)

    def header(self, n, line):
        m = HEADER.fullmatch(line)
        if not m:
            return self.bad(n, "comment that is neither HELP nor TYPE")
        what, name, text = m[1], m[2], m[3] or ""
        f = self.family(n, name)
        if what == "HELP":
            if f.help:
                self.bad(n, "second HELP")
            f.help = text
            if not text or text[0] == " ":
                self.bad(n, "HELP without a text or with a leading blank")
            if not HELP_TEXT.fullmatch(text):
                self.bad(n, "bad escape")
            return None
        if f.help is None:
            self.bad(n, "TYPE without HELP before it")
            f.help = ""
        if f.kind:
            self.bad(n, "second TYPE")
        if f.kind is None and text not in TYPES:
            self.bad(n, "unknown type %s" % text)
        f.kind = text if text in TYPES else ""
        why = None if self.lenient or not f.kind else lints(name, f.kind)
        if why:
            self.bad(n, why)
        return None

    # ---- samples ----

    def sample(self, n, line):
        if self.cur:
            self.cur.empty = False
        try:
            name, labels, rest = scan(line)
        except Malformed as e:
            return self.bad(n, str(e))
        f, part = self.cur, ""
        if f and f.kind == "histogram" and name in [f.name + p for p in PARTS]:
            part = name[len(f.name):]
        else:
            f = self.family(n, name)
        if f.kind is None:
            self.bad(n, "sample before %s" % ("HELP and TYPE" if f.help is None else "TYPE"))
            f.help, f.kind = f.help or "", ""
        if f.kind == "histogram" and not part:
            self.bad(n, "histogram sample without _bucket, _sum or _count")
        f.empty = False
        le = self.labels(n, f, part, labels)
        self.value(n, f, part, rest)
        self.place(n, f, part, labels, le, rest[1:])
        return None

    def labels(self, n, f, part, labels):
        """Checks the labels and takes le from a bucket's."""
        le = None
        if part == "_bucket":
            if not labels or labels[-1][0] != "le":
                self.bad(n, "bucket whose last label is not le")
            else:
                le = labels.pop()[1]
                if le != "+Inf" and not NUMBER.fullmatch(le):
                    self.bad(n, "bad le %s" % le)
        names = [name for name, _ in labels]
        for name, value in labels:
            if not LABEL.fullmatch(name):
                self.bad(n, "bad label name")
            if name.startswith("__"):
                self.bad(n, "label name starting with __")
            if name in ("le", "quantile"):
                self.bad(n, "label %s" % name)
            if names.count(name) > 1:
                self.bad(n, "label %s twice" % name)
            if re.search("[a-z][A-Z]", name) and not self.lenient:
                self.bad(n, "camelCase label")
            if not LABEL_VALUE.fullmatch(value):
                self.bad(n, "bad escape")
            if len(value.encode()) > VALUE_MAX:
                self.bad(n, "label value longer than %d bytes" % VALUE_MAX)
        if f.labels is None:
            f.labels = names
        elif f.labels != names:
            self.bad(n, "labels other than the family's first sample has")
        return le

    def value(self, n, f, part, rest):
        words = rest.split(" ")
        if words[0] or len(words) < 2 or "" in words[1:]:
            return self.bad(n, "malformed sample")
        value = words[1]
        if not NUMBER.fullmatch(value):
            return self.bad(n, "bad value")
        if "#" in words:
            self.bad(n, "exemplar")
        elif len(words) > 2:
            self.bad(n, "timestamp" if NUMBER.fullmatch(words[2]) else "malformed sample")
        if abs(float(value)) == float("inf"):
            self.bad(n, "value out of a float64's range")
        if part in ("_bucket", "_count") and not value.isdigit():
            self.bad(n, "count that is no whole number")
        if f.kind == "counter" and float(value) < 0:
            self.bad(n, "negative counter")
        if f.kind == "gauge" and f.name.endswith("_info") and value != "1":
            self.bad(n, "_info gauge that is not 1")
        return None

    def place(self, n, f, part, labels, le, value):
        """Order and uniqueness; a bucket's le takes part in both."""
        base = printed(labels)
        key = (part, base, le)
        order = (base, PARTS.index(part) if part else 0, 0.0 if le is None else bound(le))
        if key in f.series:
            self.bad(n, "duplicate series")
        elif f.order is not None and order <= f.order:
            self.bad(n, "series out of order")
        if f.order is not None and f.order[0] != base:
            self.end_group(f)
        f.series.setdefault(key, Series(n, f.name + part, labels + ([("le", le)] if le else []), value))
        f.order = order
        if part:
            f.group.append((n, part, le, value))

    def end_group(self, f):
        """The samples of one histogram together."""
        group, f.group = f.group, []
        if not group:
            return
        n = group[-1][0]
        buckets = [(le, bound(value)) for _, part, le, value in group if part == "_bucket"]
        count = [bound(value) for _, part, _, value in group if part == "_count"]
        counts = [v for _, v in buckets]
        if not buckets or buckets[-1][0] != "+Inf":
            self.bad(n, "histogram without the bucket +Inf")
        if counts != sorted(counts):
            self.bad(n, "buckets that do not add up")
        if {part for _, part, _, _ in group} != set(PARTS):
            self.bad(n, "histogram without _bucket, _sum or _count")
        elif counts[-1:] != count:
            self.bad(n, "_count other than the bucket +Inf")

    # ---- the file as a whole ----

    def run_families(self):
        builds = self.families.get("promshot_build_info")
        tools = [dict(s.labels).get("tool", "") for s in builds.series.values()] if builds else None
        for name, labels in RUN.items():
            f = self.families.get(name)
            if not f:
                self.bad(0, "%s is missing" % name)
                continue
            results = RESULTS if "result" in labels else [""]
            have = [(dict(s.labels).get("tool", ""), dict(s.labels).get("result", "")) for s in f.series.values()]
            if f.kind != "gauge" or f.labels != labels:
                self.bad(f.line, "%s is no gauge with the labels %s" % (name, ",".join(labels)))
            elif tools and sorted(have) != sorted((t, r) for t in set(tools) for r in results):
                self.bad(f.line, "%s is not there exactly once for each tool" % name)

    def against(self, listed):
        for f in self.families.values():
            if f.name not in listed:
                self.bad(f.line, "%s is not listed" % f.name)
                continue
            kind, labels, text = listed[f.name]
            if f.kind != kind:
                self.bad(f.line, "%s is listed as a %s" % (f.name, kind))
            if sorted(f.labels or []) != sorted(labels):
                self.bad(f.line, "%s is listed with the labels %s" % (f.name, ",".join(labels) or "(none)"))
            if f.help != text.replace("\\", "\\\\"):
                self.bad(f.line, "%s is listed with another HELP" % f.name)


def bound(text):
    """A number to sort by; what is none has been reported already."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def check(data, fragment=False, lenient_names=False, listed=None):
    """The Checker of a text, with its faults and families."""
    c = Checker(lenient_names)
    c.text(data)
    if not fragment:
        c.run_families()
    if listed is not None:
        c.against(listed)
    return c


def check_together(checked):
    """Adds the faults of files that one node_exporter reads: [(file, Checker)]."""
    first = {}
    for file, c in checked:
        for f in c.families.values():
            other, g = first.setdefault(f.name, (file, f))
            if g.kind != f.kind:
                c.bad(f.line, "TYPE other than in %s" % other)
            if g.help != f.help:
                c.bad(f.line, "HELP other than in %s" % other)
            for key, s in f.series.items():
                other = first.setdefault((f.name, key), (file, f))[0]
                if other != file:
                    c.bad(s.line, "series of %s" % other)


def read(file):
    if file == "-":
        return sys.stdin.buffer.read()
    # A FIFO would block the open, as it blocks node_exporter.
    with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as f:
        if not stat.S_ISREG(os.fstat(f.fileno()).st_mode):
            raise OSError(0, "not a regular file")
        return f.read()


def read_listed(file):
    listed = {}
    with open(file, encoding="utf-8") as lines:
        for n, line in enumerate(lines, 1):
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 5:
                raise ValueError("%s:%d: not name, type, labels, unit and help" % (file, n))
            listed[fields[0]] = (fields[1], [x for x in fields[2].split(",") if x], fields[4])
    return listed


def main():
    p = argparse.ArgumentParser(description="Check that files are exactly what promshot may publish.")
    p.add_argument("files", nargs="+", metavar="FILE", help="a .prom file, - for standard input")
    p.add_argument("--fragment", action="store_true", help="do not ask for the families about the run")
    p.add_argument("--lenient-names", action="store_true", help="no naming rules (compat modes)")
    p.add_argument("--together", action="store_true", help="the files lie in one directory that node_exporter reads")
    p.add_argument("--against", metavar="METRICS", help="every family must be in this output of --print-metrics")
    a = p.parse_args()
    try:
        listed = read_listed(a.against) if a.against else None
    except (OSError, ValueError) as e:
        p.error(str(e))
    checked = []
    for file in a.files:
        try:
            c = check(read(file), a.fragment, a.lenient_names, listed)
        except OSError as e:
            c = Checker()
            c.bad(0, e.strerror)
        checked.append((file, c))
    if a.together:
        check_together(checked)
    for file, c in checked:
        for n, what in sorted(c.faults):
            print("%s:%d: %s" % (file, n, what))
    return 1 if any(c.faults for _, c in checked) else 0


if __name__ == "__main__":
    sys.exit(main())
