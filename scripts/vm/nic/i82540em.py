# SPDX-License-Identifier: GPL-2.0-only
"""An 82540EM in software: registers, EEPROM, PHY, both rings, INTx.

It does what the manual (SDM) says, without the habits of QEMU's emulation, and
calls itself a genuine card: the driver applies no quirk. What it does wrong, it
does on command (faults.py).
"""

from __future__ import annotations

import struct
import zlib
from collections import deque
from typing import Any, Callable

import offload
from faults import Faults
from vfio_user import REGION_BAR0, REGION_BAR1, REGION_CONFIG, Server

CTRL, STATUS, EECD, EERD, MDIC = 0x0000, 0x0008, 0x0010, 0x0014, 0x0020
ICR, ICS, IMS, IMC, RCTL, TCTL, LEDCTL = 0x00c0, 0x00c8, 0x00d0, 0x00d8, 0x0100, 0x0400, 0x0e00
RDBAL, RDBAH, RDLEN, RDH, RDT = 0x2800, 0x2804, 0x2808, 0x2810, 0x2818
TDBAL, TDBAH, TDLEN, TDH, TDT = 0x3800, 0x3804, 0x3808, 0x3810, 0x3818
MTA, RAL, VFTA, STATS, STATS_END = 0x5200, 0x5400, 0x5600, 0x4000, 0x4100
MPC, RNBC, ROC, TPR, TPT, GPRC, GPTC = 0x4010, 0x40a0, 0x40ac, 0x40d0, 0x40d4, 0x4074, 0x4080
GORCL, GOTCL, TORL, TOTL = 0x4088, 0x4090, 0x40c0, 0x40c8

CTRL_RST, CTRL_VME = 1 << 26, 1 << 30
STATUS_LU, STATUS_BASE = 1 << 1, 0x81           # full duplex, 1000 Mb/s
INT_TXDW, INT_LSC, INT_RXDMT0, INT_RXO, INT_RXT0 = 1, 1 << 2, 1 << 4, 1 << 6, 1 << 7
RCTL_EN, RCTL_UPE, RCTL_MPE, RCTL_LPE, RCTL_BAM = 1 << 1, 1 << 3, 1 << 4, 1 << 5, 1 << 15
RCTL_VFE, RCTL_BSEX, RCTL_SECRC = 1 << 18, 1 << 25, 1 << 26
TCTL_EN, RAH_AV = 1 << 1, 1 << 31
BMSR, BMSR_LINK, PSSR, PSSR_LINK = 1, 0x0004, 17, 0x0400

RXD_DD, RXD_EOP, RXD_IXSM, RXD_VP = 1 << 32, 1 << 33, 1 << 34, 1 << 35
TXD_EOP, TXD_TSE, TXD_RS, TXD_DEXT, TXD_VLE = 1 << 24, 1 << 26, 1 << 27, 1 << 29, 1 << 30
TXD_DD, TXD_IXSM, TXD_TXSM = 1 << 32, 1 << 40, 1 << 41

FIFO_BYTES = 48 << 10
PCI_COMMAND, PCI_MASTER, PM_CAP, PM_CTRL = 4, 4, 0xdc, 0xe0

PHY_DEFAULTS = {0: 0x1140, 1: 0x796d, 2: 0x0141, 3: 0x0c20, 4: 0x0de1, 5: 0x45e0, 6: 0x0001,
                9: 0x0e00, 10: 0x3c00, 15: 0x3000, 16: 0x0360, 17: 0xac08 | PSSR_LINK,
                20: 0x0d60}


def eeprom(mac: bytes) -> list[int]:
    """64 words with this address and a good checksum."""
    words = [0] * 64
    words[0:3] = struct.unpack("<3H", mac)
    words[5] = 0x1030
    words[8:10] = 0xe100, 0x0001
    words[10:16] = 0x0248, 0x0000, 0x8086, 0x100e, 0x8086, 0x3040
    words[63] = (0xbaba - sum(words)) & 0xffff
    return words


