# SPDX-License-Identifier: GPL-2.0-only
"""Another kernel that takes the running one's place, without firmware in between that would
reset the NIC; the test goes on in it."""

import ctypes
import json
import mmap
import os
import platform
import stat
import struct
import sys

from lib import e1k, traffic
from vm.initramfs import Cpio

SYS_KEXEC_FILE_LOAD = 320   # x86_64
ON_CRASH = 2                # KEXEC_FILE_ON_CRASH
REBOOT_KEXEC = 0x45584543
PCI_COMMAND, PCI_COMMAND_MASTER = 4, 1 << 2
ENABLED = 1 << 1    # RCTL.EN, TCTL.EN
REGISTERS = {"RCTL": 0x100, "TCTL": 0x400, "IMS": 0xd0, "RDH": 0x2810, "RDT": 0x2818}

libc = ctypes.CDLL(None, use_errno=True)


def _succeed():
    """What the next kernel's agent is to run: this test, as the same job."""
    return {"op": "run", "id": int(os.environ["E1K_JOB"]), "argv": [*sys.argv, "next"],
            "env": dict(os.environ), "cwd": os.getcwd(), "tidy": True, "klog": True, "timeout": 600}


def load(flags=0, more=""):
    """Have it ready in memory; for a crash there must be some that was set aside."""
    if platform.machine() != "x86_64":
        raise e1k.Skip("only for x86_64")
    cpio = Cpio()
    cpio.add("job", stat.S_IFREG | 0o644, json.dumps(_succeed()).encode())
    initramfs = os.memfd_create("initramfs")
    with open("/e1k/build/initramfs", "rb") as file, os.fdopen(os.dup(initramfs), "wb") as out:
        out.write(file.read())
        out.write(cpio.bytes())
    with open("/proc/cmdline", encoding="utf-8") as file:
        line = f"{file.read().strip()} {more}".strip().encode() + b"\0"
    kernel = os.open("/boot/vmlinuz", os.O_RDONLY)
    if libc.syscall(SYS_KEXEC_FILE_LOAD, kernel, initramfs, ctypes.c_ulong(len(line)), line,
                    ctypes.c_ulong(flags)):
        raise OSError(ctypes.get_errno(), "kexec_file_load")


def jump():
    """Shut the devices down and start it."""
    sys.stdout.flush()
    libc.reboot(REBOOT_KEXEC)
    raise OSError(ctypes.get_errno(), "kexec")


def crash():
    """Start it as a crash does, which asks no driver."""
    sys.stdout.flush()
    with open("/proc/sysrq-trigger", "w", encoding="ascii") as file:
        file.write("c")
    raise RuntimeError("the kernel did not crash")


def function():
    """The NIC under test: the one whose driver is yet to come."""
    base = "/sys/bus/pci/devices"
    for name in os.listdir(base):
        with open(f"{base}/{name}/class", encoding="ascii") as file:
            if file.read().startswith("0x0200") and not os.path.exists(f"{base}/{name}/driver"):
                return f"{base}/{name}"
    raise RuntimeError("every NIC has a driver")


def masters(nut):
    """Whether it may master the bus."""
    with open(f"{nut}/config", "rb") as file:
        command, = struct.unpack_from("<H", file.read(64), PCI_COMMAND)
    return bool(command & PCI_COMMAND_MASTER)


def registers(nut):
    """Some of its registers, by name."""
    with open(f"{nut}/resource0", "r+b") as file, mmap.mmap(file.fileno(), 0x20000) as bar:
        return {name: struct.unpack_from("<I", bar, at)[0] for name, at in REGISTERS.items()}


def enable(nut):
    """Have it answer, though it has no driver."""
    with open(f"{nut}/enable", "w", encoding="ascii") as file:
        file.write("1")


def check_silent(t, nut, text):
    """One point: it has nothing to receive into, transmitter and interrupts are off."""
    regs = registers(nut)
    receives = regs["RCTL"] & ENABLED and regs["RDH"] != regs["RDT"]
    t.check(not receives and not regs["TCTL"] & ENABLED and not regs["IMS"], text,
            {name: hex(value) for name, value in regs.items()})


def take_up(t):
    """Two points: the driver takes the NIC up, and each byte arrives."""
    t.setup()
    stream = traffic.Stream(t)
    t.check(stream.flows(), "taken up by the driver, traffic runs", *stream.wrong)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


def main(test, test_next, plan):
    """Run test(), which reports one point and starts the next kernel; there, test_next()."""
    if sys.argv[1:] == ["next"]:
        e1k.main(test_next, plan=plan, bed=False, done=1)
    else:
        e1k.main(test, plan=plan)
