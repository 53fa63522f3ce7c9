# SPDX-License-Identifier: GPL-2.0-only
"""How often the bytes of a send are copied, and by whom."""

from __future__ import annotations

import time
from typing import Any

from bed import FAR_IP, NUT_IP, PEER_IP, Bed, Background
from scenarios import PORT, receive_all, tcp_pair
from tracefs import Event, Trace

LENGTH = "a4=$arg4:u32"
PROBES = ("ip_generic_getfrag", "skb_clone", "skb_copy_bits", "ip_do_fragment", "ip_frag_next",
          "tcp_sendmsg_locked")


def record(trace: Trace, play, task: str = "") -> list[Event]:
    """What everybody did, or what the task did itself: no interrupt on top of it."""
    trace.start()
    play()
    time.sleep(0.3)
    trace.stop()
    events = trace.read()
    return [event for event in events
            if not task or (event.comm, event.context) == (task, "process")]


def total(events: list[Event], name: str) -> tuple[int, int]:
    found = [event for event in events if event.name == name]
    return len(found), sum(event.values.get("a4", 0) for event in found)


def udp_case(bed: Bed, trace: Trace, size: int) -> list[str]:
    server = bed.socket("nut")
    server.bind((NUT_IP, PORT))
    bed.settle()
    events = record(trace, lambda: Background("walk-send", lambda: server.sendto(
        b"x" * size, (PEER_IP, PORT))).finish(), "walk-send")
    times, copied = total(events, "ip_generic_getfrag")
    fragments, again = copied_in_fragments(events)
    return [f"UDP, {size} bytes", str(copied), f"ip_generic_getfrag, {times} times",
            str(sum(event.name == "skb_clone" for event in events)), str(fragments), str(again)]


def copied_in_fragments(events: list[Event]) -> tuple[int, int]:
    """Fragments made by cutting, and the bytes copied for it."""
    cuts = [event for event in events if event.name == "ip_frag_next"]
    copied = 0
    for cut in cuts:
        copy = next((event for event in events[events.index(cut):]
                     if event.name == "skb_copy_bits" and event.cpu == cut.cpu), None)
        copied += copy.values["a4"] if copy else 0
    return len(cuts), copied


def tcp_case(bed: Bed, trace: Trace, size: int) -> list[str]:
    server, client = tcp_pair(bed)
    reader = Background("reader", lambda: receive_all(client, size))
    events = record(trace, lambda: Background(
        "walk-send", lambda: server.sendall(b"x" * size)).finish())
    reader.finish()
    calls = sum(event.name == "tcp_sendmsg_locked" for event in events)
    clones = sum(event.name == "skb_clone" for event in events)
    return [f"TCP, {size} bytes", str(size), f"tcp_sendmsg_locked, {calls} calls", str(clones),
            "0", "0"]


def forward_case(bed: Bed, trace: Trace) -> list[str]:
    """A router whose way on has a smaller MTU cuts what was one packet."""
    bed.set_file("/proc/sys/net/ipv4/ip_forward", "1")
    bed.ip(f"route add {FAR_IP} via {PEER_IP} mtu lock 600", f"route del {FAR_IP}")
    bed.ip(f"route add {FAR_IP} via {NUT_IP}", f"route del {FAR_IP}", "")
    bed.set_file("/proc/sys/net/ipv4/ip_no_pmtu_disc", "1", "")
    bed.settle()
    client = bed.socket("peer")
    # IP_MTU_DISCOVER = dont: the router may cut it.
    client.setsockopt(0, 10, 0)
    events = record(trace, lambda: client.sendto(b"x" * 1400, (FAR_IP, PORT)))
    fragments, copied = copied_in_fragments(events)
    return ["forwarded, 1400 bytes, MTU 600", "0", "(nobody's: it is forwarded)", "0",
            str(fragments), str(copied)]


def run_lab(bed: Bed, trace: Trace) -> dict[str, Any]:
    for name in PROBES:
        trace.add_probe(name, [name], lambda _: LENGTH)
    trace.arm()
    rows = [udp_case(bed, trace, 1000), udp_case(bed, trace, 4000), tcp_case(bed, trace, 20000),
            forward_case(bed, trace)]
    seen = {"C1": int(rows[0][1]) == 1000 and int(rows[1][1]) == 4000, "C2": int(rows[2][3]) > 0,
            "C3": int(rows[3][4]) > 1 and int(rows[3][5]) > 1000}
    return {"lab": "copies", "title": f"Copies lab: {bed.nut}", "seen": seen, "tables": [
        {"title": "Copies of what is sent", "rows": rows,
         "head": ["what", "bytes from user", "copied by", "clones", "fragments cut",
                  "bytes copied again"],
         "note": "A clone copies the head, not the data. A large datagram of our own is laid out "
                 "in fragments from the start and not copied again; one that is cut later is."}]}
