#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A program asks the driver for the VLAN tag that the NIC took out of a frame, and is
told; of a frame without one it is told that there is none. netlink names the hint of a hash
only if the NIC can calculate one. Where the kernel has hints."""

import errno

from lib import e1k, frames, xdp

RESULT, PROTOCOL, TCI = range(3)


def test(t):
    with open("/proc/kallsyms", encoding="ascii") as symbols:
        if " bpf_xdp_metadata_rx_vlan_tag\n" not in symbols.read():
            raise e1k.Skip("this kernel has no such hint")
    metadata = xdp.features(t)[1]
    t.check(metadata is not None and metadata & xdp.METADATA_VLAN_TAG,
            "netlink says that there is the hint", metadata)
    hashes = "receive-hashing: off [fixed]" not in t.must(t.on_nut("ethtool", "-k", t.nut)).out
    t.equal(bool(metadata & xdp.METADATA_HASH), hashes,
            "netlink says that there is a hash if the NIC can calculate one")

    t.must(e1k.command("ip", "-n", "nut", "link", "add", "link", t.nut, "name", "vl", "type",
                       "vlan", "id", 100))
    t.must(e1k.command("ip", "-n", "nut", "link", "set", "dev", "vl", "up"))
    programs = xdp.Programs("hints", "vlan_tag", bound_to=xdp.index_of(t))
    hint = programs.map("hint", "=i")
    xdp.attach(t, programs["vlan_tag"])
    sender = frames.raw(t, "peer")
    into = frames.capture(t, "nut")

    def told(frame):
        sender.send(frame)
        into.until(lambda f: f.endswith(frame[40:]))
        return hint[RESULT], hint[PROTOCOL], hint[TCI]

    for tci in (100, 3 << 13 | 100, 7 << 13 | 1 << 12 | 100):
        t.equal(told(frames.vlan(xdp.incoming(300), tci)), (0, frames.ETH_P_8021Q, tci),
                f"a frame with tag {tci:#06x}")
    t.equal(told(xdp.incoming(300))[0], -errno.ENODATA, "a frame without a tag: there is none")


e1k.main(test, plan=6)
