# SPDX-License-Identifier: GPL-2.0-only
"""What a scenario did as a whole, in figures: what two runs are compared by."""

from __future__ import annotations

from statistics import median
from typing import Any

from mapping import PAGE
from scenarios import Wanted
from tracefs import Event

FRAMES, INTERRUPTS, POLLS = "frames received", "interrupts", "polls that found frames"
MOST, PACKETS = "most frames in one poll", "packets into the stack"
POLL_CPUS, STACK_CPUS = "CPU that polls the NIC", "CPU that runs the stack"
MEDIAN, LONGEST = "µs from the sender to the poll, median", "µs from the sender to the poll, longest"

COPIED, MAPPED = "bytes copied to the process", "bytes mapped into the process"
# Of any packet: the driver's own tracepoints copy the beginning of each, so it is none only where
# nothing watches for copies.
WATCHED = "copies of packets inside the kernel"


def count(events: list[Event], nut: str, peer: str, wanted: list[Wanted]) -> dict[str, Any]:
    """The receiving side of the NIC under test, by name of the figure."""
    if not any(one.path == "receive" for one in wanted):
        return {}
    ours = [event for event in events if event.values.get("name") == nut]
    named = lambda name: [event for event in ours if event.name == name]
    polls = [event for event in named("e1k_poll_end") if event.values["work"]]
    into = named("netif_receive_skb")
    cpus = lambda some: ", ".join(str(cpu) for cpu in sorted({event.cpu for event in some}))
    made = {FRAMES: sum(event.values["work"] for event in polls),
            INTERRUPTS: len(named("e1k_irq")),
            POLLS: len(polls),
            MOST: max((event.values["work"] for event in polls), default=0),
            WATCHED: sum(event.name == "skb_copy_bits" for event in events),
            PACKETS: len(into), POLL_CPUS: cpus(polls), STACK_CPUS: cpus(into)}
    waits = waited(events, nut, peer)
    if waits:
        made |= {MEDIAN: round(median(waits)), LONGEST: round(max(waits))}
    return made


def of_payload(walks: list[dict[str, Any]]) -> dict[str, Any]:
    """How the bytes of the packet that was followed reached the process."""
    rows = [row for walk in walks if walk["path"] == "receive" for row in walk["steps"]]
    total = lambda name, value: sum(value(row["values"]) for row in rows if row["event"] == name)
    if not rows:
        return {}
    return {COPIED: total("skb_copy_datagram_iovec", lambda values: values["len"]),
            MAPPED: total("vm_insert_pages", lambda values: values["count"] * PAGE)}


def waited(events: list[Event], nut: str, peer: str) -> list[float]:
    """Frames do not overtake each other on the wire: the first sent is the first found.

    Nothing if they cannot be paired, because some were sent before the trace
    began, or cut by the peer's NIC.
    """
    sent = [event.time for event in events
            if event.name == "net_dev_start_xmit" and event.values["name"] == peer]
    found = [event.time for event in events
             if event.name == "e1k_rx_desc" and event.values["name"] == nut]
    pairs = [there - here for here, there in zip(sent, found)]
    return pairs if len(sent) == len(found) and all(wait > 0 for wait in pairs) else []
