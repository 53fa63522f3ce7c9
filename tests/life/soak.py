#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: resets
# allow-log: NETDEV WATCHDOG
"""Mixed traffic and random control operations for minutes or hours ("make soak MIN=60"):
every byte is compared, memory stays flat, counters add up. One line a round.

E1K_TEST_MIN=N is how long, E1K_TEST_SEED=N repeats the operations."""

import os
import random
import time
from pathlib import Path

from lib import e1k, storm, traffic

ROUND = 30                  # seconds of storm between two looks
SLACK_KIB = 24 << 10        # what caches and the page pool may hold more


def free_kib():
    """What is free, or would be if the page cache were given up."""
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("3")
    with open("/proc/meminfo", encoding="ascii") as file:
        values = {line.split(":")[0]: int(line.split()[1]) for line in file}
    return values["MemFree"] + values["Cached"] + values["Buffers"] - values["Shmem"]


def accounts(t):
    """Frames that the peer sent and those that the NIC took, in both directions."""
    out = [int(Path(f"/sys/class/net/{t.peer}/statistics/{name}").read_text(encoding="ascii"))
           for name in ("tx_packets", "rx_packets")]
    return out[0], t.counter("rx_packets"), t.counter("tx_packets"), out[1]


def settled(t):
    """The accounts when nothing moves any more: what was sent counts when it is taken
    back, and a connection's last word may come late."""
    last, now = None, accounts(t)
    while now != last:
        time.sleep(0.3)
        last, now = now, accounts(t)
    return now


def quiet(t):
    """How the accounts grow by 200 datagrams each way with nothing else on the wire."""
    nut, peer = traffic.udp_pair(t)
    before = settled(t)
    for one, other in ((nut, peer), (peer, nut)):
        other.settimeout(e1k.PATIENCE)
        for number in range(200):
            one.send(number.to_bytes(2, "big") * 200)
        for _ in range(200):
            other.recv(2000)
    grown = [a - b for a, b in zip(settled(t), before)]
    nut.close()
    peer.close()
    return grown[0] == grown[1] and grown[2] == grown[3], grown


def test(t):
    seed = int(os.environ.get("E1K_TEST_SEED") or random.randrange(1 << 30))
    minutes = float(os.environ.get("E1K_TEST_MIN") or 2)
    end = time.monotonic() + 60 * minutes
    t.note(f"seed {seed}, {minutes:g} minutes")
    rounds, operations, free, wrong = 0, 0, [], []
    adds_up = True
    while rounds < 4 or time.monotonic() < end:
        tempest = storm.Storm(t, f"{seed}-{rounds}")
        until = time.monotonic() + ROUND
        with traffic.flood(t):
            tempest.run(3, lambda limit=until: time.monotonic() < limit)
        if not tempest.calm():
            wrong.append(f"round {rounds}: the peer does not answer")
            break
        t.quiet()    # Again: an MTU of 68 takes IPv6 away, a larger one brings it back.
        wrong += storm.works(t)
        good, grown = quiet(t)
        adds_up = adds_up and good
        free.append(free_kib())
        rounds += 1
        operations += tempest.done
        t.note(f"round {rounds}: {operations} operations, {free[-1]} KiB free, "
               f"frames sent and received {grown}")
    t.check(not wrong, f"every byte arrived, in {rounds} rounds of {operations} operations", *wrong)
    # The first rounds fill caches that stay, and what a round leaves there varies.
    less = min(free[:2]) - max(free[-2:]) if free else 0
    t.check(less < SLACK_KIB, f"memory is flat: {less} KiB less than in the beginning")
    t.check(adds_up, "counters add up: what one side sent the other received")


e1k.main(test, plan=3)
