#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# root: disk
# guest: own
# peer: e1000e
"""The kernel crashes under traffic and another one is started in its place (kdump), as if to
send the dump away: the NIC was not stopped. The driver takes it up there as ever."""

from lib import e1k, nextkernel, traffic


def test(t):
    with open("/sys/kernel/kexec_crash_size", encoding="ascii") as file:
        if not int(file.read()):
            raise e1k.Skip("no memory was set aside for a kernel to start after a crash")
    # What Debian's kdump-tools adds, too.
    nextkernel.load(nextkernel.ON_CRASH, "reset_devices nr_cpus=1")
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs", *stream.wrong)
    with traffic.flood(t):
        nextkernel.crash()


def test_next(t):
    nut = nextkernel.function()
    nextkernel.enable(nut)
    regs = nextkernel.registers(nut)
    t.check(regs["RCTL"] & nextkernel.ENABLED and regs["TCTL"] & nextkernel.ENABLED,
            "the kernel after the crash runs: receiver and transmitter are still on", regs)
    t.must(e1k.command(f"{e1k.LIB}/e1k.sh", "load"))
    nextkernel.check_silent(t, nut, "the driver has come: all is off, the old rings are safe")
    nextkernel.take_up(t)


nextkernel.main(test, test_next, plan=5)
