# SPDX-License-Identifier: GPL-2.0-only
"""Receive-side scaling as Microsoft defined it: which queue a packet is for."""

import socket

from lib import control

# The key of Microsoft's verification suite
KEY = bytes.fromhex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b4"
                    "77cb2da38030f20c6a42b73bbeac01fa")


def text(key):
    """A key as ethtool has it."""
    return ":".join(f"{byte:02x}" for byte in key)


def toeplitz(data, key=KEY):
    """The hash: for each bit that is set, the 32 bits of the key that begin there."""
    window, length = int.from_bytes(key, "big"), 8 * len(key)
    value = 0
    for at, bit in enumerate(f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"):
        if bit == "1":
            value ^= window >> (length - 32 - at) & 0xFFFFFFFF
    return value


def two_queues(t):
    """Two queues, the known key, and a table by which the hash's lowest bit is the queue."""
    control.set_queues(t, 2)
    t.must(t.on_nut("ethtool", "-X", t.nut, "hkey", text(KEY), "equal", 2))
    t.defer(t.on_nut, "ethtool", "-X", t.nut, "default")


def sender_for(queue, destination, network="10.99.0"):
    """An IPv4 address whose datagrams to that destination come by this queue then."""
    for host in range(1, 255):
        data = socket.inet_aton(f"{network}.{host}") + socket.inet_aton(destination)
        if toeplitz(data) & 1 == queue:
            return f"{network}.{host}"
    raise LookupError("no such address")
