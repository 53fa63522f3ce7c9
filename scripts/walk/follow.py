# SPDX-License-Identifier: GPL-2.0-only
"""One packet among all that was recorded.

An skb is followed by its address, from where it is born to where it is freed,
and over into its clones. What has no skb in its arguments (interrupts, polls,
system calls) belongs to it by its place: the last interrupt of the device
before the poll, the system call of the task that copied the data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Iterable

from capfilter import Filter
from hooks import Hook
from packet import Packet, parse
from tracefs import Event

REBORN = ("skb_born", "skb_cloned", "napi_gro_receive_entry", "e1k_rx_skb")
# Some end an skb without going through the function that all others end in.
FREED = ("skb_release_head_state", "consume_skb", "kfree_skb")
RECEIVES = ("enter_recvfrom", "enter_recvmsg", "enter_read")
# Where a process may have slept before it reads.
WAITS = ("exit_poll", "exit_select", "exit_epoll_wait")
SENDS = ("enter_sendto", "enter_sendmsg", "enter_write")
# Very small datagrams are copied without a function of their own.
COPIES = ("skb_copy_datagram_iovec", "skb_copy_and_csum_datagram_msg", "skb_consume_udp")
SENDMSG = ("udp_sendmsg", "tcp_sendmsg", "raw_sendmsg", "ping_v4_sendmsg")


@dataclass
class Mark:
    """An event that belongs to the walk, and the step that it shows."""

    event: Event
    step: str
    note: str = ""


@dataclass
class Walk:
    """What one packet went through on one path."""

    path: str
    packet: Packet
    marks: dict[int, Mark] = field(default_factory=dict)

    def add(self, event: Event | None, step: str | None, note: str = "") -> None:
        if event and step and event.index not in self.marks:
            self.marks[event.index] = Mark(event, step, note)

    def ordered(self) -> list[Mark]:
        return [self.marks[index] for index in sorted(self.marks)]

    def place_hooks(self) -> None:
        """What several steps use belongs to the one it was used for.

        Netfilter is asked at several places, and TCP shares the ways of sockets.
        """
        before, tcp = "", any(mark.step == "R22" for mark in self.marks.values())
        for mark in self.ordered():
            if tcp and mark.step == "R20":
                mark.step = "R22" if mark.event.name == "sk_filter_trim_cap" else "R23"
            if mark.event.name == "nf_hook_slow" and before in ("R18", "T5", "R16", "T4"):
                mark.step = before
            before = mark.step

    @property
    def last(self) -> Event:
        return self.marks[max(self.marks)].event


def packet_of(event: Event) -> Packet:
    """What a frame that the driver saw was."""
    tag = event.values["vlan_tci"] if event.values["vlan"] else None
    # The stack has taken the link header from what it was given.
    header = 14 if event.name == "e1k_rx_deliver" else 0
    return parse(event.values["hdr"], tag, event.values["len"] + header)


class Follower:
    """The events of one trace, and questions to them."""

    def __init__(self, events: list[Event], hooks: dict[str, Hook], device: str) -> None:
        self.events = events
        self.hooks = hooks
        self.device = device

    # --- finding -------------------------------------------------------------

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

    def candidates(self, name: str, wanted: Filter) -> list[Event]:
        return [event for event in self.events if event.name == name and self.is_ours(event)
                and wanted.matches(packet_of(event))]

    # --- receive -------------------------------------------------------------

    def receive(self, wanted: Filter, which: int = 0) -> Walk | None:
        found = self.candidates("e1k_rx_deliver", wanted)
        if not found:
            return None
        first = found[which]
        walk = Walk("receive", packet_of(first))
        self.interrupt_before(walk, first, "R")
        joins = self.fragments_of(first, walk.packet)
        for event in joins:
            self.taken_from_ring(walk, event)
        self.upward(walk, {event.index: event.pointers[0] for event in joins}, first)
        self.after_poll(walk, first, "R")
        walk.place_hooks()
        return walk

    def fragments_of(self, first: Event, packet: Packet) -> list[Event]:
        """The frame, or all frames of the datagram that it is a part of."""
        if not packet.fragment:
            return [first]
        return [event for event in self.events[first.index:]
                if event.name == "e1k_rx_deliver" and self.is_ours(event)
                and (packet_of(event).ident, packet_of(event).src) == (packet.ident, packet.src)]

    def taken_from_ring(self, walk: Walk, deliver: Event) -> None:
        pointer = deliver.pointers[0]
        made = self.before(deliver.index, ("e1k_rx_skb",), lambda e: pointer in e.pointers)
        if made:
            walk.add(self.before(made.index, ("e1k_rx_desc",), lambda e:
                                 e.cpu == made.cpu and e.values["slot"] == made.values["slot"]),
                     "R9")
        walk.add(made, "R10")
        walk.add(deliver, "R10")

    def interrupt_before(self, walk: Walk, anchor: Event, way: str) -> None:
        """The poll that the anchor is in, and the interrupt that led to it."""
        step = self.step_of(way)
        same_cpu = lambda e: e.cpu == anchor.cpu
        poll = self.before(anchor.index, ("e1k_poll_begin",),
                           lambda e: self.is_ours(e) and same_cpu(e))
        if not poll:
            return
        walk.add(poll, step(poll))
        entry = self.before(poll.index, ("softirq_entry",),
                            lambda e: same_cpu(e) and e.values["vec"] == 3)
        if entry and poll.context != "napi thread":
            walk.add(entry, step(entry))
            action = self.after(entry.index, ("net_rx_action",), same_cpu, poll.index)
            walk.add(action, step(action) if action else None)
        irq = self.before(poll.index, ("e1k_irq",), self.is_ours)
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
            event = self.after(irq.index, (name,), same_cpu, stop)
            walk.add(event, step(event) if event else None)

    def after_poll(self, walk: Walk, anchor: Event, way: str) -> None:
        step = self.step_of(way)
        same = lambda e: e.cpu == anchor.cpu and self.is_ours(e)
        end = self.after(anchor.index, ("e1k_poll_end",), same)
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

    def step_of(self, way: str) -> Callable[[Event], str | None]:
        def step(event: Event) -> str | None:
            hook = self.hooks[event.name]
            return hook.rx if way == "R" else hook.tx
        return step

    def upward(self, walk: Walk, joins: dict[int, int], first: Event) -> None:
        """Everything that touches one of the skbs, until the last is gone.

        joins: where each skb begins to be one of them.
        """
        previous: dict[int, Event] = {}
        live: set[int] = set()
        survivors: set[int] = set()
        sent = False
        for event in self.events[first.index:]:
            if event.index in joins:
                live.add(joins.pop(event.index))
                continue
            hit = next((p for p in event.pointers if p in live), None)
            if event.name in REBORN and hit is not None and \
                    event.values.get("skbaddr", event.values.get("ret")) == hit:
                if event.name != "napi_gro_receive_entry" or hit in previous:
                    live.discard(hit)
                    continue
            if hit is None:
                if not live and not joins:
                    break
                continue
            if event.name == "skb_morph":
                # Its old content is let go, it itself becomes the whole datagram.
                survivors.add(event.pointers[0])
            if event.name == "skb_release_head_state" and hit in survivors:
                survivors.discard(hit)
                continue
            hook = self.hooks[event.name]
            self.between(walk, previous.get(hit), event)
            previous[hit] = event
            sent = sent or event.name == "e1k_tx_map"
            self.touch(walk, hook, event, live, sent)
            if event.name == "skb_clone":
                clone = self.after(event.index, ("skb_cloned",),
                                   lambda e, made=event: (e.cpu, e.pid) == (made.cpu, made.pid))
                if clone and clone.pointers:
                    joins[clone.index] = clone.pointers[0]
            if event.name in FREED or event.name == "skb_attempt_defer_free":
                live.discard(hit)
        self.reader(walk)

    def touch(self, walk: Walk, hook: Hook, event: Event, live: set[int], sent: bool) -> None:
        step = hook.rx
        if event.name == "skb_clone":
            return
        if event.name == "skb_gro_receive":
            # From here on it is part of the one that GRO held already.
            live.add(event.pointers[0])
        if event.name == "e1k_tx_map":
            bell = self.after(event.index, ("e1k_tx_doorbell", "e1k_tx_held"), self.is_ours)
            walk.add(bell, "T11")
        if event.name == "e1k_tx_reap":
            self.reaped(walk, event, max(walk.marks))
        if event.name == "kfree_skb":
            walk.add(event, "drop", event.values.get("reason_name", "NOT_SPECIFIED"))
            return
        if event.name in FREED:
            step = "T14" if sent else self.end_step(walk, event)
            if any(mark.step == "drop" for mark in walk.marks.values()):
                return
        walk.add(event, step or hook.tx)

    @staticmethod
    def end_step(walk: Walk, freed: Event) -> str:
        steps = {mark.step for mark in walk.marks.values()}
        for step in ("R21", "R22", "R20", "R19", "R15", "R11"):
            if step == "R22" and step in steps:
                return "R24" if freed.context == "process" else "R23"
            if step in steps:
                return step
        return "R14"

    def between(self, walk: Walk, before: Event | None, event: Event) -> None:
        """What happened on the way from one touch to the next, with no skb in hand."""
        if not before:
            return
        names = {"udp_rcv": ("__udp4_lib_lookup",),
                 "netif_receive_skb": ("ip_list_rcv",),
                 "enqueue_to_backlog": ("softirq_entry", "process_backlog"),
                 "udp_queue_rcv_skb": ("sock_rcvqueue_full", "udp_fail_queue_rcv_skb"),
                 "sk_filter_trim_cap": ("sock_rcvqueue_full",),
                 "__udp_enqueue_schedule_skb": ("sock_rcvqueue_full", "udp_fail_queue_rcv_skb",
                                                "sock_def_readable"),
                 "sock_queue_rcv_skb_reason": ("sock_rcvqueue_full", "sock_def_readable"),
                 "tcp_queue_rcv": ("tcp_data_ready", "sock_def_readable"),
                 "tcp_data_queue": ("tcp_data_ready", "sock_def_readable"),
                 }.get(before.name, ())
        cpu = event.cpu if before.name == "enqueue_to_backlog" else before.cpu
        readable = None
        for name in names:
            found = self.after(before.index, (name,), lambda e: e.cpu == cpu, event.index)
            if not found and name == "sock_def_readable":
                found = None
            if found:
                walk.add(found, self.hooks[name].rx if not before.name.startswith("tcp_")
                         else "R23")
                readable = found if name == "sock_def_readable" else readable
        if readable:
            self.wake_up(walk, readable)

    def wake_up(self, walk: Walk, readable: Event) -> None:
        woken = self.after(readable.index, ("sched_waking",), lambda e: e.cpu == readable.cpu,
                           min(readable.index + 40, len(self.events)))
        if woken and woken.values["comm"].startswith("ksoftirqd/"):
            return
        tcp = walk.marks[readable.index].step == "R23"
        walk.add(woken, "R23" if tcp else "R20")

    def reader(self, walk: Walk) -> None:
        """The system call of the task that copied the data."""
        copy = next((mark.event for mark in walk.ordered() if mark.event.name in COPIES), None)
        if not copy:
            return
        tcp = any(mark.step == "R22" for mark in walk.marks.values())
        step = "R24" if tcp else "R21"
        mine = lambda e: e.pid == copy.pid
        enter = self.before(copy.index, RECEIVES, mine)
        leave = self.after(copy.index, ("exit_recvfrom", "exit_recvmsg", "exit_read"), mine)
        walk.add(enter, step)
        if enter:
            walk.add(self.before(enter.index, WAITS, mine, self.arrived(walk)), step)
            walk.add(self.after(enter.index, ("udp_recvmsg", "tcp_recvmsg"), mine, copy.index),
                     step)
        walk.add(leave, step)
        for mark in walk.marks.values():
            if mark.step == "R21":
                mark.step = step

    @staticmethod
    def arrived(walk: Walk) -> int:
        """When the packet was on the socket: what its reader did before has to do
        with others."""
        queued = [mark.event.index for mark in walk.marks.values() if mark.step in ("R20", "R23")]
        return max(queued, default=-1)

    # --- transmit ------------------------------------------------------------

    def transmit(self, wanted: Filter, which: int = 0) -> Walk | None:
        found = self.candidates("e1k_tx_map", wanted)
        if not found:
            return None
        mapped = found[which]
        walk = Walk("transmit", packet_of(mapped))
        born, original = self.downward(walk, mapped)
        self.sender(walk, born, mapped)
        self.sent(walk, mapped, mapped.pointers[0])
        if original:
            self.acknowledged(walk, mapped, original)
        walk.place_hooks()
        return walk

    def downward(self, walk: Walk, mapped: Event) -> tuple[Event, int]:
        """Back from the driver to where the skb, or what it was cloned from, was born.

        Return the birth and the original of a clone (or 0).
        """
        pointer, original, earliest = mapped.pointers[0], 0, mapped
        walk.add(mapped, "T10")
        for at in range(mapped.index - 1, -1, -1):
            event = self.events[at]
            if pointer not in event.pointers:
                continue
            if event.name in FREED:
                break
            if event.name == "e1k_rx_deliver":
                break
            if event.name in ("skb_born", "skb_fragment"):
                walk.add(event, "T1" if event.name == "skb_born" else "T5")
                earliest = event
                if event.name == "skb_born" or not event.pointers:
                    break
                continue
            if event.name == "skb_cloned":
                clone = self.before(at, ("skb_clone",), lambda e: e.pid == event.pid)
                if not clone:
                    break
                walk.add(event, "T2")
                walk.add(clone, "T2")
                original = pointer = clone.pointers[0]
                earliest = clone
                continue
            if event.name == "dev_queue_xmit_nit":
                walk.add(self.after(event.index, ("packet_rcv", "tpacket_rcv"),
                                    lambda e: e.pid == event.pid, mapped.index), "T9")
            # A clone that somebody else made of it: a tap's.
            if event.name != "skb_clone":
                walk.add(event, self.hooks[event.name].tx)
            earliest = event
        return earliest, original

    def sender(self, walk: Walk, born: Event, mapped: Event) -> None:
        """The system call that it comes from."""
        if born.context != "process":
            return
        mine = lambda e: e.pid == born.pid
        enter = self.before(born.index, SENDS, mine)
        if not enter:
            return
        walk.add(enter, "T1")
        leave = self.after(enter.index, ("exit_sendto", "exit_sendmsg", "exit_write"), mine)
        if leave and leave.index < born.index:
            del walk.marks[enter.index]
            return
        walk.add(self.after(enter.index, SENDMSG, mine, mapped.index), "T1")
        walk.add(leave, "T1")
        if any(mark.step == "T2" for mark in walk.marks.values()):
            walk.add(self.after(born.index, ("tcp_write_xmit",), mine, mapped.index), "T2")

    def sent(self, walk: Walk, mapped: Event, pointer: int) -> None:
        self.queued(walk, mapped)
        walk.add(self.after(mapped.index, ("e1k_tx_doorbell", "e1k_tx_held"), self.is_ours), "T11")
        reap = self.after(mapped.index, ("e1k_tx_reap",), lambda e: pointer in e.pointers)
        if not reap:
            return
        walk.add(reap, "T14")
        end = self.after(reap.index, ("e1k_poll_end",), self.is_ours)
        stop = end.index if end else None
        for name in ("napi_consume_skb", "consume_skb", "skb_release_head_state"):
            walk.add(self.after(reap.index, (name,), lambda e: pointer in e.pointers, stop), "T14")
        walk.add(self.after(reap.index, ("e1k_tx_wake",), self.is_ours, stop), "T14")
        self.reaped(walk, reap, mapped.index)

    def reaped(self, walk: Walk, reap: Event, since: int) -> None:
        """The poll it happened in, unless it was behind the doorbell itself."""
        poll = self.before(reap.index, ("e1k_poll_begin", "e1k_poll_end"),
                           lambda e: e.cpu == reap.cpu and self.is_ours(e), since)
        if poll and poll.name == "e1k_poll_begin":
            self.interrupt_before(walk, reap, "T")
            self.after_poll(walk, reap, "T")

    def queued(self, walk: Walk, mapped: Event) -> None:
        """Who took it out of the queue: the sender, or the softirq later."""
        into = next((mark.event for mark in walk.ordered()
                     if mark.event.name == "qdisc_enqueue"), None)
        if not into:
            return
        action = self.before(mapped.index, ("net_tx_action",),
                             lambda e: e.cpu == mapped.cpu, into.index)
        if not action:
            return
        entry = self.before(action.index, ("softirq_entry",), lambda e: e.cpu == action.cpu)
        left = self.before(mapped.index, ("softirq_exit",),
                           lambda e: e.cpu == action.cpu and e.values["vec"] == 2,
                           action.index)
        if left:
            return
        schedule = self.before(entry.index if entry else action.index, ("__netif_schedule",),
                               lambda e: True, into.index)
        for event in (schedule, entry, action):
            walk.add(event, "T8")

    def acknowledged(self, walk: Walk, mapped: Event, original: int) -> None:
        gone = self.after(mapped.index, FREED, lambda e: original in e.pointers)
        if not gone:
            return
        ack = self.before(gone.index, ("tcp_ack",), lambda e: e.cpu == gone.cpu, mapped.index)
        walk.add(ack, "T15")
        walk.add(gone, "T15")
