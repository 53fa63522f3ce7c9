# SPDX-License-Identifier: GPL-2.0-only
"""What a scenario did as a whole, in figures: what two runs are compared by."""

from __future__ import annotations

from statistics import median
from typing import Any

from scenarios import Wanted
from tracefs import Event


def count(events: list[Event], nut: str, peer: str, wanted: list[Wanted]) -> dict[str, Any]:
    """The receiving side of the NIC under test, by name of the figure."""
    if not any(one.path == "receive" for one in wanted):
        return {}
    ours = [event for event in events if event.values.get("name") == nut]
    named = lambda name: [event for event in ours if event.name == name]
    polls = [event for event in named("e1k_poll_end") if event.values["work"]]
    into = named("netif_receive_skb")
    made = {"frames received": sum(event.values["work"] for event in polls),
            "interrupts": len(named("e1k_irq")),
            "polls that found frames": len(polls),
            "most frames in one poll": max((event.values["work"] for event in polls), default=0),
            "packets into the stack": len(into),
            "CPUs of the stack": ", ".join(str(cpu) for cpu in sorted({e.cpu for e in into}))}
    waits = waited(events, nut, peer)
    if waits:
        made["us from the peer's driver to our poll, median"] = round(median(waits))
        made["us from the peer's driver to our poll, longest"] = round(max(waits))
    return made


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
