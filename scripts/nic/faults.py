# SPDX-License-Identifier: GPL-2.0-only
"""How the NIC misbehaves on command.

A fault is a name and a table of settings, armed by {"op": "arm", "fault": NAME, ...}
and ended by {"op": "disarm"}. "count": N ends it by itself after N times, "until":
"kick" when a doorbell is rung again, "restart" when the transmitter is switched off,
"reset" when the NIC is; "seed": S makes what is random the same each time. How often
each struck is kept.

  rx-writeback  change a receive descriptor as it is written back: "length": L,
                "set"/"clear": masks of its second word, or "random": true
  rx-split      change what a split descriptor says of its payload, as it is written back:
                "header": H (HDRSP and HLEN), "lengths": [L1, L2, L3], or "random": true
  rx-spread     write the same descriptor also to "slots" (offsets from its own)
  rx-hold       write back in turned order, "count" at a time: "depth": D
  rx-silent     write no descriptor back
  tx-stall      overlook the doorbell
  tx-silent     send, but write no descriptor back
  tx-lie        write back, but send nothing
  tx-all-done   at each doorbell, mark every descriptor of the ring as done
  tx-garbage    write back noise, with DD set
  irq-lost      never raise the line, send no message of MSI-X
  irq-stuck     never lower the line
  irq-storm     reading ICR clears nothing: "causes": C are there again at once, after each
                message of MSI-X, too
  read          answer reads of "offset" (without: all) with "value", or noise
  eeprom        "how": "dead" (no answer) or "garbage"
  phy           "how": "dead", "error" or "garbage"
  reset-stuck   a reset never ends
"""

from __future__ import annotations

import random
from typing import Any

NAMES = {"rx-writeback", "rx-split", "rx-spread", "rx-hold", "rx-silent", "tx-stall", "tx-silent",
         "tx-lie", "tx-all-done", "tx-garbage", "irq-lost", "irq-stuck", "irq-storm", "read",
         "eeprom", "phy", "reset-stuck"}


class Faults:
    """The faults that are armed, and how often each struck."""

    def __init__(self) -> None:
        self._armed: dict[str, dict[str, Any]] = {}
        self.struck: dict[str, int] = {}
        self.random = random.Random(0)

    def arm(self, name: str, settings: dict[str, Any]) -> None:
        if name not in NAMES:
            raise ValueError(f"no fault {name}")
        if "seed" in settings:
            self.random.seed(settings["seed"])
        self._armed[name] = dict(settings)
        self.struck[name] = 0

    def disarm(self, name: str | None) -> None:
        if name is None:
            self._armed.clear()
        else:
            self._armed.pop(name, None)

    def end(self, event: str) -> None:
        """End the faults that last until this."""
        self._armed = {name: settings for name, settings in self._armed.items()
                       if settings.get("until") != event}

    def is_armed(self, name: str) -> bool:
        return name in self._armed

    def strike(self, name: str) -> dict[str, Any] | None:
        """The settings of a fault that is armed: it happens now."""
        settings = self._armed.get(name)
        if settings is None:
            return None
        self.struck[name] += 1
        if self.struck[name] == settings.get("count"):
            del self._armed[name]
        return settings

    # -- what each fault makes of a value

    def rx_word(self, word: int) -> int:
        """The second word of a receive descriptor as it is written back."""
        fault = self.strike("rx-writeback")
        if fault is None:
            return word
        if fault.get("random"):
            return self.random.getrandbits(64) | 1 << 32
        if "length" in fault:
            word = word & ~0xffff | fault["length"]
        return (word | fault.get("set", 0)) & ~fault.get("clear", 0)

    def rx_payload(self, header: int, lengths: list[int]) -> tuple[int, list[int]]:
        """The header status of a split descriptor and its three lengths of payload."""
        fault = self.strike("rx-split")
        if fault is None:
            return header, lengths
        if fault.get("random"):
            return self.random.getrandbits(16), [self.random.getrandbits(16) for _ in lengths]
        return fault.get("header", header), fault.get("lengths", lengths)

    def tx_word(self, word: int) -> int:
        """The second word of a transmit descriptor as it is written back."""
        if self.strike("tx-garbage") is None:
            return word
        return self.random.getrandbits(64) | 1 << 32

    def read(self, offset: int, value: int) -> int:
        """What reading a register gives."""
        fault = self._armed.get("read")
        if fault is None or fault.get("offset", offset) != offset:
            return value
        self.strike("read")
        if "value" in fault:
            return int(fault["value"])
        return self.random.getrandbits(32)
