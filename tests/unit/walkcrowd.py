# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: following many packets, with a trace that is written down."""

from __future__ import annotations

import contextlib
import io
import types
from typing import Any, Callable

import cost
import crowd
import walker
from capfilter import Filter
from progress import Progress
from scenarios import Wanted
from walkevents import FRAME, HOOKS, SKB, Story
from walkfollow import Trace


def packets(count: int) -> Story:
    """Datagrams to a closed port, each with an skb of its own."""
    story = Story()
    for number in range(count):
        skb = SKB + 0x1000 * number
        story.arrive(FRAME, skb)
        story.add("netif_receive_skb", skb, len=28)
        story.add("kfree_skb", skb, reason_name="NO_SOCKET", location=0x2010)
        # As long as it takes until the next.
        story.add("e1k_irq", icr=0x80, after=crowd.SETTLED)
    return story


def follow(story: Story, count: int, seconds: float = 60,
           end: BaseException | None = None) -> tuple[dict[str, Any], list[dict[str, Any]], str]:
    """The result, the walks as they came, what was said. end: raised while it waits."""
    trace, said = Trace(story, 5), io.StringIO()
    made = object.__new__(walker.Walker)
    made.trace, made.progress, made.found = trace, Progress(), []
    made.cost = cost.Cost(trace, None)
    made.hooks, made.missing = HOOKS, []
    found: list[dict[str, Any]] = []

    def sleep(wait: float) -> None:
        trace.sleep(wait)
        if end and trace.clock > 2:
            raise end
    time, crowd.time = crowd.time, types.SimpleNamespace(sleep=sleep, monotonic=lambda: trace.clock)
    try:
        with contextlib.redirect_stderr(said):
            one = crowd.Crowd(made, "eth0", [Wanted("receive", Filter("udp"), "")])
            result = one.run(count, seconds, found.append, lambda result: None)
    finally:
        crowd.time = time
    return result, found, said.getvalue()


def test_count() -> None:
    result, found, said = follow(packets(6), 4)
    assert "following what matches 'udp'" in said
    assert result["many"]["packets"] == len(found) == 4
    # What a hit takes was not measured.
    assert result["probes"] == {"armed": 2, "hits": 100, "missed": 100, "hits_a_packet": 25.0,
                                "hit_us": None, "us_a_packet": None}, result["probes"]
    assert result["many"]["outcomes"] == {"dropped": 4} and len(result["walks"]) == 1
    hops = {hop["function"]: hop["count"] for hop in result["many"]["hops"]}
    assert hops["NO_SOCKET"] == 4


def test_each_once() -> None:
    result, found, _ = follow(packets(5), 0, 30)
    assert result["many"]["packets"] == 5 and result["skipped"] == 0
    assert [(row["reason"], row["where"], row["count"]) for row in result["drops"]] == [
        ("NO_SOCKET", "udp_rcv", 5)]
    origins = [walk["origin"] for walk in found]
    assert origins == sorted(set(origins))


def test_ended() -> None:
    """By Ctrl-C: what was found is the result, and what has not been looked at is."""
    result, _, said = follow(packets(5), 0, 0, KeyboardInterrupt())
    assert "ended" in said and 0 < result["many"]["packets"] <= 5


TESTS: dict[str, Callable[[], None]] = {
    "walk: many packets: as many as --count": test_count,
    "walk: many packets: each once, and all drops": test_each_once,
    "walk: many packets: until Ctrl-C": test_ended,
}
