# SPDX-License-Identifier: GPL-2.0-only
"""Every place where a packet can be lost before it reaches the driver: make it happen, and
show what tells: the error of the system call, the kernel's reason, a counter."""

from __future__ import annotations

import contextlib
import errno
import re
import socket
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator

import nfdrop
from bed import NS, NUT_IP, PEER_IP, Bed, run
from droplab import snmp
from lostsends import (DO_NOT_CUT, IP_MTU_DISCOVER, NOWHERE_IP, SILENT_IP, be_quick, egress_filter,
                       full_queue)
from scenarios import DATA, PORT
from tracefs import Trace

COUNT, SETTLE = 3, 5


@dataclass
class Place:
    """One place: how to lose a packet there, and what tells of it."""

    step: str
    name: str
    how: str
    counter: str
    prepare: Callable[[Bed], contextlib.AbstractContextManager[None]]
    address: str = PEER_IP
    size: int = 64
    # Names of the kernel's reason, any of them, and of the system call's error.
    reasons: tuple[str, ...] = ()
    error: str = ""


@contextlib.contextmanager
def nothing(_: Bed) -> Iterator[None]:
    yield


@contextlib.contextmanager
def netfilter(_: Bed) -> Iterator[None]:
    with nfdrop.everything_dropped(NS, nfdrop.LOCAL_OUT, b"output"):
        yield


@contextlib.contextmanager
def silent(bed: Bed) -> Iterator[None]:
    be_quick(bed)
    yield


@contextlib.contextmanager
def queue(bed: Bed) -> Iterator[None]:
    full_queue(bed)
    yield


@contextlib.contextmanager
def egress(bed: Bed) -> Iterator[None]:
    egress_filter(bed)
    yield


PLACES = (
    Place("D11", "no route", "to a network that no route leads to", "Ip: OutNoRoutes", nothing,
          NOWHERE_IP, error="ENETUNREACH"),
    Place("D12", "longer than the MTU", "4000 bytes that may not be cut", "(none)", nothing,
          size=4000, error="EMSGSIZE"),
    Place("D13", "netfilter", "a chain at LOCAL_OUT whose policy is drop", "(none)", netfilter,
          reasons=("NETFILTER_DROP",), error="EPERM"),
    Place("D14", "no neighbour", "to an address that no host on the wire has",
          "arp_cache: res_failed", silent, SILENT_IP, reasons=("NEIGH_FAILED",)),
    Place("D15", "queueing discipline", "pfifo with limit 0", "tc -s qdisc: dropped", queue,
          reasons=("QDISC_DROP", "OVERLIMIT", "GENERIC")),
    Place("D16", "tc, on its way out", "clsact, egress, action drop", "tc -s filter: dropped",
          egress, reasons=("TC_EGRESS",)),
)


def dropped_by_tc(*command: str) -> int:
    text = run("tc", "-s", *command, ns=NS, check=False)
    return sum(int(number) for number in re.findall(r"dropped (\d+)", text))


def unresolved() -> int:
    """Addresses that were asked for in vain, on this machine."""
    with open("/proc/net/stat/arp_cache", encoding="ascii") as file:
        head, *rows = [line.split() for line in file]
    return sum(int(row[head.index("res_failed")], 16) for row in rows)


def read(bed: Bed, counter: str) -> int:
    if counter.startswith("tc -s qdisc"):
        return dropped_by_tc("qdisc", "show", "dev", bed.nut)
    if counter.startswith("tc -s filter"):
        return dropped_by_tc("filter", "show", "dev", bed.nut, "egress")
    if counter.startswith("arp_cache"):
        return unresolved()
    return 0 if counter == "(none)" else snmp(*counter.split(": "))


def one(bed: Bed, trace: Trace, place: Place) -> tuple[list[str], int, bool]:
    """A row of the table, how many were lost, and whether it was as it should be."""
    bed.settle()
    sock = bed.socket("nut")
    sock.bind((NUT_IP, PORT))
    if place.error == "EMSGSIZE":
        sock.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, DO_NOT_CUT)
    errors: set[str] = set()
    try:
        with sock, place.prepare(bed):
            before = read(bed, place.counter)
            trace.start()
            for _ in range(COUNT):
                try:
                    sock.sendto(DATA.ljust(place.size, b"."), (place.address, PORT + 1))
                except OSError as error:
                    errors.add(errno.errorcode.get(error.errno or 0, str(error)))
            reasons = look(trace, place)
            counted = read(bed, place.counter) - before
    finally:
        trace.stop()
        bed.restore()
    good = (bool(reasons) or not place.reasons) and (place.error in errors or not place.error) \
        and (counted > 0 or place.counter == "(none)")
    shown = f"{before} -> {before + counted}" if place.counter != "(none)" \
        else "no counter of its own"
    name = next(iter(reasons), "")
    return [place.step, place.name, place.how, ", ".join(sorted(errors)) or "(success)",
            f"{name} x {reasons[name]}" if name else "-", place.counter, shown], \
        max(counted, sum(reasons.values()), len(errors)), good


def look(trace: Trace, place: Place) -> dict[str, int]:
    """How often the kernel dropped for which of the reasons."""
    found: dict[str, int] = {}
    end = time.monotonic() + SETTLE
    while time.monotonic() < end and place.reasons and not found:
        time.sleep(0.1)
        for event in trace.read():
            name = event.values.get("reason_name", "")
            if event.name == "kfree_skb" and name in place.reasons:
                found[name] = found.get(name, 0) + 1
    return found


def run_lab(bed: Bed, trace: Trace) -> dict[str, Any]:
    trace.add_event("skb/kfree_skb")
    rows, seen, counts = [], {}, {}
    for place in PLACES:
        row, lost, good = one(bed, trace, place)
        rows.append(row)
        seen[place.step], counts[place.step] = good, lost
    return {"lab": "sends", "title": f"Lab of lost sends: {bed.nut}", "seen": seen,
            "counts": counts, "tables": [
        {"title": "Where a packet can be lost before it reaches the driver, and what tells",
         "head": ["", "place", "made to happen by", "sendto()", "skb:kfree_skb", "counter",
                  "before and after"], "rows": rows,
         "note": "A packet that a neighbour or a queue swallows is a success to its sender."}]}
