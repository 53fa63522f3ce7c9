# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: what it makes of events. They are written down here as a
kernel would have recorded them; no kernel is asked."""

from __future__ import annotations

import ast
import json
import os
import re
import socket
import struct
import tempfile
import xml.etree.ElementTree
from pathlib import Path
from typing import Any, Callable

import comparing
import culprit
import drawing
import gaps
import lang
import layout
import outcome
import text
import timeline
import tracefs
import trail
import walker
import webpage
import words
from capfilter import Filter
from hooks import load_hooks
from lib.paths import TREE
from sending import Follower, target_of
from tracefs import Event
from trail import Mark

WALK = TREE / "tools/walk"
HOOKS = load_hooks()
for hook in HOOKS.values():
    hook.symbol = hook.name
SKB, CLONE, OTHER = (0xffff888000000000 + 0x100 * number for number in range(1, 4))
MACS = bytes.fromhex("525400e10001" "525400e10002")
HEADERS = [*Path("/usr/src").glob("linux-headers-*/include/net/dropreason*.h")]


def ip(protocol: int, payload: bytes) -> bytes:
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 7, 0, 64, protocol, 0,
                       socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.2")) + payload


def ip6(following: int, payload: bytes) -> bytes:
    ends = [socket.inet_pton(socket.AF_INET6, f"2001:db8::{end}") for end in (2, 1)]
    return struct.pack("!IHBB16s16s", 6 << 28, len(payload), following, 64, *ends) + payload


DATAGRAM = ip(17, struct.pack("!HHHH", 7000, 7001, 8, 0))
FRAME = MACS + b"\x08\x00" + DATAGRAM
REPLY6 = MACS + b"\x86\xdd" + ip6(58, b"\x81\x00\x00\x00\x00\x01\x00\x01")


class Story:
    """Events, one after the other, ten microseconds apart."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: str, /, *pointers: int, cpu: int = 0, context: str = "softirq", pid: int = 7,
            after: float = 10.0, **values: Any) -> Event:
        time = self.events[-1].time + after if self.events else 1000.0
        event = Event(len(self.events), time, cpu, f"task{pid}", pid, context, kind,
                      {"name": "eth0", **values}, pointers)
        self.events.append(event)
        return event

    def arrive(self, frame: bytes, pointer: int = SKB) -> Event:
        self.add("e1k_poll_begin", budget=64)
        self.add("e1k_rx_desc", slot=3, hi=0x07 << 32 | len(frame))
        self.add("e1k_rx_skb", pointer, slot=3, len=len(frame) - 14, frags=0, truesize=768)
        return self.add("e1k_rx_deliver", pointer, hdr=frame[:64], len=len(frame) - 14, vlan=False,
                        vlan_tci=0, protocol=0x800, pkt_type=0, ip_summed=0)

    def born(self, name: str = "__ip_local_out") -> None:
        self.add("enter_sendto", context="process")
        self.add("udp_sendmsg", context="process")
        self.add("skb_born", SKB, context="process", ret=SKB)
        self.add("udp_send_skb", SKB, context="process")
        self.add(name, SKB, context="process", b=DATAGRAM + b"stale bytes behind it", n=len(DATAGRAM))

    def follower(self) -> Follower:
        return Follower(self.events, HOOKS, "eth0")

    def received(self, expression: str = "any") -> dict[str, Any]:
        follower = self.follower()
        walk = follower.receive(follower.seen("receive", Filter(expression))[0])
        return timeline.build(walk, follower, {})

    def sent(self, expression: str = "any") -> list[dict[str, Any]]:
        follower = self.follower()
        return [timeline.build(follower.transmit(anchor), follower, {})
                for anchor in follower.sends(Filter(expression))]


def drops(walk: dict[str, Any]) -> list[str]:
    return [row["drop"] for row in walk["steps"] if row["drop"]]


def said(walk: dict[str, Any], event: str) -> str:
    return next(row["words"] for row in walk["steps"] if row["event"] == event)


# --- delivered or dropped ------------------------------------------------------------


def test_delivered_is_not_dropped() -> None:
    """Kernel 6.1 frees an ICMPv6 message that it has used as if it were dropped."""
    story = Story()
    story.arrive(REPLY6)
    story.add("netif_receive_skb", SKB, len=48)
    story.add("icmpv6_rcv", SKB)
    story.add("icmpv6_echo_reply", SKB)
    story.add("kfree_skb", SKB, reason_name="NOT_SPECIFIED")
    walk = story.received("icmp6")
    assert not drops(walk) and said(walk, "kfree_skb") == "freed, having been used"


