#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The NIC in software does what the rows of its table say, and notices what a driver
does wrong."""

import struct

from lib import e1k
from lib.nicbench import BROADCAST, BUFFERS, FRAMES, RING_A, RING_B, SLOTS, Bench
from nic.regs import (CTRL, CTRL_RST, CTRL_SLU, CTRL_VME, EERD, ICR, IMC, IMS, INT_RXT0, INT_TXDW, ITR,
                      MTA, RAL, RCTL, RCTL_BAM, RCTL_EN, RCTL_LBM, RCTL_SECRC, RDH, RDT, STATUS,
                      STATUS_LU, STATUS_TXOFF, TDH, TPR, TXD_DEXT, TXD_EOP, TXD_RS, TXD_TSE, TXD_TXSM,
                      TXD_VLE)
from nic.vfio_user import MachineDead

UDP_AT, UDP_SUM_AT = 34, 40


def receive_rings(t):
    for name, stale in (("datasheet", False), ("virtualbox", True), ("bhyve", False)):
        b = Bench(name)
        b.receiver(RING_A, BUFFERS)
        b.receiver(RING_B, BUFFERS + 0x20000)
        b.nic.rx.receive(BROADCAST.ljust(100, b"x"))
        old = b.memory.read(BUFFERS, 6) == BROADCAST[:6]
        t.equal((old, bool(b.violations())), (stale, stale), f"{name}: a new receive ring without "
                f"a reset {'is written to by the old one' if stale else 'is the only one'}")
    b = Bench("virtualbox")
    b.receiver(RING_A, BUFFERS)
    b.reset()
    b.receiver(RING_B, BUFFERS + 0x20000)
    for _ in range(40):
        b.nic.rx.receive(BROADCAST.ljust(100, b"x"))
    t.equal((b.nic.regs[RDH // 4], b.violations()), (SLOTS - 1, []),
            "virtualbox: after a reset the new ring is the only one")


def receive_ends(t):
    b = Bench("virtualbox")
    b.receiver(RING_A, BUFFERS, tail=2)
    b.write(RCTL, RCTL_EN | RCTL_BAM | RCTL_SECRC | 1 << 5)
    b.nic.rx.receive(BROADCAST.ljust(5000, b"x"))
    b.write(RDT, 8)
    b.nic.rx.receive(BROADCAST.ljust(100, b"x"))
    ends = [b.status(RING_A, slot)[12] & 3 for slot in range(3)]
    t.equal(ends, [1, 1, 3], "virtualbox: a frame without buffers ends in the middle, without EOP")
    lengths = {}
    for name in ("datasheet", "bhyve"):
        b = Bench(name)
        b.receiver(RING_A, BUFFERS)
        b.write(RCTL, RCTL_EN | RCTL_BAM | RCTL_SECRC | 1 << 5)
        b.nic.rx.receive(BROADCAST.ljust(2048, b"x"))
        lengths[name] = struct.unpack_from("<H", b.status(RING_A, 0), 8)[0]
    t.equal(lengths, {"datasheet": 2048, "bhyve": 0}, "bhyve: a whole buffer's length is 0")
    foreign = b"\x02" + BROADCAST[1:60]
    b.write(RCTL, RCTL_EN | RCTL_SECRC)
    b.nic.rx.receive(foreign)
    t.equal(b.nic.regs[RDH // 4], 2, "bhyve: no address is filtered out")


def transmit_rings(t):
    b = Bench("virtualbox")
    b.nic.execute({"op": "wire", "blocked": True})
    b.transmitter(RING_A)
    b.transmit(RING_A, b.frame(BROADCAST.ljust(70, b"a")))
    t.check(b.read(STATUS) & STATUS_TXOFF and not b.sent, "virtualbox: a blocked wire pauses it")
    b.transmitter(RING_B)
    b.transmit(RING_B, b.frame(BROADCAST.ljust(80, b"b"), FRAMES + 0x1000))
    b.nic.execute({"op": "wire", "blocked": False})
    t.check([len(f) for f in b.sent] == [70] and b.violations()
            and not b.read(STATUS) & STATUS_TXOFF,
            "virtualbox: then the old ring's frame is sent in place of the new one's", b.sent)
    b.reset()
    b.transmitter(RING_A)
    b.transmit(RING_A, b.frame(BROADCAST.ljust(30, b"a")))
    t.equal(([len(f) for f in b.sent[1:]], b.violations()), ([30], []),
            "virtualbox: a reset forgets it; short frames are not padded")
    many = [(FRAMES, 1) for _ in range(63)]
    b.transmit(RING_A, *many, (FRAMES, 1 | TXD_EOP | TXD_RS))
    head = b.read(TDH)
    b.transmit(RING_A, *many, many[0], (FRAMES, 1 | TXD_EOP | TXD_RS))
    t.equal((head, b.read(TDH), len(b.sent)), (65, 65, 3), "virtualbox: 64 descriptors, not 65")


def link(t):
    b = Bench("virtualbox")
    b.write(CTRL, CTRL_RST)
    b.write(CTRL, CTRL_SLU)
    b.transmitter(RING_A)
    down = b.read(STATUS) & STATUS_LU
    b.transmit(RING_A, b.frame(BROADCAST.ljust(70, b"a")))
    b.wait(4.9)
    before = len(b.sent)
    b.wait(0.2)
    t.equal((down, before, len(b.sent), b.read(STATUS) & STATUS_LU), (0, 0, 1, STATUS_LU),
            "virtualbox: 5 s after a reset the link is up and sends what waited")
    b.write(CTRL, CTRL_RST)
    b.wait(6)
    t.equal(b.read(STATUS) & STATUS_LU, 0, "virtualbox: without SLU it stays down")
    kept = {}
    for name in ("virtualbox", "absent-minded", "datasheet"):
        b = Bench(name)
        b.write(MTA, 1)
        b.phy(4, 0x01e1)
        b.write(RAL + 8, 5)
        b.reset()
        kept[name] = b.read(MTA), b.phy(4) == 0x01e1, b.read(RAL + 8)
    t.equal(kept, {"virtualbox": (1, True, 0), "absent-minded": (0, False, 0),
                   "datasheet": (0, True, 0)}, "what a reset keeps")


def interrupts(t):
    seen = {}
    for name in ("datasheet", "virtualbox", "bhyve"):
        b = Bench(name)
        b.write(ITR, 0)
        b.write(IMS, 0xff)
        b.nic.line.cause(INT_RXT0)
        up = b.up
        b.write(IMC, 0xff)
        masked = b.up
        b.write(ICR, 0)
        written = b.up
        b.read(ICR)
        b.nic.line.cause(INT_RXT0)
        b.write(IMS, 0xff)
        at_once = b.up
        b.wait(0.01)
        b.write(ICR, INT_RXT0)
        seen[name] = (up, masked, written, at_once, b.up)
    t.equal(seen, {"datasheet": (True, False, False, True, False),
                   "virtualbox": (True, False, False, False, True),
                   "bhyve": (True, True, False, True, False)},
            "what IMC, writing ICR, and IMS do to the line")
    b = Bench("bhyve")
    itr = b.read(ITR)
    b.write(IMS, 0xff)
    b.nic.line.cause(INT_RXT0)
    b.read(ICR)
    b.nic.line.cause(INT_RXT0)
    early = b.up
    b.wait(0.0011)
    t.equal((itr, early, b.up), (250, False, True), "bhyve: interrupts are a millisecond apart")
    b.wait(6)
    t.check(any("up for" in words for words in b.violations()), "a line left up is noticed")
    b = Bench("absent-minded")
    for _ in range(20):
        b.write(IMC, 0xffffffff)
        b.wait(0.001)
    t.check(b.up and not b.read(ICR) and not b.up, "absent-minded: the line rises while masked")


def registers(t):
    b = Bench("bhyve")
    b.write(EERD, 1)
    t.equal((b.read(EERD), b.phy(0, 0x1140), b.phy(0)), (0, 0x1140, 0),
            "bhyve: no EERD, and BMCR reads 0")
    b.read(RAL + 8 * 14)
    dead = []
    for access in (lambda: b.read(RAL + 8 * 15), lambda: b.write(RAL + 8 * 15 + 4, 0)):
        try:
            access()
        except MachineDead as words:
            dead.append(str(words))
    t.equal((len(dead), b.violations()), (2, dead), "bhyve: receive address 15 is deadly")
    b = Bench("virtualbox")
    t.equal((b.phy(5) & 0x0c00, b.phy(0, 0x4140), b.nic.loops), (0, 0x4140, False),
            "virtualbox: no pause, no loopback in the PHY")
    b.write(RCTL, RCTL_LBM)
    t.check(b.nic.loops, "virtualbox: RCTL.LBM loops back")
    b.write(RCTL, RCTL_EN)
    b.nic.rx.receive(b"\x02" + BROADCAST[1:60])
    t.equal(b.read(TPR), 1, "virtualbox: TPR counts what the filters drop")


def context(mss=0, command=0, l4=UDP_AT, at=UDP_SUM_AT, head=0, paylen=0):
    """A context descriptor; offsets are those of IPv4 without options, or given."""
    return (14 | l4 << 32 | at << 40,
            paylen | TXD_DEXT | command | head << 40 | mss << 48)


def offloads(t):
    data = TXD_DEXT | 1 << 20 | TXD_EOP | TXD_RS
    sums = {}
    for name in ("datasheet", "bhyve"):
        b = Bench(name)
        b.transmitter(RING_A)
        # Summed with what is there for the pseudo header this is ffff
        frame = BROADCAST.ljust(UDP_AT, b"\0") + struct.pack("!4H", 0, 0, 0, 0xffff)
        b.transmit(RING_A, context(), b.frame(frame, flags=data | TXD_TXSM))
        b.wait(0.001)
        sums[name] = struct.unpack_from("!H", b.sent[0], UDP_SUM_AT)[0]
    t.equal(sums, {"datasheet": 0xffff, "bhyve": 0}, "bhyve: a UDP checksum of 0 is sent as 0")
    head = BROADCAST[:12] + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, 0, 6, 64) + b"\xfd" * 32
    frame = (head + bytes(20)).ljust(74 + 200, b"x")
    ctx = context(100, TXD_TSE | 1 << 24, 54, 70, 74, 200)
    for name, sound in (("datasheet", True), ("virtualbox", False)):
        b = Bench(name)
        b.write(CTRL, CTRL_SLU | CTRL_VME)
        b.transmitter(RING_A)
        b.transmit(RING_A, ctx, b.frame(frame, flags=data | TXD_TSE | TXD_TXSM))
        b.transmit(RING_A, ctx, b.frame(frame, flags=data | TXD_TSE | TXD_TXSM | TXD_VLE))
        lengths = [struct.unpack_from("!H", f, at)[0] for f, at in zip(b.sent, (18, 18, 22, 22))]
        t.equal(lengths, [120] * 4 if sound else [120, 120, 0, 1],
                f"{name}: TSO over IPv6 with a tag is {'right' if sound else 'corrupt'}")
    wrong = context(100, TXD_TSE | 1 << 24, 54, 70, 74, 201)
    b.transmit(RING_A, wrong, b.frame(frame, flags=data | TXD_TSE | TXD_TXSM))
    t.equal(b.violations(), ["a context promises 201 bytes of payload, and 200 follow"],
            "PAYLEN is not what follows: the NIC says so")
    b.write(IMS, INT_TXDW)
    b.read(ICR)
    b.transmit(RING_A, (ctx[0], ctx[1] | TXD_RS))
    t.equal(b.read(ICR) & INT_TXDW, 0, "virtualbox: no TXDW for a context descriptor")
    b = Bench("absent-minded")
    b.transmitter(RING_A)
    b.transmit(RING_A, b.frame(BROADCAST.ljust(70, b"a")))
    early = len(b.sent), b.status(RING_A, 0)[12] & 1
    b.wait(0.001)
    t.equal((early, len(b.sent), b.status(RING_A, 0)[12] & 1), ((0, 0), 1, 1),
            "absent-minded: a frame is sent and reported some time after the doorbell")


def test(t):
    for part in (receive_rings, receive_ends, transmit_rings, link, interrupts, registers,
                 offloads):
        part(t)


e1k.main(test, plan=29, bed=False)
