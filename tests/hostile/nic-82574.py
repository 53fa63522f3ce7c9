#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The 82574 in software: its messages, two queues, RSS, extended and split descriptors, and what
it notices of a driver that mixes up the queues' contexts, or gives it bad split descriptors."""

import struct

from lib import e1k, frames
from lib.nicbench import BROADCAST, BUFFERS, FRAMES, MAC, RING_A, RING_B, Bench
from nic.identity import MSIX_CONTROL
from nic.regs import (CTRL, CTRL_EXT, CTRL_EXT_EIAME, CTRL_MASTER_DISABLE, CTRL_SLU, EERD, EIAC, EITR,
                      IAM, ICR, ICS, IMC, IMS, INT_ASSERTED, INT_LSC, INT_OTHER, INT_RXO, INT_RXQ,
                      INT_RXT0, INT_TXQ, IVAR, MPC, MRQC, PSRCTL, QUEUE_STEP, RCTL, RCTL_BAM, RCTL_EN,
                      RCTL_SECRC, RCTL_SPLIT, RCTL_UPE, RDBAL, RDH, RDLEN, RDT, RETA, RFCTL,
                      RFCTL_EXTEN, RNBC, RSSRK, RXCSUM, RXCSUM_IPOFL, RXCSUM_PCSD, RXCSUM_TUOFL, STATUS, STATUS_MASTER, SYSTIMH,
                      SYSTIML, TIMINCA, TXD_DEXT, TXD_EOP, TXD_RS, TXD_TXSM)
from nic.vfio_user import REGION_CONFIG

KEY = bytes.fromhex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa")
HASH = 0x51ccc178       # Microsoft's first vector
ON = RCTL_EN | RCTL_BAM | RCTL_SECRC | RCTL_UPE
DD, EOP, IPCS, TCPCS = 1, 2, 0x40, 0x20
EITR_US = 1000


def messages(auto_clear=INT_RXQ | INT_TXQ | INT_OTHER):
    """A NIC with MSI-X: queue 0 has vector 0, queue 1 vector 1, the rest 2."""
    b = Bench("82574")
    b.nic.region_write(REGION_CONFIG, MSIX_CONTROL, struct.pack("<H", 0x8004))
    b.write(IVAR, 0xa9898)
    b.write(EIAC, auto_clear)
    return b


def tcp_frame():
    """The packet of the vector, to this NIC."""
    segment = frames.tcp("66.9.149.187", "161.142.100.80", 2794, 1766, b"x" * 100)
    return frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, 0x0800, frames.ip_packet(
        "66.9.149.187", "161.142.100.80", 6, segment))


def message_test(t):
    b = messages()
    b.write(IMS, INT_RXQ | INT_LSC | INT_OTHER)
    b.receiver(RING_A, BUFFERS)
    for _ in range(3):
        b.nic.rx.receive(BROADCAST.ljust(100, b"x"))
    t.equal((b.messages, b.nic.line.icr, b.read(IMS) & INT_RXQ), ([0, 0, 0], 0, INT_RXQ),
            "a message for each frame; it takes its cause, and leaves it enabled")
    b.nic.set_cable(False)
    t.equal((b.messages[3:], b.nic.line.icr), ([2], INT_LSC), "the link has the vector of the rest")
    b.messages.clear()
    b.write(IMC, INT_RXQ)
    b.write(ICS, INT_RXQ)
    masked = list(b.messages)
    b.write(IMS, INT_RXQ)
    t.equal((masked, b.messages), ([], [0]), "masked it waits; enabled it is sent")


