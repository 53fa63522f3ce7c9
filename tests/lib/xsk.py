# SPDX-License-Identifier: GPL-2.0-only
"""AF_XDP sockets in plain system calls, so that a test can do with the rings what no
library would: leave them empty, fill them wrongly, share them.

    umem = xsk.Umem(t, 64, 2048)
    sock = xsk.Socket(t, umem)
    sock.fill(umem.take(32))
    for data, addresses in sock.receive(1): ...
"""

import ctypes
import errno
import mmap
import os
import select
import socket
import struct

from lib import e1k, frames, xdp

AF_XDP, SOL_XDP = 44, 283
(MMAP_OFFSETS, RX_RING, TX_RING, UMEM_REG, FILL_RING, COMPLETION_RING, STATISTICS,
 OPTIONS) = range(1, 9)
OPTIONS_ZEROCOPY, RING_NEED_WAKEUP, UNALIGNED, CONTINUED = 1, 1, 1, 1
SHARED_UMEM, COPY, ZEROCOPY, USE_NEED_WAKEUP, USE_SG = 1, 2, 4, 8, 16
PAGE_RX, PAGE_TX, PAGE_FILL, PAGE_COMPLETION = 0, 0x80000000, 0x100000000, 0x180000000
SO_BUSY_POLL, SO_PREFER_BUSY_POLL, SO_BUSY_POLL_BUDGET = 46, 69, 70
DESC = struct.Struct("=QII")
ADDRESS = struct.Struct("=Q")
# In an unaligned address the upper bits are an offset to the rest.
OFFSET_SHIFT = 48

_libc = ctypes.CDLL(None, use_errno=True)


class Ring:
    """One side of a ring that is shared with the kernel."""

    def __init__(self, sock, page, offsets, entry, size):
        producer, consumer, desc, flags = offsets
        self._map = mmap.mmap(sock.fileno(), desc + size * entry.size, mmap.MAP_SHARED,
                              mmap.PROT_READ | mmap.PROT_WRITE, offset=page)
        self._producer, self._consumer, self._flags = (
            ctypes.c_uint32.from_buffer(self._map, at) for at in (producer, consumer, flags))
        self._desc, self._entry, self.size = desc, entry, size

    def _at(self, index):
        return self._desc + index % self.size * self._entry.size

    def put(self, entries):
        """As many of these as fit; how many that was. For rings that go to the kernel."""
        at = self._producer.value
        entries = entries[:self.size - (at - self._consumer.value) % 2**32]
        for i, values in enumerate(entries):
            self._entry.pack_into(self._map, self._at(at + i), *values)
        self._producer.value = (at + len(entries)) % 2**32
        return len(entries)

    def get(self):
        """All that is there. For rings that come from the kernel."""
        at = self._consumer.value
        count = (self._producer.value - at) % 2**32
        found = [self._entry.unpack_from(self._map, self._at(at + i)) for i in range(count)]
        self._consumer.value = (at + count) % 2**32
        return found

    def waiting(self):
        """How many entries the other side has not taken."""
        return (self._producer.value - self._consumer.value) % 2**32

    def close(self):
        """Unmap it: as long as it is mapped the socket lives."""
        self._producer = self._consumer = self._flags = None
        self._map.close()

    def needs_wakeup(self):
        """Whether the kernel asks to be woken."""
        return bool(self._flags.value & RING_NEED_WAKEUP)


