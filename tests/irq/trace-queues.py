#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
# heals: yes
"""Each tracepoint of the data path tells which queue it is about: frames steered to a queue,
sent by its processor, redirected out of it, a full ring, moderation."""

import contextlib
import os
import re

from lib import e1k, frames, rss, tracing, xdp
from lib.registers import Registers, TCTL, TCTL_EN

COUNT = 100
PORT = 7777
SLOTS = 300     # more than the ring has
TDT, NEXT_QUEUE = 0x3818, 0x100
# Told apart from whatever else is on the wire by their lengths
RX_LEN, TX_LEN = (477, 577), (677, 777)
# By what the length that an event tells is short of the frame's
RECEIVED = {"e1k_rx_desc": 0, "e1k_xdp": 0, "e1k_rx_skb": 0, "e1k_rx_deliver": frames.ETH_HLEN}
# Not of one frame
AROUND = ("e1k_irq", "e1k_napi_schedule", "e1k_poll_begin", "e1k_poll_end", "e1k_rx_refill")


def of(trace):
    """(event, fields) of each, where fields are text."""
    return [(event, dict(re.findall(r"(\w+)=(\S+)", text)))
            for _, event, text in trace.events()]


def queues(events, name, **fields):
    """The queues that events of this name and with these fields were about."""
    return {int(found["queue"]) for event, found in events if event == name and
            all(found.get(key) == str(value) for key, value in fields.items())}


def datagram(queue):
    """A frame for the NIC that comes by this queue."""
    src = rss.sender_for(queue, e1k.NUT_IP)
    size = RX_LEN[queue] - frames.ETH_HLEN - 20 - 8
    data = frames.udp(src, e1k.NUT_IP, 1000, PORT, bytes(size))
    return frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_IP,
                        frames.ip_packet(src, e1k.NUT_IP, 17, data))


@contextlib.contextmanager
def on(queue):
    """On the processor that sends by this queue."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {queue})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def receive(t):
    """Frames by each queue."""
    xdp.attach(t, xdp.Programs("verdict", "pass")["pass"])
    t.defer(xdp.detach, t)
    send = xdp.sending(frames.raw(t, "peer"))
    with tracing.Trace(*(f"e1k/{name}" for name in (*RECEIVED, *AROUND))) as trace:
        for queue in (0, 1):
            before = t.counter("rx_packets")
            for _ in range(0, COUNT, xdp.BURST):
                send([datagram(queue)] * xdp.BURST)
            e1k.wait_for(lambda was=before: t.counter("rx_packets") >= was + COUNT, "the frames")
    events = of(trace)
    for name, without in RECEIVED.items():
        t.equal([queues(events, name, len=size - without) for size in RX_LEN], [{0}, {1}],
                f"{name}: the queue that the frame came by")
    for name in AROUND:
        t.equal(queues(events, name), {0, 1}, f"{name}: both queues")


def transmit(t):
    """Frames from the processor of each queue."""
    sock = frames.raw(t, "nut")
    with tracing.Trace("e1k/e1k_tx_map", "e1k/e1k_tx_doorbell", "e1k/e1k_tx_reap") as trace:
        before = t.counter("tx_packets")
        for queue, size in enumerate(TX_LEN):
            with on(queue):
                for _ in range(COUNT):
                    sock.send(xdp.outgoing(size))
        e1k.wait_for(lambda: t.counter("tx_packets") >= before + 2 * COUNT, "the frames")
    events = of(trace)
    for name, length in (("e1k_tx_map", "len"), ("e1k_tx_reap", "bytes")):
        t.equal([queues(events, name, **{length: size}) for size in TX_LEN], [{0}, {1}],
                f"{name}: the queue that the frame left by")
    t.equal(queues(events, "e1k_tx_doorbell"), {0, 1}, "e1k_tx_doorbell: both queues")


def redirect(t):
    """Frames of XDP from the processor of each queue."""
    programs = xdp.Programs("verdict", "to_device")
    programs.map("devices")[0] = xdp.index_of(t)
    seen = []
    for queue in (0, 1):
        with tracing.Trace("e1k/e1k_xdp_xmit") as trace, on(queue):
            xdp.run_live(programs["to_device"], xdp.outgoing(200), COUNT, xdp.BURST)
        seen.append(queues(of(trace), "e1k_xdp_xmit", redirected=1))
    t.equal(seen, [{0}, {1}], "e1k_xdp_xmit: the queue of the processor that redirects")


def full(t):
    """A transmitter that stands still while a ring is filled, and goes on."""
    registers, sock, seen = Registers(t.pci), frames.raw(t, "nut"), []
    # Not the kernel's limit stops the queue, but the ring
    sock.setsockopt(frames.SOL_PACKET, frames.PACKET_QDISC_BYPASS, 1)
    sock.setblocking(False)
    running = registers[TCTL]
    t.defer(registers.__setitem__, TCTL, running)

    def recorded(event):
        with open(f"{tracing.TRACING}/trace", encoding="ascii", errors="replace") as file:
            return f" {event}: " in file.read()

    for queue in (0, 1):
        tail = TDT + queue * NEXT_QUEUE
        with tracing.Trace("e1k/e1k_tx_stop", "e1k/e1k_tx_wake") as trace:
            registers[TCTL] = running & ~TCTL_EN
            with on(queue):
                for _ in range(SLOTS):
                    with contextlib.suppress(OSError):
                        sock.send(xdp.outgoing(60))
            e1k.wait_for(lambda: recorded("e1k_tx_stop"), "a full ring")
            registers[TCTL] = running
            registers[tail] = registers[tail]
            e1k.wait_for(lambda: recorded("e1k_tx_wake"), "room")
        seen.append([queues(of(trace), name) for name in ("e1k_tx_stop", "e1k_tx_wake")])
    t.equal(seen, [[{0}, {0}], [{1}, {1}]], "e1k_tx_stop, e1k_tx_wake: the queue that was full")


def settings(t):
    """Moderation of one queue; the interface is taken down and up."""
    with tracing.Trace("e1k/e1k_moderation", "e1k/e1k_irq_mask", "e1k/e1k_irq_unmask") as trace:
        for queue in (0, 1):
            t.must(t.on_nut("ethtool", "-Q", t.nut, "queue_mask", hex(1 << queue), "--coalesce",
                            "rx-usecs", 200 + queue))
        t.down_up()
        t.ping()
    events = of(trace)
    t.equal([queues(events, "e1k_moderation", usecs=200 + queue) for queue in (0, 1)],
            [{0}, {1}], "e1k_moderation: the queue that was set")
    for name in ("e1k_irq_mask", "e1k_irq_unmask"):
        t.equal(queues(events, name), {0, 1}, f"{name}: both queues")


def test(t):
    rss.two_queues(t)
    t.quiet()
    receive(t)
    transmit(t)
    redirect(t)
    full(t)
    settings(t)


e1k.main(test, plan=17)
