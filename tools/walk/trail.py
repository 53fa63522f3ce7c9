# SPDX-License-Identifier: GPL-2.0-only
"""The events of one trace, the marks that one packet left among them, and questions."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Callable, Iterable

from capfilter import Filter
from hooks import Hook
from packet import Packet, parse
from tracefs import Event

# Some end an skb without going through the function that all others end in.
FREED = ("skb_release_head_state", "consume_skb", "kfree_skb")
# Very small datagrams are copied without a function of their own.
COPIES = ("skb_copy_datagram_iovec", "skb_copy_and_csum_datagram_msg", "skb_consume_udp")
# The driver's events that have the frame in them.
# What is made of the kernel's own for devices of other drivers (anynic.py).
DRIVER_RX, DRIVER_TX = "driver_rx", "driver_tx"
DELIVERED, MAPPED = ("e1k_rx_deliver", DRIVER_RX), ("e1k_tx_map", DRIVER_TX)
SEEN = {"receive": DELIVERED, "transmit": MAPPED}
ETHERTYPES = {4: 0x0800, 6: 0x86dd}
# What e1k calls the handler of a queue, behind the name of the device.
QUEUE_VECTOR = "-TxRx-"
# Netfilter's hooks, by number: the step in which each is asked.
HOOK_STEPS = ("R16", "R18", "R16", "T4", "T5")
CHAINS = ("nft_do_chain", "ipt_do_table", "ip6t_do_table")


@dataclass
class Mark:
    """An event that belongs to the walk, and the step that it shows."""

    event: Event
    step: str
    note: str = ""
    # Which of the packet's skbs.
    pointer: int = 0


@dataclass
class Walk:
    """What one packet went through on one path."""

    path: str
    packet: Packet
    marks: dict[int, Mark] = field(default_factory=dict)
    # Its skbs that share their data with another.
    clones: set[int] = field(default_factory=set)
    # Where the packet is if it neither left nor was dropped.
    left_in: str = ""
    # By which filter it was found.
    filter: str = ""

    def add(self, event: Event | None, step: str | None, note: str = "", pointer: int = 0) -> None:
        if event and step and event.index not in self.marks:
            self.marks[event.index] = Mark(event, step, note, pointer)

    def ordered(self) -> list[Mark]:
        return [self.marks[index] for index in sorted(self.marks)]

    def by_message(self) -> bool:
        """The queue had a message interrupt of its own (MSI-X), by the name of its handler."""
        return any(mark.event.name == "irq_handler_entry"
                   and QUEUE_VECTOR in str(mark.event.values.get("name"))
                   for mark in self.marks.values())

    def names(self) -> set[str]:
        return {mark.event.name for mark in self.marks.values()}

    def place_hooks(self) -> None:
        """What several steps use belongs to the one it was used for.

        Netfilter is asked at several places, and TCP shares the ways of sockets.
        """
        tcp, hook = any(mark.step == "R22" for mark in self.marks.values()), ""
        for mark in self.ordered():
            if tcp and mark.step == "R20":
                mark.step = "R22" if mark.event.name == "sk_filter_trim_cap" else "R23"
            if mark.event.name == "nf_hook_slow":
                number = mark.event.values.get("hook", 99)
                if number < len(HOOK_STEPS):
                    mark.step = HOOK_STEPS[number]
                hook = mark.step
            if mark.event.name in CHAINS and hook:
                mark.step = hook


def packet_of(event: Event, wide: bytes = b"") -> Packet:
    """What a frame was that the driver saw, or a probe on its way there.

    wide: more of its bytes, if they are known from somewhere else.
    """
    values = event.values
    if "hdr" in values:
        tag = values["vlan_tci"] if values["vlan"] else None
        # The stack has taken the link header from what it was given.
        header = 14 if event.name in DELIVERED else 0
        return parse(wide or values["hdr"], tag, values["len"] + header)
    raw = values["b"][:values["n"]]
    if "to" in values or not raw:
        return Packet()
    if raw[0] >> 4 in ETHERTYPES and event.name.endswith(("_out", "_output")):
        link = bytes(12) + struct.pack("!H", ETHERTYPES[raw[0] >> 4])
        return parse(link + raw, None, values["n"] + 14)
    return parse(raw, None, values["n"])


class Trail:
    """The events of one trace, and questions to them."""

    def __init__(self, events: list[Event], hooks: dict[str, Hook], device: str,
                 above: Iterable[str] = ()) -> None:
        """above: the devices that send through this one (VLANs, bridge, bond)."""
        self.events = events
        self.hooks = hooks
        self.device = device
        self.devices = {device, *above}
        self.wide = more_bytes(events)

    def before(self, index: int, names: Iterable[str], test: Callable[[Event], bool],
               stop: int = -1) -> Event | None:
        for at in range(index - 1, stop, -1):
            event = self.events[at]
            if event.name in names and test(event):
                return event
        return None

    def after(self, index: int, names: Iterable[str], test: Callable[[Event], bool],
              stop: int | None = None) -> Event | None:
        for at in range(index + 1, len(self.events) if stop is None else stop):
            event = self.events[at]
            if event.name in names and test(event):
                return event
        return None

    def is_ours(self, event: Event) -> bool:
        return event.values.get("name") == self.device

    def packet(self, event: Event) -> Packet:
        return packet_of(event, self.wide.get(event.index, b""))

    def seen(self, path: str, wanted: Filter) -> list[Event]:
        """Frames that matched where the driver saw them."""
        return [event for event in self.events if event.name in SEEN[path]
                and self.is_ours(event) and wanted.matches(self.packet(event))]

    def step_of(self, way: str) -> Callable[[Event], str | None]:
        def step(event: Event) -> str | None:
            hook = self.hooks[event.name]
            return hook.rx if way == "R" else hook.tx
        return step

    # --- the poll and its interrupt, which both ways have --------------------------

    def interrupt_before(self, walk: Walk, anchor: Event, way: str) -> None:
        """The poll that the anchor is in, and the interrupt that led to it."""
        step = self.step_of(way)
        same_cpu = lambda e: e.cpu == anchor.cpu
        poll = self.before(anchor.index, ("e1k_poll_begin", "stock_poll"),
                           lambda e: (self.is_ours(e) or e.name == "stock_poll") and same_cpu(e))
        if not poll and anchor.name in (DRIVER_RX, DRIVER_TX) and anchor.context != "process":
            # Of another driver, whose functions are unknown: the softirq is known all the same.
            poll = anchor
        if not poll:
            return
        walk.add(poll, step(poll))
        entry = self.before(poll.index, ("softirq_entry",),
                            lambda e: same_cpu(e) and e.values["vec"] == 3)
        if entry and poll.context != "napi thread":
            walk.add(entry, step(entry))
            action = self.after(entry.index, ("net_rx_action",), same_cpu, poll.index)
            walk.add(action, step(action) if action else None)
        irq = self.before(poll.index, ("e1k_irq", "stock_irq"),
                          lambda e: self.is_ours(e) or e.name == "stock_irq")
        done = self.before(poll.index, ("e1k_poll_end",), self.is_ours)
        # A poll that goes on where another left off has no interrupt of its own.
        if irq and not (done and done.index > irq.index and not done.values["complete"]):
            self.handler(walk, irq, way)

    def handler(self, walk: Walk, irq: Event, way: str) -> None:
        step = self.step_of(way)
        same_cpu = lambda e: e.cpu == irq.cpu
        entry = self.before(irq.index, ("irq_handler_entry",), same_cpu)
        end = self.after(irq.index, ("irq_handler_exit",), same_cpu)
        walk.add(entry, step(entry) if entry else None)
        walk.add(irq, step(irq))
        walk.add(end, step(end) if end else None)
        stop = end.index if end else None
        for name in ("e1k_irq_mask", "e1k_napi_schedule", "softirq_raise"):
            # On an unknown NIC the causes are masked before they are read.
            begin = entry if entry and name == "e1k_irq_mask" else irq
            event = self.after(begin.index, (name,), same_cpu, stop)
            walk.add(event, step(event) if event else None)

    def after_poll(self, walk: Walk, anchor: Event, way: str) -> None:
        step = self.step_of(way)
        same = lambda e: e.cpu == anchor.cpu and self.is_ours(e)
        end = self.after(anchor.index, ("e1k_poll_end",), same)
        if anchor.name in (DRIVER_RX, DRIVER_TX):
            poll = self.after(anchor.index, ("napi_poll",), lambda e:
                              e.cpu == anchor.cpu and e.values["dev_name"] == self.device)
            walk.add(poll, step(poll) if poll else None)
        if not end:
            return
        refill = self.after(anchor.index, ("e1k_rx_refill",), same, end.index)
        if way == "R":
            walk.add(refill, "R17")
        walk.add(end, step(end))
        if end.values["complete"]:
            walk.add(self.after(end.index, ("e1k_irq_unmask",), same),
                     "R17" if way == "R" else "T14")
        poll = self.after(end.index, ("napi_poll",), lambda e:
                          e.cpu == anchor.cpu and e.values["dev_name"] == self.device)
        walk.add(poll, step(poll) if poll else None)

    def reaped(self, walk: Walk, reap: Event, since: int) -> None:
        """The poll it happened in, unless it was behind the doorbell itself."""
        poll = self.before(reap.index, ("e1k_poll_begin", "e1k_poll_end"),
                           lambda e: e.cpu == reap.cpu and self.is_ours(e), since)
        if poll and poll.name == "e1k_poll_begin":
            self.interrupt_before(walk, reap, "T")
            self.after_poll(walk, reap, "T")


def more_bytes(events: list[Event]) -> dict[int, bytes]:
    """For the driver's events, which have the first 64 bytes: what probes nearby saw of
    the same skb. By the index of the driver's event."""
    found: dict[int, bytes] = {}
    delivered: dict[int, Event] = {}
    queued: dict[int, Event] = {}
    for event in events:
        if not event.pointers:
            continue
        pointer = event.pointers[0]
        if event.name == "e1k_rx_deliver":
            delivered[pointer] = event
        elif event.name == "gro_bytes" and "b" in event.values and pointer in delivered:
            driver = delivered.pop(pointer)
            keep(found, driver, event.values["b"][:event.values["n"] + 14])
        elif event.name == "__dev_queue_xmit" and "b" in event.values:
            queued[pointer] = event
        elif event.name == "e1k_tx_map" and pointer in queued:
            seen = queued.pop(pointer)
            keep(found, event, seen.values["b"][:seen.values["n"]])
    return found


def keep(found: dict[int, bytes], driver: Event, raw: bytes) -> None:
    """If it is the same frame: checksums and lengths may have been filled in since."""
    if len(raw) > len(driver.values["hdr"]) and raw[:14] == driver.values["hdr"][:14]:
        found[driver.index] = driver.values["hdr"] + raw[len(driver.values["hdr"]):]
