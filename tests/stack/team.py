#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The NIC is part of a team device: it carries the traffic while it is the active
port, hands over to another and takes over again, and has its own address afterwards."""

import contextlib
import os
import socket

from lib import e1k, genl, traffic

OPTIONS_SET = 1
TEAM_IFINDEX, LIST_OPTION, ITEM_OPTION = 1, 2, 1
NAME, TYPE, DATA, NLA_U32, NLA_STRING = 1, 3, 4, 3, 5


def option(t, family, name, value):
    """Set an option of the team device: the mode, the active port."""
    kind = NLA_STRING if isinstance(value, str) else NLA_U32
    data = value.encode() + b"\0" if isinstance(value, str) else value.to_bytes(4, "little")
    item = (genl.attribute(NAME, name.encode() + b"\0") + genl.attribute(TYPE, bytes([kind]))
            + genl.attribute(DATA, data))
    with contextlib.suppress(ProcessLookupError):   # done, but changes are not listened for
        family.do(OPTIONS_SET, genl.attribute(TEAM_IFINDEX, ifindex(t, "team0").to_bytes(4, "little"))
                  + genl.attribute(LIST_OPTION, genl.attribute(ITEM_OPTION, item)))


def ip(*args):
    """ip link on the NIC's side."""
    return e1k.command("ip", "-n", "nut", "link", *args)


def make(t, mode, *ports):
    """A team device of these ports, with the NIC's IP address."""
    t.must(ip("add", "team0", "type", "team"))
    with t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC) as sock:
        option(t, genl.Family(sock, "team"), "mode", mode)
    for port in ports:
        t.must(ip("set", "dev", port, "down"))
        t.must(ip("set", "dev", port, "master", "team0"))
        t.must(ip("set", "dev", port, "up"))
    t.must(ip("set", "dev", "team0", "addrgenmode", "none", "up"))
    t.must(e1k.command("ip", "-n", "nut", "addr", "add", f"{e1k.NUT_IP}/24", "dev", "team0"))
    e1k.wait_for(t.has_carrier, "the carrier")


def ifindex(t, dev):
    return int(t.must(t.on_nut("cat", f"/sys/class/net/{dev}/ifindex")).out)


def build(t):
    """The peer and one end of a veth pair are ports of a bridge, the NIC and the other
    end those of a team device."""
    for args in (("-n", "nut", "addr", "flush", "dev", t.nut), ("addr", "flush", "dev", t.peer),
                 ("-n", "nut", "link", "set", "dev", t.nut, "down"),
                 ("-n", "nut", "link", "add", "va", "type", "veth", "peer", "name", "vb",
                  "netns", "1"),
                 ("link", "add", "br1", "type", "bridge"),
                 ("link", "set", "dev", t.peer, "master", "br1"),
                 ("link", "set", "dev", "vb", "master", "br1", "addrgenmode", "none", "up"),
                 ("link", "set", "dev", "br1", "addrgenmode", "none", "up"),
                 ("addr", "add", f"{e1k.PEER_IP}/24", "dev", "br1")):
        t.must(e1k.command("ip", *args))


def sent(t, dev):
    path = f"/sys/class/net/{dev}/statistics/tx_packets"
    return int(t.must(t.on_nut("cat", path)).out)


def carries(t, dev, other):
    """Whether data goes both ways, and out by dev."""
    data = os.urandom(1 << 19)
    e1k.wait_for(t.ping, "the peer's answer")
    before, before_other = sent(t, dev), sent(t, other)
    nut, peer = traffic.tcp_pair(t)
    wrong = [traffic.transfer(nut, peer, data), traffic.transfer(peer, nut, data)]
    nut.close()
    peer.close()
    moved = sent(t, dev) - before, sent(t, other) - before_other
    return not any(wrong) and moved[0] > moved[1], wrong, moved


def test(t):
    if not e1k.command("modprobe", "-a", "team", "team_mode_activebackup",
                       "team_mode_roundrobin", "veth", "bridge"):
        raise e1k.Skip("this kernel has no team device")
    t.defer(e1k.command, "ip", "link", "del", "vb")
    t.defer(e1k.command, "ip", "link", "del", "br1")
    build(t)
    sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC)
    make(t, "activebackup", t.nut, "va")
    # In this mode the addresses are the user's to agree.
    for dev in ("va", "team0"):
        t.must(ip("set", "dev", dev, "address", e1k.NUT_MAC))
    family = genl.Family(sock, "team")
    for dev, other, what in ((t.nut, "va", "the NIC is active"), ("va", t.nut, "it hands over"),
                             (t.nut, "va", "it takes over again")):
        option(t, family, "activeport", ifindex(t, dev))
        # The bridge learns where the address is from the next frame it sends.
        good, *notes = carries(t, dev, other)
        t.check(good, f"{what}: TCP both ways, by {'the NIC' if dev == t.nut else 'the other'}",
                *notes)

    t.must(ip("del", "team0"))
    make(t, "roundrobin", t.nut)
    good, *notes = carries(t, t.nut, "va")
    t.check(good, "round robin: the NIC has the team's address", *notes)
    t.must(ip("set", "dev", "team0", "address", "02:00:00:00:0e:01"))
    good, *notes = carries(t, t.nut, "va")
    t.check(good, "another address of the team while it runs", *notes)
    t.must(ip("del", "team0"))
    t.equal(t.on_nut("cat", f"/sys/class/net/{t.nut}/address").out.strip(), e1k.NUT_MAC,
            "given up: it has its own address again")
    t.must(e1k.command("ip", "link", "set", "dev", t.peer, "nomaster"))
    t.must(e1k.command("ip", "addr", "flush", "dev", "br1"))
    t.must(e1k.command("ip", "addr", "add", f"{e1k.PEER_IP}/24", "dev", t.peer))
    t.must(e1k.command("ip", "-n", "nut", "addr", "add", f"{e1k.NUT_IP}/24", "dev", t.nut))
    t.must(t.link("up"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "given up: the peer answers")


e1k.main(test, plan=7)
