# SPDX-License-Identifier: GPL-2.0-only
"""Device memory TCP without a device: a queue of the NIC has the pages of a udmabuf, which
this process can read, while the kernel treats them as memory that it cannot."""

import contextlib
import fcntl
import mmap
import os
import re
import socket
import struct
import subprocess
import sys

from . import e1k, genl, rss, traffic, xdp, zcrx

F_ADD_SEALS, F_SEAL_SHRINK = 1033, 2
UDMABUF_CREATE = 0x40187542
MSG_SOCK_DEVMEM = 0x2000000
SCM_DEVMEM_LINEAR, SCM_DEVMEM_DMABUF, SO_DEVMEM_DONTNEED = 78, 79, 80
IFINDEX, QUEUES, FD, ID = 1, 2, 3, 4
QUEUE_ID, QUEUE_TYPE = 1, 3
RX = 0
DETACHED, DMABUF, IO_URING = 6, 7, 8
PORT = 5001
PAGES = 512
BUFFERS = "/sys/kernel/debug/dma_buf/bufinfo"


class Memory:
    """So many pages, as a dma-buf and for this process."""

    def __init__(self, pages):
        size = pages * mmap.PAGESIZE
        memory = os.memfd_create("devmem", os.MFD_ALLOW_SEALING)
        os.ftruncate(memory, size)
        fcntl.fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK)
        device = os.open("/dev/udmabuf", os.O_RDWR)
        # Of a bytearray ioctl() gives what the kernel returned
        self.fd = fcntl.ioctl(device, UDMABUF_CREATE,
                              bytearray(struct.pack("=IIQQ", memory, 0, 0, size)))
        self.data = mmap.mmap(memory, size)
        os.close(device)
        os.close(memory)

    def close(self):
        """Let go of it; a queue may have it still."""
        os.close(self.fd)
        self.data.close()


