#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""One line by netconsole on a NIC that has nothing else to do is sent and taken back; it
is no hang, and nothing is reset, kicked or reported for it."""

import socket

from lib import control, e1k, netconsole


def tx_errors(t):
    """How many errors the transmit reporter of devlink has counted."""
    shown = control.devlink(t, "health", "show", control.handle(t), "reporter", "tx")
    return shown["health"][control.handle(t)][0]["error"]


def healing(t):
    """The counters of healing steps."""
    return {name: value for name, value in t.statistics().items() if name.startswith("heal_")}


def test(t):
    t.quiet()
    t.ping(count=40)    # enough doorbells for the driver to know how the NIC completes
    sock = t.socket("peer", socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((e1k.PEER_IP, netconsole.PORT))
    sock.settimeout(e1k.PATIENCE)
    netconsole.start(t)
    # What was logged meanwhile is through.
    e1k.wait_for(lambda: not control.ring(t, "tx")["in_flight"], "an empty ring")
    before, errors = healing(t), tx_errors(t)

    netconsole.log("e1k: a single line")
    seen = b""
    while b"e1k: a single line" not in seen:
        seen = sock.recv(2048)
    t.check(True, "the line arrives")
    t.check(e1k.wait_for(lambda: not control.ring(t, "tx")["in_flight"]), "it is taken back",
            control.ring(t, "tx"))
    t.equal(healing(t), before, "no healing step was needed for that")
    t.equal(tx_errors(t), errors, "devlink was told of no error")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=5)
