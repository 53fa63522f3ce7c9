# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios of TCP: how a connection begins, how it ends at once, and what a lost segment costs."""

from __future__ import annotations

import contextlib
import socket

from bed import NUT_IP, PEER_IP, Background, Bed, run
from capfilter import Filter
from scenarios import (ARRIVE, DATA, LEAVE, PORT, PUSH, Wanted, receive_all, scenario, tcp_pair,
                       waiting)

CLOSED = PORT + 9
FLAGS = "tcp[tcpflags] & (tcp-syn|tcp-ack|tcp-rst) ="
TAKEN = f"{ARRIVE} R14 R16 R18 R22"
# From IP down, of what the kernel sends by itself.
ANSWER = f"T4 T5 T6 {LEAVE}"


def stream(bed: Bed, where: str) -> socket.socket:
    """Without a time limit: connect() and accept() sleep in the kernel."""
    made = bed.socket(where, socket.SOCK_STREAM)
    made.settimeout(None)
    return made


def call(sock: socket.socket, address: tuple[str, int]) -> None:
    with contextlib.suppress(ConnectionRefusedError):
        sock.connect(address)


@scenario("handshake", "lessons", "TCP's three-way handshake, as the server has it")
def handshake(bed: Bed):
    listener, client = stream(bed, "nut"), stream(bed, "peer")
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((NUT_IP, PORT))
    listener.listen()
    bed.settle()
    yield None
    task = waiting("acceptor", listener.accept)
    call(client, (NUT_IP, PORT))
    # The connection lives as long as it is looked at.
    server, _ = task.finish()
    yield [Wanted("receive", Filter(f"tcp and dst port {PORT} and {FLAGS} tcp-syn"),
                  f"{TAKEN}; R8 R17", ("tcp_rcv_state_process", "tcp_conn_request")),
           Wanted("transmit", Filter(f"tcp and src port {PORT} and {FLAGS} tcp-syn|tcp-ack"),
                  ANSWER, ("ip_build_and_send_pkt",)),
           Wanted("receive", Filter(f"tcp and dst port {PORT} and {FLAGS} tcp-ack"),
                  f"{TAKEN} R23 R24; R8 R17", ("tcp_check_req", "tcp_child_process"),
                  says=("SYN_RECV -> ESTABLISHED", r"accept4\(\) returns"))]


@scenario("reset", "lessons", "a TCP connection to a port where nobody listens: a reset goes back")
def reset(bed: Bed):
    client = stream(bed, "peer")
    bed.settle()
    yield None
    call(client, (NUT_IP, CLOSED))
    yield [Wanted("receive", Filter(f"tcp and dst port {CLOSED} and {FLAGS} tcp-syn"),
                  f"{TAKEN} drop; R8 R17", ("tcp_v4_send_reset",), drop="NO_SOCKET"),
           Wanted("transmit", Filter(f"tcp and src port {CLOSED} and {FLAGS} tcp-rst|tcp-ack"),
                  ANSWER)]


@scenario("refused", "lessons", "a reset comes back: connect() fails")
def refused(bed: Bed):
    sock = stream(bed, "nut")
    bed.settle()
    # Otherwise the answer may be there before connect() sleeps.
    run("tc", "qdisc", "add", "dev", bed.peer, "root", "netem", "delay", "30ms")
    bed.undo.append(("tc", "qdisc", "del", "dev", bed.peer, "root"))
    yield None
    Background("caller", lambda: call(sock, (PEER_IP, CLOSED))).finish()
    yield [Wanted("transmit", Filter(f"tcp and dst port {CLOSED} and {FLAGS} tcp-syn"),
                  f"T1 T2 T3 T4 T5 T6 {LEAVE}", ("tcp_v4_connect",), says=("CLOSE -> SYN_SENT",)),
           Wanted("receive", Filter(f"tcp and src port {CLOSED} and {FLAGS} tcp-rst|tcp-ack"),
                  f"{TAKEN} R23 R24; R8 R17", ("tcp_reset", "sk_error_report"),
                  says=("SYN_SENT -> CLOSE", "ECONNREFUSED"))]


@scenario("retransmit", "lessons", "a segment is lost: TCP sends again what it has kept")
def retransmit(bed: Bed):
    # Otherwise a probe goes out before the timer's time has come.
    bed.set_file("/proc/sys/net/ipv4/tcp_early_retrans", "0")
    server, client = tcp_pair(bed)
    run("tc", "qdisc", "add", "dev", bed.peer, "clsact")
    bed.undo.append(("tc", "qdisc", "del", "dev", bed.peer, "clsact"))
    run("tc", "filter", "add", "dev", bed.peer, "ingress", "matchall", "action", "drop")
    yield None
    Background("sender", lambda: server.sendall(DATA.ljust(100, b"."))).finish()
    run("tc", "filter", "del", "dev", bed.peer, "ingress")
    receive_all(client, 100)
    yield [Wanted("transmit", Filter(f"tcp and src port {PORT} and {PUSH}"),
                  f"T1 T2 T3 T4 T5 T6 {LEAVE}; T10 T15",
                  ("tcp_retransmit_timer", "tcp_retransmit_skb"), prefer="tcp_retransmit_skb")]
