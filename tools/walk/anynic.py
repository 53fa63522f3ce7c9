# SPDX-License-Identifier: GPL-2.0-only
"""Devices of other drivers: the kernel around them is watched as ever, and stands for what
e1k's tracepoints say of the driver itself.

Where a driver hands a frame up, and where it is given one, is seen by the kernel's own
tracepoints; the bytes are from probes nearby on the same skb. Both are made one event, which
the rest follows as it follows e1k's. What happens inside of the driver is unknown, but for
the functions of stock drivers that hooks.json names.
"""

from __future__ import annotations

import os
from typing import Any

from bed import driver_of
from tracefs import Event
from trail import DRIVER_RX, DRIVER_TX

# The kernel's tracepoint -> the probe that has the bytes, and what is made of both.
MADE = {"napi_gro_receive_entry": (("gro_bytes",), DRIVER_RX),
        "netif_rx_entry": (("__netif_rx", "netif_rx"), DRIVER_RX),
        "net_dev_start_xmit": (("__dev_queue_xmit",), DRIVER_TX)}
BYTES = {probe for probes, _ in MADE.values() for probe in probes}
LINK_HEADER = 14
# Skbs of which the bytes are remembered: those that no driver ever sees are many.
REMEMBERED = 4096


def driver_name(device: str) -> str:
    """The driver's, or "virtual" of a device that has none (loopback, veth)."""
    return driver_of(device) if os.path.exists(f"/sys/class/net/{device}/device/driver") \
        else "virtual"


def is_foreign(device: str) -> bool:
    return not driver_name(device).startswith("e1k")


class AnyNic:
    """Adds, to what was recorded, what e1k would have recorded of its own."""

    def __init__(self, device: str, driver: str) -> None:
        self.device, self.driver = device, driver
        self.bytes: dict[tuple[str, int], Event] = {}

    def add(self, events: list[Event]) -> list[Event]:
        """The same events, and behind some of them one that is made."""
        out: list[Event] = []
        for event in events:
            out.append(event)
            if not event.pointers:
                continue
            if event.name in BYTES and "b" in event.values:
                self.bytes[event.name, event.pointers[0]] = event
            elif event.name in MADE and event.values.get("name") == self.device:
                made = self.made(event)
                if made:
                    out.append(made)
        while len(self.bytes) > REMEMBERED:
            del self.bytes[next(iter(self.bytes))]
        for index, event in enumerate(out):
            event.index = index
        return out

    def made(self, event: Event) -> Event | None:
        probes, name = MADE[event.name]
        found = [self.bytes.pop((probe, event.pointers[0]), None) for probe in probes]
        seen = next((one for one in found if one), None)
        if not seen:
            return None
        # A received frame's link header stands before what the skb's data begins with.
        header = LINK_HEADER if name == DRIVER_RX else 0
        values: dict[str, Any] = {
            "hdr": seen.values["b"][:seen.values["n"] + header], "name": self.device,
            "len": seen.values["n"], "vlan": bool(event.values.get("vlan_tagged")),
            "vlan_tci": event.values.get("vlan_tci", 0), "driver": self.driver,
            "ip_summed": event.values.get("ip_summed", 0), "frames": 1}
        return Event(0, event.time, event.cpu, event.comm, event.pid, event.context, name, values,
                     event.pointers[:1])
