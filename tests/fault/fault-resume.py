#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
# timeout: 240
"""The function is reset behind the driver's back, and the driver takes the NIC up again as after a
sleep; devlink has the driver do so itself. Each allocation on that way fails in turn, and the
traffic goes on nevertheless."""

import os
import socket

from lib import e1k, faults, genl

# include/uapi/linux/devlink.h
DEVLINK_CMD_RELOAD, DEVLINK_ATTR_BUS_NAME, DEVLINK_ATTR_DEV_NAME = 37, 1, 2


def reload(t):
    """A function that does what "devlink dev reload" does, by this very process."""
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC)
    sock.settimeout(e1k.PATIENCE)
    family = genl.Family(sock, "devlink")
    device = (genl.attribute(DEVLINK_ATTR_BUS_NAME, b"pci\0")
              + genl.attribute(DEVLINK_ATTR_DEV_NAME, t.pci.encode() + b"\0"))
    return lambda: family.do(DEVLINK_CMD_RELOAD, device)


def test(t):
    faults.need(t)
    reset = f"/sys/bus/pci/devices/{t.pci}/reset"
    if not os.path.exists(reset):
        raise e1k.Skip("this function cannot be reset")
    nic = faults.Nic(t)
    nic.rings(64, 64)
    t.must(t.on_nut("ethtool", "-C", t.nut, "rx-usecs", 77))
    echo = faults.Echo(t)

    for what, call in (("its function is reset", lambda: faults.write(reset, 1)),
                       ("devlink reloads", reload(t))):
        count, wrong = 0, []
        for fault in faults.each(call):
            count += 1
            if not echo():
                wrong.append(f"allocation {fault.number}: no traffic any more, {fault.error}")
                break
        t.note(f"{what}: {count} allocations failed")
        t.check(count and not wrong, f"{what}: the NIC comes back whatever fails", *wrong)
    settings = t.must(t.on_nut("ethtool", "-c", t.nut)).out.split("\n")
    t.check(any(line.split() == ["rx-usecs:", "77"] for line in settings), "with its settings",
            *settings)
    t.check(echo(), "traffic goes on")


e1k.main(test, plan=4, bed=False)