def moderation(t):
    b = messages()
    b.write(IMS, INT_RXQ)
    b.write(EITR, EITR_US * 1000 // 256)
    for _ in range(3):
        b.write(ICS, INT_RXQ)
    early = len(b.messages)
    b.wait(EITR_US * 1e-6)
    late = len(b.messages)
    b.wait(EITR_US * 1e-6)
    t.equal((early, late, len(b.messages)), (1, 2, 2), "EITR keeps messages apart, and sends none "
            "for nothing")


def causes(t):
    b = messages(auto_clear=0)
    b.write(IAM, INT_RXQ)
    b.write(CTRL_EXT, CTRL_EXT_EIAME)
    b.write(IMS, INT_RXQ | INT_TXQ)
    b.write(ICS, INT_RXQ)
    t.equal((b.messages, b.nic.line.icr, b.read(IMS)), ([0], INT_RXQ, INT_TXQ),
            "without EIAC the cause stays; EIAME masks by IAM")
    b = Bench("82574")
    b.write(ICS, INT_RXT0)
    b.write(IMS, INT_LSC)
    kept = b.read(ICR), b.read(ICR)
    b.write(IMS, INT_RXT0)
    up, gone = b.up, (b.read(ICR), b.read(ICR))
    t.equal((kept, up, gone), ((INT_RXT0,) * 2, True, (INT_RXT0 | INT_ASSERTED, 0)),
            "INTx: reading ICR clears what interrupts, and nothing else while unmasked")


def two_rings(extended=True, tail=31):
    b = messages()
    b.receiver(RING_A, BUFFERS)
    b.receiver(RING_B, BUFFERS + 0x20000, queue=1, tail=tail)
    b.write(RCTL, ON)
    b.write(RFCTL, RFCTL_EXTEN if extended else 0)
    b.write(RXCSUM, RXCSUM_PCSD | RXCSUM_IPOFL | RXCSUM_TUOFL)
    for n in range(10):
        b.write(RSSRK + 4 * n, struct.unpack_from("<I", KEY, 4 * n)[0])
    for n in range(32):     # odd hashes to queue 1, even ones to queue 0
        b.write(RETA + 4 * n, 0x80008000)
    b.write(MRQC, 0x1f0001)
    b.write(IMS, INT_RXQ | INT_RXQ << 1 | INT_RXO | INT_OTHER)
    return b


def queues(t):
    b = two_rings()
    b.nic.rx.receive(tcp_frame())
    first, status, length, tag = struct.unpack("<QIHH", b.status(RING_A, 0))
    t.equal((first, status, length, tag, b.messages),
            (HASH << 32 | 1, DD | EOP | IPCS | TCPCS, len(tcp_frame()), 0, [0]),
            "an extended descriptor: hash, type, queue, verdict, length")
    for n in range(32):
        b.write(RETA + 4 * n, 0x80808080)
    b.nic.rx.receive(tcp_frame())
    first = struct.unpack_from("<Q", b.status(RING_B, 0))[0]
    t.equal((first, b.messages), (HASH << 32 | 0x101, [0, 1]),
            "RETA chooses the queue, which has a ring and a vector of its own")
    b.nic.rx.receive(BROADCAST.ljust(100, b"x"))
    first = struct.unpack_from("<Q", b.status(RING_A, 1))[0]
    t.equal((first, b.messages[2:]), (0, [0]), "what is not IP: queue 0, no hash")
    b = two_rings(extended=False)
    b.nic.rx.receive(tcp_frame())
    t.equal(struct.unpack_from("<QH2xB", b.status(RING_A, 0)),
            (BUFFERS, len(tcp_frame()), DD | EOP | IPCS | TCPCS), "legacy descriptors, too")
    bad = tcp_frame()[:-1] + b"y"
    b.nic.rx.receive(bad)
    t.equal(b.status(RING_A, 1)[12:14], bytes((DD | EOP | IPCS | TCPCS, 0x20)),
            "a wrong checksum is found")


def full(t):
    b = two_rings(tail=1)
    for n in range(32):
        b.write(RETA + 4 * n, 0x80808080)
    for _ in range(3):
        b.nic.rx.receive(tcp_frame())
    b.nic.rx.receive(BROADCAST.ljust(100, b"x"))
    t.equal((b.read(RDH + QUEUE_STEP), b.read(RDH), b.read(RNBC), b.read(MPC)), (1, 1, 2, 2),
            "a full queue drops, and the other one receives")
    t.equal((b.messages, b.nic.line.icr & INT_RXO), ([1, 2, 2, 0], INT_RXO), "RXO says so")
    b.write(RDT + QUEUE_STEP, 2)
    t.equal(b.read(RDH + QUEUE_STEP), 1, "what was dropped does not come later")


SIZES = (256, 1024, 1024, 0)
STEP = 0x1000


def post(b, slot, addresses=None):
    """A split descriptor with buffers; the address of one without size is not looked at."""
    at = BUFFERS + STEP * slot
    b.memory.write(RING_A + 32 * slot, struct.pack("<4Q", *(addresses or (
        at, at + 0x400, at + 0x800, 0xdead0001))))


def split_ring(tail=15):
    """A ring with packet split, and the receiver on."""
    b = messages()
    for slot in range(16):
        post(b, slot)
    for offset, value in ((PSRCTL, 2 | 1 << 8 | 1 << 16), (RFCTL, RFCTL_EXTEN),
                          (RXCSUM, RXCSUM_PCSD | RXCSUM_IPOFL | RXCSUM_TUOFL), (RDBAL, RING_A),
                          (RDLEN, 32 * 16), (RDH, 0), (RDT, 0), (RCTL, ON | RCTL_SPLIT),
                          (RDT, 2 * tail)):
        b.write(offset, value)
    return b


def written(b, slot):
    """Status, lengths and header status of a descriptor, and what is in its buffers."""
    status, first, header, *more = struct.unpack_from("<8xIH2x4H", b.memory.read(RING_A + 32 * slot, 32))
    at = BUFFERS + STEP * slot
    data = b"".join(b.memory.read(at + 0x400 * n, size) for n, size in enumerate((first, *more)))
    return status & 3, [first, *more], header, data


def split(t):
    b = split_ring()
    tcp = tcp_frame()
    b.nic.rx.receive(tcp)
    t.equal((written(b, 0), b.read(RDH)), ((DD | EOP, [54, 100, 0, 0], 0x8000 | 54, tcp), 2),
            "packet split: headers are alone, and RDH counts 16 bytes")
    other = BROADCAST + bytes(range(250)) * 4
    b.nic.rx.receive(other)
    t.equal(written(b, 1), (DD | EOP, [256, len(other) - 256, 0, 0], 0, other),
            "what is not split fills one buffer after the other")
    b.write(RCTL, ON | RCTL_SPLIT | 1 << 5)
    segment = frames.tcp("66.9.149.187", "161.142.100.80", 2794, 1766, bytes(range(250)) * 12)
    long = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, 0x0800, frames.ip_packet(
        "66.9.149.187", "161.142.100.80", 6, segment))
    b.nic.rx.receive(long)
    first, second = written(b, 2), written(b, 3)
    t.equal((first[:3], second[:3], first[3] + second[3]),
            ((DD, [54, 1024, 1024, 0], 0x8000 | 54), (DD | EOP, [0, 952, 0, 0], 0), long),
            "a long frame goes on in the payload's buffers of the next descriptor")
    b.write(RXCSUM, RXCSUM_PCSD)
    b.nic.rx.receive(tcp)
    t.equal((written(b, 4), b.violations()), ((DD | EOP, [154, 0, 0, 0], 0, tcp), []),
            "without checksums and RSS nothing is split")
    for slot in range(5, 16):
        b.nic.rx.receive(tcp)
    t.equal((b.read(RDH), b.read(RNBC), written(b, 14)[0], written(b, 15)[0]), (30, 1, 3, 0),
            "a full ring drops")


