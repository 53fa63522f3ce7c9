#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""XDP_REDIRECT to another device by a devmap: every length arrives there, every byte;
a device that is not there, or goes away under traffic, costs only the frames to it."""

from lib import e1k, frames, traffic, xdp


def make(size, number, entry=0):
    return xdp.frame(xdp.REDIRECT, size, xdp.TO_DEVICE, entry, number)


def test(t):
    programs = xdp.Programs("verdict", "one_buffer")
    xdp.attach(t, programs["one_buffer"])
    xdp.veth(t)
    programs.map("devices")[0] = xdp.index_of(t, "v0")
    sender = frames.raw(t, "peer")
    before = xdp.counters(t)
    wrong = xdp.carried(xdp.SIZES, make, xdp.sending(sender),
                        xdp.capturing(xdp.capture_on(t, "v1")))
    t.check(not wrong, f"{len(xdp.SIZES)} lengths arrive, every byte", *wrong)
    t.equal(xdp.gained(t, before)["redirect"], len(xdp.SIZES), "ethtool -S counts them")

    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    for number in range(20):
        sender.send(make(64, number, entry=3))
    marker = xdp.frame(xdp.PASS)
    sender.send(marker)
    t.check(into.until(lambda f: f == marker) == [marker], "a device not in the map: dropped")

    with traffic.flood(t), xdp.flood(t, *8 * [make(64, 0)]):
        t.must(e1k.command("ip", "-n", "nut", "link", "del", "v0"))
        t.check(t.ping(count=20), "the device goes away under traffic: the peer answers")
    t.check(t.ping(), "and afterwards")


e1k.main(test, plan=5)
