#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet, 82574
# timeout: 240
"""A NIC forgets the checksum context with a reset, and has none for a new ring's first frame.
The same kind of frame sent before and after has the right checksum at the peer."""

from lib import control, e1k, frames, traffic


def test(t):
    t.quiet()
    nut, peer = traffic.udp_pair(t)
    wire = frames.capture(t, "peer", frames.ETH_P_IP)
    number = 0

    def right():
        """Whether the next datagram's checksums are, on the wire and to the peer."""
        nonlocal number
        number += 1
        data = b"%8d" % number + bytes(700)
        nut.send(data)
        frame = wire.until(lambda frame: data in frame)[-1]
        packet = frames.Packet(frame)
        peer.settimeout(e1k.PATIENCE / 3)
        try:
            return not packet.wrong and peer.recv(2000) == data, packet.wrong
        except TimeoutError:
            return False, packet.wrong

    ways = {"at first": lambda: True,
            "again": lambda: True,
            "after a reset": lambda: e1k.command("devlink", "dev", "reload", control.handle(t)),
            "in a new ring": lambda: t.on_nut("ethtool", "-G", t.nut, "tx", 128),
            "after a self-test": lambda: t.on_nut("ethtool", "-t", t.nut, "offline") or True,
            "after down and up": lambda: t.down_up() or True,
            "after a reset of the function": lambda: reset_function(t)}
    for text, way in ways.items():
        t.must(way())
        e1k.wait_for(t.has_carrier, "the carrier")
        if text == "after down and up":
            t.static_neighbours()
        before = control.queue(t, "tx0_csum")
        good, wrong = right()
        t.check(good and control.queue(t, "tx0_csum") > before, f"{text}: the checksum is right",
                wrong)
    nut.close()


def reset_function(t):
    with open(f"/sys/bus/pci/devices/{t.pci}/reset", "w", encoding="ascii") as file:
        file.write("1")
    return True


e1k.main(test, plan=7)
