#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: Illegal XDP return value
"""Each verdict of an XDP program has its effect, byte for byte, and is counted:
PASS, DROP, ABORTED and what is none (both seen by the tracepoint)."""

import re

from lib import e1k, frames, xdp

TRACING = "/sys/kernel/tracing"
NONSENSE = 77
COUNTS = {xdp.PASS: 40, xdp.DROP: 30, xdp.ABORTED: 20, NONSENSE: 10}


def tracepoint(on):
    with open(f"{TRACING}/events/xdp/xdp_exception/enable", "w", encoding="ascii") as file:
        file.write(str(int(on)))


def exceptions(t):
    """How often each action was reported since the last call."""
    with open(f"{TRACING}/trace", "r+", encoding="ascii") as file:
        text = file.read()
        file.truncate(0)
    index, program = xdp.index_of(t), xdp.state(t)[1]
    return {action: len(re.findall(f"xdp_exception: prog_id={program} action={action} "
                                   rf"ifindex={index}\b", text))
            for action in ("ABORTED", hex(NONSENSE))}


def test(t):
    programs = xdp.Programs("verdict", "one_buffer")
    seen = programs.map("seen", "=Q")
    xdp.attach(t, programs["one_buffer"])
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    sender = frames.raw(t, "peer")
    tracepoint(True)
    t.defer(tracepoint, False)
    exceptions(t)
    before = xdp.counters(t)

    passed = []
    for i in range(max(COUNTS.values())):
        for verdict, count in COUNTS.items():
            if i < count:
                frame = xdp.frame(verdict, 60 + i * 37 % 1455, number=i)
                sender.send(frame)
                if verdict == xdp.PASS:
                    passed.append(frame)
    last = xdp.frame(xdp.PASS)
    sender.send(last)
    arrived = into.until(lambda f: f == last)

    t.equal(arrived, [*passed, last], "PASS: these and no others arrive, every byte")
    for verdict, name in ((xdp.DROP, "DROP"), (xdp.ABORTED, "ABORTED"),
                          (xdp.REDIRECT + 1, "no verdict")):
        count = COUNTS.get(verdict, COUNTS[NONSENSE])
        t.equal(seen[verdict], count, f"{name}: the program saw each of {count} frames")
    t.equal(exceptions(t), {"ABORTED": COUNTS[xdp.ABORTED], hex(NONSENSE): COUNTS[NONSENSE]},
            "the tracepoint told of each ABORTED and of each that is no verdict")
    after = xdp.counters(t)
    gained = {name: after[name] - before[name] for name in after}
    t.equal((gained["drop"], gained["aborted"]),
            (COUNTS[xdp.DROP], COUNTS[xdp.ABORTED] + COUNTS[NONSENSE]),
            "ethtool -S counts the same")
    t.check(gained["pass"] >= len(passed) + 1, "ethtool -S: PASS", gained)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=8)