class Umem:
    """Memory for frames, in chunks; free ones are taken from it."""

    def __init__(self, t, count, chunk=2048, headroom=0, flags=0, spacing=None, offset=0):
        """Unaligned chunks may have a spacing and an offset: a zero-copy chunk must not
        reach into another page."""
        self.t, self.chunk, self.headroom, self.flags = t, chunk, headroom, flags
        self._spacing, self._offset = spacing or chunk, offset
        size = -(-count * self._spacing // mmap.PAGESIZE) * mmap.PAGESIZE
        self.memory = mmap.mmap(-1, size)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        self.free = [i * self._spacing + offset for i in range(count)]
        # The socket that registered it and owns its fill and completion rings
        self.owner = None

    def take(self, count):
        """Addresses of chunks that are free."""
        if count > len(self.free):
            raise IndexError(f"{count} chunks wanted, {len(self.free)} are free")
        taken, self.free = self.free[:count], self.free[count:]
        return taken

    def give(self, address):
        """The chunk in which this address is, is free again."""
        base = address & (1 << OFFSET_SHIFT) - 1
        self.free.append(base - base % self._spacing + self._offset)

    def place(self, address):
        """Where in the memory a descriptor's address is."""
        return (address & (1 << OFFSET_SHIFT) - 1) + (address >> OFFSET_SHIFT)


class Socket:
    """An AF_XDP socket on the queue of the NIC under test, in zero-copy unless told."""

    def __init__(self, t, umem, flags=ZEROCOPY | USE_NEED_WAKEUP, ring=64, busy=False,
                 queue=0, patience=e1k.PATIENCE, bind=True):
        """Without `bind` it is left to bind()."""
        self.t, self.umem = t, umem
        self.sock = t.socket("nut", AF_XDP, socket.SOCK_RAW, 0)
        self.fd = self.sock.fileno()
        self._rings(ring)
        if busy:
            for option, value in ((SO_PREFER_BUSY_POLL, 1), (SO_BUSY_POLL, 20),
                                  (SO_BUSY_POLL_BUDGET, 64)):
                self.sock.setsockopt(socket.SOL_SOCKET, option, value)
        shared = 0
        if umem.owner is not self:
            # With the memory go all choices of the first socket.
            flags, shared = SHARED_UMEM, umem.owner.fd
        self._address = struct.pack("=HHIII", AF_XDP, flags, xdp.index_of(self.t), queue, shared)
        self.zero_copy = None
        if bind:
            try:
                self.bind(patience)
                xdp.link_back(t)
            except OSError:
                self.close()
                raise

    def _option(self, form, option):
        size = struct.calcsize(form)
        return struct.unpack(form, self.sock.getsockopt(SOL_XDP, option, size))

    def _rings(self, size):
        number = struct.pack("=I", size)
        umem = self.umem
        kinds = [("rx", RX_RING, PAGE_RX, DESC), ("tx", TX_RING, PAGE_TX, DESC)]
        if not umem.owner:
            self.sock.setsockopt(SOL_XDP, UMEM_REG, struct.pack(
                "=QQIIII", umem.address, len(umem.memory), umem.chunk, umem.headroom,
                umem.flags, 0))
            kinds += [("filling", FILL_RING, PAGE_FILL, ADDRESS),
                      ("completion", COMPLETION_RING, PAGE_COMPLETION, ADDRESS)]
            umem.owner = self
        for _, option, _, _ in kinds:
            self.sock.setsockopt(SOL_XDP, option, number)
        offsets = self._option("=16Q", MMAP_OFFSETS)
        where = {"rx": 0, "tx": 4, "filling": 8, "completion": 12}
        for name, _, page, entry in kinds:
            at = where[name]
            setattr(self, name, Ring(self.sock, page, offsets[at:at + 4], entry, size))
        if umem.owner is not self:
            self.filling, self.completion = umem.owner.filling, umem.owner.completion

    def bind(self, patience=e1k.PATIENCE):
        """Take the queue, and do nothing else: fault-xdp.py fails the allocations of this call."""
        error = 0

        def bound():
            nonlocal error
            error = _libc.bind(self.fd, self._address, len(self._address)) and ctypes.get_errno()
            return error != errno.EBUSY

        # A queue stays taken for a moment after the socket that had it was closed.
        e1k.wait_for(bound, patience=patience)
        if error:
            raise OSError(error, f"bind: {os.strerror(error)}")
        self.zero_copy = bool(self._option("=I", OPTIONS)[0] & OPTIONS_ZEROCOPY)

    def close(self):
        """Give the queue back; the owner of the memory last."""
        rings = [self.rx, self.tx]
        if self.umem.owner is self:
            rings += [self.filling, self.completion]
            self.umem.owner = None
        for ring in rings:
            ring.close()
        self.sock.close()

    def statistics(self):
        """What the kernel counts: dropped, invalid RX, invalid TX, RX ring full, fill ring
        empty, TX ring empty."""
        return self._option("=6Q", STATISTICS)

    # -- receive

    def fill(self, addresses):
        """Hand chunks to the NIC."""
        if self.filling.put([(a,) for a in addresses]) != len(addresses):
            raise IndexError("the fill ring is full")
        self.wake_rx()

    def wake_rx(self):
        """Tell the kernel of the fill ring, if it wants to be told."""
        if self.filling.needs_wakeup():
            _libc.recvfrom(self.fd, None, 0, socket.MSG_DONTWAIT, None, None)

    def poll(self):
        """Wait a moment for something to receive."""
        self.wake_rx()
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        return poll.poll(100)

    def receive(self, count, refill=True, patience=e1k.PATIENCE):
        """A number of frames as bytes. Their chunks go back into the fill ring, or are free."""
        got, parts = [], b""

        def more():
            nonlocal parts
            for address, length, options in self.rx.get():
                at = self.umem.place(address)
                parts += self.umem.memory[at:at + length]
                self.umem.give(address)
                if refill:
                    self.fill(self.umem.take(1))
                if not options & CONTINUED:
                    got.append(parts)
                    parts = b""
            return len(got) >= count or self.poll() and False

        e1k.wait_for(more, patience=patience)
        return got

    def receiving(self, expected):
        """The socket as xdp.carried() wants to receive."""
        return self.receive(len(expected))

    # -- transmit

    def wake_tx(self, always=False):
        """Tell the kernel of the TX ring, if it wants to be told."""
        if always or self.tx.needs_wakeup():
            if _libc.sendto(self.fd, None, 0, socket.MSG_DONTWAIT, None, 0) < 0 and \
                    ctypes.get_errno() not in (errno.EAGAIN, errno.EBUSY, errno.ENOBUFS):
                raise OSError(ctypes.get_errno(), "sendto")

    def send(self, frames, limit=None, wake=True):
        """Put frames into the TX ring, as soon as chunks and ring have room; a frame over
        the limit goes in several buffers."""
        limit = limit or self.umem.chunk
        for frame in frames:
            pieces = [frame[i:i + limit] for i in range(0, len(frame), limit)]
            e1k.wait_for(lambda need=len(pieces): self.reap() >= need,
                         "free chunks of the sending socket")
            entries = []
            for i, piece in enumerate(pieces):
                address = self.umem.take(1)[0]
                self.umem.memory[address:address + len(piece)] = piece
                entries.append((address, len(piece), CONTINUED * (i < len(pieces) - 1)))
            while entries:
                entries = entries[self.tx.put(entries):]
                if entries:
                    self.wake_tx()
        if wake:
            self.wake_tx()

    def reap(self):
        """Take back the chunks that were sent; how many are free."""
        for (address,) in self.completion.get():
            self.umem.give(address)
        if not self.umem.free:
            self.wake_tx()
        return len(self.umem.free)

    def sent(self):
        """Wait until the NIC has everything."""
        def done():
            self.wake_tx()
            self.reap()
            return not self.tx.waiting()
        return e1k.wait_for(done, "the TX ring to be emptied")


def program(t, *socks):
    """The program that gives the tests' frames to this socket: its map and its objects."""
    programs = xdp.Programs("verdict", "to_socket")
    sockets = programs.map("sockets", "=i")
    for sock in socks:
        sockets[0] = sock.fd
    xdp.attach(t, programs["to_socket"])
    return programs


def carries(t, sock, text=""):
    """Two checks: frames of all lengths come and go through it, every byte."""
    wrong = xdp.carried(xdp.SIZES, xdp.incoming, xdp.sending(frames.raw(t, "peer")),
                        sock.receiving)
    t.check(not wrong, f"{text}{len(xdp.SIZES)} lengths received, every byte", *wrong)
    wrong = xdp.carried(xdp.SIZES, xdp.outgoing, sock.send,
                        xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST)))
    t.check(not wrong, f"{text}{len(xdp.SIZES)} lengths sent, every byte", *wrong)