def test_clone_was_delivered() -> None:
    """A raw socket has a clone, and the original is dropped."""
    story = Story()
    story.arrive(REPLY6)
    story.add("netif_receive_skb", SKB, len=48)
    story.add("icmpv6_rcv", SKB)
    story.add("skb_clone", SKB)
    story.add("skb_cloned", CLONE, ret=CLONE)
    story.add("rawv6_rcv", CLONE)
    story.add("sock_queue_rcv_skb_reason", CLONE)
    story.add("kfree_skb", SKB, reason_name="NO_SOCKET")
    walk = story.received()
    assert not drops(walk) and "another with the same data was delivered" in said(walk, "kfree_skb")


def test_taps_do_not_deliver() -> None:
    """That tcpdump has seen it does not make a dropped packet a delivered one."""
    story = Story()
    story.arrive(FRAME)
    story.add("netif_receive_skb", SKB, len=28)
    story.add("packet_rcv", SKB)
    story.add("skb_clone", SKB)
    story.add("skb_cloned", CLONE, ret=CLONE)
    story.add("ip_list_rcv")
    story.add("ip_rcv_core", SKB)
    story.add("udp_rcv", SKB)
    story.add("kfree_skb", SKB, reason_name="NO_SOCKET", where="__udp4_lib_rcv")
    story.add("skb_copy_datagram_iovec", CLONE, context="process", pid=9, len=42)
    walk = story.received()
    assert drops(walk) == ["NO_SOCKET"]
    assert said(walk, "kfree_skb") == "DROPPED: NO_SOCKET, no socket listens there " \
                                      "(in __udp4_lib_rcv)"
    # The row of the list is not lost behind the tap.
    assert [row["step"] for row in walk["steps"] if row["event"] == "ip_list_rcv"] == ["R16"]


def test_full_socket_drops() -> None:
    story = Story()
    story.arrive(FRAME)
    story.add("netif_receive_skb", SKB, len=28)
    story.add("__udp_enqueue_schedule_skb", SKB)
    story.add("kfree_skb", SKB, reason_name="SOCKET_RCVBUFF")
    assert drops(story.received()) == ["SOCKET_RCVBUFF"]


def test_freed_where_it_was() -> None:
    """What reassembly frees belongs to IP, not to GRO."""
    story = Story()
    story.arrive(FRAME)
    story.add("napi_gro_receive_entry", SKB, skbaddr=SKB, len=28)
    story.add("ip_defrag", SKB)
    story.add("consume_skb", SKB)
    walk = story.received()
    assert [row["step"] for row in walk["steps"] if row["event"] == "consume_skb"] == ["R18"]


# --- lost on the way out --------------------------------------------------------------


def test_lost_in_netfilter() -> None:
    story = Story()
    story.born()
    story.add("nf_hook_slow", SKB, context="process", hook=3, pf=2)
    story.add("kfree_skb", SKB, context="process", reason_name="NETFILTER_DROP")
    story.add("exit_sendto", context="process", ret=-1)
    walk, = story.sent("udp and src port 7000")
    assert drops(walk) == ["NETFILTER_DROP"]
    assert "LOCAL_OUT (IPv4)" in said(walk, "nf_hook_slow")
    assert said(walk, "exit_sendto").endswith("-1 (EPERM)")
    assert [row["event"] for row in walk["steps"]][0] == "enter_sendto"
    assert not story.sent("tcp")


def test_waiting_for_neighbour() -> None:
    story = Story()
    story.born()
    story.add("ip_output", SKB, context="process", b=DATAGRAM, n=len(DATAGRAM))
    story.add("__neigh_event_send", SKB, context="process")
    story.add("neigh_event_send_done", context="process", family=2, primary_key6=bytes(16),
              primary_key4=socket.inet_aton("192.0.2.2"), nud_state=1)
    story.add("exit_sendto", context="process", ret=8)
    walk, = story.sent()
    assert not drops(walk) and "the neighbour's queue" in walk["steps"][-1]["words"]
    assert "192.0.2.2 is being asked for" in said(walk, "neigh_event_send_done")
    story.add("neigh_timer_handler", family=2, nud_state=0x20, primary_key6=bytes(16),
              primary_key4=socket.inet_aton("192.0.2.2"), after=1e6)
    story.add("kfree_skb", SKB, reason_name="NEIGH_FAILED")
    walk, = story.sent()
    assert drops(walk) == ["NEIGH_FAILED"] and "FAILED" in said(walk, "neigh_timer_handler")
    assert any("its link address" in row["gap"] for row in walk["steps"])


