# SPDX-License-Identifier: GPL-2.0-only
"""XDP programs on the NIC under test: loaded with libbpf, attached by netlink.

Programs and the frames that they obey are in tests/bpf. A test attaches in native mode
and fails where the driver has none:

    programs = xdp.Programs("verdict", "one_buffer")
    xdp.attach(t, programs["one_buffer"])
"""

import collections
import contextlib
import ctypes
import os
import re
import socket
import shutil
import signal
import struct
import subprocess
import threading
import time

from lib import e1k, frames, genl, traffic

BUILD = f"{e1k.LIB}/../../build/bpf"
ABORTED, DROP, PASS, TX, REDIRECT = range(5)
TO_DEVICE, TO_CPU, TO_SOCKET = range(3)
HEAD, TAIL, META = range(3)
SKB_MODE, DRV_MODE, REPLACE = 1 << 1, 1 << 2, 1 << 4
DEV_BOUND_ONLY = 1 << 6
NATIVE = 1              # XDP_ATTACHED_DRV
BURST = 32
# All lengths where something may end, and some between
SIZES = (*range(60, 132), *range(132, 1505, 61), *range(1505, 1515))
ORDER = struct.Struct("!BBh")

SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 10, 11
RTM_GETLINK, RTM_SETLINK, RTM_NEWLINK = 18, 19, 16
IFLA_XDP, IFLA_XDP_FD, IFLA_XDP_ATTACHED, IFLA_XDP_FLAGS, IFLA_XDP_PROG_ID = 43, 1, 2, 3, 4
IFLA_XDP_EXPECTED_FD = 8
NLM_F_ACK, NLM_F_ACK_TLVS, NLMSGERR_ATTR_MSG = 4, 0x200, 1


def _libbpf():
    lib = ctypes.CDLL("libbpf.so.1", use_errno=True)
    for name in ("bpf_object__open_file", "bpf_object__next_program", "bpf_object__find_program_by_name",
                 "bpf_object__find_map_by_name"):
        getattr(lib, name).restype = ctypes.c_void_p
    return lib


_lib = _libbpf()


class BpfError(Exception):
    """libbpf refused something."""


def _succeeded(value, what):
    if value < 0:
        raise BpfError(f"{what}: {os.strerror(-value)}")
    return value


class Map:
    """A map whose keys are numbers; values are numbers unless packed otherwise."""

    def __init__(self, fd, value="=I"):
        self.fd, self._value = fd, struct.Struct(value)

    def __setitem__(self, key, value):
        packed = self._value.pack(*value if isinstance(value, tuple) else (value,))
        # Where the numbers of interfaces are those of the NIC's side.
        with e1k.namespace():
            error = _lib.bpf_map_update_elem(self.fd, struct.pack("=I", key), packed,
                                             ctypes.c_uint64(0))
        _succeeded(error, "map update")

    def __getitem__(self, key):
        value = ctypes.create_string_buffer(self._value.size)
        _succeeded(_lib.bpf_map_lookup_elem(self.fd, struct.pack("=I", key), value), "map lookup")
        return self._value.unpack(value.raw)[0]

    def __delitem__(self, key):
        _succeeded(_lib.bpf_map_delete_elem(self.fd, struct.pack("=I", key)), "map delete")


class Programs:
    """Programs of an object file and its maps, loaded into the kernel."""

    def __init__(self, name, *wanted, bound_to=None):
        """bound_to: the index of the device whose hints the programs ask for."""
        self._object = ctypes.c_void_p(_lib.bpf_object__open_file(
            f"{BUILD}/{name}.bpf.o".encode(), None))
        if not self._object:
            raise BpfError(f"{name}.bpf.o: cannot be opened; \"make bpf\" builds it")
        # The kernel lets no map be shared by programs with and without frags.
        program = None
        while program := _lib.bpf_object__next_program(self._object, ctypes.c_void_p(program)):
            _lib.bpf_program__set_autoload(ctypes.c_void_p(program), False)
        for program in wanted:
            _lib.bpf_program__set_autoload(self._find(program), True)
            if bound_to:
                _lib.bpf_program__set_ifindex(self._find(program), bound_to)
                _lib.bpf_program__set_flags(self._find(program), DEV_BOUND_ONLY)
        with e1k.namespace():
            error = _lib.bpf_object__load(self._object)
        _succeeded(error, f"load of {name}.bpf.o")

    def _find(self, program):
        found = _lib.bpf_object__find_program_by_name(self._object, program.encode())
        return ctypes.c_void_p(found)

    def __getitem__(self, program):
        """The descriptor of a program."""
        return _lib.bpf_program__fd(self._find(program))

    def map(self, name, value="=I"):
        """A map by its name."""
        found = _lib.bpf_object__find_map_by_name(self._object, name.encode())
        return Map(_lib.bpf_map__fd(ctypes.c_void_p(found)), value)


