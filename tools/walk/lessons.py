# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios that each show one thing which is often told and seldom seen."""

from __future__ import annotations

import contextlib
import select
import socket

import nfdrop
from bed import FAR_IP, NS, NUT_IP, PEER_IP, Background, Bed
from capfilter import Filter
from lostsends import lost, send
from scenarios import (ARRIVE, DATA, LEAVE, PORT, Wanted, dropped, echo, gro, one_datagram, pair,
                       scenario, tcp, tso, udp_there_and_back, udp_wanted, waiting)

READ = f"{ARRIVE} R14 R16 R18 R19 R20 R21"
INSIDE_IP, OUTSIDE_IP = "203.0.113.1", "203.0.113.2"
# Longer than a frame can be.
TOO_LONG = r"\(tap\).*: (1[6-9]\d\d|[2-9]\d{3}|\d{5,}) bytes"


def sniff(bed: Bed) -> socket.socket:
    """What tcpdump opens: a packet socket for all protocols on the interface."""
    sniffer = bed.socket("nut", socket.SOCK_RAW, socket.htons(3), socket.AF_PACKET)
    sniffer.bind((bed.nut, 3))
    return sniffer


# --- how a process waits ---------------------------------------------------------------


@scenario("blocking", "lessons", "a process sleeps in recvfrom() until its datagram comes")
def blocking(bed: Bed):
    server, client = pair(bed)
    # No time limit: Python calls recvfrom() itself and no poll() before it.
    server.settimeout(None)
    yield None
    udp_there_and_back(server, client)
    made = udp_wanted(READ, functions=("sched:sched_waking", "sched:sched_switch"))
    made[0].says = (r"it slept in recvfrom\(\)",)
    made[0].lacks = ("syscalls:sys_enter_recvfrom", "syscalls:sys_exit_poll")
    yield made


@scenario("epoll", "lessons", "a process sleeps in epoll_wait(), then reads")
def epoll(bed: Bed):
    server, client = pair(bed)
    server.setblocking(False)
    yield None

    def serve() -> None:
        with select.epoll() as ready:
            ready.register(server, select.EPOLLIN)
            ready.poll()
            echo(server)
    task = waiting("receiver", serve)
    client.sendto(DATA.ljust(128, b"."), (NUT_IP, PORT))
    client.recvfrom(65536)
    task.finish()
    made = udp_wanted(READ, functions=("ep_poll_callback", "sched:sched_waking"))
    made[0].says = (r"epoll_\w*wait\(\) returns 1", r"it slept in epoll_\w*wait\(\)")
    yield made


# --- headers and masks -----------------------------------------------------------------


@scenario("headers", "lessons", "headers are put in front and taken off by moving a pointer")
def headers(bed: Bed):
    play = tcp(bed)
    yield next(play)
    made = next(play)
    made[0].says = ("166 bytes become 152", "20 bytes of headers are behind it: 132 left",
                    "32 bytes of headers are behind it: 100 left")
    made[1].says = ("32 bytes of headers were put in front: 132",
                    "20 bytes of headers were put in front: 152",
                    "14 bytes of headers were put in front: 166")
    yield made


@scenario("masks", "lessons", "the CPU's interrupts are off for the handler, the NIC's for the poll")
def masks(bed: Bed):
    server, client = pair(bed)
    yield None
    udp_there_and_back(server, client)
    made = udp_wanted(READ)
    of_nic = "nothing to mask: the message has cleared its cause" if bed.by_message() \
        else r"NIC was masked for \d+ us, the CPU took no interrupts for \d+ us"
    made[0].says = ("this CPU takes no other interrupt", "this CPU takes interrupts again", of_nic)
    yield made


# --- netfilter, and what tcpdump sees ---------------------------------------------------------


@scenario("netfilter", "lessons", "the hooks of netfilter by name, on the way in and out")
def netfilter(bed: Bed):
    server, client = pair(bed)
    names = {nfdrop.PRE_ROUTING: b"prerouting", nfdrop.LOCAL_IN: b"input",
             nfdrop.LOCAL_OUT: b"output", nfdrop.POST_ROUTING: b"postrouting"}
    with nfdrop.chains(NS, names, nfdrop.ACCEPT):
        yield None
        udp_there_and_back(server, client)
        made = udp_wanted(READ)
        made[0].says = (r"hook PRE_ROUTING \(IPv4\)", r"hook LOCAL_IN \(IPv4\)")
        made[1].says = (r"hook LOCAL_OUT \(IPv4\)", r"hook POST_ROUTING \(IPv4\)")
        yield made


@scenario("tcpdump-in", "lessons", "netfilter drops what arrives: tcpdump has seen it before")
def tcpdump_in(bed: Bed):
    _, client = pair(bed)
    sniffer = sniff(bed)
    with sniffer, nfdrop.everything_dropped(NS, nfdrop.PRE_ROUTING, b"prerouting"):
        yield None
        one_datagram(bed, client)
        yield dropped("R15 R16", "NETFILTER_DROP", ("packet_rcv", "nf_hook_slow"))


