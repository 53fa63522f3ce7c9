#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: virtualbox
"""VirtualBox fetches descriptors at the doorbell and keeps them while the network below takes
no frame. A ring that is exchanged, closed or reset meanwhile is not sent from afterwards, and
what is sent then goes out."""

from lib import control, e1k, frames, hostile


def numbered(text, count):
    """Frames from the NIC under test, told apart by their bytes."""
    return [frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_TEST,
                         f"{text} {n}".encode().ljust(200, b".")) for n in range(count)]


def test(t):
    t.quiet()
    ways = {"another size": lambda: t.on_nut("ethtool", "-G", t.nut, "tx", 128),
            "down and up": lambda: t.link("down") and t.link("up"),
            "reload": lambda: e1k.command("devlink", "dev", "reload", control.handle(t))}
    at_peer = frames.capture(t, "peer", frames.ETH_P_TEST)
    # All of them to the NIC: what waits in the stack is sent afterwards, rightly.
    t.must(t.on_nut("tee", f"/sys/class/net/{t.nut}/queues/tx-0/byte_queue_limits/limit_min",
                    text="100000"))
    t.ping()        # it takes effect when something was sent
    for text, way in ways.items():
        out = frames.raw(t, "nut")
        old, new = numbered(f"before {text}", 5), numbered(f"after {text}", 5)
        hostile.nic("wire", blocked=True)
        for frame in old:
            out.send(frame)
        t.must(way())
        hostile.nic("wire", blocked=False)
        e1k.wait_for(t.has_carrier, "the carrier")
        for frame in new:
            out.send(frame)
        seen = at_peer.until(lambda frame, last=new[-1]: frame == last)
        t.equal(seen, new, f"{text}: what was sent afterwards, and nothing else")
        out.close()


e1k.main(test, plan=3)
