#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The fields of the tracepoints are an interface: each has those that it ever had, in their
order; new ones are at the end."""

import os
import re

from lib import e1k, tracing

EVENTS = {
    "e1k_irq": "name icr queue",
    "e1k_irq_mask": "name queue",
    "e1k_irq_unmask": "name queue",
    "e1k_moderation": "name usecs queue",
    "e1k_napi_schedule": "name queue",
    "e1k_poll_begin": "name budget queue",
    "e1k_poll_end": "name budget work reaped complete queue",
    "e1k_reset": "name",
    "e1k_rx_deliver": "name skbaddr len protocol pkt_type ip_summed vlan vlan_tci hdr queue",
    "e1k_rx_desc": "name slot hi queue split",
    "e1k_rx_refill": "name tail count queue",
    "e1k_rx_skb": "name skbaddr slot len truesize frags recycle queue page split",
    "e1k_tx_doorbell": "name tail count queue",
    "e1k_tx_hang": "name used queue",
    "e1k_tx_held": "name tail count queue",
    "e1k_tx_map": "name skbaddr slot count len bytes frames gso_size ip_summed vlan vlan_tci hdr "
                  "queue",
    "e1k_tx_reap": "name skbaddr slot bytes frames queue",
    "e1k_tx_stop": "name used queue",
    "e1k_tx_wake": "name used queue",
    "e1k_xdp": "name act len frags queue",
    "e1k_xdp_xmit": "name sent dropped redirected queue",
}


def fields(event):
    """The event's own fields, without those that all events have."""
    with open(f"{tracing.TRACING}/events/e1k/{event}/format", encoding="ascii") as file:
        found = re.findall(r"^\tfield:.*?(\w+)(?:\[\d*\])?;", file.read(), re.M)
    return [name for name in found if not name.startswith("common_")]


def test(t):
    folder = f"{tracing.TRACING}/events/e1k"
    t.equal(sorted(name for name in os.listdir(folder) if os.path.isdir(f"{folder}/{name}")),
            sorted(EVENTS), "the events")
    wrong = [(name, fields(name)) for name, known in EVENTS.items()
             if fields(name) != known.split()]
    t.check(not wrong, "their fields, in this order", *wrong)
    with tracing.Trace("e1k/e1k_tx_map", "e1k/e1k_poll_end", "e1k/e1k_rx_deliver") as trace:
        t.ping()
        e1k.wait_for(lambda: t.on_nut("ping", "-q", "-c", 3, "-i", 0.05, "-W", 5, e1k.PEER_IP))
    unlike = [text for _, event, text in trace.events() if event != "tracing_mark_write" and
              not re.search(r"^dev=\S+ .* queue=\d+$", text)]
    t.check(trace.events() and not unlike, "as text each begins with the device and ends with "
            "the queue", *unlike[:3])


e1k.main(test, plan=3)
