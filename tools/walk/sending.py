# SPDX-License-Identifier: GPL-2.0-only
"""One sent packet: from its birth in the socket to the wire, or to where it was lost.

What reached the driver is followed back from there. What did not is found by its bytes
where IP or ARP sent it; what had no way out was never an skb, and is found by the
addresses that the system call was given.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import NamedTuple

from capfilter import Filter
from follow import Receiving
from packet import Packet, parse
from tracefs import Event
from trail import DELIVERED, DRIVER_TX, FREED, MAPPED, Walk

SENDS = ("enter_sendto", "enter_sendmsg", "enter_sendmmsg", "enter_write", "enter_connect")
SENT = ("exit_sendto", "exit_sendmsg", "exit_sendmmsg", "exit_write", "exit_connect")
UDP, TCP, RAW, PING = "udp", "tcp", "raw", "ping"
NAMED = {"udp_sendmsg": UDP, "udpv6_sendmsg": UDP, "raw_sendmsg": RAW, "rawv6_sendmsg": RAW,
         "ping_v4_sendmsg": PING, "ping_v6_sendmsg": PING, "tcp_v4_connect": TCP,
         "tcp_v6_connect": TCP, "__ip4_datagram_connect": UDP, "__ip6_datagram_connect": UDP}
SENDMSG = (*NAMED, "tcp_sendmsg")
ROUTES = ("ip_route_output_flow", "ip6_route_output_flags")
# Where a packet has its addresses and has not reached the driver.
BORN = ("__ip_local_out", "__ip6_local_out", "ip_output", "ip6_output", "ip_mc_output", "arp_xmit")
NEIGHBOUR = ("neigh_event_send_done", "neigh_timer_handler")
# Places where a packet waits, in words.
WAITS = {"__neigh_event_send": "the neighbour's queue", "qdisc_enqueue": "the queueing discipline"}
# IPPROTO_* of what the kernel's functions are called.
NUMBERS = {UDP: 17, TCP: 6, PING: 1}
KERNEL_HALF = 1 << 63


class Anchor(NamedTuple):
    """Where a sent packet is found: in the driver, or where it was last of all."""

    event: Event
    # "sent", "dropped", "waits", "unborn"
    fate: str
    end: Event | None = None


def target_of(event: Event) -> Packet:
    """Whom a system call was to send to, as if it were a packet already."""
    values = event.values
    if "sk" not in values:
        return Packet()
    sk, to = values["sk"], values["to"]
    family = struct.unpack_from("<H", sk, 16)[0]
    if family == socket.AF_INET:
        dst, src, size = sk[0:4], sk[4:8], 4
    else:
        dst, src, size = sk[56:72], sk[72:88], 16
    dport, sport = sk[12:14], struct.unpack_from("<H", sk, 14)[0]
    if values["name"] >= KERNEL_HALF and struct.unpack_from("<H", to)[0] == family:
        dport, dst = to[2:4], to[4:8] if size == 4 else to[8:24]
    kind = NAMED[event.name]
    if kind == RAW:
        number = sport
    else:
        number = 58 if kind == PING and size == 16 else NUMBERS[kind]
    ports = dport if kind in (UDP, TCP) else bytes(2)
    transport = struct.pack("!H", sport) + ports + bytes(16) if kind in (UDP, TCP) else bytes(20)
    if size == 4:
        network = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, number & 0xff, 0, src, dst)
        return parse(bytes(12) + b"\x08\x00" + network + transport)
    network = struct.pack("!IHBB16s16s", 6 << 28, 20, number & 0xff, 64, src, dst)
    return parse(bytes(12) + b"\x86\xdd" + network + transport)


class Follower(Receiving):
    """Both ways."""

    # --- finding what was sent -------------------------------------------------------

    def sends(self, wanted: Filter) -> list[Anchor]:
        """All packets that match, in the order in which they were found."""
        found = [Anchor(event, "sent") for event in self.seen("transmit", wanted)]
        found += self.lost(wanted) + self.unborn(wanted)
        return sorted(found, key=lambda anchor: anchor.event.index)

    def lost(self, wanted: Filter) -> list[Anchor]:
        """Born, and neither given to a driver nor used up."""
        found: list[Anchor] = []
        done: set[int] = set()
        for event in self.events:
            if event.name not in BORN or "b" not in event.values or event.index in done:
                continue
            pointer = event.pointers[0] if event.pointers else 0
            if not pointer or not wanted.matches(self.packet(event)):
                continue
            anchor, touched = self.fate(event, pointer)
            done |= touched
            if anchor:
                found.append(anchor)
        return found

    def fate(self, born: Event, pointer: int) -> tuple[Anchor | None, set[int]]:
        """What became of the packet; nothing if it was sent, or used by another reader."""
        touched: set[int] = {born.index}
        last, elsewhere = born, False
        for event in self.events[born.index + 1:]:
            if pointer not in event.pointers:
                continue
            if event.name in ("skb_born", "skb_cloned", "e1k_rx_skb"):
                break
            touched.add(event.index)
            if event.name in MAPPED:
                return None, touched
            if event.name == "net_dev_queue" and event.values["name"] not in self.devices:
                return None, touched
            if event.name == "kfree_skb" and not elsewhere:
                return Anchor(born, "dropped", event), touched
            if event.name in FREED:
                return None, touched
            # A VLAN's driver hands it to the device below, others keep it.
            if event.name in ("net_dev_start_xmit", "__dev_queue_xmit"):
                elsewhere = event.name == "net_dev_start_xmit"
            if event.name != "skb_clone":
                last = event
        return None if elsewhere else Anchor(born, "waits", last), touched

    def unborn(self, wanted: Filter) -> list[Anchor]:
        """System calls that failed before there was a packet."""
        found = []
        for event in self.events:
            if event.name not in NAMED or not wanted.matches(target_of(event)):
                continue
            mine = lambda e, pid=event.pid: e.pid == pid
            leave = self.after(event.index, SENT, mine)
            if not leave or leave.values["ret"] >= 0 or \
                    leave.values["ret"] in (-errno.EINPROGRESS, -errno.EAGAIN):
                continue
            if not self.after(event.index, (*BORN, "skb_born"), mine, leave.index):
                found.append(Anchor(event, "unborn", leave))
        return found

    # --- following one ---------------------------------------------------------------

    def transmit(self, anchor: Anchor) -> Walk:
        event, end = anchor.event, anchor.end
        if anchor.fate == "unborn" and end:
            walk = Walk("transmit", target_of(event))
            self.sender(walk, event, end)
            walk.add(event, "T1")
            walk.marks.pop(end.index, None)
            walk.add(end, "drop", errno.errorcode.get(-end.values["ret"], str(end.values["ret"])))
            return walk
        walk = Walk("transmit", self.packet(event))
        born, original = self.downward(walk, event)
        self.sender(walk, born, event)
        if anchor.fate == "sent":
            self.on_the_wire(walk, event)
            self.other_fragments(walk, event)
        elif end:
            self.onward(walk, event, end)
            if anchor.fate == "waits":
                walk.left_in = WAITS.get(end.name, self.hooks[end.name].symbol)
        if original:
            walk.clones.add(event.pointers[0])
            self.acknowledged(walk, event, original)
        walk.place_hooks()
        return walk

    def downward(self, walk: Walk, found: Event) -> tuple[Event, int]:
        """Back from the driver to where the skb, or what it was cloned from, was born.

        Return the birth and the original of a clone (or 0).
        """
        pointer, original, earliest = found.pointers[0], 0, found
        walk.add(found, self.hooks[found.name].tx, pointer=pointer)
        for at in range(found.index - 1, -1, -1):
            event = self.events[at]
            if pointer not in event.pointers:
                continue
            if event.name in FREED or event.name in DELIVERED:
                break
            if event.name in ("skb_born", "skb_fragment", "skb_fragment6"):
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
                                    lambda e: e.pid == event.pid, found.index), "T9")
            # The clone of a tap.
            if event.name != "skb_clone":
                walk.add(event, self.hooks[event.name].tx, pointer=pointer)
            self.chains(walk, event, found.index)
            earliest = event
        return earliest, original

    def chains(self, walk: Walk, event: Event, stop: int) -> None:
        """What belongs to a function, and has no skb in hand."""
        if event.name == "__neigh_event_send":
            walk.add(self.after(event.index, NEIGHBOUR, lambda e: e.cpu == event.cpu, stop), "T6")
            # The answer, on the CPU that then sends; the peer, in the same kernel, gets one too.
            if stop < len(self.events):
                walk.add(self.before(stop, ("neigh_update",), lambda e:
                                     e.cpu == self.events[stop].cpu, event.index), "T6")
        if event.name == "tcp_retransmit_skb":
            walk.add(self.before(event.index, ("tcp_retransmit_timer",),
                                 lambda e: e.cpu == event.cpu), "T2")

    def onward(self, walk: Walk, born: Event, end: Event) -> None:
        """From where it was found to where it was lost, or is waiting."""
        pointer = born.pointers[0]
        for event in self.events[born.index + 1:end.index + 1]:
            if pointer not in event.pointers or event.name == "skb_clone":
                continue
            if event.name == "kfree_skb":
                walk.add(event, "drop", event.values.get("reason_name", ""), pointer)
                continue
            walk.add(event, self.hooks[event.name].tx, pointer=pointer)
            self.chains(walk, event, len(self.events))
        if any(mark.event.name == "__neigh_event_send" for mark in walk.marks.values()):
            # The neighbour's timer asks again, and gives up.
            for event in self.events[born.index:end.index]:
                if event.name == "arp_xmit" or event.name == "ndisc_send_skb":
                    walk.add(event, "T6")
                if event.name == "neigh_timer_handler":
                    walk.add(event, "T6")

    def sender(self, walk: Walk, born: Event, found: Event) -> None:
        """The system call that it comes from."""
        if born.context != "process":
            return
        mine = lambda e: e.pid == born.pid
        enter = self.before(born.index, SENDS, mine)
        if not enter:
            return
        walk.add(enter, "T1")
        leave = self.after(enter.index, SENT, mine)
        if leave and leave.index < born.index:
            del walk.marks[enter.index]
            return
        walk.add(self.after(enter.index, SENDMSG, mine, found.index), "T1")
        if enter.name == "enter_connect":
            walk.add(self.after(enter.index, ("inet_sock_set_state",), mine, born.index), "T1")
        # Before there is a packet: a part of the system call.
        walk.add(self.after(enter.index, ROUTES, mine, found.index), "T1")
        walk.add(leave, "T1")
        if any(mark.step == "T2" for mark in walk.marks.values()):
            walk.add(self.after(born.index, ("tcp_write_xmit",), mine, found.index), "T2")

    def other_fragments(self, walk: Walk, first: Event) -> None:
        """A datagram that was cut goes in several frames, each with a way of its own."""
        packet = walk.packet
        if not packet.fragment:
            return
        for event in self.events[first.index + 1:]:
            if event.name not in MAPPED or not self.is_ours(event):
                continue
            other = self.packet(event)
            if other.fragment and (other.ident, other.src) == (packet.ident, packet.src):
                self.downward(walk, event)
                self.on_the_wire(walk, event)

    def on_the_wire(self, walk: Walk, mapped: Event) -> None:
        """Doorbell, and what is done when the NIC has sent it."""
        pointer = mapped.pointers[0]
        self.queued(walk, mapped)
        walk.add(self.after(mapped.index, ("e1k_tx_doorbell", "e1k_tx_held"), self.is_ours), "T11")
        if mapped.name == DRIVER_TX:
            # The driver frees it, or (loopback, veth) hands the same one to whoever receives it.
            for event in self.events[mapped.index + 1:]:
                if pointer in event.pointers:
                    step = self.hooks[event.name].tx if event.name == "stock_xmit" else \
                        "T14" if event.name in FREED else None
                    walk.add(event, step, pointer=pointer)
                    if event.name != "stock_xmit":
                        break
            return
        reap = self.after(mapped.index, ("e1k_tx_reap",), lambda e: pointer in e.pointers)
        if not reap:
            return
        walk.add(reap, "T14")
        end = self.after(reap.index, ("e1k_poll_end",), self.is_ours)
        stop = end.index if end else None
        for name in ("napi_consume_skb", "consume_skb", "skb_release_head_state"):
            walk.add(self.after(reap.index, (name,), lambda e: pointer in e.pointers, stop), "T14",
                     pointer=pointer)
        walk.add(self.after(reap.index, ("e1k_tx_wake",), self.is_ours, stop), "T14")
        self.reaped(walk, reap, mapped.index)

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
        walk.add(gone, "T15", pointer=original)
