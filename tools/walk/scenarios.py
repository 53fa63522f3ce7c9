# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios: each makes one packet go one way, and says which steps it must show.

A scenario is a generator. Before its first yield it prepares, and tracing is
off; then it sends; at the end it yields what is to be followed. It does not wait
for what it has sent: whoever plays it looks until all that is wanted was seen.
"""

from __future__ import annotations

import ctypes
import re
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Callable, Iterator

from bed import FAR_IP, NS, NUT_IP, PATIENCE, PEER_IP, Background, Bed, run
from capfilter import Filter
from errors import NotHere

PORT = 7000
DATA = b"follow-me"
PUSH = "tcp[tcpflags] & tcp-push != 0"
ARRIVE = "R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11"
LEAVE = "T7 T9 T10 T11 T12 T14"


@dataclass
class Wanted:
    """Which packet to follow, and what its walk must show."""

    path: str
    filter: Filter
    steps: str
    functions: tuple[str, ...] = ()
    # Of several that match, the first whose walk has this.
    prefer: str = ""
    drop: str = ""
    # What its words must say (regular expressions), and functions that must not be in it.
    says: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass
class Scenario:
    name: str
    title: str
    group: str
    play: Callable[[Bed], Iterator[list[Wanted] | None]] = field(repr=False)
    # Where the packet is looked for, if that is not the NIC under test.
    device: str = ""


SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str, group: str, title: str, device: str = ""):
    def keep(play):
        SCENARIOS[name] = Scenario(name, title, group, play, device)
        return play
    return keep


# --- parts ----------------------------------------------------------------------


def echo(server: socket.socket) -> None:
    data, client = server.recvfrom(65536)
    server.sendto(data, client)


def waiting(name: str, function) -> Background:
    """A task that receives: it sleeps in its system call by the time this returns."""
    task = Background(name, function)
    task.wait_asleep()
    return task


def pair(bed: Bed, port: int = PORT) -> tuple[socket.socket, socket.socket]:
    """UDP: a server on the NIC under test, a client on its peer."""
    server, client = bed.socket("nut"), bed.socket("peer")
    server.bind((NUT_IP, port))
    client.bind((PEER_IP, port + 1))
    bed.settle()
    return server, client


def udp_there_and_back(server: socket.socket, client: socket.socket, size: int = 128,
                       address: str = NUT_IP) -> None:
    task = waiting("receiver", lambda: echo(server))
    client.sendto(DATA.ljust(size, b"."), (address, PORT))
    client.recvfrom(65536)
    task.finish()


def udp_wanted(arrive: str, leave: str = f"T1 T3 T4 T5 T6 {LEAVE}", more: str = "",
               functions: tuple[str, ...] = ()) -> list[Wanted]:
    return [Wanted("receive", Filter(f"udp and dst port {PORT}", DATA), f"{arrive}; R8 R17",
                   functions),
            Wanted("transmit", Filter(f"udp and src port {PORT}", DATA), f"{leave}{more}")]


def tcp_pair(bed: Bed) -> tuple[socket.socket, socket.socket]:
    """An established connection: the NIC under test's end first."""
    listener, client = bed.socket("nut", socket.SOCK_STREAM), bed.socket("peer", socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((NUT_IP, PORT))
    listener.listen()
    bed.settle()
    client.connect((NUT_IP, PORT))
    server, _ = listener.accept()
    server.settimeout(PATIENCE)
    listener.close()
    for end in (server, client):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server, client


def receive_all(sock: socket.socket, size: int) -> None:
    while size:
        size -= len(sock.recv(size))


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp_frame(bed: Bed, mac: str = "", damage: int = 0) -> bytes:
    """A whole frame from the peer; damage is added to the IP header's checksum."""
    mac = mac or run("cat", f"/sys/class/net/{bed.nut}/address", ns=NS).strip()
    own = run("cat", f"/sys/class/net/{bed.peer}/address").strip()
    payload = DATA.ljust(32, b".")
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), 1, 0, 64, 17, 0,
                         socket.inet_aton(PEER_IP), socket.inet_aton(NUT_IP))
    total = (checksum(header) + damage) & 0xffff
    header = header[:10] + struct.pack("!H", total) + header[12:]
    link = bytes.fromhex((mac + own).replace(":", "")) + b"\x08\x00"
    return link + header + struct.pack("!HHHH", PORT + 1, PORT, 8 + len(payload), 0) + payload


def send_frame(bed: Bed, frame: bytes) -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((bed.peer, 0))
        sock.send(frame)


