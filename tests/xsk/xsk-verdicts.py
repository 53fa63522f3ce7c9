#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: Illegal XDP return value
"""Frames in the memory of a zero-copy socket have every verdict, and some that are none, in
long rows: each has its effect and is counted, and no chunk is lost."""

from lib import e1k, frames, xdp, xsk

CHUNKS, ROUNDS = 64, 4
NONSENSE = 99


def test(t):
    umem = xsk.Umem(t, CHUNKS)
    sock = xsk.Socket(t, umem)
    t.check(sock.zero_copy, "the socket is zero-copy")
    programs = xdp.Programs("verdict", "one_buffer")
    xdp.veth(t)
    programs.map("devices")[0] = xdp.index_of(t, "v0")
    programs.map("cpus", "=Ii")[0] = 64, 0
    programs.map("sockets", "=i")[0] = sock.fd
    seen = programs.map("seen", "=Q")
    xdp.attach(t, programs["one_buffer"])
    # Fewer than the ring has room for: one that is lost is missed soon
    sock.fill(umem.take(CHUNKS))
    sender = xdp.sending(frames.raw(t, "peer"))
    to_nut = xdp.capturing(frames.capture(t, "nut", frames.ETH_P_TEST))
    sizes = xdp.SIZES[:CHUNKS // 2] * ROUNDS

    for text, verdict, what, counter, receive, expect in (
            ("PASS", xdp.PASS, 0, "pass", to_nut, lambda f: f),
            ("TX", xdp.TX, 0, "tx", xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST)),
             xdp.swapped),
            ("to a device", xdp.REDIRECT, xdp.TO_DEVICE, "redirect",
             xdp.capturing(xdp.capture_on(t, "v1")), lambda f: f),
            ("to a CPU", xdp.REDIRECT, xdp.TO_CPU, "redirect", to_nut, lambda f: f),
            ("to the socket", xdp.REDIRECT, xdp.TO_SOCKET, "redirect", sock.receiving,
             lambda f: f)):
        before = xdp.counters(t)
        wrong = xdp.carried(sizes, lambda size, number, v=verdict, w=what: xdp.frame(
            v, size, w, 0, number), sender, receive, expect)
        gained = xdp.gained(t, before)[counter]
        t.check(not wrong and gained >= len(sizes), f"{text}: {len(sizes)} frames, every byte, "
                "counted", gained, *wrong)

    for text, verdict, counter in (("DROP", xdp.DROP, "drop"), ("ABORTED", xdp.ABORTED, "aborted"),
                                   ("no verdict", NONSENSE, "aborted")):
        before, count = xdp.counters(t), seen[min(verdict, xdp.REDIRECT + 1)]
        for at in range(0, len(sizes), xdp.BURST):
            sender([xdp.frame(verdict, size) for size in sizes[at:at + xdp.BURST]])
            e1k.wait_for(lambda n=count + at + xdp.BURST, v=verdict:
                         seen[min(v, xdp.REDIRECT + 1)] >= n)
        t.check(e1k.wait_for(lambda b=before, c=counter: xdp.gained(t, b)[c] >= len(sizes)),
                f"{text}: {len(sizes)} frames, counted", xdp.gained(t, before))
    # No such device, no such socket
    before = xdp.counters(t)
    for what in (xdp.TO_DEVICE, xdp.TO_SOCKET):
        sender([xdp.frame(xdp.REDIRECT, 200, what, 3) for _ in range(xdp.BURST)])
    t.check(e1k.wait_for(lambda: xdp.gained(t, before)["aborted"] >= 2 * xdp.BURST),
            "redirected to nowhere: counted", xdp.gained(t, before))

    wrong = xdp.carried(sizes, lambda size, number: xdp.frame(
        xdp.REDIRECT, size, xdp.TO_SOCKET, 0, number), sender, sock.receiving)
    t.check(not wrong, "the socket receives as before", *wrong)
    sock.close()
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=12)
