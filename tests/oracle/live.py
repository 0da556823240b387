#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds smart-textfile against unmodified smartctl, nvme and skdump on the same simulated disks.

usage: live.py BUILD HW ROOT

HW and ROOT are what ioctlsim and mkdev.py take. Every disk of ROOT is read by
smart-textfile and by the tool that its makers trust, and compared field by
field. Prints what was compared; exit status 1 on any difference.
"""
import json, os, re, subprocess, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import corpus

FAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fake", "fakehw.sh")


def output(*command):
    run = subprocess.run(command, capture_output=True, text=True)
    if not run.stdout:
        sys.exit(f"{' '.join(command)}: exit status {run.returncode}: {run.stderr}")
    return run.stdout


def skdump(check, name, text, series):
    """libatasmart's own decoding: a second opinion on temperature, cycles and bad sectors."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)  # what is bad is printed bold
    temperature = re.search(r"^Temperature: ([\d.]+) C", text, re.M)
    if temperature:
        check.same(name, series, "smart_device_temperature_celsius", round(float(temperature.group(1))), sensor="device")
    cycles = re.search(r"^Power Cycles: (\d+)", text, re.M)
    if cycles:
        check.same(name, series, "smart_device_power_cycles_total", int(cycles.group(1)))
    overall = re.search(r"^Overall Status: (\w+)", text, re.M)
    check.same(name, series, "smart_ata_overall", 1, state=overall.group(1).lower())


def nvme_cli(check, name, text, series):
    """nvme-cli's view of the same log, where its units are the drive's own."""
    d = json.loads(text)
    for key, family, mul in (("host_read_commands", "smart_nvme_host_read_commands_total", 1),
                             ("data_units_written", "smart_device_written_bytes_total", 512000),
                             ("controller_busy_time", "smart_nvme_controller_busy_seconds_total", 60),
                             ("media_errors", "smart_nvme_media_errors_total", 1)):
        check.same(name, series, family, int(d[key]) * mul)
    check.same(name, series, "smart_device_temperature_celsius", int(d["temperature"]) - 273, sensor="composite")
    for level in "1", "2":
        check.same(name, series, "smart_nvme_thermal_transitions_total", d[f"thm_temp{level}_trans_count"], level=level)
        check.same(name, series, "smart_nvme_thermal_management_seconds_total", d[f"thm_temp{level}_total_time"],
                   level=level)


def main(build, hw, root):
    check = corpus.Check()
    found = corpus.parse(output(f"{build}/tests/ioctlsim", hw, "--", f"{build}/smart-textfile", "--root", root))
    disks = sorted(os.listdir(hw))
    for name in disks:
        def real(*command):
            return output("bash", FAKE, root, hw, "--", *command, f"/dev/{name}")

        series = found.get(name, {})
        if name.startswith("nvme"):
            corpus.nvme(check, name, json.loads(real("smartctl", "-a", "-j", "-d", "nvme")), series)
            nvme_cli(check, name, real("nvme", "smart-log", "-o", "json"), series)
            continue
        kind = dict(next(k for k in series if k[0] == "smart_device_info")[1])["type"]
        d = json.loads(real("smartctl", "-a", "-j", "-d", "sat" if kind == "ata" else "scsi"))
        if kind == "ata":
            corpus.ata(check, name, d, series)
            skdump(check, name, real("skdump"), series)
        else:
            corpus.scsi(check, name, d, series)
    print("\n".join(check.wrong))
    print(f"# {check.compared} values of {len(disks)} disks compared with smartctl, nvme and skdump, "
          f"{len(check.wrong)} differ")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