def bad_split(t):
    buffer = BUFFERS + STEP
    for text, addresses in (("an odd address", (buffer, buffer + 0x401, buffer + 0x800, 0)),
                            ("none", (buffer, buffer + 0x400, 0, 0))):
        b = split_ring()
        post(b, 1, addresses)
        b.nic.rx.receive(tcp_frame())
        before = b.violations()
        b.nic.rx.receive(tcp_frame())
        t.equal((before, len(b.violations())), ([], 1), f"a split descriptor with {text}: reported")
    b = split_ring()
    for _ in range(15):
        b.nic.rx.receive(tcp_frame())
    b.write(RDT, 4)     # slots 15, 0 and 1; the last two were not filled again
    b.nic.rx.receive(tcp_frame())
    before = b.violations()
    b.nic.rx.receive(tcp_frame())
    t.check(not before and any("written back" in said for said in b.violations()),
            "one that was given back as it was written: reported")
    b = split_ring()
    b.write(RDT, 5)
    b.nic.rx.receive(tcp_frame())
    middle = b.violations()
    b.write(RCTL, ON)
    changed = b.violations()
    b.write(RCTL, 0)
    b.write(PSRCTL, 1 << 8)
    b.write(RCTL, ON | RCTL_SPLIT)
    b.nic.rx.receive(tcp_frame())
    t.equal([len(said) for said in (middle, changed, b.violations())], [1, 1, 1],
            "a tail amid a descriptor, another DTYP amid frames, an empty first buffer: reported")


