#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""xdp-trafficgen sends UDP out of the NIC by frames that its program redirects there; they
arrive at the peer, and the driver counts them. Where its own probe finds the kernel fit."""

import shutil
import struct

from lib import e1k, frames, xdp

COUNT, PORT = 2000, 6666


def is_ours(frame):
    """UDP over IPv6 to the port."""
    return frame[20] == 17 and struct.unpack_from("!H", frame, 56)[0] == PORT


def test(t):
    if not shutil.which("xdp-trafficgen"):
        raise e1k.Skip("no xdp-trafficgen here")
    probe = e1k.command("xdp-trafficgen", "probe")
    if not probe:
        raise e1k.Skip(f"xdp-trafficgen finds the kernel unfit: {probe.out.strip()[-200:]}")
    t.setup()
    # Frames that are redirected leave only by a device that has a program itself.
    program = xdp.Programs("verdict", "pass")
    xdp.attach(t, program["pass"])
    at_peer = frames.capture(t, "peer", frames.ETH_P_IPV6)
    before = t.statistics()["tx0_xdp_xmit"]
    said = xdp.tool("xdp-trafficgen", "udp", "-n", COUNT, "-t", 1, "-m", e1k.PEER_MAC,
                    "-a", e1k.PEER_IP6, "-p", PORT, t.nut)
    # Its exit code is 1 even when it has sent them.
    t.check(e1k.wait_for(lambda: t.statistics()["tx0_xdp_xmit"] >= before + COUNT),
            f"the driver took {COUNT} frames from XDP", t.statistics()["tx0_xdp_xmit"] - before,
            said)
    arrived = at_peer.until(is_ours)
    t.check(arrived and is_ours(arrived[-1]), "they arrive at the peer")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=3, bed=False)
