#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
"""While a zero-copy socket is bound, settings change or are refused, and the socket works
on; down and up, too."""

from lib import e1k, frames, model, xdp, xsk

COUNT = 256


def test(t):
    umem = xsk.Umem(t, COUNT)
    sock = xsk.Socket(t, umem)
    xsk.program(t, sock)
    sock.fill(umem.take(64))
    send = xdp.sending(frames.raw(t, "peer"))
    capture = frames.capture(t, "peer", frames.ETH_P_TEST)
    at_peer = xdp.capturing(capture)

    def works(text, result=None):
        wrong = xdp.carried(xdp.SIZES[::9], xdp.incoming, send, sock.receiving)
        wrong += xdp.carried(xdp.SIZES[::9], xdp.outgoing, sock.send, at_peer)
        t.check(not wrong and sock.zero_copy and result is not False, text, *wrong)

    works("bound")
    for args in (("rx", 64), ("rx", 512, "tx", 80), ("rx", 256, "tx", 256)):
        said = t.on_nut("ethtool", "-G", t.nut, *args)
        works(f"rings {' '.join(map(str, args))}: {'changed' if said else 'refused'}",
              bool(said) or "e1k:" in said.out)
    for feature in ("rx", "tx", "tso", "gro", "rxvlan"):
        t.must(t.features(feature, "off"))
        result = t.features(feature, "on")
        if feature != "tso" or model.HAS_TSO:
            t.must(result)
        works(f"{feature} off and on")
    t.must(t.link("mtu", 1280))
    t.must(t.link("mtu", 1500))
    works("a smaller MTU and back")
    said = t.link("mtu", 9000)
    if said:
        t.must(t.link("mtu", 1500))
    works(f"MTU 9000: {'taken' if said else 'refused'}")
    for feature in ("rx-fcs", "rx-all"):
        works(f"{feature}: refused", not t.features(feature, "on"))
    xdp.attach(t, xdp.Programs("verdict", "pass")["pass"])
    t.check(t.ping(), "another program: the stack has its frames")
    xsk.program(t, sock)
    works("the first program again")
    t.must(t.link("down"))
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "the carrier")
    works("down and up")
    sock.close()
    xdp.attach(t, xdp.Programs("verdict", "one_buffer")["one_buffer"])
    wrong = xdp.carried((60, 512, 1514), lambda size, number: xdp.frame(
        xdp.TX, size, number=number), send, at_peer, xdp.swapped)
    t.check(not wrong, "without the socket another program sends frames back", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=18)
