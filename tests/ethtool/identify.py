#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ethtool -p blinks the LED and gives it back, whether its time is up or it is
interrupted; meanwhile traffic runs, and a second one is refused."""

import contextlib
import signal
import subprocess

from lib import control, e1k
from lib.registers import LEDCTL, Registers

LED0_MODE, ON, OFF = 0xF, 0xE, 0xF


@contextlib.contextmanager
def blinking(t):
    with subprocess.Popen(["ip", "netns", "exec", "nut", "ethtool", "-p", t.nut],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test(t):
    registers = Registers(t.pci)
    before = registers[LEDCTL]

    def led_is(mode):
        return registers[LEDCTL] & LED0_MODE == mode

    def blinks():
        return all(e1k.wait_for(lambda mode=mode: led_is(mode)) for mode in (ON, OFF, ON))

    with control.Pinging() as ping, blinking(t) as process:
        t.check(blinks(), "the LED goes on and off", f"{registers[LEDCTL]:#x}")
        t.check(ping.answered(20), "the peer answers meanwhile")
        result = t.on_nut("ethtool", "-p", t.nut, "1")
        t.check(not result and "busy" in result.out, "a second one is refused", result)
        t.check(t.on_nut("ethtool", "-S", t.nut) and t.link("mtu", 1400) and t.link("mtu", 1500),
                "other things can be asked and set")
        t.equal(ping.lost(), 0, "not one ping was lost")
        process.send_signal(signal.SIGINT)
        process.wait()
        t.check(e1k.wait_for(lambda: registers[LEDCTL] == before),
                "interrupted: the LED is as before", f"{before:#x}, {registers[LEDCTL]:#x}")
    # A second may pass unseen: that it blinks has been shown.
    t.check(t.on_nut("ethtool", "-p", t.nut, "1"), "for a second: it ends")
    t.equal(registers[LEDCTL], before, "its time is up: the LED is as before")
    t.must(t.link("down"))
    with blinking(t) as process:
        t.check(blinks(), "it works while the interface is down")
        process.send_signal(signal.SIGINT)
        process.wait()
    t.must(t.link("up"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "the peer answers")


e1k.main(test, plan=10)
