# SPDX-License-Identifier: GPL-2.0-only
"""Every control operation against every other and against traffic, from several
threads, in an order that a seed decides. What each operation says is its own business:
with the interface down under it, it may well be refused."""

import ctypes
import os
import random
import struct
import threading

from lib import control, e1k, model, traffic

# What may take the longest: a command that waits for the lock that others hold.
LIMIT = 20 * e1k.PATIENCE
XDP_PASS = "/sys/fs/bpf/e1k-storm"

BPF_PROG_LOAD, BPF_OBJ_PIN, BPF_PROG_TYPE_XDP, SYS_BPF = 5, 6, 6, 321


def _bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes, 128)
    result = ctypes.CDLL(None, use_errno=True).syscall(SYS_BPF, command, buffer, len(buffer))
    if result < 0:
        raise OSError(ctypes.get_errno(), "bpf")
    return result


def pin_xdp_pass():
    """An XDP program that passes everything, pinned; whether that could be done."""
    code = struct.pack("<BBhiBBhi", 0xb7, 0, 0, 2, 0x95, 0, 0, 0)    # r0 = XDP_PASS; exit
    program, name = ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"GPL")
    path = ctypes.create_string_buffer(XDP_PASS.encode())
    try:
        if os.path.exists(XDP_PASS):
            os.unlink(XDP_PASS)
        fd = _bpf(BPF_PROG_LOAD, struct.pack("<IIQQ", BPF_PROG_TYPE_XDP, 2,
                                             ctypes.addressof(program), ctypes.addressof(name)))
        _bpf(BPF_OBJ_PIN, struct.pack("<QI", ctypes.addressof(path), fd))
        os.close(fd)
    except OSError:
        return False
    return True


def operations(t):
    """Each a function of a random number generator that gives a command."""
    def link(*args):
        return lambda _: ("ip", "-n", "nut", "link", "set", "dev", t.nut, *args)

    def tool(option, *args):
        return lambda _: ("ip", "netns", "exec", "nut", "ethtool", option, t.nut, *args)

    def chosen(make, *choices):
        return lambda dice: make(*dice.choice(choices))(dice)

    def feature(*names):
        return lambda dice: tool("-K", dice.choice(names), dice.choice(("on", "off")))(dice)

    def devlink(*args):
        return lambda dice: ("devlink", "health", *args, control.handle(t), "reporter",
                             dice.choice(("tx", "rx")))

    def vlan(dice):
        verb, vid = dice.choice(("add", "del")), str(dice.randint(1, 8))
        if verb == "del":
            return ("ip", "-n", "nut", "link", "del", f"v{vid}")
        return ("ip", "-n", "nut", "link", "add", "link", t.nut, "name", f"v{vid}", "up",
                "type", "vlan", "id", vid)

    def maddr(dice):
        return ("ip", "-n", "nut", "maddr", dice.choice(("add", "del")),
                f"33:33:00:00:00:{dice.randint(0, 40):02x}", "dev", t.nut)

    def reload(_):
        return ("devlink", "dev", "reload", control.handle(t))

    changes = [
        link("down"), link("up"), link("up"),
        lambda dice: link("mtu", str(dice.choice((68, 1500, 1500, 4000, 9000, model.MAX_MTU))))(dice),
        lambda dice: tool("-G", "rx", str(dice.choice((64, 256, 1024))),
                          "tx", str(dice.choice((64, 256, 1024))))(dice),
        feature("rx", "tx", "tso", "sg", "gro"), feature("rxvlan", "txvlan", "rx-vlan-filter"),
        feature("rx-all", "rx-fcs"),
        lambda dice: tool("-C", "rx-usecs", str(dice.choice((0, 20, 500))))(dice),
        chosen(tool, ("-C", "adaptive-rx", "on"), ("-C", "adaptive-rx", "off"),
               ("-C", "tx-usecs", "0"), ("-C", "tx-usecs", "50")),
        chosen(tool, ("-A", "rx", "off"), ("-A", "rx", "on"), ("-r",), ("--reset", "all")),
        chosen(tool, ("-t", "online"), ("-t", "offline")),
        chosen(link, ("promisc", "on"), ("promisc", "off"), ("allmulticast", "on"),
               ("allmulticast", "off"), ("address", e1k.NUT_MAC)),
        vlan, vlan, maddr, reload, devlink("recover"), devlink("dump", "show"), devlink("diagnose"),
        lambda dice: ("sh", "-c", f"echo {dice.randint(0, 1)} >/sys/class/net/{t.nut}/threaded"),
    ]
    looks = [
        tool("-S"), tool("-d"), tool("-e"), tool("-i"), tool("-k"), tool("-c"),
        lambda _: ("ip", "-n", "nut", "-s", "-d", "link", "show", "dev", t.nut),
        tool("-S", "--all-groups"),
    ]
    if pin_xdp_pass():
        changes += [link("xdp", "pinned", XDP_PASS), link("xdp", "off"), link("xdp", "off")]
    return changes + looks


class Storm:
    """Threads that carry out operations, with what the caller has besides; traffic is the
    caller's."""

    def __init__(self, t, seed, besides=()):
        self._t, self._seed = t, seed
        self._operations = [*operations(t), *besides]
        self.done = self.refused = 0
        self._lock = threading.Lock()

    def _body(self, number, more):
        dice = random.Random(f"{self._seed}-{number}")
        inside = lambda args: ("ip", "netns", "exec", "nut", *args) if args[0] == "sh" else args
        while more():
            result = e1k.command(*inside(dice.choice(self._operations)(dice)))
            with self._lock:
                self.done += 1
                self.refused += not result

    def run(self, threads, more):
        """Go on in a number of threads while more() is true, which is asked before each."""
        running = [e1k.in_background(self._body, number, more) for number in range(threads)]
        for thread in running:
            thread.result(LIMIT)

    def calm(self):
        """Whatever was changed: as it is after setup, and the link is up."""
        t = self._t
        for args in (("xdp", "off"), ("promisc", "off"), ("allmulticast", "off"),
                     ("mtu", "1500"), ("up",)):
            t.link(*args)
        for number in range(1, 9):
            e1k.command("ip", "-n", "nut", "link", "del", f"v{number}")
        for args in (("-A", t.nut, "rx", "on"), ("-G", t.nut, "rx", "256", "tx", "256"),
                     ("-C", t.nut, "adaptive-rx", "off", "rx-usecs", "20", "tx-usecs", "0")):
            t.on_nut("ethtool", *args)
        t.features("rx", "on", "tx", "on", "sg", "on", "tso", "on", "gro", "on", "rxvlan", "on",
                   "txvlan", "on", "rx-all", "off", "rx-fcs", "off")
        t.must(e1k.command("ip", "-n", "nut", "addr", "replace", f"{e1k.NUT_IP}/24",
                           "dev", t.nut))
        return e1k.wait_for(t.has_carrier) and t.ping()


def count(times):
    """For Storm.run(): a number of operations, all threads together."""
    left = iter(range(times))
    lock = threading.Lock()

    def more():
        with lock:
            return next(left, None) is not None

    return more


def works(t):
    """TCP both ways, every byte compared; what was wrong."""
    nut, peer = traffic.tcp_pair(t)
    data = os.urandom(1 << 18)
    wrong = [traffic.transfer(nut, peer, data), traffic.transfer(peer, nut, data)]
    nut.close()
    peer.close()
    return [w for w in wrong if w]