# -- attaching

def _rtnetlink(t, kind, flags, index, attributes=b""):
    """One request to the NIC's side and its answer: errno, payload, extack."""
    sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, 0)
    with sock:
        for option in (NETLINK_CAP_ACK, NETLINK_EXT_ACK):
            sock.setsockopt(SOL_NETLINK, option, 1)
        payload = struct.pack("=BxHiII", 0, 0, index, 0, 0) + attributes
        sock.send(struct.pack("=IHHII", 16 + len(payload), kind, genl.NLM_F_REQUEST | flags,
                              1, 0) + payload)
        data = sock.recv(1 << 16)
    length, kind, flags = struct.unpack_from("=IHH", data)
    if kind != genl.NLMSG_ERROR:
        return 0, data[16:length], ""
    text = b""
    if flags & NLM_F_ACK_TLVS:
        text = genl.attributes(data[36:length]).get(NLMSGERR_ATTR_MSG, b"")
    return -struct.unpack_from("=i", data, 16)[0], b"", text.rstrip(b"\0").decode()


def index_of(t, dev=None, side="nut"):
    """The number of an interface."""
    if side != "nut":
        return socket.if_nametoindex(dev or t.peer)
    with e1k.namespace():
        return socket.if_nametoindex(dev or t.nut)


def set_program(t, fd, flags=DRV_MODE, expected=None, dev=None):
    """Attach a program, or none with fd -1: (errno, what the kernel says about it)."""
    nested = genl.attribute(IFLA_XDP_FD, struct.pack("=i", fd))
    if expected is not None:
        flags |= REPLACE
        nested += genl.attribute(IFLA_XDP_EXPECTED_FD, struct.pack("=i", expected))
    nested += genl.attribute(IFLA_XDP_FLAGS, struct.pack("=I", flags))
    error, _, text = _rtnetlink(t, RTM_SETLINK, NLM_F_ACK, index_of(t, dev),
                                genl.attribute(IFLA_XDP | 0x8000, nested))
    return error, text


def state(t, dev=None):
    """What netlink tells about XDP: (mode, program id); mode 0 is none."""
    error, data, text = _rtnetlink(t, RTM_GETLINK, 0, index_of(t, dev))
    if error:
        raise OSError(error, text)
    nested = genl.attributes(genl.attributes(data[16:])[IFLA_XDP])
    return genl.number(nested[IFLA_XDP_ATTACHED]), genl.number(nested.get(IFLA_XDP_PROG_ID, b""))


# include/uapi/linux/netdev.h
DEV_GET, DEV_IFINDEX, DEV_XDP_FEATURES, DEV_RX_METADATA = 1, 1, 3, 5
BASIC, REDIRECTS, NDO_XMIT, XSK_ZEROCOPY, HW_OFFLOAD, RX_SG, NDO_XMIT_SG = (
    1 << bit for bit in range(7))
METADATA_HASH, METADATA_VLAN_TAG = 2, 4


def features(t):
    """What netlink tells of the device: (XDP features, RX metadata), or None if the kernel
    does not tell."""
    with t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC) as sock:
        try:
            devices = genl.Family(sock, "netdev").dump(DEV_GET)
        except FileNotFoundError:
            return None
    for device in devices:
        if genl.number(device[DEV_IFINDEX]) == index_of(t):
            return (genl.number(device[DEV_XDP_FEATURES]),
                    genl.number(device.get(DEV_RX_METADATA)))
    raise LookupError("netlink does not know the device")


def link_back(t, dev=None):
    """Where other rings take a reset, and a reset takes the link away: wait until it is back,
    on an interface that is up."""
    if not dev and t.is_up():
        e1k.wait_for(t.has_carrier, patience=20)


def attach(t, fd, dev=None):
    """Attach a program in the driver, and make sure that it is there."""
    error, text = set_program(t, fd, dev=dev)
    if error:
        raise BpfError(f"attaching in native mode: {os.strerror(error)} ({text})")
    link_back(t, dev)
    if state(t, dev)[0] != NATIVE:
        raise BpfError("the program is not in the driver")


def detach(t, dev=None):
    """Take the program away."""
    error, text = set_program(t, -1, dev=dev)
    if error:
        raise BpfError(f"detaching: {os.strerror(error)} ({text})")
    link_back(t, dev)


class _LinkOptions(ctypes.Structure):
    """struct bpf_link_create_opts, as much of it as is set"""

    _fields_ = [("size", ctypes.c_size_t), ("flags", ctypes.c_uint32), ("rest", ctypes.c_uint32)]