@scenario("tcpdump-out", "lessons", "netfilter drops what is sent: tcpdump never sees it")
def tcpdump_out(bed: Bed):
    server, _ = pair(bed)
    sniffer = sniff(bed)
    with sniffer, nfdrop.everything_dropped(NS, nfdrop.LOCAL_OUT, b"output"):
        yield None
        send(server, PEER_IP)
        made = lost("T1 T3 T4", "NETFILTER_DROP", ("nf_hook_slow",))
        made[0].lacks = ("dev_queue_xmit_nit", "packet_rcv")
        yield made


@scenario("tcpdump-gro", "lessons", "tcpdump sees what GRO has merged: longer than any frame")
def tcpdump_gro(bed: Bed):
    sniffer = sniff(bed)
    play = gro(bed)
    with sniffer:
        yield next(play)
        made = next(play)
        made[0].steps = "R1 R2 R7 R8 R9 R10 R11 R14 R15; R8 R17"
        made[0].functions, made[0].says = ("skb_gro_receive", "packet_rcv"), (TOO_LONG,)
        yield made


@scenario("tcpdump-tso", "lessons", "tcpdump sees what the NIC is yet to cut, without checksums")
def tcpdump_tso(bed: Bed):
    sniffer = sniff(bed)
    play = tso(bed)
    with sniffer:
        yield next(play)
        made = next(play)
        made[0].functions = ("dev_queue_xmit_nit", "packet_rcv")
        made[0].says = (TOO_LONG, r"\(tap\).*checksum that is not computed yet")
        yield made


# --- other ways -------------------------------------------------------------------------


@scenario("loopback", "lessons", "to this host itself: no NIC, netif_rx() and the input queue",
          device="lo")
def loopback(bed: Bed):
    server, client = bed.socket("nut"), bed.socket("nut")
    server.bind(("127.0.0.1", PORT))
    yield None
    task = waiting("receiver", lambda: server.recvfrom(65536))
    Background("sender", lambda: client.sendto(DATA.ljust(128, b"."), ("127.0.0.1", PORT))).finish()
    task.finish()
    here = Filter(f"udp and dst port {PORT}", DATA)
    yield [Wanted("transmit", here, "T1 T3 T4 T5 T6 T7 T9 T10"),
           Wanted("receive", here, "R10 R12 R13 R14 R16 R18 R19 R20 R21",
                  ("enqueue_to_backlog", "process_backlog"), says=("without NAPI",))]


@scenario("tunnel", "lessons", "through a tunnel, IP in IP: the stack is gone through twice")
def tunnel(bed: Bed):
    for ns, here, there, address in ((NS, NUT_IP, PEER_IP, INSIDE_IP),
                                     ("", PEER_IP, NUT_IP, OUTSIDE_IP)):
        bed.ip(f"link add walktun type ipip local {here} remote {there}", "link del walktun", ns)
        bed.ip(f"addr add {address}/24 dev walktun", ns=ns)
        bed.ip("link set walktun up", ns=ns)
    server, client = bed.socket("nut"), bed.socket("peer")
    server.bind((INSIDE_IP, PORT))
    bed.settle()
    bed.settle(INSIDE_IP, OUTSIDE_IP)
    yield None
    udp_there_and_back(server, client, address=INSIDE_IP)
    outer = "ip proto 4 and ip"
    yield [Wanted("receive", Filter(f"{outer}[42:2] = {PORT}", DATA), f"{READ}; R8 R17",
                  ("tunnel4_rcv", "ip_tunnel_rcv", "udp_rcv")),
           Wanted("transmit", Filter(f"{outer}[40:2] = {PORT}", DATA),
                  f"T1 T3 T4 T5 T6 {LEAVE}", ("ip_tunnel_xmit",))]


@scenario("forward-off", "lessons", "not for us, and forwarding is off")
def forward_off(bed: Bed):
    for name in ("ip_forward", f"conf/{bed.nut}/forwarding"):
        bed.set_file(f"/proc/sys/net/ipv4/{name}", "0")
    bed.ip(f"route add {FAR_IP} via {NUT_IP}", f"route del {FAR_IP}", "")
    _, client = pair(bed)
    yield None
    client.sendto(DATA.ljust(64, b"."), (FAR_IP, PORT))
    yield [Wanted("receive", Filter(f"udp and dst host {FAR_IP}", DATA),
                  f"{ARRIVE} R14 R16 drop; R8 R17", ("ip_error",),
                  drop="NOT_SPECIFIED IP_INADDRERRORS IP_INNOROUTES")]


@scenario("icmp-error", "lessons", "an ICMP error comes back to a connected socket")
def icmp_error(bed: Bed):
    sock = bed.socket("nut")
    sock.connect((PEER_IP, PORT + 9))
    sock.settimeout(None)
    bed.settle()
    yield None

    def receive() -> None:
        with contextlib.suppress(ConnectionRefusedError):
            sock.recv(100)
    task = waiting("receiver", receive)
    Background("sender", lambda: sock.send(DATA.ljust(64, b"."))).finish()
    task.finish()
    yield [Wanted("transmit", Filter(f"udp and dst port {PORT + 9}"), f"T1 T3 T4 T5 T6 {LEAVE}"),
           Wanted("receive", Filter("icmp[icmptype] = icmp-unreach"), f"{READ}; R8 R17",
                  ("icmp_unreach", "__udp4_lib_err", "sk_error_report"), says=("ECONNREFUSED",))]
