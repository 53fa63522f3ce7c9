# SPDX-License-Identifier: GPL-2.0-only
"""NAPI under rising load: interrupts and polls per packet, where the work runs,
and whether another NIC still gets its turn."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass
from typing import Any

from bed import NS, NUT_IP, SHARE_MAC, SHARE_PEER_MAC, Background, Bed, interface, run, wait_for
from tracefs import Trace

PORT = 7100
SECONDS = 1.5
RATES = (100, 500, 2000, 8000, 0)
EVENTS = ("e1k/e1k_irq", "e1k/e1k_poll_begin", "e1k/e1k_poll_end")


@dataclass
class Load:
    """What one load did."""

    name: str
    packets: int
    interrupts: int
    polls: int
    largest: int
    ksoftirqd: int
    kept: int

    def row(self) -> list[str]:
        per = lambda a, b: f"{a / b:.3f}" if b else "-"
        return [self.name, str(self.packets), str(self.interrupts),
                per(self.interrupts, self.packets), str(self.polls),
                per(self.packets, self.polls), str(self.largest), str(self.kept),
                f"{100 * self.ksoftirqd / self.polls:.0f} %" if self.polls else "-"]


HEAD = ["load", "packets", "interrupts", "per packet", "polls", "packets per poll",
        "largest poll", "budget used up", "in ksoftirqd"]


def send(rate: int, seconds: float = SECONDS) -> int:
    """UDP from the peer: a number of packets a second, or as fast as it goes (0)."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    begin, sent = time.monotonic(), 0
    while (now := time.monotonic() - begin) < seconds:
        if not rate or sent < rate * now:
            sock.sendto(b"x" * 64, (NUT_IP, PORT))
            sent += 1
        else:
            time.sleep(0.0005)
    sock.close()
    return sent


def send_one_by_one(server: socket.socket, count: int = 400) -> int:
    """The next frame only when the one before has arrived: no load at all for the
    ring, which is what interrupt-per-frame would make of any load."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(count):
        sock.sendto(b"x" * 64, (NUT_IP, PORT))
        server.recv(100)
    sock.close()
    return count


def measure(name: str, trace: Trace, device: str, load) -> Load:
    trace.start()
    load()
    time.sleep(0.1)
    trace.stop()
    events = [event for event in trace.read() if event.values.get("name") == device]
    ends = [event for event in events if event.name == "e1k_poll_end" and event.values["work"]]
    return Load(name, sum(event.values["work"] for event in ends),
                sum(event.name == "e1k_irq" for event in events), len(ends),
                max((event.values["work"] for event in ends), default=0),
                sum(event.context in ("ksoftirqd", "napi thread") for event in ends),
                sum(not event.values["complete"] for event in ends))


def drain(server: socket.socket) -> None:
    server.setblocking(False)
    try:
        while True:
            server.recv(2000)
    except BlockingIOError:
        server.settimeout(10)


def rising(bed: Bed, trace: Trace, server: socket.socket) -> list[Load]:
    loads = [measure("one at a time", trace, bed.nut, lambda: send_one_by_one(server))]
    for rate in RATES:
        name = f"{rate} a second" if rate else "as fast as it goes"
        loads.append(measure(name, trace, bed.nut, lambda rate=rate: send(rate)))
        drain(server)
    loads.append(measure("four senders", trace, bed.nut, flood))
    drain(server)
    return loads


def flood(seconds: float = SECONDS) -> None:
    tasks = [Background(f"flood{i}", lambda: send(0, seconds)) for i in range(4)]
    for task in tasks:
        task.finish()


def ping_times(text: str) -> tuple[str, str]:
    got = re.search(r"(\d+) received", text)
    times = re.search(r"= [\d.]+/([\d.]+)/", text)
    return (got[1] if got else "0"), (times[1] if times else "-")


def fairness(bed: Bed) -> dict[str, Any] | None:
    """Ping through another NIC, while this one is idle and while it is flooded."""
    share, peer = interface(SHARE_MAC), interface(SHARE_PEER_MAC)
    if not share or not peer:
        return None
    run("ip", "netns", "add", "walkshare")
    bed.undo.append(("ip", "netns", "del", "walkshare"))
    run("ip", "link", "set", share, "netns", "walkshare")
    for line in (f"-n walkshare addr add 203.0.113.1/24 dev {share}",
                 f"-n walkshare link set {share} up",
                 f"addr replace 203.0.113.2/24 dev {peer}", f"link set {peer} up"):
        run("ip", *line.split())
    bed.undo.append(("ip", "addr", "flush", "dev", peer))
    wait_for(lambda: "1 received" in run("ping", "-c1", "-W1", "203.0.113.1", check=False),
             f"an answer through {share}")
    ping = ("ping", "-q", "-c", "100", "-i", "0.01", "-W", "5", "203.0.113.1")
    rows = [["idle", "100", *ping_times(run(*ping, check=False))]]
    task = Background("flood", lambda: flood(4.0))
    time.sleep(0.3)
    rows.append(["flooded", "100", *ping_times(run(*ping, check=False))])
    task.finish()
    return {"title": f"Fairness: ping through another NIC ({share}) while {bed.nut} is",
            "head": [bed.nut, "requests", "replies", "average ms"], "rows": rows,
            "note": "A poll ends after its budget and goes to the end of the list: "
                    "the other NIC gets its turn."}


def run_lab(bed: Bed, trace: Trace) -> dict[str, Any]:
    for event in EVENTS:
        trace.add_event(event)
    # What NAPI does by itself, without the driver's polls by timer
    run("ethtool", "-C", bed.nut, "rx-usecs", "0", ns=NS)
    bed.undo.append(("ip", "netns", "exec", NS, "ethtool", "-C", bed.nut, "rx-usecs", "20"))
    server = bed.socket("nut")
    server.bind((NUT_IP, PORT))
    bed.settle()
    loads = rising(bed, trace, server)
    tables = [{"title": "Receive under rising load", "head": HEAD,
               "rows": [load.row() for load in loads],
               "note": "One at a time is what interrupt-per-frame makes of any load; "
                       "the others are NAPI."}]
    fair = fairness(bed)
    if fair:
        tables.append(fair)
    one, most = loads[0], loads[-1]
    rate = lambda load: load.interrupts / max(load.packets, 1)
    seen = {"N1": most.largest > 1,
            "N2": most.packets > 0 and rate(most) < rate(one),
            "N3": bool(fair) and int(fair["rows"][1][2]) > 90,
            # Not one each: a frame may find the poll for the one before still at work.
            "N4": one.packets > 0 and rate(one) > 0.5 and rate(most) < rate(one) / 2,
            "N5": any(load.ksoftirqd for load in loads) and
            any(load.polls > load.ksoftirqd for load in loads)}
    plot = {"title": "Interrupts and packets per poll",
            "labels": [load.name for load in loads],
            "series": [("interrupts per packet",
                        [load.interrupts / max(load.packets, 1) for load in loads]),
                       ("packets per poll",
                        [load.packets / max(load.polls, 1) for load in loads])]}
    return {"lab": "napi", "title": f"NAPI lab: {bed.nut}", "tables": tables, "plot": plot,
            "seen": seen}
