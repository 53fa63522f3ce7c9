# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: devices of other drivers, of which the kernel around them
is watched."""

from __future__ import annotations

from typing import Any, Callable

import outcome
import timeline
from anynic import AnyNic
from capfilter import Filter
from hooks import Hook, load_hooks
from sending import Follower
from walkevents import DATAGRAM, FRAME, HOOKS, MACS, SKB, Story

SENT = MACS + b"\x08\x00" + DATAGRAM


def walk(story: Story, path: str, driver: str = "e1000") -> dict[str, Any] | None:
    events = AnyNic("eth0", driver).add(story.events)
    follower = Follower(events, HOOKS, "eth0")
    if path == "receive":
        found = follower.seen("receive", Filter("udp and src port 7000"))
        made = follower.receive(found[0]) if found else None
    else:
        anchors = follower.sends(Filter("udp and src port 7000"))
        made = follower.transmit(anchors[0]) if anchors else None
    return timeline.build(made, follower, {}) if made else None


def arrives(story: Story, name: str = "eth0") -> None:
    # What a probe records: the link header, which is pulled already, and the datagram.
    story.add("gro_bytes", SKB, b=FRAME, n=len(DATAGRAM))
    story.add("napi_gro_receive_entry", SKB, name=name, len=len(DATAGRAM))
    story.add("netif_receive_skb", SKB, name=name, len=len(DATAGRAM))
    story.add("kfree_skb", SKB, reason_name="NO_SOCKET")
    story.add("napi_poll", dev_name=name, work=1, budget=64)


def rows(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["step"]: row for row in made["steps"]}


def test_received() -> None:
    story = Story()
    story.add("softirq_entry", vec=3, vec_name="NET_RX")
    arrives(story)
    made = walk(story, "receive")
    assert made and outcome.outcome(made) == "dropped" and "192.0.2.1:7000" in made["packet"]
    seen = rows(made)
    assert seen["R10"]["function"] == "e1000" and "handed up by the driver e1000" in seen["R10"]["en"]
    assert {"R7", "R14", "R8"} <= seen.keys()
    for step in ("R1", "R4", "R9"):
        assert seen[step]["inferred"] and "unknown: the driver e1000" in seen[step]["en"]
        assert "未知" in seen[step]["zh"]


def test_with_its_functions() -> None:
    """Where a stock driver's functions are probed, they are shown and not unknown."""
    story = Story()
    story.add("irq_handler_entry", context="hardirq", irq=11, name="eth0")
    story.add("stock_irq", context="hardirq")
    story.add("irq_handler_exit", context="hardirq", ret=1)
    story.add("softirq_entry", vec=3, vec_name="NET_RX")
    story.add("stock_poll")
    arrives(story)
    seen = rows(walk(story, "receive") or {"steps": []})
    assert not seen["R4"]["inferred"] and not seen["R8"]["inferred"] and seen["R3"]["us"] is not None
    assert seen["R9"]["inferred"]
    order = [row["step"] for row in (walk(story, "receive") or {"steps": []})["steps"]]
    assert order[:9] == ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9"], order


def test_sent() -> None:
    story = Story()
    story.add("__dev_queue_xmit", SKB, context="process", b=SENT, n=len(SENT))
    story.add("net_dev_start_xmit", SKB, context="process", len=len(SENT), ip_summed=0)
    story.add("stock_xmit", SKB, context="process")
    story.add("consume_skb", SKB)
    made = walk(story, "transmit", "virtio_net")
    assert made and outcome.outcome(made) == "sent" and made["length"] == len(SENT)
    seen = rows(made)
    assert seen["T10"]["us"] is not None and seen["T14"]["function"] == "consume_skb"
    assert "unknown: the driver virtio_net" in seen["T12"]["en"]


def test_loopback() -> None:
    """Sent and received is the same skb."""
    story = Story()
    story.add("__dev_queue_xmit", SKB, context="process", b=SENT, n=len(SENT))
    story.add("net_dev_start_xmit", SKB, context="process", len=len(SENT), ip_summed=0)
    story.add("__netif_rx", SKB, context="process", b=FRAME, n=len(DATAGRAM))
    story.add("netif_rx_entry", SKB, context="process", len=len(DATAGRAM))
    story.add("enqueue_to_backlog", SKB, context="process", cpu=0)
    story.add("netif_receive_skb", SKB, len=len(DATAGRAM))
    story.add("kfree_skb", SKB, reason_name="NO_SOCKET")
    sent, received = walk(story, "transmit", "virtual"), walk(story, "receive", "virtual")
    assert sent and outcome.outcome(sent) == "sent"
    assert received and outcome.outcome(received) == "dropped" and "R12" in rows(received)


def test_others() -> None:
    """Another device's frame is none of this one's."""
    story = Story()
    arrives(story, "eth1")
    assert walk(story, "receive") is None


def test_probed_functions() -> None:
    """Those of the driver that the device has, and no other's."""
    class Trace:
        """Remembers what was asked for."""
        asked: list[str] = []

        def add_probe(self, _: str, functions: list[str], *__: Any) -> str:
            self.asked = functions
            return functions[0] if functions else ""

    trace, hook = Trace(), load_hooks()["stock_poll"]
    assert isinstance(hook, Hook)
    for driver, wanted in (("virtio_net", ["virtio_net:virtnet_poll"]), ("r8169", []),
                           ("e1000", ["e1000:e1000_clean"])):
        assert bool(hook.install(trace, None, driver)) == bool(wanted)  # type: ignore[arg-type]
        assert trace.asked == wanted


TESTS: dict[str, Callable[[], None]] = {
    "walk: another driver: received": test_received,
    "walk: another driver: with its functions": test_with_its_functions,
    "walk: another driver: sent": test_sent,
    "walk: another driver: loopback": test_loopback,
    "walk: another driver: another device": test_others,
    "walk: another driver: its functions only": test_probed_functions,
}
