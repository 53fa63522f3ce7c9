# SPDX-License-Identifier: GPL-2.0-only
"""The NIC in software between a bus and a wire of the test's: its registers and rings are
driven here without a guest's driver."""

import struct

from nic.i82540em import Nic
from nic.later import Later
from nic.personality import PERSONALITIES
from nic.regs import (CTRL, CTRL_RST, CTRL_SLU, MDIC, QUEUE_STEP, RCTL, RCTL_BAM, RCTL_EN, RCTL_SECRC,
                      RDBAL, RDH, RDLEN, RDT, TCTL, TCTL_EN, TDBAL, TDH, TDLEN, TDT, TXD_EOP, TXD_RS)
from nic.vfio_user import REGION_BAR0, REGION_CONFIG

MAC = bytes.fromhex("525400e10001")
BROADCAST = b"\xff" * 6 + MAC + b"\x88\xb5"
RING_A, RING_B, BUFFERS, FRAMES = 0x1000, 0x2000, 0x10000, 0x80000
SLOTS = 32


class Memory:
    """The guest's."""

    def __init__(self):
        self.bytes = bytearray(1 << 20)

    def read(self, address, size):
        return bytes(self.bytes[address:address + size])

    def write(self, address, data):
        self.bytes[address:address + len(data)] = data


class Bench:
    """One NIC between a bus and a wire of ours, and a clock that we turn."""

    def __init__(self, name):
        self.memory, self.up, self.fired, self.sent, self.time = Memory(), False, 0, [], 0.0
        self.messages = []
        self.nic = Nic(self, PERSONALITIES[name], MAC, self.sent.append, Later(lambda: self.time))
        self.nic.region_write(REGION_CONFIG, 4, b"\x07\x00")
        self.reset()

    def set_intx(self, level):
        self.fired += level and not self.up
        self.up = level

    def message(self, vector):
        self.messages.append(vector)

    def write(self, offset, value):
        self.nic.region_write(REGION_BAR0, offset, struct.pack("<I", value))

    def read(self, offset):
        return struct.unpack("<I", self.nic.region_read(REGION_BAR0, offset, 4))[0]

    def phy(self, number, value=None):
        operation = 2 << 26 if value is None else 1 << 26 | value
        self.write(MDIC, 1 << 21 | number << 16 | operation)
        return self.read(MDIC) & 0xffff

    def wait(self, seconds):
        self.time += seconds
        self.nic.later.run()

    def reset(self):
        self.write(CTRL, CTRL_RST)
        self.write(CTRL, CTRL_SLU)
        self.wait(10)

    def receiver(self, ring, buffers, tail=SLOTS - 1, queue=0):
        """A ring, its buffers, and the receiver on."""
        off = queue * QUEUE_STEP
        self.write(RCTL, 0)
        for slot in range(SLOTS):
            self.memory.write(ring + 16 * slot, struct.pack("<QQ", buffers + 2048 * slot, 0))
        for offset, value in ((RDBAL + off, ring), (RDLEN + off, 16 * SLOTS), (RDH + off, 0),
                              (RDT + off, 0), (RCTL, RCTL_EN | RCTL_BAM | RCTL_SECRC),
                              (RDT + off, tail)):
            self.write(offset, value)

    def transmitter(self, ring, queue=0):
        """A ring, and the transmitter on."""
        off = queue * QUEUE_STEP
        self.write(TCTL, 0)
        self.memory.write(ring, bytes(16 * SLOTS * 8))
        for offset, value in ((TDBAL + off, ring), (TDLEN + off, 16 * SLOTS * 8), (TDH + off, 0),
                              (TDT + off, 0), (TCTL, TCTL_EN)):
            self.write(offset, value)

    def transmit(self, ring, *descriptors, queue=0):
        """Descriptors from the tail on, and a doorbell."""
        tail = self.nic.regs[(TDT + queue * QUEUE_STEP) // 4]
        for low, high in descriptors:
            self.memory.write(ring + 16 * tail, struct.pack("<QQ", low, high))
            tail += 1
        self.write(TDT + queue * QUEUE_STEP, tail)

    def frame(self, data, at=FRAMES, flags=TXD_EOP | TXD_RS):
        """The descriptor of a frame that is at this address."""
        self.memory.write(at, data)
        return at, flags | len(data)

    def status(self, ring, slot):
        return self.memory.read(ring + 16 * slot, 16)

    def violations(self):
        return self.nic.execute({"op": "violations"})
