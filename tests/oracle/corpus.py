#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds smart-textfile against smartctl's own reports of real drives.

usage: corpus.py SMART-TEXTFILE CORPUS

CORPUS/smartctl-json has reports of real drives and CORPUS/json2blob.py makes
the raw pages of them; CORPUS/ata-blobs has raw pages of others. The pages are
replayed, and every attribute row and every log field of every report must be
there with the same value. Prints what was compared; exit status 1 on any
difference.
"""
import glob, json, os, re, shutil, subprocess, sys, tempfile

SAMPLE = re.compile(r'^(\w+)\{(.*)\} (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def parse(text):
    """{device: {(family, other labels): value as text}}"""
    found = {}
    for line in text.splitlines():
        m = SAMPLE.match(line)
        if not m:
            continue
        labels = dict(LABEL.findall(m.group(2)))
        device = labels.pop("device", None)
        if device is not None:
            found.setdefault(device, {})[(m.group(1), tuple(sorted(labels.items())))] = m.group(3)
    return found


def number(text):
    return float(text) if "." in text or "e" in text else int(text)


class Check:
    def __init__(self):
        self.compared = 0
        self.wrong = []

    def same(self, drive, series, family, want, **labels):
        self.compared += 1
        got = series.get((family, tuple(sorted(labels.items()))))
        if got is None or number(got) != want:
            self.wrong.append(f"{drive}: {family} {labels}: got {got}, want {want}")

    def absent(self, drive, series, family, **labels):
        self.compared += 1
        if (family, tuple(sorted(labels.items()))) in series:
            self.wrong.append(f"{drive}: {family} {labels}: is there, must not be")


def attribute_number(row, model):
    """What the attribute's packed raw bytes say to a person, from the report's own decoding."""
    raw, low = row["raw"]["value"] & (1 << 48) - 1, lambda bits: row["raw"]["value"] & (1 << bits) - 1
    if row["id"] in (3, 5, 196):
        return low(16)
    if row["id"] in (9, 240):
        return low(24)
    if row["id"] in (190, 194):
        return low(8) - 256 if low(8) > 127 else low(8)
    if row["id"] == 188 and model.startswith("ST"):
        return low(16)
    return raw


def ata(check, name, d, series):
    seen = set()
    for row in d["ata_smart_attributes"]["table"]:
        if row["id"] in seen:
            continue
        seen.add(row["id"])
        key = [k for k in series if k[0] == "smart_ata_attribute_value" and dict(k[1])["id"] == str(row["id"])]
        labels = dict(key[0][1]) if key else {"id": str(row["id"]), "name": "?"}
        check.same(name, series, "smart_ata_attribute_value", row["value"], **labels)
        check.same(name, series, "smart_ata_attribute_worst", row["worst"], **labels)
        if "thresh" in row:
            check.same(name, series, "smart_ata_attribute_threshold", row["thresh"], **labels)
        check.same(name, series, "smart_ata_attribute_raw", attribute_number(row, d["model_name"]), **labels)
    if d.get("smart_status", {}).get("passed") is not None:
        check.same(name, series, "smart_device_healthy", int(d["smart_status"]["passed"]))
    if d.get("temperature", {}).get("current") is not None:
        check.same(name, series, "smart_device_temperature_celsius", d["temperature"]["current"], sensor="device")
    if "hours" in d.get("power_on_time", {}):
        check.same(name, series, "smart_device_power_on_seconds_total", d["power_on_time"]["hours"] * 3600)
    if "power_cycle_count" in d:
        check.same(name, series, "smart_device_power_cycles_total", d["power_cycle_count"])
    units(check, name, d, series)


def units(check, name, d, series):
    """Transfers and wear, where the report's attribute names tell the unit."""
    scale = {"Host_Writes_32MiB": 32 << 20, "Host_Writes_GiB": 1 << 30, "Lifetime_Writes_GiB": 1 << 30,
             "Total_LBAs_Written": d.get("logical_block_size", 512)}
    for row in d["ata_smart_attributes"]["table"]:
        if row["name"] in scale and ("smart_device_written_bytes_total", ()) in series and row["id"] in (241, 246):
            want = (row["raw"]["value"] & (1 << 48) - 1) * scale[row["name"]]
            check.same(name, series, "smart_device_written_bytes_total", want)


WARNINGS = ("available_spare", "temperature", "reliability", "read_only", "volatile_memory_backup", "persistent_memory")


def nvme(check, name, d, series):
    log = d["nvme_smart_health_information_log"]
    times = (("data_units_read", "smart_device_read_bytes_total", 512000),
             ("data_units_written", "smart_device_written_bytes_total", 512000),
             ("host_reads", "smart_nvme_host_read_commands_total", 1),
             ("host_writes", "smart_nvme_host_write_commands_total", 1),
             ("controller_busy_time", "smart_nvme_controller_busy_seconds_total", 60),
             ("power_cycles", "smart_device_power_cycles_total", 1),
             ("power_on_hours", "smart_device_power_on_seconds_total", 3600),
             ("unsafe_shutdowns", "smart_nvme_unsafe_shutdowns_total", 1),
             ("media_errors", "smart_nvme_media_errors_total", 1),
             ("num_err_log_entries", "smart_nvme_error_log_entries_total", 1),
             ("warning_temp_time", "smart_nvme_warning_temperature_seconds_total", 60),
             ("critical_comp_time", "smart_nvme_critical_temperature_seconds_total", 60))
    for key, family, mul in times:
        if key in log:
            check.same(name, series, family, int(log[key]) * mul)
    for key, family in (("available_spare", "smart_nvme_available_spare_ratio"),
                        ("available_spare_threshold", "smart_nvme_available_spare_threshold_ratio"),
                        ("percentage_used", "smart_device_endurance_used_ratio")):
        check.same(name, series, family, log[key] / 100)
    for bit, condition in enumerate(WARNINGS):
        check.same(name, series, "smart_nvme_critical_warning", log["critical_warning"] >> bit & 1, condition=condition)
    if log.get("temperature") is not None:
        check.same(name, series, "smart_device_temperature_celsius", log["temperature"], sensor="composite")
    for i, t in enumerate(log.get("temperature_sensors", [])):
        if isinstance(t, int):
            check.same(name, series, "smart_device_temperature_celsius", t, sensor=str(i + 1))
    check.same(name, series, "smart_device_healthy", int(d["smart_status"]["passed"]))


