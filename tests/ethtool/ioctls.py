#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What older programs ask by ioctl, not by netlink: the PHY's registers (mii-tool,
bonding's users), rings and channels (ethtool before 5.8). It is answered and refused alike."""

import errno
import fcntl
import socket
import struct

from lib import control, e1k, faults

SIOCGMIIPHY, SIOCGMIIREG, SIOCSMIIREG = 0x8947, 0x8948, 0x8949
SRINGPARAM, GCHANNELS, SCHANNELS = 0x11, 0x3C, 0x3D
BMCR, BMSR, PHYSID1 = 0, 1, 2
BMSR_LSTATUS = 1 << 2
RX_PENDING, MINI_PENDING, JUMBO_PENDING, TX_PENDING = 5, 6, 7, 8


class Mii:
    """struct mii_ioctl_data in the request of one interface."""

    def __init__(self, t):
        self._name = t.nut.encode()
        with e1k.namespace():
            self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def ask(self, request, phy=0, reg=0):
        """The PHY's address and the register's value."""
        data = bytearray(struct.pack("16sHHHH16x", self._name, phy, reg, 0, 0))
        fcntl.ioctl(self._sock, request, data, True)
        phy, _, _, value = struct.unpack_from("HHHH", data, 16)
        return phy, value


def refusal(call, *args):
    """The error with which a call is refused, None if it is not."""
    try:
        call(*args)
    except OSError as error:
        return error.errno
    return None


def test(t):
    mii, nic = Mii(t), faults.Nic(t)
    phy, bmcr = mii.ask(SIOCGMIIPHY)
    t.check(phy < 32 and mii.ask(SIOCGMIIREG, phy, BMCR) == (phy, bmcr), "there is one PHY")
    t.check(mii.ask(SIOCGMIIREG, phy, PHYSID1)[1] not in (0, 0xFFFF), "it says who it is")

    def link():
        return bool(mii.ask(SIOCGMIIREG, phy, BMSR)[1] & BMSR_LSTATUS)

    t.becomes(link, True, "it has a link")
    t.defer(t.cable, True)
    t.cable(False)
    t.becomes(link, False, "it has none without a cable")
    t.cable(True)
    t.becomes(link, True, "it has one again")
    t.equal(refusal(mii.ask, SIOCGMIIREG, phy ^ 8, BMSR), errno.ENODEV, "there is no other PHY")
    t.equal(refusal(mii.ask, SIOCSMIIREG, phy, BMCR), errno.EOPNOTSUPP, "nobody writes to it")

    sizes = nic.ring_sizes()
    wrong = []
    for what, value in ((RX_PENDING, 4097), (TX_PENDING, 4097), (MINI_PENDING, 64),
                        (JUMBO_PENDING, 64), (RX_PENDING, 1), (TX_PENDING, 1 << 31)):
        words = [SRINGPARAM, 0, 0, 0, 0, sizes[0], 0, 0, sizes[1]]
        words[what] = value
        said = refusal(nic.ethtool, words)
        if said != errno.EINVAL:
            wrong.append(f"word {what} = {value}: {said}")
    t.check(not wrong and nic.ring_sizes() == sizes, "rings that cannot be are refused", *wrong)

    channels = [GCHANNELS] + [0] * 8
    nic.ethtool(channels)
    most, now = control.queues(t)
    t.equal(channels[1:], [0, 0, 0, most, 0, 0, 0, now], "channels for both directions")
    t.equal(refusal(nic.ethtool, [SCHANNELS, *channels[1:]]), None, "it may be asked for")
    t.equal(refusal(nic.ethtool, [SCHANNELS, *channels[1:8], most + 1]), errno.EINVAL,
            "one more may not")
    e1k.wait_for(t.has_carrier)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=12)
