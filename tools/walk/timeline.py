# SPDX-License-Identifier: GPL-2.0-only
"""A walk as a list of steps that a person can read and a program can use."""

from __future__ import annotations

from functools import partial
from typing import Any

import gaps
import mapping
import source
from hooks import Hook
from lang import CHOICE, in_each, tr
from tracefs import Event
from trail import DRIVER_RX, DRIVER_TX, Mark, Trail, Walk
from words import summed_of, words_of

BLANK = {"function": "", "cpu": None, "context": "hardware", "task": "", "us": None, "event": "",
         "source": "", "drop": "", "gap": "", "gaps": {}, "inferred": True, "pid": None,
         "skb": "", "values": {}}
HEADERS = ("__ip_queue_xmit", "ip6_xmit")
# Steps that only the driver knows of: before it hands a frame up, after it was given one.
# A device in software has none of these.
IN_SOFTWARE = {DRIVER_RX: ("R1",), DRIVER_TX: ("T12",)}
OF_THE_DRIVER = {DRIVER_RX: ("R1", "R2", "R3", "R4", "R5", "R9"), DRIVER_TX: ("T11", "T12", "T13")}
# What does not fit JSON's numbers everywhere: 2 to the power of 53 is the limit of JavaScript.
LARGEST = 1 << 53
# An skb's content is shown once, as the packet's bytes.
CONTENT = ("hdr", "b")


def places(walk: Walk) -> dict[str, tuple[str, str]]:
    return source.places(walk.by_message(), mapping.is_split(walk))


def function_of(walk: Walk, mark: Mark, hook: Hook) -> str:
    if mark.event.name in (DRIVER_RX, DRIVER_TX):
        return mark.event.values["driver"]
    if mark.event.name.startswith("e1k_"):
        return places(walk).get(mark.event.name, ("", mark.event.name))[1]
    if mark.event.name.startswith(("enter_", "exit_")):
        return mark.event.name.partition("_")[2]
    return hook.symbol


