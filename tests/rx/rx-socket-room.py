#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nics: e1000 e1000-82545em e1000-82544gc
# timeout: 400
# allow-log: .*NIC Link is (Up|Down)
# allow-log: Intel\(R\) PRO/1000
# allow-log: Copyright \(c\) .* Intel
"""What a socket of default size holds unread, at several MTUs and lengths: at least as much
as with the stock driver, which is measured in the same guest first."""

import contextlib
import fcntl
import glob
import os
import socket
import struct

from lib import e1k

MTUS = (1500, 2000, 4000, 9000)
SIZES = (100, 1000, 1472)
MOST = 640              # datagrams; with the stock driver no socket holds so many
BURST = 16
FIONREAD = 0x541B
# How much TCP takes depends a little on how segments are merged.
TCP_SHARE = 0.9


def stock_module():
    """The stock driver's file for this kernel."""
    found = glob.glob(f"/lib/modules/{os.uname().release}/kernel/drivers/net/ethernet/intel/"
                      "e1000/e1000.ko*")
    if not found:
        raise e1k.Skip("no stock driver here")
    return found[0]


@contextlib.contextmanager
def driven_by(t, module):
    """The test bed with another driver."""
    own = os.environ.get("E1K_KO")
    os.environ["E1K_KO"] = module
    try:
        t.setup()
        t.quiet()
        yield
        e1k.command(f"{e1k.LIB}/e1k.sh", "cleanup")
    finally:
        if own is None:
            del os.environ["E1K_KO"]
        else:
            os.environ["E1K_KO"] = own


def datagrams(t, size):
    """How many of this size a socket holds that is not read."""
    held = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    pace = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    out = t.socket("peer", socket.AF_INET, socket.SOCK_DGRAM)
    for sock in (held, pace):
        sock.bind((e1k.NUT_IP, 0))
    pace.settimeout(e1k.PATIENCE)
    for number in range(MOST):
        out.sendto(bytes(size), held.getsockname())
        if number % BURST == BURST - 1:
            # What was sent before it has arrived when this one has.
            out.sendto(b"x", pace.getsockname())
            pace.recv(100)
    held.setblocking(False)
    count = 0
    with contextlib.suppress(BlockingIOError):
        while held.recv(1 << 16):
            count += 1
    for sock in (held, pace, out):
        sock.close()
    return count


def tcp_bytes(t):
    """How many bytes of a stream a socket holds that is not read."""
    listener = t.socket("nut", socket.AF_INET)
    listener.bind((e1k.NUT_IP, 0))
    listener.listen()
    out = t.socket("peer", socket.AF_INET)
    out.connect(listener.getsockname())
    into, _ = listener.accept()
    out.setblocking(False)
    held = []

    def settled():
        """Whether nothing more has come for many looks."""
        with contextlib.suppress(BlockingIOError):
            while True:
                out.send(bytes(1 << 16))
        held.append(struct.unpack("i", fcntl.ioctl(into, FIONREAD, b"\0" * 4))[0])
        return len(held) > 200 and held[-1] and len(set(held[-200:])) == 1

    e1k.wait_for(settled, "a stream that stands")
    for sock in (out, into, listener):
        sock.close()
    return held[-1]


def measure(t):
    """Everything, by its name."""
    found = {}
    for mtu in MTUS:
        t.mtu(mtu)
        t.ping()
        for size in (*SIZES, mtu - 28):
            found[f"MTU {mtu}: datagrams of {size} bytes"] = datagrams(t, size)
        found[f"MTU {mtu}: bytes of TCP"] = tcp_bytes(t)
    t.mtu(1500)
    return found


def test(t):
    own = os.environ.get("E1K_KO", "/e1k/e1k.ko")
    with driven_by(t, stock_module()):
        stock = measure(t)
    with driven_by(t, own):
        ours = measure(t)
    for name, least in stock.items():
        if "TCP" in name:
            least = int(least * TCP_SHARE)
        t.check(ours[name] >= least, f"{name}: no fewer than with the stock driver",
                f"{ours[name]}, stock {stock[name]}")


e1k.main(test, plan=len(MTUS) * 5 - 1, bed=False)
