# SPDX-License-Identifier: GPL-2.0-only
"""The filter language of tcpdump, compiled and run by libpcap."""

from __future__ import annotations

import ctypes
import re
import struct

import packet as frames
from errors import UsageError, WalkError
from layout import RECORDED
from packet import Packet

# Debian's name for it, then everybody else's.
NAMES = ("libpcap.so.0.8", "libpcap.so.1", "libpcap.so")
ETHERNET, ANY_MASK, SNAP = 1, 0xffffffff, 65535
# Beside "vlan", libpcap's words for what stands behind a tag that is in the frame.
TAGGED = re.compile(r"\b(vlan|0x8100)\b")
# Instructions of classic BPF that load from the frame.
CLASS, LOAD, MODE, ABSOLUTE, BEHIND_IPV4, SIZE = 7, 0, 0xe0, 0x20, 0x40, 0x18
SIZES = {0: 4, 8: 2, 16: 1}
SHORTEST_IPV4 = 20
# Messages of libpcap, and what they mean to the author of the filter.
MEANING = {"expression rejects all packets": "no packet can match it"}


class Program(ctypes.Structure):
    """struct bpf_program: how many instructions, and where they are."""

    _fields_ = [("length", ctypes.c_uint), ("code", ctypes.c_void_p)]

    def reach(self) -> int:
        """How many bytes a frame has that it looks at, at the least: the end of the
        farthest load."""
        code = ctypes.string_at(self.code, self.length * 8)
        far = 0
        for op, _, _, offset in struct.iter_unpack("<HBBI", code):
            if op & CLASS == LOAD and op & MODE in (ABSOLUTE, BEHIND_IPV4):
                start = SHORTEST_IPV4 if op & MODE == BEHIND_IPV4 else 0
                far = max(far, start + offset + SIZES.get(op & SIZE, 1))
        return far


class Header(ctypes.Structure):
    """struct pcap_pkthdr: a time, how much was captured, how long it was."""

    _fields_ = [("seconds", ctypes.c_long), ("microseconds", ctypes.c_long),
                ("captured", ctypes.c_uint32), ("length", ctypes.c_uint32)]


class Library:
    """libpcap; loaded when a filter is first compiled."""

    _loaded: "Library | None" = None

    def __init__(self) -> None:
        for name in NAMES:
            try:
                self.pcap = ctypes.CDLL(name)
                break
            except OSError:
                continue
        else:
            raise WalkError("filters need libpcap, which is not installed (Debian: libpcap0.8)")
        self.pcap.pcap_open_dead.restype = ctypes.c_void_p
        self.pcap.pcap_geterr.restype = ctypes.c_char_p
        self.pcap.pcap_geterr.argtypes = [ctypes.c_void_p]
        self.pcap.pcap_compile.argtypes = [ctypes.c_void_p, ctypes.POINTER(Program),
                                           ctypes.c_char_p, ctypes.c_int, ctypes.c_uint32]
        self.pcap.pcap_offline_filter.argtypes = [ctypes.POINTER(Program),
                                                  ctypes.POINTER(Header), ctypes.c_char_p]
        self.handle = self.pcap.pcap_open_dead(ETHERNET, SNAP)

    @classmethod
    def get(cls) -> "Library":
        cls._loaded = cls._loaded or cls()
        return cls._loaded

    def compile(self, text: str) -> Program:
        made = Program()
        if self.pcap.pcap_compile(self.handle, ctypes.byref(made), text.encode(), 1, ANY_MASK):
            said = self.pcap.pcap_geterr(self.handle).decode(errors="replace")
            raise UsageError(f"the filter '{text}' cannot be used: {MEANING.get(said, said)} "
                             "(its language is tcpdump's: pcap-filter(7))")
        return made

    def matches(self, program: Program, raw: bytes, length: int) -> bool:
        header = Header(0, 0, len(raw), max(length, len(raw)))
        return bool(self.pcap.pcap_offline_filter(ctypes.byref(program), ctypes.byref(header),
                                                  raw))


class Filter:
    """Which packets: an expression of tcpdump's, and bytes that must be in the frame.

    A tag that the NIC has taken out of the frame, or is to put into it, is not among
    its bytes. As in a live tcpdump, "udp" matches a tagged datagram all the same; with
    "vlan" in the expression the frame is looked at as it is on the wire.
    """

    def __init__(self, text: str = "any", data: bytes = b"") -> None:
        self.text, self.data = text, data
        expression = text.strip()
        self.on_the_wire = bool(TAGGED.search(expression))
        self.program = Library.get().compile("" if expression == "any" else expression)
        if self.program.reach() > RECORDED:
            raise UsageError(f"the filter '{text}' looks at byte {self.program.reach()} of a "
                             f"frame, of which {RECORDED} are recorded")

    def matches(self, packet: Packet) -> bool:
        if self.data not in packet.raw:
            return False
        raw, length = packet.raw, packet.length
        if self.on_the_wire and packet.tag is not None:
            raw, length = frames.tagged(raw, packet.tag), length + 4
        return Library.get().matches(self.program, raw, length)

    def __str__(self) -> str:
        return self.text + (f" and data {self.data!r}" if self.data else "")