METHODS = (("errors_corrected_by_eccfast", "fast"), ("errors_corrected_by_eccdelayed", "delayed"),
           ("errors_corrected_by_rereads_rewrites", "retried"), ("total_errors_corrected", "total"))


def scsi(check, name, d, series):
    check.same(name, series, "smart_device_healthy", int(d["smart_status"]["passed"]))
    check.same(name, series, "smart_device_temperature_celsius", d["temperature"]["current"], sensor="device")
    check.same(name, series, "smart_device_temperature_limit_celsius", d["temperature"]["drive_trip"], level="critical")
    check.same(name, series, "smart_scsi_grown_defects", d["scsi_grown_defect_list"])
    if "power_on_time" in d:
        t = d["power_on_time"]
        check.same(name, series, "smart_device_power_on_seconds_total", t["hours"] * 3600 + t.get("minutes", 0) * 60)
    for operation, log in d["scsi_error_counter_log"].items():
        for key, method in METHODS:
            check.same(name, series, "smart_scsi_errors_corrected_total", log[key], operation=operation, method=method)
        check.same(name, series, "smart_scsi_errors_uncorrected_total", log["total_uncorrected_errors"],
                   operation=operation)
        got = series.get(("smart_scsi_processed_bytes_total", (("operation", operation),)))
        check.compared += 1
        if got is None or f"{int(got) / 1e9:.3f}" != log["gigabytes_processed"]:
            check.wrong.append(f"{name}: processed {operation}: got {got}, want {log['gigabytes_processed']} GB")


def sas_pages(name, d, out):
    """The log pages behind a report of a SAS disk, which json2blob.py leaves out."""
    t = d.get("power_on_time") or {}
    known = [f"temp={d['temperature']['current']}", f"trip={d['temperature']['drive_trip']}",
             f"grown={d['scsi_grown_defect_list']}", f"minutes={t.get('hours', 0) * 60 + t.get('minutes', 0)}"]
    for operation, log in d["scsi_error_counter_log"].items():
        counts = [log[key] for key, _ in METHODS] + [
            log["correction_algorithm_invocations"], int(log["gigabytes_processed"].replace(".", "")) * 10 ** 6,
            log["total_uncorrected_errors"]]
        known.append(f"{operation}=" + ":".join(map(str, counts)))
    mkdev = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fake", "mkdev.py")
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([sys.executable, mkdev, made, "sda", "--sas", *known], check=True, stdout=subprocess.DEVNULL)
        shutil.copy(os.path.join(made, "sda", "blob"), os.path.join(out, name + ".blob"))


def plausible(check, name, series):
    """No drive of the corpus was hotter than 90 C, whatever its bytes look like."""
    for (family, labels), value in series.items():
        if family == "smart_device_temperature_celsius":
            check.compared += 1
            if not -20 <= int(value) <= 90:
                check.wrong.append(f"{name}: temperature {dict(labels)}: {value}")


def replay(tool, *paths):
    run = subprocess.run([tool, "--replay", *paths], capture_output=True, text=True)
    if run.returncode != 0 or run.stderr:
        sys.exit(f"{tool}: exit status {run.returncode}: {run.stderr}")
    return parse(run.stdout)


def main(tool, corpus):
    check, drives = Check(), {"ATA": 0, "NVMe": 0, "SAS": 0, "blob": 0}
    reports = sorted(glob.glob(os.path.join(corpus, "smartctl-json", "*.json")))
    with tempfile.TemporaryDirectory() as pages:
        subprocess.run([sys.executable, os.path.join(corpus, "json2blob.py"), *reports, "--out", pages],
                       check=True, stderr=subprocess.DEVNULL)
        loaded = [(os.path.splitext(os.path.basename(path))[0], json.load(open(path))) for path in reports]
        for name, d in loaded:
            if "scsi_error_counter_log" in d:
                sas_pages(name, d, pages)
        found = replay(tool, pages)
    for name, d in loaded:
        kind, compare = (("ATA", ata) if "ata_smart_attributes" in d else
                         ("NVMe", nvme) if "nvme_smart_health_information_log" in d else ("SAS", scsi))
        drives[kind] += 1
        compare(check, name, d, found.get(name, {}))
        plausible(check, name, found.get(name, {}))
    for name, series in replay(tool, os.path.join(corpus, "ata-blobs")).items():
        drives["blob"] += 1
        check.same(name, series, "smart_device_up", 1)
        plausible(check, name, series)
    print("\n".join(check.wrong))
    print(f"# {check.compared} values of {drives['ATA']} ATA and {drives['NVMe']} NVMe and {drives['SAS']} SAS reports and {drives['blob']} "
          f"saved ATA drives compared, {len(check.wrong)} differ")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