def config_space() -> bytearray:
    """What a card with the 82540EM says of itself, a power management capability
    included: with it sysfs can reset the function."""
    space = bytearray(256)
    struct.pack_into("<HHHHBBBB", space, 0, 0x8086, 0x100e, 0, 0x0010, 2, 0, 0, 2)
    struct.pack_into("<II", space, 0x10, 0, 1)          # memory, I/O
    struct.pack_into("<HH", space, 0x2c, 0x8086, 0x002e)
    space[0x34], space[0x3d] = PM_CAP, 1                # capabilities, INTA
    struct.pack_into("<BBHH", space, PM_CAP, 1, 0, 0xc822, 0)
    return space


class Microwire:
    """The EEPROM's four wires, as EECD shows them: only reading is known."""

    def __init__(self, words: list[int]) -> None:
        self._words, self._clock, self._bits, self._out = words, 0, "", 0
        self._shift: list[int] = []

    def write(self, value: int) -> None:
        clock, select, data = value & 1, value & 2, value >> 2 & 1
        if not select:
            self._bits, self._shift, self._out = "", [], 0
        elif clock and not self._clock:
            if self._shift:
                self._out = self._shift.pop(0)
            else:
                self._take(str(data))
        self._clock = clock

    def _take(self, bit: str) -> None:
        self._bits = (self._bits + bit).lstrip("0")
        if len(self._bits) == 9:                        # start, opcode, address
            word = self._words[int(self._bits[3:], 2)]
            if self._bits.startswith("110"):
                self._shift = [word >> n & 1 for n in range(15, -1, -1)]
            self._bits, self._out = "", 0

    def read(self) -> int:
        return self._out << 3


