# SPDX-License-Identifier: GPL-2.0-only
"""Netfilter chains, empty but for their policy, made by netlink: no nft needed."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from typing import Iterator

from bed import namespace
from errors import WalkError

NETLINK_NETFILTER, NFNL_SUBSYS_NFTABLES = 12, 10
BATCH_BEGIN, BATCH_END = 16, 17
NEWTABLE, DELTABLE, NEWCHAIN = 0, 2, 3
REQUEST, ACK, CREATE = 1, 4, 0x400
NESTED, IPV4 = 0x8000, 2
PRE_ROUTING, LOCAL_IN, LOCAL_OUT, POST_ROUTING = 0, 1, 3, 4
DROP, ACCEPT = 0, 1
TABLE = b"e1k_walk\0"


def attribute(kind: int, data: bytes) -> bytes:
    size = 4 + len(data)
    return struct.pack("HH", size, kind) + data + b"\0" * (-size % 4)


def message(kind: int, flags: int, number: int, family: int, body: bytes = b"",
            resource: int = 0) -> bytes:
    content = struct.pack("!BBH", family, 0, resource) + body
    return struct.pack("IHHII", 16 + len(content), kind, flags, number, 0) + content


def batch(*requests: tuple[int, int, bytes]) -> bytes:
    out = message(BATCH_BEGIN, REQUEST, 0, 0, resource=NFNL_SUBSYS_NFTABLES)
    for number, (kind, flags, body) in enumerate(requests, 1):
        out += message(NFNL_SUBSYS_NFTABLES << 8 | kind, REQUEST | ACK | flags, number, IPV4, body)
    return out + message(BATCH_END, REQUEST, len(requests) + 1, 0,
                         resource=NFNL_SUBSYS_NFTABLES)


def talk(sock: socket.socket, data: bytes, answers: int) -> None:
    sock.send(data)
    while answers:
        reply = sock.recv(65536)
        at = 0
        while at + 20 <= len(reply):
            size, kind = struct.unpack_from("IH", reply, at)
            if kind == 2:
                error = -struct.unpack_from("i", reply, at + 16)[0]
                if error:
                    raise WalkError(f"netfilter: {os.strerror(error)}")
                answers -= 1
            at += size + 3 & ~3


@contextlib.contextmanager
def everything_dropped(ns: str, place: int = LOCAL_IN, chain_name: bytes = b"input") -> \
        Iterator[None]:
    """While inside, nothing reaches a socket in the namespace, or leaves one."""
    with chains(ns, {place: chain_name}, DROP):
        yield


def chain(place: int, name: bytes, policy: int) -> bytes:
    hook = attribute(1, struct.pack("!I", place)) + attribute(2, struct.pack("!i", 0))
    return (attribute(1, TABLE) + attribute(3, name + b"\0") + attribute(4 | NESTED, hook)
            + attribute(5, struct.pack("!I", policy)) + attribute(7, b"filter\0"))


@contextlib.contextmanager
def chains(ns: str, names: dict[int, bytes], policy: int) -> Iterator[None]:
    """While inside, there is a chain at each of these hooks. names: by the hook's number."""
    table = attribute(1, TABLE)
    made = [(NEWCHAIN, CREATE, chain(place, name, policy)) for place, name in names.items()]
    with namespace(ns):
        sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.settimeout(10)
    with sock:
        sock.bind((0, 0))
        talk(sock, batch((NEWTABLE, CREATE, table), *made), 1 + len(made))
        try:
            yield
        finally:
            talk(sock, batch((DELTABLE, 0, table)), 1)
