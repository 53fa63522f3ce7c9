# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: waiting for a packet of others, with a trace that is
written down here in place of a kernel's."""

from __future__ import annotations

import contextlib
import io
from typing import Callable

import cost
import culprit
import text
import walker
from capfilter import Filter
from errors import NoPacket
from progress import Progress
from scenarios import Wanted
from tracefs import Event, Symbols
from walkevents import FRAME, HOOKS, SKB, Story


class Trace:
    """Gives a story's events a few at a time; a clock goes on with each look at it."""

    def __init__(self, story: Story, step: int = 4) -> None:
        self.events, self.step, self.clock = list(story.events), step, 0.0
        self.hits = 0
        self.symbols = Symbols()
        self.symbols.starts = [(0x1000, "ip_rcv_core.isra.0"), (0x2000, "udp_rcv")]

    def read(self) -> list[Event]:
        given, self.events = self.events[:self.step], self.events[self.step:]
        for index, event in enumerate(given):
            event.index = index
        return given

    def start(self) -> None:
        pass

    def stop(self) -> None:
        self.step = len(self.events)

    def lost(self) -> int:
        return 0

    # A foreign probe of the same name comes first.
    group, records = "e1k_walk_7", 0

    @staticmethod
    def armed() -> int:
        return 2

    def profile(self) -> tuple[str, str]:
        self.hits += 100
        return ("p:other/udp_rcv udp_rcv\np:e1k_walk_7/udp_rcv udp_rcv\n"
                "r16:e1k_walk_7/ret ip_rcv\n",
                f"  udp_rcv   5555   3\n  udp_rcv   {self.hits}   1\n  ret   7   {self.hits}\n")

    def sleep(self, seconds: float) -> None:
        self.clock += seconds


def follow(story: Story, expression: str, paths: tuple[str, ...] = ("receive", "transmit"),
           seconds: float = 30) -> tuple[str, str, float]:
    """What is printed, what is said meanwhile, and how long it took."""
    trace = Trace(story)
    made = object.__new__(walker.Walker)
    made.trace, made.progress, made.found = trace, Progress(), []
    made.cost = cost.Cost(trace, 2.0)
    made.hooks, made.missing = HOOKS, [{"hook": "udpv6_rcv", "ipv6": True, "instead": "-"}]
    wanted = [Wanted(path, Filter(expression), "") for path in paths]
    said, time, asked = io.StringIO(), walker.time, culprit.asked
    walker.time = type("Clock", (), {"sleep": trace.sleep,
                                     "monotonic": staticmethod(lambda: trace.clock)})
    culprit.asked = lambda *command, ns: ""
    try:
        with contextlib.redirect_stderr(said):
            result = made.follow("eth0", wanted, seconds)
    finally:
        walker.time, culprit.asked = time, asked
    return text.Text(False).result(result), said.getvalue(), trace.clock


def test_received() -> None:
    story = Story()
    story.arrive(FRAME)
    story.add("netif_receive_skb", SKB, len=28)
    story.add("kfree_skb", SKB, reason_name="NO_SOCKET", location=0x1010)
    shown, said, clock = follow(story, "udp", ("receive",))
    assert "armed on eth0: send now" in said and "it came" not in said and clock < 1
    assert "DROPPED: NO_SOCKET, no socket listens there (in ip_rcv_core)" in shown
    # Of these probes, not of another tracer's of the same name; each event is a hit.
    count = sum(event.time <= story.events[-1].time for event in story.events)
    assert f"probes: 2 armed, 100 hits, 100 missed; {count} hits a packet, 2 us each as " \
        f"measured here: {2 * count} us a packet" in shown, shown
    # What only IPv6 would have used is not missed.
    assert "udpv6_rcv" not in shown


def test_one_half() -> None:
    """The answer may match too: it is waited for, but not long."""
    story = Story()
    story.arrive(FRAME)
    _, said, clock = follow(story, "udp")
    assert "it came; waiting for the rest" in said and clock < 3


def test_nothing() -> None:
    story = Story()
    story.arrive(FRAME)
    try:
        follow(story, "tcp", seconds=12)
    except NoPacket as error:
        assert "no packet that matches 'tcp' on eth0 within 12 s" in str(error)
    else:
        raise AssertionError("a packet was found")


def test_lost() -> None:
    story = Story()
    story.born()
    story.add("nf_hook_slow", SKB, context="process", hook=3, pf=2)
    story.add("kfree_skb", SKB, context="process", reason_name="NETFILTER_DROP")
    shown, said, clock = follow(story, "udp and src port 7000")
    assert "it was lost before it reached the driver" in said and clock < 2
    assert "DROPPED: NETFILTER_DROP" in shown
    assert "netfilter: hook LOCAL_OUT (IPv4)" in shown.splitlines()[-2]


def test_stuck() -> None:
    story = Story()
    story.born()
    story.add("__neigh_event_send", SKB, context="process")
    shown, said, clock = follow(story, "udp")
    assert "it waits, and does not go on" in said and walker.GIVE_UP < clock < 20
    assert "the neighbour's queue" in shown and "DROPPED" not in shown


def test_not_ours() -> None:
    story = Story()
    story.born()
    story.add("net_dev_queue", SKB, name="eth1")
    story.add("net_dev_start_xmit", SKB, name="eth1")
    try:
        follow(story, "udp", seconds=5)
    except NoPacket:
        return
    raise AssertionError("another device's packet was taken for ours")


TESTS: dict[str, Callable[[], None]] = {
    "walk: --follow, a packet that arrives": test_received,
    "walk: --follow, one half of an exchange": test_one_half,
    "walk: --follow, no packet": test_nothing,
    "walk: --follow, lost on its way out": test_lost,
    "walk: --follow, stuck on its way out": test_stuck,
    "walk: --follow, another device's": test_not_ours,
}
