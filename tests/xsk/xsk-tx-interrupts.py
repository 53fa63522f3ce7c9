#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 240
"""An AF_XDP socket that only sends and wakes the NIC for each frame: each interrupt that
this raises is handled, or there is none. 100,000 that are not would disable the line for
all that share it."""

from lib import e1k, frames, model, tracing, xsk

FRAMES = 1000
# For each new binding the driver finds out anew how the NIC completes.
BINDINGS = 3
# One that is on its way to one processor while another masks the NIC is no fault.
STRAY = FRAMES // 100


class Sender:
    """A socket with one frame to send."""

    def __init__(self, t):
        umem = xsk.Umem(t, 64)
        self.sock = xsk.Socket(t, umem, ring=256)
        self._address = umem.take(1)[0]
        self._frame = frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_TEST, b"x" * 100)
        umem.memory[self._address:self._address + len(self._frame)] = self._frame

    def burst(self, count):
        """Send it a number of times, with a wakeup for each."""
        done = 0
        sock = self.sock
        for _ in range(count):
            while not sock.tx.put([(self._address, len(self._frame), 0)]):
                sock.wake_tx(always=True)
                done += len(sock.completion.get())
            sock.wake_tx()
            done += len(sock.completion.get())

        def complete():
            nonlocal done
            sock.wake_tx()
            done += len(sock.completion.get())
            return done >= count

        return e1k.wait_for(complete)

    def check(self, t, text):
        """No interrupt of a burst is left unhandled."""
        condition = {"irq/irq_handler_exit": f"irq=={t.irqs()[0]}"}
        with tracing.Trace(filters=condition) as trace:
            sent = self.burst(FRAMES)
        handled = sum("ret=handled" in line for line in trace.lines)
        unhandled = sum("ret=unhandled" in line for line in trace.lines)
        t.check(sent and unhandled <= STRAY,
                f"{text}: {FRAMES} frames, no interrupt is left unhandled",
                f"completed: {sent}; handled {handled}, unhandled {unhandled}")


def test(t):
    t.quiet()
    for number in range(BINDINGS):
        sender = Sender(t)
        sender.burst(40)
        sender.check(t, f"binding {number + 1}")
        if number < BINDINGS - 1:
            sender.sock.close()
    # While its interrupt is delayed TXDW is wanted, then no more. The polls that find this out
    # begin with the NIC unmasked, and none of them sends.
    for tx_usecs in (100, 0):
        result = t.on_nut("ethtool", "-C", t.nut, "tx-usecs", tx_usecs)
        # With MSI-X there is no such delay
        if model.NAME != "e1000e":
            t.must(result)
        for _ in range(10):
            sender.sock.wake_tx(always=True)
    sender.check(t, "completions that were delayed before")
    sender.sock.close()
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=BINDINGS + 2)
