#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e, 82574
# time: counted
# timeout: 240
"""The PTP clock of the 82574L: it goes at the system's rate, can be set and adjusted, and
goes on through resets of the NIC. ethtool -T names the clock, and no time stamps of the NIC's.
It can be open when the driver goes."""

import ctypes
import errno
import os
import re
import time

from lib import control, e1k, faults
from lib.registers import Registers

SYSTIML, TIMINCA, ONE_NS = 0xB600, 0xB608, 1 << 24 | 16
ADJ_OFFSET, ADJ_FREQUENCY, ADJ_NANO = 0x0100, 0x0002, 0x2000
SECOND = 10**9
SPAN = 1.0          # seconds for which rates are compared
TOLERANCE = 0.02    # of a rate, on a busy machine
NOTHING = SECOND // 50      # what is no step and no loss; a reset takes twice that
FASTER = 0.09       # what the clock is asked for: well above the tolerance


class Timex(ctypes.Structure):
    """struct timex"""
    _fields_ = [("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long),
                ("maxerror", ctypes.c_long), ("esterror", ctypes.c_long), ("status", ctypes.c_int),
                ("constant", ctypes.c_long), ("precision", ctypes.c_long),
                ("tolerance", ctypes.c_long), ("tv_sec", ctypes.c_long), ("tv_frac", ctypes.c_long),
                ("rest", ctypes.c_char * 128)]


class Clock:
    """An open /dev/ptpN."""

    def __init__(self, number):
        self._fd = os.open(f"/dev/ptp{number}", os.O_RDWR)
        self._id = ~self._fd << 3 | 3       # FD_TO_CLOCKID

    def read(self):
        return time.clock_gettime_ns(self._id)

    def set(self, ns):
        time.clock_settime_ns(self._id, ns)

    def adjust(self, modes, **fields):
        """clock_adjtime(); OSError if it is refused."""
        timex = Timex(modes=modes, **fields)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.clock_adjtime(self._id, ctypes.byref(timex)) < 0:
            raise OSError(ctypes.get_errno(), "clock_adjtime")

    def step(self, ns):
        self.adjust(ADJ_OFFSET | ADJ_NANO, tv_sec=ns // SECOND, tv_frac=ns % SECOND)

    def frequency(self, ratio):
        """How much faster than nominal."""
        self.adjust(ADJ_FREQUENCY, freq=round(ratio * 1e6 * 65536))

    def against_system(self):
        """How much it is ahead of CLOCK_MONOTONIC, in ns, and how uncertain that is."""
        best = None
        for _ in range(10):
            before = time.monotonic_ns()
            now = self.read()
            after = time.monotonic_ns()
            if best is None or after - before < best[1]:
                best = now - (before + after) // 2, after - before
        return best

    def rate(self):
        """Its rate by CLOCK_MONOTONIC."""
        start, (first, _) = time.monotonic_ns(), self.against_system()
        time.sleep(SPAN)
        last, _ = self.against_system()
        return 1 + (last - first) / (time.monotonic_ns() - start)

    def close(self):
        os.close(self._fd)


def refused(call, *args):
    """The name of the error that it ends with."""
    try:
        call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "none"


def need_clock(t):
    """Skip the test where SYSTIM stands still, and the driver sees it."""
    registers = Registers(t.pci)
    if not registers[TIMINCA]:
        registers[TIMINCA] = ONE_NS
    first = registers[SYSTIML]
    time.sleep(0.01)
    if registers[SYSTIML] == first:
        said = t.must(t.on_nut("ethtool", "-T", t.nut)).out
        if "PTP Hardware Clock: none" not in said:
            raise ValueError(f"a clock that stands still: {said}")
        raise e1k.Skip("this NIC has no clock: SYSTIM stands still (QEMU before 8.1)")


def described(t):
    """ethtool -T"""
    said = t.must(t.on_nut("ethtool", "-T", t.nut)).out
    # Newer ones of ethtool have another word for it
    number = re.search(r"(?:PTP Hardware Clock|Hardware timestamp provider index): (\d+)", said)
    t.check(number, "ethtool -T names the clock", said)
    t.check("software-transmit" in said and "software-receive" in said and
            "hardware-" not in said and not re.search(r"^\s(on|all|ptpv\w+)\b", said, re.M),
            "and stamps of software alone", said)
    return int(number[1])


def adjusted(t, clock):
    """Set, step, slew"""
    t.check(abs(clock.read() - time.time_ns()) < 3600 * SECOND, "it began with the system's time")
    rate = clock.rate()
    t.check(abs(rate - 1) < TOLERANCE, "it goes at the system's rate", rate)
    for text, call, wanted in (
            ("set to 1970", lambda: clock.set(5 * SECOND), 5 * SECOND),
            ("stepped forward", lambda: clock.step(1000 * SECOND), 1005 * SECOND),
            ("stepped back by half a second", lambda: clock.step(-SECOND // 2),
             1004 * SECOND + SECOND // 2)):
        call()
        now = clock.read()
        t.check(0 <= now - wanted < 60 * SECOND, text, now, wanted)
    for sign, word in ((1, "faster"), (-1, "slower")):
        before, _ = clock.against_system()
        clock.frequency(sign * FASTER)
        after, width = clock.against_system()
        t.check(abs(after - before) < NOTHING + width, f"adjusted to be {word}: it does not step",
                after - before, width)
        rate = clock.rate()
        t.check(abs(rate - 1 - sign * FASTER) < TOLERANCE, f"it is {word} by 9 %", rate)
    t.equal((refused(clock.frequency, 0.11), refused(clock.frequency, -0.11)),
            ("ERANGE", "ERANGE"), "more than 10 % is refused")
    rate = clock.rate()
    t.check(abs(rate - 1 + FASTER) < TOLERANCE, "and what was set stays", rate)
    clock.frequency(0)


def survives(t, clock):
    """Whatever resets the NIC, the clock neither goes back nor loses time."""
    def reset_by_others():
        registers = Registers(t.pci)
        registers[0] = registers[0] | 1 << 26

    for text, call in (
            ("ethtool --reset", lambda: t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))),
            ("devlink reload", lambda: t.must(
                e1k.command("devlink", "dev", "reload", control.handle(t)))),
            ("down and up", lambda: (t.must(t.link("down")), t.must(t.link("up")))),
            ("the offline self-test", lambda: t.on_nut("ethtool", "-t", t.nut, "offline")),
            ("a reset of the function", lambda: faults.write(
                f"/sys/bus/pci/devices/{t.pci}/reset", 1)),
            ("a reset by others", reset_by_others)):
        before, _ = clock.against_system()
        last, back = clock.read(), 0
        worker = e1k.in_background(call)
        while worker.is_alive():
            now = clock.read()
            back += now < last
            last = now
        worker.result()
        after, width = clock.against_system()
        t.check(not back and abs(after - before) < NOTHING + width,
                f"it goes on through {text}", back, after - before, width)
    t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))


def removed(t, clock):
    """The driver goes while the clock is open."""
    with faults.bound(t) as bind:
        t.equal(refused(clock.read), "ENODEV", "open while the driver goes: no device")
        clock.close()
        bind()
    t.check(e1k.wait_for(lambda: os.path.isdir(f"/sys/bus/pci/devices/{t.pci}/ptp")),
            "bound again: a clock again")


def test(t):
    need_clock(t)
    clock = Clock(described(t))
    adjusted(t, clock)
    survives(t, clock)
    removed(t, clock)


e1k.main(test, plan=21)
