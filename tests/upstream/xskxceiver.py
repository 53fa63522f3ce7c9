#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 1200
# time: counted
"""The kernel's own test of AF_XDP, xskxceiver, drives the NIC looped back on itself, as
its test_xsk.sh -i does: by skbs, in the driver and zero-copy, each with and without busy
polling. Each of its subtests is a check here; scripts/selftests has built it."""

import os
import re
import subprocess

from lib import e1k

BUILD = f"{e1k.LIB}/../../build/selftests"
PROGRAM = f"{BUILD}/xskxceiver"
MODES = ("skb", "drv", "zc")
# The frames that it sends ahead of those that it received; a loop drops what finds no room.
RING = 2048
HUGE_PAGES = 32
LIMIT = 300 * int(os.environ.get("E1K_PATIENCE", "1"))
RESULT = re.compile(r"(?P<bad>not )?ok \d+ (?:# SKIP )?\w+: \w+ (?:BUSY-POLL )?(?P<name>\w+)$")

# What fails or is left out without a fault of the driver, and why. By mode if not in all.
INAPT = {
    "BIDIRECTIONAL": "with one interface for both ends it receives in chunks of the "
                     "other end's half and takes them for wrong",
    "skb XDP_ADJUST_TAIL_GROW": "only for native XDP",
    "skb XDP_ADJUST_TAIL_GROW_MULTI_BUFF": "only for native XDP",
    "skb XDP_ADJUST_TAIL_SHRINK_MULTI_BUFF": "generic XDP of Linux 7.2 frees a page of its "
                                             "page pool as if it came from none",
    "zc STAT_RX_DROPPED": "only where frames are copied",
    "zc TX_QUEUE_CONSUMER": "only where frames are copied",
    "zc UNALIGNED_INV_DESC_MULTI_BUFF": "expects frames to be cut at 3840 bytes; "
                                        "this NIC's buffers are powers of two",
}


def version(text):
    """The kernel's version in this text, to be compared."""
    return tuple(int(n) for n in re.search(r"(\d+)\.(\d+)", text).groups())


def subtests():
    """The names of all that it can test."""
    listed = e1k.command(PROGRAM, "-l").out
    return re.findall(r"^\d+: (\w+)$", listed, re.MULTILINE)


def prepare(t):
    """The NIC hears what it says, whatever the address, and nothing else."""
    t.peer_link("down")
    t.must(t.on_nut("sysctl", "-qw", f"net.ipv6.conf.{t.nut}.disable_ipv6=1"))
    t.must(t.on_nut("ip", "addr", "flush", "dev", t.nut))
    t.must(t.link("promisc", "on"))
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", RING))
    t.must(t.features("loopback", "on"))
    e1k.wait_for(t.has_carrier, "the carrier of the loop")
    with open("/proc/sys/vm/nr_hugepages", "w", encoding="ascii") as file:
        file.write(str(HUGE_PAGES))
    t.defer(e1k.command, "sysctl", "-qw", "vm.nr_hugepages=0")


def tidy(t):
    """It leaves its program and its MTU behind."""
    for mode in ("xdp", "xdpgeneric"):
        t.on_nut("ip", "link", "set", "dev", t.nut, mode, "off")
    t.must(t.link("mtu", 1500))


class Reader:
    """Makes checks of what it prints."""

    def __init__(self, t, mode, text, names):
        self.t, self.mode, self.text = t, mode, text
        self.missing, self.said = list(names), []

    def read(self, line):
        """One line of it."""
        result = RESULT.match(line)
        if not result or result["name"] not in self.missing:
            self.said.append(line.lstrip("# "))
            return
        name = result["name"]
        self.missing.remove(name)
        text = f"{self.text} {name}"
        if "# SKIP" in line:
            self.t.skip(text, self._inapt(name) or " ".join(self.said))
        elif result["bad"] and self._inapt(name):
            self.t.skip(text, self._inapt(name))
        else:
            self.t.check(not result["bad"], text, *self.said)
        self.said.clear()

    def _inapt(self, name):
        return INAPT.get(name) or INAPT.get(f"{self.mode} {name}")

    def end(self, code):
        """It says no more; those it said nothing about have failed."""
        for name in self.missing:
            self.t.check(False, f"{self.text} {name}", f"no result, exit code {code}", *self.said)
            self.said.clear()


def run(t, mode, busy, names):
    """All its subtests in one mode."""
    reader = Reader(t, mode, f"{mode} busy polling" if busy else mode, names)
    args = ["ip", "netns", "exec", "nut", "timeout", str(LIMIT), PROGRAM, "-i", t.nut,
            "-i", t.nut, "-m", mode] + ["-b"] * busy
    # Its lines and those of libbpf are not mixed then.
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as program:
        for line in program.stdout:
            reader.read(line.strip())
    reader.end(program.returncode)
    tidy(t)


def test(t):
    if os.environ.get("DRV"):
        raise e1k.Skip("loops this driver's NIC back; other drivers are compared by drivers-net.py")
    with open(f"{BUILD}/version", encoding="ascii") as file:
        newest = version(file.read())
    if version(os.uname().release) < newest:
        raise e1k.Skip(f"this xskxceiver expects what AF_XDP does since Linux {'.'.join(map(str, newest))}")
    prepare(t)
    for busy in (False, True):
        for mode in MODES:
            run(t, mode, busy, NAMES)


if not os.access(PROGRAM, os.X_OK):
    raise SystemExit("xskxceiver is not built: scripts/selftests")
NAMES = subtests()
e1k.main(test, plan=len(NAMES) * 2 * len(MODES))
