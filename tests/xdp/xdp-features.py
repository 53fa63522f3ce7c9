#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What netlink tells of the XDP that the device can is true, each flag of it."""

from lib import e1k, xdp, xsk


def test(t):
    seen = xdp.features(t)
    if not seen:
        raise e1k.Skip("this kernel does not tell")
    flags = seen[0]
    wanted = xdp.BASIC | xdp.REDIRECTS | xdp.NDO_XMIT
    t.equal(flags & wanted, wanted, "programs, redirects from it and to it")
    t.check(not flags & xdp.HW_OFFLOAD, "nothing is said to run in the NIC")

    try:
        xsk.Socket(t, xsk.Umem(t, 64)).close()
        zero_copy = True
    except OSError:
        zero_copy = False
    t.equal(bool(flags & xdp.XSK_ZEROCOPY), zero_copy, f"zero-copy sockets: {zero_copy}")

    t.mtu(9000)
    error, _ = xdp.set_program(t, xdp.Programs("verdict", "frags")["frags"])
    t.equal(bool(flags & xdp.RX_SG), not error, f"frames over several buffers: {not error}")


e1k.main(test, plan=4)
