# SPDX-License-Identifier: MIT
"""The part of /sys and /dev in which a Linux kernel shows a disk, made from the disk's own pages.

Shapes and contents are those of a 6.1 kernel: what drivers pad stays padded,
every line ends in a newline, VPD pages and INQUIRY data are binary.
"""
import os
import re
import stat
import struct

import fakepages

LOOP_MAJOR, LOOPS = 7, 8  # block devices that are on every machine and hold nothing


class Tree:
    """Folders, files and relative links below a root; making the same again changes nothing."""

    def __init__(self, root):
        self.root = os.path.join(root, "sys")

    def path(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def folder(self, name):
        os.makedirs(os.path.join(self.root, name), exist_ok=True)

    def files(self, folder, contents):
        for name, content in contents.items():
            with open(self.path(os.path.join(folder, name)), "wb") as f:
                f.write(content if isinstance(content, bytes) else (str(content) + "\n").encode("latin-1"))

    def link(self, name, target):
        """A link to another place of the tree, relative to its own folder."""
        self.raw_link(name, os.path.relpath(target, os.path.dirname(name)))

    def raw_link(self, name, target):
        path = self.path(name)
        if os.path.islink(path):
            os.unlink(path)
        os.symlink(target, path)


def latin(raw):
    return raw.decode("latin-1")


def index_of(name):
    """sda 0, sdz 25, sdaa 26; nvme3 3; anything else by its digits."""
    if re.fullmatch("sd[a-z]+", name):
        n = 0
        for letter in name[2:]:
            n = 26 * n + ord(letter) - ord("a") + 1
        return n - 1
    return int(re.sub(r"\D", "", name) or 0)


def power():
    return {"power/control": "on", "power/runtime_status": "active", "power/runtime_suspended_time": 0,
            "power/runtime_active_time": 100000, "power/autosuspend_delay_ms": -1}


def disk(tree, path, name, dev, size, logical, physical, rotates):
    """A block device's folder: size in bytes, sectors of 512 as the kernel counts them."""
    tree.files(path, {
        "dev": dev, "size": size // 512, "ro": 0, "removable": 0, "hidden": 0, "range": 16, "ext_range": 256,
        "alignment_offset": 0, "discard_alignment": 0, "capability": 0, "inflight": "       0        0",
        "stat": " ".join("%8d" % 0 for _ in range(17)),
        "uevent": "MAJOR=%s\nMINOR=%s\nDEVNAME=%s\nDEVTYPE=disk" % (*dev.split(":"), name),
    })
    tree.files(path + "/queue", {
        "rotational": int(rotates), "logical_block_size": logical, "hw_sector_size": logical,
        "physical_block_size": physical, "minimum_io_size": physical, "optimal_io_size": 0, "nr_requests": 64,
        "scheduler": "[mq-deadline] none" if rotates else "[none] mq-deadline", "zoned": "none",
        "write_cache": "write back",
    })
    tree.folder(path + "/holders")
    tree.folder(path + "/slaves")
    tree.link("block/" + name, path)
    tree.link("class/block/" + name, path)
    tree.link("dev/block/" + dev, path)
    tree.link(path + "/subsystem", "class/block")


# ---- SCSI, and ATA below it ----

def standard_inquiry(r):
    """As the translation layer answers for an ATA disk without a record of its own."""
    if "INQR" in r:
        return r["INQR"]
    page = r["IDFY"]
    firmware = fakepages.ata_text(page, 23, 8)
    revision = firmware[4:] if firmware[4:].strip() else firmware[:4]
    return bytes([0, 0, 5, 2, 31, 0, 0, 2]) + b"ATA     " + fakepages.ata_text(page, 27, 40)[:16] + revision


def wwid_of(page):
    """What scsi_vpd_lun_id() makes of page 83h: the unit's NAA, else its T10 vendor id, else nothing."""
    at, t10 = 4, ""
    while at + 4 <= len(page):
        kind, size = page[at + 1], page[at + 3]
        value = page[at + 4:at + 4 + size]
        if kind & 0x3F == 3:
            return "naa." + value.hex()
        if kind & 0x3F == 1:
            t10 = "t10." + latin(value)
        at += 4 + size
    return t10


def scsi_place(index, bus):
    """The host's folder: SATA of a chipset, a SAS controller's port, a USB bridge."""
    if bus == "usb":
        return "devices/pci0000:00/0000:00:14.0/usb2/2-%d/2-%d:1.0/host%d" % (index + 1, index + 1, index)
    if bus == "sas":
        return "devices/pci0000:00/0000:00:01.0/0000:01:00.0/host%d/port-%d:0/end_device-%d:0" % (3 * (index,))
    return "devices/pci0000:00/0000:00:17.0/ata%d/host%d" % (index + 1, index)


def scsi_disk(tree, name, r, bus):
    index = index_of(name)
    inquiry = standard_inquiry(r)
    hctl = "%d:0:0:0" % index
    unit = "%s/target%d:0:0/%s" % (scsi_place(index, bus or ("sata" if "IDFY" in r else "sas")), index, hctl)
    tree.files(unit, {
        "vendor": latin(inquiry[8:16]), "model": latin(inquiry[16:32]), "rev": latin(inquiry[32:36]),
        "type": inquiry[0] & 0x1F, "scsi_level": inquiry[2] + 1, "state": "running", "timeout": 30,
        "queue_depth": 32, "queue_type": "simple", "device_blocked": 0, "inquiry": inquiry,
        "modalias": "scsi:t-0x00", "uevent": "DEVTYPE=scsi_device\nDRIVER=sd\nMODALIAS=scsi:t-0x00",
        **{"vpd_pg" + t[2:].lower().lstrip("0").rjust(1, "0"): r[t] for t in sorted(r) if t.startswith("VP")},
        **power(),
    })
    if "VP83" in r:
        tree.files(unit, {"wwid": wwid_of(r["VP83"])})
    capacity = r.get("RCAP") or fakepages.capacity(1, 512, 0)
    last, logical, _, exponent = struct.unpack_from(">QIBB", capacity)
    rate = struct.unpack_from(">H", r["VPB1"], 4)[0] if "VPB1" in r else 0
    path = unit + "/block/" + name
    disk(tree, path, name, "8:%d" % (16 * index), (last + 1) * logical, logical, logical << (exponent & 0xF), rate != 1)
    tree.raw_link(path + "/device", "../../../" + hctl)
    tree.raw_link(unit + "/generic", "scsi_generic/sg%d" % index)
    tree.folder("bus/scsi/drivers/sd")
    tree.link(unit + "/driver", "bus/scsi/drivers/sd")
    tree.link(unit + "/subsystem", "bus/scsi")
    tree.link("bus/scsi/devices/" + hctl, unit)
    for kind, entry in (("scsi_disk", hctl), ("scsi_device", hctl), ("scsi_generic", "sg%d" % index)):
        tree.folder("%s/%s/%s" % (unit, kind, entry))
        tree.link("class/%s/%s" % (kind, entry), "%s/%s/%s" % (unit, kind, entry))
    tree.files(unit + "/scsi_generic/sg%d" % index, {"dev": "21:%d" % index})


# ---- NVMe ----

def nvme_wwid(ident, space):
    """nvme_ns_wwid: the namespace's NGUID, else its EUI-64, else vendor, serial, model and number."""
    if any(space[104:120]):
        return "eui." + space[104:120].hex()
    if any(space[120:128]):
        return "eui." + space[120:128].hex()
    vid = struct.unpack_from("<H", ident)[0]
    return "nvme.%04x-%s-%s-%08x" % (vid, ident[4:24].rstrip().hex(), ident[24:64].rstrip().hex(), 1)


def nvme_disk(tree, name, r):
    index = index_of(name)
    ident = r.get("NVID", bytes(4096)).ljust(4096, b"\0")
    pci = "0000:%02x:00.0" % (index + 2)
    device = "devices/pci0000:00/0000:00:1d.%d/%s" % (index % 8, pci)
    path = "%s/nvme/%s" % (device, name)
    nqn = latin(ident[768:1024].split(b"\0")[0])
    texts = {"model": latin(ident[24:64]), "serial": latin(ident[4:24]), "firmware_rev": latin(ident[64:72]),
             "subsysnqn": nqn}
    vid, ssvid = struct.unpack_from("<HH", ident)
    tree.files(device, {"vendor": "0x%04x" % vid, "subsystem_vendor": "0x%04x" % ssvid, "class": "0x010802", **power()})
    tree.files(path, {
        **texts, "state": "live", "transport": "pcie", "address": pci, "cntlid": struct.unpack_from("<H", ident, 78)[0],
        "cntrltype": "io", "dctype": "none", "dev": "246:%d" % index, "kato": 0, "numa_node": -1, "queue_count": 2,
        "sqsize": 1023, "uevent": "MAJOR=246\nMINOR=%d\nDEVNAME=%s\nNVME_TRTYPE=pcie" % (index, name),
        **power(),
    })
    tree.link(path + "/device", device)
    tree.link(path + "/subsystem", "class/nvme")
    tree.link("class/nvme/" + name, path)
    subsystem = "devices/virtual/nvme-subsystem/nvme-subsys%d" % index
    tree.files(subsystem, {**texts, "iopolicy": "numa", "subsystype": "nvm"})
    tree.link("%s/%s" % (subsystem, name), path)
    tree.link(subsystem + "/subsystem", "class/nvme-subsystem")
    tree.link("class/nvme-subsystem/nvme-subsys%d" % index, subsystem)
    temperatures(tree, path, index, ident, r)
    if "NVNS" in r:
        namespace(tree, path, name, index, ident, r["NVNS"])


def namespace(tree, controller, name, index, ident, space):
    disk_name = name + "n1"
    logical = 1 << space[128 + 4 * (space[26] & 0xF) + 2]
    path = "%s/%s" % (controller, disk_name)
    size = struct.unpack_from("<Q", space)[0] * logical
    disk(tree, path, disk_name, "259:%d" % index, size, logical, logical, False)
    tree.files(path, {"nsid": 1, "wwid": nvme_wwid(ident, space)})
    for field, raw in (("nguid", space[104:120]), ("eui", space[120:128])):
        if any(raw):
            text = "%s-%s-%s-%s-%s" % (raw.hex()[:8], raw.hex()[8:12], raw.hex()[12:16], raw.hex()[16:20], raw.hex()[20:])
            tree.files(path, {field: text if field == "nguid" else raw.hex(" ")})
    tree.link(path + "/device", controller)


def temperatures(tree, controller, index, ident, r):
    """The controller's hwmon: millidegrees; a limit of 0 K is not shown."""
    if "NVSL" not in r:
        return
    path = "%s/hwmon%d" % (controller, index)
    limits = zip(("max", "crit"), struct.unpack_from("<HH", ident, 266))
    tree.files(path, {"name": "nvme", "temp1_label": "Composite", "temp1_alarm": 0,
                      "temp1_input": 1000 * struct.unpack_from("<H", r["NVSL"], 1)[0] - 273150,
                      **{"temp1_" + kind: 1000 * kelvin - 273150 for kind, kelvin in limits if kelvin}})
    tree.link(path + "/device", controller)
    tree.link(path + "/subsystem", "class/hwmon")
    tree.link("class/hwmon/hwmon%d" % index, path)


# ---- /dev ----

def node(root, name, mode, major, minor):
    """A node when we may make one, else an empty file of that name."""
    path = os.path.join(root, "dev", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    try:
        os.mknod(path, mode | 0o660, os.makedev(major, minor))
    except PermissionError:
        with open(path, "wb"):
            pass


def write(root, name, records, bus=None):
    tree = Tree(root)
    minor = index_of(name) % LOOPS
    if name.startswith("nvme"):
        nvme_disk(tree, name, records)
        node(root, name, stat.S_IFCHR, 1, 3)  # /dev/null's number: it opens, and knows no ioctl
        node(root, name + "n1", stat.S_IFBLK, LOOP_MAJOR, minor)
    else:
        scsi_disk(tree, name, records, bus)
        node(root, name, stat.S_IFBLK, LOOP_MAJOR, minor)
