#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# machine: q35
# bus: port
"""The port that the NIC is behind reports errors, by PCI Express's Advanced Error
Reporting, under traffic: the driver lets go, the bus is reset if the error was fatal, and
TCP goes on with all settings, addresses and VLANs as before."""

import os

from lib import e1k, faults, power

PORT = "nut-port"
EVENT = "/sys/kernel/tracing/events/e1k/e1k_reset/enable"
TRACE = "/sys/kernel/tracing/trace"
# A completion that did not come is no reason to reset the bus, a malformed packet is.
NON_FATAL, FATAL = "COMP_TIME", "MALF_TLP"


class Port:
    """The root port: told of errors from outside, and counting those it was told of."""

    def __init__(self, t):
        self._t = t
        link = os.path.dirname(os.path.realpath(f"/sys/bus/pci/devices/{t.pci}"))
        self._counters = [f"{link}/aer_rootport_total_err_{kind}" for kind in ("nonfatal", "fatal")]
        with open("/proc/interrupts", encoding="ascii") as file:
            if "aerdrv" not in file.read() or not all(map(os.path.exists, self._counters)):
                raise e1k.Skip("this kernel does not handle errors of PCI Express")

    def counted(self):
        """How many errors it has reported, by severity."""
        return [int(faults.read(path)) for path in self._counters]

    def error(self, kind):
        """One error; it has been dealt with when its successor is."""
        before = sum(self.counted())
        said = power.qmp(self._t, "human-monitor-command",
                         **{"command-line": f"pcie_aer_inject_error {PORT} {kind}"})
        if "OK" not in said:
            raise RuntimeError(said)
        e1k.wait_for(lambda: sum(self.counted()) > before, f"an error of the port ({kind})")


def resets():
    """How often the driver has written the NIC's whole state anew."""
    with open(TRACE, encoding="ascii", errors="replace") as file:
        return sum("e1k_reset:" in line for line in file)


def recovers(port, kind):
    """Whether the driver takes the NIC up again after an error."""
    before = resets()
    port.error(kind)
    return e1k.wait_for(lambda: resets() > before)


def detached(t):
    """Whether the driver has let go of the NIC: no request reaches it."""
    return "No such device" in t.on_nut("ethtool", "-g", t.nut).out


def test(t):
    port = Port(t)
    counted = port.counted()
    faults.write(EVENT, 1)
    t.defer(faults.write, EVENT, 0)
    stranger = f"/sys/bus/pci/devices/{t.pci[:-1]}1/remove"

    # A function whose driver knows nothing of errors, or that has none, spoils it for all.
    port.error(NON_FATAL)
    t.check(e1k.wait_for(lambda: detached(t)), "no recovery beside a function without a driver")
    port.error(NON_FATAL)
    faults.write(stranger, 1)
    t.check(recovers(port, NON_FATAL) and t.ping(), "without it the next error ends in recovery")

    load = power.Load(t)
    t.check(load.stream.flows(), "traffic runs", *load.stream.wrong)
    t.check(recovers(port, NON_FATAL) and load.stream.flows(1 << 14),
            "an error that is not fatal: the traffic goes on", *load.stream.wrong)
    t.check(recovers(port, FATAL) and load.stream.flows(1 << 14),
            "a fatal one, the bus is reset: the traffic goes on", *load.stream.wrong)
    wrong = load.stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    wrong = load.changed()
    t.check(not wrong, "all is as before", wrong)

    t.must(t.link("down"))
    good = recovers(port, FATAL)
    t.must(t.link("up"))
    t.check(good and t.ping(), "an error while it was down: taken up it works")
    t.equal([now - was for now, was in zip(port.counted(), counted)], [4, 2],
            "the port has counted them")


e1k.main(test, plan=9)
