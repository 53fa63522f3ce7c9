# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios of one page of TCP that a process receives: by recv(), which copies it, and by
TCP_ZEROCOPY_RECEIVE, which maps the page that the NIC has written."""

from __future__ import annotations

import ctypes
import mmap
import select
import socket
from typing import Callable, Iterator

from bed import LIBC, NS, PATIENCE, Bed, run
from capfilter import Filter
from errors import NotHere, WalkError
from scenarios import ARRIVE, DATA, PORT, PUSH, Wanted, receive_all, scenario, tcp_pair, waiting

# Of whole pages only: a page, and 52 bytes of IP and TCP headers with time stamps.
PAGE = 4096
MTU = PAGE + 52
TCP_ZEROCOPY_RECEIVE = 35
MAP_FAILED = ctypes.c_void_p(-1).value
FRAME = Filter(f"tcp and dst port {PORT} and {PUSH}")
TAKEN = f"{ARRIVE} R14 R16 R18 R22 R23"
COPIES = ("skb_copy_datagram_iovec", "skb_copy_and_csum_datagram_msg", "skb_copy_bits")
MAPPED = ("tcp_zerocopy_receive", "vm_insert_pages")


class Request(ctypes.Structure):
    """The beginning of struct tcp_zerocopy_receive: more of it is not needed here."""

    _fields_ = [("address", ctypes.c_uint64), ("length", ctypes.c_uint32),
                ("recv_skip_hint", ctypes.c_uint32)]


def split_headers(bed: Bed) -> None:
    """The NIC writes headers into one buffer, and payload into pages."""
    split = ("ethtool", "-G", bed.nut, "tcp-data-split")
    try:
        run(*split, "on", ns=NS)
    except WalkError as error:
        raise NotHere("no header split: it takes an 82574L (NIC=e1000e) and Linux 6.12 or newer "
                      "(KROOT=trixie)") from error
    bed.undo.append(("ip", "netns", "exec", NS, *split, "off"))


def one_page(bed: Bed, receive: Callable[[socket.socket], None]) -> Iterator[None]:
    """A segment of one page, of a known content, to a process that waits for it."""
    server, client = tcp_pair(bed)
    yield None
    task = waiting("receiver", lambda: receive(server))
    client.sendall(DATA.ljust(PAGE, b"."))
    task.finish()


def long_frames(bed: Bed) -> None:
    for device, ns in ((bed.nut, NS), (bed.peer, "")):
        bed.ip(f"link set {device} mtu {MTU}", f"link set {device} mtu 1500", ns)


def window(sock: socket.socket) -> int:
    """Room in this process for a page of what the socket receives; nothing is there yet."""
    LIBC.mmap.restype = ctypes.c_void_p
    LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    address = LIBC.mmap(None, PAGE, mmap.PROT_READ, mmap.MAP_SHARED, sock.fileno(), 0)
    if address == MAP_FAILED:
        raise WalkError("mmap() of a TCP socket fails")
    return address


def receive_mapped(sock: socket.socket) -> None:
    """Wait, have the page mapped, and read the payload there."""
    address = window(sock)
    request = Request(address, PAGE, 0)
    size = ctypes.c_uint32(ctypes.sizeof(request))
    try:
        ready = select.poll()
        ready.register(sock, select.POLLIN)
        ready.poll(PATIENCE * 1000)
        if LIBC.getsockopt(sock.fileno(), socket.IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE,
                           ctypes.byref(request), ctypes.byref(size)):
            raise WalkError(f"getsockopt(TCP_ZEROCOPY_RECEIVE): errno {ctypes.get_errno()}")
        if request.length != PAGE:
            raise WalkError(f"{request.length} bytes are mapped, not {PAGE}")
        if ctypes.string_at(address, PAGE) != DATA.ljust(PAGE, b"."):
            raise WalkError("the page that is mapped holds something else than what was sent")
    finally:
        LIBC.munmap(ctypes.c_void_p(address), ctypes.c_size_t(PAGE))


@scenario("copied", "zero copy", "a page of TCP, as always: recv() copies it")
def copied(bed: Bed):
    long_frames(bed)
    yield from one_page(bed, lambda sock: receive_all(sock, PAGE))
    yield [Wanted("receive", FRAME, f"{TAKEN} R24; R8 R17", ("skb_copy_datagram_iovec",),
                  says=(f"{PAGE} bytes copied to user memory",), lacks=("skb_copy_bits", *MAPPED))]


@scenario("zerocopy", "zero copy", "a page of TCP, never copied: the process gets the page itself")
def zerocopy(bed: Bed):
    long_frames(bed)
    split_headers(bed)
    yield from one_page(bed, receive_mapped)
    yield [Wanted("receive", FRAME, f"{TAKEN} R25; R8 R17", MAPPED, lacks=COPIES,
                  says=(f"{PAGE} bytes of payload into pages", "nothing copied",
                        f"{PAGE} of them in pages", "which the NIC has written, is now at"))]