def made_up(walk: Walk, facts: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Steps that happen outside of the kernel: what they left behind shows them.

    Each with the index of the event that it comes before.
    """
    found = []
    marks = walk.ordered()
    for mark in marks:
        if mark.event.name == "e1k_rx_desc" and walk.path == "receive":
            size = mark.event.values["hi"] & 0xffff
            first = marks[0].event.index
            found.append((first, {**BLANK, "step": "R1", "lane": "wire", "words":
                                  tr("{size} bytes; address and FCS accepted").format(size=size)
                                  + (f" ({facts['mac']})" if facts.get("mac") else "")}))
            found.append((first, {**BLANK, "step": "R2", "lane": "nic",
                                  "words": dma_text(walk, mark)}))
            break
    found += unknown(marks) + unmasked(walk, marks)
    before = next((mark.event for mark in marks if mark.event.name in HEADERS), None)
    if before and not any(mark.step == "T3" for mark in marks):
        found.append((before.index, {**BLANK, "step": "T3", "lane": "transport", "words": tr(
            "TCP header; {t3} (inlined in this kernel)").format(t3=tr(summed_of(walk))),
                                     "function": "__tcp_transmit_skb", "cpu": before.cpu,
                                     "context": before.context, "task": before.comm}))
    for mark in marks:
        if mark.event.name == "e1k_tx_doorbell":
            found.append((mark.event.index + 1, {**BLANK, "step": "T12", "lane": "wire", "words":
                                                 tr("descriptors and data by DMA, sent, DD set")}))
            break
    if walk.left_in:
        found.append((marks[-1].event.index + 1,
                      {**BLANK, "step": "T6" if "neigh" in walk.left_in else "T7", "lane": "link",
                       "words": tr("it is still in {place} when the watching ends").format(
                           place=tr(walk.left_in))}))
    return found


def dma_text(walk: Walk, mark: Mark) -> str:
    apart = mapping.split(walk, mark.event)
    text = "DMA by descriptor {slot}: {head} bytes of headers into one buffer, {payload} bytes of " \
        "payload into pages, then DD is set" if apart else \
        "DMA into the buffer of descriptor {slot}, then DD is set"
    head, payload = apart or (0, 0)
    return tr(text).format(slot=mark.event.values["slot"], head=head, payload=payload)


def unmasked(walk: Walk, marks: list[Mark]) -> list[tuple[int, dict[str, Any]]]:
    """With a message interrupt there is nothing to mask."""
    handler = next((mark.event for mark in marks if mark.event.name == "e1k_irq"), None)
    if not handler or not walk.by_message() or "e1k_irq_mask" in walk.names():
        return []
    return [(handler.index + 1, {**BLANK, "step": "R5" if walk.path == "receive" else "T13",
                                 "lane": "hardirq", "words": tr(
        "nothing to mask: the message has cleared its cause, and a poll is scheduled only once")})]


def unknown(marks: list[Mark]) -> list[tuple[int, dict[str, Any]]]:
    """The steps of a driver that tells nothing of them, where they must have been."""
    seen = {mark.step for mark in marks}
    at = {mark.event.name: mark.event.index for mark in reversed(marks)}
    found = []
    for mark in marks:
        virtual = mark.event.values.get("driver") == "virtual"
        for step in (IN_SOFTWARE if virtual else OF_THE_DRIVER).get(mark.event.name, ()):
            place = mark.event.index + (mark.event.name == DRIVER_TX)
            if step in ("R1", "R2", "R3"):
                place = marks[0].event.index
            elif step in ("R4", "R5"):
                place = at.get("stock_irq", marks[0].event.index - 1) + 1
            elif mark.event.name == DRIVER_TX:
                place = max(place, at.get("stock_xmit", 0) + 1)
            if step not in seen:
                text = "no wire, no NIC, no interrupt: a device in software" if virtual else \
                    "unknown: the driver {driver} does not tell"
                found.append((place, {**BLANK, "step": step, "lane": "nic", "words": tr(
                    text).format(driver=mark.event.values["driver"])}))
    return sorted(found, key=lambda row: row[0])


def in_both(walk: Walk, facts: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """The steps that were not traced, with their words in each language."""
    said = in_each(partial(made_up, walk, facts))
    return [(place, {**row, "en": english["words"], "zh": chinese["words"]})
            for (place, row), (_, english), (_, chinese)
            in zip(said[CHOICE["language"]], said["en"], said["zh"])]


def plain(value: Any) -> Any:
    """A value of the trace as JSON can have it: bytes and pointers in hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    return f"0x{value:x}" if isinstance(value, int) and abs(value) >= LARGEST else value


def raw_values(mark: Mark) -> dict[str, Any]:
    """What the kernel recorded, as it recorded it."""
    return {name: plain(value) for name, value in mark.event.values.items()
            if name not in CONTENT}


def skb_of(mark: Mark) -> str:
    pointer = mark.pointer or next(iter(mark.event.pointers), 0)
    return f"0x{pointer:x}" if pointer else ""


def build(walk: Walk, trail: Trail, facts: dict[str, Any]) -> dict[str, Any]:
    """The walk as plain data: what --json prints, and what is drawn."""
    extra = in_both(walk, facts)
    marks = walk.ordered()
    origin = facts.get("origin", marks[0].event.time)
    whole = marks[-1].event.time - marks[0].event.time
    steps: list[dict[str, Any]] = []
    previous: Mark | None = None

    for mark in marks:
        steps += [row for before, row in extra if before <= mark.event.index]
        extra = [(before, row) for before, row in extra if before > mark.event.index]
        event, hook = mark.event, trail.hooks[mark.event.name]
        said = in_each(partial(words_of, walk, mark, hook, previous))
        why = in_each(partial(gaps.explain, trail, walk, previous, mark, whole)) if previous else {}
        steps.append({
            "step": mark.step,
            # A drop is drawn where the packet was.
            "lane": steps[-1]["lane"] if mark.step == "drop" and steps else lane_of(mark, hook),
            "function": function_of(walk, mark, hook), "event": event.name,
            "cpu": event.cpu, "context": event.context, "task": task_of(event)[0],
            "us": round(event.time - origin, 1),
            "delta": round(event.time - (previous or mark).event.time, 1),
            "words": said[CHOICE["language"]], "en": said["en"], "zh": said["zh"],
            "source": places(walk).get(event.name, ("", ""))[0],
            "drop": (mark.note or "NOT_SPECIFIED") if mark.step == "drop" else "",
            "gap": why.get(CHOICE["language"], ""), "gaps": why,
            "inferred": False, "pid": task_of(event)[1], "skb": skb_of(mark), "values": raw_values(mark),
        })
        previous = mark
    steps += [row for _, row in extra]
    for number, row in enumerate(steps, 1):
        row["n"] = number
        row.setdefault("delta", None)
    return {"path": walk.path, "filter": walk.filter, "packet": str(walk.packet), "kind": walk.packet.kind,
            "bytes": walk.packet.raw.hex(), "length": walk.packet.length,
            # The kernel's clock (CLOCK_MONOTONIC) where "us" is 0.
            "origin": origin, "steps": steps}


def task_of(event: Event) -> tuple[str, int]:
    """Name and number of the task; of a switch that which goes on."""
    if event.name == "sched_switch":
        return event.values["next_comm"], event.values["next_pid"]
    return event.comm, event.pid


def lane_of(mark: Mark, hook: Hook) -> str:
    """Softirqs that end in a lane of their own are drawn where they ran."""
    # Reaped right behind the doorbell, by whoever rang it.
    if mark.step == "T14" and mark.event.context == "process":
        return "nic"
    if hook.lane == "stack":
        usual = "ip" if mark.step == "drop" else "link"
        return {"R25": "process", "R24": "process", "R23": "socket", "R22": "transport", "R21": "process",
                "R20": "socket", "T14": "softirq", "T15": "transport", "R16": "ip", "R18": "ip",
                "R19": "transport", "R11": "link", "R15": "link"}.get(mark.step, usual)
    return hook.lane


def steps_seen(timeline: dict[str, Any]) -> list[str]:
    """Step numbers in the order in which each was first seen."""
    seen: list[str] = []
    for row in timeline["steps"]:
        if row["step"] not in seen:
            seen.append(row["step"])
    return seen
