# SPDX-License-Identifier: GPL-2.0-only
"""A walk as a list of steps that a person can read and a program can use."""

from __future__ import annotations

from typing import Any

import source
from follow import FREED, Mark, Walk
from hooks import Hook
from tracefs import Event

# Up to here a frame is copied (E1K_RX_HEAD_LEN).
COPIED = 256
CAUSES = ((0x80, "receive timer"), (0x40, "receiver overrun"), (0x10, "few descriptors left"),
          (0x04, "link"), (0x01, "transmit done"))
SUMMED = {0: "checksum not verified", 1: "checksum verified",
          2: "checksum of the whole computed", 3: "checksum left to the NIC"}
SENT_SUMMED = {0: "checksum complete or not needed", 3: "checksum left to the NIC"}
PACKET_TYPES = {0: "for this host", 1: "broadcast", 2: "multicast", 3: "for another host"}
REASONS = {"NO_SOCKET": "no socket listens there", "SOCKET_RCVBUFF": "the socket's buffer is full",
           "SOCKET_FILTER": "the socket's filter said no", "OTHERHOST": "it is for another host",
           "IP_CSUM": "the IP header's checksum is wrong",
           "NETFILTER_DROP": "netfilter said drop", "CPU_BACKLOG": "the CPU's input queue is full",
           "PROTO_MEM": "no memory left for the protocol"}


class Values(dict):
    """A field that this kernel does not print is a question mark, not an error."""

    def __missing__(self, key: str) -> str:
        return "?"


def values_of(event: Event) -> Values:
    values = Values(event.values)
    if "vec" in values:
        values["action"] = values["vec_name"]
    describe = DESCRIBE.get(event.name)
    if describe:
        describe(values)
    return values


def describe_irq(values: Values) -> None:
    names = [name for bit, name in CAUSES if values["icr"] & bit]
    values["icr"] = f"0x{values['icr']:x}"
    values["causes"] = f" ({', '.join(names)})" if names else ""


def describe_desc(values: Values) -> None:
    high = values["hi"]
    values["len"], values["status"], values["errors"] = high & 0xffff, \
        f"0x{high >> 32 & 0xff:02x}", f"0x{high >> 40 & 0xff:02x}"


def describe_skb(values: Values) -> None:
    size = values["truesize"]
    if not values["frags"] and values["len"] <= COPIED:
        values["built"] = f"small: copied into an skb of {size} bytes, the buffer stays in the ring"
    elif values["frags"]:
        values["built"] = f"an skb of {size} bytes: head and {values['frags']} page fragments, " \
                          "nothing copied"
    else:
        values["built"] = f"an skb of {size} bytes around the buffer itself, nothing copied"


def describe_deliver(values: Values) -> None:
    values["protocol"] = f"0x{values['protocol']:04x}"
    values["type"] = PACKET_TYPES.get(values["pkt_type"], "?")
    values["csum"] = SUMMED.get(values["ip_summed"], "?")
    values["tag"] = f", VLAN {values['vlan_tci'] & 0xfff}" if values["vlan"] else ""


def describe_poll_end(values: Values) -> None:
    values["complete"] = "NAPI complete" if values["complete"] else \
        "not complete, to be polled again"


def describe_start_xmit(values: Values) -> None:
    values["dev"] = values["name"]
    values["ip_summed_text"] = SENT_SUMMED.get(values["ip_summed"], "?")


def describe_device(values: Values) -> None:
    values["dev"] = values["name"]


def describe_handled(values: Values) -> None:
    values["ret"] = "handled" if values["ret"] else "not mine"


DESCRIBE = {"e1k_irq": describe_irq, "e1k_rx_desc": describe_desc, "e1k_rx_skb": describe_skb,
            "e1k_rx_deliver": describe_deliver, "e1k_poll_end": describe_poll_end,
            "e1k_tx_map": lambda values: values.update(offload=offload(values)),
            "net_dev_start_xmit": describe_start_xmit, "net_dev_queue": describe_device,
            "netif_receive_skb": describe_device, "irq_handler_exit": describe_handled}


def offload(values: Values) -> str:
    inserts = ["checksums"] if values["ip_summed"] == 3 else []
    if values["vlan"]:
        inserts.append(f"VLAN {values['vlan_tci'] & 0xfff}")
    text = f"; TSO: the NIC makes {values['frames']} frames" if values["frames"] > 1 else ""
    return text + (f"; the NIC inserts {' and '.join(inserts)}" if inserts else "")


def function_of(mark: Mark, hook: Hook) -> str:
    if mark.event.name.startswith("e1k_"):
        return source.places().get(mark.event.name, ("", mark.event.name))[1]
    if mark.event.name.startswith(("enter_", "exit_")):
        return mark.event.name.partition("_")[2]
    return hook.symbol


