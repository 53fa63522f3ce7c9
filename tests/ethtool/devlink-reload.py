#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""devlink dev reload: the NIC is reset and its whole state written anew, whatever was done
to its registers; settings, VLANs and connections stay. Down it stays down."""

from lib import control, e1k, model, traffic
from lib.registers import RCTL, Registers

VID, ITR, ITR_WRONG = 7, 0x00c4, 4321
RCTL_RATHER = control.RCTL_UPE | control.RCTL_MPE


def reload(t, *args):
    return e1k.command("devlink", "dev", "reload", control.handle(t), *args)


def test_up(t, registers):
    traffic.lay_vlan(t, VID)
    model.moderate(t, 77)
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 512, "tx", 128))
    # Where that takes a reset the link may have gone.
    e1k.wait_for(t.has_carrier, "carrier")
    before, itr = control.settings(t), registers[ITR]
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    registers[RCTL] = registers[RCTL] | RCTL_RATHER
    registers[ITR] = ITR_WRONG
    said = reload(t)
    t.check(said, "reload", said.out)
    t.check(not registers[RCTL] & RCTL_RATHER and registers[ITR] == itr,
            "registers are as the driver wants them", hex(registers[RCTL]), registers[ITR], itr)
    t.check(stream.flows(), "the traffic goes on", *stream.wrong)
    said = reload(t, "action", "driver_reinit")
    t.check(said and "driver_reinit" in said.out, "action driver_reinit is what it does", said.out)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    e1k.wait_for(t.has_carrier, "carrier")
    t.equal(control.settings(t), before, "all settings are as before")
    t.check(e1k.wait_for(lambda: t.on_nut("ping", "-q", "-c", 1, "-W", 5, traffic.VLAN_PEER)),
            "the VLAN works")


def test_refused(t):
    for args, why in ((("netns", "nut"), "cannot change its netns"),
                      (("action", "fw_activate"), "")):
        said = reload(t, *args)
        t.check(not said and why in said.out, f"{' '.join(args)} is refused", said.out)
    t.check(t.ping(), "the peer answers")


def test_down(t):
    t.must(t.link("down"))
    said = reload(t)
    t.check(said and not t.has_carrier(), "down: reload, and it stays down", said.out)
    t.must(t.link("up"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "taken up: the peer answers")


def test(t):
    test_up(t, Registers(t.pci))
    test_refused(t)
    test_down(t)


e1k.main(test, plan=13)