def test_sent_elsewhere() -> None:
    """Another device's, or a process' of this host: not ours, and not lost."""
    for name in ("lo", "eth1"):
        story = Story()
        story.born()
        story.add("net_dev_queue", SKB, name=name)
        story.add("net_dev_start_xmit", SKB, name=name)
        story.add("kfree_skb", SKB, reason_name="NO_SOCKET")
        assert not story.sent(), name


def socket_to(name: str, family: int, src: str, dst: str, sport: int, dport: int,
              named: bool) -> Event:
    """A system call's socket and address, as a probe on it has them."""
    known = socket.inet_pton(family, src), socket.inet_pton(family, dst)
    sk, to = bytearray(88), bytearray(32)
    struct.pack_into("<HH", sk, 14, sport, family)
    size = len(known[0])
    at = (4, 0) if size == 4 else (72, 56)
    sk[at[0]:at[0] + size] = known[0]
    struct.pack_into("<H", to, 0, family)
    struct.pack_into("!H", to, 2, dport)
    to[4 if size == 4 else 8:(4 if size == 4 else 8) + size] = known[1]
    if not named:
        sk[at[1]:at[1] + size], sk[12:14], to = known[1], to[2:4], bytearray(32)
    return Event(0, 0, 0, "t", 7, "process", name, {"sk": bytes(sk), "to": bytes(to), "name":
                                                    SKB if named else 0})


def test_target_of_call() -> None:
    for named in (True, False):
        four = target_of(socket_to("udp_sendmsg", socket.AF_INET, "192.0.2.1", "203.0.113.9",
                                   7000, 53, named))
        assert str(four) == "udp 192.0.2.1:7000 > 203.0.113.9:53", four
        six = target_of(socket_to("tcp_v6_connect", socket.AF_INET6, "2001:db8::1", "2001:db8::9",
                                  7000, 80, named))
        assert str(six) == "tcp [2001:db8::1]:7000 > [2001:db8::9]:80", six


def test_no_route() -> None:
    story = Story()
    story.add("enter_sendto", context="process")
    call = socket_to("udp_sendmsg", socket.AF_INET, "192.0.2.1", "203.0.113.9", 7000, 53, True)
    story.add("udp_sendmsg", context="process", **{**call.values, "name": SKB})
    story.add("ip_route_output_flow", context="process")
    story.add("exit_sendto", context="process", ret=-101)
    walk, = story.sent("udp and dst host 203.0.113.9")
    assert drops(walk) == ["ENETUNREACH"] and "no route leads there" in walk["steps"][-1]["words"]
    assert [row["step"] for row in walk["steps"]] == ["T1", "T1", "T1", "drop"]


# --- words -----------------------------------------------------------------------------


def test_counts() -> None:
    assert words.some(1, "{n} descriptor") == "1 descriptor"
    assert words.some(2, "{n} descriptor") == "2 descriptors"


def test_forwarded_checksum() -> None:
    story = Story()
    event = story.add("net_dev_start_xmit", SKB, ip_summed=1, len=60)
    assert "?" not in HOOKS["net_dev_start_xmit"].say.format_map(words.values_of(event))


def test_after_a_queue() -> None:
    """A queue that something was just taken from was not empty."""
    story = Story()
    marks = [Mark(story.add(name, SKB, handle=0), "T7") for name in
             ("qdisc_dequeue", "sch_direct_xmit", "__dev_queue_xmit", "sch_direct_xmit")]
    walk = trail.Walk("transmit", trail.Packet())
    assert "empty" not in words.words_of(walk, marks[1], HOOKS["sch_direct_xmit"], marks[0])
    assert "empty" in words.words_of(walk, marks[3], HOOKS["sch_direct_xmit"], marks[2])


