# SPDX-License-Identifier: GPL-2.0-only
"""io_uring's zero-copy receive in plain system calls: a queue of the NIC has memory of this
process for as long as a ring is open.

    ring = zcrx.Ring(t)
    ring.ask(sock)
    data = ring.receive()
"""

import ctypes
import mmap
import os
import struct

from . import e1k, traffic, xdp

SETUP, ENTER, REGISTER = 425, 426, 427
# include/uapi/linux/io_uring.h
CQSIZE, CQE32, SINGLE_ISSUER, DEFER_TASKRUN = 1 << 3, 1 << 11, 1 << 12, 1 << 13
GETEVENTS, REGISTER_IFQ, RECV_ZC, MULTISHOT, CQE_MORE = 1, 32, 58, 2, 2
OFF_SQES, REGION_USER = 0x10000000, 1
# struct io_uring_params up to the offsets, struct io_sqring_offsets, io_cqring_offsets
PARAMS = struct.Struct("=10I8IQ8IQ")
SQE = struct.Struct("=BBHiQQIIQ24x")
CQE = struct.Struct("=QiIQQ")
REGION = struct.Struct("=QQIIQ4Q")
AREA = struct.Struct("=QQQII2Q")
IFQ = struct.Struct("=IIIIQQIIIIQQIIQ2Q")
RQE = struct.Struct("=QIxxxx")
ENTRIES, REFILLS, PAGES = 64, 4096, 1024
OFFSET = (1 << 48) - 1

_libc = ctypes.CDLL(None, use_errno=True)


def _call(number, *args):
    """A system call; an OSError says what is wrong."""
    result = _libc.syscall(ctypes.c_long(number), *args)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"io_uring: {os.strerror(ctypes.get_errno())}")
    return result


def _private(size):
    """Memory of this process, its address and a view."""
    memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return memory, ctypes.addressof(ctypes.c_char.from_buffer(memory))


class Ring:
    """A ring, and the queue's memory. Only the thread that made it may use it."""

    def __init__(self, t, queue=1):
        params = ctypes.create_string_buffer(PARAMS.pack(
            0, REFILLS, CQSIZE | CQE32 | SINGLE_ISSUER | DEFER_TASKRUN, *[0] * 25), PARAMS.size)
        self.fd = _call(SETUP, ENTRIES, params)
        fields = PARAMS.unpack(params)
        submit, complete = fields[10:19], fields[19:28]
        size = max(submit[6] + 4 * fields[0], complete[5] + CQE.size * fields[1])
        self._rings = mmap.mmap(self.fd, size, mmap.MAP_SHARED)
        self._sqes = mmap.mmap(self.fd, SQE.size * fields[0], mmap.MAP_SHARED, offset=OFF_SQES)
        self._cqes, self._count = complete[5], fields[1]
        self._tail, self._head, self._done = (
            ctypes.c_uint32.from_buffer(self._rings, at)
            for at in (submit[1], complete[0], complete[1]))
        self.memory, self._refill = None, None
        try:
            self._take(t, queue)
        except OSError:
            self.close()
            raise

    def _take(self, t, queue):
        """Give the queue memory."""
        self.memory, address = _private(PAGES * mmap.PAGESIZE)
        self._refill, at = _private(REFILLS * RQE.size + mmap.PAGESIZE)
        region = ctypes.create_string_buffer(
            REGION.pack(at, len(self._refill), REGION_USER, *[0] * 6), REGION.size)
        area = ctypes.create_string_buffer(
            AREA.pack(address, len(self.memory), *[0] * 5), AREA.size)
        ifq = ctypes.create_string_buffer(
            IFQ.pack(xdp.index_of(t), queue, REFILLS, 0, ctypes.addressof(area),
                     ctypes.addressof(region), *[0] * 11), IFQ.size)
        with e1k.namespace():
            _call(REGISTER, self.fd, REGISTER_IFQ, ifq, 1)
        fields = IFQ.unpack(ifq)
        self._token, self._rqes = AREA.unpack(area)[2], fields[8]
        self._back = ctypes.c_uint32.from_buffer(self._refill, fields[7])

    def ask(self, sock):
        """Receive from this socket until it ends."""
        SQE.pack_into(self._sqes, 0, RECV_ZC, 0, MULTISHOT, sock.fileno(), 0, 0, 0, 0, 0)
        # All of the ring's indices are 0: each names that entry
        self._tail.value += 1
        _call(ENTER, self.fd, 1, 0, 0, None, 0)

    def receive(self, give_back=True):
        """Wait for what comes: its bytes, none at the end."""
        if self._head.value == self._done.value:
            _call(ENTER, self.fd, 0, 1, GETEVENTS, None, 0)
        data = b""
        while self._head.value != self._done.value:
            _, result, flags, place, _ = CQE.unpack_from(
                self._rings, self._cqes + self._head.value % self._count * CQE.size)
            self._head.value += 1
            if result < 0:
                raise OSError(-result, f"receive: {os.strerror(-result)}")
            if not result:
                return data
            if not flags & CQE_MORE:
                raise RuntimeError("the receive has ended before its socket")
            place &= OFFSET
            data += self.memory[place:place + result]
            if give_back:
                RQE.pack_into(self._refill, self._rqes + self._back.value % REFILLS * RQE.size,
                              place | self._token, result)
                self._back.value += 1
        return data

    def check(self, data, size):
        """Receive so much of the same data again and again; what is wrong with it."""
        seen = b""
        while len(seen) < size:
            part = self.receive()
            if not part:
                break
            seen += part
        expected = data * (max(len(seen), size) // len(data) + 1)
        return traffic.difference(seen, expected[:max(len(seen), size)])

    def close(self):
        """Close it: as long as it is mapped it lives. The memory stays the process's."""
        self._tail = self._head = self._done = self._back = None
        self._sqes.close()
        self._rings.close()
        os.close(self.fd)
