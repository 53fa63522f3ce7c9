# SPDX-License-Identifier: GPL-2.0-only
"""A NIC of the 8254x family, or an 82574, in software: PCI, registers, link, commands.

As the datasheet personality it does what the manual (SDM) says, without the habits of
any emulation, and calls itself a genuine card: the driver applies no quirk. What other
personalities do differently is named in personality.py. What the NIC does wrong beyond
that, it does on command (faults.py).
"""

from __future__ import annotations

import bisect
import struct
from collections import deque
from typing import Any, Callable

from nic import identity, split
from nic.faults import Faults
from nic.later import Later
from nic.line import Line
from nic.personality import Personality
from nic.phy import Phy
from nic.receive import BROADCAST, Receiver
from nic.regs import (CTRL, CTRL_MASTER_DISABLE, CTRL_RST, CTRL_SLU, EECD, EECD_AUTO_RD, EERD, ICR,
                      ICS, IMC, IMS, INT_LSC, ITR, LEDCTL, MDIC, MTA, PSRCTL, PSRCTL_RESET,
                      QUEUE_STEP, RAL, RCTL, RCTL_DTYP, RCTL_EN, RCTL_LBM, RCTL_SPLIT, RDBAL, RDT,
                      RFCTL, RFCTL_EXTEN, SPACE, STATS, STATS_END, STATUS, STATUS_BASE, STATUS_LU,
                      STATUS_MASTER, STATUS_TXOFF, SYSTIML, TARC, TARC_ENABLE, TCTL, TCTL_EN,
                      TDBAL, TDT, TIMINCA, VFTA, VFTA_END, WIDE)
from nic.systim import Systim
from nic.transmit import Transmitter
from nic.vfio_user import (IRQ_MSI, IRQ_MSIX, REGION_BAR0, REGION_CONFIG, MachineDead, Server)
from nic.watch import Watch

PCI_COMMAND, PCI_MASTER, PCI_NO_INTX = 4, 4, 0x400
IO_BYTES = 64