def test_inferred_rows() -> None:
    story = Story()
    story.arrive(FRAME)
    story.add("netif_receive_skb", SKB, len=28)
    walk = story.received()
    assert [row["step"] for row in walk["steps"] if row["inferred"]] == ["R1", "R2"]
    for row in walk["steps"]:
        shown = text.Text(False).step(row)
        assert ("(inferred)" in shown) == row["inferred"], shown
        assert ("(inferred)" in text.Text.plain(row)) == row["inferred"]


def test_pictures() -> None:
    """Well formed, with a mark for each step; the page works in both languages."""
    story = Story()
    story.arrive(FRAME)
    story.add("netif_receive_skb", SKB, len=28)
    story.add("kfree_skb", SKB, reason_name="NO_SOCKET")
    result = {**walker.header("eth0", "udp", "<&>"), "walks": [story.received()],
              "figures": dict.fromkeys(comparing.PAIRS["rps"].figures, 1)}
    root = xml.etree.ElementTree.fromstring(drawing.picture([result, result]))
    marks = [node.get("id") for node in root.iter("{http://www.w3.org/2000/svg}g")]
    assert all(f"receive-{row['n']}" in marks for row in result["walks"][0]["steps"])
    assert "(inferred)" in drawing.picture([result])
    xml.etree.ElementTree.fromstring(comparing.picture(result, result))
    for page in (webpage.page([result]),
                 webpage.page([result, result], comparing.PAIRS["rps"])):
        assert "NO_SOCKET" in page and page.rstrip().endswith("</html>")
    assert "NO_SOCKET" in text.Text(True).side_by_side(result, result)


def test_drop_reasons() -> None:
    """The kernel's own list: each has words in both languages."""
    table = words.reasons()
    assert all(len(row) == 2 and all(row) for row in table.values())
    missing = set()
    for path in HEADERS:
        content = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        names = re.findall(r"^\s+(?:SKB_DROP_REASON|QDISC_DROP)_(\w+)\s*(?:=[^,]*)?,", content,
                           re.M)
        missing |= set(names) - table.keys() - {"MAX", "SUBSYS_MASK", "SUBSYS_SHIFT"}
    assert not missing, missing


