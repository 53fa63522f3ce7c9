# SPDX-License-Identifier: GPL-2.0-only
"""One received packet among all that was recorded.

An skb is followed by its address, from where it is born to where it is freed,
and over into its clones. What has no skb in its arguments (interrupts, polls,
system calls) belongs to it by its place: the last interrupt of the device
before the poll, the system call of the task that copied the data.
"""

from __future__ import annotations

import mapping
from hooks import Hook
from packet import Packet
from tracefs import Event
from trail import COPIES, DRIVER_RX, FREED, MAPPED, SEEN, Trail, Walk

REBORN = ("skb_born", "skb_cloned", "napi_gro_receive_entry", "e1k_rx_skb")
RECEIVES = ("enter_recvfrom", "enter_recvmsg", "enter_recvmmsg", "enter_read")
RECEIVED = ("exit_recvfrom", "exit_recvmsg", "exit_recvmmsg", "exit_read")
RECVMSG = ("udp_recvmsg", "udpv6_recvmsg", "tcp_recvmsg", "ping_recvmsg", "raw_recvmsg",
           "rawv6_recvmsg", "tcp_zerocopy_receive")
# Where a process may have slept before it reads.
WAITS = ("exit_poll", "exit_select", "exit_epoll_wait")
# What wakes a process, and what may end then without any data.
WAKES = ("sock_def_readable", "sk_error_report")
TOLD = ("exit_connect", "exit_accept4", *RECEIVED)
# Of TCP_ZEROCOPY_RECEIVE.
ASKS, ASKED = ("enter_getsockopt",), ("exit_getsockopt",)
# Probes that are there for the bytes, and say nothing of the way.
ONLY_BYTES = ("gro_bytes", "netif_rx", "__netif_rx", "netif_rx_entry")
TAPS = ("packet_rcv", "tpacket_rcv")
# Bytes that go elsewhere: where the packet is while they do, and no part of its way.
ASIDE = ("skb_copy_bits",)
SHOWN = ("e1k_rx_deliver", "e1k_tx_map")
# A whole list of packets goes up by one call.
LISTS = ("ip_list_rcv", "ipv6_list_rcv")
# On the queue of a socket: its process will have it.
QUEUED = ("sock_queue_rcv_skb_reason", "__udp_enqueue_schedule_skb", "tcp_queue_rcv")
# The kernel does not say why.
UNSAID = ("NOT_SPECIFIED", "")
FULL = ("sock_rcvqueue_full", "udp_fail_queue_rcv_skb")
# What happens with no skb in hand, by the function that had it last.
BETWEEN = {"udp_rcv": ("__udp4_lib_lookup",), "udpv6_rcv": ("__udp6_lib_lookup",),
           "enqueue_to_backlog": ("softirq_entry", "process_backlog"),
           "udp_queue_rcv_skb": FULL, "udpv6_queue_rcv_skb": FULL,
           "sk_filter_trim_cap": ("sock_rcvqueue_full",),
           "icmp_unreach": ("sk_error_report",), "__udp4_lib_err": ("sk_error_report",),
           "tcp_reset": ("inet_sock_set_state", "sched_waking", "sk_error_report"),
           "tcp_v4_syn_recv_sock": ("inet_sock_set_state",), "tcp_ack": ("inet_sock_set_state",),
           "tcp_rcv_state_process": ("inet_sock_set_state", "sock_def_readable"),
           "__udp_enqueue_schedule_skb": (*FULL, "sock_def_readable"),
           "sock_queue_rcv_skb_reason": ("sock_rcvqueue_full", "sock_def_readable"),
           "tcp_queue_rcv": ("tcp_data_ready", "sock_def_readable"),
           "tcp_data_queue": ("tcp_data_ready", "sock_def_readable")}


def step_at(walk: Walk, before: Event | None) -> str:
    """Where the packet was when something was done to it on the side."""
    last = walk.marks.get(before.index) if before else None
    return last.step if last else walk.marks[max(walk.marks)].step


