# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios of IPv6: the same ways, and those that only IPv6 has."""

from __future__ import annotations

import socket
import struct

from bed import NUT_IP6, PEER_IP6, Background, Bed
from capfilter import Filter
from scenarios import ARRIVE, DATA, LEAVE, PORT, Wanted, echo, receive_all, scenario, waiting

SEND = f"T1 T3 T4 T5 T6 {LEAVE}"
READ = f"{ARRIVE} R14 R16 R18 R19 R20 R21; R8 R17"
# tcpdump's language has no names for these: TCP's flags, ICMPv6's type, behind 40 bytes of IPv6.
PUSH, TYPE = "ip6[53] & 8 != 0", "icmp6 and ip6[40] ="
ECHO_REQUEST, ECHO_REPLY, SOLICITATION, ADVERTISEMENT = 128, 129, 135, 136
# Six bytes of padding: an option that means nothing.
PADDING = b"\x00\x00\x01\x04\x00\x00\x00\x00"


def settle6(bed: Bed) -> None:
    """Addresses, which an interface loses when it goes down, and neighbours that know them."""
    bed.ip(f"addr replace {NUT_IP6}/64 dev {bed.nut} nodad")
    bed.ip(f"addr replace {PEER_IP6}/64 dev {bed.peer} nodad", ns="")
    bed.settle(NUT_IP6, PEER_IP6)


def pair6(bed: Bed) -> tuple[socket.socket, socket.socket]:
    """UDP: a server on the NIC under test, a client on its peer."""
    settle6(bed)
    server, client = (bed.socket(where, family=socket.AF_INET6) for where in ("nut", "peer"))
    server.bind((NUT_IP6, PORT))
    client.bind((PEER_IP6, PORT + 1))
    return server, client


def there_and_back(server: socket.socket, client: socket.socket, size: int = 128) -> None:
    task = waiting("receiver", lambda: echo(server))
    client.sendto(DATA.ljust(size, b"."), (NUT_IP6, PORT))
    client.recvfrom(65536)
    task.finish()


@scenario("udp6", "IPv6", "one UDP datagram over IPv6, and its answer")
def udp6(bed: Bed):
    server, client = pair6(bed)
    yield None
    there_and_back(server, client)
    yield [Wanted("receive", Filter(f"ip6 and udp dst port {PORT}"), READ,
                  ("ip6_input", "udpv6_rcv")),
           Wanted("transmit", Filter(f"ip6 and udp src port {PORT}"), SEND,
                  ("udpv6_sendmsg", "ip6_output"))]


@scenario("tcp6", "IPv6", "one TCP segment over IPv6 on an open connection, and the answer")
def tcp6(bed: Bed):
    settle6(bed)
    listener, client = (bed.socket(where, socket.SOCK_STREAM, family=socket.AF_INET6)
                        for where in ("nut", "peer"))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((NUT_IP6, PORT))
    listener.listen()
    client.connect((NUT_IP6, PORT))
    server, _ = listener.accept()
    server.settimeout(client.gettimeout())
    listener.close()
    for end in (server, client):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    yield None
    task = waiting("receiver", lambda: server.sendall(server.recv(100)))
    client.sendall(DATA.ljust(100, b"."))
    receive_all(client, 100)
    task.finish()
    yield [Wanted("receive", Filter(f"ip6 and tcp dst port {PORT} and {PUSH}"),
                  f"{ARRIVE} R14 R16 R18 R22 R23 R24; R8 R17", ("tcp_v6_rcv",)),
           Wanted("transmit", Filter(f"ip6 and tcp src port {PORT} and {PUSH}"),
                  f"T1 T2 T3 T4 T5 T6 {LEAVE}; T10 T15", ("ip6_xmit",))]


@scenario("icmp6", "IPv6", "ping over IPv6: an echo request out, its reply in")
def icmp6(bed: Bed):
    bed.set_file("/proc/sys/net/ipv4/ping_group_range", "0 2147483647")
    sock = bed.socket("nut", socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6, socket.AF_INET6)
    settle6(bed)
    yield None

    def ping() -> None:
        sock.sendto(struct.pack("!BBHHH", ECHO_REQUEST, 0, 0, 0, 1) + DATA.ljust(56, b"."),
                    (PEER_IP6, 0))
        sock.recvfrom(2000)
    Background("ping", ping).finish()
    yield [Wanted("transmit", Filter(f"{TYPE} {ECHO_REQUEST}"), f"T1 T4 T5 T6 {LEAVE}"),
           Wanted("receive", Filter(f"{TYPE} {ECHO_REPLY}"), READ, ("icmpv6_rcv", "ping_rcv"))]


@scenario("echo6", "IPv6", "an echo request over IPv6: the kernel answers by itself")
def echo6(bed: Bed):
    settle6(bed)
    yield None
    bed.settle(NUT_IP6, PEER_IP6)
    yield [Wanted("receive", Filter(f"{TYPE} {ECHO_REQUEST}"),
                  f"{ARRIVE} R14 R16 R18 R19; R8 R17", ("icmpv6_echo_reply",))]


@scenario("discovery", "IPv6", "the neighbour is unknown: neighbour discovery, then the datagram")
def discovery(bed: Bed):
    server, _ = pair6(bed)
    bed.ip(f"-6 neigh flush dev {bed.nut}")
    yield None
    Background("sender", lambda: server.sendto(DATA.ljust(64, b"."), (PEER_IP6, PORT + 1))).finish()
    yield [Wanted("transmit", Filter(f"ip6 and udp src port {PORT}"), SEND,
                  ("neigh_resolve_output", "__neigh_event_send")),
           Wanted("receive", Filter(f"{TYPE} {ADVERTISEMENT}"),
                  f"{ARRIVE} R14 R16 R18 R19; R8 R17", ("ndisc_rcv",))]


@scenario("options6", "IPv6", "with extension headers: hop-by-hop and destination options")
def options6(bed: Bed):
    server, client = pair6(bed)
    client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_HOPOPTS, PADDING)
    client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_DSTOPTS, PADDING)
    yield None
    there_and_back(server, client)
    yield [Wanted("receive", Filter("ip6[6] = 0 and ip6[40] = 60"), READ,
                  ("ipv6_parse_hopopts", "ipv6_destopt_rcv", "udpv6_rcv"))]


@scenario("fragments6", "IPv6", "a UDP datagram longer than the MTU over IPv6, both ways")
def fragments6(bed: Bed):
    server, client = pair6(bed)
    yield None
    there_and_back(server, client, 4000)
    # Ports are behind the fragment header, where tcpdump's words do not look.
    first = "ip6[6] = 44 and ip6[42:2] & 0xfff8 = 0 and ip6"
    yield [Wanted("receive", Filter(f"{first}[50:2] = {PORT}"), READ,
                  ("ipv6_frag_rcv", "inet_frag_reasm_finish")),
           Wanted("transmit", Filter(f"{first}[48:2] = {PORT}"), SEND, ("ip6_fragment",))]
