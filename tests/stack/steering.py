#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Software steering: RPS moves the protocol work to the CPU it is told, RFS to the one
where the reader runs, XPS sends by the queue it is told; with one there is nothing to
choose, and it says so."""

import os

from lib import control, e1k, traffic

FLOWS, ROUNDS = 8, 25


def write(t, path, value):
    return t.on_nut("bash", "-c", f"echo {value} >{path}")


def handed_over(cpu):
    """How often another CPU gave this one packets (softnet_stat, received_rps)."""
    with open("/proc/net/softnet_stat", encoding="ascii") as file:
        return int(file.read().splitlines()[cpu].split()[9], 16)


def exchange(t, cpu):
    """Datagrams one by one over some flows, the reader on this CPU; how often the
    CPU 1 was handed packets, and what went wrong."""
    pairs = [traffic.udp_pair(t) for _ in range(FLOWS)]
    before = handed_over(1)
    wrong = []

    def reader():
        os.sched_setaffinity(0, {cpu})      # this thread alone
        for i in range(ROUNDS):
            for nut, peer in pairs:
                data = bytes([i]) * 200
                peer.send(data)
                wrong.append(traffic.difference(nut.recv(2048), data))

    for nut, _ in pairs:
        nut.settimeout(e1k.PATIENCE)
    e1k.in_background(reader).result()
    for nut, peer in pairs:
        nut.close()
        peer.close()
    return handed_over(1) - before, [text for text in wrong if text]


def check_xps(t, queue):
    """All processors by the second queue, if there is one."""
    if control.queues(t)[0] == 1:
        result = write(t, f"{queue}/tx-0/xps_cpus", 1)
        t.check(not result and "No such file" in result.out,
                "XPS: refused, there is one queue", result)
        return
    control.set_queues(t, 2)
    for number, cpus in ((0, 0), (1, 3)):
        t.defer(write, t, f"{queue}/tx-{number}/xps_cpus", 1 << number)
        t.must(write(t, f"{queue}/tx-{number}/xps_cpus", cpus))
    before = t.statistics()
    t.must(t.on_nut("ping", "-q", "-c", 20, "-i", 0.01, "-W", 5, e1k.PEER_IP))
    now = t.statistics()
    rung = [now[f"tx{number}_doorbells"] - before[f"tx{number}_doorbells"] for number in (0, 1)]
    t.check(rung[0] <= 2 and rung[1] >= 20, "XPS: both processors send by the second queue", rung)


def test(t):
    if os.cpu_count() < 2:
        raise e1k.Skip("there is only one CPU")
    t.static_neighbours()
    # Which of two a flow would come by is RSS's choice
    control.set_queues(t, 1)
    queue = f"/sys/class/net/{t.nut}/queues"
    with open(f"/proc/irq/{t.irqs()[0]}/smp_affinity", "w", encoding="ascii") as file:
        file.write("1")
    total = FLOWS * ROUNDS

    count, wrong = exchange(t, 0)
    t.check(count == 0 and not wrong, "at first nothing is handed to CPU 1", count, *wrong)
    t.must(write(t, f"{queue}/rx-0/rps_cpus", 2))
    count, wrong = exchange(t, 0)
    t.check(count >= total // 2 and not wrong, f"RPS to CPU 1: of {total} datagrams most are",
            count, *wrong)
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 512))
    t.down_up()
    count, wrong = exchange(t, 0)
    t.check(count >= total // 2 and not wrong, "the same with new rings and after down and up",
            count, *wrong)

    entries = "/proc/sys/net/core/rps_sock_flow_entries"
    t.must(e1k.command("sh", "-c", f"echo 1024 >{entries}"))
    t.defer(e1k.command, "sh", "-c", f"echo 0 >{entries}")
    t.must(write(t, f"{queue}/rx-0/rps_flow_cnt", 1024))
    t.must(write(t, f"{queue}/rx-0/rps_cpus", 3))
    there, wrong = exchange(t, 1)
    here, wrong_here = exchange(t, 0)
    t.check(there > 2 * here and not wrong + wrong_here, "RFS: packets follow the reader",
            f"to CPU 1: {there} while it reads there, {here} while on CPU 0", *wrong, *wrong_here)

    t.must(write(t, f"{queue}/rx-0/rps_cpus", 0))
    t.must(write(t, f"{queue}/rx-0/rps_flow_cnt", 0))
    count, wrong = exchange(t, 0)
    t.check(count == 0 and not wrong, "off again: nothing is handed over", count, *wrong)

    check_xps(t, queue)
    result = write(t, f"{queue}/rx-0/rps_cpus", "zz")
    t.check(not result and "Invalid argument" in result.out, "no CPU mask: refused", result)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=8)
