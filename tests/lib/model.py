# SPDX-License-Identifier: GPL-2.0-only
"""What the NIC under test does and does not do, as far as a test has to know: the row of
the NIC in software, or that of the manual for QEMU's models."""

import os

from nic.personality import DATASHEET, PERSONALITIES

NAME = os.environ.get("NIC", "e1000")
ROW = PERSONALITIES.get(NAME, DATASHEET)
IS_QEMU = NAME not in PERSONALITIES
# QEMU 7.2's 82574L segments wrongly; that of newer ones may be asked for it.
HAS_TSO = NAME != "e1000e"
# 82574L: the longest frame is 9234 bytes; 8254x: 16128
MAX_MTU = 9216 if NAME == "e1000e" or ROW.max_frame == 9234 else 16110


def moderate(t, usecs):
    """Space the interrupts, where the chip can."""
    if ROW.throttling:
        t.must(t.on_nut("ethtool", "-C", t.nut, "rx-usecs", usecs))