class Nic:
    """The device that vfio_user.Server serves."""

    def __init__(self, bus: Server, mac: bytes, send: Callable[[bytes], None]) -> None:
        self.regions = {REGION_BAR0: 0x20000, REGION_BAR1: 64, REGION_CONFIG: 256}
        self.faults = Faults()
        self._bus, self._send, self._mac = bus, send, mac
        self._words = eeprom(mac)
        self._config = config_space()
        self._link = True
        self._io_address = 0
        self._script: deque[dict[str, Any]] = deque()
        self._write_hooks: dict[int, Callable[[int], None]] = {
            CTRL: self._write_ctrl, EECD: self._write_eecd, EERD: self._write_eerd,
            MDIC: self._write_mdic, ICR: self._write_icr, ICS: self.raise_causes,
            IMS: self._write_ims, IMC: self._write_imc, RDT: self._write_rdt,
            TDT: self._write_tdt, STATUS: lambda _: None,
            RCTL: self._write_rctl, TCTL: self._write_tctl}
        self.device_reset()

    # -- PCI

    def device_reset(self) -> None:
        """Power on, or a reset of the function."""
        self._config = config_space()
        self._phy = dict(PHY_DEFAULTS)
        self._reset_mac()

    def _reset_mac(self) -> None:
        self._regs = [0] * (0x20000 // 4)
        self._icr = 0
        self._fifo: deque[bytes] = deque()
        self._fifo_bytes = 0
        self._context = offload.Context()
        self._frame = bytearray()
        self._held: list[tuple[int, int]] = []
        self._wires = Microwire(self._words)
        self._regs[LEDCTL // 4] = 0x07068302
        self._regs[RAL // 4:RAL // 4 + 2] = struct.unpack("<II", self._mac + b"\0\x80")
        self._update_line()

    def _can_dma(self) -> bool:
        return bool(self._config[PCI_COMMAND] & PCI_MASTER)

    def region_read(self, region: int, offset: int, size: int) -> bytes:
        if region == REGION_CONFIG:
            return bytes(self._config[offset:offset + size]).ljust(size, b"\0")
        if region == REGION_BAR1:
            value = self._io_address if offset == 0 else self._read(self._io_address)
        else:
            value = self._read(offset)
        return struct.pack("<Q", value)[:size]

    def region_write(self, region: int, offset: int, data: bytes) -> None:
        value = int.from_bytes(data, "little")
        if region == REGION_CONFIG:
            slept = self._config[PM_CTRL] & 3
            self._config[offset:offset + len(data)] = data
            if slept == 3 and not self._config[PM_CTRL] & 3:
                self._reset_mac()       # out of D3hot nothing is left
                self._phy = dict(PHY_DEFAULTS)
        elif region == REGION_BAR1 and offset == 0:
            self._io_address = value & 0x1fffc
        elif region == REGION_BAR1:
            self._write(self._io_address, value)
        else:
            self._write(offset, value)

    # -- registers

    def _read(self, offset: int) -> int:
        value = self._regs[offset // 4] if offset < 0x20000 else 0
        if offset == ICR:
            value, self._icr = self._icr, 0
            storm = self.faults.strike("irq-storm")
            if storm is not None:
                self._icr = storm.get("causes", INT_RXT0)
            self._update_line()
        elif offset == STATUS:
            value = STATUS_BASE | (STATUS_LU if self._link else 0)
        elif offset == EECD:
            value = value & ~8 | self._wires.read() | 0x100 | (value & 0x40) << 1
        elif STATS <= offset < STATS_END and offset not in (GORCL, GOTCL, TORL, TOTL):
            self._regs[offset // 4] = 0
            if offset - 4 in (GORCL, GOTCL, TORL, TOTL):
                self._regs[offset // 4 - 1] = 0
        return self.faults.read(offset, value)

    def _write(self, offset: int, value: int) -> None:
        if offset >= 0x20000:
            return
        hook = self._write_hooks.get(offset)
        if hook:
            hook(value)
        else:
            self._regs[offset // 4] = value

    def peek(self, offset: int) -> int:
        """A register as it is, without side effects."""
        return self._icr if offset == ICR else self._regs[offset // 4]

    def poke(self, offset: int, value: int) -> None:
        """Change a register behind the driver's back, without side effects."""
        self._regs[offset // 4] = value

    def _count(self, offset: int, by: int = 1) -> None:
        self._regs[offset // 4] = (self._regs[offset // 4] + by) & 0xffffffff

    def _count_bytes(self, offset: int, by: int) -> None:
        total = (self._regs[offset // 4] | self._regs[offset // 4 + 1] << 32) + by
        self._regs[offset // 4] = total & 0xffffffff
        self._regs[offset // 4 + 1] = total >> 32 & 0xffffffff

    def _write_ctrl(self, value: int) -> None:
        if value & CTRL_RST:
            self._reset_mac()
            self.faults.end("restart")
            self.faults.end("reset")
            if self.faults.strike("reset-stuck") is None:
                value &= ~CTRL_RST
        self._regs[CTRL // 4] = value & ~(1 << 31)

    def _write_eecd(self, value: int) -> None:
        self._regs[EECD // 4] = value & 0x47
        if not self.faults.is_armed("eeprom"):
            self._wires.write(value)

    def _write_eerd(self, value: int) -> None:
        fault = self.faults.strike("eeprom") if value & 1 else None
        word = self._words[value >> 8 & 0x3f]
        if fault is not None:
            if fault.get("how") == "dead":
                self._regs[EERD // 4] = value
                return
            word = self.faults.random.getrandbits(16)
        self._regs[EERD // 4] = word << 16 | value & 0xff00 | 0x10

    def _write_mdic(self, value: int) -> None:
        number, write = value >> 16 & 0x1f, value >> 26 & 3 == 1
        data = value & 0xffff if write else self._phy.get(number, 0)
        fault = self.faults.strike("phy")
        how = fault.get("how") if fault is not None else ""
        if how == "garbage":
            data = self.faults.random.getrandbits(16)
        elif write and how == "":
            self._write_phy(number, data)
        status = {"dead": 0, "error": 1 << 30 | 1 << 28}.get(how or "", 1 << 28)
        if value >> 21 & 0x1f != 1:
            status = 1 << 30 | 1 << 28
        self._regs[MDIC // 4] = value & 0x0fff0000 | data | status

    def _write_phy(self, number: int, data: int) -> None:
        if number in (1, 2, 3, 5, 10, 15, 17):
            return
        if number == 0:
            if data & 0x8000:
                data = PHY_DEFAULTS[0]
            if data & 0x0200:                   # negotiation is over at once
                self.raise_causes(INT_LSC)
            data &= ~0x8200
        self._phy[number] = data

    # -- interrupts

    def _write_icr(self, value: int) -> None:
        self._icr &= ~value
        self._update_line()

    def _write_ims(self, value: int) -> None:
        self._regs[IMS // 4] |= value
        self._update_line()

    def _write_imc(self, value: int) -> None:
        self._regs[IMS // 4] &= ~value
        self._update_line()

    def raise_causes(self, causes: int) -> None:
        self._icr |= causes
        self._update_line()

    def _update_line(self) -> None:
        level = bool(self._icr & self._regs[IMS // 4])
        if level and self.faults.strike("irq-lost") is not None:
            level = False
        self._bus.set_intx(level or self.faults.is_armed("irq-stuck"))

    def set_link(self, up: bool) -> None:
        self._link = up
        for number, bit in ((BMSR, BMSR_LINK), (PSSR, PSSR_LINK)):
            self._phy[number] = self._phy[number] | bit if up else self._phy[number] & ~bit
        self.raise_causes(INT_LSC)

    # -- receive

    def _accepts(self, frame: bytes) -> bool:
        rctl = self._regs[RCTL // 4]
        if not rctl & RCTL_EN or not self._link:
            return False
        dst = frame[:6]
        if rctl & RCTL_VFE and frame[12:14] == b"\x81\x00" and len(frame) >= 16:
            vid = int.from_bytes(frame[14:16], "big") & 0xfff
            if not self._regs[VFTA // 4 + (vid >> 5)] >> (vid & 31) & 1:
                return False
        if dst == b"\xff" * 6:
            return bool(rctl & (RCTL_BAM | RCTL_MPE))
        if dst[0] & 1:
            shift = (4, 3, 2, 0)[rctl >> 12 & 3]
            bits = (dst[5] << 8 | dst[4]) >> shift & 0xfff
            return bool(rctl & RCTL_MPE or
                        self._regs[MTA // 4 + (bits >> 5)] >> (bits & 31) & 1)
        if rctl & RCTL_UPE:
            return True
        low, high = struct.unpack("<IH", dst)
        return any(self._regs[RAL // 4 + 2 * n] == low and
                   self._regs[RAL // 4 + 2 * n + 1] & (RAH_AV | 0xffff) == RAH_AV | high
                   for n in range(16))

    def receive(self, frame: bytes) -> None:
        """A frame from the wire, of any length, without its checksum."""
        if not self._accepts(frame):
            return
        rctl = self._regs[RCTL // 4]
        self._count(TPR)
        self._count_bytes(TORL, len(frame) + 4)
        if len(frame) + 4 > (16384 if rctl & RCTL_LPE else
                             1522 if frame[12:14] == b"\x81\x00" else 1518):
            self._count(ROC)
            return
        if self._fifo_bytes + len(frame) > FIFO_BYTES:
            self._count(MPC)
            self.raise_causes(INT_RXO)
            return
        self._fifo.append(frame)
        self._fifo_bytes += len(frame)
        self._pump()

    def _ring(self, base: int, length: int) -> tuple[int, int]:
        """Address and number of descriptors."""
        address = self._regs[base // 4] & ~0xf | self._regs[base // 4 + 1] << 32
        return address, (self._regs[length // 4] & 0xfff80) // 16

    def _buffer_size(self) -> int:
        rctl = self._regs[RCTL // 4]
        size = 2048 >> (rctl >> 16 & 3)
        return size * 16 if rctl & RCTL_BSEX else size

    def _pump(self) -> None:
        """From the FIFO into the ring, as far as there is room."""
        _, size = self._ring(RDBAL, RDLEN)
        done = False
        while self._fifo and size and self._can_dma() and self._regs[RCTL // 4] & RCTL_EN:
            free = (self._regs[RDT // 4] - self._regs[RDH // 4]) % size
            need = -(-(len(self._fifo[0]) + 4) // self._buffer_size())
            if free < need:
                self._count(RNBC)
                self.raise_causes(INT_RXO | INT_RXDMT0)
                break
            frame = self._fifo.popleft()
            self._fifo_bytes -= len(frame)
            self._store(frame)
            done = True
        if done:
            free = (self._regs[RDT // 4] - self._regs[RDH // 4]) % size
            self.raise_causes(INT_RXT0 | (INT_RXDMT0 if free < size // 2 else 0))

    def _store(self, frame: bytes) -> None:
        self._count(GPRC)
        self._count_bytes(GORCL, len(frame) + 4)
        word = RXD_DD | RXD_IXSM
        if self._regs[CTRL // 4] & CTRL_VME and frame[12:14] == b"\x81\x00" and len(frame) >= 16:
            word |= RXD_VP | int.from_bytes(frame[14:16], "big") << 48
            frame = frame[:12] + frame[16:]
        if not self._regs[RCTL // 4] & RCTL_SECRC:
            frame += struct.pack("<I", zlib.crc32(frame))
        step = self._buffer_size()
        address, size = self._ring(RDBAL, RDLEN)
        for at in range(0, len(frame) or 1, step):
            piece = frame[at:at + step]
            head = self._regs[RDH // 4] % size
            buffer = struct.unpack("<Q", self._bus.memory.read(address + 16 * head, 8))[0]
            self._bus.memory.write(buffer, piece)
            last = RXD_EOP if at + step >= len(frame) else 0
            self._write_back(address, size, head, word | last | len(piece))
            self._regs[RDH // 4] = (head + 1) % size

    def _write_back(self, address: int, size: int, head: int, word: int) -> None:
        """A receive descriptor is done."""
        if self.faults.strike("rx-silent") is not None:
            return
        word = self.faults.rx_word(word)
        spread = self.faults.strike("rx-spread")
        slots = [0, *spread.get("slots", [1])] if spread is not None else [0]
        writes = [(address + 16 * ((head + n) % size) + 8, word) for n in slots]
        hold = self.faults.strike("rx-hold")
        if hold is not None:
            self._held += writes
            if len(self._held) < hold.get("depth", 4):
                return
        writes = self._held[::-1] or writes
        self._held = []
        for at, value in writes:
            self._bus.memory.write(at, struct.pack("<Q", value))

    def _write_rdt(self, value: int) -> None:
        self._regs[RDT // 4] = value & 0xffff
        self._pump()
        self._play()

    def _write_rctl(self, value: int) -> None:
        self._regs[RCTL // 4] = value
        self._pump()

    # -- transmit

    def _write_tctl(self, value: int) -> None:
        self._regs[TCTL // 4] = value
        if not value & TCTL_EN:
            self.faults.end("restart")
        self._transmit()

    def _write_tdt(self, value: int) -> None:
        if self._regs[TDT // 4] == value & 0xffff:
            self.faults.end("kick")
        self._regs[TDT // 4] = value & 0xffff
        if self.faults.strike("tx-stall") is None:
            self._transmit()

    def _transmit(self) -> None:
        """Everything from head to tail."""
        address, size = self._ring(TDBAL, TDLEN)
        if not size or not self._can_dma() or not self._regs[TCTL // 4] & TCTL_EN or \
                self.faults.is_armed("tx-stall"):
            return
        if self.faults.strike("tx-all-done") is not None:
            for slot in range(size):
                at = address + 16 * slot + 8
                word = struct.unpack("<Q", self._bus.memory.read(at, 8))[0]
                self._bus.memory.write(at, struct.pack("<Q", word | TXD_DD))
        reported = False
        head = self._regs[TDH // 4] % size
        while head != self._regs[TDT // 4] % size:
            at = address + 16 * head
            low, high = struct.unpack("<QQ", self._bus.memory.read(at, 16))
            self._take(low, high)
            if high & TXD_RS and self.faults.strike("tx-silent") is None:
                word = self.faults.tx_word(high | TXD_DD)
                self._bus.memory.write(at + 8, struct.pack("<Q", word))
                reported = True
            head = (head + 1) % size
            self._regs[TDH // 4] = head
        if reported:
            self.raise_causes(INT_TXDW)

    def _take(self, low: int, high: int) -> None:
        """One descriptor of a frame."""
        if high & TXD_DEXT and high >> 20 & 0xf == 0:
            self._context = offload.Context.unpack(low, high)
            return
        length = high & (0xfffff if high & TXD_DEXT else 0xffff)
        self._frame += self._bus.memory.read(low, length)
        if not high & TXD_EOP:
            return
        data, self._frame = bytes(self._frame), bytearray()
        if self.faults.strike("tx-lie") is not None:
            return
        ip_sum = bool(high & TXD_DEXT and high & TXD_IXSM)
        l4_sum = bool(high & TXD_DEXT and high & TXD_TXSM)
        if high & TXD_DEXT and high & TXD_TSE:
            frames = list(offload.segments(data, self._context, ip_sum, l4_sum))
        else:
            frames = [offload.summed(data, self._context, ip_sum, l4_sum)]
        for frame in frames:
            if high & TXD_VLE:
                frame = frame[:12] + b"\x81\x00" + struct.pack("!H", high >> 48) + frame[12:]
            self._count(GPTC)
            self._count(TPT)
            self._count_bytes(GOTCL, len(frame) + 4)
            self._count_bytes(TOTL, len(frame) + 4)
            if self._link:
                self._send(frame.ljust(60, b"\0"))

    # -- commands

    def _play(self) -> None:
        """Go on with the script as far as there are buffers: no frame of it is missed."""
        while self._script:
            _, size = self._ring(RDBAL, RDLEN)
            free = (self._regs[RDT // 4] - self._regs[RDH // 4]) % size if size else 0
            length = self._script[0].get("length", 0)
            if self._script[0]["op"] == "inject" and \
                    (self._fifo or free * self._buffer_size() < length + 4):
                break
            item = self._script[0]
            item["times"] = item.get("times", 1) - 1
            if not item["times"]:
                self._script.popleft()
            self.execute(dict(item))

    def execute(self, request: dict[str, Any]) -> dict[str, Any]:
        """One command of the harness, or of a test in the guest."""
        op = request.pop("op")
        if op == "arm":
            self.faults.arm(request.pop("fault"), request)
            self._update_line()
        elif op == "disarm":
            self.faults.disarm(request.get("fault"))
            self._update_line()
        elif op == "poke":
            self.poke(request["offset"], request["value"])
        elif op == "raise":
            self.raise_causes(request["causes"])
        elif op == "link":
            self.set_link(request["up"])
        elif op == "reset":
            self._reset_mac()
        elif op == "inject":
            frame = bytes.fromhex(request["frame"])
            self.receive(frame.ljust(request.get("length", 0), frame[-1:]))
        elif op == "play":
            self._script.extend(request["requests"])
            self._play()
        elif op != "state":
            raise ValueError(f"no command {op}")
        return {"struck": self.faults.struck, "left": len(self._script),
                "registers": {f"{o:#x}": self.peek(o) for o in request.get("peek", [])}}
