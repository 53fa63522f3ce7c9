#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The edges of the MTU: with the smallest, 1500, 1501 and the largest, frames of exactly
that size pass both ways and longer ones are not sent; one beyond is refused with the
right error and a word why, and the MTU in use stays."""

import errno
import fcntl
import os
import socket
import struct

from lib import e1k, frames, model

SIOCSIFMTU = 0x8922
SMALLEST, LARGEST = 68, model.MAX_MTU
GOOD = (SMALLEST, 1280, 1499, 1500, 1501, LARGEST - 1, LARGEST)
BAD = (("one below the smallest", SMALLEST - 1, "less than device minimum"),
       ("0", 0, "less than device minimum"),
       ("one above the largest", LARGEST + 1, "greater than device maximum"),
       ("65535", 65535, "greater than device maximum"),
       ("2^31-1", 2**31 - 1, "greater than device maximum"))


def passes(t, mtu):
    """What is wrong with frames that carry mtu bytes, and one more, as a list."""
    wrong = []
    for sender, receiver in (("nut", "peer"), ("peer", "nut")):
        macs = (e1k.PEER_MAC, e1k.NUT_MAC) if sender == "nut" else (e1k.NUT_MAC, e1k.PEER_MAC)
        out, into = frames.raw(t, sender), frames.capture(t, receiver, frames.ETH_P_TEST)
        frame = frames.ether(*macs, frames.ETH_P_TEST, os.urandom(mtu))
        out.send(frame)
        if into.next() != frame:
            wrong.append(f"{mtu} bytes from {sender} did not come as they were")
        if sender == "nut":
            try:
                out.send(frame + b"x")
                wrong.append(f"{mtu + 1} bytes could be sent")
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    wrong.append(f"{mtu + 1} bytes: {error}")
        out.close()
        into.sock.close()
    return wrong


def set_by_ioctl(t, mtu):
    """The errno of SIOCSIFMTU, or 0."""
    with t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            fcntl.ioctl(sock, SIOCSIFMTU, struct.pack("16si20x", t.nut.encode(), mtu))
        except OSError as error:
            return error.errno
    return 0


def current(t):
    return int(t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/mtu")).out)


def test(t):
    t.peer_link("mtu", LARGEST)
    t.defer(t.peer_link, "mtu", 1500)
    for mtu in GOOD:
        t.must(t.link("mtu", mtu))
        wrong = passes(t, mtu)
        t.check(not wrong and current(t) == mtu, f"MTU {mtu}: frames of that size, none longer",
                *wrong)
    for before in (LARGEST, SMALLEST, 1500):
        t.must(t.link("mtu", before))
        for what, mtu, why in BAD:
            result = t.link("mtu", mtu)
            t.check(not result and why in result.out
                    and set_by_ioctl(t, mtu) == errno.EINVAL and current(t) == before,
                    f"from {before} to {what}: refused, and said why", result, current(t))
        wrong = passes(t, before)
        t.check(not wrong, f"MTU {before} is in use after the refusals", *wrong)
    t.equal(set_by_ioctl(t, -1), errno.EINVAL, "a negative MTU is refused")


e1k.main(test, plan=len(GOOD) + 3 * (len(BAD) + 1) + 1)
