#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 240
"""Frames from the wire with everything wrong that a sender can do: headers cut short,
lies about lengths, stacks of VLAN tags, wild checksums, giants and runts, as fast as
they go, at both MTUs and with frames of errors let in. Then every byte arrives again.

E1K_TEST_SEED=N repeats the frames, E1K_TEST_FUZZ=N sends more."""

import os
import random
import struct

from lib import e1k, frames, storm

ETHERTYPES = (frames.ETH_P_IP, frames.ETH_P_IP, frames.ETH_P_IPV6, frames.ETH_P_IPV6, 0x0806,
              0x8808, 0x8847, 0x8863, 0x88A8, 0x88CC, 0x0000, 0x0001, 0x05FF, 0x0600, 0xFFFF)
DESTINATIONS = (e1k.NUT_MAC, e1k.NUT_MAC, e1k.NUT_MAC, "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01",
                "33:33:00:00:00:01", "01:80:c2:00:00:01", "00:00:00:00:00:00")


def ipv4(dice, size):
    """An IPv4 header, of which each field may be a lie, and something behind it."""
    version = dice.choice((0x45, 0x45, 0x45, 0x46, 0x4F, 0x40, 0x00, 0x65))
    length = dice.choice((size, size, 0, 1, 19, 65535, dice.randrange(65536)))
    header = struct.pack("!BBHHHBBH4s4s", version, dice.randrange(256), length,
                         dice.randrange(65536), dice.choice((0, 0x2000, 0x4000, 0x1FFF, 0x3FFF)),
                         dice.choice((0, 1, 64)), dice.choice((1, 2, 6, 17, 17, 47, 50, 132, 255)),
                         0, bytes([192, 0, 2, dice.choice((2, 1, 255))]), bytes([192, 0, 2, 1]))
    if dice.random() < 0.7:
        header = header[:10] + struct.pack("!H", frames.checksum(header)) + header[12:]
    return header


def ipv6(dice, size):
    """The same of IPv6."""
    return struct.pack("!IHBB", dice.choice((6 << 28, 6 << 28, 0, 15 << 28)),
                       dice.choice((max(0, size - 40), 0, 65535, dice.randrange(65536))),
                       dice.choice((0, 6, 17, 43, 44, 58, 59, 60, 255)), dice.choice((0, 1, 255))
                       ) + dice.randbytes(32)


def fuzzed(dice, longest):
    """One frame."""
    size = dice.choice((0, 1, 20, 27, 46, 256, 257, longest, dice.randrange(longest + 1)))
    proto = dice.choice(ETHERTYPES)
    payload = b""
    if proto == frames.ETH_P_IP:
        payload = ipv4(dice, size)
    elif proto == frames.ETH_P_IPV6:
        payload = ipv6(dice, size)
    payload = (payload + dice.randbytes(size))[:size]
    frame = frames.ether(dice.choice(DESTINATIONS), e1k.PEER_MAC, proto, payload)
    for _ in range(dice.choice((0, 0, 0, 1, 2, 3, 30))):
        if len(frame) + 4 <= longest + frames.ETH_HLEN:
            frame = frames.vlan(frame, dice.randrange(65536), dice.choice((0x8100, 0x88A8)))
    return frame


def test(t):
    seed = int(os.environ.get("E1K_TEST_SEED") or random.randrange(1 << 30))
    times = int(os.environ.get("E1K_TEST_FUZZ") or 1500)
    t.note(f"seed {seed}, {times} frames a round")
    dice = random.Random(seed)
    t.defer(t.peer_link, "mtu", 1500)
    # Fragments that wait for the rest hold the NIC's memory for half a minute, and that
    # would still be mapped when the driver is unloaded.
    t.must(t.on_nut("sysctl", "-qw", "net.ipv4.ipfrag_time=0", "net.ipv6.ip6frag_time=0"))
    for mtu, giants, more in ((1500, 1500, ()), (1500, 9000, ("rx-all", "on")),
                              (9000, 9000, ("rxvlan", "off")), (1500, 9000, ("promisc",))):
        what = f"MTU {mtu}, frames up to {giants}" + (", " + " ".join(more) if more else "")
        t.peer_link("mtu", giants)
        t.must(t.link("mtu", mtu))
        if more == ("promisc",):
            t.must(t.link("promisc", "on"))
        elif more:
            t.must(t.features(*more))
        e1k.wait_for(t.has_carrier)
        sock = frames.raw(t, "peer")
        sent = 0
        for _ in range(times):
            try:
                sock.send(fuzzed(dice, giants))
                sent += 1
            except OSError:
                pass        # longer than the peer's own limit
        sock.close()
        t.check(sent > times // 2 and t.ping(), f"{what}: the peer answers", f"{sent} sent")
        t.features("rx-all", "off", "rxvlan", "on")
        t.link("promisc", "off")
    t.mtu(1500)
    wrong = storm.works(t)
    t.check(not wrong, "every byte arrives", *wrong)


e1k.main(test, plan=5)
