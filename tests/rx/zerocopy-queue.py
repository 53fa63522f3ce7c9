#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""A queue is given other memory and gets its own back while the other one goes on: every
byte is right on both. What that excludes is refused in words; a user of the memory who
reads nothing harms nobody."""

import contextlib
import os
import socket

from lib import control, devmem, e1k, frames, traffic, xdp

PAGES = 512


def refused(words, function, *args):
    """Whether it is refused, and these words are in the reason."""
    try:
        function(*args).close()
    except (OSError, RuntimeError) as error:
        return words in str(error), str(error)
    return False, "not refused"


def split(t, mode):
    """ethtool -G DEV tcp-data-split MODE."""
    return t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", mode)


def test_refusals(t, memory):
    """What excludes the memory, and what it excludes."""
    good, said = refused("tcp-data-split", devmem.Binding, t, memory)
    t.check(good, "without header split: refused, in words", said)
    t.must(split(t, "on"))
    binding = devmem.Binding(t, memory)
    good, said = refused("memory", devmem.Binding, t, memory)
    t.check(good, "a second time: refused, in words", said)
    program = xdp.Programs("verdict", "pass")["pass"]
    error, text = xdp.set_program(t, program)
    t.check(error and ("data-split" in text or "memory" in text),
            "bound: a program is refused, in words", error, text)
    result = split(t, "off")
    t.check(not result and "tcp-data-split" in result.out, "bound: split stays on", result)
    result = t.on_nut("ethtool", "-L", t.nut, "combined", 1)
    t.check(not result, "bound: the queue stays", result)
    binding.close()


def test_unverified(t):
    """A frame whose checksum is wrong: nobody can look, so nobody gets it."""
    before = t.statistics()["rx1_unverified"]
    out = frames.raw(t, "peer")
    packet = bytearray(frames.tcp(e1k.PEER_IP, e1k.NUT_IP, 9, devmem.PORT, bytes(1000)))
    packet[-1] ^= 1
    for _ in range(5):
        out.send(frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_IP,
                              frames.ip_packet(e1k.PEER_IP, e1k.NUT_IP, socket.IPPROTO_TCP,
                                               bytes(packet))))
    out.close()
    t.becomes(lambda: t.statistics()["rx1_unverified"] - before, 5,
              "what the NIC finds wrong is dropped and counted")


def test_changes(t, memory):
    """Rings, MTU and rx-checksumming change, the interface goes down, while the memory is
    bound."""
    binding = devmem.Binding(t, memory)
    for what, change in (("another ring", lambda: t.must(t.on_nut("ethtool", "-G", t.nut, "rx",
                                                                  128))),
                         ("rx off", lambda: t.must(t.features("rx", "off"))),
                         ("another MTU", lambda: t.mtu(4148)),
                         ("down and up", t.down_up),
                         ("a reset", lambda: t.must(t.on_nut("ethtool", "--reset", t.nut,
                                                             "dma", "filter", "offload", "mac"))
                          and e1k.wait_for(t.has_carrier, "the carrier"))):
        change()
        nut, peer = devmem.connection(t)
        t.equal(devmem.by_memory(nut, peer, memory), 0,
                f"bound, {what}: all payload is in the memory")
        nut.close()
        peer.close()
    binding.close()
    t.must(t.features("rx", "on"))
    t.mtu(1500)


def test_greedy(t):
    """A socket gives nothing back: its queue drops, the other one does not."""
    memory = devmem.Memory(64)
    binding = devmem.Binding(t, memory)
    nut, peer = devmem.connection(t)
    peer.setblocking(False)
    nut.settimeout(1)
    before, held = t.statistics()["rx1_skb_errors"], 0
    with control.Pinging() as pinging:
        with contextlib.suppress(TimeoutError):
            while True:
                with contextlib.suppress(BlockingIOError):
                    peer.send(bytes(1 << 16))
                held += len(devmem.receive(nut, memory, give_back=False)[0])
        t.check(pinging.answered(200), "nothing is given back: the other queue goes on")
        t.check(e1k.wait_for(lambda: t.statistics()["rx1_skb_errors"] > before),
                "and what finds no memory is dropped and counted", held)
        t.equal(pinging.lost(), 0, "no ping was lost")
    for sock in (nut, peer):
        sock.close()
    binding.close()
    memory.close()


def test(t):
    devmem.arrange(t)
    memory = devmem.Memory(PAGES)
    test_refusals(t, memory)
    stream, wrong = traffic.Stream(t, socket.AF_INET6), []
    for _ in range(8):
        binding = devmem.Binding(t, memory)
        nut, peer = devmem.connection(t)
        wrong.append(devmem.by_memory(nut, peer, memory))
        stream.flows()
        binding.close()
        wrong.append(traffic.transfer(peer, nut, os.urandom(1 << 17)) or 0)
        nut.close()
        peer.close()
        stream.flows()
    t.check(not any(wrong),
            "8 times bound and released: each byte is right, and came by the memory", wrong)
    wrong = stream.stop()
    t.check(not wrong, "and those of the other queue, meanwhile, too", *wrong)
    binding = devmem.Binding(t, memory)
    test_unverified(t)
    binding.close()
    test_changes(t, memory)
    test_greedy(t)
    memory.close()
    t.check(e1k.wait_for(lambda: all(devmem.DETACHED not in row for row in devmem.pools(t))),
            "no pool waits for memory that has not come back", devmem.pools(t))


e1k.main(test, plan=17)
