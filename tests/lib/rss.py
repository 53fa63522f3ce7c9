# SPDX-License-Identifier: GPL-2.0-only
"""Receive-side scaling as Microsoft defined it: which queue a packet is for."""

import ctypes
import socket
import struct

from lib import control, e1k, frames

SO_ATTACH_FILTER = 26
# Loads of struct sk_buff's hash and queue_mapping (include/uapi/linux/filter.h)
SKB_HASH, SKB_QUEUE = 0xFFFFF020, 0xFFFFF018
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06

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


def packet(kind, src, dst, sport, dport):
    """A frame for the NIC with that in it."""
    build = frames.tcp if kind == socket.IPPROTO_TCP else frames.udp
    data = frames.ip_packet(src, dst, kind, build(src, dst, sport, dport, bytes(100)))
    proto = frames.ETH_P_IPV6 if ":" in src else frames.ETH_P_IP
    return frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, proto, data)


def refused(result):
    """Whether ethtool says so. Of rules and fields it reports an error, and exits with 0."""
    return not result or any(text in result.out for text in ("Cannot", "not supported", "busy"))


def only(sock, value, queue):
    """Have the socket see no frame but those with this hash and queue."""
    program = b"".join(struct.pack("=HBBI", *step) for step in (
        (LOAD, 0, 0, SKB_HASH), (JUMP_EQUAL, 0, 3, value),
        (LOAD, 0, 0, SKB_QUEUE), (JUMP_EQUAL, 0, 1, queue + 1),
        (RETURN, 0, 0, 0xFFFFFFFF), (RETURN, 0, 0, 0)))
    steps = ctypes.create_string_buffer(program)
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                    struct.pack("HP", 6, ctypes.addressof(steps)))


def has(t, out, frame, value, queue):
    """Whether that is what the NIC finds for the frame."""
    into = frames.capture(t, "nut")
    only(into.sock, value, queue)
    out.send(frame)
    seen = into.next(5)
    into.sock.close()
    return seen == frame
