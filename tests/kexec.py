#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# root: disk
# peer: e1000e
"""Another kernel is started under traffic (kexec), without firmware that would reset the
NIC: it finds it silent, and the driver takes it up there as ever."""

import ctypes
import json
import mmap
import os
import platform
import stat
import struct
import sys

from lib import e1k, traffic

sys.path.insert(0, f"{e1k.LIB}/../../scripts/vm")
from initramfs import Cpio  # pylint: disable=wrong-import-position

PLAN = 5
SYS_KEXEC_FILE_LOAD = 320   # x86_64
REBOOT_KEXEC = 0x45584543
PCI_COMMAND, PCI_COMMAND_MASTER = 4, 1 << 2
RCTL, TCTL, IMS, RDH, RDT = 0x100, 0x400, 0xd0, 0x2810, 0x2818
ENABLED = 1 << 1    # RCTL.EN, TCTL.EN

libc = ctypes.CDLL(None, use_errno=True)


def succeed():
    """What the next kernel's agent is to run: this test, as the same job."""
    return {"op": "run", "id": int(os.environ["E1K_JOB"]), "argv": [*sys.argv, "next"],
            "env": dict(os.environ), "cwd": os.getcwd(), "tidy": True, "klog": True, "timeout": 600}


def load_kernel():
    cpio = Cpio()
    cpio.add("job", stat.S_IFREG | 0o644, json.dumps(succeed()).encode())
    initramfs = os.memfd_create("initramfs")
    with open("/e1k/build/initramfs", "rb") as file, os.fdopen(os.dup(initramfs), "wb") as out:
        out.write(file.read())
        out.write(cpio.bytes())
    with open("/proc/cmdline", "rb") as file:
        line = file.read().strip() + b"\0"
    kernel = os.open("/boot/vmlinuz", os.O_RDONLY)
    if libc.syscall(SYS_KEXEC_FILE_LOAD, kernel, initramfs, ctypes.c_ulong(len(line)), line, 0):
        raise OSError(ctypes.get_errno(), "kexec_file_load")


def test(t):
    if platform.machine() != "x86_64":
        raise e1k.Skip("only for x86_64")
    load_kernel()
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs", *stream.wrong)
    with traffic.flood(t):
        sys.stdout.flush()
        libc.reboot(REBOOT_KEXEC)
    raise OSError(ctypes.get_errno(), "kexec")


def function():
    """The NIC under test: the one whose driver is yet to come."""
    base = "/sys/bus/pci/devices"
    for name in os.listdir(base):
        with open(f"{base}/{name}/class", encoding="ascii") as file:
            if file.read().startswith("0x0200") and not os.path.exists(f"{base}/{name}/driver"):
                return f"{base}/{name}"
    raise RuntimeError("every NIC has a driver")


def test_next(t):
    nut = function()
    with open(f"{nut}/config", "rb") as file:
        command, = struct.unpack_from("<H", file.read(64), PCI_COMMAND)
    t.check(not command & PCI_COMMAND_MASTER, "the next kernel runs: the NIC may not master the bus",
            f"command {command:#x}")
    with open(f"{nut}/enable", "w", encoding="ascii") as file:
        file.write("1")
    with open(f"{nut}/resource0", "r+b") as file, mmap.mmap(file.fileno(), 0x20000) as bar:
        rctl, tctl, ims, rdh, rdt = (struct.unpack_from("<I", bar, at)[0]
                                     for at in (RCTL, TCTL, IMS, RDH, RDT))
    t.check((not rctl & ENABLED or rdh == rdt) and not tctl & ENABLED and not ims,
            "nothing to receive into, transmitter and interrupts off",
            f"RCTL {rctl:#x}, RDH {rdh}, RDT {rdt}, TCTL {tctl:#x}, IMS {ims:#x}")
    t.setup()
    stream = traffic.Stream(t)
    t.check(stream.flows(), "taken up by the driver, traffic runs", *stream.wrong)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


if sys.argv[1:] == ["next"]:
    e1k.main(test_next, plan=PLAN, bed=False, done=1)
else:
    e1k.main(test, plan=PLAN)
