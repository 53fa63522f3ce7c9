# SPDX-License-Identifier: GPL-2.0-only
"""A server of the vfio-user protocol: a PCI device for QEMU in a process of ours.

QEMU's vfio-user-pci is the client. It forwards configuration space and BARs as
messages on a unix socket and passes the guest's memory as file descriptors;
eventfds take INTx and messages, whose table and masks the client keeps. The protocol is in QEMU's docs/interop/vfio-user.rst.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import socket
import struct
from typing import Any, Protocol

HEADER = struct.Struct("<HHIII")    # id, command, size, flags, error
FLAG_REPLY, FLAG_NO_REPLY, FLAG_ERROR = 1, 1 << 4, 1 << 5

(VERSION, DMA_MAP, DMA_UNMAP, GET_INFO, GET_REGION_INFO, GET_REGION_FDS, GET_IRQ_INFO,
 SET_IRQS, REGION_READ, REGION_WRITE) = range(1, 11)
DEVICE_RESET = 13

REGION_BAR0, REGION_CONFIG, REGIONS = 0, 7, 9
IRQ_INTX, IRQ_MSI, IRQ_MSIX, IRQS = 0, 1, 2, 5
IRQ_DATA_NONE, IRQ_DATA_EVENTFD = 1, 4
IRQ_MASK, IRQ_UNMASK, IRQ_TRIGGER = 8, 16, 32

EINVAL, EIO = 22, 5


class MachineDead(Exception):
    """An access that ends the virtual machine: it is not answered, and nothing is again."""


class Device(Protocol):
    """What is served."""

    regions: dict[int, int]     # index -> bytes
    messages: dict[int, int]    # IRQ_MSI, IRQ_MSIX -> vectors

    def region_read(self, region: int, offset: int, size: int) -> bytes: ...
    def region_write(self, region: int, offset: int, data: bytes) -> None: ...
    def device_reset(self) -> None: ...


class Memory:
    """The guest's memory, as far as it was passed by file descriptor."""

    def __init__(self) -> None:
        self._maps: dict[tuple[int, int], mmap.mmap] = {}

    def add(self, address: int, size: int, fd: int, offset: int) -> None:
        # An offset need not be a multiple of the page size for mmap's taste.
        self._maps[address, size] = mmap.mmap(fd, size, offset=offset)

    def remove(self, address: int, size: int) -> None:
        for key in [k for k in self._maps if address <= k[0] and k[0] + k[1] <= address + size]:
            self._maps.pop(key).close()

    def _find(self, address: int, size: int) -> tuple[mmap.mmap, int] | None:
        for (start, length), memory in self._maps.items():
            if start <= address and address + size <= start + length:
                return memory, address - start
        return None

    def read(self, address: int, size: int) -> bytes:
        """What the bus gives; ones where no memory is."""
        found = self._find(address, size)
        return found[0][found[1]:found[1] + size] if found else b"\xff" * size

    def write(self, address: int, data: bytes) -> None:
        """Lost where no memory is."""
        found = self._find(address, len(data))
        if found:
            found[0][found[1]:found[1] + len(data)] = data


