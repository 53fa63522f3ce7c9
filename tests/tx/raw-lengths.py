#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Frames of every length arrive with the bytes that were sent; short ones are
padded with zeros and with nothing that lay in memory."""

import os

from lib import e1k, frames, traffic

WINDOW = 32


def test(t):
    noise = os.urandom(2048)
    for sender, receiver, way in (("nut", "peer", "from"), ("peer", "nut", "to")):
        macs = (e1k.PEER_MAC, e1k.NUT_MAC) if sender == "nut" else (e1k.NUT_MAC, e1k.PEER_MAC)
        out = frames.raw(t, sender)
        into = frames.capture(t, receiver, frames.ETH_P_TEST)
        sent = [frames.ether(*macs, frames.ETH_P_TEST, noise[i % 97:][:i]) for i in range(1501)]
        seen = []
        for start in range(0, len(sent), WINDOW):
            batch = sent[start:start + WINDOW]
            for frame in batch:
                out.send(frame)
            seen += [into.next() for _ in batch]
        short = [frame.ljust(frames.ETH_ZLEN, b"\0") for frame in sent[:47]]
        for name, got, expected in (
                (f"14 to 60 bytes {way} the NIC, padded with zeros", seen[:47], short),
                (f"61 to 1514 bytes {way} the NIC", seen[47:], sent[47:])):
            wrong = [traffic.difference(a or b"", b) for a, b in zip(got, expected) if a != b]
            t.check(not wrong, name, *wrong[:20])


e1k.main(test, plan=4)