class Receiving(Trail):
    """From the wire to the process."""

    def receive(self, first: Event) -> Walk:
        """first: where the driver handed it up."""
        walk = Walk("receive", self.packet(first))
        self.interrupt_before(walk, first, "R")
        if first.name == DRIVER_RX and self.events[first.index - 1].name == "netif_rx_entry":
            walk.add(self.events[first.index - 1], "R10", pointer=first.pointers[0])
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
        same = lambda other: (other.ident, other.src) == (packet.ident, packet.src)
        return [event for event in self.events[first.index:] if event.name in SEEN["receive"]
                and self.is_ours(event) and same(self.packet(event))]

    def taken_from_ring(self, walk: Walk, deliver: Event) -> None:
        pointer = deliver.pointers[0]
        made = self.before(deliver.index, ("e1k_rx_skb",), lambda e: pointer in e.pointers)
        if made:
            walk.add(self.before(made.index, ("e1k_rx_desc",), lambda e:
                                 e.cpu == made.cpu and e.values["slot"] == made.values["slot"]),
                     "R9")
        walk.add(made, "R10")
        walk.add(deliver, "R10")

    def upward(self, walk: Walk, joins: dict[int, int], first: Event) -> None:
        """Everything that touches one of the skbs, until the last is gone.

        joins: where each skb begins to be one of them.
        """
        previous: dict[int, Event] = {}
        live: set[int] = set()
        survivors: set[int] = set()
        tapped: set[int] = set()
        sent = False
        for event in self.events[first.index:]:
            if event.index in joins:
                live.add(joins.pop(event.index))
                continue
            hit = next((p for p in event.pointers if p in live), None)
            if event.name in REBORN and hit is not None and \
                    event.values.get("skbaddr", event.values.get("ret")) == hit:
                # A tunnel's device has a NAPI of its own, through which the same skb goes.
                again = event.name == "napi_gro_receive_entry" and (
                    hit not in previous or not self.is_ours(event))
                if not again:
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
            before = previous.get(hit)
            if self.on_the_side(walk, event, hit, before):
                continue
            self.between(walk, before, event)
            if event.name == "skb_clone":
                clone = self.after(event.index, ("skb_cloned",),
                                   lambda e, made=event: (e.cpu, e.pid) == (made.cpu, made.pid))
                if clone and clone.pointers:
                    joins[clone.index] = clone.pointers[0]
                    walk.clones.add(clone.pointers[0])
                    if before and before.name in TAPS:
                        tapped.add(clone.pointers[0])
                continue
            previous[hit] = event
            sent = sent or event.name in MAPPED
            if hit in tapped:
                # tcpdump has it: that says nothing about who else gets it.
                walk.add(event, "R15", pointer=hit)
            else:
                self.touch(walk, event, live, sent, (hit, before))
            if event.name in FREED or event.name == "skb_attempt_defer_free":
                live.discard(hit)
        self.settle_drops(walk, live, tapped)
        self.reader(walk, tapped)

    def on_the_side(self, walk: Walk, event: Event, hit: int, before: Event | None) -> bool:
        """It says nothing of the way; where bytes are copied, that is said."""
        if event.name in ASIDE and not self.for_the_trace(event):
            walk.add(event, step_at(walk, before), pointer=hit)
        return event.name in (*ASIDE, *ONLY_BYTES)

    def for_the_trace(self, copy: Event) -> bool:
        """The driver's tracepoints copy the beginning of the frame for whoever looks."""
        seen = self.before(copy.index, SHOWN, lambda e: copy.pointers[0] in e.pointers
                           and e.cpu == copy.cpu)
        return bool(seen) and copy.values["copied"] == len(seen.values["hdr"]) and not any(
            copy.pointers[0] in event.pointers
            for event in self.events[seen.index + 1:copy.index])

    def touch(self, walk: Walk, event: Event, live: set[int], sent: bool,
              at: tuple[int, Event | None]) -> None:
        """at: which of the packet's skbs, and where it was before."""
        hook: Hook = self.hooks[event.name]
        step, (hit, before) = hook.rx, at
        if event.name == "skb_gro_receive":
            # From here on it is part of the one that GRO held already.
            live.add(event.pointers[0])
        if event.name in MAPPED:
            bell = self.after(event.index, ("e1k_tx_doorbell", "e1k_tx_held"), self.is_ours)
            walk.add(bell, "T11")
        if event.name == "e1k_tx_reap":
            self.reaped(walk, event, max(walk.marks))
        if event.name == "kfree_skb":
            walk.add(event, "drop", event.values.get("reason_name", ""), hit)
            return
        if event.name in FREED:
            step = "T14" if sent else self.end_step(walk, before, event)
            if any(mark.step == "drop" and mark.pointer == hit for mark in walk.marks.values()):
                return
        walk.add(event, step or hook.tx, pointer=hit)

    @staticmethod
    def end_step(walk: Walk, before: Event | None, freed: Event) -> str:
        """Where it is freed is where it was last."""
        last = walk.marks.get(before.index) if before else None
        # A clone that nothing has touched since: where the others are.
        step = last.step if last else walk.marks[max(walk.marks)].step
        if any(mark.step == "R22" for mark in walk.marks.values()):
            if freed.context == "process":
                return "R24"
            return "R23" if "tcp_queue_rcv" in walk.names() else "R22"
        return step if step != "drop" else "R14"

    def settle_drops(self, walk: Walk, live: set[int], tapped: set[int]) -> None:
        """What was delivered was not dropped, whatever the function that freed it is called.

        live: those of its skbs that are not freed; tapped: those that only a tap has.
        """
        marks = [mark for mark in walk.ordered() if mark.pointer not in tapped]
        drops = [mark for mark in marks if mark.step == "drop"]
        lost = {mark.pointer for mark in drops}
        queued = {mark.pointer for mark in marks if mark.event.name in QUEUED} - lost
        used = {mark.pointer for mark in marks if mark.event.name in COPIES
                or mark.event.name in MAPPED or self.hooks[mark.event.name].delivers}
        for drop in drops:
            mine = [mark for mark in marks if mark.pointer == drop.pointer
                    and mark.event.index < drop.event.index]
            others = (used | queued & live) - {drop.pointer}
            if drop.note in UNSAID and drop.pointer in used:
                drop.note = "used"
            elif others:
                drop.note = f"shared {drop.note}"
            else:
                continue
            drop.step = mine[-1].step if mine else "R14"

    def between(self, walk: Walk, before: Event | None, event: Event) -> None:
        """What happened on the way from one touch to the next, with no skb in hand."""
        if not before:
            return
        mark = walk.marks.get(before.index)
        if mark and mark.step in ("R11", "R13", "R14", "R15"):
            walk.add(self.after(before.index, LISTS, lambda e: e.cpu == event.cpu, event.index),
                     "R16")
        cpu = event.cpu if before.name == "enqueue_to_backlog" else before.cpu
        tcp = before.name.startswith("tcp_")
        for name in BETWEEN.get(before.name, ()):
            if name == "sched_waking" and before.context == "process":
                # In the system call that had the socket: it need not be woken.
                continue
            found = self.after(before.index, (name,), lambda e: e.cpu == cpu, event.index)
            step = self.hooks[name].rx if found else None
            walk.add(found, "R23" if tcp and step == "R20" else step)
            if found and name in WAKES:
                self.wake_up(walk, found)

    def wake_up(self, walk: Walk, readable: Event) -> None:
        woken = self.after(readable.index, ("sched_waking",), lambda e: e.cpu == readable.cpu,
                           min(readable.index + 40, len(self.events)))
        if woken and woken.values["comm"].startswith("ksoftirqd/"):
            return
        step = walk.marks[readable.index].step
        if woken:
            walk.add(self.after(readable.index, ("ep_poll_callback",),
                                lambda e: e.cpu == readable.cpu, woken.index), step)
        walk.add(woken, step)

    def reader(self, walk: Walk, tapped: set[int]) -> None:
        """The system call of the task that copied the data, or had its pages mapped."""
        copy = next((mark.event for mark in walk.ordered() if mark.event.name in COPIES
                     and mark.pointer not in tapped), None)
        mapped = mapping.insertions(self, walk, self.arrived(walk))
        tcp = any(mark.step == "R22" for mark in walk.marks.values())
        if mapped:
            self.call(walk, mapped[0], "R25", (ASKS, ASKED))
            for event in mapped:
                walk.add(event, "R25")
        if copy:
            self.call(walk, copy, "R24" if tcp else "R21", (RECEIVES, RECEIVED))
        if not mapped and not copy:
            self.told(walk)
            return
        for mark in walk.marks.values():
            if mark.step == "R21" or mark.step == "R24" and not copy:
                mark.step = ("R24" if tcp else "R21") if copy else "R25"

    def call(self, walk: Walk, use: Event, step: str,
             ends: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        """use: what the task did with the data; ends: where its system call begins and ends."""
        mine = lambda e: e.pid == use.pid
        enter = self.before(use.index, ends[0], mine)
        leave = self.after(use.index, ends[1], mine)
        if enter:
            arrived = self.arrived(walk)
            ready = self.before(enter.index, WAITS, mine, arrived)
            walk.add(ready, step)
            self.goes_on(walk, arrived, ready or use, (ready or enter).name, step)
            # It may have been asleep in the system call before there was a packet.
            if enter.index > min(walk.marks):
                walk.add(enter, step)
                walk.add(self.after(enter.index, RECVMSG, mine, use.index), step)
        walk.add(leave, step)

    def goes_on(self, walk: Walk, since: int, until: Event, call: str, step: str) -> None:
        """Where the CPU was given to the task, which slept in a system call."""
        switch = self.before(until.index, ("sched_switch",),
                             lambda e: e.values["next_pid"] == until.pid, since)
        if since >= 0:
            walk.add(switch, step, call.partition("_")[2])

    def told(self, walk: Walk) -> None:
        """No data for anybody: the system call that ends because of the packet all the same."""
        child = next((mark.event for mark in walk.ordered()
                      if mark.event.name == "tcp_child_process"), None)
        if child:
            # Whoever accepts is woken when the packet is done with.
            ready = self.after(child.index, ("sock_def_readable",), lambda e: e.cpu == child.cpu,
                               min(child.index + 40, len(self.events)))
            walk.add(ready, "R23")
            if ready:
                self.wake_up(walk, ready)
        marks = walk.ordered()
        wakes = [mark.event for mark in marks if mark.event.name in (*WAKES, "tcp_reset")]
        woken = next((mark.event for mark in marks if wakes and mark.event.name == "sched_waking"
                      and mark.event.index > wakes[0].index), None)
        if woken:
            since, pid = woken, woken.values["pid"]
        elif wakes and wakes[0].context == "process":
            since, pid = wakes[0], wakes[0].pid
        else:
            return
        leave = self.after(since.index, TOLD, lambda e: e.pid == pid)
        step = "R24" if any(mark.step == "R22" for mark in marks) else "R21"
        if leave and woken:
            self.goes_on(walk, woken.index, leave, leave.name, step)
        walk.add(leave, step)

    @staticmethod
    def arrived(walk: Walk) -> int:
        """When the packet was on the socket: what its reader did before has to do
        with others."""
        queued = [mark.event.index for mark in walk.marks.values() if mark.step in ("R20", "R23")]
        return max(queued, default=-1)
