#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sends one SCSI command by SG_IO and prints all that came back.

  probe.py DEVICE LENGTH BYTE...     LENGTH bytes of data-in, the CDB in hexadecimal
  probe.py --seccomp DEVICE ...      under a seccomp filter of its own, which allows everything
  probe.py --deaf DEVICE ...         with a handler for SIGTERM
"""
import ctypes
import errno
import fcntl
import os
import signal
import struct
import sys

SG_IO, FROM_DEV, NONE = 0x2285, -3, -1


class Header(ctypes.Structure):  # sg_io_hdr of <scsi/sg.h>
    _fields_ = [("interface_id", ctypes.c_int), ("direction", ctypes.c_int), ("cmd_len", ctypes.c_ubyte),
                ("mx_sb_len", ctypes.c_ubyte), ("iovec_count", ctypes.c_ushort), ("dxfer_len", ctypes.c_uint),
                ("dxferp", ctypes.c_void_p), ("cmdp", ctypes.c_void_p), ("sbp", ctypes.c_void_p),
                ("timeout", ctypes.c_uint), ("flags", ctypes.c_uint), ("pack_id", ctypes.c_int),
                ("usr_ptr", ctypes.c_void_p), ("status", ctypes.c_ubyte), ("masked", ctypes.c_ubyte),
                ("msg", ctypes.c_ubyte), ("sb_len_wr", ctypes.c_ubyte), ("host", ctypes.c_ushort),
                ("driver", ctypes.c_ushort), ("resid", ctypes.c_int), ("duration", ctypes.c_uint),
                ("info", ctypes.c_uint)]


def own_filter():
    """One instruction, "return SECCOMP_RET_ALLOW"; PR_SET_NO_NEW_PRIVS is 38, PR_SET_SECCOMP 22 with mode 2."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", 1, ctypes.addressof(instruction)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        raise OSError(ctypes.get_errno(), "own filter")


def main(args):
    if args[0] == "--seccomp":
        own_filter()
    elif args[0] == "--deaf":
        signal.signal(signal.SIGTERM, lambda *_: None)
    if args[0].startswith("--"):
        args = args[1:]
    length, cdb = int(args[1]), bytes.fromhex("".join(args[2:]))
    command, sense = ctypes.create_string_buffer(cdb, len(cdb)), ctypes.create_string_buffer(64)
    data = ctypes.create_string_buffer(b"\xee" * length, max(length, 1))
    h = Header(ord("S"), FROM_DEV if length else NONE, len(cdb), 64, 0, length, ctypes.addressof(data),
               ctypes.addressof(command), ctypes.addressof(sense), 20000)
    fd = os.open(args[0], os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.ioctl(fd, SG_IO, h)
    except OSError as e:
        print("errno=" + errno.errorcode[e.errno])
        return
    print("status=%02x host=%x driver=%x resid=%d" % (h.status, h.host, h.driver, h.resid))
    print("sense=" + sense.raw[:h.sb_len_wr].hex())
    print("data=" + data.raw[:length].hex())


main(sys.argv[1:])
