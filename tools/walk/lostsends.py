# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios of packets that are lost on their way out, before the driver sees them."""

from __future__ import annotations

import contextlib
import socket

import nfdrop
from bed import NS, PEER_IP, Background, Bed, run
from capfilter import Filter
from scenarios import DATA, PORT, Wanted, pair, scenario

# Addresses without a host: one on the wire, one that no route leads to.
SILENT_IP, NOWHERE_IP = "192.0.2.99", "203.0.113.9"
IP_MTU_DISCOVER, DO_NOT_CUT = 10, 2


def send(sock: socket.socket, address: str, size: int = 64) -> None:
    """Send from a task of its own. The send fails: that is what the walk shows."""
    def once() -> None:
        with contextlib.suppress(OSError):
            sock.sendto(DATA.ljust(size, b"."), (address, PORT + 1))
    Background("sender", once).finish()


def lost(steps: str, reason: str, functions: tuple[str, ...] = ()) -> list[Wanted]:
    return [Wanted("transmit", Filter(f"udp and src port {PORT}"), f"{steps} drop", functions,
                   drop=reason)]


def know_peer(bed: Bed) -> None:
    """A permanent neighbour, so that the datagram is lost and no ARP request."""
    mac = run("cat", f"/sys/class/net/{bed.peer}/address").strip()
    bed.ip(f"neigh replace {PEER_IP} lladdr {mac} dev {bed.nut} nud permanent",
           f"neigh del {PEER_IP} dev {bed.nut}")


def full_queue(bed: Bed) -> None:
    """A queue without room. The root that was there comes back by itself."""
    know_peer(bed)
    run("tc", "qdisc", "replace", "dev", bed.nut, "root", "handle", "e1:", "pfifo", "limit", "0",
        ns=NS)
    bed.undo.append(("ip", "netns", "exec", NS, "tc", "qdisc", "del", "dev", bed.nut, "root"))


def egress_filter(bed: Bed) -> None:
    know_peer(bed)
    run("tc", "qdisc", "add", "dev", bed.nut, "clsact", ns=NS)
    bed.undo.append(("ip", "netns", "exec", NS, "tc", "qdisc", "del", "dev", bed.nut, "clsact"))
    run("tc", "filter", "add", "dev", bed.nut, "egress", "matchall", "action", "drop", ns=NS)


def be_quick(bed: Bed) -> None:
    """ARP asks once, and does not wait long for the answer."""
    bed.set_file(f"/proc/sys/net/ipv4/neigh/{bed.nut}/mcast_solicit", "1")
    bed.set_file(f"/proc/sys/net/ipv4/neigh/{bed.nut}/retrans_time_ms", "300")
    bed.ip(f"neigh flush to {SILENT_IP} dev {bed.nut}")


@scenario("out-netfilter", "lost sends", "netfilter drops it where it leaves (LOCAL_OUT)")
def out_netfilter(bed: Bed):
    server, _ = pair(bed)
    with nfdrop.everything_dropped(NS, nfdrop.LOCAL_OUT, b"output"):
        yield None
        send(server, PEER_IP)
        yield lost("T1 T3 T4", "NETFILTER_DROP", ("nf_hook_slow",))


@scenario("no-route", "lost sends", "no route leads there: it is never born")
def no_route(bed: Bed):
    server, _ = pair(bed)
    yield None
    send(server, NOWHERE_IP)
    yield lost("T1", "ENETUNREACH", ("udp_sendmsg", "ip_route_output_flow"))


@scenario("too-long", "lost sends", "longer than the MTU, and it may not be cut")
def too_long(bed: Bed):
    server, _ = pair(bed)
    server.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, DO_NOT_CUT)
    yield None
    send(server, PEER_IP, 4000)
    yield lost("T1", "EMSGSIZE", ("udp_sendmsg", "ip_route_output_flow"))


@scenario("unanswered", "lost sends", "no host answers ARP: the datagram waits in vain")
def unanswered(bed: Bed):
    server, _ = pair(bed)
    be_quick(bed)
    yield None
    send(server, SILENT_IP)
    yield lost("T1 T3 T4 T5 T6", "NEIGH_FAILED", ("__neigh_event_send",))


@scenario("queue-full", "lost sends", "the queueing discipline has no room")
def queue_full(bed: Bed):
    server, _ = pair(bed)
    full_queue(bed)
    yield None
    send(server, PEER_IP)
    yield lost("T1 T3 T4 T5 T6 T7", "QDISC_DROP OVERLIMIT GENERIC")


@scenario("out-tc", "lost sends", "a filter of tc drops it on its way out")
def out_tc(bed: Bed):
    server, _ = pair(bed)
    egress_filter(bed)
    yield None
    send(server, PEER_IP)
    yield lost("T1 T3 T4 T5 T6 T7", "TC_EGRESS", ("tcf_classify",))
