# SPDX-License-Identifier: GPL-2.0-only
"""Where the kernel is watched: hooks.json, put into the running kernel."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from errors import WalkError
from layout import Layout, measure
from progress import Progress
from tracefs import Trace

HERE = Path(__file__).resolve().parent
# Where the compiler has changed a function's arguments it is unknown which is the skb.
ANY = "123"


@dataclass
class Hook:
    """A function or tracepoint, and what it means for either path."""

    name: str
    rx: str | None
    tx: str | None
    lane: str
    say: str
    probe: list[str] = field(default_factory=list)
    ret: list[str] = field(default_factory=list)
    event: str = ""
    filter: str = ""
    extra: str = ""
    # Which arguments are skbs: "2" is the second. What else lies in the registers
    # may well be the address of an skb that this call has nothing to do with.
    skb: str = "1"
    deref: bool = False
    # The packet's first bytes are recorded too: what its data begins with (layout.py).
    data: str = ""
    # Where its data begins and how long it is are recorded: headers come and go.
    size: bool = False
    # Whoever calls this has use for the packet: that it is freed later is no loss.
    delivers: bool = False
    instead: str = ""
    # Of this group of scenarios only: every other packet would pass it for nothing.
    only: str = ""
    # Set when it is installed: what the running kernel calls it.
    symbol: str = ""

    @property
    def optional(self) -> bool:
        """Of a module that need not be loaded, or of newer kernels and no loss on others."""
        return self.name.startswith(("qdisc_drop", "bond_", "br_", "vlan_", "nft_", "ipt_",
                                     "ip6t_", "stock_", "driver_", "netif_rx", "__netif_rx", "tunnel4_",
                                     "ip_tunnel_", "tcp_zerocopy_", "vm_insert_", "skb_copy_bits"))

    @property
    def ipv6(self) -> bool:
        return bool(re.search(r"v6|ip6|icmp6|ndisc|igmp6|fragment6|udp6", self.name))

    def install(self, trace: Trace, layout: Layout | None, driver: str) -> bool:
        """driver: whose functions are probed, of those that have a module's name before them."""
        if not self.event and not self.probe and not self.ret:
            # Made of others: anynic.py.
            return True
        if self.event:
            self.symbol = self.event.replace("/", ":")
            # Not our own system calls: reading the trace would never end.
            ours = f"common_pid != {os.getpid()}" if "syscalls/" in self.event else ""
            return trace.add_event(self.event, self.filter or ours)
        if self.ret:
            self.symbol = trace.add_probe(self.name, self.ret, lambda _: "ret=$retval:x64",
                                          True) or ""
        else:
            functions = [one for one in self.probe if ":" not in one
                         or one.startswith(f"{driver}:")]
            self.symbol = trace.add_probe(self.name, functions,
                                          lambda symbol: self.args(symbol, layout)) or ""
        return bool(self.symbol)

    def args(self, symbol: str, layout: Layout | None) -> str:
        """What a probe on this symbol is to record."""
        known = "." not in symbol
        which = self.skb if known else ANY
        parts = [f"a{n}=$arg{n}:x64" for n in which] + ["d1=+0($arg1):x64"] * self.deref \
            + [self.extra]
        if layout and known and (self.data or self.size):
            parts.append(layout.size(self.skb))
        if layout and known and self.data:
            parts.append(layout.fetch(self.skb, self.data))
        return " ".join(part for part in parts if part)


def load_hooks() -> dict[str, Hook]:
    rows = json.loads((HERE / "hooks.json").read_text(encoding="utf-8"))
    return {row["name"]: Hook(**row) for row in rows}


def load_steps() -> dict[str, dict]:
    rows = json.loads((HERE / "steps.json").read_text(encoding="utf-8"))
    return {row["id"]: row for row in rows}


def install(trace: Trace, progress: Progress,
            driver: str = "e1k") -> tuple[dict[str, Hook], list[dict]]:
    """Put every hook in.

    Return those that the kernel has, and for the others what to look at
    instead: nothing is left out without a word.
    """
    present, missing = {}, []
    hooks = load_hooks()
    layout = measure(trace)
    if not layout:
        missing.append({"hook": "sk_buff", "step": "T4", "ipv6": False,
                        "instead": "its layout could not be measured: what is lost before it "
                                   "reaches the driver is not found"})
    progress.say("arming {count} probes", count=len(hooks))
    for number, (name, hook) in enumerate(hooks.items()):
        progress.now_and_then("{number} of {count} probes are armed", number=number,
                              count=len(hooks))
        if hook.install(trace, layout, driver):
            present[name] = hook
        elif not hook.optional and (driver.startswith("e1k") or not name.startswith("e1k_")):
            missing.append({"hook": name, "step": hook.rx or hook.tx or "", "ipv6": hook.ipv6,
                            "instead": hook.instead or "not in this kernel, or inlined"})
    if driver.startswith("e1k") and "e1k_irq" not in present:
        raise WalkError("the kernel shows no tracepoints of e1k: is the module loaded?")
    trace.arm()
    return present, missing
