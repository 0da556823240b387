# SPDX-License-Identifier: MIT
"""Pages of ATA, NVMe and SAS disks as bytes, from key=value pairs.

Each make_*() takes a dict of lists of strings and returns records {tag: payload}
in the order of the blob. What is not given has a plausible healthy value; an
unknown key is an error. Same input, same bytes.
"""
import struct
import zlib


class Keys:
    """The given pairs: every key must be asked for, else it is unknown."""

    def __init__(self, pairs):
        self.left = dict(pairs)

    def text(self, key, default):
        return self.left.pop(key, [default])[-1]

    def number(self, key, default):
        return int(self.text(key, str(default)), 0)

    def fields(self, key):
        """Every value of a repeated key, as its numbers between colons."""
        return [[int(n, 0) for n in v.split(":")] for v in self.left.pop(key, [])]

    def end(self):
        if self.left:
            raise SystemExit("mkdev: unknown key: " + ", ".join(sorted(self.left)))


def padded(text, size):
    return text.encode("latin-1")[:size].ljust(size)


def ata_string(text, size):
    """ACS-4: the first character of each pair is in the high byte of a little-endian word."""
    raw = padded(text, size)
    return b"".join(raw[i + 1:i + 2] + raw[i:i + 1] for i in range(0, size, 2))


def ata_text(page, word, size):
    raw = page[2 * word:2 * word + size]
    return b"".join(raw[i + 1:i + 2] + raw[i:i + 1] for i in range(0, size, 2))


def sealed(page):
    """The sum of all 512 bytes is 0."""
    page[511] = -sum(page[:511]) & 0xFF
    return bytes(page)


def default_wwn(name):
    """An NAA 5 number of its own for every name."""
    return "5000c500%08x" % zlib.crc32(name.encode())


# ---- ATA ----