class Server:
    """One client at a time; serve() handles one message."""

    def __init__(self, path: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(1)
        self._client: socket.socket | None = None
        self._buffer = b""
        self._fds: list[int] = []
        self._intx = -1
        self._level = self._masked = False
        self._vectors: dict[tuple[int, int], int] = {}      # kind and number -> eventfd
        self._dead = False
        self.fired = 0          # how often the line rose, as the client sees it, MSI as well
        self.memory = Memory()
        self.device: Device

    def fileno(self) -> int:
        """Of what select() shall look at now."""
        return (self._client or self._listener).fileno()

    # -- INTx: the client masks the line when it took it, and unmasks it later

    def set_intx(self, level: bool) -> None:
        rises = level and not self._level
        self._level = level
        if rises and self._signal(IRQ_MSI, 0):
            self.fired += 1
        if level and not self._masked and self._intx >= 0:
            self._masked = True
            self.fired += 1
            os.eventfd_write(self._intx, 1)
        elif not level and self._masked and self._intx >= 0:
            self._retract()

    def _retract(self) -> None:
        """The line is down again before the client saw it up: then it never was."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._intx)
            self._masked = False

    def _unmask(self) -> None:
        self._masked = False
        self.set_intx(self._level)

    # -- MSI and MSI-X

    def message(self, vector: int) -> None:
        """Send the message of an MSI-X vector; lost if the client has not asked for it."""
        self._signal(IRQ_MSIX, vector)

    def _signal(self, kind: int, vector: int) -> bool:
        fd = self._vectors.get((kind, vector), -1)
        if fd >= 0:
            os.eventfd_write(fd, 1)
        return fd >= 0

    def _set_vectors(self, flags: int, kind: int, start: int, count: int) -> None:
        """Eventfds for vectors; none come with the message for those that lose theirs."""
        if flags & IRQ_DATA_NONE and not count:
            start, count = 0, self.device.messages.get(kind, 0)
        elif not flags & IRQ_DATA_EVENTFD:
            return
        fds, self._fds = self._fds[:count], self._fds[count:]
        for n in range(count):
            old = self._vectors.pop((kind, start + n), -1)
            if old >= 0:
                os.close(old)
            if n < len(fds):
                self._vectors[kind, start + n] = fds[n]

    # -- messages

    def serve(self) -> None:
        """Read what is there and answer whole messages."""
        if self._client is None:
            self._client, _ = self._listener.accept()
            return
        try:
            data, fds, _, _ = socket.recv_fds(self._client, 1 << 16, 16)
        except OSError:
            data, fds = b"", []
        self._fds += fds
        self._buffer += data
        if not data:
            self._hang_up()
        if self._dead:
            return
        while len(self._buffer) >= HEADER.size:
            number, command, size, flags, _ = HEADER.unpack_from(self._buffer)
            if len(self._buffer) < size:
                break
            body, self._buffer = self._buffer[HEADER.size:size], self._buffer[size:]
            self._answer(number, command, flags, body)

    def _hang_up(self) -> None:
        if self._client:
            self._client.close()
        self._client, self._buffer, self._dead = None, b"", False
        self.memory = Memory()
        self._set_eventfd(-1)
        for kind in (IRQ_MSI, IRQ_MSIX):
            self._set_vectors(IRQ_DATA_NONE, kind, 0, 0)
        self.device.device_reset()

    def _answer(self, number: int, command: int, flags: int, body: bytes) -> None:
        error, reply = 0, b""
        try:
            reply = self._execute(command, body)
        except MachineDead:
            self._dead, self._buffer = True, b""
            raise
        except (ValueError, struct.error, OSError):
            error = EINVAL
        if flags & FLAG_NO_REPLY or not self._client:
            return
        header = HEADER.pack(number, command, HEADER.size + len(reply),
                             FLAG_REPLY | (FLAG_ERROR if error else 0), error)
        with contextlib.suppress(OSError):
            self._client.sendall(header + reply)

    def _execute(self, command: int, body: bytes) -> bytes:
        if command == REGION_READ:
            offset, region, count = struct.unpack_from("<QII", body)
            return body[:16] + self.device.region_read(region, offset, count)
        if command == REGION_WRITE:
            offset, region, count = struct.unpack_from("<QII", body)
            self.device.region_write(region, offset, body[16:16 + count])
            return body[:16]
        if command == SET_IRQS:
            self._set_irqs(body)
            return b""
        if command in (DMA_MAP, DMA_UNMAP):
            return self._set_memory(command, body)
        if command == DEVICE_RESET:
            self.device.device_reset()
            return b""
        return self._describe(command, body)

    def _describe(self, command: int, body: bytes) -> bytes:
        if command == VERSION:
            said: dict[str, Any] = {"capabilities": {"max_msg_fds": 8}}
            return body[:4] + json.dumps(said).encode() + b"\0"
        if command == GET_INFO:
            return struct.pack("<IIII", 16, 3, REGIONS, IRQS)    # PCI, can be reset
        if command == GET_REGION_INFO:
            index = struct.unpack_from("<III", body)[2]
            size = self.device.regions.get(index, 0)
            return struct.pack("<IIIIQQ", 32, 3 if size else 0, index, 0, size, 0)
        if command == GET_IRQ_INFO:
            index = struct.unpack_from("<III", body)[2]
            # INTx: an eventfd, maskable, masks itself; messages: eventfds
            count = self.device.messages.get(index, 0)
            flags, count = (7, 1) if index == IRQ_INTX else (1 if count else 0, count)
            return struct.pack("<IIII", 16, flags, index, count)
        raise ValueError(command)

    def _set_memory(self, command: int, body: bytes) -> bytes:
        if command == DMA_UNMAP:
            address, size = struct.unpack_from("<QQ", body, 8)
            self.memory.remove(address, size)
            return body
        offset, address, size = struct.unpack_from("<QQQ", body, 8)
        if self._fds:
            fd = self._fds.pop(0)
            try:
                self.memory.add(address, size, fd, offset)
            finally:
                os.close(fd)
        return body

    def _set_irqs(self, body: bytes) -> None:
        _, flags, index, start, count = struct.unpack_from("<IIIII", body)
        if index in (IRQ_MSI, IRQ_MSIX):
            self._set_vectors(flags, index, start, count)
        if index != IRQ_INTX:
            return
        if flags & IRQ_UNMASK:
            self._unmask()
        elif flags & IRQ_MASK:
            self._masked = True
        elif flags & IRQ_DATA_EVENTFD and self._fds:
            self._set_eventfd(self._fds.pop(0))
        elif flags & IRQ_DATA_NONE and not count:
            self._set_eventfd(-1)

    def _set_eventfd(self, fd: int) -> None:
        if self._intx >= 0:
            os.close(self._intx)
        self._intx = fd
        if fd >= 0:
            os.set_blocking(fd, False)
        self._unmask()