def link(index, fd):
    """Attach a program in the driver of a device of this thread's namespace, by one system
    call and without messages: the descriptor whose closing detaches it."""
    attach_xdp = 37
    options = _LinkOptions(ctypes.sizeof(_LinkOptions), DRV_MODE, 0)
    result = _lib.bpf_link_create(fd, index, attach_xdp, ctypes.byref(options))
    if result < 0:
        raise OSError(-result, "BPF_LINK_CREATE")
    return result


class _Hook(ctypes.Structure):
    """struct bpf_tc_hook"""

    _fields_ = [("size", ctypes.c_size_t), ("ifindex", ctypes.c_int),
                ("attach_point", ctypes.c_int), ("parent", ctypes.c_uint32)]


class _Options(ctypes.Structure):
    """struct bpf_tc_opts"""

    _fields_ = [("size", ctypes.c_size_t), ("prog_fd", ctypes.c_int), ("flags", ctypes.c_uint32),
                ("prog_id", ctypes.c_uint32), ("handle", ctypes.c_uint32),
                ("priority", ctypes.c_uint32)]


def attach_tc(t, fd):
    """Attach a program where tc sees what the NIC under test receives."""
    ingress = 1
    hook = _Hook(ctypes.sizeof(_Hook), index_of(t), ingress, 0)
    options = _Options(ctypes.sizeof(_Options), fd, 0, 0, 1, 1)
    with e1k.namespace():
        _succeeded(_lib.bpf_tc_hook_create(ctypes.byref(hook)), "clsact")
        _succeeded(_lib.bpf_tc_attach(ctypes.byref(hook), ctypes.byref(options)), "tc")


class _RunOptions(ctypes.Structure):
    """struct bpf_test_run_opts"""

    _fields_ = [("size", ctypes.c_size_t), ("data_in", ctypes.c_char_p),
                ("data_out", ctypes.c_void_p), ("data_size_in", ctypes.c_uint32),
                ("data_size_out", ctypes.c_uint32), ("ctx_in", ctypes.c_void_p),
                ("ctx_out", ctypes.c_void_p), ("ctx_size_in", ctypes.c_uint32),
                ("ctx_size_out", ctypes.c_uint32), ("retval", ctypes.c_uint32),
                ("repeat", ctypes.c_int), ("duration", ctypes.c_uint32),
                ("flags", ctypes.c_uint32), ("cpu", ctypes.c_uint32),
                ("batch_size", ctypes.c_uint32)]


def run_live(fd, data, count, batch):
    """Run a program on a number of frames of the kernel's own making, which really go where
    it sends them."""
    live_frames = 1 << 1
    options = _RunOptions(size=ctypes.sizeof(_RunOptions), data_in=data, data_size_in=len(data),
                          repeat=count, flags=live_frames, batch_size=batch)
    _succeeded(_lib.bpf_prog_test_run_opts(fd, ctypes.byref(options)), "live frames")


# -- frames that give orders

def frame(verdict, size=64, what=0, delta=0, number=0):
    """A frame to the NIC under test that asks for a verdict; numbered, with random bytes."""
    head = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST,
                        ORDER.pack(verdict, what, delta) + struct.pack("!H", number & 0xFFFF))
    return head + os.urandom(max(size, frames.ETH_ZLEN) - len(head))


def incoming(size=64, number=0):
    """A frame to the NIC under test that goes where the program lets all go."""
    return frame(PASS, size, number=number)


def outgoing(size=64, number=0):
    """A frame from the NIC under test to its peer, numbered, with random bytes."""
    return swapped(incoming(size, number))


def carried(sizes, make, send, receive, expect=lambda data: data):
    """What is wrong with frames of these sizes on their way, nothing hopefully.

    make(size, number) makes each, send(frames) sends a burst that fits any ring,
    receive(frames) waits for what arrives instead of it. The order is not looked at:
    QEMU delivers a frame that finds room before those that it had to keep.
    """
    wrong = []
    for at in range(0, len(sizes), BURST):
        burst = [make(size, at + i) for i, size in enumerate(sizes[at:at + BURST])]
        send(burst)
        expected = [expect(data) for data in burst]
        place = {data: i for i, data in enumerate(expected)}
        seen = sorted(receive(expected), key=lambda data: place.get(data, len(place)))
        wrong += differences(seen, expected)
    return wrong[:5]


def differences(seen, expected):
    """In what two lists of frames differ, in words."""
    wrong = [w for w in map(traffic.difference, seen, expected) if w]
    if len(seen) != len(expected):
        wrong.insert(0, f"{len(seen)} frames, expected {len(expected)}")
    return wrong[:5]


def sending(sock):
    """A raw socket as carried() wants to send."""
    return lambda burst: [sock.send(data) for data in burst]


