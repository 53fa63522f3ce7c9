#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet, 82574
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""The transmitter hangs, in ways that only one step of the ladder heals each: kick,
restart, reset. Each step is counted and reported with a dump, no frame that was
accepted is lost without being counted, and what is no hang raises no alarm."""

import socket
import time

from lib import control, e1k, hostile, traffic

STATUS, STATUS_PAUSED = 0x0008, 0x93
STEPS = ("heal_kicks", "heal_restarts", "heal_resets")
LOOKS = 8       # seconds: the driver looks every other one
# The stack looks at stopped queues every five seconds, and gives them five.
WATCHDOG = 14


def counted(t):
    """Frames that were accepted, by what became of them."""
    return t.counter("tx_packets") + t.counter("tx_dropped")


def reporter(t):
    shown = control.devlink(t, "health", "show", control.handle(t), "reporter", "tx")
    return shown["health"][control.handle(t)][0]


def steps(t):
    counters = t.statistics()
    return tuple(counters[name] for name in STEPS)


def heals(t, what, fault, expected, keeps=True):
    """A hang under single datagrams ends with these steps; what was sent is accounted."""
    nut, peer = traffic.udp_pair(t)
    t.must(e1k.command("devlink", "health", "dump", "clear", control.handle(t), "reporter", "tx"))
    e1k.wait_for(lambda: t.counter("tx_packets") == control.group(t, "eth-mac")["FramesTransmittedOK"])
    before, reports, frames = steps(t), reporter(t)["error"], counted(t)
    hostile.arm(**fault)
    for number in range(5):
        nut.send(bytes([number]) * 100)
    e1k.wait_for(lambda: steps(t) >= tuple(b + e for b, e in zip(before, expected)))
    hostile.disarm()
    t.check(e1k.wait_for(lambda: counted(t) == frames + 5),
            f"{what}: each frame was sent or counted as dropped",
            f"{frames} and 5 became {counted(t)}")
    nut.send(b"after")
    peer.settimeout(e1k.PATIENCE)
    came = [peer.recv(2000)]
    while came[-1] != b"after":
        came.append(peer.recv(2000))
    t.check(not keeps or len(came) == 6, f"{what}: traffic goes on", came)
    done = tuple(a - b for a, b in zip(steps(t), before))
    t.equal(done, expected, f"{what}: kicks, restarts, resets")
    t.check(reporter(t)["error"] == reports + sum(expected) and
            reporter(t)["state"] == "healthy" and "last_dump_time" in reporter(t),
            f"{what}: each step reported, a dump taken", reporter(t))
    for sock in (nut, peer):
        sock.close()


def alarms(t):
    """The driver's, and those of the stack's watchdog."""
    return *steps(t), t.must(e1k.command("dmesg")).out.count("NETDEV WATCHDOG")


def no_alarm(t, what, begin, end, seconds=LOOKS):
    """What is no hang, for several looks, with frames on the ring or waiting."""
    sock = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    before = alarms(t)
    begin()
    sock.setblocking(False)
    for _ in range(3):
        sock.sendto(b"x", (e1k.PEER_IP, 9))
    time.sleep(seconds)
    t.equal(alarms(t), before, f"{what} raises no alarm")
    end()
    sock.close()
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), f"{what}: the peer answers afterwards")


def paused():
    hostile.arm("read", offset=STATUS, value=STATUS_PAUSED)
    hostile.arm("tx-stall")


def test(t):
    t.quiet()
    # The stack's watchdog checks stopped queues only: it sees nothing, the driver has to.
    control.bql_limit(t, 100000)
    heals(t, "few frames that stop no queue", {"fault": "tx-stall", "until": "kick"}, (1, 0, 0))
    control.bql_limit(t, 0)
    heals(t, "a lost doorbell", {"fault": "tx-stall", "until": "kick"}, (1, 0, 0))
    # A NIC that may still know its ring is reset where QEMU's transmitter is restarted.
    heals(t, "a transmitter that hangs", {"fault": "tx-stall", "until": "restart"}, (1, 0, 1),
          keeps=False)
    heals(t, "a NIC that hangs", {"fault": "tx-stall", "until": "reset"}, (1, 0, 1), keeps=False)
    control.bql_limit(t, 100000)
    no_alarm(t, "a pulled cable", lambda: hostile.nic("link", up=False),
             lambda: hostile.nic("link", up=True))
    no_alarm(t, "a partner that asks to pause", paused, hostile.disarm)
    with control.bql_most(t, 100):
        no_alarm(t, "a partner that asks to pause, the queue stopped", paused, hostile.disarm,
                 WATCHDOG)
    no_alarm(t, "a guest that stands still",
             lambda: t.must(e1k.command(e1k.QMP, "x-pause", '{"seconds": 5}')), lambda: None)
    control.bql_limit(t, 0)

    stream = traffic.Stream(t)
    for what, fault in (("nothing is reported done", {"fault": "tx-silent", "until": "restart"}),
                        ("all is reported done", {"fault": "tx-all-done", "count": 20}),
                        ("noise is reported", {"fault": "tx-garbage", "count": 20}),
                        ("frames reported, not sent", {"fault": "tx-lie", "count": 20})):
        stream.flows()
        hostile.arm(**fault)
        e1k.wait_for(lambda name=fault["fault"]: hostile.struck(name) >= 3)
        t.check(stream.flows(), f"{what}: the traffic goes on by itself", *stream.wrong)
        hostile.disarm()
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


e1k.main(test, plan=29)
