# SPDX-License-Identifier: GPL-2.0-only
"""Every place where a received frame can be dropped: make it happen, and show
the counter that tells."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator

import nfdrop
from bed import NS, NUT_IP, Bed, run
from scenarios import DATA, PORT, moderate, other_cpu, refuse_all, send_frame, udp_frame
from tracefs import Trace

COUNT = 20


@dataclass
class Place:
    """One place: how to make it drop, and which counter to read."""

    step: str
    name: str
    how: str
    counter: str
    # Makes it happen, yields while it is looked at, and cleans up.
    play: Callable[[Bed], Iterator[None]]
    reason: str = ""


def nic(bed: Bed, *names: str) -> int:
    counters = bed.counters()
    return sum(counters.get(name, 0) for name in names)


def snmp(group: str, name: str) -> int:
    """A counter of /proc/net/snmp or netstat, in the NIC's namespace."""
    lines = run("cat", "/proc/net/snmp", "/proc/net/netstat", ns=NS).splitlines()
    for head, values in zip(lines, lines[1:]):
        if head.startswith(f"{group}:") and name in head.split() and \
                values.startswith(f"{group}:"):
            return int(values.split()[head.split().index(name)])
    return 0


def backlog_dropped() -> int:
    with open("/proc/net/softnet_stat", encoding="ascii") as file:
        return sum(int(line.split()[1], 16) for line in file)


def socket_drops() -> int:
    rows = run("cat", "/proc/net/udp", ns=NS).splitlines()[1:]
    return sum(int(row.split()[-1]) for row in rows)


def read(bed: Bed, counter: str) -> int:
    """A counter by the name that the table shows."""
    if counter.startswith("ethtool -S: "):
        return nic(bed, *counter.removeprefix("ethtool -S: ").split(" + "))
    if counter.startswith("ip -s -s link: "):
        return int(run("cat", f"/sys/class/net/{bed.nut}/statistics/{counter[15:]}", ns=NS))
    if counter.startswith("softnet_stat"):
        return backlog_dropped()
    if counter.startswith("/proc/net/udp"):
        return socket_drops()
    if counter == "(none)":
        return 0
    group, name = counter.split(": ")
    return snmp(group, name)


# --- the places ------------------------------------------------------------------


def send_datagrams(count: int = COUNT, size: int = 64) -> None:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(count):
        sock.sendto(DATA.ljust(size, b"."), (NUT_IP, PORT))
    sock.close()


def other_station(bed: Bed) -> Iterator[None]:
    frame = udp_frame(bed, mac="52:54:00:99:99:99")
    for _ in range(3):
        send_frame(bed, frame)
    # A ping behind them: when it is answered they have been there.
    bed.settle()
    yield


def promiscuous(bed: Bed) -> Iterator[None]:
    bed.ip(f"link set {bed.nut} promisc on", f"link set {bed.nut} promisc off")
    bed.settle()
    yield from other_station(bed)


def hog(seconds: float, cpu: int) -> int:
    """Keep a CPU from everything that is not an interrupt; return the process."""
    # Not a thread: it would have to share the interpreter with us.
    pid = os.fork()
    if pid:
        return pid
    try:
        os.sched_setaffinity(0, {cpu})
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pass
    finally:
        os._exit(0)


def no_poll(bed: Bed, mtu: int) -> None:
    """NAPI in a thread that gets no CPU, a small ring, and more frames than it holds."""
    for device, ns in ((bed.nut, NS), (bed.peer, "")):
        bed.ip(f"link set {device} mtu {mtu}", f"link set {device} mtu 1500", ns)
    run("ethtool", "-G", bed.nut, "rx", "64", ns=NS)
    bed.undo.append(("ip", "netns", "exec", NS, "ethtool", "-G", bed.nut, "rx", "256"))
    bed.set_file(f"/sys/class/net/{bed.nut}/threaded", "1")
    bed.settle()
    cpu = (os.cpu_count() or 1) - 1
    for pid in run("pgrep", f"^napi/{bed.nut}").split():
        os.sched_setaffinity(int(pid), {cpu})
    os.sched_setaffinity(0, {0})
    busy = hog(0.8, cpu)
    time.sleep(0.1)
    send_datagrams(120, mtu - 28)
    os.waitpid(busy, 0)
    os.sched_setaffinity(0, set(range(os.cpu_count() or 1)))


def missed(bed: Bed) -> Iterator[None]:
    # QEMU keeps a frame that finds no descriptor, and drops the one that finds too
    # few. With rx-all buffers are small: a jumbo frame needs three.
    run("ethtool", "-K", bed.nut, "rx-all", "on", ns=NS)
    bed.undo.append(("ip", "netns", "exec", NS, "ethtool", "-K", bed.nut, "rx-all", "off"))
    no_poll(bed, 9000)
    yield


def backlog(bed: Bed) -> Iterator[None]:
    bed.set_file(f"/sys/class/net/{bed.nut}/queues/rx-0/rps_cpus", f"{1 << other_cpu(bed):x}")
    bed.set_file("/proc/sys/net/core/netdev_max_backlog", "0", "")
    # Several frames in one poll: they are queued before the other CPU is told.
    moderate(bed, 10000)
    send_datagrams(60)
    yield


