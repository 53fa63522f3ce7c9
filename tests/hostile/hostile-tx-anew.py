#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet, 82574
"""Rings that are exchanged again and again are not hung, though each time the NIC has not sent
what is on them: only a ring that has not begun anew since can have stood still."""

import socket

from lib import e1k, frames, hostile


def test(t):
    t.quiet()
    out = frames.raw(t, "nut")
    one = hostile.frame(100)

    def send():
        """As far as there is a ring."""
        try:
            out.send(one, socket.MSG_DONTWAIT)
        except OSError:
            pass

    kicks = hostile.healed_by_exchanges(t, "tx-stall", "tx", send, "heal_kicks")
    t.check(not kicks, "no exchanged ring is taken for a hung one", kicks)
    hostile.survived(t, "rings that are exchanged")


e1k.main(test, plan=2)
