#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""devlink shows the rings as driver and NIC see them: coherent with what was sent and
received, also while down, under traffic and when the NIC goes."""

from lib import control, e1k, frames, traffic


def rings(t):
    """Both rings, with the registers of the same moment."""
    dumps = (control.dump(t, name) for name in ("tx", "rx"))
    return [{**dump["registers"], **dump["queues"][0]} for dump in dumps]


def coherent(tx, rx):
    """What must hold of idle rings."""
    wrong = []
    for name, ring, prefix in (("tx", tx, "TD"), ("rx", rx, "RD")):
        if ring[f"{prefix}LEN"] != 16 * ring["size"]:
            wrong.append(f"{name}: length register and size")
        if ring[f"{prefix}T"] != ring["next"] % ring["size"]:
            wrong.append(f"{name}: tail register and next")
        if ring[f"{prefix}H"] != ring["clean"] % ring["size"]:
            wrong.append(f"{name}: head register and clean")
        if ring[f"{prefix}BAL"] % 128:
            wrong.append(f"{name}: base is not aligned")
    if tx["TDH"] != tx["TDT"] or tx["in_flight"] or tx["clean"] != tx["next"]:
        wrong.append("tx: idle, but something is in flight")
    if tx["rung"] != tx["next"] or tx["stopped"]:
        wrong.append("tx: idle, but not all was told to the NIC")
    if rx["buffers"] != (rx["next"] - rx["clean"]) % (1 << 32) or rx["buffers"] >= rx["size"]:
        wrong.append("rx: count of buffers")
    return wrong


def test(t):
    t.quiet()
    control.set_queues(t, 1)

    def idle():
        # Frames that are sent are taken back a moment later.
        tx, rx = rings(t)
        return not coherent(tx, rx) and (tx, rx)

    tx, rx = e1k.wait_for(idle) or rings(t)
    t.check(not coherent(tx, rx), "idle: coherent", *coherent(tx, rx), tx, rx)
    t.equal([{name: ring[name] for name in control.ring(t, which)}
             for which, ring in (("tx", tx), ("rx", rx))],
            [control.ring(t, "tx"), control.ring(t, "rx")], "diagnose says the same as the dump")
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
    t.check(e1k.wait_for(idle), "idle again: coherent", *rings(t))

    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 1024, "tx", 512))
    t.equal((control.ring(t, "rx")["size"], control.ring(t, "tx")["size"]), (1024, 512),
            "new sizes are shown")
    stream = traffic.Stream(t)
    stream.flows()
    bad = []
    for _ in range(20):
        tx, rx = control.ring(t, "tx"), control.ring(t, "rx")
        if tx["in_flight"] >= tx["size"] or rx["buffers"] >= rx["size"]:
            bad.append((tx, rx))
    t.check(not bad and stream.flows(), "under traffic: never more in a ring than fits", *bad[:1])
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.must(t.link("down"))
    t.equal((control.ring(t, "tx"), control.ring(t, "rx")), ({}, {}), "nothing while down")
    t.must(t.link("up"))

    with open(f"/sys/bus/pci/drivers/{t.drv}/unbind", "w", encoding="ascii") as unbind:
        unbind.write(t.pci)
    t.check(not e1k.command("devlink", "health", "diagnose", control.handle(t), "reporter", "rx"),
            "given up: gone")


e1k.main(test, plan=10)
