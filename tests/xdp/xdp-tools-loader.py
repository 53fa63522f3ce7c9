#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""xdp-loader puts programs into the driver, several behind its dispatcher, lists them and
takes them away; xdpdump shows the packets that they see."""

import re

from lib import e1k, xdp

PCAP = "/tmp/xdpdump.pcap"


def test(t):
    xdp.need_types()
    xdp.tool("xdp-loader", "unload", "--all", t.nut)
    file = f"{xdp.BUILD}/verdict.bpf.o"
    for program in ("pass", "one_buffer"):
        t.check(xdp.tool("xdp-loader", "load", "-m", "native", "-n", program, t.nut, file),
                f"xdp-loader load: {program}")
    status = xdp.tool("xdp-loader", "status", t.nut)
    t.check(re.search(rf"{t.nut} +xdp_dispatcher +native", status.out) and
            re.search(r"=> .*one_buffer", status.out) and re.search(r"=> .*pass", status.out),
            "xdp-loader status: both, native", status)
    t.equal(xdp.state(t)[0], xdp.NATIVE, "the kernel says so, too")
    with xdp.running("xdpdump", "-i", t.nut, "-w", PCAP, "--rx-capture", "entry,exit") as dump:
        e1k.wait_for(lambda: "listening on" in "".join(dump.said), "xdpdump")
        t.check(t.ping(count=5), "the peer answers")
    seen = e1k.command("tcpdump", "-nr", PCAP, "icmp").out
    t.equal([len(re.findall(f"reply.* seq {n},", seen)) for n in range(1, 6)], 5 * [2],
            "xdpdump saw each answer before and after the program")
    t.check(xdp.tool("xdp-loader", "unload", "--all", t.nut), "xdp-loader unload")
    t.equal(xdp.state(t)[0], 0, "nothing is left")


e1k.main(test, plan=8)
