# SPDX-License-Identifier: GPL-2.0-only
"""What an event says, in a sentence."""

from __future__ import annotations

import errno
import ipaddress
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Callable

import mapping
from hooks import Hook
from lang import CHOICE, tr
from tracefs import Event
from trail import FREED, MAPPED, Mark, Walk

# Up to here a frame is copied (E1K_RX_HEAD_LEN).
COPIED = 256
CAUSES = ((0x80, "receive timer"), (0x40, "receiver overrun"), (0x10, "few descriptors left"),
          (0x04, "link"), (0x01, "transmit done"))
SUMMED = {0: "checksum not verified", 1: "checksum verified",
          2: "checksum of the whole computed", 3: "checksum left to the NIC"}
SENT_SUMMED = {0: "checksum complete or not needed", 1: "checksum verified when it came",
               2: "checksum complete", 3: "checksum left to the NIC"}
PACKET_TYPES = {0: "for this host", 1: "broadcast", 2: "multicast", 3: "for another host",
                4: "looped back", 6: "for this host"}
# Protocol family (NFPROTO_*) -> its hooks, by number.
INET = ("PRE_ROUTING", "LOCAL_IN", "FORWARD", "LOCAL_OUT", "POST_ROUTING", "INGRESS")
NETFILTER = {2: ("IPv4", INET), 10: ("IPv6", INET), 7: ("bridge", INET),
             3: ("ARP", ("IN", "OUT", "FORWARD")), 5: ("netdev", ("INGRESS", "EGRESS"))}
NEIGHBOUR = {0x01: "being asked for (INCOMPLETE)", 0x02: "known (REACHABLE)",
             0x04: "known, but old (STALE)", 0x08: "known, but old: asked again soon (DELAY)",
             0x10: "being asked again (PROBE)", 0x20: "not to be reached (FAILED)",
             0x40: "known, needs no ARP (NOARP)", 0x80: "known for good (PERMANENT)", 0: "new"}
# What a system call that fails says about the packet.
ERRORS = {errno.ENETUNREACH: "no route leads there",
          errno.EHOSTUNREACH: "the host cannot be reached",
          errno.EPERM: "netfilter or another rule refuses it",
          errno.EACCES: "a route or the socket forbids it",
          errno.EMSGSIZE: "longer than the MTU, and it may not be cut",
          errno.EINVAL: "a route or an address refuses it",
          errno.ENOBUFS: "a queue on the way is full",
          errno.ENETDOWN: "the interface is down",
          errno.EADDRNOTAVAIL: "no address of this host fits",
          errno.EDESTADDRREQ: "it has no destination",
          errno.ECONNREFUSED: "an ICMP error came back for an earlier one"}
UNSAID = ("NOT_SPECIFIED", "")
# TCP's states, by number.
STATES = ("?", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
          "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV")
LINK_HEADER = 14
# A header is no longer than this; what lies farther apart are two buffers.
LONGEST_HEADER = 128
TAPS = ("packet_rcv", "tpacket_rcv")


class Values(dict):
    """A field that this kernel does not print is a question mark, not an error."""

    def __missing__(self, key: str) -> str:
        return "?"


@lru_cache(maxsize=1)
def reasons() -> dict[str, list[str]]:
    """The kernel's drop reasons: each in English and Chinese."""
    path = Path(__file__).resolve().parent / "reasons.json"
    return json.loads(path.read_text(encoding="utf-8"))


def reason_text(name: str) -> str:
    known = reasons().get(name)
    return known[CHOICE["language"] == "zh"] if known else ""


def some(number: int, one: str) -> str:
    """one: "{n} descriptor", in the singular."""
    text = one if number == 1 else one + "s"
    return tr(text).format(n=number)


# --- events with values of their own ---------------------------------------------------


def describe_irq(values: Values) -> None:
    names = [tr(name) for bit, name in CAUSES if values["icr"] & bit]
    values["icr"] = f"0x{values['icr']:x}"
    values["causes"] = f" ({', '.join(names)})" if names else ""


def describe_desc(values: Values) -> None:
    high = values["hi"]
    values["len"], values["status"], values["errors"] = high & 0xffff, \
        f"0x{high >> 32 & 0xff:02x}", f"0x{high >> 40 & 0xff:02x}"


def describe_skb(values: Values) -> None:
    if not values["frags"] and values["len"] <= COPIED and not values.get("split"):
        text = "small: copied into an skb of {truesize} bytes, the buffer stays in the ring"
    elif not values["frags"] and values["len"] <= COPIED:
        text = "small: an skb of {truesize} bytes around the first buffer; what was in a page " \
            "is copied behind it"
    elif values.get("page"):
        values["page"] = f"0x{values['page']:x}"
        text = "an skb of {truesize} bytes: head and {frags} page fragments, nothing copied; " \
            "the first is page {page}"
    elif values["frags"]:
        text = "an skb of {truesize} bytes: head and {frags} page fragments, nothing copied"
    else:
        text = "an skb of {truesize} bytes around the buffer itself, nothing copied"
    values["built"] = tr(text).format_map(values)


