#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""random_prom SEED DIR - random expositions for the property tests.

DIR/good/*.prom are right by construction: whole files, as promshot would write
them. DIR/mutants/*.prom are damaged ones that promcheck finds nothing wrong
with, so that the others have a say. Prints what it made.
"""
import pathlib
import random
import sys

sys.dont_write_bytecode = True
from promcheck import RESULTS, RUN, VALUE_MAX, check, lints  # noqa: E402

GOOD, MUTANTS = 20, 4000
WORDS = "disk read write error queue sda temp x1 reply lookups seconds bytes ratio celsius info".split()
ALPHABET = [chr(c) for c in range(0x20, 0x7f)] + list('\\\\\\"""\n\n{}=,# é☃\u2028\ufeff\U0001f600')


def text(r, longest):
    return "".join(r.choice(ALPHABET) for _ in range(r.randrange(longest)))


def escaped(s, quote=True):
    s = s.replace("\\", "\\\\").replace("\n", "\\n")
    return s.replace('"', '\\"') if quote else s


def label_value(r):
    if r.random() < 0.1:
        return "x" * VALUE_MAX
    return escaped(text(r, 12))


def number(r):
    kind = r.randrange(4)
    if kind == 0:
        return str(r.choice([0, 1, 2**53 + 1, 2**64 - 1, 2**128 - 1, r.getrandbits(64)]))
    if kind == 1:
        return "%.17g" % r.random()
    if kind == 2:
        return "%.15g" % (r.random() * 10.0 ** r.randrange(-300, 300))
    return str(r.randrange(1000))


def histogram(r, name, base):
    def line(part, labels, value):
        return "%s%s%s %s" % (name, part, "{%s}" % ",".join(labels) if labels else "", value)

    count, lines = 0, []
    for le in ["%g" % le for le in sorted({r.randrange(1, 10**6) / 1000 for _ in range(r.randrange(5))})] + ["+Inf"]:
        count += r.randrange(9)
        if not lines or lines[-1].split('le="')[1].split('"')[0] != le:
            lines.append(line("_bucket", base + ['le="%s"' % le], count))
    return lines + [line("_sum", base, number(r)), line("_count", base, count)]


def family(r, name, kind):
    names = sorted({"%s%d" % (r.choice("abcxyz_"), r.randrange(9)) for _ in range(r.randrange(4))})
    r.shuffle(names)
    sets = {tuple('%s="%s"' % (n, label_value(r)) for n in names) for _ in range(r.randrange(1, 6))}
    lines = ["# HELP %s H%s." % (name, escaped(text(r, 30), quote=False)), "# TYPE %s %s" % (name, kind)]
    for labels in sorted(sets, key=lambda s: ",".join(s).encode() + b"}"):
        if kind == "histogram":
            lines += histogram(r, name, list(labels))
            continue
        value = "1" if kind == "gauge" and name.endswith("_info") else number(r)
        if kind == "gauge" and value != "1" and r.random() < 0.2:
            value = "-" + value
        lines.append("%s%s %s" % (name, "{%s}" % ",".join(labels) if labels else "", value))
    return lines


def families(r, prefix, most):
    made = {}
    for _ in range(r.randrange(1, most + 1)):
        kind = r.choice(["gauge", "counter", "histogram"])
        name = "_".join([prefix] + r.choices(WORDS, k=r.randrange(1, 4)) + ["total"] * (kind == "counter"))
        if not lints(name, kind):
            made[name] = family(r, name, kind)
    return made


def run_families(tools):
    made = {}
    for name, labels in RUN.items():
        extra = [',result="%s"' % s for s in RESULTS] if "result" in labels else [""]
        extra = [',version="1"'] if "version" in labels else extra
        made[name] = ["# HELP %s About the run." % name, "# TYPE %s gauge" % name]
        made[name] += ['%s{tool="%s"%s} 1' % (name, tool, e) for tool in tools for e in extra]
    return made


def joined(made):
    return "".join(line + "\n" for name in sorted(made) for line in made[name]).encode()


def mutated(r, data):
    at, kind = r.randrange(len(data)), r.randrange(6)
    byte = bytes([r.choice([r.randrange(256), r.choice(data)])])
    lines = data.splitlines(keepends=True)
    if kind == 0:
        return data[:at] + byte + data[at + 1:]
    if kind == 1:
        return data[:at] + data[at + 1:]
    if kind == 2:
        return data[:at] + byte + data[at:]
    if kind == 3:
        return data[:at]
    i, j = r.randrange(len(lines)), r.randrange(len(lines))
    if kind == 4:
        lines[i], lines[j] = lines[j], lines[i]
    else:
        del lines[i]
    return b"".join(lines)


def main(seed, directory):
    r = random.Random(int(seed))
    good, mutants = pathlib.Path(directory, "good"), pathlib.Path(directory, "mutants")
    good.mkdir()
    mutants.mkdir()
    for i in range(GOOD):
        made = families(r, "f%d" % i, 12)
        made.update(run_families(["tool-%d" % i, "tool-%d@x" % i][:1 + i % 2]))
        (good / ("%03d.prom" % i)).write_bytes(joined(made))
    passed = 0
    for i in range(MUTANTS):
        data = joined(families(r, "f%d" % i, 2))
        data = mutated(r, data) if data else b""
        if not check(data, fragment=True).faults:
            (mutants / ("%05d.prom" % i)).write_bytes(data)
            passed += 1
    print("seed %s: %d good files, %d mutants of which %d are still right" % (seed, GOOD, MUTANTS, passed))


if __name__ == "__main__":
    main(*sys.argv[1:])
