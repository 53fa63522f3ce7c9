# SPDX-License-Identifier: GPL-2.0-only
"""What the counted costs would be under real KVM: a model, not a measurement.

The three constants are assumptions; the options --trap-us, --interrupt-us and
--insn-ns of `bench` change them.
"""

from __future__ import annotations

from dataclasses import dataclass

from registers import TRAPPING_WRITES


@dataclass(frozen=True)
class Model:
    # To QEMU's device model and back; what a write to a coalescing register
    # costs, which KVM only notes down; an interrupt's injection and its end.
    trap_us: float = 3.0
    coalesced_us: float = 0.8
    interrupt_us: float = 1.5
    insn_ns: float = 0.35

    def cost_us(self, registers: dict[str, float], interrupts: float, kernel: float) -> float:
        coalesced = sum(times for name, times in registers.items()
                        if name.endswith(" write") and name.split()[0] not in TRAPPING_WRITES)
        traps = sum(registers.values()) - coalesced
        return (traps * self.trap_us + coalesced * self.coalesced_us +
                interrupts * self.interrupt_us + kernel * self.insn_ns / 1000)

    def describe(self) -> str:
        return (f"{self.trap_us} us a trap, {self.coalesced_us} us a coalesced write, "
                f"{self.interrupt_us} us an interrupt, {self.insn_ns} ns an instruction")