def capturing(capture):
    """A capture as carried() wants to receive."""
    def receive(expected):
        missing, seen = list(expected), []
        while missing and (data := capture.next()) is not None:
            seen.append(data)
            if data in missing:
                missing.remove(data)
        return seen

    return receive


def swapped(data):
    """The frame on its way back."""
    return data[6:12] + data[:6] + data[12:]


def is_order(data):
    """Whether a captured frame is one of these."""
    return data[12:14] == struct.pack("!H", frames.ETH_P_TEST)


def counters(t):
    """What ethtool -S counts of XDP, by the verdict's name."""
    sums = collections.Counter()
    for name, value in t.statistics().items():
        if "xdp_" in name:
            sums[name.partition("xdp_")[2]] += value
    return dict(sums)


def gained(t, before):
    """How much the counters grew."""
    after = counters(t)
    return {name: after[name] - before[name] for name in after}


@contextlib.contextmanager
def flood(t, *burst, pause=0.001):
    """The peer sends these frames again and again for as long as the block runs."""
    stop = threading.Event()

    def body():
        sock = frames.raw(t, "peer")
        while not stop.is_set():
            with contextlib.suppress(OSError):
                for data in burst:
                    sock.send(data)
            time.sleep(pause)

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def stir():
    """Have each processor receive something: only then it frees the skbs that others,
    done with them, have put on its list."""
    processors = os.sched_getaffinity(0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for processor in processors:
            os.sched_setaffinity(0, {processor})
            with contextlib.suppress(ConnectionError):
                sock.sendto(b"", ("127.0.0.1", 9))
    os.sched_setaffinity(0, processors)


class Pools:
    """What page pools that were given up still wait for, as the kernel traces it."""

    TRACING = "/sys/kernel/tracing"

    def __init__(self, t):
        self._enable(True)
        t.defer(self._enable, False)

    def _enable(self, on):
        with open(f"{self.TRACING}/events/page_pool/page_pool_release/enable", "w",
                  encoding="ascii") as file:
            file.write(str(int(on)))

    def forget(self):
        """Begin anew."""
        with open(f"{self.TRACING}/trace", "w", encoding="ascii"):
            pass

    def inflight(self):
        """How many pages each of them was waiting for when it was last asked."""
        with open(f"{self.TRACING}/trace", encoding="ascii") as file:
            return dict(re.findall(r"page_pool=(\S+) inflight=(-?\d+)", file.read()))

    def empty(self):
        """Whether pools were given up, and all of them wait for nothing in the end."""
        return e1k.wait_for(lambda: stir() or set(self.inflight().values()) == {"0"})


# -- another device beside the NIC under test

def veth(t):
    """A pair of devices v0 and v1 on the NIC's side; v1 takes frames of XDP."""
    e1k.command("ip", "-n", "nut", "link", "del", "v0")
    t.must(e1k.command("ip", "-n", "nut", "-batch", "-", text="""
        link add v0 type veth peer name v1
        link set dev v0 addrgenmode none up
        link set dev v1 addrgenmode none up
        """))
    attach(t, Programs("verdict", "pass")["pass"], "v1")


def capture_on(t, dev):
    """A capture of the tests' frames on a device of the NIC's side."""
    return frames.Capture(t.socket("nut", socket.AF_PACKET, socket.SOCK_RAW, 0), dev,
                          frames.ETH_P_TEST)


def sender_on(t, dev):
    """A socket that sends frames out of a device of the NIC's side."""
    sock = t.socket("nut", socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((dev, 0))
    return sock


# -- other people's programs

def need_types():
    """Skip where the kernel does not describe its types: libxdp's dispatcher and the
    tracing programs of xdp-tools need that."""
    if not os.path.exists("/sys/kernel/btf/vmlinux"):
        raise e1k.Skip("this kernel has no BTF")


def tool(name, *args):
    """Run a program of xdp-tools where the NIC is. It finds its BPF file system, which
    the /sys of "ip netns exec" has not."""
    if not shutil.which(name):
        raise e1k.Skip(f"no {name} here")
    return e1k.command("nsenter", "--net=/run/netns/nut", name, *args)


@contextlib.contextmanager
def running(name, *args):
    """The same for a program that runs until the block ends; its output grows in .said."""
    if not shutil.which(name):
        raise e1k.Skip(f"no {name} here")
    with subprocess.Popen(["nsenter", "--net=/run/netns/nut", "stdbuf", "-oL", name,
                           *map(str, args)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                          stderr=subprocess.STDOUT, text=True) as process:
        process.said = []
        reader = threading.Thread(target=lambda: process.said.extend(process.stdout), daemon=True)
        reader.start()
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            reader.join()
