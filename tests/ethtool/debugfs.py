#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""debugfs shows the rings as driver and NIC see them: read-only, coherent with what
was sent and received, also while down, under traffic and when the NIC goes."""

import os

from lib import control, e1k, frames, traffic


def coherent(tx, rx):
    """What must hold of idle rings."""
    wrong = []
    for name, ring, prefix in (("tx", tx, "TD"), ("rx", rx, "RD")):
        if ring[f"{prefix}LEN"] != 16 * ring["size"]:
            wrong.append(f"{name}: length register and size")
        if ring[f"{prefix}T"] != ring["next"] % ring["size"] and name == "tx":
            wrong.append(f"{name}: tail register and next")
        if ring[f"{prefix}BAL"] % 128:
            wrong.append(f"{name}: base is not aligned")
    if tx["TDH"] != tx["TDT"] or tx["in flight"] or tx["clean"] != tx["next"]:
        wrong.append("tx: idle, but something is in flight")
    if rx["RDH"] != rx["clean"] % rx["size"]:
        wrong.append("rx: head register and clean")
    if rx["buffers"] != (rx["next"] - rx["clean"]) % (1 << 32) or rx["buffers"] >= rx["size"]:
        wrong.append("rx: count of buffers")
    return wrong


def fails_when_given_up(t, directory):
    """Whether a file that is open when the driver gives the NIC up cannot be read."""
    with open(f"{directory}/rx_ring", encoding="ascii") as file:
        with open(f"/sys/bus/pci/drivers/{t.drv}/unbind", "w", encoding="ascii") as unbind:
            unbind.write(t.pci)
        try:
            file.read()
        except OSError:
            return True
    return False


def test(t):
    directory = f"/sys/kernel/debug/e1k/{t.pci}"
    t.equal(sorted(os.listdir(directory)), ["quirks", "rx_ring", "tx_ring"], "the files")
    modes = {name: os.stat(f"{directory}/{name}").st_mode & 0o222 for name in os.listdir(directory)}
    t.equal(set(modes.values()), {0}, "they are read-only")

    t.quiet()

    def idle():
        # Frames that are sent are taken back a moment later.
        tx, rx = control.ring(t, "tx"), control.ring(t, "rx")
        return not coherent(tx, rx) and (tx, rx)

    tx, rx = e1k.wait_for(idle) or (control.ring(t, "tx"), control.ring(t, "rx"))
    t.check(not coherent(tx, rx), "idle: coherent", *coherent(tx, rx), tx, rx)
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut", frames.ETH_P_TEST)
    frame = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(1000))
    for _ in range(300):
        out.send(frame)
        into.next()
    after = control.ring(t, "rx")
    t.check(after["clean"] - rx["clean"] >= 300, "300 frames received: clean moves on",
            rx["clean"], after["clean"])
    out, into = frames.raw(t, "nut"), frames.capture(t, "peer", frames.ETH_P_TEST)
    frame = frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_TEST, bytes(1000))
    for _ in range(300):
        out.send(frame)
        into.next()
    after = control.ring(t, "tx")
    t.check(after["next"] - tx["next"] >= 300, "300 frames sent: next moves on",
            tx["next"], after["next"])
    t.check(e1k.wait_for(idle), "idle again: coherent", control.ring(t, "tx"),
            control.ring(t, "rx"))

    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 1024, "tx", 512))
    t.equal((control.ring(t, "rx")["size"], control.ring(t, "tx")["size"]), (1024, 512),
            "new sizes are shown")
    stream = traffic.Stream(t)
    stream.flows()
    bad = []
    for _ in range(100):
        tx, rx = control.ring(t, "tx"), control.ring(t, "rx")
        if tx["in flight"] >= tx["size"] or rx["buffers"] >= rx["size"]:
            bad.append((tx, rx))
    t.check(not bad and stream.flows(), "under traffic: never more in a ring than fits", *bad[:1])
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.must(t.link("down"))
    t.equal((control.ring(t, "tx"), control.ring(t, "rx")), ({}, {}), "nothing while down")
    t.must(t.link("up"))

    t.check(fails_when_given_up(t, directory) and not os.path.exists(directory),
            "given up: gone, and a file still open fails")


e1k.main(test, plan=11)