class Binding:
    """A queue has this memory until it is closed. An OSError says why it cannot. Without
    `bind` all is prepared, and bind() is one request."""

    def __init__(self, t, memory, queue=1, bind=True):
        self.sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC)
        index = int(t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/ifindex")).out)
        which = genl.attribute(QUEUE_ID, struct.pack("=I", queue)) + \
            genl.attribute(QUEUE_TYPE, struct.pack("=I", RX))
        self._request = (genl.attribute(IFINDEX, struct.pack("=I", index)) +
                         genl.attribute(QUEUES | 0x8000, which) +
                         genl.attribute(FD, struct.pack("=I", memory.fd)))
        self._family = genl.Family(self.sock, "netdev")
        try:
            if bind:
                self.bind()
        except OSError:
            self.sock.close()
            raise

    def bind(self):
        """Give the queue the memory."""
        self._family.do(genl.BIND_RX, self._request)

    def close(self):
        """The queue has ordinary memory again."""
        self.sock.close()


def receive(sock, memory, give_back=True):
    """What a socket has received, and how many bytes of it were copied."""
    data, linear = b"", 0
    buf, ancillary, _, _ = sock.recvmsg(1 << 16, 1 << 14, MSG_SOCK_DEVMEM)
    for level, kind, value in ancillary:
        if level != socket.SOL_SOCKET:
            continue
        offset, size, token = struct.unpack_from("=QII", value)
        if kind == SCM_DEVMEM_LINEAR:
            data += buf[linear:linear + size]
            linear += size
        elif kind == SCM_DEVMEM_DMABUF:
            data += memory.data[offset:offset + size]
            if give_back:
                sock.setsockopt(socket.SOL_SOCKET, SO_DEVMEM_DONTNEED,
                                struct.pack("=II", token, 1))
    return data, linear


def pools(t):
    """The NIC's page pools: rows as netlink tells them."""
    index = int(t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/ifindex")).out)
    with t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC) as sock:
        return [row for row in genl.Family(sock, "netdev").dump(genl.PAGE_POOL_GET)
                if genl.number(row.get(2)) == index]


def listen(t):
    """A socket that waits where the second queue's frames go."""
    listener = t.socket("nut", socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((e1k.NUT_IP, PORT))
    listener.listen()
    return listener


def accept(listener):
    """The first connection; it waits for no other."""
    nut, _ = listener.accept()
    nut.settimeout(e1k.PATIENCE)
    listener.close()
    return nut


def connect(t):
    """The peer's end of a connection to that socket."""
    peer = t.socket("peer", socket.AF_INET)
    peer.settimeout(e1k.PATIENCE)
    peer.connect((e1k.NUT_IP, PORT))
    return peer


def connection(t):
    """A TCP connection whose frames come by the second queue: nut's end, the peer's."""
    listener = listen(t)
    peer = connect(t)
    return accept(listener), peer


class Sender:
    """The peer's end of a connection to the second queue sends the same bytes again and
    again, until the other end is gone."""

    def __init__(self, t):
        self.data = os.urandom(1 << 16)
        self._sock = connect(t)
        # What was sent has nearly all been received
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
        self._sent = 0
        self._thread = e1k.in_background(self._send)

    def _send(self):
        # Reset, or without an answer from a NIC that is gone
        with contextlib.suppress(OSError):
            while True:
                self._sock.sendall(self.data)
                self._sent += len(self.data)

    def flows(self, amount=1 << 19):
        """Whether so much more is sent."""
        goal = self._sent + amount
        return e1k.wait_for(lambda: self._sent >= goal)

    def end(self):
        """Wait until it has noticed that the other end is gone."""
        self._thread.result()
        self._sock.close()


def by_memory(nut, peer, memory, size=1 << 18):
    """Send so much; the bytes that came another way than by the memory, or what is wrong."""
    data, seen, copied = os.urandom(size), b"", 0
    sender = e1k.in_background(peer.sendall, data)
    while len(seen) < size:
        part, linear = receive(nut, memory)
        if not part:
            break
        seen, copied = seen + part, copied + linear
    sender.result()
    return traffic.difference(seen, data) or copied


def bound(t):
    """How many queues have a dma-buf's memory or io_uring's."""
    return sum((DMABUF in row or IO_URING in row) and DETACHED not in row for row in pools(t))


def need_kernel():
    """Skip where queues cannot have a program's memory."""
    if [*map(int, os.uname().release.split(".")[:2])] < [7, 2]:
        raise e1k.Skip("this kernel has no queue operations that the driver could offer")


def arrange(t):
    """Two queues, a port that has the second one, header split."""
    need_kernel()
    if not os.path.exists("/dev/udmabuf"):
        raise e1k.Skip("no /dev/udmabuf")
    rss.two_queues(t)
    t.must(t.on_nut("ethtool", "-X", t.nut, "equal", 1))
    t.must(t.on_nut("ethtool", "-N", t.nut, "flow-type", "tcp4", "dst-port", PORT, "action", 1))
    t.defer(t.features, "ntuple", "on")
    t.defer(t.features, "ntuple", "off")
    t.defer(t.on_nut, "ethtool", "-G", t.nut, "tcp-data-split", "off")


def held(t):
    """What there is of processes' memory: pools that have it or wait for it, dma-bufs, pinned
    pages."""
    with open(BUFFERS, encoding="ascii") as file:
        buffers = int(re.search(r"Total (\d+) objects", file.read())[1])
    with open("/proc/sys/vm/stat_refresh", "w", encoding="ascii") as file:
        file.write("1")
    with open("/proc/vmstat", encoding="ascii") as file:
        stat = dict(line.split() for line in file)
    pinned = int(stat["nr_foll_pin_acquired"]) - int(stat["nr_foll_pin_released"])
    xdp.stir()
    return sum(DMABUF in row or IO_URING in row for row in pools(t)), buffers, pinned


def another_process(t, kind="devmem"):
    """A process whose memory the second queue has. It receives into that memory from the
    first Sender that connects, until it is killed."""
    process = subprocess.Popen(     # pylint: disable=consider-using-with
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {os.path.dirname(e1k.LIB)!r}); "
         f"from lib import devmem; devmem.hold({t.nut!r}, {kind!r})"],
        stdout=subprocess.PIPE, text=True)
    t.defer(process.kill)
    said = process.stdout.readline()
    if said != "bound\n":
        raise RuntimeError(f"the other process said {said!r}")
    return process


def hold(nut, kind):
    """What that process does."""
    t = e1k.Bed(0)
    t.nut = nut
    if kind == "zcrx":
        ring = zcrx.Ring(t)
    else:
        memory = Memory(PAGES)
        binding = Binding(t, memory)
    listener = listen(t)
    print("bound", flush=True)
    sock = accept(listener)
    if kind == "zcrx":
        ring.ask(sock)
        while ring.receive():
            pass
    else:
        while receive(sock, memory)[0]:
            pass
        binding.close()
