# SPDX-License-Identifier: GPL-2.0-only
"""Beside the main table: memory, time to link, and how costs grow."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Callable

from bench_guest import CountingGuest
from workloads import WORKLOADS

DRIVERS = ("e1000", "e1k")
TCP = WORKLOADS["tcp1500"]

# name -> (title, what x is, the values, layout and load options for one value)
SWEEPS: dict[str, tuple[str, str, tuple[int, ...], Callable[[int], tuple[str, dict[str, int]]]]] = {
    "flows": ("TCP, MTU 1500, by number of flows", "flows", (1, 16, 256),
              lambda x: ("pair 1500", {"flows": x})),
    "ring": ("TCP, one flow, MTU 1500, by ring size", "descriptors in each ring",
             (64, 256, 1024, 4096), lambda x: (f"pair 1500 {x}", {})),
    "mtu": ("TCP, one flow, by MTU", "MTU", (256, 576, 1500, 4000, 9000, 16110),
            lambda x: (f"pair {x}", {})),
}


def measure_sweeps(guest: CountingGuest, progress: Callable[[str], None]) -> dict[str, Any]:
    table: dict[str, Any] = {name: {"title": title, "x": label, "points": {}}
                             for name, (title, label, _, _) in SWEEPS.items()}
    for driver in sorted(DRIVERS, key=lambda driver: driver != guest.driver):
        for name, (title, _, values, setting) in SWEEPS.items():
            for x in values:
                progress(f"{title}: {x}, {driver}")
                net, options = setting(x)
                run = guest.run(replace(TCP, net=net, options=TCP.options | options), driver)
                table[name]["points"].setdefault(driver, []).append(
                    (x, run.counts.kernel / (run.values["bytes"] / 1024)))
    return table


def _values(text: str) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"^(\w+) (-?\d+)$", text, re.M)}


def least_link_us(guest: CountingGuest) -> int:
    """From loading the driver to a link, the least of three: the guest idles meanwhile,
    and whatever keeps the host from going on with it counts as time."""
    driver, seen = guest.driver, [guest.link_us]
    for _ in range(2):
        guest.forget()
        guest.use(driver)
        seen.append(guest.link_us)
    return min(seen)


def measure_memory(guest: CountingGuest) -> dict[str, int]:
    """Of the driver in use: bytes per descriptor with its buffer and per frame in
    a socket, and the time from its loading to a link."""
    table = {"link_us": least_link_us(guest)}
    guest.lay("pair")
    for size in (18, 1472):
        printed = guest.sh(f"build/bench/load truesize n=32 size={size}")
        table[f"truesize_{size}"] = _values(printed)["truesize"]
    return table | _values(guest.net("memory"))