class Nic:  # pylint: disable=too-many-instance-attributes
    """The device that vfio_user.Server serves."""

    def __init__(self, bus: Server, who: Personality, mac: bytes,
                 send: Callable[[bytes], None], later: Later | None = None) -> None:
        self.who, self.bus, self.send, self._mac = who, bus, send, mac
        self._io_region = REGION_BAR0 + who.io_bar
        self.regions = {REGION_BAR0: SPACE, self._io_region: IO_BYTES, REGION_CONFIG: 256}
        if who.flash_bytes:
            self.regions[REGION_BAR0 + 1] = who.flash_bytes
        self.messages: dict[int, int] = {}
        if who.vectors:
            self.regions[REGION_BAR0 + identity.MSIX_BAR] = identity.MSIX_BYTES
            self.messages = {IRQ_MSI: 1, IRQ_MSIX: who.vectors}
        self.faults, self.watch, self.later = Faults(), Watch(), later or Later()
        self._words = identity.eeprom(who, mac)
        self._config = identity.config_space(who)
        self.regs = [0] * (SPACE // 4)
        self.cable = True
        self.link = who.link_delay is None
        self._io_address = 0
        self._script: deque[dict[str, Any]] = deque()
        self.line, self.phy = Line(self), Phy(self)
        self.rx, self.tx = Receiver(self), Transmitter(self)
        self._systim = Systim(self)
        self._write_hooks: dict[int, Callable[[int], None]] = {
            CTRL: self._write_ctrl, EECD: self._write_eecd, EERD: self._write_eerd,
            MDIC: self._write_mdic, ICR: self.line.acknowledge, ICS: self.line.cause,
            IMS: self.line.unmask, IMC: self.line.mask, STATUS: lambda _: None,
            RCTL: self._write_rctl, TCTL: self._write_tctl}
        for queue in self.tx.queues:
            self._write_hooks[TDT + queue.number * QUEUE_STEP] = queue.tail
            self._write_hooks[RDT + queue.number * QUEUE_STEP] = \
                lambda value, number=queue.number: self._write_rdt(number, value)
        if who.systim_ns:
            self._write_hooks[TIMINCA] = self._systim.increment
        self.device_reset()

    # -- PCI

    def device_reset(self) -> None:
        """Power on, or a reset of the function."""
        self._config = identity.config_space(self.who)
        self._power_on()

    def _power_on(self) -> None:
        self.regs = [0] * (SPACE // 4)
        self.phy.reset(self.link)
        self._reset_mac()

    def _reset_mac(self) -> None:
        """CTRL.RST: what is not kept is as it was at power on."""
        who = self.who
        kept = {at // 4: self.regs[at // 4:end // 4] for at, end in
                ((MTA, RAL), (VFTA, VFTA_END)) if who.reset_keeps_filters}
        self.regs = [0] * (SPACE // 4)
        for at, values in kept.items():
            self.regs[at:at + len(values)] = values
        self.rx.reset()
        self.tx.reset()
        self._systim.reset()
        for queue in range(who.queues) if who.queues > 1 else ():
            self.regs[(TARC + queue * QUEUE_STEP) // 4] = TARC_ENABLE
        if who.rx_split:
            self.regs[PSRCTL // 4] = PSRCTL_RESET
        self._wires = identity.Microwire(self._words)
        self.regs[LEDCTL // 4] = 0x07068302
        self.regs[ITR // 4] = who.itr_after_reset
        self.regs[RAL // 4:RAL // 4 + 2] = struct.unpack("<II", self._mac + b"\0\x80")
        if not who.reset_keeps_phy:
            self.phy.reset(self.link)
        self.line.reset()
        if who.link_delay is not None:
            self._set_link(False, tell=False)
            self.later.cancel("link")
            self.later.after("link", who.link_delay, self._link_up)

    @property
    def can_dma(self) -> bool:
        return bool(self._config[PCI_COMMAND] & PCI_MASTER) and \
            not (self.who.master_bits and self.regs[CTRL // 4] & CTRL_MASTER_DISABLE)

    @property
    def by_message(self) -> bool:
        """Whether MSI-X is on: causes are those of rings, and messages tell of them."""
        control = struct.unpack_from("<H", self._config, identity.MSIX_CONTROL)[0]
        return bool(self.who.vectors and control & identity.MSIX_ENABLE)

    @property
    def has_extended(self) -> bool:
        """Whether receive descriptors are extended ones now."""
        return self.has_split or self.who.rx_extended and bool(self.regs[RFCTL // 4] & RFCTL_EXTEN)

    @property
    def has_split(self) -> bool:
        """Whether they have four buffers each."""
        return self.who.rx_split and self.regs[RCTL // 4] & RCTL_DTYP == RCTL_SPLIT

    @property
    def is_silenced(self) -> bool:
        """Whether the line may not rise at all."""
        return bool(struct.unpack_from("<H", self._config, PCI_COMMAND)[0] & PCI_NO_INTX)

    def region_read(self, region: int, offset: int, size: int) -> bytes:
        if region == REGION_CONFIG:
            return bytes(self._config[offset:offset + size]).ljust(size, b"\0")
        value = 0
        if region == self._io_region:
            value = self._io_address if offset == 0 else self._read(self._io_address)
        elif region == REGION_BAR0:
            value = self._read(offset)
        return struct.pack("<Q", value)[:size]

    def region_write(self, region: int, offset: int, data: bytes) -> None:
        value = int.from_bytes(data, "little")
        if region == REGION_CONFIG:
            slept = self._config[identity.PM_CTRL] & 3
            self._config[offset:offset + len(data)] = data
            if slept == 3 and not self._config[identity.PM_CTRL] & 3:
                self._power_on()        # out of D3hot nothing is left
        elif region == self._io_region and offset == 0:
            self._io_address = value & SPACE - 4
        elif region == self._io_region:
            self._write(self._io_address, value)
        elif region == REGION_BAR0:
            self._write(offset, value)

    # -- registers

    def _beware(self, offset: int, what: str) -> None:
        if offset in self.who.deadly:
            words = f"{what} register {offset:#06x} ends the virtual machine"
            self.watch.report("deadly", words)
            raise MachineDead(words)

    def _read(self, offset: int) -> int:
        if offset in self.who.deadly:
            self._beware(offset, "reading")
        value = self.regs[offset // 4] if offset < SPACE else 0
        if offset == ICR:
            value = self.line.read()
        elif offset == STATUS:
            value = STATUS_BASE | (STATUS_LU if self.link else 0) | \
                (STATUS_TXOFF if self.tx.waits else 0)
            if self.who.master_bits and not self.regs[CTRL // 4] & CTRL_MASTER_DISABLE:
                value |= STATUS_MASTER
        elif offset == SYSTIML and self.who.systim_ns:
            value = self._systim.latch()
        elif offset == EECD and not self.who.has_wires:
            value = value & ~0xf | 0x100 | EECD_AUTO_RD
        elif offset == EECD:
            value = value & ~8 | self._wires.read() | 0x100 | (value & 0x40) << 1
        elif STATS <= offset < STATS_END and offset not in WIDE:
            self.regs[offset // 4] = 0
            if offset - 4 in WIDE:
                self.regs[offset // 4 - 1] = 0
        if offset in self.who.absent:
            value = 0
        return self.faults.read(offset, value)

    def _write(self, offset: int, value: int) -> None:
        if offset in self.who.deadly:
            self._beware(offset, "writing")
        if offset >= SPACE:
            return
        hook = self._write_hooks.get(offset)
        if hook:
            hook(value)
        else:
            self.regs[offset // 4] = value

    def ring(self, base: int, length: int) -> tuple[int, int]:
        """Address and number of descriptors."""
        address = self.regs[base // 4] & ~0xf | self.regs[base // 4 + 1] << 32
        return address, (self.regs[length // 4] & 0xfff80) // 16

    def peek(self, offset: int) -> int:
        """A register as it is, without side effects."""
        return self.line.icr if offset == ICR else self.regs[offset // 4]

    def poke(self, offset: int, value: int) -> None:
        """Change a register behind the driver's back, without side effects."""
        # Old descriptors that are sent again may follow any context.
        self.tx.misled |= TDBAL <= offset <= TDT
        for queue in self.rx.queues:
            queue.split.misled |= 0 <= offset - queue.number * QUEUE_STEP - RDBAL <= RDT - RDBAL
        self.regs[offset // 4] = value

    def count(self, offset: int, by: int = 1) -> None:
        self.regs[offset // 4] = (self.regs[offset // 4] + by) & 0xffffffff

    def count_kind(self, frame: bytes, sizes: int, multicast: int, broadcast: int) -> None:
        """A frame without its checksum, by its size and by whom it is for."""
        self.count(sizes + 4 * bisect.bisect_left((64, 127, 255, 511, 1023), len(frame) + 4))
        if frame[0] & 1:
            self.count(broadcast if frame[:6] == BROADCAST else multicast)

    def count_bytes(self, offset: int, by: int) -> None:
        total = (self.regs[offset // 4] | self.regs[offset // 4 + 1] << 32) + by
        self.regs[offset // 4] = total & 0xffffffff
        self.regs[offset // 4 + 1] = total >> 32 & 0xffffffff

    def _write_ctrl(self, value: int) -> None:
        if value & CTRL_RST:
            self._reset_mac()
            self.faults.end("restart")
            self.faults.end("reset")
            stuck = self.faults.strike("reset-stuck") is not None
            self.regs[CTRL // 4] = CTRL_RST if stuck else 0
            return
        delay = self.who.link_delay
        if value & CTRL_SLU and delay is not None and not self.link:
            self.later.after("link", delay, self._link_up)
        self.regs[CTRL // 4] = value & ~(1 << 31)

    def _write_eecd(self, value: int) -> None:
        self.regs[EECD // 4] = value & 0x47
        if not self.faults.is_armed("eeprom"):
            self._wires.write(value)

    def _write_eerd(self, value: int) -> None:
        fault = self.faults.strike("eeprom") if value & 1 else None
        done, at = self.who.eerd
        word = self._words[value >> at & 0x3f]
        if fault is not None:
            if fault.get("how") == "dead":
                self.regs[EERD // 4] = value
                return
            word = self.faults.random.getrandbits(16)
        self.regs[EERD // 4] = word << 16 | value & 0xffff & ~1 | done

    def _write_mdic(self, value: int) -> None:
        self.regs[MDIC // 4] = self.phy.mdic(value)

    def _write_rdt(self, queue: int, value: int) -> None:
        self.rx.tail(queue, value)
        self._play()

    def _write_rctl(self, value: int) -> None:
        old, self.regs[RCTL // 4] = self.regs[RCTL // 4], value
        if value & RCTL_EN and self.has_split:
            split.check_sizes(self)
        if old & value & RCTL_EN and (old ^ value) & RCTL_DTYP and self.who.rx_split:
            self.watch.report("DTYP", "RCTL.DTYP changes while frames are received")
        self.rx.pump()

    def _write_tctl(self, value: int) -> None:
        self.regs[TCTL // 4] = value
        if not value & TCTL_EN:
            self.faults.end("restart")
        self.tx.start()

    # -- link

    @property
    def loops(self) -> bool:
        """Whether what is sent comes back instead of reaching the wire."""
        return "phy" in self.who.loops and self.phy.loops or \
            "rctl" in self.who.loops and self.regs[RCTL // 4] & RCTL_LBM == RCTL_LBM

    def _set_link(self, up: bool, tell: bool = True) -> None:
        self.link = up
        self.phy.set_link(up)
        if tell:
            self.line.cause(INT_LSC)
        if up:
            self.tx.start()

    def _link_up(self) -> None:
        """The delay after a reset is over."""
        if self.cable and self.regs[CTRL // 4] & CTRL_SLU:
            self._set_link(True)

    def set_cable(self, plugged: bool) -> None:
        """Pull the cable, or put it back."""
        self.cable = plugged
        if self.who.link_events and not (plugged and self.later.pending("link")):
            self._set_link(plugged)

    # -- commands

    def _play(self) -> None:
        """Go on with the script as far as there are buffers: no frame of it is missed."""
        while self._script:
            item = self._script[0]
            if item["op"] == "inject" and not self.rx.room(item.get("length", 0)):
                break
            item["times"] = item.get("times", 1) - 1
            if not item["times"]:
                self._script.popleft()
            self.execute(dict(item))

    def execute(self, request: dict[str, Any]) -> Any:
        """One command of the harness, or of a test in the guest."""
        op = request.pop("op")
        if op == "arm":
            self.faults.arm(request.pop("fault"), request)
            self.line.update()
        elif op == "disarm":
            self.faults.disarm(request.get("fault"))
            self.line.update()
        elif op == "poke":
            self.poke(request["offset"], request["value"])
        elif op == "raise":
            self.line.cause(request["causes"])
        elif op == "link":
            self.set_cable(request["up"])
        elif op == "wire":
            self.tx.block(request["blocked"])
        elif op == "reset":
            self._reset_mac()
        elif op == "inject":
            frame = bytes.fromhex(request["frame"])
            self.rx.receive(frame.ljust(request.get("length", 0), frame[-1:]))
        elif op == "play":
            self._script.extend(request["requests"])
            self._play()
        elif op == "resumed":
            self.line.forget()
        elif op == "violations":
            self.line.check()
            return self.watch.take()
        elif op != "state":
            raise ValueError(f"no command {op}")
        self.line.check()
        return {"struck": self.faults.struck, "left": len(self._script),
                "violations": self.watch.peek(), "who": self.who.name,
                "registers": {f"{o:#x}": self.peek(o) for o in request.get("peek", [])}}
