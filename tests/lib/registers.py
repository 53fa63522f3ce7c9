# SPDX-License-Identifier: GPL-2.0-only
"""The NIC's registers from user space: to break it behind the driver's back."""

import mmap
import struct

from lib import e1k

CTRL, CTRL_VME = 0x0000, 1 << 30
IMS, IMC = 0x00D0, 0x00D8
RCTL, RCTL_EN = 0x0100, 1 << 1
TCTL, TCTL_EN = 0x0400, 1 << 1
LEDCTL = 0x0E00
RDH = 0x2810


class Registers:
    """The device's registers, from user space."""

    def __init__(self, pci):
        try:
            with open(f"/sys/bus/pci/devices/{pci}/resource0", "r+b") as bar:
                self.map = mmap.mmap(bar.fileno(), 0x20000)
        except OSError as error:
            raise e1k.Skip(f"registers cannot be mapped (iomem=relaxed): {error}") from error

    def __getitem__(self, offset):
        return struct.unpack("I", self.map[offset:offset + 4])[0]

    def __setitem__(self, offset, value):
        self.map[offset:offset + 4] = struct.pack("I", value)