def refuse_all(sock: socket.socket) -> None:
    """Attach a filter of one instruction of classic BPF: return 0, keep nothing of it."""
    program = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))
    sock.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HL", 1, ctypes.addressof(program)))


def tx_interrupts(bed: Bed, usecs: int = 100) -> None:
    """Without this, a NIC that has sent by the time the doorbell was rung is not
    asked for interrupts."""
    if bed.by_message():
        raise NotHere("with MSI-X no interrupt is put off until frames were sent "
                      "(tx-usecs must be 0)")
    run("ethtool", "-C", bed.nut, "adaptive-tx", "off", "tx-usecs", str(usecs), ns=NS)
    bed.undo.append(("ip", "netns", "exec", NS, "ethtool", "-C", bed.nut, "tx-usecs", "0"))


def cut_by_nic(bed: Bed) -> None:
    """TSO is off where an emulation cuts wrongly: then the kernel has cut before."""
    if "tcp-segmentation-offload: on" not in run("ethtool", "-k", bed.nut, ns=NS):
        raise NotHere("TSO is off: the kernel itself cuts what is longer than a frame")


def moderate(bed: Bed, usecs: int) -> None:
    """At least so long from one interrupt to the next."""
    coalesce = ("ip", "netns", "exec", NS, "ethtool", "-C", bed.nut, "adaptive-rx")
    run(*coalesce, "off", "rx-usecs", str(usecs))
    bed.undo.append((*coalesce, "off", "rx-usecs", "0"))


def other_cpu(bed: Bed, queue: int = 0) -> int:
    """A CPU that does not take the NIC's interrupts, or those of a queue with its own."""
    line_of = rf"\b{bed.nut}-\w+-{queue}\b" if bed.by_message() else rf"\b{bed.nut}\b"
    for line in open("/proc/interrupts", encoding="ascii"):
        if re.search(line_of, line):
            irq = line.split(":")[0].strip()
            with open(f"/proc/irq/{irq}/effective_affinity_list", encoding="ascii") as file:
                return 1 if file.read().strip() == "0" else 0
    return 1


# --- both ways ----------------------------------------------------------------------


@scenario("udp", "protocols", "one UDP datagram to a process, and its answer")
def udp(bed: Bed):
    server, client = pair(bed)
    yield None
    udp_there_and_back(server, client)
    yield udp_wanted(f"{ARRIVE} R14 R16 R18 R19 R20 R21")


@scenario("txirq", "protocols", "the same, with the interrupt that says: sent")
def txirq(bed: Bed):
    tx_interrupts(bed)
    server, client = pair(bed)
    yield None
    udp_there_and_back(server, client)
    yield udp_wanted(f"{ARRIVE} R14 R16 R18 R19 R20 R21",
                     "T1 T3 T4 T5 T6 T7 T9 T10 T11 T12 T13 T14")


@scenario("large", "protocols", "a UDP datagram too long to be worth copying")
def large(bed: Bed):
    server, client = pair(bed)
    yield None
    udp_there_and_back(server, client, 1400)
    yield udp_wanted(f"{ARRIVE} R14 R16 R18 R19 R20 R21")


@scenario("fragments", "protocols", "a UDP datagram longer than the MTU, both ways")
def fragments(bed: Bed):
    server, client = pair(bed)
    yield None
    udp_there_and_back(server, client, 4000)
    yield udp_wanted(f"{ARRIVE} R14 R16 R18 R19 R20 R21", functions=("ip_defrag",
                                                                    "inet_frag_reasm_finish"))


@scenario("tcp", "protocols", "one TCP segment on an open connection, and the answer")
def tcp(bed: Bed):
    server, client = tcp_pair(bed)
    yield None
    task = waiting("receiver", lambda: server.sendall(server.recv(100)))
    client.sendall(DATA.ljust(100, b"."))
    receive_all(client, 100)
    task.finish()
    yield [Wanted("receive", Filter(f"tcp and dst port {PORT} and {PUSH}"),
                  f"{ARRIVE} R14 R16 R18 R22 R23 R24; R8 R17"),
           Wanted("transmit", Filter(f"tcp and src port {PORT} and {PUSH}"),
                  f"T1 T2 T3 T4 T5 T6 {LEAVE}; T10 T15")]


