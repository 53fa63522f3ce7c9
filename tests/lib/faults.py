# SPDX-License-Identifier: GPL-2.0-only
"""Make allocations and DMA mappings fail, by the module in tests/fault/module.

    faults.need(t)
    for fault in faults.each(lambda: set_mtu(9000)):
        ...one allocation of this call failed, and it raised fault.error

What a process does itself fails by number, what happens in softirqs at random: see
Random.
"""

import array
import contextlib
import errno
import fcntl
import os
import socket
import struct

from lib import e1k

DEBUG = "/sys/kernel/debug/e1k_faults"
MODULE = os.path.join(os.path.dirname(os.environ.get("E1K_KO", "/e1k/e1k.ko")),
                      "tests/fault/module/e1k_faults.ko")
DMA_DUMP = "/sys/kernel/debug/dma-api/dump"
SIOCSIFFLAGS, SIOCGIFFLAGS, SIOCSIFMTU, SIOCETHTOOL = 0x8914, 0x8913, 0x8922, 0x8946
IFF_UP = 1


def write(path, value):
    """Write to a file of sysfs or debugfs, once: Python's files try again what failed."""
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, str(value).encode())
    finally:
        os.close(file)


def read(path):
    """A file of sysfs or debugfs, without the end of the line."""
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def need(t):
    """Prepare faults and the test bed; skip the test where this kernel has no function
    whose failing is that of an allocation."""
    if not os.path.exists(MODULE):
        raise e1k.Skip("the module that injects faults was not built for this kernel")
    if not os.path.exists(DEBUG):
        loaded = e1k.command("insmod", MODULE)
        if not loaded:
            raise e1k.Skip(f"faults cannot be injected into this kernel: {loaded.out.strip()}")
    t.setup()
    t.defer(e1k.command, "rmmod", "e1k_faults")


class Fault:
    """A call whose n-th allocation failed."""

    def __init__(self, number, error):
        self.number, self.error = number, error


def each(call, step=1, limit=2000):
    """Let the first, second, ... allocation of call() fail until it makes no more.

    With a `step` only every second, third, ..., where call() takes long.

    Yields a Fault after each, whose error is an OSError or None if the call
    succeeded nevertheless. Allocations by the test program itself may be among
    those that fail.
    """
    for number in range(1, limit, step):
        error = None
        with open(f"{DEBUG}/nth", "r+b", buffering=0) as nth:
            nth.write(b"%d" % number)
            try:
                call()
            except OSError as raised:
                error = raised
            left = int(os.pread(nth.fileno(), 16, 0))
            nth.write(b"0")
        if left:
            if error:
                raise error
            return
        yield Fault(number, error)
    raise RuntimeError(f"more than {limit} allocations")


def each_fails(t, text, change, undo, works, step=1, done=None, other=None):
    """change() with each `step`-th of its allocations failing, which it reports by
    ENOMEM (or an `other` error); undo() after it was done; it works() as before each time.
    Then there is memory, and it is done()."""
    failed, wrong = 0, []
    for fault in each(change, step):
        failed += fault.error is not None
        # Netlink had no memory for its answer: it may be done, or not
        if not fault.error or fault.error.errno == errno.ENOBUFS:
            undo()
        elif fault.error.errno not in (errno.ENOMEM, other):
            wrong.append(f"allocation {fault.number}: {fault.error}")
        if not works():
            wrong.append(f"allocation {fault.number}: no traffic any more, or another state")
            break
    t.check(failed > 1 and not wrong, f"{text}: refused each time, and traffic goes on",
            f"failed {failed} times", *wrong)
    t.check((done or works)(), f"{text}: done when there is memory")
    undo()


class Random:
    """Failures at random, a number of one kind, of what the softirqs need: "pages" that
    must not sleep, heads of "skbs", DMA "mappings".

    Only the driver is hit: the guest's other devices need no mapping, and processes
    may sleep.
    """

    def __init__(self, kind, percent, times):
        self._file, self._percent, self._times = f"{DEBUG}/{kind}", percent, times

    def __enter__(self):
        write(f"{DEBUG}/percent", self._percent)
        write(self._file, self._times)
        return self

    def left(self):
        """How many failures are still to come."""
        return int(read(self._file))

    def __exit__(self, *_):
        write(self._file, 0)

    @classmethod
    def sweep(cls, t, stream, times, text):
        """TCP goes on while `times` allocations of each kind fail, and without a wrong byte."""
        for kind in ("pages", "skbs", "mappings"):
            with cls(kind, 20, times) as random:
                done = e1k.wait_for(lambda: not random.left() or stream.wrong)
                left = random.left()
            t.check(done and not stream.wrong,
                    f"{text}: it goes on while {times} allocations of {kind} fail",
                    f"{left} are still to come", *stream.wrong)
        t.check(stream.flows(1 << 20), f"{text}: with memory it runs as before")
        wrong = stream.stop()
        t.check(not wrong, f"{text}: every byte was the right one", *wrong)


