# SPDX-License-Identifier: GPL-2.0-only
"""What the plugin counted while a workload ran, by function and by register."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable

from registers import register_name
from symbols import Symbols

KERNEL_START = 0xFFFF800000000000
BAR_SIZE = 0x20000

# Of each driver: its interrupt handler and its poll function.
# Of e1k those of either kind of interrupt.
HANDLERS = {"e1000": (("e1000_intr",), ("e1000_clean",)),
            "e1k": (("e1k_irq_handler", "e1k_msix_queue_handler"),
                    ("e1k_irq_poll", "e1k_irq_poll_msix")),
            "e1000e": (("e1000_intr_msix_rx", "e1000_intr_msix_tx"), ("e1000e_poll",)),
            "virtio_net": ((), ("virtnet_poll",))}


@dataclass
class Function:
    """Instructions executed in a function itself, and how often it was entered."""

    insns: int = 0
    calls: int = 0


@dataclass
class Counts:
    """Totals of one run; divide by the workload's units."""

    driver: int = 0
    kernel: int = 0
    user: int = 0
    interrupts: int = 0
    polls: int = 0
    functions: dict[tuple[str, str], Function] = field(default_factory=dict)
    # (NIC, register, "r" or "w") -> times
    mmio: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def traps(self) -> int:
        return sum(self.mmio.values())


class CountError(Exception):
    """The plugin's file does not have what was expected."""


def last_snapshot(lines: Iterable[str]) -> list[list[str]]:
    """The lines between the last S and its E."""
    snapshot: list[list[str]] = []
    complete = False
    for line in lines:
        words = line.split()
        if words == ["S"]:
            snapshot, complete = [], False
        elif words == ["E"]:
            complete = True
        elif words:
            snapshot.append(words)
    if not complete:
        raise CountError("the workload passed no end marker")
    return snapshot


def _add_block(counts: Counts, symbols: Symbols, driver: str, words: list[str]) -> None:
    address, insns, runs = int(words[1], 16), int(words[2]), int(words[3])
    if address < KERNEL_START:
        counts.user += insns
        return
    counts.kernel += insns
    module, name = symbols.find(address)
    if module == driver:
        counts.driver += insns
    function = counts.functions.setdefault((module, name), Function())
    function.insns += insns
    if symbols.starts(address):
        function.calls += runs


def read_counts(lines: Iterable[str], symbols: Symbols, driver: str,
                bars: dict[str, int]) -> Counts:
    """`bars`: the address of each NIC's registers."""
    counts = Counts()
    for words in last_snapshot(lines):
        if words[0] == "T":
            _add_block(counts, symbols, driver, words)
            continue
        address = int(words[1], 16)
        for nic, bar in bars.items():
            if bar <= address < bar + BAR_SIZE:
                key = (nic, register_name(address - bar), words[2])
                counts.mmio[key] = counts.mmio.get(key, 0) + int(words[3])
    handlers, polls = HANDLERS[driver]
    counts.interrupts = _calls(counts, driver, handlers)
    counts.polls = _calls(counts, driver, polls)
    return counts


def _calls(counts: Counts, module: str, names: Iterable[str]) -> int:
    return sum(counts.functions.get((module, name), Function()).calls for name in names)