@scenario("tso", "protocols", "20 000 bytes of TCP are written: it makes packets longer than a frame, the NIC cuts them")
def tso(bed: Bed):
    cut_by_nic(bed)
    server, client = tcp_pair(bed)
    yield None
    task = waiting("reader", lambda: receive_all(client, 20000))
    Background("sender", lambda: server.sendall(DATA.ljust(20000, b"."))).finish()
    task.finish()
    yield [Wanted("transmit", Filter(f"tcp and src port {PORT}"),
                  f"T1 T2 T3 T4 T5 T6 {LEAVE}; T10 T15", prefer="TSO")]


@scenario("gro", "protocols", "20 000 bytes of TCP arrive: GRO merges the frames")
def gro(bed: Bed):
    server, client = tcp_pair(bed)
    yield None
    task = waiting("receiver", lambda: receive_all(server, 20000))
    client.sendall(DATA.ljust(20000, b"."))
    task.finish()
    yield [Wanted("receive", Filter(f"tcp and dst port {PORT}"),
                  "R1 R2 R7 R8 R9 R10 R11; R8 R17", prefer="skb_gro_receive")]


@scenario("gro-off", "protocols", "the same without GRO: every frame goes its own way")
def gro_off(bed: Bed):
    run("ethtool", "-K", bed.nut, "gro", "off", ns=NS)
    bed.undo.append(("ip", "netns", "exec", NS, "ethtool", "-K", bed.nut, "gro", "on"))
    play = gro(bed)
    yield next(play)
    next(play)
    yield [Wanted("receive", Filter(f"tcp and dst port {PORT}"),
                  "R1 R2 R7 R8 R9 R10 R14 R16 R18 R22; R8 R17", prefer="skb_copy_datagram_iovec")]


