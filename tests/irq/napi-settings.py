#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Where the kernel keeps settings for each NAPI, the NIC's have its number and survive
new rings, a reset, down and up; and what cannot be set is refused."""

import errno
import socket

from lib import e1k, genl

NAPI_SET = 14
IFINDEX, ID, DEFER_HARD_IRQS, GRO_FLUSH_TIMEOUT = 1, 2, 5, 6


def test(t):
    sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC)
    index = int(t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/ifindex")).out)

    def napi():
        """(number, deferred interrupts, timeout) of the NIC's only NAPI."""
        rows = [row for row in family.dump(genl.NAPI_GET)
                if genl.number(row.get(IFINDEX)) == index]
        return tuple(genl.number(rows[0].get(kind))
                     for kind in (ID, DEFER_HARD_IRQS, GRO_FLUSH_TIMEOUT))

    def change(number, kind, value):
        """Set one of them; the errno, or 0."""
        try:
            family.do(NAPI_SET, genl.attribute(ID, number.to_bytes(4, "little"))
                      + genl.attribute(kind, value.to_bytes(4, "little")))
        except OSError as error:
            return error.errno
        return 0

    try:
        family = genl.Family(sock, "netdev")
        number, *_ = napi()
        if change(number, DEFER_HARD_IRQS, 0) == errno.EOPNOTSUPP:
            raise OSError("no settings")
    except OSError as error:
        raise e1k.Skip(f"this kernel keeps no settings for a NAPI: {error}") from error

    change(number, DEFER_HARD_IRQS, 3)
    change(number, GRO_FLUSH_TIMEOUT, 20000)
    t.equal(napi(), (number, 3, 20000), "set by netlink")
    t.check(t.ping(count=20), "the peer answers with them")
    for what, args in (("new rings", ("ethtool", "-G", t.nut, "rx", 512, "tx", 64)),
                       ("a reset", ("ethtool", "--reset", t.nut, "all"))):
        t.must(t.on_nut(*args))
        t.equal(napi(), (number, 3, 20000), f"after {what}: the same")
    t.down_up()
    t.equal(napi(), (number, 3, 20000), "after down and up: the same")
    t.check(change(number, DEFER_HARD_IRQS, 1 << 31) in (errno.EINVAL, errno.ERANGE),
            "too many deferred interrupts are refused")
    t.equal(change(number + 1000, DEFER_HARD_IRQS, 1), errno.ENOENT,
            "a NAPI that is none is refused")
    t.equal(napi(), (number, 3, 20000), "after the refusals: the same")
    change(number, DEFER_HARD_IRQS, 0)
    change(number, GRO_FLUSH_TIMEOUT, 0)
    t.check(napi() == (number, 0, 0) and t.ping(count=20), "switched off: the peer answers")


e1k.main(test, plan=9)
