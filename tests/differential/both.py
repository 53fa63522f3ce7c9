# SPDX-License-Identifier: GPL-2.0-only
"""One list of scenarios on the stock driver and on e1k, in the same guest.

    def numbers(t):
        return {"what was looked at": 5, "no less than": NoLess(7)}

    both.main({"numbers": numbers})

A scenario is a function that gets the test bed (tests/lib/e1k.py) with one of the drivers
in it and returns what it saw. Each begins on a bed laid anew, unless they share one.
"""

import os
import socket
import struct
import traceback

import compare
from lib import e1k, genl

# struct rtnl_link_stats64 from its beginning, as ip -s -s link names them
STATS = ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors",
         "rx_dropped", "tx_dropped", "multicast", "collisions", "rx_length_errors",
         "rx_over_errors", "rx_crc_errors", "rx_frame_errors", "rx_fifo_errors",
         "rx_missed_errors", "tx_aborted_errors", "tx_carrier_errors", "tx_fifo_errors",
         "tx_heartbeat_errors", "tx_window_errors", "rx_compressed", "tx_compressed",
         "rx_nohandler")
RTM_GETLINK, NLM_F_REQUEST, IFLA_IFNAME, IFLA_STATS64 = 18, 1, 3, 23


class Counters:
    """What `ip -s -s link` shows of the NIC under test; a program for each question would
    take too long."""

    def __init__(self, t):
        self.sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        body = struct.pack("=BxHiII", 0, 0, 0, 0, 0) + \
            genl.attribute(IFLA_IFNAME, t.nut.encode() + b"\0")
        self.request = struct.pack("=IHHII", 16 + len(body), RTM_GETLINK, NLM_F_REQUEST, 1,
                                   0) + body

    def read(self):
        """All by name, as they are now."""
        self.sock.send(self.request)
        data = self.sock.recv(1 << 16)
        stats = genl.attributes(data[32:])[IFLA_STATS64]
        return dict(zip(STATS, struct.unpack_from(f"={len(stats) // 8}Q", stats)))

    def settled(self, rounds=2, restless=()):
        """All by name, when they were the same so many times in a row, 10 ms apart; but for
        those that may never stand still."""
        seen = []

        def still():
            seen.append({name: n for name, n in self.read().items() if name not in restless})
            return len(seen) >= rounds and all(one == seen[-1] for one in seen[-rounds:])

        e1k.wait_for(still, "counters that stand still")
        return seen[-1]


def stock_module():
    """Where the guest's kernel has the stock driver."""
    found = e1k.command("modinfo", "-n", "e1000")
    if not found:
        raise e1k.Skip("this kernel has no e1000 as a module")
    return found.out.strip()


def fresh(t):
    """A bed laid anew."""
    # Loaded, it puts VLAN 0 into the filter of every NIC.
    e1k.command("modprobe", "-r", "8021q")
    t.setup()


def one(t, scenario, prepare):
    """The facts of one scenario; that it broke is a fact, too."""
    try:
        if prepare:
            fresh(t)
        return scenario(t)
    except Exception as error:  # pylint: disable=broad-except
        t.note(traceback.format_exc())
        return {"broke": f"{type(error).__name__}: {error}"}
    finally:
        t.undo()


def facts(t, scenarios, module, share):
    """What every scenario saw with this module, on a bed of its own or on one for all."""
    os.environ["E1K_KO"] = module
    if share:
        fresh(t)
    seen = {name: one(t, scenario, not share) for name, scenario in scenarios.items()}
    t.cleanup()     # With its own module in the environment: the other cannot unload it.
    return seen


def main(scenarios, share=False):
    """Run all on one driver, then on the other, and report a point for each. Those that
    change nothing can share a bed."""
    with open(compare.TABLE, encoding="utf-8") as file:
        meant = compare.read_table(file.read())
    ours = os.environ["E1K_KO"]

    def test(t):
        stock = facts(t, scenarios, stock_module(), share)
        mine = facts(t, scenarios, ours, share)
        for name in scenarios:
            broken = "broke" in stock[name] or "broke" in mine[name]
            wrong, excused = compare.differences(name, stock[name], mine[name], meant)
            alike = len(stock[name] | mine[name]) - len(wrong) - len(excused)
            t.check(not wrong and not broken,
                    f"{name}: as the stock driver does ({alike} alike, {len(excused)} meant)",
                    *wrong, *(f"stock: {stock[name]}", f"e1k: {mine[name]}")[:2 * broken])
            t.note(*excused)
            if os.environ.get("E1K_TEST_FACTS"):
                t.note(*(f"fact: {what}: {value}" for what, value in mine[name].items()))
        for row in meant:
            if row.scenario in scenarios and not row.used:
                t.note(f"the table's {row.scenario}, {row.what} was not needed here")

    e1k.main(test, plan=len(scenarios), bed=False)