def identify_device(k, name, smart):
    """IDENTIFY DEVICE data (ACS-4) by word."""
    words = {
        0: 0x0040, 2: 0xC837, 47: 0x8010, 49: 0x2F00, 50: 0x4000, 53: 0x0006, 59: 0x0010, 63: 0x0007,
        64: 3, 65: 120, 66: 120, 67: 120, 68: 120,
        75: 31,                                         # queue depth less one
        78: 0x0040, 79: 0x0040, 80: 0x0FF0, 81: 0x005E,  # up to ACS-4
        82: 0x7068, 83: 0x7400, 84: 0x4123,             # 48-bit addresses, error and self-test log, GPL, WWN
        85: 0x7068, 86: 0x3400, 87: 0x4123,
        88: 0x407F, 209: 0x4000, 222: 0x10FF,           # SATA up to revision 3.2
    }
    if smart != "no":
        words[82] |= 1
    if smart == "on":
        words[85] |= 1
    generation = k.number("gen", 3)
    words[76] = 0x0100 | (2 << generation) - 2          # NCQ, bits 1.. for each generation
    words[77] = generation << 1
    logical, physical = k.number("logical", 512), k.number("physical", 4096)
    exponent = (physical // logical).bit_length() - 1
    words[106] = 0x4000 | (0x2000 | exponent if exponent > 0 else 0) | (0x1000 if logical > 512 else 0)
    if logical > 512:
        words[117], words[118] = logical // 2 & 0xFFFF, logical // 2 >> 16
    words[168] = k.number("form", 2)                    # 2: 3.5 inch, 3: 2.5 inch
    words[217] = k.number("rate", 7200)                 # 1: does not rotate
    if words[217] == 1:
        words[169] = 1                                  # TRIM
    sectors = k.number("sectors", 7814037168)
    page = bytearray(512)
    for word, value in words.items():
        struct.pack_into("<H", page, 2 * word, value)
    page[20:40] = ata_string(k.text("serial", "SIM-" + name.upper()), 20)
    page[46:54] = ata_string(k.text("firmware", "1.0"), 8)
    page[54:94] = ata_string(k.text("model", "SIMULATED ATA DISK"), 40)
    struct.pack_into("<I", page, 2 * 60, min(sectors, 0x0FFFFFFF))
    struct.pack_into("<Q", page, 2 * 100, sectors)
    page[216:224] = b"".join(w[::-1] for w in chunks(bytes.fromhex(k.text("wwn", default_wwn(name))), 2))
    page[510] = 0xA5
    return sealed(page)


def chunks(data, size):
    return [data[i:i + size] for i in range(0, len(data), size)]


def smart_tables(attributes, selftest_status):
    """SMART READ DATA (ACS-3 7.48) and READ THRESHOLDS (ATA-4), attributes as [id, value, worst, threshold, raw, flags]."""
    data, limits = bytearray(512), bytearray(512)
    data[0] = limits[0] = 16
    if len(attributes) > 30:
        raise SystemExit("mkdev: more than 30 attributes")
    for i, (number, value, worst, threshold, raw, *flags) in enumerate(attributes):
        at = 2 + 12 * i
        flag = flags[0] if flags else 0x33 if threshold else 0x32
        data[at:at + 12] = struct.pack("<BHBB", number, flag, value, worst) + raw.to_bytes(7, "little")
        limits[at:at + 2] = bytes([number, threshold])
    data[362] = 0x82                                    # offline collection completed
    data[363] = selftest_status
    struct.pack_into("<HBBHB", data, 364, 600, 0, 0x1B, 0x0003, 0x01)
    struct.pack_into("<BBBH", data, 372, 2, 255, 0, 420)  # minutes of the self-tests
    return sealed(data), sealed(limits)


def self_test_log(tests):
    """SMART Self-Test log, address 06h (ACS-3 annex A): oldest first, as [type, status, hours, LBA]."""
    page = bytearray(512)
    page[0] = 1
    for i, (kind, status, hours, *lba) in enumerate(tests[-21:]):
        struct.pack_into("<BBHBI", page, 2 + 24 * i, kind, status << 4, hours, 0, lba[0] if lba else 0)
    page[508] = len(tests[-21:])
    return sealed(page)


def error_log(count, hours, lba):
    """Summary SMART Error log, address 01h (ACS-3 annex A): the newest entries say uncorrectable at that LBA."""
    page = bytearray(512)
    page[0] = 1
    page[1] = (count - 1) % 5 + 1 if count else 0
    for i in range(min(count, 5)):
        at = 2 + 90 * i
        read = struct.pack("<BBB3sBBI", 0, 0, 8, lba.to_bytes(4, "little")[:3], 0x40 | lba >> 24 & 0xF, 0xC8, 1000)
        page[at + 48:at + 60] = read
        page[at + 60:at + 68] = struct.pack("<BBB3sBB", 0, 0x40, 8, lba.to_bytes(4, "little")[:3],
                                            0x40 | lba >> 24 & 0xF, 0x51)
        struct.pack_into("<BH", page, at + 87, 3, hours)
    struct.pack_into("<H", page, 452, count)
    return sealed(page)


def statistics(values):
    """Device Statistics log (ACS-4 9.5), values as [page, offset, value, flags]: {tag: page}."""
    pages = {}
    for number, offset, value, *flags in values:
        page = pages.setdefault(number, bytearray(struct.pack("<HB", 1, number).ljust(512, b"\0")))
        page[offset:offset + 8] = (value & (1 << 56) - 1).to_bytes(7, "little") + bytes(flags[:1] or [0xC0])
    if pages:
        numbers = bytes([0] + sorted(pages))
        pages[0] = (struct.pack("<HB", 1, 0).ljust(8, b"\0") + bytes([len(numbers)]) + numbers).ljust(512, b"\0")
    return {"DS%02x" % n: bytes(pages[n]) for n in sorted(pages)}


def directory(records):
    """Log directory, address 00h (ACS-4 9.2): the number of pages at each address."""
    pages = {0x01: "ERLG" in records, 0x06: "STLG" in records}
    pages[0x04] = max([int(t[2:], 16) + 1 for t in records if t.startswith("DS")], default=0)
    return struct.pack("<256H", 1, *[int(pages.get(i, 0)) for i in range(1, 256)])


def make_ata(name, pairs):
    k = Keys(pairs)
    attributes = k.fields("attr") or [[5, 100, 100, 10, 0], [9, 99, 99, 0, 1000], [12, 100, 100, 0, 10],
                                      [194, 120, 100, 0, 30], [197, 100, 100, 0, 0]]
    r = {"IDFY": identify_device(k, name, k.text("smart", "on"))}
    status = k.text("status", "good")
    if status != "none":
        r["SMST"] = struct.pack(">I", status == "good")
    tests, errors = k.fields("selftest"), (k.fields("errors") or [[0, 0, 0]])[-1]
    r["SMDT"], r["SMTH"] = smart_tables(attributes, tests[-1][1] << 4 if tests else 0)
    r["STLG"] = self_test_log(tests)
    r["ERLG"] = error_log(*(errors + [1, 0][:3 - len(errors)]))
    r.update(statistics(k.fields("stat")))
    r["LGDR"] = directory(r)
    k.end()
    return with_translation(r)


def with_translation(r):
    """What a SCSI/ATA translation layer adds to an ATA disk (SAT-4): VPD pages and READ CAPACITY (16)."""
    if "IDFY" not in r or len(r["IDFY"]) != 512:
        return r
    page = r["IDFY"]
    serial, model = ata_text(page, 10, 20), ata_text(page, 27, 40)
    wwn = b"".join(w[::-1] for w in chunks(page[216:224], 2))
    ids = b"\x02\x00\x00\x14" + serial + b"\x02\x01\x00\x44" + b"ATA     " + model + serial
    if wwn[0] >> 4 == 5:
        ids += b"\x01\x03\x00\x08" + wwn
    word = struct.unpack("<256H", page)
    logical = 2 * (word[117] | word[118] << 16) if word[106] & 0xD000 == 0x5000 else 512
    sectors = struct.unpack_from("<Q", page, 200)[0] if word[83] & 0x400 else word[60] | word[61] << 16
    exponent = word[106] & 0xF if word[106] & 0xE000 == 0x6000 else 0
    signature = bytes.fromhex("3480400001000000000000000100000000000000")
    extra = {
        "VP80": vpd(0x80, serial),
        "VP83": vpd(0x83, ids),
        "VP89": vpd(0x89, bytes(4) + b"linux   libata          3.00" + signature + b"\xec\0\0\0" + page),
        "VPB1": vpd(0xB1, rotation(word[217], word[168] & 0xF)),
        "RCAP": capacity(sectors, logical, exponent),
    }
    extra["VP00"] = vpd(0x00, bytes(sorted([0] + [int(t[2:], 16) for t in extra if t.startswith("VP")])))
    return {**r, **{t: extra[t] for t in sorted(extra) if t not in r}}


# ---- SCSI ----

def vpd(number, payload):
    return struct.pack(">BBH", 0, number, len(payload)) + payload


def rotation(rate, form):
    """Block Device Characteristics (SBC-4, VPD page B1h) after its header."""
    return struct.pack(">HBB", rate, 0, form).ljust(60, b"\0")


def capacity(blocks, size, exponent):
    """READ CAPACITY (16) parameter data (SBC-4)."""
    return struct.pack(">QIBB", max(blocks, 1) - 1, size, 0, exponent).ljust(32, b"\0")


def log_page(number, parameters):
    """A log page (SPC-5 7.3.2): parameters as (code, bytes); format and linking 11b, binary list."""
    body = b"".join(struct.pack(">HBB", code, 0x03, len(value)) + value for code, value in parameters)
    return struct.pack(">BBH", number, 0, len(body)) + body


def counters(number, values):
    return log_page(number, [(i, struct.pack(">Q", v)) for i, v in enumerate(values)])


def scsi_self_tests(tests):
    """Self-Test Results, page 10h (SPC-5): twenty, newest first, as [code, result, hours, LBA]."""
    out = []
    for i in range(20):
        code, result, hours, *lba = tests[-1 - i] if i < len(tests) else [0, 0, 0, 0]
        out.append((i + 1, struct.pack(">BBHQ", code << 5 | result, 0, hours, lba[0] if lba else (1 << 64) - 1) + bytes(4)))
    return log_page(0x10, out)


def sas_logs(k):
    """The pages of SPC-5 7.3 and SBC-4. Error counters: fast, delayed, rereads, corrected, invocations, bytes, uncorrected."""
    temp, trip = k.number("temp", 35), k.number("trip", 65)
    asc, ascq = (k.fields("ie") or [[0, 0]])[-1]
    dates = [(1, padded(k.text("made", "202401"), 6)), (2, padded("", 6))]
    cycles = [(3, k.number("cycles_max", 50000)), (4, k.number("cycles", 12)),
              (5, k.number("loads_max", 600000)), (6, k.number("loads", 340))]
    r = {"LP%02X" % number: counters(number, (k.fields(key) or [[0] * 7])[-1])
         for number, key in ((0x02, "write"), (0x03, "read"), (0x05, "verify"))}
    r["LP06"] = counters(0x06, [k.number("nonmedium", 0)])
    r["LP0D"] = log_page(0x0D, [(0, bytes([0, temp])), (1, bytes([0, trip]))])
    r["LP0E"] = log_page(0x0E, dates + [(code, struct.pack(">I", v)) for code, v in cycles])
    r["LP10"] = scsi_self_tests(k.fields("selftest"))
    r["LP11"] = log_page(0x11, [(1, struct.pack(">I", k.number("endurance", 0)))])
    r["LP15"] = log_page(0x15, [(0, struct.pack(">IBBHHH", k.number("minutes", 60000), 0, 0, k.number("scans", 0), 0,
                                                k.number("scans", 0)))])
    r["LP2F"] = log_page(0x2F, [(0, bytes([asc, ascq, temp, trip]))])
    pages = sorted([0] + [int(t[2:], 16) for t in r])
    r["LP00"] = struct.pack(">BBH", 0, 0, len(pages)) + bytes(pages)
    return {t: r[t] for t in sorted(r)}


def make_sas(name, pairs):
    k = Keys(pairs)
    vendor, product = padded(k.text("vendor", "SIMVEND"), 8), padded(k.text("product", "SIMULATED SAS"), 16)
    serial = k.text("serial", "SIM-" + name.upper())
    wwn = int(k.text("wwn", default_wwn(name)), 16)
    r = {"INQR": struct.pack(">BBBBBBBB", 0, 0, 7, 0x12, 91, 0, 0, 2) + vendor + product +
         padded(k.text("revision", "0001"), 4) + bytes(60)}   # SPC-5, 96 bytes
    ids = b"\x01\x03\x00\x08" + struct.pack(">Q", wwn)          # the unit's NAA
    ids += b"\x61\x93\x00\x08" + struct.pack(">Q", wwn + 1)     # its SAS port
    ids += b"\x61\x94\x00\x04" + struct.pack(">I", 1)           # the port's number
    r["VP00"] = vpd(0x00, b"\x00\x80\x83\xb1")
    r["VP80"] = vpd(0x80, padded(serial, max(len(serial), 8)))
    r["VP83"] = vpd(0x83, ids)
    r["VPB1"] = vpd(0xB1, rotation(k.number("rate", 7200), k.number("form", 2)))
    size = k.number("lba", 512)
    r["RCAP"] = capacity(k.number("blocks", 7814037168), size, k.number("exponent", 3))
    # Mode pages (SPC-5 7.5): control, and informational exceptions reported on request.
    r["MP0A"] = bytes([0x8A, 10]) + bytes(10)
    r["MP1C"] = bytes([0x9C, 10, 0x10, 6]) + bytes(8)
    # Grown list in physical sector format: 8 bytes for each defect (SBC-4, READ DEFECT DATA).
    r["RDEF"] = struct.pack(">BBH", 0, 0x0D, 8 * k.number("grown", 0))
    r.update(sas_logs(k))
    k.end()
    return r


# ---- NVMe ----

# SMART / Health Information (NVMe 1.4 5.14.1.2): name as in `nvme smart-log`, offset, bytes, default.
HEALTH = [("critical_warning", 0, 1, 0), ("avail_spare", 3, 1, 100), ("spare_thresh", 4, 1, 10),
          ("percent_used", 5, 1, 1), ("endurance_grp_critical_warning_summary", 6, 1, 0)]
HEALTH += [(field, 32 + 16 * i, 16, default) for i, (field, default) in enumerate((
    ("data_units_read", 1000000), ("data_units_written", 2000000), ("host_read_commands", 30000000),
    ("host_write_commands", 40000000), ("controller_busy_time", 50), ("power_cycles", 60),
    ("power_on_hours", 7000), ("unsafe_shutdowns", 8), ("media_errors", 0), ("num_err_log_entries", 0)))]
HEALTH += [(field, 192 + 4 * i, 4, 0) for i, field in enumerate(("warning_temp_time", "critical_comp_time"))]
HEALTH += [(field, 216 + 4 * i, 4, 0) for i, field in enumerate((
    "thm_temp1_trans_count", "thm_temp2_trans_count", "thm_temp1_total_time", "thm_temp2_total_time"))]

# OCP Datacenter NVMe SSD Specification 2.0, SMART-xx of log C0h: name, offset, bytes.
OCP = [("units_written", 0, 16), ("units_read", 16, 16), ("bad_user_raw", 32, 6), ("bad_user_norm", 38, 2),
       ("bad_system_raw", 40, 6), ("bad_system_norm", 46, 2), ("xor_recovery", 48, 8), ("uncorrectable_reads", 56, 8),
       ("soft_ecc", 64, 8), ("e2e_detected", 72, 4), ("e2e_corrected", 76, 4), ("system_used", 80, 1),
       ("refresh", 81, 7), ("erase_max", 88, 4), ("erase_min", 92, 4), ("throttle_events", 96, 1),
       ("throttle_status", 97, 1), ("pcie_errors", 104, 8), ("incomplete_shutdowns", 112, 4), ("free_blocks", 120, 1),
       ("capacitor", 128, 2), ("unaligned_io", 136, 8), ("security_version", 144, 8), ("nuse", 152, 8),
       ("plp_starts", 160, 16), ("endurance_estimate", 176, 16), ("link_retrains", 192, 8), ("power_changes", 200, 8)]


def put(page, fields, k, prefix=""):
    for field, at, size, *default in fields:
        page[at:at + size] = k.number(prefix + field, (default or [0])[0]).to_bytes(size, "little")


def kelvin(celsius):
    return celsius + 273


def health(k):
    page = bytearray(512)
    put(page, HEALTH, k)
    struct.pack_into("<H", page, 1, kelvin(k.number("temperature", 40)))
    for i in range(8):
        sensor = k.text("sensor%d" % (i + 1), "")
        if sensor:
            struct.pack_into("<H", page, 200 + 2 * i, kelvin(int(sensor)))
    return bytes(page)


def identify_controller(k, name, has_tests, size):
    """Identify Controller (NVMe 1.4 5.15.2.2)."""
    page = bytearray(4096)
    struct.pack_into("<HH", page, 0, k.number("vid", 0x1B36), k.number("ssvid", 0x1AF4))
    page[4:24] = padded(k.text("serial", "SIM-" + name.upper()), 20)
    page[24:64] = padded(k.text("model", "SIMULATED NVME DISK"), 40)
    page[64:72] = padded(k.text("firmware", "1.0"), 8)
    page[77] = 5                                                  # MDTS
    struct.pack_into("<HI", page, 78, k.number("cntlid", 0), k.number("version", 0x00010400))
    page[111] = 1                                                 # an I/O controller
    struct.pack_into("<HBBBBBB", page, 256, 0x10 if has_tests else 0, 3, 3, 0x02, k.number("lpa", 0x04), 63, 0)
    struct.pack_into("<HH", page, 266, kelvin(k.number("wctemp", 80)), kelvin(k.number("cctemp", 90)))
    page[280:296] = size.to_bytes(16, "little")
    page[512:514] = b"\x66\x44"
    struct.pack_into("<I", page, 516, 1)
    nqn = k.text("nqn", "nqn.2014.08.org.nvmexpress:sim:" + name)
    page[768:768 + len(nqn)] = nqn.encode()
    struct.pack_into("<H", page, 2048, 850)                       # 8.5 W
    return bytes(page)


def identify_namespace(k, name, blocks, lba):
    """Identify Namespace (NVMe 1.4 5.15.2.1)."""
    page = bytearray(4096)
    struct.pack_into("<QQQ", page, 0, blocks, blocks, k.number("nuse", blocks // 2))
    page[104:120] = bytes.fromhex(k.text("nguid", "00" * 16))
    page[120:128] = bytes.fromhex(k.text("eui64", "0025385b%08x" % zlib.crc32(name.encode())))
    page[130] = lba.bit_length() - 1
    return bytes(page)


def nvme_self_tests(tests):
    """Device Self-test log (NVMe 1.4 5.14.1.6): twenty, newest first, as [code, result, hours, LBA]."""
    page = bytearray(564)
    for i in range(20):
        at = 4 + 28 * i
        if i >= len(tests):
            page[at] = 0x0F                                       # unused
            continue
        code, result, hours, *lba = tests[-1 - i]
        struct.pack_into("<BBBBQIQ", page, at, code << 4 | result, 0, 2 if lba else 0, 0, hours, 1, lba[0] if lba else 0)
    return bytes(page)


def make_nvme(name, pairs):
    k = Keys(pairs)
    blocks, lba = k.number("blocks", 1953525168), k.number("lba", 512)
    tests = k.fields("selftest")
    r = {"NVID": identify_controller(k, name, tests, blocks * lba), "NVNS": identify_namespace(k, name, blocks, lba),
         "NVSL": health(k)}
    if tests:
        r["NVST"] = nvme_self_tests(tests)
    if any(key.startswith("ocp.") for key in pairs):
        page = bytearray(512)
        put(page, OCP, k, "ocp.")
        struct.pack_into("<H", page, 494, 3)
        page[496:512] = bytes.fromhex("c5af1028eabff2a49c4f6f7cc914d5af")
        r["NVC0"] = bytes(page)
    k.end()
    return r
