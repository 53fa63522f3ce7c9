# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: what the lessons show, of events that are written down here."""

from __future__ import annotations

import re
from typing import Callable

import source
from walkevents import FRAME, SKB, Story, drops, said


def woken(story: Story, name: str, *pointers: int) -> None:
    """By a function; the reader slept on CPU 1 and goes on there."""
    story.add(name, *pointers)
    waking = story.add("sched_waking", comm="reader")
    waking.values["pid"] = 9
    switch = story.add("sched_switch", cpu=1, pid=0, context="process", prev_comm="swapper/1",
                       prev_state=0, next_comm="reader")
    switch.values |= {"prev_pid": 0, "next_pid": 9}


def test_blocking_receive() -> None:
    """It was in the system call before there was a packet: the walk begins with the packet."""
    story = Story()
    story.add("enter_recvfrom", context="process", pid=9)
    story.arrive(FRAME)
    story.add("netif_receive_skb", SKB, len=28)
    story.add("__udp_enqueue_schedule_skb", SKB)
    woken(story, "sock_def_readable")
    story.add("skb_consume_udp", SKB, context="process", pid=9)
    story.add("exit_recvfrom", context="process", pid=9, ret=8)
    walk = story.received()
    events = [row["event"] for row in walk["steps"] if not row["inferred"]]
    assert "enter_recvfrom" not in events and events[-1] == "exit_recvfrom"
    assert said(walk, "sched_switch") == \
        "reader goes on, in place of swapper/1; it slept in recvfrom()"
    switch = next(row for row in walk["steps"] if row["event"] == "sched_switch")
    assert (switch["task"], switch["pid"], switch["step"]) == ("reader", 9, "R21")


def test_epoll() -> None:
    story = Story()
    story.arrive(FRAME)
    story.add("netif_receive_skb", SKB, len=28)
    story.add("__udp_enqueue_schedule_skb", SKB)
    story.add("sock_def_readable")
    woken(story, "ep_poll_callback")
    story.add("exit_epoll_wait", context="process", pid=9, ret=1)
    story.add("enter_recvfrom", context="process", pid=9)
    story.add("skb_consume_udp", SKB, context="process", pid=9)
    walk = story.received()
    steps = {row["event"]: row["step"] for row in walk["steps"]}
    assert steps["ep_poll_callback"] == "R20" and steps["exit_epoll_wait"] == "R21"
    assert "slept in epoll_wait()" in said(walk, "sched_switch")


def test_error_of_socket() -> None:
    """An ICMP error has no data for anybody, and ends a system call."""
    story = Story()
    story.arrive(FRAME)
    story.add("icmp_unreach", SKB)
    story.add("__udp4_lib_err", SKB)
    woken(story, "sk_error_report")
    story.add("consume_skb", SKB)
    story.add("exit_recvfrom", context="process", pid=9, ret=-111)
    walk = story.received()
    assert not drops(walk) and walk["steps"][-1]["step"] == "R21"
    assert walk["steps"][-1]["words"].endswith("-111 (ECONNREFUSED)")


def test_reset_in_the_call() -> None:
    """connect() had not gone to sleep yet: the answer is worked off in the call itself, and
    whoever else is woken meanwhile has nothing to do with it."""
    story = Story()
    story.arrive(FRAME)
    story.add("tcp_v4_rcv", SKB)
    mine = {"context": "process", "pid": 9}
    story.add("tcp_reset", SKB, **mine)
    story.add("inet_sock_set_state", oldstate=2, newstate=7, **mine)
    story.add("sched_waking", comm="python3", **mine).values["pid"] = 5
    story.add("exit_recvfrom", context="process", pid=5, ret=1)
    story.add("skb_release_head_state", SKB, **mine)
    story.add("exit_connect", ret=-111, **mine)
    walk = story.received()
    events = [row["event"] for row in walk["steps"]]
    assert events[-1] == "exit_connect" and "sched_waking" not in events, events
    assert said(walk, "inet_sock_set_state").endswith("SYN_SENT -> CLOSE")