def words_of(mark: Mark, hook: Hook, summed: str) -> str:
    if mark.step == "drop":
        return f"DROPPED: {mark.note}" + \
            (f", {REASONS[mark.note]}" if mark.note in REASONS else "")
    if mark.step == "R23" and mark.event.name in FREED:
        return "its data joined the packet that waits in the queue; freed"
    values = values_of(mark.event)
    values["t3"] = summed
    return hook.say.format_map(values)


def made_up(walk: Walk, facts: dict[str, str]) -> list[tuple[int, dict[str, Any]]]:
    """Steps that happen outside of the kernel: what they left behind shows them.

    Each with the index of the event that it comes before.
    """
    found = []
    blank = {"function": "", "cpu": None, "context": "hardware", "task": "", "us": None,
             "event": "", "source": "", "drop": ""}
    for mark in walk.ordered():
        if mark.event.name == "e1k_rx_desc" and walk.path == "receive":
            size = mark.event.values["hi"] & 0xffff
            first = walk.ordered()[0].event.index
            found.append((first, {**blank, "step": "R1", "lane": "wire", "words":
                                  f"{size} bytes; address and FCS accepted"
                                  + (f" ({facts['mac']})" if facts.get("mac") else "")}))
            found.append((first, {**blank, "step": "R2", "lane": "nic", "words":
                                  f"DMA into the buffer of descriptor {mark.event.values['slot']}, "
                                  "then DD is set"}))
            break
    before = next((mark.event for mark in walk.ordered()
                   if mark.event.name == "__ip_queue_xmit"), None)
    if before and not any(mark.step == "T3" for mark in walk.marks.values()):
        found.append((before.index, {**blank, "step": "T3", "lane": "transport", "words":
                                     f"TCP header; {summed_of(walk)} (inlined in this kernel)",
                                     "function": "__tcp_transmit_skb", "cpu": before.cpu,
                                     "context": before.context, "task": before.comm}))
    for mark in walk.ordered():
        if mark.event.name == "e1k_tx_doorbell":
            found.append((mark.event.index + 1, {**blank, "step": "T12", "lane": "wire", "words":
                                                 "descriptors and data by DMA, sent, DD set"}))
            break
    return found


def summed_of(walk: Walk) -> str:
    mapped = next((mark.event for mark in walk.ordered() if mark.event.name == "e1k_tx_map"), None)
    return SENT_SUMMED.get(mapped.values["ip_summed"], "") if mapped else ""


def build(walk: Walk, hooks: dict[str, Hook], facts: dict[str, str]) -> dict[str, Any]:
    """The walk as plain data: what --json prints, and what is drawn."""
    extra = made_up(walk, facts)
    marks = walk.ordered()
    start = previous = marks[0].event.time
    steps: list[dict[str, Any]] = []

    for mark in marks:
        steps += [row for before, row in extra if before <= mark.event.index]
        extra = [(before, row) for before, row in extra if before > mark.event.index]
        event, hook = mark.event, hooks[mark.event.name]
        steps.append({
            "step": mark.step if mark.step != "drop" else "drop",
            # A drop is drawn where the packet was.
            "lane": steps[-1]["lane"] if mark.step == "drop" and steps else lane_of(mark, hook),
            "function": function_of(mark, hook), "event": event.name,
            "cpu": event.cpu, "context": event.context, "task": event.comm,
            "us": round(event.time - start, 1),
            "delta": round(event.time - previous, 1),
            "words": words_of(mark, hook, summed_of(walk)),
            "source": source.places().get(event.name, ("", ""))[0],
            "drop": mark.note if mark.step == "drop" else "",
        })
        previous = event.time
    steps += [row for _, row in extra]
    for number, row in enumerate(steps, 1):
        row["n"] = number
        row.setdefault("delta", None)
    return {"path": walk.path, "packet": str(walk.packet), "steps": steps}


def lane_of(mark: Mark, hook: Hook) -> str:
    """Softirqs that end in a lane of their own are drawn where they ran."""
    # Reaped right behind the doorbell, by whoever rang it.
    if mark.step == "T14" and mark.event.context == "process":
        return "nic"
    if hook.lane == "stack":
        usual = "ip" if mark.step == "drop" else "link"
        return {"R24": "process", "R23": "socket", "R21": "process", "R20": "socket",
                "T14": "softirq", "T15": "transport", "R16": "ip", "R19": "transport",
                "R11": "link", "R15": "link"}.get(mark.step, usual)
    return hook.lane


def steps_seen(timeline: dict[str, Any]) -> list[str]:
    """Step numbers in the order in which each was first seen."""
    seen: list[str] = []
    for row in timeline["steps"]:
        if row["step"] not in seen:
            seen.append(row["step"])
    return seen