@scenario("icmp", "protocols", "ping: an echo request out, its reply in")
def icmp(bed: Bed):
    bed.set_file("/proc/sys/net/ipv4/ping_group_range", "0 2147483647")
    sock = bed.socket("nut", socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    bed.settle()
    yield None

    def ping() -> None:
        sock.sendto(struct.pack("!BBHHH", 8, 0, 0, 0, 1) + DATA.ljust(56, b"."), (PEER_IP, 0))
        sock.recvfrom(2000)
    Background("ping", ping).finish()
    yield [Wanted("transmit", Filter("icmp", DATA), f"T1 T4 T5 T6 {LEAVE}"),
           Wanted("receive", Filter("icmp", DATA), f"{ARRIVE} R14 R16 R18 R19 R20 R21; R8 R17")]


def burst(bed: Bed, usecs: int):
    """The last of twelve datagrams, a millisecond apart."""
    moderate(bed, usecs)
    server, client = pair(bed)
    yield None
    for number in range(12):
        client.sendto((DATA if number == 11 else b"").ljust(64, b"."), (NUT_IP, PORT))
        # Sleeping takes far longer than that on an emulated machine.
        end = time.monotonic() + 0.001
        while time.monotonic() < end:
            pass
    yield [Wanted("receive", Filter(f"udp and dst port {PORT}", DATA),
                  "R1 R2 R7 R8 R9 R10 R11 R14 R16 R18 R19 R20; R8 R17")]


@scenario("unmoderated", "protocols", "the last of twelve datagrams, interrupts as they come")
def unmoderated(bed: Bed):
    yield from burst(bed, 0)


@scenario("moderated", "protocols", "the last of twelve datagrams, an interrupt each 10 ms at most")
def moderated(bed: Bed):
    yield from burst(bed, 10000)


# --- ways through the stack -----------------------------------------------------------


@scenario("vlan", "paths", "through a VLAN device on both sides")
def vlan(bed: Bed):
    for device, address, ns in ((bed.nut, "203.0.113.1", NS), (bed.peer, "203.0.113.2", "")):
        bed.ip(f"link add link {device} name walk.100 type vlan id 100",
               "link del walk.100", ns)
        bed.ip(f"addr add {address}/24 dev walk.100", ns=ns)
        bed.ip("link set walk.100 up", ns=ns)
    server, client = bed.socket("nut"), bed.socket("peer")
    server.bind(("203.0.113.1", PORT))
    # A real change of the VLAN filter stops reception for a moment.
    bed.settle("203.0.113.1", "203.0.113.2")
    yield None
    udp_there_and_back(server, client, address="203.0.113.1")
    yield udp_wanted(f"{ARRIVE} R14 R15 R16 R18 R19 R20 R21", functions=("vlan_do_receive",))


@scenario("tap", "paths", "with a packet socket (as tcpdump has) and a tc filter in the way")
def tap(bed: Bed):
    server, client = pair(bed)
    sniffer = bed.socket("nut", socket.SOCK_RAW, socket.htons(3), socket.AF_PACKET)
    sniffer.bind((bed.nut, 3))
    run("tc", "qdisc", "add", "dev", bed.nut, "clsact", ns=NS)
    bed.undo.append(("ip", "netns", "exec", NS, "tc", "qdisc", "del", "dev", bed.nut, "clsact"))
    for side in ("ingress", "egress"):
        run("tc", "filter", "add", "dev", bed.nut, side, "matchall", "action", "ok", ns=NS)
    yield None
    udp_there_and_back(server, client)
    yield udp_wanted(f"{ARRIVE} R14 R15 R16 R18 R19 R20 R21",
                     functions=("packet_rcv", "tcf_classify"))


@scenario("bridge", "paths", "the NIC is a port of a bridge, the address is the bridge's")
def bridge(bed: Bed):
    bed.ip("link add walkbr type bridge", "link del walkbr")
    bed.ip("link set walkbr up")
    bed.ip(f"addr del {NUT_IP}/24 dev {bed.nut}", f"addr add {NUT_IP}/24 dev {bed.nut}")
    bed.ip(f"addr add {NUT_IP}/24 dev walkbr")
    bed.ip(f"link set {bed.nut} master walkbr", f"link set {bed.nut} nomaster")
    server, client = pair(bed)
    yield None
    udp_there_and_back(server, client)
    yield udp_wanted(f"{ARRIVE} R14 R15 R16 R18 R19 R20 R21",
                     functions=("br_handle_frame_finish",))


@scenario("bond", "paths", "the NIC is the active one of a bond, the address is the bond's")
def bond(bed: Bed):
    bed.ip("link add walkbond type bond mode active-backup miimon 100", "link del walkbond")
    bed.ip(f"addr del {NUT_IP}/24 dev {bed.nut}", f"addr add {NUT_IP}/24 dev {bed.nut}")
    bed.ip(f"link set {bed.nut} down", f"link set {bed.nut} up")
    bed.ip(f"link set {bed.nut} master walkbond", f"link set {bed.nut} nomaster")
    bed.ip(f"addr add {NUT_IP}/24 dev walkbond")
    bed.ip("link set walkbond up")
    server, client = pair(bed)
    yield None
    udp_there_and_back(server, client)
    yield udp_wanted(f"{ARRIVE} R14 R15 R16 R18 R19 R20 R21", functions=("bond_handle_frame",))


@scenario("rps", "paths", "receive packet steering: another CPU does the rest")
def rps(bed: Bed):
    # The peer's addresses and ports say which queue it is.
    queues = run("sh", "-c", f"ls -d /sys/class/net/{bed.nut}/queues/rx-*", ns=NS).split()
    for path in queues:
        cpu = other_cpu(bed, int(path.rpartition("-")[2]))
        bed.set_file(f"{path}/rps_cpus", f"{1 << cpu:x}")
    server, client = pair(bed)
    yield None
    udp_there_and_back(server, client)
    yield udp_wanted(f"{ARRIVE} R12 R13 R14 R16 R18 R19 R20 R21")


@scenario("forward", "paths", "not for us: routed, and out through the same NIC")
def forward(bed: Bed):
    bed.set_file("/proc/sys/net/ipv4/ip_forward", "1")
    for name in ("all", bed.nut):
        bed.set_file(f"/proc/sys/net/ipv4/conf/{name}/send_redirects", "0")
    bed.ip(f"route add {FAR_IP} via {PEER_IP}", f"route del {FAR_IP}")
    bed.ip(f"route add {FAR_IP} via {NUT_IP}", f"route del {FAR_IP}", "")
    _, client = pair(bed)
    yield None
    client.sendto(DATA.ljust(64, b"."), (FAR_IP, PORT))
    yield [Wanted("receive", Filter(f"udp and dst host {FAR_IP}", DATA),
                  f"{ARRIVE} R14 R16 T5 T6 T7 T9 T10 T11 T12 T14; R8 R17", ("ip_forward",))]


@scenario("arp", "paths", "the neighbour is unknown: the datagram waits for ARP's answer")
def arp(bed: Bed):
    server, _ = pair(bed)
    bed.ip(f"neigh flush dev {bed.nut}")
    yield None
    Background("sender", lambda: server.sendto(DATA.ljust(64, b"."), (PEER_IP, PORT + 1))).finish()
    yield [Wanted("transmit", Filter(f"udp and src port {PORT}", DATA), f"T1 T3 T4 T5 T6 {LEAVE}",
                  ("neigh_resolve_output", "__neigh_event_send", "neigh:neigh_update")),
           Wanted("transmit", Filter("arp and arp[6:2] = 1"), f"T6 {LEAVE}", ("arp_xmit",)),
           Wanted("receive", Filter("arp and arp[6:2] = 2"), f"{ARRIVE} R14 R19; R8 R17",
                  ("arp_rcv", "arp_process"))]


@scenario("stopped", "paths", "the transmit queue is stopped: the rest is done by NET_TX_SOFTIRQ")
def stopped(bed: Bed):
    # So late that the next is there before it, however slow the machine is.
    tx_interrupts(bed, 10000)
    # Byte queue limits stop the queue after the first frame on the ring.
    bed.set_file(f"/sys/class/net/{bed.nut}/queues/tx-0/byte_queue_limits/limit_max", "1")
    server, _ = pair(bed)
    for _ in range(3):
        bed.settle()
    yield None

    def burst() -> None:
        for _ in range(12):
            server.sendto(DATA.ljust(1000, b"."), (PEER_IP, PORT + 1))
    Background("sender", burst).finish()
    yield [Wanted("transmit", Filter(f"udp and src port {PORT}", DATA),
                  "T1 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T14", prefer="net_tx_action")]


# --- drops ------------------------------------------------------------------------


def one_datagram(bed: Bed, client: socket.socket) -> None:
    client.sendto(DATA.ljust(64, b"."), (NUT_IP, PORT))


def dropped(steps: str, reason: str, functions: tuple[str, ...] = ()) -> list[Wanted]:
    return [Wanted("receive", Filter(f"udp and dst port {PORT}", DATA),
                   f"{ARRIVE} R14 {steps} drop; R8 R17", functions, drop=reason)]


@scenario("closed", "drops", "to a port where nobody listens")
def closed(bed: Bed):
    client = bed.socket("peer")
    bed.settle()
    yield None
    one_datagram(bed, client)
    yield dropped("R16 R18 R19", "NO_SOCKET", ("__icmp_send",))


@scenario("full", "drops", "to a socket whose buffer is full")
def full(bed: Bed):
    server, client = pair(bed)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    # Small ones last: they find what room the large ones leave.
    for size in [800] * 10 + [64] * 20:
        client.sendto(b"x" * size, (NUT_IP, PORT))
    # A ping behind them: when it is answered they have all been through.
    bed.settle()
    yield None
    one_datagram(bed, client)
    yield dropped("R16 R18 R19 R20", "SOCKET_RCVBUFF", ("__udp_enqueue_schedule_skb",))


@scenario("full-ping", "drops", "an echo reply for a ping socket whose buffer is full")
def full_ping(bed: Bed):
    bed.set_file("/proc/sys/net/ipv4/ping_group_range", "0 2147483647")
    sock = bed.socket("nut", socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    bed.settle()
    request = struct.pack("!BBHHH", 8, 0, 0, 0, 1) + DATA
    for size in [1000] * 10 + [64] * 20:
        sock.sendto(request.ljust(size, b"."), (PEER_IP, 0))
    bed.settle()
    yield None
    sock.sendto(request.ljust(64, b"."), (PEER_IP, 0))
    yield [Wanted("receive", Filter(f"icmp and dst host {NUT_IP}", DATA),
                  f"{ARRIVE} R14 R16 R18 R19 R20 drop; R8 R17", ("sock:sock_rcvqueue_full",),
                  drop="SOCKET_RCVBUFF")]


@scenario("filter", "drops", "to a socket whose filter wants nothing")
def socket_filter(bed: Bed):
    server, client = pair(bed)
    refuse_all(server)
    yield None
    one_datagram(bed, client)
    yield dropped("R16 R18 R19 R20", "SOCKET_FILTER", ("sk_filter_trim_cap",))


@scenario("checksum", "drops", "with a damaged IP header")
def bad_checksum(bed: Bed):
    bed.settle()
    frame = udp_frame(bed, damage=1)
    yield None
    send_frame(bed, frame)
    yield dropped("R16", "IP_CSUM", ("ip_rcv_core",))


@scenario("otherhost", "drops", "for another station, while the NIC is promiscuous")
def otherhost(bed: Bed):
    bed.ip(f"link set {bed.nut} promisc on", f"link set {bed.nut} promisc off")
    bed.settle()
    frame = udp_frame(bed, mac="52:54:00:99:99:99")
    yield None
    send_frame(bed, frame)
    yield dropped("R16", "OTHERHOST")
