#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A frame that could not be mapped is taken back from the ring with the checksum context that
was put before it. The next frame of its kind brings that context again: its checksum is right."""

import socket

from lib import control, e1k, faults, frames, traffic

COUNT = 5


def test(t):
    faults.need(t)
    control.set_queues(t, 1)
    t.static_neighbours()
    pairs = {"IPv4": traffic.udp_pair(t), "IPv6": traffic.udp_pair(t, socket.AF_INET6)}
    wire = frames.capture(t, "peer")
    wrong, dropped, number = [], 0, 0

    def checked(name):
        """Send a datagram; what is wrong with its frame at the peer."""
        nonlocal number
        number += 1
        data = b"%s%6d" % (name.encode(), number) + bytes(900)
        pairs[name][0].send(data)
        frame = wire.until(lambda frame: data in frame)[-1]
        return frames.Packet(frame).wrong

    kinds = ("IPv4", "IPv6")
    for turn in range(2 * COUNT):
        first, second = kinds[turn % 2], kinds[(turn + 1) % 2]
        wrong.append(checked(first))        # the NIC has this one's context
        errors = t.statistics()["tx0_map_errors"]
        with faults.Random("mappings", 100, 1):
            pairs[second][0].send(b"lost" + bytes(900))
            e1k.wait_for(lambda: t.statistics()["tx0_map_errors"] > errors, "a failed mapping")
        dropped += t.statistics()["tx0_map_errors"] - errors
        wrong.append(checked(second))       # the other one's was taken back
    t.check(dropped >= 2 * COUNT, "frames could not be mapped, and were dropped", dropped)
    t.check(not any(wrong), "those after them have the right checksums", wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=3, bed=False)
