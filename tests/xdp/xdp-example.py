#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""docs/examples/xdp-count counts what arrives, drops one port, and leaves nothing behind,
even when it is killed."""

import re
import subprocess

from lib import e1k, traffic, xdp

COUNT = 30


def counters(said):
    """The last line that it printed, as numbers."""
    lines = [line for line in said if line.startswith("tcp ")]
    return {name: int(value) for name, value in re.findall(r"(\w+) (\d+)", lines[-1])} \
        if lines else {}


def test(t):
    t.static_neighbours()
    nut, peer = traffic.udp_pair(t)
    port = nut.getsockname()[1]
    nut.settimeout(e1k.PATIENCE)
    program = f"{xdp.BUILD}/xdp-count"
    with xdp.running(program, t.nut, port) as example:
        e1k.wait_for(lambda: counters(example.said), "the example's first line")
        t.equal(xdp.state(t)[0], xdp.NATIVE, "it is in the driver")
        for _ in range(COUNT):
            peer.send(b"dropped")
        t.check(t.ping(count=COUNT), "ping goes through")
        stream_nut, stream_peer = traffic.tcp_pair(t)
        wrong = traffic.transfer(stream_peer, stream_nut, bytes(range(256)) * 1000)
        t.check(not wrong, "TCP goes through", wrong)
    seen = counters(example.said)
    t.equal((seen["udp"], seen["dropped"]), (COUNT, COUNT), f"{COUNT} datagrams dropped")
    t.check(seen["other"] >= COUNT and seen["tcp"] > 100, "the others counted", seen)
    t.equal(xdp.state(t)[0], 0, "the program is gone when the example has ended")
    peer.send(b"after")
    t.equal(nut.recv(100), b"after", "and the port gets its datagrams")

    with xdp.running(program, t.nut, port) as example:
        e1k.wait_for(lambda: counters(example.said), "the example's first line")
        example.kill()
        example.wait()
    t.check(e1k.wait_for(lambda: not xdp.state(t)[0]), "killed: the program goes with it")
    done = subprocess.run([program, "lo", "7"], capture_output=True, text=True, check=False)
    t.check(done.returncode == 1 and "no native XDP on lo" in done.stderr,
            "where there is no native XDP it says so", done)


e1k.main(test, plan=9)
