#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""Zero-copy AF_XDP sockets on both queues at once: each gets what comes by its queue and
sends by its own ring, every byte; one that brings no memory loses its own frames and
harms neither the other nor the stack; it may come and go."""

import os

from lib import e1k, frames, rss, traffic, xdp, xsk

COUNT = 256
PORT = 7777
FLOOD = 300


def datagram(queue, size, number):
    """A frame for the NIC that comes by this queue."""
    payload = number.to_bytes(4, "big") + os.urandom(size)
    src = rss.sender_for(queue, e1k.NUT_IP)
    data = frames.udp(src, e1k.NUT_IP, 1000 + number, PORT, payload)
    return frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_IP,
                        frames.ip_packet(src, e1k.NUT_IP, 17, data))


def attach(t, socks):
    """Each socket gets the datagrams of its queue."""
    programs = xdp.Programs("verdict", "udp_to_socket")
    sockets = programs.map("sockets", "=i")
    for queue, sock in enumerate(socks):
        sockets[queue] = sock.fd
    xdp.attach(t, programs["udp_to_socket"])
    return programs


def arrives(queue, sock, send):
    """What is wrong with datagrams of many sizes by that queue."""
    return xdp.carried([40, 100, 256, 257, 600, 1000, 1400, 1450] * 8,
                       lambda size, number: datagram(queue, size, number), send, sock.receiving)


def test(t):
    rss.two_queues(t)
    try:
        # With one queue frames would take several of them
        xsk.Socket(t, xsk.Umem(t, COUNT, 2048, 1000),
                   xsk.ZEROCOPY | xsk.USE_NEED_WAKEUP | xsk.USE_SG, queue=1).close()
        refused = False
    except OSError:
        refused = True
    t.check(refused, "buffers of another size than the other queue's: refused")
    umems = [xsk.Umem(t, COUNT), xsk.Umem(t, COUNT)]
    socks = [xsk.Socket(t, umem, queue=queue) for queue, umem in enumerate(umems)]
    t.check(all(sock.zero_copy for sock in socks), "both sockets are zero-copy")
    programs = attach(t, socks)
    send = xdp.sending(frames.raw(t, "peer"))
    at_peer = xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST))
    # The second has brought no memory yet
    socks[0].fill(umems[0].take(64))
    for number in range(FLOOD):
        send([datagram(1, 1000, number)])
    wrong = arrives(0, socks[0], send)
    t.check(not wrong, "one has no memory, flooded: the other receives every byte", *wrong)
    # By its addresses, what the peer answers comes by the first queue
    with xdp.flood(t, *(datagram(1, 1000, number) for number in range(4))):
        answered = t.on_nut("ping", "-q", "-c", 20, "-i", 0.05, "-W", 5, e1k.PEER_IP)
    t.check(answered, "and so does the stack", answered)
    t.equal(socks[1].receive(1, patience=0.2), [], "the one has nothing")

    socks[1].fill(umems[1].take(64))

    def gone():
        # Descriptors whose frames are thrown away are in front
        send([datagram(1, 60, 9999)])
        return socks[1].receive(1, patience=0.2)

    t.check(e1k.wait_for(gone), "with memory it receives")
    for round_ in range(2):
        for queue, sock in enumerate(socks):
            wrong = arrives(queue, sock, send)
            t.check(not wrong, f"{round_}: queue {queue} receives, every byte", *wrong)
            wrong = xdp.carried(xdp.SIZES[::4], xdp.outgoing, sock.send, at_peer)
            t.check(not wrong, f"{round_}: queue {queue} sends, every byte", *wrong)
    socks[1].close()
    wrong = arrives(0, socks[0], send)
    t.check(not wrong, "the second is closed: the first goes on", *wrong)
    result = t.on_nut("ethtool", "-L", t.nut, "combined", 1)
    t.check(not result, "the table names the second queue: it stays", result)
    socks[0].close()
    xdp.detach(t)
    del programs
    stream = traffic.Stream(t)
    t.check(stream.flows() and not stream.stop(), "both closed: TCP works, every byte",
            *stream.wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=18)
