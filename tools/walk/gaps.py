# SPDX-License-Identifier: GPL-2.0-only
"""What the CPU did, or what was waited for, between two steps that are far apart."""

from __future__ import annotations

from dataclasses import replace

from lang import tr
from tracefs import Event
from trail import Mark, Trail, Walk

# Worth a word: so much, and such a part of the whole walk.
LEAST_US, PART = 50, 0.08
# And if nothing is known of it, so much more: that says little.
UNKNOWN_PART = 0.3
# A task that was put off its CPU and had not finished: the lower bits of its state.
RUNNING = 0xff
ANSWERS = ("tcp_ack",)


def explain(trail: Trail, walk: Walk, before: Mark, after: Mark, whole: float) -> str:
    """In words, or nothing if the gap is a short one."""
    gap = after.event.time - before.event.time
    if gap < max(LEAST_US, whole * PART):
        return ""
    between = trail.events[before.event.index + 1:after.event.index]
    parts = peer(walk, after) or asleep(between, before.event, after.event)
    parts += interrupts(between, after.event)
    if not parts and gap > whole * UNKNOWN_PART:
        parts = [tr("nothing that is watched happened: it ran, or the machine had no CPU for it")]
    return "; ".join(parts)


def us(value: float) -> str:
    return f"{value:.0f} us"


def peer(walk: Walk, after: Mark) -> list[str]:
    """Nothing here could go on before the other side had answered."""
    if after.step == "T15" and after.event.name in ANSWERS:
        return [tr("waiting for the peer: its acknowledgement")]
    if after.event.name == "neigh_timer_handler" or \
            last_touch(walk, after) in ("__neigh_event_send", "arp_xmit"):
        return [tr("waiting for the peer: its link address")]
    if after.event.name in ("ip_defrag", "ipv6_frag_rcv"):
        return [tr("waiting for the other fragments")]
    return []


def last_touch(walk: Walk, after: Mark) -> str:
    """The function that had the same skb before."""
    mine = [mark for mark in walk.ordered() if after.pointer and mark.pointer == after.pointer
            and mark.event.index < after.event.index]
    return mine[-1].event.name if mine else ""


def asleep(between: list[Event], before: Event, after: Event) -> list[str]:
    """The task that goes on afterwards: asleep, or awake and without a CPU."""
    if after.name == "sched_switch":
        # It is the task's own going on.
        after = replace(after, pid=after.values["next_pid"], comm=after.values["next_comm"])
        between = [*between, after]
    elif after.context != "process":
        return []
    switches = [event for event in between if event.name == "sched_switch"]
    back = next((event for event in reversed(switches)
                 if event.values["next_pid"] == after.pid), None)
    if not back:
        return []
    away = next((event for event in switches if event.values["prev_pid"] == after.pid), None)
    woken = next((event for event in between if event.name == "sched_waking"
                  and event.values["pid"] == after.pid), None)
    ran = [event.values["next_comm"] for event in switches if event.cpu == back.cpu
           and event.time < back.time and event.values["next_pid"] not in (0, after.pid)]
    names = ", ".join(dict.fromkeys(ran[-3:]))
    if away and not away.values["prev_state"] & RUNNING:
        if not names:
            # It went on on another CPU than it was taken from.
            return [tr("{task} was preempted for {time}").format(
                task=after.comm, time=us(back.time - away.time))]
        return [tr("{task} was preempted for {time}: CPU {cpu} ran {names}").format(
            task=after.comm, time=us(back.time - away.time), cpu=back.cpu, names=names)]
    since = woken.time if woken else before.time
    text = tr("{task} slept").format(task=after.comm) + tr(", and got CPU {cpu} {time} later"
                                                           if woken else
                                                           ", and got CPU {cpu} after {time}").format(
        cpu=back.cpu, time=us(back.time - since))
    return [text + (tr(", which ran {names}").format(names=names) if names else "")]


def interrupts(between: list[Event], after: Event) -> list[str]:
    """Time that interrupts took from the CPU it goes on on."""
    found = []
    for begin, end, text in (("irq_handler_entry", "irq_handler_exit", "hard interrupts took {time}"),
                             ("softirq_entry", "softirq_exit", "network softirqs took {time}")):
        total, since = 0.0, None
        for event in between:
            if event.cpu != after.cpu:
                continue
            if event.name == begin:
                since = event.time
            elif event.name == end and since is not None:
                total, since = total + event.time - since, None
        if total >= LEAST_US:
            found.append(tr(text).format(time=us(total)))
    return found