def literals(node: ast.AST) -> set[str]:
    """Texts in an expression, but for the keys of subscripts and what is compared with."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.Subscript):
        return literals(node.value)
    if isinstance(node, ast.Dict):
        parts: list[ast.AST] = [*node.values]
    elif isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.Call):
        parts = []
    else:
        parts = [*ast.iter_child_nodes(node)]
    return set().union(*(literals(part) for part in parts))


def sentences() -> set[str]:
    """Everything that is said in the other language too."""
    from allscenarios import SCENARIOS
    from sending import WAITS
    found = {one.say for one in HOOKS.values()} | {one.title for one in SCENARIOS.values()}
    for path in WALK.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("tr", "say", "now_and_then"):
                    found |= literals(node.args[0])
                elif name == "some":
                    found |= {one + end for one in literals(node.args[1]) for end in ("", "s")}
    for table in (words.SUMMED, words.SENT_SUMMED, words.PACKET_TYPES, words.NEIGHBOUR,
                  words.ERRORS, WAITS):
        found |= set(table.values())
    found |= set(outcome.WORDS) | {name for _, name in words.CAUSES} | {walker.ARMED, walker.WAITING}
    return {one for one in found if re.search("[a-z]", one)}


def test_catalogue() -> None:
    catalogue = json.loads((WALK / "zh.json").read_text(encoding="utf-8"))
    missing = sentences() - catalogue.keys()
    assert not missing, missing
    for english, chinese in catalogue.items():
        fields = [sorted(re.findall(r"\{\w+\}", one)) for one in (english, chinese)]
        assert fields[0] == fields[1], english


def test_language() -> None:
    story = Story()
    story.arrive(FRAME)
    story.add("kfree_skb", SKB, reason_name="NO_SOCKET")
    lang.choose("zh")
    try:
        walk = story.received()
        assert said(walk, "kfree_skb") == "丢弃：NO_SOCKET, 没有套接字在监听"
        assert "推断" in text.Text.plain(walk["steps"][0])
        shown = text.Text(False).walk({}, walk)
        assert "接收" in shown and "推断" in shown
    finally:
        lang.choose("en")
    english = story.received()
    assert said(english, "kfree_skb").startswith("DROPPED")
    assert [row["zh"] for row in english["steps"]] == [row["words"] for row in walk["steps"]]


WALK_OF_NOTHING = trail.Walk("receive", trail.Packet())


RULESET = json.dumps({"nftables": [
    {"chain": {"family": "ip", "table": "filter", "name": "out", "hook": "output",
               "policy": "accept"}},
    {"chain": {"family": "inet", "table": "fw", "name": "egress", "hook": "output",
               "policy": "drop"}},
    {"chain": {"family": "inet", "table": "fw", "name": "bad"}},
    {"chain": {"family": "ip6", "table": "six", "name": "out", "hook": "output",
               "policy": "drop"}},
    {"rule": {"family": "ip", "table": "filter", "chain": "out", "handle": 4,
              "expr": [{"match": {}}, {"accept": None}]}},
    {"rule": {"family": "inet", "table": "fw", "chain": "egress", "handle": 5,
              "expr": [{"jump": {"target": "bad"}}]}},
    {"rule": {"family": "inet", "table": "fw", "chain": "bad", "handle": 6,
              "expr": [{"counter": {}}, {"drop": None}]}}]})


def test_rules_by_name() -> None:
    found = culprit.suspects(RULESET, "LOCAL_OUT (IPv4)")
    assert found == ["table inet fw, chain egress > bad, rule 6: drop",
                     "table inet fw, chain egress, policy drop"]
    assert culprit.suspects(RULESET, "LOCAL_OUT (IPv6)", "out") == [
        "table ip6 six, chain out, policy drop"]
    assert not culprit.suspects(RULESET, "LOCAL_IN (IPv4)") and not culprit.suspects("", "x")


# What /proc/kallsyms has of a kernel, and of one module and another.
KERNEL = "ffffffff81000000 T nf_hook_slow\n0000000000000000 A absolute\n"
E1K = "ffffffffc0001000 t e1k_exit\t[e1k]\nffffffffc0001000 t cleanup_module\t[e1k]\n"
NFT = "ffffffffc0100000 t nft_do_chain.cold\t[nf_tables]\n"


def test_place_in_new_module() -> None:
    """A module that is loaded while one looks: its functions are not another's."""
    with tempfile.TemporaryDirectory() as directory:
        names, modules = Path(directory, "kallsyms"), Path(directory, "modules")
        before = tracefs.KALLSYMS, tracefs.MODULES
        tracefs.KALLSYMS, tracefs.MODULES = names, modules
        try:
            names.write_text(KERNEL + E1K, encoding="ascii")
            modules.write_text("e1k 90000 0 - Live 0xffffffffc0000000 (O)\n", encoding="ascii")
            symbols = tracefs.Symbols()
            assert symbols.at(0xffffffff81000010) == "nf_hook_slow"
            # Both names are at this address, and only one says whose function it is.
            assert symbols.at(0xffffffffc0001010) == "e1k_exit"
            names.write_text(KERNEL + E1K + NFT, encoding="ascii")
            modules.write_text("nf_tables 300000 1 - Live 0xffffffffc0100000\n"
                               "e1k 90000 1 - Live 0xffffffffc0000000 (O)\n", encoding="ascii")
            assert symbols.at(0xffffffffc0100010) == "nft_do_chain"
        finally:
            tracefs.KALLSYMS, tracefs.MODULES = before


def test_files_left_open() -> None:
    """A signal in the middle of open() leaves a file that keeps the buffer from being removed."""
    with tempfile.TemporaryDirectory() as directory:
        instance = Path(directory, "instances", "e1k_walk_1")
        instance.mkdir(parents=True)
        mine, other = (os.open(place / "trace", os.O_CREAT | os.O_WRONLY)
                       for place in (instance, Path(directory)))
        tracefs.Trace.close_files(instance)
        os.close(other)
        try:
            os.close(mine)
        except OSError:
            return
    raise AssertionError("the file was still open")


def test_qdiscs_by_name() -> None:
    shown = "qdisc pfifo e1: root refcnt 2 limit 0p\n Sent 0 bytes 0 pkt (dropped 3, overlimits" \
            " 0)\n backlog 0b\nqdisc clsact ffff: parent ffff:fff1\n Sent 1 pkt (dropped 0)\n"
    assert culprit.qdiscs(shown, "eth0") == [
        "queueing discipline on eth0: pfifo e1: dropped 3 so far"]


# --- gaps, clock, layout -----------------------------------------------------------------


