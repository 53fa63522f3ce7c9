# SPDX-License-Identifier: GPL-2.0-only
"""Where an sk_buff keeps its length and the address of its data.

The layout differs from kernel to kernel, and not every kernel brings its type
information (BTF). So it is measured: a datagram of a known length and content goes from
a Unix socket to its partner, while a probe looks at every word of its skb.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass

from tracefs import Trace

# Where its reader has the datagram in hand, on all kernels.
PLACES = ["skb_copy_datagram_iter", "__skb_datagram_iter"]
WORDS = range(0, 0x100, 8)
# A length that nothing else in an skb is likely to be.
LENGTH = 1021
# Bytes that are recorded of a packet: two link headers, IPv6 with extension headers, and TCP.
RECORDED = 128


@dataclass(frozen=True)
class Layout:
    """Offsets in struct sk_buff."""

    length: int
    data: int

    def size(self, argument: str) -> str:
        """Length and address of the data of the skb in an argument."""
        return f"n=+{self.length}($arg{argument}):u32 p=+{self.data}($arg{argument}):x64"

    def fetch(self, argument: str, where: str) -> str:
        """What a probe is to record of the data of the skb in an argument.

        where: what its data begins with then, "ether", "net" (the IP header), or
        "pulled": the link header is right before it.
        """
        back = "-14" if where == "pulled" else "+0"
        return f"b={back}(+{self.data}($arg{argument})):x64[{RECORDED // 8}]"


def find(values: dict[str, int], pattern: int) -> Layout | None:
    """From what was found at each offset: as a pointer, and as two numbers of four bytes."""
    lengths = [int(name[1:]) for name, value in values.items()
               if name.startswith("n") and value == LENGTH]
    # The beginning of the buffer may hold the same: it is kept before the data's.
    pointers = [int(name[1:]) for name, value in values.items()
                if name.startswith("p") and value == pattern]
    return Layout(min(lengths), max(pointers)) if lengths and pointers else None


def measure(trace: Trace) -> Layout | None:
    content = os.urandom(8).ljust(LENGTH, b"e")
    pattern = int.from_bytes(content[:8], "little")

    def fetch(_: str) -> str:
        return " ".join([f"p{at}=+0(+{at}($arg1)):x64" for at in WORDS]
                        + [f"n{at + half}=+{at + half}($arg1):u32" for at in WORDS
                           for half in (0, 4)])
    if not trace.add_probe("measure", PLACES, fetch):
        return None
    try:
        trace.arm()
        trace.start()
        writer, reader = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with writer, reader:
            writer.send(content)
            reader.recv(2 * LENGTH)
        time.sleep(0.01)
        trace.stop()
        found = [event for event in trace.read() if event.name == "measure"
                 and event.pid == os.getpid()]
    finally:
        trace.remove_probe("measure")
    layouts = (find(event.values, pattern) for event in found)
    return next((layout for layout in layouts if layout), None)
