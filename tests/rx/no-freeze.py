#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 240
"""What must not stop reception does not write RCTL, whose every write makes QEMU deaf
for a second: listening with tcpdump, promiscuous or not, groups, VLANs, addresses,
all-multicast and the rest. A ping every 10 ms loses nothing all the while."""

import signal
import socket
import struct
import subprocess

from lib import control, e1k, frames


def tcpdump(t, *args):
    """Start tcpdump, wait until it listens, stop it."""
    with subprocess.Popen(["ip", "netns", "exec", "nut", "tcpdump", "-n", "-i", t.nut, "-w",
                           "/dev/null", *args], stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "listening" in line:
                break
        process.send_signal(signal.SIGINT)
        process.stderr.read()


def groups(t):
    """Join and leave IPv4 groups."""
    socks = []
    for i in range(20):
        sock = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                        struct.pack("4s4s", socket.inet_aton(f"239.1.2.{i}"),
                                    socket.inet_aton(e1k.NUT_IP)))
        socks.append(sock)
    for sock in socks:
        sock.close()


def ip(t, *commands):
    """A batch of ip commands on the NIC's side."""
    t.must(e1k.command("ip", "-n", "nut", "-batch", "-", text="\n".join(commands) + "\n"))


def vlans(t):
    vids = (1, 2, 100, 4094)
    ip(t, *(f"link add link {t.nut} name vl{vid} type vlan id {vid}" for vid in vids),
       *(f"link set dev vl{vid} up" for vid in vids))
    ip(t, *(f"link del dev vl{vid}" for vid in vids))


def addresses(t):
    ip(t, *(f"addr add 203.0.113.{i}/32 dev {t.nut}" for i in range(20)),
       *(f"addr add 2001:db8:1::{i}/128 dev {t.nut} nodad" for i in range(20)))
    ip(t, *(f"addr del 203.0.113.{i}/32 dev {t.nut}" for i in range(20)),
       *(f"addr del 2001:db8:1::{i}/128 dev {t.nut}" for i in range(20)))


def filters(t, count):
    """A number of further unicast addresses."""
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    for i in range(count):
        into.member(frames.PACKET_MR_UNICAST, f"02:00:00:00:03:{i:02x}")
    into.sock.close()


def all_multicast(t):
    ip(t, f"link set dev {t.nut} allmulticast on")
    ip(t, f"link set dev {t.nut} allmulticast off")


def moderation(t):
    for usecs in (0, 100, 20):
        t.must(t.on_nut("ethtool", "-C", t.nut, "rx-usecs", usecs))


def offloads(t):
    for feature in ("rx", "tx", "tso", "gro", "txvlan", "rxvlan", "rx-vlan-filter"):
        for value in ("off", "on"):
            t.must(t.features(feature, value))


def own_address(t):
    """A change of the own address, and back."""
    ip(t, f"link set dev {t.nut} address 02:00:00:00:00:05",
       f"link set dev {t.nut} address {e1k.NUT_MAC}")


def asking(t):
    for option in ("-S", "-d", "-k", "-g"):
        t.must(t.on_nut("ethtool", option, t.nut))
    t.must(t.on_nut("ethtool", "-t", t.nut, "online"))


OPERATIONS = (("tcpdump -p", lambda t: tcpdump(t, "-p")), ("tcpdump", tcpdump),
              ("twenty groups", groups), ("four VLANs", vlans), ("forty addresses", addresses),
              ("fifteen unicast filters", lambda t: filters(t, 15)),
              ("more unicast filters than the chip has", lambda t: filters(t, 40)),
              ("all-multicast", all_multicast),
              ("moderation", moderation), ("offloads", offloads),
              ("statistics, registers, self-test", asking))


def test(t):
    if "rctl-stall" not in control.quirks(t):
        raise e1k.Skip("a write to RCTL stops nothing here")
    t.static_neighbours()
    with control.Pinging() as ping:
        before = control.rctl(t)
        for name, operation in OPERATIONS:
            sent = ping.last
            operation(t)
            good = ping.answered(30)
            t.check(good and control.rctl(t) == before,
                    f"{name}: RCTL is untouched, the peer answers",
                    f"RCTL {before:#x}, then {control.rctl(t):#x}",
                    f"replies {sent} to {ping.last}")
        t.equal(ping.lost(), 0, "not one ping of all these was lost")

    own_address(t)
    t.equal(control.rctl(t), before, "a change of the own address: RCTL is untouched")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=len(OPERATIONS) + 3)
