# SPDX-License-Identifier: GPL-2.0-only
"""Who may know whom: docs/driver/architecture.md has the picture, this is its guard."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

from check.common import Check, Project, symbols

PICTURE = "docs/driver/architecture.md"

# A room includes and calls what is to its left, and its neighbours in braces.
ORDER = """
regs,desc,ring_idx,flow_key,ring_stats,repoll_policy,repoll_decide,service -> hw -> ring,ptp -> page_frags -> tx_ring,rx_ring,split_ring -> trace -> tx_complete -> tx -> xdp,xdp_hints -> xsk -> rx,rx_fill,rx_split,rx_deliver ->
ring_set,repoll -> irq,irq_msix -> queue -> adapter,adapter_queues,adapter_xdp,flow,stats -> netdev,qmgmt,service_work,link,health,ethtool,ethtool_stats,rss,devlink,selftest,pm,pci
"""
RANK = {room: rank for rank, group in enumerate(re.sub(r"\s", "", ORDER).split("->"))
        for room in group.split(",")}

# Walls inside of a rank: files, what they must not contain, why.
REGISTER = r"\be1k_(rd|wr)32\b"
DESCRIPTOR_BITS = r"\bE1K_(RXD|TXD|CTX)_\w+"
WALLS = [
    ("src/hw/*", r"#include <linux/skbuff\.h>|\bsk_buff\b|\be1k_[rt]x_ring\b",
     "hw/ knows no skb and no ring"),
    ("src/hw/*", r"\bstruct net_device\b", "hw/ knows no netdev"),
    ("src/*ring.c", r"\bsk_buff\b", "what makes rings knows no skb"),
    ("src/[rt]x.c", r"\bethtool_|\bndo_|_ring_create\(", "rx.c and tx.c allocate no rings "
     "and know no ndo or ethtool"),
    ("src/netdev.c", REGISTER, "netdev.c touches no register"),
    ("src/ethtool.c", REGISTER, "ethtool.c touches no register"),
    ("src/adapter.c", DESCRIPTOR_BITS + "|" + REGISTER, "adapter.c knows no descriptor and no register"),
    ("src/xdp.c", DESCRIPTOR_BITS, "xdp.c knows no descriptor layout"),
    ("src/pci.c", r"\be1k_wr32\b", "pci.c writes no register"),
]
# Symbols that are not named by the driver: the module's ends, and what the
# kernel's macros put before a name of the driver (__tracepoint_e1k_irq).
NAMED_BY_KERNEL = re.compile(r"init_module$|cleanup_module$|__\w+_e1k_")


def room_of(name: str) -> str:
    """The room of a source file, or of a header as it is included."""
    path = Path(name)
    if path.parent.name == "hw":
        return "hw"
    return path.stem


def may_know(user: str, used: str) -> bool:
    """Whether a room may include or call another."""
    if user == used or not {user, used} <= RANK.keys():
        return True
    return RANK[used] <= RANK[user]


def check_places(project: Project) -> list[str]:
    """Rooms that the order does not mention, files that the picture does not."""
    picture = project.text(PICTURE).partition("## Rooms")[2].partition("\n## ")[0]
    found = [f"{name}: room \"{room_of(name)}\" has no place in scripts/check/rooms.py"
             for name in project.sources("src")
             if room_of(name) not in RANK]
    return found + [f"{PICTURE}: no line for {name}" for name in project.sources("src")
                    if name.endswith(".c") and name.removeprefix("src/") not in picture]


def check_includes(project: Project) -> list[str]:
    """#include lines that lead to the right."""
    found = []
    for name in project.sources("src"):
        user = room_of(name)
        for number, line in enumerate(project.text(name).splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"(\S+)"', line)
            if not match:
                continue
            used = room_of(match[1])
            if not may_know(user, used):
                found.append(f"{name}:{number}: {user} must not include {match[1]}")
    return found


def check_walls(project: Project) -> list[str]:
    """Words that a room has no business to know."""
    found = []
    for name in project.sources("src"):
        for pattern, forbidden, reason in WALLS:
            if not fnmatch.fnmatch(name, pattern):
                continue
            for number, line in enumerate(project.text(name).splitlines(), 1):
                if re.search(forbidden, line):
                    found.append(f"{name}:{number}: {reason}: {line.strip()}")
    return found


def check_calls(project: Project) -> list[str]:
    """References between objects that lead to the right."""
    objects = project.builds()[0].objects()
    table = {source: symbols(obj) for source, obj in objects.items()}
    home = {s.name: source for source, names in table.items() for s in names if s.kind != "U"}
    found = []
    for source, names in table.items():
        user = room_of(source)
        for symbol in names:
            target = home.get(symbol.name)
            if symbol.kind != "U" or not target:
                continue
            if not may_know(user, room_of(target)):
                found.append(f"{source}: {user} must not use {symbol.name} of {target}")
    return found


def check_prefix(project: Project) -> list[str]:
    """Names that could collide with others in the kernel."""
    return [f"{source}: {symbol.name} is not static and has no e1k_ prefix"
            for source, obj in project.builds()[0].objects().items()
            for symbol in symbols(obj)
            if symbol.kind != "U" and not symbol.name.startswith("e1k_")
            and not NAMED_BY_KERNEL.match(symbol.name)]


def check_unused(project: Project) -> list[str]:
    """Functions and data of the driver that no other file uses: dead, or to be static."""
    table = {source: symbols(obj) for source, obj in project.builds()[0].objects().items()}
    wanted = {s.name for names in table.values() for s in names if s.kind == "U"}
    return [f"{source}: no other file uses {symbol.name}" for source, names in table.items()
            for symbol in names if symbol.kind in "TDRB" and symbol.name.startswith("e1k_")
            and symbol.name not in wanted]


CHECKS = [
    Check("places", "every file has a place among the rooms", check_places),
    Check("includes", "headers are included leftward only", check_includes),
    Check("walls", "no room knows what is not its business", check_walls),
    Check("calls", "no room uses what a room to its right defines", check_calls),
    Check("prefix", "e1k_ before every name that is not static", check_prefix),
    Check("unused", "what is not static is used by another file", check_unused),
]