def contexts(t):
    data = TXD_DEXT | 1 << 20 | TXD_EOP | TXD_RS | TXD_TXSM
    b = messages()
    b.write(IMS, INT_TXQ | INT_TXQ << 1)
    b.transmitter(RING_A)
    b.transmitter(RING_B, queue=1)
    udp = BROADCAST.ljust(60, b"\0")
    b.transmit(RING_A, (14 | 34 << 32 | 40 << 40, TXD_DEXT), b.frame(udp, flags=data))
    b.transmit(RING_B, (14 | 34 << 32 | 40 << 40, TXD_DEXT), b.frame(udp, flags=data), queue=1)
    t.equal((len(b.sent), b.messages, b.violations()), (2, [0, 1], []), "two transmit queues")
    b.transmit(RING_B, (14 | 34 << 32 | 50 << 40, TXD_DEXT), queue=1)
    b.transmit(RING_A, b.frame(udp, flags=data))
    t.check(b.violations() and b.sent[2][50:52] != b"\0\0",
            "a context of the other queue is used, and reported")


def registers(t):
    b = Bench("82574")
    b.write(EERD, 1 | 1 << 2)
    t.equal(b.read(EERD), struct.unpack("<H", MAC[2:4])[0] << 16 | 1 << 2 | 2, "EERD")
    b.write(TIMINCA, 1 << 24 | 40)
    b.wait(5.0)
    low, high = b.read(SYSTIML), b.read(SYSTIMH)
    t.check(abs((high << 32 | low) - 5 * 10**9) <= 40, "SYSTIM", high, low)
    differ = sum(abs((b.read(SYSTIML) | b.read(SYSTIMH) << 32) - 5 * 10**9) > 40 for _ in range(7))
    t.equal(differ, 1, "one of seven readings is wrong")
    b.receiver(RING_A, BUFFERS)
    before = b.read(STATUS) & STATUS_MASTER
    b.write(CTRL, CTRL_SLU | CTRL_MASTER_DISABLE)
    b.nic.rx.receive(BROADCAST.ljust(100, b"x"))
    t.equal((before, b.read(STATUS) & STATUS_MASTER, b.read(RDH)), (STATUS_MASTER, 0, 0),
            "GIO_MASTER_DISABLE ends bus mastering")


def test(t):
    for part in (message_test, moderation, causes, queues, full, split, bad_split, contexts,
                 registers):
        part(t)


assert FRAMES
e1k.main(test, plan=29, bed=False)
