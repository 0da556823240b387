#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a simulated disk: a folder for ioctlsim and, on request, its part of /sys and /dev.

  mkdev.py DIR NAME --blob FILE              the records of FILE
  mkdev.py DIR NAME --ata  [KEY=VALUE...]    e.g. model=X serial=Y attr=194:118:100:0:29
  mkdev.py DIR NAME --nvme [KEY=VALUE...]    e.g. temperature=40 percent_used=3
  mkdev.py DIR NAME --sas  [KEY=VALUE...]    e.g. temp=35 grown=2 read=1:2:3:6:9:1000:0
  options: --knobs KEY=VALUE...   faults, as ioctlsim reads them
           --without TAG...       leave these records out
           --sysfs ROOT           also write ROOT/sys and ROOT/dev
           --bus sata|sas|usb     where /sys shows the disk; the default fits its kind

ATA: model serial firmware wwn sectors logical physical rate form gen, smart=on|off|no,
  status=good|failing|none, attr=ID:VALUE:WORST:THRESHOLD:RAW[:FLAGS], errors=COUNT[:HOURS[:LBA]],
  selftest=TYPE:STATUS:HOURS[:LBA], stat=PAGE:OFFSET:VALUE[:FLAGS]
NVMe: model serial firmware vid ssvid cntlid version lpa wctemp cctemp nqn blocks lba nuse eui64 nguid
  temperature sensor1..8, the fields of `nvme smart-log` by name, selftest=CODE:RESULT:HOURS[:LBA], ocp.FIELD
SAS: vendor product revision serial wwn blocks lba exponent rate form temp trip ie=ASC:ASCQ made cycles cycles_max
  loads loads_max nonmedium endurance minutes scans grown, read= write= verify=A:B:C:D:E:F:G,
  selftest=CODE:RESULT:HOURS[:LBA]
Temperatures are in degrees Celsius; attr, errors, selftest and stat of a kind may be repeated.
"""
import argparse
import os
import struct
import sys

sys.dont_write_bytecode = True
import fakepages  # noqa: E402
import fakesysfs  # noqa: E402


def read_blob(path):
    with open(path, "rb") as f:
        data = f.read()
    records, at = {}, 0
    while at + 8 <= len(data):
        size = struct.unpack_from(">I", data, at + 4)[0]
        records.setdefault(data[at:at + 4].decode("latin-1"), data[at + 8:at + 8 + size])
        at += 8 + size
    return records


def write_blob(path, records):
    with open(path, "wb") as f:
        for tag, payload in records.items():
            f.write(tag.encode("latin-1") + struct.pack(">I", len(payload)) + payload)


def pairs(words):
    out = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise SystemExit("mkdev: not KEY=VALUE: " + word)
        out.setdefault(key, []).append(value)
    return out


def arguments():
    p = argparse.ArgumentParser(usage=__doc__, allow_abbrev=False)
    p.add_argument("dir")
    p.add_argument("name")
    kind = p.add_mutually_exclusive_group(required=True)
    kind.add_argument("--blob")
    for name in ("--ata", "--nvme", "--sas"):
        kind.add_argument(name, nargs="*")
    p.add_argument("--knobs", nargs="*", default=[])
    p.add_argument("--without", nargs="*", default=[])
    p.add_argument("--sysfs")
    p.add_argument("--bus", choices=("sata", "sas", "usb"))
    return p.parse_args()


def records_of(a):
    if a.blob is not None:
        return fakepages.with_translation(read_blob(a.blob))
    if a.ata is not None:
        return fakepages.make_ata(a.name, pairs(a.ata))
    if a.nvme is not None:
        return fakepages.make_nvme(a.name, pairs(a.nvme))
    return fakepages.make_sas(a.name, pairs(a.sas))


def main():
    a = arguments()
    records = {t: p for t, p in records_of(a).items() if t not in a.without}
    folder = os.path.join(a.dir, a.name)
    os.makedirs(folder, exist_ok=True)
    write_blob(os.path.join(folder, "blob"), records)
    if a.knobs:
        with open(os.path.join(folder, "knobs"), "w") as f:
            f.writelines(k + "\n" for k in a.knobs)
    if a.sysfs:
        fakesysfs.write(a.sysfs, a.name, records, a.bus)


main()