def test_gaps() -> None:
    story = Story()
    first = Mark(story.add("sched_waking", pid=9, comm="task9"), "R20")
    # The woken task: the field of the event has the name of the recorder's own.
    story.events[0].values["pid"] = 9
    story.add("sched_switch", cpu=1, prev_pid=3, prev_state=0, prev_comm="a", next_pid=4,
              next_comm="busy")
    story.add("sched_switch", cpu=1, prev_pid=4, prev_state=0, prev_comm="busy", next_pid=9,
              next_comm="task9", after=500)
    last = Mark(story.add("exit_poll", cpu=1, pid=9, context="process", ret=1), "R21")
    said_of = gaps.explain(story.follower(), WALK_OF_NOTHING, first, last, 600)
    assert "task9 slept" in said_of and "CPU 1" in said_of and "busy" in said_of, said_of
    assert not gaps.explain(story.follower(), WALK_OF_NOTHING, first, last, 1e6)


def test_interrupts_in_gap() -> None:
    story = Story()
    first = Mark(story.add("ip_rcv_core", SKB), "R16")
    story.add("irq_handler_entry", context="hardirq", irq=9)
    story.add("irq_handler_exit", context="hardirq", irq=9, ret=1, after=300)
    last = Mark(story.add("ip_local_deliver", SKB), "R18")
    assert "hard interrupts took 300 us" in gaps.explain(story.follower(), WALK_OF_NOTHING, first, last, 400)


def test_layout() -> None:
    values = {"n112": layout.LENGTH, "n184": layout.LENGTH, "n116": 0, "p192": 77, "p200": 77,
              "p0": 5}
    found = layout.find(values, 77)
    assert found == layout.Layout(112, 200)
    assert layout.find({"n112": layout.LENGTH}, 77) is None
    assert found.size("2") == "n=+112($arg2):u32 p=+200($arg2):x64"
    assert "b=-14(+200($arg2)):x64[16]" in found.fetch("2", "pulled")


def test_more_bytes() -> None:
    """Filters see what a probe nearby has recorded beyond the driver's 64 bytes."""
    story = Story()
    frame = FRAME + bytes(range(100, 180))
    story.arrive(frame)
    story.add("gro_bytes", SKB, b=frame[:128], n=len(frame) - 14)
    follower = story.follower()
    assert follower.seen("receive", Filter(f"ether[100] = {frame[100]}"))
    assert not follower.seen("receive", Filter(f"ether[100] = {frame[100] ^ 1}"))
    story.events[-1].values["b"] = bytes(128)
    assert not story.follower().seen("receive", Filter(f"ether[100] = {frame[100]}"))


TESTS: dict[str, Callable[[], None]] = {
    "walk: what the kernel has used is not called dropped": test_delivered_is_not_dropped,
    "walk: a packet whose clone was delivered is not called dropped": test_clone_was_delivered,
    "walk: a packet that only tcpdump has is dropped": test_taps_do_not_deliver,
    "walk: a full socket drops": test_full_socket_drops,
    "walk: a free belongs to the step it happens in": test_freed_where_it_was,
    "walk: lost in netfilter on its way out": test_lost_in_netfilter,
    "walk: waiting for a neighbour, and in vain": test_waiting_for_neighbour,
    "walk: sent by another device": test_sent_elsewhere,
    "walk: whom a system call would have sent to": test_target_of_call,
    "walk: no route": test_no_route,
    "walk: one descriptor, two descriptors": test_counts,
    "walk: the checksum of a forwarded packet": test_forwarded_checksum,
    "walk: a queue that was not empty": test_after_a_queue,
    "walk: inferred rows are marked": test_inferred_rows,
    "walk: pictures and pages": test_pictures,
    "walk: the kernel's drop reasons in words": test_drop_reasons,
    "walk: rules that drop, by name": test_rules_by_name,
    "walk: dropped in a module that has come since": test_place_in_new_module,
    "walk: a signal while a file is being opened": test_files_left_open,
    "walk: queueing disciplines that drop, by name": test_qdiscs_by_name,
    "walk: every sentence is there in Chinese": test_catalogue,
    "walk: --lang zh": test_language,
    "walk: a gap in which a task slept": test_gaps,
    "walk: a gap that interrupts filled": test_interrupts_in_gap,
    "walk: the layout of an skb is measured": test_layout,
    "walk: filters see further than the driver": test_more_bytes,
}
