#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Threaded NAPI is switched off and on while the interface is down, and while one queue of two
is not in use: it takes effect at once, and what is taken up follows it. Newer kernels wait
for each NAPI that the device has, and one that is disabled never answers."""

import os
import subprocess

from lib import control, e1k

# Of the clock: it never ends where it does not take effect.
LIMIT = 30


def write(t, value):
    """Whether the kernel takes it, in a process that can be left to its fate."""
    with subprocess.Popen(["ip", "netns", "exec", "nut", "sh", "-c",
                           f"echo {value} >/sys/class/net/{t.nut}/threaded"]) as writer:
        try:
            return not writer.wait(LIMIT * int(os.environ.get("E1K_PATIENCE", "1")))
        except subprocess.TimeoutExpired:
            # It cannot be killed, and neither can what follows: there is no way on.
            os._exit(1)


def threads(t):
    """How many threads poll for the NIC."""
    return len(t.on_nut("pgrep", f"^napi/{t.nut}-").out.split())


def without_threads(t):
    """Whether it says so, and has none any more where kernels end them."""
    ends = [*map(int, os.uname().release.split(".")[:2])] >= [6, 17]
    said = t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/threaded")).out.strip()
    return said == "0" and not (ends and threads(t))


def test(t):
    queues = control.queues(t)[1]
    t.check(write(t, 1) and threads(t) == queues, "switched on: a thread for each queue",
            f"{threads(t)} threads, {queues} queues")

    t.must(t.link("down"))
    t.check(write(t, 0), "switched off while down")
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "carrier")
    t.check(t.ping() and without_threads(t), "up again without threads",
            f"{threads(t)} threads")

    t.must(t.link("down"))
    t.check(write(t, 1), "switched on while down")
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "carrier")
    t.check(t.ping() and threads(t) == queues, "up again with them", f"{threads(t)} threads")

    if queues < 2:
        t.skip("switched off with one queue of two", "this NIC has one")
        t.skip("two queues again, without threads", "this NIC has one")
    else:
        control.set_queues(t, 1)
        t.check(write(t, 0) and t.ping(), "switched off with one queue of two")
        control.set_queues(t, 2)
        t.check(t.ping() and without_threads(t), "two queues again, without threads",
                f"{threads(t)} threads")


e1k.main(test, plan=7)
