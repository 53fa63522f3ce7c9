#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: resets
# allow-log: NETDEV WATCHDOG
# timeout: 300
"""Every control operation against every other and against traffic, from several
threads at once, and at last the module is unloaded under all of it. Then the NIC works.

E1K_TEST_SEED=N repeats an order, E1K_TEST_RACES=N makes it longer (operations)."""

import os
import random
import subprocess

from lib import e1k, storm, traffic

THREADS = 4
ROUNDS = 2


def test(t):
    seed = int(os.environ.get("E1K_TEST_SEED") or random.randrange(1 << 30))
    times = int(os.environ.get("E1K_TEST_RACES") or 40)
    t.note(f"seed {seed}, {times} operations a round")
    for number in range(ROUNDS):
        tempest = storm.Storm(t, f"{seed}-{number}")
        with traffic.flood(t):
            tempest.run(THREADS, storm.count(times))
            t.check(tempest.done == times and tempest.refused < times,
                    f"round {number + 1}: {times} operations came to their end",
                    f"{tempest.done} done, {tempest.refused} of them refused")
        t.check(tempest.calm(), f"round {number + 1}: the link is up, the peer answers")
        wrong = storm.works(t)
        t.check(not wrong, f"round {number + 1}: every byte arrives", *wrong)

    tempest = storm.Storm(t, f"{seed}-rmmod")
    running = e1k.in_background(tempest.run, THREADS, storm.count(times // 2))
    with traffic.flood(t):
        e1k.wait_for(lambda: tempest.done > times // 8)
        gone = e1k.wait_for(lambda: subprocess.run(["rmmod", t.drv], check=False,
                                                   capture_output=True).returncode == 0)
    t.check(gone, "unloaded in the midst of it")
    running.result()
    t.setup()
    t.check(t.ping(), "loaded again: the peer answers")


e1k.main(test, plan=8)