def describe_gro(values: Values) -> None:
    values["paged"] = tr(", {data_len} of them in pages").format_map(values) \
        if values.get("data_len") else ""


def describe_deliver(values: Values) -> None:
    values["protocol"] = f"0x{values['protocol']:04x}"
    values["type"] = tr(PACKET_TYPES.get(values["pkt_type"], "?"))
    values["csum"] = tr(SUMMED.get(values["ip_summed"], "?"))
    values["tag"] = f", VLAN {values['vlan_tci'] & 0xfff}" if values["vlan"] else ""
    values["frame"] = values["len"] + LINK_HEADER


def describe_poll_end(values: Values) -> None:
    values["complete"] = tr("NAPI complete" if values["complete"] else
                            "not complete, to be polled again")


def describe_start_xmit(values: Values) -> None:
    values["dev"] = values["name"]
    values["ip_summed_text"] = tr(SENT_SUMMED.get(values["ip_summed"], "?"))


def describe_device(values: Values) -> None:
    values["dev"] = values["name"]


def describe_handled(values: Values) -> None:
    values["ret"] = tr("handled" if values["ret"] else "not mine")


def describe_map(values: Values) -> None:
    values["descriptors"] = some(values["count"], "{n} descriptor")
    values["offload"] = offload(values)


def describe_tail(values: Values) -> None:
    values["descriptors"] = some(values["count"], "{n} descriptor")


def describe_refill(values: Values) -> None:
    values["buffers"] = some(values["count"], "{n} buffer")


def describe_used(values: Values) -> None:
    values["in_use"] = some(values["used"], "{n} descriptor")


def describe_netfilter(values: Values) -> None:
    family, names = NETFILTER.get(values["pf"], ("?", ()))
    hook = names[values["hook"]] if isinstance(values["hook"], int) and \
        values["hook"] < len(names) else "?"
    values["hook"] = f"{hook} ({family})"


def describe_neighbour(values: Values) -> None:
    key = values["primary_key6"] if values["family"] == 10 else values["primary_key4"]
    values["neighbour"] = str(ipaddress.ip_address(key)) if isinstance(key, bytes) else "?"
    values["state"] = tr(NEIGHBOUR.get(values["nud_state"], "?"))


def describe_answer(values: Values) -> None:
    describe_neighbour(values)
    values["becomes"] = tr(NEIGHBOUR.get(values["new_state"], "?"))


def describe_state(values: Values) -> None:
    values["before"], values["now"] = (
        STATES[values[name]] if isinstance(values[name], int) and values[name] < len(STATES)
        else "?" for name in ("oldstate", "newstate"))


def describe_line(values: Values) -> None:
    values["closed"] = tr("; this CPU takes no other interrupt") \
        if values.get("irqs_off") is True else ""


def describe_softirq(values: Values) -> None:
    values["open"] = tr("; this CPU takes interrupts again") \
        if values.get("irqs_off") is False else ""


def describe_qdisc(values: Values) -> None:
    handle = values["handle"]
    values["qdisc"] = f"{handle >> 16:x}:" if handle else tr("(the default)")


def offload(values: Values) -> str:
    inserts = [tr("checksums")] if values["ip_summed"] == 3 else []
    if values["vlan"]:
        inserts.append(f"VLAN {values['vlan_tci'] & 0xfff}")
    text = tr("; TSO: the NIC makes {frames} frames").format_map(values) \
        if values["frames"] > 1 else ""
    return text + (tr("; the NIC inserts {what}").format(what=tr(" and ").join(inserts))
                   if inserts else "")


DESCRIBE: dict[str, Callable[[Values], None]] = {
    "e1k_irq": describe_irq, "e1k_rx_desc": describe_desc, "e1k_rx_skb": describe_skb,
    "napi_gro_receive_entry": describe_gro,
    "e1k_rx_deliver": describe_deliver, "e1k_poll_end": describe_poll_end,
    "e1k_tx_map": describe_map, "e1k_tx_doorbell": describe_tail, "e1k_rx_refill": describe_refill,
    "e1k_tx_stop": describe_used, "e1k_tx_wake": describe_used,
    "net_dev_start_xmit": describe_start_xmit, "net_dev_queue": describe_device,
    "netif_receive_skb": describe_device, "irq_handler_exit": describe_handled,
    "nf_hook_slow": describe_netfilter, "neigh_event_send_done": describe_neighbour,
    "neigh_timer_handler": describe_neighbour, "neigh_update": describe_answer,
    "inet_sock_set_state": describe_state, "irq_handler_entry": describe_line,
    "softirq_entry": describe_softirq, "qdisc_enqueue": describe_qdisc,
    "qdisc_dequeue": describe_qdisc}


def values_of(event: Event) -> Values:
    values = Values(event.values)
    if "vec" in values:
        values["action"] = values["vec_name"]
    if event.name.startswith(("enter_", "exit_")):
        values["call"] = event.name.partition("_")[2]
        values["result"] = result_text(values["ret"]) if "ret" in values else "?"
    describe = DESCRIBE.get(event.name)
    if describe:
        describe(values)
    return values


