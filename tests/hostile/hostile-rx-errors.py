#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet, 82574
"""What the interface counts as receive errors: each of the MAC's counters of bad frames is in
the sum once, frames for which there was no room are missed and no errors (see
Documentation/networking/statistics.rst)."""

from lib import e1k, hostile

# Register: the standard counter that it is part of beside rx_errors, or none
ERRORS = {"CRCERRS": (0x4000, "rx_crc_errors"), "ALGNERRC": (0x4004, "rx_frame_errors"),
          "RXERRC": (0x400c, None), "CEXTERR": (0x403c, None),
          "RLEC": (0x4040, "rx_length_errors"), "RUC": (0x40a4, "rx_length_errors"),
          "ROC": (0x40ac, "rx_length_errors")}
MPC = 0x4010
NAMES = ("rx_errors", "rx_missed_errors", "rx_crc_errors", "rx_frame_errors",
         "rx_length_errors", "rx_over_errors", "rx_fifo_errors")


def test(t):
    def grown(register, by):
        """What grew when the NIC counted this number more."""
        before = {name: t.counter(name) for name in NAMES}
        hostile.nic("poke", offset=register, value=by)
        # Each read asks the NIC, which forgets what it told.
        after = {name: t.counter(name) for name in NAMES}
        return {name: after[name] - before[name] for name in NAMES if after[name] != before[name]}

    for by, (name, (register, also)) in enumerate(ERRORS.items(), 3):
        expected = {"rx_errors": by, **({also: by} if also else {})}
        t.equal(grown(register, by), expected, f"{name} is in rx_errors once")
    t.equal(grown(MPC, 20), {"rx_missed_errors": 20}, "MPC is missed frames, and no errors")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=len(ERRORS) + 2)
