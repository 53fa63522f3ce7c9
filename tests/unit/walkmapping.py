# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: payload that is mapped and not copied, as Linux 7.2 has recorded
it; a copy, or another page, is noticed."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

import mapping
import timeline
import walker
from sending import Follower
from tracefs import Event
from walkrecorded import RECORDED, load

ZEROCOPY = next(path for path in RECORDED if path.name.startswith("zerocopy-"))
Change = Callable[[list[Event]], list[Event]]


def numbered(events: list[Event]) -> list[Event]:
    return [replace(event, index=index) for index, event in enumerate(events)]


def problems(change: Change) -> list[str]:
    """What the scenario would have missed, had the kernel recorded this."""
    follower, wanted = load(ZEROCOPY)
    changed = Follower(numbered(change(follower.events)), follower.hooks, follower.device)
    walk = walker.pick(changed, wanted[0])
    walk.filter = str(wanted[0].filter)
    return walker.problems({"walks": [timeline.build(walk, changed, {})]}, wanted)


def skb_of(events: list[Event]) -> int:
    """The packet's: that of the frame with a page."""
    return next(event.pointers[0] for event in events
                if event.name == "e1k_rx_skb" and event.values["page"])


def test_seen() -> None:
    assert not problems(lambda events: events)
    follower, wanted = load(ZEROCOPY)
    walk = walker.pick(follower, wanted[0])
    assert mapping.is_split(walk) and len(mapping.of_driver(walk)) == 1
    rows = timeline.build(walk, follower, {})["steps"]
    places = [row["source"].partition(":")[0] for row in rows if row["event"] == "e1k_rx_desc"]
    assert places == ["src/rx_split.c"], places


def test_not_mapped() -> None:
    found = problems(lambda events: [event for event in events
                                     if event.name != "vm_insert_pages"])
    assert "receive: vm_insert_pages was not seen" in found, found


def test_other_page() -> None:
    def changed(events: list[Event]) -> list[Event]:
        return [replace(event, values={**event.values, "pages": b"\x40" + event.values["pages"][1:]})
                if event.name == "vm_insert_pages" else event for event in events]
    found = problems(changed)
    assert "receive: vm_insert_pages was not seen" in found, found


def copied(name: str, values: dict[str, int]) -> list[str]:
    """As if that had happened to the packet when it was on its queue."""
    def changed(events: list[Event]) -> list[Event]:
        skb = skb_of(events)
        at = next(index for index, event in enumerate(events)
                  if event.name == "tcp_queue_rcv" and skb in event.pointers)
        made = replace(events[at], name=name, values=values, pointers=(skb,),
                       time=events[at].time + 0.5)
        return [*events[:at + 1], made, *events[at + 1:]]
    return problems(changed)


def test_copied() -> None:
    found = copied("skb_copy_bits", {"copied": mapping.PAGE})
    assert found == ["receive: skb_copy_bits was seen"], found
    found = copied("skb_copy_datagram_iovec", {"len": mapping.PAGE})
    assert "receive: skb_copy_datagram_iovec was seen" in found, found


TESTS: dict[str, Callable[[], None]] = {
    "walk: a page that is mapped": test_seen,
    "walk: a page that is not mapped": test_not_mapped,
    "walk: another page is mapped": test_other_page,
    "walk: a copy on the way to a mapped page": test_copied,
}
