# SPDX-License-Identifier: GPL-2.0-only
"""Kernel messages leave by netconsole, through the NIC under test."""

import os

from lib import e1k

TARGET = "/sys/kernel/config/netconsole/e1k"
PORT = 6666


def write(path, value):
    """Write to a file of configfs, procfs or /dev."""
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))


def start(t):
    """Send the console to the peer, to PORT; log() writes a line."""
    if not e1k.command("modprobe", "-a", "configfs", "netconsole"):
        raise e1k.Skip("no netconsole")
    if not os.path.isdir("/sys/kernel/config/netconsole"):
        t.must(e1k.command("mount", "-t", "configfs", "none", "/sys/kernel/config"))
    os.mkdir(TARGET)
    t.defer(e1k.command, "modprobe", "-r", "netconsole")
    t.defer(os.rmdir, TARGET)
    for name, value in (("dev_name", t.nut), ("local_ip", e1k.NUT_IP), ("remote_ip", e1k.PEER_IP),
                        ("remote_port", PORT), ("remote_mac", e1k.PEER_MAC)):
        write(f"{TARGET}/{name}", value)
    with e1k.namespace():   # in which it looks for the device
        write(f"{TARGET}/enabled", 1)
    # Messages written by programs are rate-limited otherwise.
    write("/proc/sys/kernel/printk_devkmsg", "on\n")
    t.defer(write, "/proc/sys/kernel/printk_devkmsg", "ratelimit\n")


def log(line):
    """One message of the kernel's log."""
    write("/dev/kmsg", f"<3>{line}\n")
