#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a driver makes of each fault of the hostile NIC, under traffic: the table of
docs/driver/reliability.md. Not part of the suite: some drivers do not survive it.

usage, in a guest with NIC=datasheet:
       E1K_KO=/path/to/e1000.ko tests/long/faults.py [FIRST [COUNT]]

One line a fault: whether the NIC answers again by itself (within a minute), only after
the interface was taken down and up, or not at all. A guest that dies ends the table."""

import subprocess
import sys
import time
from pathlib import Path

from lib import e1k, hostile, traffic

EOP, ALL_ONES = hostile.MASK_EOP, 0xffffffff
SECONDS = 3

FAULTS = (
    ("length 0", {"fault": "rx-writeback", "length": 0}),
    ("length 65535", {"fault": "rx-writeback", "length": 65535}),
    ("length beyond the buffer", {"fault": "rx-writeback", "length": 4000}),
    ("no EOP, full buffers", {"fault": "rx-writeback", "length": 2048, "clear": EOP}),
    ("all error bits", {"fault": "rx-writeback", "set": 0xff << 40}),
    ("noise in receive descriptors", {"fault": "rx-writeback", "random": True, "seed": 3}),
    ("receive descriptors done early", {"fault": "rx-spread", "slots": [1, 2, 3], "count": 50}),
    ("receive descriptors out of order", {"fault": "rx-hold", "depth": 8, "count": 80}),
    ("received, never done", {"fault": "rx-silent"}),
    ("a lost doorbell", {"fault": "tx-stall", "until": "kick"}),
    ("transmitter stuck until restarted", {"fault": "tx-stall", "until": "restart"}),
    ("NIC stuck until reset", {"fault": "tx-stall", "until": "reset"}),
    ("sent, never done", {"fault": "tx-silent"}),
    ("all transmit descriptors done", {"fault": "tx-all-done", "count": 20}),
    ("noise in transmit descriptors", {"fault": "tx-garbage", "count": 50}),
    ("interrupts lost", {"fault": "irq-lost", "count": 100}),
    ("a storm of causes", {"fault": "irq-storm", "causes": 0x1ffff, "count": 3000}),
    ("registers read as ones", {"fault": "read", "value": ALL_ONES}),
    ("registers read as noise", {"fault": "read", "seed": 1}),
    ("receive head out of range", {"poke": 0x2810, "value": 0xfff0}),
    ("transmit head elsewhere", {"poke": 0x3810, "value": 77}),
    ("interrupts masked", {"poke": 0x00d0, "value": 0}),
    ("receiver off", {"poke": 0x0100, "value": 0}),
    ("reset behind the driver's back", {"reset": True}),
    ("receive head elsewhere", {"poke": 0x2810, "value": 77}),
    ("a reset that does not end", {"fault": "reset-stuck", "restart": True}),
    ("PHY dead at a reset", {"fault": "phy", "how": "dead", "restart": True}),
)

# What the NIC is like when it is probed; listed behind the others
PROBED = (
    ("an EEPROM that does not answer", {"fault": "eeprom", "how": "dead"}),
    ("an EEPROM of noise", {"fault": "eeprom", "how": "garbage", "seed": 5}),
    ("a PHY that does not answer", {"fault": "phy", "how": "dead"}),
    ("a reset that does not end", {"fault": "reset-stuck"}),
    ("registers read as ones", {"fault": "read", "value": ALL_ONES}),
    ("registers read as noise", {"fault": "read", "seed": 1}),
)


def answers(t, patience):
    return e1k.wait_for(lambda: t.on_nut("ping", "-q", "-c", 1, "-W", 1, e1k.PEER_IP),
                        patience=patience)


def strike(t, fault):
    settings = dict(fault)
    restart = settings.pop("restart", False)
    if "poke" in settings:
        hostile.nic("poke", offset=settings["poke"], value=settings["value"])
    elif "reset" in settings:
        hostile.nic("reset")
    else:
        hostile.arm(settings.pop("fault"), **settings)
    if restart:
        t.link("down")
        t.link("up")


def outcome(t, fault):
    """What becomes of the NIC."""
    strike(t, fault)
    time.sleep(SECONDS)
    if "until" not in fault:
        hostile.disarm()
    if answers(t, 60):
        return "answers again by itself"
    hostile.disarm()
    t.link("down")
    t.link("up")
    if answers(t, 60):
        return "answers only after down and up"
    return "does not answer any more"


def bind(t, to):
    """Unbind or bind; whether the driver has the NIC then."""
    drivers = Path(f"/sys/bus/pci/drivers/{t.drv}")
    try:
        (drivers / to).write_text(t.pci, encoding="ascii")
    except OSError:
        pass
    return (drivers / t.pci).exists()


def probed(t, fault):
    """Whether a NIC with this fault is taken, and what is when it is whole."""
    bind(t, "unbind")
    hostile.arm(**fault)
    said = "taken" if bind(t, "bind") else "refused"
    hostile.disarm()
    bind(t, "unbind")
    if not bind(t, "bind"):
        return f"{said}; refused when it is whole, too"
    t.adopt()
    return f"{said}; when it is whole it {'answers' if answers(t, 60) else 'does not answer'}"


def main():
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    count = int(sys.argv[2]) if len(sys.argv) > 2 else len(FAULTS) + len(PROBED)
    t = e1k.Bed(0)
    t.setup()
    t.static_neighbours()
    print(f"driver {t.drv}, kernel {subprocess.getoutput('uname -r')}", flush=True)
    with traffic.flood(t):
        for number, (what, fault) in list(enumerate(FAULTS))[first:first + count]:
            print(f"{number:2} {what}: ", end="", flush=True)
            print(outcome(t, fault), flush=True)
    for number, (what, fault) in enumerate(PROBED, len(FAULTS)):
        if not first <= number < first + count:
            continue
        print(f"{number:2} probed, {what}: ", end="", flush=True)
        print(probed(t, fault), flush=True)
    t.cleanup()


if __name__ == "__main__":
    main()
