#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The clock is set, years forth and back, under traffic: that is not taken for a hang,
and the traffic goes on."""

import time

from lib import control, e1k, traffic

YEAR = 365 * 24 * 3600


def heals(t):
    return {name: value for name, value in t.statistics().items() if name.startswith("heal_")}


def set_clock(offset, real, steady):
    """The time it is, with an offset."""
    time.clock_settime(time.CLOCK_REALTIME, real + time.monotonic() - steady + offset)


def test(t):
    real, steady = time.time(), time.monotonic()
    t.defer(set_clock, 0, real, steady)
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs", *stream.wrong)
    before = heals(t), control.carrier_changes(t)
    good = True
    for years in (10, -10, 1, -1, 0):
        set_clock(years * YEAR, real, steady)
        good = good and stream.flows()
    t.check(good, "the clock jumps: the traffic goes on", *stream.wrong)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    # The watch looks every other second.
    looked = time.monotonic() + 5
    e1k.wait_for(lambda: time.monotonic() > looked)
    t.equal((heals(t), control.carrier_changes(t)), before, "no alarm, the link stayed up")


e1k.main(test, plan=4)