def result_text(ret: int) -> str:
    return f"{ret} ({errno.errorcode[-ret]})" if -ret in errno.errorcode else str(ret)


# --- sentences ---------------------------------------------------------------------------


def drop_words(mark: Mark) -> str:
    name = mark.event.name
    if name.startswith("exit_"):
        number = -mark.event.values["ret"]
        return tr("NOT SENT: {call}() returns {result}: {why}").format(
            call=name.partition("_")[2], result=result_text(-number),
            why=tr(ERRORS.get(number, "")) or os.strerror(number))
    text = tr("DROPPED: {reason}").format(reason=mark.note or "NOT_SPECIFIED")
    if reason_text(mark.note):
        text += f", {reason_text(mark.note)}"
    place = mark.event.values.get("where")
    return text + (tr(" (in {place})").format(place=place) if place else "")


def freed_words(walk: Walk, mark: Mark) -> str:
    if mark.note.startswith("shared"):
        reason = mark.note.partition(" ")[2]
        return tr("this skb is freed ({reason}); another with the same data was delivered"
                  ).format(reason=reason or "NOT_SPECIFIED")
    if mark.step == "R23":
        return tr("its data joined the packet that waits in the queue; freed")
    if mark.pointer in walk.clones and mark.step != "T15":
        return tr("the clone is freed; the original waits for its acknowledgement"
                  if mark.step == "T14" else
                  "the clone is freed, and its data if no other skb has it")
    return tr("freed, having been used")


def words_of(walk: Walk, mark: Mark, hook: Hook, before: Mark | None) -> str:
    if mark.step == "drop":
        return drop_words(mark)
    name = mark.event.name
    if name in FREED and (name != "skb_release_head_state" or mark.step == "R23"
                          or mark.pointer in walk.clones):
        return freed_words(walk, mark)
    values = values_of(mark.event)
    values["t3"] = tr(summed_of(walk))
    if name == "sch_direct_xmit":
        values["past"] = tr("taken from the queue: to the driver" if before and
                            before.event.name == "qdisc_dequeue" else
                            "past the queueing discipline, which is empty")
    values["part"] = part_text(walk, mark)
    values["asleep"] = tr(" in {call}()").format(call=mark.note) if mark.note else ""
    values["data"] = tr("no data in it" if walk.packet.data == 0 else "data in sequence")
    if name == "e1k_irq":
        values["cause"] = tr("a message of the queue's own: no register is read"
                             if walk.by_message() else "cause read: ICR {icr}{causes}"
                             ).format_map(values)
    if name == "e1k_irq_unmask":
        values["masked"] = masked_text(walk, mark)
    if name in mapping.INSERTED:
        values["inserted"] = mapping.inserted_text(walk, mark.event)
    if name in TAPS:
        values["tapped"] = tapped_text(walk, values)
    return tr(hook.say).format_map(values) + header_text(walk, mark)


def header_text(walk: Walk, mark: Mark) -> str:
    """Whether the data begins elsewhere than at the last look: a header was taken off, or put
    in front. Nothing is copied for that."""
    here = mark.event.values.get("p")
    before = [one.event.values["p"] for one in walk.ordered()
              if one.event.index < mark.event.index and "p" in one.event.values]
    if here is None or not before or not 0 < abs(here - before[-1]) <= LONGEST_HEADER:
        return ""
    text = "; {size} bytes of headers are behind it: {left} left" if here > before[-1] else \
        "; {size} bytes of headers were put in front: {left}"
    return tr(text).format(size=abs(here - before[-1]), left=mark.event.values["n"])


def tapped_text(walk: Walk, values: Values) -> str:
    """What tcpdump is shown."""
    if "n" not in values:
        return ""
    text = tr(": {n} bytes").format(n=values["n"])
    if walk.path == "transmit" and summed_of(walk) == SENT_SUMMED[3]:
        text += tr(", with a checksum that is not computed yet")
    return text


def masked_text(walk: Walk, unmask: Mark) -> str:
    """For how long the NIC was masked, and for how long the CPU took no interrupt."""
    times = {mark.event.name: mark.event.time for mark in walk.ordered()
             if mark.event.index <= unmask.event.index and mark.event.name in
             ("irq_handler_entry", "irq_handler_exit", "e1k_irq_mask")}
    if len(times) < 3:
        return ""
    return tr(": the NIC was masked for {nic} us, the CPU took no interrupts for {cpu} us").format(
        nic=round(unmask.event.time - times["e1k_irq_mask"]),
        cpu=round(times["irq_handler_exit"] - times["irq_handler_entry"]))


def part_text(walk: Walk, mark: Mark) -> str:
    """Which of several fragments a frame is."""
    if not walk.packet.fragment or mark.event.name not in MAPPED:
        return ""
    maps = [one for one in walk.ordered() if one.event.name in MAPPED]
    return tr(" (fragment {n} of {all})").format(n=maps.index(mark) + 1, all=len(maps))


def summed_of(walk: Walk) -> str:
    mapped = next((mark.event for mark in walk.ordered() if mark.event.name in MAPPED), None)
    return SENT_SUMMED.get(mapped.values["ip_summed"], "?") if mapped else "checksum: see the driver"