def mappings(t):
    """How many DMA mappings the NIC has, by kind, as DMA debugging knows them; none on
    a kernel without it."""
    counts = {}
    if not os.path.exists(DMA_DUMP):
        return counts
    with open(DMA_DUMP, encoding="ascii", errors="replace") as dump:
        for line in dump:
            words = line.split()
            if t.pci in words:
                kind = words[words.index(t.pci) + 1]
                counts[kind] = counts.get(kind, 0) + 1
    return counts


class Nic:
    """The NIC under test by system calls of this very process: no other program
    whose allocations would be counted too."""

    def __init__(self, t):
        self.name = t.nut
        with e1k.namespace():
            self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def _ioctl(self, request, payload):
        data = bytearray(struct.pack("16s", self.name.encode()) + payload.ljust(24, b"\0"))
        result = fcntl.ioctl(self._sock, request, data, True)
        return result, data[16:]

    def ethtool(self, words):
        """An ethtool command of 32-bit words; they are changed in place."""
        buffer = array.array("I", words)
        address, _ = buffer.buffer_info()
        result, _ = self._ioctl(SIOCETHTOOL, struct.pack("Q", address))
        words[:] = buffer.tolist()
        return result

    def up(self, on=True):
        """Take the interface up or down."""
        _, answer = self._ioctl(SIOCGIFFLAGS, b"")
        flags = struct.unpack_from("h", answer)[0]
        self._ioctl(SIOCSIFFLAGS, struct.pack("h", flags | IFF_UP if on else flags & ~IFF_UP))

    def mtu(self, mtu):
        """Set the MTU."""
        self._ioctl(SIOCSIFMTU, struct.pack("i", mtu))

    def rings(self, rx, tx):
        """Set the rings' sizes (ETHTOOL_SRINGPARAM)."""
        self.ethtool([0x11, 0, 0, 0, 0, rx, 0, 0, tx])

    def ring_sizes(self):
        """The rings' sizes (ETHTOOL_GRINGPARAM)."""
        words = [0x10] + [0] * 8
        self.ethtool(words)
        return words[5], words[8]

    def feature(self, bit, on):
        """Switch a feature (ETHTOOL_SFEATURES); OSError if it stays as it was."""
        blocks = [0, 0, 0, 0]
        blocks[bit // 32 * 2] = 1 << bit % 32
        blocks[bit // 32 * 2 + 1] = on << bit % 32
        if self.ethtool([0x3B, 2, *blocks]):
            raise OSError(errno.ENOMEM, "the feature stays as it was")

    def feature_bit(self, name):
        """The number of a feature (ETHTOOL_GSTRINGS of ETH_SS_FEATURES)."""
        info = [0x37, 0, 1 << 4, 0, 0]
        self.ethtool(info)
        words = [0x1B, 4, info[4]] + [0] * (8 * info[4])
        self.ethtool(words)
        text = array.array("I", words[3:]).tobytes()
        names = [text[i:i + 32].split(b"\0")[0].decode() for i in range(0, len(text), 32)]
        return names.index(name)

    def selftest(self):
        """The offline self-test (ETHTOOL_TEST); the results, 0 where all is well."""
        info = [0x37, 0, 1 << 0, 0, 0]
        self.ethtool(info)
        words = [0x1A, 1, 0, info[4]] + [0] * (2 * info[4])
        self.ethtool(words)
        return words[4::2]


@contextlib.contextmanager
def bound(t):
    """The NIC without a driver, for as long as the block runs: gives a function
    that binds it, which raises OSError if probing fails."""
    driver = f"/sys/bus/pci/drivers/{t.drv}"
    enable = f"/sys/bus/pci/devices/{t.pci}/enable"
    write(f"{driver}/unbind", t.pci)
    # The interpreter of ACPI, asked for the routing of the interrupt when a function is
    # enabled, does not survive a failed allocation. Enabled already, it is not asked for.
    write(enable, 1)
    try:
        yield lambda: write(f"{driver}/bind", t.pci)
    finally:
        if not os.path.exists(f"{driver}/{t.pci}"):
            write(enable, 0)
        if not os.path.exists(f"{driver}/{t.pci}"):
            write(f"{driver}/bind", t.pci)


class Echo:
    """One datagram to the peer and back, as often as it is asked for."""

    PORT = 7

    def __init__(self, t):
        self._nut = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
        self._peer = t.socket("peer", socket.AF_INET, socket.SOCK_DGRAM)
        self._peer.bind((e1k.PEER_IP, self.PORT))
        self._nut.bind((e1k.NUT_IP, self.PORT))
        self._nut.settimeout(1)
        self._peer.settimeout(1)
        self._count = 0

    def _once(self, message):
        with contextlib.suppress(OSError):
            self._nut.sendto(message, (e1k.PEER_IP, self.PORT))
            while self._peer.recv(2000) != message:
                pass
            self._peer.sendto(message, (e1k.NUT_IP, self.PORT))
            while self._nut.recv(2000) != message:
                pass
            return True
        return False

    def __call__(self, size=1000):
        """Whether it comes back, asked until it does."""
        self._count += 1
        message = b"%08d" % self._count + bytes(size - 8)
        return e1k.wait_for(lambda: self._once(message))