def test_through_a_tunnel() -> None:
    """The tunnel's device has a NAPI of its own: there it is the same packet as before."""
    story = Story()
    story.arrive(FRAME)
    story.add("napi_gro_receive_entry", SKB, skbaddr=SKB, len=28)
    story.add("tunnel4_rcv", SKB)
    story.add("napi_gro_receive_entry", SKB, skbaddr=SKB, len=8, name="tunl0")
    story.add("udp_rcv", SKB)
    story.add("napi_gro_receive_entry", SKB, skbaddr=SKB, len=8)
    story.add("ip_rcv_core", SKB)
    events = [row["event"] for row in story.received()["steps"]]
    assert "udp_rcv" in events and "ip_rcv_core" not in events


def test_headers_move() -> None:
    story = Story()
    story.arrive(FRAME)
    for name, at, left in (("ip_rcv_core", 14, 28), ("ip_protocol_deliver_rcu", 34, 8),
                           ("udp_rcv", 34, 8), ("tcp_queue_rcv", 5000, 8)):
        story.add(name, SKB, p=SKB + at, n=left)
    walk = story.received()
    assert "42 bytes become 28" in said(walk, "e1k_rx_deliver")
    assert said(walk, "ip_protocol_deliver_rcu").endswith("20 bytes of headers are behind it: 8 left")
    # It has not moved, and that is another buffer.
    assert "behind it" not in said(walk, "udp_rcv") + said(walk, "tcp_queue_rcv")


def test_masks() -> None:
    story = Story()
    story.add("irq_handler_entry", context="hardirq", irq=11, irqs_off=True)
    story.add("e1k_irq", context="hardirq", icr=0x80)
    story.add("e1k_irq_mask", context="hardirq")
    story.add("irq_handler_exit", context="hardirq", irq=11, ret=1)
    story.add("softirq_entry", vec=3, vec_name="NET_RX", irqs_off=False)
    deliver = story.arrive(FRAME)
    story.add("e1k_poll_end", work=1, reaped=0, complete=True)
    story.add("e1k_irq_unmask")
    walk = story.received()
    assert said(walk, "irq_handler_entry").endswith("takes no other interrupt")
    assert said(walk, "softirq_entry").endswith("takes interrupts again")
    assert said(walk, "e1k_irq_unmask").endswith(
        f"masked for {deliver.time + 20 - 1020:.0f} us, the CPU took no interrupts for 30 us")


def test_message_interrupt() -> None:
    """The 82574L's: the handler reads and masks nothing, and is another function."""
    story = Story()
    story.add("irq_handler_entry", context="hardirq", irq=27, irqs_off=True, name="eth0-TxRx-0")
    story.add("e1k_irq", context="hardirq", icr=0x100000)
    story.add("e1k_napi_schedule", context="hardirq")
    story.add("irq_handler_exit", context="hardirq", irq=27, ret=1)
    story.add("softirq_entry", vec=3, vec_name="NET_RX", irqs_off=False)
    story.arrive(FRAME)
    walk = story.received()
    assert "no register is read" in said(walk, "e1k_irq")
    steps = [row["step"] for row in walk["steps"]]
    assert steps.index("R4") < steps.index("R5") < steps.index("R6")
    assert next(row for row in walk["steps"] if row["step"] == "R5")["inferred"]
    handler = next(row for row in walk["steps"] if row["event"] == "e1k_irq")
    assert handler["function"] == "e1k_msix_queue_handler" and "irq_msix.c" in handler["source"]


def test_places() -> None:
    """Each tracepoint's place in the source is found."""
    events = re.findall(r"^(?:TRACE|DEFINE)_EVENT\((?:e1k_\w+, )?(e1k_\w+),$",
                        (source.TREE / "src/trace.h").read_text(encoding="utf-8"), re.M)
    assert len(events) > 15 and set(events) == set(source.places()), \
        set(events) ^ set(source.places())


TESTS: dict[str, Callable[[], None]] = {
    "walk: a process that slept in recvfrom()": test_blocking_receive,
    "walk: a process that slept in epoll_wait()": test_epoll,
    "walk: an error that reaches a socket": test_error_of_socket,
    "walk: a reset that is worked off in the system call": test_reset_in_the_call,
    "walk: through a tunnel's device": test_through_a_tunnel,
    "walk: headers taken off": test_headers_move,
    "walk: the NIC's mask and the CPU's": test_masks,
    "walk: a message interrupt": test_message_interrupt,
    "walk: where tracepoints are": test_places,
}
