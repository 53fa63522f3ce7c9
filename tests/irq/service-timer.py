#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The driver's service work is only ever brought forward. A poll that finds no buffers asks for
another in a moment; work that was due before that must not wait longer for it, however often
it is asked. Judged by the work's timer, as the kernel traces it."""

import contextlib
import re

from lib import e1k, tracing, xsk

WAKEUPS = 300
EVENTS = ("timer/timer_start", "timer/timer_cancel", "timer/timer_expire_entry",
          "timer/timer_expire_exit", "workqueue/workqueue_queue_work")
OURS = re.compile(r"function=e1k_\w+")
TIMER = re.compile(r"timer=(\w+)")
EXPIRES = re.compile(r"expires=(\d+)")


def timer_of(events):
    """The timer of the driver's delayed work: the one in which that work is queued."""
    inside = {}
    for cpu, event, text in events:
        if event == "timer_expire_entry":
            inside[cpu] = TIMER.search(text)[1]
        elif event == "timer_expire_exit":
            inside.pop(cpu, None)
        elif event == "workqueue_queue_work" and cpu in inside and OURS.search(text):
            return inside[cpu]
    return None


def postponed(events, timer):
    """How often the work was due and had to wait longer, and how often its timer was set."""
    due, late, starts = None, 0, 0
    for _, event, text in events:
        if event == "workqueue_queue_work" and OURS.search(text):
            due = None      # it runs, and may be asked for anew
        elif event == "timer_expire_entry" and f"timer={timer} " in f"{text} ":
            due = None
        elif event == "timer_start" and f"timer={timer} " in text:
            expires = int(EXPIRES.search(text)[1])
            late += due is not None and expires > due
            starts += 1
            due = expires
    return late, starts


def test(t):
    if not all(map(tracing.exists, EVENTS)):
        raise e1k.Skip("this kernel does not trace its timers")
    t.quiet()
    umem = xsk.Umem(t, 64)
    # It wants no wakeups, so the driver has to look by itself; it gives no buffers.
    sock = xsk.Socket(t, umem, flags=xsk.ZEROCOPY)
    keep = xsk.program(t, sock)
    e1k.wait_for(t.has_carrier, "the carrier")
    looks = t.statistics()["rx0_xsk_empty"]
    with tracing.Trace(*EVENTS, kib=16384) as trace:
        for _ in range(WAKEUPS):
            with contextlib.suppress(OSError):
                sock.wake_tx(always=True)
        # Now by its timer, which tells which one that is.
        empty = t.statistics()["rx0_xsk_empty"]
        e1k.wait_for(lambda: t.statistics()["rx0_xsk_empty"] >= empty + 2,
                     patience=e1k.PATIENCE / 3)
    events = trace.events()
    timer = timer_of(events)
    t.check(timer and empty > looks + WAKEUPS // 2,
            f"{WAKEUPS} polls found no buffers, the driver looks again by itself",
            f"timer {timer}, {empty - looks} looks")
    late, starts = postponed(events, timer)
    t.check(not late, "work that was due was never put off", f"{late} times of {starts}")
    t.check(t.has_carrier(), "the link is as it was")
    del keep


e1k.main(test, plan=3)