def damaged(bed: Bed) -> Iterator[None]:
    frame = udp_frame(bed, damage=1)
    for _ in range(3):
        send_frame(bed, frame)
    yield


def netfilter(_: Bed) -> Iterator[None]:
    with nfdrop.everything_dropped(NS):
        send_datagrams()
        yield


def closed(_: Bed) -> Iterator[None]:
    send_datagrams()
    yield


def full(bed: Bed) -> Iterator[None]:
    with bed.socket("nut") as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        server.bind((NUT_IP, PORT))
        send_datagrams()
        yield


def filtered(bed: Bed) -> Iterator[None]:
    with bed.socket("nut") as server:
        refuse_all(server)
        server.bind((NUT_IP, PORT))
        send_datagrams()
        yield


TRIES = 4
# Seconds in which what was sent should have been dropped.
SETTLE = 3

PLACES = (
    Place("D1", "address filter of the NIC", "a frame for another station", "(none)",
          other_station),
    Place("D2", "NIC: missed", "no poll, 120 jumbo frames, 64 descriptors",
          "ip -s -s link: rx_missed_errors", missed),
    Place("D3", "NIC: no descriptor", "the same", "ethtool -S: mac_rx_no_buffer", missed),
    Place("D4", "backlog full", "RPS, netdev_max_backlog = 0, frames in one poll", "softnet_stat, 2nd column",
          backlog, "CPU_BACKLOG"),
    Place("D5", "ip_rcv: not for us", "a frame for another station, NIC promiscuous",
          "(none)", promiscuous, "OTHERHOST"),
    Place("D6", "ip_rcv: header checksum", "a damaged header", "IpExt: InCsumErrors", damaged,
          "IP_CSUM"),
    Place("D7", "netfilter", "a chain at LOCAL_IN whose policy is drop", "(none)", netfilter,
          "NETFILTER_DROP"),
    Place("D8", "no socket", "to a closed port", "Udp: NoPorts", closed, "NO_SOCKET"),
    Place("D9", "socket buffer full", "nobody reads, SO_RCVBUF is small", "Udp: RcvbufErrors",
          full, "SOCKET_RCVBUFF"),
    Place("D10", "socket filter", "a filter that keeps nothing", "Udp: InErrors", filtered,
          "SOCKET_FILTER"),
)


def one(bed: Bed, trace: Trace, place: Place) -> tuple[list[str], int, bool]:
    """A row of the table, how many were lost, and whether it was as it should be."""
    bed.settle()
    before = read(bed, place.counter)
    play = place.play(bed)
    trace.start()
    try:
        next(play)
        heard, dropped, counted = look(bed, trace, place, before)
    finally:
        trace.stop()
        play.close()
        bed.restore()
    shown = f"{before} -> {before + counted}" if place.counter != "(none)" \
        else "no counter of its own"
    if place.step == "D1":
        shown = "the kernel never hears of it"
    row = [place.step, place.name, place.how, place.counter, shown,
           f"{place.reason} x {dropped}" if place.reason else "-"]
    return row, max(dropped, counted), is_good(place, heard, dropped, counted)


def is_good(place: Place, heard: int, dropped: int, counted: int) -> bool:
    """Dropped there, and counted where it should be."""
    if place.step == "D1":
        return heard == 0
    return (dropped > 0 or not place.reason) and (counted > 0 or place.counter == "(none)")


def look(bed: Bed, trace: Trace, place: Place, before: int) -> tuple[int, int, int]:
    """Frames the driver saw, skbs dropped for the reason, what the counter rose by;
    until it is enough, or nothing more is to be expected."""
    heard = dropped = counted = 0
    end = time.monotonic() + SETTLE
    while time.monotonic() < end:
        for event in trace.read():
            heard += event.name == "e1k_rx_deliver" and DATA in event.values["hdr"]
            dropped += event.name == "kfree_skb" and event.values["reason_name"] == place.reason
        counted = read(bed, place.counter) - before
        if is_good(place, heard, dropped, counted):
            break
        time.sleep(0.1)
    return heard, dropped, counted


def run_lab(bed: Bed, trace: Trace) -> dict[str, Any]:
    trace.add_event("skb/kfree_skb")
    trace.add_event("e1k/e1k_rx_deliver")
    rows, seen, counts = [], {}, {}
    for place in PLACES:
        # A drop that needs a full ring or a lost race may take more than one try
        # where the host gives the guest little time.
        for _ in range(TRIES):
            row, lost, good = one(bed, trace, place)
            if good:
                break
        rows.append(row)
        seen[place.step], counts[place.step] = good, lost
    return {"lab": "drops", "title": f"Drop lab: {bed.nut}", "seen": seen, "counts": counts,
            "tables": [
        {"title": "Where a received frame can be dropped, and which counter tells",
         "head": ["", "place", "made to happen by", "counter", "before and after",
                  "skb:kfree_skb"], "rows": rows,
         "note": "An allocation failure (rx0_alloc_errors, rx0_skb_errors) is the eleventh place; "
                 "it needs a kernel that can be told to fail."}]}
