# SPDX-License-Identifier: GPL-2.0-only
"""What is measured: how the wires are laid, what runs, what "one" is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Workload:
    """One row of the table."""

    name: str
    title: str
    net: str                        # arguments of guest/net
    load: str                       # workload of guest/load
    options: dict[str, int] = field(default_factory=dict)
    per: str = "packet"             # a frame on the wire, either way; "transaction"; "second"
    # What the totals are divided by, a value printed by guest/load: packets are
    # counted by the NICs that received them, units by the sender.
    divisor: str = "packets"
    # Runs in a row of which the median counts: how TCP's batches fall differs
    # from connection to connection.
    repeat: int = 1
    # The workload that is its sender and nothing else: what that costs is taken
    # off, and what remains is the receiving side.
    sender: str = ""

    @property
    def is_stream(self) -> bool:
        return self.load == "stream"


WORKLOADS = {w.name: w for w in (
    Workload("idle", "two NICs with nothing to do", "pair", "idle", {"n": 60, "warm": 6},
             "second", "units"),
    Workload("rr", "UDP request-response", "pair", "rr",
             {"n": 2000, "warm": 300}, "transaction", "units"),
    Workload("rr-soft", "the same, gro_flush_timeout 20 us", "soft", "rr",
             {"n": 2000, "warm": 300}, "transaction", "units"),
    Workload("paced", "UDP receive at 5 kpps", "pair", "paced", {"n": 4000, "warm": 400}),
    Workload("oneway", "UDP receive at 25 kpps", "pair", "paced",
             {"n": 8000, "warm": 1000, "usecs": 40}),
    Workload("tcp1500", "TCP, one flow, MTU 1500", "pair 1500", "stream",
             {"n": 24 << 20, "warm": 12 << 20}, repeat=3),
    Workload("tcp9000", "TCP, one flow, MTU 9000", "pair 9000", "stream",
             {"n": 48 << 20, "warm": 24 << 20}, repeat=3),
    Workload("tcp4", "TCP, four flows, MTU 1500", "pair 1500", "stream",
             {"n": 24 << 20, "warm": 12 << 20, "flows": 4}, repeat=3),
    Workload("rr16k", "TCP request-response, 16 KB", "pair 1500", "tcp-rr",
             {"n": 600, "warm": 100, "size": 16384}, "transaction", "units"),
    Workload("rr32k", "TCP request-response, 32 KB", "pair 1500", "tcp-rr",
             {"n": 300, "warm": 60, "size": 32768}, "transaction", "units"),
    Workload("tx1", "pktgen transmit, burst 1", "tx", "pktgen",
             {"n": 60000, "warm": 5000, "size": 60}, divisor="units"),
    Workload("tx32", "pktgen transmit, burst 32", "tx", "pktgen",
             {"n": 120000, "warm": 5000, "size": 60, "burst": 32}, divisor="units"),
    Workload("rx", "pktgen receive, dropped in tc", "rx", "pktgen",
             {"n": 60000, "warm": 5000, "size": 60}, sender="tx1"),
    Workload("xdp", "XDP drop", "xdp", "pktgen",
             {"n": 60000, "warm": 5000, "size": 60, "burst": 32, "xdp": 1}, sender="tx32"),
    Workload("xdp-tx", "XDP_TX", "xdp", "pktgen",
             {"n": 60000, "warm": 5000, "size": 60, "burst": 32, "xdp": 2}, sender="tx32"),
    Workload("xdp-redirect", "XDP redirect to a device", "xdp", "pktgen",
             {"n": 60000, "warm": 5000, "size": 60, "burst": 32, "xdp": 3}, sender="tx32"),
    Workload("xsk", "AF_XDP receive", "xdp", "pktgen",
             {"n": 60000, "warm": 5000, "size": 60, "burst": 32, "xdp": 4}, sender="tx32"),
    Workload("xsk-copy", "AF_XDP receive in copy mode", "xdp", "pktgen",
             {"n": 60000, "warm": 5000, "size": 60, "burst": 32, "xdp": 5}, sender="tx32"),
    Workload("packet", "AF_PACKET receive, shared ring", "xdp", "pktgen",
             {"n": 60000, "warm": 5000, "size": 60, "burst": 32, "xdp": 6}, sender="tx32"),
    Workload("forward", "forwarding between two NICs", "forward", "pktgen",
             {"n": 40000, "warm": 5000, "size": 60}),
)}

# The rows of `bench --quick`.
QUICK = ["rr", "tcp1500", "tcp9000", "tx1", "rx"]

# What is counted on the 82574L too: those of its budget, and forwarding.
ROWS_82574 = ["idle", "rr", "paced", "oneway", "tcp1500", "tcp9000", "tx1", "tx32", "rx", "xdp",
              "xsk", "forward"]
